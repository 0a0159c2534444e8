"""A kiosk's side of a conversation: sequence numbers, checksums, repeats."""

import pytest

from softdock.cli.conversation import Conversation, NoAnswer
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.frames import seal


def asked(**options) -> Conversation:
    """A conversation that has asked for the status and sent it."""
    conversation = Conversation(Dialect(), **options)
    conversation.ask(m.ScStatus(max_print_width=80))
    conversation.data_to_send()
    return conversation


LOGIN_ACCEPTED = seal(b"941", b"0", True) + b"\r"


def test_a_request_carries_a_sequence_number_and_a_checksum():
    conversation = Conversation(Dialect())
    conversation.ask(m.ScStatus(max_print_width=80))

    assert conversation.data_to_send() == seal(b"9900802.00", b"0", True) + b"\r"
    assert conversation.data_to_send() == b""


def test_the_sequence_number_counts_from_0_to_9_and_round_again():
    conversation = Conversation(Dialect())
    numbers = []
    for _ in range(12):
        conversation.ask(m.ScStatus())
        numbers.append(conversation.data_to_send()[-8:-7])

    assert b"".join(numbers) == b"012345678901"


def test_without_error_detection_nothing_is_added():
    conversation = Conversation(Dialect(terminator=b"\r\n"), error_detection=False)
    conversation.ask(m.ScStatus(max_print_width=80))

    assert conversation.data_to_send() == b"9900802.00\r\n"


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_an_answer_is_taken_in_pieces_of_any_size(size):
    conversation = asked()
    answers = [
        conversation.receive_data(LOGIN_ACCEPTED[at : at + size])
        for at in range(0, len(LOGIN_ACCEPTED), size)
    ]

    assert all(each is None for each in answers[:-1])
    assert answers[-1].message == m.LoginResponse(ok=True)


def test_an_answer_with_a_wrong_checksum_is_asked_for_again():
    """97 brings the same answer, without a sequence number."""
    conversation = asked()

    assert conversation.receive_data(b"941AY0AZ0000\r") is None
    assert conversation.data_to_send() == b"97AZFEF5\r"
    answer = conversation.receive_data(seal(b"941", None, True) + b"\r")
    assert answer.message.ok
    assert "asked for again" in answer.notes[0]


def test_a_request_that_was_not_understood_is_sent_again_as_it_was():
    conversation = asked()

    assert conversation.receive_data(b"96AZFEF6\r") is None
    assert conversation.data_to_send() == seal(b"9900802.00", b"0", True) + b"\r"


def test_a_request_without_an_answer_is_repeated_as_often_as_allowed():
    conversation = asked(repeats=2)
    for _ in range(2):
        conversation.timed_out()
        assert conversation.data_to_send() == seal(b"9900802.00", b"0", True) + b"\r"

    with pytest.raises(NoAnswer, match="2 repeats"):
        conversation.timed_out()


def test_without_error_detection_nothing_is_repeated():
    """The other side could not tell a repeat from a second checkout."""
    with pytest.raises(NoAnswer):
        asked(error_detection=False).timed_out()


def test_96_in_answer_to_97_ends_it():
    conversation = asked()
    conversation.receive_data(b"941AY0AZ0000\r")

    with pytest.raises(NoAnswer, match="again"):
        conversation.receive_data(b"96AZFEF6\r")


def test_a_resend_that_nothing_can_be_sent_for_says_so():
    conversation = Conversation(Dialect())
    conversation.ask(m.RequestAcsResend())
    assert conversation.data_to_send() == b"97AZFEF5\r"

    with pytest.raises(NoAnswer, match="no answer yet"):
        conversation.receive_data(b"96AZFEF6\r")


def test_an_answer_to_an_earlier_request_is_dropped():
    conversation = asked()
    late = seal(b"940", b"9", True) + b"\r"

    answer = conversation.receive_data(late + LOGIN_ACCEPTED)

    assert answer.message.ok
    assert "another sequence number" in answer.notes[0]


def test_checksums_that_are_always_wrong_end_it():
    conversation = asked(repeats=1)
    conversation.receive_data(b"941AY0AZ0000\r")

    with pytest.raises(NoAnswer, match="each time"):
        conversation.receive_data(b"941AY0AZ0000\r")


def test_what_is_missing_in_an_answer_is_noted():
    conversation = asked()

    answer = conversation.receive_data(b"98YYYYYN60000320260101    1200002.00AOCDL|\r")

    assert answer.message.institution_id == "CDL"
    assert answer.notes == [
        "The answer has no checksum.",
        "The answer lacks fields that the standard requires: BX.",
    ]


def test_an_answer_that_nobody_can_read_is_given_as_it_came():
    answer = asked(error_detection=False).receive_data(b"77hello\r")

    assert (answer.line, answer.message) == (b"77hello", None)


def test_a_raw_line_is_sealed_unless_it_has_its_own_seal():
    conversation = Conversation(Dialect())
    conversation.ask_raw("9900802.00")
    sealed = conversation.data_to_send()
    conversation.ask_raw("9900802.00AY7AZ0000")

    assert sealed == seal(b"9900802.00", b"0", True) + b"\r"
    assert conversation.data_to_send() == b"9900802.00AY7AZ0000\r"


def test_a_raw_line_may_be_anything():
    conversation = Conversation(Dialect(charset=Charset("gbk")), error_detection=False)
    conversation.ask_raw("你好")

    assert conversation.data_to_send() == "你好\r".encode("gbk")


def test_an_endless_answer_is_not_collected():
    conversation = asked()

    with pytest.raises(NoAnswer, match="longer than"):
        conversation.receive_data(b"9" * (2 << 20))
