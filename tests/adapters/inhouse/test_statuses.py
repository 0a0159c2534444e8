"""Saying by hand where an item stands."""

import pytest

from inhouse_books import I1, I2, R1, R2, Books, a_hold, a_loan, a_patron, an_item, day
from softdock.circulation.items import AlertType, CirculationStatus
from softdock.circulation.operations import Checkin, Checkout, SetItemStatus
from softdock.circulation.outcomes import Refused
from softdock.circulation.reasons import Reason

LOST, MISSING, CLAIMED = CirculationStatus.LOST, CirculationStatus.MISSING, CirculationStatus.CLAIMED_RETURNED
AVAILABLE, CHARGED = CirculationStatus.AVAILABLE, CirculationStatus.CHARGED
NOT_RECALLABLE = CirculationStatus.CHARGED_NOT_RECALLABLE
OF_LENT_ITEMS = {LOST, MISSING, CLAIMED, NOT_RECALLABLE, AVAILABLE}
OF_LOANS = {CHARGED, NOT_RECALLABLE, CirculationStatus.RECALLED, CirculationStatus.ON_HOLD_SHELF}


@pytest.mark.parametrize("status", [each for each in CirculationStatus if each not in OF_LOANS])
def test_what_is_said_of_an_item_that_is_in_is_told(status):
    books = Books(an_item(note="torn", location="3F"))
    item = books.done(SetItemStatus(I1, status)).item
    assert item == books.item()
    assert (item.status, item.current_location, item.properties) == (status, "3F", "torn")


@pytest.mark.parametrize("status", [each for each in CirculationStatus if each in OF_LOANS])
def test_what_loans_and_holds_say_nobody_says_by_hand(status):
    books = Books(an_item())
    refused = books.ask(SetItemStatus(I1, status))
    assert (refused.reason, refused.item) == (Reason.VALUE_NOT_KEPT, books.item())


@pytest.mark.parametrize("status", [LOST, MISSING, CLAIMED, NOT_RECALLABLE])
def test_a_loan_goes_on_whatever_is_said_of_the_item(status):
    """It is told with its due date; "available" ends it, and a return as well."""
    books = Books(a_patron(), an_item(), a_loan())
    item = books.done(SetItemStatus(I1, status)).item
    assert (item.status, item.due, books.patron().counts.loans) == (status, day(3, 20), 1)
    assert books.done(SetItemStatus(I1, AVAILABLE)).item.status is CHARGED
    books.done(SetItemStatus(I1, status))
    books.done(Checkin(I1))
    assert books.item().status is AVAILABLE


@pytest.mark.parametrize("status", [each for each in CirculationStatus if each not in OF_LENT_ITEMS])
def test_what_somebody_has_is_not_said_to_be_in_the_house(status):
    assert Books(a_patron(), an_item(), a_loan()).refusal(SetItemStatus(I1, status)) is Reason.VALUE_NOT_KEPT


@pytest.mark.parametrize("status", [LOST, MISSING, CirculationStatus.IN_PROCESS])
def test_whoever_was_to_get_what_is_lost_gets_another_copy_or_waits_again(status):
    books = Books(
        a_patron(R1),
        a_patron(R2),
        *(an_item(item, title="T") for item in (I1, I2)),
        a_hold(R2, None, title="T"),
    )
    books.done(SetItemStatus(I1, status))
    assert (books.look().copies[I1].hold, books.look().copies[I2].hold.patron) == (None, R2)
    books.done(SetItemStatus(I2, status))
    (hold,) = books.look().copies[I2].title.queue
    assert (hold.copy, books.item(I2).status) == (None, status)


def test_what_is_found_again_goes_to_whoever_waits():
    books = Books(a_patron(R1), a_patron(R2), an_item(I1, CirculationStatus.ON_ORDER), a_hold(R2, I1))
    item = books.done(SetItemStatus(I1, AVAILABLE)).item
    assert (item, item.status) == (books.item(), CirculationStatus.ON_HOLD_SHELF)
    assert books.refusal(Checkout(R1, I1)) is Reason.ITEM_ON_HOLD


def test_what_is_set_aside_stays_so():
    """It is available: that it waits for somebody is said by the hold.  Nobody says that it is on its way."""
    books = Books(a_patron(R1), an_item(), a_hold(R1, I1))
    before = books.item()
    assert books.done(SetItemStatus(I1, AVAILABLE)).item == before
    assert books.refusal(SetItemStatus(I1, CirculationStatus.IN_TRANSIT)) is Reason.VALUE_NOT_KEPT


def test_what_is_lost_is_lent_to_nobody_and_beeps_when_it_comes_back():
    books = Books(a_patron(), an_item())
    books.done(SetItemStatus(I1, LOST))
    assert books.refusal(Checkout(R1, I1)) is Reason.ITEM_NOT_LENDABLE
    assert books.done(Checkin(I1)).alert is AlertType.SPECIAL


def test_of_an_unknown_item_nothing_can_be_said():
    assert Books().ask(SetItemStatus(I1, LOST)) == Refused(Reason.ITEM_UNKNOWN)
