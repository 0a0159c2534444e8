"""The scenarios of a system behind SoftDock: what SoftDock costs between kiosks and a system that speaks SIP2.

The yardstick is a bare relay with the same few connections to the same system.  SoftDock and the relay have the servers'
processor in turn; the system has the generator's, where it takes as much time as the generator or less: "generator %" is
both.  Answers are verified in full on either way.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from softdock.benchmarks import crowds, demo_library, traffic
from softdock.benchmarks.figures import Comparison, Round, Target, Wait, Waits
from softdock.benchmarks.generator import Load
from softdock.benchmarks.paced import Crowd
from softdock.benchmarks.processes import Server
from softdock.benchmarks.scenarios import SAMPLED_COURSES, Bench, alternate, prepare, timed
from softdock.benchmarks.traffic import Course

KIOSKS = 256
UPSTREAMS = 16
WAITING = 1_000
PATRONS_EACH = ITEMS_EACH = 8
"""Of each kiosk; few, so that the system soon has all its answers prepared."""
PATRONS = ITEMS = KIOSKS * 8
RATE = 1_000
GOAL, ADDED_GOAL = 0.33, 1.0
TOLD = " ".join(f"{kind}:{weight}" for kind, weight in traffic.LOOKUPS.items())


class Ways(NamedTuple):
    """Two ways from kiosks to one system."""

    system: Server
    relay: Server
    softdock: Server


@contextmanager
def ways(bench: Bench, upstreams: int = UPSTREAMS) -> Iterator[Ways]:
    """A system, and a bare relay and a SoftDock that both stand before it."""
    with bench.start_system() as system:
        library = demo_library.behind_sip2(system.address[1], upstreams, waiting=WAITING)
        with (
            bench.start_front({demo_library.LIBRARY: library}) as softdock,
            bench.start_relay(system, upstreams) as relay,
        ):
            yield Ways(system, relay, softdock)


def courses(seed: int = 0) -> list[Course]:
    """What the kiosks look up."""
    shares = traffic.shares(KIOSKS, PATRONS, ITEMS)
    return [
        traffic.course(share, traffic.LOOKUPS, traffic.LOOKUP_COURSE, seed + number)
        for number, share in enumerate(shares)
    ]


def relay(bench: Bench) -> Comparison:
    """Many kiosks that look up without a pause, through SoftDock and through the relay."""
    what = f"{KIOSKS} connections, closed loop, {TOLD}; {UPSTREAMS} connections to the system"
    comparison = Comparison("relay", what, "requests", GOAL, yardstick="bare relay")
    ours = courses()
    others = [Course(course.exchanges) for course in ours]
    with ways(bench) as both:
        prepare(bench, both.softdock, comparison, PATRONS, ours[:SAMPLED_COURSES])

        def through(server: Server, walked: Sequence[Course]) -> Callable[[], Round]:
            def measure() -> Round:
                load = Load()
                load.connect(server.address, walked)
                load.begin()
                return timed(bench, server, load, comparison, both.system)

            return measure

        alternate(bench, comparison, through(both.relay, others), through(both.softdock, ours))
    return comparison


def added(bench: Bench) -> Waits:
    """How much longer an answer takes through SoftDock than through the relay, where neither is busy."""
    waits = Waits("relay-added", f"{KIOSKS} connections, open loop, {RATE:,} requests/s, {TOLD}")
    ours = courses()
    others = [Course(course.exchanges) for course in ours]
    with ways(bench) as both, crowds.paced() as paced:
        prepare(bench, both.softdock, waits, PATRONS, ours[:SAMPLED_COURSES])

        def through(server: Server, walked: Sequence[Course]) -> Callable[[], Wait]:
            crowd = Crowd(KIOSKS / RATE, open_loop=True)
            paced.connect(crowd, server.address, walked)
            return lambda: crowds.watched(bench, waits, server, paced, [crowd], beside=[both.system])

        crowds.in_turn(
            bench,
            waits,
            {"bare relay": through(both.relay, others), "SoftDock": through(both.softdock, ours)},
        )
    sides = ("SoftDock", "bare relay")
    median = waits.between(*sides, lambda one, other: one.p50_ms - other.p50_ms)
    tail = waits.between(*sides, lambda one, other: one.p99_ms - other.p99_ms)
    waits.targets = [Target("added at p50, ms", median, None), Target("added at p99, ms", tail, ADDED_GOAL)]
    return waits
