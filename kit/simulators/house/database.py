"""A house's own system that is a database: tables, views with its rules, and on PostgreSQL procedures that lend.

It stands in for nothing but itself: the rules are in `schemas/tables.sql`, and whoever may connect is an adapter.
"""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from hashlib import md5
from importlib.resources import files
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from softdock.adapters.inhouse.snapshot import Card, Copy
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.items import CirculationStatus
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.house import desk

STOCK = Path(__file__).with_name("stock.json")
PASSWORD = "135790"  # noqa: S105 - of all the made-up readers

_SCHEMAS = files("softdock.kit.simulators.house").joinpath("schemas")
_STAMP = "%Y-%m-%d %H:%M:%S"


class HouseDatabase:
    """Made in an empty database at `url`, of SQLite or PostgreSQL, with the stock of the house.

    Raises what SQLAlchemy raises.
    """

    def __init__(self, url: str, *, now: Callable[[], datetime] | None = None) -> None:
        self.url = url
        self._engine = sa.create_engine(url, poolclass=sa.NullPool)
        for name in (f"{self._engine.dialect.name}.sql", "tables.sql"):
            self._run(_SCHEMAS.joinpath(name).read_text(encoding="utf-8"))
        self._fill(Books(STOCK, LibraryId(desk.LIBRARY), now=now))

    def borrower(self, barcode: str) -> str | None:
        """The card of whoever has the copy."""
        found = self._ask("SELECT card FROM loans WHERE barcode = :barcode", barcode=barcode)
        return found[0].card.strip() if found else None

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of one of its tables."""
        assert table.isidentifier()
        return [dict(row._mapping) for row in self._ask(f"SELECT * FROM {table}")]  # noqa: S608, SLF001 - a name

    def _ask(self, statement: str, **parameters: Any) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(sa.text(statement), parameters))

    def _run(self, script: str) -> None:
        connection = self._engine.raw_connection()
        driver: Any = connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            driver.executescript(script)
        else:
            driver.execute(script)
        connection.commit()
        connection.close()

    def _fill(self, books: Books) -> None:
        snapshot = books.snapshot()
        with self._engine.begin() as connection:
            for card in snapshot.cards.values():
                _put(connection, "readers", _reader(card))
                for fee in card.fees:
                    kind = desk.FEES.get(fee.type, desk.OTHER_FEE)
                    debt = {"id": fee.id, "card": card.patron.id, "kind": kind, "fen": fee.amount.minor}
                    _put(connection, "debts", debt | {"title": fee.title, "receipt": None})
            for copy in snapshot.copies.values():
                _put(connection, "copies", _copy(copy))
                if copy.loan is not None:
                    _put(connection, "loans", _loan(copy))
                if copy.hold is not None:
                    hold = {"barcode": copy.item.id, "card": copy.hold.patron, "ready": 1}
                    _put(connection, "holds", hold | {"placed_at": copy.hold.placed.strftime(_STAMP)})


def _put(connection: sa.Connection, table: str, row: dict[str, Any]) -> None:
    plain = {name: str(value) if isinstance(value, str) else value for name, value in row.items()}
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in row]
    connection.execute(sa.table(table, *columns).insert().values(plain))


def _reader(card: Card) -> dict[str, Any]:
    patron = card.patron
    return {
        "card": patron.id,
        "name": patron.name,
        "kind": patron.category,
        "phone": patron.phone,
        "id_number": patron.extra.get("id_number", ""),
        "state": desk.state_of(card),
        "valid_to": int(patron.expires.strftime("%Y%m%d")) if patron.expires else 99991231,
        "password": md5(f"{patron.id}{PASSWORD}".encode()).hexdigest(),  # noqa: S324 - as such systems do
    }


def _copy(copy: Copy) -> dict[str, Any]:
    item = copy.item
    return {
        "barcode": item.id,
        "title": item.title,
        "author": item.author,
        "call_no": item.call_number,
        "location": item.permanent_location,
        "place": "M" if copy.state.status is CirculationStatus.MISSING else "H",
        "lendable": int(item.lendable),
    }


def _loan(copy: Copy) -> dict[str, Any]:
    assert copy.loan is not None
    return {
        "barcode": copy.item.id,
        "card": copy.loan.patron,
        "lent_at": copy.loan.lent.strftime(_STAMP),
        "due_on": int(copy.loan.due.strftime("%Y%m%d")),
        "renewals": copy.loan.renewals,
    }
