"""Requests over HTTP on real sockets: to systems that behave, and to those that do not."""

import gzip
from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred

from rude_webs import Closed, Reset, RudeWeb, ok
from softdock.circulation.errors import AnswerLost, MalformedReply, SystemBusy, SystemUnavailable
from softdock.mappings.exchange import HttpRequest

pytestmark = pytest.mark.socket

LOOKUP = HttpRequest("GET", "/reader", "rdid=R0012345")
LOAN = HttpRequest("POST", "/loan", headers=[("Content-Type", "text/plain")], body=b"R0012345 takes B1")


def test_an_answer_comes_with_its_status_headers_and_charset(real, towards):
    web = RudeWeb(
        b"HTTP/1.1 404 Nobody\r\nContent-Type: text/xml; charset=GBK\r\nSet-Cookie: a=1, x\r\n"
        b"Set-Cookie: b=2\r\nContent-Length: 4\r\n\r\n\xd6\xd0\xb9\xfa"
    )
    answer = real.result_of(towards(web, path="/openlib/").send(LOOKUP, changes=False))

    assert answer.status == 404 and answer.data.decode(answer.charset) == "中国"
    assert answer.charset == "gbk"
    assert answer.headers["set-cookie"] == "a=1, x\nb=2"
    assert web.requests[0].startswith(b"GET /openlib/reader?rdid=R0012345 HTTP/1.1\r\n")


def test_a_request_is_written_as_it_was_built(real, towards):
    web = RudeWeb(ok(b""))
    request = replace(LOAN, headers=[("X-Token", "t"), ("Host", "elsewhere"), ("Content-Length", "1")])
    transport = towards(web, user="softdock", password="pw")
    real.result_of(transport.send(request, changes=True))

    head, _, body = web.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /loan HTTP/1.1"
    assert "X-Token: t" in lines and "Authorization: Basic c29mdGRvY2s6cHc=" in lines
    assert "Content-Length: 17" in lines and "Content-Length: 1" not in lines
    assert sum(each.startswith("Host: localhost:") for each in lines) == 1 and "Host: elsewhere" not in lines
    assert body == LOAN.body


def test_one_connection_carries_one_request_after_the_other(real, towards):
    web = RudeWeb(ok(b"1"), ok(b"2"), ok(b"3"))
    transport = towards(web)
    found = [real.result_of(transport.send(LOOKUP, changes=False)).data for _ in range(3)]

    assert found == [b"1", b"2", b"3"]
    assert len(web.lines) == 1
    counts = transport.connections
    assert (counts.open, counts.busy, counts.opened_total) == (1, 0, 1)


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"1", "Connection: close"),
        b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n1",
        ok(b"1") + b"HTTP/1.1 200 OK\r\n",
    ],
    ids=["the system will close it", "the system is of an older age", "something was left over"],
)
def test_a_connection_is_not_used_again_where_that_could_go_wrong(real, towards, answer):
    web = RudeWeb(answer, ok(b"2"))
    transport = towards(web)
    found = [real.result_of(transport.send(LOAN, changes=True)).data for _ in range(2)]

    assert found == [b"1", b"2"]
    assert len(web.lines) == 2


def test_a_connection_that_is_idle_for_long_is_closed(real, towards):
    web = RudeWeb(ok(b"1"))
    transport = towards(web, idle="10ms")
    real.result_of(transport.send(LOOKUP, changes=False))
    real.turn_until(lambda: transport.connections.open == 0)


def test_a_redirect_is_an_answer_and_nobody_goes_there(real, towards):
    web = RudeWeb(b"HTTP/1.1 302 Found\r\nLocation: http://localhost:1/\r\nContent-Length: 0\r\n\r\n")
    answer = real.result_of(towards(web).send(LOOKUP, changes=False))
    assert (answer.status, answer.headers["location"]) == (302, "http://localhost:1/")


def test_an_answer_may_end_with_its_connection_if_that_ends_in_order(real, towards):
    endless = b"HTTP/1.1 200 OK\r\n\r\nhalf of it"
    web = RudeWeb([endless, Closed], [endless, Reset])
    transport = towards(web)
    assert real.result_of(transport.send(LOAN, changes=True)).data == b"half of it"
    with pytest.raises(AnswerLost):
        real.result_of(transport.send(LOAN, changes=True))


HALF = ok(b"0123456789")[:-5]


@pytest.mark.parametrize(
    "script",
    [[Reset], [Closed], [HALF, Reset], [HALF, Closed], [b"HTTP/1.1 200 OK\r\nContent-Le", Closed]],
    ids=["reset", "closed", "half and reset", "half and closed", "half of the head"],
)
def test_where_no_whole_answer_comes_it_is_lost(real, towards, script):
    web = RudeWeb(script)
    transport = towards(web)
    with pytest.raises(AnswerLost):
        real.result_of(transport.send(LOAN, changes=True))
    assert len(web.requests) == 1
    assert transport.connections.lost_total == 1


def test_a_silent_system_is_given_up_in_time(real, towards):
    web = RudeWeb([])
    with pytest.raises(AnswerLost, match="in time"):
        real.result_of(towards(web, timeout="100ms").send(LOAN, changes=True))
    real.turn_until(lambda: web.lines[0].is_gone)


def test_a_body_that_never_ends_is_given_up_in_time(real, towards):
    web = RudeWeb([HALF])
    with pytest.raises(AnswerLost, match="in time"):
        real.result_of(towards(web, timeout="100ms").send(LOAN, changes=True))
    real.turn_until(lambda: web.lines[0].is_gone)


def test_a_lookup_that_meets_a_connection_just_closed_is_asked_again_and_a_loan_is_not(real, towards):
    """Nobody can say whether the system read the request before it closed the connection."""
    web = RudeWeb(ok(b"1"), [Closed], ok(b"2"), [Closed])
    transport = towards(web)
    assert real.result_of(transport.send(LOOKUP, changes=False)).data == b"1"
    assert real.result_of(transport.send(LOOKUP, changes=False)).data == b"2"
    assert len(web.requests) == 3
    with pytest.raises(AnswerLost):
        real.result_of(transport.send(LOAN, changes=True))
    assert len(web.requests) == 4


def test_a_lookup_is_not_asked_again_and_again(real, towards):
    web = RudeWeb(ok(b"1"), [Closed], [Closed])
    transport = towards(web)
    real.result_of(transport.send(LOOKUP, changes=False))
    with pytest.raises(AnswerLost):
        real.result_of(transport.send(LOOKUP, changes=False))
    assert len(web.requests) == 3


def test_ten_megabytes_are_not_taken_in(real, towards):
    web = RudeWeb([b"HTTP/1.1 200 OK\r\n\r\n" + bytes(10_000_000)], [ok(bytes(10_000_000))])
    transport = towards(web)
    for _ in range(2):
        with pytest.raises(AnswerLost, match="longer than it may be"):
            real.result_of(transport.send(LOOKUP, changes=False))


def test_a_head_without_end_is_not_taken_in(real, towards):
    web = RudeWeb([b"HTTP/1.1 200 OK\r\n" + b"X-More: of the same\r\n" * 10_000])
    with pytest.raises(AnswerLost, match="head of the answer"):
        real.result_of(towards(web).send(LOOKUP, changes=False))


def test_what_was_packed_is_unpacked_and_a_bomb_is_not(real, towards):
    bomb = gzip.compress(bytes(50_000_000))
    web = RudeWeb(
        ok(gzip.compress("中国".encode()), "Content-Encoding: gzip"),
        ok(bomb, "Content-Encoding: gzip"),
        ok(gzip.compress(b"half")[:-9], "Content-Encoding: gzip"),
        ok(b"\x00\x01", "Content-Encoding: br"),
    )
    transport = towards(web)
    assert real.result_of(transport.send(LOOKUP, changes=False)).data == "中国".encode()
    with pytest.raises(AnswerLost, match="unpacked"):
        real.result_of(transport.send(LOOKUP, changes=False))
    for _ in range(2):
        with pytest.raises(MalformedReply, match="Content-Encoding"):
            real.result_of(transport.send(LOOKUP, changes=False))


@pytest.mark.parametrize(
    "rubbish",
    [
        b"98YYYYNN\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: of its own\r\n\r\n12",
    ],
    ids=["another protocol", "two lengths", "an unknown framing"],
)
def test_what_is_not_http_is_malformed(real, towards, rubbish):
    with pytest.raises(MalformedReply):
        real.result_of(towards(RudeWeb([rubbish])).send(LOAN, changes=True))


def test_where_nobody_listens_nothing_was_sent(real, towards):
    port = real.listen(RudeWeb())
    real.result_of(real._ports.pop().stopListening())
    transport = towards(port)
    with pytest.raises(SystemUnavailable, match="no connection"):
        real.result_of(transport.send(LOAN, changes=True))
    assert transport.connections.failed_total == 1
    with pytest.raises(SystemUnavailable):
        real.result_of(transport.probe())


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest("GET", "/reader/R0012345 HTTP/1.1\r\nX: y"),
        HttpRequest("GET", "http://elsewhere/R0012345"),
        HttpRequest("get", "/R0012345"),
        HttpRequest("GET", "/R0012345", headers=[("X: R0012345\r\nY", "")]),
    ],
    ids=["a line end", "another address", "not in capitals", "a name that is none"],
)
def test_what_http_does_not_allow_is_not_sent_and_not_quoted(real, towards, request_):
    web = RudeWeb()
    with pytest.raises(SystemUnavailable) as caught:
        real.result_of(towards(web).send(request_, changes=True))
    assert "R0012345" not in str(caught.value) and not web.lines


def test_a_line_end_in_a_header_starts_no_header(real, towards):
    web = RudeWeb(ok(b""))
    request = replace(LOOKUP, headers=[("X-Name", "a\r\nX-Evil: b")])
    real.result_of(towards(web).send(request, changes=False))
    assert b"\r\nX-Evil" not in web.requests[0]


# --- ceilings, and who gives up ---------------------------------------------------------------------------


def test_requests_wait_for_a_connection_and_too_many_are_turned_away(real, towards):
    web = RudeWeb(ok(b"1"), ok(b"2"))
    transport = towards(web, connections=1, waiting=1)
    first = Deferred.fromCoroutine(transport.send(LOOKUP, changes=False))
    second = Deferred.fromCoroutine(transport.send(LOOKUP, changes=False))
    assert (transport.connections.busy, transport.connections.waiting) == (1, 1)
    with pytest.raises(SystemBusy):
        real.result_of(transport.send(LOOKUP, changes=False))

    assert real.result_of(first).data == b"1"
    assert real.result_of(second).data == b"2"
    assert len(web.lines) == 1


def test_whoever_gives_up_hears_at_once_what_has_become_of_the_request(real, towards):
    web = RudeWeb([HALF])
    transport = towards(web, connections=1)

    def given_up(work):
        found = []
        work.addErrback(found.append)
        work.cancel()
        return found[0].type

    connecting = Deferred.fromCoroutine(transport.send(LOAN, changes=True))
    waiting = Deferred.fromCoroutine(transport.send(LOAN, changes=True))
    assert given_up(waiting) is SystemBusy
    assert given_up(connecting) is SystemUnavailable
    assert not web.requests

    asked = Deferred.fromCoroutine(transport.send(LOAN, changes=True))
    real.turn_until(lambda: web.requests)
    assert given_up(asked) is AnswerLost
    real.turn_until(lambda: transport.connections.open == 0)
    assert transport.connections.busy == 0


def test_closing_ends_what_is_under_way_and_what_waits(real, towards):
    web = RudeWeb([])
    transport = towards(web, connections=1)
    asked, waiting = (Deferred.fromCoroutine(transport.send(LOAN, changes=True)) for _ in range(2))
    real.turn_until(lambda: web.requests)
    real.result_of(transport.close())
    with pytest.raises(AnswerLost):
        real.result_of(asked)
    with pytest.raises(SystemUnavailable):
        real.result_of(waiting)
    with pytest.raises(SystemUnavailable):
        real.result_of(transport.send(LOOKUP, changes=False))


def test_a_probe_connects_and_asks_nothing(real, towards):
    web = RudeWeb()
    transport = towards(web)
    real.result_of(transport.probe())
    real.turn_until(lambda: web.lines and web.lines[0].is_gone)
    assert not web.requests
