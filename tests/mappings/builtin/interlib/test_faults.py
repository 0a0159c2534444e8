"""What a desk tells of a simulated Interlib that fails: before anything was done, and when nobody knows."""

from datetime import date
from types import SimpleNamespace

import pytest
from twisted.internet.defer import Deferred

from interlib_site import DEADLINE, FREE, GOOD, HAS, OWES, PIN, secret
from softdock.adapters.declarative import adapter as declarative
from softdock.circulation.errors import AnswerLost, MalformedReply, Misconfigured, SystemUnavailable
from softdock.circulation.items import CirculationStatus
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    Checkin,
    Checkout,
    LookupItem,
    LookupPatron,
    PayFee,
    Renew,
    RenewAll,
)
from softdock.circulation.outcomes import Done, Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.kit.simulators import Harm
from stubs import an_account

pytestmark = pytest.mark.socket

LOAN, LOANS, READER = "barcode/loanbook", "barcode/currentloan", "reader/searchreader"
SPOILED = [Harm.ERROR, Harm.PAGE, Harm.RESET, Harm.HUGE, Harm.HALF]
CHANGES = [
    (LOAN, Checkout(GOOD, FREE)),
    ("barcode/returnbook", Checkin(HAS)),
    ("barcode/renewbook", Renew(GOOD, HAS)),
    ("barcode/renewbook", RenewAll(GOOD)),
    ("reader/paymoney", PayFee(OWES, Money(250, "CNY"), payment_type="00")),
]


@pytest.mark.parametrize("harm", SPOILED)
def test_a_lookup_that_is_spoiled_is_told_as_a_system_that_is_away(site, harm):
    site.faults.every(harm, READER)

    assert site.told(LookupPatron(GOOD)) == Refused(Reason.SYSTEM_UNAVAILABLE)
    site.faults.clear()
    assert isinstance(site.told(LookupPatron(GOOD)), Done)


@pytest.mark.parametrize("harm", SPOILED)
def test_of_a_loan_whose_answer_is_spoiled_nobody_knows(site, harm):
    site.faults.next(harm, LOAN, carried_out=True)

    assert site.told(Checkout(GOOD, FREE)) == Unknown()
    assert site.borrower(FREE) == GOOD
    assert site.calls.count(LOAN) == 1  # what may have been done is not asked for again


@pytest.mark.parametrize(("call", "operation"), CHANGES)
def test_no_change_whose_answer_is_lost_is_told_as_done_or_not_done(site, call, operation):
    site.faults.next(Harm.RESET, call)

    assert site.told(operation) == Unknown()
    assert site.calls.count(call) == 1


def test_a_loan_whose_due_date_cannot_be_had_is_a_loan(site):
    site.faults.every(Harm.ERROR, LOANS)
    lent = site.told(Checkout(GOOD, FREE))

    assert isinstance(lent, Done)
    assert (lent.result.due, lent.result.item.title) == (None, "模拟三国演义")
    assert site.borrower(FREE) == GOOD


def test_a_lost_reading_is_asked_for_once_more(site):
    site.faults.next(Harm.RESET, LOANS)

    assert site.told(Checkout(GOOD, FREE)).result.due == date(2026, 4, 1)
    assert site.calls.count(LOANS) == 2


@pytest.mark.parametrize("call", [LOANS, "reader/searchdebt"])
def test_a_patron_of_whom_not_everything_can_be_had_is_told_all_the_same(site, call):
    site.faults.every(Harm.ERROR, call)
    patron = site.told(LookupPatron(OWES, PIN)).result.patron

    assert patron.name
    if call == LOANS:
        assert (patron.counts.loans, patron.balance) == (None, Money(1250, "CNY"))
    else:
        assert (patron.counts.loans, patron.balance) == (0, None)


def test_a_loan_for_which_the_system_takes_too_long_is_told_as_unknown_at_the_deadline(site):
    site.faults.next(Harm.SLOW, LOAN, carried_out=True)
    told = []
    Deferred.fromCoroutine(site.desk().perform(an_account(), Checkout(GOOD, FREE))).addBoth(told.append)
    site.real.turn_until(lambda: site.running.faults.held)
    assert told == []

    site.deadlines.advance(DEADLINE)
    site.real.turn_until(lambda: told)
    assert told == [Unknown()]
    assert site.borrower(FREE) == GOOD


def test_a_lookup_for_which_the_system_takes_too_long_is_told_as_away(site):
    site.faults.next(Harm.SLOW, READER)
    told = []
    Deferred.fromCoroutine(site.desk().perform(an_account(), LookupPatron(GOOD))).addBoth(told.append)
    site.real.turn_until(lambda: site.running.faults.held)

    site.deadlines.advance(DEADLINE)
    site.real.turn_until(lambda: told)
    assert told == [Refused(Reason.SYSTEM_UNAVAILABLE)]


@pytest.mark.parametrize("call", [READER, LOANS, LOAN])
def test_a_token_that_is_over_is_replaced_and_the_request_sent_once_more(site, call):
    site.done(LookupItem(FREE))
    site.faults.next(Harm.SESSION, call)

    assert site.told(LookupPatron(GOOD)).result.patron.counts.loans == 1
    assert site.told(Checkout(GOOD, FREE)).result.due == date(2026, 4, 1)
    assert site.calls.count("barcode/token") == 2
    assert site.books.card(GOOD).loans[-1].item.id == FREE


def test_a_token_that_is_always_over_is_not_asked_for_without_an_end(site):
    site.faults.every(Harm.SESSION, READER)

    assert site.told(LookupPatron(GOOD)) == Refused(Reason.SYSTEM_UNAVAILABLE)
    assert site.calls.count(READER) == 2


def test_the_token_is_replaced_before_it_is_over(site, monkeypatch):
    """It is good for a day, by what the service tells; nobody waits until it is refused."""
    began = site.clock.now

    def passed():
        return (site.clock.now - began).total_seconds()

    monkeypatch.setattr(declarative, "time", SimpleNamespace(monotonic=passed))
    for hours, tokens in ((0, 1), (23, 1), (0.95, 2), (23, 2)):
        site.clock.advance(hours=hours)
        site.done(LookupItem(FREE))
        assert site.calls.count("barcode/token") == tokens
    assert site.calls.count("barcode/queryholding") == 4


@pytest.mark.parametrize("operation", [LookupPatron(GOOD), Checkout(GOOD, FREE)])
def test_missing_rights_are_a_fault_of_the_settings_and_nothing_was_done(site, operation):
    site.faults.every(Harm.RIGHTS, READER)
    site.faults.every(Harm.RIGHTS, LOAN)

    assert site.told(operation) == Refused(Reason.SYSTEM_UNAVAILABLE)
    assert [type(error) for error in site.observer.failures] == [Misconfigured]
    assert site.borrower(FREE) is None


def test_a_secret_that_is_wrong_is_a_fault_of_the_settings_and_never_shown(site):
    with pytest.raises(Misconfigured) as refused:
        site.ask(LookupPatron(GOOD, PIN), secret=secret("not-the-secret"))

    assert "not-the-secret" not in str(refused.value)
    assert site.calls == ["barcode/token"]


def test_a_charset_that_is_not_the_replys_spoils_no_name(site):
    """JSON is UTF-8, whatever a gateway declares."""
    site.faults.every(Harm.CHARSET)

    assert site.told(LookupPatron(GOOD)).result.patron.name == "张模拟"
    assert site.told(LookupItem(FREE)).result.status is CirculationStatus.AVAILABLE


def test_an_answer_that_comes_twice_is_read_once(site):
    site.faults.next(Harm.TWICE, LOAN)

    assert isinstance(site.told(Checkout(GOOD, FREE)), Done)
    assert site.told(LookupItem(FREE)).result.status is CirculationStatus.CHARGED


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (Harm.ERROR, SystemUnavailable),
        (Harm.RESET, SystemUnavailable),
        (Harm.HALF, SystemUnavailable),
        (Harm.HUGE, SystemUnavailable),
        (Harm.PAGE, MalformedReply),
    ],
)
def test_what_is_wrong_with_a_reply_is_named(site, harm, error):
    site.faults.every(harm, READER)

    with pytest.raises(error):
        site.ask(LookupPatron(GOOD))


def test_an_error_page_after_a_change_is_a_lost_answer(site):
    site.faults.next(Harm.ERROR, LOAN)

    with pytest.raises(AnswerLost):
        site.ask(Checkout(GOOD, FREE))
    assert site.borrower(FREE) is None
