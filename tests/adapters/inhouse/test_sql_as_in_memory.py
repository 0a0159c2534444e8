"""Books on SQL come to the same as books in memory, whatever is asked, one by one or together."""

import re
import shutil
from contextlib import closing
from dataclasses import fields, is_dataclass, replace
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
from softdock.circulation.outcomes import Charged, Paid, PatronReport, RenewedAll
from softdock.store.database import Database, Session

HOUSE = House(CDL, "CNY", ZONE)
MADE = re.compile("[TI][0-9]{7}|[HF][0-9]+")
PATRONS, ITEMS = [f"R{n}" for n in range(1, 6)], [*(f"I{n}" for n in range(1, 7)), "X1", "ILL-1", "ILL-2"]


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
    result = getattr(outcome, "result", None)
    if isinstance(result, Paid):
        return replace(outcome, result=replace(result, transaction=""))
    if isinstance(result, PatronReport):
        entries = sorted(map(_unnumbered, result.entries), key=repr)
        return entries, _unnumbered(replace(result, entries=()))
    if isinstance(result, RenewedAll):
        return sorted(result.renewed), sorted(result.unrenewed)
    return result.balance if isinstance(result, Charged) else _unnumbered(outcome)


def _unnumbered(told: Any) -> Any:
    """What is told, with "made" for each name that was made from a number."""
    if isinstance(told, str):
        return "made" if MADE.fullmatch(told) else told
    if isinstance(told, list | tuple):
        return [_unnumbered(each) for each in told]
    if is_dataclass(told):
        return {each.name: _unnumbered(getattr(told, each.name)) for each in fields(told)}
    return told


def _loaded(books: SqlBooks) -> Snapshot:
    """Everything, read from the tables anew."""
    books.ask()

    def load(connection: Any) -> Snapshot:
        now, house, policies = books.storage._present(connection)
        loaded = LoadedBooks(connection, house, policies, now)
        for patron in PATRONS:
            loaded.cards.get(patron)
        for item in ITEMS:
            copy = loaded.copies.get(item)
            assert copy is None or copy.title.copies
        return Snapshot(house, now, loaded.cards, loaded.copies, loaded.titles, int, loaded.holds)

    return books.session.transact(load)


def said(snapshot: Snapshot) -> Any:
    """Everything that can be asked of the books, without numbers."""
    cards = [
        (
            view_of(snapshot.cards[patron], snapshot.now),
            sorted(copy.item.id for copy in snapshot.cards[patron].loans),
        )
        for patron in PATRONS
        if patron in snapshot.cards
    ]
    copies = [
        (
            copy.state,
            copy.loan and replace(copy.loan, fees=(), filled=None, before=None),
            copy.loan and (len(copy.loan.fees), copy.loan.filled is None, copy.loan.before is None),
            copy.hold and copy.hold.patron,
            copy.last_return and copy.last_return.state,
            [replace(hold, number=0, title_id=_unnumbered(hold.title_id)) for hold in copy.title.queue],
            replace(copy.item, title_id=_unnumbered(copy.item.title_id)),
            [each.item.id for each in copy.title.copies],
        )
        for copy in (snapshot.copies[item] for item in ITEMS if item in snapshot.copies)
    ]
    fees = [
        [
            (fee.amount, fee.type, fee.item, fee.title, fee.charged, fee.note)
            for fee in snapshot.cards[patron].fees
        ]
        for patron in PATRONS
        if patron in snapshot.cards
    ]
    titles = [_unnumbered(title and title.id) for title in map(snapshot.titles.get, ("T", "U", "V", "main"))]
    return cards, copies, fees, titles
