"""Dates and times: xs:dateTime as the standard wants it, and what is sent in its place.

Z39.83-1 makes every date a date with time, a date of birth too, and wants UTC.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

_SHAPE: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,20}))?)?\s*(Z|[+-]\d\d:?\d\d)?",
    re.IGNORECASE | re.ASCII,
)
_MIDNIGHT_AFTER: Final = ("24:00", "24:00:00")


def read_moment(text: str, zone: tzinfo) -> datetime | None:
    """What `text` tells, by the clocks of `zone` where it names no zone; None where it tells nothing.

    A date alone is its first moment.

    >>> read_moment("2026-03-01T08:30:00+08:00", UTC).astimezone(UTC)
    datetime.datetime(2026, 3, 1, 0, 30, tzinfo=datetime.timezone.utc)
    >>> read_moment("2026-03-01", UTC)
    datetime.datetime(2026, 3, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        return None
    day, clock, fraction, offset = found.groups()
    clock = clock or "00:00"
    ends_the_day = clock in _MIDNIGHT_AFTER and not (fraction or "").strip("0")
    if ends_the_day:
        clock = "00:00"
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{(offset or '').upper()}")
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        if ends_the_day:
            moment += timedelta(days=1)
        moment.astimezone(UTC)  # what is before the first year or after the last there is no moment
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=int((fraction or "0")[:6].ljust(6, "0")))


_DAY_ALONE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def is_day(text: str) -> bool:
    """Whether `text` tells a day and no time of it.

    >>> is_day("2026-03-01"), is_day("2026-03-01T00:00:00Z")
    (True, False)
    """
    return _DAY_ALONE.fullmatch(text.strip()) is not None


def read_date(text: str) -> date | None:
    """The day as it is written, whatever the zone: nobody is born a day earlier further west.

    >>> read_date("1999-05-01T00:00:00+08:00")
    datetime.date(1999, 5, 1)
    """
    moment = read_moment(text, UTC)
    return None if moment is None else moment.date()


def write_moment(moment: datetime) -> str:
    """A moment with its zone, in UTC and whole seconds, as Implementation Profile 1 wants it.

    What is beyond the ends of time in UTC is written as its end.

    >>> write_moment(datetime(2026, 3, 1, 8, 30, tzinfo=UTC))
    '2026-03-01T08:30:00Z'
    """
    try:
        utc = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        utc = datetime.min if moment.year == 1 else datetime.max  # noqa: DTZ901
    return utc.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def write_date(day: date) -> str:
    """A day, where the standard wants a moment.

    >>> write_date(date(1999, 5, 1))
    '1999-05-01T00:00:00Z'
    """
    return f"{day.isoformat()}T00:00:00Z"
