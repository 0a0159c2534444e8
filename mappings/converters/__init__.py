"""Converters: what `as` may name, each declared once for both directions.

`read` makes a value of a text, `write` a text of a value; which of the two is meant follows from what a
rule has in hand.  Either gives None for what it cannot take.

The law: for every text that `read` accepts, `write(read(text)) == text`.  It holds for all converters
which are `exact`; the others (`trim`, `upper`, `lower`) lose something on purpose, and doing them again
changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from softdock.mappings.converters.patterns import DatePattern, PatternError
from softdock.mappings.positions import Node, Series, Text
from softdock.mappings.problems import NOWHERE, Problem
from softdock.mappings.shapes import Kind, Value


@dataclass(frozen=True, slots=True)
class Converter:
    """One converter, ready for use: texts on one side, values of `kind` on the other."""

    kind: Kind
    read: Callable[[str], Value | None]
    write: Callable[[Value], str | None]
    exact: bool = True
    cannot_read: str = ""
    """Why this one only writes, "" if it reads as well."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A converter as people meet it; `argument` is an example of what it needs, "" if it needs nothing."""

    name: str
    description: str
    make: Callable[[Node | None, tzinfo | None], Converter | Problem]
    argument: str = ""

    @property
    def written(self) -> str:
        """How it is written under `as`."""
        return f"{{{self.name}: {self.argument}}}" if self.argument else self.name


def _of_text(change: Callable[[str], str]) -> Callable[[Node | None, tzinfo | None], Converter]:
    def changed(text: str) -> str | None:
        return change(text) or None

    converter = Converter(Kind.TEXT, changed, changed, exact=False)
    return lambda *_: converter


_LONGEST_NUMBER = 18


def _read_number(text: str) -> int | None:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _LONGEST_NUMBER:
        return None
    number = int(text)
    return number if str(number) == text else None


_NUMBER = Converter(Kind.NUMBER, _read_number, str)


def _date(argument: Node | None, zone: tzinfo | None) -> Converter | Problem:
    """Several patterns are tried in order when reading; the first one writes."""
    place = NOWHERE if argument is None else argument.place
    patterns: list[DatePattern] = []
    for each in argument if isinstance(argument, Series) else [argument]:
        if not isinstance(each, Text):
            return Problem(place, "A pattern for dates is a text.", 'Write {date: "%Y%m%d"}.')
        try:
            patterns.append(DatePattern(each, zone))
        except PatternError as error:
            return Problem(each.place, error.sentence, error.remedy)
    if not patterns:
        return Problem(place, "There is no pattern in this list.", 'Write {date: "%Y%m%d"}.')

    def read(text: str) -> Value | None:
        for pattern in patterns:
            value = pattern.read(text)
            if value is not None:
                return value
        return None

    unreadable = next((each.cannot_read for each in patterns if each.cannot_read), "")
    return Converter(Kind.DATE, read, patterns[0].write, exact=len(patterns) == 1, cannot_read=unreadable)


DECLARED: Final = {
    each.name: each
    for each in (
        Declaration("trim", "Takes blanks off both ends of a text.", _of_text(str.strip)),
        Declaration("upper", "Makes the letters of a text capitals.", _of_text(str.upper)),
        Declaration("lower", "Makes the letters of a text small.", _of_text(str.lower)),
        Declaration("number", "A whole number, in digits without leading zeros.", lambda *_: _NUMBER),
        Declaration("date", "A date of exactly this form, or of one of several.", _date, '"%Y%m%d"'),
    )
}
"""All converters by their names."""
