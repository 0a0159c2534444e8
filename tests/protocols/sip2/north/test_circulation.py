"""The messages about an item: what a device asked becomes an operation, what came of it becomes a response."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, Secret, TitleId
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, Item, MediaType, SecurityMarker
from softdock.circulation.money import Money
from softdock.circulation.operations import CancelHold, ChangeHold, PlaceHold
from softdock.circulation.outcomes import (
    Done,
    HoldState,
    ItemUpdated,
    Lent,
    Refused,
    RenewedAll,
    Returned,
    Unknown,
)
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.north import TRANSLATIONS
from terminals import a_terminal

STAMP = "20260101    120000"
DUE = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
BOOK = Item(
    ItemId("I1"),
    "红楼梦",
    media_type=MediaType.BOOK,
    magnetic=False,
    security_marker=SecurityMarker.TATTLE_TAPE,
    fee_type=FeeType.RENTAL,
    owner=LibraryId("LIB"),
    permanent_location="3F",
    current_location="1F",
    call_number="I242.4",
    collection="LIT",
    properties="page 7 torn",
    status=CirculationStatus.CHARGED,
    hold_queue_length=2,
    due=DUE,
)


def read(message, terminal=None):
    return TRANSLATIONS[type(message)].read(message, terminal or a_terminal())


def write(message, outcome, terminal=None):
    return TRANSLATIONS[type(message)].write(message, outcome, terminal or a_terminal())


CHECKOUT = m.Checkout(
    sc_renewal_policy=True,
    transaction_date=STAMP,
    patron_identifier=" R1 ",
    item_identifier="I1",
    patron_password="1234",
)


def test_a_checkout_is_read_field_by_field():
    """Blanks around an identifier are the reader's, not the card's; dates count only for what has happened."""
    operation = read(CHECKOUT)
    assert (operation.patron, operation.item, operation.pin) == (PatronId("R1"), ItemId("I1"), Secret("1234"))
    assert operation.renewal_allowed
    assert not (operation.cancel or operation.no_block or operation.fee_acknowledged)
    assert operation.happened is None


def test_a_checkout_that_has_happened_already_keeps_its_dates():
    """No block: when it was, and what the patron was told, with their zones."""
    message = m.Checkout(
        no_block=True, transaction_date="20260101   Z100000", nb_due_date="20260131   H235959",
        patron_identifier="R1", item_identifier="I1", fee_acknowledged="Y", cancel="Y",
    )  # fmt: skip
    operation = read(message)
    assert operation.happened == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert operation.promised_due == datetime(2026, 1, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=8)))
    assert operation.no_block and operation.fee_acknowledged and operation.cancel


def test_vendor_fields_of_a_request_are_kept_in_order():
    """What the standard does not know goes along with the operation."""
    message = m.Checkout(
        patron_identifier="R1", item_identifier="I1", other=(("XX", "1"), ("XA", "2"), ("XX", "3"))
    )
    assert read(message).extra == (("XX", "1"), ("XA", "2"), ("XX", "3"))


def test_a_loan_is_told_with_its_due_date_and_switches_the_tag_off():
    """12: ok, title, due date in the profile's form; the tag may be switched off."""
    response = write(CHECKOUT, Done(Lent(BOOK, PatronId("R1"), DUE)))
    assert (response.ok, response.renewal_ok, response.magnetic_media, response.desensitize) == (
        True,
        False,
        False,
        True,
    )
    assert (response.title_identifier, response.due_date, response.media_type) == (
        "红楼梦",
        "2026-01-31",
        "001",
    )
    assert (response.patron_identifier, response.item_identifier) == (" R1 ", "I1"), (
        "identifiers come back as they came"
    )
    assert response.transaction_date == STAMP


def test_a_renewal_by_checkout_says_so():
    """Renewal ok is Y only if the patron had the item already."""
    assert write(CHECKOUT, Done(Lent(BOOK, PatronId("R1"), DUE, renewed=True))).renewal_ok


def test_a_refused_loan_names_the_item_and_leaves_the_tag_on():
    """The patron sees which item it is about, and why not."""
    response = write(CHECKOUT, Refused(Reason.ITEM_ON_HOLD, item=BOOK))
    assert (response.ok, response.renewal_ok, response.desensitize) == (False, False, False)
    assert (response.title_identifier, response.due_date) == ("红楼梦", None)
    assert response.screen_message == ("This item is on hold for another patron.",)


def test_a_fee_that_has_to_be_acknowledged_is_named():
    """BT, BH and BV tell what it would cost; the device asks and sends 11 again with BO=Y."""
    outcome = Refused(Reason.FEE_NOT_ACKNOWLEDGED, item=BOOK, fee=Money(200, "CNY"), fee_type=FeeType.RENTAL)
    response = write(CHECKOUT, outcome)
    assert (response.ok, response.fee_type, response.currency_type, response.fee_amount) == (
        False,
        "06",
        "CNY",
        "2.00",
    )


def test_a_lost_answer_of_a_checkout_is_told_as_not_done():
    """The book stays protected, and the patron is sent to the desk."""
    response = write(CHECKOUT, Unknown())
    assert (response.ok, response.desensitize) == (False, False)
    assert "desk" in response.screen_message[0]


CHECKIN = m.Checkin(transaction_date=STAMP, return_date=STAMP, current_location="", item_identifier="I1")


def test_a_checkin_happens_where_the_device_says_or_stands():
    """AP, else the location of the login."""
    assert read(CHECKIN).location == "1F"
    assert read(m.Checkin(item_identifier="I1", current_location="5F")).location == "5F"
    assert read(CHECKIN).returned == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_return_for_a_waiting_hold_tells_the_sorter_everything():
    """Alert, CV, destination, bin, and for whom the item is held."""
    back = Returned(
        BOOK, PatronId("R1"), alert=AlertType.HOLD_ELSEWHERE, sort_bin="B2", destination="BRANCH",
        hold_patron=PatronId("R2"), hold_patron_name="Li",
    )  # fmt: skip
    response = write(CHECKIN, Done(back, note="put it aside"))
    assert (response.ok, response.resensitize, response.alert, response.alert_type) == (
        True,
        True,
        True,
        "02",
    )
    assert (response.sort_bin, response.destination_location) == ("B2", "BRANCH")
    assert (response.hold_patron_id, response.hold_patron_name, response.patron_identifier) == (
        "R2",
        "Li",
        "R1",
    )
    assert (response.permanent_location, response.call_number, response.collection_code) == (
        "3F",
        "I242.4",
        "LIT",
    )
    assert response.screen_message == ("put it aside",)


def test_an_ordinary_return_does_not_beep():
    """No alert, and no alert type."""
    response = write(CHECKIN, Done(Returned(BOOK)))
    assert (response.alert, response.alert_type, response.hold_patron_id) == (False, None, None)


@pytest.mark.parametrize("resensitize", [False, True])
def test_a_refused_return_leaves_the_tag_as_the_profile_says(resensitize):
    """N by the standard; some sites want the tag on whatever happens."""
    terminal = a_terminal(Dialect(resensitize_on_refusal=resensitize))
    response = write(CHECKIN, Refused(Reason.ITEM_UNKNOWN), terminal)
    assert (response.ok, response.resensitize) == (False, resensitize)


def test_a_renewal_goes_by_item_or_title():
    """One of the two has to be there."""
    assert read(m.Renew(patron_identifier="R1", item_identifier="I1")).item == ItemId("I1")
    by_title = read(m.Renew(patron_identifier="R1", title_identifier="T1", third_party_allowed=True))
    assert (by_title.item, by_title.title, by_title.third_party_allowed) == (None, TitleId("T1"), True)
    assert read(m.Renew(patron_identifier="R1")) == Refused(Reason.REQUEST_INCOMPLETE)


def test_a_renewal_is_told_with_its_new_date():
    """30: renewal ok is Y, and an item found by its title is named."""
    message = m.Renew(patron_identifier="R1", title_identifier="T1")
    response = write(message, Done(Lent(BOOK, PatronId("R1"), date(2026, 2, 1), renewed=True)))
    assert (response.ok, response.renewal_ok, response.item_identifier, response.due_date) == (
        True,
        True,
        "I1",
        "2026-02-01",
    )
    assert write(message, Refused(Reason.TOO_MANY_RENEWALS)).renewal_ok is False


def test_renew_all_lists_both():
    """66: the counts and the items of each kind; ok although one could not be renewed."""
    message = m.RenewAll(patron_identifier="R1")
    response = write(message, Done(RenewedAll([ItemId("I1"), ItemId("I2")], [ItemId("I3")])))
    assert (response.ok, response.renewed_count, response.unrenewed_count) == (True, 2, 1)
    assert (response.renewed_items, response.unrenewed_items) == (("I1", "I2"), ("I3",))
    assert write(message, Refused(Reason.PATRON_UNKNOWN)).ok is False


def test_the_hold_mode_tells_the_three_holds_apart():
    """+ places, * changes, - cancels; anything else is refused."""
    made = {"patron_identifier": "R1", "title_identifier": "T1", "pickup_location": "3F", "hold_type": "2"}
    placed = read(m.Hold(hold_mode="+", expiration_date="20260301    000000", fee_acknowledged="Y", **made))
    assert isinstance(placed, PlaceHold)
    assert (placed.title, placed.item, placed.pickup_location, placed.scope) == (
        TitleId("T1"),
        None,
        "3F",
        HoldScope.ANY_COPY,
    )
    assert (placed.expires, placed.fee_acknowledged) == (datetime(2026, 3, 1, tzinfo=UTC), True)
    assert isinstance(read(m.Hold(hold_mode="*", **made)), ChangeHold)
    assert isinstance(read(m.Hold(hold_mode="-", **made)), CancelHold)
    assert read(m.Hold(hold_mode="?", **made)) == Refused(Reason.NOT_SUPPORTED)
    assert read(m.Hold(hold_mode="+", patron_identifier="R1")) == Refused(Reason.REQUEST_INCOMPLETE)


def test_a_hold_is_told_with_its_place_in_the_queue():
    """16: available, position, pickup location and expiry."""
    message = m.Hold(patron_identifier="R1", title_identifier="T1")
    state = HoldState(BOOK, "红楼梦", False, 3, "3F", DUE)
    response = write(message, Done(state))
    assert (response.ok, response.available, response.queue_position, response.pickup_location) == (
        True,
        False,
        "3",
        "3F",
    )
    assert (response.expiration_date, response.title_identifier) == ("20260131    235959", "红楼梦")


def test_an_item_is_described_in_full():
    """18: the codes of the standard for the words of the vocabulary."""
    message = m.ItemInformation(item_identifier="I1")
    response = write(message, Done(BOOK))
    assert (response.circulation_status, response.security_marker, response.fee_type) == ("04", "02", "06")
    assert (response.title_identifier, response.hold_queue_length, response.due_date) == (
        "红楼梦",
        "2",
        "2026-01-31",
    )
    assert (response.owner, response.permanent_location, response.current_location) == ("LIB", "3F", "1F")
    assert (response.media_type, response.item_properties, response.call_number) == (
        "001",
        "page 7 torn",
        "I242.4",
    )


@pytest.mark.parametrize(
    ("status", "code"), [(each, f"{place:02d}") for place, each in enumerate(CirculationStatus, 1)]
)
def test_every_circulation_status_has_its_code(status, code):
    """01 to 13, in the order of the standard."""
    assert (
        write(
            m.ItemInformation(item_identifier="I1"), Done(Item(ItemId("I1"), status=status))
        ).circulation_status
        == code
    )


def test_an_unknown_item_is_a_proper_answer():
    """18 with status 01, the identifier as it came, and why."""
    response = write(m.ItemInformation(item_identifier="?"), Refused(Reason.ITEM_UNKNOWN))
    assert (response.circulation_status, response.item_identifier, response.title_identifier) == (
        "01",
        "?",
        None,
    )
    assert response.screen_message == ("This item is not known here.",)


def test_a_stored_note_is_confirmed():
    """20: 1 if it was stored, 0 if not."""
    message = m.ItemStatusUpdate(item_identifier="I1", item_properties="wet")
    assert read(message).properties == "wet"
    assert write(message, Done(ItemUpdated(BOOK))).item_properties_ok
    assert not write(message, Refused(Reason.ITEM_UNKNOWN)).item_properties_ok
