"""One terminal's conversation with the library, from the first byte on: transcripts."""

import pytest

from sip2_conversation import Conversation, converse
from sip2_wire import REQUESTS, RESPONSES, Golden, sealed
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.dialect import Dialect, ErrorDetection
from softdock.protocols.sip2.errors import LocalProtocolError, Violation
from softdock.protocols.sip2.session import REPEAT_WINDOW, Request, ServerSession, Signal, Violated

REQUIRED = Dialect(error_detection=ErrorDetection.REQUIRED)
NEVER = Dialect(error_detection=ErrorDetection.NEVER)

ANSWERS = {golden.code: golden for golden in RESPONSES}


# --- every pair of messages ---------------------------------------------------------------------------


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


# --- the start of a session ---------------------------------------------------------------------------


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


# --- login by prompts ---------------------------------------------------------------------------------

TELNET = Dialect(telnet_login=True)


@pytest.mark.parametrize("end", ["\\r", "\\n", "\\r\\n", "\\r\\0"])
def test_a_login_by_prompts(end: str):
    """User, password, and SIP2 from then on; lines end as they like."""
    conversation = converse(
        f"""
        << login:_
        >> kiosk1{end}
        << password:_
        >> secret{end}
        ? Login
        = 941
        << Login_OK.__Initiating_SIP\\r\\n
        >> 97{end}
        << 96\\r
        """,
        TELNET,
    )
    login = conversation.requests[0].message
    assert (login.login_user_id, login.login_password, login.location_code) == ("kiosk1", "secret", None)


def test_telnet_negotiation_is_no_part_of_a_name():
    """A telnet client negotiates before the user types."""
    conversation = converse(
        """
        << login:_
        >> \\xff\\xfd\\x01\\xff\\xfb\\x1f\\0 kiosk1 \\r\\0
        << password:_
        >> secret\\r\\0
        ? Login
        = 941
        << Login_OK.__Initiating_SIP\\r\\n
        """,
        TELNET,
    )
    login = conversation.requests[0].message
    assert (login.login_user_id, login.login_password) == ("kiosk1", "secret")


def test_three_wrong_tries_are_prompted_anew():
    """Each wrong pair is refused in plain words; who hangs up after some is the listener."""
    conversation = converse("<< login:_", TELNET)
    for _ in range(3):
        conversation.play(
            """
            >> kiosk1\\r
            << password:_
            >> wrong\\r
            ? Login
            = 940
            << Invalid_login\\r\\nlogin:_
            """
        )
    conversation.play(
        """
        >> kiosk1\\rsecret\\r
        << password:_
        ? Login
        = 941
        << Login_OK.__Initiating_SIP\\r\\n
        > 9900802.00
        ? ScStatus
        """
    )


def test_a_login_by_prompts_and_the_first_request_in_one_segment():
    """A client that waits for no prompt is served in order."""
    converse(
        """
        << login:_
        >> kiosk1\\r\\nsecret\\r\\n9900802.00AY0AZFCA1\\r
        << password:_
        ? Login
        = 941
        << Login_OK.__Initiating_SIP\\r\\n
        ? ScStatus
        """,
        TELNET,
    )


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        ("9300CNkiosk1|COsecret|AY1AZ????", "Login"),
        ("9300COsecret|CNkiosk1|", "Login"),
        ("9900802.00AY1AZ????", "ScStatus"),
        ("990   1.00", "ScStatus"),
    ],
)
def test_a_device_that_needs_no_prompts_is_understood(first: str, kind: str):
    """On a port with prompts it may speak SIP2 from the start, and the prompt goes to waste."""
    conversation = converse(
        f"""
        << login:_
        >> \\0
        > {first}
        ? {kind}
        """,
        TELNET,
    )
    assert conversation.session.busy


@pytest.mark.parametrize("user", ["93", "9301234", "99bottles", "9912345678", "97", "23001"])
def test_a_user_whose_name_begins_like_a_message_can_log_in(user: str):
    """Names of digits are common: only what is surely SIP2 is taken for it."""
    conversation = converse(
        f"""
        << login:_
        > {user}
        << password:_
        > 9300CN
        ? Login
        """,
        TELNET,
    )
    login = conversation.requests[0].message
    assert (login.login_user_id, login.login_password) == (user, "9300CN")


# --- error detection ----------------------------------------------------------------------------------


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


# --- repeats ------------------------------------------------------------------------------------------

CHECKOUT = "11NN                                    AO|AAR1|ABB1|AC|AY2AZ????"
ANSWER = "121NUY                  AO|AAR1|ABB1|AJ|AH2026-01-31|"


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


# --- 97 -----------------------------------------------------------------------------------------------


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


# --- order --------------------------------------------------------------------------------------------


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


# --- bad input ----------------------------------------------------------------------------------------


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


# --- our own faults -----------------------------------------------------------------------------------


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
