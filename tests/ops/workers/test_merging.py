"""Many expositions become one, in which no counter ever goes back."""

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from softdock.ops.exposition import registry_of
from softdock.ops.metrics import Metrics
from softdock.ops.workers.merging import Merged, told


def a_worker(sessions=0, opened=0, commits=()):
    metrics = Metrics()
    metrics.open_sessions["sip2"] = sessions
    metrics.sessions["sip2"] = opened
    metrics.open_traces = 1
    for seconds in commits:
        metrics.transaction("CDL", "circulation", "committed", seconds, seconds, 3)
    return told(registry_of(metrics))


def page(merged):
    lines = generate_latest(merged).decode().splitlines()
    return {
        name: float(value) for name, _, value in (each.rpartition(" ") for each in lines) if name[0] != "#"
    }


def test_counters_and_histograms_are_added_up_and_gauges_as_the_table_says():
    merged = Merged()
    merged.heard(1, a_worker(3, 10, [0.002, 0.02]))
    merged.heard(2, a_worker(4, 7, [0.002]))
    found = page(merged)
    assert found['softdock_sessions_open{listener="sip2"}'] == 7
    assert found['softdock_sessions_total{listener="sip2"}'] == 17
    assert found["softdock_traces_open"] == 1
    assert found['softdock_commit_duration_seconds_bucket{database="CDL",le="0.0025"}'] == 2
    assert found['softdock_commit_duration_seconds_count{database="CDL"}'] == 3
    assert round(found['softdock_commit_duration_seconds_sum{database="CDL"}'], 6) == 0.024
    assert [value for name, value in found.items() if name.startswith("softdock_build_info")] == [1]


def test_what_a_process_tells_of_itself_is_added_up_where_that_makes_sense():
    def process(memory, files, started, seconds):
        class Process:
            def collect(self):
                yield GaugeMetricFamily("process_resident_memory_bytes", "", memory)
                yield GaugeMetricFamily("process_max_fds", "", files)
                yield GaugeMetricFamily("process_start_time_seconds", "", started)
                yield CounterMetricFamily("process_cpu_seconds_total", "", seconds)

        registry = CollectorRegistry()
        registry.register(Process())
        return told(registry)

    merged = Merged()
    merged.heard(1, process(10, 1024, 5, 2))
    merged.heard(2, process(20, 1024, 9, 3))
    assert page(merged) == {
        "process_resident_memory_bytes": 30,
        "process_max_fds": 1024,
        "process_start_time_seconds": 9,
        "process_cpu_seconds_total": 5,
    }


def test_what_a_dead_worker_has_counted_stays_and_what_stood_does_not():
    """The one that takes its number begins at nothing; else a rate would jump."""
    merged = Merged()
    merged.heard(1, a_worker(3, 10, [0.002]))
    merged.heard(2, a_worker(1, 1))
    merged.departed(1)
    assert page(merged)['softdock_sessions_open{listener="sip2"}'] == 1
    merged.heard(1, a_worker(2, 2, [0.5]))
    merged.departed(1)
    merged.departed(1)
    found = page(merged)
    assert found['softdock_sessions_total{listener="sip2"}'] == 13
    assert found['softdock_commit_duration_seconds_bucket{database="CDL",le="0.0025"}'] == 1
    assert found['softdock_commit_duration_seconds_bucket{database="CDL",le="+Inf"}'] == 2
    assert found['softdock_commit_duration_seconds_count{database="CDL"}'] == 2


def test_a_strict_reader_takes_it_too():
    merged = Merged()
    merged.heard(1, a_worker(3, 10, [0.002]))
    merged.departed(1)
    merged.heard(2, a_worker(1, 1, [0.01]))
    families = {each.name: each for each in text_string_to_metric_families(openmetrics(merged).decode())}
    assert families["softdock_sessions"].type == "counter"
    assert families["softdock_commit_duration_seconds"].type == "histogram"
