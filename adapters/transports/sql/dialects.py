"""The kinds of databases: how each is connected to, how a transaction begins and ends, and what its errors mean.

None commits what was only read.  Where a database knows read-only transactions (all but SQL Server), it refuses to
write in one.
"""

import math
import re
import sqlite3
import time
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL

from softdock.mappings.exchange import SqlRequest


class Meaning(Enum):
    """What an error of a driver says about the transaction under way."""

    GONE = auto()
    """There is no connection any more."""
    LATE = auto()
    """The database has given a statement up for its time."""
    BUSY = auto()
    """Somebody else holds what the statement needs."""
    REFUSED = auto()
    """The statement was wrong, or not allowed."""


class NotPossible(Exception):
    """A request cannot be put to this kind of database, why in a sentence; nothing was said to it."""


_PROCEDURE = re.compile(r"[^\W\d][\w$#]*(?:\.[^\W\d][\w$#]*){0,2}")

Called = tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]]
"""Rows that a procedure gave, and its OUT parameters."""


class Dialect:
    """One kind.  It is made for the settings of one database."""

    driver: ClassVar[str]
    """The module that is imported, beside SQLAlchemy."""
    extra: ClassVar[str]
    """Of SoftDock, that brings it along."""
    isolation: ClassVar[str | None] = "AUTOCOMMIT"
    """BEGIN and COMMIT are said here, and by no driver; None where a driver has to."""

    def __init__(self, timeout: float, connect_timeout: float) -> None:
        self._timeout = timeout
        self._connect_timeout = connect_timeout

    def engine(self, url: URL, directory: Path) -> sa.Engine:
        """An engine without a pool.  Raises ImportError where the driver is missing."""
        import_module(self.driver)
        return sa.create_engine(url, connect_args=self.connecting(), **self._options())

    def _options(self) -> dict[str, Any]:
        own: dict[str, Any] = {"poolclass": sa.NullPool, "hide_parameters": True}
        return own | ({"isolation_level": self.isolation} if self.isolation else {})

    def connecting(self) -> dict[str, Any]:
        """What the driver is told to connect."""
        return {}

    def begin(self, connection: sa.Connection, *, writes: bool) -> None:
        """Begin a transaction."""
        raise NotImplementedError

    def commit(self, connection: sa.Connection) -> None:
        """End it."""
        connection.exec_driver_sql("COMMIT")

    def roll_back(self, connection: sa.Connection) -> bool:
        """End it, and tell whether that left nothing behind."""
        connection.exec_driver_sql("ROLLBACK")
        return True

    def call(self, connection: sa.Connection, request: SqlRequest) -> Called:
        """Call a procedure."""
        raise NotPossible("this kind of database has no procedures, or none that are known here")

    def meaning_of(self, error: BaseException) -> Meaning:
        """What an error of the driver says."""
        raise NotImplementedError

    def code_of(self, error: BaseException) -> str:
        """The database's own name for an error.  Its text may quote what belongs to somebody."""
        code = error.args[0] if error.args else ""
        return str(code) if isinstance(code, int) else type(error).__name__


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


class Oracle(Dialect):
    """Oracle, by its driver that needs no client of Oracle's.  Not proven: no test has met a server."""

    driver = "oracledb"
    extra = "oracle"
    isolation = None

    def connecting(self) -> dict[str, Any]:
        """See `Dialect`."""
        return {"tcp_connect_timeout": self._connect_timeout}

    def begin(self, connection: sa.Connection, *, writes: bool) -> None:
        """See `Dialect`.  A transaction begins with its first statement."""
        driver: Any = connection.connection.dbapi_connection
        driver.call_timeout = math.ceil(1000 * self._timeout)
        connection.exec_driver_sql(f"SET TRANSACTION READ {'WRITE' if writes else 'ONLY'}")

    def commit(self, connection: sa.Connection) -> None:
        """See `Dialect`."""
        connection.commit()

    def roll_back(self, connection: sa.Connection) -> bool:
        """See `Dialect`."""
        connection.rollback()
        return True

    def call(self, connection: sa.Connection, request: SqlRequest) -> Called:
        """See `Dialect`."""
        module = import_module(self.driver)
        types = {"text": module.DB_TYPE_VARCHAR, "number": module.DB_TYPE_NUMBER, "date": module.DB_TYPE_DATE}
        driver: Any = connection.connection
        with driver.cursor() as cursor:
            outs = {name: cursor.var(types[kind]) for name, kind in request.out.items()}
            values = [outs.get(name, request.parameters.get(name)) for name in request.arguments]
            cursor.callproc(request.call, values)
            return (), {name.lower(): variable.getvalue() for name, variable in outs.items()}

    def meaning_of(self, error: BaseException) -> Meaning:
        """See `Dialect`."""
        code = self.code_of(error)
        if code in {"ORA-00054", "ORA-00060", "ORA-30006", "ORA-08177"}:
            return Meaning.BUSY
        if code in {"DPY-4024", "ORA-01013", "ORA-03136"}:
            return Meaning.LATE
        return Meaning.REFUSED if code.startswith("ORA-") and code not in _ORACLE_GONE else Meaning.GONE

    def code_of(self, error: BaseException) -> str:
        """See `Dialect`."""
        return str(getattr(error.args[0] if error.args else None, "full_code", type(error).__name__))


_ORACLE_GONE = frozenset({
    "ORA-00028", "ORA-01012", "ORA-01033", "ORA-01034", "ORA-01089", "ORA-02396", "ORA-03113", "ORA-03114",
    "ORA-03135",
})  # fmt: skip


class SqlServer(Dialect):
    """SQL Server.  Not proven: no test has met a server.  It knows no read-only transaction: reading is rolled back."""

    driver = "pymssql"
    extra = "sqlserver"
    isolation = None

    def connecting(self) -> dict[str, Any]:
        """See `Dialect`."""
        return {"login_timeout": math.ceil(self._connect_timeout), "timeout": math.ceil(self._timeout)}

    def begin(self, connection: sa.Connection, *, writes: bool) -> None:
        """See `Dialect`."""
        connection.exec_driver_sql(f"SET LOCK_TIMEOUT {math.ceil(1000 * self._timeout)}")

    def commit(self, connection: sa.Connection) -> None:
        """See `Dialect`."""
        connection.commit()

    def roll_back(self, connection: sa.Connection) -> bool:
        """See `Dialect`."""
        connection.rollback()
        return True

    def meaning_of(self, error: BaseException) -> Meaning:
        """See `Dialect`."""
        code = error.args[0] if error.args else 0
        if code in {1205, 1222, 3960}:
            return Meaning.BUSY
        refused = isinstance(code, int) and code >= 50 and code not in {20003, 20004, 20006, 20047}
        return Meaning.REFUSED if refused else Meaning.GONE


DIALECTS: Mapping[str, type[Dialect]] = {
    "sqlite": Sqlite,
    "postgresql": Postgres,
    "mariadb": Mariadb,
    "mysql": Mariadb,
    "oracle": Oracle,
    "mssql": SqlServer,
}
"""By what the URL of a database begins with."""


def checked(request: SqlRequest) -> None:
    """Raises NotPossible for a call that is none: what is wrong is found before anything is said."""
    if not request.call:
        return
    if _PROCEDURE.fullmatch(request.call) is None:
        raise NotPossible("the name of the procedure is none")
    for name in request.arguments:
        if name not in request.out and name not in request.parameters:
            raise NotPossible(f"the parameter {name} of the procedure has no value")
    for name, kind in request.out.items():
        if name not in request.arguments or kind not in _POSTGRES_TYPES:
            raise NotPossible(f"the parameter {name} of the procedure is not text, number or date")


def _numbered(request: SqlRequest) -> dict[str, Any]:
    return {
        f"p{number}": request.parameters[name]
        for number, name in enumerate(request.arguments)
        if name not in request.out
    }
