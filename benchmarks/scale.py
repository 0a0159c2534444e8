"""A large library moves in while a kiosk is served: how long it takes, how much memory, and what the kiosk feels of it.

SoftDock serves a small library from a database.  Into that database `softdock library import` brings a large one, from a
file that was written item by item.  Meanwhile one kiosk lends and returns, a few times a second, as it did before.
Nothing is pinned to a processor: on a library's host they share, too.

    python benchmarks/scale.py                              2,000,000 items and 500,000 patrons, into either database
    python benchmarks/scale.py --items 20000 --patrons 5000 --databases sqlite

Exit codes: 0 the library has moved in and every answer was right, 1 not so, 2 wrong usage, 3 it could not be run.
"""

import argparse
import dataclasses
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from softdock.benchmarks import demo_library, disks, durable, processes, traffic, wire
from softdock.benchmarks.dialogue import Dialogue, WrongAnswerError, login
from softdock.benchmarks.figures import percentile
from softdock.benchmarks.postgres import NoPostgresError
from softdock.benchmarks.processes import NotStartedError
from softdock.benchmarks.scenarios import Bench
from softdock.benchmarks.traffic import Course

PAUSE = 0.05
"""Seconds between one answer and the kiosk's next request."""
BEFORE = 100
"""Requests before the import, for comparison."""
NEWCOMERS = 10_000_000
"""The numbers of the patrons and items that move in begin here; those of the small library are lower."""


@dataclasses.dataclass(frozen=True, slots=True)
class Latency:
    """What the kiosk waited for its answers, in milliseconds."""

    requests: int
    p50: float
    p99: float
    most: float


@dataclasses.dataclass(frozen=True, slots=True)
class Move:
    """One import."""

    database: str
    disk: str
    patrons: int
    items: int
    file: int
    """Bytes."""
    seconds: float
    peak: int
    """The most memory that the importer had resident, in bytes."""
    before: Latency
    meanwhile: Latency
    said: str
    """What the command told."""


def write_file(path: Path, patrons: int, items: int) -> int:
    """Write the import file, one record after the other; its size in bytes."""
    with path.open("w", encoding="utf-8") as file:
        library = json.dumps({"id": demo_library.LIBRARY, "name": "Bench Library"})
        file.write(f'{{"library": {library},\n"patrons": [\n')
        file.writelines(_separated(demo_library.patron(NEWCOMERS + number) for number in range(patrons)))
        file.write('],\n"items": [\n')
        file.writelines(_separated(demo_library.item(NEWCOMERS + number) for number in range(items)))
        file.write("]}\n")
    return path.stat().st_size


def _separated(records: Iterator[object]) -> Iterator[str]:
    for number, each in enumerate(records):
        yield (",\n" if number else "") + json.dumps(each, ensure_ascii=False)


class LoneKiosk:
    """A kiosk that lends and returns in turn, with a pause; every answer is verified."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._dialogue = Dialogue(address)
        self._dialogue.ask(login(9), wire.stamp(time.time()))
        self._course: Course = durable.lone_course()
        self._took: list[float] = []

    def ask(self) -> None:
        """One request, and a pause behind it."""
        exchange, date = self._course.next(), wire.stamp(time.time())
        began = time.perf_counter()
        self._dialogue.ask(exchange, date)
        self._took.append(time.perf_counter() - began)
        time.sleep(PAUSE)

    def latency(self) -> Latency:
        """Of all requests since this was last asked."""
        took, self._took = sorted(self._took), []
        return Latency(len(took), median(took) * 1e3, percentile(took, 0.99) * 1e3, took[-1] * 1e3)

    def knows(self, patron: int, item: int) -> None:
        """Look a newcomer of either kind up.  Raises WrongAnswerError."""
        date = wire.stamp(time.time())
        self._dialogue.ask(wire.patron_information(traffic.patron_id(patron), traffic.PIN, 1), date)
        record = traffic.item(item)
        self._dialogue.ask(wire.item_information(record.id, record.title, 2), date)

    def close(self) -> None:
        """Hang up."""
        self._dialogue.socket.close()


def move_in(bench: Bench, kind: str, file: Path, patrons: int, items: int) -> Move:
    """Import `file` into a database of a kind while a kiosk is served from it."""
    with durable.databases(bench, kind) as fresh, ExitStack() as stack:
        system = durable.system(fresh())
        server = bench.start_softdock(durable.LONE_PATRONS, durable.LONE_ITEMS, **system)
        stack.enter_context(server)
        kiosk = LoneKiosk(server.address)
        stack.callback(kiosk.close)
        for _ in range(BEFORE):
            kiosk.ask()
        before = kiosk.latency()
        settings = bench.folder / "bench.yaml"
        command = [
            *bench.softdock,
            "library",
            "import",
            str(file),
            "-c",
            str(settings),
            "--library",
            demo_library.LIBRARY,
        ]
        bench.say(f"  {' '.join(command)}")
        said, seconds, peak = _import(command, kiosk)
        meanwhile = kiosk.latency()
        for last in (0, 1):
            kiosk.knows(NEWCOMERS + last * (patrons - 1), NEWCOMERS + last * (items - 1))
        disk = disks.disk_of(bench.folder).kind
        return Move(kind, disk, patrons, items, file.stat().st_size, seconds, peak, before, meanwhile, said)


def _import(command: Sequence[str], kiosk: LoneKiosk) -> tuple[str, float, int]:
    """Run the importer, and the kiosk until it has ended: what it said, its seconds and its peak of memory."""
    with tempfile.TemporaryFile() as output:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603 - our own
        ended: tuple[int, int, resource.struct_rusage] = (0, 0, resource.getrusage(resource.RUSAGE_SELF))
        while not ended[0]:
            kiosk.ask()
            ended = os.wait4(process.pid, os.WNOHANG)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(ended[1])
        output.seek(0)
        said = output.read().decode("utf-8", "replace").strip()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, said)
    return said, seconds, ended[2].ru_maxrss * 1024


def told(move: Move) -> str:
    """An import as lines to read."""
    what = f"{move.items:,} items and {move.patrons:,} patrons, {move.file / 1e6:,.0f} MB"
    rate = (move.items + move.patrons) / move.seconds
    lines = [
        f"{move.database} on {move.disk}: {what}",
        f"  took {move.seconds:,.1f} s, {rate:,.0f} records/s; at most {move.peak / 1e6:,.0f} MB resident",
    ]
    for name, latency in (("before", move.before), ("meanwhile", move.meanwhile)):
        figures = f"p50 {latency.p50:.1f} ms, p99 {latency.p99:.1f} ms, most {latency.most:.1f} ms"
        lines.append(f"  a kiosk {name:10} {figures} ({latency.requests} requests)")
    return "\n".join([*lines, *(f"  | {line}" for line in move.said.splitlines())])


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for; give the exit code."""
    options = _options(arguments)
    moves: list[Move] = []
    with tempfile.TemporaryDirectory(
        prefix="softdock-scale-", dir=options.folder or disks.real_folder()
    ) as folder:
        bench = Bench(
            softdock=options.softdock.split() or [str(Path(sys.executable).with_name("softdock"))],
            folder=Path(folder),
            where=processes.processors(),
            rounds=1,
            seconds=0,
            connections=1,
            churning=1,
            kiosks=(),
            say=lambda text: print(text, flush=True),
            pinned=False,
        )
        began = time.monotonic()
        file = bench.folder / "large.json"
        size = write_file(file, options.patrons, options.items)
        bench.say(f"wrote {size / 1e6:,.0f} MB in {time.monotonic() - began:.1f} s")
        for kind in options.databases:
            bench.say(f"{kind} ...")
            try:
                moves.append(move_in(bench, kind, file, options.patrons, options.items))
            except (WrongAnswerError, subprocess.CalledProcessError) as error:
                print(error, getattr(error, "output", ""), file=sys.stderr)
                return 1
            except (NotStartedError, NoPostgresError, OSError) as error:
                print(error, file=sys.stderr)
                return 3
    for move in moves:
        print(told(move))
    if options.json:
        Path(options.json).write_text(
            json.dumps([*map(dataclasses.asdict, moves)], indent=2), encoding="utf-8"
        )
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scale.py", description="A large library moves in while a kiosk is served"
    )
    parser.add_argument("--items", type=int, default=2_000_000)
    parser.add_argument("--patrons", type=int, default=500_000)
    parser.add_argument("--databases", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    parser.add_argument("--folder", metavar="DIR", help="for databases and the file; a disk, and not memory")
    parser.add_argument("--json", metavar="FILE", help="write all figures here")
    parser.add_argument("--softdock", default="", metavar="COMMAND", help="instead of the installed command")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
