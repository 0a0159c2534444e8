"""Sessions that come and go: connect, log in, look up one patron, close; some dozens of them at a time.

PC booking and e-resource gateways do this for every look-up, and all kiosks do it at once after a restart.  The client
closes; it comes from several loopback addresses, so that ports in TIME-WAIT never run out.
"""

import contextlib
import select
import socket
import time
from collections.abc import Mapping

from softdock.benchmarks import wire
from softdock.benchmarks.dialogue import (
    IP_BIND_ADDRESS_NO_PORT,
    MOST,
    PATIENCE,
    WrongAnswerError,
    describe,
    login,
)
from softdock.benchmarks.generator import EVENTS, SAMPLES
from softdock.benchmarks.traffic import Course
from softdock.benchmarks.wire import Exchange

SOURCES = tuple(f"127.0.0.{number}" for number in range(2, 18))


class Visit:
    """One session under way."""

    __slots__ = ("began", "exchange", "greeted", "kept", "sent", "socket")

    def __init__(self, connection: socket.socket, began: float, first: Exchange) -> None:
        self.socket = connection
        self.began = began
        self.exchange = first
        self.sent = b""
        self.greeted = False
        self.kept = b""


class Churn:
    """Sessions against one server, a fixed number at a time; `lengths` as with the closed loop."""

    def __init__(
        self, address: tuple[str, int], lookups: Course, lengths: Mapping[bytes, int] | None = None
    ) -> None:
        self._address = address
        self._lookups = lookups
        self._lengths = dict(lengths or {})
        self._by_meaning = lengths is None
        self._epoll = select.epoll()
        self._visits: dict[int, Visit] = {}
        self._login = login(0)
        self._login_bytes = wire.render(self._login.request, wire.stamp(time.time()))
        self._begun = 0
        self.wrong = 0
        self.samples: list[str] = []
        self.latencies: list[float] = []

    def begin(self, at_a_time: int) -> None:
        """Open the first sessions."""
        for _ in range(at_a_time):
            self._open()

    def run(self, until: float, *, renew: bool = True) -> None:
        """Keep sessions coming until a moment of `time.perf_counter`."""
        visits = self._visits
        date, date_until = wire.stamp(time.time()), time.perf_counter() + 1.0
        while visits:
            ready = self._epoll.poll(PATIENCE, EVENTS)
            if not ready:
                raise WrongAnswerError(b"", b"", [f"nothing heard for {PATIENCE} s"])
            for descriptor, _ in ready:
                visit = visits[descriptor]
                if not visit.sent:
                    self._greet(visit)
                elif self._hear(visit, date):
                    del visits[descriptor]
                    visit.socket.close()
                    if renew:
                        self._open()
            moment = time.perf_counter()
            if moment >= until:
                return
            if moment >= date_until:
                date, date_until = wire.stamp(time.time()), moment + 1.0

    def finish(self) -> None:
        """Let the sessions under way end."""
        self.run(float("inf"), renew=False)
        self._epoll.close()

    def forget(self) -> None:
        """Begin to measure: what came so far was warming up.  Wrong answers stay counted."""
        self.latencies = []

    def _open(self) -> None:
        began = time.perf_counter()
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        connection.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        connection.bind((SOURCES[self._begun % len(SOURCES)], 0))
        self._begun += 1
        connection.connect_ex(self._address)
        visit = Visit(connection, began, self._login)
        self._visits[connection.fileno()] = visit
        with contextlib.suppress(BlockingIOError):
            # On loopback the connection stands when `connect` returns: no need to wait to be told so.
            connection.send(self._login_bytes)
            visit.sent = self._login_bytes
        events = select.EPOLLIN if visit.sent else select.EPOLLOUT
        self._epoll.register(connection.fileno(), events)

    def _greet(self, visit: Visit) -> None:
        try:
            visit.socket.send(self._login_bytes)
        except OSError as error:
            raise WrongAnswerError(self._login_bytes, b"", [f"no connection: {error}"]) from error
        visit.sent = self._login_bytes
        self._epoll.modify(visit.socket.fileno(), select.EPOLLIN)

    def _hear(self, visit: Visit, date: wire.Stamp) -> bool:
        """Take in an answer; true when the session is over."""
        try:
            data = visit.socket.recv(MOST)
        except OSError as error:
            raise WrongAnswerError(visit.sent, visit.kept, [f"no answer: {error}"]) from error
        if not data:
            raise WrongAnswerError(visit.sent, visit.kept, ["the connection was closed"])
        line = visit.kept + data
        if line[-1:] != b"\r":
            visit.kept = line
            return False
        right = wire.passes(line, visit.exchange.answer)
        fits = len(line) == self._lengths.get(visit.sent[:2])
        if not (right if self._by_meaning else fits):
            self._note_wrong(visit, line)
        if visit.greeted:
            self.latencies.append(time.perf_counter() - visit.began)
            return True
        visit.greeted, visit.kept = True, b""
        visit.exchange = self._lookups.next()
        visit.sent = wire.render(visit.exchange.request, date)
        visit.socket.send(visit.sent)
        return False

    def _note_wrong(self, visit: Visit, line: bytes) -> None:
        self.wrong += 1
        if len(self.samples) < SAMPLES:
            faults = wire.faults(line, visit.exchange.answer) if self._by_meaning else [f"{len(line)} bytes"]
            self.samples.append(describe(visit.sent, line, faults))
