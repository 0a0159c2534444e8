"""Dates as they come, and as they leave."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.message import FORM_2_02, Element, Message
from softdock.protocols.ncip.moments import read_date, read_moment, write_date, write_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-01T08:30:00Z", "2026-03-01T08:30:00"),
        ("2026-03-01T08:30:00z", "2026-03-01T08:30:00"),
        ("2026-03-01t08:30:00.5Z", "2026-03-01T08:30:00.500000"),
        ("2026-03-01T08:30:00.1234567890Z", "2026-03-01T08:30:00.123456"),
        ("2026-03-01T08:30:00", "2026-03-01T00:30:00"),
        ("2026-03-01 08:30", "2026-03-01T00:30:00"),
        ("2026-03-01T08:30:00+08:00", "2026-03-01T00:30:00"),
        ("2026-03-01T08:30:00-0500", "2026-03-01T13:30:00"),
        ("2026-03-01", "2026-02-28T16:00:00"),
        ("2026-03-01Z", "2026-03-01T00:00:00"),
        ("  2026-03-01T24:00:00Z\n", "2026-03-02T00:00:00"),
        ("2008-09-29T00:00+01:00", "2008-09-28T23:00:00"),
    ],
)
def test_a_moment_is_read_by_the_clocks_of_the_library(text: str, utc: str):
    moment = read_moment(text, SHANGHAI)
    assert moment is not None
    assert moment.astimezone(UTC).replace(tzinfo=None) == datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026-02-30",
        "2026-03-01T25:00:00Z",
        "2026-03-01T24:00:01Z",
        "2026-03-01T08:60:00Z",
        "20260301",
        "2026-W09-1",
        "01/03/2026",
        "0000-01-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T24:00:00Z",
        "12026-03-01T00:00:00Z",
        "-2026-03-01T00:00:00Z",
        "2026-03-01T08:30:00+25:00",
        "２０２６-03-01",
        "2026-03-01T08:30:00Z" + " " * 10 + "Z",
    ],
)
def test_what_is_no_moment_is_none(text: str):
    assert read_moment(text, UTC) is None


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001 - hypothesis wants it so
def test_a_moment_is_read_back_as_it_was_written_and_the_schema_takes_it(moment: datetime):
    there = moment.replace(microsecond=0).astimezone(timezone(timedelta(hours=8)))
    assert read_moment(write_moment(there), SHANGHAI) == there
    sent = Element("ItemReportedReturned", children=[Element("DateReportedReturned", write_moment(there))])
    assert sent.children[0].text.endswith("Z")
    assert etree.fromstring(f"<a>{sent.children[0].text}</a>".encode()).text == write_moment(there)


@pytest.mark.parametrize(
    "text", ["1999-05-01", "1999-05-01T00:00:00Z", "1999-05-01T00:00:00+08:00", "1999-05-01T23:59:59-05:00"]
)
def test_nobody_is_born_a_day_earlier_elsewhere(text: str):
    assert read_date(text) == date(1999, 5, 1)
    assert write_date(date(1999, 5, 1)) == "1999-05-01T00:00:00Z"


def test_what_is_written_is_a_date_to_the_schema():
    due = Element("DateDue", write_moment(datetime(2026, 3, 1, 8, 30, 1, 999_999, SHANGHAI)))
    item = Element("ItemId", children=[Element("ItemIdentifierValue", "31")])
    answer = read(write(Message(FORM_2_02, [Element("RecallItemResponse", children=[item, due])])))
    assert answer.body.value("DateDue") == "2026-03-01T00:30:01Z"
