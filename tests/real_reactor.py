"""The reactor, turned within the process of the tests: for what opens real sockets of this machine."""

import time

import pytest
from twisted.internet import reactor
from twisted.internet.base import DelayedCall
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionAborted
from twisted.python.failure import Failure

LONGEST = 10
"""Seconds after which a test is over that hears of nothing."""


class RealReactor:
    """The reactor of this process, which turns only as long as somebody waits for something."""

    def __init__(self):
        self.reactor = reactor
        self._ports = []
        for call in reactor.getDelayedCalls():
            call.cancel()  # of what tests have made without turning it, such as the channels of twisted.web
        self._before = self.sockets()
        """What others have left, and may have."""

    def turn_until(self, holds):
        """Turn until `holds()`."""
        until = time.monotonic() + LONGEST
        while not holds():
            assert time.monotonic() < until, "nothing came of it"
            reactor.iterate(0.01)

    def result_of(self, work):
        """What a coroutine or a Deferred comes to; raises what it raises."""
        found = []
        work = work if isinstance(work, Deferred) else Deferred.fromCoroutine(work)
        work.addBoth(found.append)
        self.turn_until(lambda: found)
        if isinstance(found[0], Failure):
            found[0].raiseException()
        return found[0]

    def listen(self, factory, tls=None):
        """The port on which `factory` is served from now on."""
        where = {"interface": "127.0.0.1"}
        port = reactor.listenSSL(0, factory, tls, **where) if tls else reactor.listenTCP(0, factory, **where)
        self._ports.append(port)
        return port.getHost().port

    def clear(self):
        """Stop serving, and see to it that nothing is left: no socket, no timer."""
        for port in self._ports:
            self.result_of(port.stopListening())
        self._ports.clear()
        try:
            self.turn_until(lambda: not self.left())
        except AssertionError:
            raise AssertionError(f"it has left {self.left()}") from None
        finally:  # so that the next test is not told of it
            for each in self.left():
                if isinstance(each, DelayedCall):
                    each.cancel()
                else:
                    each.connectionLost(Failure(ConnectionAborted()))

    def left(self):
        """The sockets and timers that were not there in the beginning."""
        return [each for each in [*self.sockets(), *reactor.getDelayedCalls()] if each not in self._before]

    def sockets(self):
        """What is open."""
        return [each for each in reactor.getReaders() if each is not getattr(reactor, "waker", None)]


@pytest.fixture(scope="session")
def _running_reactor():
    reactor.startRunning(installSignalHandlers=False)
    yield
    reactor.fireSystemEvent("shutdown")


@pytest.fixture
def real(_running_reactor):
    """A reactor for real sockets; at the end of the test nothing may be left on it."""
    turned = RealReactor()
    yield turned
    turned.clear()
