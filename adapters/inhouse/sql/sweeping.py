"""Letting go of old rows: a few at a time, beside what is written anyway."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from softdock.adapters.inhouse.sql.rows import micros
from softdock.store.database import Connection, Statement

BETWEEN_SWEEPS = timedelta(minutes=1)
AT_ONCE = 100
"""Old rows that go in one transaction, beside twice as many as are written in it."""


class Sweeper:
    """Takes old rows out of a table; belongs to the thread that writes."""

    def __init__(
        self, key: "sa.Column[str] | sa.Column[int]", at: "sa.Column[int]", kept_for: timedelta
    ) -> None:
        """`key` is the primary key, and `at` the column, with an index, that tells how old a row is."""
        self._kept_for = kept_for
        self._old = Statement(
            sa.select(key).where(at < sa.bindparam("before")).order_by(at).limit(sa.bindparam("most")),
            "before",
            "most",
        )
        self._drop = Statement(sa.delete(key.table).where(key == sa.bindparam("the_key")), "the_key")
        self._swept: datetime | None = None
        """When no old row was left."""

    def sweep(self, connection: Connection, written: int, now: datetime) -> None:
        """Take out some that are old, now that as many were `written`; after a whole sweep not again for a while."""
        if self._swept is not None and abs(now - self._swept) < BETWEEN_SWEEPS:  # a clock may be set back
            return
        most = AT_ONCE + 2 * written
        old = connection.rows(self._old, micros(now - self._kept_for), most)
        connection.run_many(self._drop, old)
        self._swept = now if len(old) < most else None
