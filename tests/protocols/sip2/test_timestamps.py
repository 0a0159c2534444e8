"""The 18 characters of a SIP2 time stamp."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.protocols.sip2.timestamps import StampClock, read_stamp, write_stamp

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "hours"),
    [
        pytest.param("20260101    120000", 8, id="local"),
        pytest.param("20260101   Z120000", 0, id="UTC"),
        pytest.param("20260101   A120000", 1, id="Alfa, first in the east"),
        pytest.param("20260101   I120000", 9, id="India, before the gap"),
        pytest.param("20260101   J120000", 8, id="Juliett is local time"),
        pytest.param("20260101   K120000", 10, id="Kilo, behind the gap"),
        pytest.param("20260101   M120000", 12, id="Mike, last in the east"),
        pytest.param("20260101   N120000", -1, id="November, first in the west"),
        pytest.param("20260101   Q120000", -4, id="Quebec, the standard's example: Atlantic time"),
        pytest.param("20260101   Y120000", -12, id="Yankee, last in the west"),
        pytest.param("20260101Z   120000", 0, id="a zone in the wrong place"),
    ],
)
def test_a_stamp_is_read_in_its_zone(stamp: str, hours: int):
    """Four blanks mean the library's time; a letter is a military zone."""
    assert read_stamp(stamp, SHANGHAI) == NOON - timedelta(hours=hours)


@pytest.mark.parametrize(
    "stamp",
    [
        " " * 18,
        "0" * 18,
        "",
        "20260101",
        "20261301    120000",
        "20260230    120000",
        "20260101    240000",
        "20260101   ?120000",
        "20260101  ZZ120000",
        "20260101+080120000",
        "00010101    000000",
        "99991231   Y235959",
        "2026010\u0661    120000",
        "x" * 18,
    ],
)
def test_a_stamp_that_names_no_time_is_no_error(stamp: str):
    """Blank and odd dates are common; whoever asks uses the present."""
    assert read_stamp(stamp, SHANGHAI) is None


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{8}.{4}[0-9]{6}", fullmatch=True))
def test_every_stamp_that_is_read_can_be_computed_with(stamp: str):
    """No year is so near to the ends of the calendar that another zone's clock runs off it."""
    moment = read_stamp(stamp, SHANGHAI)
    if moment is not None:
        assert moment.astimezone(timezone(timedelta(hours=-14))) == moment.astimezone(
            timezone(timedelta(hours=14))
        )


@given(st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_what_is_written_is_read(moment: datetime):
    """To the second, in 18 characters, and also in the years before 1000."""
    moment = moment.replace(microsecond=0)
    stamp = write_stamp(moment, UTC)

    assert len(stamp) == 18
    assert read_stamp(stamp, UTC) == moment


def test_a_stamp_is_written_in_local_time():
    """Local time is what the standard prefers."""
    assert write_stamp(NOON, SHANGHAI) == "20260101    200000"


@pytest.mark.parametrize(("year", "stamp"), [(1, "00010101    000000"), (9999, "99991231    235959")])
def test_the_ends_of_the_calendar_are_written_in_every_zone(year, stamp):
    """Systems mean no date by the one, and for ever by the other."""
    moments = {1: datetime(1, 1, 1, tzinfo=SHANGHAI), 9999: datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)}
    others = {1: UTC, 9999: SHANGHAI}
    assert write_stamp(moments[year], others[year]) == stamp


def test_a_day_lasts_to_its_end():
    """A loan that is due on a day is not late on its morning."""
    assert write_stamp(date(2026, 1, 31), SHANGHAI) == "20260131    235959"
    assert write_stamp(date(1, 1, 1), SHANGHAI) == "00010101    235959"


def test_the_clock_stamps_each_second():
    """What it gave out for one second does not serve the next."""
    now = NOON.timestamp()
    clock = StampClock(SHANGHAI, lambda: now)

    assert clock.stamp() == "20260101    200000"
    now += 0.9
    assert clock.stamp() == "20260101    200000"
    now += 0.1
    assert clock.stamp() == "20260101    200001"
    now -= 3600
    assert clock.stamp() == "20260101    190001"
