"""All workers are asked, and their answers are one; who does not answer keeps nobody waiting for long."""

import json

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport

from softdock.ops.admin import CannotAnswer, Reply
from softdock.ops.exposition import registry_of
from softdock.ops.metrics import Metrics
from softdock.ops.workers.answering import PATIENCE
from softdock.ops.workers.merging import told
from staffed import Town

HERE = IPv4Address("TCP", "127.0.0.1", 8080)
TRACE = {"ask": "trace", "terminal": "kiosk", "minutes": 5}


@pytest.fixture
def town(monkeypatch):
    town = Town(monkeypatch)
    town.start()
    return town


class Asked:
    """A page that was asked for."""

    def __init__(self, town, path):
        protocol = town.supervisor._health.buildProtocol(HERE)
        self._transport = StringTransport(peerAddress=HERE)
        protocol.makeConnection(self._transport)
        protocol.dataReceived(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())

    @property
    def answer(self):
        head, _, body = self._transport.value().decode().partition("\r\n\r\n")
        return (int(head.split()[1]), body) if head else None


def families(sessions):
    metrics = Metrics()
    metrics.sessions["sip2"] = sessions
    return {"families": told(registry_of(metrics))}


def test_a_worker_that_does_not_answer_delays_a_scrape_and_counts_as_it_did(town):
    for worker, sessions in zip(town.workers, (5, 7), strict=True):
        worker.answers["metrics"] = families(sessions)
    assert 'softdock_sessions_total{listener="sip2"} 12.0' in Asked(town, "/metrics").answer[1]
    town.workers[0].answers["metrics"] = families(6)
    town.workers[1].answers["metrics"] = None
    asked = Asked(town, "/metrics")
    assert asked.answer is None
    town.clock.advance(PATIENCE)
    assert 'softdock_sessions_total{listener="sip2"} 13.0' in asked.answer[1]


def test_a_worker_that_hangs_is_not_up_although_its_process_is_there(town):
    for worker in town.workers:
        worker.answers["metrics"] = families(1)
    up = [f'softdock_worker_up{{worker="{number}"}}' for number in (1, 2)]
    page = Asked(town, "/metrics").answer[1]
    assert f"{up[0]} 1.0" in page
    assert f"{up[1]} 1.0" in page
    town.workers[1].answers["metrics"] = None
    asked = Asked(town, "/metrics")
    town.clock.advance(PATIENCE)
    assert f"{up[0]} 1.0" in asked.answer[1]
    assert f"{up[1]} 0.0" in asked.answer[1]


def test_devices_are_served_while_one_worker_is_well(town):
    town.workers[0].answers["state"] = {"troubles": ["Not yet."], "lines": ["[-] listeners: Not yet."]}
    assert Asked(town, "/readyz").answer == (200, "ready\n")
    assert Asked(town, "/readyz?verbose").answer[1] == (
        "[+] workers: ok\n[-] worker 1: listeners: Not yet.\n[+] worker 2: listeners: ok\n"
    )
    town.workers[1].end()
    assert Asked(town, "/readyz").answer == (503, "No worker serves devices.\n")
    assert Asked(town, "/readyz?verbose").answer[1] == (
        "[-] workers: No worker serves devices.\n"
        "[-] worker 1: listeners: Not yet.\n"
        "[!] worker 2: It has ended, and is started again in 1 s.\n"
    )
    assert Asked(town, "/livez").answer == (200, "ok\n")


def test_a_worker_that_hangs_is_told_of_as_such(town):
    town.workers[0].answers["state"] = None
    asked = Asked(town, "/readyz?verbose")
    town.clock.advance(PATIENCE)
    assert "[!] worker 1: It does not answer.\n" in asked.answer[1]


class Asker:
    """Somebody at the admin socket."""

    def __init__(self, town, question):
        self._transport = StringTransport()
        self._transport.protocol = None
        self.reply = Reply(self._transport, "root")
        town.supervisor._admin.serve(json.dumps(question).encode(), self.reply)

    @property
    def heard(self):
        return self._transport.value().decode().splitlines()


def says(worker, number, **line):
    worker.channel.tell({"re": number, "more": True, "line": line})


def test_who_is_gone_is_not_waited_for_when_a_trace_begins(town):
    """One worker says which sessions the terminal has there, the other ends before it does."""
    asker = Asker(town, TRACE)
    first, second = (each.all("question")[0] for each in town.workers)
    assert (first["by"], first["question"]) == ("root", TRACE)
    says(town.workers[0], first["id"], sessions=[3])
    assert asker.heard == []
    town.workers[1].end()
    assert asker.heard == ['{"sessions": [3]}']
    assert second["asker"] == first["asker"]


def test_a_worker_that_starts_while_a_trace_is_under_way_is_asked_for_the_rest_of_it(town):
    asker = Asker(town, TRACE)
    town.clock.advance(60)
    town.workers[1].end()
    town.clock.advance(1)
    late = town.workers[2].all("question")[0]
    assert late["question"]["minutes"] == pytest.approx(4.0, abs=0.1)
    says(town.workers[2], late["id"], at="now", session=2, arrow=">", text="99")
    assert '"text": "99"' in asker.heard[-1]
    asker.reply.gone()
    assert town.workers[2].all("gone") == [{"do": "gone", "asker": late["asker"]}]
    town.workers[0].end()
    town.clock.advance(1)
    assert town.workers[3].all("question") == []


def test_a_question_that_workers_refuse_is_refused_once(town):
    asker = Asker(town, {"ask": "kick"})
    for worker in town.workers:
        question = worker.all("question")[0]
        says(worker, question["id"], error="Say which sessions.")
        worker.channel.tell({"re": question["id"]})
    assert asker.heard == ['{"error": "Say which sessions."}']


def test_where_no_worker_serves_nothing_can_be_answered(town):
    for each in town.workers:
        each.end()
    for question in ({"ask": "sessions"}, TRACE):
        assert "No worker serves at this moment" in Asker(town, question).heard[0]
        with pytest.raises(CannotAnswer):
            town.supervisor._admin.answer(json.dumps(question).encode(), None)
