"""Values that seal a request by the Chinese public-key and block ciphers: signatures by SM2, texts encrypted by SM4.

    sign: {sign: sm2, key: {setting: private_key}, over: [{parameters: sorted}]}
    data: {encrypt: sm4-cbc, key: {setting: key}, iv: {setting: iv}, over: [{body: written}], write: base64}

SM2 signs the SM3 digest with the usual identifier 1234567812345678 (GB/T 32918.2); the signature is r and s in 64 digits
each.  SM4 (GB/T 32907) pads as PKCS#7 does.  Keys are hexadecimal.  The extra `sm` brings what SM2 needs; it is written in
Python, and neither fast nor safe against somebody who can measure the time that it takes on the same machine.
"""

import re
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from softdock.mappings.positions import Table
from softdock.mappings.rules.signing import WRITTEN
from softdock.mappings.rules.source import TEXT, Missing, Reader, Source
from softdock.mappings.shapes import Found, Kind

if TYPE_CHECKING:
    from softdock.mappings.rules.compiler import RuleCompiler

CIPHERS: Final = ("sm4-cbc", "sm4-ecb")
_SM4_KEY: Final = re.compile(r"[0-9A-Fa-f]{32}")
_SM2_KEY: Final = re.compile(r"[0-9A-Fa-f]{64}")
_ORDER: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""Of the curve of SM2 (GB/T 32918.5)."""


def sign_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found | None:
    """A signature by SM2."""
    if compiler.named(rule, "sign") != "sm2":
        compiler.complain(
            rule["sign"].place, "Signatures are made by sm2.", "Write sign: sm2; for others see digest."
        )
        return None
    sm2 = _sm2()
    if sm2 is None:
        compiler.complain(
            rule["sign"].place, "What makes signatures by SM2 is not installed.", "Install softdock[sm]."
        )
        return None
    parts = _parts(compiler, rule, "sign")
    if parts is None:
        return None
    text, key, written = parts
    where = rule.place

    def get(source: Source) -> str:
        private = _hexadecimal(key(source), _SM2_KEY, source, where)
        point = sm2.default_ecc_table["g"]
        public = sm2.CryptSM2(private, "")._kg(int(private, 16), point)  # noqa: SLF001 - it has no other way to ask
        once = f"{secrets.randbelow(_ORDER - 1) + 1:064x}"
        signature: str = sm2.CryptSM2(private, public).sign_with_sm3(text(source), once)
        return written(bytes.fromhex(signature))

    return Found(Kind.TEXT, get)


def encrypt_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found | None:
    """A text encrypted by SM4."""
    name = compiler.named(rule, "encrypt")
    if name not in CIPHERS:
        compiler.complain(rule["encrypt"].place, "This is not a cipher.", f"There are {', '.join(CIPHERS)}.")
        return None
    parts = _parts(compiler, rule, "encrypt")
    if (name == "sm4-cbc") is not ("iv" in rule):
        compiler.complain(
            rule.place, "CBC begins with an iv, and ECB has none.", "Write iv: and a rule beside sm4-cbc."
        )
        return None
    start = compiler.value(rule["iv"], TEXT) if "iv" in rule else None
    if parts is None:
        return None
    text, key, written = parts
    where = rule.place

    def get(source: Source) -> str:
        secret = bytes.fromhex(_hexadecimal(key(source), _SM4_KEY, source, where))
        mode: Any = modes.ECB()  # noqa: S305 - systems ask for it
        if start is not None:
            mode = modes.CBC(bytes.fromhex(_hexadecimal(start(source), _SM4_KEY, source, where)))
        padder, encryptor = PKCS7(128).padder(), Cipher(algorithms.SM4(secret), mode).encryptor()
        padded = padder.update(text(source)) + padder.finalize()
        return written(encryptor.update(padded) + encryptor.finalize())

    return Found(Kind.TEXT, get)


def _parts(
    compiler: "RuleCompiler", rule: Table, verb: str
) -> tuple[Callable[[Source], bytes], Reader, Callable[[bytes], str]] | None:
    """The text, the key, and how the result is written."""
    written = WRITTEN.get(compiler.named(rule, "write") or "" if "write" in rule else "hex")
    if written is None:
        compiler.complain(
            rule["write"].place, f"What {verb} makes is not written like this.", "Write hex, HEX or base64."
        )
        return None
    if "over" not in rule or "key" not in rule:
        compiler.complain(
            rule.place,
            f"{verb} needs texts and a key.",
            "Write over: and a list of rules, and key: {setting: name}.",
        )
        return None
    readers = [compiler.value(each, TEXT) for each in compiler.listed(rule, "over")]
    between = compiler.between(rule)
    return (
        lambda source: _bytes(between.join(each(source) or "" for each in readers), rule.place),
        compiler.value(rule["key"], TEXT),
        written,
    )


def _bytes(text: str, place: Any) -> bytes:
    """`text` as it is sealed.  Raises Missing for half a character, such as a device may send."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Missing(place, "a text that UTF-8 can write") from None


def _hexadecimal(text: Any, form: "re.Pattern[str]", source: Source, place: Any) -> str:
    """A key as it was given.  Raises Missing, which quotes nothing of it."""
    if not isinstance(text, str) or form.fullmatch(text) is None:
        raise Missing(place, "a key of hexadecimal digits")
    return text


def _sm2() -> Any:
    try:
        from gmssl import sm2  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return sm2
