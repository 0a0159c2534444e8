"""Renewing one loan, and all of them."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from inhouse_books import (
    I1,
    I2,
    I3,
    NOW,
    PIN,
    R1,
    R2,
    ZONE,
    Books,
    a_block,
    a_hold,
    a_loan,
    a_patron,
    an_item,
    an_overdue_loan,
    day,
    yuan,
)
from softdock.adapters.inhouse.policies import Policy, Terms
from softdock.circulation.identifiers import ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import CirculationStatus, FeeType
from softdock.circulation.operations import Checkin, Checkout, Renew, RenewAll
from softdock.circulation.reasons import Reason


def test_a_renewal_counts_from_today():
    books = Books(a_patron(), an_item(), a_loan(due=day(3, 5)))
    lent = books.done(Renew(R1, I1, pin=Secret(PIN)))
    assert (lent.renewed, lent.due, lent.patron) == (True, day(4, 1), R1)
    assert books.item().due == day(4, 1)


def test_a_renewal_never_shortens_a_loan():
    """A due date that the library set far ahead stays."""
    assert Books(a_patron(), an_item(), a_loan(due=day(6, 30))).done(Renew(R1, I1)).due == day(6, 30)


def test_a_loan_is_found_by_its_title():
    """By the title's number or by the name that the device was shown."""
    item = an_item(title="三体", title_id=TitleId("T1"))
    for title in ("三体", "T1"):
        books = Books(a_patron(), item, a_loan())
        assert books.done(Renew(R1, title=TitleId(title))).item.id == I1


REFUSALS = {
    "an unknown patron": ((), Renew(PatronId("R9"), I1), Reason.PATRON_UNKNOWN),
    "an unknown item": ((), Renew(R1, ItemId("I9")), Reason.ITEM_UNKNOWN),
    "an unknown title": ((), Renew(R1, title=TitleId("X")), Reason.TITLE_UNKNOWN),
    "neither item nor title": ((), Renew(R1), Reason.REQUEST_INCOMPLETE),
    "a title that the patron has not": (
        (),
        Renew(R1, title=TitleId("Title of I1")),
        Reason.ITEM_NOT_LENT_TO_PATRON,
    ),
    "an item that nobody has": ((), Renew(R1, I1), Reason.ITEM_NOT_LENT),
    "another patron's loan": ((a_loan(I1, R2),), Renew(R1, I1), Reason.THIRD_PARTY_NOT_ALLOWED),
    "a wrong PIN": ((a_loan(),), Renew(R1, I1, pin=Secret("0")), Reason.PIN_WRONG),
    "a blocked card": ((a_loan(), a_block(R1)), Renew(R1, I1), Reason.PATRON_BLOCKED),
    "as many renewals as allowed": ((a_loan(renewals=2),), Renew(R1, I1), Reason.TOO_MANY_RENEWALS),
    "an item that somebody waits for": (
        (a_loan(), a_hold(R2, I1)),
        Renew(R1, I1),
        Reason.RENEWAL_ITEM_ON_HOLD,
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_refused(case):
    """Each refusal has its own reason, and leaves the loan as it was."""
    rows, wish, reason = REFUSALS[case]
    books = Books(a_patron(R1), a_patron(R2), an_item(), *rows)
    before = books.item()
    assert books.refusal(wish) is reason
    assert books.item() == before


def test_a_card_whose_loans_were_renewed_too_often_renews_nothing():
    """Position 1 and 7 of the patron status."""
    books = Books(a_patron(), an_item(), a_loan(renewals=1), policy=Policy(max_renewals=1, renewals=5))
    assert books.refusal(Renew(R1, I1)) is Reason.RENEWAL_DENIED


@pytest.mark.parametrize("status", [CirculationStatus.LOST, CirculationStatus.CLAIMED_RETURNED])
def test_what_is_said_to_be_gone_is_not_lent_on(status):
    books = Books(a_patron(), an_item(status=status), a_loan())
    assert books.refusal(Renew(R1, I1)) is Reason.ITEM_NOT_LENDABLE


def test_a_third_party_may_renew_where_the_device_allows_it():
    """The loan stays the borrower's, and follows the borrower's policy."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_loan(I1, R2))
    lent = books.done(Renew(R1, I1, third_party_allowed=True))
    assert (lent.patron, lent.item.borrower) == (R2, R2)


def test_a_third_party_does_not_renew_for_a_blocked_borrower():
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_loan(I1, R2), a_block(R2))
    assert books.refusal(Renew(R1, I1, third_party_allowed=True)) is Reason.PATRON_BLOCKED


def test_a_renewal_that_costs_something_has_to_be_acknowledged():
    books = Books(a_patron(), an_item(fee=yuan(2), fee_type=FeeType.RENTAL), a_loan())
    refused = books.ask(Renew(R1, I1))
    assert (refused.reason, refused.fee) == (Reason.FEE_NOT_ACKNOWLEDGED, yuan(2))
    assert books.done(Renew(R1, I1, fee_acknowledged=True)).fee == yuan(2)
    assert books.patron().balance == yuan(2)


def test_a_late_renewal_costs_the_fine_so_far():
    """Otherwise who is late would only have to renew."""
    books = Books(a_patron(), an_item(), an_overdue_loan(), terms=Terms(fine_per_day="0.10"))
    books.done(Renew(R1, I1))
    assert books.patron().balance == yuan(0.3)
    books.done(Checkin(I1))
    assert books.patron().balance == yuan(0.3)


@pytest.mark.parametrize("wish", [Renew(R1, I1, no_block=True), Checkout(R1, I2, no_block=True)])
@pytest.mark.parametrize("ahead", [timedelta(days=1000), datetime.max.replace(tzinfo=ZONE) - NOW])
def test_what_is_said_to_happen_later_than_now_happens_now(wish, ahead):
    """A clock that is wrong makes no loan longer."""
    books = Books(a_patron(), an_item(), a_loan(due=day(3, 5)), an_item(I2))
    assert books.done(replace(wish, happened=NOW + ahead)).due == day(4, 1)


def test_a_stored_renewal_is_booked_whatever_the_rules_say_and_from_its_own_day():
    books = Books(a_patron(), an_item(), a_loan(due=day(3, 5), renewals=9), a_block(R1))
    happened = datetime(2026, 3, 1, 9, 0, tzinfo=ZONE)
    assert books.done(Renew(R1, I1, no_block=True, happened=happened)).due == day(3, 31)
    promised = NOW + timedelta(days=3)
    assert books.done(Renew(R1, I1, no_block=True, happened=happened, promised_due=promised)).due == promised


# --- all ----------------------------------------------------------------------------------------------


def test_all_loans_that_can_be_renewed_are_and_the_rest_is_told():
    """BM and BN."""
    books = Books(
        a_patron(R1), a_patron(R2), an_item(I1), an_item(I2), an_item(I3), an_item("I4", fee=yuan(2)),
        a_loan(I1), a_loan(I2, renewals=2), a_loan(I3), a_loan("I4"), a_hold(R2, I3),
    )  # fmt: skip
    result = books.done(RenewAll(R1))
    assert result.renewed == (I1,)
    assert result.unrenewed == (I2, I3, "I4")
    assert (books.item(I1).due, books.item(I2).due) == (day(4, 1), day(3, 20))
    assert books.done(RenewAll(R1, fee_acknowledged=True)).renewed == (I1, "I4")


def test_renewing_all_is_done_even_if_nothing_could_be_renewed():
    """The lists say so; what to make of it is the front's affair."""
    books = Books(a_patron(), an_item(), a_loan(renewals=2))
    assert books.done(RenewAll(R1)).unrenewed == (I1,)


def test_renewing_all_stops_at_the_limit_for_all_loans_together():
    policy = Policy(max_renewals=3, renewals=5)
    books = Books(
        a_patron(), an_item(I1), an_item(I2), an_item(I3),
        a_loan(I1, renewals=1), a_loan(I2), a_loan(I3), policy=policy,
    )  # fmt: skip
    result = books.done(RenewAll(R1))
    assert (result.renewed, result.unrenewed) == ((I1, I2), (I3,))


@pytest.mark.parametrize(
    ("parts", "wish", "reason"),
    [
        ((), RenewAll(R1), Reason.PATRON_UNKNOWN),
        ((a_patron(),), RenewAll(R1), Reason.NOTHING_TO_RENEW),
        ((a_patron(), an_item(), a_loan()), RenewAll(R1, Secret("0")), Reason.PIN_WRONG),
        ((a_patron(card_lost=True),), RenewAll(R1), Reason.CARD_LOST),
        ((a_patron(expires=date(2026, 1, 1)),), RenewAll(R1), Reason.CARD_EXPIRED),
    ],
)
def test_when_renewing_all_is_refused(parts, wish, reason):
    assert Books(*parts).refusal(wish) is reason


def test_each_fee_of_renewing_all_is_a_fee_of_its_own():
    """The numbers of fees do not meet, not even one that was imported."""
    books = Books(
        a_patron(), *(an_item(f"I{n}", fee=yuan(1)) for n in (1, 2, 3)), *(a_loan(f"I{n}") for n in (1, 2, 3))
    )
    books.done(RenewAll(R1, fee_acknowledged=True))
    assert books.patron().balance == yuan(3)
    assert books.patron().counts.fines == 3
