"""One operation of the journal in words: what was asked, what came of it, and what staff should do.

Nothing here reveals a patron unless that is asked for: cards are masked, and texts of the library's system, which may
speak to the patron by name, are left out.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import masked
from softdock.circulation.journal import EntryState, JournalEntry, LastWord, Resolution
from softdock.circulation.operations import (
    AcceptItem,
    CancelHold,
    CancelRecall,
    ChangeHold,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    PayFee,
    SetItemStatus,
    TakeNotice,
    WaiveFee,
)
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.reasons import Reason

HEARD: Mapping[LastWord, str] = {
    LastWord.NOTHING: "nothing",
    LastWord.DONE: "that it is done",
    LastWord.NOT_DONE: "that it is not done, and to ask at the desk",
}
RESOLUTIONS: Mapping[Resolution, str] = {
    Resolution.NOT_DONE: "it was never carried out",
    Resolution.UNDONE: "it was carried out, and was taken back",
    Resolution.STANDS: "it was carried out, and stands",
    Resolution.DONE_NOW: "it was carried out afterwards",
    Resolution.RETURNED: "the item was returned since, so whatever there was of a loan is over",
}
_ADVICE: Mapping[Capability, str] = {
    Capability.CHECKOUT: "Look in the system of {system} whether {item} is lent to {patron}. If it is not: settle as not-done."
    " If it is, and the patron has taken it along: leave the loan, and settle as stands. If the patron has left"
    " it: take it back there, and settle as undone.",
    Capability.CHECKIN: "The item is in the bin. Look in the system of {system} whether {item} is lent still. If it is: take it back"
    " there, and settle as done-now. If it is not: settle as stands.",
    Capability.RENEW: "Look in the system of {system} until when the loan of {patron} lasts. If it was renewed: settle as stands,"
    " otherwise as not-done.",
    Capability.HOLD: "Look in the system of {system} for the hold of {patron}. If it is as was asked: settle as stands, otherwise"
    " as not-done.",
    Capability.PAY_FEE: "The patron has paid {amount}. Look in the system of {system} whether it is booked. If it is: settle as stands."
    " If it is not: book it there and settle as done-now, or give the money back and settle as not-done.",
}
_OTHERWISE = "Look in the system of {system} whether it was carried out. If it was: settle as stands, otherwise as not-done."


_CLOSER: Mapping[type, str] = {
    CancelHold: "cancel",
    CancelRecall: "cancel",
    ChangeHold: "change",
    CreateItem: "create",
    CreatePatron: "create",
    DeleteItem: "delete",
    DeletePatron: "delete",
    SetItemStatus: "status",
    WaiveFee: "waive",
}
"""What tells operations apart that need the same capability."""


def what(entry: JournalEntry, *, reveal: bool = False) -> str:
    """What was asked, in a few words."""
    operation: Any = entry.claim.operation
    word = operation.capability.value
    if isinstance(operation, TakeNotice):
        word += f" ({operation.event})"
    elif closer := _CLOSER.get(type(operation)) or ("cancel" if getattr(operation, "cancel", False) else ""):
        word += f" ({closer})"
    elif getattr(operation, "no_block", False):
        word += " (has happened already)"
    parts = [word]
    if isinstance(operation, PayFee):
        parts.append(f"{operation.amount} {operation.amount.currency}")
    if about := item(entry, reveal=reveal) or _otherwise_named(operation):
        parts.append(about)
    if patron := card(entry, reveal=reveal):
        parts.append(f"for {patron}")
    return " ".join(parts)


def _otherwise_named(operation: Any) -> str:
    """What an operation on no item is about: a title, or a request by its name."""
    named = getattr(operation, "title", None) if not isinstance(operation, AcceptItem) else None
    return named or getattr(operation, "hold", None) or ""


def card(entry: JournalEntry, *, reveal: bool = False) -> str:
    """The patron's card, "" where the operation names none."""
    patron = str(getattr(entry.claim.operation, "patron", None) or "")
    return patron if reveal else masked(patron)


def item(entry: JournalEntry, *, reveal: bool = False) -> str | None:
    """The item, None where the operation names none.  One that nobody knows may be a card, held where an item belongs."""
    item: str | None = getattr(entry.claim.operation, "item", None)
    unknown = isinstance(entry.outcome, Refused) and entry.outcome.reason is Reason.ITEM_UNKNOWN
    return masked(item) if item and unknown and not reveal else item


def state(entry: JournalEntry) -> str:
    """How it stands, in one word of a closed list: open, answered, unknown, listed, settled."""
    return "listed" if entry.state is EntryState.UNKNOWN and entry.listed else entry.state.value


def answer(entry: JournalEntry, *, reveal: bool = False) -> str:
    """What the library's system said."""
    outcome = entry.outcome
    if outcome is None:
        return "nothing yet" if entry.state is EntryState.OPEN else "its answer was lost"
    note = f": {outcome.note}" if reveal and outcome.note else ""
    if isinstance(outcome, Refused):
        return f"no ({outcome.reason.value}){note}"
    return f"yes{note}" if isinstance(outcome, Done) else f"its answer was lost{note}"


def advice(entry: JournalEntry, *, reveal: bool = False) -> str:
    """What staff should do."""
    if entry.state is EntryState.OPEN:
        return "Nothing: it is under way. If the process that carried it out has ended, SoftDock settles it."
    if entry.state is not EntryState.UNKNOWN:
        return "Nothing: it has ended."
    if not entry.listed:
        return f"Nothing yet: SoftDock asks the system of {entry.claim.system} until it knows."
    operation: Any = entry.claim.operation
    capability = Capability.RENEW if operation.capability is Capability.RENEW_ALL else operation.capability
    amount = f"{operation.amount} {operation.amount.currency}" if isinstance(operation, PayFee) else ""
    return _ADVICE.get(capability, _OTHERWISE).format(
        system=entry.claim.system,
        item=item(entry, reveal=reveal) or "the item",
        patron=card(entry, reveal=reveal) or "the patron",
        amount=amount,
    )


def facts(entry: JournalEntry, zone: tzinfo, *, reveal: bool = False) -> Iterator[tuple[str, str]]:
    """Everything about one entry, each fact with its name."""
    claim = entry.claim
    yield "operation", f"{claim.operation_id} (number {entry.number})"
    yield "asked", what(entry, reveal=reveal)
    if isinstance(claim.operation, PayFee):
        yield "payment", _payment(claim.operation)
    yield "device", f"{claim.account} at {claim.location or 'no location'}, of {claim.library}"
    yield "system", claim.system + ("" if claim.home == claim.system else f"; the patron is of {claim.home}")
    yield "when", moment(claim.at, zone)
    yield "state", state(entry)
    yield "device heard", _heard(entry)
    yield "system said", answer(entry, reveal=reveal)
    if entry.ended is not None:
        yield "ended", moment(entry.ended, zone)
    if entry.undoing:
        yield "undoing", "was begun"
    yield "found", entry.remark or "nothing"
    if entry.resolution is not None:
        yield "settled", f"{entry.resolution.value}: {RESOLUTIONS[entry.resolution]}"
    if entry.settled is not None:
        yield "settled at", moment(entry.settled, zone)
    yield "to do", advice(entry, reveal=reveal)


def as_json(entry: JournalEntry) -> dict[str, object]:
    """The entry for a program, without what identifies the patron."""
    claim, amount = entry.claim, getattr(entry.claim.operation, "amount", None)
    return {
        "number": entry.number,
        "operation_id": claim.operation_id,
        "kind": claim.operation.capability.value,
        "asked": what(entry),
        "library": claim.library,
        "account": claim.account,
        "location": claim.location,
        "system": claim.system,
        "home": claim.home,
        "patron": card(entry),
        "item": item(entry),
        "amount": str(amount) if amount is not None else None,
        "currency": amount.currency if amount is not None else None,
        "state": state(entry),
        "last_word": entry.last_word.value,
        "answer": answer(entry) if entry.outcome is not None else None,
        "resolution": None if entry.resolution is None else entry.resolution.value,
        "remark": entry.remark,
        "claimed": _utc(claim.at),
        "ended": _utc(entry.ended),
        "settled": _utc(entry.settled),
    }


def moment(at: datetime, zone: tzinfo) -> str:
    """A point in time as it was in `zone`."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %z}"


def _utc(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _heard(entry: JournalEntry) -> str:
    if entry.last_word is LastWord.NOTHING:
        return HEARD[entry.last_word]
    refused = entry.state is EntryState.ANSWERED and isinstance(entry.outcome, Refused)
    heard = "that it is not done, and why" if refused else HEARD[entry.last_word]
    return f"{heard} (if the answer reached it)"


def _payment(operation: PayFee) -> str:
    parts = [f"type {operation.payment_type or 'unknown'}"]
    if operation.transaction:
        parts.append(f"the device's number {operation.transaction}")
    if operation.fee:
        parts.append(f"for fee {operation.fee}")
    return ", ".join(parts)
