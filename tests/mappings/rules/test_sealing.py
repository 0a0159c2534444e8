"""Signatures by SM2 and texts encrypted by SM4, held against the examples of the standards and against other programs."""

import subprocess

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from softdock.mappings.positions import placed
from softdock.mappings.rules.compiler import RuleCompiler
from softdock.mappings.rules.source import TEXT, Ground, Missing, Scope, Source
from softdock.mappings.shapes import NotFound

PRIVATE = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
PUBLIC = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
"""The pair of the example in GB/T 32918.5, annex A."""
SM4_KEY = "0123456789abcdeffedcba9876543210"


class Nothing:
    def at(self, path):
        return NotFound(path)


def made(rule, settings=None):
    compiler = RuleCompiler(
        Ground(Nothing(), settings={"key": PRIVATE, "sm4": SM4_KEY, "iv": SM4_KEY} | (settings or {}))
    )
    read = compiler.value(placed(rule), TEXT)
    return (lambda: read(Source(None, Scope(None, {})))), compiler.problems


def test_a_signature_by_sm2_is_verified_by_the_public_key_and_is_never_the_same_twice():
    sm2 = pytest.importorskip("gmssl.sm2")
    read, problems = made(
        {"sign": "sm2", "key": {"setting": "key"}, "over": [{"is": "message "}, {"is": "digest"}]}
    )
    assert problems == []
    one, other = read(), read()
    assert one != other
    verifier = sm2.CryptSM2("", PUBLIC)
    assert verifier.verify_with_sm3(one, b"message digest")
    assert verifier.verify_with_sm3(other, b"message digest")
    assert not verifier.verify_with_sm3(one, b"message digesT")


def test_a_text_is_encrypted_by_sm4_so_that_others_read_it():
    read, problems = made({
        "encrypt": "sm4-cbc", "key": {"setting": "sm4"}, "iv": {"setting": "iv"}, "over": [{"is": "社保卡"}], "write": "hex",
    })  # fmt: skip
    assert problems == []
    decryptor = Cipher(algorithms.SM4(bytes.fromhex(SM4_KEY)), modes.CBC(bytes.fromhex(SM4_KEY))).decryptor()
    padded = decryptor.update(bytes.fromhex(read())) + decryptor.finalize()
    assert padded[: -padded[-1]].decode() == "社保卡"


@pytest.mark.parametrize("how", [{"encrypt": "sm4-ecb", "key": {"setting": "sm4"}}, {"sign": "sm2", "key": {"setting": "key"}}])  # fmt: skip
def test_half_a_character_is_not_sealed(how):
    if "sign" in how:
        pytest.importorskip("gmssl.sm2")
    read, problems = made(how | {"over": [{"setting": "card"}]}, {"card": "\ud800"})
    assert problems == []
    with pytest.raises(Missing):
        read()


@pytest.mark.needs("/usr/bin/openssl", "openssl")
def test_openssl_reads_what_sm4_has_encrypted():
    read, _ = made(
        {"encrypt": "sm4-ecb", "key": {"setting": "sm4"}, "over": [{"is": "plain"}], "write": "base64"}
    )
    run = subprocess.run(
        ["/usr/bin/openssl", "enc", "-d", "-sm4-ecb", "-K", SM4_KEY, "-base64", "-A"],
        input=read().encode(), capture_output=True, check=False,
    )  # fmt: skip
    assert run.stdout == b"plain", run.stderr


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"sign": "rsa", "key": {"is": "1"}, "over": [{"is": "x"}]}, "Signatures are made by sm2."),
        ({"sign": "sm2", "over": [{"is": "x"}]}, "sign needs texts and a key."),
        ({"encrypt": "des", "key": {"is": "1"}, "over": [{"is": "x"}]}, "This is not a cipher."),
        ({"encrypt": "sm4-cbc", "key": {"is": "1"}, "over": [{"is": "x"}]}, "CBC begins with an iv, and ECB has none."),
        ({"encrypt": "sm4-ecb", "key": {"is": "1"}, "over": [{"is": "x"}], "write": "utf"}, "What encrypt makes is not written like this."),
    ],
)  # fmt: skip
def test_what_is_not_said_rightly_is_told_at_load(rule, sentence):
    _, problems = made(rule)
    assert [each.sentence for each in problems] == [sentence]


@pytest.mark.parametrize("verb", [{"sign": "sm2"}, {"encrypt": "sm4-ecb"}])
def test_a_key_of_another_form_is_missing_and_is_quoted_nowhere(verb):
    read, problems = made(
        {**verb, "key": {"setting": "key"}, "over": [{"is": "x"}]}, {"key": "hunter2-not-hex"}
    )
    assert problems == []
    with pytest.raises(Missing) as raised:
        read()
    assert "hunter2" not in str(raised.value)
    assert "hunter2" not in raised.value.value
