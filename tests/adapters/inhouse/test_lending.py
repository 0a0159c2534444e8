"""Lending: who may borrow what, what it costs, and what is booked although it may not be."""

from datetime import UTC, date, datetime, timedelta

import pytest

from inhouse_books import (
    I1,
    I2,
    NOW,
    PIN,
    R1,
    R2,
    R3,
    ZONE,
    Books,
    a_block,
    a_fee,
    a_hold,
    a_loan,
    a_patron,
    an_item,
    day,
    yuan,
)
from softdock.adapters.inhouse.policies import Policy, Terms
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.items import CirculationStatus, FeeType
from softdock.circulation.operations import Checkin, Checkout, PlaceHold
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason


def test_a_loan_ends_with_the_last_second_of_its_last_day_in_the_library():
    """30 days from the second of March is the first of April, until midnight in Chengdu."""
    books = Books(a_patron(), an_item())
    lent = books.done(Checkout(R1, I1, Secret(PIN)))
    assert lent.due == datetime(2026, 4, 1, 23, 59, 59, tzinfo=ZONE)
    assert (lent.renewed, lent.desensitize, lent.undone) == (False, True, False)
    assert lent.patron == R1
    assert (lent.item.status, lent.item.due, lent.item.borrower) == (CirculationStatus.CHARGED, lent.due, R1)
    assert books.item() == lent.item
    assert books.listed(PatronList.LOANS) == [I1]


def test_the_day_is_the_librarys_and_not_greenwichs():
    """At 22:00 UTC it is tomorrow in Chengdu."""
    books = Books(a_patron(), an_item())
    books.now = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    assert books.done(Checkout(R1, I1)).due == day(4, 2)


def test_the_period_is_the_policys():
    books = Books(a_patron(), an_item(), policy=Policy(loan_period=timedelta(days=3)))
    assert books.done(Checkout(R1, I1)).due == day(3, 5)


REFUSALS = {
    "an unknown patron": ((), PatronId("R9"), I1, Reason.PATRON_UNKNOWN),
    "an unknown item": ((), R1, ItemId("I9"), Reason.ITEM_UNKNOWN),
    "a blocked card": ((a_block(R1),), R1, I1, Reason.PATRON_BLOCKED),
    "too many loans": ((a_loan(I2), a_loan("I3")), R1, I1, Reason.TOO_MANY_LOANS),
    "too high fees": ((a_fee(amount=21),), R1, I1, Reason.TOO_MANY_FEES),
    "an item that another patron has": ((a_loan(I1, R2),), R1, I1, Reason.ITEM_LENT_TO_ANOTHER),
    "an item that is set aside": ((a_hold(R2, I1),), R1, I1, Reason.ITEM_ON_HOLD),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_refused(case):
    """Each refusal has its own reason, and leaves everything as it was."""
    rows, patron, item, reason = REFUSALS[case]
    books = Books(
        a_patron(R1), a_patron(R2), an_item(I1), an_item(I2), an_item("I3"), *rows,
        terms=Terms(Policy(max_loans=2), max_fees="20"),
    )  # fmt: skip
    before = books.patron(), books.item()
    assert books.refusal(Checkout(patron, item)) is reason
    assert (books.patron(), books.item()) == before


@pytest.mark.parametrize(
    ("patron", "reason", "when"),
    [
        (a_patron(card_lost=True), Reason.CARD_LOST, None),
        (a_patron(expires=date(2026, 1, 31)), Reason.CARD_EXPIRED, date(2026, 1, 31)),
    ],
)
def test_a_lost_or_expired_card_borrows_nothing(patron, reason, when):
    """The date goes along: "expired on ..."."""
    outcome = Books(patron, an_item()).ask(Checkout(R1, I1))
    assert (outcome.reason, outcome.reason_date) == (reason, when)


@pytest.mark.parametrize(
    ("on_file", "given", "reason"),
    [(PIN, "0000", Reason.PIN_WRONG), ("", "0000", Reason.PIN_NOT_SET)],
)
def test_a_pin_that_was_given_has_to_be_right(on_file, given, reason):
    """Whoever holds the card and not the PIN learns nothing of its holder either."""
    outcome = Books(a_patron(pin=on_file), an_item()).ask(Checkout(R1, I1, Secret(given)))
    assert outcome.reason is reason
    assert outcome.patron is None


def test_without_a_pin_the_rules_pass():
    """Whether one is required is the account's affair, and the desk's."""
    assert Books(a_patron(), an_item()).done(Checkout(R1, I1)).patron == R1


def test_a_refusal_tells_the_title_and_the_patron_and_the_text_of_the_block():
    """A kiosk shows what it may not lend."""
    outcome = Books(a_patron(), an_item(title="三体"), a_block(R1, "see desk 2")).ask(Checkout(R1, I1))
    assert outcome.item.title == "三体"
    assert outcome.patron.id == R1
    assert outcome.note == "see desk 2"
    assert Books(an_item(title="三体")).ask(Checkout(R1, I1)).item.title == "三体"


LENDABLE = {
    CirculationStatus.AVAILABLE,
    CirculationStatus.TO_BE_RESHELVED,
    CirculationStatus.IN_TRANSIT,
    CirculationStatus.ON_HOLD_SHELF,
}


@pytest.mark.parametrize("status", CirculationStatus)
def test_what_an_items_state_allows(status):
    """On order, in process, lost, missing, claimed, other: not lendable; charged: lent, though nobody knows to whom."""
    outcome = Books(a_patron(), an_item(status=status)).ask(Checkout(R1, I1))
    charged = status.value.startswith("charged") or status is CirculationStatus.RECALLED
    expected = Reason.ITEM_LENT_TO_ANOTHER if charged else Reason.ITEM_NOT_LENDABLE
    assert getattr(outcome, "reason", None) is (None if status in LENDABLE else expected)


def test_what_is_read_in_the_house_is_not_lent():
    assert Books(a_patron(), an_item(lendable=False)).refusal(Checkout(R1, I1)) is Reason.ITEM_NOT_LENDABLE


def test_of_two_kiosks_one_gets_the_item():
    """Two patrons, one copy: the second is told that it is gone."""
    books = Books(a_patron(R1), a_patron(R2), an_item())
    assert books.done(Checkout(R2, I1)).patron == R2
    assert books.refusal(Checkout(R1, I1)) is Reason.ITEM_LENT_TO_ANOTHER


# --- holds --------------------------------------------------------------------------------------------


def test_a_patron_gets_what_was_set_aside_for_them_and_the_hold_ends():
    """The item leaves the hold shelf with whom it waited for."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_hold(R1, I1), a_hold(R2, I1))
    assert books.listed(PatronList.HOLDS) == [I1]
    lent = books.done(Checkout(R1, I1))
    assert lent.item.hold_queue_length == 1
    assert lent.item.status is CirculationStatus.RECALLED
    assert books.listed(PatronList.HOLDS) == []


def test_taking_another_copy_passes_on_the_one_that_was_set_aside():
    """Who waited for any copy and takes the one from the shelf leaves theirs to the next."""
    books = Books(
        a_patron(R1), a_patron(R2), an_item(I1, title="T"), an_item(I2, title="T"),
        a_loan(I2, R3), a_patron(R3), a_hold(R1, None, title="T"), a_hold(R2, None, title="T"),
    )  # fmt: skip
    books.done(Checkin(I2))
    assert books.listed(PatronList.HOLDS, R2) == [I2]
    assert books.refusal(Checkout(R1, I2)) is Reason.ITEM_ON_HOLD
    books.done(Checkout(R2, I1, no_block=True))
    assert books.listed(PatronList.HOLDS, R1) == [I2]
    assert books.patron(R2).counts.holds == 0


# --- fees ---------------------------------------------------------------------------------------------

CHARGEABLE = an_item(fee=yuan(2), fee_type=FeeType.RENTAL)


def test_a_chargeable_item_is_lent_only_once_the_fee_is_acknowledged():
    """BO: the device asks the patron, and sends the request again."""
    books = Books(a_patron(), CHARGEABLE)
    refused = books.ask(Checkout(R1, I1))
    assert (refused.reason, refused.fee, refused.fee_type) == (
        Reason.FEE_NOT_ACKNOWLEDGED, yuan(2), FeeType.RENTAL,
    )  # fmt: skip
    assert books.patron().balance == yuan(0)
    lent = books.done(Checkout(R1, I1, fee_acknowledged=True))
    assert (lent.fee, lent.fee_type) == (yuan(2), FeeType.RENTAL)
    assert books.patron().balance == yuan(2)


def test_a_free_item_needs_no_acknowledgement_and_tells_no_fee():
    lent = Books(a_patron(), an_item(fee=yuan(0))).done(Checkout(R1, I1))
    assert (lent.fee, lent.fee_type) == (None, None)


# --- lent already -------------------------------------------------------------------------------------


def test_checking_out_what_one_has_is_a_renewal():
    """Renewal ok = Y in 12."""
    books = Books(a_patron(), an_item(), a_loan(due=day(3, 5)))
    lent = books.done(Checkout(R1, I1))
    assert (lent.renewed, lent.due) == (True, day(4, 1))


def test_a_device_that_wants_no_renewals_is_told_that_it_is_lent_already():
    books = Books(a_patron(), an_item(), a_loan())
    assert books.refusal(Checkout(R1, I1, renewal_allowed=False)) is Reason.ALREADY_LENT


def test_a_renewal_by_checkout_obeys_the_limit_of_renewals():
    books = Books(a_patron(), an_item(), a_loan(renewals=1), policy=Policy(renewals=1))
    assert books.refusal(Checkout(R1, I1)) is Reason.TOO_MANY_RENEWALS


# --- what has happened already ------------------------------------------------------------------------

HAPPENED = datetime(2026, 3, 1, 18, 0, tzinfo=ZONE)


def offline(patron=R1, **changes):
    return Checkout(patron, I1, **{"no_block": True, "happened": HAPPENED, **changes})


@pytest.mark.parametrize(
    "parts",
    [
        (a_patron(card_lost=True), an_item()),
        (a_patron(expires=date(2026, 1, 1)), an_item()),
        (a_patron(), a_block(R1), an_item()),
        (a_patron(), an_item(status=CirculationStatus.LOST)),
        (a_patron(), an_item(lendable=False)),
        (a_patron(), a_fee(amount=99), an_item()),
    ],
)
def test_what_happened_while_the_library_was_away_is_booked_whatever_the_rules_say(parts):
    """The patron has walked out with it: the books follow."""
    books = Books(*parts, terms=Terms(max_fees="20"))
    assert books.done(offline()).due == day(3, 31)
    assert books.item().borrower == R1
    assert books.item().status is CirculationStatus.CHARGED


def test_an_unknown_item_or_patron_can_not_be_booked():
    books = Books(a_patron(), an_item())
    assert books.refusal(Checkout(R1, I2, no_block=True)) is Reason.ITEM_UNKNOWN
    assert books.refusal(offline(R2)) is Reason.PATRON_UNKNOWN


def test_the_due_date_that_the_patron_was_told_is_kept():
    promised = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
    lent = Books(a_patron(), an_item()).done(offline(promised_due=promised))
    assert lent.due == promised
    assert lent.due.tzinfo is ZONE


def test_a_stored_loan_that_is_sent_twice_is_booked_once():
    """The second time the loan is answered as it is, and not renewed."""
    books = Books(a_patron(), an_item())
    first = books.done(offline())
    second = books.done(offline())
    assert (second.renewed, second.due) == (False, first.due)


def test_a_stored_loan_of_what_somebody_else_had_ends_that_loan():
    """Whoever has it now has brought it to the kiosk."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_loan(I1, R2))
    assert books.done(offline()).patron == R1
    assert books.listed(PatronList.LOANS, R2) == []
    assert books.listed(PatronList.LOANS, R1) == [I1]


def test_a_stored_loan_costs_what_it_costs():
    """The fee was not acknowledged, but the item is gone."""
    books = Books(a_patron(), CHARGEABLE)
    assert books.done(offline()).fee == yuan(2)
    assert books.patron().balance == yuan(2)


def test_whoever_loses_a_copy_to_a_stored_loan_waits_again_at_the_same_place():
    books = Books(a_patron(R1), a_patron(R2), a_patron(R3), an_item(), a_hold(R2, I1), a_hold(R3, I1))
    books.done(offline())
    assert books.patron(R2).counts.unavailable_holds == 1
    assert books.done(Checkin(I1)).hold_patron == R2


def test_whoever_loses_a_copy_gets_another_free_one():
    """A hold on any copy does not wait while there is one."""
    books = Books(
        a_patron(R1),
        a_patron(R2),
        an_item(I1, title="T"),
        an_item(I2, title="T"),
        a_hold(R2, None, title="T"),
    )
    books.done(offline())
    assert books.listed(PatronList.HOLDS, R2) == [I2]


def test_two_who_change_copies_leave_the_third_waiting():
    """Whoever loses a copy gets the one that the borrower had waiting, before anybody who came later."""
    books = Books(
        a_patron(R1), a_patron(R2), a_patron(R3), an_item(I1, title="T"), an_item(I2, title="T"),
        *(a_hold(patron, None, title="T") for patron in (R2, R1, R3)),
    )  # fmt: skip
    books.done(offline())
    assert books.listed(PatronList.HOLDS, R2) == [I2]
    assert books.patron(R3).counts.unavailable_holds == 1


def test_a_note_that_comes_with_a_loan_is_kept_and_an_empty_one_wipes_nothing():
    books = Books(a_patron(), an_item(note="old"))
    assert books.done(Checkout(R1, I1, properties="")).item.properties == "old"
    assert books.done(Checkout(R1, I1, properties="new")).item.properties == "new"
    assert books.item().properties == "new"


def test_a_price_in_another_currency_is_taken_over_by_its_number():
    """No rate of exchange is known: 2.50 is charged as 2.50, and rounded up where there are no fen."""
    books = Books(a_patron(currency="JPY"), an_item(fee=yuan(2.5)))
    assert str(books.done(Checkout(R1, I1, fee_acknowledged=True)).fee) == "3"
    assert str(books.patron().balance) == "3"


def test_lending_answers_the_hold_of_a_title_that_was_placed_by_its_name():
    """A patron who waits for any copy and finds one at the shelf does not wait on."""
    books = Books(a_patron(R1), an_item(I1, title="T"), an_item(I2, title="T"))
    held = books.done(PlaceHold(R1, None, "T"))
    other = I2 if held.item.id == I1 else I1
    books.done(Checkout(R1, other))
    assert books.patron().counts.holds == 0
    assert books.item(held.item.id).status is CirculationStatus.AVAILABLE


def test_the_present_is_used_where_a_stored_loan_has_no_date():
    assert Books(a_patron(), an_item()).done(offline(happened=None)).due == day(4, 1)
    assert NOW.date() == date(2026, 3, 2)


def test_a_stored_loan_of_what_the_patron_has_already_is_a_renewal_without_limits():
    """The kiosk was cut off when it was brought again."""
    books = Books(a_patron(), an_item(), a_loan(renewals=9))
    lent = books.done(offline())
    assert (lent.renewed, lent.due) == (True, day(3, 31))


def test_a_new_fee_never_takes_the_number_of_an_old_one():
    """Whatever the numbers are that were imported."""
    books = Books(a_patron(), an_item(fee=yuan(2)), a_fee("F2", 9))
    books.done(Checkout(R1, I1, fee_acknowledged=True))
    assert books.patron().balance == yuan(11)
