"""Percent signs, base64 and digests."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converting import converter, wrong
from softdock.mappings.converters import digests
from softdock.mappings.converters.digests import DIGESTS, digest
from softdock.mappings.converters.sm3 import sm3
from softdock.mappings.shapes import ABSENT


@pytest.mark.parametrize(
    ("name", "argument", "text", "value"),
    [
        ("percent", None, "%E6%88%90%E9%83%BD+1", "成都+1"),
        ("percent", "gbk", "%b3%C9%B6%BC", "成都"),
        ("percent", {"plus": True}, "a+b%2B", "a b+"),
        ("percent", None, "%B3%C9", None),
        ("percent", None, "100%", None),
        ("percent", None, "%zz", None),
        ("percent", None, "成都", None),
        ("percent", {"way": "encode", "charset": "gbk"}, "成都 1", "%B3%C9%B6%BC%201"),
        ("percent", {"way": "encode", "plus": True}, "a b&c", "a+b%26c"),
        ("percent", {"way": "encode", "charset": "ascii"}, "成都", None),
        ("base64", None, "5oiQ6YO9", "成都"),
        ("base64", "gb18030", "s8m2vA==", "成都"),
        ("base64", None, "5oiQ\r\n6YO9", "成都"),
        ("base64", {"alphabet": "url"}, "fn5-", "~~~"),
        ("base64", {"way": "encode", "alphabet": "url"}, "~~~~", "fn5-fg"),
        ("base64", {"way": "encode"}, "成都", "5oiQ6YO9"),
        ("base64", None, "5oiQ!", None),
        ("base64", None, "/////w==", None),
        ("base64", None, "a", None),
        ("base64", None, "", ABSENT),
        ("hash", "md5", "123456", "e10adc3949ba59abbe56e057f20f883e"),
        ("hash", {"by": "md5", "form": "HEX"}, "123456", "E10ADC3949BA59ABBE56E057F20F883E"),
        ("hash", {"by": "sha1", "form": "base64"}, "abc", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
        (
            "hash",
            {"by": "md5", "charset": "gbk"},
            "成都",
            hashlib.md5("成都".encode("gbk"), usedforsecurity=False).hexdigest(),
        ),
        ("hash", "sm3", "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        ("hash", {"by": "md5", "charset": "ascii"}, "成都", None),
        ("hash", "md5", "", ABSENT),
    ],
)
def test_a_disguise_is_taken_off_or_put_on(name, argument, text, value):
    assert converter(name, argument).read(text) == value


def test_no_text_is_found_by_its_digest():
    assert converter("hash", "sm3").cannot_write == "no text is found by its digest"


@pytest.mark.parametrize("name", DIGESTS)
@given(data=st.binary(max_size=200), key=st.binary(max_size=100))
def test_digests_with_and_without_a_key_are_those_of_the_standard(name, data, key):
    assert digest(name, data) == hashlib.new(name, data).digest()
    assert digest(name, data, key) == hmac.new(key, data, name).digest()


@given(data=st.binary(max_size=200), key=st.binary(max_size=100))
def test_where_openssl_lacks_sm3_its_place_is_taken(data, key):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digests, "_OPENSSL_HAS_SM3", False)
        without = digest("sm3", data), digest("sm3", data, key)
    assert without == (hashlib.new("sm3", data).digest(), hmac.new(key, data, "sm3").digest())


def test_sm3_of_the_standard_is_made():
    """GB/T 32905-2016, appendix A.1 and A.2."""
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


@pytest.mark.parametrize(
    ("name", "argument", "complaint"),
    [
        ("hash", "sha3", ("hash", '"sha3" is not a digest that is known here.', "Did you mean sha1?")),
        ("hash", {"form": "hex"}, ("hash", 'hash needs "by".', "Write {hash: {by: md5, form: HEX}}.")),
        ("base64", {"way": "encod"}, ("base64.way", '"encod" is not a way.', "Did you mean encode?")),
    ],
)
def test_a_wrong_argument_is_told_with_place_and_remedy(name, argument, complaint):
    assert wrong(name, argument) == complaint


def test_a_charset_that_is_not_known_is_told_with_those_that_are():
    path, sentence, remedy = wrong("percent", {"charset": "punycode"})
    assert (path, sentence) == ("percent.charset", '"punycode" is not a charset that is known here.')
    assert "gb18030" in remedy
