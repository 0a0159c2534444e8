"""The converter for dates: what is said beside the pattern, and all the forms that systems write."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from converting import converter, wrong
from softdock.mappings.shapes import ABSENT

SHANGHAI = ZoneInfo("Asia/Shanghai")
CZECH = "led úno bře dub kvě čvn čvc srp zář říj lis pro".split()


def at(*moment):
    return datetime(*moment, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("argument", "text", "value"),
    [
        ("%Y%m%d", "20120815", date(2012, 8, 15)),
        ("%d/%m/%Y", "01/02/2000", date(2000, 2, 1)),
        ({"patterns": "%d/%m/%y", "pivot": 50}, "13/08/12", date(2012, 8, 13)),
        ({"patterns": "%d/%m/%y", "pivot": 50}, "13/08/50", date(1950, 8, 13)),
        ("%d/%m/%y", "13/08/12", None),
        ("%d/%b/%Y", "05/Jan/2015", date(2015, 1, 5)),
        ("%d/%b/%Y", "05/JAN/2015", date(2015, 1, 5)),
        ("%d/%b/%Y", "05/led/2015", None),
        ({"patterns": "%d/%b/%Y", "months": CZECH}, "05/Říj/2015", date(2015, 10, 5)),
        ({"patterns": "%d. %b %Y", "months": [f"{each}月" for each in range(1, 13)]}, "05. 11月 2015", date(2015, 11, 5)),
        ("%-d.%-m.%Y", "5.1.2015", date(2015, 1, 5)),
        ("%-d.%-m.%Y", "15.11.2015", date(2015, 11, 15)),
        ("%-d.%-m.%Y", "05.1.2015", None),
        ("%Y%m%d %H%M", "20120808 2400", at(2012, 8, 8, 23, 59)),
        ("%d/%m/%Y %H:%M", "01/02/2000 23:59", at(2000, 2, 1, 23, 59)),
        ("%Y%m%d %H%M", "20120808 1504", at(2012, 8, 8, 15, 4)),
        ("%Y%m%d %H%M", "20120808 0000", at(2012, 8, 8)),
        ("%Y%m%d %H%M", "20120808 2401", None),
        ("%Y%m%d %H:%M:%S", "20120808 24:00:00", at(2012, 8, 8, 23, 59, 59)),
        ("%Y%m%d%H%M%S%f", "201208081205337", at(2012, 8, 8, 12, 5, 33, 700000)),
        ("%Y-%m-%d %H:%M:%S.%f", "2012-08-08 10:11:12.0", at(2012, 8, 8, 10, 11, 12)),
        ("%Y-%m-%dT%H:%M:%S%z", "2012-08-08T10:11:12+0200", at(2012, 8, 8, 16, 11, 12)),
        ("iso", "2012-08-08", date(2012, 8, 8)),
        ("iso", "2012-08-08T10:11:12Z", at(2012, 8, 8, 18, 11, 12)),
        ("iso", "2012-08-08T10:11:12.345+0000", at(2012, 8, 8, 18, 11, 12, 345000)),
        ("iso", "2012-08-08T10:11:12+00:00", at(2012, 8, 8, 18, 11, 12)),
        ("iso", "2012-08-08 10:11", at(2012, 8, 8, 10, 11)),
        ("iso", "2012-08-08T24:00", at(2012, 8, 8, 23, 59, 59)),
        ("iso", "2012-08-08T10:11:12-25:00", None),
        ("iso", "2012-8-8", None),
        ("iso", "20120808", None),
        ("epoch", "1344391872", at(2012, 8, 8, 10, 11, 12)),
        ("epoch", "-1", at(1970, 1, 1, 7, 59, 59)),
        ("epoch", "01", None),
        ("epoch", "9" * 15, None),
        ("epoch-ms", "1344391872345", at(2012, 8, 8, 10, 11, 12, 345000)),
        ({"patterns": "%Y%m%d", "none": ["00000000"], "unlimited": ["20991231", "99991231"]}, "00000000", ABSENT),
        ({"patterns": "%Y%m%d", "none": ["00000000"], "unlimited": ["20991231", "99991231"]}, "99991231", ABSENT),
        ({"patterns": "%Y%m%d", "none": "00000000"}, "00000001", None),
        ({"patterns": "%d/%m/%y", "pivot": 50, "none": ["On Shelf"]}, "On Shelf", ABSENT),
        ({"patterns": "%d/%m/%y", "pivot": 50, "none": ["On Shelf"]}, "Stavanger fengsel", None),
        ({"patterns": "%Y%m%d", "end_of_day": "true"}, "20120808", at(2012, 8, 8, 23, 59, 59)),
        ({"patterns": "%Y%m%d %H%M", "end_of_day": "true"}, "20120808 1000", at(2012, 8, 8, 10)),
        (["%Y%m%d", "%d/%m/%Y", "iso"], "2012-08-08", date(2012, 8, 8)),
    ],
)  # fmt: skip
def test_a_date_is_read_as_systems_write_it(argument, text, value):
    assert converter("date", argument, SHANGHAI).read(text) == value


def test_midnight_of_the_library_written_in_utc_is_a_day_of_the_library():
    """An OPAC renders local midnight in UTC: 16:00 on the day before."""
    moment = converter("date", {"patterns": "%Y-%m-%d %H:%M:%S", "zone": "UTC"}, SHANGHAI).read(
        "2024-01-04 16:00:00"
    )
    assert moment == at(2024, 1, 5)
    assert moment.date() == date(2024, 1, 5)


def test_the_day_of_a_point_in_time_is_that_of_the_library_for_every_form():
    for argument, text in (
        ("iso", "2024-01-04T16:00:00Z"),
        ("epoch", "1704384000"),
        ("epoch-ms", "1704384000000"),
    ):
        assert converter("date", argument, SHANGHAI).read(text).date() == date(2024, 1, 5)


@pytest.mark.parametrize(
    ("argument", "value", "text"),
    [
        ("iso", date(2024, 1, 5), "2024-01-05"),
        ("iso", at(2024, 1, 5, 10), "2024-01-05T10:00:00+08:00"),
        ({"patterns": "iso", "zone": "UTC"}, at(2024, 1, 5, 10), "2024-01-05T02:00:00Z"),
        ("epoch", at(2024, 1, 5), "1704384000"),
        ("epoch", date(2024, 1, 5), "1704384000"),
        ("epoch-ms", datetime(2024, 1, 5, tzinfo=timezone(timedelta(hours=-5))), "1704430800000"),
        ({"patterns": "%Y-%m-%d %H:%M", "zone": "UTC"}, at(2024, 1, 5), "2024-01-04 16:00"),
        ("%d/%b/%Y", date(2024, 1, 5), "05/Jan/2024"),
        ({"patterns": "%-d. %b", "months": CZECH}, date(2024, 10, 5), "5. říj"),
        ("%Y-%m-%dT%H:%M:%S.%f%z", at(2024, 1, 5, 10), "2024-01-05T10:00:00.000000+08:00"),
        (["%Y%m%d", "%d/%m/%Y"], date(2024, 1, 5), "20240105"),
        (["%Y%m%d", "%Y%m%d %H%M"], at(2024, 1, 5, 10), "20240105 1000"),
        (["%Y%m%d", "%Y%m%d %H%M"], at(2024, 1, 5, 10, 11, 12), "20240105"),
        ({"patterns": "%Y%m%d", "unlimited": ["99991231", "20991231"]}, ABSENT, "99991231"),
        ("%Y%m%d", ABSENT, None),
    ],
)
def test_a_date_is_written(argument, value, text):
    assert converter("date", argument, SHANGHAI).write(value) == text


def test_without_a_zone_an_offset_is_kept_and_a_time_stays_without_one():
    assert converter("date", "iso").read("2012-08-08T10:11:12Z") == datetime(
        2012, 8, 8, 10, 11, 12, tzinfo=UTC
    )
    assert converter("date", "iso").read("2012-08-08T10:11:12").tzinfo is None
    assert converter("date", "%Y%m%d%H%z").write(datetime(2012, 8, 8)) is None  # noqa: DTZ001 - that is the point


def test_local_time_of_the_19th_century_is_written_in_utc_where_an_offset_is_told():
    """It was ahead by odd seconds, which no offset tells."""
    written = converter("date", "iso", SHANGHAI).write(at(1899, 1, 1))
    assert written == "1898-12-31T15:54:17Z"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("%-d%-m%Y", "it does not tell where %-d ends"),
        ("%Y-%m-%d %H:%M:%S.%f1", "it does not tell where %f ends"),
        ("%d/%b/%m/%Y", "it says the same twice"),
        ("%Y%m%d%z", "it has an offset without a time of day"),
        ("%d/%m/%y", "a year in two digits does not tell its century"),
    ],
)
def test_what_cannot_be_told_apart_is_not_read(pattern, why):
    made = converter("date", pattern)
    assert made.cannot_read == why
    assert made.read(made.write(datetime(2024, 1, 5, tzinfo=UTC)) or "") is None


@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        (
            ["%d/%m/%Y", "%m/%d/%Y"],
            (
                "date[1]",
                '"%m/%d/%Y" reads 03/04 as another day than "%d/%m/%Y" does.',
                "Find out which of them the system means, and leave the other out.",
            ),
        ),
        ({"none": "0"}, ("date", 'date needs "patterns".', 'Write {date: "%Y%m%d"}.')),
        (
            {"patterns": "%Y%m%d", "pivott": 50},
            ("date.pivott", '"pivott" says nothing to date.', "Did you mean pivot?"),
        ),
        (
            {"patterns": "%Y%m%d", "pivot": 100},
            ("date.pivot", '"100" is out of range.', "Write a number from 0 to 99."),
        ),
        (
            {"patterns": "%Y%m%d", "zone": "Asia/Shanghia"},
            ("date.zone", '"Asia/Shanghia" is not a time zone.', "Did you mean Asia/Shanghai?"),
        ),
        (
            {"patterns": "%d/%b/%Y", "months": ["Jan"]},
            (
                "date.months",
                "These are not the names of the twelve months.",
                "Write them like [Jan, Feb, Mar, Apr, May, Jun, Jul, Aug, Sep, Oct, Nov, Dec].",
            ),
        ),
        (
            {"patterns": "%Y%m%d", "none": ["0"], "unlimited": ["0"]},
            ("date.unlimited", '"0" cannot mean both.', "Leave one of them out."),
        ),
        ([], ("date", "There is no pattern in this list.", 'Write {date: "%Y%m%d"}.')),
        (["%Y"] * 21, ("date", "There are 21 patterns.", "There may be 20.")),
    ],
)
def test_a_wrong_argument_is_told_with_place_and_remedy(argument, complaint):
    assert wrong("date", argument) == complaint
