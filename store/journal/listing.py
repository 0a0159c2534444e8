"""The journal for commands, without a reactor, whether or not a server runs: what staff reads in it, and settles.

Reading changes nothing.  Settling is one durable transaction, with a new number of change: so every process that shares
the journal learns of it with its own next transaction.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from softdock.circulation.journal import EntryState, JournalEntry, Resolution
from softdock.store.database import Connection, Database, Session, Statement, revision_known
from softdock.store.journal.rows import (
    HIGHEST,
    NAMES,
    UPDATE,
    Row,
    changed_values,
    entry_of,
    microseconds,
)
from softdock.store.journal.schema import IS_PAYMENT, IS_UNSETTLED, SCHEMA, entry
from softdock.store.journal.work import settled

_ALL = sa.select(*(entry.c[name] for name in NAMES))


class NoJournal(LookupError):
    """Nothing was ever journalled there."""


class NoSuchEntry(LookupError):
    """No operation goes by that name or number."""


class NotForStaff(Exception):
    """The operation is under way, or has ended, or is being taken back: there is nothing to settle."""

    def __init__(self, entry: JournalEntry) -> None:
        super().__init__(entry.number)
        self.entry = entry


class JournalListing:
    """What commands ask of a journal.  All raise DatabaseAway, DatabaseBusy, DatabaseNewer, NoJournal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(
        self, most: int, *, unsettled: bool = False, library: str | None = None, since: datetime | None = None
    ) -> list[JournalEntry]:
        """The last entries, at most so many, in their order.

        `library` is the one whose device asked, or whose system was asked.
        """
        wanted: Any = _ALL
        if unsettled:
            wanted = wanted.where(IS_UNSETTLED)
        if library is not None:
            wanted = wanted.where(sa.or_(entry.c.library == library, entry.c.system == library))
        if since is not None:
            wanted = wanted.where(entry.c.claimed_at >= microseconds(since))
        return self._found(wanted.order_by(entry.c.number.desc()).limit(most))[::-1]

    def named(self, name: str) -> JournalEntry:
        """The entry with this operation_id, or with this number.  Raises NoSuchEntry."""
        with self._session(writes=False) as session:
            return session.transact(lambda connection: entry_of(_named(connection, name)))

    def payments(self, begin: datetime | None = None, end: datetime | None = None) -> list[JournalEntry]:
        """Every payment that was claimed from `begin` on and before `end`, the first first."""
        wanted: Any = _ALL.where(IS_PAYMENT)
        if begin is not None:
            wanted = wanted.where(entry.c.claimed_at >= microseconds(begin))
        if end is not None:
            wanted = wanted.where(entry.c.claimed_at < microseconds(end))
        return self._found(wanted.order_by(entry.c.claimed_at, entry.c.number))

    def settle(self, name: str, resolution: Resolution, remark: str, now: datetime) -> JournalEntry:
        """Settle the unknown entry with this operation_id or number; the entry as it is then.

        Raises NoSuchEntry, NotForStaff, CommitLost.
        """

        def settling(connection: Connection) -> JournalEntry:
            row = _named(connection, name)
            if row.state != EntryState.UNKNOWN.value or (row.undoing and not row.listed):
                raise NotForStaff(entry_of(row))
            settled(resolution, remark, None, microseconds(now))(row)
            ((_, last_change),) = connection.rows(HIGHEST)
            row.change = last_change + 1
            connection.run_bulk(UPDATE, [changed_values(row)])
            return entry_of(row)

        with self._session(writes=True) as session:
            return session.transact(settling)

    def _found(self, wanted: Any) -> list[JournalEntry]:
        statement = Statement(wanted)
        with self._session(writes=False) as session:
            return session.transact(
                lambda connection: [entry_of(Row(*each)) for each in connection.rows(statement)]
            )

    @contextmanager
    def _session(self, *, writes: bool) -> Iterator[Session]:
        if self._database.is_new:
            raise NoJournal
        with closing(Session(self._database, writes=writes)) as session:
            if session.transact(lambda connection: revision_known(connection, SCHEMA)) is None:
                raise NoJournal
            yield session


def _named(connection: Connection, name: str) -> Row:
    is_number = name.isascii() and name.isdigit() and len(name) < 19
    column, key = (entry.c.number, int(name)) if is_number else (entry.c.operation_id, name)
    found = connection.rows(Statement(_ALL.where(column == key).order_by(entry.c.number.desc()).limit(1)))
    if not found:
        raise NoSuchEntry(name)
    return Row(*found[0])
