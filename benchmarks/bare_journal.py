"""The yardstick of what is journalled: a bare Twisted server that answers only what is durable.

It does what nothing on Twisted can do without that keeps a journal: cut lines, verify the checksum, split the fields,
write one row of some 300 bytes with one index, and answer by a signed line once that row is committed.  A thread of its
own commits whatever waits together, so the reactor never waits for the disk, and nothing waits for company.  It writes
once where a journal that can be recovered from has to write twice, holds no books, and asks nobody; its answers are right.

    python bare_journal.py PORT sqlite:////folder/file.db
    python bare_journal.py PORT 'postgresql+psycopg://user@/database?host=/folder'

SQLite writes ahead (WAL) and syncs at each commit (synchronous=FULL).  PostgreSQL is told all rows in one statement, which
is a transaction of its own: one round trip, and a sync before it answers.
"""

import gc
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from twisted.internet.interfaces import IReactorCore, IReactorFromThreads, IReactorTCP
from twisted.internet.protocol import ServerFactory
from twisted.protocols.basic import LineReceiver

from softdock.benchmarks import bare_system, wire

if TYPE_CHECKING:
    import psycopg

BACKLOG = 4096
MADE = "CREATE TABLE bare_journal (number BIGINT PRIMARY KEY, item TEXT NOT NULL, record TEXT NOT NULL)"
INDEXED = "CREATE INDEX by_item ON bare_journal (item)"
RECORD = 280
"""Bytes of a record, filled up with spaces: with number and item some 300."""
JOURNALLED = frozenset({b"11", b"09"})

Row = tuple[int, str, str]
Commit = Callable[[Sequence[Row]], None]


class Due(NamedTuple):
    """A row that is to be written, and what is said to whom when it is."""

    row: Row
    kiosk: "Kiosk"
    answer: bytes


def sqlite_rows(database: sqlite3.Connection) -> Commit:
    """Commits into a file; the connection must leave transactions alone."""
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(MADE)
    database.execute(INDEXED)

    def commit(rows: Sequence[Row]) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO bare_journal VALUES (?, ?, ?)", rows)
        database.execute("COMMIT")

    return commit


def postgresql_rows(database: "psycopg.Connection") -> Commit:
    """Commits into a database of a cluster; the connection must commit each statement."""
    database.execute(MADE)
    database.execute(INDEXED)
    insert = "INSERT INTO bare_journal SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])"

    def commit(rows: Sequence[Row]) -> None:
        database.execute(insert, [list(column) for column in zip(*rows, strict=True)], prepare=True)

    return commit


class Writer:
    """Commits what waits, all of it together, and has it answered."""

    def __init__(self, commit: Commit, reactor: IReactorFromThreads) -> None:
        self._commit = commit
        self._reactor = reactor
        self._due: SimpleQueue[Due] = SimpleQueue()
        self._numbers = count(1)

    def write(self, item: bytes, line: bytes, kiosk: "Kiosk", answer: bytes) -> None:
        """Write a row about `item`, then answer."""
        record = line.decode("utf-8", "replace").ljust(RECORD)
        self._due.put(Due((next(self._numbers), item.decode("utf-8", "replace"), record), kiosk, answer))

    def turn(self) -> None:
        """Wait until something is to be written, and write all that waits."""
        together = [self._due.get()]
        with suppress(Empty):
            while True:
                together.append(self._due.get_nowait())
        self._commit([each.row for each in together])
        self._reactor.callFromThread(_answer, together)

    def run(self) -> None:
        """Go on for ever, in a thread of its own."""
        while True:
            self.turn()


def _answer(together: Sequence[Due]) -> None:
    for _, kiosk, answer in together:
        assert kiosk.transport is not None
        kiosk.transport.write(answer)


class Kiosk(LineReceiver):
    """A connection from a kiosk."""

    delimiter = b"\r"
    writer: Writer
    _date, _date_until = wire.stamp(0.0), 0.0

    def lineReceived(self, line: bytes) -> None:
        """Answer it, once it is in the journal if it changes something."""
        assert self.transport is not None
        if line[-4:] != wire.checksum(line[:-4]):
            self.transport.write(bare_system.DAMAGED)
            return
        if line[:2] not in JOURNALLED:
            self.transport.write(bare_system.answer(line, self._stamp()))
            return
        begin, said = bare_system.ANSWERS[line[:2]]
        fields = {field[:2]: field[2:] for field in line[begin:-9].split(b"|")}
        before, after = said(fields)
        text = b"%b%b%b%b" % (before, self._stamp().texts[1], after, line[-9:-4])
        self.writer.write(fields.get(b"AB", b""), line, self, b"%b%b\r" % (text, wire.checksum(text)))

    @classmethod
    def _stamp(cls) -> wire.Stamp:
        """The transaction date of this moment, made once a second."""
        now = time.time()
        if now >= cls._date_until:
            cls._date, cls._date_until = wire.stamp(now), now + 1.0
        return cls._date


def _commits(url: str) -> Commit:
    scheme, _, path = url.partition(":///")
    if scheme == "sqlite":
        return sqlite_rows(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
    import psycopg  # noqa: PLC0415 - only this one needs it

    return postgresql_rows(psycopg.connect(url.replace("+psycopg", ""), autocommit=True))


def main() -> None:
    """Serve until told to stop."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs it

    port, url = int(sys.argv[1]), sys.argv[2]
    Kiosk.writer = Writer(_commits(url), IReactorFromThreads(reactor))
    Thread(target=Kiosk.writer.run, daemon=True).start()
    kiosks = ServerFactory()
    kiosks.protocol, kiosks.noisy = Kiosk, False
    IReactorTCP(reactor).listenTCP(port, kiosks, backlog=BACKLOG, interface="127.0.0.1")
    gc.freeze()
    IReactorCore(reactor).run()


if __name__ == "__main__":
    main()
