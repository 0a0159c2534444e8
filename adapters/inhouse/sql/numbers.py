"""The one counter of a library."""

import sqlalchemy as sa

from softdock.adapters.inhouse.sql import schema as t
from softdock.store.database import Connection, Statement

LAST_NUMBER = Statement(sa.select(t.library.c.last_number))
SET_LAST_NUMBER = Statement(sa.update(t.library).values(last_number=sa.bindparam("number")), "number")


class Numbers:
    """Gives numbers that no row has yet, within a transaction that nobody else writes beside."""

    __slots__ = ("_connection", "_last", "_stored")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last = self._stored = -1

    def next(self) -> int:
        """A number higher than all before."""
        if self._last < 0:
            self._look()
        self._last += 1
        return self._last

    def raise_to(self, number: int) -> None:
        """Give only higher ones than `number` from now on."""
        if self._last < 0:
            self._look()
        self._last = max(self._last, number)

    def store(self) -> None:
        """Write down which was the last."""
        if self._last != self._stored:
            self._connection.run(SET_LAST_NUMBER, self._last)
            self._stored = self._last

    def _look(self) -> None:
        self._last = self._stored = self._connection.rows(LAST_NUMBER)[0][0]
