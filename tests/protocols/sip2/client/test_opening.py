"""Connections to a system on their way to be asked: calls, TLS, logins, and what becomes of those who wait."""

import tracemalloc

import pytest
from twisted.internet import error
from twisted.logger import globalLogPublisher
from twisted.python.failure import Failure

from softdock.circulation.errors import AnswerLost, SystemUnavailable
from softdock.circulation.identifiers import Secret
from softdock.protocols.sip2.client import Login, Manner
from softdock.protocols.sip2.client.connection import LoginRefused, said
from softdock.protocols.sip2.client.pool import GROWTH_PAUSE, LOGIN_PAUSE
from softdock.protocols.sip2.client_session import LONGEST_ANSWER
from wired_systems import STATUS, System, answer_to, checkout, item, told_of

SIP2 = Manner(login=Login.SIP2, user="softdock", password=Secret("secret"), location="3F", status=False)


# --- a system that is away ------------------------------------------------------------------------------------


def test_a_system_that_cannot_be_reached_is_unavailable_to_all_who_wait():
    system = System(reachable=False, connections=2)
    heard = [system.ask(item(number)) for number in range(3)]

    assert [type(each[0]) for each in heard] == [SystemUnavailable] * 3
    assert system.pool.counts.failed_total >= 1


def test_a_call_that_is_not_answered_is_told_in_plain_words():
    """Twisted says: user timeout caused connection failure."""
    assert said(Failure(error.TimeoutError())) == "the call was not answered in time"


def test_who_waits_for_a_system_that_does_not_answer_the_call_may_give_up():
    system = System(reachable=None)
    heard = system.ask(checkout(), changes_state=True)
    heard.asked.cancel()

    assert isinstance(heard[0], SystemUnavailable)


def test_a_system_that_does_not_get_through_with_its_greeting_is_away_and_not_busy():
    """Otherwise its breaker would never open, and everybody would wait until the deadline."""
    system = System(manner=SIP2)
    heard = system.ask(item(1))
    heard.asked.cancel()

    assert isinstance(heard[0], SystemUnavailable)


def test_those_who_wait_are_served_by_the_connection_that_came_about():
    system = System(connections=2)
    first = system.ask(item(1))
    system.reachable = False
    second = system.ask(item(2))
    assert not second
    system.lines[0].answers(told_of(1))
    system.lines[0].answers(told_of(2))

    assert (first[0].title_identifier, second[0].title_identifier) == ("Title 1", "Title 2")


def test_a_system_that_takes_no_further_connection_is_not_called_for_each_request():
    """Its licence may count them: those that there are serve everybody, and once in a while one more is tried."""
    system = System(connections=9)
    heard = [system.ask(item(0))]
    system.reachable = False
    heard += [system.ask(item(number)) for number in range(1, 6)]
    assert system.watcher.told[1:] == ["failed beside 1: no connection: Connection was refused by other side"]
    for number in range(6):
        system.lines[0].answers(told_of(number))
    assert [each[0].title_identifier for each in heard] == [f"Title {number}" for number in range(6)]

    system.reachable = True
    system.pass_seconds(GROWTH_PAUSE)
    for number in range(2):
        system.ask(item(number))
    assert len(system.open) == 2


def test_a_system_that_was_full_and_is_gone_is_called_at_once():
    system = System(connections=9)
    system.ask(item(0))
    system.reachable = False
    system.ask(item(1))
    system.lines[0].answers(told_of(0))
    system.lines[0].answers(told_of(1))
    system.reachable = True
    system.lines[0].breaks()
    system.ask(item(2))

    assert len(system.open) == 1


def test_of_a_connection_that_is_gone_nothing_is_kept_that_came_on_it():
    """A system that sends without an end breaks many connections before the collector looks at the first."""
    system = System(connections=1)
    tracemalloc.start()
    try:
        for number in range(4):
            heard = system.ask(checkout(), changes_state=True)
            system.lines[number].protocol.dataReceived(b"1" * (LONGEST_ANSWER + 2))
            system.clock.advance(0)
            assert isinstance(heard[0], AnswerLost)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert kept < LONGEST_ANSWER


# --- login ---------------------------------------------------------------------------------------------------------


def test_every_connection_is_logged_in_before_it_is_asked():
    system = System(manner=SIP2, connections=2)
    heard = [system.ask(item(number)) for number in range(2)]
    for number in range(2):
        assert system.lines[number].answers(b"941").startswith(b"9300CNsoftdock|COsecret|CP3F|")
    for number, line in enumerate(system.lines):
        line.answers(told_of(number))

    assert [each[0].title_identifier for each in heard] == ["Title 0", "Title 1"]
    system.lines[0].breaks()
    system.lines[1].breaks()
    system.ask(item(3))
    assert system.lines[2].hears()[0].startswith(b"93"), "after every reconnect"


def test_a_refused_login_is_not_tried_again_at_once():
    """Nor by several connections at the same time: a few wrong passwords may lock the account."""
    system = System(manner=SIP2, connections=8)
    heard = [system.ask(item(number)) for number in range(8)]
    system.lines[0].answers(b"940")
    assert [type(each[0]) for each in heard] == [LoginRefused] * 8
    assert system.lines[0].gone

    assert isinstance(system.ask(item(2))[0], SystemUnavailable)
    assert len(system.lines) == 1

    system.pass_seconds(LOGIN_PAUSE)
    heard = system.ask(item(3))
    system.lines[1].answers(b"941")
    system.lines[1].answers(told_of(3))
    assert heard[0].title_identifier == "Title 3"


def test_a_login_that_is_answered_twice_ends_the_connection():
    system = System(manner=Manner(login=Login.SIP2, user="softdock"))
    heard = system.ask(item(1))
    (login,) = system.lines[0].hears()
    system.lines[0].protocol.dataReceived(2 * (answer_to(login, b"941") + b"\r"))
    system.clock.advance(0)

    assert isinstance(heard[0], SystemUnavailable)
    assert "more than an answer" in system.watcher.told[-1]
    assert system.lines[0].hears() == []


def test_the_status_is_asked_for_after_the_login():
    system = System(manner=Manner(print_width=40))
    system.ask(item(1))
    assert system.lines[0].answers(STATUS).startswith(b"9900402.00")

    assert system.watcher.statuses[0].retries_allowed == 3
    assert system.lines[0].hears()[0].startswith(b"17")


def test_a_system_that_hangs_up_on_whoever_calls_is_away_each_time():
    """The status is asked for until it is told; so no loan is lost on a connection that the system does not want."""
    system = System(manner=Manner())
    for number in range(3):
        heard = system.ask(checkout(), changes_state=True)
        system.lines[number].breaks()
        assert isinstance(heard[0], SystemUnavailable)

    assert all(each.startswith("failed") for each in system.watcher.told)


def test_a_system_that_answers_the_login_twice_is_unavailable():
    """Nobody can tell what its next answer would belong to."""
    system = System(manner=Manner(login=Login.SIP2, user="softdock", password=Secret("secret")))
    heard = system.ask(item(1))
    (login,) = system.lines[0].hears()
    system.lines[0].protocol.dataReceived((answer_to(login, b"941") + b"\r") * 2)
    system.clock.advance(0)

    assert isinstance(heard[0], SystemUnavailable)
    assert "more than an answer" in str(heard[0])
    assert system.pool.counts.open == 0


def test_a_connection_may_be_logged_in_at_prompts():
    manner = Manner(login=Login.TELNET, user="softdock", password=Secret("secret"), status=False)
    system = System(manner=manner)
    heard = system.ask(item(1))
    (line,) = system.lines
    line.protocol.dataReceived(b"login: ")
    assert line.hears() == [b"softdock"]
    line.protocol.dataReceived(b"password: ")
    assert line.hears() == [b"secret"]
    line.protocol.dataReceived(b"Login OK.  Initiating SIP\r\n")
    line.answers(told_of(1))

    assert heard[0].title_identifier == "Title 1"


def test_prompts_that_never_come_are_not_waited_for():
    manner = Manner(
        login=Login.TELNET, user="softdock", password=Secret("secret"), status=False, own_timeout=2
    )
    system = System(manner=manner)
    heard = system.ask(item(1))
    system.pass_seconds(2.5)

    assert isinstance(heard[0], SystemUnavailable)
    assert system.lines[0].gone


def test_a_system_that_accepts_and_never_answers_is_unavailable_to_all_who_wait():
    system = System(manner=Manner(login=Login.SIP2, user="x", own_timeout=2), connections=3)
    heard = [system.ask(item(number)) for number in range(10)]
    system.pass_seconds(2.5)

    assert [type(each[0]) for each in heard] == [SystemUnavailable] * 10
    assert not system.open


@pytest.mark.parametrize("keep_alive", [0, 1])
def test_a_fault_of_whoever_watches_costs_a_connection_and_not_the_pool(keep_alive):
    """Whether it comes with the first status or with a later one, nothing stays behind that counts and is never asked."""
    system, events = System(manner=Manner(), keep_alive=keep_alive, connections=1), []
    system.ask(item(1))
    if keep_alive:
        system.lines[0].answers(STATUS)
        system.lines[0].answers(told_of(1))
    system.watcher.status = {}.__getitem__
    globalLogPublisher.addObserver(events.append)
    try:
        system.pass_seconds(2 * keep_alive)
        system.lines[0].answers(STATUS)
    finally:
        globalLogPublisher.removeObserver(events.append)

    assert [each["log_failure"].type for each in events] == [TypeError]
    assert system.lines[0].gone
    assert system.pool.counts.open == 0


# --- TLS -------------------------------------------------------------------------------------------------------------


def test_nothing_is_asked_before_it_is_known_who_listens():
    """A certificate that is not believed ends the connection, and then a loan has not been asked for."""
    system = System(tls=True)
    heard = system.ask(checkout(), changes_state=True)
    assert system.lines[0].hears() == []
    system.lines[0].breaks()

    assert isinstance(heard[0], SystemUnavailable)
    assert system.watcher.told == ["failed beside 0: the connection broke: Connection was closed cleanly"]


def test_the_conversation_begins_with_the_end_of_the_handshake():
    system = System(tls=True)
    heard = system.ask(item(1))
    system.lines[0].protocol.handshakeCompleted()
    system.lines[0].answers(told_of(1))

    assert heard[0].title_identifier == "Title 1"


def test_a_handshake_that_never_ends_is_not_waited_for():
    system = System(tls=True, manner=Manner(status=False, own_timeout=2))
    heard = system.ask(item(1))
    system.pass_seconds(2.5)

    assert isinstance(heard[0], SystemUnavailable)
    assert system.lines[0].gone
