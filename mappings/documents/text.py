"""Plain text: systems that answer with a sentence, or a word.

`text` is all of it, or the line where `each: lines` stands; `line[1]` is the first line and `line[last]` the last, both
without what ends them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from softdock.mappings.documents.charsets import decoded
from softdock.mappings.documents.lines import lines_of
from softdock.mappings.documents.listed import COUNT, ListCursor, ListDocument, Listed, Take
from softdock.mappings.documents.options import CHARSET, Options
from softdock.mappings.positions import Table
from softdock.mappings.problems import Place, Problem, quoted
from softdock.mappings.shapes import NotFound

OPTIONS: Final[Mapping[str, str]] = {"charset": CHARSET}

_LINE: Final = re.compile(r"line\[(last|[1-9][0-9]{0,4})\]")


def make(options: Table | None, place: Place) -> "PlainText | list[Problem]":
    """The format with `options`, or everything that is wrong with them."""
    taken = Options(options, place, OPTIONS)
    charset = taken.charset()
    return taken.problems or PlainText(charset)


class PlainText(Listed):
    """Plain text of `charset`."""

    name = "text"
    itself = ""
    many = "lines"

    def __init__(self, charset: str = "") -> None:
        self._charset = charset

    def parse(self, data: Any, charset: str = "") -> ListCursor:
        text = decoded(data, self._charset, charset)
        lines = lines_of(text)
        return ListCursor(None, ListDocument(lines, range(1, len(lines) + 1), lambda: text))

    def is_fact(self, path: str) -> bool:
        return path == COUNT or _LINE.fullmatch(path) is not None

    def taking(self, path: str) -> Take | NotFound:
        if path == "text":
            return _whole
        found = _LINE.fullmatch(path)
        if found is None:
            return NotFound(f"{quoted(path)} is no place in a text.", "Write text, line[1] or line[last].")
        number = -1 if found[1] == "last" else int(found[1]) - 1

        def line(cursor: ListCursor) -> str | None:
            lines: Sequence[str] = cursor.document.rows
            return lines[number] if number < len(lines) and lines else None

        return line


def _whole(cursor: ListCursor) -> str:
    if cursor.number is None:
        return cursor.document.text()
    line: str = cursor.document.rows[cursor.number]
    return line
