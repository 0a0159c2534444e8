"""A device on an in-memory connection to a SIP2 listener."""

from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.listener import SWEEP, Front, Limits, Listener
from stubs import RecordingObserver, StubAccounts, StubSystem, a_desk, a_library

NEW_YEARS_MORNING = 1767225600.0
"""Midnight in London, eight in the morning in Chengdu, on the first of January 2026."""


class Bench:
    """A listener with everything behind it."""

    def __init__(
        self, *, system=None, accounts=None, dialect=None, dialects=None, library=None, others=(), **limits
    ):
        """`library` changes the one of the `system`; `others` are further libraries."""
        self.clock = Clock()
        self.observer = RecordingObserver()
        own = a_library(system or StubSystem(), **(library or {}))
        desk = a_desk(own, self.clock, self.observer, *others)
        dialects = dialects or {}
        front = Front(
            desk,
            accounts or StubAccounts(),
            self.observer,
            lambda account, default: dialects.get(account.profile, default),
            self.clock,
            lambda: NEW_YEARS_MORNING,
        )
        self.listener = Listener("sip2", front, dialect or Dialect(), Limits(**limits))
        self.listener.startFactory()

    def pass_seconds(self, seconds):
        for _ in range(int(seconds / SWEEP)):
            self.clock.advance(SWEEP)


class Device:
    """A device on an in-memory connection."""

    def __init__(self, bench, address="10.0.0.1"):
        self.clock = bench.clock
        self.connection = bench.listener.buildProtocol(None)
        self.transport = StringTransport(peerAddress=type("Peer", (), {"host": address})())
        self.connection.makeConnection(self.transport)

    def hears(self):
        """What has arrived at the device since it was asked last."""
        self.clock.advance(0)
        data = self.transport.value()
        self.transport.clear()
        return data

    def says(self, *lines):
        """Send each line with CR, and hear what comes back at once."""
        self.connection.dataReceived(b"".join(line + b"\r" for line in lines))
        return self.hears()

    @property
    def hung_up(self):
        return self.transport.disconnecting or self.transport.disconnected

    def goes(self):
        self.connection.connectionLost(Failure(ConnectionDone()))
