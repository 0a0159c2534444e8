"""Titles: which copies there are, and who waits for one."""

import pytest

from inhouse_books import I1, I2, R1, R2, R3, Books, a_hold, a_loan, a_patron, an_item
from softdock.circulation.holds import HoldKind
from softdock.circulation.identifiers import TitleId
from softdock.circulation.items import CirculationStatus
from softdock.circulation.operations import LookupTitle, PlaceHold
from softdock.circulation.reasons import Reason


def books_of_one_title():
    known = {"title": "三体", "title_id": TitleId("T1"), "extra": {"isbn": "978-7-5366-9293-0"}}
    return Books(
        a_patron(R1), a_patron(R2), a_patron(R3), an_item(I1, **known), an_item(I2, author="刘慈欣", **known),
        an_item("I3"), a_loan(I1, R1), a_hold(R2, None, title="三体", title_id=TitleId("T1")),
    )  # fmt: skip


def test_a_title_is_told_with_all_of_its_copies_as_they_stand():
    books = books_of_one_title()
    report = books.done(LookupTitle(TitleId("T1")))
    assert (report.id, report.title, report.author, report.hold_queue_length) == ("T1", "三体", "刘慈欣", 1)
    assert report.copies == (books.item(I1), books.item(I2))
    assert [each.status for each in report.copies] == [
        CirculationStatus.CHARGED,
        CirculationStatus.ON_HOLD_SHELF,
    ]


@pytest.mark.parametrize("name", ["三体", "9787536692930", "978-7-5366-9293-0"])
def test_a_title_is_known_by_other_names_as_well(name):
    """For whoever asks about it, and for whoever wants it."""
    books = books_of_one_title()
    assert books.done(LookupTitle(TitleId(name))).id == "T1"
    assert books.done(PlaceHold(R3, title=TitleId(name))).title_id == "T1"


@pytest.mark.parametrize("name", ["X", "", "9787536692931", "9" * 4000])
def test_a_title_that_is_not_there_is_unknown(name):
    assert books_of_one_title().refusal(LookupTitle(TitleId(name))) is Reason.TITLE_UNKNOWN


def test_who_wants_a_copy_made_does_not_wait_in_the_queue():
    books = books_of_one_title()
    books.done(PlaceHold(R3, I1, kind=HoldKind.COPY))
    assert books.done(LookupTitle(TitleId("T1"))).hold_queue_length == 1
