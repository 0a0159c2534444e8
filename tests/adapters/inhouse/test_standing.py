"""How a card stands: each of the fourteen marks, and each row of what 23 and 63 say about a card."""

from datetime import date, timedelta

import pytest

from inhouse_books import (
    I1,
    I2,
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
    an_item,
    an_overdue_loan,
    day,
    yuan,
)
from softdock.adapters.inhouse.policies import Policy, Terms
from softdock.circulation.cards import view_of_card
from softdock.circulation.identifiers import PatronId, Secret
from softdock.circulation.items import CirculationStatus, FeeType
from softdock.circulation.operations import BlockPatron, Checkin, Checkout, LookupPatron
from softdock.circulation.outcomes import PinCheck
from softdock.circulation.patrons import ALL_DENIED, Standing
from softdock.circulation.reasons import Reason

CHECKOUT_DENIED = frozenset({Standing.CHECKOUT_DENIED})


def test_a_card_with_nothing_against_it_is_in_good_standing():
    """A patron with loans within the limits may do everything."""
    books = Books(a_patron(), an_item(), a_loan(), policy=Policy(max_loans=2, max_holds=1, max_overdue=0))
    assert books.patron().standing == frozenset()
    assert books.report().reason is None


REACHED = {
    "position 5, too many loans": (
        (a_loan(I1), a_loan(I2)), Policy(max_loans=2),
        {Standing.CHECKOUT_DENIED, Standing.TOO_MANY_LOANS}, Reason.TOO_MANY_LOANS),
    "position 6, too many overdue": (
        (an_overdue_loan(I1), an_overdue_loan(I2)), Policy(max_overdue=1),
        {Standing.CHECKOUT_DENIED, Standing.TOO_MANY_OVERDUE}, Reason.TOO_MANY_OVERDUE),
    "position 7, too many renewals": (
        (a_loan(I1, renewals=1), a_loan(I2, renewals=1)), Policy(max_renewals=2),
        {Standing.RENEWAL_DENIED, Standing.TOO_MANY_RENEWALS}, None),
    "position 10, excessive fines": (
        (a_fee(amount=3, kind=FeeType.OVERDUE),), Policy(max_fines=yuan(2.5)),
        {Standing.CHECKOUT_DENIED, Standing.EXCESSIVE_FINES}, Reason.TOO_MANY_FEES),
    "position 11, excessive fees": (
        (a_fee("F1", 15), a_fee("F2", 6)), Policy(max_fees=yuan(20)),
        {Standing.CHECKOUT_DENIED, Standing.EXCESSIVE_FEES}, Reason.TOO_MANY_FEES),
    "position 12, recall overdue": (
        (an_overdue_loan(I1), a_hold(R2, I1)), Policy(),
        {Standing.CHECKOUT_DENIED, Standing.RECALL_OVERDUE}, Reason.TOO_MANY_OVERDUE),
    "position 13, too many billed": (
        (a_fee("F1", 40, kind=FeeType.REPLACEMENT),), Policy(max_billed=0),
        {Standing.CHECKOUT_DENIED, Standing.TOO_MANY_BILLED}, Reason.CHECKOUT_DENIED),
    "position 3 alone, as many holds as allowed": (
        (a_hold(R1, I1), a_hold(R1, I2)), Policy(max_holds=2), {Standing.HOLD_DENIED}, None),
}  # fmt: skip


@pytest.mark.parametrize("case", REACHED)
def test_each_limit_that_is_reached_sets_its_mark_and_denies_what_it_denies(case):
    """A device sees the reason's own position, and what the patron may not do because of it."""
    rows, policy, standing, reason = REACHED[case]
    terms = Terms(policy, *(str(each) if each else None for each in (policy.max_fees, policy.max_fines)))
    books = Books(a_patron(R1), a_patron(R2), an_item(I1), an_item(I2), *rows, terms=terms)
    assert books.patron().standing == standing
    assert books.report().reason is reason


@pytest.mark.parametrize(
    ("status", "limit", "mark"),
    [
        (CirculationStatus.CLAIMED_RETURNED, "max_claims_returned", Standing.TOO_MANY_CLAIMS_RETURNED),
        (CirculationStatus.LOST, "max_lost", Standing.TOO_MANY_LOST),
        (CirculationStatus.MISSING, "max_lost", Standing.TOO_MANY_LOST),
    ],
)
def test_items_claimed_or_lost_on_the_card_count_against_it(status, limit, mark):
    """Positions 8 and 9: more of such items than allowed, and nothing more is lent."""
    for allowed, standing in ((1, frozenset()), (0, CHECKOUT_DENIED | {mark})):
        books = Books(a_patron(), an_item(I1, status), a_loan(I1), policy=Policy(**{limit: allowed}))
        assert books.patron().standing == standing


@pytest.mark.parametrize(
    ("parts", "marks", "reason", "when"),
    [
        ((a_patron(card_lost=True),), {Standing.CARD_LOST}, Reason.CARD_LOST, None),
        ((a_patron(expires=date(2026, 3, 1)),), set(), Reason.CARD_EXPIRED, date(2026, 3, 1)),
        ((a_patron(), a_block(R1, "see desk 2")), set(), Reason.PATRON_BLOCKED, None),
    ],
)
def test_a_lost_expired_or_blocked_card_is_denied_all_four_privileges(parts, marks, reason, when):
    """Positions 0 to 3, and 4 for a lost card; the reason comes with its date."""
    report = Books(*parts).report()
    assert report.patron.standing == ALL_DENIED | marks
    assert (report.reason, report.reason_date) == (reason, when)


def test_a_card_is_good_through_its_last_day():
    """A card that expires today lends today, and not tomorrow."""
    books = Books(a_patron(expires=NOW.date()))
    assert books.patron().standing == frozenset()
    books.now += timedelta(days=1)
    assert books.report().reason is Reason.CARD_EXPIRED


def test_a_block_is_told_by_its_text_before_the_message_of_the_card():
    """The patron reads why the card is blocked."""
    books = Books(a_patron(message="Your book club meets on Friday."), a_block(R1, "See desk 2."))
    assert books.patron().message == "See desk 2. Your book club meets on Friday."


def test_at_most_means_that_the_limit_itself_is_allowed():
    """Fees and fines as high as allowed deny nothing."""
    terms = Terms(Policy(), max_fees="20.00", max_fines="5.00")
    rows = (a_fee("F1", 15), a_fee("F2", 5, kind=FeeType.OVERDUE))
    assert Books(a_patron(), *rows, terms=terms).patron().standing == frozenset()


def test_fines_over_the_limit_for_all_fees_are_excessive_too():
    """Without a limit of their own, fines are held to that of fees."""
    books = Books(a_patron(), a_fee(amount=21, kind=FeeType.OVERDUE), terms=Terms(max_fees="20.00"))
    assert {Standing.EXCESSIVE_FINES, Standing.EXCESSIVE_FEES} <= books.patron().standing


def test_a_loan_becomes_overdue_by_time_alone():
    """What was remembered of a card does not outlive its truth."""
    books = Books(a_patron(), an_item(), a_loan(due=NOW + timedelta(hours=1)), policy=Policy(max_overdue=0))
    assert books.patron().counts.overdue == 0
    books.now += timedelta(hours=2)
    assert books.patron().counts.overdue == 1
    assert books.patron().standing == CHECKOUT_DENIED | {Standing.TOO_MANY_OVERDUE}


def test_marks_follow_what_is_lent_returned_and_reserved():
    """The next device sees the card as it is after the last operation."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), policy=Policy(max_loans=1))
    books.done(Checkout(R1, I1))
    assert Standing.TOO_MANY_LOANS in books.patron().standing
    books.done(Checkin(I1))
    assert books.patron().standing == frozenset()
    books.done(BlockPatron(R1))
    assert books.patron().standing == ALL_DENIED


# --- what 23/63 say about a card, row by row ----------------------------------------------------------

ROWS = {
    "known card, right PIN": (PIN, PIN, True, True, frozenset(), True, ()),
    "no PIN sent, none needed": (PIN, "", False, None, frozenset(), True, ()),
    "no PIN sent, one needed": (PIN, "", True, False, ALL_DENIED, False, (Reason.PIN_REQUIRED,)),
    "wrong PIN": (PIN, "9999", True, False, ALL_DENIED, False, (Reason.PIN_WRONG,)),
    "wrong PIN, none needed": (PIN, "9999", False, False, ALL_DENIED, False, (Reason.PIN_WRONG,)),
    "no PIN on file, one needed": ("", PIN, True, False, ALL_DENIED, False, (Reason.PIN_NOT_SET,)),
    "no PIN on file, none needed": ("", "", False, None, frozenset(), True, ()),
}


@pytest.mark.parametrize("row", ROWS)
def test_each_row_of_what_is_said_about_a_card(row):
    """What a device is told of a good card, by its PIN and by whether the account requires one."""
    on_file, given, required, pin_right, standing, proven, reasons = ROWS[row]
    pin = Secret(given) if given else None
    report = Books(a_patron(pin=on_file)).done(LookupPatron(R1, pin))
    view = view_of_card(report, bool(pin), required)
    assert (view.pin_right, view.standing, view.proven) == (pin_right, standing, proven)
    assert tuple(reason for reason, _ in view.reasons) == reasons


def test_the_report_is_complete_whatever_the_pin_is():
    """Who may see it is decided by whoever passes it on."""
    patron = a_patron(address="A street", birth_date=date(1990, 5, 17), extra={"class": "4b"})
    books = Books(patron, an_item(), a_loan(), a_fee(amount=2))
    right, wrong = (books.done(LookupPatron(R1, Secret(pin))) for pin in (PIN, "0000"))
    assert (right.pin, wrong.pin) == (PinCheck.RIGHT, PinCheck.WRONG)
    assert right.patron == wrong.patron
    assert wrong.patron.address == "A street"
    assert wrong.patron.balance == yuan(2)
    assert wrong.patron.extra == {"class": "4b"}


def test_an_unknown_card_is_refused():
    assert Books(a_patron()).refusal(LookupPatron(PatronId("R99"))) is Reason.PATRON_UNKNOWN


def test_limits_are_told_with_the_card():
    """BZ, CA, CB and CC."""
    books = Books(a_patron(), terms=Terms(Policy(max_loans=5, max_holds=3, max_overdue=2), max_fees="20"))
    patron = books.patron()
    assert (patron.loan_limit, patron.hold_limit, patron.overdue_limit) == (5, 3, 2)
    assert patron.fee_limit == yuan(20)


def test_a_loan_due_today_is_not_overdue():
    """Loans end with a day, not with an hour."""
    assert Books(a_patron(), an_item(), a_loan(due=day(3, 2))).patron().counts.overdue == 0
