"""The other load generator: kiosks that pause between an answer and their next request, as people make them do.

A crowd is some connections with pauses of a mean length, drawn anew each time from an exponential distribution; several
crowds may share the generator, each with its own figures.  In an *open* crowd a pause begins when the last request was
due, not when its answer came: the rate stays what it is however slow the server, and a request that has to wait for an
answer that is late counts from the moment it was due.  What the generator itself is late for counts as nothing.

What is due soonest is waited for to the microsecond (`select` on the descriptor of `epoll`, which alone knows
milliseconds only), because rounding would bunch the requests.
"""

import heapq
import random
import select
import socket
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

from softdock.benchmarks import demo_library, wire
from softdock.benchmarks.dialogue import MOST, PATIENCE, Dialogue, WrongAnswerError, describe, login
from softdock.benchmarks.generator import EVENTS, SAMPLES
from softdock.benchmarks.traffic import Course
from softdock.benchmarks.wire import Answer

IDLE = 0.0
Passes = Callable[[bytes, Answer], bool]


def any_line(line: bytes, answer: Answer) -> bool:
    """Enough where a library cannot be served: that the right kind of message came, signed and in its turn."""
    return line[:2] == answer.code and line[-10:-5] == answer.sequence


class Crowd:
    """Kiosks of one kind: how long they pause, what is a right answer to them, and how long they waited."""

    def __init__(
        self,
        pause: float,
        *,
        open_loop: bool = False,
        passes: Passes | None = wire.passes,
        library: str = demo_library.LIBRARY,
        seed: int = 0,
    ) -> None:
        """`passes` is None where lines need only be lines (the bare server)."""
        self.pause = pause
        self.open_loop = open_loop
        self.passes = passes
        self.library = library
        self.dice = random.Random(seed)
        self.kiosks: list[Kiosk] = []
        self.latencies: list[float] = []
        self.wrong = 0
        self.samples: list[str] = []

    def note_wrong(self, request: bytes, line: bytes, answer: Answer) -> None:
        """Count a wrong answer, and keep the first of them to be told."""
        self.wrong += 1
        if len(self.samples) < SAMPLES:
            self.samples.append(describe(request, line, wire.faults(line, answer)))


class Kiosk:
    """One connection and how far it is."""

    __slots__ = ("answer", "course", "crowd", "due", "kept", "last", "sent_at", "socket", "waited_for")

    def __init__(self, connection: socket.socket, course: Course, crowd: Crowd) -> None:
        connection.setblocking(False)
        self.socket = connection
        self.course = course
        self.crowd = crowd
        self.due = 0.0
        """When its next request is due, or was."""
        self.waited_for = False
        """Whether that moment came while an answer was still awaited."""
        self.sent_at = IDLE
        self.last = self.kept = b""
        self.answer: Answer = course.exchanges[0].answer


class Paced:
    """The loop over all crowds."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._kiosks: dict[int, Kiosk] = {}
        self._due: list[tuple[float, int]] = []
        self._under_way = 0
        self._stamp, self._stamp_until = wire.stamp(time.time()), 0.0

    def connect(self, crowd: Crowd, address: tuple[str, int], courses: Sequence[Course]) -> None:
        """Open a connection for each course and log it in; nothing is asked before `begin`."""
        for number, course in enumerate(courses):
            source = f"127.0.0.{2 + number % 16}"
            dialogue = Dialogue(address, meaning=crowd.passes is not None, source=source)
            dialogue.ask(login(course.position + 9, crowd.library), wire.stamp(time.time()))
            self.adopt(crowd, dialogue.socket, course)

    def adopt(self, crowd: Crowd, connection: socket.socket, course: Course) -> None:
        """Take over a connection that is logged in."""
        kiosk = Kiosk(connection, course, crowd)
        crowd.kiosks.append(kiosk)
        self._kiosks[connection.fileno()] = kiosk
        self._epoll.register(connection.fileno(), select.EPOLLIN)

    def begin(self, *crowds: Crowd) -> None:
        """Let these crowds ask: each kiosk for the first time after a pause."""
        now = time.perf_counter()
        for crowd in crowds:
            for kiosk in crowd.kiosks:
                kiosk.due = now
                self._pause(kiosk)

    def run(self, until: float) -> None:
        """Let the crowds go on until a moment of `time.perf_counter`."""
        while (now := time.perf_counter()) < until:
            self._ask(now)
            soonest = min(until, self._due[0][0]) if self._due else until
            self._listen(max(0.0, soonest - time.perf_counter()))

    def rest(self) -> None:
        """Ask no more, and wait for the answers still due."""
        for kiosk in self._kiosks.values():
            kiosk.waited_for = False
        while self._under_way:
            if not self._listen(PATIENCE):
                self._nothing_heard()
        self._due.clear()

    def close(self) -> None:
        """Close the connections, whatever is still due."""
        for kiosk in self._kiosks.values():
            kiosk.socket.close()
        self._kiosks.clear()
        self._epoll.close()

    def _ask(self, now: float) -> None:
        """Send what is due."""
        if now >= self._stamp_until:
            self._stamp, self._stamp_until = wire.stamp(time.time()), now + 1.0
        due = self._due
        while due and due[0][0] <= now:
            kiosk = self._kiosks[heapq.heappop(due)[1]]
            if kiosk.sent_at:
                kiosk.waited_for = True
            else:
                self._send(kiosk, time.perf_counter())

    def _send(self, kiosk: Kiosk, began: float) -> None:
        """Send the next request; what is waited counts from `began`."""
        request, kiosk.answer = kiosk.course.next()
        kiosk.last = wire.render(request, self._stamp)
        kiosk.sent_at = began
        self._under_way += 1
        kiosk.socket.send(kiosk.last)
        if kiosk.crowd.open_loop:
            self._pause(kiosk)

    def _pause(self, kiosk: Kiosk) -> None:
        """Decide when the kiosk's next request is due."""
        crowd = kiosk.crowd
        kiosk.due += crowd.dice.expovariate(1 / crowd.pause)
        heapq.heappush(self._due, (kiosk.due, kiosk.socket.fileno()))

    def _listen(self, patience: float) -> bool:
        """Take in what is answered; whether anything came within `patience` seconds."""
        if not select.select([self._epoll], [], [], patience)[0]:
            return False
        for descriptor, _ in self._epoll.poll(0, EVENTS):
            kiosk = self._kiosks[descriptor]
            data = kiosk.socket.recv(MOST)
            now = time.perf_counter()
            if not data:
                raise WrongAnswerError(kiosk.last, kiosk.kept, ["the connection was closed"])
            line, kiosk.kept = kiosk.kept + data, b""
            if line[-1:] != b"\r":
                kiosk.kept = line
                continue
            self._heard(kiosk, line, now)
        return True

    def _heard(self, kiosk: Kiosk, line: bytes, now: float) -> None:
        """An answer is complete."""
        crowd = kiosk.crowd
        crowd.latencies.append(now - kiosk.sent_at)
        if crowd.passes is not None and not crowd.passes(line, kiosk.answer):
            crowd.note_wrong(kiosk.last, line, kiosk.answer)
        kiosk.sent_at = IDLE
        self._under_way -= 1
        if not crowd.open_loop:
            kiosk.due = now
            self._pause(kiosk)
        elif kiosk.waited_for:
            kiosk.waited_for = False
            self._send(kiosk, kiosk.due)

    def _nothing_heard(self) -> NoReturn:
        kiosk = next(kiosk for kiosk in self._kiosks.values() if kiosk.sent_at)
        raise WrongAnswerError(kiosk.last, kiosk.kept, [f"nothing heard for {PATIENCE} s"])
