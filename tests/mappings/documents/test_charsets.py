"""Which charset wins, as systems declare theirs rightly, wrongly or not at all."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.mappings.documents.charsets import decoded, known
from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.documents.xml import declared_charset

NAME = "阅读者"


def test_valid_utf_8_is_read_as_such_whatever_is_declared():
    data = f'<?xml version="1.0" encoding="windows-1252"?><n>{NAME}</n>'.encode()

    assert NAME in decoded(data, told="iso-8859-1", declared=declared_charset)


@pytest.mark.parametrize("declared", ["GBK", "gb2312", "GB18030", "cp936"])
def test_what_is_declared_as_gbk_or_gb2312_is_read_as_gb18030(declared):
    data = f"<?xml version='1.0' encoding='{declared}'?><n>{NAME}㑇</n>".encode("gb18030")

    assert f"{NAME}㑇" in decoded(data, declared=declared_charset)


def test_the_transport_is_believed_before_the_document():
    data = '<?xml version="1.0" encoding="big5"?><n>中文</n>'.encode("gbk")

    assert "中文" in decoded(data, told="GBK", declared=declared_charset)


def test_what_the_transport_was_told_gives_way_where_it_does_not_fit():
    data = b'<?xml version="1.0" encoding="gbk"?><n>\xd6\xd0</n>'

    assert "中" in decoded(data, told="us-ascii", declared=declared_charset)


def test_the_map_wins_over_everything():
    data = f'<?xml version="1.0" encoding="UTF-8"?><n>{NAME}</n>'.encode("gbk")

    assert NAME in decoded(data, "gb18030", "utf-8", declared_charset)
    assert decoded("中".encode(), "cp1252") == "ä¸\xad"


def test_half_a_character_does_no_harm_where_the_map_names_the_charset():
    assert decoded("张三".encode("gbk")[:-1], "gb18030") == "张\ufffd"


def test_without_any_charset_that_fits_the_map_is_asked_for_one():
    with pytest.raises(DocumentError, match=r"byte at offset 3 is not UTF-8.*charset: gb18030") as caught:
        decoded(b"abc" + NAME.encode("gbk"), told="utf-8")

    assert NAME not in caught.value.sentence


@pytest.mark.parametrize(
    ("mark", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_a_mark_in_front_names_the_charset_and_is_left_out(mark, charset):
    assert decoded(mark + "<a>中</a>".encode(charset), told="gbk") == "<a>中</a>"


def test_utf_16_without_a_mark_is_believed_when_the_transport_says_so():
    assert decoded("ok".encode("utf-16-le"), told="UTF-16LE") == "ok"


def test_broken_utf_16_is_told():
    with pytest.raises(DocumentError, match="UTF-16-LE"):
        decoded(codecs.BOM_UTF16_LE + b"a")


@pytest.mark.parametrize(
    "name", ["rot13", "hex", "idna", "unicode_escape", "punycode", "x" * 99, "", "中", "a\0b"]
)
def test_a_reply_cannot_choose_what_is_no_charset_of_texts(name):
    assert known(name) is None


def test_what_was_found_in_another_document_is_a_text_already():
    assert decoded("<a/>", "gb18030") == "<a/>"
    with pytest.raises(DocumentError):
        decoded(7)


@given(st.binary(max_size=60), st.sampled_from(["", "gb18030", "cp1252"]), st.text(max_size=12))
def test_any_bytes_become_a_text_or_are_refused(data, named, told):
    try:
        assert isinstance(decoded(data, named, told, declared_charset), str)
    except DocumentError:
        assert not named
