"""One connection to a database, and the transactions on it.

A session belongs to one thread.  It connects when it is first needed, and again after its connection was lost: work
that had not reached its commit is then done once more, since nothing of it can have happened.
"""

import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import ExitStack, suppress
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from softdock.store.database.backends import PATIENCE, Database, Meaning
from softdock.store.database.errors import CommitLost, DatabaseAway, DatabaseBusy
from softdock.store.database.statements import Bulk, KeyedSelect, Row, Statement
from softdock.store.database.turns import Turns

Result = TypeVar("Result")

BETWEEN_TRIES = 0.002
"""Seconds between two tries to begin writing, where somebody writes who takes no turns."""


class Connection:
    """What a unit of work sees of a database: statements within the transaction under way."""

    __slots__ = ("_cursor", "_dialect", "commits", "core", "kept", "mark", "next_mark")

    def __init__(self, core: sa.Connection) -> None:
        self.core = core
        """For what is done once: migrations, and statements that are not prepared."""
        self.commits = 0
        """Transactions that have been committed on it."""
        self.kept: object = None
        """What a unit of work keeps here for the next transaction."""
        self.mark: int | None = None
        """Of the transaction under way, see `Database.begin`."""
        self.next_mark: int | None = None
        """What the mark of the next transaction will be if nobody else writes until then."""
        self._dialect = core.dialect
        self._cursor: Any = core.connection.cursor()

    def begin(self, database: Database, *, writes: bool) -> None:
        """Begin a transaction."""
        self.mark = mark = database.begin(self._cursor, writes=writes)
        counts = writes and database.counts_transactions
        self.next_mark = mark + 1 if mark is not None and counts else mark

    def rows(self, statement: Statement, *values: object) -> list[Row]:
        """All rows that `statement` gives."""
        text, bind = statement.on(self._dialect)
        cursor = self._cursor
        cursor.execute(text, bind(values))
        found: list[Row] = cursor.fetchall()
        return found

    def rows_of(self, select: KeyedSelect, keys: Iterable[object], *values: object) -> list[Row]:
        """All rows that `select` gives for any of `keys`."""
        found: list[Row] = []
        cursor = self._cursor
        for statement, bound in select.portions(keys, values):
            text, bind = statement.on(self._dialect)
            cursor.execute(text, bind(bound))
            found += cursor.fetchall()
        return found

    def run(self, statement: Statement, *values: object) -> int:
        """How many rows `statement` has changed."""
        text, bind = statement.on(self._dialect)
        self._cursor.execute(text, bind(values))
        changed: int = self._cursor.rowcount
        return changed

    def run_many(self, statement: Statement, rows: Sequence[Sequence[object]]) -> None:
        """`statement` once for each of `rows`."""
        if not rows:
            return
        text, bind = statement.on(self._dialect)
        if len(rows) == 1:
            self._cursor.execute(text, bind(rows[0]))
        else:
            self._cursor.executemany(text, [bind(row) for row in rows])

    def run_bulk(self, bulk: Bulk, rows: Sequence[Sequence[object]]) -> None:
        """`bulk` for all of `rows`."""
        if not rows:
            return
        together = bulk.on(self._dialect, rows)
        if together is None:
            self.run_many(bulk.each, rows)
        else:
            self.run(*together)

    def run_each(self, statement: Statement, rows: Iterable[Sequence[object]]) -> int:
        """How many rows `statement`, once for each of `rows`, has changed."""
        return sum(self.run(statement, *row) for row in rows)

    def say(self, text: str) -> None:
        """A statement without values; what it answers is not looked at."""
        cursor = self._cursor
        cursor.execute(text)
        if cursor.description:
            cursor.fetchall()  # or SQLite would take it for unfinished

    @property
    def status(self) -> str:
        """What the last statement came to, as PostgreSQL names it; "" for SQLite."""
        return getattr(self._cursor, "statusmessage", None) or ""


class Session:
    """A connection that is there when it is needed."""

    def __init__(self, database: Database, *, writes: bool) -> None:
        self._database = database
        self._writes = writes
        self._connection: Connection | None = None
        self._place: Hashable = None
        """What it is connected to."""
        self._turns: Turns | None = None
        """There once we have met somebody else who writes."""
        self._is_our_turn = False
        self.commit_seconds = 0.0
        """How long the last commit took."""

    def transact(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` returns, once it is committed; if it raises, it is rolled back.

        Raises DatabaseAway, DatabaseBusy, CommitLost, or what `work` raises.  `work` may be called twice.
        """
        was_connected = self._connection is not None
        try:
            return self._once(work)
        except DatabaseAway:
            if not was_connected or self._connection is not None:
                raise
        return self._once(work)  # the connection had died since it was last used

    def outside(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` returns, which runs outside of any transaction.  Raises as `transact`."""
        try:
            return work(self._connected())
        except Exception as error:
            told = self._told(error)
            if told is error:
                raise
            raise told from error

    def close(self) -> None:
        """Disconnect."""
        connection, self._connection = self._connection, None
        turns, self._turns = self._turns, None
        self._is_our_turn = False
        if turns is not None:
            turns.close()
        if connection is not None:
            with suppress(*self._database.errors, DBAPIError):
                connection.core.invalidate()  # or SQLAlchemy would roll back first, and complain if that fails
                connection.core.close()

    def _once(self, work: Callable[[Connection], Result]) -> Result:
        self.commit_seconds = 0.0
        connection = self._connected()
        try:
            try:
                self._begin(connection)
                result = work(connection)
            except BaseException as error:
                told = self._told(error)
                self._undo(connection, told)
                if told is error:
                    raise
                raise told from error
            self._commit(connection)
        finally:
            self._leave()
        return result

    def _connected(self) -> Connection:
        """The connection, to what is in the database's place at this moment."""
        database = self._database
        try:
            place = database.place()
            if self._connection is not None and place != self._place:
                self.close()
            if self._connection is None:
                with ExitStack() as left:
                    connection = Connection(database.engine.connect())
                    left.callback(connection.core.invalidate)
                    connection.say(database.said_to_writers if self._writes else database.said_to_readers)
                    left.pop_all()
                self._connection, self._place = connection, place
        except (DBAPIError, OSError) as error:
            self.close()
            raise DatabaseAway(_sentence(_cause(error))) from error
        except self._database.errors as error:
            raise DatabaseAway(_sentence(error)) from error
        return self._connection

    def _begin(self, connection: Connection) -> None:
        until = time.monotonic() + PATIENCE
        self._take(PATIENCE)
        while True:
            try:
                connection.begin(self._database, writes=self._writes)
                return
            except self._database.errors as error:
                waits = self._database.wait_to_begin and self._database.meaning_of(error) is Meaning.BUSY
                if not waits or time.monotonic() > until:
                    raise
            if self._turns is None and self._writes:
                self._turns = self._database.turns()
                self._take(until - time.monotonic())
            else:
                time.sleep(BETWEEN_TRIES)

    def _take(self, patience: float) -> None:
        """Wait for our turn, where we take turns.  Whether it comes or not, what counts is to be let in."""
        if self._turns is not None:
            self._is_our_turn = self._turns.take(patience)

    def _leave(self) -> None:
        if self._is_our_turn and self._turns is not None:
            self._is_our_turn = False
            self._turns.leave()

    def _commit(self, connection: Connection) -> None:
        began = time.perf_counter()
        try:
            connection.say("COMMIT")
        except self._database.errors as error:
            if not self._writes:
                self.close()  # it has been read, and there is nothing to lose
                return
            self._undo(connection, error)
            if self._database.certainly_not_committed(error):
                raise DatabaseAway(_sentence(error)) from error
            self.close()
            raise CommitLost(_sentence(error)) from error
        if connection.status == "ROLLBACK":
            connection.kept = None
            raise RuntimeError("work has gone on after a statement failed: nothing of it was committed")
        connection.commits += 1
        self.commit_seconds = time.perf_counter() - began

    def _undo(self, connection: Connection, error: BaseException) -> None:
        """Roll back; a connection that cannot even do that is let go."""
        connection.kept = None
        try:
            connection.say("ROLLBACK")
        except self._database.errors as another:
            if isinstance(error, DatabaseAway) or self._database.meaning_of(another) is Meaning.AWAY:
                self.close()

    def _told(self, error: BaseException) -> BaseException:
        """`error`, or what it means if it is one of the driver's."""
        cause = _cause(error)
        if not isinstance(cause, self._database.errors):
            return error
        assert isinstance(cause, Exception)
        meaning = self._database.meaning_of(cause)
        if meaning is Meaning.AWAY:
            return DatabaseAway(_sentence(cause))
        if meaning is Meaning.BUSY:
            return DatabaseBusy(_sentence(cause))
        cause.args = (_first_line(cause),)  # who logs it knows nothing of rows
        return error


def _cause(error: BaseException) -> BaseException:
    """What the driver raised, if SQLAlchemy has wrapped it."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _sentence(error: BaseException) -> str:
    """The first line of what the driver says; the others may quote rows."""
    return f"{type(error).__name__}: {_first_line(error)}"


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:200]
