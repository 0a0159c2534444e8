"""Saying no, with what is known of the patron and the item: a device shows the title of what it may not lend."""

from datetime import date

from softdock.adapters.inhouse.rules.cards import pin_check, view_of
from softdock.adapters.inhouse.rules.items import item_view
from softdock.adapters.inhouse.rules.standing import state_of
from softdock.adapters.inhouse.snapshot import Card, Copy, Snapshot
from softdock.circulation.identifiers import Secret
from softdock.circulation.items import FeeType
from softdock.circulation.money import Money
from softdock.circulation.outcomes import PinCheck, Refused
from softdock.circulation.patrons import Standing
from softdock.circulation.reasons import Reason

_UNPROVEN = frozenset({Reason.PIN_WRONG, Reason.PIN_NOT_SET})


def refused(
    reason: Reason,
    snapshot: Snapshot,
    card: Card | None = None,
    copy: Copy | None = None,
    fee: Money | None = None,
    fee_type: FeeType | None = None,
) -> Refused:
    """Not for `reason`.  A card that was not proven is not described."""
    when: date | None = None
    note = ""
    patron = None
    if card is not None and reason not in _UNPROVEN:
        patron = view_of(card, snapshot.now)
        if reason is Reason.CARD_EXPIRED:
            when = card.patron.expires
        elif reason is Reason.PATRON_BLOCKED and card.block is not None:
            note = card.block.text
    item = None if copy is None else item_view(copy)
    return Refused(reason, note, patron, item, fee, fee_type, when)


def pin_fault(snapshot: Snapshot, card: Card, pin: Secret | None) -> Reason | None:
    """What is wrong with a PIN that was given.  Whether one has to be given is not decided here."""
    if not pin:
        return None
    check = pin_check(snapshot, card, pin)
    if check is PinCheck.RIGHT:
        return None
    return Reason.PIN_WRONG if check is PinCheck.WRONG else Reason.PIN_NOT_SET


_DENIED_AS = {
    Standing.CHECKOUT_DENIED: Reason.CHECKOUT_DENIED,
    Standing.RENEWAL_DENIED: Reason.RENEWAL_DENIED,
    Standing.HOLD_DENIED: Reason.TOO_MANY_HOLDS,
}


def card_fault(card: Card, pin: Secret | None, denied: Standing, snapshot: Snapshot) -> Reason | None:
    """Why `card` may not do what the mark `denied` stands for: its PIN, its state, or a limit."""
    if pin and (fault := pin_fault(snapshot, card, pin)) is not None:
        return fault
    state = state_of(card, snapshot.now)
    if denied not in state.standing:
        return None
    if state.card_fault is not None:
        return state.card_fault
    if denied is Standing.CHECKOUT_DENIED and state.limit_reached is not None:
        return state.limit_reached
    return _DENIED_AS[denied]
