"""Dates as texts of a fixed form: `%Y%m%d`, `%d/%m/%Y`, `%Y年%m月%d日`.

A pattern is taken apart once.  Every part of it has a fixed width, so reading is slicing: strict, in
linear time, and without strptime, which would accept `2024-1-5` for `%Y-%m-%d` and give `2024-01-05` back.
Hence `write(read(text)) == text` for every text that is read at all.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, tzinfo

from softdock.mappings.problems import quoted

_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2, "y": 2}
_WRITERS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda moment: f"{moment.year:04d}",
    "m": lambda moment: f"{moment.month:02d}",
    "d": lambda moment: f"{moment.day:02d}",
    "H": lambda moment: f"{moment.hour:02d}",
    "M": lambda moment: f"{moment.minute:02d}",
    "S": lambda moment: f"{moment.second:02d}",
    "y": lambda moment: f"{moment.year % 100:02d}",
}
_LONGEST = 64
DIRECTIVES = "%Y %m %d %H %M %S, %y for a year in two digits, and %% for a percent sign"


class PatternError(Exception):
    """A pattern for dates that cannot be used: a sentence, and the remedy."""

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(sentence, remedy)
        self.sentence = sentence
        self.remedy = remedy


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

    def __init__(self, pattern: str, zone: tzinfo | None = None) -> None:
        if len(pattern) > _LONGEST or not pattern.isprintable():
            raise PatternError(
                f"A date is one line of at most {_LONGEST} characters.", f"Write it with {DIRECTIVES}."
            )
        self._zone = zone
        self._parts = _parts(pattern)
        directives = [part for part, literal in self._parts if not literal]
        if not directives:
            raise PatternError(
                f"{quoted(pattern)} is not a pattern for dates.", f'Write it with {DIRECTIVES}: "%Y%m%d".'
            )
        self.cannot_read = _cannot_read(directives)
        """Why no date can be read by this pattern, "" if it can: it may still write them."""
        self._has_time = any(each in "HMS" for each in directives)

    def write(self, value: date | datetime) -> str:
        """`value` in this form.  A day without a time of day has 00 for hours, minutes and seconds."""
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day has no zone
        elif self._zone is not None and value.tzinfo is not None:
            with suppress(OverflowError):  # the first and the last day of the calendar stay where they are
                value = value.astimezone(self._zone)
        return "".join(part if literal else _WRITERS[part](value) for part, literal in self._parts)

    def read(self, text: str) -> date | datetime | None:
        """The date in `text`, None if it is not exactly of this form."""
        if self.cannot_read:
            return None
        numbers: dict[str, int] = {}
        at = 0
        for part, literal in self._parts:
            end = at + (len(part) if literal else _WIDTHS[part])
            piece = text[at:end]
            at = end
            if literal:
                if piece != part:
                    return None
            elif len(piece) == _WIDTHS[part] and piece.isascii() and piece.isdigit():
                numbers[part] = int(piece)
            else:
                return None
        if at != len(text):
            return None
        try:
            if not self._has_time:
                return date(numbers["Y"], numbers["m"], numbers["d"])
            hours, minutes, seconds = (numbers.get(each, 0) for each in "HMS")
            day = numbers["Y"], numbers["m"], numbers["d"]
            return datetime(*day, hours, minutes, seconds, tzinfo=self._zone)
        except ValueError:
            return None


def _parts(pattern: str) -> list[tuple[str, bool]]:
    """`pattern` as letters of directives and literal texts; the second is True for a literal."""
    parts: list[tuple[str, bool]] = []
    at = 0
    while at < len(pattern):
        if pattern[at] != "%":
            parts.append((pattern[at], True))
            at += 1
            continue
        directive = pattern[at + 1 : at + 2]
        if directive != "%" and directive not in _WIDTHS:
            shown = f"%{directive}" if directive.isprintable() else "%"
            raise PatternError(f'"{shown}" is not known in a pattern for dates.', f"There are {DIRECTIVES}.")
        parts.append((directive, directive == "%"))
        at += 2
    return parts


def _cannot_read(directives: list[str]) -> str:
    if len(set(directives)) != len(directives):
        return "it says the same twice"
    if "y" in directives:
        return "a year in two digits does not tell its century"
    if not {"Y", "m", "d"} <= set(directives):
        return "it lacks the year, the month or the day"
    finer = [each for each in "HMS" if each in directives]
    if finer != list("HMS"[: len(finer)]):
        return "it has minutes without hours, or seconds without minutes"
    return ""
