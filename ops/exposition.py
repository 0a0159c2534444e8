"""How the tallies leave: a registry of our own, whose collector reads them when somebody asks.

Nothing here is global: two servers in one process, as tests have them, count apart.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import NamedTuple

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from softdock import __version__
from softdock.ops import journal
from softdock.ops.lag import ReactorLag
from softdock.ops.metric_table import METRICS, Metric, MetricType
from softdock.ops.metrics import DURATIONS, Durations, Metrics
from softdock.ops.systems import Systems, counted, nobody

Counts = Iterable[tuple[tuple[str, ...], float]]
"""Values of the labels, in the order of the table, and how often, or for how long."""


class WorkerState(NamedTuple):
    """One of several workers at one moment."""

    number: int
    serves: bool
    restarts: int
    sessions: int


def registry_of(
    metrics: Metrics,
    lag: ReactorLag | None = None,
    lost_lines: Callable[[], int] = lambda: 0,
    systems: Systems = nobody,
    standing: journal.Standing = journal.nothing_journalled,
    workers: Callable[[], Iterable[WorkerState]] = tuple,
) -> CollectorRegistry:
    """A registry with SoftDock's metrics and those of the process, the platform and the garbage collector.

    At each scrape `systems` is asked how the libraries' systems stand, `standing` how the journal does, and `workers`
    how the workers do.
    """
    registry = CollectorRegistry(auto_describe=True)
    registry.register(_SoftDockCollector(metrics, lag, lost_lines, systems, standing, workers))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class _SoftDockCollector(Collector):
    def __init__(
        self,
        metrics: Metrics,
        lag: ReactorLag | None,
        lost_lines: Callable[[], int],
        systems: Systems,
        standing: journal.Standing,
        workers: Callable[[], Iterable[WorkerState]],
    ) -> None:
        self._metrics = metrics
        self._lag = lag
        self._lost_lines = lost_lines
        self._systems = systems
        self._standing = standing
        self._workers = workers

    def collect(self) -> Iterator[Family]:
        """Every metric of the table; one that nothing was counted for has no samples."""
        counts, histograms = self._counts(), self._histograms()
        for metric in METRICS:
            if metric.type is MetricType.HISTOGRAM:
                yield _histogram(metric, histograms[metric.name])
            else:
                yield _counter_or_gauge(metric, counts[metric.name])

    def _counts(self) -> Mapping[str, Counts]:
        metrics = self._metrics
        outcomes: Counter[tuple[str, ...]] = Counter()
        reasons: Counter[tuple[str, ...]] = Counter()
        for tally in metrics.operations():
            key = (tally.library, tally.kind)
            outcomes[*key, "done"] += tally.done
            outcomes[*key, "refused"] += sum(tally.refused.values())
            outcomes[*key, "unknown"] += tally.unknown
            for reason, count in tally.refused.items():
                reasons[*key, reason.value] += count
        logins = {
            (listener, "accepted" if accepted else "refused"): count
            for (listener, accepted), count in metrics.logins.items()
        }
        transactions = metrics.transactions.items()
        return {
            "softdock_transactions_total": [
                ((*key, outcome), count)
                for key, tally in transactions
                for outcome, count in tally.outcomes.items()
            ],
            "softdock_transaction_units_total": [(key, tally.units) for key, tally in transactions],
            "softdock_operations_total": outcomes.items(),
            "softdock_refusals_total": reasons.items(),
            "softdock_adapter_failures_total": metrics.failures.items(),
            "softdock_legs_total": [
                ((library, outcome), count)
                for library, legs in metrics.legs.items()
                for outcome, count in legs.outcomes.items()
            ],
            "softdock_withheld_total": metrics.withheld_operations.items(),
            "softdock_breaker_openings_total": _by_one(metrics.breaker_openings),
            **counted(self._systems()),
            **journal.counted(self._standing()),
            "softdock_recovered_total": metrics.recovered_operations.items(),
            "softdock_journal_joined_total": _by_one(metrics.joined),
            "softdock_journal_hindered_total": _by_one(metrics.hindered),
            "softdock_sessions_open": _by_one(metrics.open_sessions),
            "softdock_sessions_total": _by_one(metrics.sessions),
            "softdock_logins_total": logins.items(),
            "softdock_violations_total": metrics.violations.items(),
            "softdock_ncip_messages_total": metrics.exchanges.items(),
            "softdock_ncip_problems_total": metrics.problems.items(),
            "softdock_ncip_strangers_total": _by_one(metrics.strangers),
            "softdock_ncip_answers_withheld_total": _by_one(metrics.withheld_answers),
            "softdock_lost_values_total": metrics.lost_values().items(),
            "softdock_log_lines_lost_total": [((), self._lost_lines())],
            "softdock_reloads_total": _by_one(metrics.reloads),
            "softdock_traces_open": [((), metrics.open_traces)],
            "softdock_build_info": [((__version__,), 1)],
            **_workers(self._workers()),
        }

    def _histograms(self) -> Mapping[str, Mapping[tuple[str, ...], Durations]]:
        by_kind: dict[tuple[str, ...], Durations] = {}
        for tally in self._metrics.operations():
            by_kind.setdefault((tally.kind,), Durations()).merge(tally)
        transactions: dict[tuple[str, ...], Durations] = {**self._metrics.transactions}
        return {
            "softdock_operation_duration_seconds": by_kind,
            "softdock_leg_duration_seconds": {
                (library,): legs for library, legs in self._metrics.legs.items()
            },
            "softdock_transaction_duration_seconds": transactions,
            "softdock_commit_duration_seconds": {
                (database,): commits for database, commits in self._metrics.commits.items()
            },
            "softdock_reactor_lag_seconds": {(): self._lag.durations} if self._lag is not None else {},
        }


def _workers(states: Iterable[WorkerState]) -> Mapping[str, Counts]:
    found = [((str(each.number),), each) for each in states]
    return {
        "softdock_worker_up": [(labels, int(each.serves)) for labels, each in found],
        "softdock_worker_restarts_total": [(labels, each.restarts) for labels, each in found],
        "softdock_worker_sessions": [(labels, each.sessions) for labels, each in found],
    }


def _by_one(counted: Mapping[str, int]) -> Counts:
    return [((label,), count) for label, count in counted.items()]


def _counter_or_gauge(metric: Metric, counts: Counts) -> Family:
    of_type = CounterMetricFamily if metric.type is MetricType.COUNTER else GaugeMetricFamily
    family = of_type(metric.name, metric.help, labels=metric.labels)
    for labels, count in counts:
        family.add_metric(labels, count)
    return family


def _histogram(metric: Metric, counted: Mapping[tuple[str, ...], Durations]) -> Family:
    """Cumulative counts by upper bound, as the format wants them."""
    family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
    bounds = [*map(str, DURATIONS), "+Inf"]
    for labels, durations in counted.items():
        buckets = list(zip(bounds, accumulate(durations.classes), strict=True))
        family.add_metric(labels, buckets, sum_value=durations.seconds)
    return family
