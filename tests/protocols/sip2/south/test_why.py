"""Why a system said no without saying why: what may be asked, and what the answers mean."""

import pytest

from softdock.circulation.identifiers import ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import CirculationStatus, Item
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
    Renew,
)
from softdock.circulation.outcomes import Done, PatronReport, Refused, Unknown
from softdock.circulation.patrons import ALL_DENIED, Patron, Standing
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2.south import looks, reason_by
from systems import a_system

CARD, ITEM, PIN = PatronId("R1"), ItemId("I1"), Secret("1")
LOAN, RETURN, RENEWAL, HOLD = Checkout(CARD, ITEM), Checkin(ITEM), Renew(CARD, ITEM), PlaceHold(CARD, ITEM)


def asked(operation, *, card_known=False, **dialect):
    return list(looks(operation, a_system(**dialect), card_known=card_known))


def by_card(operation, *marks, reason=None):
    return reason_by(operation, Done(PatronReport(Patron(CARD, "Li", frozenset(marks)), reason=reason)))


def by_item(operation, status=CirculationStatus.OTHER, queue=None):
    return reason_by(operation, Done(Item(ITEM, "x", status=status, hold_queue_length=queue)))


@pytest.mark.parametrize(
    ("operation", "questions"),
    [
        (LOAN, [LookupPatron(CARD), LookupItem(ITEM)]),
        (RENEWAL, [LookupPatron(CARD), LookupItem(ITEM)]),
        (HOLD, [LookupPatron(CARD), LookupItem(ITEM)]),
        (ChangeHold(CARD, ITEM), [LookupPatron(CARD), LookupItem(ITEM)]),
        (PlaceHold(CARD, title=TitleId("T")), [LookupPatron(CARD)]),
        (RETURN, [LookupItem(ITEM)]),
        (CancelHold(CARD, ITEM), []),
        (PayFee(CARD, Money(1, "CNY")), []),
    ],
)
def test_the_card_is_asked_about_and_then_the_item(operation, questions):
    assert asked(operation) == questions


def test_a_card_that_is_known_is_not_asked_about_again():
    assert asked(LOAN, card_known=True) == [LookupItem(ITEM)]


def test_a_pin_that_may_have_been_wrong_is_not_tried_a_second_time():
    loan = Checkout(CARD, ITEM, PIN)
    assert asked(loan)[0] == LookupPatron(CARD, PIN), "it was found to be right before"
    assert asked(loan, pin_checked_in=frozenset({"11"}))[0] == LookupPatron(CARD)


@pytest.mark.parametrize(
    ("operation", "marks", "reason"),
    [
        (LOAN, (), None),
        (LOAN, (Standing.CHECKOUT_DENIED,), Reason.CHECKOUT_DENIED),
        (LOAN, (Standing.CHECKOUT_DENIED, Standing.TOO_MANY_LOANS), Reason.TOO_MANY_LOANS),
        (LOAN, (Standing.EXCESSIVE_FEES,), Reason.TOO_MANY_FEES),
        (LOAN, (Standing.TOO_MANY_LOST,), Reason.CHECKOUT_DENIED),
        (LOAN, (Standing.RENEWAL_DENIED, Standing.HOLD_DENIED), None),
        (LOAN, tuple(ALL_DENIED), Reason.CHECKOUT_DENIED),
        (RENEWAL, (Standing.RENEWAL_DENIED,), Reason.RENEWAL_DENIED),
        (RENEWAL, (Standing.TOO_MANY_LOANS,), None),
        (RENEWAL, (Standing.RENEWAL_DENIED, Standing.TOO_MANY_LOANS), Reason.RENEWAL_DENIED),
        (RENEWAL, (Standing.RENEWAL_DENIED, Standing.TOO_MANY_OVERDUE), Reason.TOO_MANY_OVERDUE),
        (HOLD, (Standing.HOLD_DENIED,), Reason.HOLD_DENIED),
        (HOLD, (Standing.CHECKOUT_DENIED,), None),
        (HOLD, (Standing.CARD_LOST,), Reason.CARD_LOST),
        (RETURN, tuple(Standing), None),
    ],
)
def test_marks_of_the_card_stand_in_the_way_of_what_they_are_about(operation, marks, reason):
    assert by_card(operation, *marks) is reason


def test_a_card_that_is_blocked_as_a_whole_is_the_reason():
    assert by_card(LOAN, *ALL_DENIED, reason=Reason.PATRON_BLOCKED) is Reason.PATRON_BLOCKED
    assert by_card(LOAN, reason=Reason.HOLD_DENIED) is None


@pytest.mark.parametrize(
    ("operation", "status", "queue", "reason"),
    [
        (RETURN, CirculationStatus.AVAILABLE, None, Reason.ITEM_NOT_LENT),
        (RETURN, CirculationStatus.CHARGED, None, None),
        (RENEWAL, CirculationStatus.AVAILABLE, None, Reason.ITEM_NOT_LENT),
        (RENEWAL, CirculationStatus.RECALLED, None, Reason.RENEWAL_ITEM_ON_HOLD),
        (RENEWAL, CirculationStatus.CHARGED, 2, Reason.RENEWAL_ITEM_ON_HOLD),
        (RENEWAL, CirculationStatus.CHARGED, 0, None),
        (LOAN, CirculationStatus.ON_HOLD_SHELF, None, Reason.ITEM_ON_HOLD),
        (LOAN, CirculationStatus.CHARGED, 3, None),
        (HOLD, CirculationStatus.AVAILABLE, None, None),
    ],
)
def test_an_item_stands_in_the_way_as_it_is(operation, status, queue, reason):
    assert by_item(operation, status, queue) is reason


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (Refused(Reason.ITEM_UNKNOWN), Reason.ITEM_UNKNOWN),
        (Refused(Reason.PATRON_UNKNOWN), Reason.PATRON_UNKNOWN),
        (Refused(Reason.DECLINED), None),
        (Unknown(), None),
    ],
)
def test_what_is_not_there_is_the_reason(told, reason):
    assert reason_by(LOAN, told) is reason
