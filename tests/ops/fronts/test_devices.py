"""From a profile of the settings to the dialect of a device: the codes that it expects and sends."""

from datetime import UTC

import pytest

from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, Item, MediaType, SecurityMarker
from softdock.circulation.outcomes import Done, PatronReport, Returned
from softdock.circulation.patrons import Patron, Standing
from softdock.mappings.problems import ProblemsFound
from softdock.ops.fronts.devices import dialect_of
from softdock.ops.settings import settings_from
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.codes import STANDARD
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.north import circulation, patrons
from terminals import a_terminal

OWN = {
    "circulation_statuses": {"lost": "01"},
    "security_markers": {"tattle-tape": "09"},
    "media_types": {"cd": "026"},
    "fee_types": {"overdue": ["21", "22"]},
    "alert_types": {"transit": "98"},
    "hold_types": {"9": "this-copy"},
    "languages": {"000": "zh", "002": "de"},
    "patron_status": {"0": ["excessive-fines", "checkout-denied"], "10": []},
}
NOW = "20260101    120000"


def dialect(**keys):
    settings = settings_from({
        "listen": [{"sip2": "127.0.0.1:0"}],
        "libraries": {"A": {"system": {"adapter": "inhouse", "database": "memory"}}},
        "profiles": {"p": keys},
    })  # fmt: skip
    return dialect_of("p", settings.profiles["p"], UTC)


@pytest.fixture
def terminal():
    return a_terminal(dialect(language="en", **OWN))


def test_a_profile_that_says_nothing_has_the_codes_of_the_standard():
    assert dialect().codes == STANDARD == Dialect().codes


def test_an_item_is_told_by_the_codes_that_a_device_expects(terminal):
    item = Item(
        ItemId("I1"), "x", status=CirculationStatus.LOST, media_type=MediaType.CD, fee_type=FeeType.OVERDUE,
        security_marker=SecurityMarker.TATTLE_TAPE,
    )  # fmt: skip
    asked = m.ItemInformation(transaction_date=NOW, item_identifier="I1")

    told = circulation.write_item_information(asked, Done(item), terminal)

    assert (told.circulation_status, told.security_marker, told.fee_type, told.media_type) == (
        "01",
        "09",
        "21",
        "026",
    )


def test_an_alert_is_told_by_the_code_that_a_device_expects(terminal):
    returned = Returned(Item(ItemId("I1"), "x"), alert=AlertType.TRANSIT)
    asked = m.Checkin(transaction_date=NOW, return_date=NOW, item_identifier="I1")
    assert circulation.write_checkin(asked, Done(returned), terminal).alert_type == "98"


def test_the_marks_of_a_card_are_told_where_a_device_expects_them(terminal):
    card = Patron(PatronId("R1"), "Li", frozenset({Standing.EXCESSIVE_FINES, Standing.RENEWAL_DENIED}))
    asked = m.PatronStatus(transaction_date=NOW, patron_identifier="R1")
    assert (
        patrons.write_patron_status(asked, Done(PatronReport(card)), terminal).patron_status
        == "YY" + " " * 12
    )


@pytest.mark.parametrize(
    ("code", "kind"), [("21", FeeType.OVERDUE), ("22", FeeType.OVERDUE), ("07", FeeType.REPLACEMENT)]
)
def test_a_payment_is_understood_by_the_codes_that_a_device_sends(terminal, code, kind):
    paid = m.FeePaid(
        transaction_date=NOW, fee_type=code, currency_type="CNY", fee_amount="1", patron_identifier="R1"
    )
    assert patrons.read_fee_paid(paid, terminal).fee_type is kind


def test_a_hold_is_understood_by_the_code_that_a_device_sends(terminal):
    wish = m.Hold(
        hold_mode="+", transaction_date=NOW, hold_type="9", patron_identifier="R1", item_identifier="I1"
    )
    assert circulation.read_hold(wish, terminal).scope is HoldScope.THIS_COPY


def test_a_language_is_understood_by_the_code_that_a_device_sends(terminal):
    """Of one in which there are no texts, the library's system is told all the same."""
    asked = m.PatronStatus(language="002", transaction_date=NOW, patron_identifier="R1")
    assert patrons.read_patron_status(asked, terminal).language == "de"
    assert (terminal.language("000"), terminal.language("002")) == ("zh", "en")


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"circulation_statuses": {"gone": "01"}}, '"gone" is not a state of an item.'),
        ({"circulation_statuses": {"lost": "1"}}, '"1" is not a code of two digits.'),
        ({"media_types": {"cd": "06"}}, '"06" is not a code of three digits.'),
        ({"fee_types": {"overdue": "04", "rental": ["06", "04"]}}, '"04" means both overdue and rental.'),
        ({"fee_types": {"overdue": []}}, "There has to be a text for overdue"),
        ({"patron_status": {"14": []}}, '"14" is not a position of the patron status.'),
        ({"patron_status": {"1": ["late"]}}, '"late" is not a mark of a card.'),
        ({"hold_types": {"": "this-copy"}}, "is not a type of a hold."),
        ({"languages": {"zh": "zh"}}, '"zh" is not a code of three digits.'),
    ],
)
def test_codes_that_no_message_can_have_are_told(keys, sentence):
    with pytest.raises(ProblemsFound) as found:
        dialect(**keys)
    assert sentence in str(found.value)


def test_the_zone_is_the_librarys_unless_the_profile_says():
    assert dialect().zone is UTC
    assert str(dialect(time_zone="Asia/Shanghai").zone) == "Asia/Shanghai"
