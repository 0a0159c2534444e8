"""The bare journal answers rightly, and only what is committed; what waits is committed together."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from twisted.internet.testing import StringTransport

from hand_turned import HandTurned
from softdock.benchmarks import bare_journal, durable, wire
from softdock.benchmarks.bare_journal import Kiosk, Row, Writer
from softdock.benchmarks.dialogue import login
from softdock.benchmarks.postgres import Cluster

ROWS: list[Row] = [(1, "B1", "one"), (2, "B2", "two")]
DATE = wire.stamp(1_767_323_045.0)


class Journalled:
    """A kiosk, a writer that commits when it is told to, and what has been committed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reactor = HandTurned()
        self.commits: list[Sequence[Row]] = []
        self.writer = Writer(self.commits.append, self.reactor)  # type: ignore[arg-type]
        monkeypatch.setattr(Kiosk, "writer", self.writer, raising=False)
        self.kiosk, self.transport = Kiosk(), StringTransport()
        self.kiosk.makeConnection(self.transport)

    def ask(self, *exchanges: wire.Exchange) -> None:
        self.kiosk.dataReceived(b"".join(wire.render(each.request, DATE) for each in exchanges))

    def said(self) -> list[bytes]:
        lines: list[bytes] = self.transport.value().splitlines(keepends=True)
        self.transport.clear()
        return lines


@pytest.fixture
def journalled(monkeypatch: pytest.MonkeyPatch) -> Journalled:
    return Journalled(monkeypatch)


def test_a_checkout_is_answered_when_its_row_is_committed_and_not_before(journalled: Journalled) -> None:
    checkout = durable.lone_course().exchanges[0]
    journalled.ask(checkout)
    assert journalled.said() == []
    journalled.writer.turn()
    assert [len(rows) for rows in journalled.commits] == [1]
    assert journalled.said() == []
    journalled.reactor.turn()
    (line,) = journalled.said()
    assert wire.faults(line, checkout.answer) == []


def test_what_waits_is_committed_together_and_each_gets_its_own_answer(journalled: Journalled) -> None:
    exchanges = durable.lone_course().exchanges[:6]
    journalled.ask(*exchanges)
    journalled.writer.turn()
    journalled.reactor.turn()
    (rows,) = journalled.commits
    assert [number for number, _, _ in rows] == [1, 2, 3, 4, 5, 6]
    assert {len(record) for _, _, record in rows} == {bare_journal.RECORD}
    for line, exchange in zip(journalled.said(), exchanges, strict=True):
        assert wire.faults(line, exchange.answer) == []


def test_what_changes_nothing_is_answered_at_once(journalled: Journalled) -> None:
    journalled.ask(login(9))
    (line,) = journalled.said()
    assert wire.faults(line, login(9).answer) == []


def test_a_damaged_line_is_asked_for_again(journalled: Journalled) -> None:
    journalled.kiosk.dataReceived(wire.render(durable.lone_course().exchanges[0].request, DATE)[:-2] + b"?\r")
    (line,) = journalled.said()
    assert line.startswith(b"96")


def test_rows_are_in_the_file_once_they_are_committed(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bare.db", isolation_level=None)) as database:
        bare_journal.sqlite_rows(database)(ROWS)
        with closing(sqlite3.connect(tmp_path / "bare.db")) as other:
            assert other.execute("SELECT * FROM bare_journal").fetchall() == ROWS
            assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_rows_are_in_the_cluster_once_they_are_committed(postgres: Cluster) -> None:
    psycopg = pytest.importorskip("psycopg")
    name = postgres.database()
    with psycopg.connect(postgres.url(name).replace("+psycopg", ""), autocommit=True) as database:
        bare_journal.postgresql_rows(database)(ROWS)
        assert postgres.sql("SELECT * FROM bare_journal", name).splitlines() == ["1|B1|one", "2|B2|two"]
