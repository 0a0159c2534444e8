"""What documents have in common that are a list: rows of a database, lines of a file.

The root stands for its first row, so that a reply of one row is read without more ado; `each: rows` walks them all.
`count` is how many there are.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, TypeAlias

from softdock.mappings.documents.bounds import path_too_long, within_length, within_number
from softdock.mappings.documents.protocol import Format, Many, Table
from softdock.mappings.problems import quoted
from softdock.mappings.shapes import Found, Kind, NotFound

Row: TypeAlias = Any
"""What a format keeps of a row."""

COUNT: Final = "count"
"""The path of the number of rows."""


class ListDocument:
    """Rows, and what is known of all of them together."""

    __slots__ = ("facts", "indexes", "lines", "rows", "text")

    def __init__(self, rows: Sequence[Row], lines: Sequence[int], text: Callable[[], str]) -> None:
        self.rows = rows
        self.lines = lines
        """The line on which each row begins; nothing where there are no lines."""
        self.text = text
        self.facts: dict[str, Any] = {}
        """What else a format knows of the document."""
        self.indexes: dict[str, dict[str, ListCursor]] = {}
        """Rows by what they have at a path, made when it is first asked for."""

    def cursors(self) -> list["ListCursor"]:
        return [ListCursor(number, self) for number in range(len(self.rows))]


class ListCursor:
    """A row by its number from 0, or the root."""

    __slots__ = ("document", "number")

    def __init__(self, number: int | None, document: ListDocument) -> None:
        self.document = document
        self.number = number


Take: TypeAlias = Callable[[ListCursor], str | None]
"""The value at a path; None for nothing."""


class Listed(Format):
    """A format whose documents are lists of rows, which `each` walks under the name `many`."""

    many: ClassVar[str] = "rows"

    @abstractmethod
    def taking(self, path: str) -> Take | NotFound:
        """How the value at `path` is taken, of a row or of the root."""

    def is_fact(self, path: str) -> bool:
        """Whether `path` leads to what is known of all rows together, wherever the cursor stands."""
        return path == COUNT

    def at(self, path: str) -> Found | NotFound:
        take = self._taking(path)
        return take if isinstance(take, NotFound) else Found(Kind.TEXT, take)

    def presence(self, path: str) -> Callable[[ListCursor], bool] | NotFound:
        """`rows` asks whether there are any."""
        if path == self.many:
            return lambda cursor: bool(cursor.document.rows)
        take = self._taking(path)
        return take if isinstance(take, NotFound) else lambda cursor: take(cursor) is not None

    def each(self, path: str, *, keyed: bool = False) -> Many | NotFound:
        if keyed or path != self.many:
            return NotFound(f"{quoted(path)} gives no places.", f"Write each: {self.many}.")
        return Many(lambda cursor: within_number(cursor.document.cursors()))

    def all(self, path: str) -> Callable[[ListCursor], Sequence[str]] | NotFound:
        """From the root, what all rows have at `path`; from a row, what it has."""
        take = self._taking(path)
        if isinstance(take, NotFound):
            return take
        alone = self.is_fact(path)

        def texts(cursor: ListCursor) -> Sequence[str]:
            cursors = [cursor] if alone or cursor.number is not None else cursor.document.cursors()
            return within_number(within_length(text for each in cursors if (text := take(each)) is not None))

        return texts

    def table(self, path: str, key: str) -> Table | NotFound:
        if path != self.many or not key:
            return NotFound(
                "The only table here are the rows themselves.", f"Write {self.many}, and key: a column."
            )
        take = self._taking(key)
        if isinstance(take, NotFound):
            return take

        def entry(cursor: ListCursor, wanted: str) -> ListCursor | None:
            document = cursor.document
            index = document.indexes.get(key)
            if index is None:
                index = document.indexes[key] = {}
                for each in document.cursors():
                    name = take(each)
                    if name is not None:
                        index.setdefault(name, each)
            return index.get(wanted)

        return Table(entry)

    def root(self, cursor: ListCursor) -> str:
        return ""

    def text(self, cursor: ListCursor) -> str:
        return cursor.document.text()

    def line(self, cursor: ListCursor) -> int:
        lines = cursor.document.lines
        number = cursor.number or 0
        return lines[number] if number < len(lines) else 0

    def _taking(self, path: str) -> Take | NotFound:
        if (wrong := path_too_long(path)) is not None:
            return wrong
        if path == self.many:
            return NotFound(f"{quoted(path)} are many, and this takes one value.", f"Write each: {path}.")
        if path == COUNT:
            return lambda cursor: str(len(cursor.document.rows))
        return self.taking(path)


def of_row(take: Callable[[Row], str | None]) -> Take:
    """Takes of the row at which a cursor stands; the root stands for its first."""

    def taken(cursor: ListCursor) -> str | None:
        rows = cursor.document.rows
        number = cursor.number or 0
        return take(rows[number]) if number < len(rows) else None

    return taken
