"""What is counted, and how it is exported."""

from collections.abc import Iterable

import pytest
from prometheus_client.exposition import generate_latest
from twisted.internet.task import Clock

import softdock
from fake_journal import an_entry
from softdock.circulation.accounts import Account
from softdock.circulation.errors import MalformedReply, SystemUnavailable
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.journal import Effect, Resolution
from softdock.circulation.losses import Direction
from softdock.circulation.operations import CancelHold, Checkin, LookupPatron, PlaceHold
from softdock.circulation.outcomes import Done, Refused, SessionEnded, Unknown
from softdock.circulation.partners import Stranger
from softdock.circulation.ports import ConnectionCounts
from softdock.circulation.reasons import Reason
from softdock.consortium.gates import Condition, SystemState
from softdock.ops.exposition import WorkerState, registry_of
from softdock.ops.lag import ReactorLag
from softdock.ops.metric_table import METRICS, MetricType
from softdock.ops.metrics import Metrics
from stubs import AJournal

CARD = PatronId("R0012345")
KIOSK = Account("kiosk-3f", LibraryId("CDL"), "3F")
SORTER = Account("sorter", LibraryId("CQL"))
CQL = LibraryId("CQL")
DONE = Done(SessionEnded(CARD))
POOL = ConnectionCounts(ceiling=8, open=5, busy=3, waiting=7, opened_total=11, failed_total=2, lost_total=1)
JOURNAL = AJournal(open=3, unknown={CQL: 2}, listed={CQL: 1}, oldest_unknown=30.0, oldest_listed=900.0)
SYSTEMS = [
    SystemState(CQL, Condition.AWAY, waiting=4, concurrent=256, connections=POOL),
    SystemState(LibraryId("CDL"), Condition.ON_LINE, waiting=0, concurrent=256, connections=None),
]


WORKERS = [WorkerState(1, serves=True, restarts=2, sessions=7)]


def busy() -> Metrics:
    """Metrics after a little of everything."""
    metrics = Metrics()
    metrics.operation(KIOSK, LookupPatron(CARD), DONE, 0.0004, 1)
    metrics.operation(KIOSK, LookupPatron(CARD), DONE, 0.02, 2)
    metrics.operation(KIOSK, LookupPatron(CARD), Refused(Reason.PIN_TRY_LATER), 60.0, 3)
    metrics.operation(SORTER, Checkin(ItemId("CD1")), Unknown(), 8.0, 4)
    metrics.failure(SORTER, Checkin(ItemId("CD1")), SystemUnavailable("10.1.2.3"), 4)
    metrics.leg(CQL, SystemUnavailable("10.1.2.3"), 3.0)
    metrics.leg(CQL, DONE, 0.2)
    metrics.leg(CQL, Refused(Reason.PIN_WRONG), 0.2)
    metrics.withheld(CQL, "breaker")
    metrics.breaker(CQL, "open")
    metrics.breaker(CQL, "half-open")
    metrics.repeated(CQL, "joined")
    metrics.repeated(CQL, "hindered")
    metrics.recovered_operations[CQL, "undone"] += 1
    metrics.losses(CQL, "sip2", Direction.ANSWER)["item.author", "lent.renewals"] += 1
    metrics.losses(CQL, "sip2", Direction.ANSWER)["item.author",] += 1
    metrics.session_opened("sip2 127.0.0.1:6001")
    metrics.session_opened("sip2 127.0.0.1:6001")
    metrics.session_closed("sip2 127.0.0.1:6001")
    metrics.login("sip2 127.0.0.1:6001", "kiosk-3f", "192.0.2.7", accepted=True)
    metrics.login("sip2 127.0.0.1:6001", "R0012345", "192.0.2.7", accepted=False)
    metrics.transaction("CDL", "circulation", "committed", 0.02, 0.01, 7)
    metrics.transaction("CDL", "circulation", "committed", 0.04, 0.03, 1)
    metrics.transaction("CDL", "lookup", "away", 5.0, 0.0, 2)
    metrics.violation("bad-checksum", "sip2 127.0.0.1:6001", "kiosk-3f")
    metrics.exchange("LookupUser", ["Unknown User"])
    metrics.exchange("LookupUser", [])
    metrics.stranger(Stranger.UNKNOWN_AGENCY)
    metrics.answer_withheld("LookupUser")
    metrics.reloads["accepted"] += 1
    metrics.reloads["refused"] += 2
    metrics.open_traces += 1
    return metrics


def families(metrics: Metrics) -> Iterable:
    lag = ReactorLag(Clock())
    lag.durations.add(0.01)
    return [
        each
        for each in registry_of(
            metrics, lag, systems=lambda: SYSTEMS, standing=lambda: JOURNAL, workers=lambda: WORKERS
        ).collect()
        if each.name.startswith("softdock_")
    ]


def value(metrics: Metrics, name: str, **labels) -> float | None:
    return registry_of(metrics).get_sample_value(name, labels)


def test_what_is_exported_is_what_the_table_says():
    """The reference of metrics is made from the table."""
    exported = {
        (
            each.name + "_total" * (each.type == "counter"),
            each.type,
            frozenset(name for sample in each.samples for name in sample.labels) - {"le"},
            each.documentation,
        )
        for each in families(busy())
    }

    assert exported == {(each.name, each.type.value, frozenset(each.labels), each.help) for each in METRICS}


def test_names_begin_with_the_house_and_counters_end_as_counters():
    for metric in METRICS:
        assert metric.name.startswith("softdock_")
        assert metric.name.endswith("_total") == (metric.type is MetricType.COUNTER)
        assert metric.help.endswith(".")


def test_no_label_tells_who_or_what_it_was():
    """Neither a patron nor an item nor what somebody typed as a user."""
    told = generate_latest(registry_of(busy())).decode()

    assert "R0012345" not in told
    assert "CD1" not in told
    assert "10.1.2.3" not in told


def test_operations_are_counted_by_library_kind_and_outcome():
    metrics = busy()
    of = {"library": "CDL", "kind": "lookup-patron"}

    assert value(metrics, "softdock_operations_total", **of, outcome="done") == 2
    assert value(metrics, "softdock_operations_total", **of, outcome="refused") == 1
    assert value(metrics, "softdock_operations_total", **of, outcome="unknown") == 0
    assert value(metrics, "softdock_refusals_total", **of, reason="pin-try-later") == 1
    assert value(metrics, "softdock_operations_total", library="CQL", kind="checkin", outcome="unknown") == 1


def test_the_operations_on_holds_are_one_kind():
    metrics = Metrics()
    for operation in (PlaceHold(CARD), CancelHold(CARD), PlaceHold(CARD)):
        metrics.operation(KIOSK, operation, DONE, 0.1, 1)

    assert value(metrics, "softdock_operations_total", library="CDL", kind="hold", outcome="done") == 3
    assert value(metrics, "softdock_operation_duration_seconds_count", kind="hold") == 3


def test_transactions_are_counted_by_database_name_and_outcome():
    """How many, how many units they carried together, how long they took, and how long the disk did."""
    metrics = busy()
    told = registry_of(metrics).get_sample_value
    of = {"database": "CDL", "name": "circulation"}
    away = {"database": "CDL", "name": "lookup", "outcome": "away"}

    assert told("softdock_transactions_total", {**of, "outcome": "committed"}) == 2
    assert told("softdock_transactions_total", away) == 1
    assert told("softdock_transaction_units_total", of) == 8
    assert told("softdock_transaction_duration_seconds_sum", of) == pytest.approx(0.06)
    assert value(metrics, "softdock_commit_duration_seconds_count", database="CDL") == 2


def test_durations_fall_into_classes():
    metrics = busy()

    def up_to(bound: str) -> float | None:
        return value(metrics, "softdock_operation_duration_seconds_bucket", kind="lookup-patron", le=bound)

    assert [up_to(each) for each in ("0.0005", "0.01", "0.025", "30.0", "+Inf")] == [1, 1, 2, 2, 3]
    assert value(metrics, "softdock_operation_duration_seconds_sum", kind="lookup-patron") == pytest.approx(
        60.0204
    )


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (SystemUnavailable(), "system-unavailable"),
        (MalformedReply("x.yaml:3", "patron.name", "?"), "malformed-reply"),
        (TimeoutError(), "deadline"),
        (KeyError("z303"), "bug"),
    ],
)
def test_failures_are_counted_by_what_went_wrong(error, word):
    metrics = Metrics()
    metrics.failure(KIOSK, LookupPatron(CARD), error, 1)

    assert value(metrics, "softdock_adapter_failures_total", library="CDL", error=word) == 1


def test_a_failure_is_counted_for_the_library_that_was_asked():
    metrics = Metrics()
    metrics.failure(KIOSK, Checkin(ItemId("CQ1")), SystemUnavailable(), 1, CQL)

    assert value(metrics, "softdock_adapter_failures_total", library="CQL", error="system-unavailable") == 1
    assert (
        value(metrics, "softdock_adapter_failures_total", library="CDL", error="system-unavailable") is None
    )


def test_legs_are_counted_by_outcome_and_what_was_withheld_by_why():
    metrics = busy()
    legs = {
        outcome: value(metrics, "softdock_legs_total", library="CQL", outcome=outcome)
        for outcome in ("done", "refused", "system-unavailable")
    }

    assert legs == {"done": 1, "refused": 1, "system-unavailable": 1}
    assert value(metrics, "softdock_leg_duration_seconds_sum", library="CQL") == pytest.approx(3.4)
    assert value(metrics, "softdock_withheld_total", library="CQL", why="breaker") == 1
    assert value(metrics, "softdock_breaker_openings_total", library="CQL") == 1, "a probe is no opening"


def test_looking_at_what_became_of_an_operation_is_a_leg_like_any_other():
    metrics = Metrics()
    metrics.leg(CQL, Effect.NOT_YET, 0.2)

    assert value(metrics, "softdock_legs_total", library="CQL", outcome="done") == 1


def test_what_was_recovered_is_counted_for_the_library_whose_books_it_is_about():
    metrics = Metrics()
    metrics.recovered(an_entry(system="CQL"), Resolution.UNDONE, "It was taken back.")

    assert metrics.recovered_operations == {("CQL", "undone"): 1}


def test_systems_and_their_connections_are_told_as_they_stand_at_the_scrape():
    """A reload that brings other systems needs no other registry."""
    systems = []
    told = registry_of(Metrics(), systems=lambda: systems).get_sample_value
    assert told("softdock_system_waiting", {"library": "CQL"}) is None
    systems += SYSTEMS
    states = [
        told("softdock_system_state", {"library": library, "state": state})
        for library in ("CQL", "CDL")
        for state in ("on-line", "away", "probed", "downtime")
    ]
    assert states == [0, 1, 0, 0, 1, 0, 0, 0]
    assert told("softdock_system_waiting", {"library": "CQL"}) == 4
    assert told("softdock_system_connections", {"library": "CQL", "state": "busy"}) == 3
    assert told("softdock_system_connections", {"library": "CQL", "state": "idle"}) == 2
    assert told("softdock_system_connections_ceiling", {"library": "CQL"}) == 8
    assert told("softdock_system_requests_waiting", {"library": "CQL"}) == 7
    assert told("softdock_system_connections_total", {"library": "CQL", "outcome": "opened"}) == 11
    assert told("softdock_system_connections_total", {"library": "CQL", "outcome": "failed"}) == 2
    assert told("softdock_system_answers_lost_total", {"library": "CQL"}) == 1
    assert told("softdock_system_connections_ceiling", {"library": "CDL"}) is None


def test_the_journal_is_told_as_it_stands_at_the_scrape():
    told = registry_of(Metrics(), standing=lambda: JOURNAL).get_sample_value

    assert told("softdock_journal_open") == 3
    assert told("softdock_journal_unknown", {"library": "CQL"}) == 2
    assert told("softdock_journal_listed", {"library": "CQL"}) == 1
    assert told("softdock_journal_oldest_seconds", {"state": "unknown"}) == 30
    assert told("softdock_journal_oldest_seconds", {"state": "listed"}) == 900
    assert told("softdock_journal_away") == 0


def test_where_nothing_is_journalled_nothing_is_told_of_a_journal():
    """A zero would say that all is well."""
    assert registry_of(Metrics()).get_sample_value("softdock_journal_away") is None


def test_requests_that_met_another_are_counted_by_library():
    metrics = Metrics()
    for how in ("joined", "joined", "hindered"):
        metrics.repeated(CQL, how)

    assert value(metrics, "softdock_journal_joined_total", library="CQL") == 2
    assert value(metrics, "softdock_journal_hindered_total", library="CQL") == 1


def test_values_that_could_not_be_carried_are_counted_by_what_they_were():
    metrics, whose = busy(), {"library": "CQL", "protocol": "sip2", "direction": "answer"}
    assert value(metrics, "softdock_lost_values_total", **whose, what="item.author") == 2
    assert value(metrics, "softdock_lost_values_total", **whose, what="lent.renewals") == 1


def test_sessions_logins_and_violations_are_counted_by_listener():
    metrics = busy()
    listener = {"listener": "sip2 127.0.0.1:6001"}

    assert value(metrics, "softdock_sessions_open", **listener) == 1
    assert value(metrics, "softdock_sessions_total", **listener) == 2
    assert value(metrics, "softdock_logins_total", **listener, outcome="accepted") == 1
    assert value(metrics, "softdock_logins_total", **listener, outcome="refused") == 1
    assert value(metrics, "softdock_violations_total", **listener, kind="bad-checksum") == 1


def test_the_version_and_lost_log_lines_are_told():
    registry = registry_of(Metrics(), lost_lines=lambda: 7)

    assert registry.get_sample_value("softdock_build_info", {"version": softdock.__version__}) == 1
    assert registry.get_sample_value("softdock_log_lines_lost_total") == 7


def test_the_process_and_python_tell_about_themselves():
    names = {each.name for each in registry_of(Metrics()).collect()}

    assert {"process_resident_memory_bytes", "python_info", "python_gc_collections"} <= names


def test_two_servers_in_one_process_count_apart():
    one, other = Metrics(), Metrics()
    one.session_opened("a")

    assert value(one, "softdock_sessions_total", listener="a") == 1
    assert value(other, "softdock_sessions_total", listener="a") is None


# --- the reactor's lag --------------------------------------------------------------------------------


def test_a_reactor_with_nothing_to_do_has_no_lag():
    clock = Clock()
    lag = ReactorLag(clock, interval=0.5)
    lag.start()
    clock.pump([0.5] * 4)

    assert lag.durations.count == 4
    assert lag.durations.seconds == 0


def test_what_holds_up_the_reactor_is_measured():
    """A computation of two seconds makes a timer late by almost as much."""
    clock = Clock()
    lag = ReactorLag(clock, interval=0.5)
    lag.start()
    clock.advance(2.5)

    assert lag.durations.count == 1
    assert lag.durations.seconds == pytest.approx(2.0)


def test_measuring_can_be_stopped():
    clock = Clock()
    lag = ReactorLag(clock)
    lag.start()
    lag.start()
    lag.stop()
    lag.stop()

    assert clock.getDelayedCalls() == []


def test_reloads_and_traces_are_counted():
    metrics = busy()

    assert value(metrics, "softdock_reloads_total", outcome="refused") == 2
    assert value(metrics, "softdock_traces_open") == 1
