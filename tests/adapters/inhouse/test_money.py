"""Paying fees (37)."""

from datetime import timedelta

import pytest

from inhouse_books import NOW, PIN, R1, R2, Books, a_block, a_fee, a_patron, yuan
from softdock.circulation.identifiers import FeeId, PatronId, Secret
from softdock.circulation.money import Money
from softdock.circulation.operations import LookupPatron, PayFee
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason


def owing(*amounts, **patron):
    return Books(a_patron(**patron), *(a_fee(f"F{n}", amount) for n, amount in enumerate(amounts, 1)))


def open_fees(books):
    entries = books.done(LookupPatron(R1, wanted=PatronList.FEES)).entries
    return [(entry.fee, str(entry.amount)) for entry in entries]


def test_a_payment_lowers_the_balance():
    """And the answer tells what is left."""
    books = owing(5)
    paid = books.done(PayFee(R1, yuan(2), Secret(PIN), transaction="K7"))
    assert (paid.patron, paid.balance, paid.transaction) == (R1, yuan(3), "K7")
    assert books.patron().balance == yuan(3)
    assert open_fees(books) == [("F1", "3.00")]


def test_without_a_fee_named_the_oldest_is_paid_first():
    books = owing(2, 3, 4)
    books.done(PayFee(R1, yuan(4)))
    assert open_fees(books) == [("F2", "1.00"), ("F3", "4.00")]


def test_a_fee_that_is_named_is_the_one_that_is_paid():
    """CG."""
    books = owing(2, 3)
    books.done(PayFee(R1, yuan(3), fee=FeeId("F2")))
    assert open_fees(books) == [("F1", "2.00")]


def test_all_can_be_paid_at_once_by_a_blocked_card_too():
    """Nobody is kept from paying."""
    books = Books(a_patron(), a_fee("F1", 2), a_fee("F2", 3), a_block())
    assert books.done(PayFee(R1, yuan(5))).balance == yuan(0)
    assert open_fees(books) == []


REFUSALS = {
    "an unknown patron": (PayFee(PatronId("R9"), yuan(1)), Reason.PATRON_UNKNOWN),
    "a wrong PIN": (PayFee(R1, yuan(1), Secret("0")), Reason.PIN_WRONG),
    "nothing": (PayFee(R1, yuan(0)), Reason.AMOUNT_INVALID),
    "less than nothing": (PayFee(R1, yuan(-1)), Reason.AMOUNT_INVALID),
    "more than is owed": (PayFee(R1, yuan(5.01)), Reason.AMOUNT_TOO_HIGH),
    "more than the fee that is named": (PayFee(R1, yuan(3), fee=FeeId("F1")), Reason.AMOUNT_TOO_HIGH),
    "a fee that is not open": (PayFee(R1, yuan(1), fee=FeeId("F9")), Reason.FEE_UNKNOWN),
    "another currency": (PayFee(R1, Money(100, "USD")), Reason.CURRENCY_WRONG),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_refused(case):
    """Each refusal has its own reason, and the balance stays."""
    wish, reason = REFUSALS[case]
    books = owing(2, 3)
    assert books.refusal(wish) is reason
    assert books.patron().balance == yuan(5)


def test_a_payment_that_is_sent_again_under_its_number_is_booked_once():
    """The kiosk did not hear that we have it; it must not cost the patron twice, nor be refused."""
    books = owing(5)
    first = books.done(PayFee(R1, yuan(5), transaction="K7"))
    assert books.done(PayFee(R1, yuan(5), transaction="K7")) == first
    assert books.patron().balance == yuan(0)


@pytest.mark.parametrize(
    "second",
    [
        PayFee(R1, yuan(1), transaction="K8"),
        PayFee(R1, yuan(2), transaction="K7"),
        PayFee(R1, yuan(1), transaction=""),
        PayFee(R1, yuan(1), transaction="K7", fee=FeeId("F2")),
        PayFee(R2, yuan(1), transaction="K7"),
    ],
)
def test_another_payment_is_not_taken_for_the_same(second):
    """Another number, amount, fee or patron is another payment."""
    books = Books(a_patron(R1), a_patron(R2), a_fee("F1", 5), a_fee("F2", 5), a_fee("F1", 5, R2))
    books.done(PayFee(R1, yuan(1), transaction="K7"))
    before = books.patron(second.patron).balance.minor
    books.done(second)
    assert books.patron(second.patron).balance.minor == before - second.amount.minor


def test_a_number_that_a_device_uses_every_day_is_no_repeat_the_day_after():
    books = owing(5)
    books.done(PayFee(R1, yuan(1), transaction="0001"))
    books.now = NOW + timedelta(days=1)
    assert books.done(PayFee(R1, yuan(1), transaction="0001")).balance == yuan(3)


def test_a_payment_without_a_number_gets_one():
    """BK in 38."""
    assert owing(5).done(PayFee(R1, yuan(1))).transaction


def test_fees_are_kept_and_paid_in_the_patrons_currency():
    books = Books(a_patron(currency="JPY"), a_fee("F1", amount=3, kind=a_fee().type))
    assert books.refusal(PayFee(R1, yuan(1))) is Reason.CURRENCY_WRONG
    assert books.done(PayFee(R1, Money(300, "JPY"))).balance == Money(0, "JPY")
