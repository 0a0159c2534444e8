"""The scenarios of books that are on a disk: what durability costs, and what committing together gains.

Two SoftDocks that differ in one setting only are measured in alternation: one commits up to 500 operations together, the
other each by itself.  Each has a database of its own on the same disk; PostgreSQL runs on the servers' processor too, so
that the generator has its own.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from softdock.benchmarks import postgres, traffic, wire
from softdock.benchmarks.dialogue import Dialogue, login
from softdock.benchmarks.disks import disk_of
from softdock.benchmarks.figures import Comparison, Lone, Round, Turn
from softdock.benchmarks.generator import Load
from softdock.benchmarks.processes import Server, accepts, free_port
from softdock.benchmarks.scenarios import Bench, alternate, prepare, timed
from softdock.benchmarks.traffic import Course
from softdock.benchmarks.wire import Exchange

TOGETHER, ONE_BY_ONE = 500, 1
GAIN_GOAL = 2.5
LONE_GOAL = 1.5
PIN_KEY = "a key of benchmarks, and of nothing else"
CHANGES_COURSE = 600
ITEMS_EACH = 312
LONE_PATRONS, LONE_ITEMS = 10, 1_000
COMMITS = Path(__file__).with_name("bare_commits.py")
NAMES = {"sqlite": "SQLite, synchronous=FULL", "postgresql": "PostgreSQL, fsync on"}

SLICE = 0.1
"""Seconds for which one of those that are measured is asked before the next one: what the machine does besides falls on
all alike."""

Databases = Callable[[], str]
Taken = dict[bytes, list[float]]
"""Seconds from request to answer, by the code of the request."""


@contextmanager
def databases(bench: Bench, kind: str) -> Iterator[Databases]:
    """Makes fresh databases of a kind, `sqlite` or `postgresql`, on the disk of the benchmark; gives their URLs."""
    if kind == "sqlite":
        numbers = iter(range(1_000))
        yield lambda: f"sqlite:///{bench.folder / f'{time.time_ns()}-{next(numbers)}.db'}"
        return
    processor = bench.where.servers if bench.pinned else None
    with postgres.cluster(durable=True, where=bench.folder.parent, processor=processor) as cluster:
        yield lambda: cluster.url(cluster.database())


def system(database: str, batch: int = TOGETHER) -> dict[str, Any]:
    """What the settings say of a library in a database."""
    return {"database": database, "pin_key": PIN_KEY, "batch": batch}


def changes(bench: Bench, kind: str) -> Comparison:
    """Many connections that lend and return without a pause: committed together, against each by itself."""
    connections = bench.connections
    patrons, items = connections * 31, connections * ITEMS_EACH
    shares = traffic.shares(connections, patrons, items)
    comparison = Comparison(
        f"changes-{kind}",
        f"{connections} connections, closed loop, 11:1 09:1, {NAMES[kind]}",
        "requests",
        GAIN_GOAL,
        yardstick=f"batch {ONE_BY_ONE}",
        measured=f"batch {TOGETHER}",
    )
    with ExitStack() as stack:
        fresh = stack.enter_context(databases(bench, kind))

        def side(batch: int) -> Callable[[], Round]:
            courses = [
                traffic.course(share, traffic.LENDING, CHANGES_COURSE, seed)
                for seed, share in enumerate(shares)
            ]
            server = bench.start_softdock(
                patrons, items, f"SoftDock, batch {batch}", **system(fresh(), batch)
            )
            stack.enter_context(server)
            prepare(bench, server, comparison, patrons, courses[:1])

            return asked(bench, server, comparison, courses)

        # Threads of one server, and PostgreSQL, wait for each other here: that does not mean a disturbed machine.
        alternate(bench, comparison, side(ONE_BY_ONE), side(TOGETHER), repeating=False)
    comparison.notes += disk_notes(bench)
    if kind == "postgresql":
        comparison.notes.append("CPU is SoftDock's alone, without PostgreSQL's")
    return comparison


def asked(
    bench: Bench, server: Server, comparison: Comparison, courses: Sequence[Course]
) -> Callable[[], Round]:
    """What asks a server by `courses` for the length of a round, each time on new connections."""

    def measure() -> Round:
        load = Load()
        load.connect(server.address, courses)
        load.begin()
        return timed(bench, server, load, comparison)

    return measure


def lone(bench: Bench, kind: str) -> Lone:
    """One kiosk that lends and returns in turn: how long a checkout takes, by what it cannot do without."""
    result = Lone(
        f"lone-{kind}",
        f"one kiosk, 11 and 09 in turn, {NAMES[kind]}",
        LONE_GOAL if kind == "sqlite" else None,
    )
    course = lone_course()
    with databases(bench, kind) as fresh, ExitStack() as stack:
        softdock = stack.enter_context(bench.start_softdock(LONE_PATRONS, LONE_ITEMS, **system(fresh())))
        ours = stack.enter_context(logged_in(softdock))
        lengths = {code: len(ours.ask(course.next(), wire.stamp(time.time()))) for code in (b"11", b"09")}
        echo = stack.enter_context(bench.start_bare({**lengths, b"93": 14}))
        theirs = stack.enter_context(logged_in(echo, meaning=False))
        commits = stack.enter_context(_start_commits(bench, fresh()))
        asked = stack.enter_context(Dialogue(commits.address, meaning=False))
        other = Course(course.exchanges)
        for number in range(bench.rounds):
            trips: Taken = {b"11": [], b"09": []}
            took: Taken = {b"11": [], b"09": []}
            in_a_row: list[float] = []
            for _ in range(max(1, round(bench.seconds / SLICE))):
                ask_in_turn(theirs, other, trips)
                ask_in_turn(asked, other, {b"11": [], b"09": []})
                in_a_row.append(told(asked, b"R %.2f\r" % SLICE))
                ask_in_turn(ours, course, took)
            turn = Turn(
                round_trip=median(trips[b"11"]) * 1e3,
                commit=told(asked, b"P\r") / 1e3,
                commit_in_a_row=median(in_a_row) / 1e3,
                checkout=median(took[b"11"]) * 1e3,
                checkin=median(took[b"09"]) * 1e3,
            )
            result.turns.append(turn)
            bench.say(
                f"  round {number + 1}: round trip {turn.round_trip:.3f} ms, commit {turn.commit:.3f} ms,"
                f" checkout {turn.checkout:.3f} ms, ratio {turn.ratio:.2f}"
            )
    result.notes += disk_notes(bench)
    return result


def disk_notes(bench: Bench) -> list[str]:
    """On what disk the figures were taken, and whether they mean something."""
    disk = disk_of(bench.folder)
    if disk.is_real:
        return [f"on {disk.kind}"]
    return [f"ON {disk.kind.upper()}, WHICH IS MEMORY: nothing was durable, so this tells nothing"]


def lone_course() -> Course:
    """Every item is lent and taken back, one after the other."""
    (share,) = traffic.shares(1, LONE_PATRONS, LONE_ITEMS)
    exchanges: list[Exchange] = []
    for number, item in enumerate(share.items):
        patron = share.patrons[number % LONE_PATRONS]
        exchanges += (
            wire.checkout(patron, traffic.PIN, item.id, item.title, len(exchanges)),
            wire.checkin(item.id, traffic.PLACE, len(exchanges) + 1),
        )
    return Course(exchanges)


def logged_in(server: Server, *, meaning: bool = True) -> Dialogue:
    """A connection on which a kiosk has logged in; `meaning` is as for `Dialogue`."""
    dialogue = Dialogue(server.address, meaning=meaning)
    dialogue.ask(login(9), wire.stamp(time.time()))
    return dialogue


def ask_in_turn(dialogue: Dialogue, course: Course, took: Taken) -> None:
    """Ask on one connection for a slice of time, and add the seconds from each request to its answer."""
    end = time.perf_counter() + SLICE
    while time.perf_counter() < end or course.position % 2:
        exchange = course.next()
        date = wire.stamp(time.time())
        began = time.perf_counter()
        dialogue.ask(exchange, date)
        took[exchange.request.before[:2]].append(time.perf_counter() - began)


def _start_commits(bench: Bench, database: str) -> Server:
    port = free_port()
    command = [sys.executable, "-P", str(COMMITS), str(port), database]
    return bench.started("bare commits", command, port, accepts(("127.0.0.1", port)))


def told(asked: Dialogue, line: bytes) -> float:
    """The microseconds that the bare program tells when it is asked."""
    asked.socket.sendall(line)
    return float(asked.socket.recv(64))
