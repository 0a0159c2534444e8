"""The gate in front of each library's system: nobody waits there for too long, nor too many, nor in vain.

What an answer says about the system, and so does to its breaker:

============================================  =================================================
an outcome, or MalformedReply                 it is there: failures in a row begin anew
SystemUnavailable, AnswerLost, a deadline     it is away: one more failure
SystemBusy, Unsupported, a bug, a cancelling  neither: it was not asked, or the fault is not its
============================================  =================================================

A deadline that left the system less than half of its library's time says nothing either.  Nor does an outcome that
needed no waiting: nobody was asked for it who could be away.  The breaker of a system that does not fail as a whole
stays closed: the embedded library on a full disk lends nothing, and still knows its patrons.
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import AnswerLost, LibrarySystemError, MalformedReply, SystemUnavailable
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import Effect
from softdock.circulation.operations import Operation
from softdock.circulation.ports import AnyOutcome, ConnectionCounts, LibrarySystem, Observer
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.circulation.stepping import Waiting, step
from softdock.circulation.words import Word
from softdock.consortium.directory import Library
from softdock.consortium.resilience import Breaker, BreakerState, Deadlines

Result = TypeVar("Result", bound=AnyOutcome | Effect)

_AWAY = (SystemUnavailable, AnswerLost, TimeoutError)
_SERVE_AS_PROBE = frozenset({Capability.LOOKUP_PATRON, Capability.LOOKUP_ITEM, Capability.CHECKIN})
"""What may find out whether a system without a probe is back.

A return is among them because a sorter asks for nothing else; one whose answer is lost does no harm, the book is there.
"""

_log = Logger()


MOST_WAITING = 256
"""Operations that may wait for a system, unless its library says otherwise."""

MOST_WAITING_AT_HOME = 10_000
"""The same for the embedded library, which commits together what has come together."""


class Withheld(Exception):
    """The system was not asked, so nothing has happened."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Condition(Word):
    """How a library's system stands, as the operator is told."""

    ON_LINE = "on-line"
    AWAY = "away"
    PROBED = "probed"
    """It was away, and is asked whether it is back."""
    DOWNTIME = "downtime"


@record
class SystemState:
    """A library's system at one moment."""

    library: LibraryId
    condition: Condition
    waiting: int
    """Operations that wait for it."""
    concurrent: int
    """As many may."""
    connections: ConnectionCounts | None


class Gate:
    """The one way to a library's system.  It stays with the system from one settings to the next."""

    def __init__(
        self,
        library: Library,
        clock: IReactorTime,
        observer: Observer,
        jitter: Callable[[], float],
        deadlines: Deadlines,
    ) -> None:
        self.system: LibrarySystem = library.system
        self.waiting = 0
        """Operations that wait for the system at this moment."""
        self._library = library
        self._most = _most(library)
        self._clock = clock
        self._deadlines = deadlines
        self._observer = observer
        self._breaker = Breaker(clock, library.breaker, jitter, self._turned)
        self._stands_open = True
        """Whether an operation may pass without a question."""
        self._tried = False
        """Whether an operation is under way that serves as the probe."""
        self._probe: Deferred[None] | None = None
        self._released: Deferred[None] | None = None

    def go_by(self, library: Library) -> None:
        """From now on these are the limits."""
        self._library = library
        self._most = _most(library)
        self._breaker.rules = library.breaker
        self._settle()

    @property
    def is_away(self) -> bool:
        """Whether devices should take the system for away.

        One without a probe is not, once its pause is over: a device that is told so may ask for nothing.
        """
        state = self._breaker.state
        return state is BreakerState.OPEN or (state is BreakerState.HALF_OPEN and self.system.can_probe)

    def standing(self, now: datetime) -> SystemState:
        """How the system stands at the time of day `now`."""
        library = self._library
        condition = _CONDITIONS[self._breaker.state]
        if library.downtime is not None and library.downtime.covers(now):
            condition = Condition.DOWNTIME
        connections = self.system.connections
        return SystemState(library.id, condition, self.waiting, self._most, connections)

    def begin(self, operation: Operation, operation_id: str = "") -> AnyOutcome | Waiting[AnyOutcome]:
        """What the system makes of `operation`, or what there is to `finish`; one that is journalled has an id.

        Raises Withheld if it shall not be asked, and whatever the system raises.
        """
        if not self._stands_open:
            self._admit(operation.capability)
        perform = self.system.perform
        try:  # on the way of every message, so without another call in between
            stepped = step(perform(operation, operation_id) if operation_id else perform(operation))
        except Exception as error:
            self._failed_at_once(error)
            raise
        if self._tried and not isinstance(stepped, Waiting):
            self._answered_at_once()
        return stepped

    def begin_call(
        self, capability: Capability, call: Callable[[], Coroutine[Any, Any, Result]]
    ) -> Result | Waiting[Result]:
        """As `begin`, for any other `call` to the system, which asks for as much as an operation of `capability`."""
        if not self._stands_open:
            self._admit(capability)
        try:
            stepped = step(call())
        except Exception as error:
            self._failed_at_once(error)
            raise
        if self._tried and not isinstance(stepped, Waiting):
            self._answered_at_once()
        return stepped

    async def finish(self, stepped: Waiting[Result], until: float) -> Result:
        """What comes of that which has begun.  Raises TimeoutError when the clock shows `until`, and as `begin`."""
        begun = self._clock.seconds()
        granted = max(until - begun, 0.0)
        self.waiting += 1
        if self.waiting >= self._most:
            self._settle()
        try:
            outcome = await self._deadlines.finish(stepped, until)
        except CancelledError:
            raise
        except Exception as error:
            taken = self._clock.seconds() - begun
            came_early = taken < granted * 0.99
            if came_early or granted >= self._library.deadline / 2:
                self._judge(error)
            self._observer.leg(self._library.id, error, taken)
            raise
        else:
            if self._breaker.failures or self._breaker.state is BreakerState.HALF_OPEN:
                self._breaker.succeeded()
            self._observer.leg(self._library.id, outcome, self._clock.seconds() - begun)
            return outcome
        finally:
            self._tried = False
            self._left()

    # --- who may pass -------------------------------------------------------------------------------------

    def _admit(self, capability: Capability) -> None:
        """Let an operation of `capability` pass if it may.  Raises Withheld."""
        state = self._breaker.state
        if state is not BreakerState.CLOSED:
            serves = (
                state is BreakerState.HALF_OPEN
                and not self.system.can_probe
                and not self._tried
                and capability in _SERVE_AS_PROBE
            )
            if not serves:
                self._observer.withheld(self._library.id, "breaker")
                raise Withheld(Reason.SYSTEM_UNAVAILABLE)
        if self.waiting >= self._most:
            self._observer.withheld(self._library.id, "bulkhead")
            raise Withheld(Reason.SYSTEM_BUSY)
        self._tried = state is BreakerState.HALF_OPEN

    def _settle(self) -> None:
        self._stands_open = self._breaker.state is BreakerState.CLOSED and self.waiting < self._most

    def _left(self) -> None:
        self.waiting -= 1
        if not self._stands_open:
            self._settle()
        if not self.waiting and self._released is not None:
            self._released.callback(None)

    # --- what is known of the system ----------------------------------------------------------------------

    def _failed_at_once(self, error: Exception) -> None:
        if isinstance(error, CancelledError):
            self._tried = False
            return
        self._judge(error)
        self._observer.leg(self._library.id, error, 0.0)

    def _answered_at_once(self) -> None:
        self._tried = False
        self._breaker.succeeded()

    def _judge(self, error: Exception) -> None:
        if isinstance(error, _AWAY):
            if self.system.fails_as_a_whole:
                self._breaker.failed()
        elif isinstance(error, MalformedReply):
            self._breaker.succeeded()
        self._tried = False

    def _turned(self, state: BreakerState) -> None:
        self._settle()
        self._observer.breaker(self._library.id, state.value)
        if state is BreakerState.HALF_OPEN:
            if self.system.can_probe:
                self._begin_probe()
        else:
            self._stop_probe()

    def _begin_probe(self) -> None:
        async def probed() -> None:
            try:
                stepped = step(self.system.probe())
                if isinstance(stepped, Waiting):
                    await self._deadlines.finish(stepped, self._clock.seconds() + self._library.deadline)
            except CancelledError:
                return
            except (LibrarySystemError, TimeoutError):
                ended(self._breaker.failed)
            except Exception:  # noqa: BLE001 - a fault of the adapter, which is told; the system stays away
                _log.failure(
                    "the probe of {library} failed by a fault of the adapter", library=self._library.id
                )
                ended(self._breaker.failed)
            else:
                ended(self._breaker.succeeded)

        def ended(told: Callable[[], None]) -> None:
            self._probe = None
            told()

        probe = Deferred.fromCoroutine(probed())
        if not probe.called:
            self._probe = probe

    # --- when the system leaves ---------------------------------------------------------------------------

    def released(self) -> "Deferred[None]":
        """When nothing waits at the system, which no library has any more.  To be asked for once."""
        self.close()
        self._released = Deferred()
        if not self.waiting:
            self._released.callback(None)
        return self._released

    def close(self) -> None:
        """Probe no more; what waits at the system is answered as ever."""
        self._breaker.stop()
        self._stop_probe()

    def _stop_probe(self) -> None:
        probe, self._probe = self._probe, None
        if probe is not None:
            probe.cancel()


def most_waiting(system: LibrarySystem) -> int:
    """How many operations may wait for `system`, unless its library says otherwise."""
    return MOST_WAITING if system.fails_as_a_whole else MOST_WAITING_AT_HOME


def _most(library: Library) -> int:
    return most_waiting(library.system) if library.concurrent is None else library.concurrent


class Gates:
    """The gates of all systems: of those that libraries have, and of those that have yet to be left alone."""

    def __init__(self, clock: IReactorTime, observer: Observer, jitter: Callable[[], float]) -> None:
        self._clock = clock
        self._observer = observer
        self._jitter = jitter
        self._deadlines = Deadlines(clock)
        self._gates: dict[LibrarySystem, Gate] = {}

    def of(self, libraries: Iterable[Library]) -> Mapping[LibraryId, Gate]:
        """The gates of `libraries` from now on: those that were there, where the system has stayed."""
        found: dict[LibraryId, Gate] = {}
        for each in libraries:
            gate = self._gates.get(each.system)
            if gate is None:
                gate = self._gates[each.system] = Gate(
                    each, self._clock, self._observer, self._jitter, self._deadlines
                )
            else:
                gate.go_by(each)
            found[each.id] = gate
        stay = set(found.values())
        for system, gate in list(self._gates.items()):
            if gate not in stay:
                gate.close()
                if not gate.waiting:
                    del self._gates[system]
        return found

    def released(self, system: LibrarySystem) -> "Deferred[None]":
        """When nothing waits at `system`, which no library has any more.  To be asked for once."""
        gate = self._gates.get(system)
        if gate is None:
            return succeed(None)
        del self._gates[system]
        return gate.released()


_CONDITIONS = {
    BreakerState.CLOSED: Condition.ON_LINE,
    BreakerState.OPEN: Condition.AWAY,
    BreakerState.HALF_OPEN: Condition.PROBED,
}
