"""The device's side of a conversation: what is sent again, what is dropped, and what is given up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip2_wire import BY_CODE, MESSAGES, sealed
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.client_session import (
    NEED_DATA,
    ClientSession,
    Loss,
    Lost,
    NewPolicy,
    Noticed,
    Remark,
    Response,
    Unfit,
)
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.errors import LocalProtocolError
from softdock.protocols.sip2.messages import RESPONSE_TO, RESPONSES

CHECKOUT = m.Checkout(
    institution_id="LIB", patron_identifier="R1", item_identifier="B1", terminal_password=""
)
LENT = b"121NUY20260101    120000AOLIB|AAR1|ABB1|AJWar|AH2026-01-31|"
STATUS = b"98YYYYNN10000320260101    1200002.00AOLIB|BXYYYYYYYYYYYYYYYY|"
OFF_LINE = b"98NYYYNN10000320260101    1200002.00AOLIB|BXYYYYYYYYYYYYYYYY|"


def asked(request=CHECKOUT, *, repeatable=False, **options):
    """A session that has sent `request`, and what it sent."""
    session = ClientSession(Dialect(), **options)
    session.ask(request, repeatable=repeatable)
    return session, session.data_to_send()


def heard(session, *lines):
    """Everything that comes of `lines`."""
    session.receive_data(b"".join(line + b"\r" for line in lines))
    events = []
    while (event := session.next_event()) is not NEED_DATA:
        events.append(event)
    return events


def test_an_answer_is_given_with_its_message():
    session, sent = asked()
    (response,) = heard(session, sealed(LENT, "0"))

    assert sent.endswith(b"\r")
    assert (type(response), response.message.title_identifier, response.unfit) == (Response, "War", None)
    assert not session.spent


def test_requests_are_numbered_from_0_to_9_and_round_again():
    session = ClientSession(Dialect())
    numbers = b""
    for number in range(12):
        session.ask(CHECKOUT)
        numbers += session.data_to_send()[-8:-7]
        heard(session, sealed(LENT, str(number % 10)))

    assert numbers == b"012345678901"


def test_without_error_detection_nothing_is_added_and_nothing_checked():
    session, sent = asked(error_detection=False)
    assert b"AY" not in sent

    (response,) = heard(session, LENT + b"AY4AZ0000")

    assert response.message.ok


@pytest.mark.parametrize("answer", [LENT, LENT + b"AY0", sealed(LENT, None)])
def test_an_answer_without_number_or_checksum_is_taken(answer):
    session, _ = asked()

    assert heard(session, answer)[0].message.ok


def test_an_answer_to_another_request_is_dropped_and_waiting_goes_on():
    session, _ = asked()
    events = heard(session, sealed(LENT.replace(b"121", b"120"), "9"), sealed(LENT, "0"))

    assert events[0] == Noticed(Remark.OUT_OF_SEQUENCE)
    assert events[1].message.ok


def test_a_system_with_numbers_of_its_own_is_believed_where_the_profile_says_so():
    session, _ = asked(sequence_checked=False)

    assert heard(session, sealed(LENT, "4"))[0].message.ok


def test_a_line_that_is_no_message_is_dropped():
    session, _ = asked()
    events = heard(session, b"Internal error in module CIRC", sealed(LENT, "0"))

    assert events[0] == Noticed(Remark.NOT_A_MESSAGE)
    assert events[1].message.ok


# --- wrong checksums, and 97 --------------------------------------------------------------------------------


def test_an_answer_with_a_wrong_checksum_is_asked_for_again():
    session, _ = asked()

    assert heard(session, sealed(LENT, "0", digits="0000")) == [Noticed(Remark.BAD_CHECKSUM)]
    assert session.data_to_send() == b"97AZFEF5\r"
    assert heard(session, sealed(LENT, None))[0].message.ok
    assert not session.spent


def test_a_checksum_that_is_wrong_each_time_loses_the_answer():
    session, _ = asked()
    bad = sealed(LENT, "0", digits="0000")
    for _ in range(3):
        heard(session, bad)

    assert heard(session, bad) == [Lost(Loss.BAD_CHECKSUM, nothing_done=False)]
    assert session.spent


def test_96_in_answer_to_97_loses_the_answer():
    session, _ = asked()
    heard(session, sealed(LENT, "0", digits="0000"))

    assert heard(session, b"96AZFEF6") == [Lost(Loss.NOT_KEPT, nothing_done=False)]
    assert session.spent


@pytest.mark.parametrize("other", [LENT.replace(b"AAR1", b"AAR2"), LENT.replace(b"ABB1", b"ABB2")])
def test_what_comes_in_answer_to_97_has_to_be_about_the_same_patron_and_item(other):
    """There are systems that keep one last answer for all their connections."""
    session, _ = asked()
    heard(session, sealed(LENT, "0", digits="0000"))

    assert heard(session, sealed(other, None)) == [Lost(Loss.MIXED_UP, nothing_done=False)]


def test_a_status_in_answer_to_97_does_not_have_a_change_of_state_sent_twice():
    """The last answer of such a system may be another connection's: it does not say that nothing was done."""
    session, _ = asked()
    heard(session, sealed(LENT, "0", digits="0000"))
    session.data_to_send()

    assert heard(session, sealed(STATUS, None)) == [Lost(Loss.MIXED_UP, nothing_done=False)]
    assert session.data_to_send() == b""


def test_what_97_brings_late_has_to_be_about_the_same_patron_and_item_too():
    session, _ = asked(repeatable=True)
    heard(session, sealed(LENT, "0", digits="0000"))
    session.timed_out()

    other = LENT.replace(b"ABB1", b"ABB2")
    assert heard(session, sealed(other, None)) == [Lost(Loss.MIXED_UP, nothing_done=False)]


# --- 96 ----------------------------------------------------------------------------------------------------------


def test_a_request_that_was_not_understood_is_sent_again_as_it_was():
    """Even a change of state: 96 says that nothing was done."""
    session, sent = asked()

    assert heard(session, b"96AZFEF6") == [Noticed(Remark.NOT_UNDERSTOOD)]
    assert session.data_to_send() == sent
    assert heard(session, sealed(LENT, "0"))[0].message.ok


def test_a_request_that_is_never_understood_was_not_done():
    session, _ = asked()
    for _ in range(3):
        heard(session, b"96AZFEF6")

    assert heard(session, b"96AZFEF6") == [Lost(Loss.NOT_UNDERSTOOD, nothing_done=True)]
    assert not session.spent


def test_96_after_silence_does_not_tell_what_became_of_the_first_sending():
    session, _ = asked(repeatable=True, most_repeats=1)
    session.timed_out()

    assert heard(session, b"96AZFEF6") == [Lost(Loss.NOT_UNDERSTOOD, nothing_done=False)]


def test_without_error_detection_the_same_request_would_be_as_little_understood():
    session, _ = asked(error_detection=False)

    assert heard(session, b"96") == [Lost(Loss.NOT_UNDERSTOOD, nothing_done=True)]


# --- silence -----------------------------------------------------------------------------------------------------


def test_a_change_of_state_is_not_sent_again_into_silence():
    session, _ = asked()

    assert session.timed_out() == Lost(Loss.SILENCE, nothing_done=False)
    assert session.data_to_send() == b""
    assert session.spent
    with pytest.raises(LocalProtocolError):
        session.ask(CHECKOUT)


def test_what_may_be_repeated_is_sent_again_as_it_was_and_the_conversation_ends_with_the_answer():
    session, sent = asked(repeatable=True, most_repeats=1)

    assert session.timed_out() == Noticed(Remark.LATE)
    assert session.data_to_send() == sent
    assert heard(session, sealed(LENT, "0"))[0].message.ok
    assert session.spent, "the answer to the second sending may still come"


def test_silence_ends_it_after_the_last_repeat():
    session, _ = asked(repeatable=True, most_repeats=1)
    session.timed_out()

    assert session.timed_out() == Lost(Loss.SILENCE, nothing_done=False)


@pytest.mark.parametrize("options", [{"error_detection": False}, {"sequence_checked": False}])
def test_nothing_is_sent_again_where_two_answers_could_not_be_told_apart(options):
    session, _ = asked(repeatable=True, **options)

    assert session.timed_out() == Lost(Loss.SILENCE, nothing_done=False)


# --- 98 in place of an answer --------------------------------------------------------------------------------


def test_a_new_policy_in_place_of_the_answer_has_the_request_sent_anew():
    session, sent = asked()

    (event,) = heard(session, sealed(STATUS, "0"))
    again = session.data_to_send()

    assert isinstance(event, NewPolicy)
    assert again[:-10] == sent[:-10]
    assert again[-8:-7] == b"1", "a request of its own: the same number would be answered from memory"
    assert heard(session, sealed(LENT, "1"))[0].message.ok
    assert not session.spent


def test_a_new_policy_gives_no_new_tries_to_a_request_that_has_used_them_up():
    session, _ = asked(repeatable=True, most_repeats=1)
    session.timed_out()
    heard(session, sealed(STATUS, "0"))

    assert session.timed_out() == Lost(Loss.SILENCE, nothing_done=False)


@pytest.mark.parametrize("statuses", [[sealed(OFF_LINE, "0")], [sealed(STATUS, "0"), sealed(STATUS, "1")]])
def test_a_system_that_answers_everything_by_its_status_has_done_nothing(statuses):
    session, _ = asked()

    assert heard(session, *statuses)[-1] == Lost(Loss.OFF_LINE, nothing_done=True)


def test_the_status_is_an_answer_where_it_was_asked_for():
    session, _ = asked(m.ScStatus())

    assert heard(session, sealed(OFF_LINE, "0"))[0].message.on_line_status is False


# --- what does not fit --------------------------------------------------------------------------------------


def test_an_answer_to_another_kind_of_question_ends_the_conversation():
    session, _ = asked()
    (response,) = heard(session, sealed(b"941", "0"))

    assert response.unfit is Unfit.OTHER_MESSAGE
    assert session.spent


def test_an_answer_that_nobody_can_read_ends_the_conversation():
    session, _ = asked()
    (response,) = heard(session, sealed(b"12?NUY20260101    120000AOLIB|", "0"))

    assert (response.unfit, response.message) == (Unfit.UNREADABLE, None)
    assert session.spent


def test_a_message_that_nobody_asked_for_ends_the_conversation():
    session = ClientSession(Dialect())

    assert heard(session, sealed(LENT, "0")) == [Noticed(Remark.UNASKED)]
    assert session.spent


def test_an_answer_without_an_end_is_not_collected():
    session, _ = asked()
    session.receive_data(b"9" * (2 << 20))

    assert session.next_event() == Lost(Loss.TOO_LONG, nothing_done=False)


def test_two_questions_at_one_time_are_a_mistake_of_ours():
    session, _ = asked()

    with pytest.raises(LocalProtocolError):
        session.ask(CHECKOUT)


# --- everything ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(RESPONSE_TO))
def test_every_request_of_the_standard_finds_its_answer(code):
    request = BY_CODE[code].message
    session, _ = asked(request)
    (response,) = heard(session, sealed(BY_CODE[RESPONSE_TO[code]].wire, "0"))

    assert response.message.layout.code == RESPONSE_TO[code]


_LINES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"96AZFEF6", b"96", sealed(LENT, "0"), sealed(LENT, "3"), LENT, sealed(STATUS, "0"), STATUS]
    ),
    st.sampled_from([each.wire for each in MESSAGES if each.code in RESPONSES]),
)


@given(st.lists(st.one_of(_LINES, st.none()), max_size=30), st.booleans(), st.booleans())
def test_whatever_a_system_sends_the_session_ends_each_request_once(lines, repeatable, error_detection):
    """None stands for silence until the answer is late."""
    session, sent = asked(repeatable=repeatable, error_detection=error_detection)
    ends, sendings = 0, 1
    for line in lines:
        was_asked = bool(session.sent)
        if line is None and was_asked:
            events = [session.timed_out()]
        elif line is not None:
            events = heard(session, line.replace(b"\r", b"").replace(b"\n", b""))
        else:
            continue
        ends += sum(isinstance(each, Response | Lost) for each in events)
        sendings += session.data_to_send().count(sent[:30])
        if line is None and not repeatable:
            assert events[0] == Lost(Loss.SILENCE, nothing_done=False)
        assert was_asked or not any(isinstance(each, Response | Lost) for each in events)

    assert ends <= 1
    assert bool(session.sent) == (ends == 0)
    assert sendings <= 2 + 3
