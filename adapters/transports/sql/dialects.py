"""The kinds of databases that are known.  SQLite, PostgreSQL and MariaDB stand here, and are proven by tests.

None commits what was only read.  Where a database knows read-only transactions (all but SQL Server), it refuses to
write in one.
"""

import math
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL

from softdock.adapters.transports.sql.dialect import Called, Dialect, Meaning
from softdock.adapters.transports.sql.unproven import Oracle, SqlServer
from softdock.mappings.exchange import SqlRequest


class Sqlite(Dialect):
    """A file of this machine, which must be there."""

    driver = "sqlite3"
    extra = ""

    def engine(self, url: URL, directory: Path) -> sa.Engine:
        """See `Dialect`."""
        file = (directory / (url.database or "")).absolute()

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(
                f"file:{quote(str(file))}?mode=rw",
                uri=True,
                timeout=self._timeout,
                isolation_level=None,
                check_same_thread=False,  # whoever has the connection has it alone
            )

        return sa.create_engine("sqlite://", creator=connect, **self._options())

    def begin(self, connection: sa.Connection, *, writes: bool) -> None:
        """See `Dialect`.  No statement goes on when the time is over."""
        until = time.monotonic() + self._timeout
        driver: Any = connection.connection.dbapi_connection
        driver.set_progress_handler(lambda: time.monotonic() > until, 10_000)
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def meaning_of(self, error: BaseException) -> Meaning:
        """See `Dialect`."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return Meaning.BUSY
        if code == sqlite3.SQLITE_INTERRUPT:
            return Meaning.LATE
        return Meaning.GONE if code in _SQLITE_GONE else Meaning.REFUSED

    def code_of(self, error: BaseException) -> str:
        """See `Dialect`."""
        return getattr(error, "sqlite_errorname", type(error).__name__)


_SQLITE_GONE = frozenset({
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT,
})  # fmt: skip


class Postgres(Dialect):
    """PostgreSQL.  A procedure is called with CALL; a function is a statement, SELECT * FROM it."""

    driver = "psycopg"
    extra = "postgres"

    def connecting(self) -> dict[str, Any]:
        """See `Dialect`.  A server that is cut off from us is given up some time after the statement should have been."""
        return {
            "connect_timeout": math.ceil(self._connect_timeout),
            "tcp_user_timeout": math.ceil(1000 * (self._timeout + self._connect_timeout)),
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "prepare_threshold": None,  # what stands between us may share connections out among many
        }

    def begin(self, connection: sa.Connection, *, writes: bool) -> None:
        """See `Dialect`.  One trip to the server for all of it."""
        limit = math.ceil(1000 * self._timeout)
        connection.exec_driver_sql(
            f"BEGIN {'READ WRITE' if writes else 'READ ONLY'};"
            f" SET LOCAL statement_timeout = {limit}; SET LOCAL lock_timeout = {limit}"
        )

    def call(self, connection: sa.Connection, request: SqlRequest) -> Called:
        """See `Dialect`."""
        outs = [name for name in request.arguments if name in request.out]
        marks = [
            f"CAST(NULL AS {_POSTGRES_TYPES[request.out[name]]})" if name in request.out else f":p{number}"
            for number, name in enumerate(request.arguments)
        ]
        result = connection.execute(sa.text(f"CALL {request.call}({', '.join(marks)})"), _numbered(request))
        row = result.fetchone() if result.returns_rows else None
        if row is None or len(row) != len(outs):
            return (), dict.fromkeys(map(str.lower, outs))
        return (), dict(zip(map(str.lower, outs), row, strict=True))

    def meaning_of(self, error: BaseException) -> Meaning:
        """See `Dialect`."""
        state = getattr(error, "sqlstate", None) or ""
        if not state:
            lost = type(error).__name__ in {"OperationalError", "InterfaceError"}
            return Meaning.GONE if lost else Meaning.REFUSED
        if state in {"55P03", "40001", "40P01"}:
            return Meaning.BUSY
        if state == "57014":
            return Meaning.LATE
        return Meaning.GONE if state[:2] in {"08", "57"} else Meaning.REFUSED

    def code_of(self, error: BaseException) -> str:
        """See `Dialect`."""
        return getattr(error, "sqlstate", None) or type(error).__name__


_POSTGRES_TYPES = {"text": "text", "number": "numeric", "date": "timestamp"}


class Mariadb(Dialect):
    """MariaDB, and MySQL.  Tables of an engine without transactions keep what was written, whatever becomes of the rest."""

    driver = "pymysql"
    extra = "mariadb"

    def connecting(self) -> dict[str, Any]:
        """See `Dialect`."""
        patience = math.ceil(self._timeout + self._connect_timeout)
        return {
            "connect_timeout": math.ceil(self._connect_timeout),
            "read_timeout": patience,
            "write_timeout": patience,
        }

    def begin(self, connection: sa.Connection, *, writes: bool) -> None:
        """See `Dialect`."""
        limit = (
            f"max_statement_time = {self._timeout:.3f}"
            if getattr(connection.dialect, "is_mariadb", False)
            else f"max_execution_time = {math.ceil(1000 * self._timeout)}"
        )
        connection.exec_driver_sql(
            f"SET SESSION {limit}, SESSION innodb_lock_wait_timeout = {math.ceil(self._timeout)}"
        )
        connection.exec_driver_sql(f"START TRANSACTION {'READ WRITE' if writes else 'READ ONLY'}")

    def roll_back(self, connection: sa.Connection) -> bool:
        """See `Dialect`."""
        connection.exec_driver_sql("ROLLBACK")
        warnings = connection.exec_driver_sql("SHOW WARNINGS").fetchall()
        return all(code != _NOT_ROLLED_BACK for _, code, _ in warnings)

    def call(self, connection: sa.Connection, request: SqlRequest) -> Called:
        """See `Dialect`.  OUT parameters come back in variables of the session."""
        variables = {name: f"@softdock_{number}" for number, name in enumerate(request.out)}
        marks = [variables.get(name, "%s") for name in request.arguments]
        values = [request.parameters[name] for name in request.arguments if name not in request.out]
        driver: Any = connection.connection
        rows: list[dict[str, Any]] = []
        with driver.cursor() as cursor:
            cursor.execute(f"CALL {request.call}({', '.join(marks)})", values)
            while True:
                if cursor.description:
                    names = [str(each[0]).lower() for each in cursor.description]
                    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
                if not cursor.nextset():
                    break
            if not variables:
                return rows, {}
            shown = ", ".join(
                f"CAST({variable} AS {_MARIADB_TYPES[request.out[name]]})"
                if request.out[name] in _MARIADB_TYPES
                else variable
                for name, variable in variables.items()
            )
            cursor.execute(f"SELECT {shown}")
            return rows, dict(zip(map(str.lower, variables), cursor.fetchone(), strict=True))

    def meaning_of(self, error: BaseException) -> Meaning:
        """See `Dialect`."""
        code = error.args[0] if error.args else 0
        if code in {1205, 1213, 1020}:
            return Meaning.BUSY
        if code in {1969, 3024}:
            return Meaning.LATE
        gone = {0, 1053, 1077, 1079, 1927, 2002, 2003, 2006, 2013, 2014, 2055, 4031}
        return Meaning.GONE if code in gone or type(error).__name__ == "InterfaceError" else Meaning.REFUSED


_NOT_ROLLED_BACK = 1196
_MARIADB_TYPES = {"text": "CHAR", "date": "DATETIME(6)"}
"""A number is what the variable holds already."""


def _numbered(request: SqlRequest) -> dict[str, Any]:
    return {
        f"p{number}": request.parameters[name]
        for number, name in enumerate(request.arguments)
        if name not in request.out
    }


DIALECTS: Mapping[str, type[Dialect]] = {
    "sqlite": Sqlite,
    "postgresql": Postgres,
    "mariadb": Mariadb,
    "mysql": Mariadb,
    "oracle": Oracle,
    "mssql": SqlServer,
}
"""By what the URL of a database begins with."""
