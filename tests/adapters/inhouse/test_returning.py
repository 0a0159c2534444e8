"""Taking items back: what ends, what it costs, and where the item goes."""

from datetime import timedelta

import pytest

from inhouse_books import (
    I1,
    I2,
    NOW,
    R1,
    R2,
    R3,
    Books,
    a_hold,
    a_loan,
    a_patron,
    an_item,
    an_overdue_loan,
    day,
    yuan,
)
from softdock.adapters.inhouse.policies import Terms
from softdock.circulation.identifiers import ItemId, LibraryId
from softdock.circulation.items import AlertType, CirculationStatus, FeeType
from softdock.circulation.operations import Checkin, Checkout, LookupPatron
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason

FINED = Terms(fine_per_day="0.10")


def test_a_returned_item_is_free_again():
    """The loan ends, the device switches the tag on, nothing beeps."""
    books = Books(a_patron(), an_item(), a_loan())
    back = books.done(Checkin(I1, location="main"))
    assert (back.patron, back.resensitize, back.alert, back.destination) == (R1, True, None, "")
    assert back.item.status is CirculationStatus.AVAILABLE
    assert books.item() == back.item
    assert books.listed(PatronList.LOANS) == []
    assert books.done(Checkout(R1, I1)).item.id == I1


def test_an_item_that_nobody_had_is_taken_too():
    """A sorter that refused it would jam."""
    back = Books(an_item()).done(Checkin(I1))
    assert (back.patron, back.alert) == (None, None)


def test_an_unknown_item_is_not_taken():
    """Nobody knows where it belongs."""
    assert Books().refusal(Checkin(ItemId("X"))) is Reason.ITEM_UNKNOWN


def test_the_item_is_where_it_was_returned():
    books = Books(an_item(), branches={"main": "M", "3F": "M"})
    assert books.done(Checkin(I1, location="3F")).item.current_location == "3F"
    assert books.item().permanent_location == "main"


# --- fines --------------------------------------------------------------------------------------------


def test_a_late_return_costs_a_fine_for_each_day():
    """Due on the 27th of February, returned on the second of March: three days."""
    books = Books(a_patron(), an_item(), an_overdue_loan(), terms=FINED)
    books.done(Checkin(I1))
    assert books.patron().balance == yuan(0.3)
    entry = books.done(LookupPatron(R1, wanted=PatronList.FEES)).entries[0]
    assert (entry.item, entry.fee_type, entry.title) == (I1, FeeType.OVERDUE, "Title of I1")


def test_a_library_without_fines_charges_none():
    books = Books(a_patron(), an_item(), an_overdue_loan())
    books.done(Checkin(I1))
    assert books.patron().balance == yuan(0)


def test_the_day_of_the_return_is_the_devices():
    """The book drop is emptied in the morning: the fine ends with the evening before."""
    books = Books(a_patron(), an_item(), an_overdue_loan(), terms=FINED)
    books.done(Checkin(I1, returned=NOW - timedelta(days=2)))
    assert books.patron().balance == yuan(0.1)


@pytest.mark.parametrize("returned", [NOW - timedelta(days=900), NOW + timedelta(days=900)])
def test_a_device_whose_clock_is_plainly_wrong_is_not_believed(returned):
    """Before the loan or in the future: the present counts."""
    books = Books(a_patron(), an_item(), an_overdue_loan(), terms=FINED)
    books.done(Checkin(I1, returned=returned))
    assert books.patron().balance == yuan(0.3)


# --- what happened while the library was away ---------------------------------------------------------


def test_a_stored_return_is_booked_with_its_own_date():
    books = Books(a_patron(), an_item(), an_overdue_loan(), terms=FINED)
    books.done(Checkin(I1, no_block=True, happened=NOW - timedelta(days=1)))
    assert books.patron().balance == yuan(0.2)
    assert books.item().status is CirculationStatus.AVAILABLE


def test_a_stored_return_does_not_end_a_loan_that_began_after_it():
    """A kiosk took it back at nine while cut off, somebody else borrowed it at ten: that loan stands."""
    books = Books(a_patron(R1), a_patron(R2), an_item())
    books.done(Checkout(R2, I1))
    back = books.done(Checkin(I1, no_block=True, happened=NOW - timedelta(hours=1)))
    assert (back.patron, back.item.borrower) == (None, R2)
    assert books.listed(PatronList.LOANS, R2) == [I1]


# --- where it goes ------------------------------------------------------------------------------------


def test_an_item_that_somebody_waits_for_goes_to_the_hold_shelf_here():
    """The device beeps and prints for whom it is."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_loan(), a_hold(R2, I1, pickup_location="main"))
    back = books.done(Checkin(I1, location="main"))
    assert (back.alert, back.hold_patron, back.hold_patron_name) == (AlertType.HOLD_HERE, R2, "Name of R2")
    assert (back.patron, back.destination) == (R1, "")
    assert back.item.status is CirculationStatus.ON_HOLD_SHELF
    assert back.item.hold_pickup_until == day(3, 9)
    assert books.listed(PatronList.HOLDS, R2) == [I1]
    assert "Name of R2" not in repr(back)


def test_an_item_that_somebody_waits_for_elsewhere_is_sent_there_and_is_ready_on_arrival():
    """In transit first, then on the hold shelf of the other branch."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_loan(), a_hold(R2, I1, pickup_location="west"))
    back = books.done(Checkin(I1, location="main"))
    assert (back.alert, back.destination, back.hold_patron) == (AlertType.HOLD_ELSEWHERE, "west", R2)
    assert back.item.status is CirculationStatus.IN_TRANSIT
    assert books.patron(R2).counts.unavailable_holds == 1
    assert books.refusal(Checkout(R1, I1)) is Reason.ITEM_ON_HOLD
    arrived = books.done(Checkin(I1, location="west"))
    assert (arrived.alert, arrived.hold_patron, arrived.patron) == (AlertType.HOLD_HERE, R2, None)
    assert books.listed(PatronList.HOLDS, R2) == [I1]


def test_who_came_first_is_served_first():
    books = Books(
        a_patron(R1), a_patron(R2), a_patron(R3), an_item(), a_loan(), a_hold(R3, I1), a_hold(R2, I1)
    )
    assert books.done(Checkin(I1)).hold_patron == R3


def test_a_hold_for_another_copy_is_not_filled_with_this_one():
    books = Books(
        a_patron(R1), a_patron(R2), an_item(I1, title="T"), an_item(I2, title="T"),
        a_loan(I1, R1), a_loan(I2, R1), a_hold(R2, I2, title_id="T"),
    )  # fmt: skip
    assert books.done(Checkin(I1)).alert is None
    assert books.done(Checkin(I2)).alert is AlertType.HOLD_HERE


def test_an_item_of_another_branch_is_sent_home():
    """Within a branch nothing is in transit, whichever floor the kiosk stands on."""
    books = Books(an_item(permanent_location="west"), branches={"main": "M", "3F": "M"})
    back = books.done(Checkin(I1, location="3F"))
    assert (back.alert, back.destination) == (AlertType.TRANSIT, "west")
    assert books.item().status is CirculationStatus.IN_TRANSIT
    home = books.done(Checkin(I1, location="west"))
    assert (home.alert, home.item.status) == (None, CirculationStatus.AVAILABLE)
    assert Books(an_item(), branches={"main": "M", "3F": "M"}).done(Checkin(I1, location="3F")).alert is None


def test_an_item_of_another_library_is_taken_and_sent_there():
    """It is in our stock for now; its owner is told as the destination."""
    books = Books(a_patron(), an_item(owner=LibraryId("CQL")), a_loan())
    back = books.done(Checkin(I1, location="main"))
    assert (back.patron, back.alert, back.destination) == (R1, AlertType.TRANSIT, "CQL")


@pytest.mark.parametrize(
    "status", [CirculationStatus.LOST, CirculationStatus.MISSING, CirculationStatus.CLAIMED_RETURNED]
)
def test_what_was_thought_lost_is_found_again_and_shown_to_staff(status):
    """It may be lent again at once; the count of lost items on the card goes down."""
    books = Books(a_patron(), an_item(status=status), a_loan())
    assert books.item().status is status
    back = books.done(Checkin(I1))
    assert (back.alert, back.item.status) == (AlertType.SPECIAL, CirculationStatus.AVAILABLE)


@pytest.mark.parametrize("status", [CirculationStatus.ON_ORDER, CirculationStatus.IN_PROCESS])
def test_what_is_not_ready_for_lending_goes_to_staff_and_stays_so(status):
    books = Books(a_patron(R2), an_item(status=status), a_hold(R2, I1))
    back = books.done(Checkin(I1))
    assert (back.alert, back.item.status, back.hold_patron) == (AlertType.SPECIAL, status, None)


def test_an_item_with_a_note_is_shown_to_staff():
    """Is the CD still in it?"""
    assert Books(an_item(note="with a CD")).done(Checkin(I1)).alert is AlertType.SPECIAL


def test_a_state_that_was_imported_without_its_loan_ends_with_the_return():
    back = Books(an_item(status=CirculationStatus.CHARGED)).done(Checkin(I1))
    assert (back.patron, back.item.status) == (None, CirculationStatus.AVAILABLE)


BINS = {"hold-here": "1", "transit": "2", "special": "9", "children": "4", "main": "5", "default": "3"}


@pytest.mark.parametrize(
    ("item", "parts", "expected"),
    [
        (an_item(), (a_hold(R2, I1), a_patron(R2)), "1"),
        (an_item(permanent_location="west", location="west"), (), "2"),
        (an_item(note="with a CD", collection="children"), (), "9"),
        (an_item(collection="children"), (), "4"),
        (an_item(), (), "5"),
        (an_item(permanent_location=""), (), "3"),
    ],
)
def test_the_sorter_is_told_its_bin(item, parts, expected):
    """By what has to be done, else by collection, else by where it belongs, else the default."""
    books = Books(item, *parts, sort_bins=BINS, branches={"main": "M"})
    assert books.done(Checkin(I1, location="main")).sort_bin == expected


def test_a_library_without_branches_is_one_house():
    """A kiosk on the third floor does not beep for a book that stands in the west wing."""
    assert Books(an_item(permanent_location="west")).done(Checkin(I1, location="3F")).alert is None


@pytest.mark.parametrize("bins", [{}, {"transit": "2"}])
def test_without_a_bin_for_it_none_is_told(bins):
    assert Books(an_item(), sort_bins=bins).done(Checkin(I1)).sort_bin == ""
