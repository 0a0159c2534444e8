"""The day-end file: every payment on one line, and sums that agree with them."""

import csv
import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.circulation.identifiers import FeeId, LibraryId, PatronId
from softdock.circulation.journal import Claim, EntryState, JournalEntry, LastWord, Resolution
from softdock.circulation.money import Money
from softdock.circulation.operations import PayFee
from softdock.circulation.outcomes import Done, Paid, Refused
from softdock.circulation.reasons import Reason
from softdock.ops.payments import COLUMNS, around, as_text, day_end, standing_of, was_lost

CARD = PatronId("R0012345")
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ZONES = {"CDL": ZoneInfo("Asia/Shanghai"), "NYL": ZoneInfo("America/New_York")}
BOOKED = Done(Paid(CARD, transaction="T-1"))


def a_payment(
    minor=1250, currency="CNY", state=EntryState.ANSWERED, outcome=BOOKED, at=NOON, library="CDL", **more
):
    entry = {key: more.pop(key) for key in ("resolution", "listed", "remark") if key in more}
    where = {"account": more.pop("account", "kiosk"), "location": more.pop("location", "3F")}
    paid = PayFee(CARD, Money(minor, currency), **{"payment_type": "00", "transaction": "4711", **more})
    home = LibraryId(library)
    claim = Claim("boot-1", paid, home, home, home, at=at, **where)
    return JournalEntry(1, claim, state, LastWord.NOT_DONE, outcome, **entry)


LOST = {"state": EntryState.UNKNOWN, "outcome": None}


def settled(resolution):
    return {"state": EntryState.SETTLED, "outcome": None, "resolution": resolution}


def read(*payments):
    return list(csv.DictReader(io.StringIO(day_end(payments, ZONES), newline="")))


def test_a_payment_is_told_with_everything_that_whoever_counts_the_money_asks_for():
    (line, *_) = read(a_payment(fee=FeeId("F-9")))

    assert line == {
        "line": "payment", "date": "2026-11-25", "time": "20:00:00", "library": "CDL", "account": "kiosk",
        "location": "3F", "payment_type": "00", "currency": "CNY", "amount": "12.50", "count": "1", "state": "booked",
        "answer_lost": "no", "system": "CDL", "patron": "R0***45", "fee_type": "other", "fee": "F-9",
        "device_number": "4711", "system_number": "T-1", "operation_id": "boot-1", "remark": "",
    }  # fmt: skip


def test_the_file_is_csv_by_the_standard():
    """RFC 4180: lines end in CR LF, and each has as many fields as the first."""
    text = day_end([a_payment(location='3F, "hall"')], ZONES)

    assert text.endswith("\r\n")
    assert '"3F, ""hall"""' in text
    assert {len(line) for line in csv.reader(io.StringIO(text, newline=""))} == {len(COLUMNS)}


def test_no_card_is_in_the_file():
    assert CARD not in day_end([a_payment()], ZONES)


@pytest.mark.parametrize(
    ("how", "word", "total", "lost"),
    [
        ({}, "booked", "booked", False),
        ({"outcome": Refused(Reason.FEE_UNKNOWN)}, "refused", "not booked", False),
        ({"state": EntryState.OPEN, "outcome": None}, "under way", "not known", False),
        (LOST, "lost", "not known", True),
        ({**LOST, "outcome": BOOKED}, "lost", "not known", True),
        ({**LOST, "listed": True}, "lost: waits for staff", "not known", True),
        (settled(Resolution.STANDS), "settled: stands", "booked", True),
        (settled(Resolution.DONE_NOW), "settled: done now", "booked", True),
        (settled(Resolution.NOT_DONE), "settled: not done", "not booked", True),
        (settled(Resolution.UNDONE), "settled: undone", "not booked", True),
    ],
)
def test_each_payment_is_told_by_what_became_of_it(how, word, total, lost):
    payment = a_payment(**how)

    assert standing_of(payment) == (word, total)
    assert was_lost(payment) is lost
    assert [line["state"] for line in read(payment)] == [word, "taken", total]


@pytest.mark.parametrize("resolution", Resolution)
def test_every_resolution_has_its_word(resolution):
    assert standing_of(a_payment(**settled(resolution))).word.startswith("settled")


def test_totals_are_told_by_terminal_way_of_payment_and_currency():
    totals = [
        (
            line["account"],
            line["payment_type"],
            line["currency"],
            line["state"],
            line["count"],
            line["amount"],
        )
        for line in read(
            a_payment(1250),
            a_payment(350),
            a_payment(100, **LOST),
            a_payment(200, payment_type="02"),
            a_payment(300, "JPY"),
            a_payment(400, account="desk"),
        )
        if line["line"] == "total"
    ]

    assert totals == [
        ("desk", "00", "CNY", "taken", "1", "4.00"),
        ("desk", "00", "CNY", "booked", "1", "4.00"),
        ("kiosk", "00", "CNY", "taken", "3", "17.00"),
        ("kiosk", "00", "CNY", "booked", "2", "16.00"),
        ("kiosk", "00", "CNY", "not known", "1", "1.00"),
        ("kiosk", "00", "JPY", "taken", "1", "300"),
        ("kiosk", "00", "JPY", "booked", "1", "300"),
        ("kiosk", "02", "CNY", "taken", "1", "2.00"),
        ("kiosk", "02", "CNY", "booked", "1", "2.00"),
    ]


@given(
    st.lists(
        st.builds(
            a_payment,
            st.integers(-(10**6), 10**6),
            st.sampled_from(["CNY", "EUR"]),
            state=st.just(EntryState.ANSWERED),
            outcome=st.sampled_from([BOOKED, Refused(Reason.FEE_UNKNOWN)]),
            location=st.sampled_from(["1F", "2F"]),
        )
    )
)
def test_what_was_taken_is_the_sum_of_the_payments_and_of_what_became_of_them(payments):
    lines = read(*payments)

    def cents(kind, *states):
        found = [each for each in lines if each["line"] == kind and (not states or each["state"] in states)]
        return sum(int(each["amount"].replace(".", "")) for each in found)

    assert cents("payment") == cents("total", "taken") == cents("total", "booked", "not booked", "not known")


def test_a_payment_counts_to_the_day_of_its_library():
    """It is evening of the 25th in one place, and the 26th in another."""
    late = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    lines = read(*(a_payment(at=late, library=library) for library in ("CDL", "NYL", "GONE")))

    assert [(each["library"], each["date"], each["time"]) for each in lines[:3]] == [
        ("CDL", "2026-11-26", "04:00:00"),
        ("NYL", "2026-11-25", "15:00:00"),
        ("GONE", "2026-11-25", "20:00:00"),
    ]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "UTC"])
def test_what_is_looked_through_for_a_day_holds_the_day_of_every_zone(zone):
    """Those with a change of clocks too."""
    begin, end = around(NOON.date())
    first = datetime(2026, 11, 25, tzinfo=ZoneInfo(zone))

    assert begin <= first
    assert first + timedelta(hours=24) <= end


@pytest.mark.parametrize(
    "wicked", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n=1", "＝1+1", "|x"]
)
def test_what_a_device_sent_is_never_a_formula(wicked):
    """It stands behind an apostrophe, in whichever column."""
    more = {
        "transaction": wicked,
        "fee": FeeId(wicked),
        "payment_type": wicked,
        "location": wicked,
        "account": wicked,
    }
    (line, *_) = read(a_payment(**more, remark=wicked))

    for column in ("device_number", "fee", "payment_type", "location", "account", "remark"):
        assert line[column].startswith("'"), column


@given(st.text())
def test_a_text_stays_on_its_line_and_keeps_its_letters(text):
    told = as_text(text)

    assert told.isprintable()
    assert [each for each in told.removeprefix("'") if each != " "] == [
        each for each in text.removeprefix("'") if each.isprintable() and each != " "
    ]


def test_a_day_without_payments_has_a_file_that_says_so():
    assert day_end([], ZONES) == ",".join(COLUMNS) + "\r\n"
