"""Makes an outcome of what was read.

What a system does not say is not made up, but for what follows from what it does say: a card whose date is past has
expired, what is due before today is overdue, a list that was read is counted, open fees add up to a balance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any, Final

from softdock.adapters.declarative.vocabulary import LISTS
from softdock.circulation.errors import MalformedReply
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.money import Money, digits_after_point
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    EnablePatron,
    EndSession,
    LookupItem,
    LookupPatron,
    Operation,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.outcomes import (
    Done,
    HoldState,
    ItemUpdated,
    Lent,
    Paid,
    PatronReport,
    Refused,
    RenewedAll,
    Returned,
    SessionEnded,
)
from softdock.circulation.patrons import ALL_DENIED, Counts, Entry, Patron, PatronList, Standing
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record

Filled = Mapping[str, Any]

_CARD_IS_OUT: Final = frozenset(
    {Reason.CARD_LOST, Reason.CARD_EXPIRED, Reason.PATRON_BLOCKED, Reason.PATRON_UNKNOWN}
)
_PEOPLE: Final = frozenset({"patron", "borrower", "hold_patron"})
"""What identifies people, beside the identifier of a patron itself."""
_MARKS: Final = {Reason.CARD_LOST: Standing.CARD_LOST, Reason.TOO_MANY_LOANS: Standing.TOO_MANY_LOANS}
_COUNTED: Final = {
    PatronList.HOLDS: "holds",
    PatronList.OVERDUE: "overdue",
    PatronList.LOANS: "loans",
    PatronList.FINES: "fines",
    PatronList.RECALLS: "recalls",
    PatronList.UNAVAILABLE_HOLDS: "unavailable_holds",
}


@record
class Place:
    """Whose system it is: the library's currency and days."""

    currency: str
    zone: tzinfo
    now: Callable[[], datetime]


def outcome_of(operation: Operation, filled: Filled, place: Place) -> AnyOutcome:
    """What `operation` came to, by what was read.  Raises MalformedReply for an amount that the currency cannot hold."""
    made = _MAKERS[type(operation)](operation, filled, place)
    return made if isinstance(made, Refused) else Done(made, note=filled.get("note", ""))


# --- patrons -----------------------------------------------------------------------------------------------


def _report(
    operation: LookupPatron | BlockPatron | EnablePatron, filled: Filled, place: Place
) -> PatronReport:
    lists: dict[PatronList, list[Entry] | None] = {each: _entries(filled, each, place) for each in LISTS}
    if lists[PatronList.OVERDUE] is None and (loans := lists[PatronList.LOANS]) is not None:
        lists[PatronList.OVERDUE] = [each for each in loans if _is_past(each.due, place)]
    expires = filled.get("patron.expires")
    reason, reason_date = filled.get("reason"), filled.get("reason_date")
    if reason is None and expires is not None and expires < place.now().astimezone(place.zone).date():
        reason, reason_date = Reason.CARD_EXPIRED, expires
    own = {"id": operation.patron} | _values(Patron, filled, "patron.", place)
    if own.get("balance") is None and (fees := lists[PatronList.FEES]) is not None:
        own["balance"] = _total(fees, place)
    own["standing"] = _standing(filled.get("patron.standing", ()), reason)
    own["counts"] = _counts(filled, lists)
    patron = Patron(**own, extra=_extra(filled, "patron.extra."))
    entries: Sequence[Entry] = ()
    if isinstance(operation, LookupPatron) and operation.wanted is not None:
        entries = (lists.get(operation.wanted) or ())[max(operation.first, 1) - 1 : operation.last]
    pin = {"pin": filled["pin"]} if "pin" in filled else {}
    return PatronReport(patron, entries=tuple(entries), reason=reason, reason_date=reason_date, **pin)


def _standing(marks: Sequence[Standing], reason: Reason | None) -> frozenset[Standing]:
    implied = ALL_DENIED if reason in _CARD_IS_OUT else frozenset()
    mark = _MARKS.get(reason) if reason is not None else None
    return frozenset(marks) | implied | ({mark} if mark is not None else frozenset())


def _counts(filled: Filled, lists: Mapping[PatronList, Sequence[Entry] | None]) -> Counts:
    counts: dict[str, int | None] = {}
    for each, name in _COUNTED.items():
        entries = lists[each]
        counts[name] = filled.get(f"patron.counts.{name}", None if entries is None else len(entries))
    return Counts(**counts)


def _entries(filled: Filled, wanted: PatronList, place: Place) -> list[Entry] | None:
    read = filled.get(f"patron.{wanted.value.replace('-', '_')}")
    return None if read is None else [_entry(each, place) for each in read]


def _entry(read: Filled, place: Place) -> Entry:
    amount = read.get("fee.amount")
    return Entry(
        item=read.get("item.id"),
        title=read.get("item.title", ""),
        due=read.get("due"),
        fee=read.get("fee.id"),
        fee_type=read.get("fee.type"),
        amount=None if amount is None else _money(amount, place),
        lent=read.get("lent"),
    )


def _total(fees: Sequence[Entry], place: Place) -> Money:
    return Money(sum(each.amount.minor for each in fees if each.amount is not None), place.currency)


def _is_past(due: datetime | date | None, place: Place) -> bool:
    if due is None:
        return False
    now = place.now()
    return due < now if isinstance(due, datetime) else due < now.astimezone(place.zone).date()


# --- items -------------------------------------------------------------------------------------------------


def _item(named: ItemId | None, filled: Filled, place: Place) -> Item | None:
    own = _values(Item, filled, "item.", place)
    if named is not None:
        own.setdefault("id", named)
    return Item(**own, extra=_extra(filled, "item.extra.")) if "id" in own else None


def _looked_up(operation: LookupItem, filled: Filled, place: Place) -> Item | Refused:
    """The item that was asked for; of several that were told, the one with its barcode."""
    copies = filled.get("items")
    if copies is None:
        item = _item(operation.item, filled, place)
        assert item is not None  # it has the identifier that was asked for
        return item
    same = [each for each in copies if str(each.get("item.id", "")).strip() == operation.item.strip()]
    if len(same) == 1:
        return _looked_up(operation, {**_without_items(filled), **same[0]}, place)
    return Refused(Reason.ITEM_AMBIGUOUS if same else Reason.ITEM_UNKNOWN, filled.get("note", ""))


def _without_items(filled: Filled) -> dict[str, Any]:
    return {key: value for key, value in filled.items() if key != "items"}


def _lent(operation: Checkout | Renew, filled: Filled, place: Place) -> Lent | Refused:
    item = _item(operation.item, filled, place)
    if item is None:
        return Refused(Reason.REQUEST_INCOMPLETE)
    own = _values(Lent, filled, "", place)
    own.setdefault("due", item.due)
    own.setdefault("due_text", item.due_text)
    own.setdefault("renewed", isinstance(operation, Renew))
    undone = isinstance(operation, Checkout) and operation.cancel
    return Lent(item, operation.patron, undone=undone, **own)


def _returned(operation: Checkin, filled: Filled, place: Place) -> Returned:
    item = _item(operation.item, filled, place)
    assert item is not None  # as above
    own = _values(Returned, filled, "", place)
    return Returned(item, undone=operation.cancel, **own)


def _renewed_all(operation: RenewAll, filled: Filled, place: Place) -> RenewedAll:
    return RenewedAll(
        renewed=tuple(each["item.id"] for each in filled.get("renewed", ()) if "item.id" in each),
        unrenewed=tuple(each["item.id"] for each in filled.get("unrenewed", ()) if "item.id" in each),
        renewed_count=filled.get("renewed_count"),
        unrenewed_count=filled.get("unrenewed_count"),
    )


def _held(operation: PlaceHold | ChangeHold | CancelHold, filled: Filled, place: Place) -> HoldState:
    item = _item(operation.item, filled, place)
    own = _values(HoldState, filled, "", place)
    own.setdefault("title", "" if item is None else item.title)
    if "pickup_location" not in own and not isinstance(operation, CancelHold):
        own["pickup_location"] = operation.pickup_location
    return HoldState(item, **own)


def _paid(operation: PayFee, filled: Filled, place: Place) -> Paid:
    return Paid(operation.patron, **_values(Paid, filled, "", place))


def _updated(operation: UpdateItem, filled: Filled, place: Place) -> ItemUpdated:
    item = _item(operation.item, {"item.properties": operation.properties, **filled}, place)
    assert item is not None  # as above
    return ItemUpdated(item)


_MAKERS: Final[Mapping[type, Callable[[Any, Filled, Place], Any]]] = {
    LookupPatron: _report,
    BlockPatron: _report,
    EnablePatron: _report,
    LookupItem: _looked_up,
    Checkout: _lent,
    Renew: _lent,
    Checkin: _returned,
    RenewAll: _renewed_all,
    PlaceHold: _held,
    ChangeHold: _held,
    CancelHold: _held,
    PayFee: _paid,
    UpdateItem: _updated,
    EndSession: lambda operation, *_: SessionEnded(operation.patron),
}


# --- values ------------------------------------------------------------------------------------------------


def _values(record_type: type, filled: Filled, prefix: str, place: Place) -> dict[str, Any]:
    """What was read for the fields of `record_type`, by their names, as the vocabulary has it."""
    own: dict[str, Any] = {}
    for each in fields(record_type):
        key = f"{prefix}{each.name}"
        value = filled.get(key)
        if value is None and each.name in ("patron", "item", "title", "fee"):
            value = filled.get(f"{key}.id") if each.name == "patron" else value
        if value is None:
            continue
        if isinstance(value, Decimal):
            value = _money(value, place)
        elif each.name in _PEOPLE or (record_type is Patron and each.name == "id"):
            value = PatronId(value)  # which is never printed in full
        elif _is_moment(each.type) and not isinstance(value, datetime):
            value = datetime.combine(value, time(), place.zone)
        own[each.name] = value
    return own


def _is_moment(hint: Any) -> bool:
    """Whether a field takes points in time alone."""
    return bool(hint == datetime | None)


def _money(amount: Decimal, place: Place) -> Money:
    scaled = amount.scaleb(digits_after_point(place.currency))
    if scaled != scaled.to_integral_value():
        raise MalformedReply("", "an amount", str(amount))
    return Money(int(scaled), place.currency)


def _extra(filled: Filled, prefix: str) -> dict[str, str]:
    return {key.removeprefix(prefix): value for key, value in filled.items() if key.startswith(prefix)}
