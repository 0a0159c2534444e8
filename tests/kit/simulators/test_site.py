"""Simulators on the loopback interface: what they remember, and every fault that can be ordered."""

import json
import socket
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from threading import Event, Thread
from urllib.parse import urlencode

import pytest

from simulated import fetched, reached
from softdock.kit.simulators import Harm, start_interlib
from softdock.kit.simulators.interlib.service import APPID, SECRET
from softdock.kit.simulators.site import HUGE, KEPT

pytestmark = pytest.mark.socket

LOAN = {"rdid": "8600000001", "barcode": "01000001"}


class Client:
    """A client of openlib over a socket."""

    def __init__(self, running, within):
        self.running = running
        self.within = within
        self.held = Event()
        hold = running.faults.hold
        running.faults.hold = lambda answer: (hold(answer), self.held.set())
        self.token = self.asked("barcode/token", appid=APPID, secret=SECRET)["messagelist"][0]["token"]

    def url(self, call, **fields):
        return f"{self.running.url}service/{call}?{urlencode(fields)}"

    def fetch(self, call="barcode/loanbook", **fields):
        return fetched(self.url(call, token=self.token, **(fields or LOAN)))

    def asked(self, call, **fields):
        status, kind, body = fetched(self.url(call, **fields))
        assert (status, kind) == (200, "application/json;charset=UTF-8")
        return json.loads(body)

    @property
    def is_lent(self):
        return self.within(lambda: self.running.books.copy("01000001").loan is not None)


@pytest.fixture
def client():
    with reached(start_interlib) as (running, within):
        yield Client(running, within)


def test_a_query_and_a_form_are_the_same(client):
    by_query = client.fetch("barcode/currentloan", rdid="8600000001")
    by_form = fetched(
        f"{client.running.url}service/barcode/currentloan", {"token": client.token, "rdid": "8600000001"}
    )

    assert json.loads(by_query[2])["loanlist"][0]["barcode"] == "01000004"
    assert json.loads(by_form[2])["loanlist"][0]["barcode"] == "01000004"


def test_what_came_is_remembered_and_shown_to_nobody_by_accident(client):
    client.fetch("reader/confirmreader", rdid="8600000001", rdpasswd="246810")
    asked = client.running.requests[-1]

    assert (asked.call, asked.method, asked.get("rdpasswd")) == ("reader/confirmreader", "GET", "246810")
    assert "246810" not in repr(asked)
    assert client.running.requests.maxlen == KEPT


def test_a_simulator_listens_on_this_machine_alone(client):
    assert client.running.url.startswith("http://127.0.0.1:")
    host = client.running._listening.getHost()
    assert (host.host, host.port) == ("127.0.0.1", client.running.port)


@pytest.mark.parametrize("query", ["rdid=%FF", "&".join(f"a{number}=1" for number in range(300))])
def test_what_is_no_request_is_a_bad_one(client, query):
    status, _, _ = fetched(f"{client.running.url}service/barcode/currentloan?{query}")

    assert status == 400


def test_a_body_that_is_too_large_is_a_bad_request(client):
    status, _, _ = fetched(f"{client.running.url}service/barcode/currentloan", {"rdid": "8" * (2 << 20)})

    assert status == 400


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize(("harm", "status"), [(Harm.ERROR, 500), (Harm.PAGE, 200)])
def test_a_page_of_html_comes_instead(client, harm, status, carried_out):
    client.running.faults.next(harm, "barcode/loanbook", carried_out=carried_out)

    found, kind, body = client.fetch()

    assert (found, kind, body[:6]) == (status, "text/html; charset=utf-8", b"<html>")
    assert client.is_lent is carried_out


@pytest.mark.parametrize("carried_out", [False, True])
def test_a_connection_is_reset_before_or_after_the_books_are_changed(client, carried_out):
    client.running.faults.next(Harm.RESET, "barcode/loanbook", carried_out=carried_out)

    with pytest.raises((ConnectionResetError, RemoteDisconnected)):
        client.fetch()

    assert client.is_lent is carried_out


def test_an_answer_stops_half_way(client):
    client.running.faults.next(Harm.HALF, "barcode/loanbook")

    with pytest.raises(IncompleteRead):
        client.fetch()

    assert client.is_lent


def test_an_answer_is_huge(client):
    client.running.faults.next(Harm.HUGE, "barcode/loanbook")

    assert client.fetch()[2] == b" " * HUGE
    assert not client.is_lent


def test_a_wrong_charset_is_declared(client):
    client.running.faults.next(Harm.CHARSET)

    _, kind, body = client.fetch("reader/searchreader", rdid="8600000001")

    assert kind == "application/json; charset=gb2312"
    assert json.loads(body.decode("utf-8"))["rdname"] == "张模拟"


def test_an_answer_comes_twice(client):
    client.running.faults.next(Harm.TWICE, "barcode/loanbook")
    query = urlencode({"token": client.token, **LOAN})
    with socket.create_connection(("127.0.0.1", client.running.port), timeout=10) as connection:
        connection.sendall(
            f"GET /openlib/service/barcode/loanbook?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        )
        said = b""
        while said.count("借书成功".encode()) < 2:
            said += connection.recv(65536)

    assert said.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.parametrize("carried_out", [False, True])
def test_the_answer_to_the_request_before_comes_once_more(client, carried_out):
    before = client.fetch("reader/confirmreader", rdid="8600000001", rdpasswd="246810")
    client.running.faults.next(Harm.STALE, "barcode/loanbook", carried_out=carried_out)

    assert client.fetch() == before
    assert client.is_lent is carried_out


def test_a_token_is_over_and_a_new_one_is_given(client):
    client.running.faults.next(Harm.SESSION)

    assert "凭证已过期" in client.fetch()[2].decode()
    assert "凭证已过期" in client.fetch()[2].decode()
    assert not client.is_lent
    client.token = client.asked("barcode/token", appid=APPID, secret=SECRET)["messagelist"][0]["token"]
    assert "借书成功" in client.fetch()[2].decode()


def test_an_account_has_no_right(client):
    client.running.faults.next(Harm.RIGHTS)

    assert "没有操作权限" in client.fetch()[2].decode()
    assert not client.is_lent


def held(client, answers):
    """Ask for a loan that is held back, and wait until it is."""
    thread = Thread(target=lambda: answers.append(client.fetch()))
    thread.start()
    assert client.held.wait(10)
    return thread


@pytest.mark.parametrize("carried_out", [False, True])
def test_an_answer_waits_until_it_is_released(client, carried_out):
    client.running.faults.next(Harm.SLOW, "barcode/loanbook", carried_out=carried_out)
    answers = []
    asking = held(client, answers)
    assert client.is_lent is carried_out
    assert not answers

    client.within(client.running.faults.release)
    asking.join(10)

    assert "借书成功" in answers[0][2].decode()
    assert client.is_lent


def test_what_was_asked_is_done_late_although_who_asked_has_left(client):
    client.running.faults.next(Harm.SLOW, "barcode/loanbook")
    connection = HTTPConnection("127.0.0.1", client.running.port, timeout=10)
    connection.request(
        "GET", f"/openlib/service/barcode/loanbook?{urlencode({'token': client.token, **LOAN})}"
    )
    assert client.held.wait(10)
    connection.close()

    client.within(client.running.faults.release)

    assert client.is_lent


def test_a_simulator_stops_although_somebody_waits_for_an_answer(client):
    client.running.faults.next(Harm.SLOW, "barcode/loanbook")
    failed = []

    def ask():
        try:
            client.fetch()
        except OSError as error:
            failed.append(error)

    asking = Thread(target=ask)
    asking.start()
    assert client.held.wait(10)

    client.within(client.running.stop)
    asking.join(10)

    assert failed
