"""One connection to a database, and what is done on it in a thread.

What nobody waits for any more is not begun, and what has been begun is not committed: the word that went out is then
that the answer was lost, and nothing of it should be found.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, StatementError

from softdock.adapters.transports.sql.dialect import Dialect, Meaning, NotPossible, checked
from softdock.adapters.transports.threads import Wanted
from softdock.circulation.errors import AnswerLost, LibrarySystemError, SystemBusy, SystemUnavailable
from softdock.mappings.exchange import Rows, SqlRequest

_PORTION = 200
"""Rows that are fetched at one time."""

_LONGEST_MESSAGE = 1000


class TooMuch(Exception):
    """The answer is longer than it may be."""


class Job(Wanted):
    """A request, and whether somebody still waits for what becomes of it."""

    def __init__(self, request: SqlRequest) -> None:
        super().__init__()
        self.request = request


@dataclass(slots=True)
class Tally:
    """What has become of the connections."""

    opened: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an answer may be."""

    rows: int
    size: int


class Link:
    """A connection that is there when it is needed.  Whoever has it has it alone."""

    def __init__(self, engine: sa.Engine, dialect: Dialect, limits: Limits, tally: Tally) -> None:
        self._engine = engine
        self._dialect = dialect
        self._limits = limits
        self._tally = tally
        self._connection: sa.Connection | None = None

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None

    def close(self) -> None:
        """Disconnect."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it may be broken in any way
                connection.invalidate()
                connection.close()

    def probe(self) -> None:
        """Begin a transaction, and end it."""
        connection = self._begun(Job(SqlRequest(())))
        try:
            self._dialect.roll_back(connection)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody answers
            self.close()
            raise SystemUnavailable(f"the database does not answer: {self._code(error)}") from None

    def perform(self, job: Job) -> Rows:
        """What the request of `job` comes to.  Raises a LibrarySystemError."""
        try:
            checked(job.request)
            statements = [_compiled(text) for text in job.request.statements]
            for statement in statements:
                _bound(statement, job.request.parameters)
        except NotPossible as error:
            raise SystemUnavailable(f"the request can not be put to the database: {error}") from None
        connection = self._begun(job)
        try:
            rows = self._done(connection, job.request, statements)
        except Exception as error:  # noqa: BLE001 - drivers raise what they like for values which they cannot bind
            return self._undone(connection, job.request, error)
        if job.request.changes:
            self._commit(connection, job)
        else:
            self._end_reading(connection)
        return rows

    def _begun(self, job: Job) -> sa.Connection:
        """The connection, with a transaction on it.  One that stood idle may have died: then another is made."""
        while True:
            was_connected = self._connection is not None
            try:
                if self._connection is None:
                    self._connection = self._engine.connect()
                    self._tally.opened += 1
                if not job.goes_on():
                    raise SystemUnavailable("no connection came about in time")
                self._dialect.begin(self._connection, writes=job.request.changes)
            except LibrarySystemError:
                raise
            except Exception as error:  # noqa: BLE001 - of the driver, or of what it is built on
                is_busy = self._connection is not None and self._meaning(error) is Meaning.BUSY
                self.close()
                if is_busy:
                    raise SystemBusy(f"the database is held by somebody else: {self._code(error)}") from None
                if was_connected:
                    continue
                self._tally.failed += 1
                raise SystemUnavailable(f"no connection to the database: {self._code(error)}") from None
            return self._connection

    def _done(
        self, connection: sa.Connection, request: SqlRequest, statements: Sequence[sa.TextClause]
    ) -> Rows:
        if request.call:
            rows, out = self._dialect.call(connection, request)
            self._weigh(rows)
            if len(rows) > self._limits.rows:
                raise TooMuch
            return Rows(_plain(rows), {name: _value(value) for name, value in out.items()})
        found: Sequence[Mapping[str, Any]] = ()
        changed = 0
        for statement in statements:
            streams = not request.changes and statement.text.lstrip()[:6].upper() == "SELECT"
            result = connection.execute(
                statement,
                _bound(statement, request.parameters),
                execution_options={"stream_results": streams},
            )
            if result.returns_rows:
                found = self._fetched(result)
            else:
                changed = max(result.rowcount, 0)
        return Rows(found, changed=changed)

    def _fetched(self, result: "sa.CursorResult[Any]") -> Sequence[Mapping[str, Any]]:
        names = [str(name).lower() for name in result.keys()]  # noqa: SIM118 - a method of SQLAlchemy's own
        rows: list[Mapping[str, Any]] = []
        size = 0
        try:
            while portion := result.fetchmany(_PORTION):
                new = [
                    {name: _value(value) for name, value in zip(names, row, strict=True)} for row in portion
                ]
                size += _size(new)
                rows += new
                if len(rows) > self._limits.rows or size > self._limits.size:
                    raise TooMuch
        finally:
            result.close()
        return rows

    def _weigh(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if _size(rows) > self._limits.size:
            raise TooMuch

    def _undone(self, connection: sa.Connection, request: SqlRequest, error: Exception) -> Rows:
        """Roll back; what the database said where it refused a statement.  Raises a LibrarySystemError for all else."""
        meaning, code = self._meaning(error), self._code(error)
        left_nothing = False
        if meaning is not Meaning.GONE:
            with suppress(Exception):
                left_nothing = self._dialect.roll_back(connection)
        if not left_nothing:
            self.close()
        # A procedure may have committed what it did.
        certain = left_nothing and not (request.call and request.changes)
        if isinstance(error, TooMuch):
            raise AnswerLost("the answer of the database is longer than it may be")
        if isinstance(error, NotPossible):
            raise SystemUnavailable(f"the request can not be put to the database: {error}")
        if meaning is Meaning.BUSY and certain:
            raise SystemBusy(f"somebody else holds what a statement needs: {code}")
        if meaning is Meaning.REFUSED and left_nothing:
            return Rows(error=code, message=_said(_cause(error)))
        if meaning is Meaning.LATE:
            raise AnswerLost(f"the database did not answer in time: {code}")
        raise AnswerLost(f"a statement came to nothing that is known: {code}")

    def _commit(self, connection: sa.Connection, job: Job) -> None:
        if not job.goes_on():
            with suppress(Exception):
                self._dialect.roll_back(connection)
            self.close()
            raise AnswerLost("nobody waited any more when it was to be committed")
        try:
            self._dialect.commit(connection)
        except Exception as error:  # noqa: BLE001 - whatever it is, the commit may have been heard
            self.close()
            raise AnswerLost(f"the commit was not confirmed: {self._code(error)}") from None

    def _end_reading(self, connection: sa.Connection) -> None:
        try:
            self._dialect.roll_back(connection)
        except Exception:  # noqa: BLE001 - it has been read, and there is nothing to lose
            self.close()

    def _meaning(self, error: BaseException) -> Meaning:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return Meaning.GONE
        cause = _cause(error)
        driver = self._engine.dialect.loaded_dbapi
        return self._dialect.meaning_of(cause) if isinstance(cause, driver.Error) else Meaning.REFUSED

    def _code(self, error: BaseException) -> str:
        return self._dialect.code_of(_cause(error))


def _said(error: BaseException) -> str:
    """What the database said, in one line."""
    diagnosis = getattr(error, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    said = primary or (error.args[-1] if error.args and isinstance(error.args[-1], str) else "")
    return " ".join(str(said).split())[:_LONGEST_MESSAGE]


def _cause(error: BaseException) -> BaseException:
    """What the driver raised, if SQLAlchemy has wrapped it."""
    return error.orig if isinstance(error, StatementError) and error.orig is not None else error


@lru_cache(maxsize=1024)
def _compiled(text: str) -> sa.TextClause:
    return sa.text(text)


def _bound(statement: sa.TextClause, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The values of what `statement` names.  Raises NotPossible for what has none."""
    names = statement.compile().params
    if missing := sorted(set(names) - set(parameters)):
        raise NotPossible(f"a statement names {', '.join(missing)}, which has no value")
    return {name: parameters[name] for name in names}


def _plain(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    return [{name: _value(value) for name, value in row.items()} for row in rows]


def _value(value: Any) -> Any:
    """As it came: numbers, dates and texts of the driver, blanks at the end included; bytes are bytes."""
    return bytes(value) if isinstance(value, bytearray | memoryview) else value


def _size(rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(len(value) if isinstance(value, str | bytes) else 8 for row in rows for value in row.values())
