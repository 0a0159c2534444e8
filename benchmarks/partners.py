"""The scenarios of NCIP: partners that ask without a pause over connections that stay.

SoftDock, whole and in one process with books in memory, checks every request and validates every answer, as always.  The
yardstick is `bare_ncip`, on twisted.web and lxml.  Both are asked the same documents.
"""

import select
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

from softdock.benchmarks import demo_library, ncip_wire, traffic
from softdock.benchmarks.dialogue import MOST, PATIENCE, WrongAnswerError, describe, open_socket
from softdock.benchmarks.figures import Comparison, Round
from softdock.benchmarks.generator import EVENTS, SAMPLES
from softdock.benchmarks.ncip_wire import Answer, Exchange
from softdock.benchmarks.processes import Server, accepts, answers_http, free_port
from softdock.benchmarks.scenarios import Bench, alternate, timed

CONNECTIONS = 32
PATRONS, ITEMS = 2_000, 20_000
LENGTH = 400
GOALS = {"ncip-lookups": 2.0, "ncip-loans": None}
FLOORS = {"ncip-lookups": 0.8, "ncip-loans": None}
BARE = Path(__file__).with_name("bare_ncip.py")


class Walk:
    """The requests of one connection, walked round and round."""

    __slots__ = ("exchanges", "position")

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self.exchanges = exchanges
        self.position = 0


class Client:
    """One connection, and how far it is."""

    __slots__ = ("exchange", "kept", "sent_at", "socket", "walk")

    def __init__(self, connection: socket.socket, walk: Walk) -> None:
        self.socket = connection
        self.walk = walk
        self.exchange = walk.exchanges[walk.position]
        self.kept = b""
        self.sent_at = 0.0

    def ask(self) -> None:
        """Send what is due."""
        self.exchange = self.walk.exchanges[self.walk.position]
        self.sent_at = time.perf_counter()
        self.socket.send(self.exchange.request)

    def heard(self) -> Answer | None:
        """What has come, once it is whole; the walk goes on behind it."""
        data = self.socket.recv(MOST)
        if not data:
            raise WrongAnswerError(self.exchange.request, self.kept, ["the connection was closed"])
        data = self.kept + data if self.kept else data
        answer = ncip_wire.whole(data)
        self.kept = data if answer is None else b""
        if answer is not None:
            self.walk.position = (self.walk.position + 1) % len(self.walk.exchanges)
        return answer


class Load:
    """A closed loop over many connections to one server; see `generator.Load`.

    Every answer is looked at in the same way; `lengths` tells that it has to be of that length and no more (the bare
    server).
    """

    def __init__(
        self, address: tuple[str, int], walks: Sequence[Walk], lengths: dict[str, set[int]] | None = None
    ) -> None:
        self._epoll = select.epoll()
        self._clients: dict[int, Client] = {}
        self._lengths = lengths
        self.wrong = 0
        self.samples: list[str] = []
        self.latencies: list[float] = []
        for walk in walks:
            connection = open_socket(address)
            connection.setblocking(False)
            client = self._clients[connection.fileno()] = Client(connection, walk)
            self._epoll.register(connection.fileno(), select.EPOLLIN)
            client.ask()

    def run(self, until: float) -> None:
        """Keep asking until a moment of `time.perf_counter`."""
        clock = time.perf_counter
        while clock() < until:
            for client in self._ready():
                answer = client.heard()
                if answer is not None:
                    self.latencies.append(clock() - client.sent_at)
                    self._check(client, answer)
                    client.ask()

    def finish(self) -> None:
        """Wait for the answers still due, and close the connections."""
        waiting = set(self._clients.values())
        while waiting:
            for client in self._ready():
                answer = client.heard()
                if answer is not None:
                    self._check(client, answer)
                    waiting.discard(client)
        for client in self._clients.values():
            client.socket.close()
        self._clients.clear()
        self._epoll.close()

    def forget(self) -> None:
        """Begin to measure: what came so far was warming up.  Wrong answers stay counted."""
        self.latencies = []

    def _ready(self) -> list[Client]:
        events = self._epoll.poll(PATIENCE, EVENTS)
        if not events:
            raise WrongAnswerError(b"", b"", [f"nothing heard for {PATIENCE} s"])
        return [self._clients[descriptor] for descriptor, _ in events]

    def _check(self, client: Client, answer: Answer) -> None:
        found = ncip_wire.faults(answer, client.exchange)
        if self._lengths is not None:
            fits = len(answer.body) in self._lengths[client.exchange.service]
            found = [] if fits else [f"{len(answer.body)} bytes"]
        if found:
            self.wrong += 1
            if len(self.samples) < SAMPLES:
                self.samples.append(describe(client.exchange.request, answer.body, found))


def closed_loop(bench: Bench, name: str) -> Comparison:
    """Many partners that ask without a pause: `ncip-lookups` or `ncip-loans`."""
    shares = traffic.shares(CONNECTIONS, PATRONS, ITEMS)
    if name == "ncip-lookups":
        each = PATRONS // CONNECTIONS
        courses = [
            ncip_wire.lookups(share, number * each, LENGTH, number) for number, share in enumerate(shares)
        ]
        services = ncip_wire.LOOKUPS
    else:
        courses = [ncip_wire.loans(share, LENGTH, number) for number, share in enumerate(shares)]
        services = ncip_wire.LOANS
    what = f"{CONNECTIONS} connections, closed loop, {' '.join(f'{each}:1' for each in services)}"
    comparison = Comparison(
        name, what, "requests", GOALS[name], yardstick="bare twisted.web", floor=FLOORS[name]
    )
    ours, others = [Walk(each) for each in courses], [Walk(each) for each in courses]
    with start_softdock(bench) as softdock:
        folder = bench.folder / name
        sampled = sample(softdock, courses[0], folder)
        comparison.lengths = {
            service: round(mean(len(answer) for answer in answers)) for service, answers in sampled.items()
        }
        with start_bare(bench, folder) as bare:
            lengths = {service: {bare_length(folder, service)} for service in services}

            def through(server: Server, walks: list[Walk], right: dict[str, set[int]] | None) -> Round:
                return timed(bench, server, Load(server.address, walks, right), comparison)

            alternate(
                bench,
                comparison,
                lambda: through(bare, others, lengths),
                lambda: through(softdock, ours, None),
            )
    return comparison


def start_softdock(bench: Bench) -> Server:
    """A SoftDock with a library in memory, where a partner may ask over HTTP."""
    return _started(bench, demo_library.in_memory(), PATRONS, ITEMS)[0]


@contextmanager
def start_fronts(
    bench: Bench, system: dict[str, Any], patrons: int, items: int
) -> Iterator[tuple[Server, Mapping[str, tuple[str, int]]]]:
    """A SoftDock before a library's `system`, and where its fronts are."""
    server, doors = _started(bench, system, patrons, items)
    with server:
        yield server, doors


def _started(
    bench: Bench, system: dict[str, Any], patrons: int, items: int
) -> tuple[Server, Mapping[str, tuple[str, int]]]:
    port, ops_port, sip2 = free_port(), free_port(), free_port()
    settings = demo_library.settings(sip2, ops_port, bench.password_hash(), {demo_library.LIBRARY: system})
    settings["listen"].append({"ncip": f"127.0.0.1:{port}"})
    settings["accounts"].append(
        {"agency": ncip_wire.AGENCY, "address": "127.0.0.1", "library": demo_library.LIBRARY}
    )
    path = demo_library.write(bench.folder, demo_library.holdings(patrons, items), settings)
    command = [*bench.softdock, "run", "-c", str(path)]
    server = bench.started("SoftDock", command, port, answers_http(ops_port, "/readyz"))
    return server, {"SIP2": ("127.0.0.1", sip2), "NCIP": ("127.0.0.1", port)}


def start_bare(bench: Bench, folder: Path) -> Server:
    """The bare server, with the answers that it is to serialise."""
    port = free_port()
    command = [sys.executable, "-P", str(BARE), str(port), str(folder)]
    return bench.started("bare twisted.web", command, port, accepts(("127.0.0.1", port)))


def sample(server: Server, course: Sequence[Exchange], folder: Path) -> dict[str, list[bytes]]:
    """Walk through `course` once; the right answers by service, of which one of middling length goes into `folder`."""
    heard: dict[str, list[bytes]] = {}
    with open_socket(server.address) as connection:
        for exchange in course:
            connection.sendall(exchange.request)
            data = b""
            while (answer := ncip_wire.whole(data)) is None:
                piece = connection.recv(MOST)
                if not piece:
                    raise WrongAnswerError(exchange.request, data, ["the connection was closed"])
                data += piece
            if found := ncip_wire.faults(answer, exchange):
                raise WrongAnswerError(exchange.request, answer.body, found)
            heard.setdefault(exchange.service, []).append(answer.body)
    folder.mkdir()
    for service, answers in heard.items():
        middling = sorted(answers, key=len)[len(answers) // 2]
        (folder / f"{service}.xml").write_bytes(middling)
    return heard


def bare_length(folder: Path, service: str) -> int:
    """The length of what the bare server answers to `service`."""
    from lxml import etree  # noqa: PLC0415 - for the yardstick alone

    tree = etree.fromstring((folder / f"{service}.xml").read_bytes())
    return len(etree.tostring(tree, encoding="utf-8", xml_declaration=True))
