"""How a card stands: the fourteen marks of SIP2's patron status, each with what it denies.

==========================  ==================================================  =======================
mark                        when                                                denies
==========================  ==================================================  =======================
CARD_LOST                   the card was reported lost                          all four privileges
(no mark of its own)        the card has expired, or is blocked                 all four privileges
TOO_MANY_LOANS              `max_loans` are lent                                checkout
TOO_MANY_OVERDUE            more than `max_overdue` loans are overdue           checkout
TOO_MANY_RENEWALS           all loans together were renewed `max_renewals` x    renewal
TOO_MANY_CLAIMS_RETURNED    more than `max_claims_returned` loans are claimed   checkout
TOO_MANY_LOST               more than `max_lost` loans are lost or missing      checkout
EXCESSIVE_FINES             overdue fees above `max_fines`                      checkout
EXCESSIVE_FEES              fees above `max_fees`                               checkout
RECALL_OVERDUE              an overdue item is waited for, or was asked back    checkout
TOO_MANY_BILLED             more than `max_billed` replacements are open        checkout
(no mark of its own)        `max_holds` are placed                              hold
==========================  ==================================================  =======================
"""

from datetime import datetime

from softdock.adapters.inhouse.dates import end_of
from softdock.adapters.inhouse.model import Loan
from softdock.adapters.inhouse.rules.queues import AVAILABLE, GONE, waits_for
from softdock.adapters.inhouse.snapshot import Card, CardState, Copy
from softdock.circulation.items import CirculationStatus, FeeType
from softdock.circulation.patrons import ALL_DENIED, GOOD_STANDING, NO_COUNTS, Counts, Standing
from softdock.circulation.reasons import Reason

_TOLD_AS: tuple[tuple[Standing, Reason], ...] = (
    (Standing.TOO_MANY_LOANS, Reason.TOO_MANY_LOANS),
    (Standing.RECALL_OVERDUE, Reason.TOO_MANY_OVERDUE),
    (Standing.TOO_MANY_OVERDUE, Reason.TOO_MANY_OVERDUE),
    (Standing.EXCESSIVE_FINES, Reason.TOO_MANY_FEES),
    (Standing.EXCESSIVE_FEES, Reason.TOO_MANY_FEES),
    (Standing.TOO_MANY_CLAIMS_RETURNED, Reason.CHECKOUT_DENIED),
    (Standing.TOO_MANY_LOST, Reason.CHECKOUT_DENIED),
    (Standing.TOO_MANY_BILLED, Reason.CHECKOUT_DENIED),
)
"""Each mark that denies checkout, with what the patron is told; the first that is set is told."""


def state_of(card: Card, now: datetime) -> CardState:
    """How `card` stands at `now`."""
    known = card.state
    if known is not None and now <= known.until:
        return known
    card.view = None
    card.state = made = _worked_out(card, now)
    return made


def is_overdue(loan: Loan, now: datetime) -> bool:
    """Whether `loan` should have ended."""
    return loan.due < now


def is_recalled(copy: Copy) -> bool:
    """Whether `copy`, which is lent, has been asked back, or somebody waits for it."""
    if copy.loan is not None and copy.loan.recall is not None:
        return True
    return bool(copy.title.queue) and waits_for(copy) is not None


def _worked_out(card: Card, now: datetime) -> CardState:
    marks: set[Standing] = set()
    policy = card.policy
    until = end_of(now.date(), now.tzinfo)
    overdue = recalled = balance = 0
    if card.loans:
        overdue, recalled, until = _loan_marks(card, now, until, marks)
        if policy.max_loans is not None and len(card.loans) >= policy.max_loans:
            marks.add(Standing.TOO_MANY_LOANS)
    if card.fees:
        balance = _fee_marks(card, marks)
    limit_reached = None
    if marks:
        limit_reached = next((reason for mark, reason in _TOLD_AS if mark in marks), None)
        if limit_reached is not None:
            marks.add(Standing.CHECKOUT_DENIED)
        if Standing.TOO_MANY_RENEWALS in marks:
            marks.add(Standing.RENEWAL_DENIED)
    if policy.max_holds is not None and len(card.holds) >= policy.max_holds:
        marks.add(Standing.HOLD_DENIED)
    card_fault = _card_fault(card, now)
    if card_fault is not None:
        marks |= ALL_DENIED
        if card_fault is Reason.CARD_LOST:
            marks.add(Standing.CARD_LOST)
    return CardState(
        frozenset(marks) if marks else GOOD_STANDING,
        _counts(card, overdue, recalled),
        card_fault,
        limit_reached,
        balance,
        until,
    )


def _card_fault(card: Card, now: datetime) -> Reason | None:
    if card.patron.card_lost:
        return Reason.CARD_LOST
    if card.patron.expires is not None and card.patron.expires < now.date():
        return Reason.CARD_EXPIRED
    return None if card.block is None else Reason.PATRON_BLOCKED


def _loan_marks(
    card: Card, now: datetime, until: datetime, marks: set[Standing]
) -> tuple[int, int, datetime]:
    """Overdue and recalled loans of `card`, when the next will be overdue, and the marks for all loans."""
    overdue = recalled = renewals = claimed = lost = 0
    for copy in card.loans:
        loan = copy.loan
        assert loan is not None
        renewals += loan.renewals
        is_late = loan.due < now
        if is_late:
            overdue += 1
        elif loan.due < until:
            until = loan.due
        if loan.recall is not None or (copy.title.queue and waits_for(copy) is not None):
            recalled += 1
            if is_late:
                marks.add(Standing.RECALL_OVERDUE)
        status = copy.state.status
        if status is not AVAILABLE:
            claimed += status is CirculationStatus.CLAIMED_RETURNED
            lost += status in GONE
    policy = card.policy
    if policy.max_renewals is not None and renewals >= policy.max_renewals:
        marks.add(Standing.TOO_MANY_RENEWALS)
    if policy.max_overdue is not None and overdue > policy.max_overdue:
        marks.add(Standing.TOO_MANY_OVERDUE)
    if policy.max_claims_returned is not None and claimed > policy.max_claims_returned:
        marks.add(Standing.TOO_MANY_CLAIMS_RETURNED)
    if policy.max_lost is not None and lost > policy.max_lost:
        marks.add(Standing.TOO_MANY_LOST)
    return overdue, recalled, until


def _fee_marks(card: Card, marks: set[Standing]) -> int:
    """What `card` owes, and the marks for it."""
    policy = card.policy
    balance = sum(fee.amount.minor for fee in card.fees)
    fines = sum(fee.amount.minor for fee in card.fees if fee.type is FeeType.OVERDUE)
    billed = sum(fee.type is FeeType.REPLACEMENT for fee in card.fees)
    max_fines = policy.max_fines or policy.max_fees
    if max_fines is not None and fines > max_fines.minor:
        marks.add(Standing.EXCESSIVE_FINES)
    if policy.max_fees is not None and balance > policy.max_fees.minor:
        marks.add(Standing.EXCESSIVE_FEES)
    if policy.max_billed is not None and billed > policy.max_billed:
        marks.add(Standing.TOO_MANY_BILLED)
    return balance


def _counts(card: Card, overdue: int, recalled: int) -> Counts:
    """How long each list of `card` is in full."""
    if not (card.loans or card.holds or card.fees):
        return NO_COUNTS
    ready = sum(hold.shelf_until is not None for hold in card.holds) if card.holds else 0
    return Counts(ready, overdue, len(card.loans), len(card.fees), recalled, len(card.holds) - ready)
