"""What a library's system says of a card becomes a report of it, or a refusal, and never a guess."""

import pytest

from softdock.circulation.errors import MalformedReply, Unsupported
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.money import Money
from softdock.circulation.operations import BlockPatron, EnablePatron, EndSession, LookupPatron, PayFee
from softdock.circulation.outcomes import Done, PinCheck, Refused
from softdock.circulation.patrons import ALL_DENIED, Counts, Entry, PatronList, Standing
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2 import south
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.codes import PATRON_STATUS, SUMMARY
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.south.dialect import EntryForm, HoldLists, TextRule
from systems import NOW, a_system, said

CARD = PatronId("R1")
GOOD = " " * 14
COUNTS = "000100020003000400050006"


def card(rest="AOCQL|AAR1|AE王小明|BLY|CQY|", status=GOOD, counts=COUNTS):
    return said(f"64{status}019{NOW}{counts}{rest}")


def ask(response, system=None, **operation):
    """What comes of a lookup that is answered by `response`."""
    system = system or a_system()
    operation = LookupPatron(CARD, **operation)
    return south.read(operation, south.write(operation, system), response, system)


def test_a_lookup_asks_for_the_card_the_pin_and_one_list():
    message = south.write(
        LookupPatron(CARD, Secret("1234"), PatronList.LOANS, 2, 5), a_system(language="019")
    )

    assert isinstance(message, m.PatronInformation)
    assert (message.patron_identifier, message.patron_password, message.language) == ("R1", "1234", "019")
    assert (message.summary, message.start_item, message.end_item) == ("  Y       ", "2", "5")
    assert (message.institution_id, message.transaction_date) == ("CQL", NOW)


def test_a_lookup_of_a_whole_list_names_no_bounds():
    message = south.write(LookupPatron(CARD, wanted=PatronList.HOLDS), a_system())

    assert (message.start_item, message.end_item) == (None, None)


def test_a_list_that_no_summary_asks_for_is_not_supported():
    with pytest.raises(Unsupported):
        south.write(LookupPatron(CARD, wanted=PatronList.FEES), a_system())


def test_a_system_without_63_is_asked_by_23():
    system = a_system(supported=frozenset({"23"}))
    south.capabilities(None, system)

    assert isinstance(south.write(LookupPatron(CARD), system), m.PatronStatus)
    assert isinstance(south.write(LookupPatron(CARD, wanted=PatronList.LOANS), system), m.PatronStatus)


def test_a_system_that_prefers_23_is_asked_so_unless_a_list_is_wanted():
    system = a_system(status_preferred=True)

    assert isinstance(south.write(LookupPatron(CARD), system), m.PatronStatus)
    assert isinstance(south.write(LookupPatron(CARD, wanted=PatronList.LOANS), system), m.PatronInformation)


def test_a_report_tells_all_that_64_says():
    outcome = ask(
        card(
            "AOCQL|AAR1|AE王小明|BZ5|CA0002|CB 010|BLY|CQY|BHEUR|BV1,234.50|CC50.00|"
            "BD人民南路 1 号|BEw@example.org|BF028-1|AF有新书|AF请取|AG收据|PB19900501|PB2|"
        ),
        pin=Secret("1"),
    )

    patron = outcome.result.patron
    assert (patron.id, patron.name, patron.counts) == (CARD, "王小明", Counts(1, 2, 3, 4, 5, 6))
    assert (patron.hold_limit, patron.overdue_limit, patron.loan_limit) == (5, 2, 10)
    assert (patron.balance, patron.fee_limit) == (Money(123450, "EUR"), Money(5000, "EUR"))
    assert (patron.address, patron.email, patron.phone) == ("人民南路 1 号", "w@example.org", "028-1")
    assert outcome.result.pin is PinCheck.RIGHT
    assert outcome.note == "有新书\n请取"
    assert outcome.extra == (("PB", "19900501"), ("PB", "2"), ("AG", "收据"))


def test_four_blanks_are_no_count():
    assert ask(card(counts="    " * 6)).result.patron.counts == Counts(None, None, None, None, None, None)


@pytest.mark.parametrize(("place", "mark"), list(enumerate(PATRON_STATUS)))
def test_only_y_marks_a_card(place, mark):
    others = "N1U y"

    assert ask(card(status=" " * place + "Y" + " " * (13 - place))).result.patron.standing == {mark}
    for other in others:
        assert not ask(card(status=" " * place + other + " " * (13 - place))).result.patron.standing


@pytest.mark.parametrize(
    ("rest", "pin"),
    [
        ("CQY|", PinCheck.RIGHT),
        ("CQN|", PinCheck.WRONG),
        ("CQ0|", PinCheck.WRONG),
        ("CQ|", PinCheck.NOT_ASKED),
        ("", PinCheck.NOT_ASKED),
    ],
)
def test_only_an_explicit_yes_proves_a_card(rest, pin):
    assert ask(card(f"AOCQL|AAR1|AE王小明|BLY|{rest}"), pin=Secret("1")).result.pin is pin


def test_a_yes_proves_nothing_if_no_pin_was_sent():
    """Some systems say CQ is Y to an empty PIN."""
    assert ask(card()).result.pin is PinCheck.NOT_ASKED


@pytest.mark.parametrize("meaning", [PinCheck.RIGHT, PinCheck.WRONG])
def test_what_a_missing_cq_means_the_profile_says(meaning):
    system = a_system(missing_pin_answer=meaning)

    assert ask(card("AOCQL|AAR1|AE王小明|BLY|"), system, pin=Secret("1")).result.pin is meaning


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        ("AOCQL|AAR1|AE|BLN|AF无此读者|", "YYYY          "),
        ("AOCQL|AAR1|AE|BLN|AF无此读者|", GOOD),
        ("AOCQL|AAR1|AE|AF无此读者|", "YYYY          "),
        ("AOCQL|AAR1|AE王小明|BLN|AF无此读者|", GOOD),
    ],
)
def test_a_card_that_is_not_valid_is_unknown(rest, status):
    """BL says so; where it is absent, there is neither a name nor a single privilege."""
    outcome = ask(card(rest, status))

    assert outcome == Refused(Reason.PATRON_UNKNOWN, "无此读者")


@pytest.mark.parametrize("rest", ["AOCQL|AAR1|AE王小明|", "AOCQL|AAR1|AE|", "AOCQL|AAR1|AE|BL|"])
def test_a_card_without_bl_is_known_by_its_name_or_its_privileges(rest):
    assert isinstance(ask(card(rest)), Done)


def test_a_card_that_is_not_valid_but_has_a_name_is_blocked_where_the_profile_says_so():
    system = a_system(invalid_with_name=Reason.PATRON_BLOCKED)
    report = ask(card("AOCQL|AAR1|AE王小明|BLN|"), system).result

    assert (report.reason, report.patron.name) == (Reason.PATRON_BLOCKED, "王小明")
    assert report.patron.standing >= ALL_DENIED
    assert ask(card("AOCQL|AAR1|AE|BLN|"), system).reason is Reason.PATRON_UNKNOWN


def test_what_is_wrong_with_a_card_follows_from_its_marks():
    assert ask(card(status="YYYY          ")).result.reason is Reason.CHECKOUT_DENIED
    assert ask(card(status="Y         Y   ")).result.reason is Reason.TOO_MANY_FEES
    assert ask(card(status="     Y        ")).result.reason is Reason.TOO_MANY_LOANS


def test_where_the_system_says_itself_what_is_wrong_nothing_is_added_but_that_a_card_is_lost():
    assert ask(card("AOCQL|AAR1|AE王|BLY|AF过期|", "YYYY          ")).result.reason is None
    assert ask(card("AOCQL|AAR1|AE王|BLY|AF挂失|", "YYYYY         ")).result.reason is Reason.CARD_LOST


def test_a_text_that_the_profile_knows_is_the_reason():
    system = a_system(texts=(TextRule("过期", frozenset({"64"}), Reason.CARD_EXPIRED),))

    assert ask(card("AOCQL|AAR1|AE王|BLY|AF证已过期|", "YYYY          "), system).result.reason is (
        Reason.CARD_EXPIRED
    )


@pytest.mark.parametrize(("wanted", "field"), list(zip(SUMMARY, "AS AT AU AV BU CD".split(), strict=True)))
def test_each_list_is_read_from_its_own_field(wanted, field):
    response = card(f"AOCQL|AAR1|AE王小明|BLY|{field}I1|{field}I2|{field}|")
    expected = (
        [Entry(title="I1"), Entry(title="I2")]
        if wanted is PatronList.FINES
        else [Entry(ItemId("I1")), Entry(ItemId("I2"))]
    )

    assert list(ask(response, wanted=wanted).result.entries) == expected
    assert not ask(response).result.entries


@pytest.mark.parametrize(
    ("form", "entry"),
    [
        (EntryForm.ITEM, Entry(ItemId("I1 : 红楼梦"))),
        (EntryForm.TITLE, Entry(title="I1 : 红楼梦")),
        (EntryForm.ITEM_AND_TITLE, Entry(ItemId("I1"), "红楼梦")),
    ],
)
def test_what_the_entries_of_a_list_are_the_profile_says(form, entry):
    system = a_system(entries={PatronList.LOANS: form}, entry_separator=":")

    assert ask(card("AAR1|AE王|BLY|AUI1 : 红楼梦|"), system, wanted=PatronList.LOANS).result.entries == (
        entry,
    )


def listed(count, **bounds):
    fields = "".join(f"AUI{number}|" for number in range(1, count + 1))
    response = card(f"AAR1|AE王|BLY|{fields}", counts="000000000005000000000000")
    return [each.item for each in ask(response, wanted=PatronList.LOANS, **bounds).result.entries]


def test_a_system_that_ignores_the_bounds_is_cut_here():
    assert listed(5, first=2, last=3) == ["I2", "I3"]
    assert listed(5, first=4) == ["I4", "I5"]
    assert listed(5, last=2) == ["I1", "I2"]


def test_a_system_that_keeps_to_the_bounds_is_not_cut_again():
    assert listed(2, first=2, last=3) == ["I1", "I2"]
    assert listed(2, first=4) == ["I1", "I2"]


def test_where_the_first_list_holds_all_holds_the_others_are_taken_off_it():
    """Evergreen counts so; Koha counts as the standard says."""
    assert ask(card(counts="000500000000000000000003")).result.patron.counts.holds == 5
    system = a_system(hold_lists=HoldLists.ALL_IN_FIRST)
    assert ask(card(counts="000500000000000000000003"), system).result.patron.counts.holds == 2
    assert ask(card(counts="    00000000000000000003"), system).result.patron.counts.holds is None


@pytest.mark.parametrize(
    ("text", "sign", "minor"),
    [
        ("12.50", "", 1250),
        ("12,50", "", 1250),
        ("1,234.50", "", 123450),
        ("1.234,50", "", 123450),
        ("1,234", ".", 123400),
        ("1.234", ",", 123400),
        (" 5 ", "", 500),
        ("-3.00", "", -300),
        ("5.0000", ".", 500),
        ("1,234.0050", ".", 123401),
        ("-0.1250", ".", -13),
        ("0,1249", ",", 12),
    ],
)
def test_an_amount_is_read_where_it_is_clear(text, sign, minor):
    outcome = ask(card(f"AAR1|AE王|BLY|BV{text}|"), a_system(decimal_sign=sign))

    assert outcome.result.patron.balance == Money(minor, "CNY")


@pytest.mark.parametrize(
    ("text", "sign"),
    [("1,234", ""), ("None", ""), ("12,50", "."), ("1,23,4.00", "."), ("1.234", "."), ("5.0000", "")],
)
def test_an_amount_that_is_not_clear_is_no_answer(text, sign):
    with pytest.raises(MalformedReply) as found:
        ask(card(f"AAR1|AE王|BLY|BV{text}|"), a_system(decimal_sign=sign))

    assert found.value.field == "BV"


def test_a_debt_that_is_told_as_negative_is_turned_where_the_profile_says_so():
    """dp2 does."""
    response = card("AAR1|AE王|BLY|BV-3.00|")

    assert ask(response, a_system(negative_debts=True)).result.patron.balance == Money(300, "CNY")


def test_the_answer_to_another_request_is_none_to_this():
    for other in ("98YYYYYN60000320260101    1200002.00AOCQL|", f"24{GOOD}019{NOW}AOCQL|AAR1|AE王|BLY|"):
        with pytest.raises(MalformedReply):
            ask(said(other))


def test_a_card_may_come_back_by_its_other_number_unless_the_profile_forbids_it():
    response = card("AAR2|AE王|BLY|")

    assert isinstance(ask(response), Done)
    with pytest.raises(MalformedReply):
        ask(response, a_system(echoed=frozenset({"AA"})))


@pytest.mark.parametrize("text", ["R1|AAR2", "R1\rR2", "R1\n", "R\x001", "", "R\u2028"])
def test_a_card_whose_number_cannot_be_written_is_unknown(text):
    assert south.write(LookupPatron(PatronId(text)), a_system()) == Refused(Reason.PATRON_UNKNOWN)


def test_a_number_that_the_charset_lacks_is_not_written_otherwise():
    """Another patron might bear the transliterated one."""
    wire = Dialect(charset=Charset("ascii"), delimiter="^")

    assert south.write(LookupPatron(PatronId("Č1")), a_system(wire)) == Refused(Reason.PATRON_UNKNOWN)
    assert south.write(LookupPatron(PatronId("R^1")), a_system(wire)) == Refused(Reason.PATRON_UNKNOWN)
    assert isinstance(south.write(LookupPatron(PatronId("R|1")), a_system(wire)), m.PatronInformation)


def test_a_pin_that_cannot_be_written_is_wrong():
    long = Secret("1" * 256)

    assert south.write(LookupPatron(CARD, Secret("1|2")), a_system()) == Refused(Reason.PIN_WRONG)
    assert south.write(LookupPatron(CARD, long), a_system()) == Refused(Reason.PIN_WRONG)


def test_a_card_is_blocked_whatever_can_be_made_of_what_it_owes():
    """The amount may be one of two; that the card is blocked is no less certain."""
    operation = BlockPatron(CARD)
    response = said(f"24YYYY{' ' * 10}019{NOW}AOCQL|AAR1|AEAda|BLY|BV1,234|")
    outcome = south.read(operation, south.write(operation, a_system()), response, a_system())

    assert isinstance(outcome, Done)
    assert outcome.result.patron.balance is None


def test_24_tells_how_a_blocked_card_stands():
    system = a_system()
    operation = BlockPatron(CARD, card_retained=True, message="吞卡")
    request = south.write(operation, system)
    outcome = south.read(operation, request, said(f"24YYYY          000{NOW}AOCQL|AAR1|AE王|BLY|"), system)

    assert (request.card_retained, request.blocked_card_message) == (True, "吞卡")
    assert outcome.result.patron.standing == ALL_DENIED
    assert outcome.result.patron.counts == Counts(None, None, None, None, None, None)


def test_a_card_that_is_not_valid_because_it_was_just_blocked_is_blocked():
    operation = BlockPatron(CARD)
    response = said(f"24YYYY{' ' * 10}000{NOW}AOCQL|AAR1|AE王|BLN|")
    outcome = south.read(operation, south.write(operation, a_system()), response, a_system())

    assert isinstance(outcome, Done)
    assert outcome.result.reason is Reason.PATRON_BLOCKED
    assert outcome.result.patron.standing == ALL_DENIED


def test_26_tells_whether_the_pin_was_right():
    system = a_system()
    operation = EnablePatron(CARD, Secret("1"))
    request = south.write(operation, system)
    outcome = south.read(
        operation, request, said(f"26YYYY          000{NOW}AOCQL|AAR1|AE王|BLY|CQN|"), system
    )

    assert request.patron_password == "1"
    assert (outcome.result.pin, outcome.result.patron.standing) == (PinCheck.WRONG, ALL_DENIED)


@pytest.mark.parametrize(
    "text", [f"24{GOOD}000{NOW}AOCQL|AAR1|AE|BLN|", f"26{GOOD}000{NOW}AOCQL|AAR1|AE|BLN|"]
)
def test_an_unknown_card_is_refused_in_every_answer_about_a_card(text):
    system = a_system()
    operation = BlockPatron(CARD) if text.startswith("24") else EnablePatron(CARD)

    assert south.read(operation, south.write(operation, system), said(text), system) == (
        Refused(Reason.PATRON_UNKNOWN)
    )


def test_a_session_ends_unless_the_system_says_that_it_does_not():
    system = a_system()
    operation = EndSession(CARD, Secret("1"))
    request = south.write(operation, system)

    assert isinstance(south.read(operation, request, said(f"36Y{NOW}AOCQL|AAR1|"), system), Done)
    refused = south.read(operation, request, said(f"36N{NOW}AOCQL|AAR1|AF否|"), system)
    assert refused == Refused(Reason.DECLINED, "否")


def test_a_payment_is_booked_or_not():
    system = a_system()
    operation = PayFee(CARD, Money(1250, "EUR"), payment_type="02", transaction="T1")
    request = south.write(operation, system)
    done = south.read(operation, request, said(f"38Y{NOW}AOCQL|AAR1|BKS9|"), system)

    assert (request.fee_amount, request.currency_type, request.payment_type) == ("12.50", "EUR", "02")
    assert (done.result.transaction, done.result.balance) == ("S9", None)
    assert south.read(operation, request, said(f"38N{NOW}AOCQL|AAR1|"), system) == Refused(Reason.DECLINED)


def test_a_lost_card_says_nothing_else_of_itself():
    assert ask(card(status="    YY        ")).result.reason is Reason.CARD_LOST
    assert Standing.TOO_MANY_LOANS in ask(card(status="    YY        ")).result.patron.standing
