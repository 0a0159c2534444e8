"""Files of lines: what ends a line, and which lines are none of the rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, AnyStr, Final

from softdock.mappings.documents.options import Options

LINE_OPTIONS: Final[Mapping[str, str]] = {
    "skip": "How many lines in front are left out.",
    "trailer": "How many lines at the end are left out, such as one that says how many there were.",
    "comment": "Lines that begin with this are left out.",
}

_END: Final[Mapping[type, Any]] = {str: re.compile(r"\r\n|\n|\r"), bytes: re.compile(rb"\r\n|\n|\r")}


def lines_of(text: AnyStr) -> list[AnyStr]:
    r"""The lines of `text`, without what ends them; an end behind the last makes no further line.

    >>> lines_of("a\r\nb\n"), lines_of("a\n\n"), lines_of("")
    (['a', 'b'], ['a', ''], [])
    """
    lines: list[AnyStr] = _END[type(text)].split(text)
    return lines if lines[-1] else lines[:-1]


@dataclass(frozen=True, slots=True)
class Frame:
    """Which lines of a file are no rows."""

    skip: int = 0
    trailer: int = 0
    comment: str = ""

    @classmethod
    def of(cls, options: Options) -> "Frame":
        return cls(options.number("skip"), options.number("trailer"), options.text("comment"))

    def kept(self, lines: Sequence[AnyStr], comment: AnyStr) -> Iterator[tuple[int, AnyStr]]:
        """Those of `lines` that may be rows, each with its number from 1; `comment` is ours in the kind of `lines`."""
        for number, line in enumerate(lines[self.skip : len(lines) - self.trailer], self.skip + 1):
            if not (comment and line.startswith(comment)):
                yield number, line
