"""Messages in the manner of SIP2, of the standard or beyond it.

`AF` is the first field of that name, `AF[2]` the second and `AF[last]` the last: some systems repeat a field and mean
the last one.  `code` is the code of the message; `fixed[0:3]` are the first three characters of what stands between it
and the first field, `fixed[2]` is the third.  `each: AS` walks all fields of a name, with `.` for the text of each.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from softdock.mappings.documents.bounds import path_too_long, within_number
from softdock.mappings.documents.options import Options
from softdock.mappings.documents.protocol import DocumentError, Format, Many
from softdock.mappings.documents.protocol import Table as Entries
from softdock.mappings.exchange import Fields
from softdock.mappings.positions import Table
from softdock.mappings.problems import Place, Problem, quoted
from softdock.mappings.shapes import Found, Kind, NotFound

OPTIONS: Final[Mapping[str, str]] = {}

_FIELD: Final = re.compile(r"(?P<name>[A-Za-z0-9]{2})(?:\[(?P<which>last|[1-9][0-9]{0,3})\])?")
_FIXED: Final = re.compile(r"fixed(?:\[(?P<begin>[0-9]{1,4})(?::(?P<end>[0-9]{1,4}))?\])?")


class Sip2Cursor:
    """The message, or one of its fields by its text."""

    __slots__ = ("message", "text")

    def __init__(self, message: Fields, text: str | None = None) -> None:
        self.message = message
        self.text = text


_Take: TypeAlias = Callable[[Sip2Cursor], str | None]


def make(options: Table | None, place: Place) -> "Sip2 | list[Problem]":
    """The format, or everything that is wrong with its options: it has none."""
    return Options(options, place, OPTIONS).problems or Sip2()


class Sip2(Format):
    """Messages, which a transport has taken apart."""

    name = "sip2"
    itself = ""

    def parse(self, data: Any, charset: str = "") -> Sip2Cursor:
        if not isinstance(data, Fields):
            raise DocumentError("What came is no message in the manner of SIP2.")
        return Sip2Cursor(data)

    def at(self, path: str) -> Found | NotFound:
        take = _taking(path)
        return take if isinstance(take, NotFound) else Found(Kind.TEXT, take)

    def presence(self, path: str) -> Callable[[Sip2Cursor], bool] | NotFound:
        take = _taking(path)
        return take if isinstance(take, NotFound) else lambda cursor: take(cursor) is not None

    def each(self, path: str, *, keyed: bool = False) -> Many | NotFound:
        texts = self.all(path)
        if isinstance(texts, NotFound) or keyed:
            return NotFound(
                f"{quoted(path)} gives no places.", "Write the name of a field, such as each: AS."
            )
        return Many(lambda cursor: [Sip2Cursor(cursor.message, text) for text in texts(cursor)])

    def all(self, path: str) -> Callable[[Sip2Cursor], Sequence[str]] | NotFound:
        """Of a name alone, all fields that have it."""
        take = _taking(path)
        if isinstance(take, NotFound):
            return take
        found = _FIELD.fullmatch(path)
        if found and not found["which"]:
            return lambda cursor: within_number(
                [text for name, text in cursor.message.fields if name == path]
            )

        def texts(cursor: Sip2Cursor) -> Sequence[str]:
            text = take(cursor)
            return [] if text is None else [text]

        return texts

    def table(self, path: str, key: str) -> Entries | NotFound:
        return NotFound("A message has no tables.", "Walk its fields with each.")

    def root(self, cursor: Sip2Cursor) -> str:
        """The code of the message."""
        return cursor.message.code

    def text(self, cursor: Sip2Cursor) -> str:
        return "\n".join(text for _, text in cursor.message.fields)

    def line(self, cursor: Sip2Cursor) -> int:
        return 0


def _taking(path: str) -> _Take | NotFound:
    if (wrong := path_too_long(path)) is not None:
        return wrong
    if path == ".":
        return lambda cursor: cursor.text
    if path == "code":
        return lambda cursor: cursor.message.code
    if fixed := _FIXED.fullmatch(path):
        return _slice(fixed)
    field = _FIELD.fullmatch(path)
    if field is None:
        return NotFound(
            f"{quoted(path)} is no place in a message.", "Write AF, AF[2], AF[last], fixed[0:3] or code."
        )
    name, which = field["name"], field["which"]
    if which is None:
        return lambda cursor: next((text for each, text in cursor.message.fields if each == name), None)
    if which == "last":
        return lambda cursor: next(
            (text for each, text in reversed(cursor.message.fields) if each == name), None
        )
    wanted = int(which) - 1

    def take(cursor: Sip2Cursor) -> str | None:
        texts = [text for each, text in cursor.message.fields if each == name]
        return texts[wanted] if wanted < len(texts) else None

    return take


def _slice(fixed: re.Match[str]) -> _Take:
    """Characters of the fixed part, as far as it has them; None where it has none of them."""
    if fixed["begin"] is None:
        return lambda cursor: cursor.message.fixed
    begin = int(fixed["begin"])
    end = begin + 1 if fixed["end"] is None else int(fixed["end"])
    return lambda cursor: cursor.message.fixed[begin:end] or None
