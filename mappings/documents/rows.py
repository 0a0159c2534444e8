"""Rows of a database and the OUT parameters of a procedure.

A path is the name of a column, whether in capitals or small letters: `READER_NAME` is `reader_name`.  OUT parameters are
`out.name`, and `changed` is how many rows the last statement changed; `error.code` and `error.message` tell of a statement that
the database refused, such as one whose procedure raised an error of its own.  `row.name` is always a column, for those that
are called like something else here.

Values have one text: numbers in plain digits, dates as 2027-01-05, points in time as 2027-01-05 23:59:59, truth values
as true and false; texts as they are, with the blanks that a column of fixed width adds.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from softdock.mappings.documents.charsets import decoded
from softdock.mappings.documents.listed import COUNT, ListCursor, ListDocument, Listed, Take, of_row
from softdock.mappings.documents.options import CHARSET, Options
from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.exchange import Rows as Given
from softdock.mappings.positions import Table
from softdock.mappings.problems import Place, Problem, quoted
from softdock.mappings.shapes import NotFound

OPTIONS: Final[Mapping[str, str]] = {"charset": f"Of columns that hold bytes. {CHARSET}"}

CHANGED: Final = "changed"
"""The path of the number of rows that were changed."""
ERROR: Final = "error.code"
"""The path of the database's own name for the error with which it refused a statement, such as 20001, 45000 or P0001."""
MESSAGE: Final = "error.message"
"""The path of what it said of that: the text of RAISE, SIGNAL or RAISE_APPLICATION_ERROR."""
_OUT: Final = "out."
_ROW: Final = "row."


def make(options: Table | None, place: Place) -> "Rows | list[Problem]":
    """The format with `options`, or everything that is wrong with them."""
    taken = Options(options, place, OPTIONS)
    charset = taken.charset()
    return taken.problems or Rows(charset)


class Rows(Listed):
    """Rows whose columns of bytes are texts of `charset`."""

    name = "rows"
    itself = ""

    def __init__(self, charset: str = "") -> None:
        self._charset = charset

    def parse(self, data: Any, charset: str = "") -> ListCursor:
        if not isinstance(data, Given):
            raise DocumentError("What came are no rows of a database.")
        document = ListDocument(data.rows, (), lambda: self._text(data))
        document.facts[CHANGED] = data.changed
        document.facts[ERROR] = data.error or None
        document.facts[MESSAGE] = data.message or None
        for name, value in data.out.items():
            document.facts[_OUT + name.lower()] = value
        return ListCursor(None, document)

    def is_fact(self, path: str) -> bool:
        return path.lower() in {COUNT, CHANGED, ERROR, MESSAGE} or path.lower().startswith(_OUT)

    def taking(self, path: str) -> Take | NotFound:
        name = path.lower()
        if self.is_fact(path) and name != _OUT:
            return lambda cursor: self._written(cursor.document.facts.get(name))
        name = name.removeprefix(_ROW)
        if not name or "." in name or not name.isprintable():
            return NotFound(
                f"{quoted(path)} is not a column.",
                "Write a column, out.name, changed, error.code or error.message.",
            )
        return of_row(lambda row: self._written(row.get(name)))

    def _written(self, value: Any) -> str | None:
        if isinstance(value, bytes | bytearray | memoryview):
            return decoded(bytes(value), self._charset)
        return plain(value)

    def _text(self, data: Given) -> str:
        values = [value for row in data.rows for value in row.values()]
        texts = map(self._written, [*values, *data.out.values(), data.message or None])
        return "\n".join(text for text in texts if text is not None)


def plain(value: Any) -> str | None:
    """The one text of a value from a database; None for what is null.

    >>> plain(Decimal("1E+2")), plain(1e20), plain(date(2027, 1, 5)), plain(True), plain("A ")
    ('100', '100000000000000000000', '2027-01-05', 'true', 'A ')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | float):
        return f"{Decimal(str(value)):f}"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)
