"""From bytes to text: which charset a document is in, where header, declaration and bytes disagree.

The bytes have the last word where they can tell: by a byte order mark, and by being UTF-8, which nothing else is by
accident.  Then the header of HTTP stands above the declaration (RFC 7303, section 3.2), and what neither explains is
guessed, within the two charsets that are met undeclared.
"""

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before that of UTF-16, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

CHARSETS: Final = {
    **dict.fromkeys(("gbk", "gb2312", "gb18030", "cp936", "windows936", "euccn"), "gb18030"),
    **dict.fromkeys(("iso88591", "latin1", "windows1252", "cp1252"), "cp1252"),
    "iso88592": "iso-8859-2",
    "iso885915": "iso-8859-15",
    "windows1250": "cp1250",
    "windows1251": "cp1251",
    "koi8r": "koi8-r",
    "big5": "big5hkscs",
    "shiftjis": "cp932",
    "eucjp": "euc-jp",
    "euckr": "cp949",
}
"""Beside UTF, what is read: by names without punctuation, and what reads it.  Closed, because some codecs of Python
are no charsets.  As on the Web (Encoding Standard, section 4.2), a name stands for the larger set that contains it."""

_OF_SEVERAL_BYTES: Final = frozenset(["gb18030", "big5hkscs", "cp932", "euc-jp", "cp949"])
_DECLARED: Final = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_PUNCTUATION: Final = re.compile(r"[^a-z0-9]")
_BEYOND_TWO_BYTES: Final = re.compile("[\u0800-\U0010ffff]")
_NOT_CHINESE: Final = re.compile("[^\0-\x7f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef·—‘’“”…]")
_CONTROLS: Final = re.compile(rb"[\x80-\x9f]")


class UnknownCharset(Exception):
    """The bytes are text in no charset that was named, and in none that they look like."""


def decoded(data: bytes, header: str = "") -> str:
    """The text of `data`, whose HTTP header named the charset `header`.  Raises UnknownCharset.

    >>> decoded('<?xml version="1.0" encoding="ISO-8859-1"?><Surname>Čapek</Surname>'.encode())[-24:]
    '<Surname>Čapek</Surname>'
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _text(data[len(mark) :], codec)
    if b"\0" in data[:4]:
        return _text(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    if data.isascii():
        return data.decode("ascii")
    named = _named(data, header)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _without_utf_8(data, named)
    # Two Chinese characters of one or two bytes each may be UTF-8 by accident, but then for letters of two bytes.
    if named and named[0] in _OF_SEVERAL_BYTES and not _BEYOND_TWO_BYTES.search(text):
        return _without_utf_8(data, named)
    return text


def _named(data: bytes, header: str) -> list[str]:
    """What reads the charsets of header and declaration, other than UTF."""
    declared = _DECLARED.search(data[:400])
    names = (header, declared[1].decode("ascii") if declared else "")
    plain = (_PUNCTUATION.sub("", name[:40].lower()) for name in names)
    return [CHARSETS[name] for name in plain if name in CHARSETS]


def _without_utf_8(data: bytes, named: list[str]) -> str:
    """The text of what is not UTF-8, by what was named, or else by what it looks like."""
    for codec in named:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text and not _NOT_CHINESE.search(text):
        return text
    if _CONTROLS.search(data):
        raise UnknownCharset
    return data.decode("latin-1")


def _text(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        raise UnknownCharset from None
