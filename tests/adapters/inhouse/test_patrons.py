"""Patrons who come into the books, are known otherwise from some day on, and go."""

from datetime import date

import pytest

from inhouse_books import (
    CDL,
    I1,
    NOW,
    PIN,
    R1,
    R2,
    Books,
    a_block,
    a_fee,
    a_hold,
    a_loan,
    a_patron,
    a_stock,
    an_item,
    result_of,
    yuan,
)
from softdock.adapters.inhouse.policies import Policy, PolicyBook, Terms
from softdock.circulation.identifiers import PatronId, Secret
from softdock.circulation.operations import (
    AmendPatron,
    Checkin,
    Checkout,
    CreatePatron,
    DeletePatron,
    LookupPatron,
    PayFee,
)
from softdock.circulation.outcomes import Deleted, PinCheck, Refused
from softdock.circulation.patrons import ALL_DENIED
from softdock.circulation.reasons import Reason

EVERYTHING = {
    "name": "王小明",
    "birth_date": date(1990, 5, 17),
    "address": "人民西路 1",
    "phone": "028-1",
    "email": "w@example.org",
    "language": "zh",
    "category": "child",
    "expires": date(2027, 12, 31),
}


def with_categories(*parts):
    """Books in which children may borrow one item, and everybody else two."""
    stock = a_stock(*parts)
    stock.policies = PolicyBook({"default": Terms(Policy(max_loans=2)), "child": Terms(Policy(max_loans=1))})
    books = Books()
    result_of(books.storage.take_in(stock))
    return books


def known(patron):
    return {name: getattr(patron, name) for name in EVERYTHING}


# --- coming -------------------------------------------------------------------------------------------


def test_a_patron_who_was_made_is_known_from_then_on_as_was_said():
    """With the PIN, the terms of the category, and the balance in the library's currency."""
    books = with_categories()
    made = books.done(CreatePatron(R1, new_pin=Secret(PIN), home_library=CDL, **EVERYTHING))
    report = books.done(LookupPatron(R1, Secret(PIN)))
    assert (made.patron, made.pin, report.pin) == (report.patron, PinCheck.NOT_ASKED, PinCheck.RIGHT)
    assert known(report.patron) == EVERYTHING
    assert (report.patron.home_library, report.patron.loan_limit) == (CDL, 1)
    assert (report.patron.balance, report.reason) == (yuan(0), None)


def test_a_patron_who_was_made_can_borrow():
    books = Books(an_item())
    books.done(CreatePatron(R1))
    assert books.done(Checkout(R1, I1)).patron == R1
    assert books.done(LookupPatron(R1, Secret(PIN))).pin is PinCheck.NOT_SET


def test_a_patron_who_was_made_blocked_borrows_nothing_and_is_told_why():
    books = Books(an_item())
    assert books.done(CreatePatron(R1, blocked="see desk 2")).patron.standing == ALL_DENIED
    refused = books.ask(Checkout(R1, I1))
    assert (refused.reason, refused.note) == (Reason.PATRON_BLOCKED, "see desk 2")


def test_a_category_without_terms_has_those_of_the_default_category():
    books = with_categories()
    assert books.done(CreatePatron(R1, category="visitor")).patron.loan_limit == 2


def test_without_a_number_the_library_makes_one_that_is_free():
    """P and seven digits; who has the next one already keeps it, and the PIN is sealed with the number."""
    books = Books()
    following = books.look().number() + 1
    books.done(CreatePatron(PatronId(f"P{following:07}")))
    made = [books.done(CreatePatron(new_pin=Secret(PIN))).patron.id for _ in range(2)]
    assert made == [f"P{following + 1:07}", f"P{following + 2:07}"]
    assert books.done(LookupPatron(made[0], Secret(PIN))).pin is PinCheck.RIGHT


def test_a_number_that_somebody_has_is_refused_and_nothing_is_told_of_them():
    books = Books(a_patron(R1))
    assert books.ask(CreatePatron(R1, "another name")) == Refused(Reason.PATRON_EXISTS)
    assert books.patron().name == "Name of R1"


@pytest.mark.parametrize("number", ["", " R1", "R|1", "R\r1", "x" * 256])
def test_a_number_that_no_device_could_ask_for_is_refused(number):
    assert Books().refusal(CreatePatron(PatronId(number))) is Reason.VALUE_NOT_KEPT


# --- being known otherwise ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_value_is_changed_alone(name):
    books = with_categories(a_patron())
    before = known(books.patron())
    report = books.done(AmendPatron(R1, **{name: EVERYTHING[name]}))
    assert report.patron == books.patron()
    assert known(report.patron) == {**before, name: EVERYTHING[name]}


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_value_can_be_taken_away_and_only_once(name):
    books = Books(a_patron(**EVERYTHING))
    taking = {"drops": frozenset({name})} if name in {"birth_date", "expires"} else {name: ""}
    books.done(AmendPatron(R1, **taking))
    assert known(books.patron()) == {**EVERYTHING, name: taking.get(name)}
    assert books.refusal(AmendPatron(R1, **taking)) is Reason.VALUE_NOT_THERE


def test_what_is_taken_away_and_named_anew_is_replaced():
    books = Books(a_patron(**EVERYTHING))
    books.done(AmendPatron(R1, expires=date(2030, 1, 1), drops=frozenset({"expires"})))
    assert books.patron().expires == date(2030, 1, 1)


def test_nothing_is_changed_where_one_thing_cannot_be():
    books = Books(a_patron())
    assert books.refusal(AmendPatron(R1, name="New", phone="")) is Reason.VALUE_NOT_THERE
    assert (
        books.refusal(AmendPatron(R1, name="New", drops=frozenset({"shoe_size"}))) is Reason.VALUE_NOT_THERE
    )
    assert books.patron().name == "Name of R1"


def test_another_category_has_other_terms_at_once():
    books = with_categories(a_patron(), an_item(), a_loan())
    assert books.report().reason is None
    assert books.done(AmendPatron(R1, category="child")).reason is Reason.TOO_MANY_LOANS
    assert books.report().reason is Reason.TOO_MANY_LOANS


def test_a_new_pin_is_right_from_then_on_and_the_old_one_is_not():
    books = Books(a_patron())
    books.done(AmendPatron(R1, new_pin=Secret("9999")))
    assert [books.done(LookupPatron(R1, Secret(pin))).pin for pin in ("9999", PIN)] == [
        PinCheck.RIGHT,
        PinCheck.WRONG,
    ]
    books.done(AmendPatron(R1, new_pin=Secret("")))
    assert books.done(LookupPatron(R1, Secret("9999"))).pin is PinCheck.NOT_SET
    assert books.refusal(AmendPatron(R1, new_pin=Secret(""))) is Reason.VALUE_NOT_THERE


def test_a_pin_that_is_given_has_to_be_right():
    """Then the report says so; a wrong one changes nothing, and shows nothing."""
    books = Books(a_patron())
    refused = books.ask(AmendPatron(R1, Secret("0"), name="New"))
    assert (refused.reason, refused.patron) == (Reason.PIN_WRONG, None)
    assert books.done(AmendPatron(R1, Secret(PIN), name="New")).pin is PinCheck.RIGHT


def test_a_card_is_blocked_and_freed():
    """A second block without a text keeps the first one's; a card that is not blocked has nothing to be lifted."""
    books = Books(a_patron())
    assert books.done(AmendPatron(R1, blocked=True, block_text="see desk 2")).patron.message == "see desk 2"
    report = books.done(AmendPatron(R1, blocked=True))
    assert (report.reason, report.patron.message) == (Reason.PATRON_BLOCKED, "see desk 2")
    assert books.done(AmendPatron(R1, blocked=False)).patron == books.patron()
    assert books.patron().standing == frozenset()
    assert books.refusal(AmendPatron(R1, blocked=False)) is Reason.VALUE_NOT_THERE


# --- going --------------------------------------------------------------------------------------------


def test_a_patron_who_is_gone_is_unknown():
    """Block, PIN and payments go with the card: whoever gets its number later begins afresh."""
    books = Books(a_patron(), a_fee("F1", 2), a_block())
    books.done(PayFee(R1, yuan(2), transaction="K7"))
    assert books.done(DeletePatron(R1, Secret(PIN))) == Deleted(patron=R1)
    assert books.refusal(LookupPatron(R1)) is Reason.PATRON_UNKNOWN
    assert books.refusal(DeletePatron(R1)) is Reason.PATRON_UNKNOWN
    books.done(CreatePatron(R1, "Another"))
    assert (books.report().reason, books.look().cards[R1].payments) == (None, ())


@pytest.mark.parametrize(
    "hanging",
    [(an_item(), a_loan()), (an_item(), a_hold(R1, I1)), (a_fee("F1", 2),)],
    ids=["loan", "hold", "fee"],
)
def test_a_patron_on_whose_card_something_hangs_stays(hanging):
    books = Books(a_patron(), *hanging)
    assert books.refusal(DeletePatron(R1)) is Reason.PATRON_IN_USE
    assert books.patron().id == R1


def test_with_a_wrong_pin_nobody_goes():
    assert Books(a_patron()).refusal(DeletePatron(R1, Secret("0"))) is Reason.PIN_WRONG


def test_a_loan_of_somebody_who_is_gone_does_not_come_back():
    """A booking ended it, its patron went, and then the booking is undone: the item is free."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_loan(I1, R1))
    books.done(Checkout(R2, I1, no_block=True, happened=NOW))
    books.done(DeletePatron(R1))
    assert books.done(Checkin(I1, cancel=True)).undone
    assert books.item().due is None


@pytest.mark.parametrize("wish", [AmendPatron(R1), DeletePatron(R1)], ids=["amended", "deleted"])
def test_nobody_who_is_unknown_is_amended_or_deleted(wish):
    assert Books().refusal(wish) is Reason.PATRON_UNKNOWN
