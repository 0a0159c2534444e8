"""Marks: which journalled operations the books have done.

A mark is written in the transaction that makes the changes of its operation, so that there is one exactly where those
were made.  It stays for a month, in which whoever lost an answer has asked.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from softdock.adapters.inhouse.sql import schema as t
from softdock.adapters.inhouse.sql.rows import micros
from softdock.adapters.inhouse.sql.sweeping import Sweeper
from softdock.adapters.inhouse.sql.writing import insert_once
from softdock.circulation.journal import Effect
from softdock.store.database import Connection, Statement

KEPT_FOR = timedelta(days=30)

_CLOCKS_DIFFER = timedelta(days=1)
"""How far the clocks of those who share the books may be apart: a mark that may be gone is not taken for one that never was."""

WRITE = insert_once(t.done_operation, "operation_id")
FIND = Statement(
    sa.select(t.done_operation.c.at).where(t.done_operation.c.operation_id == sa.bindparam("operation_id")),
    "operation_id",
)
BEGUN = Statement(sa.select(sa.func.min(t.import_run.c.begun)))


class Marks:
    """Writes marks, finds them, and lets go of old ones; belongs to the thread that writes."""

    def __init__(self) -> None:
        self._old = Sweeper(t.done_operation.c.operation_id, t.done_operation.c.at, KEPT_FOR)

    def write(self, connection: Connection, done: Sequence[str], now: datetime) -> None:
        """Mark the operations of these identifiers as done.  One that is marked already stays so."""
        if not done:
            return
        at = micros(now)
        connection.run_many(WRITE, [(each, at) for each in done])
        self._old.sweep(connection, len(done), now)


def effect_of(connection: Connection, operation_id: str, since: datetime, now: datetime) -> Effect:
    """Whether the books have done an operation that was claimed at `since`.

    Unclear where its mark may be gone: after a month, or where these books were taken in from a file since, which
    holds none.
    """
    if connection.rows(FIND, operation_id):
        return Effect.DONE
    ((begun,),) = connection.rows(BEGUN)
    is_older = begun is not None and micros(since) < begun
    return Effect.UNCLEAR if is_older or now - since > KEPT_FOR - _CLOCKS_DIFFER else Effect.NOT_DONE
