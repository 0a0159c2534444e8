"""The stand-in as a command, to try the benchmark where SoftDock itself is not wanted:

bench.py --quick --softdock ".venv/bin/python tests/benchmarks/stand_in_command.py"
"""

import json
import sys
from pathlib import Path

from twisted.internet import reactor
from twisted.internet.interfaces import IReactorCore, IReactorTCP
from twisted.internet.protocol import Protocol, ServerFactory
from twisted.protocols.basic import LineReceiver

from softdock.tests.benchmarks.stand_in import Library


class Device(LineReceiver):
    """One device at the stand-in."""

    delimiter = b"\r"
    library: Library

    def lineReceived(self, line: bytes) -> None:
        assert self.transport is not None
        self.transport.write(self.library.answer(line) + self.delimiter)


class Ready(Protocol):
    """Answers any HTTP request by 200: this server is ready as soon as it listens."""

    def dataReceived(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.write(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")
        self.transport.loseConnection()


def main() -> None:
    """Behave as the two commands the benchmark needs: `hash-password` and `run -c CONFIG`."""
    if sys.argv[1] == "hash-password":
        sys.stdout.write(f"hash of {len(sys.stdin.readline())} characters\n")
        return
    path = Path(sys.argv[3])
    settings = json.loads(path.read_text(encoding="utf-8"))
    (library,) = settings["libraries"].values()
    holdings = json.loads((path.parent / library["system"]["import"]).read_text(encoding="utf-8"))
    Device.library = Library(holdings)
    sip2, ops = settings["listen"]
    tcp = IReactorTCP(reactor)
    tcp.listenTCP(_port(sip2["sip2"]), _factory(Device), backlog=4096, interface="127.0.0.1")
    tcp.listenTCP(_port(ops["ops"]), _factory(Ready), interface="127.0.0.1")
    IReactorCore(reactor).run()


def _factory(protocol: type[Protocol]) -> ServerFactory:
    factory = ServerFactory()
    factory.protocol = protocol
    return factory


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])


if __name__ == "__main__":
    main()
