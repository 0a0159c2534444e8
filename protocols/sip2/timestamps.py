"""The 18 characters of a SIP2 time stamp, `YYYYMMDDZZZZHHMMSS` (3M SIP2 2.00, "Date and time").

`ZZZZ` is four blanks for local time, or a military zone letter in the last place: Z is UTC, A to M
without J lie east of it, N to Y west, and J again means local time.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_EAST = "ABCDEFGHIKLM"
_WEST = "NOPQRSTUVWXY"


def read_stamp(text: str, local: tzinfo) -> datetime | None:
    """The point in time that `text` names; None if it names none, which is no error anywhere in SIP2.

    >>> from datetime import UTC
    >>> read_stamp("20260101    120000", UTC).isoformat()
    '2026-01-01T12:00:00+00:00'
    >>> read_stamp("20260101   H120000", UTC).isoformat()
    '2026-01-01T12:00:00+08:00'
    >>> read_stamp(" " * 18, UTC), read_stamp("20261399    120000", UTC)
    (None, None)
    """
    digits = text[:8] + text[12:]
    if len(text) != 18 or not (digits.isascii() and digits.isdigit()):
        return None
    zone = _zone(text[8:12].strip(), local)
    if zone is None:
        return None
    # The first and the last year have hours that some zones can not name; no library means either.
    if not "0001" < text[:4] < "9999" or text[12:14] > "23":
        return None
    try:
        return datetime.fromisoformat(f"{text[:8]}T{text[12:]}").replace(tzinfo=zone)
    except ValueError:
        return None


def _zone(letter: str, local: tzinfo) -> tzinfo | None:
    if letter in ("", "J"):
        return local
    if letter == "Z":
        return UTC
    if len(letter) == 1 and letter in _EAST:
        return timezone(timedelta(hours=_EAST.index(letter) + 1))
    if len(letter) == 1 and letter in _WEST:
        return timezone(-timedelta(hours=_WEST.index(letter) + 1))
    return None


def at_home(moment: datetime, local: tzinfo) -> datetime:
    """`moment` as local time.  At both ends of the calendar, where no other zone has it, the clock is left as it is.

    Systems mean no date at all by year 1, and for ever by year 9999.

    >>> at_home(datetime(9999, 12, 31, 23, tzinfo=UTC), timezone(timedelta(hours=8))).hour
    23
    """
    try:
        return moment.astimezone(local)
    except OverflowError:
        return moment.replace(tzinfo=local)


def write_stamp(moment: datetime | date, local: tzinfo) -> str:
    """`moment` as local time; a date without a time means the end of that day.

    The year is formatted apart, because strftime gives those before 1000 less than four digits.

    >>> write_stamp(date(2026, 1, 2), timezone.utc)
    '20260102    235959'
    """
    if isinstance(moment, datetime):
        moment = at_home(moment, local)
        return f"{moment.year:04d}{moment:%m%d    %H%M%S}"
    return f"{moment.year:04d}{moment:%m%d}    235959"


class StampClock:
    """Stamps of the present, in one zone; formats each second once."""

    __slots__ = ("_now", "_second", "_stamp", "zone")

    def __init__(self, zone: tzinfo, now: Callable[[], float]) -> None:
        """`now` gives seconds since the epoch."""
        self.zone = zone
        self._now = now
        self._second = -1
        self._stamp = ""

    def stamp(self) -> str:
        """The time stamp of this second."""
        second = int(self._now())
        if second != self._second:
            self._second = second
            self._stamp = write_stamp(datetime.fromtimestamp(second, self.zone), self.zone)
        return self._stamp
