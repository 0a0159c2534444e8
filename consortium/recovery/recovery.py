"""The recovery: settles every entry of the journal whose answer was lost, or leaves it to a person.

It is patient and it is polite.  A system that is away is asked rarely, one that is there by a few entries at a time,
and through its gate, as everybody asks.  Entries on the same item are taken in their order: the next only when nothing
is open about the one before.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, DeferredList
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure

from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import Journal, JournalAway, JournalEntry
from softdock.circulation.ports import Observer
from softdock.consortium.desk import Member
from softdock.consortium.recovery.findings import Finding
from softdock.consortium.recovery.inquiry import ANSWER_LOST, NOT_THERE, Case, Inquiry
from softdock.consortium.recovery.policy import Leave, RecoveryPolicy, Verdict

AT_ONCE = 4
"""Entries about which one system is asked at the same time."""

LOOK_EVERY = 1.0
"""Seconds between two searches for what is due."""

TEND_EVERY = 3.0
"""Seconds between two readings of the journal."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds until an entry is looked at again, or a system that was away is asked again; doubled each time."""

BEFORE_LISTENING = 20.0
"""Seconds for which devices wait for the first look at everything."""

TO_THE_END = 10.0
"""Seconds that what is under way is given when SoftDock stops."""

MOST_FAULTS = 8
"""Looks without a usable answer after which a person has to look: three minutes, by the pauses."""

_log = Logger()


class Recovery:
    """Settles what this process has to settle; to be started once, before SoftDock listens, and stopped once."""

    def __init__(
        self,
        journal: Journal,
        member: Callable[[LibraryId], Member | None],
        observer: Observer,
        clock: IReactorTime,
        now: Callable[[], datetime],
    ) -> None:
        """`member` finds a library as it is at the moment, None if there is none; `now` is aware."""
        self._journal = journal
        self._member = member
        self._observer = observer
        self._clock = clock
        self._now = now
        self._cases: dict[int, Case] = {}
        """What is to be settled, in the order of the entries."""
        self._ended: set[int] = set()
        """What was settled or listed since the journal was asked last: its answer may be older than that."""
        self._rounds: dict[LibraryId, Deferred[Any]] = {}
        self._pauses: dict[LibraryId, _Pause] = {}
        """Of systems that were away."""
        self._tending: Deferred[None] | None = None
        self._next_tending = 0.0
        self._is_journal_away = False
        self._is_stopped = False
        self._loop = LoopingCall(self._beat)
        self._loop.clock = clock

    # --- from outside -----------------------------------------------------------------------------------

    async def before_listening(self) -> None:
        """Look at everything once, for `BEFORE_LISTENING` seconds at most.  What is under way then goes on."""
        await self._at_most(BEFORE_LISTENING, Deferred.fromCoroutine(self._first_look()))

    def start(self) -> None:
        """Go on, as long as the process lives."""
        self._loop.start(LOOK_EVERY)

    async def stop(self) -> None:
        """Begin nothing any more.  What is under way comes to its end, or is given up after `TO_THE_END` seconds."""
        self._is_stopped = True
        if self._loop.running:
            self._loop.stop()
        work = [*self._rounds.values(), *([self._tending] if self._tending is not None else [])]
        await self._at_most(TO_THE_END, DeferredList(work, consumeErrors=True))
        for each in work:
            each.cancel()

    # --- what there is to do ----------------------------------------------------------------------------

    async def _first_look(self) -> None:
        self._tend()
        if self._tending is not None:
            await self._tending
        self._begin_rounds()
        await DeferredList(list(self._rounds.values()))

    def _beat(self) -> None:
        try:
            if self._clock.seconds() >= self._next_tending:
                self._tend()
            self._begin_rounds()
        except Exception:  # noqa: BLE001 - whatever it is, the next beat has to come
            _log.failure("the recovery failed")

    def _tend(self) -> None:
        """Ask the journal, unless it is being asked."""
        if self._tending is None:
            self._next_tending = self._clock.seconds() + TEND_EVERY
            tending = Deferred.fromCoroutine(self._read_journal())
            if not tending.called:
                self._tending = tending

    async def _read_journal(self) -> None:
        self._ended = set()
        try:
            entries = await self._journal.tend()
        except CancelledError:
            raise
        except JournalAway:
            self._is_journal_away = True
        except Exception:  # noqa: BLE001 - a fault of the journal is told, and must not end the recovery
            self._is_journal_away = True
            _log.failure("the journal could not be read")
        else:
            self._is_journal_away = False
            self._take_on(entries)
        finally:
            self._tending = None

    def _take_on(self, entries: Iterable[JournalEntry]) -> None:
        """`entries` are what is to be settled."""
        seconds = self._clock.seconds()
        before, self._cases = self._cases, {}
        for entry in entries:
            if entry.number in self._ended:
                continue
            case = before.get(entry.number)
            if case is None:
                case = Case(entry, taken=seconds, due=seconds)
            else:  # undoing may have begun while the journal was read
                case.entry = replace(entry, undoing=entry.undoing or case.entry.undoing)
            self._cases[entry.number] = case

    def _begin_rounds(self) -> None:
        """Begin with every system of which something is due, and which may be asked."""
        if self._is_stopped or self._is_journal_away:
            return
        seconds = self._clock.seconds()
        systems: dict[LibraryId, dict[object, list[Case]]] = {}
        for case in self._cases.values():
            places = systems.setdefault(case.entry.claim.system, {})
            places.setdefault(_place_of(case.entry), []).append(case)
        for system, places in systems.items():
            due = [cases for cases in places.values() if cases[0].due <= seconds]
            # One that is never answered must not come first each time.
            due.sort(key=lambda cases: cases[0].looks)
            if due and system not in self._rounds and self._may_be_asked(system):
                self._begin_round(system, due)

    def _may_be_asked(self, system: LibraryId) -> bool:
        pause, member = self._pauses.get(system), self._member(system)
        if pause is not None and self._clock.seconds() < pause.until:
            return False
        downtime = None if member is None else member.library.downtime
        return downtime is None or not downtime.covers(self._now())

    def _begin_round(self, system: LibraryId, due: list[list[Case]]) -> None:
        queue = iter(due)
        work = [Deferred.fromCoroutine(self._work(system, queue)) for _ in range(AT_ONCE)]
        round_ = DeferredList(work, consumeErrors=True)

        def over(results: object) -> None:
            self._rounds.pop(system, None)

        self._rounds[system] = round_
        round_.addCallback(over)

    # --- one entry after another ------------------------------------------------------------------------

    async def _work(self, system: LibraryId, queue: Iterator[list[Case]]) -> None:
        """Take what is next in `queue`, until there is nothing left or the system is not there."""
        for cases in queue:
            for case in cases:
                if self._is_stopped or self._is_journal_away or not self._may_be_asked(system):
                    return
                if self._cases.get(case.entry.number) is not case:
                    continue  # somebody else has settled it
                if not await self._ends(system, case):
                    break

    async def _ends(self, system: LibraryId, case: Case) -> bool:
        """Look at an entry; whether nothing is open about it now."""
        try:
            verdict = await self._verdict(case)
            if verdict is not None:
                await self._end(case, verdict)
                return True
        except CancelledError:
            raise
        except JournalAway:
            self._is_journal_away = True
        except (*NOT_THERE, *ANSWER_LOST):
            self._pauses[system] = _Pause.after(self._pauses.get(system), self._clock.seconds())
        except Exception as error:  # noqa: BLE001 - a fault of an adapter, which is told; the entry stays
            case.faults += 1
            if not isinstance(error, LibrarySystemError):
                _log.failure(
                    "operation {operation_id} could not be recovered from",
                    operation_id=case.entry.claim.operation_id,
                )
        else:
            self._pauses.pop(system, None)
        case.due = self._clock.seconds() + _pause(case.looks)
        case.looks += 1
        return False

    async def _verdict(self, case: Case) -> Verdict | None:
        member = self._member(case.entry.claim.system)
        if member is None:
            ripe = case.age(self._clock.seconds(), self._now()) >= RecoveryPolicy().settle_after
            return Leave(Finding.LIBRARY_GONE) if ripe else None
        if case.faults >= MOST_FAULTS:
            return Leave(Finding.NO_USABLE_ANSWER)
        return await Inquiry(case, member, self._journal, self._clock, self._now).verdict()

    async def _end(self, case: Case, verdict: Verdict) -> None:
        entry, number = case.entry, case.entry.number
        if isinstance(verdict, Leave):
            remark = verdict.finding.sentence(verdict.refused.reason if verdict.refused else None)
            was_open = await self._journal.list_for_staff(number, remark)
            self._forget(entry)
            if was_open:
                self._observer.listed(entry, remark)
        else:
            remark = verdict.finding.sentence()
            was_open = await self._journal.settle(number, verdict.resolution, remark, verdict.outcome)
            self._forget(entry)
            if was_open:
                self._observer.recovered(entry, verdict.resolution, remark)

    def _forget(self, entry: JournalEntry) -> None:
        self._ended.add(entry.number)
        self._cases.pop(entry.number, None)
        self._pauses.pop(entry.claim.system, None)

    async def _at_most(self, seconds: float, work: "Deferred[Any]") -> None:
        """Wait for `work`, whatever comes of it; it goes on when that takes longer."""
        over: Deferred[None] = Deferred()
        timer = self._clock.callLater(seconds, over.callback, None)

        def ended(result: object) -> None:
            if isinstance(result, Failure):
                _log.failure("the recovery failed", failure=result)
            if timer.active():
                timer.cancel()
                over.callback(None)

        work.addBoth(ended)
        await over


class _Pause:
    """For how long a system that was away is left alone."""

    __slots__ = ("times", "until")

    def __init__(self, times: int, until: float) -> None:
        self.times = times
        self.until = until

    @classmethod
    def after(cls, before: "_Pause | None", seconds: float) -> "_Pause":
        """The pause that begins now.  Calls that ended together count once."""
        if before is not None and seconds < before.until:
            return before
        times = 0 if before is None else before.times + 1
        return cls(times, seconds + _pause(times))


def _pause(times: int) -> float:
    return min(FIRST_PAUSE * 2.0 ** min(times, 32), LONGEST_PAUSE)


def _place_of(entry: JournalEntry) -> object:
    """Entries at the same place are taken one after the other: those on one item, else those of one patron."""
    operation = entry.claim.operation
    item = getattr(operation, "item", None)
    return ("item", item) if item else ("patron", getattr(operation, "patron", None))
