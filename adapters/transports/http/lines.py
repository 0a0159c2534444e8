"""All connections to one system that speaks HTTP: those that stand idle, and how another comes about."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from softdock.adapters.transports.faults import said
from softdock.adapters.transports.http.line import Line
from softdock.circulation.errors import AnswerLost, SystemUnavailable
from softdock.mappings.written import HostPort


@dataclass(frozen=True, slots=True)
class Proxy:
    """What stands between us and the system."""

    address: HostPort
    authorization: str = ""
    """The value of Proxy-Authorization; "" for none."""


def basic(user: str, password: str) -> str:
    """The value of a header that proves who comes (RFC 7617)."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def _connect(address: HostPort, proxy: Proxy) -> bytes:
    lines = [f"CONNECT {address} HTTP/1.1", f"Host: {address}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    return "\r\n".join([*lines, "", ""]).encode()


class _OneLine(Factory):
    """Makes the one line that is being opened."""

    noisy = False

    def __init__(self, make: Callable[[], Line]) -> None:
        self._make = make

    def buildProtocol(self, addr: object) -> Line:
        """See `Factory`."""
        return self._make()


class Lines:
    """All lines to one system: those that stand idle, and how to open another."""

    def __init__(
        self,
        address: HostPort,
        tls: Any,
        proxy: Proxy | None,
        clock: Any,
        connect_timeout: float,
        idle: float,
    ) -> None:
        self.name = str(address)
        self.tls = tls
        self.clock = clock
        self.tunnel = None if proxy is None or tls is None else _connect(address, proxy)
        """What asks a proxy for a connection."""
        self._called = address if proxy is None else proxy.address
        self._connect_timeout = connect_timeout
        self._idle_time = idle
        self._all: set[Line] = set()
        self._idle: dict[Line, IDelayedCall] = {}
        self._opening: set[Deferred[Line]] = set()
        self.opened_total = self.failed_total = 0

    @property
    def open(self) -> int:
        """How many stand."""
        return len(self._all)

    def idle(self) -> Line | None:
        """A line that was used before; None if none is left."""
        if not self._idle:
            return None
        line, timer = self._idle.popitem()
        timer.cancel()
        return line

    def opened(self) -> "Deferred[Line]":
        """A new line; fails with SystemUnavailable, when it is cancelled too."""
        giving_up: list[Callable[[str], None]] = []
        ready: Deferred[Line] = Deferred(lambda _: giving_up[0]("no connection came about in time"))
        lines: list[Line] = []

        def make() -> Line:
            lines.append(Line(self, ready))
            return lines[-1]

        endpoint = HostnameEndpoint(
            self.clock, self._called.host, self._called.port, timeout=self._connect_timeout
        )
        connecting = endpoint.connect(_OneLine(make))

        def give_up(why: str) -> None:
            error = SystemUnavailable(why)
            for line in lines:
                line.fail_to_open(error)
            if not ready.called:
                ready.errback(error)
            connecting.cancel()

        def not_connected(failure: Failure) -> None:
            if not ready.called:
                ready.errback(SystemUnavailable(f"no connection: {said(failure)}"))

        giving_up.append(give_up)
        connecting.addErrback(not_connected)
        timer = self.clock.callLater(
            self._connect_timeout, give_up, "no connection: the call was not answered in time"
        )
        self._opening.add(ready)

        def settled(outcome: Line | Failure) -> Line | Failure:
            if timer.active():
                timer.cancel()
            self._opening.discard(ready)
            if isinstance(outcome, Failure):
                self.failed_total += 1
            else:
                self.opened_total += 1
            return outcome

        ready.addBoth(settled)
        return ready

    def put_back(self, line: Line) -> None:
        """It has answered: it may be asked again, or is closed."""
        if line.may_be_asked and self._idle_time:
            self._idle[line] = self.clock.callLater(self._idle_time, self._grown_old, line)
        elif line in self._all:
            line.transport.loseConnection()

    def _grown_old(self, line: Line) -> None:
        del self._idle[line]
        line.transport.loseConnection()

    def close(self) -> None:
        """Nothing stays open."""
        gone = "SoftDock lets go of this system"
        for ready in list(self._opening):
            ready.cancel()
        for line in list(self._all):
            line.break_off(AnswerLost(gone))
        for timer in self._idle.values():
            timer.cancel()
        self._idle.clear()

    # --- what lines tell

    def made(self, line: Line) -> None:
        """It is connected, and perhaps not ready yet."""
        self._all.add(line)

    def gone(self, line: Line) -> None:
        """It is connected no more."""
        self._all.discard(line)
        if (timer := self._idle.pop(line, None)) is not None:
            timer.cancel()
