"""A document is answered, or it is known whether it was sent."""

import pytest
from twisted.internet import error

from ncip_responders import InMemory, ok, on_a_stream
from softdock.circulation.errors import AnswerLost, MalformedReply, SystemBusy, SystemUnavailable


def test_one_connection_serves_several_documents():
    system = InMemory()
    first = system.asked(b"<one/>")
    (line,) = system.lines
    assert line.hears().endswith(b"\r\n\r\n<one/>")
    line.says(ok(b"<1/>"))

    second = system.asked(b"<two/>")
    assert line.hears().endswith(b"\r\n\r\n<two/>")
    line.says(ok(b"<2/>"))

    assert [first[0].document, second[0].document] == [b"<1/>", b"<2/>"]
    assert len(system.lines) == 1


def test_the_next_document_waits_where_there_is_no_further_connection():
    system = InMemory(connections=1)
    _, second = system.asked(b"<one/>"), system.asked(b"<two/>")
    (line,) = system.lines
    line.hears()

    line.says(ok())

    assert line.hears().endswith(b"<two/>")
    assert not second


def test_connections_are_opened_as_they_are_needed_up_to_the_ceiling():
    system = InMemory(connections=2)

    for _ in range(5):
        system.asked()

    assert len(system.lines) == 2


def test_a_connection_that_stood_idle_is_closed():
    system = InMemory(idle=20)
    system.asked()
    system.lines[0].says(ok())

    system.clock.advance(20)

    assert system.lines[0].gone
    system.asked()
    assert len(system.lines) == 2


def test_a_connection_that_says_it_closes_is_not_asked_again():
    system = InMemory()
    found = system.asked()
    system.lines[0].says(ok(b"<b/>", "Connection: close"))

    system.asked()

    assert found[0].document == b"<b/>"
    assert len(system.lines) == 2
    assert system.lines[0].gone


def test_a_body_that_ends_with_the_connection_is_a_reply():
    system = InMemory()
    found = system.asked()
    system.lines[0].says(b"HTTP/1.0 200 OK\r\n\r\n<b/>")

    system.lines[0].ends()

    assert found[0].document == b"<b/>"


def test_a_lookup_is_asked_once_more_where_an_idle_connection_had_ended():
    system = InMemory()
    system.asked()
    system.lines[0].says(ok())
    found = system.asked(b"<again/>")

    system.lines[0].ends()

    assert system.lines[1].hears().endswith(b"<again/>")
    system.lines[1].says(ok())
    assert found[0].document == b"<b/>"


def test_what_changes_something_is_never_sent_twice():
    system = InMemory()
    found = system.asked(changes_state=True)

    system.lines[0].ends()

    assert isinstance(found[0], AnswerLost)
    assert len(system.lines) == 1


def test_a_lookup_is_asked_twice_at_most():
    system = InMemory()
    found = system.asked()

    system.lines[0].ends()
    system.lines[1].ends()

    assert isinstance(found[0], AnswerLost)
    assert len(system.lines) == 2


@pytest.mark.parametrize("reason", [error.ConnectionDone(), error.ConnectionLost()])
def test_half_an_answer_is_a_lost_one(reason):
    system = InMemory()
    found = system.asked()
    system.lines[0].says(ok()[:-1])

    system.lines[0].ends(reason)

    assert isinstance(found[0], AnswerLost)
    assert len(system.lines) == 1, "it was heard, and so was sent"


def test_what_could_not_be_sent_was_not_done():
    system = InMemory(reachable=False)

    assert isinstance(system.asked(changes_state=True)[0], SystemUnavailable)


def test_a_call_that_is_not_answered_in_time_was_not_sent():
    system = InMemory(reachable=None)
    found = system.asked(timeout=3, changes_state=True)

    system.clock.advance(3)

    assert isinstance(found[0], SystemUnavailable)


def test_an_answer_that_is_late_is_lost_and_reaches_nobody():
    system = InMemory(connections=1)
    found = system.asked(timeout=3, changes_state=True)
    following = system.asked(b"<next/>", timeout=30)

    system.clock.advance(3)
    system.clock.advance(0)

    assert isinstance(found[0], AnswerLost)
    assert system.lines[0].gone
    system.lines[0].protocol.dataReceived(ok(b"<late/>"))
    system.lines[1].says(ok(b"<right/>"))
    assert following[0].document == b"<right/>"


def test_who_waits_too_long_for_a_connection_hears_that_nothing_was_sent():
    system = InMemory(connections=1)
    system.asked(timeout=30)
    found = system.asked(timeout=3, changes_state=True)

    system.clock.advance(3)

    assert isinstance(found[0], SystemBusy)


def test_more_than_may_wait_are_turned_away():
    system = InMemory(connections=1, waiting=1)
    system.asked()
    system.asked()

    assert isinstance(system.asked()[0], SystemBusy)


def test_what_is_no_reply_costs_the_connection():
    system = InMemory()
    found = system.asked()

    system.lines[0].says(b"220 smtp.test\r\n")

    assert isinstance(found[0], MalformedReply)
    assert system.lines[0].gone


def test_what_nobody_asked_for_costs_the_connection():
    system = InMemory()
    system.asked()
    system.lines[0].says(ok())

    system.lines[0].says(ok())

    assert system.lines[0].gone
    system.asked(b"<next/>")
    assert system.lines[1].hears().endswith(b"<next/>")


def test_nothing_is_asked_of_a_connection_between_what_spoiled_it_and_its_end():
    """A change that was sent there would be looked after by people, and was never made."""
    system = InMemory()
    first = system.asked()
    system.lines[0].says(ok())
    assert first

    system.lines[0].protocol.dataReceived(ok())
    second = system.asked(changes_state=True)
    system.clock.advance(0)
    system.lines[1].says(ok(b"<done/>"))

    assert second[0].document == b"<done/>"


def test_nothing_is_sent_before_tls_is_agreed_upon():
    system = InMemory(tls=True)
    system.asked()
    (line,) = system.lines
    assert line.hears() == b""

    line.protocol.handshakeCompleted()

    assert line.hears().endswith(b"<a/>")


def test_who_cannot_agree_upon_tls_was_sent_nothing():
    system = InMemory(tls=True)
    found = system.asked(changes_state=True)

    system.lines[0].ends(error.ConnectionLost())

    assert isinstance(found[0], SystemUnavailable)


def test_documents_on_a_stream_take_turns():
    system = on_a_stream(connections=1)
    first, second = system.asked(b"<one/>"), system.asked(b"<two/>")
    (line,) = system.lines
    assert line.hears() == b"<one/>\n"

    line.says(b"<1/>\n")
    assert line.hears() == b"<two/>\n"
    line.says(b"<2/>")

    assert [first[0].document, second[0].document] == [b"<1/>", b"<2/>"]


def test_who_gives_up_frees_nobody_from_what_was_sent():
    system = InMemory()
    wish = system.pool.ask(b"<a/>", 5.0, changes_state=True)
    found = []
    wish.addErrback(lambda failure: found.append(failure.value))

    wish.cancel()

    assert isinstance(found[0], AnswerLost)
    assert system.lines[0].gone


def test_once_closed_nothing_is_left():
    system = InMemory()
    found = system.asked()
    system.asked()
    system.lines[0].says(ok())

    system.pool.close()
    system.clock.advance(0)

    assert all(line.gone for line in system.lines)
    assert not system.clock.getDelayedCalls()
    assert found[0].document == b"<b/>"
    assert isinstance(system.asked()[0], SystemUnavailable)
