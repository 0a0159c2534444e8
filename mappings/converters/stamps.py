"""Points in time as machines write them: ISO 8601 in its usual forms, and seconds or milliseconds since 1970."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

from softdock.mappings.converters.patterns import read_offset, with_offset

_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_LONGEST: Final = 40
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_DIGITS: Final = 15


class Iso:
    """`2024-01-05`, `2024-01-05T10:11:12`, with a fraction, with Z, +08:00, +0800 or +08; a blank may stand for the T.

    24:00 is read as the last second of its day.  Written is the day, or day and time with the offset, if there is one.
    """

    cannot_read = ""
    exact = False

    def __init__(self, zone: tzinfo | None) -> None:
        self._zone = zone

    def read(self, text: str) -> date | datetime | None:
        if len(text) > _LONGEST or (found := _ISO.fullmatch(text)) is None:
            return None
        year, month, day, hours, minutes, seconds, fraction, offset = found.groups()
        try:
            if hours is None:
                return date(int(year), int(month), int(day))
            clock = int(hours), int(minutes), int(seconds or 0), int((fraction or "0").ljust(6, "0")[:6])
            if clock == (24, 0, 0, 0):
                clock = 23, 59, 59, 0
            return datetime(int(year), int(month), int(day), *clock, tzinfo=self._zone_of(offset))
        except ValueError:
            return None

    def _zone_of(self, offset: str | None) -> tzinfo | None:
        if offset is None:
            return self._zone
        minutes, end = read_offset(offset, 0)
        if end != len(offset):
            raise ValueError(offset)
        return timezone(timedelta(minutes=minutes)) if minutes else UTC

    def write(self, value: date | datetime) -> str | None:
        if not isinstance(value, datetime):
            return value.isoformat()
        moment = localized(value, self._zone)
        if moment.tzinfo is None:
            return moment.isoformat()
        whole = with_offset(moment)
        return None if whole is None else whole[0].replace(tzinfo=None).isoformat() + whole[1]


class Epoch:
    """Whole units since the beginning of 1970 in UTC, `per_second` of them a second."""

    cannot_read = ""
    exact = True

    def __init__(self, per_second: int, zone: tzinfo | None) -> None:
        self._unit = timedelta(seconds=1) / per_second
        self._zone = zone

    def read(self, text: str) -> datetime | None:
        digits = text.removeprefix("-")
        if (
            len(digits) > _MOST_DIGITS
            or not (digits.isascii() and digits.isdigit())
            or str(int(text)) != text
        ):
            return None
        try:
            return _EPOCH + int(text) * self._unit
        except OverflowError:
            return None

    def write(self, value: date | datetime) -> str | None:
        """Days begin in the zone; where nobody said which, in UTC."""
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=self._zone or UTC)
        elif value.tzinfo is None:
            value = value.replace(tzinfo=self._zone or UTC)
        return str((value - _EPOCH) // self._unit)


def localized(value: datetime, zone: tzinfo | None) -> datetime:
    """`value` as time of `zone`: converted if it knows its own, taken to be of `zone` if it does not."""
    if zone is None:
        return value
    if value.tzinfo is None:
        return value.replace(tzinfo=zone)
    try:
        return value.astimezone(zone)
    except OverflowError:  # the first and the last day of the calendar stay where they are
        return value
