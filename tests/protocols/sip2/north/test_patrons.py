"""What 24, 26 and 64 say about a card: every row of the table, and every flag position."""

from datetime import date

import pytest

from softdock.circulation.identifiers import FeeId, ItemId, PatronId
from softdock.circulation.money import Money
from softdock.circulation.outcomes import Done, PatronReport, PinCheck, Refused, Unknown
from softdock.circulation.patrons import ALL_DENIED, Counts, Entry, Patron, PatronList, Standing
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.dialect import Dialect, Shown
from softdock.protocols.sip2.north import TRANSLATIONS
from terminals import a_terminal

DENIED = "YYYY          "
GOOD = " " * 14
WANG = Patron(
    PatronId("R1"),
    "王小明",
    counts=Counts(1, 2, 3, 4, 5, 6),
    address="人民南路 1 号",
    phone="028-1",
    email="w@example.org",
    balance=Money(1250, "CNY"),
    fee_limit=Money(5000, "CNY"),
    loan_limit=10,
    birth_date=date(1990, 5, 1),
    message="有新书",
)


def ask(outcome, *, pin=None, summary=" " * 10, terminal=None):
    """The 64 for `outcome`."""
    message = m.PatronInformation(
        language="001", summary=summary, patron_identifier="R1", patron_password=pin
    )
    return TRANSLATIONS[m.PatronInformation].write(message, outcome, terminal or a_terminal())


def report(pin=PinCheck.NOT_ASKED, reason=None, **changes):
    patron = {name: getattr(WANG, name) for name in Patron.__slots__} | changes
    when = date(2025, 12, 31) if reason is Reason.CARD_EXPIRED else None
    return Done(PatronReport(Patron(**patron), pin, reason=reason, reason_date=when))


def nothing_is_told_of_the_patron(response):
    told = [
        response.personal_name,
        response.home_address,
        response.e_mail_address,
        response.home_phone_number,
    ]
    counted = [response.hold_items_count, response.charged_items_count, response.fine_items_count]
    return (
        not any(told)
        and counted == [0, 0, 0]
        and response.fee_amount is None
        and response.charged_items_limit is None
    )


def test_a_known_card_with_the_right_pin():
    """BL and CQ are Y, and the patron is told about."""
    response = ask(report(PinCheck.RIGHT), pin="1234")
    assert (response.valid_patron, response.valid_patron_password) == ("Y", "Y")
    assert (response.patron_status, response.personal_name) == (GOOD, "王小明")
    assert (response.home_address, response.fee_amount, response.currency_type) == (
        "人民南路 1 号",
        "12.50",
        "CNY",
    )
    assert (response.charged_items_limit, response.fee_limit) == ("0010", "50.00")
    assert (response.hold_items_count, response.overdue_items_count, response.charged_items_count) == (
        1,
        2,
        3,
    )
    assert (response.fine_items_count, response.recall_items_count, response.unavailable_holds_count) == (
        4,
        5,
        6,
    )
    assert response.screen_message == ("有新书",)


@pytest.mark.parametrize("pin", [None, ""])
def test_a_known_card_without_a_pin_where_none_is_needed(pin):
    """CQ is absent, because nothing was compared."""
    response = ask(report(), pin=pin)
    assert (response.valid_patron, response.valid_patron_password) == ("Y", None)
    assert response.personal_name == "王小明"


@pytest.mark.parametrize("pin", [None, ""])
def test_a_known_card_without_a_pin_where_one_is_needed(pin):
    """The four privileges are denied and nothing is told, until a PIN is entered."""
    response = ask(report(), pin=pin, terminal=a_terminal(require_pin=True))
    assert (response.valid_patron, response.valid_patron_password) == ("Y", "N")
    assert response.patron_status == DENIED
    assert nothing_is_told_of_the_patron(response)
    assert response.screen_message == ("Please enter your PIN.",)


def test_a_known_card_with_a_wrong_pin():
    """The same, and the patron hears that the PIN is wrong."""
    response = ask(report(PinCheck.WRONG), pin="0000")
    assert (response.valid_patron, response.valid_patron_password) == ("Y", "N")
    assert response.patron_status == DENIED
    assert nothing_is_told_of_the_patron(response)
    assert response.screen_message == ("The PIN is wrong.",)


def test_a_card_without_a_pin_on_file_where_one_is_needed():
    """The patron is sent to the desk to have one set."""
    response = ask(report(PinCheck.NOT_SET), pin="1234", terminal=a_terminal(require_pin=True))
    assert (response.valid_patron, response.valid_patron_password, response.patron_status) == (
        "Y",
        "N",
        DENIED,
    )
    assert nothing_is_told_of_the_patron(response)
    assert "desk" in response.screen_message[0]


@pytest.mark.parametrize(("pin", "valid_pin"), [("1234", "N"), (None, None)])
def test_an_unknown_card(pin, valid_pin):
    """BL is N, CQ is N only if a PIN was sent, and the identifier comes back as it was."""
    response = ask(Refused(Reason.PATRON_UNKNOWN), pin=pin)
    assert (response.valid_patron, response.valid_patron_password) == ("N", valid_pin)
    assert (response.patron_status, response.patron_identifier) == (DENIED, "R1")
    assert nothing_is_told_of_the_patron(response)
    assert response.screen_message == ("This card is not known here.",)


@pytest.mark.parametrize(
    ("check", "pin", "named"), [(PinCheck.RIGHT, "1234", True), (PinCheck.NOT_ASKED, None, False)]
)
def test_a_lost_card_shows_its_holder_only_for_the_right_pin(check, pin, named):
    """Whoever found the card learns nothing, even where the account needs no PIN."""
    response = ask(report(check, Reason.CARD_LOST, standing=ALL_DENIED | {Standing.CARD_LOST}), pin=pin)
    assert response.valid_patron == "Y"
    assert response.patron_status == "YYYYY         "
    assert (response.personal_name == "王小明") is named
    assert response.screen_message[0] == "This card was reported lost. Please see the desk."


def test_an_expired_card():
    """All four denied, and the day is told."""
    response = ask(report(PinCheck.RIGHT, Reason.CARD_EXPIRED, standing=ALL_DENIED), pin="1234")
    assert (response.patron_status, response.valid_patron, response.valid_patron_password) == (
        DENIED,
        "Y",
        "Y",
    )
    assert response.screen_message[0] == "This card expired on 2025-12-31"


def test_a_blocked_card_shows_the_blocks_text_to_its_holder_alone():
    """The wording for everybody, the text of the block after the right PIN."""
    blocked = {"reason": Reason.PATRON_BLOCKED, "standing": ALL_DENIED, "message": "欠费请到前台"}
    assert ask(report(PinCheck.RIGHT, **blocked), pin="1").screen_message[1] == "欠费请到前台"
    assert "欠费请到前台" not in ask(report(PinCheck.WRONG, **blocked), pin="1").screen_message


@pytest.mark.parametrize("position", range(14))
def test_each_position_of_the_patron_status(position):
    """Each of the fourteen marks has its own place, and only that."""
    response = ask(report(standing=frozenset({list(Standing)[position]})))
    assert response.patron_status == " " * position + "Y" + " " * (13 - position)


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ("name", "personal_name"),
        ("contact", "home_address"),
        ("lists", "charged_items_count"),
        ("fees", "fee_amount"),
    ],
)
def test_a_profile_may_show_a_part_before_the_pin(shown, told):
    """Some devices greet by name first: only what the profile names is shown, and the card stays unproven."""
    dialect = Dialect(language="en", show_unverified=frozenset({Shown(shown)}))
    terminal = a_terminal(dialect, require_pin=True)
    response = ask(report(), terminal=terminal)
    assert (
        getattr(response, told)
        == {
            "personal_name": "王小明",
            "home_address": WANG.address,
            "charged_items_count": 3,
            "fee_amount": "12.50",
        }[told]
    )
    assert (response.valid_patron_password, response.patron_status) == ("N", DENIED)
    others = {"personal_name": "", "home_address": None, "charged_items_count": 0, "fee_amount": None}
    assert all(getattr(response, name) == blank for name, blank in others.items() if name != told)


@pytest.mark.parametrize(
    ("place", "field"),
    [
        (0, "hold_items"),
        (1, "overdue_items"),
        (2, "charged_items"),
        (3, "fine_items"),
        (4, "recall_items"),
        (5, "unavailable_hold_items"),
    ],
)
def test_the_summary_asks_for_one_list(place, field):
    """The first Y decides; the list arrives under its own identifier."""
    message = m.PatronInformation(
        summary=" " * place + "Y" * (10 - place), patron_identifier="R1", start_item="2", end_item="3"
    )
    operation = TRANSLATIONS[m.PatronInformation].read(message, a_terminal())
    assert (operation.wanted, operation.first, operation.last) == (list(PatronList)[place], 2, 3)
    outcome = Done(PatronReport(WANG, entries=[Entry(ItemId("I1")), Entry(ItemId("I2"))]))
    response = TRANSLATIONS[m.PatronInformation].write(message, outcome, a_terminal())
    assert getattr(response, field) == ("I1", "I2")


@pytest.mark.parametrize("text", ["", "x", "-3", "９", None])
def test_a_strange_start_item_asks_for_everything(text):
    """BP and BQ that are no numbers are no bounds."""
    message = m.PatronInformation(
        summary="Y         ", patron_identifier="R1", start_item=text, end_item=text
    )
    operation = TRANSLATIONS[m.PatronInformation].read(message, a_terminal())
    assert (operation.first, operation.last) == (1, None)


def test_a_fee_without_an_item_is_listed_by_what_it_is():
    """AV names the fee where no item hangs on it."""
    outcome = Done(PatronReport(WANG, entries=[Entry(title="工本费", fee=FeeId("F1"))]))
    assert ask(outcome, summary="   Y      ").fine_items == ("工本费",)


def test_when_the_system_is_away_nobody_is_let_in():
    """The patron is told why; nothing is claimed about the card."""
    response = ask(Refused(Reason.SYSTEM_UNAVAILABLE), pin="1234")
    assert (response.valid_patron, response.valid_patron_password, response.patron_status) == (
        "N",
        None,
        DENIED,
    )
    assert "later" in response.screen_message[0]


def test_24_is_shorter_but_says_the_same():
    """Patron status: name, BL, CQ and the balance."""
    message = m.PatronStatus(language="019", patron_identifier="R1", patron_password="1234")
    response = TRANSLATIONS[m.PatronStatus].write(message, report(PinCheck.RIGHT), a_terminal())
    assert (response.personal_name, response.valid_patron, response.fee_amount, response.language) == (
        "王小明",
        "Y",
        "12.50",
        "019",
    )


def test_the_language_of_the_request_decides_about_the_wording():
    """019 gets Chinese, 001 English, anything else the profile's."""
    said = []
    for language in ("019", "001", "003"):
        message = m.PatronStatus(language=language, patron_identifier="R1")
        response = TRANSLATIONS[m.PatronStatus].write(message, Refused(Reason.PATRON_UNKNOWN), a_terminal())
        said.append(response.screen_message[0])
    assert said == ["未找到此读者证。", "This card is not known here.", "This card is not known here."]


def test_a_blocked_card_is_reported_as_it_now_stands():
    """24 to 01 carries the new state; the name only where no PIN is needed."""
    message = m.BlockPatron(card_retained=True, patron_identifier="R1", blocked_card_message="kept")
    operation = TRANSLATIONS[m.BlockPatron].read(message, a_terminal())
    assert (operation.card_retained, operation.message) == (True, "kept")
    outcome = report(reason=Reason.PATRON_BLOCKED, standing=ALL_DENIED)
    for require_pin, name in ((False, "王小明"), (True, "")):
        response = TRANSLATIONS[m.BlockPatron].write(message, outcome, a_terminal(require_pin=require_pin))
        assert (response.patron_status, response.valid_patron, response.personal_name) == (DENIED, "Y", name)
        assert response.valid_patron_password is None


def test_a_payment_in_text_becomes_money():
    """BV is decimal text in the currency of the message, or the library's where that is blank."""
    read = TRANSLATIONS[m.FeePaid].read
    paid = m.FeePaid(
        currency_type="CNY", fee_amount="12.5", patron_identifier="R1", fee_identifier="F1", fee_type="04"
    )
    assert read(paid, a_terminal()).amount == Money(1250, "CNY")
    assert read(m.FeePaid(fee_amount="3", patron_identifier="R1"), a_terminal()).amount == Money(300, "CNY")
    assert read(m.FeePaid(fee_amount="1,234.00", patron_identifier="R1"), a_terminal()) == Refused(
        Reason.AMOUNT_INVALID
    )


def test_a_lost_answer_is_told_as_not_done():
    """Unknown is not a yes: the patron is sent to the desk."""
    message = m.FeePaid(patron_identifier="R1", fee_amount="1", transaction_id="T1")
    response = TRANSLATIONS[m.FeePaid].write(message, Unknown(), a_terminal())
    assert (response.payment_accepted, response.transaction_id) == (False, "T1")
    assert response.screen_message == ("Not done. Please see the desk.",)
