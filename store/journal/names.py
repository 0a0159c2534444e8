"""The names of holds, beside the journal: implements `circulation.hold_names.HoldNames`.

What a granted operation makes of a hold is written by the journal itself, with the outcome and in one transaction: a
partner who is told of a hold finds it by its name, and one that was not told of it finds nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from twisted.internet.defer import Deferred
from twisted.internet.defer import TimeoutError as TookTooLong
from twisted.internet.interfaces import IReactorTime

from softdock.circulation.hold_names import NamedHold, NamesAway
from softdock.circulation.identifiers import HoldId, LibraryId, PatronId
from softdock.store.database import (
    CommitLost,
    Connection,
    DatabaseAway,
    DatabaseBusy,
    DatabaseThreads,
    Statement,
    UnitOfWork,
    upsert,
)
from softdock.store.journal.encoding import UnknownForm, read_named, written
from softdock.store.journal.rows import microseconds
from softdock.store.journal.schema import HAS_NOT_ENDED, hold_name

KEPT_FOR = timedelta(days=400)
"""How long a name is kept at most: a hold that has not ended by then never will."""

_FAILED = (DatabaseAway, DatabaseBusy, CommitLost, TookTooLong)

_Result = TypeVar("_Result")

_COLUMNS = ("library", "account", "name", "patron", "placed_at", "ended_at", "hold")
_KEEP = upsert(
    hold_name, ("library", "account", "name"), _COLUMNS, ("patron", "placed_at", "ended_at", "hold")
)
_NAMED = Statement(
    sa.select(hold_name.c.hold).where(
        *(hold_name.c[each] == sa.bindparam(each) for each in ("library", "account", "name"))
    ),
    "library",
    "account",
    "name",
)
_OF_PATRON = Statement(
    sa.select(hold_name.c.hold)
    .where(*(hold_name.c[each] == sa.bindparam(each) for each in ("library", "patron")))
    .where(HAS_NOT_ENDED)
    .order_by(hold_name.c.placed_at),
    "library",
    "patron",
)
_FORGET = Statement(
    sa.delete(hold_name).where(
        sa.or_(
            hold_name.c.placed_at < sa.bindparam("placed_before"),
            hold_name.c.ended_at < sa.bindparam("ended_before"),
        )
    ),
    "placed_before",
    "ended_before",
)


def keep(connection: Connection, hold: NamedHold) -> None:
    """Keep what the name of `hold` stands for, in the place of what it stood for before."""
    ended = None if hold.ended is None else microseconds(hold.ended)
    key = _texts(hold.library, hold.account, hold.name, hold.patron)
    connection.run(_KEEP, *key, microseconds(hold.placed), ended, written(hold))


def forget(connection: Connection, now: int, ended_before: int) -> None:
    """Forget the names that are kept for long enough; `now` and `ended_before` as they are stored."""
    connection.run(_FORGET, now - microseconds_of(KEPT_FOR), ended_before)


class _Question(NamedTuple):
    statement: Statement
    values: Sequence[str]


class SqlHoldNames:
    """On the threads of the journal's database."""

    def __init__(self, threads: DatabaseThreads, clock: IReactorTime, is_ready: Callable[[], bool]) -> None:
        """`is_ready` tells whether the database has its tables."""
        self._threads = threads
        self._clock = clock
        self._is_ready = is_ready

    async def named(self, library: LibraryId, account: str, name: HoldId, until: float) -> NamedHold | None:
        """See `circulation.hold_names.HoldNames`."""
        found = await self._asked(_Question(_NAMED, _texts(library, account, name)), until)
        return found[0] if found else None

    async def of_patron(self, library: LibraryId, patron: PatronId, until: float) -> Sequence[NamedHold]:
        """See `circulation.hold_names.HoldNames`."""
        return await self._asked(_Question(_OF_PATRON, _texts(library, patron)), until)

    async def keep(self, hold: NamedHold, until: float) -> None:
        """See `circulation.hold_names.HoldNames`."""
        await self._within(until, lambda: self._threads.write(_KEEPING, hold))

    async def _asked(self, question: _Question, until: float) -> Sequence[NamedHold]:
        texts = await self._within(until, lambda: self._threads.read(_ASKING, question))
        try:
            return [read_named(each) for each in texts]
        except UnknownForm as error:
            raise NamesAway(str(error)) from error

    async def _within(self, until: float, work: Callable[[], "Deferred[_Result]"]) -> _Result:
        if not self._is_ready():
            raise NamesAway("the journal is not open yet")
        left = max(until - self._clock.seconds(), 0.0)
        try:
            return await work().addTimeout(left, self._clock)
        except _FAILED as error:
            raise NamesAway(str(error)) from error


def microseconds_of(span: timedelta) -> int:
    """`span` as it is stored."""
    return span // timedelta(microseconds=1)


def _texts(*values: str) -> Sequence[str]:
    """As every database takes them: a NUL is in no text of PostgreSQL."""
    return [each.replace("\0", "\ufffd") for each in values]


def _keep_all(connection: Connection, holds: Sequence[NamedHold]) -> Sequence[None]:
    for each in holds:
        keep(connection, each)
    return [None] * len(holds)


def _ask_all(connection: Connection, questions: Iterable[_Question]) -> list[Any]:
    return [[text for (text,) in connection.rows(each.statement, *each.values)] for each in questions]


_KEEPING: UnitOfWork[NamedHold, None] = UnitOfWork("hold-names", _keep_all)
_ASKING: UnitOfWork[_Question, Sequence[str]] = UnitOfWork("hold-names-look", _ask_all)
