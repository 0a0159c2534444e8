"""Days of the library: loans, cards and holds end with a day, not with an hour."""

from datetime import date, datetime, tzinfo
from functools import lru_cache


@lru_cache(maxsize=4096)
def end_of(day: date, zone: tzinfo | None) -> datetime:
    """The last second of `day` in `zone`.

    >>> from datetime import UTC
    >>> end_of(date(2026, 1, 31), UTC).isoformat()
    '2026-01-31T23:59:59+00:00'
    """
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=zone)
