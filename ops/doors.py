"""The addresses on which SoftDock listens, from one settings to the next.

A door whose address stays keeps its socket, whatever else about it changes: no device that calls meanwhile is turned
away.  New doors are opened before anything of the new settings holds, so that an address that is taken refuses
them as a whole.
"""

from collections.abc import Callable, Container, Hashable, Sequence
from dataclasses import dataclass

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred, DeferredList, maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IAddress, IListeningPort, IProtocol, IProtocolFactory
from twisted.logger import Logger
from zope.interface import implementer

from softdock.mappings.written import HostPort

_log = Logger()


@implementer(IProtocolFactory)
@dataclass(slots=True, eq=False, kw_only=True)
class Door:
    """One listening address."""

    key: Hashable
    """Two doors with the same key are one door."""
    listen: Callable[[IProtocolFactory], IListeningPort]
    """Raises CannotListenError or OSError."""
    served_by: IProtocolFactory
    """Makes the protocol of a new connection; may be replaced at any time."""
    inside: IProtocolFactory
    """What is started and stopped with the door, without what may be wrapped around it."""
    number: int = 0
    """The TCP port that is wanted; 0 for any, or none."""
    drain: Callable[[float], "Deferred[None]"] | None = None
    """Closes all connections in order, within so many seconds; without it they may stay."""
    optional: bool = False
    """Whether SoftDock does without it if it cannot be opened."""
    port: IListeningPort | None = None

    def open(self) -> None:
        """Accept connections.  Raises CannotListenError or OSError."""
        self.port = self.listen(self)

    async def close(self) -> None:
        """Accept no more connections."""
        port, self.port = self.port, None
        if port is not None:
            await maybeDeferred(port.stopListening)

    def doStart(self) -> None:
        """Start what is inside."""
        self.inside.doStart()

    def doStop(self) -> None:
        """Stop what is inside."""
        self.inside.doStop()

    def buildProtocol(self, addr: IAddress) -> IProtocol | None:
        """A new connection, served as it is now."""
        return self.served_by.buildProtocol(addr)


class Doors:
    """All doors, in the order of the settings."""

    def __init__(self) -> None:
        self.all: list[Door] = []
        self._leaving: list[Deferred[None]] = []

    def at(self, key: Hashable) -> Door | None:
        """The door that has `key`, if there is one."""
        return next((each for each in self.all if each.key == key), None)

    @property
    def addresses(self) -> list[str]:
        """Where SoftDock listens, as `host:port`; not the admin socket."""
        hosts = [each.port.getHost() for each in self.all if each.port is not None]
        return [
            str(HostPort(each.host, each.port))
            for each in hosts
            if isinstance(each, IPv4Address | IPv6Address)
        ]

    async def open(self, wanted: Sequence[Door]) -> None:
        """Open those of `wanted` that are not there yet; `change_to` lets them take over.

        Raises CannotListenError or OSError, and leaves everything as it was.
        """
        doors = [self.at(each.key) or each for each in wanted]
        new = [each for each in doors if each.port is None]
        in_the_way = self.in_the_way_of(wanted)
        for each in in_the_way:
            await each.close()
        opened = []
        try:
            for each in new:
                _open(each)
                opened.append(each)
        except (CannotListenError, OSError):
            for each in opened:
                await each.close()
            for each in in_the_way:
                each.open()
            raise

    def in_the_way_of(self, wanted: Sequence[Door]) -> list[Door]:
        """Doors that close for others: the same port on another interface can be taken only when it is free."""
        doors = [self.at(each.key) or each for each in wanted]
        numbers = {each.number for each in doors if each.port is None and each.number}
        return [each for each in self._not_in(wanted) if _port_of(each) in numbers]

    async def release(self, keys: Container[Hashable]) -> None:
        """Close those that have these keys, until they are wanted again."""
        for each in self.all:
            if each.key in keys:
                await each.close()

    async def withdraw(self, wanted: Sequence[Door]) -> None:
        """Close those of `wanted` that were opened and shall not take over after all."""
        for each in wanted:
            if self.at(each.key) is not each:
                await each.close()

    def change_to(self, wanted: Sequence[Door], grace: float) -> None:
        """Let `wanted`, which are open, serve from now on; the others close, and drain within `grace` seconds."""
        leaving = self._not_in(wanted)
        changed = []
        for each in wanted:
            door = self.at(each.key) or each
            door.served_by = each.served_by
            changed.append(door)
        self.all = changed
        for each in leaving:
            self._leave(each, grace)

    async def drain(self, grace: float) -> None:
        """Close those with devices behind them, and wait until the last device is gone: `grace` seconds at most."""
        for each in self.all:
            if each.drain is not None:
                self._leave(each, grace)
        await DeferredList(list(self._leaving))

    async def close(self) -> None:
        """Close those that are still open."""
        for each in self.all:
            await each.close()

    def _not_in(self, wanted: Sequence[Door]) -> list[Door]:
        keys = {each.key for each in wanted}
        return [each for each in self.all if each.key not in keys]

    def _leave(self, door: Door, grace: float) -> None:
        left = Deferred.fromCoroutine(_left(door, grace))
        left.addErrback(lambda failure: _log.failure("a listener could not be closed", failure))
        self._leaving.append(left)
        left.addBoth(lambda _: self._leaving.remove(left))


def _port_of(door: Door) -> int:
    """The TCP port that `door` has, 0 if it has none."""
    port: int = getattr(door.port.getHost(), "port", 0) if door.port is not None else 0
    return port


async def _left(door: Door, grace: float) -> None:
    await door.close()
    if door.drain is not None:
        await door.drain(grace)


def _open(door: Door) -> None:
    try:
        door.open()
    except (CannotListenError, OSError) as error:
        if not door.optional:
            raise
        _log.error("SoftDock does without one of its doors: {reason}", reason=str(error))
