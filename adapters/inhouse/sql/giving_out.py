"""Giving the books out: an import file that holds everything, entry by entry, of one moment."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

import sqlalchemy as sa

from softdock.adapters.inhouse.model import (
    EndedHold,
    Fee,
    Hold,
    ItemRecord,
    ItemState,
    Loan,
    PatronRecord,
    Payment,
    Stay,
)
from softdock.adapters.inhouse.sql import schema as t
from softdock.adapters.inhouse.sql.loading import FEES_BY_PATRON, HOLD_COLUMNS, ITEM_COLUMNS, PATRON_COLUMNS
from softdock.adapters.inhouse.sql.rows import (
    STATUS,
    ended_hold_of,
    fee_of,
    hold_of,
    item_of,
    loan_of,
    patron_of,
    payment_of,
    return_of,
    to_json,
)
from softdock.adapters.inhouse.sql.terms import LIBRARY
from softdock.circulation.holds import HoldKind
from softdock.circulation.items import CirculationStatus, FeeType, SecurityMarker
from softdock.store.database import Connection, KeyedSelect, Row, Statement

AT_ONCE = 1000
"""Rows that are in memory at a time."""

KNOWN_PATRONS = KeyedSelect(sa.select(t.patron.c.id), t.patron.c.id)
PAYMENTS_BY_PATRON = KeyedSelect(sa.select(t.payment).order_by(t.payment.c.number), t.payment.c.patron)


def _pages(table: sa.Table, key: str, columns: Sequence[Any]) -> Statement:
    """The rows of `table` behind a key, in its order."""
    return Statement(
        sa.select(table.c[key], *columns)
        .where(table.c[key] > sa.bindparam("after"))
        .order_by(table.c[key])
        .limit(AT_ONCE),
        "after",
    )


PATRONS = _pages(t.patron, "number", [*PATRON_COLUMNS, t.patron.c.blocked])
ITEMS = _pages(t.item, "number", [*ITEM_COLUMNS, t.item.c.status, t.item.c.location, t.item.c.note])
LOANS = _pages(t.loan, "item", list(t.loan.c))
RETURNS = _pages(t.last_return, "item", list(t.last_return.c))
HOLDS = _pages(t.hold, "number", HOLD_COLUMNS)
ENDED_HOLDS = _pages(t.ended_hold, "number", list(t.ended_hold.c))


def give_out(connection: Connection, zone: tzinfo, write: Callable[[str], object]) -> None:
    """Write the whole of the books as JSON, one entry a line; points in time are shown in `zone`."""
    ((name, policies, branches, mark),) = connection.rows(LIBRARY)
    by_branch: dict[str, list[str]] = {}
    for location, branch in json.loads(branches).items():
        by_branch.setdefault(branch, []).append(location)
    library = {"id": name, "branches": by_branch, "pin_key_mark": mark}
    write(f'{{\n"library": {to_json({key: each for key, each in library.items() if each})},\n')
    write(f'"policies": {policies},\n')
    lists: dict[str, Iterator[dict[str, Any]]] = {
        "patrons": _patrons(connection, zone),
        "items": _items(connection, name, zone),
        "loans": (_loan(loan_of(row, zone)) for row in _rows(connection, LOANS, "")),
        "returns": _returns(connection, zone),
        "holds": (_hold(hold_of(row, zone)) for row in _rows(connection, HOLDS, 0)),
        "ended_holds": (_ended(ended_hold_of(row, zone)) for row in _rows(connection, ENDED_HOLDS, 0)),
    }
    for place, (key, entries) in enumerate(lists.items()):
        write(f'"{key}": [')
        for number, entry in enumerate(entries):
            write(f"{',' if number else ''}\n{to_json(entry)}")
        write("\n]\n" if place == len(lists) - 1 else "\n],\n")
    write("}\n")


def _rows(connection: Connection, pages: Statement, after: Any) -> Iterator[Row]:
    for page in _read_pages(connection, pages, after):
        yield from page


def _read_pages(connection: Connection, pages: Statement, after: Any) -> Iterator[list[Row]]:
    """All rows behind `after`, without the key by which they were ordered."""
    while page := connection.rows(pages, after):
        after = page[-1][0]
        yield [row[1:] for row in page]


# --- patrons and items --------------------------------------------------------------------------------


def _patrons(connection: Connection, zone: tzinfo) -> Iterator[dict[str, Any]]:
    for page in _read_pages(connection, PATRONS, 0):
        ids = [row[0] for row in page]
        fees: dict[str, list[Fee]] = {}
        for row in connection.rows_of(FEES_BY_PATRON, ids):
            fees.setdefault(row[0], []).append(fee_of(row, zone))
        payments: dict[str, list[Payment]] = {}
        for row in connection.rows_of(PAYMENTS_BY_PATRON, ids):
            payments.setdefault(row[1], []).append(payment_of(row, zone))
        for row in page:
            patron = patron_of(row)
            entry = _patron(patron)
            if row[15] is not None:
                entry["blocked"] = row[15] or True
            if row[0] in fees:
                entry["fees"] = [_fee(each, patron.currency) for each in fees[row[0]]]
            if row[0] in payments:
                entry["payments"] = [_payment(each, patron.currency) for each in payments[row[0]]]
            yield entry


def _patron(patron: PatronRecord) -> dict[str, Any]:
    return _said(
        id=patron.id,
        pin_hash=patron.pin.hex(),
        name=patron.name,
        category=patron.category,
        birth_date=patron.birth_date and patron.birth_date.isoformat(),
        address=patron.address,
        phone=patron.phone,
        email=patron.email,
        home_library=patron.home_library,
        language=patron.language,
        currency=patron.currency,
        expires=patron.expires and patron.expires.isoformat(),
        card_lost=patron.card_lost,
        message=patron.message,
        extra=dict(patron.extra),
    )


def _items(connection: Connection, library: str, zone: tzinfo) -> Iterator[dict[str, Any]]:
    for row in _rows(connection, ITEMS, 0):
        state = ItemState(row[0], STATUS[row[-3]], row[-2], row[-1])
        yield _item(item_of(row), state, library, zone)


def _stay(stay: Stay, zone: tzinfo) -> dict[str, Any]:
    entry = _said(hold=stay.hold, patron=stay.patron, due=_shown(stay.due and stay.due.astimezone(zone)))
    return entry if stay.renewable else {**entry, "renewable": False}


def _item(item: ItemRecord, state: ItemState, library: str, zone: tzinfo) -> dict[str, Any]:
    entry = _said(
        id=item.id,
        title=item.title,
        title_id=item.title_id if item.title_id != (item.title or item.id) else None,
        author=item.author,
        media_type=item.media_type and item.media_type.value,
        security_marker=_unless(item.security_marker, SecurityMarker.OTHER),
        fee_type=_unless(item.fee_type, FeeType.OTHER),
        fee=item.fee and str(item.fee),
        fee_currency=item.fee and item.fee.currency,
        owner=item.owner if item.owner != library else None,
        permanent_location=item.permanent_location,
        call_number=item.call_number,
        collection=item.collection,
        status=_unless(state.status, CirculationStatus.AVAILABLE),
        note=state.note,
        extra=dict(item.extra),
        stay=item.stay and _stay(item.stay, zone),
    )
    if item.magnetic is not None:
        entry["magnetic"] = item.magnetic
    if not item.lendable:
        entry["lendable"] = False
    if state.location != item.permanent_location:
        entry["current_location"] = state.location
    return entry


def _fee(fee: Fee, currency: str) -> dict[str, Any]:
    return _said(
        id=fee.id,
        number=fee.number,
        amount=str(fee.amount),
        currency=fee.amount.currency if fee.amount.currency != currency else None,
        type=_unless(fee.type, FeeType.OTHER),
        title=fee.title,
        item=fee.item,
        charged=_shown(fee.charged),
        note=fee.note,
    )


def _payment(payment: Payment, currency: str) -> dict[str, Any]:
    return _said(
        number=payment.number,
        amount=str(payment.amount),
        currency=payment.amount.currency if payment.amount.currency != currency else None,
        at=payment.at.isoformat(),
        parts=payment.parts,
        asked=payment.asked,
        transaction=payment.transaction,
        payment_type=payment.payment_type,
    )


# --- what stands between them -------------------------------------------------------------------------


def _returns(connection: Connection, zone: tzinfo) -> Iterator[dict[str, Any]]:
    """Not those of patrons who are gone: nobody can undo them any more, and a file may name only whom it has."""
    for page in _read_pages(connection, RETURNS, ""):
        returns = [return_of(row, zone) for row in page]
        known = {row[0] for row in connection.rows_of(KNOWN_PATRONS, {each.loan.patron for each in returns})}
        for last in returns:
            if last.loan.patron in known:
                yield _said(
                    loan=_loan(last.loan),
                    status=_unless(last.state.status, CirculationStatus.AVAILABLE),
                    location=last.state.location,
                    note=last.state.note,
                    fine=last.fine,
                )


def _loan(loan: Loan) -> dict[str, Any]:
    return _said(
        item=loan.item,
        patron=loan.patron,
        lent=loan.lent.isoformat(),
        due=loan.due.isoformat(),
        renewals=loan.renewals,
        fees=loan.fees,
        filled=loan.filled and _filled(loan.filled),
        before=loan.before and _loan(loan.before),
        settled=loan.settled,
        recalled=loan.recall and loan.recall.at.isoformat(),
        due_before_recall=loan.recall and loan.recall.due.isoformat(),
    )


def _hold(hold: Hold) -> dict[str, Any]:
    return _said(
        number=hold.number,
        patron=hold.patron,
        item=hold.item,
        title=hold.title_id if hold.item is None else None,
        scope=hold.scope.value,
        pickup_location=hold.pickup_location,
        placed=hold.placed.isoformat(),
        expires=_shown(hold.expires),
        copy=hold.copy,
        shelf_until=_shown(hold.shelf_until),
        id=hold.id,
        kind=_unless(hold.kind, HoldKind.HOLD),
    )


def _filled(hold: Hold) -> dict[str, Any]:
    return {**_hold(hold), **_said(title_id=hold.title_id, title_text=hold.title)}


def _ended(ended: EndedHold) -> dict[str, Any]:
    return {**_filled(ended.hold), "status": ended.status.value, "ended": ended.ended.isoformat()}


def _shown(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _unless(word: Any, default: object) -> str | None:
    return None if word is default else str(word.value)


def _said(**values: Any) -> dict[str, Any]:
    """What there is to say: without what is absent, empty, or no."""
    return {key: value for key, value in values.items() if value not in (None, "", False, 0, (), [], {})}
