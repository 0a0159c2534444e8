"""Oracle and SQL Server, as their documents describe them.  No test has met a server of either."""

import math
from importlib import import_module
from typing import Any

import sqlalchemy as sa

from softdock.adapters.transports.sql.dialect import Called, Dialect, Meaning
from softdock.mappings.exchange import SqlRequest


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
