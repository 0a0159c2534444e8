"""Acts: what a device does for one reader, in one turn or several, and a generator that does them.

An act is a look at a card, or a loan and its return; behind SoftDock it may be other turns than in front of it.  The same
generator plays devices that speak SIP2, partners that speak NCIP, and whoever asks a system directly what SoftDock asked
it.  How long an act takes, from its first byte to its last, is one latency.
"""

import select
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from softdock.benchmarks import ncip_wire, wire
from softdock.benchmarks.dialogue import MOST, PATIENCE, WrongAnswerError, describe
from softdock.benchmarks.generator import EVENTS, SAMPLES


class Turn(Protocol):
    """Something that is asked, and what is known of its answer."""

    def request(self, date: wire.Stamp) -> bytes:
        """What to send."""

    def is_whole(self, data: bytes) -> bool:
        """Whether nothing of the answer is missing."""

    def faults(self, data: bytes) -> list[str]:
        """What is wrong with it, in words."""


Act = Sequence[Turn]


class Sip2Turn(NamedTuple):
    """One message of SIP2 and its answer; see `Turn`."""

    exchange: wire.Exchange

    def request(self, date: wire.Stamp) -> bytes:
        """See `Turn`."""
        return wire.render(self.exchange.request, date)

    def is_whole(self, data: bytes) -> bool:
        """See `Turn`."""
        return data.endswith(b"\r")

    def faults(self, data: bytes) -> list[str]:
        """See `Turn`."""
        right = wire.passes(data, self.exchange.answer)
        return [] if right else wire.faults(data, self.exchange.answer)


class NcipTurn(NamedTuple):
    """One document of NCIP and its answer; see `Turn`."""

    exchange: ncip_wire.Exchange

    def request(self, date: wire.Stamp) -> bytes:
        """See `Turn`."""
        return self.exchange.request

    def is_whole(self, data: bytes) -> bool:
        """See `Turn`."""
        return ncip_wire.whole(data) is not None

    def faults(self, data: bytes) -> list[str]:
        """See `Turn`."""
        answer = ncip_wire.whole(data)
        return ["cut off"] if answer is None else ncip_wire.faults(answer, self.exchange)


class Repeated(NamedTuple):
    """Calls that somebody made once, and what was answered then, but for dates; see `Turn`."""

    asked: bytes
    answers: Sequence[bytes]

    def request(self, date: wire.Stamp) -> bytes:
        """See `Turn`."""
        return self.asked

    def is_whole(self, data: bytes) -> bool:
        """See `Turn`."""
        return len(data) >= sum(map(len, self.answers))

    def faults(self, data: bytes) -> list[str]:
        """See `Turn`."""
        found, at = [], 0
        for answer in self.answers:
            told = data[at : at + len(answer)]
            at += len(answer)
            same = told == answer or (
                told[:6] == answer[:6] and answer.endswith(b"\r") and told.endswith(b"\r")
            )
            found += [] if same else [f"not {answer!r}"]
        return found if len(data) == at else [*found, f"{len(data)} bytes, not {at}"]


class Course:
    """Acts, done round and round, and how far that has come."""

    __slots__ = ("acts", "position")

    def __init__(self, acts: Sequence[Act]) -> None:
        self.acts = acts
        self.position = 0

    def next(self) -> Act:
        """The act that is due; the next call gives the one behind it."""
        act = self.acts[self.position]
        self.position = (self.position + 1) % len(self.acts)
        return act


class _Doer:
    """One connection, and what is done on it."""

    __slots__ = ("act", "begun_at", "course", "idle", "kept", "request", "socket", "turn")

    def __init__(self, connection: socket.socket, course: Course) -> None:
        self.socket = connection
        self.course = course
        self.act: Act = ()
        self.turn = 0
        self.request = self.kept = b""
        self.begun_at = 0.0
        self.idle = True

    def begin(self, date: wire.Stamp) -> None:
        self.act, self.turn, self.idle = self.course.next(), 0, False
        self.begun_at = time.perf_counter()
        self.ask(date)

    def ask(self, date: wire.Stamp) -> None:
        self.request = self.act[self.turn].request(date)
        self.socket.send(self.request)

    def hear(self) -> list[str] | None:
        """What is wrong with the answer, once it is whole."""
        data = self.socket.recv(MOST)
        if not data:
            raise WrongAnswerError(self.request, self.kept, ["the connection was closed"])
        self.kept += data
        turn = self.act[self.turn]
        return turn.faults(self.kept) if turn.is_whole(self.kept) else None


class Load:
    """A closed loop over connections that are ready to be used; see `scenarios.Loading`."""

    def __init__(self, connections: Sequence[socket.socket], courses: Sequence[Course]) -> None:
        self._epoll = select.epoll()
        self._doers: dict[int, _Doer] = {}
        self.wrong = 0
        self.samples: list[str] = []
        self.latencies: list[float] = []
        self._date, self._date_until = wire.stamp(time.time()), time.perf_counter() + 1.0
        for connection, course in zip(connections, courses, strict=True):
            connection.setblocking(False)
            self._doers[connection.fileno()] = _Doer(connection, course)
            self._epoll.register(connection.fileno(), select.EPOLLIN)

    def run(self, until: float) -> None:
        """Keep doing acts until a moment of `time.perf_counter`."""
        for doer in self._doers.values():
            if doer.idle:
                doer.begin(self._date)
        while time.perf_counter() < until:
            self._hear(beginning_anew=True)

    def once(self) -> None:
        """Do the next act on every connection."""
        for doer in self._doers.values():
            doer.begin(self._date)
        self._end()

    def finish(self) -> None:
        """Let each act that has begun come to its end, and close the connections."""
        self._end()
        self.close()

    def close(self) -> None:
        """Close the connections, whatever is under way."""
        for doer in self._doers.values():
            doer.socket.close()
        self._doers.clear()
        self._epoll.close()

    def forget(self) -> None:
        """Begin to measure: what came so far was warming up.  Wrong answers stay counted."""
        self.latencies = []

    def _end(self) -> None:
        while not all(doer.idle for doer in self._doers.values()):
            self._hear(beginning_anew=False)

    def _hear(self, *, beginning_anew: bool) -> None:
        events = self._epoll.poll(PATIENCE, EVENTS)
        if not events:
            raise WrongAnswerError(b"", b"", [f"nothing heard for {PATIENCE} s"])
        now = time.perf_counter()
        if now >= self._date_until:
            self._date, self._date_until = wire.stamp(time.time()), now + 1.0
        for descriptor, _ in events:
            doer = self._doers[descriptor]
            found = doer.hear()
            if found is None:
                continue
            if found:
                self._note_wrong(doer, found)
            doer.kept = b""
            doer.turn += 1
            if doer.turn < len(doer.act):
                doer.ask(self._date)
                continue
            self.latencies.append(time.perf_counter() - doer.begun_at)
            if beginning_anew:
                doer.begin(self._date)
            else:
                doer.idle = True

    def _note_wrong(self, doer: _Doer, found: list[str]) -> None:
        self.wrong += 1
        if len(self.samples) < SAMPLES:
            self.samples.append(describe(doer.request, doer.kept, found))
