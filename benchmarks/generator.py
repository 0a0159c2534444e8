"""The load generator: many connections in a closed loop, one thread, every answer verified.

Each connection sends its next request when it has its answer, so the server is never idle for want of requests and the
answer to every request is known.  Requests are made ahead of time and the loop does nothing it could leave: against a
server without Twisted, which does next to nothing either, it reaches half as many requests again as a bare Twisted server
can answer, so it is not the limit.  It treats every server alike: each line goes through the same checks, and only what
counts as wrong differs.
"""

import select
import socket
import time
from collections.abc import Mapping, Sequence
from typing import NoReturn

from softdock.benchmarks import wire
from softdock.benchmarks.dialogue import MOST, PATIENCE, Dialogue, WrongAnswerError, describe, login
from softdock.benchmarks.traffic import Course
from softdock.benchmarks.wire import Answer

SAMPLES = 5
EVENTS = 256


class Client:
    """One connection of the generator and how far it is."""

    __slots__ = ("answer", "begun", "course", "kept", "last", "position", "recv", "send", "sent_at", "socket")

    def __init__(self, connection: socket.socket, course: Course) -> None:
        connection.setblocking(False)
        self.socket = connection
        self.recv = connection.recv
        self.send = connection.send
        self.course = course.exchanges
        self.position = course.position
        self.begun = course
        self.answer: Answer = course.exchanges[course.position].answer
        self.last = b""
        self.kept = b""
        self.sent_at = 0.0


class Load:
    """A closed loop over many connections to one server.

    `lengths` tells how long the answers to each kind of request are if they are only to be lines of that length (the bare
    server); without it they must be right.
    """

    def __init__(self, lengths: Mapping[bytes, int] | None = None) -> None:
        self._epoll = select.epoll()
        self._clients: dict[int, Client] = {}
        self._by_meaning = lengths is None
        self._lengths = dict(lengths or {})
        self.wrong = 0
        self.samples: list[str] = []
        self.latencies: list[float] = []

    def connect(self, address: tuple[str, int], courses: Sequence[Course]) -> None:
        """Open a connection for each course and log it in."""
        date = wire.stamp(time.time())
        for course in courses:
            dialogue = Dialogue(address, meaning=self._by_meaning)
            dialogue.ask(login(course.position + 9), date)
            self.adopt(dialogue.socket, course)

    def adopt(self, connection: socket.socket, course: Course) -> None:
        """Take over a connection that is logged in."""
        client = Client(connection, course)
        self._clients[connection.fileno()] = client
        self._epoll.register(connection.fileno(), select.EPOLLIN)

    def begin(self) -> None:
        """Send the first request on each connection."""
        date = wire.stamp(time.time())
        for client in self._clients.values():
            exchange = client.course[client.position]
            client.last = wire.render(exchange.request, date)
            client.answer = exchange.answer
            client.sent_at = time.perf_counter()
            client.send(client.last)

    def run(self, until: float) -> None:
        """Keep asking until a moment of `time.perf_counter`; at least one turn."""
        poll, clients, clock = self._epoll.poll, self._clients, time.perf_counter
        passes, render, lengths = wire.passes, wire.render, self._lengths
        by_meaning, note = self._by_meaning, self.latencies.append
        date, date_until = wire.stamp(time.time()), clock() + 1.0
        while True:
            for descriptor, _ in poll(PATIENCE, EVENTS) or self._nothing_heard():
                client = clients[descriptor]
                line = self._receive(client) if client.kept else client.recv(MOST)
                now = clock()
                if line[-1:] != b"\r":
                    self._keep(client, line)
                    continue
                note(now - client.sent_at)
                right = passes(line, client.answer)
                fits = len(line) == lengths.get(client.last[:2])
                if not (right if by_meaning else fits):
                    self._note_wrong(client, line)
                course = client.course
                position = client.position + 1
                if position == len(course):
                    position = 0
                client.position = position
                request, client.answer = course[position]
                client.last = data = render(request, date)
                client.sent_at = clock()
                client.send(data)
            moment = clock()
            if moment >= until:
                return
            if moment >= date_until:
                date, date_until = wire.stamp(time.time()), moment + 1.0

    def finish(self) -> None:
        """Wait for the answers still due, remember how far each course is, close the connections."""
        self.rest()
        self.close()

    def rest(self) -> None:
        """Wait for the answers still due; from there `begin` goes on, on the same connections."""
        waiting = dict(self._clients)
        while waiting:
            for descriptor, _ in self._epoll.poll(PATIENCE, EVENTS) or self._nothing_heard():
                client = waiting[descriptor]
                line = self._receive(client)
                if line[-1:] != b"\r":
                    self._keep(client, line)
                    continue
                if self._by_meaning and not wire.passes(line, client.answer):
                    self._note_wrong(client, line)
                client.begun.position = client.position = (client.position + 1) % len(client.course)
                del waiting[descriptor]

    def close(self) -> None:
        """Close the connections, whatever is still due."""
        for client in self._clients.values():
            client.socket.close()
        self._clients.clear()
        self._epoll.close()

    def forget(self) -> None:
        """Begin to measure: what came so far was warming up.  Wrong answers stay counted."""
        self.latencies = []

    def _receive(self, client: Client) -> bytes:
        """What was kept with what has come; nothing if the connection was closed."""
        data = client.recv(MOST)
        if not data:
            return b""
        line, client.kept = client.kept + data, b""
        return line

    def _keep(self, client: Client, piece: bytes) -> None:
        """Keep the beginning of a line; its end is still to come."""
        if not piece:
            raise WrongAnswerError(client.last, client.kept, ["the connection was closed"])
        client.kept = piece

    def _note_wrong(self, client: Client, line: bytes) -> None:
        self.wrong += 1
        if len(self.samples) < SAMPLES:
            faults = wire.faults(line, client.answer) if self._by_meaning else [f"{len(line)} bytes"]
            self.samples.append(describe(client.last, line, faults))

    def _nothing_heard(self) -> NoReturn:
        client = next(iter(self._clients.values()))
        raise WrongAnswerError(client.last, client.kept, [f"nothing heard for {PATIENCE} s"])
