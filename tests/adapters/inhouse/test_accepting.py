"""Items of other libraries: they come for a patron, are lent to nobody else, and go home."""

from datetime import timedelta

import pytest

from inhouse_books import CDL, I1, I2, NOW, R1, R2, R3, Books, a_loan, a_patron, an_item, day
from softdock.circulation.holds import HoldKind, HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, PatronId
from softdock.circulation.items import AlertType, CirculationStatus, MediaType
from softdock.circulation.operations import (
    AcceptItem,
    CancelHold,
    Checkin,
    Checkout,
    LookupHold,
    LookupTitle,
    PlaceHold,
    Renew,
)
from softdock.circulation.reasons import Reason

PEOPLE = (a_patron(R1), a_patron(R2), a_patron(R3))
ILL1, ILL2 = HoldId("ILL-1"), HoldId("ILL-2")
X1 = ItemId("X1")
FOR_R1 = AcceptItem(
    ILL1, R1, X1, "Dune", "Herbert", "PS 3558", MediaType.BOOK, "CQL", day(3, 12), pickup_location="main"
)


def test_an_accepted_item_lies_ready_for_its_patron():
    """Described as the partner described it, a title of its own, and set aside under the name of the request."""
    books = Books(*PEOPLE, an_item(I1, title="Dune"))
    accepted = books.done(FOR_R1)
    item = books.item(X1)
    assert (accepted.hold, accepted.item) == (ILL1, item)
    assert (item.title, item.author, item.call_number, item.media_type) == (
        "Dune",
        "Herbert",
        "PS 3558",
        MediaType.BOOK,
    )
    assert (item.owner, item.current_location) == ("CQL", "main")
    assert (item.status, item.hold_pickup_until) == (CirculationStatus.ON_HOLD_SHELF, day(3, 9))
    hold = books.done(LookupHold(ILL1))
    assert (hold.patron, hold.status, hold.item, hold.pickup_location) == (R1, HoldStatus.READY, item, "main")
    assert hold.title_id == item.title_id != books.item(I1).title_id
    assert books.done(LookupTitle(item.title_id)).copies == (item,)
    assert books.patron(R1).counts.holds == 1


def test_an_accepted_item_is_lent_to_its_patron_only_and_has_to_be_back_in_time():
    books = Books(*PEOPLE)
    books.done(FOR_R1)
    assert books.refusal(Checkout(R2, X1)) is Reason.ITEM_ON_HOLD
    assert books.done(Checkout(R1, X1)).due == day(3, 12)
    assert books.done(LookupHold(ILL1)).status is HoldStatus.FILLED
    assert books.done(Renew(R1, X1)).due == day(3, 12)
    assert books.refusal(PlaceHold(R2, X1)) is Reason.ITEM_NOT_LENDABLE


def test_whose_patron_did_not_come_stays_for_that_patron():
    books = Books(*PEOPLE)
    books.done(FOR_R1)
    books.now = day(3, 10)
    assert books.item(X1).status is CirculationStatus.AVAILABLE
    assert books.refusal(Checkout(R2, X1)) is Reason.ITEM_ON_HOLD
    assert books.done(Checkout(R1, X1)).due == day(3, 12)


def test_what_has_to_go_back_by_now_is_not_lent_any_more():
    books = Books(*PEOPLE)
    books.done(FOR_R1)
    books.now = day(3, 12)
    assert books.refusal(Checkout(R1, X1)) is Reason.ITEM_NOT_LENDABLE


def test_an_accepted_item_goes_home_after_its_loan_and_is_lent_no_more():
    """Until it is accepted anew, for the same request or another."""
    books = Books(*PEOPLE)
    books.done(FOR_R1)
    books.done(Checkout(R1, X1))
    returned = books.done(Checkin(X1))
    assert (returned.alert, returned.destination) == (AlertType.TRANSIT, "CQL")
    assert books.item(X1).status is CirculationStatus.IN_TRANSIT
    assert books.refusal(Checkout(R1, X1)) is Reason.ITEM_NOT_LENDABLE
    title = books.item(X1).title_id
    for hold, patron in ((ILL1, R1), (ILL2, R2)):
        books.done(AcceptItem(hold, patron, X1))
        assert books.done(Checkout(patron, X1)).patron == patron
        books.done(Checkin(X1))
    assert books.item(X1).title_id == title


def test_a_return_that_is_undone_leaves_the_loan_as_it_was():
    books = Books(*PEOPLE)
    books.done(FOR_R1)
    books.done(Checkout(R1, X1))
    books.done(Checkin(X1))
    assert books.done(Checkout(R1, X1, cancel=True)).due == day(3, 12)
    assert books.done(Checkin(X1)).patron == R1


def test_a_loan_that_is_undone_puts_the_item_back_for_its_patron():
    books = Books(*PEOPLE)
    books.done(FOR_R1)
    books.done(Checkout(R1, X1))
    assert books.done(Checkin(X1, cancel=True)).hold_patron == R1
    assert books.done(LookupHold(ILL1)).status is HoldStatus.READY
    assert books.refusal(Checkout(R2, X1)) is Reason.ITEM_ON_HOLD


@pytest.mark.parametrize("lent", [False, True])
def test_the_same_again_is_answered_and_does_nothing_more(lent):
    """A partner that did not hear our answer sends it again."""
    books = Books(*PEOPLE)
    for wish in (FOR_R1, AcceptItem(ILL2, R2, title="Emma")):
        first = books.done(wish)
        if lent:
            books.done(Checkout(wish.patron, first.item.id))
        again = books.done(wish)
        assert (again.hold, again.item) == (first.hold, books.item(first.item.id))
    assert [len(books.look().cards[patron].holds) for patron in (R1, R2)] == [0 if lent else 1] * 2


def test_an_item_without_a_number_goes_by_the_name_of_its_request():
    """Or by a number that is made, where that is an item's already, or cannot be one."""
    books = Books(*PEOPLE, an_item("ILL-1"))
    assert books.done(AcceptItem(ILL2, R1)).item.id == ILL2
    assert books.done(AcceptItem(ILL1, R1)).item.id not in ("ILL-1", None)
    assert books.done(AcceptItem(HoldId("a|b"), R1)).item.id.startswith("I0")


def test_an_item_without_a_title_is_called_by_its_number():
    books = Books(*PEOPLE)
    assert books.done(AcceptItem(ILL1, R1, X1)).item.title == X1


def test_an_accepted_item_fulfils_the_request_of_its_patron_that_has_its_name():
    """Which waits no more for what the library has itself."""
    books = Books(*PEOPLE, an_item(I1), an_item(I2), a_loan(I2, R3))
    books.done(PlaceHold(R1, I2, hold=ILL1, kind=HoldKind.LOAN))
    books.done(PlaceHold(R2, I2))
    books.now += timedelta(days=1)
    books.done(FOR_R1)
    hold = books.done(LookupHold(ILL1))
    assert (hold.item.id, hold.kind, hold.placed) == (X1, HoldKind.LOAN, NOW)
    assert books.done(Checkin(I2)).hold_patron == R2


def test_what_was_set_aside_for_that_request_goes_to_whoever_is_next():
    books = Books(*PEOPLE, an_item(I1))
    books.done(PlaceHold(R1, I1, hold=ILL1))
    books.done(PlaceHold(R2, I1))
    books.done(FOR_R1)
    assert books.look().copies[I1].hold.patron == R2


def test_an_item_that_is_not_kept_is_lent_to_whoever_comes_with_it():
    """Once, and it belongs to nobody in particular where no owner is named."""
    books = Books(*PEOPLE)
    accepted = books.done(AcceptItem(ILL1, R1, X1, keep_for_patron=False))
    assert accepted.item.status is CirculationStatus.AVAILABLE
    assert books.refusal(LookupHold(ILL1)) is Reason.HOLD_UNKNOWN
    assert books.done(AcceptItem(ILL1, R1, X1, keep_for_patron=False)) == accepted
    books.done(Checkout(R2, X1))
    assert books.done(Checkin(X1)).item.status is CirculationStatus.AVAILABLE
    assert books.refusal(Checkout(R1, X1)) is Reason.ITEM_NOT_LENDABLE


def test_an_accepted_item_waits_as_long_as_the_partner_says():
    books = Books(*PEOPLE)
    assert books.done(AcceptItem(ILL1, R1, X1, pickup_until=day(3, 5))).item.hold_pickup_until == day(3, 5)
    books.done(AcceptItem(ILL2, R2, ItemId("X2"), pickup_until=day(2, 5)))
    assert books.item("X2").hold_pickup_until == day(3, 9), "a past moment counts for nothing"


def test_what_may_not_be_renewed_is_not():
    books = Books(*PEOPLE)
    books.done(AcceptItem(ILL1, R1, X1, renewable=False))
    books.done(Checkout(R1, X1))
    assert books.refusal(Renew(R1, X1)) is Reason.TOO_MANY_RENEWALS


def test_a_request_that_is_cancelled_may_be_fulfilled_after_all():
    books = Books(*PEOPLE)
    books.done(FOR_R1)
    books.done(CancelHold(R1, hold=ILL1))
    assert books.refusal(Checkout(R2, X1)) is Reason.ITEM_ON_HOLD
    books.done(FOR_R1)
    assert books.done(LookupHold(ILL1)).status is HoldStatus.READY


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (AcceptItem(ILL2, PatronId("R9"), ItemId("X2")), Reason.PATRON_UNKNOWN),
        (AcceptItem(ILL2, R1, I1), Reason.ITEM_EXISTS),
        (AcceptItem(ILL2, R1, X1), Reason.ITEM_EXISTS),
        (AcceptItem(ILL1, R2, ItemId("X2")), Reason.HOLD_EXISTS),
        (AcceptItem(ILL2, R1, ItemId("a|b")), Reason.VALUE_NOT_KEPT),
    ],
    ids=lambda each: each.value if isinstance(each, Reason) else "",
)
def test_what_cannot_be_accepted_is_refused_and_changes_nothing(wish, reason):
    books = Books(*PEOPLE, an_item(I1))
    books.done(FOR_R1)
    assert books.refusal(wish) is reason
    assert books.item(I1).owner == CDL
    assert books.done(LookupHold(ILL1)).patron == R1
