"""One connection at a time, one question at a time: to prepare a server, to take measure of its answers, to fill it.

Used wherever nothing is timed.  A wrong answer here ends the run at once, with the request and what was wrong.
"""

import socket
from typing import Self

from softdock.benchmarks import demo_library, wire
from softdock.benchmarks.wire import Exchange

PATIENCE = 20.0
MOST = 1 << 16
IP_BIND_ADDRESS_NO_PORT = 24


class WrongAnswerError(Exception):
    """A server gave a wrong answer, or none."""

    def __init__(self, request: bytes, answer: bytes, faults: list[str]) -> None:
        super().__init__(describe(request, answer, faults))


def describe(request: bytes, answer: bytes, faults: list[str]) -> str:
    """Tell a wrong answer in three lines."""
    return f"asked    {request!r}\nanswered {answer!r}\nwrong    {'; '.join(faults)}"


def login(sequence: int, library: str = demo_library.LIBRARY) -> Exchange:
    """The login of every connection of the benchmark, as a kiosk of a library."""
    user, password = demo_library.user(library).encode("ascii"), demo_library.PASSWORD.encode("ascii")
    return wire.login(user, password, demo_library.LOCATION.encode("ascii"), sequence)


def open_socket(address: tuple[str, int], source: str = "") -> socket.socket:
    """Connect; from a given address of this machine if one connection after the other needs more ports."""
    connection = socket.socket()
    connection.settimeout(PATIENCE)
    try:
        if source:
            connection.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            connection.bind((source, 0))
        connection.connect(address)
    except OSError as error:
        connection.close()
        raise WrongAnswerError(b"", b"", [f"no connection: {error}"]) from error
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class Dialogue:
    """One connection to a server; `meaning` says whether its answers are to be right or only lines."""

    def __init__(self, address: tuple[str, int], *, meaning: bool = True, source: str = "") -> None:
        self.socket = open_socket(address, source)
        self._meaning = meaning
        self._asked: tuple[bytes, Exchange] | None = None

    def __enter__(self) -> Self:
        """Use the connection for the length of a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it behind the block."""
        self.socket.close()

    def send(self, exchange: Exchange, date: wire.Stamp) -> None:
        """Ask, and leave the answer for later."""
        request = wire.render(exchange.request, date)
        self._asked = (request, exchange)
        try:
            self.socket.sendall(request)
        except OSError as error:
            raise WrongAnswerError(request, b"", [f"cannot be asked: {error}"]) from error

    def receive(self) -> bytes:
        """The answer to what was sent; a wrong one raises."""
        assert self._asked is not None
        request, exchange = self._asked
        line = b""
        while not line.endswith(b"\r"):
            try:
                data = self.socket.recv(MOST)
            except OSError as error:
                raise WrongAnswerError(request, line, [f"no answer: {error}"]) from error
            if not data:
                raise WrongAnswerError(request, line, ["the connection was closed"])
            line += data
        if self._meaning and not wire.passes(line, exchange.answer):
            raise WrongAnswerError(request, line, wire.faults(line, exchange.answer))
        return line

    def ask(self, exchange: Exchange, date: wire.Stamp) -> bytes:
        """Ask and wait for the answer."""
        self.send(exchange, date)
        return self.receive()
