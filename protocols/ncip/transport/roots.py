"""Where a document on a stream ends: where its root closes.

This is no XML parser, and so no entity, however malicious, costs it anything; it also finds the end of a document that
a parser would refuse, so that the peer can be told and the next document be read.  It passes over comments, CDATA
sections and processing instructions, and counts the elements with the name of the root.  Every byte is looked at a
bounded number of times, however small the pieces are in which it arrives.
"""

import re
from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

LONGEST_NAME = 256
"""Bytes of the root's name."""

_BLANKS = b" \t\r\n"
_NAME_END = re.compile(rb"[\s/><]")
_IN_TAG = re.compile(rb"[\"'>]")
_IN_DOCTYPE = re.compile(rb"<!--|<\?|[\"'\[\]>]")
_CLOSED_BY = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>", b'"': b'"', b"'": b"'"}
_DOCTYPE = b"<!DOCTYPE"
_UTF_8_MARK, _UNIT_MARK = b"\xef\xbb\xbf", b"\xff"


class NoDocument(Exception):
    """What has arrived is the beginning of no document."""


class Width(Enum):
    """How the characters of markup are written (XML 1.0, appendix F)."""

    BYTES = "a byte each"
    """As in UTF-8, GB18030 and their like, where no part of another character looks like `<` or `>`."""
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"


def blanks_before(data: bytes | bytearray) -> int:
    r"""How many bytes of blanks, in whichever width, stand before a document; a last one may still be the half of one.

    >>> blanks_before(b"\r\n<a/>"), blanks_before("\n<a/>".encode("utf-16-le")), blanks_before(b"\n")
    (2, 2, 0)
    """
    at = 0
    while len(data) > at + 1:
        first, second = data[at], data[at + 1]
        if first in _BLANKS:
            at += 1 if second else 2
        elif not first and second in _BLANKS:
            at += 2
        else:
            break
    return at


def width_of(beginning: bytes | bytearray) -> Width:
    """How a document is written that begins with these two bytes or more."""
    first = bytes(beginning[:2])
    if first in {b"\xff\xfe", b"<\0"}:
        return Width.UTF_16_LE
    if first in {b"\xfe\xff", b"\0<"}:
        return Width.UTF_16_BE
    return Width.BYTES


def thinned(data: bytes | bytearray, width: Width) -> bytes:
    """A byte for each unit of UTF-16 in `data`: the character itself where that is ASCII, 255 for any other."""
    low, high = (data[::2], data[1::2]) if width is Width.UTF_16_LE else (data[1::2], data[::2])
    if not any(high):
        return bytes(low)
    return bytes([0xFF if above else below for below, above in zip(low, high, strict=True)])


class RootFinder:
    """Finds the end of one document."""

    __slots__ = (
        "_after",
        "_at",
        "_brackets",
        "_closing",
        "_content",
        "_depth",
        "_name",
        "_step",
        "_text",
        "_width",
        "raw",
    )

    def __init__(self, width: Width) -> None:
        self.raw = bytearray()
        """What has arrived of the document, and perhaps of what comes after it."""
        self._width = width
        self._text = self.raw if width is Width.BYTES else bytearray()
        """The same with a byte for each unit."""
        self._at = 0
        """Everything before it is dealt with."""
        self._step: _Step = RootFinder._mark
        self._closing = b""
        self._after: _Step = RootFinder._prolog
        """What comes after something that is passed over until `_closing`."""
        self._brackets = 0
        self._depth = 0
        self._name = b""
        self._content = _IN_TAG

    def feed(self, data: bytes | bytearray) -> int | None:
        """Take in more of the document; how many bytes of `raw` it has, once that is known.  Raises `NoDocument`."""
        self.raw += data
        if self._width is not Width.BYTES:
            whole = len(self.raw) & ~1
            self._text += thinned(self.raw[2 * len(self._text) : whole], self._width)
        while self._step(self):
            if self._step is RootFinder._end:
                return self._at if self._width is Width.BYTES else 2 * self._at
        return None

    # --- steps: each goes on from where the last one stopped, and says whether it could --------------------

    def _mark(self) -> bool:
        """The mark of the byte order."""
        mark = _UTF_8_MARK if self._width is Width.BYTES else _UNIT_MARK
        if len(self._text) < len(mark) and mark.startswith(self._text):
            return False
        if self._text.startswith(mark):
            self._at = len(mark)
        self._step = RootFinder._prolog
        return True

    def _prolog(self) -> bool:
        """Before the root: blanks, declaration, comments, document type."""
        text = self._text
        while self._at < len(text) and text[self._at] in _BLANKS:
            self._at += 1
        start = bytes(text[self._at : self._at + len(_DOCTYPE)])
        if start[:1] not in {b"", b"<"} or start[:2] == b"</":
            raise NoDocument
        if len(start) < 2:
            return False
        if start[:2] == b"<?":
            return self._pass_over(b"<?", RootFinder._prolog)
        if start[:2] != b"<!":
            self._step = RootFinder._root_name
            return True
        if start[:4] == b"<!--":
            return self._pass_over(b"<!--", RootFinder._prolog)
        if start.upper() == _DOCTYPE:
            self._at += len(_DOCTYPE)
            self._step = RootFinder._doctype
            return True
        if len(start) == len(_DOCTYPE):
            raise NoDocument
        return False

    def _doctype(self) -> bool:
        """A document type, with or without declarations in brackets."""
        found = self._search(_IN_DOCTYPE, len(b"<!--"))
        if found is None:
            return False
        if found in _CLOSED_BY:
            return self._pass_until(_CLOSED_BY[found], RootFinder._doctype)
        if found == b"[":
            self._brackets += 1
        elif found == b"]":
            self._brackets = max(0, self._brackets - 1)
        elif not self._brackets:
            self._step = RootFinder._prolog
        return True

    def _root_name(self) -> bool:
        end = _NAME_END.search(self._text, self._at + 1, self._at + 2 + LONGEST_NAME)
        if end is None:
            if len(self._text) > self._at + 1 + LONGEST_NAME:
                raise NoDocument
            return False
        self._name = bytes(self._text[self._at + 1 : end.start()])
        if not self._name:
            raise NoDocument
        self._content = re.compile(rb"<(?:!--|!\[CDATA\[|\?|/?%s(?=[\s/>]))" % re.escape(self._name))
        self._at = end.start()
        self._step = RootFinder._tag
        return True

    def _tag(self) -> bool:
        """The rest of a start tag with the root's name."""
        found = self._search(_IN_TAG, 1)
        if found is None:
            return False
        if found != b">":
            return self._pass_until(found, RootFinder._tag)
        if self._text[self._at - 2] != ord("/"):
            self._depth += 1
        self._step = RootFinder._inside if self._depth else RootFinder._end
        return True

    def _inside(self) -> bool:
        """What is in the root, up to the next thing that matters."""
        found = self._search(self._content, max(len(b"<![CDATA["), len(self._name) + 3))
        if found is None:
            return False
        if found in _CLOSED_BY:
            return self._pass_until(_CLOSED_BY[found], RootFinder._inside)
        self._step = RootFinder._end_tag if found[1:2] == b"/" else RootFinder._tag
        return True

    def _end_tag(self) -> bool:
        end = self._text.find(b">", self._at)
        if end < 0:
            self._at = len(self._text)
            return False
        self._at = end + 1
        self._depth -= 1
        self._step = RootFinder._inside if self._depth else RootFinder._end
        return True

    def _passing(self) -> bool:
        end = self._text.find(self._closing, self._at)
        if end < 0:
            self._at = max(self._at, len(self._text) - len(self._closing) + 1)
            return False
        self._at = end + len(self._closing)
        self._step = self._after
        return True

    def _end(self) -> bool:
        return False

    # --- what they have in common -----------------------------------------------------------------------

    def _pass_over(self, opening: bytes, after: "_Step") -> bool:
        """Go on with `after` behind what `opening` opens here."""
        self._at += len(opening)
        return self._pass_until(_CLOSED_BY[opening], after)

    def _pass_until(self, closing: bytes, after: "_Step") -> bool:
        self._closing = closing
        self._after = after
        self._step = RootFinder._passing
        return True

    def _search(self, pattern: re.Pattern[bytes], longest: int) -> bytes | None:
        """The next match, which is passed; no match is longer than `longest`, what has to follow it included."""
        found = pattern.search(self._text, self._at)
        if found is None:
            self._at = max(self._at, len(self._text) - longest + 1)
            return None
        self._at = found.end()
        return found[0]


_Step: TypeAlias = Callable[[RootFinder], bool]
