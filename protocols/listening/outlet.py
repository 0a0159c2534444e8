"""The way out of a connection: straight to the socket as long as that takes everything."""

from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import Protocol
from twisted.internet.tcp import Server
from zope.interface import implementer


@implementer(IPushProducer)
class Outlet(Protocol):
    """A connection that sends in one system call, without the detour through the transport's buffer and the poller.

    The transport's buffer is for those who do not read as fast as they are answered: `congested` tells, and nothing
    more should be made for them meanwhile.
    """

    congested = False
    _direct = False
    """Bytes may go straight to the socket, because none wait in the transport."""

    def open_outlet(self, read_at_once: int) -> None:
        """To be called once there is a transport, from which `read_at_once` bytes are read in one go."""
        transport = self.transport
        assert transport is not None
        self._direct = type(transport) is Server
        if self._direct:
            transport.bufferSize = read_at_once  # type: ignore[attr-defined]
        else:
            transport.registerProducer(self, True)  # type: ignore[attr-defined]
        if hasattr(transport, "setTcpNoDelay"):
            transport.setTcpNoDelay(True)

    def write(self, data: bytes) -> None:
        """Send `data`; what the socket does not take now goes as soon as it can."""
        transport = self.transport
        assert transport is not None
        if self._direct:
            try:
                sent = transport.socket.send(data)  # type: ignore[attr-defined]
            except OSError:
                sent = 0  # full, or gone: the transport finds out which
            if sent == len(data):
                return
            self._direct = False
            transport.registerProducer(self, True)  # type: ignore[attr-defined]
            data = data[sent:]
        transport.write(data)

    def close_outlet(self) -> None:
        """Nothing more will be written; to be called before the transport is told to close in order."""
        if not self._direct:
            assert self.transport is not None
            self.transport.unregisterProducer()  # type: ignore[attr-defined]

    def pauseProducing(self) -> None:
        """The peer does not read its answers."""
        self.congested = True

    def resumeProducing(self) -> None:
        """The peer has read its answers."""
        self.congested = False

    def stopProducing(self) -> None:
        """The transport is gone."""
