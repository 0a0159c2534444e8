"""A library's system on in-memory connections: what SoftDock asks of it is read here, and answered line by line."""

from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import directlyProvides

from sip2_wire import sealed
from softdock.circulation.errors import LibrarySystemError
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.client import Bounds, Manner, Pool
from softdock.protocols.sip2.client.pool import TICK
from softdock.protocols.sip2.frames import open_frame


def item(number):
    return m.ItemInformation(institution_id="LIB", item_identifier=f"B{number}")


def told_of(number):
    return f"18030001{' ' * 18}ABB{number}|AJTitle {number}|".encode()


def checkout(number=1):
    return m.Checkout(patron_identifier="R1", item_identifier=f"B{number}")


STATUS = b"98YYYYNN10000320260101    1200002.00AOLIB|BXYYYYYYYYYYYYYYYY|"


class _Wire(StringTransport):
    def __init__(self, clock):
        super().__init__()
        self._clock = clock
        self.protocol = None
        self.gone = False

    def loseConnection(self):  # noqa: N802 - Twisted calls it by this name
        self.lose()

    def abortConnection(self):  # noqa: N802 - Twisted calls it by this name
        self.lose()

    def lose(self, reason=None):
        if not self.gone:
            self.gone = True
            reason = Failure(reason or error.ConnectionDone())
            self._clock.callLater(0, self.protocol.connectionLost, reason)


class Line:
    """One connection, from the system's end."""

    def __init__(self, system, factory):
        self.wire = _Wire(system.clock)
        self.protocol = self.wire.protocol = factory.buildProtocol(None)
        self.system = system
        if system.tls:
            directlyProvides(self.wire, ISSLTransport)
        self.protocol.makeConnection(self.wire)

    @property
    def gone(self):
        return self.wire.gone

    def hears(self):
        """The requests that have arrived since it was asked last."""
        data = self.wire.value()
        self.wire.clear()
        return [each for each in data.split(b"\r") if each]

    def says(self, *lines):
        """Send each line, with the number and the checksum that belong to the request that was heard last."""
        for line in lines:
            self.protocol.dataReceived(line + b"\r")
        self.system.clock.advance(0)

    def answers(self, body):
        """Answer the one request that has arrived; gives the request."""
        (request,) = self.hears()
        self.says(answer_to(request, body))
        return request

    def breaks(self):
        self.wire.lose()
        self.system.clock.advance(0)


def answer_to(request, body):
    """`body` as the answer to the line `request`."""
    frame = open_frame(request)
    if not frame.error_detection:
        return body
    return sealed(body, frame.sequence.decode())


class Watching:
    """Implements `client.Watcher`, and keeps what it was told."""

    def __init__(self):
        self.told = []
        self.statuses = []

    def status(self, status):
        self.statuses.append(status)

    def opened(self):
        self.told.append("opened")

    def failed(self, error, beside):
        self.told.append(f"failed beside {beside}: {error}")

    def noticed(self, remark):
        self.told.append(remark.value)


class System:
    """A pool, and the system at the other end of its connections."""

    def __init__(self, *, reachable=True, manner=None, tls=False, **bounds):
        self.clock = Clock()
        self.reachable = reachable
        """None for one that lets a connection wait."""
        self.tls = tls
        self.lines = []
        """Every connection there has been."""
        self.watcher = Watching()
        self.pool = Pool(
            self._connect, manner or Manner(status=False), Bounds(**bounds), self.clock, self.watcher
        )

    def _connect(self, factory):
        if self.reachable is None:
            return Deferred()
        made = Deferred()
        if self.reachable:
            self.lines.append(Line(self, factory))
            made.callback(self.lines[-1].protocol)
        else:
            made.errback(error.ConnectionRefusedError())
        return made

    @property
    def open(self):
        return [each for each in self.lines if not each.gone]

    def ask(self, request, *, changes_state=False):
        """Ask through the pool: a list that gets the response, or the error."""
        answer = self.pool.ask(request, changes_state=changes_state)
        heard = Heard(answer)
        self.clock.advance(0)
        return heard

    def pass_seconds(self, seconds):
        for _ in range(int(seconds / TICK)):
            self.clock.advance(TICK)


class Heard(list):
    """What came of a question: empty until it is known."""

    def __init__(self, answer):
        super().__init__()
        self.asked = answer
        answer.addCallbacks(self.append, self._failed)

    def _failed(self, failure):
        assert isinstance(failure.value, LibrarySystemError), failure
        self.append(failure.value)
