"""What is measured, as plain figures: rounds, pairs of rounds, memory; and how they are summed up.

The median of the rounds is the figure, the least and the most show how far to trust it.  A ratio is taken within each
pair of rounds, which ran one right after the other, and its median over the pairs is the result.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

DISTURBED = 5.0
"""A round whose server was kept off its processor for more than this share of the time (per cent) is repeated."""


class Spread(NamedTuple):
    """The median of some values, the least and the most."""

    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Round:
    """One server, measured once."""

    per_second: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    kept_off_percent: float
    generator_percent: float
    done: int
    wrong: int

    @property
    def disturbed(self) -> bool:
        """Whether something else ran where the server should have."""
        return self.kept_off_percent > DISTURBED


@dataclass(frozen=True, slots=True)
class Pair:
    """The yardstick and what is measured by it, one right after the other."""

    yardstick: Round
    measured: Round

    @property
    def speed(self) -> float:
        """Requests per second, as a multiple of the yardstick's."""
        return self.measured.per_second / self.yardstick.per_second

    @property
    def cpu(self) -> float:
        """The yardstick's CPU time per request by the measured one's: a second, calmer view of the speed."""
        return self.yardstick.cpu_us / self.measured.cpu_us

    @property
    def disturbed(self) -> bool:
        """Whether either round was."""
        return self.yardstick.disturbed or self.measured.disturbed


@dataclass(slots=True)
class Comparison:
    """A kind of traffic: its pairs of rounds, its goal and what was wrong."""

    name: str
    what: str
    unit: str
    goal: float | None
    """Nothing if the ratio is only told."""
    yardstick: str = "bare"
    measured: str = "SoftDock"
    pairs: list[Pair] = field(default_factory=list)
    repeated: int = 0
    wrong: int = 0
    samples: list[str] = field(default_factory=list)
    lengths: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    floor: float | None = None
    """What it must not fall below, where that is less than the goal."""

    def ratio(self) -> Spread:
        """The measured speed as a multiple of the yardstick's."""
        return spread(pair.speed for pair in self.pairs)

    def cpu_ratio(self) -> Spread:
        """The same by CPU time."""
        return spread(pair.cpu for pair in self.pairs)

    def of_yardstick(self, value: Callable[[Round], float]) -> Spread:
        """A figure of the yardstick over the rounds."""
        return spread(value(pair.yardstick) for pair in self.pairs)

    def of_measured(self, value: Callable[[Round], float]) -> Spread:
        """A figure of what is measured over the rounds."""
        return spread(value(pair.measured) for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class Turn:
    """A lone kiosk and what its checkout is made of, measured in turn; medians of one round, in milliseconds."""

    round_trip: float
    """A line to the bare server and back."""
    commit: float
    """One durable commit of one row by a bare program that is asked for it, as a lone kiosk asks."""
    commit_in_a_row: float
    """The same by a program that commits without a pause."""
    checkout: float
    checkin: float

    @property
    def ratio(self) -> float:
        """A checkout as a multiple of a round trip and a commit."""
        return self.checkout / (self.round_trip + self.commit)

    @property
    def ratio_in_a_row(self) -> float:
        """The same with a commit that has just followed another: a yardstick that no lone kiosk can meet."""
        return self.checkout / (self.round_trip + self.commit_in_a_row)


@dataclass(slots=True)
class Lone:
    """A lone kiosk at a library on a disk: its rounds, its goal and what was wrong."""

    name: str
    what: str
    goal: float | None
    turns: list[Turn] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of(self, value: Callable[[Turn], float]) -> Spread:
        """A figure over the rounds."""
        return spread(map(value, self.turns))


@dataclass(frozen=True, slots=True)
class Wait:
    """What kiosks that pause have waited, in one round; and what it cost the server."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_percent: float
    kept_off_percent: float
    generator_percent: float
    done: int
    wrong: int

    @property
    def disturbed(self) -> bool:
        """Whether something else ran where the server should have."""
        return self.kept_off_percent > DISTURBED


class Target(NamedTuple):
    """A figure made of the waits of one setting and another, and what it should be at most."""

    what: str
    value: Spread
    most: float | None
    """Nothing if the figure is only told."""


@dataclass(slots=True)
class Waits:
    """What kiosks wait in some settings that are measured in turn; its goals and what was wrong."""

    name: str
    what: str
    rounds: dict[str, list[Wait]] = field(default_factory=dict)
    """By setting; the first of one goes with the first of another."""
    repeated: int = 0
    targets: list[Target] = field(default_factory=list)
    wrong: int = 0
    samples: list[str] = field(default_factory=list)
    lengths: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def of(self, setting: str, value: Callable[[Wait], float]) -> Spread:
        """A figure of one setting over the rounds."""
        return spread(map(value, self.rounds[setting]))

    def between(self, one: str, other: str, value: Callable[[Wait, Wait], float]) -> Spread:
        """A figure of two settings, taken within each turn."""
        return spread(map(value, self.rounds[one], self.rounds[other]))


class Passage(NamedTuple):
    """A library's system asked through SoftDock, and right before or behind it directly, by the same calls."""

    directly: Round | None
    """Nothing where SoftDock itself keeps the library."""
    through: Round

    def added(self, value: Callable[[Round], float]) -> float:
        """How much more a figure is through SoftDock."""
        return value(self.through) - (value(self.directly) if self.directly else 0.0)

    @property
    def directly_ms(self) -> float:
        """What the system takes by itself, in the median."""
        return self.directly.p50_ms if self.directly else float("nan")

    @property
    def speed(self) -> float:
        """Acts per second through SoftDock, as a multiple of those that the system is asked for directly."""
        return self.through.per_second / self.directly.per_second if self.directly else float("nan")


@dataclass(slots=True)
class Addition:
    """What one adapter adds to one kind of act on its way from one front."""

    system: str
    front: str
    act: str
    calls: int = 0
    """That the system is asked for each act."""
    turns: int = 0
    """Of these calls, where those of one turn do not wait for each other."""
    lone: list[Passage] = field(default_factory=list)
    """One device, and a system that answers at once."""
    late: list[Passage] = field(default_factory=list)
    """One device, and a system that takes its time; none where SoftDock itself keeps the library."""
    busy: list[Passage] = field(default_factory=list)
    """Many devices that ask without a pause."""
    wrong: int = 0
    samples: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What it is called where something is wrong with it."""
        return f"{self.act}, {self.front} before {self.system}"


@dataclass(slots=True)
class Memory:
    """What one server holds in memory, in bytes."""

    server: str
    idle: int
    warm: int
    """After its first connection: what is loaded late and what a password hash leaves behind is not the kiosks'."""
    per_connection: dict[int, float] = field(default_factory=dict)


@dataclass(slots=True)
class Cost:
    """What one kind of request costs without a socket, and how much it should cost at most."""

    code: str
    goal: float
    """In turns of the reference loop."""
    microseconds: Spread
    turns: Spread


@dataclass(slots=True)
class Costs:
    """The costs of all kinds, and what a turn of the reference loop takes on this machine, in microseconds."""

    turn: Spread
    kinds: list[Cost]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply of one format takes to be parsed, and to be read by a map, in microseconds."""

    kind: str
    bytes: int
    parsing: Spread
    reading: Spread
    """Parsing included."""
    ratio: Spread
    goal: float | None
    """How often the parser's own time reading should take at most; nothing if the ratio is only told."""


@dataclass(slots=True)
class Results:
    """All that a run has found."""

    micro: Costs | None = None
    readings: list[Reading] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    lone: list[Lone] = field(default_factory=list)
    waits: list[Waits] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """What could not be measured here, and why."""
    wrong: int = 0
    samples: list[str] = field(default_factory=list)


def spread(values: Iterable[float]) -> Spread:
    """Sum up some values."""
    values = list(values)
    return Spread(median(values), min(values), max(values))


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of the sorted values lies."""
    return values[min(len(values) - 1, int(len(values) * share))]
