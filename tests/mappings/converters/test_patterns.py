"""Patterns for dates: the law, strictness, and zones; and numbers, which are as strict."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converting import converter
from softdock.mappings.converters import DECLARED
from softdock.mappings.converters.patterns import DatePattern, PatternError
from softdock.mappings.positions import placed
from softdock.mappings.problems import Problem

SHANGHAI = ZoneInfo("Asia/Shanghai")
PATTERNS = ["%Y%m%d", "%d/%m/%Y", "%Y年%m月%d日", "%Y-%m-%dT%H:%M:%S", "%H:%M %d.%m.%Y", "%%%Y%m%d"]


STRICT = [DatePattern(pattern, SHANGHAI) for pattern in PATTERNS]


_NEARLY = st.text("0123456789-+/:T年月日. %", max_size=20) | st.integers().map(str)


@pytest.mark.parametrize("exact", [*STRICT, converter("number")])
@given(text=_NEARLY)
def test_what_is_read_is_written_back_the_same(exact, text):
    """write(read(x)) == x for every text that is accepted."""
    assert exact.exact
    value = exact.read(text)
    assert value is None or exact.write(value) == text


@pytest.mark.parametrize("pattern", PATTERNS)
@given(moment=st.datetimes(timezones=st.just(SHANGHAI), allow_imaginary=False))
def test_a_written_date_is_read_back(pattern, moment):
    """What we wrote, we can read: nothing below a second (or a day, by the pattern) is invented or lost."""
    made = converter("date", pattern, SHANGHAI)
    text = made.write(moment)
    assert made.write(made.read(text)) == text
    day = made.read(text)
    assert (day.year, day.month, day.day) == (moment.year, moment.month, moment.day)


@given(number=st.integers(-(10**17), 10**17))
def test_a_written_number_is_read_back(number):
    assert converter("number").read(str(number)) == number


@pytest.mark.parametrize(
    "text",
    ["2024-1-5", "2024-01-05 ", "2024-13-01", "2024-02-30", "٢٠٢٤-٠١-٠٥", "24-01-05", "0000-01-01", ""],
)
def test_a_date_is_read_strictly(text):
    """What is nearly a date is no date: guessing would give a wrong one some day."""
    assert DatePattern("%Y-%m-%d").read(text) is None


@pytest.mark.parametrize("text", ["007", "+7", "-0", "1.0", " 1", "１", "", "-", "1" * 19])
def test_a_number_is_read_strictly(text):
    assert converter("number").read(text) is None


def test_a_point_in_time_is_written_as_local_time():
    """Due at 16:30 in Greenwich is due on the next day in Chengdu."""
    due = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    assert DatePattern("%Y-%m-%d %H:%M", SHANGHAI).write(due) == "2026-03-02 00:30"
    assert DatePattern("%Y-%m-%d %H:%M").write(due) == "2026-03-01 16:30"
    assert DatePattern("%Y-%m-%d %H:%M", SHANGHAI).read("2026-03-02 00:30") == due


def test_years_before_1000_and_the_ends_of_the_calendar_are_written():
    assert DatePattern("%Y%m%d").write(date(33, 4, 3)) == "00330403"
    assert DatePattern("%Y", SHANGHAI).write(datetime.max.replace(tzinfo=UTC)) == "9999"


def test_a_day_has_no_time_of_day():
    assert DatePattern("%Y%m%d %H%M%S").write(date(2024, 1, 5)) == "20240105 000000"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("%y%m%d", "a year in two digits does not tell its century"),
        ("%m%d", "it lacks the year, the month or the day"),
        ("%Y%m%d %M", "it has minutes without hours, or seconds without minutes"),
        ("%Y%m%d %Y", "it says the same twice"),
    ],
)
def test_some_patterns_only_write(pattern, why):
    only_writes = DatePattern(pattern)
    assert only_writes.cannot_read == why
    assert only_writes.read(only_writes.write(date(2024, 1, 5))) is None


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("YYYYMMDD", '"YYYYMMDD" is not a pattern for dates.'),
        ("%A %d", '"%A" is not known in a pattern for dates.'),
        ("%Y%", '"%" is not known in a pattern for dates.'),
        ("%Y\n", "A date is one line of at most 64 characters."),
        ("%Y" * 33, "A date is one line of at most 64 characters."),
    ],
)
def test_a_wrong_pattern_is_told_at_load(pattern, sentence):
    with pytest.raises(PatternError) as caught:
        DatePattern(pattern)
    assert caught.value.sentence == sentence
    problem = DECLARED["date"].make(placed(pattern), None)
    assert isinstance(problem, Problem)
    assert problem.sentence == sentence


_DIGITS = st.text("0123456789-/年月日٣ ", min_size=8, max_size=11)


@given(st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%d/%m/%Y", "%Y年%m月%d日"]), _DIGITS | st.dates().map(str))
def test_a_day_by_places_is_what_the_form_of_the_pattern_gives(pattern, text):
    made = DatePattern(pattern)
    for each in (text, text.replace("-", ""), text.replace("-", "/")):
        assert made.read(each) == made._read_by_form(each)


@pytest.mark.parametrize("text", ["2024W011", "2024-W01", "2024٠٥٠١", "20240230", "00000000", "2024010", ""])
def test_what_is_eight_characters_is_no_day_for_that(text):
    assert DatePattern("%Y%m%d").read(text) is None
