"""What is different from one kind of database to another: how it is connected to, how a transaction begins and ends, and
what its errors mean.
"""

import re
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

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


PARAMETERS = frozenset({"text", "number", "date"})
"""Types of OUT parameters."""


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
        if name not in request.arguments or kind not in PARAMETERS:
            raise NotPossible(f"the parameter {name} of the procedure is not text, number or date")
