"""The scenarios of thousands of kiosks that pause as people do: what one waits, what they cost, what each holds in memory.

*kiosks*: at SoftDock's own library, in memory; the yardstick is the bare server.  *kiosks-relay*: at a system behind
SoftDock; the yardstick is the bare relay.  The kiosks connect and log in for each round, before it is timed.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import count as numbers
from itertools import islice

from softdock.benchmarks import behind, crowds, traffic, wire
from softdock.benchmarks.figures import Target, Wait, Waits
from softdock.benchmarks.paced import Crowd, Passes
from softdock.benchmarks.processes import Server
from softdock.benchmarks.scenarios import ITEMS, PATRONS, SAMPLED_COURSES, Bench, prepare
from softdock.benchmarks.traffic import Course

THINK = 10.0
OURS = "SoftDock"
TAIL_GOAL, CPU_GOAL = 4.0, 10.0
ROUNDS_OF = 200
"""So many different courses are walked; several kiosks walk the same, each begins somewhere else."""


def courses() -> list[Course]:
    """What kiosks look up."""
    shares = traffic.shares(ROUNDS_OF, PATRONS, ITEMS)
    return [traffic.course(share, traffic.LOOKUPS, 55, seed) for seed, share in enumerate(shares)]


def kiosks(bench: Bench) -> Waits:
    """Thousands of kiosks at SoftDock's own library."""
    waits = Waits("kiosks", f"think time {THINK:g} s, {behind.TOLD}, books in memory")
    with ExitStack() as stack:
        softdock = stack.enter_context(bench.start_softdock(PATRONS, ITEMS))
        lengths = prepare(bench, softdock, waits, PATRONS, courses()[:SAMPLED_COURSES])
        bare = stack.enter_context(bench.start_bare(lengths))
        _measure(bench, waits, {"bare": bare, OURS: softdock}, None, None)
    return waits


def kiosks_behind(bench: Bench) -> Waits:
    """Thousands of kiosks at a system behind SoftDock."""
    what = f"think time {THINK:g} s, {behind.TOLD}, {behind.UPSTREAMS} connections to the system"
    waits = Waits("kiosks-relay", what)
    with behind.ways(bench) as both:
        prepare(bench, both.softdock, waits, 100, courses()[:SAMPLED_COURSES])
        _measure(bench, waits, {"bare relay": both.relay, OURS: both.softdock}, wire.passes, both.system)
    return waits


def _measure(
    bench: Bench, waits: Waits, servers: Mapping[str, Server], passes: Passes | None, system: Server | None
) -> None:
    """Measure the yardstick, the first of `servers`, and SoftDock in turn; few kiosks first."""
    walked = courses()
    empty = {name: server.resident() for name, server in servers.items()}
    held = dict.fromkeys(servers, 0)

    def crowded(name: str, count: int) -> Wait:
        server = servers[name]
        crowd = Crowd(THINK, passes=wire.passes if name == OURS else passes)
        with crowds.paced() as paced:
            paced.connect(crowd, server.address, list(islice(begun(walked), count)))
            wait = crowds.watched(bench, waits, server, paced, [crowd], beside=[system] if system else [])
            held[name] = server.resident()
        return wait

    for count in bench.kiosks_that_think:
        crowds.in_turn(
            bench, waits, {f"{name}, {count:,}": partial(crowded, name, count) for name in servers}
        )
        if waits.wrong:
            break
        each = ", ".join(f"{name} {(held[name] - empty[name]) / count:,.0f}" for name in servers)
        waits.notes.append(f"bytes of memory per kiosk, {count:,}: {each}")
        ours, is_goal = f"{OURS}, {count:,}", count == min(bench.kiosks_that_think)
        waits.targets += [
            Target(f"p99 at {count:,}, ms", waits.of(ours, _tail), TAIL_GOAL if is_goal else None),
            Target(f"CPU at {count:,}, %", waits.of(ours, _cpu), CPU_GOAL if is_goal else None),
        ]


def begun(walked: Sequence[Course]) -> Iterator[Course]:
    """Courses without an end: each of `walked` from its first request, then each from its second, and so on."""
    for begin in numbers():
        for course in walked:
            another = Course(course.exchanges)
            another.position = begin % len(course.exchanges)
            yield another


def _tail(one: Wait) -> float:
    return one.p99_ms


def _cpu(one: Wait) -> float:
    return one.cpu_percent
