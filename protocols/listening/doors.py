"""Listening addresses: who is on them, how many may be, and how they are closed."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IProtocolNegotiationFactory, IReactorTime
from twisted.internet.protocol import Factory
from twisted.internet.protocol import Protocol as Connection
from twisted.internet.task import LoopingCall
from zope.interface import implementer

from softdock.circulation.ports import Observer

SWEEP = 5.0
"""Seconds between two looks at who has been silent for too long."""


class Kept(Protocol):
    """A connection, as its listener knows it."""

    number: int
    """No other connection of SoftDock has it; 0 if it was turned away."""

    def finish(self) -> None:
        """Close after the answer that is under way; take nothing new."""

    def abort(self) -> None:
        """Close now."""


class Room(Protocol):
    """How many connections a listener bears."""

    @property
    def connections(self) -> int:
        """At the same time."""

    @property
    def per_address(self) -> int:
        """At the same time, from one address."""


KeptT = TypeVar("KeptT", bound=Kept)
RoomT = TypeVar("RoomT", bound=Room)
ListenerT = TypeVar("ListenerT", bound="Listener[Any, Any]")


class Front(Generic[ListenerT]):
    """What all listeners of a process for one protocol share."""

    def __init__(
        self,
        observer: Observer,
        reactor: IReactorTime,
        now: Callable[[], float],
        numbers: Iterator[int] | None = None,
    ) -> None:
        """`now` gives seconds since the epoch.

        Connections are counted from 1, unless there are other `numbers` for them.
        """
        self.observer = observer
        self.reactor = reactor
        self.now = now
        self.listeners: list[ListenerT] = []
        """Those that are open, and those that are closed but have somebody on them."""
        self.left: Callable[[], object] = lambda: None
        """Called whenever somebody is gone; does nothing, unless somebody wants to know."""
        self.numbers = count(1) if numbers is None else numbers
        """Those that connections will have."""

    def __len__(self) -> int:
        """How many are connected."""
        return sum(map(len, self.listeners))


@implementer(IProtocolNegotiationFactory)
class Listener(Factory, Generic[KeptT, RoomT]):
    """One listening address and the connections on it."""

    noisy = False

    def __init__(self, name: str, front: Front[Any], limits: RoomT) -> None:
        self.name = name
        self.limits = limits
        self.tick = 0
        """Sweeps so far: the clock by which silence is measured."""
        self.draining = False
        self.connections: set[KeptT] = set()
        self.front = front
        self._by_address: Counter[str] = Counter()
        self._sweeper = LoopingCall(self._sweep)
        self._sweeper.clock = front.reactor
        self._emptied: Deferred[None] | None = None

    def connection(self, *, behind_proxy: bool) -> Connection:
        """A new connection; `behind_proxy`, whoever it is from is not known yet."""
        raise NotImplementedError

    def sweep(self) -> None:
        """Look who has been silent for too long."""
        raise NotImplementedError

    def acceptableProtocols(self) -> list[bytes]:
        """What can be agreed on with a peer that offers a choice of protocols within TLS (RFC 7301).

        OpenSSL refuses a peer whose offers are all unknown; HTTP clients always make some.
        """
        return []

    def buildProtocol(self, addr: IAddress | None) -> Connection:
        """A new connection."""
        return self.connection(behind_proxy=False)

    def behind_proxy(self) -> Factory:
        """The same listener for those whose own addresses come with their first bytes."""
        return _BehindProxy(self)

    def startFactory(self) -> None:
        """Begin to watch the connections."""
        if self not in self.front.listeners:
            self.front.listeners.append(self)
        if not self._sweeper.running:
            self._sweeper.start(SWEEP, now=False)

    def seconds_since(self, tick: int) -> float:
        """How long ago `tick` was."""
        return (self.tick - tick) * SWEEP

    def __len__(self) -> int:
        """How many are connected."""
        return len(self.connections)

    # --- what connections report ----------------------------------------------------------------------

    def opened(self, connection: KeptT) -> bool:
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

    def closed(self, connection: KeptT, address: str | None) -> None:
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

    def _abort(self) -> None:
        for connection in list(self.connections):
            connection.abort()

    def _sweep(self) -> None:
        self.tick += 1
        self.sweep()


@implementer(IProtocolNegotiationFactory)
class _BehindProxy(Factory):
    """A listener's other door; the listener itself is started and stopped by its own."""

    noisy = False

    def __init__(self, listener: Listener[Any, Any]) -> None:
        self._listener = listener

    def acceptableProtocols(self) -> list[bytes]:
        """See the listener."""
        return self._listener.acceptableProtocols()

    def buildProtocol(self, addr: IAddress | None) -> Connection:
        """A new connection, whose address is not known yet."""
        return self._listener.connection(behind_proxy=True)
