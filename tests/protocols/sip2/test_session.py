"""One terminal's conversation with the library, from the first byte on: transcripts."""

import pytest

from sip2_conversation import Conversation, converse
from sip2_wire import REQUESTS, RESPONSES, Golden, sealed
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.dialect import Dialect, ErrorDetection
from softdock.protocols.sip2.errors import LocalProtocolError
from softdock.protocols.sip2.session import Request, ServerSession, Signal

REQUIRED = Dialect(error_detection=ErrorDetection.REQUIRED)
NEVER = Dialect(error_detection=ErrorDetection.NEVER)

ANSWERS = {golden.code: golden for golden in RESPONSES}

CHECKOUT = "11NN                                    AO|AAR1|ABB1|AC|AY2AZ????"
ANSWER = "121NUY                  AO|AAR1|ABB1|AJ|AH2026-01-31|"


# --- every pair of messages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "golden", [each for each in REQUESTS if each.code != "97"], ids=lambda each: each.name
)
@pytest.mark.parametrize("segments", ["whole", "bytes"])
def test_every_request_is_handed_out_and_answered(golden: Golden, segments: str):
    """With error detection and without, with junk in front, whole and byte by byte; the answer suits the request."""
    response = ANSWERS[m.RESPONSE_TO[golden.code]]
    conversation = Conversation()
    session = conversation.session

    def ask(data: bytes) -> object:
        events = []
        for segment in [data] if segments == "whole" else [data[at : at + 1] for at in range(len(data))]:
            session.receive_data(segment)
            while not isinstance(event := session.next_event(), Signal):
                events.append(event)
        (event,) = events
        assert isinstance(event, Request)
        return event.message

    for asked, answered in (
        (golden.wire, response.wire),
        (golden.wire + b"AY4", response.wire + b"AY4"),
        (sealed(golden.wire, "4"), sealed(response.wire, "4")),
        (sealed(golden.wire, None), sealed(response.wire, None)),
    ):
        assert ask(b"\n\0\xff\xfd\x03" + asked + b"\r\n") == golden.message
        assert session.next_event() is Signal.BUSY
        session.answer(response.message)
        assert session.data_to_send() == answered + b"\r"
        assert session.data_to_send() == b""
        assert session.next_event() is Signal.NEED_DATA


@pytest.mark.parametrize("terminator", [b"\r", b"\r\n", b"\n"])
def test_answers_end_as_the_profile_says(terminator: bytes):
    """CR by the standard; some devices wait for LF."""
    converse(
        """
        >> 9900802.00\\r9300CNkiosk1|CO|\\n97\\r\\n
        ? ScStatus
        = 98YYYYNN10000320260101    1200002.00AOLIB1|BXYYYYYYYYYYYYYYYY|
        < 98YYYYNN10000320260101    1200002.00AOLIB1|BXYYYYYYYYYYYYYYYY|
        ? Login
        = 941
        < 941
        < 941
        """,
        Dialect(terminator=terminator),
    )


def test_a_profile_may_use_another_delimiter():
    """Where | is a letter, devices use ^; it has to be known before the login."""
    conversation = converse(
        """
        > 9300CNkiosk|1^COsecret^AY0AZ????
        ? Login
        = 941
        < 941AY0AZ????
        > 17                  AOLIB1^ABB1^AY1AZ????^^
        ? ItemInformation
        = 18030101                  AOLIB1|ABB1|AJWar^Peace|
        < 18030101                  AOLIB1^ABB1^AJWar/Peace^AY1AZ????
        """,
        Dialect(delimiter="^"),
    )
    assert conversation.requests[0].message.login_user_id == "kiosk|1"


def test_a_profile_may_use_another_charset():
    """The checksum is over the bytes of GBK, in which 珅 ends in the delimiter."""
    conversation = converse(
        """
        > 01N20260101    120000AOLIB1|AL王珅|AAR0001|AC|AY3AZ????
        ? BlockPatron
        = 24              01920260101    120000AOLIB1|AAR0001|AE王珅|
        < 24              01920260101    120000AOLIB1|AAR0001|AE王珅|AY3AZ????
        """,
        Dialect(charset=Charset("gbk")),
    )
    assert conversation.requests[0].message.blocked_card_message == "王珅"


# --- the start of a session ---------------------------------------------------------------------------------


def test_the_usual_start_is_login_and_status():
    """93, 94, 99, 98, and then the patrons come."""
    converse(
        """
        > 9300CNkiosk1|COsecret|CPhall|AY0AZ????
        ? Login
        = 941
        < 941AY0AZFDFD
        > 9900802.00AY1AZFCA0
        ? ScStatus
        = 98YYYYNN10000320260101    1200002.00AOLIB1|BXYYYYYYYYYYYYYYYY|
        < 98YYYYNN10000320260101    1200002.00AOLIB1|BXYYYYYYYYYYYYYYYY|AY1AZ????
        """
    )


@pytest.mark.parametrize(
    "first", [each.wire for each in REQUESTS if each.code != "97"], ids=lambda wire: wire[:2]
)
def test_any_request_may_be_the_first(first: bytes):
    """99 before 93, no 93 at all, no 99 at all: the session depends on none of them."""
    conversation = Conversation()
    conversation.send(first + b"\r")
    assert conversation.session.busy


def test_a_refused_login_may_be_tried_again():
    """On the same connection; who counts the tries is the listener."""
    converse(
        """
        > 9300CNkiosk1|COwrong|AY0AZ????
        ? Login
        = 940
        < 940AY0AZ????
        > 9300CNkiosk1|COsecret|AY1AZ????
        ? Login
        = 941
        < 941AY1AZ????
        """
    )


def test_the_login_s_answer_leaves_and_then_the_account_s_profile_rules():
    """The profile changes with the login: from the next message on, another charset and terminator."""
    conversation = converse(
        """
        > 9300CNkiosk1|COsecret|
        ? Login
        """
    )
    conversation.play(
        """
        = 941
        < 941
        """
    )
    conversation.session.dialect = Dialect(charset=Charset("gbk"), terminator=b"\r\n")
    conversation.play(
        """
        > 17                  AO图书馆|ABB1|
        ? ItemInformation
        = 18030101                  AO图书馆|ABB1|AJ|
        < 18030101                  AO图书馆|ABB1|AJ|
        """
    )


def test_an_empty_institution_is_handed_on():
    """Devices send AO empty and mean the only library there is."""
    conversation = converse(
        """
        > 23001                  AO|AAR0001|AC|AD|
        ? PatronStatus
        = 24              00120260101    120000AOLIB1|AAR0001|AE|
        < 24              00120260101    120000AOLIB1|AAR0001|AE|
        """
    )
    assert conversation.requests[0].message.institution_id == ""


# --- error detection ----------------------------------------------------------------------------------------


def test_error_detection_is_decided_for_each_request():
    """Asked with a checksum, answered with one; nothing is latched."""
    converse(
        """
        > 9900802.00
        ? ScStatus
        = 98YYYYNN100003                  2.00AO|BX|
        < 98YYYYNN100003                  2.00AO|BX|
        > 9900802.00AY5AZ????
        ? ScStatus
        = 98YYYYNN100003                  2.00AO|BX|
        < 98YYYYNN100003                  2.00AO|BX|AY5AZ????
        > 9900802.00AY6
        ? ScStatus
        = 98YYYYNN100003                  2.00AO|BX|
        < 98YYYYNN100003                  2.00AO|BX|AY6
        > 9900802.00AZ????
        ? ScStatus
        = 98YYYYNN100003                  2.00AO|BX|
        < 98YYYYNN100003                  2.00AO|BX|AZ????
        > 9900802.00AY10AZ????
        ? ScStatus
        = 98YYYYNN100003                  2.00AO|BX|
        < 98YYYYNN100003                  2.00AO|BX|AY10AZ????
        """
    )


def test_any_sequence_number_is_accepted():
    """Servers that insist on the next number break clients that repeat or connect anew."""
    conversation = Conversation()
    for number in "7302299":
        conversation.play(
            f"""
            > 35{number}0260101    120000AOLIB1|AAR000{conversation.now:.0f}|AY{number}AZ????
            ? EndPatronSession
            = 36Y20260101    120000AO|AA|
            < 36Y20260101    120000AO|AA|AY{number}AZ????
            + 1
            """
        )


def test_a_wrong_checksum_is_answered_by_96():
    """With a checksum, without a sequence number, and nothing is done; the same message, right, is."""
    converse(
        """
        > 11NN                                    AO|AAR1|ABB1|AC|AY2AZ0000
        ! bad-checksum
        < 96AZFEF6
        > 11NN                                    AO|AAR1|ABB1|AC|AY2AZ????
        ? Checkout
        = 120NUN                  AO|AAR1|ABB1|AJ|AH|
        < 120NUN                  AO|AAR1|ABB1|AJ|AH|AY2AZ????
        """
    )


def test_a_profile_may_require_checksums():
    """Without one: 96; and so for AY alone. AZ alone will do."""
    converse(
        """
        > 9900802.00
        ! checksum-missing
        < 96AZFEF6
        > 9900802.00AY1
        ! checksum-missing
        < 96AZFEF6
        > 9900802.00AY1AZ1234
        ! bad-checksum
        < 96AZFEF6
        > 97
        ! checksum-missing
        < 96AZFEF6
        > 9900802.00AZ????
        ? ScStatus
        = 98YYYYNN100003                  2.00AO|BX|
        < 98YYYYNN100003                  2.00AO|BX|AZ????
        """,
        REQUIRED,
    )


def test_a_profile_may_do_without_checksums():
    """A device that computes them wrongly is believed, and gets none; its sequence number is repeated."""
    converse(
        """
        > 9900802.00AY1AZ0000
        ? ScStatus
        = 98YYYYNN100003                  2.00AO|BX|
        < 98YYYYNN100003                  2.00AO|BX|AY1
        > 9900802.00AY1AZ0000
        ? ScStatus
        = 98YYYYNN100003                  2.00AO|BX|
        < 98YYYYNN100003                  2.00AO|BX|AY1
        > 97AZ0000
        < 98YYYYNN100003                  2.00AO|BX|
        > 99
        ! fixed-part
        < 96
        > 99AY1AZ0000
        ! fixed-part
        < 96
        """,
        NEVER,
    )


def test_checksums_end_with_the_login_if_the_account_s_profile_says_so():
    """What came before it does not matter any more: no repeat, and no checksum with a 96."""
    conversation = converse(
        """
        > 9300CNkiosk1|COsecret|AY1AZ????
        ? Login
        = 941
        < 941AY1AZ????
        """,
        longest_line=64,
    )
    conversation.session.dialect = NEVER
    conversation.send(b"9" * 65 + b"\r")
    conversation.play(
        """
        ! line-too-long
        < 96
        > 9300CNkiosk1|COsecret|AY1AZ????
        ? Login
        = 941
        < 941AY1
        """
    )


# --- order --------------------------------------------------------------------------------------------------


def test_a_second_request_waits_for_the_first_one_s_answer():
    """Rare but real; and what is wrong behind the first is complained of in its turn."""
    converse(
        """
        >> 17                  AO|ABB1|\\r17                  AO|ABB2|\\r99\\r9900802.00\\r
        ? ItemInformation
        = 18030101                  ABB1|AJone|
        < 18030101                  ABB1|AJone|
        ? ItemInformation
        = 18030101                  ABB2|AJtwo|
        < 18030101                  ABB2|AJtwo|
        ! fixed-part
        < 96
        ? ScStatus
        """
    )


def test_an_answer_may_be_given_within_the_event():
    """Fast answers leave in one piece, if they are collected at the end."""
    session = ServerSession(Dialect(), lambda: 0.0)
    session.receive_data(b"9300CN1|CO|\r" * 3)
    for _ in range(3):
        assert isinstance(session.next_event(), Request)
        session.answer(m.LoginResponse(ok=True))
    assert session.next_event() is Signal.NEED_DATA
    assert session.data_to_send() == b"941\r" * 3


def test_98_may_stand_in_for_any_response():
    """The terminal takes the new policy and asks again: by 97 the same 98, by the same request a real answer."""
    status = "98NYYYNN100003                  2.00AO|BX|"
    converse(
        f"""
        > {CHECKOUT}
        ? Checkout
        = {status}
        < {status}AY2AZ????
        > 97AZFEF5
        < {status}AZ????
        > {CHECKOUT}
        ? Checkout
        = {ANSWER}
        < {ANSWER}AY2AZ????
        > {CHECKOUT}
        < {ANSWER}AY2AZ????
        """
    )


# --- our own faults -----------------------------------------------------------------------------------------


def test_an_answer_without_a_question_is_our_own_fault():
    """Nothing is ever sent unasked."""
    conversation = Conversation()
    with pytest.raises(LocalProtocolError):
        conversation.session.answer(m.LoginResponse(ok=True))
    conversation.play("> 9300CN1|CO|\n? Login\n= 941\n< 941")
    with pytest.raises(LocalProtocolError):
        conversation.session.answer(m.LoginResponse(ok=True))


@pytest.mark.parametrize("wrong", [m.CheckinResponse(), m.RequestScResend(), m.Checkout()])
def test_an_answer_of_another_kind_is_our_own_fault(wrong: object):
    """12 answers 11, and so does 98; nothing else does. The question stays open."""
    conversation = converse(f"> {CHECKOUT}\n? Checkout")
    with pytest.raises(LocalProtocolError):
        conversation.session.answer(wrong)
    conversation.play(f"= {ANSWER}\n< {ANSWER}AY2AZ????")


def test_an_answer_that_can_not_be_written_leaves_the_question_open():
    """Whoever catches the error may still answer."""
    conversation = converse(f"> {CHECKOUT}\n? Checkout")
    with pytest.raises(LocalProtocolError):
        conversation.session.answer(m.CheckoutResponse(due_date=31))
    assert conversation.session.busy
    conversation.play(f"= {ANSWER}\n< {ANSWER}AY2AZ????")


def test_a_session_tells_how_much_waits():
    """By this the listener stops reading from a terminal that does not wait for answers."""
    conversation = converse(f"> {CHECKOUT}\n? Checkout")
    conversation.send(b"9900802.00\r" * 3)
    assert conversation.session.buffered == 33
    conversation.session.answer(m.CheckoutResponse())
    assert isinstance(conversation.session.next_event(), Request)
    assert conversation.session.buffered == 22
    for _ in range(2):
        conversation.session.answer(m.AcsStatus())
        assert isinstance(conversation.session.next_event(), Request)
