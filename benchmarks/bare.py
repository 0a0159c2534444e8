"""The yardstick: a bare Twisted server that answers each line with a fixed line.

It does what no server on Twisted can do without: accept, cut lines (`LineReceiver`), write an answer.  Its answers are as
long as those of SoftDock to the same kind of request, and no more is right about them.  A speed is only ever told as a
share of this server's, measured in alternation on the same processor: absolute figures belong to a machine.

    python bare.py PORT 93=12,99=96,...        (code of the request = length of the answer, with its line end)
"""

import gc
import sys

from twisted.internet import reactor
from twisted.internet.interfaces import IReactorCore, IReactorTCP
from twisted.internet.protocol import ServerFactory
from twisted.protocols.basic import LineReceiver

BACKLOG = 4096


def fixed_lines(lengths: str) -> dict[bytes, bytes]:
    """The answers by the code of the request, from `93=12,99=96`."""
    answers = {}
    for pair in lengths.split(","):
        code, _, length = pair.partition("=")
        answers[code.encode("ascii")] = code.encode("ascii").ljust(int(length) - 1, b".") + b"\r"
    return answers


class Bare(LineReceiver):
    """Answers each line by the fixed line for its code."""

    delimiter = b"\r"
    answers: dict[bytes, bytes]

    def lineReceived(self, line: bytes) -> None:
        """Answer, and know nothing."""
        assert self.transport is not None
        self.transport.write(self.answers[line[:2]])


def main() -> None:
    """Serve until told to stop."""
    port, lengths = int(sys.argv[1]), sys.argv[2]
    Bare.answers = fixed_lines(lengths)
    factory = ServerFactory()
    factory.protocol, factory.noisy = Bare, False
    IReactorTCP(reactor).listenTCP(port, factory, backlog=BACKLOG, interface="127.0.0.1")
    gc.freeze()
    IReactorCore(reactor).run()


if __name__ == "__main__":
    main()
