"""Asking a library's system about one entry of the journal, and doing what the policy of the library says.

Before anything is sent the system is looked at, and afterwards again; and that undoing begins is durable before it
does.  So a crash at any step is met by looking once more:

==========================  =============================================================
the crash was               what the next process finds
==========================  =============================================================
before `undoing` was kept   the entry as it was: everything begins anew
before the undo was sent    `undoing`, the operation still shown: it is undone now
after it was carried out    `undoing`, the operation no longer shown: settled
after a return was booked   the return shown: settled, it stands
==========================  =============================================================
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from twisted.internet.interfaces import IReactorTime

from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import AnswerLost, SystemBusy, SystemUnavailable, Unsupported
from softdock.circulation.journal import Effect, Journal, JournalEntry, Resolution
from softdock.circulation.operations import Checkin, Checkout, Operation, Renew
from softdock.circulation.outcomes import Done, Refused, Unknown
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.circulation.stepping import Waiting
from softdock.consortium.desk import Member
from softdock.consortium.gates import Withheld
from softdock.consortium.recovery.findings import Finding
from softdock.consortium.recovery.policy import BLIND, Leave, Settle, Step, Verdict, next_step

_Result = TypeVar("_Result", bound=AnyOutcome | Effect)

NOT_THERE = (Withheld, SystemUnavailable, SystemBusy)
"""The system was not asked, or did nothing."""

ANSWER_LOST = (AnswerLost, TimeoutError)
"""The system may have done what it was sent."""

MOST_UNDOS = 2
"""So often undoing is sent whose answer is lost; then a person has to look."""

_PASSING = frozenset({Reason.SYSTEM_UNAVAILABLE, Reason.SYSTEM_BUSY, Reason.DOWNTIME, Reason.BEING_PROCESSED})
"""Refusals that say nothing about the operation."""


@dataclass(slots=True, eq=False)
class Case:
    """An entry that is to be settled, and what this process has done about it so far."""

    entry: JournalEntry
    taken: float
    """When this process has taken it on.  This and the other times are the reactor's."""
    due: float
    """When it is to be looked at."""
    sent: float | None = None
    """When something was sent because of it of which nobody knows yet whether it will be carried out."""
    undos: int = 0
    """How often undoing it was sent, and the answer was lost."""
    looks: int = 0
    """How often it was looked at in vain."""
    faults: int = 0
    """How often there was no usable answer."""

    def age(self, seconds: float, now: datetime) -> float:
        """For how long everything that was sent because of it has been under way.

        The clock on the wall may have been set back since.
        """
        if self.sent is not None:
            return seconds - self.sent
        return max(seconds - self.taken, (now - self.entry.claim.at).total_seconds())


class Inquiry:
    """One look at one entry, in the system of the library that it is about."""

    def __init__(
        self, case: Case, member: Member, journal: Journal, clock: IReactorTime, now: Callable[[], datetime]
    ) -> None:
        self._case = case
        self._claim = case.entry.claim
        self._member = member
        self._journal = journal
        self._clock = clock
        self._now = now

    async def verdict(self) -> Verdict | None:
        """What becomes of the entry; None if it has to be looked at again.

        Raises JournalAway, what a gate raises, and whatever an adapter does wrong.
        """
        if self._case.entry.undoing:
            return await self._undo_further()
        shown = await self._look(self._claim.operation, self._claim.operation_id)
        policy, late = self._member.library.recovery, self._age >= BLIND
        step = next_step(self._case.entry, shown, policy, ripe=self._is_ripe(), late=late)
        if not isinstance(step, Step):
            return step
        match step:
            case Step.LATER:
                return None
            case Step.UNDO:
                return await self._undo()
            case Step.DO_NOW:
                return await self._do_now()

    @property
    def _age(self) -> float:
        return self._case.age(self._clock.seconds(), self._now())

    def _is_ripe(self) -> bool:
        return self._age >= self._member.library.recovery.settle_after

    # --- undoing ----------------------------------------------------------------------------------------

    async def _undo(self) -> Verdict | None:
        undoing = self._member.library.system.undoing(self._claim.operation)
        if undoing is None:
            return Leave(Finding.CANNOT_UNDO)
        if not await self._journal.undoing(self._case.entry.number):
            return None
        self._case.entry = replace(self._case.entry, undoing=True)
        return await self._take_back(undoing)

    async def _undo_further(self) -> Verdict | None:
        """What becomes of an entry whose undoing has begun, perhaps in a process that is gone."""
        undoing = self._member.library.system.undoing(self._claim.operation)
        if undoing is None:
            return Leave(Finding.CANNOT_UNDO)
        if self._case.sent is None:
            self._case.sent = self._case.taken
        match await self._effect_of(undoing):
            case Effect.DONE:
                return Settle(Resolution.UNDONE, Finding.TAKEN_BACK)
            case Effect.UNCLEAR:
                return Leave(Finding.UNDONE_OR_NOT) if self._is_ripe() else None
            case Effect.NOT_YET if not self._is_ripe():
                return None
            case Effect.NOT_YET | Effect.NOT_DONE if self._case.undos >= MOST_UNDOS:
                return Leave(Finding.UNDOING_NOT_ANSWERED)
            case Effect.NOT_YET | Effect.NOT_DONE:
                return await self._take_back(undoing)

    async def _take_back(self, undoing: Operation) -> Verdict | None:
        outcome = await self._perform(undoing, self._undoing_id)
        if outcome is None:
            self._case.undos += 1
            return None
        after = await self._effect_of(undoing)
        if after is Effect.DONE or (after is Effect.UNCLEAR and isinstance(outcome, Done)):
            return Settle(Resolution.UNDONE, Finding.TAKEN_BACK)
        if isinstance(outcome, Refused):
            return Leave(Finding.REFUSED_TO_UNDO, outcome)
        return Leave(Finding.UNDONE_BUT_SHOWN)

    async def _effect_of(self, undoing: Operation) -> Effect:
        """Whether the operation is undone: nothing is shown of it, or its undoing is."""
        shown = await self._look(self._claim.operation, self._claim.operation_id)
        if shown in (Effect.NOT_DONE, Effect.NOT_YET):
            return Effect.DONE
        undone = await self._look(undoing, self._undoing_id)
        if undone is Effect.DONE or (undone is Effect.NOT_DONE and shown is Effect.DONE):
            return undone
        return Effect.UNCLEAR if shown is Effect.UNCLEAR else Effect.NOT_YET

    @property
    def _undoing_id(self) -> str:
        """By which a system that keeps such names knows the undoing."""
        return f"{self._claim.operation_id}-undo"

    # --- doing what has happened ------------------------------------------------------------------------

    async def _do_now(self) -> Verdict | None:
        operation = as_it_happened(self._claim.operation, self._claim.at)
        outcome = await self._perform(operation, self._claim.operation_id)
        if outcome is None:
            return None
        if isinstance(outcome, Done):
            return Settle(Resolution.DONE_NOW, Finding.DONE_NOW, outcome)
        assert isinstance(outcome, Refused)
        # Perhaps because it was carried out a moment before.
        shown = await self._look(self._claim.operation, self._claim.operation_id)
        if shown is Effect.DONE:
            return Settle(Resolution.STANDS, Finding.HAPPENED)
        return Leave(Finding.REFUSED_WHAT_HAPPENED, outcome)

    # --- the system -------------------------------------------------------------------------------------

    async def _look(self, operation: Operation, operation_id: str) -> Effect:
        look = partial(self._member.library.system.find_effect, operation, operation_id, self._claim.at)
        try:
            return await self._ask(Capability.LOOKUP_ITEM, look)
        except Unsupported:
            return Effect.UNCLEAR

    async def _perform(self, operation: Operation, operation_id: str) -> AnyOutcome | None:
        """What comes of `operation`; None if nobody knows.  Raises one of `NOT_THERE` if it was not carried out for now."""
        before, self._case.sent = self._case.sent, self._clock.seconds()
        perform = partial(self._member.library.system.perform, operation, operation_id)
        try:
            outcome = await self._ask(operation.capability, perform)
            if isinstance(outcome, Refused) and outcome.reason in _PASSING:
                raise SystemBusy(outcome.reason.value)
        except NOT_THERE:
            self._case.sent = before
            raise
        except Unsupported:
            outcome = Refused(Reason.NOT_SUPPORTED)
        except ANSWER_LOST:
            return None
        return None if isinstance(outcome, Unknown) else outcome

    async def _ask(self, capability: Capability, call: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
        gate = self._member.gate
        begun = gate.begin_call(capability, call)
        if isinstance(begun, Waiting):
            return await gate.finish(begun, self._clock.seconds() + self._member.library.deadline)
        return begun


def as_it_happened(operation: Operation, at: datetime) -> Operation:
    """`operation` with the time at which it was claimed, where it does not say one: no fine grows meanwhile."""
    if isinstance(operation, Checkin):
        operation = replace(operation, returned=operation.returned or operation.happened or at)
    if isinstance(operation, Checkin | Checkout | Renew) and operation.no_block:
        operation = replace(operation, happened=operation.happened or at)
    return operation
