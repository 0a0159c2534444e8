"""Holds: joining the queue, changing places in it never, leaving it, and whose turn it is."""

from datetime import datetime, timedelta

import pytest

from inhouse_books import (
    I1,
    I2,
    I3,
    NOW,
    R1,
    R2,
    R3,
    ZONE,
    Books,
    a_block,
    a_hold,
    a_loan,
    a_patron,
    an_item,
    day,
)
from softdock.adapters.inhouse.policies import Policy
from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import CirculationStatus
from softdock.circulation.operations import CancelHold, ChangeHold, Checkin, Checkout, PlaceHold
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason

PEOPLE = (a_patron(R1), a_patron(R2), a_patron(R3))
T = TitleId("T")


def copies(*items, **changes):
    """Copies of the one title T."""
    return [an_item(item, title="T", **changes) for item in items]


# --- placing ------------------------------------------------------------------------------------------


def test_a_hold_on_a_lent_item_waits():
    """BR tells the place, and the borrower's loan is recalled."""
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1))
    hold = books.done(PlaceHold(R2, I1, pickup_location="main"))
    assert (hold.available, hold.queue_position, hold.pickup_location) == (False, 1, "main")
    assert (hold.title, hold.item.hold_queue_length) == ("Title of I1", 1)
    assert hold.item.status is CirculationStatus.RECALLED
    assert books.done(PlaceHold(R3, I1)).queue_position == 2
    assert books.item() != hold.item
    assert (books.item().hold_queue_length, books.item().recalled) == (2, NOW)
    assert books.listed(PatronList.UNAVAILABLE_HOLDS, R2) == [I1]
    assert books.patron(R1).counts.recalls == 1


def test_a_hold_on_a_free_item_has_it_set_aside_at_once():
    """Nobody else may borrow it from then on."""
    books = Books(*PEOPLE, an_item())
    hold = books.done(PlaceHold(R2, I1))
    assert (hold.available, hold.queue_position) == (True, 1)
    assert hold.item.status is CirculationStatus.ON_HOLD_SHELF
    assert hold.expires == hold.item.hold_pickup_until == day(3, 9)
    assert books.item() == hold.item
    assert books.refusal(Checkout(R1, I1)) is Reason.ITEM_ON_HOLD
    assert books.done(Checkout(R2, I1)).patron == R2


def test_a_free_item_of_another_branch_is_set_aside_and_not_yet_ready():
    """It can be fetched once it has arrived."""
    books = Books(*PEOPLE, an_item())
    hold = books.done(PlaceHold(R2, I1, pickup_location="west"))
    assert hold.item.status is CirculationStatus.IN_TRANSIT
    assert books.patron(R2).counts.holds == 0


def test_a_hold_on_a_title_takes_whichever_copy_is_free():
    books = Books(*PEOPLE, *copies(I1, I2), a_loan(I1, R1))
    hold = books.done(PlaceHold(R2, title=T))
    assert (hold.available, hold.item.id) == (True, I2)


def test_a_hold_on_an_item_waits_for_that_copy_unless_any_will_do():
    """BY: 3 this copy, 2 any copy."""
    for scope, available in ((None, False), (HoldScope.THIS_COPY, False), (HoldScope.ANY_COPY, True)):
        books = Books(*PEOPLE, *copies(I1, I2), a_loan(I1, R1))
        assert books.done(PlaceHold(R2, I1, scope=scope)).available is available


def test_the_copy_that_was_named_is_preferred():
    """Any copy will do, but the patron had this one in hand."""
    books = Books(*PEOPLE, *copies(I1, I2))
    assert books.done(PlaceHold(R2, I2, scope=HoldScope.ANY_COPY)).item.id == I2


def test_any_copy_at_a_location_means_a_copy_that_belongs_there():
    """BY: 4."""
    books = Books(*PEOPLE, *copies(I1), *copies(I2, permanent_location="west", location="west"))
    wish = PlaceHold(R2, title=T, scope=HoldScope.ANY_COPY_AT_LOCATION, pickup_location="west")
    assert books.done(wish).item.id == I2


def test_this_copy_without_a_copy_can_only_mean_any():
    assert Books(*PEOPLE, *copies(I1)).done(PlaceHold(R2, title=T, scope=HoldScope.THIS_COPY)).available


def test_a_hold_on_another_copy_is_not_in_the_way():
    """Two patrons who wait for different copies are both first."""
    books = Books(*PEOPLE, *copies(I1, I2), a_loan(I1, R1), a_loan(I2, R1))
    assert books.done(PlaceHold(R2, I1)).queue_position == 1
    assert books.done(PlaceHold(R3, I2)).queue_position == 1
    assert books.item(I1).hold_queue_length == 1


PAST, TODAY = NOW - timedelta(days=1), NOW.replace(hour=0)

REFUSALS = {
    "an unknown patron": ((), PlaceHold(PatronId("R9"), I1), Reason.PATRON_UNKNOWN),
    "an unknown item": ((), PlaceHold(R2, ItemId("I9")), Reason.ITEM_UNKNOWN),
    "an unknown title": ((), PlaceHold(R2, title=TitleId("X")), Reason.TITLE_UNKNOWN),
    "neither item nor title": ((), PlaceHold(R2), Reason.REQUEST_INCOMPLETE),
    "a wrong PIN": ((), PlaceHold(R2, I1, pin=Secret("0")), Reason.PIN_WRONG),
    "a blocked card": ((a_block(R2),), PlaceHold(R2, I1), Reason.PATRON_BLOCKED),
    "what the patron has": ((a_loan(I1, R2),), PlaceHold(R2, I1), Reason.HOLD_ITEM_LENT_TO_PATRON),
    "what the patron has on hold": ((a_hold(R2, I1),), PlaceHold(R2, I1), Reason.HOLD_EXISTS),
    "the title of what they have on hold": (
        (a_hold(R2, I1),), PlaceHold(R2, title=TitleId("Title of I1")), Reason.HOLD_EXISTS),
    "a day that has passed": ((), PlaceHold(R2, I1, expires=PAST), Reason.HOLD_DATE_PAST),
    "as many holds as allowed": ((a_hold(R2, I2), a_hold(R2, I3)), PlaceHold(R2, I1), Reason.TOO_MANY_HOLDS),
    "what is read in the house": ((), PlaceHold(R2, ItemId("I4")), Reason.ITEM_NOT_LENDABLE),
    "what is lost": ((), PlaceHold(R2, ItemId("I5")), Reason.ITEM_NOT_LENDABLE),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_refused(case):
    """Each refusal has its own reason, and nobody joins the queue."""
    rows, wish, reason = REFUSALS[case]
    books = Books(
        *PEOPLE, an_item(I1), an_item(I2), an_item(I3), an_item("I4", lendable=False),
        an_item("I5", CirculationStatus.LOST), *rows, policy=Policy(max_holds=2),
    )  # fmt: skip
    before = books.patron(R2)
    assert books.refusal(wish) is reason
    assert books.patron(R2) == before


def test_what_is_on_order_can_be_held():
    """The first to ask gets it when it has come."""
    books = Books(*PEOPLE, an_item(status=CirculationStatus.ON_ORDER))
    assert not books.done(PlaceHold(R2, I1)).available


# --- changing -----------------------------------------------------------------------------------------


def test_a_change_keeps_the_place_in_the_queue():
    """What the device did not name stays as it was."""
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1))
    books.done(PlaceHold(R2, I1, pickup_location="main"))
    books.done(PlaceHold(R3, I1))
    expires = datetime(2026, 4, 1, tzinfo=ZONE)
    hold = books.done(ChangeHold(R2, I1, expires=expires))
    assert (hold.queue_position, hold.pickup_location, hold.expires) == (1, "main", expires)
    assert books.done(ChangeHold(R2, I1, pickup_location="west")).expires == expires
    assert books.done(Checkin(I1, location="main")).destination == "west"


def test_another_pickup_location_sends_the_item_there():
    """It was ready here, and is on its way now."""
    books = Books(*PEOPLE, an_item(), a_hold(R2, I1))
    hold = books.done(ChangeHold(R2, I1, pickup_location="west"))
    assert hold.item.status is CirculationStatus.IN_TRANSIT
    assert books.patron(R2).counts.unavailable_holds == 1


def test_a_hold_that_any_copy_may_fill_now_takes_a_free_one():
    books = Books(*PEOPLE, *copies(I1, I2), a_loan(I1, R1))
    books.done(PlaceHold(R2, I1))
    hold = books.done(ChangeHold(R2, I1, scope=HoldScope.ANY_COPY))
    assert (hold.available, hold.item.id) == (True, I2)


def test_a_hold_narrowed_to_another_copy_passes_its_copy_on():
    books = Books(*PEOPLE, *copies(I1, I2), a_loan(I1, R1))
    books.done(PlaceHold(R2, I1, scope=HoldScope.ANY_COPY))
    books.done(PlaceHold(R3, title=T))
    assert books.listed(PatronList.HOLDS, R2) == [I2]
    hold = books.done(ChangeHold(R2, I1, scope=HoldScope.THIS_COPY))
    assert (hold.available, books.listed(PatronList.HOLDS, R3)) == (False, [I2])


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (ChangeHold(R3, I1), Reason.HOLD_UNKNOWN),
        (ChangeHold(R2, I1, pin=Secret("0")), Reason.PIN_WRONG),
        (ChangeHold(R2, I1, expires=PAST), Reason.HOLD_DATE_PAST),
        (ChangeHold(R2, ItemId("X")), Reason.ITEM_UNKNOWN),
        (CancelHold(R3, I1), Reason.HOLD_UNKNOWN),
        (CancelHold(R2, I1, pin=Secret("0")), Reason.PIN_WRONG),
        (CancelHold(PatronId("R9"), I1), Reason.PATRON_UNKNOWN),
        (CancelHold(R2, title=TitleId("X")), Reason.TITLE_UNKNOWN),
    ],
)
def test_what_can_not_be_changed_or_cancelled(wish, reason):
    assert Books(*PEOPLE, an_item(), a_hold(R2, I1)).refusal(wish) is reason


# --- leaving ------------------------------------------------------------------------------------------


def test_a_cancelled_hold_moves_up_who_came_later():
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1))
    books.done(PlaceHold(R2, I1))
    books.done(PlaceHold(R3, I1))
    assert books.done(CancelHold(R2, I1)).item.hold_queue_length == 1
    assert books.done(ChangeHold(R3, I1)).queue_position == 1
    assert books.patron(R2).counts.unavailable_holds == 0


def test_a_cancelled_hold_passes_its_copy_on():
    """The item on the hold shelf waits for the next at once."""
    books = Books(*PEOPLE, an_item(), a_hold(R2, I1), a_hold(R3, I1))
    books.done(CancelHold(R2, I1))
    assert books.listed(PatronList.HOLDS, R3) == [I1]
    books.done(CancelHold(R3, title=TitleId("Title of I1")))
    assert books.item().status is CirculationStatus.AVAILABLE


def test_the_hold_that_is_cancelled_is_the_one_on_the_copy_that_was_named():
    books = Books(*PEOPLE, *copies(I1, I2), a_hold(R2, I1, title_id=T), a_hold(R2, I2, title_id=T))
    books.done(CancelHold(R2, I2))
    assert books.listed(PatronList.HOLDS, R2) == [I1]


def test_any_card_may_leave_the_queue():
    """A blocked patron does not keep others waiting."""
    assert Books(*PEOPLE, an_item(), a_hold(R2, I1), a_block(R2)).done(CancelHold(R2, I1))


# --- lapsing ------------------------------------------------------------------------------------------


def test_what_is_not_fetched_in_time_goes_to_the_next():
    """Seven days on the hold shelf, and from the eighth on it is somebody else's turn."""
    books = Books(*PEOPLE, an_item(), a_hold(R2, I1), a_hold(R3, I1))
    books.now = day(3, 9)
    assert books.listed(PatronList.HOLDS, R2) == [I1]
    books.now = day(3, 10)
    assert books.patron(R2).counts.holds == 0
    assert books.listed(PatronList.HOLDS, R3) == [I1]
    assert books.item().hold_pickup_until == day(3, 17)


def test_the_time_on_the_hold_shelf_is_the_librarys():
    assert Books(*PEOPLE, an_item(), hold_shelf_days=2).done(PlaceHold(R2, I1)).expires == day(3, 4)


def test_a_hold_that_has_expired_is_not_served():
    """It is wanted through its last day."""
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1))
    books.done(PlaceHold(R2, I1, expires=TODAY))
    assert books.patron(R2).counts.unavailable_holds == 1
    books.now = day(3, 3)
    assert books.done(Checkin(I1)).alert is None
    assert books.patron(R2).counts.unavailable_holds == 0


def test_a_hold_that_was_ready_in_time_does_not_expire_on_the_shelf():
    """From then on the shelf's time counts."""
    books = Books(*PEOPLE, an_item())
    books.done(PlaceHold(R2, I1, expires=TODAY))
    books.now = day(3, 5)
    assert books.listed(PatronList.HOLDS, R2) == [I1]


def test_a_hold_that_was_changed_lapses_by_its_new_date_only():
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1))
    books.done(PlaceHold(R2, I1, expires=day(3, 3)))
    books.done(ChangeHold(R2, I1, expires=day(3, 5)))
    books.now = day(3, 4)
    assert books.patron(R2).counts.unavailable_holds == 1
    books.now = day(3, 6)
    assert books.patron(R2).counts.unavailable_holds == 0
