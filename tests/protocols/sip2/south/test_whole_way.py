"""What a system says reaches the device: response, outcome, response, compared field by field."""

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sip2_strategies import texts
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2 import north, south
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.codec import decode, encode
from softdock.protocols.sip2.codes import (
    ALERT_TYPE,
    CIRCULATION_STATUS,
    FEE_TYPE,
    MEDIA_TYPE,
    SECURITY_MARKER,
)
from softdock.protocols.sip2.dialect import Dialect
from systems import NOW, a_system
from terminals import a_terminal

PLAIN = texts("gbk", 12).filter(lambda text: text == text.strip() and text.isprintable())
WORDS = PLAIN.filter(bool)
MAYBE = st.none() | WORDS
FLAG = st.booleans()
DATES = st.dates().filter(lambda day: 1900 < day.year < 9000).map(str)
STAMPS = DATES.map(lambda day: f"{day.replace('-', '')}    120000")
AMOUNTS = st.integers(0, 10**8).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
LIMITS = st.none() | st.integers(0, 9999).map("{:04d}".format)
COUNTS = st.none() | st.integers(0, 9999)
LINES = st.lists(WORDS, max_size=2).map(tuple)
VENDOR = st.lists(st.tuples(st.sampled_from(["PB", "XY"]), PLAIN), max_size=3).map(tuple)
FEE = {"currency_type": st.just("EUR"), "fee_amount": AMOUNTS}
SAID = {"screen_message": LINES, "print_line": LINES, "other": VENDOR}


def codes(table):
    return st.sampled_from(sorted(table.values()))


LOAN = {
    "ok": st.just(True), "renewal_ok": st.just(True), "magnetic_media": st.none() | FLAG, "desensitize": FLAG,
    "title_identifier": PLAIN, "due_date": DATES | st.just("") | WORDS, "fee_type": codes(FEE_TYPE), **FEE,
    "media_type": st.none() | codes(MEDIA_TYPE), "item_properties": MAYBE, "transaction_id": MAYBE,
    "security_inhibit": st.none() | st.sampled_from("YN"), **SAID,
}  # fmt: skip

ASKED = {"patron_identifier": "R1", "institution_id": "CQL"}
CARD = m.PatronInformation(language="019", patron_password="1234", **ASKED)
WAYS = {
    "64": (
        CARD, m.PatronInformationResponse,
        {
            "language": st.just("019"), "personal_name": WORDS, "valid_patron": st.just("Y"),
            "valid_patron_password": st.just("Y"), **FEE, "fee_limit": st.none() | AMOUNTS,
            **dict.fromkeys(("hold_items_limit", "overdue_items_limit", "charged_items_limit"), LIMITS),
            **dict.fromkeys(
                ("hold_items_count", "overdue_items_count", "charged_items_count", "fine_items_count",
                 "recall_items_count", "unavailable_holds_count"), COUNTS,
            ),
            **dict.fromkeys(("home_address", "e_mail_address", "home_phone_number"), MAYBE), **SAID,
        },
    ),
    "64 with a list": (
        replace(CARD, summary="  Y       "), m.PatronInformationResponse,
        {
            "language": st.just("019"), "personal_name": WORDS, "valid_patron": st.just("Y"),
            "valid_patron_password": st.just("Y"), "charged_items": st.lists(WORDS, max_size=4).map(tuple),
        },
    ),
    "24": (
        m.PatronStatus(language="019", patron_password="1234", **ASKED), m.PatronInformationResponse,
        {"language": st.just("019"), "personal_name": WORDS, "valid_patron": st.just("Y"),
         "valid_patron_password": st.just("Y"), **FEE, **SAID},
    ),
    "12": (m.Checkout(item_identifier="I1", **ASKED), m.CheckoutResponse, LOAN),
    "30": (m.Renew(item_identifier="I1", **ASKED), m.RenewResponse, LOAN),
    "10": (
        m.Checkin(item_identifier="I1", institution_id="CQL"), m.CheckinResponse,
        {
            "ok": st.just(True), "resensitize": FLAG, "magnetic_media": st.none() | FLAG, "alert": st.just(True),
            "alert_type": codes(ALERT_TYPE).filter(lambda code: code != "00"), "permanent_location": WORDS,
            "media_type": st.none() | codes(MEDIA_TYPE), "patron_identifier": MAYBE,
            **dict.fromkeys(
                ("title_identifier", "sort_bin", "item_properties", "collection_code", "call_number",
                 "destination_location", "hold_patron_id", "hold_patron_name"), MAYBE,
            ), **SAID,
        },
    ),
    "18": (
        m.ItemInformation(item_identifier="I1", institution_id="CQL"), m.ItemInformationResponse,
        {
            "circulation_status": codes(CIRCULATION_STATUS), "security_marker": codes(SECURITY_MARKER),
            "fee_type": codes(FEE_TYPE), "title_identifier": WORDS, **FEE, "due_date": st.none() | DATES | WORDS,
            "hold_queue_length": st.none() | st.integers(0, 99).map(str), "media_type": st.none() | codes(MEDIA_TYPE),
            "recall_date": st.none() | STAMPS, "hold_pickup_date": st.none() | STAMPS,
            **dict.fromkeys(
                ("owner", "permanent_location", "current_location", "item_properties", "collection_code",
                 "call_number"), MAYBE,
            ), **SAID,
        },
    ),
    "16": (
        m.Hold(item_identifier="I1", **ASKED), m.HoldResponse,
        {"ok": st.just(True), "available": FLAG, "expiration_date": st.none() | STAMPS, "pickup_location": MAYBE,
         "queue_position": st.none() | st.integers(0, 99).map(str), "title_identifier": WORDS, **SAID},
    ),
    "66": (
        m.RenewAll(**ASKED), m.RenewAllResponse,
        {"ok": st.just(True), "renewed_count": st.integers(0, 9999), "unrenewed_count": st.integers(0, 9999),
         "renewed_items": LINES, "unrenewed_items": LINES, **SAID},
    ),
    "38": (
        m.FeePaid(fee_amount="1.00", currency_type="CNY", **ASKED), m.FeePaidResponse,
        {"payment_accepted": st.just(True), "transaction_id": MAYBE, **SAID},
    ),
    "36": (m.EndPatronSession(**ASKED), m.EndSessionResponse, {"end_session": st.just(True), **SAID}),
    "20": (
        m.ItemStatusUpdate(item_identifier="I1", item_properties="x", institution_id="CQL"),
        m.ItemStatusUpdateResponse,
        {"item_properties_ok": st.just(True), "title_identifier": st.none() | PLAIN, "item_properties": WORDS, **SAID},
    ),
}  # fmt: skip
"""For each answer: what a device asked, and the answers of a system that has everything to tell."""

EMPTY_FOR_ABSENT = {"title_identifier", "due_date", "personal_name", "permanent_location"}
"""Fields which are sent empty where there is nothing to tell."""


@pytest.mark.parametrize("way", WAYS)
@given(data=st.data())
@settings(max_examples=25)
def test_what_a_system_says_reaches_the_device(data, way):
    """GBK and CR LF behind, UTF-8 and CR before: nothing is lost that both can write."""
    asked, kind, told = WAYS[way]
    if way == "24":
        kind = m.PatronStatusResponse
    common = {"patron_identifier": "R1", "item_identifier": "I1"}
    names = {each.name for each in fields(kind)}
    said = data.draw(
        st.builds(kind, **{name: st.just(value) for name, value in common.items() if name in names} | told)
    )
    behind = Dialect(charset=Charset("gbk"), terminator=b"\r\n", field_length=65536)
    passed = {said.layout.code: frozenset({"PB", "XY", "CI"})}
    before = Dialect(language="en", passed_fields=passed)
    system, terminal = a_system(behind), a_terminal(before)

    if way == "24":
        system.messages = frozenset({"23"})
    operation = north.read(asked, terminal)
    request = south.write(operation, system)
    heard = decode(encode(said, behind), behind).message
    outcome = south.read(operation, request, heard, system)
    answer = decode(encode(north.write(asked, outcome, terminal), before), before).message

    for name in names - {"institution_id", "transaction_date"}:
        expected, found = getattr(said, name), getattr(answer, name)
        if name in EMPTY_FOR_ABSENT or found == "":
            expected, found = expected or None, found or None
        if name == "screen_message":  # nobody is told the same twice
            expected = tuple(dict.fromkeys(expected))
        assert found == expected, name
    assert answer.transaction_date == NOW
