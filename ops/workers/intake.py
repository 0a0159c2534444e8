"""How many devices a worker takes in: as many as the supervisor has told it, and not one more in any turn.

Whoever waits is not turned away: the address is the same for all workers, and the next of them accepts.
"""

import os
import socket
from collections.abc import Callable
from typing import Any

from twisted.internet import tcp
from twisted.internet.interfaces import IDelayedCall, IListeningPort, IProtocolFactory, IReactorTime
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from softdock.ops.workers.balance import REPORT_EVERY, SLACK

TRUST = 10.0
"""Seconds without a word of the supervisor after which a worker takes in whoever comes."""


class Intake:
    """The addresses of one worker, open as long as it has room."""

    def __init__(
        self, clock: IReactorTime, sessions: Callable[[], int], report: Callable[[int], None]
    ) -> None:
        """`report` tells the supervisor how many devices there are; it answers with a ceiling."""
        self._clock = clock
        self._sessions = sessions
        self._report = report
        self._ceiling = 0
        self._said = 0
        """How many devices there were at the last report."""
        self._soon: IDelayedCall | None = None
        self._told: float | None = None
        """When the supervisor spoke last.  Before it does, nobody is taken in."""
        self._ports: set[_Port] = set()
        self._reporting = LoopingCall(self._look)
        self._reporting.clock = clock

    def listen(self, reactor: Any, descriptor: int, factory: IProtocolFactory) -> IListeningPort:
        """Accept connections for `factory` at the address of `descriptor`, which the caller closes."""
        with socket.socket(fileno=os.dup(descriptor)) as handed:
            port: _Port = _Port._fromListeningDescriptor(  # type: ignore[no-untyped-call]  # noqa: SLF001 - what adoptStreamPort calls
                reactor, handed.fileno(), handed.family, factory
            )
        port.intake = self
        self._ports.add(port)
        port.startListening()
        return port

    @property
    def begun(self) -> bool:
        """Whether it reports."""
        return self._reporting.running

    def begin(self) -> None:
        """Report from now on."""
        self._reporting.start(REPORT_EVERY)

    def end(self) -> None:
        """Report no more."""
        if self._reporting.running:
            self._reporting.stop()
        if self._soon is not None and self._soon.active():
            self._soon.cancel()

    def told(self, ceiling: int) -> None:
        """There may be so many devices."""
        self._ceiling = ceiling
        self._told = self._clock.seconds()
        self.settle()

    def room(self) -> int:
        """How many more devices may be taken in."""
        return max(0, self._ceiling - self._sessions())

    def taken_in(self) -> None:
        """Some devices may have been."""
        if not self.room():
            self._say()
            self.settle()

    def let_go(self) -> None:
        """A device is gone.  When several are, the others must not go on by what was reported before."""
        if self.begun and self._soon is None and self._said - self._sessions() >= SLACK // 2:
            self._soon = self._clock.callLater(0, self._look)

    def settle(self) -> None:
        """Let the addresses be open or not, as there is room."""
        has_room = self.room() > 0
        for port in self._ports:
            if has_room:
                port.startReading()
            else:
                port.stopReading()  # type: ignore[no-untyped-call]

    def left(self, port: "_Port") -> None:
        """`port` is closed."""
        self._ports.discard(port)

    def _say(self) -> None:
        self._said = self._sessions()
        self._report(self._said)

    def _look(self) -> None:
        if self._soon is not None and self._soon.active():
            self._soon.cancel()
        self._soon = None
        self._say()
        if self._told is not None and self._clock.seconds() - self._told > TRUST:
            self._ceiling = self._sessions() + 1_000_000
        self.settle()


class _Port(tcp.Port):
    """Accepts no more connections in one turn than there is room for; Twisted's takes all that wait."""

    intake: Intake

    def startReading(self) -> None:  # noqa: N802 - Twisted calls it by this name
        if self.connected and not self.disconnecting and self.intake.room():
            super().startReading()  # type: ignore[no-untyped-call]

    def doRead(self) -> None:  # noqa: N802 - Twisted calls it by this name
        if room := self.intake.room():
            self.numberAccepts = min(self.numberAccepts, room)
            super().doRead()  # type: ignore[no-untyped-call]
        self.intake.taken_in()

    def connectionLost(self, reason: Failure) -> None:
        self.intake.left(self)
        super().connectionLost(reason)  # type: ignore[no-untyped-call]
