"""The messages against the tables of the standard, and what is compiled from them."""

import pytest

from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.errors import LocalProtocolError, RemoteProtocolError, Violation
from softdock.protocols.sip2.layouts import LAYOUTS, Layout, Message, message

# 3M SIP2 2.00, "Requests from SC to ACS" and "Responses from ACS to SC", written down a second time:
# code, widths of the fixed part, required fields, optional fields; * marks what may repeat.
STANDARD = """
23 : 3 18                     : AO AA AC AD     :
11 : 1 1 18 18                : AO AA AB AC     : CH AD BO BI
09 : 1 18 18                  : AP AO AB AC     : CH BI
01 : 1 18                     : AO AL AA AC     :
99 : 1 3 4                    :                 :
97 :                          :                 :
93 : 1 1                      : CN CO           : CP
63 : 3 18 10                  : AO AA           : AC AD BP BQ
35 : 18                       : AO AA           : AC AD
37 : 18 2 2 3                 : BV AO AA        : AC AD CG BK
17 : 18                       : AO AB           : AC
19 : 18                       : AO AB CH        : AC
25 : 18                       : AO AA           : AC AD
15 : 1 18                     : AO AA           : BW BS BY AD AB AJ AC BO
29 : 1 1 18 18                : AO AA           : AD AB AJ AC CH BO
65 : 18                       : AO AA           : AD AC BO
24 : 14 3 18                  : AO AA AE        : BL CQ BH BV AF* AG*
12 : 1 1 1 1 18               : AO AA AB AJ AH  : BT CI BH BV CK CH BK AF* AG*
10 : 1 1 1 1 18               : AO AB AQ        : AJ CL AA CK CH AF* AG*
98 : 1 1 1 1 1 1 3 3 18 4     : AO BX           : AM AN AF* AG*
96 :                          :                 :
94 : 1                        :                 :
64 : 14 3 18 4 4 4 4 4 4      : AO AA AE        : BZ CA CB BL CQ BH BV CC AS* AT* AU* AV* BU* CD* BD BE BF AF* AG*
36 : 1 18                     : AO AA           : AF* AG*
38 : 1 18                     : AO AA           : BK AF* AG*
18 : 2 2 2 18                 : AB AJ           : CF AH CJ CM BG BH BV CK AQ AP CH AF* AG*
20 : 1 18                     : AB              : AJ CH AF* AG*
26 : 14 3 18                  : AO AA AE        : BL CQ AF* AG*
16 : 1 1 18                   : AO AA           : BW BR BS AB AJ AF* AG*
30 : 1 1 1 1 18               : AO AA AB AJ AH  : BT CI BH BV CK CH BK AF* AG*
66 : 1 4 4 18                 : AO              : BM* BN* AF* AG*
"""

BEYOND_THE_STANDARD = {
    "10": {"CR", "CS", "CT", "CV", "CY", "DA"},  # the 3M extensions, which sorters act on
    "18": {"AO", "CR", "CS"},  # the extensions, and the institution that many send
    "20": {"AO"},
}

ROWS = {
    row[0].strip(): [part.split() for part in row[1:]]
    for row in (line.split(":") for line in STANDARD.split("\n")[1:-1])
}


def test_every_message_of_the_standard_is_there_and_no_other():
    """Sixteen requests, their answers, 96 and 97."""
    assert set(LAYOUTS) == set(ROWS)
    assert len(m.REQUESTS) == 16
    assert set(m.REQUESTS) | set(m.RESPONSES) == set(ROWS)
    assert not set(m.REQUESTS) & set(m.RESPONSES)


@pytest.mark.parametrize("code", ROWS)
def test_a_message_has_the_fields_of_the_standard(code: str):
    """Fixed part, required and optional fields, and which of them repeat; nothing but the listed extensions beside."""
    widths, required, optional = ROWS[code]
    layout = LAYOUTS[code]

    assert [end - start for start, end, _ in layout._slices] == [int(width) for width in widths]
    assert layout.required == set(required)
    assert {kind.id for kind, _ in layout.variable} - BEYOND_THE_STANDARD.get(code, set()) == {
        each.rstrip("*") for each in required + optional
    }
    assert {f"{kind.id}*" for kind, _ in layout.variable if kind.repeats} == {
        each for each in optional if each.endswith("*")
    }
    assert layout.needed <= layout.required


def test_every_request_has_its_response():
    """97 alone has none of its own."""
    assert set(m.RESPONSE_TO) == set(m.REQUESTS) - {"97"}
    assert set(m.RESPONSE_TO.values()) == set(m.RESPONSES) - {"96"}


def test_a_code_is_claimed_once():
    """Two classes for one code would hide each other."""

    class Second(Message):
        other: tuple[tuple[str, str], ...] = ()

    with pytest.raises(LocalProtocolError):
        message("23")(Second)


def read(code: str, text: str, *, lenient: bool = False) -> Message:
    return LAYOUTS[code].read(text, "|", lenient)


def refused(code: str, text: str, *, lenient: bool = False) -> bool:
    with pytest.raises(RemoteProtocolError) as caught:
        read(code, text, lenient=lenient)
    return caught.value.violation is Violation.FIXED_PART


# --- the fixed part -----------------------------------------------------------------------------------

DATE = "20260101    120000"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param("99", "0802.0", id="too short"),
        pytest.param("11", f"XN{DATE}{DATE}AOLIB1|", id="a flag that is neither Y nor N"),
        pytest.param("11", f"yn{DATE}{DATE}AOLIB1|", id="flags in lower case"),
        pytest.param("11", f"Y{DATE}{DATE}AOLIB1|AAR0001|", id="a flag is missing"),
        pytest.param("94", "Y", id="Y where 1 belongs"),
        pytest.param("99", "0x802.00", id="a letter in a number"),
        pytest.param("99", "08 02.00", id="a blank within a number"),
        pytest.param("65", "AOMy Library|AAR0001|ADx|", id="fields where the date belongs"),
        pytest.param("65", "AOLIB1|AAR0001|AD1|AC|", id="short ones"),
        pytest.param("65", "AOLIB1|AA1234567890123|AC|", id="with digits where the time belongs"),
        pytest.param("35", "20260101AOLIB1|AAR0001|", id="a date without a time"),
        pytest.param("12", f"1NX{DATE}N", id="an unknown medium"),
    ],
)
def test_a_broken_fixed_part_is_refused(code: str, text: str):
    """Too short, or characters that mean nothing: nothing is guessed."""
    assert refused(code, text)


@pytest.mark.parametrize("stamp", [" " * 18, "0" * 18, "2026-01-01 12:00  ", "20260101+0800120000"])
def test_an_odd_date_is_no_reason_to_refuse(stamp: str):
    """Blank and odd dates come from devices in use; the present is used instead."""
    assert read("35", f"{stamp}AOLIB1|AAR0001|").patron_identifier == "R0001"


def test_numbers_may_be_padded_with_blanks():
    """A server sends ` 10` for its time-out; four blanks mean that a count is not supported."""
    status = read("98", f"YYYYNN 10  3{DATE}2.00AOLIB1|BX|")
    assert (status.timeout_period, status.retries_allowed) == (10, 3)
    assert read("66", f"1    0001{DATE}AOLIB1|").renewed_count is None


def test_a_lenient_profile_reads_odd_characters():
    """An odd flag counts as N, an odd number as unknown; a short fixed part is refused all the same."""
    checkout = read("11", f"yX{DATE}{DATE}AOLIB1|AAR0001|", lenient=True)
    assert (checkout.sc_renewal_policy, checkout.no_block, checkout.patron_identifier) == (
        True,
        False,
        "R0001",
    )
    assert read("99", "0x802.00", lenient=True).max_print_width is None
    assert read("12", f"yNX?{DATE}", lenient=True).magnetic_media is None
    assert refused("99", "0802.0", lenient=True)


def test_odd_codes_are_no_reason_to_refuse():
    """Makers go on from the standard's lists; a version 2.0E is seen, with a delimiter behind the fixed part."""
    assert read("99", "00802.0E|").protocol_version == "2.0E"
    assert read("18", f"99??77{DATE}AB1|AJ|").security_marker == "??"


@pytest.mark.parametrize(
    ("number", "written"),
    [(None, "    "), (0, "0000"), (7, "0007"), (9999, "9999"), (10000, "9999"), (-1, "0000")],
)
def test_numbers_are_written_as_wide_as_they_have_to_be(number: int | None, written: str):
    """What does not fit is the nearest that does: a wider number would shift all that follows."""
    response = m.RenewAllResponse(ok=True, renewed_count=number, unrenewed_count=3, transaction_date=DATE)

    assert response.layout.write_fixed(response) == f"661{written}0003{DATE}"


def test_codes_are_written_as_wide_as_they_have_to_be():
    """Padded with blanks, and cut."""
    response = m.PatronStatusResponse(patron_status="Y", language="00012", transaction_date="2026")

    assert response.layout.write_fixed(response) == "24Y" + " " * 13 + "000" + "2026" + " " * 14


# --- fields -------------------------------------------------------------------------------------------


def test_fields_come_in_any_order():
    """The standard leaves it open, and a required field may be absent."""
    assert read("17", f"{DATE}ABB1|AOLIB1|") == read("17", f"{DATE}AOLIB1|ABB1|")
    assert read("17", f"{DATE}ABB1").terminal_password is None


def test_an_empty_field_differs_from_an_absent_one():
    """An empty PIN is no PIN, and yet it was sent."""
    assert read("63", f"019{DATE}          AAR1|AD|").patron_password == ""
    assert read("63", f"019{DATE}          AAR1|").patron_password is None


def test_repeated_and_unknown_fields_keep_their_order():
    """Fees are groups of vendor fields, in which order is all that holds a group together."""
    message = read("64", " " * 14 + f"000{DATE}" + "0" * 24 + "AUB2|FA1|FB2|AUB1|FA3|FB4|AEx|AEy|CG9|AUB1|")

    assert message.charged_items == ("B2", "B1", "B1")
    assert message.personal_name == "x"
    assert message.other == (("FA", "1"), ("FB", "2"), ("FA", "3"), ("FB", "4"), ("AE", "y"), ("CG", "9"))
    assert message.field("FA") == "1"
    assert message.field("AU") == "B2"
    assert message.field("AE") == "x"
    assert message.field("AF") is None
    assert message.field("ZZ") is None


def test_a_field_without_a_name_is_nothing():
    """`||` in the middle and `|||` at the end are seen."""
    assert read("17", f"{DATE}||AOLIB1|||ABB1|||") == read("17", f"{DATE}AOLIB1|ABB1|")
    assert read("17", f"{DATE}AOLIB1|X|ABB1| ").other == ()


def test_needed_fields_are_missing_if_they_are_absent_or_empty():
    """Fewer than the standard requires: devices leave out AC, AD and AO and lose nothing."""
    layout = LAYOUTS["11"]

    def missing(fields: str) -> tuple[str, ...]:
        return layout.missing(read("11", f"NN{DATE}{DATE}{fields}"))

    assert missing("AAR1|ABB1|") == ()
    assert missing("AA|ABB1|") == ("AA",)
    assert missing("") == ("AA", "AB")
    assert layout.absent(read("11", f"NN{DATE}{DATE}AA|ABB1|")) == {"AO", "AC"}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_required_fields_are_sent_even_if_empty(layout: Layout):
    """All others are left out."""
    assert layout.write_fields(layout.cls()) == [
        kind.id for kind, _ in layout.variable if kind.id in layout.required
    ]


def test_a_message_shows_no_values():
    """Names, PINs and barcodes do not get into a log by way of repr."""
    login = m.Login(login_user_id="kiosk1", login_password="secret", other=(("XX", "mine"),))

    assert repr(login) == "<Login 9300 CN CO XX>"
