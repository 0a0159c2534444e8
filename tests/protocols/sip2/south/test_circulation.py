"""What a library's system says of an item becomes an outcome; what does not fit becomes none."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from softdock.circulation.errors import MalformedReply, Unsupported
from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, Secret, TitleId
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    LookupItem,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import south
from softdock.protocols.sip2.codes import STANDARD
from softdock.protocols.sip2.south.dialect import TextRule
from systems import NOW, a_system, said

CARD, ITEM = PatronId("R1"), ItemId("I1")
NOON = datetime(2025, 12, 31, 12, tzinfo=UTC)
DUE = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)


def done(operation, text, system=None):
    """What comes of `operation` if it is answered by `text`."""
    system = system or a_system()
    return south.read(operation, south.write(operation, system), said(text), system)


def lent(rest="AOCQL|AAR1|ABI1|AJ红楼梦|AH2026-01-31|", flags="1NNY", system=None, **operation):
    return done(Checkout(CARD, ITEM, **operation), f"12{flags}{NOW}{rest}", system)


# --- 11, 12


def test_a_checkout_is_written_field_by_field():
    message = south.write(
        Checkout(CARD, ITEM, Secret("1"), fee_acknowledged=True, properties="p"), a_system()
    )

    assert (message.patron_identifier, message.item_identifier, message.patron_password) == ("R1", "I1", "1")
    assert (message.sc_renewal_policy, message.fee_acknowledged, message.cancel) == (True, "Y", None)
    assert (message.no_block, message.transaction_date, message.nb_due_date) == (False, NOW, NOW)
    assert message.item_properties == "p"


def test_what_has_happened_already_is_told_with_its_dates():
    message = south.write(
        Checkout(CARD, ITEM, no_block=True, happened=NOON, promised_due=DUE, cancel=True), a_system()
    )

    assert (message.no_block, message.cancel) == (True, "Y")
    assert (message.transaction_date, message.nb_due_date) == ("20251231    120000", "20260131    235959")


def test_a_loan_tells_all_that_12_says():
    outcome = lent(
        "AOCQL|AAR1|ABI1|AJ红楼梦|AH2026-01-31|BT06|CIN|BHEUR|BV0.50|CK006|CHx|BKT1|AF谢谢|AG收据|XY1|XY2|",
        flags="1YYY",
    )

    loan = outcome.result
    assert (loan.item.id, loan.item.title, loan.item.properties) == ("I1", "红楼梦", "x")
    assert (loan.item.media_type, loan.item.magnetic) == (MediaType.CD, True)
    assert (loan.due, loan.due_text, loan.renewed, loan.desensitize) == (date(2026, 1, 31), "", True, True)
    assert (loan.fee, loan.fee_type, loan.transaction) == (Money(50, "EUR"), FeeType.RENTAL, "T1")
    assert outcome.note == "谢谢"
    assert outcome.extra == (("XY", "1"), ("XY", "2"), ("AG", "收据"), ("CI", "N"))


def test_a_due_date_that_cannot_be_read_is_told_in_the_words_of_the_system():
    loan = lent("AAR1|ABI1|AJ|AH31/01/26|").result

    assert (loan.due, loan.due_text) == (None, "31/01/26")


def test_a_due_date_may_be_a_stamp():
    assert lent("AAR1|ABI1|AJ|AH20260131    235959|").result.due == DUE


def test_a_tag_is_left_on_where_the_system_does_not_know():
    """U is obsolete, and read as N."""
    assert not lent(flags="1NNU").result.desensitize


def test_an_undone_return_says_so():
    assert lent(cancel=True).result.undone


def test_a_refused_loan_shows_the_title_and_the_text():
    outcome = lent("AAR1|ABI1|AJ红楼梦|AH|AF馆藏不外借|XY1|", flags="0NNN")

    assert (outcome.reason, outcome.note) == (Reason.DECLINED, "馆藏不外借")
    assert (outcome.item.id, outcome.item.title) == ("I1", "红楼梦")
    assert outcome.extra == (("XY", "1"),)


def test_a_fee_that_nobody_agreed_to_is_the_reason_and_is_told():
    outcome = lent("AAR1|ABI1|AJ|AH|BT06|BHCNY|BV2.00|", flags="0NNN")

    assert outcome.reason is Reason.FEE_NOT_ACKNOWLEDGED
    assert (outcome.fee, outcome.fee_type) == (Money(200, "CNY"), FeeType.RENTAL)


@pytest.mark.parametrize("amount", ["0.00", "free", ""])
def test_no_fee_is_no_reason(amount):
    assert lent(f"AAR1|ABI1|AJ|AH|BV{amount}|", flags="0NNN").reason is Reason.DECLINED


def test_a_fee_that_was_agreed_to_is_not_the_reason():
    outcome = lent("AAR1|ABI1|AJ|AH|BV2.00|", flags="0NNN", fee_acknowledged=True)

    assert (outcome.reason, outcome.fee) == (Reason.DECLINED, Money(200, "CNY"))


def test_a_loan_is_no_less_a_loan_if_its_fee_cannot_be_read():
    """It is booked; what the system says of the fee goes along."""
    outcome = lent("AAR1|ABI1|AJ|AH|BVfree|")

    assert (outcome.result.fee, outcome.extra) == (None, (("BV", "free"),))


def test_the_first_text_that_the_profile_knows_in_that_answer_is_the_reason():
    system = a_system(
        texts=(
            TextRule("reserved", frozenset({"30"}), Reason.RENEWAL_ITEM_ON_HOLD),
            TextRule("reserved", frozenset(), Reason.ITEM_ON_HOLD),
            TextRule("item", frozenset(), Reason.ITEM_UNKNOWN),
        )
    )
    rest = "AAR1|ABI1|AJ|AH|AFItem is RESERVED|BV2.00|"

    assert lent(rest, "0NNN", system).reason is Reason.ITEM_ON_HOLD
    assert done(Renew(CARD, ITEM), f"300NNN{NOW}{rest}", system).reason is Reason.RENEWAL_ITEM_ON_HOLD


def test_an_answer_about_another_item_is_none():
    with pytest.raises(MalformedReply) as found:
        lent("AAR1|ABI2|AJ|AH|")
    assert found.value.field == "AB"
    assert isinstance(lent("AAR1|AB i1 |AJ|AH|"), Done)
    assert isinstance(lent("AAR1|AB|AJ|AH|"), Done)
    assert isinstance(lent("AAR1|ABI2|AJ|AH|", system=a_system(echoed=frozenset())), Done)


@pytest.mark.parametrize("text", ["I1|AB2", "I\r1", "I\x1b", ""])
def test_an_item_whose_identifier_cannot_be_written_is_unknown(text):
    assert south.write(Checkout(CARD, ItemId(text)), a_system()) == Refused(Reason.ITEM_UNKNOWN)


def test_a_title_that_would_be_cut_is_unknown():
    operation = PlaceHold(CARD, title=TitleId("T" * 256))

    assert south.write(operation, a_system()) == Refused(Reason.TITLE_UNKNOWN)


# --- 09, 10


def test_a_checkin_is_written_field_by_field():
    message = south.write(Checkin(ITEM, NOON, "3F", cancel=True, properties="p"), a_system())

    assert (message.item_identifier, message.current_location) == ("I1", "3F")
    assert (message.transaction_date, message.return_date) == (NOW, "20251231    120000")
    assert (message.cancel, message.no_block, message.item_properties) == ("Y", False, "p")


def test_a_return_tells_a_sorter_all_that_10_says():
    outcome = done(
        Checkin(ITEM),
        f"101YNY{NOW}AOCQL|ABI1|AQ2F|AJ红楼梦|CL7|AAR1|CK001|CHx|CRLIT|CSI242|CTSCL|CV02|CYR9|DA李四|AF预约|ST02|",
    )

    back = outcome.result
    assert (back.item.id, back.item.title, back.item.permanent_location) == ("I1", "红楼梦", "2F")
    assert (back.item.call_number, back.item.collection, back.item.properties) == ("I242", "LIT", "x")
    assert (back.sort_bin, back.destination, back.patron) == ("7", "SCL", "R1")
    assert (back.alert, back.hold_patron, back.hold_patron_name) == (AlertType.HOLD_ELSEWHERE, "R9", "李四")
    assert back.resensitize
    assert (outcome.note, outcome.extra) == ("预约", (("ST", "02"),))


@pytest.mark.parametrize(
    ("flag", "field", "alert"),
    [
        ("N", "", None),
        ("N", "CV00|", AlertType.NONE),
        ("Y", "", AlertType.SPECIAL),
        ("Y", "CV00|", AlertType.SPECIAL),
        ("Y", "CV17|", AlertType.SPECIAL),
        ("Y", "CV04|", AlertType.TRANSIT),
        ("N", "CV01|", AlertType.HOLD_HERE),
    ],
)
def test_an_alert_of_any_kind_stays_one(flag, field, alert):
    assert done(Checkin(ITEM), f"101YN{flag}{NOW}ABI1|AQ|{field}").result.alert is alert


def test_a_refused_return_shows_what_is_known():
    outcome = done(Checkin(ITEM), f"100NNN{NOW}ABI1|AQ2F|AJ红楼梦|AF非本馆|")

    assert (outcome.reason, outcome.note, outcome.item.title) == (Reason.DECLINED, "非本馆", "红楼梦")


# --- 29, 30


def test_a_renewal_is_a_renewal_whatever_its_flag_says():
    outcome = done(Renew(CARD, ITEM, third_party_allowed=True), f"301NNN{NOW}AAR1|ABI1|AJ|AH2026-01-31|")

    assert outcome.result.renewed
    assert outcome.result.due == date(2026, 1, 31)


def test_a_renewed_title_needs_the_copy_that_was_renewed():
    operation = Renew(CARD, title=TitleId("T1"))

    assert done(operation, f"301YNN{NOW}AAR1|ABI7|AJ|AH|").result.item.id == "I7"
    with pytest.raises(MalformedReply):
        done(operation, f"301YNN{NOW}AAR1|AB|AJ|AH|")
    assert done(operation, f"300NNN{NOW}AAR1|AB|AJ|AH|").item is None


# --- 65, 66


def test_what_was_renewed_is_told_by_lists_and_by_counts():
    result = done(RenewAll(CARD), f"66100010002{NOW}AOCQL|BMI1|BNI2|BNI3|").result
    assert (result.renewed, result.unrenewed) == (("I1",), ("I2", "I3"))
    assert (result.renewed_count, result.unrenewed_count) == (None, None)

    bare = done(RenewAll(CARD), f"66100030001{NOW}AOCQL|").result
    assert (bare.renewed, bare.renewed_count, bare.unrenewed_count) == ((), 3, 1)


def test_a_refusal_with_something_renewed_is_none():
    """The books were changed."""
    assert done(RenewAll(CARD), f"66000010002{NOW}AOCQL|").result.renewed_count == 1
    assert done(RenewAll(CARD), f"66000000002{NOW}AOCQL|AF否|") == Refused(Reason.DECLINED, "否")


# --- 15, 16


def test_each_of_the_three_holds_has_its_mode():
    expires = datetime(2026, 3, 1, tzinfo=UTC)
    place = PlaceHold(CARD, ITEM, TitleId("T1"), None, "SCL", expires, HoldScope.ANY_COPY, True)

    placed = south.write(place, a_system())
    assert (placed.hold_mode, placed.pickup_location, placed.hold_type) == ("+", "SCL", "2")
    assert (placed.expiration_date, placed.fee_acknowledged) == ("20260301    000000", "Y")
    assert south.write(ChangeHold(CARD, ITEM, pickup_location="X"), a_system()).hold_mode == "*"
    cancelled = south.write(CancelHold(CARD, ITEM), a_system())
    assert (cancelled.hold_mode, cancelled.pickup_location, cancelled.fee_acknowledged) == ("-", None, None)


def test_a_hold_tells_how_it_stands():
    state = done(
        PlaceHold(CARD, title=TitleId("T1")),
        f"161Y{NOW}BW20260301    235959|BR2|BSSCL|AOCQL|AAR1|ABI1|AJ红楼梦|",
    ).result

    assert (state.available, state.queue_position, state.pickup_location) == (True, 2, "SCL")
    assert (state.item.id, state.item.title_id, state.title) == ("I1", "T1", "红楼梦")
    assert state.expires == datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)


def test_an_expiry_in_another_form_is_read_where_it_is_clear():
    state = done(PlaceHold(CARD, ITEM), f"161N{NOW}BW2026-03-01|BRfirst|AAR1|").result

    assert (state.expires, state.queue_position) == (date(2026, 3, 1), None)


def test_a_refused_hold_is_refused():
    assert done(CancelHold(CARD, ITEM), f"160N{NOW}AAR1|AF无此预约|").reason is Reason.DECLINED


# --- 17, 18


def test_an_item_is_told_field_by_field():
    item = done(
        LookupItem(ITEM),
        f"18040206{NOW}ABI1|AJ红楼梦|CF3|AH2026-01-31|CJ20260201    120000|CM20260202    120000|BGSCL|BHEUR|"
        "BV1.00|CK001|AQ2F|AP1F|CHx|CRLIT|CSI242|KP架|",
    )

    found = item.result
    assert (found.id, found.title, found.status) == ("I1", "红楼梦", CirculationStatus.CHARGED)
    assert (found.security_marker, found.fee_type) == (SecurityMarker.TATTLE_TAPE, FeeType.RENTAL)
    assert (found.fee, found.owner, found.media_type) == (Money(100, "EUR"), LibraryId("SCL"), MediaType.BOOK)
    assert (found.permanent_location, found.current_location) == ("2F", "1F")
    assert (found.call_number, found.collection, found.properties) == ("I242", "LIT", "x")
    assert (found.hold_queue_length, found.due) == (3, date(2026, 1, 31))
    assert found.recalled == datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert found.hold_pickup_until == datetime(2026, 2, 2, 12, tzinfo=UTC)
    assert item.extra == (("KP", "架"),)


def test_codes_that_nobody_knows_are_other_unless_the_profile_knows_them():
    text = f"18770077{NOW}ABI1|AJx|CK042|"
    item = done(LookupItem(ITEM), text).result
    assert (item.status, item.fee_type, item.media_type) == (
        CirculationStatus.OTHER, FeeType.OTHER, MediaType.OTHER,
    )  # fmt: skip

    system = a_system(
        codes=replace(
            STANDARD,
            circulation_status=STANDARD.circulation_status.known_as({"77": CirculationStatus.IN_TRANSIT}),
            fee_type=STANDARD.fee_type.known_as({"77": FeeType.DAMAGE}),
            media_type=STANDARD.media_type.known_as({"042": MediaType.CD}),
        )
    )
    item = done(LookupItem(ITEM), text, system).result
    assert (item.status, item.fee_type, item.media_type) == (
        CirculationStatus.IN_TRANSIT, FeeType.DAMAGE, MediaType.CD,
    )  # fmt: skip


@pytest.mark.parametrize("status", ["01", "13", "00"])
def test_what_has_no_title_and_is_nowhere_is_unknown(status):
    assert done(LookupItem(ITEM), f"18{status}0001{NOW}ABI1|AJ |AF无|") == Refused(Reason.ITEM_UNKNOWN, "无")


def test_an_item_without_a_title_that_stands_somewhere_is_known():
    assert done(LookupItem(ITEM), f"18030001{NOW}ABI1|AJ|").result.status is CirculationStatus.AVAILABLE


def test_a_text_may_say_that_an_item_is_unknown():
    """Some systems put the error where the title belongs, and are otherwise content."""
    system = a_system(texts=(TextRule("not found", frozenset({"18"}), Reason.ITEM_UNKNOWN),))

    assert done(LookupItem(ITEM), f"18030001{NOW}ABI1|AJ?|AFNot Found|", system).reason is Reason.ITEM_UNKNOWN


# --- 19, 20


def test_properties_are_stored_or_not():
    operation = UpdateItem(ITEM, "page 7 torn")

    assert south.write(operation, a_system()).item_properties == "page 7 torn"
    assert done(operation, f"201{NOW}ABI1|").result.item.properties == "page 7 torn"
    assert done(operation, f"201{NOW}ABI1|CHstored|").result.item.properties == "stored"
    assert done(operation, f"200{NOW}ABI1|AJ红楼梦|").item.title == "红楼梦"


def test_what_a_system_does_not_understand_is_not_sent():
    system = a_system(supported=frozenset({"11"}))
    south.capabilities(None, system)

    assert south.write(Checkout(CARD, ITEM), system).layout.code == "11"
    with pytest.raises(Unsupported):
        south.write(UpdateItem(ITEM, ""), system)
