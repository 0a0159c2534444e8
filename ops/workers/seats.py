"""A seat: the place of one worker, which is taken by another process when one has ended."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from structlog.typing import FilteringBoundLogger
from twisted.internet.defer import CancelledError, Deferred, DeferredLock
from twisted.internet.error import ProcessExitedAlready
from twisted.internet.interfaces import IDelayedCall, IProcessTransport

from softdock.mappings.problems import ProblemsFound
from softdock.ops.exposition import WorkerState
from softdock.ops.workers.channel import Channel, Gone, Message
from softdock.ops.workers.orders import Orders, raise_fault
from softdock.ops.workers.restarts import Restarts


class House(Protocol):
    """Whose workers they are."""

    @property
    def orders(self) -> Orders:
        """What every worker goes by."""

    def serving(self, seat: "Seat") -> None:
        """The worker of `seat` goes by the orders, and listens."""

    def reported(self, seat: "Seat", sessions: int) -> None:
        """It has so many devices."""

    def left(self, seat: "Seat") -> None:
        """It is gone."""


Spawn = Callable[[int, Channel, Callable[[str], None]], IProcessTransport]
"""Starts the process of a worker, by its number; see `spawning.spawn`."""


class Seat:
    """The place of one worker."""

    def __init__(
        self, number: int, spawn: Spawn, house: House, clock: Any, events: FilteringBoundLogger
    ) -> None:
        self.number = number
        self.orders: Orders | None = None
        """What the worker goes by; None while nobody serves here."""
        self.channel = Channel(self)
        self.over: Deferred[None] | None = None
        """Fires when the process has ended; None while there is none."""
        self._spawn = spawn
        self._house = house
        self._clock = clock
        self._events = events.bind(worker=number)
        self._restarts = Restarts()
        self._process: IProcessTransport | None = None
        self._pid: int | None = None
        self._begun = 0.0
        self._again: IDelayedCall | None = None
        self._settling = DeferredLock()
        self._dismissed = False
        self._served = False
        """Whether the process that is here has ever served."""
        self._sessions = 0

    # --- a process from its start to its end ----------------------------------------------------------

    async def begin(self) -> None:
        """Have a process serve here.  Raises Gone, ProblemsFound or ValueError if it cannot; it ends then."""
        self._begun = self._clock.seconds()
        self.channel = Channel(self)
        self.over = Deferred()
        try:
            self._process = self._spawn(self.number, self.channel, self._ended)
            self._pid = self._process.pid
        except OSError:
            self._ended("it could not be started")
            raise
        while self.orders is not self._house.orders:  # other settings may come while it starts
            await self.settle(self._house.orders)
        self._served = True
        self._events.info("a worker serves", pid=self._pid)
        self._house.serving(self)

    async def settle(self, orders: Orders) -> None:
        """Have the worker go by `orders`.  Raises what keeps it from that: then it goes on as it was."""
        await self._settling.acquire()  # one after the other: settings may change while it starts
        try:
            if self.orders is not orders:
                doors = dict(orders.doors)
                raise_fault(
                    await self.channel.ask(
                        {"do": "settle", "settings": orders.text, "doors": list(doors)}, list(doors.values())
                    )
                )
                self.orders = orders
        finally:
            self._settling.release()

    def dismiss(self) -> None:
        """Let the worker end in order, and nobody follow."""
        self._dismissed = True
        if self._again is not None and self._again.active():
            self._again.cancel()
        self.channel.tell({"do": "stop"})

    def kill(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            with suppress(ProcessExitedAlready):
                self._process.signalProcess("KILL")

    def _ended(self, how: str) -> None:
        pid, self._pid, self._process = self._pid, None, None
        over, self.over = self.over, None
        served, self._served, self.orders = self._served, False, None
        if self._dismissed:
            self._events.info("a worker has ended", how=how, pid=pid)
        elif served or self._restarts.count:
            pause = self._restarts.pause(self._clock.seconds() - self._begun)
            self._events.error("a worker has ended, and is started again", how=how, pid=pid, seconds=pause)
            self._again = self._clock.callLater(pause, self._begin_again)
        else:
            self._events.error("a worker has ended before it served", how=how, pid=pid)
        self._sessions = 0
        self._house.left(self)
        if over is not None:
            over.callback(None)

    def _begin_again(self) -> None:
        async def begun() -> None:
            try:
                await self.begin()
            except (Gone, CancelledError):
                return  # its end is told
            except (ProblemsFound, ValueError, OSError) as error:
                self._events.error("a worker cannot serve", reason=str(error))
                self.kill()

        Deferred.fromCoroutine(begun())

    # --- what it says ---------------------------------------------------------------------------------

    def heard(self, message: Message, descriptors: Sequence[int]) -> None:
        """See `channel.End`.  All that a worker says unasked is how many devices it has."""
        self._sessions = message["sessions"]
        if self.orders is not None:
            self._house.reported(self, self._sessions)

    def hung_up(self) -> None:
        """See `channel.End`.  The process ends, or has."""
        self.orders = None

    @property
    def serves(self) -> bool:
        """Whether somebody serves here."""
        return self.orders is not None

    @property
    def state(self) -> WorkerState:
        """How it stands."""
        return WorkerState(self.number, self.serves, self._restarts.count, self._sessions)

    def what_is_awaited(self) -> str:
        """A sentence on why nobody serves here."""
        if self._again is not None and self._again.active():
            return f"It has ended, and is started again in {self._again.getTime() - self._clock.seconds():.0f} s."
        return "It is about to stop." if self._dismissed else "It is about to start."
