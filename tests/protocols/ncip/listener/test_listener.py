"""The listener: answers, limits, order, back-pressure and the orderly end, without a socket."""

import pytest
from twisted.logger import globalLogPublisher

from ncip_bench import Bench, Middle, Partner
from ncip_over_http import a_post, status_of
from softdock.circulation.journal import WordWithheld
from softdock.protocols.ncip.listener import AT_ONCE, LINGER_SWEEPS, READ_AHEAD, SWEEP
from softdock.protocols.ncip.transport import Transport
from softdock.protocols.ncip.transport.refusals import INVALID_SYNTAX, TEMPORARY_FAILURE
from stubs import comes_to_rest


def body_of(answer):
    return answer.partition(b"\r\n\r\n")[2]


def a_tcp_bench(middle=None, **limits):
    return Bench(middle, transport=Transport.TCP, **limits)


# --- answers --------------------------------------------------------------------------------------------


def test_a_partner_is_answered_at_once():
    bench = Bench()
    partner = Partner(bench)
    assert body_of(partner.says(a_post(b"<a/>", target="/ncip/reshare"))) == b"<a/>"
    way = bench.middle.received[0].way
    assert (way.address, way.path_account, way.secure, way.certificate) == ("10.0.0.1", "reshare", False, ())
    assert not partner.hung_up


def test_a_partner_is_answered_when_the_answer_is_there():
    bench = Bench(Middle(waits=True))
    partner = Partner(bench)
    assert partner.says(a_post(b"<a/>")) == b""
    assert bench.front.waiting == 1
    bench.middle.goes_on()
    assert body_of(partner.hears()) == b"<a/>"
    assert bench.front.waiting == 0


def test_answers_keep_the_order_of_the_questions():
    bench = Bench(Middle(waits=True))
    partner = Partner(bench)
    partner.says(a_post(b"<a/>") + a_post(b"<b/>"))
    assert bench.middle.documents == [b"<a/>"]
    bench.middle.goes_on()
    assert body_of(partner.hears()) == b"<a/>"
    bench.middle.goes_on()
    assert body_of(partner.hears()) == b"<b/>"


def test_answers_to_what_came_together_leave_together():
    class Counting:
        calls = 0

    partner = Partner(Bench())
    write = partner.transport.write

    def counted(data):
        Counting.calls += 1
        write(data)

    partner.transport.write = counted
    assert partner.says(a_post(b"<a/>") * 5).count(b"HTTP/1.1 200") == 5
    assert Counting.calls == 1


def test_one_partner_with_very_many_requests_does_not_keep_the_others_waiting():
    bench = Bench()
    greedy, other = Partner(bench), Partner(bench)
    assert greedy.says(a_post(b"<a/>") * (2 * AT_ONCE + 1)).count(b"HTTP/1.1 200") == AT_ONCE
    assert status_of(other.says(a_post(b"<b/>"))) == 200
    bench.clock.advance(0)
    assert greedy.hears().count(b"HTTP/1.1 200") == AT_ONCE + 1
    assert len(bench.middle.received) == 2 * AT_ONCE + 2


def test_who_is_gone_meanwhile_gets_no_more_of_them():
    bench = Bench()
    greedy = Partner(bench)
    greedy.says(a_post(b"<a/>") * (AT_ONCE + 1))
    greedy.goes()
    bench.clock.advance(0)
    assert len(bench.middle.received) == AT_ONCE


def test_a_stream_is_answered_document_by_document():
    bench = a_tcp_bench()
    partner = Partner(bench)
    assert partner.says(b"<a/>\n<b>") == b"<a/>\n"
    assert partner.says(b"</b>") == b"<b></b>\n"
    assert bench.middle.received[0].way.transport is Transport.TCP


@pytest.mark.parametrize("size", [1, 3, 5, 1000])
def test_http_on_a_stream_is_recognised(size):
    """Some know one server for NCIP 1 to which they speak HTTP over a bare socket."""
    bench = a_tcp_bench()
    partner = Partner(bench)
    request = a_post(b"<a/>", version="1.0", host=None, kind="application/x-www-form-urlencoded")
    answer = b"".join(partner.says(request[at : at + size]) for at in range(0, len(request), size))
    assert status_of(answer) == 200
    assert bench.middle.received[0].way.transport is Transport.HTTP
    assert partner.hung_up


def test_a_stream_that_only_begins_as_http_does_is_none():
    partner = Partner(a_tcp_bench())
    assert partner.says(b"POS") == b""
    assert partner.says(b"SE") == INVALID_SYNTAX
    assert partner.hung_up


# --- faults of ours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("waits", [False, True])
def test_a_fault_of_the_middle_is_told_in_ncip_and_without_its_text(waits):
    """No trace, no 5xx; the log has it under an id."""
    logged = []
    globalLogPublisher.addObserver(logged.append)
    bench = Bench(Middle(waits=waits, raises=RuntimeError("R0012345 and all that")))
    partner = Partner(bench)
    answer = partner.says(a_post(b"<a/>"))
    if waits:
        bench.middle.goes_on()
        answer = partner.hears()
    assert status_of(answer) == 200
    assert body_of(answer) == TEMPORARY_FAILURE
    globalLogPublisher.removeObserver(logged.append)
    assert len(logged) == 1 and len(logged[0]["failure_id"]) == 12
    assert bench.front.waiting == 0
    assert not partner.hung_up


def test_a_fault_in_sending_ends_that_connection_and_nothing_else():
    bench = Bench(Middle(waits=True))
    broken, other = Partner(bench), Partner(bench)
    broken.transport.write = None
    for each in (broken, other):
        each.says(a_post(b"<a/>"))
    bench.middle.goes_on()
    bench.middle.goes_on()
    assert broken.cut_off
    assert status_of(other.hears()) == 200


def test_after_a_fault_the_next_request_is_answered():
    bench = Bench(Middle(raises=ValueError("no")))
    partner = Partner(bench)
    partner.says(a_post(b"<a/>"))
    bench.middle.raises = None
    assert body_of(partner.says(a_post(b"<b/>"))) == b"<b/>"


@pytest.mark.parametrize("transport", Transport)
@pytest.mark.parametrize("waits", [False, True])
def test_where_nothing_may_be_told_the_connection_ends(waits, transport):
    """What the journal holds is not known: any word could be a wrong one."""
    bench = Bench(Middle(waits=waits, raises=WordWithheld()), transport=transport)
    partner = Partner(bench)
    write = a_post if transport is Transport.HTTP else bytes
    partner.says(write(b"<a/>") + write(b"<b/>"))
    if waits:
        bench.middle.goes_on()
    assert partner.hears() == b""
    assert partner.cut_off
    assert bench.middle.documents == [b"<a/>"]


# --- operations are never given up -------------------------------------------------------------------------


def test_an_operation_goes_on_when_its_partner_is_gone():
    bench = Bench(Middle(waits=True))
    partner = Partner(bench)
    partner.says(a_post(b"<a/>"))
    partner.goes()
    bench.middle.goes_on()
    assert bench.middle.finished == 1
    assert bench.front.waiting == 0
    assert partner.hears() == b""


def test_what_waits_behind_it_is_not_begun():
    bench = Bench(Middle(waits=True))
    partner = Partner(bench)
    partner.says(a_post(b"<a/>") + a_post(b"<b/>"))
    partner.goes()
    bench.middle.goes_on()
    assert bench.middle.documents == [b"<a/>"]


def test_a_partner_that_closes_its_side_still_hears_its_answers():
    bench = Bench(Middle(waits=True))
    partner = Partner(bench)
    partner.says(a_post(b"<a/>") + a_post(b"<b/>"))
    assert partner.says_no_more() == b""
    bench.middle.goes_on()
    assert status_of(partner.hears()) == 200
    assert not partner.hung_up
    bench.middle.goes_on()
    assert status_of(partner.hears()) == 200
    assert partner.transport.disconnecting


def test_a_partner_that_closes_without_a_word_is_closed():
    partner = Partner(Bench())
    assert partner.says_no_more() == b""
    assert partner.transport.disconnecting


def test_half_a_request_is_never_begun():
    for bench, half in ((Bench(), a_post(b"<a/>")[:-1]), (a_tcp_bench(), b"<a>")):
        partner = Partner(bench)
        partner.says(half)
        assert partner.says_no_more()
        assert bench.middle.documents == []
        assert partner.hung_up


# --- limits -----------------------------------------------------------------------------------------------


def test_more_connections_than_the_limit_are_turned_away():
    bench = Bench(connections=3, per_address=2)
    first, second, third = Partner(bench), Partner(bench), Partner(bench)
    assert (first.hung_up, second.hung_up, third.hung_up) == (False, False, True)
    third.goes()
    assert not Partner(bench, "10.0.0.2").hung_up
    assert Partner(bench, "10.0.0.3").hung_up
    assert bench.observer.violations == ["connections-per-address", "connections"]
    first.goes()
    assert not Partner(bench).hung_up


def test_behind_a_balancer_the_address_is_known_with_the_first_bytes():
    bench = Bench(per_address=1)
    Partner(bench)
    second = Partner(bench, behind_proxy=True)
    assert not second.hung_up
    assert second.says(a_post()) == b""
    assert second.cut_off
    assert bench.middle.documents == []


@pytest.mark.parametrize("transport", list(Transport))
def test_more_requests_than_can_wait_hear_so_at_once(transport):
    bench = Bench(Middle(waits=True), transport=transport, most_waiting=1)
    first, second = Partner(bench), Partner(bench)
    http = transport is Transport.HTTP
    request = a_post(b"<a/>") if http else b"<a/>"
    first.says(request)
    answer = second.says(request)
    assert (status_of(answer) == 503) if http else (answer == TEMPORARY_FAILURE)
    assert bench.observer.violations == ["overloaded"]
    bench.middle.goes_on()
    second.says(request)
    assert len(bench.middle.received) == 2
    assert not second.hung_up


def test_a_partner_that_sends_without_end_is_no_longer_read_from():
    bench = Bench(Middle(waits=True))
    partner = Partner(bench)
    request = a_post(b"<a/>")
    partner.says(request)
    assert partner.transport.producerState == "producing"
    number = READ_AHEAD // len(request) + 1
    partner.says(request * number)
    assert partner.transport.producerState == "paused"
    for _ in range(number + 1):
        bench.middle.goes_on()
        bench.clock.advance(0)
    assert partner.transport.producerState == "producing"
    assert partner.hears().count(b"HTTP/1.1 200") == number + 1


def test_a_partner_that_does_not_read_gets_no_further_answers():
    bench = Bench()
    partner = Partner(bench)
    partner.connection.pauseProducing()
    assert partner.says(a_post(b"<a/>")) == b""
    assert bench.middle.documents == []
    partner.connection.resumeProducing()
    assert status_of(partner.hears()) == 200


def test_a_partner_that_never_reads_is_hung_up_on():
    bench = Bench(idle_time=60)
    partner = Partner(bench)
    partner.connection.pauseProducing()
    bench.pass_seconds(70)
    assert partner.hung_up
    bench.pass_seconds(LINGER_SWEEPS * SWEEP)
    assert partner.cut_off


# --- slow and silent ones ---------------------------------------------------------------------------------


def test_a_head_that_comes_bit_by_bit_does_not_hold_a_connection():
    """However diligently it sends: the time runs from the first byte."""
    bench = Bench(head_time=10)
    partner = Partner(bench)
    partner.says(b"POST /ncip HTTP/1.1\r\n")
    answer = b""
    for _ in range(3):
        assert answer == b""
        bench.pass_seconds(SWEEP)
        answer = partner.says(b"X: a\r\n")
    bench.pass_seconds(SWEEP)
    assert status_of(answer + partner.hears()) == 408
    assert bench.observer.violations == ["too-slow"]
    assert partner.hung_up


@pytest.mark.parametrize(
    ("transport", "half"), [(Transport.HTTP, a_post(b"<a/>")[:-1]), (Transport.TCP, b"<a>")]
)
def test_a_body_that_comes_bit_by_bit_has_longer_but_not_for_ever(transport, half):
    bench = Bench(transport=transport, head_time=10, body_time=60)
    partner = Partner(bench)
    partner.says(half)
    bench.pass_seconds(50)
    assert not partner.hung_up
    bench.pass_seconds(20)
    assert partner.hears()
    assert partner.hung_up
    assert bench.middle.documents == []


def test_the_time_of_the_next_request_begins_with_its_own_first_byte():
    bench = Bench(Middle(waits=True), body_time=60, idle_time=300)
    partner = Partner(bench)
    partner.says(a_post(b"<a/>") + a_post(b"<b/>")[:-1])
    bench.pass_seconds(200)
    bench.middle.goes_on()
    assert status_of(partner.hears()) == 200
    bench.pass_seconds(50)
    assert not partner.hung_up
    partner.says(b">")
    bench.middle.goes_on()
    assert status_of(partner.hears()) == 200


def test_an_answer_may_take_its_time():
    """How long, is for the middle to say."""
    bench = Bench(Middle(waits=True), head_time=10, body_time=60, idle_time=60)
    partner = Partner(bench)
    partner.says(a_post(b"<a/>"))
    bench.pass_seconds(600)
    assert not partner.hung_up


def test_a_connection_that_nobody_uses_is_closed_without_a_word():
    bench = Bench(idle_time=60)
    silent, used = Partner(bench), Partner(bench)
    for _ in range(3):
        bench.pass_seconds(40)
        assert status_of(used.says(a_post())) == 200
    assert silent.hung_up and not used.hung_up
    assert silent.hears() == b""
    bench.pass_seconds(70)
    assert used.hung_up
    assert bench.observer.violations == []


@pytest.mark.parametrize("transport", list(Transport))
def test_empty_lines_do_not_keep_a_connection(transport):
    bench = Bench(transport=transport, idle_time=60)
    partner = Partner(bench)
    for _ in range(3):
        partner.says(b"\r\n" * 3)
        bench.pass_seconds(25)
    assert partner.hung_up
    assert partner.hears() == b""


def test_the_time_without_a_request_begins_with_the_answer():
    bench = Bench(Middle(waits=True), idle_time=60)
    partner = Partner(bench)
    partner.says(a_post())
    bench.pass_seconds(100)
    bench.middle.goes_on()
    bench.pass_seconds(50)
    assert not partner.hung_up
    bench.pass_seconds(20)
    assert partner.hung_up


def test_a_connection_that_never_gets_encrypted_is_not_kept_for_long():
    """Whoever lets the handshake hang would have the time of an idle partner otherwise."""
    bench = Bench(transport=Transport.TCP, head_time=10, idle_time=1800)
    hanging, encrypted = Partner(bench, encrypted=True), Partner(bench, encrypted=True)
    encrypted.connection.handshakeCompleted()
    bench.pass_seconds(20)
    assert hanging.hung_up and not encrypted.hung_up


def test_who_was_refused_gets_to_read_why_while_it_still_sends():
    """Were the connection closed at once, what is on its way would wipe out the answer."""
    bench = Bench(body=100)
    partner = Partner(bench)
    assert status_of(partner.says(a_post(b"", length=10**6))) == 413
    assert partner.transport.write_closed and not partner.cut_off
    assert partner.says(b"a" * 1000) == b""
    partner.says_no_more()
    assert partner.transport.disconnecting


def test_but_not_for_ever():
    bench = Bench(body=100)
    partner = Partner(bench)
    partner.says(a_post(b"", length=10**6))
    for _ in range(LINGER_SWEEPS):
        assert not partner.cut_off
        partner.says(b"a")
        bench.pass_seconds(SWEEP)
    assert partner.cut_off


# --- the orderly end --------------------------------------------------------------------------------------


def test_draining_closes_idle_ones_at_once_and_busy_ones_after_their_answer():
    bench = Bench(Middle(waits=True))
    idle, busy, kept = Partner(bench), Partner(bench), Partner(bench)
    busy.says(a_post(b"<a/>") + a_post(b"<b/>"))
    kept.says(a_post(b"<c/>"))
    drained = bench.listener.drain(10)
    assert idle.hung_up and idle.hears() == b""
    assert not busy.hung_up
    assert Partner(bench).hung_up
    bench.middle.goes_on()
    answer = busy.hears()
    assert status_of(answer) == 200 and b"Connection: close" in answer
    assert busy.hung_up
    assert bench.middle.documents == [b"<a/>", b"<c/>"]
    bench.middle.goes_on()
    for each in (idle, busy):
        each.goes()
    assert not drained.called
    kept.goes()
    assert drained.called
    assert comes_to_rest(bench.clock)


@pytest.mark.parametrize(
    ("transport", "half"), [(Transport.HTTP, a_post(b"<a/>")[:-1]), (Transport.TCP, b"<a>")]
)
def test_draining_tells_who_is_sending_that_nothing_was_done(transport, half):
    bench = Bench(transport=transport)
    partner = Partner(bench)
    partner.says(half)
    bench.listener.drain(10)
    answer = partner.hears()
    assert (status_of(answer) == 503) if transport is Transport.HTTP else (answer == TEMPORARY_FAILURE)
    assert partner.hung_up
    assert partner.says(b">") == b""
    assert bench.middle.documents == []


def test_draining_ends_with_the_grace_period():
    bench = Bench(Middle(waits=True))
    partner = Partner(bench)
    partner.says(a_post(b"<a/>"))
    bench.listener.drain(5)
    bench.clock.advance(4)
    assert not partner.cut_off
    bench.clock.advance(2)
    assert partner.cut_off
    bench.middle.goes_on()
    assert bench.middle.finished == 1


def test_some_can_be_dismissed_while_others_stay():
    bench = Bench()
    leaving, staying = Partner(bench, "10.0.0.1"), Partner(bench, "10.0.0.2")
    for each in (leaving, staying):
        each.says(a_post())
    bench.listener.dismiss(lambda peer: peer.address == "10.0.0.1")
    assert leaving.hung_up and not staying.hung_up


def test_new_limits_and_a_new_middle_hold_from_now_on():
    bench = Bench(body=10)
    partner = Partner(bench)
    other = Middle()
    bench.listener.renew(type(bench.listener.limits)(body=100))
    bench.front.renew(other, 5)
    assert status_of(Partner(bench).says(a_post(b"a" * 50))) == 200
    assert status_of(partner.says(a_post(b"a" * 50))) == 200
    assert len(other.received) == 2 and bench.middle.received == []
