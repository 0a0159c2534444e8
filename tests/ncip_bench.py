"""A partner on an in-memory connection to an NCIP listener, and a middle that answers what it is told to."""

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import implementer

from softdock.protocols.ncip.listener import SWEEP, Front, Limits, Listener
from softdock.protocols.ncip.transport import Answered, Transport
from stubs import RecordingObserver

NEW_YEAR = 1767225600.0


class Middle:
    """Answers every document with itself, at once; or, with `waits`, when it is told to."""

    def __init__(self, *, waits=False, raises=None):
        self.received = []
        self.waits = waits
        self.raises = raises
        self.under_way = []
        self.finished = 0

    async def __call__(self, received):
        self.received.append(received)
        if self.waits:
            self.under_way.append(Deferred())
            await self.under_way[-1]
        if self.raises is not None:
            raise self.raises
        self.finished += 1
        return Answered(received.document)

    def goes_on(self):
        """Answer what has waited longest."""
        self.under_way.pop(0).callback(None)

    @property
    def documents(self):
        return [each.document for each in self.received]


class Bench:
    """A listener with a middle behind it."""

    def __init__(self, middle=None, *, transport=Transport.HTTP, most_waiting=1000, **limits):
        self.clock = Clock()
        self.observer = RecordingObserver()
        self.middle = middle or Middle()
        self.front = Front(
            self.middle, self.observer, self.clock, lambda: NEW_YEAR, most_waiting=most_waiting
        )
        self.listener = Listener("ncip", self.front, transport, Limits(**limits))
        self.listener.startFactory()

    def pass_seconds(self, seconds):
        for _ in range(int(seconds / SWEEP)):
            self.clock.advance(SWEEP)


class HalfClosing(StringTransport):
    """As a TCP connection: one side can be closed alone."""

    write_closed = False

    def loseWriteConnection(self):
        self.write_closed = True


@implementer(ISSLTransport)
class Encrypted(StringTransport):
    """As a connection over TLS, of a peer without a certificate."""

    def getPeerCertificate(self):
        return None


class Partner:
    """A partner on an in-memory connection."""

    def __init__(self, bench, address="10.0.0.1", *, behind_proxy=False, encrypted=False):
        self.bench = bench
        factory = bench.listener.behind_proxy() if behind_proxy else bench.listener
        self.connection = factory.buildProtocol(None)
        kind = Encrypted if encrypted else HalfClosing
        self.transport = kind(peerAddress=type("Peer", (), {"host": address})())
        self.connection.makeConnection(self.transport)

    def hears(self):
        data = self.transport.value()
        self.transport.clear()
        return data

    def says(self, data):
        self.connection.dataReceived(data)
        return self.hears()

    def says_no_more(self):
        self.connection.readConnectionLost()
        return self.hears()

    def goes(self):
        self.connection.connectionLost(Failure(ConnectionDone()))

    @property
    def hung_up(self):
        return (
            self.transport.disconnecting
            or self.transport.disconnected
            or getattr(self.transport, "write_closed", False)
        )

    @property
    def cut_off(self):
        return self.transport.disconnected
