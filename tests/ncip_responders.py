"""Who answers NCIP, on in-memory connections: what is asked of them is read here, and answered byte by byte."""

from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import directlyProvides

from softdock.protocols.ncip.client import Bounds, Pool
from softdock.protocols.ncip.transport.replies import HttpReplies, StreamReplies, post_head

HEAD = post_head("lib.test", "/ncip", {})


class _Wire(StringTransport):
    def __init__(self, clock):
        super().__init__()
        self._clock = clock
        self.protocol = None
        self.gone = False

    def loseConnection(self):  # noqa: N802 - Twisted calls it by this name
        self.lose()

    def abortConnection(self):  # noqa: N802 - Twisted calls it by this name
        self.lose(error.ConnectionAborted())

    def lose(self, reason=None):
        if not self.gone:
            self.gone = True
            self._clock.callLater(0, self.protocol.connectionLost, Failure(reason or error.ConnectionDone()))


class Line:
    """One connection, from the end of who answers."""

    def __init__(self, responder, factory):
        self.clock = responder.clock
        self.wire = _Wire(self.clock)
        self.protocol = self.wire.protocol = factory.buildProtocol(None)
        if responder.tls:
            directlyProvides(self.wire, ISSLTransport)
        self.protocol.makeConnection(self.wire)

    @property
    def gone(self):
        return self.wire.gone

    def hears(self):
        """What has arrived since it was asked last."""
        data = self.wire.value()
        self.wire.clear()
        return data

    def says(self, data):
        self.protocol.dataReceived(data)
        self.clock.advance(0)

    def ends(self, reason=None):
        self.wire.lose(reason)
        self.clock.advance(0)


class InMemory:
    """Who answers, and the pool of those who ask."""

    def __init__(self, replies=lambda: HttpReplies(HEAD), *, tls=False, reachable=True, **bounds):
        self.clock = Clock()
        self.tls = tls
        self.reachable = reachable
        self.lines = []
        self.calls = []
        """Calls that nobody has answered yet."""
        self.pool = Pool(self._connect, replies, Bounds(**bounds), self.clock)
        self.outcomes = []

    def asked(self, document=b"<a/>", *, timeout=5.0, changes_state=False):
        """Ask, and give what will become of it: a list that holds it once it is known."""
        found = []
        wish = self.pool.ask(document, timeout, changes_state=changes_state)
        wish.addCallbacks(found.append, lambda failure: found.append(failure.value))
        return found

    def _connect(self, factory):
        if self.reachable is None:
            self.calls.append(Deferred())
            return self.calls[-1]
        made = Deferred()
        if self.reachable:
            self.lines.append(Line(self, factory))
            made.callback(self.lines[-1].protocol)
        else:
            made.errback(Failure(error.ConnectionRefusedError()))
        return made


def on_a_stream(**how):
    return InMemory(StreamReplies, **how)


def ok(document=b"<b/>", *headers, status="200 OK", version="1.1"):
    """A response with a length."""
    lines = [
        f"HTTP/{version} {status}",
        "Content-Type: application/xml; charset=utf-8",
        f"Content-Length: {len(document)}",
        *headers,
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + document
