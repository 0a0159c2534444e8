"""What probes and scrapers are told."""

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.logger import globalLogPublisher
from twisted.python.failure import Failure

from softdock.circulation.identifiers import LibraryId
from softdock.circulation.ports import ConnectionCounts
from softdock.consortium.gates import Condition, SystemState
from softdock.ops.exposition import registry_of
from softdock.ops.health import MOST_CONNECTIONS, Checks, health_site, site_of
from softdock.ops.journal import Standing, nothing_journalled
from softdock.ops.metrics import Metrics
from softdock.ops.systems import Systems, nobody
from stubs import AJournal

HERE = IPv4Address("TCP", "127.0.0.1", 8080)


def ask(
    path: str,
    checks: Checks | None = None,
    *,
    method: str = "GET",
    body: bytes = b"",
    accept: str = "",
    systems: Systems = nobody,
    standing: Standing = nothing_journalled,
):
    """Status, headers and body of one answer."""
    site = health_site(checks or {}, registry_of(Metrics()), systems, standing)
    protocol = site.buildProtocol(HERE)
    transport = StringTransport(peerAddress=HERE)
    protocol.makeConnection(transport)
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    protocol.dataReceived(f"{head}Accept: {accept}\r\n\r\n".encode() + body)
    head, _, body = transport.value().partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in headers), body.decode()


def test_a_process_that_turns_its_reactor_is_alive():
    """Even while it serves nobody: to restart it would help nobody."""
    status, _, body = ask("/livez", {"listeners": lambda: "SoftDock is draining."})

    assert (status, body) == (200, "ok\n")


def test_it_is_ready_when_every_check_is_well():
    assert ask("/readyz", {"listeners": lambda: None})[::2] == (200, "ready\n")


def test_it_is_not_ready_and_says_why():
    status, _, body = ask("/readyz", {"listeners": lambda: None, "draining": lambda: "It is about to stop."})

    assert (status, body) == (503, "It is about to stop.\n")


def test_every_check_is_listed_where_that_is_asked():
    status, _, body = ask("/readyz?verbose", {"a": lambda: None, "b": lambda: "Not yet."})

    assert (status, body) == (503, "[+] a: ok\n[-] b: Not yet.\n")


def test_a_system_that_is_away_is_marked_and_takes_nobody_out_of_service():
    """The other libraries' devices are served, and those of this one are told why not."""
    pool = ConnectionCounts(
        ceiling=8, open=8, busy=8, waiting=9, opened_total=8, failed_total=0, lost_total=0
    )
    states = [
        SystemState(LibraryId("CDL"), Condition.ON_LINE, 0, 256, None),
        SystemState(LibraryId("CQL"), Condition.AWAY, 17, 256, pool),
        SystemState(LibraryId("DZL"), Condition.DOWNTIME, 0, 256, None),
    ]
    status, _, body = ask("/readyz?verbose", {"listeners": lambda: None}, systems=lambda: states)

    assert status == 200
    assert body == (
        "[+] listeners: ok\n"
        "[+] system of CDL: on-line\n"
        "[!] system of CQL: away, 17 of 256 operations wait, 8 of 8 connections open, 8 busy, 9 requests wait for one\n"
        "[!] system of DZL: downtime\n"
    )
    assert ask("/readyz", {"listeners": lambda: None}, systems=lambda: states)[::2] == (200, "ready\n")


@pytest.mark.parametrize(
    ("journal", "line"),
    [
        (AJournal(), "[+] journal: 0 open, none unknown"),
        (AJournal(open=3), "[+] journal: 3 open, none unknown"),
        (AJournal(open=3, unknown={"CDL": 1, "CQL": 2}), "[+] journal: 3 open, 3 unknown"),
        (
            AJournal(open=3, unknown={"CDL": 1}, listed={"CDL": 1, "CQL": 1}),
            "[!] journal: 2 operations wait for staff (softdock journal list --unsettled)",
        ),
        (
            AJournal(listed={"CQL": 1}),
            "[!] journal: 1 operation waits for staff (softdock journal list --unsettled)",
        ),
        (AJournal(listed={"CQL": 1}, away=True), "[!] journal: cannot be written; lookups only"),
    ],
)
def test_the_journal_has_a_line_and_takes_nobody_out_of_service(journal, line):
    """Lookups go on without it, and staff settles what waits while devices are served."""
    status, _, body = ask("/readyz?verbose", {"listeners": lambda: None}, standing=lambda: journal)

    assert (status, body) == (200, f"[+] listeners: ok\n{line}\n")
    assert ask("/readyz", {"listeners": lambda: None}, standing=lambda: journal)[::2] == (200, "ready\n")


def test_a_check_that_fails_itself_counts_as_trouble_and_hides_no_other():
    def broken() -> str | None:
        raise RuntimeError

    events = []
    globalLogPublisher.addObserver(events.append)
    try:
        status, _, body = ask("/readyz?verbose", {"a": broken, "b": lambda: None})
    finally:
        globalLogPublisher.removeObserver(events.append)

    assert (status, body) == (503, "[-] a: The check itself failed; the log tells more.\n[+] b: ok\n")
    assert events[0]["log_failure"].type is RuntimeError


def test_metrics_are_what_prometheus_reads():
    status, headers, body = ask("/metrics")

    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE softdock_operations_total counter" in body


def test_openmetrics_is_given_to_who_asks_for_it():
    _, headers, body = ask("/metrics", accept="application/openmetrics-text; version=1.0.0")

    assert headers["content-type"].startswith("application/openmetrics-text")
    assert body.endswith("# EOF\n")


@pytest.mark.parametrize("path", ["/", "/livez/", "/livez/x", "/metrics.php", "/..%2flivez", "/LIVEZ"])
def test_everything_else_is_not_found(path):
    assert ask(path)[0] == 404


@pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/metrics"])
def test_no_answer_names_the_software(path):
    _, headers, body = ask(path)

    assert "server" not in headers
    assert "twisted" not in body.lower()


def test_head_is_answered_without_a_body():
    status, headers, body = ask("/livez", method="HEAD")

    assert (status, headers["content-length"], body) == (200, "3", "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "BREW"])
def test_nothing_can_be_changed(method):
    status, headers, _ = ask("/livez", method=method, body=b"x" * 200_000)

    assert (status, headers["allow"]) == (405, "get, head")


def test_so_many_connections_and_no_more():
    site = health_site({}, registry_of(Metrics()))
    protocols = [site.buildProtocol(HERE) for _ in range(1)]
    for _ in range(MOST_CONNECTIONS):
        protocol = site.buildProtocol(HERE)
        if protocol is not None:
            protocol.makeConnection(StringTransport())
            protocols.append(protocol)

    assert site.buildProtocol(HERE) is None


class LatePage:
    """A page that has to be waited for, and whoever has asked for it."""

    def __init__(self) -> None:
        self.coming: Deferred[bytes] = Deferred()
        self.protocol = site_of(self._page, self._page).buildProtocol(HERE)
        self.transport = StringTransport(peerAddress=HERE)
        self.protocol.makeConnection(self.transport)
        self.protocol.dataReceived(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    async def _page(self, request: object) -> bytes:
        return await self.coming

    @property
    def answer(self) -> str:
        return self.transport.value().decode()


def test_a_page_may_come_later():
    page = LatePage()
    assert page.answer == ""
    page.coming.callback(b"at last\n")
    assert page.answer.startswith("HTTP/1.1 200 OK\r\n")
    assert "content-length: 8\r\n" in page.answer.lower()
    assert page.answer.endswith("\r\n\r\nat last\n")


def test_a_page_that_cannot_be_made_is_an_error_and_told_in_the_log():
    events = []
    globalLogPublisher.addObserver(events.append)
    try:
        page = LatePage()
        page.coming.errback(RuntimeError("secret"))
    finally:
        globalLogPublisher.removeObserver(events.append)
    assert page.answer.startswith("HTTP/1.1 500 ")
    assert "secret" not in page.answer
    assert [each["log_failure"].type for each in events if "log_failure" in each] == [RuntimeError]


def test_a_page_that_nobody_waits_for_any_more_is_given_up():
    page = LatePage()
    assert not page.coming.called
    page.protocol.connectionLost(Failure(ConnectionDone()))
    assert page.coming.called, "who makes it is told that nobody waits"
    assert page.answer == ""
