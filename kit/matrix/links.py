"""A SoftDock in front of a system, and who asks it: one step of the way, through one protocol.

Seen from the device a link is a front; seen from the next SoftDock it is a system.  That is why a chain of houses is made
of nothing but links.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from twisted.internet.interfaces import IListeningPort

from softdock.adapters.ncip.adapter import NcipAdapter
from softdock.adapters.sip2 import Sip2Adapter
from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import Secret
from softdock.circulation.partners import Claimed, Stranger
from softdock.circulation.ports import LibrarySystem
from softdock.consortium.desk import ConsortiumDesk
from softdock.consortium.directory import Directory, Library
from softdock.kit.matrix.systems import CURRENCY, LIBRARY, ZONE, context, now
from softdock.kit.matrix.watching import Watching
from softdock.mappings.positions import Table, Text
from softdock.protocols.ncip import listener as ncip
from softdock.protocols.ncip.north import Profile
from softdock.protocols.ncip.north.exchange import Exchange
from softdock.protocols.ncip.transport import Answered, Received, Transport
from softdock.protocols.sip2 import listener as sip2
from softdock.protocols.sip2.dialect import Dialect

_DEADLINE: Final = 60.0
"""Seconds; nothing fails on these ways, however slow the machine is."""

_ACCOUNT: Final = Account("matrix", LIBRARY)


class _Accounts:
    """Implements `circulation.ports.Accounts`: whoever connects is the one device."""

    async def login(self, user: str, password: Secret, location: str, address: str) -> Account | None:
        """See `Accounts`."""
        return _ACCOUNT

    def by_address(self, address: str) -> Account | None:
        """See `Accounts`."""
        return _ACCOUNT


class _Partners:
    """Implements `circulation.ports.Partners`: whoever asks is the one partner."""

    async def partner(self, claimed: Claimed) -> Account | Stranger:
        """See `Partners`."""
        return _ACCOUNT


class Link:
    """A desk in front of `system`, a listener on the loopback interface, and an adapter that asks there."""

    def __init__(self, front: "Front", system: LibrarySystem, reactor: Any) -> None:
        self.observer = Watching()
        self.desk = ConsortiumDesk(Directory(()), self.observer, reactor, now, lambda: 0.0)
        self.desk.go_by(Directory([_library(system)]))
        self._front = front
        self._reactor = reactor
        self._listener = front.listener(self.desk, self.observer, reactor)
        self._port: IListeningPort | None = None
        self.asks: LibrarySystem
        """What an operation is put to that shall go through the front."""

    async def open(self, directory: Path) -> None:
        """Listen, and connect."""
        port: IListeningPort = self._reactor.listenTCP(0, self._listener, interface="127.0.0.1")
        self._port = port
        address = f"127.0.0.1:{port.getHost().port}"  # type: ignore[attr-defined]
        self.asks = self._front.adapter(address, self._reactor, directory)
        await self.asks.open()
        await self.asks.probe()

    def forget(self) -> None:
        """Know of no hold any more what name it has been given."""
        self.desk.keep_in(None)

    async def close(self) -> None:
        """Hang up, and listen no more."""
        await self.asks.close()
        if self._port is not None and (stopped := self._port.stopListening()) is not None:
            await stopped
        await self._listener.drain(0.0)


def _library(system: LibrarySystem) -> Library:
    names = {"zh": "样本图书馆", "en": "Sample Library"}
    return Library(LIBRARY, names, system, ZONE, CURRENCY, _DEADLINE)


class Front:
    """One protocol, both ends of it."""

    def listener(self, desk: ConsortiumDesk, observer: Watching, reactor: Any) -> Any:
        """What listens."""
        raise NotImplementedError

    def adapter(self, address: str, reactor: Any, directory: Path) -> LibrarySystem:
        """What asks there."""
        raise NotImplementedError


class Sip2(Front):
    """A kiosk."""

    def listener(self, desk: ConsortiumDesk, observer: Watching, reactor: Any) -> sip2.Listener:
        """See `Front`."""
        front = sip2.Front(desk, _Accounts(), observer, lambda _, dialect: dialect, reactor, time.time)
        return sip2.Listener("sip2", front, Dialect(zone=ZONE), sip2.Limits())

    def adapter(self, address: str, reactor: Any, directory: Path) -> LibrarySystem:
        """See `Front`."""
        settings = {"address": address, "profile": "softdock", "keep_alive": "0s", "connections": 1}
        return Sip2Adapter(settings, context(reactor, directory))


class Ncip(Front):
    """A partner, over HTTP."""

    def __init__(self, version: str) -> None:
        self._version = version

    def listener(self, desk: ConsortiumDesk, observer: Watching, reactor: Any) -> ncip.Listener:
        """See `Front`."""
        exchange = Exchange(desk, _Partners(), lambda _: Profile(language="zh"))

        async def answer(received: Received) -> Answered:
            exchanged = await exchange.answer(received.document, received.charset, Claimed())
            if exchanged.fault:
                observer.faults.append(f"{exchanged.service}: {exchanged.fault}")
            return Answered(exchanged.document, handed_over=exchanged.handed_over)

        front = ncip.Front(answer, observer, reactor, time.time)
        return ncip.Listener("ncip", front, Transport.HTTP, ncip.Limits())

    def adapter(self, address: str, reactor: Any, directory: Path) -> LibrarySystem:
        """See `Front`."""
        profile = Table(((Text("like"), Text("softdock")), (Text("version"), Text(self._version))))
        settings = {"url": f"http://{address}/ncip", "profile": profile, "connections": 4}
        return NcipAdapter(settings, context(reactor, directory))


FRONTS: Final[Mapping[str, Callable[[], Front]]] = {
    "sip2": Sip2,
    "ncip2": lambda: Ncip("2.02"),
    "ncip1": lambda: Ncip("1.01"),
}
"""By name."""
