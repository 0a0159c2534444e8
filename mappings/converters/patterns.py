"""Dates as texts of a fixed form: `%Y%m%d`, `%d/%m/%Y`, `%Y年%m月%d日`, `%d/%b/%Y`.

A pattern is taken apart once, and becomes an expression in which every part has one way to be read: strict, in linear
time, and without strptime, which would accept `2024-1-5` for `%Y-%m-%d` and give `2024-01-05` back.  Hence
`write(read(text)) == text` for every text that an `exact` pattern reads at all.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import Final

from softdock.mappings.problems import quoted

_DAY_WIDTHS: Final = {"Y": 4, "m": 2, "d": 2}
_LONGEST: Final = 64
DIRECTIVES: Final = "%Y %m %d %H %M %S, %y for a year in two digits, and %% for a percent sign"
FURTHER: Final = "%b for the name of a month, %-d %-m %-H without a leading zero, %f for a fraction of a second, %z for an offset"
MONTHS: Final = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())


def with_offset(moment: datetime) -> tuple[datetime, str] | None:
    """`moment`, and how far it is ahead of UTC, as `+08:00`; Z for not at all.

    Local time of the 19th century is ahead by odd seconds, which no form can tell: it becomes UTC.  None where there
    is no offset, or no such day in UTC.
    """
    ahead = moment.utcoffset()
    if ahead is None:
        return None
    if ahead % timedelta(minutes=1):
        try:
            moment, ahead = moment.astimezone(UTC), timedelta()
        except OverflowError:
            return None
    minutes = abs(ahead) // timedelta(minutes=1)
    if not minutes:
        return moment, "Z"
    return moment, f"{'-' if ahead < timedelta() else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def _offset(moment: datetime) -> str:
    found = with_offset(moment)
    return found[1] if found is not None else ""


_WRITERS: Final[Mapping[str, Callable[[datetime], str]]] = {
    "Y": lambda moment: f"{moment.year:04d}",
    "m": lambda moment: f"{moment.month:02d}",
    "d": lambda moment: f"{moment.day:02d}",
    "H": lambda moment: f"{moment.hour:02d}",
    "M": lambda moment: f"{moment.minute:02d}",
    "S": lambda moment: f"{moment.second:02d}",
    "y": lambda moment: f"{moment.year % 100:02d}",
    "-m": lambda moment: f"{moment.month}",
    "-d": lambda moment: f"{moment.day}",
    "-H": lambda moment: f"{moment.hour}",
    "f": lambda moment: f"{moment.microsecond:06d}",
    "z": _offset,
}


_READERS: Final = {
    "Y": "([0-9]{4})",
    "-m": "(0|[1-9][0-9]?)",
    "-d": "(0|[1-9][0-9]?)",
    "-H": "(0|[1-9][0-9]?)",
    "f": "([0-9]{1,9})",
    "z": "([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)",
}


class PatternError(Exception):
    """A pattern for dates that cannot be used: a sentence, and the remedy."""

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(sentence, remedy)
        self.sentence = sentence
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Habits:
    """What a pattern alone does not say of the dates of a system."""

    months: Sequence[str] = MONTHS
    """The names of the months, January first."""
    pivot: int | None = None
    """Years in two digits from here on are of the 20th century, those below of the 21st; None refuses them."""
    hour_24: bool = False
    """Whether 24:00 is read, as the last moment of its day which the pattern can write."""


STRICT: Final = Habits()


class DatePattern:
    """One form in which dates are written.

    >>> pattern = DatePattern("%d/%m/%Y")
    >>> pattern.read("05/01/2024"), pattern.read("5/1/2024"), pattern.read("31/02/2024")
    (datetime.date(2024, 1, 5), None, None)
    >>> pattern.write(date(2024, 1, 5))
    '05/01/2024'

    `zone` is where the written times are meant: points in time are converted to it, and those that
    are read are in it.  Without one, they are written as they stand and read without a zone.
    """

    def __init__(self, pattern: str, zone: tzinfo | None = None, habits: Habits = STRICT) -> None:
        if len(pattern) > _LONGEST or not pattern.isprintable():
            raise PatternError(
                f"A date is one line of at most {_LONGEST} characters.", f"Write it with {DIRECTIVES}."
            )
        self._zone = zone
        self._habits = habits
        self._parts = _parts(pattern)
        directives = [part for part, literal in self._parts if not literal]
        if not directives:
            raise PatternError(
                f"{quoted(pattern)} is not a pattern for dates.", f'Write it with {DIRECTIVES}: "%Y%m%d".'
            )
        self._months = {name.casefold(): month for month, name in enumerate(habits.months, 1)}
        self._writers: Mapping[str, Callable[[datetime], str]] = {
            **_WRITERS, "b": lambda moment: habits.months[moment.month - 1]
        }  # fmt: skip
        self._told = plain = [each.removeprefix("-") for each in directives]
        self._form = re.compile("".join(_expression(*each, habits.months) for each in self._parts))
        self.cannot_read = _cannot_read(plain, habits) or _cannot_part(self._parts)
        """Why no date can be read by this pattern, "" if it can: it may still write them."""
        self.has_time = any(each in "HMS" for each in plain)
        """Whether it tells a time of day."""
        self._has_offset = "z" in plain
        self.read: Callable[[str], date | datetime | None] = _day_in(self._parts) or self._read_by_form
        """Gives the date in a text, None if it is not exactly of this form."""
        if self.cannot_read:
            self.read = lambda _: None
        self._digits_alone = not {"b", "f", "z"} & set(plain)
        self.exact = self._digits_alone and not (habits.hour_24 and self.has_time)
        """Whether every text that is read is written back the same."""

    def write(self, value: date | datetime) -> str | None:
        """`value` in this form.  A day without a time of day has 00 for hours, minutes and seconds.

        None where the form has a %z, and the value no offset.
        """
        moment = self._local(value)
        if self._has_offset:
            whole = with_offset(moment)
            if whole is None:
                return None
            moment = whole[0]
        return "".join(part if literal else self._writers[part](moment) for part, literal in self._parts)

    def _local(self, value: date | datetime) -> datetime:
        if not isinstance(value, datetime):
            return datetime(value.year, value.month, value.day, tzinfo=self._zone)
        if self._zone is not None and value.tzinfo is not None:
            with suppress(OverflowError):  # the first and the last day of the calendar stay where they are
                return value.astimezone(self._zone)
        return value if value.tzinfo is not None else value.replace(tzinfo=self._zone)

    def _read_by_form(self, text: str) -> date | datetime | None:
        found = self._form.fullmatch(text)
        if found is None:
            return None
        if self._digits_alone:
            return self._dated(dict(zip(self._told, map(int, found.groups()), strict=True)))
        numbers: dict[str, int] = {}
        for directive, written in zip(self._told, found.groups(), strict=True):
            number = self._number(directive, written)
            if number is None:
                return None
            numbers["m" if directive == "b" else directive] = number
        return self._dated(numbers)

    def _number(self, directive: str, written: str) -> int | None:
        if directive == "b":
            return self._months.get(written.casefold())
        if directive == "f":
            return int(written.ljust(6, "0")[:6])
        if directive == "z":
            minutes, end = read_offset(written, 0)
            return minutes if end == len(written) else None
        return int(written)

    def _dated(self, numbers: dict[str, int]) -> date | datetime | None:
        year = numbers.get("Y")
        if year is None:
            pivot = self._habits.pivot
            year = numbers["y"] + (1900 if pivot is not None and numbers["y"] >= pivot else 2000)
        month, day = numbers["m"], numbers["d"]
        if not self.has_time:
            return _day(year, month, day)
        if numbers["H"] == 24 and self._habits.hour_24 and not any(numbers.get(each) for each in "MSf"):
            numbers |= {"H": 23, **{each: 59 for each in "MS" if each in numbers}}
        zone = self._zone
        if "z" in numbers:
            zone = timezone(timedelta(minutes=numbers["z"])) if numbers["z"] else UTC
        hours, minutes, seconds, microseconds = (numbers.get(each, 0) for each in "HMSf")
        try:
            return datetime(year, month, day, hours, minutes, seconds, microseconds, tzinfo=zone)
        except ValueError:
            return None


def read_offset(text: str, at: int) -> tuple[int, int]:
    """The minutes of the offset that stands at `at`: `Z`, `+08:00`, `+0800` or `+08`; and where it ends, `at` for none."""
    sign = text[at : at + 1]
    if sign in ("Z", "z"):
        return 0, at + 1
    hours = text[at + 1 : at + 3]
    if sign not in ("+", "-") or len(hours) != 2 or not _is_digits(hours) or int(hours) > 23:
        return 0, at
    end = at + 3
    behind = end + 1 if text[end : end + 1] == ":" else end
    minutes = text[behind : behind + 2]
    if len(minutes) == 2 and _is_digits(minutes) and int(minutes) < 60:
        end = behind + 2
    elif behind != end or minutes[:1].isdigit():
        return 0, at
    else:
        minutes = "0"
    ahead = int(hours) * 60 + int(minutes)
    return -ahead if sign == "-" else ahead, end


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _expression(part: str, literal: bool, months: Sequence[str]) -> str:
    """What reads `part`: of a bounded length, and with one way to read it, so that nothing is tried twice."""
    if literal:
        return re.escape(part)
    if part == "b":
        longest_first = sorted(months, key=len, reverse=True)
        return f"((?i:{'|'.join(map(re.escape, longest_first))}))"
    return _READERS.get(part, "([0-9]{2})")


def _parts(pattern: str) -> list[tuple[str, bool]]:
    """`pattern` as directives and literal texts; the second is True for a literal."""
    parts: list[tuple[str, bool]] = []
    at = 0
    while at < len(pattern):
        if pattern[at] != "%":
            parts.append((pattern[at], True))
            at += 1
            continue
        width = 2 if pattern[at + 1 : at + 2] == "-" else 1
        directive = pattern[at + 1 : at + 1 + width]
        if directive not in ("%", "b", *_WRITERS):
            shown = f"%{directive}" if directive.isprintable() else "%"
            remedy = f"There are {DIRECTIVES}; and {FURTHER}."
            raise PatternError(f'"{shown}" is not known in a pattern for dates.', remedy)
        parts.append((directive, directive == "%"))
        at += 1 + width
    return parts


def _day_in(parts: list[tuple[str, bool]]) -> Callable[[str], date | None] | None:
    """What reads a day where every part has its place, as in most patterns; None for any other.

    It gives what the form of the whole gives, in a fraction of the time.
    """
    at = 0
    literals: list[tuple[slice, str]] = []
    places: dict[str, slice] = {}
    for part, literal in parts:
        width = len(part) if literal else _DAY_WIDTHS.get(part, 0)
        place = slice(at, at + width)
        if literal:
            literals.append((place, part))
        else:
            places[part] = place
        at = place.stop
    if places.keys() != {"Y", "m", "d"}:
        return None
    length, in_year, in_month, in_day = at, places["Y"], places["m"], places["d"]

    def read(text: str) -> date | None:
        if len(text) != length:
            return None
        for place, literal in literals:
            if text[place] != literal:
                return None
        digits = text[in_year] + text[in_month] + text[in_day]
        try:
            return date.fromisoformat(digits) if digits.isdigit() else None
        except ValueError:
            return None

    return read


def _cannot_read(directives: list[str], habits: Habits) -> str:
    told = ["m" if each == "b" else "Y" if each == "y" else each for each in directives]
    if len(set(told)) != len(told):
        return "it says the same twice"
    if "y" in directives and habits.pivot is None:
        return "a year in two digits does not tell its century"
    if not {"Y", "m", "d"} <= set(told):
        return "it lacks the year, the month or the day"
    finer = [each for each in "HMSf" if each in told]
    if finer != list("HMSf"[: len(finer)]):
        return "it has minutes without hours, or seconds without minutes"
    if "z" in told and "H" not in told:
        return "it has an offset without a time of day"
    return ""


def _cannot_part(parts: list[tuple[str, bool]]) -> str:
    """Why it cannot be told where a part without a fixed width ends; "" if it can."""
    for (part, literal), (following, following_literal) in pairwise(parts):
        if literal or part not in ("-m", "-d", "-H", "f", "z"):
            continue
        ends = following_literal and not following.isdigit() and not (part == "z" and following == ":")
        if not ends and (part, following) != ("f", "z"):
            return f"it does not tell where %{part} ends"
    return ""
