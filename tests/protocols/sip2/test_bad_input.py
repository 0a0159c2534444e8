"""What a terminal sends that it should not, and what becomes of it."""

import pytest

from sip2_conversation import Conversation, converse
from sip2_wire import sealed
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.codec import decode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.errors import Violation
from softdock.protocols.sip2.session import Request, ServerSession, Violated


@pytest.mark.parametrize(
    "line", ["5020260101", "00", "12", "941", "24              019", "hello", "GET / HTTP/1.1", "9"]
)
def test_what_is_no_request_gets_no_answer(line: str):
    """By the standard; dropping the connection would be wrong, and the next request is served."""
    silent = Conversation()
    silent.send(line.encode() + b"\r")
    event = silent._events.popleft()
    assert isinstance(event, Violated)
    assert event.violation in {Violation.UNKNOWN_MESSAGE, Violation.NOT_A_MESSAGE}
    silent.play("> 9900802.00\n? ScStatus")


@pytest.mark.parametrize("line", ["5020260101", "12", "hello"])
def test_a_profile_may_answer_what_is_no_request_by_96(line: str):
    """Some devices wait for something."""
    conversation = Conversation(Dialect(unknown_messages_rejected=True))
    conversation.send(line.encode() + b"\r" + sealed(b"50", "1") + b"\r")
    assert [each.violation for each in conversation._events] == [
        Violation.UNKNOWN_MESSAGE if line[0].isdigit() else Violation.NOT_A_MESSAGE,
        Violation.UNKNOWN_MESSAGE,
    ]
    assert conversation._sent == b"96\r96AZFEF6\r"


@pytest.mark.parametrize(
    "line", ["990080", "11XX                                    AO|AAR1|ABB1|", "65AOLIB1|AAR0001|AC|"]
)
def test_a_broken_fixed_part_is_answered_by_96(line: str):
    """Nothing is done, with error detection or without."""
    converse(
        f"""
        > {line}
        ! fixed-part
        < 96
        > {line}AY1AZ????
        ! fixed-part
        < 96AZFEF6
        """
    )


def test_a_lenient_profile_takes_odd_characters():
    """A kiosk that sends its flags in lower case is served all the same."""
    conversation = converse(
        """
        > 11y?                                    AO|AAR1|ABB1|
        ? Checkout
        """,
        Dialect(lenient=True),
    )
    assert conversation.requests[0].message.sc_renewal_policy is True
    assert conversation.requests[0].message.no_block is False


def test_an_incomplete_request_is_handed_out():
    """It deserves the right response with ok 0, which is not for the wire to give."""
    conversation = converse(
        """
        > 11NN                                    AO|AAR1|
        ? Checkout
        """
    )
    request = conversation.requests[0].message
    assert request.layout.missing(request) == ("AB",)


def test_bad_bytes_are_reported_and_the_request_is_served():
    """Once per request, behind it, while it is under way."""
    converse(
        """
        >> 01N                  AO|AL\\xff|AAR1|AC|\\r
        ? BlockPatron
        ! bad-bytes
        = 24              000                  AO|AAR1|AE|
        < 24              000                  AO|AAR1|AE|
        """
    )


def test_a_wrong_charset_is_reported_and_the_request_is_served():
    """A UTF-8 device on a GBK port: its text swallows the delimiter behind it."""
    conversation = Conversation(Dialect(charset=Charset("gbk"), fallback_charset=Charset("utf-8")))
    conversation.send("01N                  AO|AL图书馆|AAR1|AC|\r".encode())
    request, strange = conversation._events
    assert request.message.blocked_card_message == "图书馆"
    assert request.message.patron_identifier == "R1"
    assert strange.violation is Violation.CHARSET_MISMATCH


@pytest.mark.parametrize("size", [1, 10, 64, 65, 10_000])
def test_a_line_without_end_costs_no_memory_and_gets_one_96(size: int):
    """A TLS hello on a plain port, however it is cut; the message behind it is served."""
    conversation = Conversation(longest_line=64)
    for _ in range(10_000 // size):
        conversation.send(b"\x16" * size)
        assert conversation.session.buffered <= 64
    conversation.play(
        """
        ! line-too-long
        < 96
        >> \\r9900802.00AY1AZFCA0\\r
        ? ScStatus
        = 98YYYYNN100003                  2.00AO|BX|
        < 98YYYYNN100003                  2.00AO|BX|AY1AZ????
        """
    )
    conversation.send(b"9" * 65)
    conversation.play("! line-too-long\n< 96AZFEF6")


def test_the_longest_message_is_served():
    """To the byte."""
    request = b"17" + b" " * 18 + b"ABB1|AC"
    at_the_limit = request + b"x" * (8192 - len(request) - 1) + b"|"
    conversation = Conversation()
    conversation.send(at_the_limit + b"\r")
    assert conversation.session.busy

    conversation = Conversation()
    conversation.send(at_the_limit[:-1] + b"x|\r")
    conversation.play("! line-too-long\n< 96")


@pytest.mark.parametrize(
    "request_",
    [
        b"3720260101    120000xx00CNYAOLIB|AAR1|BV1.00|",
        b"3720260101    12000001yyCNYAOLIB|AAR1|BV1.00|",
        b"15?20260101    120000AOLIB|AAR1|ABI1|",
        b"99X0802.00",
        b"23abc20260101    120000AOLIB|AAR1|AC|AD|",
    ],
    ids=["fee type", "payment type", "hold mode", "status code", "language"],
)
def test_a_code_that_is_none_is_asked_for_again(request_):
    """Where the standard has a list of numbers, letters mean that the message is damaged: 96, and nothing is done."""
    session = ServerSession(Dialect(), lambda: 0.0)
    session.receive_data(request_ + b"\r")
    assert isinstance(session.next_event(), Violated)
    assert session.data_to_send() == b"96\r"


def test_an_odd_due_date_is_no_reason_to_refuse_a_loan_that_has_happened():
    """The device would repeat the same bytes for ever, and the loan be lost."""
    session = ServerSession(Dialect(), lambda: 0.0)
    session.receive_data(b"11NY20260101    120000garbagegarbagegarbAOLIB|AAR1|ABI1|AC|\r")
    assert isinstance(session.next_event(), Request)


def test_a_whole_message_in_the_other_charset_beats_pieces_in_this_one():
    """UTF-8 on a GBK port: most pieces make sense in GBK, and would be stored as nonsense."""
    dialect = Dialect(charset=Charset("gb18030"), fallback_charset=Charset("utf-8"))
    reading = decode("01N20260101    120000AOLIB|AL证明书|AAR1|AC|".encode(), dialect)
    assert reading.message.blocked_card_message == "证明书"
