"""Paths over records: what lies where, what cannot be taken, and what was probably meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from types import SimpleNamespace
from typing import Annotated, Any, NewType, Optional, Union

import pytest

from softdock.mappings.records import RecordShape
from softdock.mappings.shapes import Found, Kind, NotFound

Barcode = NewType("Barcode", str)


class Colour(Enum):
    RED = "red"
    GREEN = "green"


class Name(str):
    __slots__ = ()


@dataclass
class Sum:
    fen: int

    def __str__(self) -> str:
        return f"{self.fen / 100:.2f}"


@dataclass
class Shelf:
    room: str
    number: int | None = None


@dataclass
class Book:
    barcode: Barcode
    title: Annotated[Name | None, "as printed"] = None
    pages: Optional[int] = None  # noqa: UP045 - older hints are understood as well
    price: Sum | None = None
    colour: Colour = Colour.RED
    magnetic: bool | None = None
    printed: date | None = None
    due: Union[datetime, date, None] = None  # noqa: UP007
    shelf: Shelf | None = None
    authors: Sequence[str] = ()
    either: int | str = 0
    anything: Any = None
    extra: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    sequel: "Book | None" = None


SHAPE = RecordShape({"book": Book}, withheld=["book.colour"])
FULL = SimpleNamespace(
    book=Book(
        Barcode("B1"), Name("War"), 3, Sum(1250), Colour.GREEN, False, date(2024, 1, 5), None,
        Shelf("A", 7), extra={"internet": "yes", "a.b": "c"}, sequel=Book(Barcode("B2")),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "kind", "value"),
    [
        ("book.barcode", Kind.TEXT, "B1"),
        ("book.title", Kind.TEXT, "War"),
        ("book.pages", Kind.NUMBER, 3),
        ("book.price", Kind.AMOUNT, Sum(1250)),
        ("book.price.fen", Kind.NUMBER, 1250),
        ("book.magnetic", Kind.FLAG, False),
        ("book.printed", Kind.DATE, date(2024, 1, 5)),
        ("book.due", Kind.DATE, None),
        ("book.shelf.room", Kind.TEXT, "A"),
        ("book.shelf.number", Kind.NUMBER, 7),
        ("book.extra.internet", Kind.TEXT, "yes"),
        ("book.extra.a.b", Kind.TEXT, "c"),
        ("book.extra.absent", Kind.TEXT, None),
        ("book.sequel.barcode", Kind.TEXT, "B2"),
        ("book.sequel.sequel.barcode", Kind.TEXT, None),
    ],
)
def test_a_path_tells_its_kind_and_takes_its_value(path, kind, value):
    found = SHAPE.at(path)
    assert isinstance(found, Found)
    assert found.kind is kind
    assert found.get(FULL) == value
    assert found.get(SimpleNamespace(book=None)) is None


@pytest.mark.parametrize(
    ("path", "sentence", "remedy"),
    [
        ("book.titel", '"book.titel" leads nowhere.', "Did you mean book.title?"),
        ("Book.Title", '"Book.Title" leads nowhere.', "Did you mean book.title?"),
        (
            "book.shelf",
            '"book.shelf" is a record, not a value.',
            "There are book.shelf.room, book.shelf.number.",
        ),
        ("book.authors", '"book.authors" holds several values.', "A rule takes paths to a single one."),
        ("book.either", '"book.either" holds several values.', "A rule takes paths to a single one."),
        ("book.anything", '"book.anything" holds several values.', "A rule takes paths to a single one."),
        ("book.counts", '"book.counts" holds several values.', "A rule takes paths to a single one."),
        (
            "book.extra",
            '"book.extra" is a table of names and texts.',
            "Add the name: book.extra.<name>.",
        ),
        ("book.colour", '"book.colour" is never passed on.', "Take something else."),
    ],
)
def test_a_path_that_leads_to_no_value_says_why(path, sentence, remedy):
    assert SHAPE.at(path) == NotFound(sentence, remedy)


def test_a_path_that_resembles_none_is_answered_with_all_of_them():
    shape = RecordShape({"shelf": Shelf})
    assert shape.at("zzz") == NotFound('"zzz" leads nowhere.', "There are shelf.room, shelf.number.")
    assert isinstance(shape.at(""), NotFound)


def test_words_of_closed_lists_are_known():
    shape = RecordShape({"book": Book})
    assert shape.at("book.colour").words == ("red", "green")
    assert shape.at("book.magnetic").words == ("true", "false")
    assert shape.at("book.title").words == ()


def test_records_that_contain_themselves_come_to_an_end():
    assert len(SHAPE.paths()) < 1000
    assert "book.extra.<name>" in SHAPE.paths()
