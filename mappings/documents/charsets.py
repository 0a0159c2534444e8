"""In which charset a reply is written, whatever it says of itself.

What a system declares is wrong surprisingly often: UTF-8 declared as windows-1252, GBK declared as UTF-8, and GB2312
beside characters that only GB18030 has.  Hence, in this order:

1. the charset that the map names,
2. a byte order mark, or the pattern of bytes that only UTF-16 has,
3. UTF-8, if the bytes are valid UTF-8: another charset gives such bytes by accident in short texts only,
4. what the transport was told,
5. what the document declares.

What is declared has to fit every byte.  What the map names need not: there somebody looked, and half a character at the
end of a name which was cut off should not keep its bearer from borrowing.
"""

import codecs
from collections.abc import Callable
from typing import Final

from softdock.mappings.documents.bounds import within_size
from softdock.mappings.documents.protocol import DocumentError

_TEXT: Final = frozenset(
    "ascii utf-8 utf-16 utf-16-le utf-16-be gb18030 big5 big5hkscs hz shift_jis cp932 euc_jp euc_kr cp949 "
    "koi8-r koi8-u tis-620 cp437 cp850 cp852 cp866 cp874 mac-roman".split()
    + [f"iso8859-{part}" for part in range(1, 17) if part != 12]
    + [f"cp125{part}" for part in range(9)]
)
"""Those that are decoded at all, by Python's names: a reply shall not choose among everything that Python can do."""

_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030"}
"""Who declares these means GB18030, which has all their characters at the same bytes and more."""

_MARKS: Final = {
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
    b"{\0": "utf-16-le",
    b"\0{": "utf-16-be",
}
"""First bytes that nothing else begins with."""

_LONGEST_NAME = 40


def known(name: str) -> str | None:
    """The name under which the charset `name` is decoded; None if it is not.

    >>> known("GB2312"), known("Windows-1252"), known("UTF8"), known("rot13")
    ('gb18030', 'cp1252', 'utf-8', None)
    """
    if len(name) > _LONGEST_NAME or not name.isascii() or not name.isprintable():
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    found = _WIDER.get(found, found)
    return found if found in _TEXT else None


def decoded(
    data: object, named: str = "", told: str = "", declared: Callable[[bytes], str] | None = None
) -> str:
    """The text of `data`, without a byte order mark.  What is a text already was found in another document.

    `named` is the charset of the map, as `known` gives it; `told` what the transport was told; `declared` finds what
    the document says of itself, and is asked last.  Raises DocumentError if nothing fits, or if
    there is too much of it.
    """
    if isinstance(data, str):
        within_size(data)
        return data
    if not isinstance(data, bytes):
        raise DocumentError("What came is neither bytes nor a text.")
    within_size(data)
    if named:
        return data.decode(named, "replace").removeprefix("\ufeff")
    marked = _MARKS.get(data[:2])
    if marked is None and told.lower().startswith("utf-16"):
        marked = known(told)  # asked before UTF-8, of which these bytes would be valid, full of zeros
    if marked is not None:
        return _strictly(data, marked).removeprefix("\ufeff")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        first = error.start
    for name in (told, declared(data) if declared else ""):
        charset = known(name) or "utf-8"
        if charset != "utf-8":
            try:
                return data.decode(charset)
            except UnicodeDecodeError:
                continue
    sentence = f"The byte at offset {first} is not UTF-8, and no other charset was declared that fits."
    raise DocumentError(f"{sentence} The map can name one: charset: gb18030.")


def _strictly(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except UnicodeDecodeError as error:
        raise DocumentError(f"The bytes from offset {error.start} on are not {charset.upper()}.") from None
