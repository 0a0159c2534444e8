"""The login of old machines: prompts on the wire, and SIP2 behind them."""

import pytest

from sip2_conversation import converse
from softdock.protocols.sip2.dialect import Dialect

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
        >> secret \\0\\r\\0
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
