"""From records to rows and back.  A row is a tuple in the order of its table's columns, as `schema` has them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from softdock.adapters.inhouse.isbn import isbn_of
from softdock.adapters.inhouse.model import (
    EndedHold,
    Fee,
    Hold,
    ItemRecord,
    ItemState,
    Loan,
    PatronRecord,
    Payment,
    Recall,
    Return,
    Stay,
)
from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import FeeId, HoldId, ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import (
    NOTHING_EXTRA,
    CirculationStatus,
    FeeType,
    MediaType,
    SecurityMarker,
)
from softdock.circulation.money import Money
from softdock.store.database import Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

STATUS: Mapping[str, CirculationStatus] = {each.value: each for each in CirculationStatus}
FEE_TYPE: Mapping[str, FeeType] = {each.value: each for each in FeeType}
_MARKER: Mapping[str, SecurityMarker] = {each.value: each for each in SecurityMarker}
_MEDIA: Mapping[str | None, MediaType | None] = {None: None} | {each.value: each for each in MediaType}
_SCOPE: Mapping[str, HoldScope] = {each.value: each for each in HoldScope}
_KIND: Mapping[str, HoldKind] = {each.value: each for each in HoldKind}


def micros(moment: datetime) -> int:
    """`moment` as it is stored.

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return _micros(moment, moment.fold)


@lru_cache(4096)
def _micros(moment: datetime, fold: int) -> int:
    """Both hours of the night in which clocks are put back are equal but for their `fold`."""
    return (moment - _EPOCH) // _MICROSECOND


def micros_or_none(moment: datetime | None) -> int | None:
    """The same for what may be absent."""
    return None if moment is None else micros(moment)


@lru_cache(4096)
def moment_in(zone: tzinfo, stored: int) -> datetime:
    """What was stored, in `zone`."""
    return (_EPOCH + timedelta(microseconds=stored)).astimezone(zone)


def day(stored: str | None) -> date | None:
    """A day as it was stored."""
    return None if stored is None else date.fromisoformat(stored)


def to_json(value: object) -> str:
    """Compact, and readable for people who look into the tables."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def extra_of(stored: str | None) -> Mapping[str, str]:
    """What the library keeps beyond the vocabulary."""
    if stored is None:
        return NOTHING_EXTRA
    read: dict[str, str] = json.loads(stored)
    return read


def _extra(extra: Mapping[str, str]) -> str | None:
    return to_json(dict(extra)) if extra else None


# --- patrons and items --------------------------------------------------------------------------------


def patron_row(patron: PatronRecord) -> Row:
    """All columns but number and block."""
    return (
        patron.id,
        patron.pin,
        patron.name,
        patron.category,
        None if patron.birth_date is None else patron.birth_date.isoformat(),
        patron.address,
        patron.phone,
        patron.email,
        patron.home_library,
        patron.language,
        patron.currency,
        None if patron.expires is None else patron.expires.isoformat(),
        patron.card_lost,
        patron.message,
        _extra(patron.extra),
    )


def patron_of(row: Row) -> PatronRecord:
    """From all columns but number and block."""
    home, extra = row[8], row[14]
    return PatronRecord(
        PatronId(row[0]),
        row[1],
        row[2],
        row[3],
        None if row[4] is None else date.fromisoformat(row[4]),
        row[5],
        row[6],
        row[7],
        None if home is None else LibraryId(home),
        row[9],
        row[10],
        None if row[11] is None else date.fromisoformat(row[11]),
        bool(row[12]),
        row[13],
        NOTHING_EXTRA if extra is None else extra_of(extra),
    )


def item_row(item: ItemRecord) -> Row:
    """All columns but number and state, and behind them the ISBN, which follows from the others."""
    fee = item.fee
    return (
        item.id,
        item.title_id,
        item.title,
        item.author,
        None if item.media_type is None else item.media_type.value,
        item.magnetic,
        item.security_marker.value,
        item.fee_type.value,
        None if fee is None else fee.minor,
        None if fee is None else fee.currency,
        item.owner,
        item.permanent_location,
        item.call_number,
        item.collection,
        item.lendable,
        _extra(item.extra),
        None if item.stay is None else _stay_json(item.stay),
        isbn_of(item.extra),
    )


def item_of(row: Row) -> ItemRecord:
    """From all columns but number, state and ISBN."""
    magnetic, extra, stay = row[5], row[15], row[16]
    return ItemRecord(
        ItemId(row[0]),
        TitleId(row[1]),
        row[2],
        row[3],
        _MEDIA[row[4]],
        None if magnetic is None else bool(magnetic),
        _MARKER[row[6]],
        FEE_TYPE[row[7]],
        None if row[8] is None else Money(row[8], row[9]),
        row[10],
        row[11],
        row[12],
        row[13],
        bool(row[14]),
        NOTHING_EXTRA if extra is None else extra_of(extra),
        None if stay is None else _stay_of(stay),
    )


def _stay_json(stay: Stay) -> str:
    return to_json([stay.hold, stay.patron, micros_or_none(stay.due), stay.renewable])


def _stay_of(stored: str) -> Stay:
    hold, patron, due, renewable = json.loads(stored)
    return Stay(
        HoldId(hold),
        None if patron is None else PatronId(patron),
        None if due is None else moment_in(UTC, due),
        renewable,
    )


def state_row(state: ItemState) -> Row:
    """Status, location, note."""
    return (state.status.value, state.location, state.note)


# --- loans and returns --------------------------------------------------------------------------------


def loan_row(loan: Loan) -> Row:
    """All columns."""
    return (
        loan.item,
        loan.patron,
        micros(loan.lent),
        micros(loan.due),
        loan.renewals,
        loan.settled,
        _undo_json(loan),
    )


def loan_of(row: Row, zone: tzinfo) -> Loan:
    """From all columns."""
    item, patron, lent, due, renewals, settled, undo = row
    if undo is None:
        return Loan(
            item,
            PatronId(patron),
            moment_in(zone, lent),
            moment_in(zone, due),
            renewals,
            settled=bool(settled),
        )
    kept: dict[str, Any] = json.loads(undo)
    return _loan(
        {"item": item, "patron": patron, "lent": lent, "due": due, "renewals": renewals, "settled": settled, **kept},
        zone,
    )  # fmt: skip


def return_row(row: Return) -> Row:
    """All columns."""
    return (row.item, to_json(_loan_json(row.loan)), *state_row(row.state), row.fine)


def return_of(row: Row, zone: tzinfo) -> Return:
    """From all columns."""
    item, loan, status, location, note, fine = row
    state = ItemState(item, STATUS[status], location, note)
    return Return(item, _loan(json.loads(loan), zone), state, None if fine is None else FeeId(fine))


def _undo_json(loan: Loan) -> str | None:
    undo = _undo(loan)
    return to_json(undo) if undo else None


def _undo(loan: Loan) -> dict[str, Any]:
    undo: dict[str, Any] = {}
    if loan.fees:
        undo["fees"] = list(loan.fees)
    if loan.filled is not None:
        undo["filled"] = list(hold_row(loan.filled))
    if loan.before is not None:
        undo["before"] = _loan_json(loan.before)
    if loan.recall is not None:
        undo["recall"] = [micros(loan.recall.at), micros(loan.recall.due)]
    return undo


def _loan_json(loan: Loan) -> dict[str, Any]:
    return {
        "item": loan.item,
        "patron": loan.patron,
        "lent": micros(loan.lent),
        "due": micros(loan.due),
        "renewals": loan.renewals,
        "settled": loan.settled,
        **_undo(loan),
    }


def _loan(kept: Mapping[str, Any], zone: tzinfo) -> Loan:
    filled, before, recall = kept.get("filled"), kept.get("before"), kept.get("recall")
    return Loan(
        ItemId(kept["item"]),
        PatronId(kept["patron"]),
        moment_in(zone, kept["lent"]),
        moment_in(zone, kept["due"]),
        kept["renewals"],
        tuple(map(FeeId, kept.get("fees", ()))),
        None if filled is None else hold_of(filled, zone),
        None if before is None else _loan(before, zone),
        bool(kept["settled"]),
        None if recall is None else Recall(moment_in(zone, recall[0]), moment_in(zone, recall[1])),
    )


# --- holds, fees, payments ----------------------------------------------------------------------------


def hold_row(hold: Hold) -> Row:
    """All columns but `lapses`, which follows from the others."""
    return (
        hold.number,
        hold.patron,
        hold.title_id,
        hold.title,
        micros(hold.placed),
        hold.item,
        hold.scope.value,
        hold.pickup_location,
        micros_or_none(hold.expires),
        hold.copy,
        micros_or_none(hold.shelf_until),
        hold.id,
        hold.kind.value,
    )


_OF_NO_NAME = (None, HoldKind.HOLD.value)
"""What the holds lack that were stored before holds had names and kinds."""


def hold_of(row: Sequence[Any], zone: tzinfo) -> Hold:
    """From all columns but `lapses`."""
    number, patron, title_id, title, placed, item, scope, pickup_location, expires, copy, shelf_until = row[
        :11
    ]
    name, kind = row[11:] or _OF_NO_NAME
    return Hold(
        number,
        PatronId(patron),
        title_id,
        title,
        moment_in(zone, placed),
        item,
        _SCOPE[scope],
        pickup_location,
        None if expires is None else moment_in(zone, expires),
        copy,
        None if shelf_until is None else moment_in(zone, shelf_until),
        name,
        _KIND[kind],
    )


def ended_hold_row(ended: EndedHold) -> Row:
    """All columns."""
    hold = ended.hold
    as_json = to_json(hold_row(hold))
    return (hold.number, hold.name, hold.patron, as_json, ended.status.value, micros(ended.ended))


def ended_hold_of(row: Row, zone: tzinfo) -> EndedHold:
    """From all columns."""
    _, _, _, hold, status, at = row
    return EndedHold(hold_of(json.loads(hold), zone), HoldStatus(status), moment_in(zone, at))


def fee_row(fee: Fee) -> Row:
    """All columns."""
    return (
        fee.patron,
        fee.id,
        fee.number,
        fee.amount.minor,
        fee.amount.currency,
        fee.type.value,
        fee.title,
        fee.item,
        micros_or_none(fee.charged),
        fee.note or None,
    )


def fee_of(row: Row, zone: tzinfo) -> Fee:
    """From all columns."""
    patron, name, number, amount, currency, kind, title, item, charged, note = row
    return Fee(
        FeeId(name),
        number,
        PatronId(patron),
        Money(amount, currency),
        FEE_TYPE[kind],
        title,
        item,
        None if charged is None else moment_in(zone, charged),
        note or "",
    )


def payment_row(payment: Payment) -> Row:
    """All columns."""
    return (
        payment.number,
        payment.patron,
        payment.amount.minor,
        payment.amount.currency,
        micros(payment.at),
        to_json(payment.parts),
        payment.asked,
        payment.transaction,
        payment.payment_type,
    )


def payment_of(row: Row, zone: tzinfo) -> Payment:
    """From all columns."""
    number, patron, amount, currency, at, parts, asked, transaction, payment_type = row
    return Payment(
        number,
        PatronId(patron),
        Money(amount, currency),
        moment_in(zone, at),
        tuple((FeeId(fee), part) for fee, part in json.loads(parts)),
        asked,
        transaction,
        payment_type,
    )
