"""The threads of a database: one that writes, a few that read.

Whatever waits when the writing thread comes round is applied in one transaction and committed once; nothing ever waits
for company.  A lone kiosk pays one commit, a hundred kiosks share it.  Work that spoils a transaction is rolled back,
and what was with it is done again, each unit by itself.

Everything about a `DatabaseThreads` object is called in the reactor's thread; `UnitOfWork.perform` runs in the
threads of the database.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IReactorFromThreads

from softdock.circulation.ports import TransactionObserver
from softdock.store.database.backends import PATIENCE, Database
from softdock.store.database.errors import CommitLost, DatabaseAway, DatabaseBusy
from softdock.store.database.sessions import Connection, Session

Job = TypeVar("Job")
Result = TypeVar("Result")

WAITING_AT_MOST = 10_000
"""Jobs that may wait; one beyond them is turned away as busy."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitOfWork(Generic[Job, Result]):
    """A kind of work: what it is called, and how several jobs of it are done in one transaction.

    `perform` answers a result for each job, in their order; an exception among them is raised where that job was
    asked for, and must have left nothing in the transaction.  If `perform` itself raises, the transaction is rolled
    back and every job is done again in one of its own.
    """

    name: str
    perform: Callable[[Connection, Sequence[Job]], Sequence[Result | Exception]]


@dataclass(slots=True, eq=False)
class _Waiting:
    """A job, and who waits for it."""

    unit: UnitOfWork[Any, Any]
    job: Any
    result: "Deferred[Any]" = field(init=False)
    given_up: bool = False

    def __post_init__(self) -> None:
        self.result = Deferred(self._give_up)

    def _give_up(self, _: "Deferred[Any]") -> None:
        """Nobody waits any more: if it has not been begun, it is not done at all."""
        self.given_up = True


@dataclass(slots=True)
class _Account:
    """What there is to tell of one transaction."""

    name: str
    units: int
    outcome: str = "committed"
    seconds: float = 0.0
    commit_seconds: float = 0.0


class DatabaseThreads:
    """Does units of work in threads, and hands their results to the reactor."""

    def __init__(
        self,
        database: Database,
        name: str,
        reactor: IReactorFromThreads,
        observer: TransactionObserver,
        *,
        readers: int = 2,
        batch: int = 500,
    ) -> None:
        """`name` is what the observer is told; `batch` is how many units are committed together at most."""
        self._name = name
        self._reactor = reactor
        self._observer = observer
        self._waiting = 0
        self._writing: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._reading: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._threads = [
            Thread(
                target=self._serve,
                args=(queue, Session(database, writes=writes), batch),
                name=f"{name}-{kind}",
                daemon=True,
            )
            for queue, writes, kind in [
                (self._writing, True, "writes"),
                *[(self._reading, False, f"reads-{number}") for number in range(readers)],
            ]
        ]
        self._readers = readers

    def start(self) -> None:
        """Begin to serve."""
        for thread in self._threads:
            thread.start()

    def read(self, unit: UnitOfWork[Job, Result], job: Job) -> "Deferred[Result]":
        """The result of `job`, which sees one state of the database and changes nothing.

        Fails with DatabaseAway, DatabaseBusy, and what the unit of work raises; cancelled, it is not begun any more.
        """
        return self._put(self._reading, unit, job)

    def write(self, unit: UnitOfWork[Job, Result], job: Job) -> "Deferred[Result]":
        """The result of `job`, once what it has changed is durable.

        Fails with DatabaseAway, DatabaseBusy, CommitLost, and what the unit of work raises; cancelled, it is not begun
        any more, but may be under way.
        """
        return self._put(self._writing, unit, job)

    async def alone(self, work: Callable[[Session], Result]) -> Result:
        """What `work` returns, which has the writing thread and its session to itself, for as many transactions as it needs.

        Raises what `work` raises.
        """
        return await self._put(self._writing, _ALONE, work)

    def close(self) -> None:
        """End the threads once they have done what waits; those that their database keeps are left behind."""
        started = [thread for thread in self._threads if thread.ident is not None]
        self._writing.put(None)
        for _ in range(self._readers):
            self._reading.put(None)
        # For all of them together, because the reactor stands still meanwhile.
        until = time.monotonic() + 2 * PATIENCE
        for thread in started:
            thread.join(max(0.0, until - time.monotonic()))

    def _put(
        self, queue: "SimpleQueue[_Waiting | None]", unit: UnitOfWork[Job, Result], job: Job
    ) -> "Deferred[Result]":
        if self._waiting >= WAITING_AT_MOST:
            return fail(DatabaseBusy(f"{self._waiting} jobs wait for {self._name} already"))
        self._waiting += 1
        waiting = _Waiting(unit, job)
        queue.put(waiting)
        return waiting.result

    def _deliver(
        self, taken: int, done: Sequence[tuple[_Waiting, Any]], accounts: Sequence[_Account]
    ) -> None:
        """Hand results out, in the reactor's thread; `taken` jobs do not wait any more, done or given up."""
        self._waiting -= taken
        for each in accounts:
            self._observer.transaction(
                self._name, each.name, each.outcome, each.seconds, each.commit_seconds, each.units
            )
        for waiting, result in done:
            if waiting.given_up:
                continue
            if isinstance(result, Exception):
                waiting.result.errback(result)
            else:
                waiting.result.callback(result)

    # --- in the threads -------------------------------------------------------------------------------

    def _serve(self, queue: "SimpleQueue[_Waiting | None]", session: Session, batch: int) -> None:
        ended = False
        while not ended:
            first = queue.get()
            if first is None:
                break
            together = [first]
            with suppress(Empty):  # looking first would not do: another thread may be served in between
                while len(together) < batch:
                    another = queue.get_nowait()
                    if another is None:
                        ended = True
                        break
                    together.append(another)
            accounts: list[_Account] = []
            results: list[tuple[_Waiting, Any]] = []
            for alone, group in groupby(together, lambda each: each.unit is _ALONE):
                wanted = _wanted(group)
                if alone:
                    results += [(each, _alone(each.job, session)) for each in wanted]
                else:
                    results += self._done(session, wanted, accounts)
            self._reactor.callFromThread(self._deliver, len(together), results, accounts)
        session.close()

    def _done(
        self, session: Session, jobs: list[_Waiting], accounts: list[_Account]
    ) -> list[tuple[_Waiting, Any]]:
        """Every one of `jobs` with its result, or what it came to instead."""
        if not jobs:
            return []
        name = jobs[0].unit.name if len({each.unit for each in jobs}) == 1 else "several"
        account = _Account(name, len(jobs))
        accounts.append(account)
        began = time.perf_counter()
        try:
            return session.transact(lambda connection: _performed(connection, _wanted(jobs)))
        except Exception as error:  # noqa: BLE001 - told to whoever waits, instead of ending unseen in a thread
            told = error
            account.outcome = next(
                (word for kind, word in _OUTCOMES if isinstance(error, kind)), "rolled-back"
            )
            if account.outcome == "rolled-back" and len(jobs) > 1:
                return [done for each in jobs for done in self._done(session, [each], accounts)]
        finally:
            account.seconds = time.perf_counter() - began
            account.commit_seconds = session.commit_seconds
        return [(each, told) for each in jobs]


_OUTCOMES: tuple[tuple[type[Exception], str], ...] = (
    (DatabaseAway, "away"),
    (DatabaseBusy, "busy"),
    (CommitLost, "lost"),
)


def _alone(work: Callable[[Session], Any], session: Session) -> Any:
    try:
        return work(session)
    except Exception as error:  # noqa: BLE001 - told to whoever waits, instead of ending unseen in a thread
        return error


def _wanted(jobs: Iterable[_Waiting]) -> list[_Waiting]:
    """Those of `jobs` for whose result somebody waits still.  It may have taken seconds to be let in to write."""
    return [each for each in jobs if not each.given_up]


def _nothing(connection: Connection, jobs: Sequence[Any]) -> Sequence[Any]:
    return jobs


_ALONE: UnitOfWork[Any, Any] = UnitOfWork("alone", _nothing)
"""Marks what is not done together with anything else."""


def _performed(connection: Connection, jobs: Sequence[_Waiting]) -> list[tuple[_Waiting, Any]]:
    """All of `jobs` with their results, those of one unit of work together."""
    done: list[tuple[_Waiting, Any]] = []
    for unit, group in groupby(jobs, lambda each: each.unit):
        same = list(group)
        results = unit.perform(connection, [each.job for each in same])
        done += zip(same, results, strict=True)
    return done
