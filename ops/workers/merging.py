"""The metrics of all workers as one: what was counted is added up, and what stands is added up or compared.

How the gauges of SoftDock's own are put together says the table of metrics.  A worker that has ended leaves
its counts behind, so that no counter ever goes back.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from softdock.ops.metric_table import METRICS, Together

Families: TypeAlias = list[list[Any]]
"""Name, type, help, and samples, each of a name, labels and a value: what can be told over the channel."""

_Key: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]

_COUNTED = frozenset({"counter", "histogram"})

_OF_PROCESSES = {
    "process_virtual_memory_bytes": Together.SUM,
    "process_resident_memory_bytes": Together.SUM,
}
"""What the process itself tells, and is not the same for all."""

_GAUGES: Mapping[str, Together] = {each.name: each.together for each in METRICS} | _OF_PROCESSES


def told(registry: Collector) -> Families:
    """Everything that is to be read in `registry`, as plain values."""
    return [
        [
            family.name,
            family.type,
            family.documentation,
            [[each.name, each.labels, each.value] for each in family.samples],
        ]
        for family in registry.collect()
    ]


class Merged(Collector):
    """What several processes have told, put together."""

    def __init__(self) -> None:
        self._families: dict[str, tuple[str, str]] = {}
        """Type and help by name, as ever told."""
        self._living: dict[int, Families] = {}
        self._departed: dict[str, dict[_Key, float]] = {}
        """What those that are no more have counted, by family."""

    def heard(self, source: int, families: Families) -> None:
        """`source` counts so much by now."""
        self._living[source] = families
        for name, kind, help_, _ in families:
            self._families[name] = (kind, help_)

    def departed(self, source: int) -> None:
        """`source` is no more; what it has counted stays."""
        for name, kind, _, samples in self._living.pop(source, []):
            if kind in _COUNTED:
                _add(self._departed.setdefault(name, {}), samples, Together.SUM)

    def collect(self) -> Iterator[Family]:
        """Every family that anybody has told of."""
        values = {name: dict(self._departed.get(name, {})) for name in self._families}
        for families in self._living.values():
            for name, kind, _, samples in families:
                _add(values[name], samples, _together(name, kind))
        for name, (kind, help_) in self._families.items():
            family = Family(name, help_, kind)
            for (sample, labels), value in values[name].items():
                family.add_sample(sample, dict(labels), value)
            yield family


def _together(name: str, kind: str) -> Together:
    """How the values of several processes become one."""
    return Together.SUM if kind in _COUNTED else _GAUGES.get(name, Together.MAX)


def _add(values: dict[_Key, float], samples: Iterable[Any], together: Together) -> None:
    for sample, labels, value in samples:
        key = _key(sample, labels)
        if key not in values:
            values[key] = value
        else:
            values[key] = values[key] + value if together is Together.SUM else max(values[key], value)


def _key(sample: str, labels: Mapping[str, str]) -> _Key:
    return sample, tuple(labels.items())
