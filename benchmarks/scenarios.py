"""The scenarios: which servers run, in what order they are measured, and what comes out.

SoftDock answers first, unmeasured: every patron is looked up once, and the lengths of its answers are taken.  The bare
server is then started with those lengths.  Both stay up through the rounds and are measured in turn, A B A B, so that
whatever the machine does besides falls on both alike; a pair of rounds in which it did too much is repeated.
"""

import gc
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any, Protocol

from softdock.benchmarks import demo_library, memory, traffic, wire
from softdock.benchmarks.churn import Churn
from softdock.benchmarks.dialogue import Dialogue, WrongAnswerError, login
from softdock.benchmarks.figures import Addition, Comparison, Memory, Pair, Round, Waits, percentile
from softdock.benchmarks.generator import Load
from softdock.benchmarks.processes import Processors, Server, accepts, answers_http, free_port
from softdock.benchmarks.traffic import Course

WARM_UP = 0.7
PATRONS, ITEMS = 2_000, 20_000
PATRONS_EACH, ITEMS_EACH = PATRONS // 64, ITEMS // 64
"""Of each connection.  Enough items for the checkouts of one round of its course."""
FEW = 100
SAMPLED_COURSES, SAMPLED_REQUESTS = 4, 150
BARE = Path(__file__).with_name("bare.py")
RELAY = Path(__file__).with_name("bare_relay.py")
SYSTEM = Path(__file__).with_name("bare_system.py")
SYSTEMS = Path(__file__).with_name("bare_systems.py")

GOALS: Mapping[str, float] = {"lookups": 0.45, "lookups-sqlite": 0.12, "mix": 0.38, "churn": 0.40}
WEIGHTS: Mapping[str, Mapping[str, int]] = {
    "lookups": traffic.LOOKUPS,
    "lookups-sqlite": traffic.LOOKUPS,
    "mix": traffic.MIX,
}
COURSE_LENGTHS: Mapping[str, int] = {
    "lookups": traffic.LOOKUP_COURSE,
    "lookups-sqlite": traffic.LOOKUP_COURSE,
    "mix": traffic.MIX_COURSE,
}

Lengths = Mapping[bytes, int]


class Loading(Protocol):
    """What asks a server for as long as it is measured; see `generator.Load`."""

    wrong: int
    samples: list[str]
    latencies: list[float]

    def run(self, until: float) -> None: ...

    def forget(self) -> None: ...

    def finish(self) -> None: ...


Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Bench:
    """How to measure: the command under test, the machine, the amount."""

    softdock: Sequence[str]
    folder: Path
    where: Processors
    rounds: int
    seconds: float
    connections: int
    churning: int
    kiosks: Sequence[int]
    say: Say
    pinned: bool = True
    kiosks_that_think: Sequence[int] = ()
    _hashes: dict[str, str] = field(default_factory=dict)

    def password_hash(self) -> str:
        """The account's password as SoftDock's settings want it; made once."""
        if not self._hashes:
            made = subprocess.run(  # noqa: S603 - the command is our own
                [*self.softdock, "hash-password"],
                input=demo_library.PASSWORD + "\n",
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            self._hashes[""] = made.stdout.strip()
        return self._hashes[""]

    def start_softdock(self, patrons: int, items: int, name: str = "SoftDock", **system: object) -> Server:
        """A SoftDock with a library of its own; `system` says where its books are kept if not in memory."""
        library = demo_library.in_memory(**system)
        return self.start_front(
            {demo_library.LIBRARY: library}, name, holdings=demo_library.holdings(patrons, items)
        )

    def start_front(
        self,
        libraries: Mapping[str, Mapping[str, Any]],
        name: str = "SoftDock",
        holdings: dict[str, Any] | None = None,
        deadline: str = "8s",
        store: str | None = None,
        program: Sequence[str] = (),
        options: Sequence[str] = (),
    ) -> Server:
        """A SoftDock in front of some libraries, ready to answer; each answer is due within `deadline`.

        It journals into the database `store`.  `program` is started instead of the command, `options` go to `run`.
        """
        port, ops_port = free_port(), free_port()
        settings = demo_library.settings(port, ops_port, self.password_hash(), libraries, deadline, store)
        path = demo_library.write(self.folder, holdings, settings)
        command = [*(program or self.softdock), "run", "-c", str(path), *options]
        return self.started(name, command, port, answers_http(ops_port, "/readyz"))

    def start_bare(self, lengths: Lengths) -> Server:
        """The bare server, with the lengths of the answers it is to give."""
        port = free_port()
        told = ",".join(f"{code.decode('ascii')}={length}" for code, length in sorted(lengths.items()))
        command = [sys.executable, "-P", str(BARE), str(port), told]
        return self.started("bare Twisted", command, port, accepts(("127.0.0.1", port)))

    def start_relay(self, system: Server, connections: int) -> Server:
        """The bare relay in front of a system, with so many connections to it."""
        port = free_port()
        command = [sys.executable, "-P", str(RELAY), str(port), str(system.address[1]), str(connections)]
        return self.started("bare relay", command, port, accepts(("127.0.0.1", port)))

    def start_system(self, *options: str) -> Server:
        """A system to stand behind the others.  It shares the generator's processor, for it is not what is measured."""
        port = free_port()
        command = [sys.executable, "-P", str(SYSTEM), str(port), *options]
        name = " ".join(("bare system", *(option.strip("-") for option in options)))
        return self.started(name, command, port, accepts(("127.0.0.1", port)), self.where.generator)

    def start_systems(self) -> Server:
        """Systems of every protocol, as with `start_system`."""
        port = free_port()
        command = [sys.executable, "-P", str(SYSTEMS), str(port)]
        return self.started("bare systems", command, port, accepts(("127.0.0.1", port)), self.where.generator)

    def started(
        self,
        name: str,
        command: list[str],
        port: int,
        ready: Callable[[], bool],
        processor: int | None = None,
    ) -> Server:
        """A server when it is ready, on the servers' processor unless another is named."""
        log = self.folder / f"{name.replace(' ', '-')}.log"
        began = time.monotonic()
        where = self.where.servers if processor is None else processor
        server = Server(name, command, port, where if self.pinned else None, log)
        try:
            server.wait_until(ready)
        except BaseException:
            server.stop()
            raise
        self.say(f"  {name} ready after {time.monotonic() - began:.1f} s")
        return server


def closed_loop(bench: Bench, name: str, **system: object) -> Comparison:
    """Many connections that ask without a pause: `lookups`, or `mix` with state changes in it.

    `system` is as with `Bench.start_softdock`.
    """
    weights = WEIGHTS[name]
    patrons = max(PATRONS, bench.connections * PATRONS_EACH)
    items = max(ITEMS, bench.connections * ITEMS_EACH)
    shares = traffic.shares(bench.connections, patrons, items)
    ours = [traffic.course(share, weights, COURSE_LENGTHS[name], seed) for seed, share in enumerate(shares)]
    others = [Course(course.exchanges) for course in ours]
    told = " ".join(f"{kind}:{weight}" for kind, weight in weights.items())
    what = f"{bench.connections} connections, closed loop, {told}"
    comparison = Comparison(name, what, "requests", GOALS[name])
    with bench.start_softdock(patrons, items) as softdock:
        lengths = prepare(bench, softdock, comparison, patrons, ours[:SAMPLED_COURSES])
        with bench.start_bare(lengths) as bare:

            def against(server: Server, courses: Sequence[Course], right: Lengths | None) -> Round:
                load = Load(right)
                load.connect(server.address, courses)
                load.begin()
                return timed(bench, server, load, comparison)

            alternate(
                bench,
                comparison,
                lambda: against(bare, others, lengths),
                lambda: against(softdock, ours, None),
            )
    return comparison


def sessions(bench: Bench) -> Comparison:
    """Connections that come, log in, look up one patron and go."""
    (share,) = traffic.shares(1, PATRONS, ITEMS)
    ours = traffic.course(share, {"63": 1}, PATRONS, 0)
    others = Course(ours.exchanges)
    what = f"connect, 93, 63, close; {bench.churning} at a time"
    comparison = Comparison("churn", what, "sessions", GOALS["churn"])
    with bench.start_softdock(PATRONS, FEW) as softdock:
        lengths = prepare(bench, softdock, comparison, PATRONS, [ours])
        with bench.start_bare(lengths) as bare:

            def against(server: Server, lookups: Course, right: Lengths | None) -> Round:
                churn = Churn(server.address, lookups, right)
                churn.begin(bench.churning)
                return timed(bench, server, churn, comparison)

            alternate(
                bench,
                comparison,
                lambda: against(bare, others, lengths),
                lambda: against(softdock, ours, None),
            )
    return comparison


def kiosks(bench: Bench) -> list[Memory]:
    """The memory of idle servers and of idle kiosks on them."""
    (share,) = traffic.shares(1, FEW, FEW)
    lookups = [wire.patron_information(patron, traffic.PIN, 1) for patron in share.patrons]
    with bench.start_softdock(FEW, FEW) as softdock:
        ours = memory.measure(softdock, lookups, bench.kiosks)
    with bench.start_bare({b"93": 14, b"63": 150}) as bare:
        theirs = memory.measure(bare, lookups, bench.kiosks, meaning=False)
    return [theirs, ours]


def prepare(
    bench: Bench, server: Server, comparison: Comparison | Waits, patrons: int, courses: Sequence[Course]
) -> Lengths:
    """Look every patron up once, then take the mean length of each kind of answer."""
    heard: dict[bytes, list[int]] = defaultdict(list)
    began = time.monotonic()
    with Dialogue(server.address) as dialogue:
        heard[b"93"].append(len(dialogue.ask(login(0), wire.stamp(time.time()))))
        for number in range(patrons):
            lookup = wire.patron_information(traffic.patron_id(number), traffic.PIN, number)
            dialogue.ask(lookup, wire.stamp(time.time()))
        bench.say(f"  first look-up of {patrons} patrons took {time.monotonic() - began:.1f} s")
        for course in courses:
            for _ in range(SAMPLED_REQUESTS):
                exchange = course.next()
                line = dialogue.ask(exchange, wire.stamp(time.time()))
                heard[exchange.request.before[:2]].append(len(line))
    lengths = {code: round(mean(seen)) for code, seen in heard.items()}
    comparison.lengths = {code.decode("ascii"): length for code, length in sorted(lengths.items())}
    return lengths


def alternate(
    bench: Bench,
    comparison: Comparison,
    yardstick: Callable[[], Round],
    measured: Callable[[], Round],
    *,
    repeating: bool = True,
) -> None:
    """Measure both in turn, and again where the machine did too much besides, if `repeating`."""
    spare = bench.rounds if repeating else 0
    while len(comparison.pairs) < bench.rounds and not comparison.wrong:
        pair = Pair(yardstick(), measured())
        if pair.disturbed and spare:
            spare -= 1
            comparison.repeated += 1
            bench.say("  repeated: the machine was busy with something else")
            continue
        comparison.pairs.append(pair)
        bench.say(
            f"  round {len(comparison.pairs)}: {comparison.yardstick} {pair.yardstick.per_second:,.0f}/s,"
            f" {comparison.measured} {pair.measured.per_second:,.0f}/s, ratio {pair.speed:.3f} (CPU {pair.cpu:.3f})"
        )


def timed(
    bench: Bench,
    server: Server,
    load: Loading,
    comparison: Comparison | Addition,
    beside: Server | None = None,
    warm_up: float = WARM_UP,
) -> Round:
    """Warm up, measure, let what is under way end; `beside` has the generator's processor too."""
    gc.collect()
    gc.disable()
    try:
        load.run(time.perf_counter() + warm_up)
        load.forget()
        before, other = server.reading(), beside.reading() if beside else {}
        generator, began = time.process_time(), time.perf_counter()
        load.run(began + bench.seconds)
        wall, generator = time.perf_counter() - began, time.process_time() - generator
        used = server.used_since(before)
        if beside:
            generator += beside.used_since(other).cpu
        latencies = sorted(load.latencies)
        load.finish()
    except OSError as error:
        raise WrongAnswerError(b"", b"", [f"connection lost: {error}"]) from error
    finally:
        gc.enable()
        comparison.wrong += load.wrong
        comparison.samples += load.samples
    done = max(1, len(latencies))
    return Round(
        per_second=done / wall,
        cpu_us=used.cpu / done * 1e6,
        p50_ms=percentile(latencies, 0.50) * 1e3,
        p99_ms=percentile(latencies, 0.99) * 1e3,
        kept_off_percent=used.kept_off / wall * 100,
        generator_percent=generator / wall * 100,
        done=done,
        wrong=load.wrong,
    )
