"""Bringing what was decided into the tables: for each key what it came to in the end, all of a kind together."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from softdock.adapters.inhouse.model import (
    Block,
    EndedHold,
    Fee,
    Hold,
    ItemRecord,
    ItemState,
    Loan,
    NewItem,
    PatronRecord,
    Payment,
    Return,
    Row,
)
from softdock.adapters.inhouse.snapshot import Changes
from softdock.adapters.inhouse.sql import schema as t
from softdock.adapters.inhouse.sql.loading import ITEM_COLUMNS, PATRON_COLUMNS
from softdock.adapters.inhouse.sql.numbers import Numbers
from softdock.adapters.inhouse.sql.rows import (
    ended_hold_row,
    fee_row,
    hold_row,
    item_row,
    loan_row,
    micros_or_none,
    patron_row,
    payment_row,
    return_row,
    state_row,
)
from softdock.circulation.identifiers import ItemId
from softdock.store.database import Connection, Statement, upsert


def _names(table: sa.Table) -> list[str]:
    return [each.name for each in table.c]


def _insert(table: sa.Table) -> Statement:
    names = _names(table)
    return Statement(sa.insert(table).values({each: sa.bindparam(each) for each in names}), *names)


def _update(table: sa.Table, key: str, values: list[str]) -> Statement:
    """Takes the values, then the key."""
    core = sa.update(table).where(table.c[key] == sa.bindparam(f"the_{key}"))
    return Statement(
        core.values({each: sa.bindparam(f"new_{each}") for each in values}),
        *(f"new_{each}" for each in values),
        f"the_{key}",
    )


def _delete(table: sa.Table, *key: str) -> Statement:
    return Statement(sa.delete(table).where(*(table.c[each] == sa.bindparam(each) for each in key)), *key)


def _upsert(table: sa.Table, *key: str) -> Statement:
    names = _names(table)
    return upsert(table, key, names, [each for each in names if each not in key])


def insert_once(table: sa.Table, *key: str) -> Statement:
    """Insert a row; one that is there already under its key stays as it is."""
    return upsert(table, key, _names(table), ())


_STAFF_PATRON = [each.name for each in PATRON_COLUMNS]
_STAFF_ITEM = [*(each.name for each in ITEM_COLUMNS), "isbn"]
UPSERT_PATRON = upsert(t.patron, ["id"], [*_STAFF_PATRON, "number", "blocked"], _STAFF_PATRON[1:])
"""The number and the block of a patron who is known stay; so do the number and the state of an item."""
UPSERT_ITEM = upsert(t.item, ["id"], [*_STAFF_ITEM, "status", "location", "note", "number"], _STAFF_ITEM[1:])
DELETE_PATRON, DELETE_ITEM = _delete(t.patron, "id"), _delete(t.item, "id")
DELETE_PAYMENTS, DELETE_ENDED_OF = _delete(t.payment, "patron"), _delete(t.ended_hold, "patron")
INSERT_LOAN = _insert(t.loan)
UPDATE_LOAN = _update(t.loan, "item", _names(t.loan)[1:])
DELETE_LOAN = _delete(t.loan, "item")
UPDATE_STATE = _update(t.item, "id", ["status", "location", "note"])
UPSERT_RETURN, DELETE_RETURN = _upsert(t.last_return, "item"), _delete(t.last_return, "item")
UPSERT_HOLD, DELETE_HOLD = _upsert(t.hold, "number"), _delete(t.hold, "number")
UPSERT_ENDED_HOLD, DELETE_ENDED_HOLD = _upsert(t.ended_hold, "number"), _delete(t.ended_hold, "number")
UPSERT_FEE, DELETE_FEE = _upsert(t.fee, "patron", "id"), _delete(t.fee, "patron", "id")
INSERT_PAYMENT = _insert(t.payment)
UPDATE_BLOCK = _update(t.patron, "id", ["blocked"])


_LAPSES = [each.name for each in t.hold.c].index("lapses")


def full_hold_row(hold: Hold) -> tuple[Any, ...]:
    """All columns of the table."""
    row = hold_row(hold)
    return (*row[:_LAPSES], micros_or_none(hold.lapses), *row[_LAPSES:])


class Pending:
    """Changes that have been decided and are not in the tables yet."""

    def __init__(self) -> None:
        self._rows: dict[type[Any], dict[Any, Any]] = {}

    def add(self, changes: Changes) -> None:
        """Remember what `changes` come to."""
        for row in changes.drops:
            self._of(row)[_key(row)] = None
            if type(row) is PatronRecord:
                payments = self._rows.get(Payment, {})
                self._rows[Payment] = {key: each for key, each in payments.items() if each.patron != row.id}
        for row in changes.puts:
            if type(row) is NewItem:
                self._of(row.item)[row.item.id] = row.item
                self._of(row.state)[row.item.id] = row.state
            else:
                self._of(row)[_key(row)] = row

    def write(self, connection: Connection, stored_loans: set[ItemId], numbers: Numbers) -> None:
        """Write everything; `stored_loans` are the items that have a loan in the tables, before and then after it.

        What others refer to comes before them, and goes behind them.
        """
        patrons, items = self._rows.pop(PatronRecord, {}), self._rows.pop(ItemRecord, {})
        new_patrons = ((*patron_row(each), numbers.next(), None) for each in _kept(patrons))
        _write(connection, UPSERT_PATRON, new_patrons)
        # The state of a new item is among the states.
        new_items = ((*item_row(each), "", "", "", numbers.next()) for each in _kept(items))
        _write(connection, UPSERT_ITEM, new_items)
        self._write_the_rest(connection, stored_loans)
        _write(connection, DELETE_PAYMENTS, ((patron,) for patron in _gone(patrons)))
        _write(connection, DELETE_ENDED_OF, ((patron,) for patron in _gone(patrons)))
        _write(connection, DELETE_PATRON, ((patron,) for patron in _gone(patrons)))
        _write(connection, DELETE_ITEM, ((item,) for item in _gone(items)))

    def _write_the_rest(self, connection: Connection, stored_loans: set[ItemId]) -> None:
        for kind, rows in self._rows.items():
            if kind is Loan:
                _write_loans(connection, rows, stored_loans)
            elif kind is ItemState:
                connection.run_many(UPDATE_STATE, [(*state_row(row), item) for item, row in rows.items()])
            elif kind is Return:
                _write(connection, UPSERT_RETURN, map(return_row, _kept(rows)))
                _write(connection, DELETE_RETURN, ((item,) for item in _gone(rows)))
            elif kind is Hold:
                _write(connection, DELETE_HOLD, ((number,) for number in _gone(rows)))
                _write(connection, UPSERT_HOLD, map(full_hold_row, _kept(rows)))
            elif kind is EndedHold:
                _write(connection, DELETE_ENDED_HOLD, ((number,) for number in _gone(rows)))
                _write(connection, UPSERT_ENDED_HOLD, map(ended_hold_row, _kept(rows)))
            elif kind is Fee:
                _write(connection, DELETE_FEE, _gone(rows))
                _write(connection, UPSERT_FEE, map(fee_row, _kept(rows)))
            elif kind is Payment:
                _write(connection, INSERT_PAYMENT, map(payment_row, _kept(rows)))
            else:
                assert kind is Block
                blocks = ((None if row is None else row.text, patron) for patron, row in rows.items())
                _write(connection, UPDATE_BLOCK, blocks)

    def count(self, kind: type[Row]) -> int:
        """How many rows of `kind` are written or dropped."""
        return len(self._rows.get(kind, ()))

    def _of(self, row: Row) -> dict[Any, Any]:
        kind = type(row)
        rows = self._rows.get(kind)
        if rows is None:
            rows = self._rows[kind] = {}
        return rows


def _key(row: Any) -> Any:
    """By which a row is replaced as a whole."""
    kind = type(row)
    if kind is Loan or kind is ItemState or kind is Return:
        return row.item
    if kind is Fee:
        return row.patron, row.id
    if kind is PatronRecord or kind is ItemRecord:
        return row.id
    if kind is EndedHold:
        return row.hold.number
    return row.patron if kind is Block else row.number


def _kept(rows: Mapping[Any, Any]) -> Iterable[Any]:
    return (row for row in rows.values() if row is not None)


def _gone(rows: Mapping[Any, Any]) -> Iterable[Any]:
    return (key for key, row in rows.items() if row is None)


def _write(connection: Connection, statement: Statement, rows: Iterable[Any]) -> None:
    connection.run_many(statement, list(rows))


def _write_loans(connection: Connection, rows: Mapping[Any, Any], stored: set[ItemId]) -> None:
    """A loan that is new is inserted, and not put over one that should not be there: nothing is lent twice."""
    new, changed, gone = [], [], []
    for item, loan in rows.items():
        if loan is None:
            if item in stored:
                gone.append((item,))
        elif item in stored:
            changed.append((*loan_row(loan)[1:], item))
        else:
            new.append(loan_row(loan))
    connection.run_many(DELETE_LOAN, gone)
    connection.run_many(UPDATE_LOAN, changed)
    connection.run_many(INSERT_LOAN, new)
    stored.difference_update(item for (item,) in gone)
    stored.update(row[0] for row in new)
