"""The connections to a system: how many there are, who gets them, and that nobody gets another's answer."""

import pytest

from softdock.circulation.errors import AnswerLost, MalformedReply, SystemBusy, SystemUnavailable
from softdock.circulation.identifiers import Secret
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.client import Login, Manner
from softdock.protocols.sip2.dialect import Dialect
from wired_systems import STATUS, System, answer_to, checkout, item, told_of

SIP2 = Manner(login=Login.SIP2, user="softdock", password=Secret("secret"), location="3F", status=False)


# --- asking --------------------------------------------------------------------------------------------------


def test_nothing_is_opened_before_something_is_asked():
    system = System()
    assert system.lines == []

    heard = system.ask(item(1))
    system.lines[0].answers(told_of(1))

    assert heard[0].title_identifier == "Title 1"


def test_a_connection_is_used_again():
    system = System()
    for number in range(3):
        heard = system.ask(item(number))
        system.lines[0].answers(told_of(number))
        assert heard[0].title_identifier == f"Title {number}"

    assert len(system.lines) == 1


def test_one_request_is_outstanding_on_each_connection_and_no_more_are_opened_than_may_be():
    system = System(connections=2)
    heard = [system.ask(item(number)) for number in range(5)]

    assert [line.hears()[0][24:] for line in system.lines] != []
    assert len(system.lines) == 2
    assert system.pool.counts.waiting == 3
    assert not any(heard)


def test_those_who_wait_are_served_in_the_order_in_which_they_came():
    system = System(connections=1)
    heard = [system.ask(item(number)) for number in range(4)]
    for number in range(4):
        request = system.lines[0].answers(told_of(number))
        assert f"ABB{number}|".encode() in request
        assert [bool(each) for each in heard] == [True] * (number + 1) + [False] * (3 - number)


def test_who_comes_when_too_many_wait_is_turned_away_at_once():
    system = System(connections=1, waiting=1)
    system.ask(item(1))
    waiting = system.ask(item(2))

    assert isinstance(system.ask(item(3))[0], SystemBusy)
    assert not waiting


def test_who_gives_up_waiting_for_a_connection_hears_that_nothing_was_sent():
    system = System(connections=1)
    system.ask(item(1))
    waiting = system.ask(checkout(), changes_state=True)
    waiting.asked.cancel()
    system.lines[0].answers(told_of(1))

    assert isinstance(waiting[0], SystemBusy)
    assert system.lines[0].hears() == []


# --- an answer that is lost ---------------------------------------------------------------------------------


@pytest.mark.parametrize("error_detection", [True, False])
def test_an_answer_after_the_deadline_reaches_nobody(error_detection):
    """Whoever asks next gets a connection of their own, with error detection and without."""
    system = System(manner=Manner(status=False, error_detection=error_detection), connections=1)
    first = system.ask(item(1))
    (late,) = system.lines[0].hears()
    second = system.ask(item(2))

    first.asked.cancel()
    assert isinstance(first[0], AnswerLost)
    system.lines[0].says(answer_to(late, told_of(1)))
    assert second == []
    system.lines[1].answers(told_of(2))

    assert second[0].title_identifier == "Title 2"
    assert system.lines[0].gone
    assert system.pool.counts.lost_total == 1


@pytest.mark.parametrize("error_detection", [True, False])
def test_silence_closes_the_connection(error_detection):
    system = System(manner=Manner(status=False, error_detection=error_detection, repeats=0, timeout=2))
    heard = system.ask(checkout(), changes_state=True)
    system.pass_seconds(2.5)

    assert isinstance(heard[0], AnswerLost)
    assert system.lines[0].gone


def test_a_change_of_state_is_sent_once_and_a_question_as_often_as_the_profile_says():
    system = System(manner=Manner(status=False, repeats=2, timeout=1), connections=2)
    system.ask(checkout(), changes_state=True)
    system.ask(item(1))
    system.pass_seconds(10)

    assert [len(line.hears()) for line in system.lines[:2]] == [1, 3]


def test_a_change_of_state_is_repeated_where_the_system_recognises_repeats():
    system = System(manner=Manner(status=False, repeats=2, timeout=1, recognises_repeats=True))
    heard = system.ask(checkout(), changes_state=True)
    system.pass_seconds(1.5)
    first, second = system.lines[0].hears()
    system.lines[0].says(answer_to(first, b"121NUY20260101    120000AOLIB|AAR1|ABB1|AJ|AH|"))

    assert first == second
    assert heard[0].ok
    assert system.lines[0].gone, "the answer to the second sending may still come"


def test_two_answers_in_one_segment_serve_one_request():
    """The second belongs to nobody, so the connection is not asked again."""
    system = System(manner=Manner(status=False, error_detection=False), connections=1)
    first, second = system.ask(item(1)), system.ask(item(2))
    system.lines[0].hears()
    system.lines[0].says(told_of(1) + b"\r" + told_of(9))

    assert first[0].title_identifier == "Title 1"
    assert second == []
    system.lines[1].answers(told_of(2))
    assert second[0].title_identifier == "Title 2"


def test_half_an_answer_behind_an_answer_ends_the_connection():
    system = System(connections=1)
    heard = system.ask(item(1))
    (request,) = system.lines[0].hears()
    system.lines[0].protocol.dataReceived(answer_to(request, told_of(1)) + b"\r1803")

    assert heard[0].title_identifier == "Title 1"
    assert system.lines[0].gone


@pytest.mark.parametrize("terminator", [b"\r", b"\r\n", b"\n"])
def test_the_end_of_a_line_may_come_in_two_pieces(terminator):
    system = System(connections=1)
    heard = system.ask(item(1))
    (request,) = system.lines[0].hears()
    for byte in answer_to(request, told_of(1)) + terminator:
        system.lines[0].protocol.dataReceived(bytes([byte]))
    again = system.ask(item(2))
    system.lines[0].answers(told_of(2))

    assert heard[0].title_identifier == "Title 1"
    assert again[0].title_identifier == "Title 2"


def test_an_answer_of_another_kind_is_an_answer_that_does_not_fit():
    system = System()
    heard = system.ask(checkout(), changes_state=True)
    system.lines[0].answers(b"941")

    assert isinstance(heard[0], MalformedReply)
    assert system.lines[0].gone


def test_a_request_that_is_not_understood_has_done_nothing():
    system = System(manner=Manner(status=False, error_detection=False))
    heard = system.ask(checkout(), changes_state=True)
    system.lines[0].says(b"96")

    assert isinstance(heard[0], SystemBusy), "it is there: its breaker has nothing to count"


def test_a_connection_on_which_nothing_is_understood_is_not_kept():
    """The system may have forgotten who has logged in there; all the others would be sent the same way."""
    system = System(manner=SIP2, connections=1)
    system.ask(item(1))
    system.lines[0].answers(b"941")
    for _ in range(4):
        system.lines[0].hears()
        system.lines[0].says(b"96AZFEF6")
    heard = system.ask(item(2))
    system.lines[1].answers(b"941")
    system.lines[1].answers(told_of(2))

    assert system.lines[0].gone
    assert heard[0].title_identifier == "Title 2"


def test_a_message_on_an_idle_connection_ends_it():
    system = System()
    system.ask(item(1))
    system.lines[0].answers(told_of(1))
    system.lines[0].says(told_of(1))
    system.ask(item(2))

    assert system.lines[0].gone
    assert len(system.lines) == 2


@pytest.mark.parametrize("unasked", [told_of(1) + b"\r", b"1803"])
def test_what_comes_unasked_spoils_a_connection_at_once(unasked):
    """Also for whoever asks in the same turn of the reactor, before the end of the connection is told."""
    system = System()
    system.ask(item(1))
    system.lines[0].answers(told_of(1))
    system.lines[0].protocol.dataReceived(unasked)
    heard = system.ask(checkout(), changes_state=True)

    assert system.lines[0].gone
    assert system.lines[0].hears() == []
    system.lines[1].answers(b"121NUY20260101    120000AOLIB|AAR1|ABB1|AJ|AH|")
    assert heard[0].ok


@pytest.mark.parametrize("sent", [told_of(1) + b"\r", told_of(1)[:9]])
def test_who_asks_in_the_very_turn_in_which_an_idle_connection_is_spoilt_gets_another_one(sent):
    """By a whole answer that nobody asked for, or by a part of one, which would stand before the next answer."""
    system = System(manner=Manner(status=False, error_detection=False))
    system.ask(item(1))
    system.lines[0].answers(told_of(1))
    system.lines[0].protocol.dataReceived(sent)
    heard = system.ask(checkout(2), changes_state=True)
    system.lines[1].answers(f"121NUN{' ' * 18}AOLIB|AAR1|ABB2|AJTitle 2|AH|".encode())

    assert heard[0].item_identifier == "B2"
    assert system.lines[0].hears() == []
    assert system.lines[0].gone
    assert system.pool.counts.open == 1


@pytest.mark.parametrize("blank", [b"\0", b"  ", b"\n", b" \r\n"])
def test_blanks_behind_an_answer_spoil_nothing(blank):
    """Some systems end a line with CR and NUL, and some send NULs to keep the connection."""
    system = System(manner=Manner(status=False, error_detection=False))
    for number in range(3):
        heard = system.ask(item(number))
        system.lines[0].protocol.dataReceived(told_of(number) + b"\r" + blank)
        system.lines[0].protocol.dataReceived(blank)
        system.clock.advance(0)
        assert heard[0].title_identifier == f"Title {number}"

    assert len(system.lines) == 1


@pytest.mark.parametrize(
    ("title", "remark"), [("王小明", "bad-bytes"), ("珅", "charset-mismatch"), ("War", None)]
)
def test_an_answer_in_another_charset_than_the_profile_s_is_noticed(title, remark):
    """In GB18030, where UTF-8 is expected; the second of these names is read in the charset to fall back on."""
    dialect = Dialect(fallback_charset=Charset("gb18030") if remark == "charset-mismatch" else None)
    system = System(manner=Manner(dialect=dialect, status=False))
    heard = system.ask(item(1))
    system.lines[0].answers(f"18030001{' ' * 18}ABB1|AJ{title}|".encode("gb18030"))

    assert (heard[0].title_identifier == title) is (remark != "bad-bytes")
    assert system.watcher.told == ["opened", *([remark] if remark else [])]


# --- a connection that breaks ---------------------------------------------------------------------------------


def test_a_change_of_state_is_lost_with_its_connection():
    system = System()
    heard = system.ask(checkout(), changes_state=True)
    system.lines[0].breaks()

    assert isinstance(heard[0], AnswerLost)
    assert len(system.lines) == 1


def test_a_question_is_asked_once_more_on_another_connection():
    """As a rule the system has closed a connection that stood idle, at this very moment."""
    system = System()
    heard = system.ask(item(1))
    system.lines[0].breaks()
    system.lines[1].answers(told_of(1))

    assert heard[0].title_identifier == "Title 1"


def test_a_question_that_breaks_every_connection_is_given_up():
    system = System()
    heard = system.ask(item(1))
    system.lines[0].breaks()
    system.lines[1].breaks()

    assert isinstance(heard[0], AnswerLost)
    assert len(system.lines) == 2


def test_a_connection_that_breaks_idle_is_replaced_when_something_is_asked():
    system = System()
    system.ask(item(1))
    system.lines[0].answers(told_of(1))
    system.lines[0].breaks()
    assert len(system.lines) == 1

    heard = system.ask(item(2))
    system.lines[1].answers(told_of(2))
    assert heard[0].title_identifier == "Title 2"


# --- idle connections --------------------------------------------------------------------------------------


def test_an_idle_connection_is_closed_and_those_that_are_needed_stay():
    system = System(connections=3, idle=10, keep_alive=0)
    for number in range(3):
        system.ask(item(number))
    for number, line in enumerate(system.lines):
        line.answers(told_of(number))
    for number in range(6):
        system.pass_seconds(2)
        system.ask(item(number))
        system.lines[2].answers(told_of(number))

    assert [line.gone for line in system.lines] == [True, True, False]


def test_a_connection_may_serve_one_request_only():
    system = System(idle=0)
    for number in range(2):
        heard = system.ask(item(number))
        system.lines[number].answers(told_of(number))
        assert heard[0].title_identifier == f"Title {number}"

    assert not system.open


def test_a_silent_connection_is_asked_for_its_status_and_still_grows_old():
    system = System(manner=Manner(), idle=20, keep_alive=6)
    system.ask(item(1))
    system.lines[0].answers(STATUS)
    system.lines[0].answers(told_of(1))
    for _ in range(3):
        system.pass_seconds(6)
        assert system.lines[0].answers(STATUS).startswith(b"99")

    assert len(system.watcher.statuses) == 4
    system.pass_seconds(3)
    assert system.lines[0].gone


def test_a_connection_that_is_dead_when_asked_for_its_status_is_closed():
    system = System(manner=Manner(own_timeout=2), idle=100, keep_alive=6)
    system.ask(item(1))
    system.lines[0].answers(STATUS)
    system.lines[0].answers(told_of(1))
    system.pass_seconds(9)

    assert system.lines[0].gone
    heard = system.ask(checkout(), changes_state=True)
    system.lines[1].answers(STATUS)
    system.lines[1].answers(b"121NUY20260101    120000AOLIB|AAR1|ABB1|AJ|AH|")
    assert heard[0].ok


# --- the end ------------------------------------------------------------------------------------------------------


def test_closing_ends_everything_and_no_timer_is_left():
    system = System(connections=1)
    under_way, waiting = system.ask(checkout(), changes_state=True), system.ask(item(2))
    system.pool.close()
    system.pass_seconds(1)

    assert isinstance(under_way[0], AnswerLost)
    assert isinstance(waiting[0], SystemUnavailable)
    assert isinstance(system.ask(item(3))[0], SystemUnavailable)
    assert not system.open
    assert not system.clock.getDelayedCalls()
