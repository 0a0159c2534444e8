"""What a reply can be read as: a format gives cursors into a document, and compiled paths that read from a cursor.

A *cursor* stands at a place in a document.  What it is, its format alone knows.  A path is compiled once, at load, and
then applied to any cursor of its format; relative paths start at the cursor, absolute ones at the root.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from softdock.mappings.shapes import Found, NotFound

Cursor: TypeAlias = Any
"""A place in a document."""


class DocumentError(Exception):
    """What came is no document of its format, or exceeds its bounds.

    `sentence` says what is wrong and where (line and column, or offset) without quoting what the reply holds.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Many:
    """A path that leads to any number of places."""

    get: Callable[[Cursor], Sequence[Cursor]]
    """The cursors, in order; never more than the format's bound (DocumentError)."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table inside a document, in which entries are found by a key."""

    get: Callable[[Cursor, str], Cursor | None]
    """The cursor at the entry for a key; None if there is none."""


class Format(Protocol):
    """One kind of documents.  Implements `shapes.Shape` for its cursors: `Found.kind` is always TEXT.

    `Found.get` gives the text at the path exactly as it was written, "" for what is there and empty, and None for what
    is not there.
    """

    name: str
    itself: str
    """The path of the text at the place where a cursor stands; "" where a place has none of its own."""

    def parse(self, data: Any, charset: str = "") -> Cursor:
        """A cursor at the root of `data`.  `charset` is what the transport was told.  Raises DocumentError.

        A format of texts takes bytes, or a text that was found within another document.
        """

    def without(self, cursor: Cursor, names: frozenset[str]) -> None:
        """Empty what is called by one of `names` in the document of `cursor`, so that no path gives it by going around its name.

        Formats of which each value has to be named to be read have nothing to do.
        """
        return  # a body of its own, so that formats may leave it out

    def at(self, path: str) -> Found | NotFound:
        """One value."""

    def presence(self, path: str) -> Callable[[Cursor], bool] | NotFound:
        """Whether there is anything at `path`, be it empty."""

    def each(self, path: str, *, keyed: bool = False) -> Many | NotFound:
        """Many places: elements, members of a list, rows.

        `keyed` walks the values of an object and keeps the name of each, which the path `@key` gives; where a format
        has no such objects, it is a NotFound.
        """

    def all(self, path: str) -> Callable[[Cursor], Sequence[str]] | NotFound:
        """The texts of all values at `path`, in order, without those that are not there."""

    def table(self, path: str, key: str) -> Table | NotFound:
        """A table at `path`, always found from the root.

        Without `key` it is an object whose names are the keys; with one, a list whose entries have their key there.
        """

    def root(self, cursor: Cursor) -> str:
        """The name of the document's root; "" where the format has none."""

    def text(self, cursor: Cursor) -> str:
        """All text of the document, for rules that look for words anywhere."""

    def line(self, cursor: Cursor) -> int:
        """The line on which the cursor's place begins in the document; 0 where nobody knows."""
