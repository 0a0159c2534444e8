"""The table of metrics: their names, types, labels and meaning, as they are exported and documented.

No label comes from a device: libraries, listeners, kinds and reasons are closed sets, which the settings
and the vocabulary name.
"""

from enum import Enum
from typing import NamedTuple


class MetricType(Enum):
    """How a metric behaves, in Prometheus' words."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Together(Enum):
    """What becomes of a gauge that several workers tell: theirs added up, or the greatest of them."""

    SUM = "sum"
    MAX = "max"


class Metric(NamedTuple):
    """One metric as it is exported and documented."""

    name: str
    type: MetricType
    labels: tuple[str, ...]
    help: str
    together: Together = Together.SUM
    """For gauges alone: what is counted is added up always."""


METRICS: tuple[Metric, ...] = (
    Metric(
        "softdock_operations_total",
        MetricType.COUNTER,
        ("library", "kind", "outcome"),
        "Operations that came to an end: done, refused, or unknown because the answer was lost.",
    ),
    Metric(
        "softdock_refusals_total",
        MetricType.COUNTER,
        ("library", "kind", "reason"),
        "The refused operations, by the reason that was given.",
    ),
    Metric(
        "softdock_operation_duration_seconds",
        MetricType.HISTOGRAM,
        ("kind",),
        "From the request of a device until its outcome was known.",
    ),
    Metric(
        "softdock_adapter_failures_total",
        MetricType.COUNTER,
        ("library", "error"),
        "Calls to a library's system that gave no usable answer; bug is a fault in the adapter.",
    ),
    Metric(
        "softdock_system_state",
        MetricType.GAUGE,
        ("library", "state"),
        "How the system of each library stands, 1 for one of on-line, away, probed (whether it is back) and downtime.",
        Together.MAX,
    ),
    Metric(
        "softdock_system_waiting",
        MetricType.GAUGE,
        ("library",),
        "Operations that wait for a library's system at this moment.",
    ),
    Metric(
        "softdock_legs_total",
        MetricType.COUNTER,
        ("library", "outcome"),
        "Calls to a library's system that were waited for, by what came of them; what the embedded library answers at"
        " once is not among them.",
    ),
    Metric(
        "softdock_leg_duration_seconds",
        MetricType.HISTOGRAM,
        ("library",),
        "How long these calls took.",
    ),
    Metric(
        "softdock_withheld_total",
        MetricType.COUNTER,
        ("library", "why"),
        "Operations that were not sent to a library's system: breaker, because it is away, or bulkhead, because too"
        " many wait there.",
    ),
    Metric(
        "softdock_breaker_openings_total",
        MetricType.COUNTER,
        ("library",),
        "How often a library's system was found to be away.",
    ),
    Metric(
        "softdock_system_connections",
        MetricType.GAUGE,
        ("library", "state"),
        "Connections to a library's system at this moment: busy with a request, or idle.",
    ),
    Metric(
        "softdock_system_connections_ceiling",
        MetricType.GAUGE,
        ("library",),
        "Connections that there may be to a library's system.",
    ),
    Metric(
        "softdock_system_requests_waiting",
        MetricType.GAUGE,
        ("library",),
        "Requests that wait for a connection to a library's system at this moment.",
    ),
    Metric(
        "softdock_system_connections_total",
        MetricType.COUNTER,
        ("library", "outcome"),
        "Connections to a library's system: opened, or failed.",
    ),
    Metric(
        "softdock_system_answers_lost_total",
        MetricType.COUNTER,
        ("library",),
        "Requests that were sent to a library's system, and whose answer never came.",
    ),
    Metric(
        "softdock_journal_open",
        MetricType.GAUGE,
        (),
        "Operations in the journal that are under way at this moment.",
        Together.MAX,
    ),
    Metric(
        "softdock_journal_unknown",
        MetricType.GAUGE,
        ("library",),
        "Operations on a library's system of which nobody knows yet what became of them, and which SoftDock is about to"
        " settle.",
        Together.MAX,
    ),
    Metric(
        "softdock_journal_listed",
        MetricType.GAUGE,
        ("library",),
        "Operations on a library's system that only a person can settle.",
        Together.MAX,
    ),
    Metric(
        "softdock_journal_oldest_seconds",
        MetricType.GAUGE,
        ("state",),
        "For how long the oldest of these has waited: unknown for those that SoftDock settles, listed for those that a"
        " person does.",
        Together.MAX,
    ),
    Metric(
        "softdock_journal_away",
        MetricType.GAUGE,
        (),
        "1 while the journal cannot be written, and whatever changes the books is refused; else 0.",
        Together.MAX,
    ),
    Metric(
        "softdock_recovered_total",
        MetricType.COUNTER,
        ("library", "resolution"),
        "Operations of unknown outcome that SoftDock has settled, by what became of them.",
    ),
    Metric(
        "softdock_journal_joined_total",
        MetricType.COUNTER,
        ("library",),
        "Requests that were the same as one which the journal had already, and were not sent again.",
    ),
    Metric(
        "softdock_journal_hindered_total",
        MetricType.COUNTER,
        ("library",),
        "Requests that were refused because another operation on the same item was under way, or of unknown outcome.",
    ),
    Metric("softdock_sessions_open", MetricType.GAUGE, ("listener",), "Devices connected at this moment."),
    Metric("softdock_sessions_total", MetricType.COUNTER, ("listener",), "Devices that have connected."),
    Metric(
        "softdock_logins_total",
        MetricType.COUNTER,
        ("listener", "outcome"),
        "Logins of devices: accepted or refused.",
    ),
    Metric(
        "softdock_violations_total",
        MetricType.COUNTER,
        ("listener", "kind"),
        "Breaches of the protocol by devices, and limits that they met.",
    ),
    Metric(
        "softdock_ncip_messages_total",
        MetricType.COUNTER,
        ("service", "outcome"),
        "Messages of partners, by NCIP service: done, or answered with a problem. The service is unknown where the"
        " standard has none of that name, and unreadable where what came was no message.",
    ),
    Metric(
        "softdock_ncip_problems_total",
        MetricType.COUNTER,
        ("service", "problem"),
        "The problems that partners were told of, by the standard's types.",
    ),
    Metric(
        "softdock_ncip_strangers_total",
        MetricType.COUNTER,
        ("why",),
        "Messages for which there is no account, by what was unknown, or not proven.",
    ),
    Metric(
        "softdock_ncip_answers_withheld_total",
        MetricType.COUNTER,
        ("service",),
        "Answers that were not sent because they were against the schema of NCIP: a fault of SoftDock. The partner was"
        " told to try again later.",
    ),
    Metric(
        "softdock_lost_values_total",
        MetricType.COUNTER,
        ("library", "protocol", "direction", "what"),
        "Values of a request or an answer that the protocol at the other end has no place for; the reference of what is"
        " lost names them all.",
    ),
    Metric(
        "softdock_transactions_total",
        MetricType.COUNTER,
        ("database", "name", "outcome"),
        "Transactions: committed, rolled-back for a fault in the work, away or busy (nothing was committed), or lost"
        " because the database went away while it committed.",
    ),
    Metric(
        "softdock_transaction_units_total",
        MetricType.COUNTER,
        ("database", "name"),
        "Units of work in these transactions; divided by their number, how many were done together.",
    ),
    Metric(
        "softdock_transaction_duration_seconds",
        MetricType.HISTOGRAM,
        ("database", "name"),
        "How long a transaction took, from its beginning to the end of its commit.",
    ),
    Metric(
        "softdock_commit_duration_seconds",
        MetricType.HISTOGRAM,
        ("database",),
        "How long the commits of transactions that write took: the disk's share.",
    ),
    Metric(
        "softdock_reactor_lag_seconds",
        MetricType.HISTOGRAM,
        (),
        "How late a timer ran: what the process was busy with kept every device waiting as long.",
    ),
    Metric(
        "softdock_log_lines_lost_total",
        MetricType.COUNTER,
        (),
        "Log lines that could not be written, because the disk was full or the log closed.",
    ),
    Metric(
        "softdock_reloads_total",
        MetricType.COUNTER,
        ("outcome",),
        "Settings that were read again while the server ran: accepted, or refused because something was wrong.",
    ),
    Metric(
        "softdock_traces_open",
        MetricType.GAUGE,
        (),
        "Operators who look at the wire of a terminal.",
        Together.MAX,
    ),
    Metric(
        "softdock_build_info",
        MetricType.GAUGE,
        ("version",),
        "Always 1; the label names the version.",
        Together.MAX,
    ),
    Metric(
        "softdock_worker_up",
        MetricType.GAUGE,
        ("worker",),
        "Whether a worker serves, where there are several; one that does not answer does not.",
    ),
    Metric(
        "softdock_worker_restarts_total",
        MetricType.COUNTER,
        ("worker",),
        "How often a worker had to be started again.",
    ),
    Metric(
        "softdock_worker_sessions", MetricType.GAUGE, ("worker",), "Devices that are connected to a worker."
    ),
)
"""Every metric of SoftDock's own.  What the process and Python itself tell comes beside them."""
