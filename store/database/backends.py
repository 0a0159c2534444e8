"""SQLite and PostgreSQL: how to reach them, and what they mean by their errors.

Both commit durably: SQLite in WAL mode with `synchronous=FULL`, which syncs at every commit; PostgreSQL with
`synchronous_commit` on.  Both let one transaction write at a time: SQLite by `BEGIN IMMEDIATE`, PostgreSQL by an
advisory lock that the first statement of a writing transaction takes, so that what a transaction has read stays true
until it commits, whichever process it belongs to.  No driver opens transactions of its own accord: `BEGIN` and
`COMMIT` are said here.  (Python's sqlite3 by default commits when a savepoint is released; with `isolation_level`
None, which is what SQLAlchemy's AUTOCOMMIT is for it, it leaves transactions alone.)
"""

import os
import sqlite3
import zlib
from collections.abc import Hashable
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from softdock.store.database.turns import Turns

PATIENCE = 5.0
"""Seconds for which a transaction waits for another one that writes."""


class DatabaseUrlError(ValueError):
    """Not the address of a database that SoftDock can use.  The message never quotes it: it may hold a password."""


class Meaning(Enum):
    """What an error of a driver says about the transaction."""

    AWAY = auto()
    BUSY = auto()
    BUG = auto()
    """The statement was wrong, or broke a constraint."""


class Database:
    """Where a database is, and how to speak to it.  Nothing is opened by making one."""

    said_to_readers: ClassVar[str]
    said_to_writers: ClassVar[str]
    """What is said once on a new connection that is to read, or to write."""
    wait_to_begin: ClassVar[bool]
    """Whether `begin` fails as busy at once, and has to be tried again."""
    counts_transactions: ClassVar[bool]
    """Whether the mark of a transaction that writes is one higher than that of the one before."""
    errors: ClassVar[tuple[type[Exception], ...]]
    """What the driver raises."""

    def __init__(self, url: URL, lock: str, **options: Any) -> None:
        """`lock` names what a writing transaction locks out: the same name, where the same rows may be written."""
        self.lock = zlib.crc32(lock.encode())
        self.engine = sa.create_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True, **options
        )
        sa.event.listen(self.engine, "connect", self._prepare)

    @staticmethod
    def at(address: str, directory: Path, lock: str) -> "Database":
        """The database at the URL `address`; relative paths start at `directory`.  Raises DatabaseUrlError."""
        try:
            url = make_url(address)
        except ArgumentError:
            raise DatabaseUrlError("This is not the URL of a database.") from None
        if url.drivername in {"sqlite", "sqlite+pysqlite"}:
            return Sqlite(url, directory, lock)
        if url.drivername in {"postgresql", "postgresql+psycopg"}:
            return Postgres(url.set(drivername="postgresql+psycopg"), lock)
        raise DatabaseUrlError("Only SQLite and PostgreSQL are known here.")

    @property
    def is_new(self) -> bool:
        """Whether it is known without asking that nothing is there yet."""
        return False

    def create(self) -> None:
        """Make what can be made without asking, if it is not there.  Raises OSError."""

    def place(self) -> Hashable:
        """Tells what is there from what will be in its place, if that can be known without asking.

        Raises OSError if it is not there.
        """
        return None

    def turns(self) -> Turns | None:
        """What those who write take turns by, if the database does not queue them."""
        return None

    def __repr__(self) -> str:
        """Without a password."""
        return f"<{self.engine.url.render_as_string(hide_password=True)}>"

    def _prepare(self, connection: Any, record: object) -> None:
        """Set a new connection of the driver up."""
        raise NotImplementedError

    def begin(self, cursor: Any, *, writes: bool) -> int | None:
        """Begin a transaction; its mark, by which a connection finds out whether somebody else has written.

        It is the same as that of the connection's last transaction (or one higher, see `counts_transactions`) only if
        nobody else has.  None if that cannot be told.
        """
        raise NotImplementedError

    def meaning_of(self, error: Exception) -> Meaning:
        """What an error of the driver says."""
        raise NotImplementedError

    def certainly_not_committed(self, error: Exception) -> bool:
        """Whether a commit that ended in `error` has left nothing behind."""
        raise NotImplementedError


class Sqlite(Database):
    """A file on this machine, for one process or several."""

    said_to_readers = "PRAGMA query_only = ON"
    # SQLite by itself waits longer and longer between two tries; `sessions` asks steadily.
    said_to_writers = "PRAGMA busy_timeout = 0"
    wait_to_begin = True
    counts_transactions = False
    errors = (sqlite3.Error,)

    def __init__(self, url: URL, directory: Path, lock: str) -> None:
        if not url.database or url.database == ":memory:" or url.query:
            raise DatabaseUrlError(
                "Name the file: sqlite:///books.db, or sqlite:////var/lib/softdock/books.db."
            )
        self.path = (directory / url.database).absolute()
        super().__init__(url.set(database=str(self.path)), lock, connect_args={"timeout": PATIENCE})

    def _prepare(self, connection: Any, record: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -16384")  # KiB: the upper pages of the trees stay in memory

    @property
    def is_new(self) -> bool:
        """See `Database`."""
        return not (self.path.exists() and self.path.stat().st_size)

    def place(self) -> Hashable:
        """See `Database`: a file that was deleted can be written to, and nobody will ever find it."""
        found = self.path.stat()
        return found.st_dev, found.st_ino

    def create(self) -> None:
        """See `Database`: the file, for our own eyes.

        One that is there is not opened: closing it would let go of the locks of every connection of this process, and
        the next program to look at the file would tidy its journal away from under them.
        """
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    def turns(self) -> Turns:
        """See `Database`."""
        return Turns(self.path)

    def begin(self, cursor: Any, *, writes: bool) -> int | None:
        """See `Database`."""
        cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        mark: int = cursor.execute("PRAGMA data_version").fetchall()[0][0]
        return mark

    def meaning_of(self, error: Exception) -> Meaning:
        """See `Database`."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return Meaning.BUSY
        return Meaning.AWAY if code in _SQLITE_AWAY else Meaning.BUG

    def certainly_not_committed(self, error: Exception) -> bool:
        """See `Database`.  What was written but could not be synced may be found again after a crash."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return code & 0xFF in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY} or code == sqlite3.SQLITE_IOERR_WRITE


_SQLITE_AWAY = frozenset({
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
})  # fmt: skip


class Postgres(Database):
    """A server that several hosts may share."""

    said_to_readers = "SET default_transaction_read_only = on"
    # Who holds the lock, and is stuck, lets go of it.
    said_to_writers = f"SET idle_in_transaction_session_timeout = {int(2000 * PATIENCE)}"
    wait_to_begin = False
    counts_transactions = True

    def __init__(self, url: URL, lock: str) -> None:
        try:
            import psycopg  # noqa: PLC0415 - an extra, for those who have PostgreSQL
        except ImportError:
            raise DatabaseUrlError(
                "The driver for PostgreSQL is missing. Install it: pip install 'softdock[postgres]'"
            ) from None
        from psycopg.types.string import StrDumperUnknown  # noqa: PLC0415

        class Texts(StrDumperUnknown):
            """A device may send a NUL, which a text of PostgreSQL cannot hold."""

            def dump(self, obj: str) -> Any:
                return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)

        self._texts = Texts
        self.errors = (psycopg.Error,)  # type: ignore[misc]
        super().__init__(url, lock, paramstyle="format", connect_args=_NOTICE_SILENCE)
        self._begin_writing = f"BEGIN; SELECT pg_advisory_xact_lock({self.lock}); {_MARK_OF_WRITING}"

    def _prepare(self, connection: Any, record: object) -> None:
        connection.autocommit = True
        connection.adapters.register_dumper(str, self._texts)
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {int(1000 * PATIENCE)}")
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )

    def begin(self, cursor: Any, *, writes: bool) -> int | None:
        """See `Database`.  One trip to the server for all of it."""
        cursor.execute(self._begin_writing if writes else _BEGIN_READING)
        while cursor.nextset():
            pass
        mark: int | None = cursor.fetchall()[0][0]
        return mark

    def meaning_of(self, error: Exception) -> Meaning:
        """See `Database`."""
        import psycopg  # noqa: PLC0415

        state = getattr(error, "sqlstate", None) or ""
        if state in _POSTGRES_BUSY:
            return Meaning.BUSY
        if state[:2] in _POSTGRES_AWAY or state == _NOT_ALLOWED:
            return Meaning.AWAY
        lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not state
        return Meaning.AWAY if lost else Meaning.BUG

    def certainly_not_committed(self, error: Exception) -> bool:
        """See `Database`.  A server that answers has rolled back, unless it says that it is about to stop."""
        state = getattr(error, "sqlstate", None) or ""
        return bool(state) and state[:2] not in {"08", "57"}


_MARK_OF_WRITING = (
    "SELECT CASE WHEN pg_snapshot_xmin(pg_current_snapshot()) >= own THEN own::text::bigint END"
    " FROM pg_current_xact_id() AS own"
)
"""The number of this transaction, if none with a lower one is under way.  Whoever writes has a number, and they are given
in their order: where the next of ours is one higher, nobody has written in between."""

_BEGIN_READING = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    " SELECT CASE WHEN pg_snapshot_xmin(seen) = pg_snapshot_xmax(seen) THEN pg_snapshot_xmax(seen)::text::bigint END"
    " FROM pg_current_snapshot() AS seen"
)
"""Its mark is the first number that is not committed yet, if none lower is under way."""

_NOTICE_SILENCE = {
    "connect_timeout": int(PATIENCE),
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""For libpq: a server that is cut off from us is given up within some ten seconds."""

_POSTGRES_BUSY = frozenset({"55P03", "57014", "40001", "40P01"})
"""A lock was not to be had in time, a time-out, a serialization failure, a deadlock."""

_NOT_ALLOWED = "42501"
"""Our role may not make tables, or not write into them: for us the database is not there."""

_POSTGRES_AWAY = frozenset({"08", "25", "53", "57", "58", "3D", "28"})
"""No connection, a read-only standby, no room, a shutdown, a fault of the machine, no such database, no admission."""
