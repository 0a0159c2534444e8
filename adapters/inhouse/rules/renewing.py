"""Lending on what a patron has."""

from softdock.adapters.inhouse.model import Loan
from softdock.adapters.inhouse.rules.items import item_as
from softdock.adapters.inhouse.rules.loans import due_after, local, sooner, with_note, without_past
from softdock.adapters.inhouse.rules.money import agreed_to, charge, fine_of, price_of_loan
from softdock.adapters.inhouse.rules.queues import GONE, waits_for
from softdock.adapters.inhouse.rules.refusals import card_fault, pin_fault, refused
from softdock.adapters.inhouse.rules.standing import state_of
from softdock.adapters.inhouse.rules.titles import title_called
from softdock.adapters.inhouse.snapshot import Card, Changes, Copy, Decision, Snapshot
from softdock.circulation.identifiers import ItemId
from softdock.circulation.items import CirculationStatus, FeeType
from softdock.circulation.operations import Checkout, Renew, RenewAll
from softdock.circulation.outcomes import Done, Lent, Refused, RenewedAll
from softdock.circulation.patrons import Standing
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

_NOT_TO_BE_KEPT = GONE | {CirculationStatus.CLAIMED_RETURNED}
"""What is said to be lost or returned is not lent on."""


def renew(snapshot: Snapshot, wish: Renew) -> Decision | AnyOutcome:
    """One loan is renewed: that of the item, else what the patron has of the title.

    With `third_party_allowed` the loan may be another patron's.  Whoever asks has to have a good card; how often and
    how long follows from the policy of the patron who has the item.
    """
    card = snapshot.cards.get(wish.patron)
    copy = _copy_of(wish, snapshot, card)
    if card is None:
        return refused(Reason.PATRON_UNKNOWN, snapshot, None, copy)
    if copy is None:
        return refused(_why_no_copy(wish, snapshot), snapshot, card)
    loan = copy.loan
    if loan is None:
        return refused(pin_fault(snapshot, card, wish.pin) or Reason.ITEM_NOT_LENT, snapshot, card, copy)
    borrower = snapshot.cards[loan.patron]
    if wish.no_block:
        return renewal(snapshot, wish, borrower, copy, loan)
    return renewal_fault(snapshot, wish, card, borrower, copy, loan) or renewal(
        snapshot, wish, borrower, copy, loan
    )


def renew_all(snapshot: Snapshot, wish: RenewAll) -> Decision | AnyOutcome:
    """Whatever of the patron's loans can be renewed is; the rest is told.

    Refused as a whole only for the card, or if there is nothing to renew.
    """
    card = snapshot.cards.get(wish.patron)
    if card is None:
        return Refused(Reason.PATRON_UNKNOWN)
    if (fault := pin_fault(snapshot, card, wish.pin)) is not None:
        return refused(fault, snapshot, card)
    if (fault := state_of(card, snapshot.now).card_fault) is not None:
        return refused(fault, snapshot, card)
    if not card.loans:
        return refused(Reason.NOTHING_TO_RENEW, snapshot, card)
    changes = Changes()
    renewed: list[ItemId] = []
    unrenewed: list[ItemId] = []
    left = card.policy.max_renewals
    if left is not None:
        left -= sum(copy.loan.renewals for copy in card.loans if copy.loan is not None)
    for copy in card.loans:
        assert copy.loan is not None
        spent = left is not None and len(renewed) >= left
        if spent or _loan_fault(wish, card, copy, copy.loan) is not None:
            unrenewed.append(copy.item.id)
        else:
            renewed.append(copy.item.id)
            _extend(snapshot, changes, wish, card, copy, copy.loan)
    return Decision(Done(RenewedAll(tuple(renewed), tuple(unrenewed))), changes)


def renewal_fault(
    snapshot: Snapshot, wish: Checkout | Renew, asking: Card, borrower: Card, copy: Copy, loan: Loan
) -> Refused | None:
    """Why `loan`, which is `borrower`'s, is not renewed for the patron who is `asking`."""
    fault = card_fault(asking, wish.pin, Standing.RENEWAL_DENIED, snapshot)
    if fault is None and asking is not borrower:
        if isinstance(wish, Renew) and wish.third_party_allowed:
            fault = card_fault(borrower, None, Standing.RENEWAL_DENIED, snapshot)
        else:
            fault = Reason.THIRD_PARTY_NOT_ALLOWED
    if fault is None:
        fault = _loan_fault(wish, borrower, copy, loan)
    if fault is None:
        return None
    if fault is Reason.FEE_NOT_ACKNOWLEDGED:
        price = price_of_loan(copy, borrower)
        return refused(fault, snapshot, asking, copy, price, copy.item.fee_type)
    return refused(fault, snapshot, asking, copy)


def renewal(snapshot: Snapshot, wish: Checkout | Renew, borrower: Card, copy: Copy, loan: Loan) -> Decision:
    """`loan`, renewed."""
    changes = Changes()
    made = _extend(snapshot, changes, wish, borrower, copy, loan)
    state = with_note(copy, changes, wish.properties)
    price = price_of_loan(copy, borrower)
    return Decision(
        Done(
            Lent(
                item_as(copy, state, made, None),
                loan.patron,
                made.due,
                renewed=True,
                desensitize=copy.item.lendable,
                fee=price,
                fee_type=None if price is None else copy.item.fee_type,
                renewals=made.renewals,
            )
        ),
        changes,
    )


def _loan_fault(wish: Checkout | Renew | RenewAll, borrower: Card, copy: Copy, loan: Loan) -> Reason | None:
    """Why `loan` can not be renewed, whoever asks."""
    if copy.state.status in _NOT_TO_BE_KEPT:
        return Reason.ITEM_NOT_LENDABLE
    stay = copy.item.stay
    if loan.renewals >= borrower.policy.renewals or (stay is not None and not stay.renewable):
        return Reason.TOO_MANY_RENEWALS
    if loan.recall is not None or waits_for(copy) is not None:
        return Reason.RENEWAL_ITEM_ON_HOLD
    price = price_of_loan(copy, borrower)
    if price is not None and not agreed_to(wish, price):
        return Reason.FEE_NOT_ACKNOWLEDGED
    return None


def _extend(
    snapshot: Snapshot,
    changes: Changes,
    wish: Checkout | Renew | RenewAll,
    borrower: Card,
    copy: Copy,
    loan: Loan,
) -> Loan:
    """Book the renewal: a new day, never an earlier one, and what it costs.  A fine for being late is due now."""
    promised = desired = None
    at = snapshot.now
    if not isinstance(wish, RenewAll):
        at, promised, desired = local(snapshot, wish.happened), wish.promised_due, wish.desired_due
    if promised is not None:
        due = local(snapshot, promised)
    else:
        due = max(loan.due, sooner(snapshot, due_after(snapshot, borrower, copy, at), desired))
    fees = []
    if (fine := fine_of(loan, borrower, at)) is not None:
        fees.append(charge(snapshot, changes, borrower, copy, fine, FeeType.OVERDUE))
    if (price := price_of_loan(copy, borrower)) is not None:
        fees.append(charge(snapshot, changes, borrower, copy, price, copy.item.fee_type))
    made = Loan(
        loan.item,
        loan.patron,
        loan.lent,
        due,
        loan.renewals + 1,
        tuple(fees),
        before=without_past(loan),
        recall=loan.recall,
    )
    changes.put(made)
    return made


def _copy_of(wish: Renew, snapshot: Snapshot, card: Card | None) -> Copy | None:
    if wish.item is not None:
        return snapshot.copies.get(wish.item)
    title = None if wish.title is None else title_called(snapshot, wish.title)
    if title is None or card is None:
        return None
    return next((copy for copy in card.loans if copy.title is title), None)


def _why_no_copy(wish: Renew, snapshot: Snapshot) -> Reason:
    if wish.item is not None:
        return Reason.ITEM_UNKNOWN
    if wish.title is None:
        return Reason.REQUEST_INCOMPLETE
    known = title_called(snapshot, wish.title) is not None
    return Reason.ITEM_NOT_LENT_TO_PATRON if known else Reason.TITLE_UNKNOWN
