"""The unit of work on SQL: what waits is loaded, decided and written in one transaction.

A lookup runs in a reading thread and changes nothing; everything else runs in the writing thread, with whatever else is
waiting.  The tables are made, and an import file is taken in, as soon as the database can be reached: at the start as
a rule, later if it was away then.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa
from twisted.internet.defer import DeferredLock
from twisted.logger import Logger

from softdock.adapters.base import AdapterSettingsError
from softdock.adapters.inhouse.model import EndedHold, Hold
from softdock.adapters.inhouse.policies import PolicyBook
from softdock.adapters.inhouse.rules.endings import REMEMBERED
from softdock.adapters.inhouse.rules.holds import lapse
from softdock.adapters.inhouse.snapshot import Changes, Decision, House, Rule, Snapshot
from softdock.adapters.inhouse.sql import schema as t
from softdock.adapters.inhouse.sql.keeping import books_for, keep
from softdock.adapters.inhouse.sql.loading import LoadedBooks
from softdock.adapters.inhouse.sql.marks import Marks, effect_of
from softdock.adapters.inhouse.sql.numbers import Numbers
from softdock.adapters.inhouse.sql.rows import micros
from softdock.adapters.inhouse.sql.sweeping import Sweeper
from softdock.adapters.inhouse.sql.taking_in import take_in
from softdock.adapters.inhouse.sql.terms import LIBRARY, policies_of
from softdock.adapters.inhouse.sql.writing import Pending
from softdock.adapters.inhouse.storage import Stock, Taken, WrongBooks
from softdock.circulation.errors import AnswerLost, SystemBusy, SystemUnavailable
from softdock.circulation.identifiers import LibraryId, TitleId
from softdock.circulation.journal import Effect
from softdock.circulation.outcomes import Done
from softdock.circulation.ports import AnyOutcome
from softdock.store.database import (
    CommitLost,
    Connection,
    Database,
    DatabaseAway,
    DatabaseBusy,
    DatabaseError,
    DatabaseNewer,
    DatabaseThreads,
    Session,
    Statement,
    UnitOfWork,
    migrate,
)

_Wish = TypeVar("_Wish")
_Result = TypeVar("_Result")
_Job: TypeAlias = tuple[Rule[Any], Any, str]
"""A rule, a wish, and the identifier under which it is marked if it is done."""

CLAIM = Statement(
    sa.insert(t.library).values(
        id=1, name=sa.bindparam("library"), policies="{}", branches="{}", last_number=0
    ),
    "library",
)
SET_MARK = Statement(sa.update(t.library).values(pin_key_mark=sa.bindparam("mark")), "mark")
FINISHED_RUN = Statement(sa.select(t.import_run.c.number).where(t.import_run.c.ended.is_not(None)).limit(1))
LAPSED = Statement(
    sa.select(t.hold.c.number, t.hold.c.title_id)
    .where(t.hold.c.lapses < sa.bindparam("now"))
    .order_by(t.hold.c.lapses, t.hold.c.number),
    "now",
)
ANY_LAPSED = Statement(
    sa.select(t.hold.c.number).where(t.hold.c.lapses < sa.bindparam("now")).limit(1), "now"
)

_log = Logger()


BETWEEN_TRIES = timedelta(seconds=1)
"""Between two tries to make the tables ready: who asks meanwhile is told what the last one came to."""


class SqlStorage:
    """Implements `storage.Storage`."""

    def __init__(
        self, database: Database, house: House, now: Callable[[], datetime], threads: DatabaseThreads
    ) -> None:
        self._database = database
        self._house = house
        self._now = now
        self._threads = threads
        self._changing: UnitOfWork[_Job, AnyOutcome] = UnitOfWork("circulation", self._change)
        self._looking: UnitOfWork[_Job, AnyOutcome | None] = UnitOfWork("lookup", self._look_up)
        self._finding: UnitOfWork[tuple[str, datetime], Effect] = UnitOfWork("effect", self._find)
        self._marks = Marks()
        self._ended_holds = Sweeper(t.ended_hold.c.number, t.ended_hold.c.ended, REMEMBERED)
        self._terms = _Terms(house)
        self._lapses_of: datetime | None = None
        self._initial: Callable[[], Stock] | None = None
        self._ready = False
        self._failed: tuple[datetime, Exception | None] = (now(), None)
        self._preparing = DeferredLock()

    async def open(self, initial: Callable[[], Stock] | None = None) -> None:
        """See `storage.Storage`.  Raises WrongBooks, and what `initial` raises; a database that is away is no error."""
        self._initial = initial
        self._threads.start()
        try:
            await self._prepare()
        except DatabaseNewer as error:
            raise WrongBooks(str(error)) from None
        except (DatabaseAway, DatabaseBusy) as error:
            _log.warn("The database of {library} is away: {why}", library=self._house.library, why=str(error))

    async def close(self) -> None:
        """See `storage.Storage`."""
        self._threads.close()

    async def probe(self) -> None:
        """See `storage.Storage`."""
        if not self._ready:
            await _told(self._prepare())
        await _told(self._threads.read(_PROBE, None))

    async def take_in(self, stock: Stock) -> Taken:
        """See `storage.Storage`."""
        return await _told(
            self._threads.alone(lambda session: take_in(session, stock, self._house, self._now))
        )

    async def work(self, rule: Rule[_Wish], wish: _Wish, operation_id: str = "") -> AnyOutcome:
        """See `storage.Storage`."""
        if not self._ready:
            await _told(self._prepare())
        job = (rule, wish, operation_id)
        if not getattr(wish, "changes_state", True):
            outcome = await _told(self._threads.read(self._looking, job))
            if outcome is not None:
                return outcome
            # A hold has lapsed, and only who writes can end it.
        return await _told(self._threads.write(self._changing, job))

    async def effect_of(self, operation_id: str, since: datetime) -> Effect:
        """See `storage.Storage`.

        Asked where changes are made: those that were put here before have been made by then, and whoever else was
        writing has committed, or never will.
        """
        if not self._ready:
            await _told(self._prepare())
        return await _told(self._threads.write(self._finding, (operation_id, since)))

    # --- in the reactor's thread ----------------------------------------------------------------------

    async def _prepare(self) -> None:
        """Make the tables and take the import file in, if that has not been done.  One tries for all who wait."""
        await self._preparing.acquire()
        try:
            if not self._ready:
                await self._try_to_prepare()
        finally:
            self._preparing.release()

    async def _try_to_prepare(self) -> None:
        failed_at, failure = self._failed
        if failure is not None and abs(self._now() - failed_at) < BETWEEN_TRIES:  # a clock may be set back
            raise failure.with_traceback(None)
        try:
            await self._threads.alone(self._made_ready)
        except (DatabaseError, WrongBooks, AdapterSettingsError) as error:
            self._failed = (self._now(), error)
            raise
        self._ready = True
        self._initial = None

    # --- in the threads of the database ---------------------------------------------------------------

    def _made_ready(self, session: Session) -> None:
        library = self._house.library
        is_new = prepare(self._database, session, self._house, self._house.pins.mark)
        if is_new and self._initial is None:
            _log.warn(
                "There was nothing in the database of {library}: its books are new, and empty",
                library=library,
            )
        if self._initial is not None and not session.transact(_is_filled):
            taken = take_in(session, self._initial(), self._house, self._now)
            _log.info(
                "The books of {library} were empty, and have taken in {patrons} patrons and {items} items",
                library=library,
                patrons=taken.patrons,
                items=taken.items,
            )

    # What a rule raises goes up: something may be half loaded then, so that nothing is decided on it any more.  The
    # transaction is rolled back, and each of its jobs is done again by itself.

    def _change(self, connection: Connection, jobs: Sequence[_Job]) -> list[AnyOutcome]:
        now, house, policies = self._present(connection)
        books = books_for(connection, house, policies, now)
        numbers = Numbers(connection)
        snapshot = Snapshot(house, now, books.cards, books.copies, books.titles, numbers.next, books.holds)
        pending = Pending()
        if self._lapses_of != now and not _end_lapsed(connection, books, snapshot, pending):
            self._lapses_of = now  # else only once it is committed that they have ended
        books.foresee([wish for _, wish, _ in jobs])
        outcomes: list[AnyOutcome] = []
        marked: list[str] = []
        for at, (rule, wish, operation_id) in enumerate(jobs, 1):
            decided = rule(snapshot, wish)
            if isinstance(decided, Decision):
                if decided.changes.of_records:
                    # Seldom: what was loaded has been told apart by records that are others now.
                    pending.add(decided.changes)
                    pending.write(connection, books.stored_loans, numbers)
                    books, pending = LoadedBooks(connection, house, policies, now), Pending()
                    snapshot = Snapshot(
                        house, now, books.cards, books.copies, books.titles, numbers.next, books.holds
                    )
                    books.foresee([wish for _, wish, _ in jobs[at:]])
                    _end_those_that_lapsed(decided.changes, books, snapshot, pending)
                else:
                    _make(decided.changes, books, snapshot, pending)
                decided = decided.outcome
            if operation_id and type(decided) is Done:
                marked.append(operation_id)
            outcomes.append(decided)
        pending.write(connection, books.stored_loans, numbers)
        self._marks.write(connection, marked, now)
        if ended := pending.count(EndedHold):
            self._ended_holds.sweep(connection, ended, now)
        numbers.store()
        keep(connection, books)
        return outcomes

    def _look_up(self, connection: Connection, jobs: Sequence[_Job]) -> list[AnyOutcome | None]:
        now, house, policies = self._present(connection)
        if self._lapses_of != now:
            if connection.rows(ANY_LAPSED, micros(now)):
                return [None] * len(jobs)
            self._lapses_of = now
        books = books_for(connection, house, policies, now)
        snapshot = Snapshot(house, now, books.cards, books.copies, books.titles, _no_number, books.holds)
        books.foresee([wish for _, wish, _ in jobs])
        outcomes: list[AnyOutcome | None] = []
        for rule, wish, _ in jobs:
            outcome = rule(snapshot, wish)
            if isinstance(outcome, Decision):
                raise TypeError("a lookup has decided a change")
            outcomes.append(outcome)
        keep(connection, books)
        return outcomes

    def _find(self, connection: Connection, jobs: Sequence[tuple[str, datetime]]) -> list[Effect]:
        now = self._now()
        return [effect_of(connection, operation_id, since, now) for operation_id, since in jobs]

    def _present(self, connection: Connection) -> tuple[datetime, House, PolicyBook]:
        now = self._now()
        if now.tzinfo is not self._house.zone:
            now = now.astimezone(self._house.zone)
        terms = self._terms
        if terms.seen != now:
            terms = self._terms = terms.looked_at(connection, now)
        return now, terms.house, terms.policies


class _Terms:
    """Policies and branches, as they stand in the database: looked at again when time has gone on."""

    def __init__(
        self, house: House, policies: PolicyBook | None = None, seen: datetime | None = None, text: Any = None
    ) -> None:
        self.house = house
        self.policies = policies or PolicyBook({})
        self.seen = seen
        self._text = text

    def looked_at(self, connection: Connection, now: datetime) -> "_Terms":
        """The terms at `now`."""
        ((_, policies, branches, _),) = connection.rows(LIBRARY)
        if self._text == (policies, branches):
            return _Terms(self.house, self.policies, now, self._text)
        book = policies_of(policies)
        house = replace(self.house, branches=json.loads(branches), policies=book)
        return _Terms(house, book, now, (policies, branches))


def prepare(database: Database, session: Session, house: House, mark: str | None) -> bool:
    """Make the tables of `house`, or bring them up to date, and see that they are its own; whether they are new.

    `mark` tells the key of its PINs, where that is known.

    Raises DatabaseNewer, WrongBooks, DatabaseAway, DatabaseBusy.
    """
    before, after = migrate(database, t.SCHEMA)
    if before != after:
        _log.info("The database of {library} is at revision {after} now", library=house.library, after=after)
    session.transact(lambda connection: _claim(connection, house, mark))
    return before is None


def _claim(connection: Connection, house: House, mark: str | None) -> None:
    if not connection.rows(LIBRARY):
        connection.run(CLAIM, house.library)
    must_be_of(connection, house)
    if mark is not None:
        adopt_mark(connection, mark)


def must_be_of(connection: Connection, house: House) -> None:
    """Raises WrongBooks if the books are those of another library than `house`."""
    ((name, _, _, _),) = connection.rows(LIBRARY)
    if name != house.library:
        raise WrongBooks(f"This database holds the books of {name}, and not those of {house.library}.")


def library_in(database: Database, session: Session) -> LibraryId | None:
    """Whose books are in `database`, whose tables are brought up to date; None if there are none yet."""
    migrate(database, t.SCHEMA)
    found = session.transact(lambda connection: connection.rows(LIBRARY))
    return LibraryId(found[0][0]) if found else None


def adopt_mark(connection: Connection, mark: str | None) -> None:
    """From now on the PINs are hashed under the key that `mark` tells.  Raises WrongBooks if they are under another."""
    ((_, _, _, marked),) = connection.rows(LIBRARY)
    if marked is None:
        connection.run(SET_MARK, mark)
    elif marked != mark:
        raise WrongBooks("The PINs in this database were hashed under another pin_key.")


def _is_filled(connection: Connection) -> bool:
    return bool(connection.rows(FINISHED_RUN))


def _end_lapsed(connection: Connection, books: LoadedBooks, snapshot: Snapshot, pending: Pending) -> bool:
    """End the holds that have lapsed, those first that lapsed first; whether there were any."""
    lapsed = connection.rows(LAPSED, micros(snapshot.now))
    books.loaded_titles.ensure(TitleId(title) for _, title in lapsed)
    for number, title in lapsed:
        _end_if_lapsed(number, TitleId(title), books, snapshot, pending)
    return bool(lapsed)


def _make(changes: Changes, books: LoadedBooks, snapshot: Snapshot, pending: Pending) -> None:
    """Make `changes`; a hold that waits again because of them may have lapsed meanwhile."""
    books.apply(changes)
    pending.add(changes)
    _end_those_that_lapsed(changes, books, snapshot, pending)


def _end_those_that_lapsed(
    changes: Changes, books: LoadedBooks, snapshot: Snapshot, pending: Pending
) -> None:
    for row in changes.puts:
        if type(row) is Hold:
            _end_if_lapsed(row.number, row.title_id, books, snapshot, pending)


def _end_if_lapsed(
    number: int, title: TitleId, books: LoadedBooks, snapshot: Snapshot, pending: Pending
) -> None:
    for hold in books.titles[title].queue:
        if hold.number == number and hold.lapses is not None and hold.lapses < snapshot.now:
            _make(lapse(snapshot, hold), books, snapshot, pending)


def _probe(connection: Connection, jobs: Sequence[None]) -> list[None]:
    connection.rows(LIBRARY)
    return [None] * len(jobs)


_PROBE: UnitOfWork[None, None] = UnitOfWork("probe", _probe)


def _no_number() -> int:
    raise TypeError("a lookup has asked for a number")


async def _told(work: Awaitable[_Result]) -> _Result:
    """What `work` comes to, in the words of the port."""
    try:
        return await work
    except DatabaseAway as error:
        raise SystemUnavailable(str(error)) from error
    except DatabaseBusy as error:
        raise SystemBusy(str(error)) from error
    except CommitLost as error:
        raise AnswerLost(str(error)) from error
    except (DatabaseError, WrongBooks, AdapterSettingsError) as error:  # found when the database came back
        raise SystemUnavailable(str(error)) from error
