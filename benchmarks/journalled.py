"""The scenarios of the journal: what it costs that nothing is sent, and nothing told, before it is durable.

The library's books are in memory, so every commit is the journal's: two for each checkout or checkin, the claim and the
outcome.  (For several workers they are those of a bare system behind SoftDock.)  The yardstick is a bare server that commits once for each and holds no books, on the same disk and processor; for
what committing together gains, it is SoftDock itself, with every write committed alone.  PostgreSQL runs on the servers'
processor too, and has a database for each.
"""

import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from softdock.benchmarks import demo_library, durable, traffic
from softdock.benchmarks.dialogue import Dialogue
from softdock.benchmarks.durable import NAMES, SLICE, Taken, ask_in_turn, databases, disk_notes, logged_in
from softdock.benchmarks.figures import Comparison, Target, Wait, Waits, percentile
from softdock.benchmarks.processes import Server, accepts, free_port
from softdock.benchmarks.scenarios import Bench, alternate, prepare
from softdock.benchmarks.traffic import Course

GOAL, FLOOR = 0.33, 0.22
GAIN_GOAL = 2.5
LONE_GOAL = 2.0
PATRONS_EACH = 31
UPSTREAMS = 16
BARE = Path(__file__).with_name("bare_journal.py")
ONE_BY_ONE = (sys.executable, "-P", str(Path(__file__).with_name("one_by_one.py")))
OURS, BARES = "SoftDock", "bare journal"


def against_bare(bench: Bench, kind: str) -> Comparison:
    """Many connections that lend and return without a pause, at SoftDock and at the bare server."""
    comparison = Comparison(
        f"journal-{kind}", _what(bench, kind), "requests", GOAL, yardstick=BARES, floor=FLOOR
    )
    ours = courses(bench)
    others = [Course(course.exchanges) for course in ours]
    with ExitStack() as stack:
        fresh = stack.enter_context(databases(bench, kind))
        softdock = stack.enter_context(start(bench, fresh(), OURS))
        bare = stack.enter_context(start_bare(bench, fresh()))
        prepare(bench, softdock, comparison, len(ours) * PATRONS_EACH, ours[:1])
        alternate(
            bench,
            comparison,
            durable.asked(bench, bare, comparison, others),
            durable.asked(bench, softdock, comparison, ours),
            repeating=False,  # the threads of one server wait for each other: that is no disturbed machine
        )
    comparison.notes += _notes(bench, kind)
    return comparison


def gain(bench: Bench, kind: str) -> Comparison:
    """The same traffic at two SoftDocks: what waits is committed together, or each by itself."""
    comparison = Comparison(
        f"journal-gain-{kind}",
        _what(bench, kind),
        "requests",
        GAIN_GOAL,
        yardstick="one by one",
        measured="together",
    )
    walked = {name: courses(bench) for name in (comparison.yardstick, comparison.measured)}
    with ExitStack() as stack:
        fresh = stack.enter_context(databases(bench, kind))
        alone = stack.enter_context(start(bench, fresh(), comparison.yardstick, program=ONE_BY_ONE))
        together = stack.enter_context(start(bench, fresh(), comparison.measured))
        for server in (alone, together):
            walk = walked[server.name]
            prepare(bench, server, comparison, len(walk) * PATRONS_EACH, walk[:1])
        alternate(
            bench,
            comparison,
            durable.asked(bench, alone, comparison, walked[alone.name]),
            durable.asked(bench, together, comparison, walked[together.name]),
            repeating=False,
        )
    comparison.notes += _notes(bench, kind)
    return comparison


def workers(bench: Bench, kind: str) -> Comparison:
    """The same traffic at one process and at two that share the journal, before a system which does next to nothing.

    The servers may use both processors here, and share them with the generator and the system: what two workers gain is
    what is left of the machine, so it is only told.
    """
    names = ("1 worker", "2 workers")
    comparison = Comparison(
        f"journal-workers-{kind}", _what(bench, kind), "requests", None, yardstick=names[0], measured=names[1]
    )
    everywhere = ("taskset", "--cpu-list", f"{bench.where.servers},{bench.where.generator}", *bench.softdock)
    with ExitStack() as stack:
        fresh = stack.enter_context(databases(bench, kind))
        system = stack.enter_context(bench.start_system())
        library = demo_library.behind_sip2(system.address[1], UPSTREAMS, waiting=1_000)
        sides = []
        for count, name in enumerate(names, 1):
            server = bench.start_front(
                {demo_library.LIBRARY: library},
                name,
                store=fresh(),
                program=everywhere,
                options=("--workers", str(count)),
            )
            stack.enter_context(server)
            walk = courses(bench)
            prepare(bench, server, comparison, len(walk) * PATRONS_EACH, walk[:1])
            sides.append(durable.asked(bench, server, comparison, walk))
        alternate(bench, comparison, *sides, repeating=False)
    comparison.notes += _notes(bench, kind)
    return comparison


def lone(bench: Bench, kind: str) -> Waits:
    """One kiosk that lends and returns in turn: how long it waits, by what it waits at the bare server."""
    waits = Waits(f"journal-lone-{kind}", f"one kiosk, 11 and 09 in turn, journal in {NAMES[kind]}")
    course = durable.lone_course()
    with databases(bench, kind) as fresh, ExitStack() as stack:
        bare = stack.enter_context(start_bare(bench, fresh()))
        softdock = stack.enter_context(start(bench, fresh(), OURS, durable.LONE_PATRONS, durable.LONE_ITEMS))
        sides = [Side(server, stack.enter_context(logged_in(server)), course) for server in (bare, softdock)]
        for _ in range(bench.rounds):
            for _ in range(max(1, round(bench.seconds / SLICE))):
                for side in sides:
                    side.ask()
            for side in sides:
                wait = side.wait()
                waits.rounds.setdefault(side.server.name, []).append(wait)
                bench.say(f"  {side.server.name}: p50 {wait.p50_ms:.3f} ms, p99 {wait.p99_ms:.3f} ms")
    p50 = waits.between(OURS, BARES, lambda one, other: one.p50_ms / other.p50_ms)
    waits.targets = [Target("p50 by that of the bare journal", p50, LONE_GOAL)]
    waits.notes += _notes(bench, kind)
    return waits


class Side:
    """A server that a lone kiosk asks for a slice of time after the other, and what it has come to in this round."""

    def __init__(self, server: Server, dialogue: Dialogue, course: Course) -> None:
        self.server = server
        self._dialogue = dialogue
        self._course = Course(course.exchanges)
        self._forget()

    def ask(self) -> None:
        """Ask for one slice of time."""
        before, generator, began = self.server.reading(), time.process_time(), time.perf_counter()
        ask_in_turn(self._dialogue, self._course, self._took)
        self._seconds += time.perf_counter() - began
        self._generator += time.process_time() - generator
        used = self.server.used_since(before)
        self._cpu += used.cpu
        self._kept_off += used.kept_off

    def wait(self) -> Wait:
        """What all slices of this round have come to; the next one begins."""
        took = sorted(self._took[b"11"] + self._took[b"09"])
        result = Wait(
            per_second=len(took) / self._seconds,
            p50_ms=percentile(took, 0.50) * 1e3,
            p99_ms=percentile(took, 0.99) * 1e3,
            cpu_percent=self._cpu / self._seconds * 100,
            kept_off_percent=self._kept_off / self._seconds * 100,
            generator_percent=self._generator / self._seconds * 100,
            done=len(took),
            wrong=0,
        )
        self._forget()
        return result

    def _forget(self) -> None:
        self._took: Taken = {b"11": [], b"09": []}
        self._seconds = self._generator = self._cpu = self._kept_off = 0.0


def courses(bench: Bench) -> list[Course]:
    """What the kiosks lend and return: each its own items, to its own patrons."""
    connections = bench.connections
    shares = traffic.shares(connections, connections * PATRONS_EACH, connections * durable.ITEMS_EACH)
    return [
        traffic.course(share, traffic.LENDING, durable.CHANGES_COURSE, seed)
        for seed, share in enumerate(shares)
    ]


def start(
    bench: Bench,
    store: str,
    name: str,
    patrons: int | None = None,
    items: int | None = None,
    program: Sequence[str] = (),
) -> Server:
    """A SoftDock that keeps its journal in a database, and the books of its library in memory."""
    holdings = demo_library.holdings(
        patrons or bench.connections * PATRONS_EACH, items or bench.connections * durable.ITEMS_EACH
    )
    library = {demo_library.LIBRARY: demo_library.in_memory()}
    return bench.start_front(library, name, holdings, store=store, program=program)


def start_bare(bench: Bench, database: str) -> Server:
    """The bare server with a journal in a database."""
    port = free_port()
    command = [sys.executable, "-P", str(BARE), str(port), database]
    return bench.started(BARES, command, port, accepts(("127.0.0.1", port)))


def _what(bench: Bench, kind: str) -> str:
    return f"{bench.connections} connections, closed loop, 11:1 09:1, journal in {NAMES[kind]}"


def _notes(bench: Bench, kind: str) -> list[str]:
    notes = disk_notes(bench)
    if kind == "postgresql":
        notes.append("CPU is the servers' alone, without PostgreSQL's")
    return notes
