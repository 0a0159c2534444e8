"""One device on a listener."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from softdock.circulation.accounts import Account
from softdock.circulation.errors import AccountsBusy
from softdock.circulation.identifiers import Secret
from softdock.circulation.journal import WordWithheld
from softdock.circulation.losses import Direction, Tally
from softdock.circulation.outcomes import Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.stepping import Result, Waiting, step
from softdock.protocols.listening import Outlet, SessionRow
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2 import north
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.listener.watching import Tap
from softdock.protocols.sip2.north import Terminal
from softdock.protocols.sip2.session import Event, Request, ServerSession, Signal

if TYPE_CHECKING:
    from softdock.protocols.sip2.listener.doors import Listener

READ_AT_ONCE = 4096
"""Bytes that are read in one go: a device has little to say, and a large buffer costs time for each message."""

READ_AHEAD = 64 * 1024
"""Bytes that a device may send ahead of its answers."""

PROMPTED_TRIES = 3
"""Logins by prompts before the connection is closed, as terminals expect it."""

PATIENCE = 20
"""Violations without a proper request between them after which a connection is closed."""

GRACE_SWEEPS = 6
"""Sweeps for which a device may take to read its last answers."""

_log = Logger()

# Bound once: Python 3.11 finds a member of an enumeration through a descriptor.
_NEED_DATA, _BUSY = Signal.NEED_DATA, Signal.BUSY


@implementer(IHalfCloseableProtocol)
class Connection(Outlet):
    """One device on a listener."""

    def __init__(self, listener: "Listener", *, behind_proxy: bool = False) -> None:
        self._listener = listener
        self._front = listener.front
        self._session = ServerSession(
            listener.dialect, listener.front.reactor.seconds, listener.limits.line_length
        )
        zone = listener.dialect.zone or UTC
        self._terminal = Terminal(listener.dialect, listener.front.clock(zone))
        self._behind_proxy = behind_proxy
        self._address: str | None = None
        self.number = 0
        """No other connection of SoftDock has it; 0 if it was turned away."""
        self._since = listener.front.now()
        self._requests = 0
        self._tap: Tap | None = None
        """Shows the wire to those who trace this device."""
        self._lost: Tally = Counter()
        """Of the account's library: what answers could not carry."""
        self._failed_logins = 0
        self._most_failed_logins = listener.limits.failed_logins
        if listener.dialect.telnet_login:
            self._most_failed_logins = min(self._most_failed_logins, PROMPTED_TRIES)
        self._violations = 0
        self._heard = self._began = listener.tick
        self._sending = False
        """It has been told to the front that there is something to send."""
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
        self.open_outlet(READ_AT_ONCE)
        if not self._listener.opened(self):
            self._refuse_connection("connections")
            return
        if not self._behind_proxy and not self._admit():
            return
        self._collect()

    def dataReceived(self, data: bytes) -> None:
        """Bytes have come from the device."""
        if self._finishing or (self._address is None and not self._admit()):
            return
        self._heard = self._listener.tick
        if self._tap is not None:
            self._tap.received(data, self._session.dialect, prompting=self._session.prompting)
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
        super().pauseProducing()
        self._pause()

    def resumeProducing(self) -> None:
        """The device has read its answers."""
        super().resumeProducing()
        self._advance()

    # --- requests and answers -------------------------------------------------------------------------

    def _advance(self) -> None:
        """Deal with everything that can be dealt with now."""
        session = self._session
        event: Event = _NEED_DATA
        while not (self.congested or self._finishing):
            event = session.next_event()
            if isinstance(event, Request):
                self._violations = 0
                self._requests += 1
                self._serve(event)
            elif isinstance(event, Signal):
                break
            else:
                self._violated(event.violation.value)
        self._collect()
        if event is _BUSY or self.congested or self._paused:
            self._regulate()
        if self._input_ended and event is _NEED_DATA:
            self._finishing = True
        if self._finishing and not session.busy and not self._hung_up:
            self._front.send_soon(self)

    def _regulate(self) -> None:
        """Read on, or wait until what is there has been dealt with."""
        if self._hung_up:
            return
        if self.congested or (self._session.busy and self._session.buffered > READ_AHEAD):
            self._pause()
        elif self._paused:
            self._paused = False
            self.transport.resumeProducing()  # type: ignore[union-attr]

    def _serve(self, request: Request) -> None:
        message, terminal = request.message, self._terminal
        kind = type(message)
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
        mark = north.fingerprint(message, request.frame, terminal) if operation.changes_state else None
        outcome = step(self._front.desk.perform(terminal.account, operation, mark))
        if isinstance(outcome, Waiting):
            self._wait(outcome, lambda outcome: self._told(message, outcome))
        else:
            self._session.answer(self._told(message, outcome))

    def _told(self, message: Message, outcome: AnyOutcome) -> Message:
        """The response to `message`, once what it cannot carry of `outcome` has been counted."""
        terminal = self._terminal
        if lost := north.lost_in(message, outcome, terminal):
            self._lost[lost] += 1
        return north.write(message, outcome, terminal)

    def _wait(self, waiting: Waiting[Result], respond: Callable[[Result], Message]) -> None:
        """Answer with what `respond` makes of the result, once it is there."""

        def answered(result: Result) -> None:
            if self._hung_up:
                return
            try:
                self._session.answer(respond(result))
                self._advance()
            except Exception as error:  # noqa: BLE001 - a bug of our own, which ends this connection and nothing else
                self._broken(error)

        waiting.finish(answered, self._broken)

    def _broken(self, error: Exception) -> None:
        """A bug of our own, or nothing may be told.  The device hears nothing but the end of the connection."""
        if isinstance(error, WordWithheld):
            _log.warn("a device hears no answer: nobody knows what the journal holds")
            self.abort()
            return
        _log.failure("a request could not be answered", Failure(error))  # type: ignore[no-untyped-call]
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
                account = await self._account_of(message, message.login_user_id)
            except AccountsBusy:
                self._front.observer.violation("logins", self._listener.name, self._address or "")
                return False
        self._front.observer.login(
            self._listener.name, message.login_user_id or "", self._address or "", account is not None
        )
        if account is None:
            self._failed_logins += 1
            if self._failed_logins >= self._most_failed_logins:
                self._finishing = True
        else:
            self._failed_logins = 0
            self._speak_for(account)
        return account is not None

    async def _account_of(self, login: m.Login, user: str) -> Account | None:
        """The account that `login` opens, by the accounts that there are when it is known."""
        password, location = Secret(login.login_password or ""), (login.location_code or "").strip()
        while True:
            accounts = self._front.accounts
            account = await accounts.login(user, password, location, self._address or "")
            if accounts is self._front.accounts:
                return account

    def _speak_for(self, account: Account) -> None:
        front = self._front
        dialect = front.dialect_of(account, self._listener.dialect)
        status = front.desk.status(account, dialect.language)
        assert status is not None
        self._lost = front.observer.losses(account.library, "sip2", Direction.ANSWER)
        self._terminal.log_in(account, dialect, front.clock(dialect.zone or status.zone), status.currency)
        self._session.dialect = dialect
        if front.traces:
            self.be_watched()

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
        if self._front.traces:
            self.be_watched()
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

    @property
    def account(self) -> Account | None:
        """For whom the device speaks, once that is known."""
        return self._terminal.account

    def row(self) -> SessionRow:
        """The device as an operator is shown it."""
        account, terminal, listener = self._terminal.account, self._terminal, self._listener
        return SessionRow(
            number=self.number,
            listener=listener.name,
            address=self._address or "",
            account=account.name if account is not None else "",
            location=terminal.location,
            profile=terminal.dialect.name,
            since=self._since,
            idle=listener.seconds_since(self._heard),
            requests=self._requests,
        )

    def be_watched(self) -> None:
        """Let the traces see the wire that concern this device, as it is known now."""
        row = self.row()
        concerned = [each for each in self._front.traces if each.concerns(row)]
        if not concerned:
            self._tap = None
            return
        if self._tap is None:
            self._tap = Tap(self.number, self._front.now, self._listener.limits.line_length)
        self._tap.traces = concerned

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
        if data:
            if self._tap is not None:
                self._tap.sent(data, self._session.dialect)
            self.write(data)
        if self._finishing and not self._session.busy:
            self._hung_up = True
            self.close_outlet()
            self.transport.loseConnection()  # type: ignore[union-attr]
