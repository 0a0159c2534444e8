"""How messages are shown."""

from softdock.cli.wording import FIELD_NAMES, as_object, as_text, raw_line, says_yes, title_of
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.layouts import LAYOUTS


def test_every_field_has_one_name():
    """The same identifier is called the same in every message."""
    names = {
        (field_id, name.replace("_", " "))
        for layout in LAYOUTS.values()
        for field_id, name in layout.names.items()
    }

    assert names == set(FIELD_NAMES.items())
    assert FIELD_NAMES["AF"] == "screen message"
    assert FIELD_NAMES["AA"] == "patron identifier"


def test_a_message_is_shown_field_by_field_with_meanings():
    message = m.ItemInformationResponse(
        circulation_status="04",
        security_marker="02",
        transaction_date="20260101    120000",
        item_identifier="CD001",
        title_identifier="平凡的世界",
        media_type="001",
        screen_message=("one", "two"),
        other=(("ZZ", "?"),),
    )

    assert as_text(message).splitlines() == [
        "18 Item Information Response",
        "     circulation status         04  (charged)",
        "     security marker            02  (tattle-tape)",
        "     fee type                   01  (other)",
        "     transaction date           20260101    120000  (2026-01-01 12:00:00)",
        "  AB item identifier            CD001",
        "  AJ title identifier           平凡的世界",
        "  CK media type                 001  (book)",
        "  AF screen message             one",
        "  AF screen message             two",
        "  ZZ not in the standard        ?",
    ]


def test_the_flags_of_a_card_are_spelled_out():
    text = as_text(m.PatronStatusResponse(patron_status="Y   Y         ", valid_patron="Y"))

    assert "checkout-denied, card-lost" in text
    assert "BL valid patron               Y  (yes)" in text
    assert "nothing is wrong" in as_text(m.PatronStatusResponse())


def test_what_98_says_is_told_in_words():
    text = as_text(
        m.AcsStatus(timeout_period=100, retries_allowed=999, supported_messages="YYYYYYYYYYYYYNYY")
    )

    assert "(10 seconds)" in text
    assert "retries allowed            999  (unknown)" in text
    assert "(all but Hold)" in text


def test_passwords_are_shown_as_stars():
    """A PIN on the screen of a terminal ends up in a screenshot."""
    message = m.Checkout(patron_identifier="R1", patron_password="1234", terminal_password="tp")
    line = "93  CNkiosk|COpw|CP|AY0AZF000"

    assert "1234" not in as_text(message) + str(as_object(message))
    assert "1234" in as_text(message, show_secrets=True)
    assert raw_line(line, "|") == "93  CNkiosk|CO***|CP|AY0AZF000"
    assert raw_line("2300120260101    120000AD1234|", "|") == "2300120260101    120000AD***|"
    assert raw_line(line, "|", show_secrets=True) == line


def test_what_would_do_something_to_a_terminal_is_made_visible():
    assert "\x1b" not in as_text(m.CheckoutResponse(screen_message=("\x1b[2J",)))
    assert raw_line("12\x1b", "|") == "12\\x1b"


def test_what_counts_as_a_yes():
    yes = [
        m.CheckoutResponse(ok=True),
        m.FeePaidResponse(payment_accepted=True),
        m.EndSessionResponse(end_session=True),
        m.ItemStatusUpdateResponse(item_properties_ok=True),
        m.AcsStatus(on_line_status=True),
        m.PatronStatusResponse(valid_patron="Y"),
        m.PatronInformationResponse(valid_patron="Y", valid_patron_password="Y"),
        m.PatronStatusResponse(personal_name="A reader of an old system"),
        m.ItemInformationResponse(title_identifier="A title"),
    ]
    no = [
        m.CheckoutResponse(),
        m.LoginResponse(),
        m.AcsStatus(),
        m.PatronStatusResponse(valid_patron="N"),
        m.PatronInformationResponse(valid_patron="Y", valid_patron_password="N"),
        m.ItemInformationResponse(title_identifier=""),
    ]

    assert [says_yes(each) for each in (*yes, *no)] == [True] * len(yes) + [False] * len(no)


def test_titles_are_words():
    assert title_of(LAYOUTS["64"]) == "Patron Information Response"
