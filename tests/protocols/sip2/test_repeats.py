"""A terminal that asks again, by the same request or by 97, is told the same; nothing is done twice."""

import pytest

from sip2_conversation import Conversation, converse
from softdock.protocols.sip2.errors import Violation
from softdock.protocols.sip2.session import REPEAT_WINDOW, Signal, Violated

CHECKOUT = "11NN                                    AO|AAR1|ABB1|AC|AY2AZ????"
ANSWER = "121NUY                  AO|AAR1|ABB1|AJ|AH2026-01-31|"


# --- repeats ------------------------------------------------------------------------------------------------


def test_a_repeated_request_gets_the_first_one_s_answer():
    """The terminal lost our answer: the book is lent once, however often it asks."""
    converse(
        f"""
        > {CHECKOUT}
        ? Checkout
        = {ANSWER}
        < {ANSWER}AY2AZ????
        > {CHECKOUT}
        < {ANSWER}AY2AZ????
        + 60
        > {CHECKOUT}|||
        < {ANSWER}AY2AZ????
        """
    )


def test_a_request_repeated_while_it_is_worked_on_gets_the_same_answer():
    """The library's system is slow, the terminal impatient: two answers to two messages, and one loan."""
    converse(
        f"""
        > {CHECKOUT}
        ? Checkout
        > {CHECKOUT}
        > {CHECKOUT}
        = {ANSWER}
        < {ANSWER}AY2AZ????
        < {ANSWER}AY2AZ????
        < {ANSWER}AY2AZ????
        """
    )


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("11NN                                    AO|AAR1|ABB2|AC|AY2AZ????", id="another item"),
        pytest.param(
            "11NN                                    AO|AAR1|ABB1|AC|AY3AZ????", id="another number"
        ),
        pytest.param("11NN                                    AO|AAR1|ABB1|AC|AZ????", id="no number"),
        pytest.param("11NN                                    AO|AAR1|ABB1|AC|AY2", id="no checksum"),
        pytest.param("11NN                                    AO|AAR1|ABB1|AC|", id="no error detection"),
    ],
)
def test_another_request_is_no_repeat(other: str):
    """The whole text counts and the sequence number, and only with error detection."""
    sent = ANSWER + (other[other.index("AC|") + 3 :])
    converse(
        f"""
        > {CHECKOUT}
        ? Checkout
        = {ANSWER}
        < {ANSWER}AY2AZ????
        > {other}
        ? Checkout
        = {ANSWER}
        < {sent}
        """
    )


@pytest.mark.parametrize("between", ["9900802.00AY3AZ????", "9900802.00AY3", "9900802.00"])
def test_only_the_request_directly_before_is_repeated(between: str):
    """Somebody who borrows, returns and borrows again the same book means it."""
    sent = "98YYYYNN100003                  2.00AO|BX|" + between[10:]
    converse(
        f"""
        > {CHECKOUT}
        ? Checkout
        = {ANSWER}
        < {ANSWER}AY2AZ????
        > {between}
        ? ScStatus
        = 98YYYYNN100003                  2.00AO|BX|
        < {sent}
        > {CHECKOUT}
        ? Checkout
        """
    )


def test_a_request_without_error_detection_is_never_a_repeat():
    """Without a sequence number, the same text twice is two requests."""
    for request in ("9900802.00", "9900802.00AY1", "9900802.00AZ????"):
        sent = "98YYYYNN100003                  2.00AO|BX|" + request[10:]
        converse(
            f"""
            > {request}
            ? ScStatus
            = 98YYYYNN100003                  2.00AO|BX|
            < {sent}
            > {request}
            ? ScStatus
            """
        )


def test_a_repeat_after_a_96_and_a_97_is_still_one():
    """A damaged repeat is asked for again, 97 is no request of its own, and the book is lent once."""
    converse(
        f"""
        > {CHECKOUT}
        ? Checkout
        = {ANSWER}
        < {ANSWER}AY2AZ????
        > 11NN                                    AO|AAR1|ABB1|AC|AY2AZ0000
        ! bad-checksum
        < 96AZFEF6
        > 97AZFEF5
        < 96AZFEF6
        > {CHECKOUT}
        < {ANSWER}AY2AZ????
        > 97AZFEF5
        < {ANSWER}AZ????
        """
    )


def test_a_stored_answer_does_not_last_for_ever():
    """A terminal that never counts on asks for its status every few minutes, and wants a fresh one."""
    for seconds, again in ((REPEAT_WINDOW, ""), (REPEAT_WINDOW + 1, "? ScStatus")):
        conversation = converse(
            f"""
            > 9900802.00AY1AZFCA0
            ? ScStatus
            = 98YYYYNN100003                  2.00AO|BX|
            < 98YYYYNN100003                  2.00AO|BX|AY1AZ????
            + {seconds}
            """
        )
        conversation.send(b"9900802.00AY1AZFCA0\r")
        assert conversation.session.busy == bool(again)


def test_repeats_are_known_by_connection():
    """Two kiosks that send the same bytes are two kiosks."""
    first, second = Conversation(), Conversation()
    first.play(f"> {CHECKOUT}\n? Checkout\n= {ANSWER}\n< {ANSWER}AY2AZ????")
    second.play(f"> {CHECKOUT}\n? Checkout")


# --- 97 -----------------------------------------------------------------------------------------------------


def test_97_first_of_all_is_answered_by_96():
    """There is no previous response on this connection."""
    converse(
        """
        > 97AZFEF5
        < 96AZFEF6
        > 97
        < 96
        """
    )


def test_97_repeats_the_last_response_without_its_sequence_number():
    """With a checksum computed anew, or none if none was asked for; as often as asked."""
    converse(
        f"""
        > {CHECKOUT}
        ? Checkout
        = {ANSWER}
        < {ANSWER}AY2AZ????
        > 97AZFEF5
        < {ANSWER}AZ????
        > 97AZFEF5
        < {ANSWER}AZ????
        > 97
        < {ANSWER}
        > 97AY3AZ????
        < {ANSWER}AZ????
        """
    )


def test_97_after_96_repeats_the_96():
    """It was the previous response."""
    converse(
        f"""
        > {CHECKOUT}
        ? Checkout
        = {ANSWER}
        < {ANSWER}AY2AZ????
        > 99AY3AZ????
        ! fixed-part
        < 96AZFEF6
        > 97AZFEF5
        < 96AZFEF6
        """
    )


def test_97_while_a_request_is_worked_on_waits_for_its_answer():
    """Answers leave in the order of the questions."""
    converse(
        f"""
        > {CHECKOUT}
        ? Checkout
        > 97AZFEF5
        = {ANSWER}
        < {ANSWER}AY2AZ????
        < {ANSWER}AZ????
        """
    )


def test_97_never_shows_another_session_s_answer():
    """What one kiosk was told about its patron is nobody else's."""
    first, second = Conversation(), Conversation()
    first.play(f"> {CHECKOUT}\n? Checkout\n= {ANSWER}\n< {ANSWER}AY2AZ????")
    second.play("> 97AZFEF5\n< 96AZFEF6")
    first.play(f"> 97AZFEF5\n< {ANSWER}AZ????")


def test_repetitions_are_not_asked_for_faster_than_they_are_sent():
    """Three bytes cost us a whole answer each: a flood of them fills no memory."""
    conversation = converse(
        f"""
        > {CHECKOUT}
        ? Checkout
        = {ANSWER}
        < {ANSWER}AY2AZ????
        """
    )
    session = conversation.session
    session.receive_data(b"97\r" * 1000)
    floods = 0
    while not isinstance(event := session.next_event(), Signal):
        assert event == Violated(Violation.FLOOD, "repetitions are asked for faster than they can be sent")
        floods += 1
    assert floods == 1000 - 64
    assert session.data_to_send() == (ANSWER.encode() + b"\r") * 64
    conversation.play(f"> 97\n< {ANSWER}")
