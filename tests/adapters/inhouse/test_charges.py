"""Fees that staff and partners charge, and what they forgive."""

from datetime import timedelta

import pytest

from inhouse_books import I1, I2, NOW, R1, R2, Books, a_fee, a_loan, a_patron, an_item, yuan
from softdock.circulation.identifiers import FeeId, ItemId, PatronId
from softdock.circulation.items import FeeType
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    ChargeFee,
    Checkin,
    Checkout,
    LookupPatron,
    PayFee,
    WaiveFee,
)
from softdock.circulation.outcomes import Charged
from softdock.circulation.patrons import Entry, PatronList
from softdock.circulation.reasons import Reason


def listed(books, wanted=PatronList.FEES):
    return books.done(LookupPatron(R1, wanted=wanted)).entries


def left(books):
    return [(entry.fee, str(entry.amount)) for entry in listed(books)]


@pytest.mark.parametrize("wanted", [PatronList.FEES, PatronList.FINES])
def test_what_is_charged_is_listed_in_full(wanted):
    """With the item's title, the moment, and what is said about it."""
    books = Books(a_patron(), a_fee("F1", 1), an_item(title="三体"))
    charged = books.done(ChargeFee(R1, yuan(5), FeeType.DAMAGE, FeeId("K7"), I1, "page 7 torn"))
    assert charged == Charged(R1, FeeId("K7"), yuan(6))
    assert books.patron().balance == yuan(6)
    assert listed(books, wanted)[1] == Entry(
        I1, "三体", fee=FeeId("K7"), fee_type=FeeType.DAMAGE, amount=yuan(5), accrued=NOW, note="page 7 torn"
    )


def test_a_fee_without_a_name_gets_one_that_is_free():
    books = Books(a_patron())
    following = books.look().number() + 1
    books.done(ChargeFee(R1, yuan(1), fee=FeeId(f"F{following + 1}")))
    assert books.done(ChargeFee(R1, yuan(1))).fee == f"F{following + 2}"


def test_what_was_charged_is_paid_like_everything_else_and_keeps_what_is_said_of_it():
    books = Books(a_patron())
    books.done(ChargeFee(R1, yuan(5), note="page 7 torn"))
    books.now = NOW + timedelta(days=1)
    books.done(PayFee(R1, yuan(2)))
    (entry,) = listed(books)
    assert (entry.amount, entry.accrued, entry.note) == (yuan(3), NOW, "page 7 torn")


def test_the_price_of_a_loan_and_a_fine_tell_when_they_were_charged():
    books = Books(a_patron(), an_item(fee=yuan(2)))
    books.done(Checkout(R1, I1, fee_acknowledged=True))
    assert [entry.accrued for entry in listed(books)] == [NOW]


def test_a_fee_that_has_a_loans_name_by_chance_is_not_undone_with_it():
    books = Books(a_patron(), an_item(I1, fee=yuan(2)), an_item(I2))
    books.done(Checkout(R1, I1, fee_acknowledged=True))
    (price,) = listed(books)
    books.done(PayFee(R1, yuan(2)))
    books.done(ChargeFee(R1, yuan(5), fee=price.fee, item=I2))
    books.done(Checkin(I1, cancel=True))
    assert left(books) == [(price.fee, "5.00")]


def test_less_is_owed_of_the_oldest_fees_first_or_of_the_one_that_is_named():
    books = Books(a_patron(), a_fee("F1", 2), a_fee("F2", 3), a_fee("F3", 4))
    waived = books.done(WaiveFee(R1, yuan(3)))
    assert (waived.patron, waived.balance, waived.fee[0]) == (R1, yuan(6), "W")
    assert left(books) == [("F2", "2.00"), ("F3", "4.00")]
    assert books.done(WaiveFee(R1, yuan(4), FeeId("F3"))) == Charged(R1, FeeId("F3"), yuan(2))
    assert left(books) == [("F2", "2.00")]
    assert books.look().cards[R1].payments == ()


REFUSALS = {
    "an unknown patron": ((PatronId("R9"), yuan(1)), {}, Reason.PATRON_UNKNOWN),
    "nothing": ((R1, yuan(0)), {}, Reason.AMOUNT_INVALID),
    "less than nothing": ((R1, yuan(-1)), {}, Reason.AMOUNT_INVALID),
    "more than anybody owes": ((R1, Money(10**12, "CNY")), {}, Reason.AMOUNT_INVALID),
    "another currency": ((R1, Money(100, "USD")), {}, Reason.CURRENCY_WRONG),
}
CHARGES = {
    "a name that a fee has": ((R1, yuan(1)), {"fee": FeeId("F1")}, Reason.FEE_EXISTS),
    "a name that no device could say": ((R1, yuan(1)), {"fee": FeeId("F|1")}, Reason.VALUE_NOT_KEPT),
    "an unknown item": ((R1, yuan(1)), {"item": ItemId("X")}, Reason.ITEM_UNKNOWN),
}
WAIVERS = {
    "a fee that is not open": ((R1, yuan(1)), {"fee": FeeId("F9")}, Reason.FEE_UNKNOWN),
    "more than is owed": ((R1, yuan(5.01)), {}, Reason.AMOUNT_TOO_HIGH),
    "more than the fee that is named": ((R1, yuan(3)), {"fee": FeeId("F1")}, Reason.AMOUNT_TOO_HIGH),
}


@pytest.mark.parametrize(
    ("wish", "case"),
    [
        *((ChargeFee, each) for each in (REFUSALS | CHARGES).items()),
        *((WaiveFee, each) for each in (REFUSALS | WAIVERS).items()),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else each.__name__,
)
def test_what_is_refused(wish, case):
    """Each refusal has its own reason, and the balance stays."""
    _, (values, more, reason) = case
    books = Books(a_patron(R1), a_patron(R2), a_fee("F1", 2), a_fee("F2", 3), a_fee("F9", 3, R2))
    assert books.refusal(wish(*values, **more)) is reason
    assert left(books) == [("F1", "2.00"), ("F2", "3.00")]


def test_nobody_is_kept_from_owing_by_what_is_lent_or_blocked():
    books = Books(a_patron(), an_item(), a_loan())
    assert books.done(ChargeFee(R1, yuan(1), item=I1)).balance == yuan(1)
