"""The yardstick of a system behind a wire: a bare Twisted program that hands each line on and each answer back.

It does what nothing on Twisted can do without that stands between kiosks and a system: accept, cut lines on either side
(`LineReceiver`), write them on the other.  It reads nothing in them.  Like SoftDock it keeps a few connections to the
system, has one request under way on each, and lets the others wait their turn.

    python bare_relay.py PORT SYSTEM_PORT CONNECTIONS
"""

import gc
import sys
from collections import deque

from twisted.internet.interfaces import IReactorCore, IReactorTCP
from twisted.internet.protocol import ClientFactory, ServerFactory
from twisted.protocols.basic import LineReceiver

BACKLOG = 4096


class Pool:
    """The connections to the system: which have nothing to do, and who waits for one."""

    def __init__(self) -> None:
        self.idle: deque[Upstream] = deque()
        self.waiting: deque[tuple[Kiosk, bytes]] = deque()

    def ask(self, kiosk: "Kiosk", line: bytes) -> None:
        """Hand a line on, at once or in its turn."""
        if self.idle:
            self.idle.popleft().ask(kiosk, line)
        else:
            self.waiting.append((kiosk, line))

    def free(self, upstream: "Upstream") -> None:
        """Give a connection that has its answer to who waits longest."""
        if self.waiting:
            upstream.ask(*self.waiting.popleft())
        else:
            self.idle.append(upstream)


class Kiosk(LineReceiver):
    """A connection from a kiosk."""

    delimiter = b"\r"
    pool: Pool

    def lineReceived(self, line: bytes) -> None:
        """Hand it on."""
        self.pool.ask(self, line)


class Upstream(LineReceiver):
    """A connection to the system, with one request under way at most."""

    delimiter = b"\r"
    pool: Pool
    asker: Kiosk

    def connectionMade(self) -> None:
        """Be of use."""
        self.pool.free(self)

    def ask(self, kiosk: Kiosk, line: bytes) -> None:
        """Hand a line on, and remember who asked."""
        assert self.transport is not None
        self.asker = kiosk
        self.transport.write(line + b"\r")

    def lineReceived(self, line: bytes) -> None:
        """Hand the answer back; to a kiosk that has gone Twisted writes nothing."""
        assert self.asker.transport is not None
        self.asker.transport.write(line + b"\r")
        self.pool.free(self)


def main() -> None:
    """Relay until told to stop."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs it

    port, system_port, connections = map(int, sys.argv[1:])
    Kiosk.pool = Upstream.pool = Pool()
    tcp = IReactorTCP(reactor)
    upstream = ClientFactory()
    upstream.protocol, upstream.noisy = Upstream, False
    for _ in range(connections):
        tcp.connectTCP("127.0.0.1", system_port, upstream)
    kiosks = ServerFactory()
    kiosks.protocol, kiosks.noisy = Kiosk, False
    tcp.listenTCP(port, kiosks, backlog=BACKLOG, interface="127.0.0.1")
    gc.freeze()
    IReactorCore(reactor).run()


if __name__ == "__main__":
    main()
