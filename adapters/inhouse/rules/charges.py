"""What staff or partners let patrons owe, and what they forgive."""

from softdock.adapters.inhouse.model import Fee
from softdock.adapters.inhouse.rules.money import fee_name, spread
from softdock.adapters.inhouse.rules.numbering import can_be_named
from softdock.adapters.inhouse.rules.refusals import refused
from softdock.adapters.inhouse.snapshot import Card, Changes, Decision, Snapshot
from softdock.circulation.identifiers import FeeId
from softdock.circulation.money import Money
from softdock.circulation.operations import ChargeFee, WaiveFee
from softdock.circulation.outcomes import Charged, Done, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

MOST = 10**12
"""Smallest units of a currency: nobody owes as much, and whoever says so has made a mistake."""


def charge_fee(snapshot: Snapshot, wish: ChargeFee) -> Decision | AnyOutcome:
    """The patron owes more: under the name that was proposed, or under one that is made."""
    card = snapshot.cards.get(wish.patron)
    if card is None:
        return Refused(Reason.PATRON_UNKNOWN)
    if (fault := _amount_fault(card, wish.amount)) is not None:
        return refused(fault, snapshot, card)
    copy = None if wish.item is None else snapshot.copies.get(wish.item)
    if wish.item is not None and copy is None:
        return refused(Reason.ITEM_UNKNOWN, snapshot, card)
    if wish.fee is not None:
        if not can_be_named(wish.fee):
            return refused(Reason.VALUE_NOT_KEPT, snapshot, card)
        if any(fee.id == wish.fee for fee in card.fees):
            return refused(Reason.FEE_EXISTS, snapshot, card)
    number, made = fee_name(snapshot, card)
    fee = Fee(
        wish.fee or made,
        number,
        card.patron.id,
        wish.amount,
        wish.fee_type,
        "" if copy is None else copy.item.title,
        wish.item,
        snapshot.now,
        wish.note,
    )
    balance = Money(_balance(card) + wish.amount.minor, card.patron.currency)
    return Decision(Done(Charged(card.patron.id, fee.id, balance)), Changes(fee))


def waive_fee(snapshot: Snapshot, wish: WaiveFee) -> Decision | AnyOutcome:
    """The patron owes less: of the fee that is named, else of the oldest first; never less than nothing.

    Without a fee that is named, the booking gets a number: W and the next of the library's.
    """
    card = snapshot.cards.get(wish.patron)
    if card is None:
        return Refused(Reason.PATRON_UNKNOWN)
    if (fault := _amount_fault(card, wish.amount)) is not None:
        return refused(fault, snapshot, card)
    fees = [fee for fee in card.fees if wish.fee is None or fee.id == wish.fee]
    if wish.fee is not None and not fees:
        return refused(Reason.FEE_UNKNOWN, snapshot, card)
    if wish.amount.minor > sum(fee.amount.minor for fee in fees):
        return refused(Reason.AMOUNT_TOO_HIGH, snapshot, card)
    changes = Changes()
    spread(wish.amount.minor, fees, changes)
    booked = wish.fee or FeeId(f"W{snapshot.number()}")
    balance = Money(_balance(card) - wish.amount.minor, card.patron.currency)
    return Decision(Done(Charged(card.patron.id, booked, balance)), changes)


def _amount_fault(card: Card, amount: Money) -> Reason | None:
    if amount.currency != card.patron.currency:
        return Reason.CURRENCY_WRONG
    return None if 0 < amount.minor < MOST else Reason.AMOUNT_INVALID


def _balance(card: Card) -> int:
    return sum(fee.amount.minor for fee in card.fees)
