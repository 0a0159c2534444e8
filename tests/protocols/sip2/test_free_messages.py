"""Messages beyond the standard: written as they were built, and read by what little is known of them."""

import pytest

from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.client_session import (
    NEED_DATA,
    ClientSession,
    Lost,
    NewPolicy,
    Noticed,
    Response,
    Unfit,
)
from softdock.protocols.sip2.codec import decode, encode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.frames import seal
from softdock.protocols.sip2.free_messages import FreeLayout, FreeRequest

GBK = Dialect(charset=Charset("gbk"))
REGISTER = FreeRequest("81", "20260101    120000", (("AA", "R1"), ("AE", "王東"), ("XK", "01")), "82")
STATUS = b"98YYYYNN10000320260101    1200002.00AOLIB|BXYYYYYYYYYYYYYYYY|"
OFF_LINE = b"98NYYYNN10000320260101    1200002.00AOLIB|BXYYYYYYYYYYYYYYYY|"


def events(session, *lines):
    session.receive_data(b"".join(line + b"\r" for line in lines))
    found = []
    while (event := session.next_event()) is not NEED_DATA:
        found.append(event)
    return found


def asked(request=REGISTER, **options):
    session = ClientSession(GBK, **options)
    session.ask(request)
    return session, session.data_to_send()


def test_a_request_leaves_as_it_was_built():
    assert encode(REGISTER, GBK).decode("gbk") == "8120260101    120000AAR1|AE王東|XK01|"
    assert encode(FreeRequest("81", "", (), "82"), GBK) == b"81"


def test_a_character_that_ends_like_a_delimiter_does_not_end_its_field():
    assert "東".encode("gbk").endswith(b"|")
    answer = decode("821AE王東|AF办证成功|AF|".encode("gbk"), GBK, {"82": FreeLayout("82")}).message
    assert (answer.fixed, answer.other) == ("1", (("AE", "王東"), ("AF", "办证成功"), ("AF", "")))
    assert answer.field("AE") == "王東" and answer.field("AO") is None


@pytest.mark.parametrize(
    ("body", "width", "fixed", "fields"),
    [
        ("1YNU20260101    120000AOLIB|AAR1|", None, "1YNU20260101    120000", [("AO", "LIB"), ("AA", "R1")]),
        ("AAR1|", None, "", [("AA", "R1")]),
        ("1YAFfine|", None, "1Y", [("AF", "fine")]),
        ("1", None, "1", []),
        ("", None, "", []),
        ("OK1AAR1|", 3, "OK1", [("AA", "R1")]),
        ("YNYN1|", 1, "Y", [("NY", "N1")]),
        ("1AAR1|\x20|A|AAR2", None, "1", [("AA", "R1"), ("AA", "R2")]),
    ],
)
def test_the_fixed_part_ends_where_it_was_told_or_where_letters_begin(body, width, fixed, fields):
    answer = decode(b"82" + body.encode(), GBK, {"82": FreeLayout("82", width)}).message
    assert answer.fixed == fixed
    assert list(answer.other) == fields


def test_nothing_of_what_a_message_says_is_shown():
    assert repr(REGISTER) == "<FreeRequest 81 AA AE XK>"


def test_the_answer_is_the_message_that_was_named():
    session, sent = asked()
    assert sent.startswith(b"8120260101") and b"AY0AZ" in sent
    (response,) = events(session, seal(b"821AAR1|", b"0", True))
    assert (type(response), response.unfit) == (Response, None)
    assert response.message.other == (("AA", "R1"),)
    assert not session.spent


@pytest.mark.parametrize("line", [b"64 no answer to this", b"83AAR1|", b"12"])
def test_another_message_is_not_its_answer(line):
    session, _ = asked()
    (response,) = events(session, seal(line, b"0", True))
    assert response.unfit is Unfit.UNREADABLE
    assert session.spent


def test_a_fixed_part_that_is_too_short_is_not_read():
    session, _ = asked(FreeRequest("81", "", (), "82", 18))
    (response,) = events(session, seal(b"821AAR1|", b"0", True))
    assert response.unfit is Unfit.UNREADABLE


def test_it_is_sent_again_where_it_was_not_understood_or_another_policy_holds():
    session, sent = asked()
    (event,) = events(session, b"96")
    assert isinstance(event, Noticed)
    assert session.data_to_send() == sent

    (event,) = events(session, seal(STATUS, b"0", True))
    assert isinstance(event, NewPolicy)
    assert session.data_to_send()[:-10] == sent[:-10]
    (event,) = events(session, seal(OFF_LINE, b"1", True))
    assert isinstance(event, Lost) and event.nothing_done


def test_what_is_asked_next_is_of_the_standard_again():
    session, _ = asked()
    events(session, seal(b"821AAR1|", b"0", True))
    session.ask(m.ScStatus(max_print_width=80, protocol_version="2.00"))
    (response,) = events(session, seal(STATUS, b"1", True))
    assert isinstance(response.message, m.AcsStatus)


def test_a_request_may_be_answered_by_a_message_that_is_of_the_standard_elsewhere():
    session, _ = asked(FreeRequest("99", "0802.00", (), "98"))
    (response,) = events(session, seal(b"981AAR1|", b"0", True))
    assert response.message.other == (("AA", "R1"),)
