"""Blocking and enabling cards, ending sessions, and the lists that hang on a card."""

from datetime import date, timedelta

import pytest

from inhouse_books import (
    I1,
    I2,
    NOW,
    PIN,
    R1,
    R2,
    R3,
    Books,
    a_block,
    a_fee,
    a_hold,
    a_loan,
    a_patron,
    an_item,
    an_overdue_loan,
    yuan,
)
from softdock.circulation.identifiers import FeeId, ItemId, PatronId, Secret
from softdock.circulation.items import FeeType
from softdock.circulation.operations import BlockPatron, EnablePatron, EndSession, LookupPatron
from softdock.circulation.outcomes import PinCheck, SessionEnded
from softdock.circulation.patrons import ALL_DENIED, Entry, PatronList
from softdock.circulation.reasons import Reason

# --- block and enable ---------------------------------------------------------------------------------


def test_a_blocked_card_is_reported_blocked_at_once_and_from_then_on():
    """A kiosk that kept a card blocks it; every other kiosk sees that."""
    books = Books(a_patron())
    report = books.done(BlockPatron(R1, card_retained=True, message="kept by kiosk 3"))
    assert report.patron.standing == ALL_DENIED
    assert (report.reason, report.patron.message) == (Reason.PATRON_BLOCKED, "kept by kiosk 3")
    assert books.patron() == report.patron


def test_a_second_block_without_a_text_keeps_the_first_text():
    books = Books(a_patron(), a_block(R1, "see desk 2"))
    assert books.done(BlockPatron(R1)).patron.message == "see desk 2"


@pytest.mark.parametrize("pin", [None, Secret(""), Secret(PIN)])
def test_enabling_lifts_the_block(pin):
    """With the right PIN, or without one: whether one is needed is the account's affair."""
    books = Books(a_patron(), a_block())
    assert books.done(EnablePatron(R1, pin)).patron.standing == frozenset()
    assert books.patron().standing == frozenset()


@pytest.mark.parametrize(("on_file", "check"), [(PIN, PinCheck.WRONG), ("", PinCheck.NOT_SET)])
def test_with_a_pin_that_is_not_right_the_block_stays(on_file, check):
    """25 is for tests of the block: a wrong PIN must not lift it, and the report shows that it did not."""
    books = Books(a_patron(pin=on_file), a_block())
    report = books.done(EnablePatron(R1, Secret("0000")))
    assert (report.pin, report.reason) == (check, Reason.PATRON_BLOCKED)
    assert books.patron().standing == ALL_DENIED


def test_enabling_finds_no_lost_card_again():
    """Only the block is lifted."""
    books = Books(a_patron(card_lost=True), a_block())
    assert books.done(EnablePatron(R1)).reason is Reason.CARD_LOST


@pytest.mark.parametrize("wish", [BlockPatron, EnablePatron])
def test_an_unknown_card_is_neither_blocked_nor_enabled(wish):
    assert Books().refusal(wish(PatronId("R9"))) is Reason.PATRON_UNKNOWN


def test_every_session_can_be_ended():
    """36 is answered with Y, whoever the patron was."""
    assert Books().done(EndSession(R1)) == SessionEnded(R1)


# --- lists --------------------------------------------------------------------------------------------


def full_card() -> Books:
    """R1 has two loans, one of them overdue and recalled, one hold ready, one waiting, and two fees."""
    return Books(
        a_patron(R1), a_patron(R2), a_patron(R3), *(an_item(f"I{n}") for n in range(1, 5)),
        an_overdue_loan(I1), a_loan(I2), a_loan("I4", R3),
        a_hold(R2, I1), a_hold(R1, "I3"), a_hold(R1, "I4"),
        a_fee("F1", 1.5, kind=FeeType.OVERDUE, item=ItemId("I9"), title="A late book"), a_fee("F2", 5, title="New card"),
    )  # fmt: skip


def test_the_counts_of_all_six_lists():
    """Counts are told whichever list is asked for."""
    counts = full_card().patron().counts
    assert (counts.holds, counts.unavailable_holds) == (1, 1)
    assert (counts.loans, counts.overdue, counts.recalls, counts.fines) == (2, 1, 1, 2)


@pytest.mark.parametrize(
    ("wanted", "items"),
    [
        (PatronList.LOANS, [I1, I2]),
        (PatronList.OVERDUE, [I1]),
        (PatronList.RECALLS, [I1]),
        (PatronList.HOLDS, ["I3"]),
        (PatronList.UNAVAILABLE_HOLDS, ["I4"]),
        (PatronList.FINES, ["I9", "New card"]),
        (PatronList.FEES, ["I9", "New card"]),
    ],
)
def test_each_list_holds_its_own(wanted, items):
    """A hold that can be fetched is in HOLDS, one that waits in UNAVAILABLE_HOLDS."""
    assert full_card().listed(wanted) == items


def test_fees_come_with_their_details():
    report = full_card().done(LookupPatron(R1, wanted=PatronList.FEES))
    assert report.entries[0] == Entry(
        ItemId("I9"), "A late book", fee=FeeId("F1"), fee_type=FeeType.OVERDUE, amount=yuan(1.5)
    )


def test_no_list_is_told_that_was_not_asked_for():
    assert full_card().report().entries == ()


@pytest.mark.parametrize(
    ("first", "last", "items"),
    [
        (1, None, ["I1", "I2", "I3", "I4", "I5"]),
        (2, 3, ["I2", "I3"]),
        (5, 9, ["I5"]),
        (6, None, []),
        (4, 2, []),
        (0, 1, ["I1"]),
        (1, 1, ["I1"]),
    ],
)
def test_a_slice_is_counted_from_one_with_both_ends_and_the_count_stays_full(first, last, items):
    """BP and BQ."""
    numbers = range(1, 6)
    books = Books(a_patron(), *(an_item(f"I{n}") for n in numbers), *(a_loan(f"I{n}") for n in numbers))
    report = books.done(LookupPatron(R1, wanted=PatronList.LOANS, first=first, last=last))
    assert [entry.item for entry in report.entries] == items
    assert report.patron.counts.loans == 5


def test_what_is_remembered_of_a_card_is_forgotten_over_night():
    """The same card, asked for again the next day, is worked out anew."""
    books = Books(a_patron(expires=date(2026, 3, 2)))
    first = books.patron()
    assert books.patron() is first
    books.now = NOW + timedelta(days=1)
    assert books.patron() is not first
