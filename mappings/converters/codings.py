"""Converters for texts in disguise: percent-encoded, in base64, or as a digest."""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Final, Literal
from urllib.parse import quote_from_bytes, unquote_to_bytes

from softdock.mappings.converters.declaring import LONGEST, Converter, Declaration, Given, Option
from softdock.mappings.converters.digests import DigestName, digest
from softdock.mappings.converters.options import CHARSET
from softdock.mappings.converters.texts import unwritable
from softdock.mappings.shapes import ABSENT, Absent, Kind
from softdock.mappings.written import YES_NO, choice

_BROKEN_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})", re.ASCII)
_BLANKS: Final = str.maketrans("", "", " \t\r\n")


def _two_way(
    given: Given, decode: Callable[[str], str | None], encode: Callable[[str], str | None]
) -> Converter:
    """`decode` and `encode`, the other way round if it was told so."""
    if given["way"] == "encode":
        decode, encode = encode, decode

    def read(text: str) -> str | Absent | None:
        return decode(text) if text else ABSENT

    def write(text: str) -> str | None:
        return encode(text) or None

    return Converter(Kind.TEXT, read, write, exact=given["way"] == "encode")


def _decoded(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset) or None
    except UnicodeDecodeError:
        return None


def _encoded(text: str, charset: str) -> bytes | None:
    try:
        data = text.encode(charset)
    except UnicodeEncodeError:
        return None
    return data if _decoded(data, charset) == text else None


def _percent(given: Given) -> Converter:
    charset, plus = given["charset"], given["plus"]

    def decode(text: str) -> str | None:
        if not text.isascii() or _BROKEN_PERCENT.search(text) is not None:
            return None
        return _decoded(unquote_to_bytes(text.replace("+", " ") if plus else text), charset)

    def encode(text: str) -> str | None:
        data = _encoded(text, charset)
        if data is None or len(data) * 3 > max(LONGEST, 3 * len(text)):
            return None
        written = quote_from_bytes(data, safe="")
        return written.replace("%20", "+") if plus else written

    return _two_way(given, decode, encode)


def _base64(given: Given) -> Converter:
    charset, in_urls = given["charset"], given["alphabet"] == "url"
    alternative = b"-_" if in_urls else b"+/"

    def decode(text: str) -> str | None:
        bare = text.translate(_BLANKS).rstrip("=")
        try:
            data = b64decode(bare + "=" * (-len(bare) % 4), altchars=alternative, validate=True)
        except (binascii.Error, ValueError):
            return None
        return _decoded(data, charset)

    def encode(text: str) -> str | None:
        data = _encoded(text, charset)
        if data is None:
            return None
        written = b64encode(data, altchars=alternative).decode("ascii")
        return written.rstrip("=") if in_urls else written

    return _two_way(given, decode, encode)


_FORMS: Final[dict[str, Callable[[bytes], str]]] = {
    "hex": bytes.hex,
    "HEX": lambda data: data.hex().upper(),
    "base64": lambda data: b64encode(data).decode("ascii"),
}


def _hash(given: Given) -> Converter:
    by, form, charset = given["by"], _FORMS[given["form"]], given["charset"]

    def read(text: str) -> str | Absent | None:
        if not text:
            return ABSENT
        data = _encoded(text, charset)
        return None if data is None else form(digest(by, data))

    return Converter(Kind.TEXT, read, unwritable, exact=False, cannot_write="no text is found by its digest")


_CHARSET = Option("charset", "The charset of the bytes behind it.", CHARSET, "utf-8")
_WAY = Option(
    "way",
    "Whether a text is decoded or encoded.",
    choice(Literal["decode", "encode"], "a way"),
    "decode",
)

DECLARED = (
    Declaration(
        "percent",
        "Decodes the percent signs of addresses and forms.",
        _percent,
        (
            _CHARSET,
            Option("plus", "Whether + stands for a blank, as in forms.", YES_NO, False),
            _WAY,
        ),
        "charset",
        "{charset: gbk, plus: true}",
        ("%B3%C9%B6%BC+1", "成都 1"),
        "which characters were encoded without need; nothing where it encodes",
    ),
    Declaration(
        "base64",
        "Decodes a text in base64.",
        _base64,
        (
            _CHARSET,
            Option(
                "alphabet",
                "The usual one, or the one of addresses with - and _ and without = at the end.",
                choice(Literal["usual", "url"], "an alphabet"),
                "usual",
            ),
            _WAY,
        ),
        "charset",
        "{charset: utf-8}",
        ("5oiQ6YO9", "成都"),
        "line ends, blanks and missing = at the end; nothing where it encodes",
    ),
    Declaration(
        "hash",
        "Gives the digest of a text, as systems want passwords and signatures; no secret is safe behind one without a key.",
        _hash,
        (
            Option("by", "The function.", choice(DigestName, "a digest that is known here"), required=True),
            Option(
                "form",
                "How it is written: in small hexadecimal digits, in large ones, or in base64.",
                choice(Literal["hex", "HEX", "base64"], "a form"),
                "hex",
            ),
            _CHARSET,
        ),
        "by",
        "{by: md5, form: HEX}",
        ("123456", "E10ADC3949BA59ABBE56E057F20F883E"),
        "the text; hence it does not write",
    ),
)
