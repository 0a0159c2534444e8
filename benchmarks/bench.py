"""`make bench`: how fast is SoftDock, as a share of what the bare machine can do?

Within this process: `micro` (one request after the other, no socket) and `reading` (replies of systems by compiled maps,
against their bare parsers).

In memory: `lookups` and `mix` (many connections that ask without a pause), `churn` (sessions that come and go), and `memory`
(idle kiosks).  SoftDock, whole and in one process, is measured in alternation with a bare Twisted server that answers every
line by a fixed line of equal length; both on one processor, the load generator on another.

On a disk: `lookups-sqlite`, as above; `changes-sqlite` and `changes-postgresql` (many connections that lend and return),
where SoftDock is measured against itself with each operation committed alone; and `lone-sqlite` and `lone-postgresql`, one
kiosk's checkout against a round trip to the bare server and a commit by a bare program.

With a journal on a disk and books in memory, `journal-` and `journal-lone-` against a bare server that answers what it has
committed, of many connections and of one kiosk; `journal-gain-` against SoftDock with each write committed alone; each
of them with `sqlite` and with `postgresql`.  `journal-workers-` sets two workers against one.

Behind SoftDock, a system that speaks SIP2: `relay` (many connections that ask without a pause) and `relay-added` (what a
lone answer takes longer), against a bare relay; `slow-system` and `beside-dead`, where what few kiosks wait is compared
with what many wait, and with a neighbour whose system is dead.  And kiosks that pause, in their thousands: `kiosks` in
memory, `kiosks-relay` with a system behind.

From partners: `ncip-lookups` and `ncip-loans` (connections that stay, and ask NCIP over HTTP without a pause), against a
bare twisted.web resource that parses with lxml and serialises an answer of the same size.

Behind each adapter, the same bare process in its protocol: `adapters`, what SoftDock adds to the time that a library's
system takes by itself, for each adapter and each front.

Every answer of SoftDock is verified.

Exit codes: 0 all answers right, whether or not the goals were reached; 1 a wrong answer; 2 wrong usage; 3 it could not be
run.
"""

import argparse
import dataclasses
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from softdock.benchmarks import (
    added,
    behind,
    disks,
    durable,
    journalled,
    micro,
    partners,
    processes,
    reading,
    report,
    scenarios,
    slow,
    thousands,
)
from softdock.benchmarks.dialogue import WrongAnswerError
from softdock.benchmarks.figures import Addition, Comparison, Results, Waits
from softdock.benchmarks.postgres import NoPostgresError
from softdock.benchmarks.processes import NotStartedError
from softdock.benchmarks.scenarios import Bench

IN_MEMORY = ("micro", "reading", "lookups", "mix", "churn", "memory")
ON_DISK = ("lookups-sqlite", "changes-sqlite", "changes-postgresql", "lone-sqlite", "lone-postgresql")
DATABASES = ("sqlite", "postgresql")
JOURNALLED: Mapping[str, Callable[[Bench, str], Comparison]] = {
    "journal": journalled.against_bare,
    "journal-gain": journalled.gain,
    "journal-workers": journalled.workers,
}
JOURNAL = tuple(f"{name}-{kind}" for name in (*JOURNALLED, "journal-lone") for kind in DATABASES)
BEHIND = ("relay", "relay-added", "slow-system", "beside-dead")
THOUSANDS = ("kiosks", "kiosks-relay")
PARTNERS = ("ncip-lookups", "ncip-loans")
ADAPTERS = ("adapters",)
SCENARIOS = IN_MEMORY + ON_DISK + JOURNAL + BEHIND + THOUSANDS + PARTNERS + ADAPTERS
WAITS: Mapping[str, Callable[[Bench], Waits]] = {
    "relay-added": behind.added,
    "slow-system": slow.slow_system,
    "beside-dead": slow.beside_dead,
    "journal-lone-sqlite": partial(journalled.lone, kind="sqlite"),
    "journal-lone-postgresql": partial(journalled.lone, kind="postgresql"),
    "kiosks": thousands.kiosks,
    "kiosks-relay": thousands.kiosks_behind,
}


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for; give the exit code."""
    options = _options(arguments)
    softdock = options.softdock.split() or [str(Path(sys.executable).with_name("softdock"))]
    where = processes.processors()
    if where.shared:
        print("note: one processor only, so servers and generator share it; the ratios mean less")
    processes.settle_generator(where)
    results = Results()
    place = options.folder or disks.real_folder()
    with tempfile.TemporaryDirectory(prefix="softdock-bench-", dir=place) as folder:
        bench = Bench(
            softdock=softdock,
            folder=Path(folder),
            where=where,
            rounds=1 if options.quick else options.rounds,
            seconds=1.0 if options.quick else options.seconds,
            connections=options.connections,
            churning=32,
            kiosks=(100, 1_000) if options.quick else (1_000, 10_000),
            kiosks_that_think=(500, 1_000) if options.quick else (5_000, 10_000),
            say=lambda text: print(text, flush=True),
        )
        try:
            for name in options.only:
                bench.say(f"{name} ...")
                _run(bench, name, results)
        except (NotStartedError, OSError, subprocess.CalledProcessError) as error:
            print(error, file=sys.stderr)
            return 3
    print()
    print(report.table(results))
    if options.json:
        Path(options.json).write_text(json.dumps(dataclasses.asdict(results), indent=2), encoding="utf-8")
    return 1 if results.wrong else 0


def _run(bench: Bench, name: str, results: Results) -> None:
    try:
        if name == "micro":
            results.micro = micro.measure(bench.folder)
            return
        if name == "reading":
            results.readings = reading.measure()
            return
        if name == "memory":
            results.memory = scenarios.kiosks(bench)
            return
        if name in ADAPTERS:
            for addition in added.additions(bench):
                results.additions.append(addition)
                _note_wrong(results, addition)
            return
        if name.startswith("lone-"):
            results.lone.append(durable.lone(bench, name.removeprefix("lone-")))
            return
        if name in WAITS:
            waits = WAITS[name](bench)
            results.waits.append(waits)
            _note_wrong(results, waits)
            return
        comparison = _compared(bench, name)
    except NoPostgresError as error:
        results.left_out.append(f"{name}: {error}")
        return
    except WrongAnswerError as error:
        results.wrong += 1
        results.samples.append(f"{name}:\n{error}")
        return
    results.comparisons.append(comparison)
    _note_wrong(results, comparison)


def _note_wrong(results: Results, found: Comparison | Waits | Addition) -> None:
    results.wrong += found.wrong
    results.samples += [f"{found.name}:\n{sample}" for sample in found.samples]


def _compared(bench: Bench, name: str) -> Comparison:
    if name == "relay":
        return behind.relay(bench)
    if name in PARTNERS:
        return partners.closed_loop(bench, name)
    if name == "churn":
        return scenarios.sessions(bench)
    scenario, _, kind = name.rpartition("-")
    if scenario in JOURNALLED:
        return JOURNALLED[scenario](bench, kind)
    if name.startswith("changes-"):
        return durable.changes(bench, name.removeprefix("changes-"))
    if name == "lookups-sqlite":
        with durable.databases(bench, "sqlite") as fresh:
            comparison = scenarios.closed_loop(bench, name, **durable.system(fresh()))
        comparison.notes += durable.disk_notes(bench)
        return comparison
    return scenarios.closed_loop(bench, name)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.py", description="SoftDock's speed against the bare machine")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of rounds per scenario")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of a round")
    parser.add_argument("--connections", type=int, default=64, help="connections of the closed loop")
    parser.add_argument("--only", type=_names, default=SCENARIOS, help="out of " + ",".join(SCENARIOS))
    parser.add_argument("--folder", metavar="DIR", help="for databases; a disk, and not memory")
    parser.add_argument("--json", metavar="FILE", help="write all figures here")
    parser.add_argument("--quick", action="store_true", help="one short round each, to see that it works")
    parser.add_argument("--softdock", default="", metavar="COMMAND", help="instead of the installed command")
    return parser.parse_args(arguments)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := set(names) - set(SCENARIOS):
        raise argparse.ArgumentTypeError(f"no such scenario: {', '.join(sorted(unknown))}")
    return names


if __name__ == "__main__":
    sys.exit(main())
