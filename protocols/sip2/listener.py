"""The Twisted end of the SIP2 front: connections, their limits, and their orderly end.

A `Listener` is one listening address; a `Connection` is one device on it.  The bytes of a device go
into its `ServerSession`, the requests that come out go through `north` to the desk, and what the
session wants sent leaves together with that of every other device that was answered in the same turn
of the reactor.

Order and back-pressure: a session has one request under way, so answers keep the order of the
questions.  A device that goes on sending meanwhile is no longer read from once `READ_AHEAD` bytes
wait, and one that does not read its answers gets no further ones.
"""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IHalfCloseableProtocol,
    IPushProducer,
    IReactorTime,
)
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.task import LoopingCall
from twisted.internet.tcp import Server
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from softdock.circulation.accounts import Account
from softdock.circulation.errors import AccountsBusy
from softdock.circulation.identifiers import Secret
from softdock.circulation.outcomes import Refused
from softdock.circulation.ports import Accounts, Desk, Observer
from softdock.circulation.stepping import Result, Waiting, step
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2 import north
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.north import Terminal
from softdock.protocols.sip2.session import LONGEST_LINE, Event, Request, ServerSession, Signal
from softdock.protocols.sip2.timestamps import StampClock

READ_AT_ONCE = 4096
"""Bytes that are read in one go: a device has little to say, and a large buffer costs time for each message."""

READ_AHEAD = 64 * 1024
"""Bytes that a device may send ahead of its answers."""

PATIENCE = 20
"""Violations without a proper request between them after which a connection is closed."""

SWEEP = 5.0
"""Seconds between two looks at who has been silent for too long."""

GRACE_SWEEPS = 6
"""Sweeps for which a device may take to read its last answers."""

_log = Logger()

# Bound once: Python 3.11 finds a member of an enumeration through a descriptor.
_NEED_DATA, _BUSY = Signal.NEED_DATA, Signal.BUSY


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
        dialect_of: Callable[[Account], Dialect],
        reactor: IReactorTime,
        now: Callable[[], float],
    ) -> None:
        """`dialect_of` gives what an account's devices speak; `now` gives seconds since the epoch."""
        self.desk = desk
        self.accounts = accounts
        self.observer = observer
        self.dialect_of = dialect_of
        self.reactor = reactor
        self._now = now
        self._clocks: dict[tzinfo, StampClock] = {}
        self._waiting: list[Connection] = []

    def clock(self, zone: tzinfo) -> StampClock:
        """The clock of `zone`; there is one for all its devices."""
        clock = self._clocks.get(zone)
        if clock is None:
            clock = self._clocks[zone] = StampClock(zone, self._now)
        return clock

    def send_soon(self, connection: "Connection") -> None:
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
        self._connections: set[Connection] = set()
        self._by_address: Counter[str] = Counter()
        self._sweeper = LoopingCall(self._sweep)
        self._sweeper.clock = front.reactor
        self._emptied: Deferred[None] | None = None

    def buildProtocol(self, addr: object) -> "Connection":
        """A new device."""
        return Connection(self)

    def behind_proxy(self) -> Factory:
        """The same listener for devices whose own addresses come with their first bytes."""
        return _BehindProxy(self)

    def startFactory(self) -> None:
        """Begin to watch the connections."""
        self._sweeper.start(SWEEP, now=False)

    def __len__(self) -> int:
        """How many devices are connected."""
        return len(self._connections)

    # --- what connections report ----------------------------------------------------------------------

    def opened(self, connection: "Connection") -> bool:
        """Take `connection` in; False if there are too many, or SoftDock is about to stop."""
        if self.draining or len(self._connections) >= self.limits.connections:
            return False
        self._connections.add(connection)
        self.front.observer.session_opened(self.name)
        return True

    def admitted(self, address: str) -> bool:
        """Count a connection from `address`; False if it has too many."""
        if self._by_address[address] >= self.limits.per_address:
            return False
        self._by_address[address] += 1
        return True

    def closed(self, connection: "Connection", address: str | None) -> None:
        """Forget `connection`, which came from `address` if that was ever known."""
        if address is not None:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]
        if connection in self._connections:
            self._connections.discard(connection)
            self.front.observer.session_closed(self.name)
        if not self._connections and self._emptied is not None:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    # --- the orderly end ------------------------------------------------------------------------------

    def drain(self, grace: float) -> "Deferred[None]":
        """Close every connection: idle ones now, busy ones after their answer, all after `grace` seconds."""
        self.draining = True
        if self._sweeper.running:
            self._sweeper.stop()
        done: Deferred[None] = Deferred()
        if not self._connections:
            done.callback(None)
            return done
        self._emptied = done
        hurry = self.front.reactor.callLater(grace, self._abort)

        def no_hurry(_: None) -> None:
            if hurry.active():
                hurry.cancel()

        done.addCallback(no_hurry)
        for connection in list(self._connections):
            connection.finish()
        return done

    def _abort(self) -> None:
        for connection in list(self._connections):
            connection.abort()

    def _sweep(self) -> None:
        self.tick += 1
        login = self.tick - math.ceil(self.limits.login_time / SWEEP) - 1
        idle = self.tick - math.ceil(self.limits.idle_time / SWEEP) - 1
        for connection in list(self._connections):
            connection.check_silence(login, idle)


class _BehindProxy(Factory):
    """A listener's other door; the listener itself is started and stopped by its own."""

    noisy = False

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def buildProtocol(self, addr: object) -> "Connection":
        """A new device, whose address is not known yet."""
        return Connection(self._listener, behind_proxy=True)


@implementer(IHalfCloseableProtocol, IPushProducer)
class Connection(Protocol):
    """One device on a listener."""

    def __init__(self, listener: Listener, *, behind_proxy: bool = False) -> None:
        self._listener = listener
        self._front = listener.front
        self._session = ServerSession(
            listener.dialect, listener.front.reactor.seconds, listener.limits.line_length
        )
        zone = listener.dialect.zone or UTC
        self._terminal = Terminal(listener.dialect, listener.front.clock(zone))
        self._behind_proxy = behind_proxy
        self._address: str | None = None
        self._failed_logins = 0
        self._violations = 0
        self._heard = self._began = listener.tick
        self._sending = False
        """It has been told to the front that there is something to send."""
        self._direct = False
        """Bytes may go straight to the socket, because none wait in the transport."""
        self._congested = False
        self._paused = False
        self._finishing = False
        """Nothing new is begun; it closes after the answer that is under way."""
        self._input_ended = False
        """The device has said all that it will: it closes when everything has been answered."""
        self._hung_up = False
        """Nothing is sent any more: we have closed, or the device has."""

    # --- Twisted's side -------------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """A device has connected."""
        assert self.transport is not None
        self._direct = type(self.transport) is Server
        if self._direct:
            self.transport.bufferSize = READ_AT_ONCE  # type: ignore[attr-defined]
        if not self._direct:
            self.transport.registerProducer(self, True)  # type: ignore[attr-defined]
        if not self._listener.opened(self):
            self._refuse_connection("connections")
            return
        if hasattr(self.transport, "setTcpNoDelay"):
            self.transport.setTcpNoDelay(True)
        if not self._behind_proxy and not self._admit():
            return
        self._collect()

    def dataReceived(self, data: bytes) -> None:
        """Bytes have come from the device."""
        if self._finishing or (self._address is None and not self._admit()):
            return
        self._heard = self._listener.tick
        self._session.receive_data(data)
        self._advance()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The device is gone.  A request under way goes on to its end; nobody hears its answer."""
        self._hung_up = True
        self._listener.closed(self, self._address)

    def readConnectionLost(self) -> None:
        """The device sends nothing more, but may still read: it gets the answers it waits for."""
        self._input_ended = True
        self._advance()

    def writeConnectionLost(self) -> None:
        """The device reads nothing more."""
        self.abort()

    def pauseProducing(self) -> None:
        """The device does not read its answers: it gets no further ones, and is not read from."""
        self._congested = True
        self._pause()

    def resumeProducing(self) -> None:
        """The device has read its answers."""
        self._congested = False
        self._advance()

    def stopProducing(self) -> None:
        """The transport is gone."""

    # --- requests and answers -------------------------------------------------------------------------

    def _advance(self) -> None:
        """Deal with everything that can be dealt with now."""
        session = self._session
        event: Event = _NEED_DATA
        while not (self._congested or self._finishing):
            event = session.next_event()
            if isinstance(event, Request):
                self._violations = 0
                self._serve(event.message)
            elif isinstance(event, Signal):
                break
            else:
                self._violated(event.violation.value)
        self._collect()
        if event is _BUSY or self._congested or self._paused:
            self._regulate()
        if self._input_ended and event is _NEED_DATA:
            self._finishing = True
        if self._finishing and not session.busy and not self._hung_up:
            self._front.send_soon(self)

    def _regulate(self) -> None:
        """Read on, or wait until what is there has been dealt with."""
        if self._hung_up:
            return
        if self._congested or (self._session.busy and self._session.buffered > READ_AHEAD):
            self._pause()
        elif self._paused:
            self._paused = False
            self.transport.resumeProducing()  # type: ignore[union-attr]

    def _serve(self, message: Message) -> None:
        kind, terminal = type(message), self._terminal
        if kind is m.ScStatus:
            self._session.answer(self._acs_status(message))
            return
        if kind is m.Login:
            accepted = step(self._log_in(message))
            if isinstance(accepted, Waiting):
                self._wait(accepted, lambda accepted: north.write_login(accepted, terminal))
            else:
                self._session.answer(north.write_login(accepted, terminal))
            return
        operation = north.read(message, terminal)
        if isinstance(operation, Refused):
            self._session.answer(north.write(message, operation, terminal))
            return
        assert terminal.account is not None
        outcome = step(self._front.desk.perform(terminal.account, operation))
        if isinstance(outcome, Waiting):
            self._wait(outcome, lambda outcome: north.write(message, outcome, terminal))
        else:
            self._session.answer(north.write(message, outcome, terminal))

    def _wait(self, waiting: Waiting[Result], respond: Callable[[Result], Message]) -> None:
        """Answer with what `respond` makes of the result, once it is there."""
        result = Deferred.fromCoroutine(waiting.rest())
        result.addCallback(respond).addCallbacks(self._answered, self._broken)

    def _answered(self, response: Message) -> None:
        """An answer that had to be waited for is there."""
        if not self._hung_up:
            self._session.answer(response)
            self._advance()

    def _broken(self, failure: Failure) -> None:
        """A bug of our own.  The device hears nothing of it but the end of the connection."""
        _log.failure("a request could not be answered", failure)
        self.abort()

    def _acs_status(self, message: Message) -> Message:
        terminal = self._terminal
        assert isinstance(message, m.ScStatus)
        if message.max_print_width:
            terminal.print_width = message.max_print_width
        status = self._front.desk.status(terminal.account, terminal.language())
        return north.write_acs_status(status, terminal)

    async def _log_in(self, message: Message) -> bool:
        """Whether the device may speak for the account that it names; from then on it does."""
        assert isinstance(message, m.Login)
        account = None
        plain = {message.uid_algorithm, message.pwd_algorithm} == {"0"}
        if plain and message.login_user_id:
            try:
                account = await self._front.accounts.login(
                    message.login_user_id,
                    Secret(message.login_password or ""),
                    (message.location_code or "").strip(),
                    self._address or "",
                )
            except AccountsBusy:
                self._front.observer.violation("logins", self._listener.name, self._address or "")
                return False
        self._front.observer.login(self._listener.name, message.login_user_id or "", account is not None)
        if account is None:
            self._failed_logins += 1
            if self._failed_logins >= self._listener.limits.failed_logins:
                self._finishing = True
        else:
            self._failed_logins = 0
            self._speak_for(account)
        return account is not None

    def _speak_for(self, account: Account) -> None:
        front = self._front
        dialect = front.dialect_of(account)
        status = front.desk.status(account, dialect.language)
        assert status is not None
        self._terminal.log_in(account, dialect, front.clock(dialect.zone or status.zone), status.currency)
        self._session.dialect = dialect

    def _violated(self, kind: str) -> None:
        account = self._terminal.account
        terminal = account.name if account else self._address or ""
        self._front.observer.violation(kind, self._listener.name, terminal)
        self._violations += 1
        if self._violations >= PATIENCE:
            self.finish()

    # --- who may stay ---------------------------------------------------------------------------------

    def _admit(self) -> bool:
        """Learn the device's address; hang up if there are too many from there."""
        assert self.transport is not None
        address = getattr(self.transport.getPeer(), "host", "local")
        if not self._listener.admitted(address):
            self._refuse_connection("connections-per-address")
            return False
        self._address = address
        account = self._front.accounts.by_address(address)
        if account is not None:
            self._speak_for(account)
        return True

    def _refuse_connection(self, limit: str) -> None:
        self._finishing = True
        self._front.observer.violation(limit, self._listener.name, "")
        self.abort()

    def check_silence(self, login: int, idle: int) -> None:
        """Hang up if the device has not logged in since tick `login`, or has been silent since `idle`."""
        if self._finishing:
            if self._heard <= self._listener.tick - GRACE_SWEEPS and not self._session.busy:
                self.abort()  # it does not read what has to leave before its connection can be closed
            return
        if self._session.busy:
            return
        if self._terminal.account is None:
            if self._began <= login:
                self._front.observer.violation("login-time", self._listener.name, self._address or "")
                self.finish()
        elif self._heard <= idle:
            self._front.observer.violation("idle-time", self._listener.name, self._terminal.account.name)
            self.finish()

    def finish(self) -> None:
        """Close after the answer that is under way; take nothing new."""
        self._finishing = True
        if not self._session.busy:
            self._front.send_soon(self)

    def abort(self) -> None:
        """Close now."""
        if self.transport is not None:
            self.transport.abortConnection()  # type: ignore[attr-defined]

    def _pause(self) -> None:
        if not self._paused and not self._hung_up:
            self._paused = True
            self.transport.pauseProducing()  # type: ignore[union-attr]

    # --- sending --------------------------------------------------------------------------------------

    def _collect(self) -> None:
        """Have what the session wants sent leave at the end of this turn."""
        if self._session.unsent and not self._sending:
            self._sending = True
            self._front.send_soon(self)

    def send(self) -> None:
        """Send what there is to send.  Called by the front, once in a turn of the reactor."""
        self._sending = False
        data = self._session.data_to_send()
        if self._hung_up:
            return
        transport = self.transport
        assert transport is not None
        if data:
            if self._direct:
                # One system call and no detour through the transport's buffer and the poller.
                try:
                    sent = transport.socket.send(data)  # type: ignore[attr-defined]
                except OSError:
                    sent = 0  # full, or gone: the transport finds out which
                if sent == len(data):
                    data = b""
                else:
                    self._direct = False
                    transport.registerProducer(self, True)  # type: ignore[attr-defined]
                    data = data[sent:]
            if data:
                transport.write(data)
        if self._finishing and not self._session.busy:
            self._hung_up = True
            if not self._direct:
                transport.unregisterProducer()  # type: ignore[attr-defined]
            transport.loseConnection()
