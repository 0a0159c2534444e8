"""Every key of a profile changes what is heard on the wire: one conversation each, without the key and with it."""

from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest

from devices import Bench, Device
from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import PatronId
from softdock.circulation.items import AlertType, Item, MediaType
from softdock.circulation.operations import Checkin, LookupItem, LookupPatron, PlaceHold
from softdock.circulation.outcomes import Done, PatronReport, Refused, Returned
from softdock.circulation.patrons import Patron, Standing
from softdock.circulation.reasons import Reason
from softdock.ops.fronts.devices import dialect_of
from softdock.ops.settings import read_settings
from stubs import StubAccounts, StubSystem, an_account

PATRON = Patron(PatronId("R1"), "王珅", birth_date=date(1990, 5, 1), address="人民南路")
TITLES = {"I1": "红楼|梦", "I2": "The history of the printed book in Sichuan", "I3": "Čapek"}

LOGIN = "9300CNkiosk|COsecret|"
ITEM = "1720260101    120000AOLIB|ABI1|"
LONG = "1720260101    120000AOLIB|ABI2|"
CAPEK = "1720260101    120000AOLIB|ABI3|"
CARD = "6300120260101    120000          AOLIB|AAR1|"
RETURN = "09N20260101    12000020260101    120000AP|AOLIB|ABI9|AC|"


def respond(operation):
    """Knows two cards, of which one may not borrow, and three items; it takes back one of them, which needs handling."""
    match operation:
        case LookupPatron(patron="R1"):
            return Done(PatronReport(PATRON), extra=(("PZ", "610000"),))
        case LookupPatron(patron="R2"):
            return Done(
                PatronReport(Patron(operation.patron, standing=frozenset({Standing.CHECKOUT_DENIED})))
            )
        case LookupPatron():
            return Refused(Reason.PATRON_UNKNOWN)
        case LookupItem():
            due, kind = (
                datetime(2026, 1, 31, 20, tzinfo=UTC),
                MediaType.BOOK if operation.item == "I3" else None,
            )
            return Done(Item(operation.item, TITLES.get(operation.item, ""), due=due, media_type=kind))
        case Checkin(item="I2"):
            return Done(Returned(Item(operation.item), alert=AlertType.SPECIAL))
        case PlaceHold(scope=HoldScope.THIS_COPY):
            return Refused(Reason.ITEM_ON_HOLD)
    return Refused(Reason.ITEM_UNKNOWN)


def heard(profile, *lines, require_pin=False, prompts=False):
    """What a device hears that speaks by `profile` from the start; `lines` in the profile's charset or as bytes."""
    settings = read_settings(
        "listen: [{sip2: 127.0.0.1:0}]\nlibraries: {LIB: {system: {adapter: x}}}\nprofiles: {p: "
        + profile
        + "}"
    )
    dialect = dialect_of("p", settings.profiles["p"], UTC)
    accounts = StubAccounts({"kiosk": ("secret", an_account(profile="p", require_pin=require_pin))})
    device = Device(
        Bench(system=StubSystem(respond), accounts=accounts, dialect=dialect, dialects={"p": dialect})
    )
    wire = [each if isinstance(each, bytes) else dialect.charset.encode(each) for each in lines]
    return device.says(*([] if prompts else [LOGIN.replace("|", dialect.delimiter).encode()]), *wire)


class Case(NamedTuple):
    """A conversation, and what is heard in it by a profile that does not have the key, and by one that does."""

    profile: str
    lines: tuple[str | bytes, ...]
    without: bytes
    with_it: bytes
    require_pin: bool = False
    prompts: bool = False
    base: str = "charset: utf-8"
    """What the profile says beside the key."""


CASES = {
    "charset": Case("charset: gb18030", (ITEM,), "红楼/梦".encode(), "红楼/梦".encode("gb18030"), base="lenient: false"),
    # A UTF-8 device on a GBK port: the last byte of 馆 and the delimiter behind it make one character of GBK.
    "fallback_charset": Case(
        "fallback_charset: utf-8",
        ("01N20260101    120000AOLIB|AL馆|AAR1|AC|".encode(),),
        b"AFThe device left something out.",
        b"AFThis item is not known here.",
        base="charset: gbk, language: en",
    ),
    "terminator": Case("terminator: crlf", (ITEM,), b"|\r", b"|\r\n"),
    "delimiter": Case("delimiter: ^", (ITEM.replace("|", "^"),), b"|AB|AJ|", b"^ABI1^AJ"),
    "delimiter_replacement": Case("delimiter_replacement: ｜", (ITEM,), "红楼/梦".encode(), "红楼｜梦".encode()),
    "error_detection": Case("error_detection: required", (ITEM,), b"|AJ", b"96AZFEF6\r"),
    "lenient": Case("lenient: true", ("09x" + RETURN[3:],), b"\r96\r", b"100N"),
    "unknown_messages": Case("unknown_messages: request-resend", ("77hello",), b"941\r", b"941\r96\r"),
    "institution": Case("institution: own, language: en", (ITEM.replace("LIB", "X"),), b"AJ", b"another library"),
    "login": Case("login: telnet", ("kiosk", "secret"), b"", b"password: Login OK.", prompts=True),
    "time_zone": Case("time_zone: Asia/Shanghai", (ITEM,), b"20260101    000000", b"20260101    080000"),
    "language": Case("language: en", (RETURN,), "未找到此馆藏。".encode(), b"AFThis item is not known here.|"),
    "date_format": Case('date_format: "%d/%m/%Y"', (ITEM,), b"AH2026-01-31|", b"AH31/01/2026|"),
    "texts": Case(
        "texts: {item-unknown: {zh: 问李老师, en: Ask Ms Li}}", (RETURN,), "未找到".encode(), "AF问李老师|".encode()
    ),
    "resensitize_on_refusal": Case("resensitize_on_refusal: true", (RETURN,), b"100NUN", b"100YUN"),
    "show_unverified": Case("show_unverified: [name]", (CARD,), b"AE|", "AE王珅|".encode(), require_pin=True),
    "omit": Case('omit: {"64": [BD]}', (CARD,), "BD人民南路|".encode(), "AE王珅|BLY|\r".encode()),
    "extra_fields": Case(
        'extra_fields: {"64": {PB: {from: patron.birth_date, as: [{date: "%Y%m%d"}]}}}',
        (CARD,), b"\r", b"|PB19900501|\r",
    ),
    "pass_fields": Case('pass_fields: {"64": [PZ]}', (CARD,), "南路|\r".encode(), "南路|PZ610000|\r".encode()),
    "field_length": Case("field_length: 11", (LONG,), b"AJThe history of the printed", b"AJThe history|"),
    "field_length_unit": Case(
        "field_length: 7, field_length_unit: bytes", (ITEM,), "AJ红楼/梦|".encode(), "AJ红楼/|".encode()
    ),
    "print_width": Case(
        "print_width: 14, language: en", (RETURN,), "AF未找到".encode(), b"AFThis item is|AFnot known|AFhere.|"
    ),
    "circulation_statuses": Case('circulation_statuses: {other: "99"}', (ITEM,), b"180100", b"189900"),
    "security_markers": Case('security_markers: {other: "42"}', (ITEM,), b"180100", b"180142"),
    "fee_types": Case('fee_types: {other: "77"}', (ITEM,), b"18010001", b"18010077"),
    "media_types": Case('media_types: {book: "099"}', (CAPEK,), b"|CK001|", b"|CK099|"),
    "alert_types": Case('alert_types: {special: "88"}', (RETURN.replace("I9", "I2"),), b"|CV99|", b"|CV88|"),
    "hold_types": Case(
        'hold_types: {"7": this-copy}', ("15+20260101    120000AOLIB|AAR1|ABI1|BY7|AC|",),
        "未找到此馆藏。".encode(), "此馆藏已被其他读者预约。".encode(),
    ),
    "languages": Case(
        'languages: {"001": zh}', (CARD.replace("R1", "R9"),), b"This card is not known here.", "未找到此读者证。".encode()
    ),
    "patron_status": Case('patron_status: {"0": []}', (CARD.replace("R1", "R2"),), b"64Y  ", b"64   "),
    "retries": Case("retries: 5", ("9900802.00",), b"98YYYYYN100003", b"98YYYYYN100005"),
}  # fmt: skip


def test_every_key_of_a_profile_has_its_conversation():
    """A key that changes nothing on the wire would be no key; `ncip` is for partners."""
    settings = read_settings("listen: [{sip2: 127.0.0.1:0}]\nlibraries: {LIB: {system: {adapter: x}}}")
    assert {*CASES, "ncip"} == set(type(settings.profiles["default"]).model_fields)


@pytest.mark.parametrize("key", CASES)
def test_a_key_of_a_profile_changes_what_is_heard(key):
    """Without the key one answer, with it another."""
    case = CASES[key]
    with_it = heard(
        f"{{{case.base}, {case.profile}}}", *case.lines, require_pin=case.require_pin, prompts=case.prompts
    )
    without = heard(f"{{{case.base}}}", *case.lines, require_pin=case.require_pin, prompts=case.prompts)
    assert case.with_it in with_it
    assert case.without in without
    assert case.with_it not in without
