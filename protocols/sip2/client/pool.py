"""The connections to one system."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol as Interface

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IProtocol, IReactorTime
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from softdock.circulation.errors import AnswerLost, LibrarySystemError, SystemBusy, SystemUnavailable
from softdock.circulation.ports import ConnectionCounts
from softdock.protocols.sip2.client.connection import Connection, LoginRefused, Wish, said
from softdock.protocols.sip2.client.manner import Bounds, Login, Manner
from softdock.protocols.sip2.client_session import Remark
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.messages import AcsStatus

TICK = 0.25
"""Seconds between two looks at who is late.  One timer for all connections: none is armed for each request."""

LOGIN_PAUSE = 10.0
"""Seconds for which nobody tries to log in after the system has refused it: tries may lock the account."""

GROWTH_PAUSE = 10.0
"""Seconds for which those connections have to do that there are, after the system has refused one more."""

STATUS_AGE = 30.0
"""Seconds for which a connection that is opened need not ask for the status again."""

Connect = Callable[[Factory], "Deferred[IProtocol]"]
"""Makes a connection for the factory; fails with an exception whose text says why not."""


class Watcher(Interface):
    """Is told how the system is doing."""

    def status(self, status: AcsStatus) -> None:
        """The system has told how it stands, and what it can do."""

    def opened(self) -> None:
        """A connection was opened and logged in."""

    def failed(self, error: LibrarySystemError, beside: int) -> None:
        """A connection could not be opened or logged in `beside` so many that stand."""

    def noticed(self, remark: Remark) -> None:
        """The system has done something strange, which was dealt with."""


class Pool:
    """All connections to one system.  Nothing is opened before something is asked."""

    def __init__(
        self, connect: Connect, manner: Manner, bounds: Bounds, clock: IReactorTime, watcher: Watcher
    ) -> None:
        self._connect = connect
        self._manner = manner
        self._bounds = bounds
        self._clock = clock
        self._seconds = clock.seconds
        self._watcher = watcher
        self._all: set[Connection] = set()
        """From their first byte to their last."""
        self._opening: set[Connection] = set()
        """Those that are not logged in yet."""
        self._idle: list[Connection] = []
        """Those that may be asked; the one that was asked last comes next, so that the others grow old."""
        self._making: set[Deferred[IProtocol]] = set()
        self._waiting: OrderedDict[Wish, None] = OrderedDict()
        self._tick: IDelayedCall | None = None
        self._not_before = 0.0
        self._let_in = manner.login is Login.NONE
        """Whether the last login was accepted: until one is, no two are tried at the same time."""
        self._no_more_before = 0.0
        self._status_due = 0.0
        self._closed = False
        self._opened_total = self._failed_total = self._lost_total = 0

    def ask(self, request: Message, *, changes_state: bool) -> Wish:
        """The system's response to `request`; fails with a LibrarySystemError.

        Whoever cancels it hears at once what has become of it: SystemBusy if it was not sent, or SystemUnavailable if
        there is no connection on which it could have been; else AnswerLost.
        """
        wish = Wish(request, changes_state, self._given_up)
        if self._idle:
            self._idle.pop().take(wish)
        elif self._closed:
            wish.errback(SystemUnavailable("SoftDock has let go of this system"))
        elif len(self._waiting) >= self._bounds.waiting:
            wish.errback(SystemBusy(f"{len(self._waiting)} requests wait for a connection already"))
        else:
            self._waiting[wish] = None
            self._grow()
        return wish

    def distrust(self, wish: Wish) -> None:
        """What came in answer to `wish` belonged to something else: whatever comes next on its connection may, too."""
        if wish.connection is not None:
            self.spoilt(wish.connection)
            wish.connection.abort(AnswerLost("an answer before this one belonged to something else"))

    @property
    def counts(self) -> ConnectionCounts:
        """How the connections stand."""
        return ConnectionCounts(
            ceiling=self._bounds.connections,
            open=len(self._all),
            busy=len(self._all) - len(self._idle),
            waiting=len(self._waiting),
            opened_total=self._opened_total,
            failed_total=self._failed_total,
            lost_total=self._lost_total,
        )

    def close(self) -> None:
        """Close all connections; what is under way comes to nothing."""
        self._closed = True
        gone = SystemUnavailable("SoftDock lets go of this system")
        self._fail_waiting(gone)
        for making in list(self._making):
            making.cancel()
        for connection in list(self._all):
            connection.abort(AnswerLost(str(gone)))

    # --- what connections tell: see `connection.Owner` --------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """It is logged in."""
        self._opening.discard(connection)
        self._opened_total += 1
        self._let_in = True
        self._watcher.opened()
        self.freed(connection)
        self._grow()

    def freed(self, connection: Connection) -> None:
        """It may be asked: by who waits longest, else by who comes next."""
        if self._waiting:
            wish, _ = self._waiting.popitem(last=False)
            connection.take(wish)
        elif self._bounds.idle:
            self._idle.append(connection)
        else:
            connection.close()

    def spoilt(self, connection: Connection) -> None:
        """It must not be asked any more, from this very moment; its end is told in a later turn of the reactor."""
        if connection in self._idle:
            self._idle.remove(connection)

    def closed(self, connection: Connection, wish: Wish | None, why: LibrarySystemError) -> None:
        """It is gone, with what was under way."""
        self._all.discard(connection)
        self.spoilt(connection)
        if wish is not None:
            self._broken_off(wish, why)
        if connection in self._opening:
            self._opening.discard(connection)
            self._failed(why)
        else:
            self._grow()

    def lost(self, connection: Connection) -> None:
        """An answer will never be heard."""
        self._lost_total += 1

    def wants_status(self) -> bool:
        """Once in a while: where many connections are opened at one time, the first of them asks for all."""
        now = self._seconds()
        if now < self._status_due:
            return False
        self._status_due = now + STATUS_AGE
        return True

    def status(self, status: AcsStatus) -> None:
        """The system has told how it stands."""
        self._watcher.status(status)

    def noticed(self, remark: Remark) -> None:
        """Something strange was dealt with."""
        self._watcher.noticed(remark)

    @property
    def _standing(self) -> int:
        """Connections that are logged in."""
        return len(self._all) - len(self._opening)

    # --- opening --------------------------------------------------------------------------------------

    def _grow(self) -> None:
        """Open connections for those who wait, as far as the ceiling allows."""
        coming = len(self._making) + len(self._opening)
        while self._waiting and not self._closed:
            room = self._bounds.connections - len(self._making) - len(self._all)
            if room <= 0 or coming >= (len(self._waiting) if self._let_in else 1):
                break
            if self._standing and self._seconds() < self._no_more_before:
                break
            if (pause := self._not_before - self._seconds()) > 0:
                if not self._all:
                    self._fail_waiting(
                        LoginRefused(f"the login was refused; the next try is in {pause:.0f} s")
                    )
                break
            coming += 1
            self._make()
        self._keep_ticking()

    def _make(self) -> None:
        making = self._connect(_OneConnection(self._connection))
        self._making.add(making)

        def made(outcome: IProtocol | Failure) -> None:
            self._making.discard(making)
            if isinstance(outcome, Failure) and not self._closed:
                self._failed(SystemUnavailable(f"no connection: {said(outcome)}"))

        making.addBoth(made)

    def _connection(self) -> Connection:
        connection = Connection(self._manner, self, self._seconds)
        self._all.add(connection)
        self._opening.add(connection)
        return connection

    def _failed(self, error: LibrarySystemError) -> None:
        """A connection could not be opened.  Those who wait hear of it once nothing else is on its way."""
        self._failed_total += 1
        self._status_due = 0.0
        if isinstance(error, LoginRefused):
            self._not_before = self._seconds() + LOGIN_PAUSE
            self._let_in = False
        if standing := self._standing:
            self._no_more_before = self._seconds() + GROWTH_PAUSE
        self._watcher.failed(error, standing)
        if not self._all and not self._making:
            self._fail_waiting(error)

    def _fail_waiting(self, error: LibrarySystemError) -> None:
        while self._waiting:
            wish, _ = self._waiting.popitem(last=False)
            wish.errback(error)

    # --- requests that come to nothing ----------------------------------------------------------------

    def _broken_off(self, wish: Wish, why: LibrarySystemError) -> None:
        """The connection went away with `wish` under way."""
        if wish.called:
            return
        if not (wish.changes_state or wish.own or self._closed) and wish.tries == 1:
            # The system had closed a connection that stood idle, as a rule.  A question may be asked again.
            wish.connection = None
            self._waiting[wish] = None
            self._waiting.move_to_end(wish, last=False)
            return
        if not wish.own:
            self._lost_total += 1
        wish.errback(AnswerLost(str(why)))

    def _given_up(self, wish: Wish) -> None:
        """Whoever asked waits no longer."""
        if wish in self._waiting:
            del self._waiting[wish]
            if self._standing:
                wish.errback(SystemBusy("no connection became free in time"))
            else:
                wish.errback(SystemUnavailable("no connection came about in time"))
        elif wish.connection is not None:
            wish.errback(AnswerLost("the answer did not come in time"))
            wish.connection.give_up(wish)

    # --- time -----------------------------------------------------------------------------------------

    def _keep_ticking(self) -> None:
        if self._tick is None and (self._all or self._making):
            self._tick = self._clock.callLater(TICK, self._look)

    def _look(self) -> None:
        """See who is late, and who has been idle for too long."""
        self._tick = None
        now = self._seconds()
        for connection in list(self._all):
            if connection.awaited:
                connection.check(now)
        bounds = self._bounds
        for connection in list(self._idle):
            if now - connection.idle_since >= bounds.idle:
                self._idle.remove(connection)
                connection.close()
            elif connection.check_silence(now, bounds.keep_alive):
                self._idle.remove(connection)
        self._keep_ticking()


class _OneConnection(Factory):
    """Makes the one connection that is being opened."""

    noisy = False

    def __init__(self, make: Callable[[], Connection]) -> None:
        self._make = make

    def buildProtocol(self, addr: object) -> Connection:
        """See `Factory`."""
        return self._make()
