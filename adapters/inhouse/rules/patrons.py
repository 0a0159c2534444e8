"""Taking patrons in, changing what is known of them, letting them go.

A category that has no policy of its own falls under the default, as in an import file.  Numbers that devices could not
ask for are not taken (`numbering`).
"""

from dataclasses import replace

from softdock.adapters.inhouse.model import Block, PatronRecord
from softdock.adapters.inhouse.rules.cards import pin_check, report_on
from softdock.adapters.inhouse.rules.numbering import can_be_named, new_patron_number
from softdock.adapters.inhouse.rules.refusals import pin_fault, refused
from softdock.adapters.inhouse.snapshot import Card, Changes, Decision, Snapshot
from softdock.circulation.operations import AmendPatron, CreatePatron, DeletePatron
from softdock.circulation.outcomes import Deleted, Done, PinCheck, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

_TEXTS = ("name", "address", "phone", "email", "language", "category")
_DATES = ("birth_date", "expires")


def create_patron(snapshot: Snapshot, wish: CreatePatron) -> Decision | AnyOutcome:
    """The patron has a card, with the number that was proposed or with one that is made.

    Of a patron who has that number already nothing is told.
    """
    if wish.patron is not None:
        if not can_be_named(wish.patron):
            return Refused(Reason.VALUE_NOT_KEPT)
        if wish.patron in snapshot.cards:
            return Refused(Reason.PATRON_EXISTS)
    number = new_patron_number(snapshot) if wish.patron is None else wish.patron
    house = snapshot.house
    patron = PatronRecord(
        id=number,
        pin=house.pins.sealed(number, wish.new_pin.reveal()) if wish.new_pin else b"",
        name=wish.name,
        category=wish.category,
        birth_date=wish.birth_date,
        address=wish.address,
        phone=wish.phone,
        email=wish.email,
        home_library=wish.home_library,
        language=wish.language,
        currency=house.currency,
        expires=wish.expires,
    )
    changes = Changes(patron)
    block = None
    if wish.blocked is not None:
        block = Block(number, wish.blocked)
        changes.put(block)
    card = Card(patron, house.policies.of(patron.category, patron.currency), block)
    return Decision(Done(report_on(card, snapshot.now, PinCheck.NOT_ASKED)), changes)


def amend_patron(snapshot: Snapshot, wish: AmendPatron) -> Decision | AnyOutcome:
    """What is named is changed, all of it or nothing; the report shows the card as it is then.

    What shall be taken away has to be there.  Blocking a card that is blocked gives it the new text, if any.
    """
    card = snapshot.cards.get(wish.patron)
    if card is None:
        return Refused(Reason.PATRON_UNKNOWN)
    if (fault := pin_fault(snapshot, card, wish.pin)) is not None:
        return refused(fault, snapshot, card)
    if _takes_what_is_not_there(card, wish):
        return refused(Reason.VALUE_NOT_THERE, snapshot, card)
    patron = _amended(snapshot, card.patron, wish)
    changes = Changes()
    if patron != card.patron:
        changes.put(patron)
    block = card.block
    if wish.blocked is True:
        block = Block(patron.id, wish.block_text or (block.text if block is not None else ""))
        changes.put(block)
    elif wish.blocked is False and block is not None:
        changes.drop(block)
        block = None
    policy = snapshot.house.policies.of(patron.category, patron.currency)
    after = Card(patron, policy, block, card.loans, card.holds, card.fees, card.payments)
    return Decision(Done(report_on(after, snapshot.now, pin_check(snapshot, card, wish.pin))), changes)


def delete_patron(snapshot: Snapshot, wish: DeletePatron) -> Decision | AnyOutcome:
    """The card is gone, and with it the list of its payments, and what is remembered of its holds.

    Refused while anything is lent, held or owed.
    """
    card = snapshot.cards.get(wish.patron)
    if card is None:
        return Refused(Reason.PATRON_UNKNOWN)
    if (fault := pin_fault(snapshot, card, wish.pin)) is not None:
        return refused(fault, snapshot, card)
    if card.loans or card.holds or card.fees:
        return refused(Reason.PATRON_IN_USE, snapshot, card)
    changes = Changes()
    if card.block is not None:
        changes.drop(card.block)
    changes.drop(card.patron)
    return Decision(Done(Deleted(patron=card.patron.id)), changes)


def _takes_what_is_not_there(card: Card, wish: AmendPatron) -> bool:
    patron = card.patron
    return (
        any(getattr(wish, name) == "" and not getattr(patron, name) for name in _TEXTS)
        or any(name not in _DATES or getattr(patron, name) is None for name in wish.drops)
        or (wish.new_pin is not None and not wish.new_pin and not patron.pin)
        or (wish.blocked is False and card.block is None)
    )


def _amended(snapshot: Snapshot, patron: PatronRecord, wish: AmendPatron) -> PatronRecord:
    """`patron` as it will be; what is dropped and named anew is named anew."""
    new: dict[str, object] = dict.fromkeys(wish.drops)
    for name in (*_TEXTS, *_DATES):
        value = getattr(wish, name)
        if value is not None:
            new[name] = value
    if wish.new_pin is not None:
        new["pin"] = snapshot.house.pins.sealed(patron.id, wish.new_pin.reveal())
    return replace(patron, **new)  # type: ignore[arg-type]  # each name is a field of both
