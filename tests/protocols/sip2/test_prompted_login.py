"""Logging in at prompts, as on a terminal."""

import pytest

from softdock.protocols.sip2.prompts import LONGEST_GREETING, PromptedLogin


def prompted():
    return PromptedLogin(b"softdock", b"secret", b"\r")


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize(
    ("verdict", "accepted"), [(b"Login OK.  Initiating SIP\r\n", True), (b"Invalid login\r\nlogin: ", False)]
)
def test_prompts_are_answered_whatever_the_segments(size, verdict, accepted):
    login = prompted()

    def feed(data):
        return b"".join(login.receive_data(data[at : at + size]) for at in range(0, len(data), size))

    assert feed(b"\xff\xfb\x01\r\nWelcome to the library\r\nlogin: ") == b"softdock\r"
    assert feed(b"password: ") == b"secret\r"
    assert login.accepted is None
    assert feed(verdict) == b""
    assert login.accepted is accepted


def test_the_word_login_within_a_greeting_is_no_prompt():
    login = prompted()

    assert login.receive_data(b"Last login: yesterday\r\n") == b""
    assert login.receive_data(b"User: ") == b"softdock\r"


def test_a_greeting_without_end_is_not_kept():
    login = prompted()
    for _ in range(100):
        login.receive_data(b"x" * 1000)

    assert len(login._heard) <= LONGEST_GREETING
    assert login.receive_data(b"login:") == b"softdock\r"
