"""Whatever charset was named, where and how wrongly: what was meant is read."""

import pytest

from softdock.protocols.ncip.codec.charsets import UnknownCharset, decoded

NAME = "王小明"
CZECH = "Čapek Růžičková"
DANISH = "Ærø Åse"


def a_document(name: str, declared: str = "") -> str:
    encoding = f' encoding="{declared}"' if declared else ""
    return f'<?xml version="1.0"{encoding}?><Surname>{name}</Surname>'


@pytest.mark.parametrize(
    ("name", "declared", "sent", "header"),
    [
        (NAME, "UTF-8", "utf-8", ""),
        (NAME, "", "utf-8", ""),
        (NAME, "utf-8", "utf-8-sig", ""),
        (NAME, "UTF-16", "utf-16", ""),
        (NAME, "UTF-16", "utf-16-le", ""),
        (NAME, "UTF-16", "utf-16-be", ""),
        (NAME, "UTF-32", "utf-32", ""),
        (NAME, "GBK", "gbk", ""),
        (NAME, "gb2312", "gb2312", ""),
        ("㐂𠮷", "GB18030", "gb18030", ""),
        (NAME, "Big5", "big5", ""),
        (DANISH, "ISO-8859-1", "latin-1", ""),
        (DANISH, "iso_8859-1", "latin-1", ""),
        ("“Ærø”", "ISO-8859-1", "cp1252", ""),
        (CZECH, "ISO-8859-2", "iso-8859-2", ""),
        (CZECH, "windows-1250", "cp1250", ""),
    ],
)
def test_a_document_is_read_in_the_charset_that_it_declares(name: str, declared: str, sent: str, header: str):
    text = a_document(name, declared)
    assert decoded(text.encode(sent), header).lstrip("\ufeff") == text


@pytest.mark.parametrize(
    ("name", "declared", "sent", "header"),
    [
        (NAME, "UTF-8", "gbk", "GBK"),
        (NAME, "ISO-8859-1", "gbk", "gb2312"),
        (DANISH, "UTF-8", "latin-1", "ISO-8859-1"),
        (CZECH, "ISO-8859-1", "iso-8859-2", "iso-8859-2"),
    ],
)
def test_the_header_stands_above_the_declaration(name: str, declared: str, sent: str, header: str):
    text = a_document(name, declared)
    assert decoded(text.encode(sent), header) == text


@pytest.mark.parametrize("name", [NAME, "王", CZECH, DANISH, "é"])
@pytest.mark.parametrize(
    "declared", ["ISO-8859-1", "windows-1252", "UTF-16", "x-unheard", "utf-7", "unicode_escape"]
)
@pytest.mark.parametrize("header", ["", "ISO-8859-1", "utf-8", "x-unheard"])
def test_utf_8_is_believed_whatever_is_declared(name: str, declared: str, header: str):
    text = a_document(name, declared)
    assert decoded(text.encode(), header) == text


@pytest.mark.parametrize("name", [NAME, "王小明李雷", "中"])
def test_utf_8_is_told_from_gbk_that_was_declared(name: str):
    text = a_document(name, "GBK")
    assert decoded(text.encode()) == text


def test_gbk_that_happens_to_be_utf_8_is_gbk_where_that_was_declared():
    """Each of these characters is, in GBK, a letter of two bytes in UTF-8."""
    text = a_document("一选", "GBK")
    assert text.encode("gbk").decode() != text
    assert decoded(text.encode("gbk")) == text


@pytest.mark.parametrize("declared", ["UTF-8", ""])
def test_chinese_that_was_declared_as_utf_8_is_read(declared: str):
    text = a_document("王小明,《红楼梦》", declared)
    assert decoded(text.encode("gbk")) == text


@pytest.mark.parametrize("declared", ["UTF-8", "", "US-ASCII"])
def test_latin_1_that_was_declared_as_utf_8_is_read(declared: str):
    text = a_document(DANISH, declared)
    assert decoded(text.encode("latin-1")) == text


@pytest.mark.parametrize(
    "data",
    [
        b"<a>\x80 </a>",
        b"<a>\xed\xa0\x80</a>\x81",
        b"<a>\xff\xfe\x80</a>",
        b"\xff\xfe<\x00a\x00\x00\xd8",
        b"\xef\xbb\xbf<a>\xff</a>",
        b"<\x00a",
    ],
)
def test_what_is_no_text_is_refused(data: bytes):
    with pytest.raises(UnknownCharset):
        decoded(data)
