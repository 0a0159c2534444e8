"""Who is connected to a simulator."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory

MOST_CONNECTIONS = 256
"""At one time."""


class Doors(WrappingFactory[ProtocolWrapper]):
    """Knows who is connected, so that nobody is when it has closed."""

    noisy = False

    def __init__(self, inside: Any, protocol: Any = ProtocolWrapper) -> None:
        """`protocol` wraps that of the factory `inside`, for each who is connected."""
        super().__init__(inside)  # type: ignore[no-untyped-call]
        self.protocol = protocol
        self._emptied: Deferred[None] | None = None

    def buildProtocol(self, addr: IAddress | None) -> ProtocolWrapper | None:  # type: ignore[override]
        return None if len(self.protocols) >= MOST_CONNECTIONS else super().buildProtocol(addr)

    def unregisterProtocol(self, p: ProtocolWrapper) -> None:  # noqa: N802 - Twisted calls it by this name
        super().unregisterProtocol(p)  # type: ignore[no-untyped-call]
        if self._emptied is not None and not self.protocols:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    async def close(self) -> None:
        """Hang up on everybody."""
        if not self.protocols:
            return
        emptied = self._emptied = Deferred[None]()
        for protocol in list(self.protocols):
            protocol.transport.abortConnection()
        await emptied
