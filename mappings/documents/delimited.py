"""Delimited text: CSV, and what systems write instead of it.

A path is the name of a column, whether in capitals or small letters; or its number from 1, as `2` or `column[2]`.  The
names stand in the first line, unless the map gives them or says that there are none.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from softdock.mappings.documents.charsets import decoded
from softdock.mappings.documents.lines import LINE_OPTIONS, Frame, lines_of
from softdock.mappings.documents.listed import ListCursor, ListDocument, Listed, Take
from softdock.mappings.documents.options import CHARSET, Options
from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.positions import Table
from softdock.mappings.problems import Place, Problem, quoted, suggestion
from softdock.mappings.shapes import NotFound

OPTIONS: Final[Mapping[str, str]] = {
    "separator": "The character between the cells; `tab` for a tab. A comma, if nothing is said.",
    "quote": "The character around cells that hold separators; `none` for none. A double quotation mark, else.",
    "header": "Whether the first line has the names of the columns: `yes` or `no`. Yes, unless `columns` are given.",
    "columns": "The names of the columns, as a list, where the file does not say them or says others.",
    **LINE_OPTIONS,
    "charset": CHARSET,
}

_NUMBER: Final = re.compile(r"column\[([1-9][0-9]{0,3})\]|([1-9][0-9]{0,3})")


def make(options: Table | None, place: Place) -> "Delimited | list[Problem]":
    """The format with `options`, or everything that is wrong with them."""
    taken = Options(options, place, OPTIONS)
    columns = taken.texts("columns")
    made = Delimited(
        separator=_character(taken, "separator", ",", {"tab": "\t"}),
        quote=_character(taken, "quote", '"', {"none": ""}),
        header=taken.one_of("header", ("yes", "no"), "no" if columns else "yes") == "yes",
        columns=columns,
        frame=Frame.of(taken),
        charset=taken.charset(),
    )
    return taken.problems or made


def _character(options: Options, name: str, otherwise: str, words: Mapping[str, str]) -> str:
    word = options.text(name, otherwise)
    character = words.get(word, word)
    if word not in words and (len(word) != 1 or not word.isprintable()):
        (other,) = words
        options.complain(
            options.place(name), f"{quoted(word)} is not one character.", f"Write one, or {other}."
        )
        return otherwise
    return character


class Delimited(Listed):
    """Rows of cells."""

    name = "delimited"
    itself = ""

    def __init__(
        self,
        *,
        separator: str = ",",
        quote: str = '"',
        header: bool = True,
        columns: Sequence[str] = (),
        frame: Frame = Frame(),  # noqa: B008 - it cannot change
        charset: str = "",
    ) -> None:
        self._separator = separator
        self._quote = quote
        self._header = header
        self._columns = tuple(columns)
        self._frame = frame
        self._charset = charset

    def parse(self, data: Any, charset: str = "") -> ListCursor:
        text = decoded(data, self._charset, charset)
        numbers, rows = self._read(text)
        names: Sequence[str] = ()
        if self._header and rows:
            names = rows.pop(0)
            numbers.pop(0)
        document = ListDocument(rows, numbers, lambda: text)
        # Of a name that occurs twice, the first column counts.
        for at, name in reversed([*enumerate(self._columns or names)]):
            document.facts[_folded(name)] = at
        return ListCursor(None, document)

    def taking(self, path: str) -> Take | NotFound:
        if numbered := _NUMBER.fullmatch(path):
            at = int(numbered[1] or numbered[2]) - 1
            return lambda cursor: _cell(cursor, at)
        name = _folded(path)
        if not name:
            return NotFound("A column has a name.", "Write its name, or its number from 1.")
        if self._columns and name not in map(_folded, self._columns):
            remedy = suggestion(path, self._columns, "There are")
            return NotFound(f"{quoted(path)} is not one of the columns.", remedy)
        if not self._columns and not self._header:
            return NotFound(f"{quoted(path)} is a name, and the columns have none.", "Write 1 for the first.")
        return lambda cursor: _cell(cursor, cursor.document.facts.get(name))

    def _read(self, text: str) -> tuple[list[int], list[list[str]]]:
        """The rows with the numbers of the lines on which they begin."""
        kept = dict(self._frame.kept(lines_of(text), self._frame.comment))
        last = max(kept, default=0)
        # A line that is left out stays as an empty one: the reader counts, and a cell may go over several.
        given = (f"{kept.get(number, '')}\n" for number in range(1, last + 1))
        reader = csv.reader(
            given,
            delimiter=self._separator,
            quotechar=self._quote or None,
            quoting=csv.QUOTE_MINIMAL if self._quote else csv.QUOTE_NONE,
            strict=True,
        )
        numbers, rows = [], []
        before = 0
        try:
            for row in reader:
                if row:
                    numbers.append(before + 1)
                    rows.append(row)
                before = reader.line_num
        except csv.Error:
            raise DocumentError(
                f"The row that begins on line {before + 1} is not delimited as the map says."
            ) from None
        return numbers, rows


def _folded(name: str) -> str:
    return name.strip().casefold()


def _cell(cursor: ListCursor, at: int | None) -> str | None:
    rows = cursor.document.rows
    number = cursor.number or 0
    if at is None or number >= len(rows) or at >= len(rows[number]):
        return None
    cell: str = rows[number][at]
    return cell
