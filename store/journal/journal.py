"""The journal on the threads of a database.

Everything here is called in the reactor's thread; the jobs of `work` are done in the thread that writes, where all that
waits is decided together and committed once.  The ledger belongs to that thread: it is kept from one transaction to
the next, brought up to date with what other processes have written, and dropped when a transaction fails.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from softdock.circulation.hold_names import NamedHold
from softdock.circulation.journal import (
    Claim,
    Granted,
    Hindered,
    Joined,
    JournalAway,
    JournalEntry,
    Outcome,
    Resolution,
    WordWithheld,
)
from softdock.circulation.operations import PayFee
from softdock.circulation.outcomes import Done, Paid, Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.store.database import (
    CommitLost,
    Connection,
    Database,
    DatabaseAway,
    DatabaseBusy,
    DatabaseThreads,
    Session,
    Sqlite,
    UnitOfWork,
    migrate,
)
from softdock.store.journal import rows as r
from softdock.store.journal import work as w
from softdock.store.journal.encoding import read_operation, read_outcome, written
from softdock.store.journal.ledger import Given, Ledger, Same
from softdock.store.journal.names import SqlHoldNames
from softdock.store.journal.owners import BEAT, LEASE, Owner, Watch, certainly_gone
from softdock.store.journal.rows import Row
from softdock.store.journal.schema import SCHEMA

PAUSES = (0.02, 0.05, 0.1, 0.2, 0.5)
"""Seconds between tries to write an outcome; the last one again and again."""

GLANCE = 0.1
"""Seconds between two looks at an entry of which somebody waits to hear."""

SWEEP = 0.5
"""Seconds between two looks at what has waited for too long to be written."""

READ_BACK = 600.0
"""Seconds for which the journal is read back when it is opened: the longest time for repeats."""

PORTION = 500
"""Entries that are read, or pruned, at one time."""

BETWEEN_PRUNINGS = 600.0
"""Seconds."""

MOST_UNSENT = 10_000
"""Operations that are remembered as never sent; most of their claims were not made, and will never be found."""

_FAILED = (DatabaseAway, DatabaseBusy, CommitLost)

_log = Logger()


class _Kept(NamedTuple):
    """What a connection keeps for the next transaction."""

    ledger: Ledger
    mark: int | None
    commits: int


class SqlJournal:
    """Implements `circulation.journal.Journal`."""

    def __init__(
        self,
        database: Database,
        threads: DatabaseThreads,
        here: Owner,
        reactor: Any,
        keep: timedelta = timedelta(days=30),
        now: Callable[[], float] = time.time,
    ) -> None:
        """`here` is this process; `keep` how long entries stay that have ended; `now` gives seconds since 1970."""
        self._database = database
        self._threads = threads
        self._here = here
        self._reactor = reactor
        self._seconds = reactor.seconds
        self._keep = keep
        self._now = now
        self._unit: UnitOfWork[Any, Any] = UnitOfWork("journal", self._perform)
        self._under_way: set[str] = set()
        """The operations that this process works on."""
        self._bells: dict[int, list[Deferred[None]]] = {}
        """Who waits for an entry, by its number."""
        self._writing: deque[tuple[float, Deferred[Any]]] = deque()
        """What waits to be written, with the time when it has waited for too long."""
        self._owed: dict[int, w.Answering] = {}
        """Answers to which the device was told no, and that could not be kept yet."""
        self._unsent: dict[str, None] = {}
        """Operations that were refused for want of a claim, which may be there nevertheless; the oldest first."""
        self._entries: dict[int, tuple[int, JournalEntry]] = {}
        self._watch = Watch(self._seconds)
        self._beaten = self._pruned = float("-inf")
        self._ready = False
        self.is_away = False
        """Whether the last try to write has failed."""
        self.counts = w.Counts()
        self.names = SqlHoldNames(threads, reactor, lambda: self._ready)
        """By which names partners know holds; in the same database."""
        self._sweeper = LoopingCall(self._sweep)
        self._sweeper.clock = reactor

    async def start(self) -> None:
        """Open the journal.  Raises DatabaseNewer; a database that is away is no error."""
        self._threads.start()
        self._sweeper.start(SWEEP, now=False)
        try:
            await self._made_ready()
        except _FAILED as error:
            self._gone(error)

    def close(self) -> None:
        """Let go of the threads, once they have done what waits."""
        if self._sweeper.running:
            self._sweeper.stop()
        self._threads.close()

    # --- for the desk -----------------------------------------------------------------------------------

    async def claim(self, claim: Claim, until: float) -> Granted | Joined | Hindered:
        """See `circulation.journal.Journal`."""
        self._under_way.add(claim.operation_id)
        begun = self._seconds()
        try:
            met = await self._write(w.Claiming(r.new_row(claim), joins_refusal=claim.joins_refusal), until)
        except _FAILED as error:
            if isinstance(error, CommitLost):
                self._not_sent(claim.operation_id)
            raise JournalAway(str(error)) from error
        if isinstance(met, Given):
            now = self._seconds()
            # Nobody would wait for the system's answer, or others may think that this process is gone.
            if now >= until or now - begun > LEASE / 2:
                self._not_sent(claim.operation_id)
                raise JournalAway("the claim came too late")
            return Granted(met.row.number)
        if isinstance(met, Same):
            return Joined(met.number, None if met.row is None else _told(met.row))
        return Hindered(met.number)

    async def answer(
        self, number: int, outcome: Outcome, until: float, named: NamedHold | None = None
    ) -> Outcome:
        """See `circulation.journal.Journal`."""
        is_done = type(outcome) is Done
        text = None if type(outcome) is Unknown else written(outcome)
        job = w.Answering(number, text, self._micros(), is_done=is_done, named=named)
        doubtful, tries = False, 0
        ended: w.Ended | None = None
        while True:
            try:
                ended = await self._write(job, until)
                break
            except CommitLost:
                doubtful = True
            except (DatabaseAway, DatabaseBusy):
                pass
            pause = PAUSES[min(tries, len(PAUSES) - 1)]
            tries += 1
            if not is_done or self._seconds() + pause >= until:
                if is_done and doubtful:
                    raise WordWithheld
                job.told_no = True
                self._owed[number] = job
                return Unknown() if is_done else outcome  # a no may be said whatever the journal holds
            await self._pause(pause)
        self._ring(number)
        told_as_meant = (
            ended is not None and ended.state == "answered" and is_done == (ended.last_word == "done")
        )
        return outcome if told_as_meant else Unknown()

    async def wait_for(self, number: int, until: float) -> Outcome | None:
        """See `circulation.journal.Journal`."""
        while True:
            try:
                found = await self._threads.read(_LOOKING, number)
            except _FAILED:
                found = None
            if found is not None and not found.is_unsettled:
                return _told(found)
            left = until - self._seconds()
            if left <= 0 or (found is not None and found.listed):
                break
            await self._bell(number, min(GLANCE, left))
        try:
            ended = await self._write(w.GivingUp(number), until + BEAT)
        except _FAILED:
            raise WordWithheld from None
        return Unknown() if ended is None else _told(ended)

    def over(self, operation_id: str) -> None:
        """See `circulation.journal.Journal`."""
        self._under_way.discard(operation_id)

    # --- for the recovery -------------------------------------------------------------------------------

    async def tend(self) -> list[JournalEntry]:
        """See `circulation.journal.Journal`."""
        now = self._seconds()
        beat = now - self._beaten >= BEAT
        until = now + 2 * BEAT
        known = {number: change for number, (change, _) in self._entries.items()}
        try:
            if not self._ready:
                await self._made_ready()
            for number, job in list(self._owed.items()):
                await self._write(job, until)
                del self._owed[number]
            found = await self._write(w.Tending(known, beat=beat), until)
            if found.is_forgotten:  # it was silent for so long that others took it for gone
                self._here = self._here._replace(number=0)
                await self._made_ready()
                found = await self._write(w.Tending(known, beat=beat), until)
            if beat:
                self._beaten = now
            if self._unsent:
                found = found._replace(open=await self._without_unsent(found.open, until))
            gone = [*found.missing, *self._gone_of(found.others)]
            orphans = [number for number, operation in found.open if operation not in self._under_way]
            if gone or orphans:
                if await self._write(w.TakingOver(gone, orphans), until):
                    _log.info("operations that nobody works on any more are to be settled")
                found = await self._write(w.Tending(known, beat=False), until)
            await self._prune(until)
        except _FAILED as error:
            self._gone(error)
            raise JournalAway(str(error)) from error
        self.counts = found.counts
        self._entries = {
            number: self._entries[number] if fresh is None else (change, fresh)
            for number, change, fresh in found.unknown
        }
        return [each for _, each in self._entries.values()]

    async def undoing(self, number: int) -> bool:
        """See `circulation.journal.Journal`."""
        return await self._settled(number, w.begun_undoing)

    async def settle(
        self, number: int, resolution: Resolution, remark: str = "", outcome: Outcome | None = None
    ) -> bool:
        """See `circulation.journal.Journal`."""
        text = None if outcome is None else written(outcome)
        was_unknown = await self._settled(number, w.settled(resolution, remark, text, self._micros()))
        self._ring(number)
        return was_unknown

    async def list_for_staff(self, number: int, remark: str) -> bool:
        """See `circulation.journal.Journal`."""
        return await self._settled(number, w.listed(remark))

    async def _settled(self, number: int, change: Callable[[Row], None]) -> bool:
        try:
            return bool(await self._write(w.Settling(number, change), self._seconds() + 2 * BEAT))
        except _FAILED as error:
            raise JournalAway(str(error)) from error

    def _not_sent(self, operation: str) -> None:
        self._unsent[operation] = None
        if len(self._unsent) > MOST_UNSENT:
            del self._unsent[next(iter(self._unsent))]

    async def _without_unsent(self, found: Iterable[tuple[int, str]], until: float) -> list[tuple[int, str]]:
        """What is `found` open, but for that which was never sent: it has ended, and its device was told so."""
        left = []
        for number, operation in found:
            if operation in self._unsent:
                refused = written(Refused(Reason.JOURNAL_AWAY))
                await self._write(w.Answering(number, refused, self._micros(), is_done=False), until)
                del self._unsent[operation]
                self._ring(number)
            else:
                left.append((number, operation))
        return left

    def _gone_of(self, others: Sequence[Owner]) -> list[int]:
        gone, watched = [], []
        for each in others:
            known = self._is_gone(each)
            if known:
                gone.append(each.number)
            elif known is None:
                watched.append(each)
        return gone + self._watch.silent(watched)

    def _is_gone(self, other: Owner) -> bool | None:
        return certainly_gone(other, self._here, one_host=isinstance(self._database, Sqlite))

    async def _prune(self, until: float) -> None:
        now = self._seconds()
        if now - self._pruned < BETWEEN_PRUNINGS:
            return
        before = int((self._now() - self._keep.total_seconds()) * r.MICROSECONDS)
        if await self._write(w.Pruning(before, PORTION, self._micros()), until) < PORTION:
            self._pruned = now

    # --- waiting ----------------------------------------------------------------------------------------

    def _micros(self) -> int:
        return int(self._now() * r.MICROSECONDS)

    async def _write(self, job: Any, until: float) -> Any:
        """What `job` comes to once it is committed.  Raises DatabaseAway, DatabaseBusy, CommitLost."""
        if not self._ready:
            raise DatabaseAway("the journal is not open yet")
        waiting = self._threads.write(self._unit, job)
        self._writing.append((until, waiting))
        try:
            result = await waiting
        except CancelledError:
            self._gone(error := CommitLost("it took too long"))
            raise error from None
        except _FAILED as error:
            self._gone(error)
            raise
        if self.is_away:
            self.is_away = False
            _log.info("the journal can be written again")
        return result

    def _gone(self, error: Exception) -> None:
        if not self.is_away:
            self.is_away = True
            _log.error(
                "the journal cannot be written: changes are refused, lookups go on ({why})", why=str(error)
            )

    def _sweep(self) -> None:
        """Give up what has waited for too long."""
        now, writing = self._seconds(), self._writing
        while writing and writing[0][1].called:
            writing.popleft()
        for waiting in [each for until, each in writing if until <= now]:
            if not waiting.called:
                waiting.cancel()

    async def _pause(self, seconds: float) -> None:
        ended: Deferred[None] = Deferred()
        self._reactor.callLater(seconds, ended.callback, None)
        await ended

    async def _bell(self, number: int, seconds: float) -> None:
        """Wait until this process has to tell of an entry, or for so long."""
        bell: Deferred[None] = Deferred()
        bells = self._bells.setdefault(number, [])
        bells.append(bell)
        timer = self._reactor.callLater(seconds, bell.callback, None)
        await bell
        if timer.active():
            timer.cancel()
        bells.remove(bell)
        if not bells:
            self._bells.pop(number, None)

    def _ring(self, number: int) -> None:
        for bell in list(self._bells.get(number, ())):
            if not bell.called:
                bell.callback(None)

    # --- in the threads of the database -----------------------------------------------------------------

    async def _made_ready(self) -> None:
        await self._threads.alone(self._prepare)
        self._ready = True

    def _prepare(self, session: Session) -> None:
        migrate(self._database, SCHEMA)
        if self._here.number == 0:
            self._here = session.transact(self._registered)  # which drops the ledger of the owner before

    def _registered(self, connection: Connection) -> Owner:
        known = [Owner(*found) for found in connection.rows(r.OWNERS)]
        here = self._here._replace(number=max((each.number for each in known), default=0) + 1)
        connection.run(r.ADD_OWNER, *here)
        at_work = {owner for (owner,) in connection.rows(r.OWNERS_AT_WORK)}
        for each in known:  # those that are gone, and have left nothing behind
            if each.number not in at_work and self._is_gone(each):
                connection.run(r.DROP_OWNER, each.number)
        connection.kept = None
        return here

    def _perform(self, connection: Connection, jobs: Sequence[Any]) -> list[Any]:
        ledger = self._ledger(connection)
        results = [job(ledger, connection) for job in jobs]
        new, changed = ledger.written()
        connection.run_bulk(r.INSERT, [r.values(row) for row in new])
        connection.run_bulk(r.UPDATE, [r.changed_values(row) for row in changed])
        connection.kept = _Kept(ledger, connection.next_mark, connection.commits + 1)
        return results

    def _ledger(self, connection: Connection) -> Ledger:
        """The ledger as the database stands."""
        kept, connection.kept = connection.kept, None
        if isinstance(kept, _Kept) and kept.commits == connection.commits:
            if connection.mark is None or kept.mark != connection.mark:
                found = connection.rows(r.CHANGED_SINCE, kept.ledger.last_change)
                kept.ledger.take(Row(*each) for each in found)
            return kept.ledger
        ledger = Ledger(self._here.number, time.monotonic)
        ((number, change),) = connection.rows(r.HIGHEST)
        ledger.last_number, ledger.last_change = number or 0, change or 0
        ledger.take(Row(*each) for each in connection.rows(r.ALL_UNSETTLED))
        below, oldest = ledger.last_number + 1, self._micros() - int(READ_BACK * r.MICROSECONDS)
        while True:
            portion = [Row(*each) for each in connection.rows(r.LATEST, below, PORTION)]
            ledger.take(portion)
            if len(portion) < PORTION or portion[-1].claimed_at < oldest:
                return ledger
            below = portion[-1].number


def _look(connection: Connection, numbers: Sequence[int]) -> list[Row | None]:
    found = {each[0]: Row(*each) for each in connection.rows_of(r.BY_NUMBER, numbers)}
    return [found.get(number) for number in numbers]


_LOOKING: UnitOfWork[int, Row | None] = UnitOfWork("journal-look", _look)


def _told(row: Row) -> Outcome | None:
    """What may be told of an entry that has ended; None if it may be begun anew: it was not done, or that does no harm."""
    if row.told is not None:
        return read_outcome(row.told)
    if not row.stands:
        return None
    if row.payment is not None:
        payment = read_operation(row.operation)
        assert isinstance(payment, PayFee)
        return Done(Paid(payment.patron, None, payment.transaction))
    return Unknown()
