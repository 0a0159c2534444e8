"""Lending an item.

What is looked at, in this order; the first that is against it is told: the PIN, the card, its limits, the item's
state, who has it, who waits for it, the hold that is said to end with it, what it costs.

A loan ends when the policy says, or sooner if that is desired; a longer loan than the policy's is not to be had.
"""

from softdock.adapters.inhouse.model import EndedHold, Hold, ItemState, Loan, Stay
from softdock.adapters.inhouse.rules.endings import end, found_by_name
from softdock.adapters.inhouse.rules.items import item_as
from softdock.adapters.inhouse.rules.loans import due_after, local, sooner, without_past
from softdock.adapters.inhouse.rules.money import agreed_to, charge, price_of_loan
from softdock.adapters.inhouse.rules.queues import AVAILABLE, LENDABLE, displace, fits, pass_on, queue_after
from softdock.adapters.inhouse.rules.refusals import card_fault, refused
from softdock.adapters.inhouse.rules.renewing import renewal, renewal_fault
from softdock.adapters.inhouse.rules.undoing import undo_return
from softdock.adapters.inhouse.snapshot import Card, Changes, Copy, Decision, Snapshot
from softdock.circulation.holds import HoldStatus
from softdock.circulation.identifiers import FeeId
from softdock.circulation.items import CirculationStatus
from softdock.circulation.money import Money
from softdock.circulation.operations import Checkout
from softdock.circulation.outcomes import Done, Lent
from softdock.circulation.patrons import Standing
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

_CHECKOUT_DENIED = Standing.CHECKOUT_DENIED

_LENT_AS_FAR_AS_KNOWN = frozenset(
    {CirculationStatus.CHARGED, CirculationStatus.CHARGED_NOT_RECALLABLE, CirculationStatus.RECALLED}
)
"""States that may have been imported without the loan."""


def checkout(snapshot: Snapshot, wish: Checkout) -> Decision | AnyOutcome:
    """The item is lent; or, if the patron has it already, renewed; or its return is undone.

    What happened while the library was away (`no_block`) is booked whatever the rules say, the PIN included, as long
    as patron and item are known.
    """
    card, copy = snapshot.cards.get(wish.patron), snapshot.copies.get(wish.item)
    if card is None:
        return refused(Reason.PATRON_UNKNOWN, snapshot, None, copy)
    if copy is None:
        return refused(Reason.ITEM_UNKNOWN, snapshot, card)
    if wish.cancel:
        return undo_return(snapshot, card, copy)
    loan = copy.loan
    if loan is not None and loan.patron == wish.patron:
        return _lend_again(snapshot, wish, card, copy, loan)
    price = price_of_loan(copy, card)
    if not wish.no_block:
        fault = card_fault(card, wish.pin, _CHECKOUT_DENIED, snapshot) or _item_fault(snapshot, copy, card)
        if fault is not None:
            return refused(fault, snapshot, card, copy)
        if wish.hold is not None and not isinstance(found := _hold_to_fill(snapshot, wish, copy), Hold):
            return refused(found, snapshot, card, copy)
        if price is not None and not agreed_to(wish, price):
            return refused(Reason.FEE_NOT_ACKNOWLEDGED, snapshot, card, copy, price, copy.item.fee_type)
    return _loan(snapshot, wish, card, copy, price)


def _loan(snapshot: Snapshot, wish: Checkout, card: Card, copy: Copy, price: Money | None) -> Decision:
    """`copy` goes to `card`, whatever there may be against it."""
    changes = Changes()
    filled = _fill_hold(snapshot, changes, wish, card, copy)
    lent = local(snapshot, wish.happened)
    if wish.promised_due is not None:
        due = local(snapshot, wish.promised_due)
    else:
        due = sooner(snapshot, due_after(snapshot, card, copy, lent), wish.desired_due)
    fees: tuple[FeeId, ...] = ()
    fee_type = None
    if price is not None:
        fee_type = copy.item.fee_type
        fees = (charge(snapshot, changes, card, copy, price, fee_type),)
    before = None if copy.loan is None else without_past(copy.loan)
    made = Loan(copy.item.id, card.patron.id, lent, due, 0, fees, filled, before)
    changes.put(made)
    if copy.last_return is not None:
        changes.drop(copy.last_return)
    state = _state_when_lent(copy, wish.properties)
    if state is not copy.state:
        changes.put(state)
    queue = queue_after(copy.title, changes) if copy.title.queue else None
    item = item_as(copy, state, made, None, queue)
    lent_now = Lent(
        item,
        card.patron.id,
        due,
        desensitize=copy.item.lendable,
        fee=price,
        fee_type=fee_type,
        renewals=0,
    )
    return Decision(Done(lent_now), changes)


def _lend_again(
    snapshot: Snapshot, wish: Checkout, card: Card, copy: Copy, loan: Loan
) -> Decision | AnyOutcome:
    """The patron has the item already: this is a renewal, where one is wanted."""
    if wish.no_block:
        if wish.happened is not None and local(snapshot, wish.happened) == loan.lent:
            item = item_as(copy, copy.state, loan, None)
            return Done(Lent(item, card.patron.id, loan.due, renewals=loan.renewals))
        return renewal(snapshot, wish, card, copy, loan)
    if not wish.renewal_allowed:
        fault = card_fault(card, wish.pin, _CHECKOUT_DENIED, snapshot)
        return refused(fault or Reason.ALREADY_LENT, snapshot, card, copy)
    return renewal_fault(snapshot, wish, card, card, copy, loan) or renewal(snapshot, wish, card, copy, loan)


def _item_fault(snapshot: Snapshot, copy: Copy, card: Card) -> Reason | None:
    """Why `copy` may not be lent to `card`."""
    if copy.loan is not None:
        return Reason.ITEM_LENT_TO_ANOTHER
    if not copy.item.lendable:
        return Reason.ITEM_NOT_LENDABLE
    if copy.state.status not in LENDABLE:
        lent = copy.state.status in _LENT_AS_FAR_AS_KNOWN
        return Reason.ITEM_LENT_TO_ANOTHER if lent else Reason.ITEM_NOT_LENDABLE
    if copy.hold is not None and copy.hold.patron != card.patron.id:
        return Reason.ITEM_ON_HOLD
    if copy.item.stay is not None:
        return _stay_fault(snapshot, copy, copy.item.stay, card)
    return None


def _stay_fault(snapshot: Snapshot, copy: Copy, stay: Stay, card: Card) -> Reason | None:
    """Why `copy`, which is another library's, is not lent to `card`: it has to go back, or is somebody else's."""
    has_been_lent = copy.last_return is not None and copy.hold is None
    if has_been_lent or (stay.due is not None and stay.due <= snapshot.now):
        return Reason.ITEM_NOT_LENDABLE
    return Reason.ITEM_ON_HOLD if stay.patron not in (None, card.patron.id) else None


def _hold_to_fill(snapshot: Snapshot, wish: Checkout, copy: Copy) -> Hold | Reason:
    """The hold that the device says ends with the loan, or why it does not."""
    assert wish.hold is not None
    found = found_by_name(snapshot, wish.hold)
    hold = found.hold if isinstance(found, EndedHold) else found
    if hold is None or hold.patron != wish.patron or hold.title_id != copy.title.id:
        return Reason.HOLD_UNKNOWN
    return Reason.HOLD_ENDED if isinstance(found, EndedHold) else hold


def _fill_hold(snapshot: Snapshot, changes: Changes, wish: Checkout, card: Card, copy: Copy) -> Hold | None:
    """End the hold that this loan fills, and settle whose the copies are that were set aside."""
    filled = None
    if wish.hold is not None and isinstance(named := _hold_to_fill(snapshot, wish, copy), Hold):
        filled = named
    else:
        for hold in copy.title.queue:
            if hold.patron == card.patron.id and fits(hold, copy.item):
                filled = hold
                if hold.copy == copy.item.id:
                    break
    released = None
    if filled is not None:
        end(snapshot, changes, filled, HoldStatus.FILLED, copy)
        if filled.copy is not None and filled.copy != copy.item.id:
            released = snapshot.copies[filled.copy]
    displaced = copy.hold
    if (
        displaced is not None
        and displaced is not filled
        and displace(snapshot, changes, displaced, copy, released)
    ):
        released = None
    if released is not None:
        pass_on(snapshot, changes, released)
    return filled


def _state_when_lent(copy: Copy, properties: str | None) -> ItemState:
    """It has been found, whatever was said of it; and the device may have sent a note."""
    state = copy.state
    note = properties or state.note
    if state.status is AVAILABLE and note == state.note:
        return state
    return ItemState(state.item, AVAILABLE, state.location, note)
