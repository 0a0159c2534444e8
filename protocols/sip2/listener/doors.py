"""Listening addresses for SIP2, and what they bear."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from softdock.circulation.accounts import Account
from softdock.circulation.ports import Accounts, Desk, Observer
from softdock.protocols import listening
from softdock.protocols.listening import SWEEP
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.listener.connection import Connection
from softdock.protocols.sip2.listener.watching import Trace
from softdock.protocols.sip2.session import LONGEST_LINE
from softdock.protocols.sip2.timestamps import StampClock

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


class Front(listening.Front["Listener"]):
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
        super().__init__(observer, reactor, now, numbers)
        self.desk = desk
        self.accounts = accounts
        self.dialect_of = dialect_of
        self.traces: tuple[Trace, ...] = ()
        """Who looks at the wire of a terminal; none, as a rule."""
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


class Listener(listening.Listener[Connection, Limits]):
    """One listening address and the devices on it."""

    front: Front

    def __init__(self, name: str, front: Front, dialect: Dialect, limits: Limits) -> None:
        """`dialect` is spoken until the login."""
        super().__init__(name, front, limits)
        self.dialect = dialect

    def connection(self, *, behind_proxy: bool) -> Connection:
        """A new device."""
        return Connection(self, behind_proxy=behind_proxy)

    def renew(self, dialect: Dialect, limits: Limits) -> None:
        """From now on devices are met with these.  The times of `limits` hold for who is there as well."""
        self.dialect = dialect
        self.limits = limits

    def dismiss(self, leaves: Callable[[Account], bool]) -> None:
        """Close the connections of the accounts that have to leave: idle ones now, busy ones after their answer."""
        for connection in list(self.connections):
            if connection.account is not None and leaves(connection.account):
                connection.finish()

    def sweep(self) -> None:
        """See the class above."""
        login = self.tick - math.ceil(self.limits.login_time / SWEEP) - 1
        idle = self.tick - math.ceil(self.limits.idle_time / SWEEP) - 1
        for connection in list(self.connections):
            connection.check_silence(login, idle)
