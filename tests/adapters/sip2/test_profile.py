"""Profiles of systems: what each key changes, how they build on each other, and how mistakes in them are told."""

from datetime import UTC, date, datetime

import pytest

from sip2_profiles import CARD, ITEM, answer, card, loan, profile, session, system, wire
from softdock.adapters.base import AdapterSettingsError
from softdock.adapters.sip2.profile import SystemProfile
from softdock.adapters.sip2.ready import load_profile, ready_profiles
from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import Secret
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.money import Money
from softdock.circulation.operations import Checkin, Checkout, LookupItem, LookupPatron, PayFee, PlaceHold
from softdock.circulation.outcomes import PinCheck
from softdock.circulation.patrons import PatronList, Standing
from softdock.circulation.reasons import Reason
from softdock.mappings.positions import Text, placed, read_yaml
from softdock.ops.settings import compile_extra_fields
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2 import north, south
from softdock.protocols.sip2.dialect import Dialect
from systems import NOW, said
from terminals import a_terminal

PIN = LookupPatron(CARD, Secret("1"))
KEYS = {
    "like": ("koha", lambda text: profile(text).wire().terminator, b"\r", b"\r\n"),
    "charset": ("gbk", lambda text: system(text).wire.charset.name, "utf-8", "gbk"),
    "fallback_charset": ("gbk", lambda text: system(text).wire.fallback_charset is None, True, False),
    "terminator": ("crlf", lambda text: system(text).wire.terminator, b"\r", b"\r\n"),
    "delimiter": ('"^"', lambda text: wire(LookupItem(ITEM))(text)[-1:], b"|", b"^"),
    "delimiter_replacement": ('"*"', lambda text: system(text).wire.delimiter_replacement, "/", "*"),
    "lenient": ("true", lambda text: system(text).wire.lenient, False, True),
    "field_length": ("20", lambda text: system(text).wire.field_length, 255, 20),
    "field_length_unit": ("bytes", lambda text: system(text).wire.field_length_in_bytes, False, True),
    "login": ("none", session("login"), "sip2", "none"),
    "status": ("false", session("status"), True, False),
    "version": ('"1.00"', session("version"), "2.00", "1.00"),
    "print_width": ("40", lambda text: profile(text).wire().print_width, 80, 40),
    "error_detection": ("false", session("error_detection"), True, False),
    "sequence": ("ignored", session("sequence"), "checked", "ignored"),
    "repeats": ("3", session("repeats"), 1, 3),
    "recognises_repeats": ("true", session("recognises_repeats"), False, True),
    "language": ('"019"', lambda text: wire(PIN)(text)[2:5], b"000", b"019"),
    "supported": ('["17"]', lambda text: len(system(text).messages), 16, 1),
    "patron_lookup": ("status", lambda text: wire(PIN)(text)[:2], b"63", b"23"),
    "pin_checked_in": (
        '["11"]', lambda text: south.pin_question(Checkout(CARD, ITEM, Secret("1")), system(text)) is None, False, True,
    ),
    "requests": (
        '{"17": {add: {XB: {is: kiosk}}}}', lambda text: b"XBkiosk|" in wire(LookupItem(ITEM))(text), False, True,
    ),
    "answers": (
        '{"64": {read: {patron.category: {from: PC}}}}',
        answer(PIN, card("AE王|BLY|PC少儿|"), lambda outcome: outcome.result.patron.category), "", "少儿",
    ),
    "date_formats": (
        '["%d/%m/%Y"]', answer(Checkout(CARD, ITEM), loan("ABI1|AJ|AH31/01/2026|"), lambda outcome: outcome.result.due),
        None, date(2026, 1, 31),
    ),
    "decimal_sign": (
        '"."', answer(PIN, card("AE王|BLY|BV1,234|"), lambda outcome: outcome.result.patron.balance.minor),
        "malformed", 123400,
    ),
    "debts": (
        "negative", answer(PIN, card("AE王|BLY|BV-1.00|"), lambda outcome: outcome.result.patron.balance.minor),
        -100, 100,
    ),
    "hold_lists": (
        "all-in-first",
        answer(PIN, card("AE王|BLY|", "000500000000000000000002"), lambda outcome: outcome.result.patron.counts.holds),
        5, 3,
    ),
    "lists": (
        "{loans: title}",
        answer(LookupPatron(CARD, wanted=PatronList.LOANS), card("AE王|BLY|AU红楼梦|"), lambda o: o.result.entries[0].title),
        "", "红楼梦",
    ),
    "list_separator": (
        '"#"\nlists: {loans: item-and-title}',
        answer(LookupPatron(CARD, wanted=PatronList.LOANS), card("AE王|BLY|AUI1#红楼梦|"), lambda o: o.result.entries[0].item),
        "I1#红楼梦", "I1",
    ),
    "lists_without_pin": ("true", session("lists_without_pin"), False, True),
    "undo": ("{loan: return}", lambda text: profile(text).undo.loan, "cancel", "return"),
    "missing_pin_answer": (
        "wrong", answer(PIN, card("AE王|BLY|"), lambda outcome: outcome.result.pin), PinCheck.NOT_ASKED, PinCheck.WRONG,
    ),
    "invalid_with_name": (
        "blocked", answer(PIN, card("AE王|BLN|"), lambda outcome: (getattr(outcome, "reason", None) or outcome.result.reason)),
        Reason.PATRON_UNKNOWN, Reason.PATRON_BLOCKED,
    ),
    "echoed": (
        "[]", answer(LookupItem(ITEM), f"18030001{NOW}ABI2|AJ红楼梦|", lambda outcome: outcome.result.title),
        "malformed", "红楼梦",
    ),
    "texts": (
        '[{contains: 预约, in: ["12"], reason: item-on-hold}]',
        answer(Checkout(CARD, ITEM), loan("ABI1|AJ|AH|AF已被预约|", "0"), lambda outcome: outcome.reason),
        Reason.DECLINED, Reason.ITEM_ON_HOLD,
    ),
    "media_types": (
        '{"042": cd}', answer(LookupItem(ITEM), f"18030001{NOW}AJx|CK042|", lambda outcome: outcome.result.media_type),
        MediaType.OTHER, MediaType.CD,
    ),
    "fee_types": (
        '{"42": damage}', answer(LookupItem(ITEM), f"18030042{NOW}AJx|", lambda outcome: outcome.result.fee_type),
        FeeType.OTHER, FeeType.DAMAGE,
    ),
    "circulation_statuses": (
        '{"42": in-transit}', answer(LookupItem(ITEM), f"18420001{NOW}AJx|", lambda outcome: outcome.result.status),
        CirculationStatus.OTHER, CirculationStatus.IN_TRANSIT,
    ),
    "ask_why": (
        "true", lambda key: profile(key).dialect(UTC).ask_why, False, True,
    ),
    "security_markers": (
        '{"42": tattle-tape}', answer(LookupItem(ITEM), f"18034201{NOW}AJx|", lambda outcome: outcome.result.security_marker),
        SecurityMarker.OTHER, SecurityMarker.TATTLE_TAPE,
    ),
    "alert_types": (
        '{"42": transit}', answer(Checkin(ITEM), f"101YNY{NOW}ABI1|AQ|AJx|CV42|", lambda outcome: outcome.result.alert),
        AlertType.SPECIAL, AlertType.TRANSIT,
    ),
    "hold_types": (
        '{"9": this-copy}',
        lambda key: south.write(PlaceHold(CARD, ITEM, scope=HoldScope.THIS_COPY), system(key)).hold_type, "3", "9",
    ),
    "payment_types": (
        '{"07": Debit Card}',
        lambda key: south.write(PayFee(CARD, Money(1, "CNY"), payment_type="DEBIT CARD"), system(key)).payment_type,
        "00", "07",
    ),
    "languages": (
        '{"086": zh}', lambda key: south.write(LookupPatron(CARD, language="zh"), system(key)).language, "019", "086",
    ),
    "patron_status": (
        '{"5": [excessive-fees], "6": []}',
        answer(PIN, card("AE王|BLY|CQY|", status="     YY       "), lambda outcome: set(outcome.result.patron.standing)),
        {Standing.TOO_MANY_LOANS, Standing.TOO_MANY_OVERDUE}, {Standing.EXCESSIVE_FEES},
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(KEYS))
def test_each_key_makes_the_difference_that_it_promises(key):
    value, seen, without, with_it = KEYS[key]

    assert seen("{}") == without
    assert seen(f"{key}: {value}") == with_it


def test_no_key_was_forgotten_above():
    names = {each.alias or name for name, each in SystemProfile.model_fields.items()}

    assert names == KEYS.keys()


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("{}", "04"),
        ('fee_types: {"21": overdue, "22": overdue}', "21"),
        ('fee_types: {FINE: overdue, "22": overdue}', "22"),
        ('fee_types: {"04": rental}', "04"),
    ],
)
def test_of_several_codes_for_a_fee_the_first_is_sent_that_the_message_has_room_for(text, sent):
    paid = PayFee(CARD, Money(100, "CNY"), fee_type=FeeType.OVERDUE)
    assert south.write(paid, system(text)).fee_type == sent


@pytest.mark.parametrize(("way", "code"), [("", "00"), ("01", "01"), ("Cash Card", "00"), ("１２", "00")])
def test_a_way_to_pay_that_has_no_code_counts_as_cash(way, code):
    """Half of its name would be no code at all."""
    assert south.write(PayFee(CARD, Money(100, "CNY"), payment_type=way), system()).payment_type == code


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{patron_status: {"14": []}}', "profile.patron_status.14"),
        ("{patron_status: {0: [late]}}", "profile.patron_status.0[0]"),
        ("{hold_types: {ab: this-copy}}", "profile.hold_types.ab"),
        ("{payment_types: {x: Cash}}", "profile.payment_types.x"),
        ("{languages: {zh: zh}}", "profile.languages.zh"),
        ("{languages: {'086': Chinese}}", "profile.languages.086"),
    ],
)
def test_codes_that_no_message_can_have_are_told(text, place):
    with pytest.raises(AdapterSettingsError) as found:
        profile(text)
    assert place in [each for each, _ in found.value.complaints]


# --- fields beyond the standard


def sent(rules, extra=()):
    """The fields beyond the standard, and CH, that a system gets."""
    there = system(f'requests: {{"11": {rules}}}')
    message = south.write(Checkout(CARD, ITEM, properties="p", extra=extra), there)
    return message.other, message.item_properties


def test_a_device_passes_on_only_what_a_rule_lets_through():
    extra = (("XX", "1"), ("XY", "2"), ("XX", "3"))

    assert sent("{}", extra)[0] == ()
    assert sent("{pass: [XX]}", extra)[0] == (("XX", "1"), ("XX", "3"))
    assert sent("{pass: all}", extra)[0] == extra
    assert sent("{pass: all, drop: [XX]}", extra)[0] == (("XY", "2"),)
    assert sent("{rename: {XY: ZZ}}", extra)[0] == (("ZZ", "2"),)


@pytest.mark.parametrize("field", ["AA", "AB", "AO", "BO", "AY", "AZ", "A", "A|", "é1"])
def test_no_device_smuggles_in_a_second_field_of_the_standard(field):
    assert sent("{pass: all}", ((field, "R2"),))[0] == ()


def test_fields_of_the_standard_can_be_dropped_and_renamed():
    assert sent("{drop: [CH]}") == ((), None)
    assert sent("{rename: {CH: XH}}") == ((("XH", "p"),), None)


def test_fields_are_added_by_rules_over_the_request_and_over_what_the_device_sent():
    added = "{add: {XB: {is: kiosk}, XC: {from: AB}, XD: {from: XX, codes: {a: b}}, CH: {is: q}}}"

    assert sent(added, (("XX", "a"),)) == ((("XB", "kiosk"), ("XC", "I1"), ("XD", "b")), "q")
    assert sent(added) == ((("XB", "kiosk"), ("XC", "I1")), "q")


def told(rules, rest, operation=PIN, code="64"):
    there = system(f'answers: {{"{code}": {rules}}}')
    return south.read(operation, south.write(operation, there), said(rest), there)


def test_fields_of_an_answer_are_kept_under_the_names_that_rules_give_them():
    text = card("AE王|BLY|PD19900501|XI7|PD2|")

    assert told("{}", text).extra == (("PD", "19900501"), ("XI", "7"), ("PD", "2"))
    assert told("{rename: {PD: PB}, drop: [XI]}", text).extra == (("PB", "19900501"), ("PB", "2"))


def test_what_rules_read_becomes_the_patron_and_is_of_its_kind():
    rules = """{rename: {PD: PB}, drop: [XI], read: {
        patron.birth_date: {from: PB, as: [{date: "%Y%m%d"}]}, patron.extra.number: {from: XI},
        patron.language: {from: PL, codes: {C: zh}, default: en}}}"""
    patron = told(rules, card("AE王|BLY|PD19900501|XI7|")).result.patron

    assert patron.birth_date == date(1990, 5, 1)
    assert (patron.extra, patron.language) == ({"number": "7"}, "en")


def test_what_rules_read_becomes_the_item_of_whichever_answer_tells_of_one():
    rules = "{rename: {KC: CS}, read: {item.extra.shelf: {from: KP}, item.media_type: {from: XM, codes: {D: cd}}}}"
    item = told(rules, f"18030001{NOW}AJx|KCI242|KP架|XMD|", LookupItem(ITEM), "18").result
    assert (item.call_number, item.extra, item.media_type) == ("I242", {"shelf": "架"}, MediaType.CD)

    rules = "{read: {item.author: {from: EA}}}"
    lent = told(rules, loan("ABI1|AJx|AH|EA曹雪芹|"), Checkout(CARD, ITEM), "12").result
    assert lent.item.author == "曹雪芹"
    refused = told(rules, loan("ABI1|AJx|AH|EA曹雪芹|", "0"), Checkout(CARD, ITEM), "12")
    assert refused.item.author == "曹雪芹"


def test_a_field_of_the_standard_that_is_dropped_goes_no_further():
    assert told("{drop: [AF, AG]}", card("AE王|BLY|AFjava.lang.Exception|AGx|")).note == ""


# --- dates


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("20260131", date(2026, 1, 31)),
        ("2026/01/31", date(2026, 1, 31)),
        ("2026年01月31日", date(2026, 1, 31)),
        ("2026-01-31 23:59", datetime(2026, 1, 31, 23, 59, tzinfo=UTC)),
        ("20260131    235959", datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)),
        ("31/01/2026", None),
        ("01/02/2026", None),
        ("2026-1-31", None),
    ],
)
def test_only_dates_that_cannot_be_mistaken_are_read_unless_the_profile_says_more(text, moment):
    assert profile().dialect(UTC).read_date(text) == moment


# --- where profiles come from


def test_the_ready_profiles_are_those_of_which_something_is_known():
    assert list(ready_profiles()) == ["aleph", "dp2", "evergreen", "koha", "softdock", "standard"]


@pytest.mark.parametrize("name", sorted(ready_profiles()))
def test_a_ready_profile_is_in_order_and_says_what_is_known_and_what_is_only_likely(name):
    text = ready_profiles()[name]

    assert load_profile(Text(name), None).dialect(UTC)
    assert text.startswith("# ")
    assert name in {"softdock", "standard"} or ("# Likely" in text and "not measured" in text)


def test_the_standard_changes_nothing_but_adds_texts(tmp_path):
    standard = load_profile("standard", tmp_path)
    assert standard.model_copy(update={"texts": []}) == load_profile(None, tmp_path) == SystemProfile()


def test_dp2_speaks_chinese_numbers_its_answers_as_it_likes_and_owes_in_red():
    dp2 = load_profile("dp2", None)

    assert (dp2.charset, dp2.sequence, dp2.debts, dp2.language) == ("gbk", "ignored", "negative", "019")
    assert dp2.dialect(UTC).answers["18"].renamed == {"KC": "CS"}


def test_a_file_beside_the_settings_builds_on_others_key_by_key(tmp_path):
    (tmp_path / "city.yaml").write_text(
        'like: evergreen\nanswers: {"64": {drop: [PZ]}, "18": {drop: [XX]}}\n'
    )
    made = load_profile(read_yaml("{like: city.yaml, charset: gb18030}", "softdock.yaml").root, tmp_path)

    assert (made.charset, made.hold_lists.value) == ("gb18030", "all-in-first")
    assert made.answers["64"].drop == ["PZ"]
    assert "patron.category" in made.answers["64"].read
    assert made.answers["18"].drop == ["XX"]
    assert load_profile("city.yaml", tmp_path).charset == "utf-8"


# --- mistakes


def wrong(said, directory=None):
    with pytest.raises(AdapterSettingsError) as found:
        load_profile(said, directory)
    return [f"{place}: {sentence}" for place, sentence in found.value.complaints]


def wrong_inline(text):
    return wrong(read_yaml(text, "softdock.yaml").root)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("charset: big5", "profile.charset: 'big5' is not known here. There are: ascii, latin-1"),
        ("chraset: gbk", "profile.chraset: This key is not known."),
        ("like: kohe", 'profile: "kohe" is not a ready profile. Did you mean koha?'),
        ("like: [koha]", "profile.like: like names one profile"),
        ('date_formats: ["%d/%m"]', "profile.date_formats[0]: No date can be read by this"),
        ("supported: some", "profile.supported: Write announced, all, or a list of codes"),
        ('supported: ["98"]', "profile.supported[0]: This is not the code of a message here."),
        ('requests: {"64": {}}', "This is not the code of a message here. There are 01, 09"),
        ('requests: {"99": {}}', "This is not the code of a message here."),
        ('answers: {"63": {}}', "This is not the code of a message here. There are 10, 12"),
        ('requests: {"11": {pass: some}}', "profile.requests.11.pass: Write all, or a list of fields"),
        ('requests: {"11": {pass: [AY]}}', "This is not a field."),
        ('requests: {"11": {pass: [AB]}}', "profile.requests.11.pass: AB is a field that 11 has by the standard"),
        ('requests: {"11": {rename: {XX: AB}}}', "profile.requests.11.rename.XX: AB is a field that 11 has"),
        ('requests: {"11": {rename: {AA: XX}}}', "profile.requests.11.rename.AA: AA of 11 cannot be renamed."),
        ('requests: {"11": {drop: [BI]}}', "profile.requests.11.drop: BI of 11 cannot be left out."),
        ('requests: {"11": {add: {BO: {is: "Y"}}}}', "profile.requests.11.add.BO: BO of 11 cannot come from a rule."),
        ('requests: {"11": {add: {XX: {from: abc}}}}', 'profile.requests.11.add.XX: "abc" is not a field of SIP2.'),
        ('answers: {"64": {drop: [CQ]}}', "profile.answers.64.drop: CQ of 64 cannot be left out."),
        ('answers: {"64": {rename: {PA: BL}}}', "profile.answers.64.rename.PA: BL of 64 cannot come from another"),
        ('answers: {"64": {rename: {AE: XX}}}', "profile.answers.64.rename.AE: AE is a field that 64 has"),
        ('answers: {"64": {rename: {PA: PB}, drop: [PA]}}', "PA is both renamed and dropped."),
        ('answers: {"64": {read: {patron.brith_date: {from: PB}}}}', "Did you mean patron.birth_date?"),
        ('answers: {"64": {read: {patron.id: {from: PB}}}}', '"patron.id" is not for a rule to say.'),
        ('answers: {"64": {read: {patron.standing: {from: PB}}}}', '"patron.standing" holds several values.'),
        ('answers: {"64": {read: {patron.counts.loans: {from: PB}}}}', '"patron.counts.loans" is not for a rule'),
        ('answers: {"64": {read: {item.title: {from: PB}}}}', '"item.title" is not to be read of 64.'),
        ('answers: {"36": {read: {patron.name: {from: PB}}}}', "It tells of neither patron nor item."),
        ('answers: {"64": {read: {patron.birth_date: {from: PB}}}}', 'Say how it is written: as: [{date: "%Y%m%d"}].'),
        ("texts: [{contains: x, reason: on-hold}]", "profile.texts[0].reason:"),
        ('delimiter: "a"', "profile.delimiter: This does not have the right form. Write one printable ASCII"),
        ("language: zh", "profile.language: This does not have the right form. Write three digits such as 019"),
        ('version: "2"', "profile.version: This does not have the right form. Write four characters such as 2.00"),
        ('delimiter: "/"', "profile.delimiter_replacement: What replaces the delimiter contains it"),
        ("repeats: 99", "profile.repeats: This must be 9 or less."),
        ("date_formats: []", "profile.date_formats: This list must have 1 or more entries."),
        ("echoed: AA", "profile.echoed: Write a list."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_key_and_a_remedy(text, complaint):
    assert any(complaint in each for each in wrong_inline(text)), wrong_inline(text)


def test_everything_that_is_wrong_is_told_at_once():
    assert len(wrong_inline("charset: big5\nrepeats: 99\nxx: y")) == 3


def test_a_mistake_in_a_file_is_told_with_its_line(tmp_path):
    (tmp_path / "city.yaml").write_text("like: koha\n\ncharset: big5\n")
    (tmp_path / "rule.yaml").write_text('answers:\n  "64":\n    read:\n      patron.expires: {from: PA}\n')

    assert wrong("city.yaml", tmp_path)[0].startswith("profile: city.yaml:3:1 charset: 'big5' is not known")
    assert (
        "rule.yaml:4:7 answers.64.read.patron.expires: This is a text, and a date"
        in wrong("rule.yaml", tmp_path)[0]
    )


def test_profiles_that_are_like_each_other_end_nowhere(tmp_path):
    (tmp_path / "a.yaml").write_text("like: b.yaml")
    (tmp_path / "b.yaml").write_text("like: a.yaml")

    assert wrong("a.yaml", tmp_path) == [
        'profile: "a.yaml" is like itself, by way of a.yaml, b.yaml. Let one stand alone.'
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be read: no such file or directory"),
        (b"\xff", "is not a file of UTF-8 text"),
        (b"- a", "is not a table of keys"),
        (b"a: [", "This is not YAML"),
        (b"a: &x 1", "is an anchor"),
    ],
)
def test_a_file_that_is_no_profile_is_told(tmp_path, content, complaint):
    if content is not None:
        (tmp_path / "x.yaml").write_bytes(content)

    assert complaint in wrong("x.yaml", tmp_path)[0]


class Hidden(Text):
    """As a text that came from a reference shows itself."""

    __slots__ = ()

    def shown(self):
        return "The value of ${env:X}"


@pytest.mark.parametrize(
    "tree",
    [
        {"charset": Hidden("geheim")},
        {"like": Hidden("geheim")},
        {"requests": {"11": {"add": {"XX": {"is": Hidden("geheim"), "default": "x"}}}}},
        {"answers": {"64": {"read": {"patron.language": {"from": Hidden("geheim")}}}}},
        {"texts": [{"contains": "x", "reason": Hidden("geheim")}]},
    ],
)
def test_no_complaint_shows_a_secret(tree):
    assert "geheim" not in "".join(wrong(placed(tree)))


def test_what_is_read_of_the_system_can_be_sent_to_a_device_under_any_name_and_in_any_form():
    """PD of the system, a birth date in its own form, becomes PB of the device in another."""
    rules = (
        '{read: {patron.birth_date: {from: PD, as: [{date: "%d/%m/%Y"}]}, patron.extra.internet: {from: PI}}}'
    )
    fields = read_yaml(
        '{"64": {PB: {from: patron.birth_date, as: [{date: "%Y%m%d"}]}, XI: {from: patron.extra.internet, codes: {"Y": "1"}}}}',
        "f",
    ).root
    terminal = a_terminal(Dialect(extra_fields=compile_extra_fields(fields, UTC)))
    outcome = told(rules, card("AE王|BLY|CQY|PD01/05/1990|PIY|"))

    asked = m.PatronInformation(patron_identifier="R1", patron_password="1")
    assert north.write(asked, outcome, terminal).other == (("PB", "19900501"), ("XI", "1"))


def test_what_the_system_says_of_a_card_is_not_told_before_it_is_proven():
    """Its text, its print lines, and the fields that the device would get otherwise."""
    terminal = a_terminal(Dialect(language="en", passed_fields={"64": frozenset({"PD"})}), require_pin=True)
    outcome = told("{}", card("AE王|BLY|CQN|PD01/05/1990|AF您欠 5 元|AG收据|"))

    response = north.write(
        m.PatronInformation(patron_identifier="R1", patron_password="1"), outcome, terminal
    )
    assert (response.other, response.print_line, response.personal_name) == ((), (), "")
    assert response.screen_message == ("The PIN is wrong.",)
