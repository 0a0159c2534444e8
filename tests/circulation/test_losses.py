"""Looking for what is lost: as declared, in the record and in the records within it."""

from collections.abc import Sequence

import pytest

from softdock.circulation.losses import Direction, Handling, LossTable, lost
from softdock.circulation.outcomes import Done
from softdock.circulation.records import record


@record
class Page:
    number: int
    note: str = ""
    torn: bool = False


@record
class Book:
    page: Page
    cover: Page | None = None
    pages: Sequence[Page] = ()
    owner: str = ""
    shelf: str = ""


TABLE = LossTable(
    "paper",
    Direction.ANSWER,
    lost(Page, dropped="note", approximated="torn"),
    lost(Book, by_profile="owner", here="shelf"),
    lost(Done, dropped="note"),
)
PLAIN, NOTED = Page(1), Page(1, "blue")


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (PLAIN, ()),
        (Page(1, "blue", True), ("page.note", "page.torn")),
        (Book(PLAIN), ()),
        (Book(NOTED), ("page.note",)),
        (Book(PLAIN, owner="Ada", shelf="3F"), ("book.owner",)),
        (Book(PLAIN, cover=NOTED), ("page.note",)),
        (Book(PLAIN, pages=(NOTED, Page(2, torn=True))), ("page.note",)),
        (Done(Book(NOTED), "a note"), ("done.note",)),
        (object(), ()),
        (None, ()),
    ],
)
def test_what_is_said_and_has_no_place_is_found_by_its_name(value, names):
    assert TABLE.found(value) == names


def test_a_record_that_is_told_in_passing_is_not_looked_into():
    table = LossTable(
        "paper",
        Direction.ANSWER,
        lost(Page, dropped="note"),
        lost(Book, dropped="shelf", in_passing="page pages"),
    )
    assert table.found(Book(NOTED, pages=(NOTED,), shelf="3F")) == ("book.shelf",)
    assert table.found(Book(NOTED, cover=NOTED)) == ("page.note",)


def test_what_a_profile_may_place_is_not_lost_where_it_does():
    assert TABLE.found(Book(NOTED, owner="Ada"), profiled=True) == ("page.note",)


def test_what_has_no_default_is_always_said():
    table = LossTable("paper", Direction.REQUEST, lost(Page, dropped="number"))
    assert table.found(PLAIN) == ("page.number",)


def test_usual_values_say_nothing():
    table = LossTable(
        "paper", Direction.REQUEST, lost(Page, "p", dropped="number note", usual={"number": range(5)})
    )
    assert table.found(Page(4)) == ()
    assert table.found(Page(5)) == ("p.number",)
    assert table.found(Page(4, "blue")) == ("p.note",)


@pytest.mark.parametrize(
    "slip", [{"dropped": "colour"}, {"dropped": "note note"}, {"dropped": "note", "here": "note"}]
)
def test_a_slip_of_the_pen_is_told_at_once(slip):
    with pytest.raises(ValueError, match="Page has no"):
        lost(Page, **slip)


def test_a_way_that_there_is_not_is_told_at_once():
    with pytest.raises(KeyError):
        lost(Page, forgotten="note")


def test_all_losses_are_told_in_order_the_uncounted_too():
    assert [(each.what, each.handling) for each in TABLE] == [
        ("page.note", Handling.DROPPED),
        ("page.torn", Handling.APPROXIMATED),
        ("book.owner", Handling.BY_PROFILE),
        ("book.shelf", Handling.HERE),
        ("done.note", Handling.DROPPED),
    ]
