"""Lines whose values stand at fixed places.

A path is `from:length`, with places that count from 1: `1:8` are the first eight.  A slice that is given a name in the
map is read by that name.  What a line is too short for is not there; nothing is trimmed.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from softdock.mappings.documents.bounds import within_size
from softdock.mappings.documents.charsets import decoded
from softdock.mappings.documents.lines import LINE_OPTIONS, Frame, lines_of
from softdock.mappings.documents.listed import ListCursor, ListDocument, Listed, Take, of_row
from softdock.mappings.documents.options import CHARSET, Options
from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.positions import Table, Text
from softdock.mappings.problems import Place, Problem, quoted, suggestion
from softdock.mappings.shapes import NotFound

OPTIONS: Final[Mapping[str, str]] = {
    "slices": "Names of slices: {barcode: 1:14, due: 15:8}.",
    "unit": (
        "What is counted: `characters` or `bytes`. Characters, if nothing is said; systems that write GBK mostly count "
        "bytes, and then `charset` has to be named."
    ),
    **LINE_OPTIONS,
    "charset": CHARSET,
}

_SLICE: Final = re.compile(r"([1-9][0-9]{0,4}):([1-9][0-9]{0,4})")
_UNITS: Final = ("characters", "bytes")


def make(options: Table | None, place: Place) -> "Fixed | list[Problem]":
    """The format with `options`, or everything that is wrong with them."""
    taken = Options(options, place, OPTIONS)
    charset = taken.charset()
    in_bytes = taken.one_of("unit", _UNITS, "characters") == "bytes"
    if in_bytes and not charset:
        taken.complain(
            taken.place("unit"), "Bytes are counted, and no charset is named.", "Add charset: gb18030."
        )
    slices: dict[str, slice] = {}
    node = taken.node("slices")
    if isinstance(node, Table):
        for name, written in node.items():
            found = _slice(written) if isinstance(written, Text) else None
            if found is None:
                taken.complain(
                    written.place, f"{quoted(name)} is no slice.", "Write it like 1:14, place and length."
                )
            else:
                slices[str(name)] = found
    elif node is not None:
        taken.complain(node.place, "Slices are a table of names and slices.", "Write {barcode: 1:14}.")
    return taken.problems or Fixed(slices, in_bytes=in_bytes, frame=Frame.of(taken), charset=charset)


def _slice(path: str) -> slice | None:
    found = _SLICE.fullmatch(path)
    if found is None:
        return None
    begin = int(found[1]) - 1
    return slice(begin, begin + int(found[2]))


class Fixed(Listed):
    """Lines, of characters or of bytes."""

    name = "fixed"
    itself = ""
    many = "lines"

    def __init__(
        self,
        slices: Mapping[str, slice] | None = None,
        *,
        in_bytes: bool = False,
        frame: Frame = Frame(),  # noqa: B008 - it cannot change
        charset: str = "",
    ) -> None:
        self._slices = dict(slices or {})
        self._in_bytes = in_bytes
        self._frame = frame
        self._charset = charset

    def parse(self, data: Any, charset: str = "") -> ListCursor:
        if self._in_bytes:
            data = data.encode(self._charset, "replace") if isinstance(data, str) else data
            if not isinstance(data, bytes):
                raise DocumentError("What came is neither bytes nor a text.")
            within_size(data)
            comment = self._frame.comment.encode(self._charset, "replace")
            kept: list[tuple[int, Any]] = [*self._frame.kept(lines_of(data), comment)]
        else:
            data = decoded(data, self._charset, charset)
            kept = [*self._frame.kept(lines_of(data), self._frame.comment)]
        numbered = [(number, line) for number, line in kept if line]
        rows, numbers = [line for _, line in numbered], [number for number, _ in numbered]
        return ListCursor(None, ListDocument(rows, numbers, lambda: decoded(data, self._charset)))

    def taking(self, path: str) -> Take | NotFound:
        place = self._slices.get(path) or _slice(path)
        if place is None:
            remedy = suggestion(path, list(self._slices), "The slices are")
            return NotFound(f"{quoted(path)} is no slice.", remedy or "Write it like 1:14, place and length.")
        if self._in_bytes:
            return of_row(lambda line: line[place].decode(self._charset, "replace") or None)
        return of_row(lambda line: line[place] or None)
