"""The connections to one who answers."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol as Interface

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IProtocol, IReactorTime
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from softdock.circulation.errors import AnswerLost, LibrarySystemError, SystemBusy, SystemUnavailable
from softdock.circulation.ports import ConnectionCounts
from softdock.circulation.records import record
from softdock.protocols.ncip.client.connection import Connection, Wish, said
from softdock.protocols.ncip.transport.replies import Replies, Reply

Connect = Callable[[Factory], "Deferred[IProtocol]"]
"""Makes a connection for the factory; fails with an exception whose text says why not."""


@record
class Bounds:
    """How much there may be of everything.  Times in seconds."""

    connections: int = 8
    waiting: int = 100
    """Documents that wait for a connection."""
    idle: float = 20.0
    """For which a connection is kept; shorter than responders wait, so that they are not the ones who close."""


class Watcher(Interface):
    """Is told how the connections are doing."""

    def opened(self) -> None:
        """A connection stands."""

    def failed(self, error: LibrarySystemError, beside: int) -> None:
        """A connection could not be opened `beside` so many that stand."""


class _Nobody:
    """Implements `Watcher` where nobody is interested."""

    def opened(self) -> None:
        """See `Watcher`."""

    def failed(self, error: LibrarySystemError, beside: int) -> None:
        """See `Watcher`."""


class Pool:
    """All connections to one responder.  Nothing is opened before something is asked."""

    def __init__(
        self,
        connect: Connect,
        replies: Callable[[], Replies],
        bounds: Bounds,
        clock: IReactorTime,
        watcher: Watcher | None = None,
    ) -> None:
        """`replies` gives what is spoken on a new connection."""
        self._watcher = _Nobody() if watcher is None else watcher
        self._opened_total = self._failed_total = self._lost_total = 0
        self._connect = connect
        self._replies = replies
        self._bounds = bounds
        self._clock = clock
        self._all: set[Connection] = set()
        """From their first byte to their last."""
        self._opening: set[Connection] = set()
        """Those on which TLS is being agreed upon."""
        self._idle: dict[Connection, IDelayedCall] = {}
        """Those that may be asked, and when each is closed; the one that was asked last comes next."""
        self._making: set[Deferred[IProtocol]] = set()
        self._waiting: OrderedDict[Wish, None] = OrderedDict()
        self._closed = False

    def ask(self, document: bytes, timeout: float, *, changes_state: bool) -> Wish:
        """The reply to `document` within `timeout` seconds; fails with a LibrarySystemError.

        What changes nothing is asked once more where a connection ends without a word: it had stood idle, as a rule.
        """
        wish = Wish(document, changes_state, self._given_up)
        if self._closed:
            wish.errback(SystemUnavailable("SoftDock has let go of this system"))
        elif len(self._waiting) >= self._bounds.waiting:
            wish.errback(SystemBusy(f"{len(self._waiting)} requests wait for a connection already"))
        else:
            timer = self._clock.callLater(timeout, self._given_up, wish)
            wish.addBoth(_stopping, timer)
            wish.addErrback(self._lost)
            self._send(wish)
        return wish

    def distrust(self, wish: Wish) -> None:
        """What came in answer to `wish` belongs to something else: its connection is asked no more."""
        connection = wish.connection
        if connection is not None:
            self._leave(connection)
            connection.abort(AnswerLost("an answer before this one belonged to something else"))

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
        self._fail_waiting(SystemUnavailable("SoftDock lets go of this system"))
        for making in list(self._making):
            making.cancel()
        for connection in list(self._all):
            if connection in self._idle:
                self._leave(connection)
                connection.close()
            else:
                connection.abort(AnswerLost("SoftDock lets go of this system"))

    # --- what connections tell: see `connection.Owner` --------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """It stands."""
        self._opening.discard(connection)
        self._opened_total += 1
        self._watcher.opened()
        self.freed(connection)

    def freed(self, connection: Connection) -> None:
        """It may be asked: by who waits longest, else by who comes next."""
        if self._waiting:
            wish, _ = self._waiting.popitem(last=False)
            connection.take(wish)
        elif self._bounds.idle and not self._closed:
            self._idle[connection] = self._clock.callLater(self._bounds.idle, self._grown_old, connection)
        else:
            connection.close()

    def spoiled(self, connection: Connection) -> None:
        """It is about to be gone: what was sent on it before it is would come to nothing."""
        self._leave(connection)

    def closed(self, connection: Connection, wish: Wish | None, why: LibrarySystemError) -> None:
        """It is gone, with what was under way."""
        self._all.discard(connection)
        self._leave(connection)
        if connection in self._opening:
            self._opening.discard(connection)
            self._failed(why)
        if wish is not None and not wish.called:
            if wish.changes_state or wish.tries > 1 or self._closed:
                wish.errback(AnswerLost(str(why)))
            else:
                wish.connection = None
                self._waiting[wish] = None
                self._waiting.move_to_end(wish, last=False)
        self._grow()

    # --- opening --------------------------------------------------------------------------------------

    def _send(self, wish: Wish) -> None:
        if self._idle:
            connection, timer = self._idle.popitem()
            timer.cancel()
            connection.take(wish)
        else:
            self._waiting[wish] = None
            self._grow()

    def _grow(self) -> None:
        """Open connections for those who wait, as far as the ceiling allows."""
        while len(self._waiting) > len(self._making) + len(self._opening) and not self._closed:
            if len(self._making) + len(self._all) >= self._bounds.connections:
                break
            self._make()

    def _make(self) -> None:
        making = self._connect(_OneConnection(self._connection))
        self._making.add(making)

        def made(outcome: IProtocol | Failure) -> None:
            self._making.discard(making)
            if isinstance(outcome, Failure):
                self._failed(SystemUnavailable(f"no connection: {said(outcome)}"))

        making.addBoth(made)

    def _connection(self) -> Connection:
        connection = Connection(self._replies(), self)
        self._all.add(connection)
        self._opening.add(connection)
        return connection

    def _failed(self, why: LibrarySystemError) -> None:
        """A connection could not be opened.  Those who wait hear of it once nothing else is on its way."""
        if not self._closed:
            self._failed_total += 1
            self._watcher.failed(why, len(self._all) - len(self._opening))
        if not self._all and not self._making:
            self._fail_waiting(why)

    def _lost(self, failure: Failure) -> Failure:
        if isinstance(failure.value, AnswerLost):
            self._lost_total += 1
        return failure

    def _fail_waiting(self, why: LibrarySystemError) -> None:
        while self._waiting:
            wish, _ = self._waiting.popitem(last=False)
            wish.errback(why)

    # --- time -----------------------------------------------------------------------------------------

    def _given_up(self, wish: Wish) -> None:
        """Nobody waits for it any longer."""
        if wish in self._waiting:
            del self._waiting[wish]
            if self._all and len(self._all) > len(self._opening):
                wish.errback(SystemBusy("no connection became free in time"))
            else:
                wish.errback(SystemUnavailable("no connection came about in time"))
                for making in list(self._making) if not self._waiting else ():
                    making.cancel()
        elif wish.connection is not None:
            wish.connection.give_up()
            wish.errback(AnswerLost("the answer did not come in time"))

    def _grown_old(self, connection: Connection) -> None:
        del self._idle[connection]
        connection.close()

    def _leave(self, connection: Connection) -> None:
        timer = self._idle.pop(connection, None)
        if timer is not None:
            timer.cancel()


def _stopping(outcome: Reply | Failure, timer: IDelayedCall) -> Reply | Failure:
    if timer.active():
        timer.cancel()
    return outcome


class _OneConnection(Factory):
    """Makes the one connection that is being opened."""

    noisy = False

    def __init__(self, make: Callable[[], Connection]) -> None:
        self._make = make

    def buildProtocol(self, addr: object) -> Connection:
        """See `Factory`."""
        return self._make()
