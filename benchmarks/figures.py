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
    """The bare server and SoftDock, measured one right after the other."""

    bare: Round
    softdock: Round

    @property
    def speed(self) -> float:
        """SoftDock's requests per second as a share of the bare server's."""
        return self.softdock.per_second / self.bare.per_second

    @property
    def cpu(self) -> float:
        """The bare server's CPU time per request as a share of SoftDock's: a second, calmer view of the speed."""
        return self.bare.cpu_us / self.softdock.cpu_us

    @property
    def disturbed(self) -> bool:
        """Whether either round was."""
        return self.bare.disturbed or self.softdock.disturbed


@dataclass(slots=True)
class Comparison:
    """A kind of traffic: its pairs of rounds, its goal and what was wrong."""

    name: str
    what: str
    unit: str
    goal: float
    pairs: list[Pair] = field(default_factory=list)
    repeated: int = 0
    wrong: int = 0
    samples: list[str] = field(default_factory=list)
    lengths: dict[str, int] = field(default_factory=dict)

    def ratio(self) -> Spread:
        """SoftDock's speed as a share of the bare server's."""
        return spread(pair.speed for pair in self.pairs)

    def cpu_ratio(self) -> Spread:
        """The same share by CPU time."""
        return spread(pair.cpu for pair in self.pairs)

    def of_bare(self, value: Callable[[Round], float]) -> Spread:
        """A figure of the bare server over the rounds."""
        return spread(value(pair.bare) for pair in self.pairs)

    def of_softdock(self, value: Callable[[Round], float]) -> Spread:
        """A figure of SoftDock over the rounds."""
        return spread(value(pair.softdock) for pair in self.pairs)


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


@dataclass(slots=True)
class Results:
    """All that a run has found."""

    micro: Costs | None = None
    comparisons: list[Comparison] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)
    wrong: int = 0
    samples: list[str] = field(default_factory=list)


def spread(values: Iterable[float]) -> Spread:
    """Sum up some values."""
    values = list(values)
    return Spread(median(values), min(values), max(values))


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of the sorted values lies."""
    return values[min(len(values) - 1, int(len(values) * share))]
