"""Books on SQL come to the same as books in memory, whatever is asked, one by one or together."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inhouse_books import CDL, NOW, RULES, ZONE, Books, a_stock
from inhouse_wishes import BUSY_TERMS, busy_parts, wishes
from softdock.adapters.inhouse.pins import OF_THIS_PROCESS
from softdock.adapters.inhouse.rules.cards import view_of
from softdock.adapters.inhouse.snapshot import House, Snapshot
from softdock.adapters.inhouse.sql.loading import LoadedBooks
from softdock.adapters.inhouse.sql.storage import SqlStorage, prepare
from softdock.adapters.inhouse.sql.taking_in import take_in
from softdock.circulation.outcomes import Done, Paid, RenewedAll
from softdock.store.database import Database, Session

HOUSE = House(CDL, "CNY", ZONE)
PATRONS, ITEMS = [f"R{n}" for n in range(1, 5)], [f"I{n}" for n in range(1, 6)]


class SqlBooks:
    """Books in a file, asked without threads."""

    def __init__(self, file: Path) -> None:
        self.now = NOW
        self.database = Database.at(f"sqlite:///{file}", Path("/"), "inhouse")
        self.session = Session(self.database, writes=True)
        self.storage = SqlStorage(self.database, HOUSE, lambda: self.now, None)  # type: ignore[arg-type]

    def ask(self, *wishes: Any) -> list[Any]:
        """The outcomes of `wishes`, which are decided in one transaction."""
        jobs = [(RULES[type(wish)], wish, "") for wish in wishes]
        return self.session.transact(lambda connection: self.storage._change(connection, jobs))


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> Path:
    """A file with the busy library in it."""
    file = tmp_path_factory.mktemp("begun") / "begun.db"
    books = SqlBooks(file)
    with closing(books.session):
        prepare(books.database, books.session, HOUSE, OF_THIS_PROCESS.mark)
        take_in(books.session, a_stock(*busy_parts(), terms=BUSY_TERMS), HOUSE, lambda: NOW)
    return file


@settings(max_examples=250, deadline=None)
@given(steps=st.lists(wishes, min_size=1, max_size=25), together=st.integers(1, 6))
def test_the_outcomes_are_the_same_and_so_are_the_books(begun, tmp_path_factory, steps, together):
    file = tmp_path_factory.mktemp("books") / "books.db"
    shutil.copy(begun, file)
    memory, sql = Books(*busy_parts(), terms=BUSY_TERMS), SqlBooks(file)
    with closing(sql.session):
        for is_time, group in groupby(steps, lambda step: isinstance(step, timedelta)):
            for portion in _portions(list(group), together):
                if is_time:
                    memory.now = sql.now = memory.now + sum(portion, timedelta())
                    continue
                expected = [comparable(memory.ask(wish)) for wish in portion]
                assert [comparable(outcome) for outcome in sql.ask(*portion)] == expected
        assert said(_loaded(sql)) == said(memory.look())


def _portions(steps: list[Any], size: int) -> list[list[Any]]:
    return [steps[at : at + size] for at in range(0, len(steps), size)]


def comparable(outcome: Any) -> Any:
    """Without the numbers that the storage gives, and the order of what came about at the same time."""
    if isinstance(outcome, Done) and isinstance(outcome.result, Paid):
        return replace(outcome, result=replace(outcome.result, transaction=""))
    if isinstance(outcome, Done) and isinstance(outcome.result, RenewedAll):
        return sorted(outcome.result.renewed), sorted(outcome.result.unrenewed)
    return outcome


def _loaded(books: SqlBooks) -> Snapshot:
    """Everything, read from the tables anew."""
    books.ask()

    def load(connection: Any) -> Snapshot:
        now, house, policies = books.storage._present(connection)
        loaded = LoadedBooks(connection, house, policies, now)
        for patron in PATRONS:
            assert loaded.cards[patron]
        for item in ITEMS:
            assert loaded.copies[item].title.copies
        return Snapshot(house, now, loaded.cards, loaded.copies, loaded.titles, int)

    return books.session.transact(load)


def said(snapshot: Snapshot) -> Any:
    """Everything that can be asked of the books, without numbers."""
    cards = [
        (
            view_of(snapshot.cards[patron], snapshot.now),
            sorted(copy.item.id for copy in snapshot.cards[patron].loans),
        )
        for patron in PATRONS
    ]
    copies = [
        (
            copy.state,
            copy.loan and replace(copy.loan, fees=(), filled=None, before=None),
            copy.loan and (len(copy.loan.fees), copy.loan.filled is None, copy.loan.before is None),
            copy.hold and copy.hold.patron,
            copy.last_return and copy.last_return.state,
            [replace(hold, number=0) for hold in copy.title.queue],
        )
        for copy in map(snapshot.copies.__getitem__, ITEMS)
    ]
    fees = [[(fee.amount, fee.type, fee.item) for fee in snapshot.cards[patron].fees] for patron in PATRONS]
    return cards, copies, fees
