"""Listening addresses: who is on them, how many may be, and how they are closed."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import count

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.protocol import Factory
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from softdock.circulation.accounts import Account
from softdock.circulation.ports import Accounts, Desk, Observer
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.listener.connection import Connection
from softdock.protocols.sip2.listener.watching import Trace
from softdock.protocols.sip2.session import LONGEST_LINE
from softdock.protocols.sip2.timestamps import StampClock

SWEEP = 5.0
"""Seconds between two looks at who has been silent for too long."""

_log = Logger()


@dataclass(slots=True, frozen=True, kw_only=True)
class Limits:
    """What one listener bears.  Times in seconds."""

    connections: int = 20_000
    per_address: int = 1_000
    line_length: int = LONGEST_LINE
    login_time: float = 60.0
    """For a device to log in; one that needs no login is not held to it."""
    idle_time: float = 1_800.0
    """Without a byte, after the login.  Devices ask for the status every 5 to 7 minutes."""
    failed_logins: int = 5
    """On one connection, after which it is closed."""


class Front:
    """What all SIP2 listeners of a process share."""

    def __init__(
        self,
        desk: Desk,
        accounts: Accounts,
        observer: Observer,
        dialect_of: Callable[[Account, Dialect], Dialect],
        reactor: IReactorTime,
        now: Callable[[], float],
        numbers: Iterator[int] | None = None,
    ) -> None:
        """`dialect_of` gives what an account's devices speak on a listener with a dialect of its own; `now` gives seconds since the epoch.

        Connections are counted from 1, unless there are other `numbers` for them.
        """
        numbers = count(1) if numbers is None else numbers
        self.desk = desk
        self.accounts = accounts
        self.observer = observer
        self.dialect_of = dialect_of
        self.reactor = reactor
        self.now = now
        self.listeners: list[Listener] = []
        """Those that are open, and those that are closed but have devices on them."""
        self.traces: tuple[Trace, ...] = ()
        """Who looks at the wire of a terminal; none, as a rule."""
        self.left: Callable[[], object] = lambda: None
        """Called whenever a device is gone; does nothing, unless somebody wants to know."""
        self.numbers = numbers
        """Those that connections will have."""
        self._clocks: dict[tzinfo, StampClock] = {}
        self._waiting: list[Connection] = []

    def clock(self, zone: tzinfo) -> StampClock:
        """The clock of `zone`; there is one for all its devices."""
        clock = self._clocks.get(zone)
        if clock is None:
            clock = self._clocks[zone] = StampClock(zone, self.now)
        return clock

    def renew(self, accounts: Accounts, dialect_of: Callable[[Account, Dialect], Dialect]) -> None:
        """From now on devices log in by these; who has logged in keeps account and dialect."""
        self.accounts = accounts
        self.dialect_of = dialect_of

    def __len__(self) -> int:
        """How many devices are connected."""
        return sum(map(len, self.listeners))

    def connections(self) -> list[Connection]:
        """All devices, in the order in which they came."""
        found = [connection for each in self.listeners for connection in each.connections]
        return sorted(found, key=lambda connection: connection.number)

    def begin_trace(self, trace: Trace) -> list[int]:
        """Tell `trace` the wire of the terminal that it names, whenever that is connected.

        The numbers of the sessions that it has now.
        """
        self._set_traces((*self.traces, trace))
        rows = [each.row() for each in self.connections()]
        return [row.number for row in rows if trace.concerns(row)]

    def end_trace(self, trace: Trace) -> None:
        """Tell `trace` nothing more."""
        self._set_traces(tuple(each for each in self.traces if each is not trace))

    def _set_traces(self, traces: tuple[Trace, ...]) -> None:
        self.traces = traces
        for connection in self.connections():
            connection.be_watched()

    def send_soon(self, connection: Connection) -> None:
        """Let `connection` send at the end of this turn of the reactor, with all others that have to."""
        if not self._waiting:
            self.reactor.callLater(0, self._send)
        self._waiting.append(connection)

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        for connection in waiting:
            try:
                connection.send()
            except Exception:  # noqa: BLE001 - one connection's fault is not that of the others in this turn
                _log.failure("a connection could not send")
                connection.abort()


class Listener(Factory):
    """One listening address and the devices on it."""

    noisy = False

    def __init__(self, name: str, front: Front, dialect: Dialect, limits: Limits) -> None:
        """`dialect` is spoken until the login."""
        self.name = name
        self.front = front
        self.dialect = dialect
        self.limits = limits
        self.tick = 0
        """Sweeps so far: the clock by which silence is measured."""
        self.draining = False
        self.connections: set[Connection] = set()
        self._by_address: Counter[str] = Counter()
        self._sweeper = LoopingCall(self._sweep)
        self._sweeper.clock = front.reactor
        self._emptied: Deferred[None] | None = None

    def buildProtocol(self, addr: object) -> Connection:
        """A new device."""
        return Connection(self)

    def behind_proxy(self) -> Factory:
        """The same listener for devices whose own addresses come with their first bytes."""
        return _BehindProxy(self)

    def startFactory(self) -> None:
        """Begin to watch the connections."""
        if self not in self.front.listeners:
            self.front.listeners.append(self)
        if not self._sweeper.running:
            self._sweeper.start(SWEEP, now=False)

    def renew(self, dialect: Dialect, limits: Limits) -> None:
        """From now on devices are met with these.  The times of `limits` hold for who is there as well."""
        self.dialect = dialect
        self.limits = limits

    def seconds_since(self, tick: int) -> float:
        """How long ago `tick` was."""
        return (self.tick - tick) * SWEEP

    def __len__(self) -> int:
        """How many devices are connected."""
        return len(self.connections)

    # --- what connections report ----------------------------------------------------------------------

    def opened(self, connection: Connection) -> bool:
        """Take `connection` in; False if there are too many, or SoftDock is about to stop."""
        if self.draining or len(self.connections) >= self.limits.connections:
            return False
        self.connections.add(connection)
        connection.number = next(self.front.numbers)
        self.front.observer.session_opened(self.name)
        return True

    def admitted(self, address: str) -> bool:
        """Count a connection from `address`; False if it has too many."""
        if self._by_address[address] >= self.limits.per_address:
            return False
        self._by_address[address] += 1
        return True

    def closed(self, connection: Connection, address: str | None) -> None:
        """Forget `connection`, which came from `address` if that was ever known."""
        if address is not None:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]
        if connection in self.connections:
            self.connections.discard(connection)
            self.front.observer.session_closed(self.name)
            self.front.left()
        if not self.connections and self._emptied is not None:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    # --- the orderly end ------------------------------------------------------------------------------

    def drain(self, grace: float) -> "Deferred[None]":
        """Close every connection: idle ones now, busy ones after their answer, all after `grace` seconds."""
        self.draining = True
        if self._sweeper.running:
            self._sweeper.stop()
        done: Deferred[None] = Deferred()
        done.addCallback(self._forgotten)
        if not self.connections:
            done.callback(None)
            return done
        self._emptied = done
        hurry = self.front.reactor.callLater(grace, self._abort)

        def no_hurry(_: None) -> None:
            if hurry.active():
                hurry.cancel()

        done.addCallback(no_hurry)
        for connection in list(self.connections):
            connection.finish()
        return done

    def _forgotten(self, _: None) -> None:
        if self in self.front.listeners:
            self.front.listeners.remove(self)

    def dismiss(self, leaves: Callable[[Account], bool]) -> None:
        """Close the connections of the accounts that have to leave: idle ones now, busy ones after their answer."""
        for connection in list(self.connections):
            if connection.account is not None and leaves(connection.account):
                connection.finish()

    def _abort(self) -> None:
        for connection in list(self.connections):
            connection.abort()

    def _sweep(self) -> None:
        self.tick += 1
        login = self.tick - math.ceil(self.limits.login_time / SWEEP) - 1
        idle = self.tick - math.ceil(self.limits.idle_time / SWEEP) - 1
        for connection in list(self.connections):
            connection.check_silence(login, idle)


class _BehindProxy(Factory):
    """A listener's other door; the listener itself is started and stopped by its own."""

    noisy = False

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def buildProtocol(self, addr: object) -> Connection:
        """A new device, whose address is not known yet."""
        return Connection(self._listener, behind_proxy=True)
