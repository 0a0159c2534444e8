"""What partners say with a loan: until when, for how much, which hold it fills, and whose loan is undone."""

from datetime import timedelta

import pytest

from inhouse_books import I1, I2, I3, NOW, R1, R2, Books, a_loan, a_patron, an_item, day, yuan
from softdock.circulation.holds import HoldKind, HoldStatus
from softdock.circulation.identifiers import HoldId, TitleId
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    Checkin,
    Checkout,
    LookupHold,
    PlaceHold,
    Renew,
)
from softdock.circulation.outcomes import Refused
from softdock.circulation.reasons import Reason

PEOPLE = (a_patron(R1), a_patron(R2))
T = TitleId("T")
ILL1, ILL2 = HoldId("ILL-1"), HoldId("ILL-2")
POLICY_DUE = day(4, 1)
"""Of what is lent now."""


# --- until when ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("desired", "due"),
    [
        (NOW + timedelta(hours=3), NOW + timedelta(hours=3)),
        (day(3, 10), day(3, 10)),
        (day(6, 1), POLICY_DUE),
        (NOW - timedelta(days=1), POLICY_DUE),
        (None, POLICY_DUE),
    ],
    ids=["hours", "days", "longer", "past", "not said"],
)
def test_a_loan_may_be_shorter_than_the_policy_says_and_not_longer(desired, due):
    books = Books(*PEOPLE, an_item())
    lent = books.done(Checkout(R1, I1, desired_due=desired))
    assert (lent.due, lent.renewals) == (due, 0)
    assert books.item().due == due


@pytest.mark.parametrize(
    ("desired", "due"),
    [
        (day(3, 25), day(3, 25)),
        (day(3, 10), day(3, 20)),
        (day(6, 1), POLICY_DUE),
        (day(2, 1), POLICY_DUE),
    ],
    ids=["shorter", "than it is", "longer", "past"],
)
def test_a_renewal_may_be_shorter_as_well_and_never_ends_before_the_loan(desired, due):
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1, day(3, 20)))
    lent = books.done(Renew(R1, I1, desired_due=desired))
    assert (lent.due, lent.renewals) == (due, 1)


def test_what_has_been_promised_goes_before_what_is_desired():
    books = Books(*PEOPLE, an_item())
    wish = Checkout(R1, I1, no_block=True, promised_due=day(5, 5), desired_due=day(3, 5))
    assert books.done(wish).due == day(5, 5)


# --- for how much -------------------------------------------------------------------------------------


def test_a_loan_that_costs_more_than_was_agreed_to_is_refused_with_the_price():
    """And so is one that costs another currency."""
    books = Books(*PEOPLE, an_item(fee=yuan(2)))
    for limit in (yuan(1.99), Money(500, "EUR")):
        outcome = books.ask(Checkout(R1, I1, fee_acknowledged=True, acknowledged_fee=limit))
        assert isinstance(outcome, Refused)
        assert (outcome.reason, outcome.fee) == (Reason.FEE_NOT_ACKNOWLEDGED, yuan(2))
    assert books.refusal(Checkout(R1, I1, acknowledged_fee=yuan(2))) is Reason.FEE_NOT_ACKNOWLEDGED
    lent = books.done(Checkout(R1, I1, fee_acknowledged=True, acknowledged_fee=yuan(2)))
    assert lent.fee == yuan(2)


def test_a_renewal_that_costs_more_than_was_agreed_to_is_refused_with_the_price():
    books = Books(*PEOPLE, an_item(fee=yuan(2)), a_loan())
    outcome = books.ask(Renew(R1, I1, fee_acknowledged=True, acknowledged_fee=yuan(1)))
    assert (outcome.reason, outcome.fee) == (Reason.FEE_NOT_ACKNOWLEDGED, yuan(2))
    assert books.done(Renew(R1, I1, fee_acknowledged=True, acknowledged_fee=yuan(3))).fee == yuan(2)


# --- which hold ---------------------------------------------------------------------------------------


def two_copies():
    return (*PEOPLE, an_item(I1, title="T"), an_item(I2, title="T"), an_item(I3))


def test_the_hold_that_is_named_ends_with_the_loan():
    """Even one that another copy was set aside for; that copy is free again."""
    books = Books(*two_copies())
    books.done(PlaceHold(R1, I1, hold=ILL1))
    books.done(PlaceHold(R1, I2, hold=ILL2))
    books.done(Checkout(R1, I2, hold=ILL1))
    assert books.done(LookupHold(ILL1)).status is HoldStatus.FILLED
    assert books.done(LookupHold(ILL2)).status is HoldStatus.WAITING
    assert books.look().copies[I1].hold is None
    assert books.done(Checkin(I2, cancel=True)).hold_patron == R1
    assert [books.done(LookupHold(name)).item.id for name in (ILL1, ILL2)] == [I1, I2]


def test_a_wish_for_a_copy_can_end_with_a_loan_and_comes_back_if_that_is_undone():
    books = Books(*two_copies())
    books.done(PlaceHold(R1, I1, hold=ILL1, kind=HoldKind.COPY))
    books.done(Checkout(R1, I1, hold=ILL1))
    assert books.done(LookupHold(ILL1)).status is HoldStatus.FILLED
    assert books.done(Checkin(I1, cancel=True)).hold_patron is None
    assert books.done(LookupHold(ILL1)).status is HoldStatus.WAITING


def test_a_hold_that_the_loan_cannot_fill_is_unknown_and_nothing_is_lent():
    """Another patron's, one on another title, and one that has ended."""
    books = Books(*two_copies())
    books.done(PlaceHold(R2, title=T, hold=ILL1))
    books.done(PlaceHold(R1, I3, hold=ILL2))
    for item, name in ((I2, ILL1), (I2, ILL2), (I2, HoldId("ILL-3"))):
        assert books.refusal(Checkout(R1, item, hold=name)) is Reason.HOLD_UNKNOWN
    books.done(Checkout(R1, I3, hold=ILL2))
    books.done(Checkin(I3))
    assert books.refusal(Checkout(R1, I3, hold=ILL2)) is Reason.HOLD_ENDED


def test_what_has_happened_is_booked_whatever_hold_is_named():
    books = Books(*two_copies())
    books.done(PlaceHold(R1, I1, hold=ILL1))
    assert books.done(Checkout(R1, I1, hold=ILL2, no_block=True)).patron == R1
    assert books.done(LookupHold(ILL1)).status is HoldStatus.FILLED


# --- whose loan ---------------------------------------------------------------------------------------


def test_another_patrons_loan_is_not_undone():
    books = Books(*PEOPLE, an_item())
    books.done(Checkout(R1, I1))
    assert books.refusal(Checkin(I1, cancel=True, borrower=R2)) is Reason.NOTHING_TO_UNDO
    assert books.item().borrower == R1
    assert books.done(Checkin(I1, cancel=True, borrower=R1)).undone
    assert books.done(Checkin(I1, cancel=True, borrower=R1)).undone, "as it is already"


def test_whoever_brings_an_item_back_need_not_have_borrowed_it():
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1))
    assert books.done(Checkin(I1, borrower=R2)).patron == R1
