"""The results as a table to read, goals beside the figures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isnan
from statistics import median
from typing import TypeAlias

from softdock.benchmarks.figures import (
    DISTURBED,
    Addition,
    Comparison,
    Costs,
    Lone,
    Memory,
    Passage,
    Reading,
    Results,
    Round,
    Spread,
    Turn,
    Wait,
    Waits,
    spread,
)

KIOSK_GOAL = 4_000
IDLE_GOAL = 80_000_000
BUSY = 95.0
"""A generator busier than this (per cent) may have been the limit."""
LARGE = 100

COLUMNS: tuple[tuple[str, int, Callable[[Round], float]], ...] = (
    ("CPU µs", 2, lambda one: one.cpu_us),
    ("p50 ms", 2, lambda one: one.p50_ms),
    ("p99 ms", 2, lambda one: one.p99_ms),
    ("generator %", 0, lambda one: one.generator_percent),
    ("kept off %", 1, lambda one: one.kept_off_percent),
)

TURN: tuple[tuple[str, Callable[[Turn], float]], ...] = (
    ("round trip to the bare server", lambda turn: turn.round_trip),
    ("bare commit, one for each line that comes", lambda turn: turn.commit),
    ("bare commit, one after the other", lambda turn: turn.commit_in_a_row),
    ("SoftDock, checkout", lambda turn: turn.checkout),
    ("SoftDock, checkin", lambda turn: turn.checkin),
)

WAIT: tuple[tuple[str, int, Callable[[Wait], float]], ...] = (
    ("requests/s", 0, lambda one: one.per_second),
    ("p50 ms", 2, lambda one: one.p50_ms),
    ("p99 ms", 2, lambda one: one.p99_ms),
    ("CPU %", 1, lambda one: one.cpu_percent),
    ("generator %", 0, lambda one: one.generator_percent),
    ("kept off %", 1, lambda one: one.kept_off_percent),
)

Column: TypeAlias = tuple[Callable[[Addition], list[Passage]], Callable[[Passage], float]]

ADDED: tuple[tuple[str, int, Column], ...] = (
    ("system alone, p50 ms", 2, (lambda one: one.lone, lambda each: each.directly_ms)),
    ("added, p50 ms", 2, (lambda one: one.lone, lambda each: each.added(lambda one: one.p50_ms))),
    ("added, p99 ms", 2, (lambda one: one.lone, lambda each: each.added(lambda one: one.p99_ms))),
    ("late system, p50 ms", 1, (lambda one: one.late, lambda each: each.directly_ms)),
    ("added, p50 ms", 2, (lambda one: one.late, lambda each: each.added(lambda one: one.p50_ms))),
    ("acts/s by alone", 3, (lambda one: one.busy, lambda each: each.speed)),
    ("CPU ms", 3, (lambda one: one.busy, lambda each: each.through.cpu_us / 1e3)),
)
"""Head, digits, and of which passages what."""


def table(results: Results) -> str:
    """Everything a run has found, ready to print."""
    lines: list[str] = []
    if results.micro is not None:
        lines += _micro(results.micro)
    if results.readings:
        lines += _readings(results.readings)
    for comparison in results.comparisons:
        lines += _comparison(comparison)
    for lone in results.lone:
        lines += _lone(lone)
    for waits in results.waits:
        lines += _waits(waits)
    if results.additions:
        lines += _additions(results.additions)
    if results.memory:
        lines += _memory(results.memory)
    lines += [f"left out: {each}" for each in results.left_out]
    lines += [f"wrong answers: {results.wrong}", *results.samples]
    return "\n".join(lines)


def _micro(costs: Costs) -> Iterator[str]:
    yield "micro: one request without a socket, median (least-most)"
    yield f"  a turn of the reference loop takes {_spread(costs.turn, 2)} µs"
    yield f"  {'request':10}{'µs':>20}{'turns':>20}"
    for cost in costs.kinds:
        reached = cost.turns.median <= cost.goal
        cells = f"{_spread(cost.microseconds, 1):>20}{_spread(cost.turns, 2):>20}"
        yield f"  {cost.code:10}{cells}" + _goal(f"<= {cost.goal:.1f}", reached=reached)
    yield ""


def _readings(readings: Iterable[Reading]) -> Iterator[str]:
    yield "reading: a patron's reply by a compiled map, against its bare parser, median (least-most)"
    yield f"  {'format':10}{'bytes':>8}{'parser µs':>24}{'map µs':>24}{'ratio':>20}"
    for one in readings:
        cells = f"{_spread(one.parsing, 1):>24}{_spread(one.reading, 1):>24}{_spread(one.ratio, 2):>20}"
        goal = "" if one.goal is None else _goal(f"<= {one.goal:.1f}", reached=one.ratio.median <= one.goal)
        yield f"  {one.kind:10}{one.bytes:>8}{cells}{goal}"
    yield ""


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield f"{comparison.name}: {comparison.what}"
    if not comparison.pairs:
        yield "  not measured"
        return
    again = f", {comparison.repeated} repeated as disturbed" if comparison.repeated else ""
    told = " ".join(f"{code}:{length}" for code, length in comparison.lengths.items())
    yield f"  {len(comparison.pairs)} pairs of rounds, median (least-most){again}; bytes per answer {told}"
    heads = "".join(f"{head:>20}" for head, _, _ in COLUMNS)
    yield f"  {'':12}{comparison.unit + '/s':>28}{heads}"
    for name, of in (
        (comparison.yardstick, comparison.of_yardstick),
        (comparison.measured, comparison.of_measured),
    ):
        cells = "".join(f"{_spread(of(value), digits):>20}" for _, digits, value in COLUMNS)
        yield f"  {name:12}{_spread(of(lambda one: one.per_second), 0):>28}{cells}"
    ratio = comparison.ratio()
    yield f"  ratio of {comparison.unit + '/s':12}{_spread(ratio, 3):>24}" + _least(comparison, ratio.median)
    yield f"  ratio of {'CPU':12}{_spread(comparison.cpu_ratio(), 3):>24}"
    if comparison.of_measured(lambda one: one.generator_percent).median > BUSY:
        yield f"  the generator was too busy: {comparison.measured} may be faster than this"
    elif comparison.of_yardstick(lambda one: one.generator_percent).median > BUSY:
        yield f"  the generator was too busy for {comparison.yardstick}: trust the ratio of CPU more"
    if comparison.repeated:
        kept_off = (comparison.of_yardstick(_kept_off), comparison.of_measured(_kept_off))
        yield from _disturbance(kept_off, "trust the ratio of CPU more")
    yield from (f"  {note}" for note in comparison.notes)
    yield ""


def _lone(lone: Lone) -> Iterator[str]:
    yield f"{lone.name}: {lone.what}"
    if not lone.turns:
        yield "  not measured"
        return
    yield f"  {len(lone.turns)} rounds, medians of each in ms, median (least-most)"
    for name, of in TURN:
        yield f"  {name:44}{_spread(lone.of(of), 3):>24}"
    in_a_row = lone.of(lambda turn: turn.ratio_in_a_row)
    yield f"  {'checkout by (round trip + commit in a row)':44}{_spread(in_a_row, 3):>24}"
    ratio = lone.of(lambda turn: turn.ratio)
    goal = "" if lone.goal is None else _goal(f"<= {lone.goal:.2f}", reached=ratio.median <= lone.goal)
    yield f"  {'checkout by (round trip + commit)':44}{_spread(ratio, 3):>24}{goal}"
    yield from (f"  {note}" for note in lone.notes)
    yield ""


def _waits(waits: Waits) -> Iterator[str]:
    yield f"{waits.name}: {waits.what}"
    if not waits.targets:
        yield "  not measured"
        return
    most = max(map(len, waits.rounds.values()))
    again = f", {waits.repeated} repeated as disturbed" if waits.repeated else ""
    yield f"  {most} rounds in turn, median (least-most){again}"
    yield f"  {'':28}" + "".join(f"{head:>24}" for head, _, _ in WAIT)
    for setting in waits.rounds:
        cells = "".join(f"{_short(waits.of(setting, value), digits):>24}" for _, digits, value in WAIT)
        yield f"  {setting:28}{cells}"
    for what, value, limit in waits.targets:
        goal = "" if limit is None else _goal(f"<= {limit:.2f}", reached=value.median <= limit)
        yield f"  {what:52}{_spread(value, 3):>24}{goal}"
    if waits.repeated:
        kept_off = [waits.of(setting, _kept_off) for setting in waits.rounds]
        yield from _disturbance(kept_off, "the tails tell of that")
    yield from (f"  {note}" for note in waits.notes)
    yield ""


def _additions(found: Sequence[Addition]) -> Iterator[str]:
    """What adapters add.  The ratio of CPU is to a library that SoftDock keeps itself, asked for the same."""
    yield "adapters: what SoftDock adds to the time that a system takes by itself, median (least-most)"
    yield (
        "  one device, and again with a system that is late; then many devices, whose acts are told as a share of those"
        " that the system is asked for directly"
    )
    yield (
        f"  {'':31}{'calls':>6}{'turns':>6}"
        + "".join(f"{head:>24}" for head, _, _ in ADDED)
        + f"{'CPU ratio':>11}"
    )
    for act, front in dict.fromkeys((one.act, one.front) for one in found):
        group = [one for one in found if (one.act, one.front) == (act, front) and one.busy]
        measure = next((_cpu(one) for one in group if not one.calls), 0.0)
        for one in group:
            cells = "".join(f"{_passages(of(one), value, digits):>24}" for _, digits, (of, value) in ADDED)
            ratio = f"{_cpu(one) / measure:.2f}" if measure else "-"
            yield f"  {act:9}{front:6}{one.system:16}{one.calls:>6}{one.turns:>6}{cells}{ratio:>11}"
    kept_off = [spread(each.through.kept_off_percent for each in one.busy) for one in found if one.busy]
    yield from _disturbance(kept_off, "trust the CPU more")
    yield ""


def _passages(passages: Iterable[Passage], value: Callable[[Passage], float], digits: int) -> str:
    told = [value(each) for each in passages]
    return "-" if not told or isnan(told[0]) else _spread(spread(told), digits)


def _cpu(one: Addition) -> float:
    return median(each.through.cpu_us for each in one.busy)


def _memory(found: list[Memory]) -> Iterator[str]:
    yield "memory: resident, logged in, idle after one look-up"
    counts = list(found[0].per_connection)
    heads = "".join(f"{f'B per kiosk, {count:,}':>24}" for count in counts)
    yield f"  {'':14}{'idle process MB':>16}{'after traffic MB':>18}{heads}"
    for one in found:
        cells = "".join(f"{one.per_connection[count]:>24,.0f}" for count in counts)
        yield f"  {one.server:14}{one.idle / 1e6:>16.1f}{one.warm / 1e6:>18.1f}{cells}"
    ours = found[-1]
    yield f"  idle process{_goal('<= 80 MB', reached=ours.idle <= IDLE_GOAL)}"
    most = ours.per_connection[max(counts)]
    yield f"  kiosk       {_goal('<= 4 kB', reached=most <= KIOSK_GOAL)}"
    yield ""


def _kept_off(one: Round | Wait) -> float:
    return one.kept_off_percent


def _disturbance(kept_off: Iterable[Spread], advice: str) -> Iterator[str]:
    """A warning where rounds that were measured again were no better."""
    most = max(each.median for each in kept_off)
    if most > DISTURBED:
        yield f"  a server was kept off its processor for {most:.0f} % of the time: {advice}"


def _goal(goal: str, *, reached: bool) -> str:
    return f"   goal {goal}: {'reached' if reached else 'MISSED'}"


def _least(comparison: Comparison, ratio: float) -> str:
    if comparison.goal is None:
        return ""
    told = _goal(f">= {comparison.goal:.2f}", reached=ratio >= comparison.goal)
    if comparison.floor is None:
        return told
    return f"{told}, floor >= {comparison.floor:.2f}: {'held' if ratio >= comparison.floor else 'BROKEN'}"


def _short(value: Spread, digits: int) -> str:
    """Without fractions where the whole is large."""
    return _spread(value, 0 if value.median >= LARGE else digits)


def _spread(value: Spread, digits: int) -> str:
    return f"{value.median:,.{digits}f} ({value.least:,.{digits}f}-{value.most:,.{digits}f})"
