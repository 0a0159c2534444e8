"""The scenarios of systems that are slow, or dead: that a system's slowness stays its own.

*slow-system*: a system that takes a second for every answer, however many it gives at a time.  With as many connections
to it as there are kiosks nobody should wait for anybody: the wait of many is the wait of few.  The connections are opened
by a rush of all kiosks beforehand, whose first requests wait for that as well: they are told apart.

*beside-dead*: kiosks of a library whose system is well, while kiosks of another library ask a system that accepts
connections and never answers, and are refused when the deadline has passed.  What the first wait is compared with what
they wait beside a neighbour who is well, and alone.
"""

from contextlib import ExitStack
from functools import partial

from softdock.benchmarks import crowds, demo_library, traffic, wire
from softdock.benchmarks.figures import Target, Wait, Waits
from softdock.benchmarks.paced import Crowd, any_line
from softdock.benchmarks.scenarios import Bench
from softdock.benchmarks.traffic import Course

DELAY = 1.0
SLOW_KIOSKS = (16, 64, 256)
LIMIT = 256
SLOW_PAUSE = 1.0
SLOW_GOAL = 1.05
AT_ONCE = 0.001
RUSH = 4 * DELAY
"""Seconds: a login, a status and a request, each of which takes the delay, and a little more."""
ASKED = {"63": 1, "17": 1}
"""Only what the system itself must answer."""

KIOSKS = 200
PAUSE = 0.4
UPSTREAMS = 16
DEADLINE = "2s"
BESIDE_GOAL = 1.25
NEIGHBOUR, DEAD = "NEIGHBOUR", "DEAD"


def courses(kiosks: int) -> list[Course]:
    """What so many kiosks look up."""
    shares = traffic.shares(kiosks, kiosks * 8, kiosks * 8)
    return [traffic.course(share, ASKED, 50, seed) for seed, share in enumerate(shares)]


def slow_system(bench: Bench) -> Waits:
    """Few and many kiosks at a system that takes a second."""
    what = (
        f"a system that takes {DELAY:g} s, {LIMIT} connections to it, pauses of {SLOW_PAUSE:g} s, 63:1 17:1"
    )
    waits = Waits("slow-system", what)
    names = [f"{kiosks} kiosks" for kiosks in SLOW_KIOSKS]
    with ExitStack() as stack:
        system = stack.enter_context(bench.start_system("--delay", str(DELAY)))
        library = demo_library.behind_sip2(system.address[1], LIMIT, waiting=2 * LIMIT)
        softdock = stack.enter_context(bench.start_front({demo_library.LIBRARY: library}))
        paced = stack.enter_context(crowds.paced())
        settings = {}
        rush = Crowd(AT_ONCE)
        paced.connect(rush, softdock.address, courses(LIMIT))
        first = crowds.watched(bench, waits, softdock, paced, [rush], seconds=RUSH, warm_up=0.0)
        waits.notes.append(
            f"{LIMIT} kiosks at once, before there is any connection: p50 {first.p50_ms:,.0f} ms, p99 {first.p99_ms:,.0f} ms"
        )
        for seed, (name, kiosks) in enumerate(zip(names, SLOW_KIOSKS, strict=True)):
            crowd = Crowd(SLOW_PAUSE, seed=seed)
            paced.connect(crowd, softdock.address, courses(kiosks))
            settings[name] = partial(
                crowds.watched,
                bench,
                waits,
                softdock,
                paced,
                [crowd],
                beside=[system],
                seconds=2 * bench.seconds,
                warm_up=2 * DELAY,
            )
        crowds.in_turn(bench, waits, settings)
    few, many = names[0], names[-1]
    waits.targets.append(
        Target(f"p99 of {few} by the system's own time", waits.of(few, _by_delay), SLOW_GOAL)
    )
    for name in names[1:]:
        goal = SLOW_GOAL if name == many else None
        waits.targets.append(Target(f"p99 of {name} by {few}", waits.between(name, few, _by_tail), goal))
    return waits


def beside_dead(bench: Bench) -> Waits:
    """Kiosks of one library, while another library's system is dead."""
    what = f"{KIOSKS} kiosks of each library, pauses of {PAUSE:g} s, 63:1 17:1, {UPSTREAMS} connections to each system"
    waits = Waits("beside-dead", what)
    with ExitStack() as stack:
        systems = {
            demo_library.LIBRARY: stack.enter_context(bench.start_system()),
            NEIGHBOUR: stack.enter_context(bench.start_system("--delay", "0")),
            DEAD: stack.enter_context(bench.start_system("--silent")),
        }
        softdock = stack.enter_context(
            bench.start_front(
                {
                    library: demo_library.behind_sip2(system.address[1], UPSTREAMS)
                    for library, system in systems.items()
                },
                deadline=DEADLINE,
            )
        )
        paced = stack.enter_context(crowds.paced())
        asking = {}
        for library in systems:
            crowd = Crowd(PAUSE, passes=any_line if library == DEAD else wire.passes, library=library)
            paced.connect(crowd, softdock.address, courses(KIOSKS))
            asking[library] = crowd
        own = asking[demo_library.LIBRARY]
        beside = [*systems.values()]

        def with_others(*others: str) -> partial[Wait]:
            crowd = [own, *(asking[other] for other in others)]
            return partial(crowds.watched, bench, waits, softdock, paced, crowd, beside=beside)

        alone, well, dead = "alone", "beside one that is well", "beside a dead one"
        crowds.in_turn(
            bench,
            waits,
            {alone: with_others(), well: with_others(NEIGHBOUR), dead: with_others(DEAD)},
        )
    waits.targets = [
        Target("p50 beside a dead one by alone", waits.between(dead, alone, _by_median), None),
        Target("p99 beside a dead one by alone", waits.between(dead, alone, _by_tail), BESIDE_GOAL),
        Target("p99 beside a dead one by one that is well", waits.between(dead, well, _by_tail), None),
    ]
    return waits


def _by_delay(one: Wait) -> float:
    return one.p99_ms / DELAY / 1e3


def _by_median(one: Wait, other: Wait) -> float:
    return one.p50_ms / other.p50_ms


def _by_tail(one: Wait, other: Wait) -> float:
    return one.p99_ms / other.p99_ms
