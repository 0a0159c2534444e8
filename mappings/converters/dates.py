"""The converter for dates: patterns in order, texts that mean none, and the zone in which times are written."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, tzinfo
from typing import Final, Protocol

from softdock.mappings.converters.declaring import Converter, Declaration, Given, Mistake, Option
from softdock.mappings.converters.options import TEXTS
from softdock.mappings.converters.patterns import MONTHS, DatePattern, Habits, PatternError
from softdock.mappings.converters.stamps import Epoch, Iso, localized
from softdock.mappings.positions import Node, Series, Text
from softdock.mappings.problems import quoted
from softdock.mappings.shapes import ABSENT, Absent, Kind, Value
from softdock.mappings.written import YES_NO, ZONE, Written, whole

_REMEDY: Final = 'Write {date: "%Y%m%d"}.'
_MOST_PATTERNS: Final = 20
_LAST_SECOND: Final = time(23, 59, 59)
PSEUDO_PATTERNS: Final = ("iso", "epoch", "epoch-ms")
"""What may stand for a pattern: ISO 8601 in its usual forms; seconds, and milliseconds, since 1970."""


class _Form(Protocol):
    """One form in which dates are written: a pattern, or one of the pseudo patterns."""

    @property
    def cannot_read(self) -> str: ...

    @property
    def exact(self) -> bool: ...

    @property
    def read(self) -> Callable[[str], date | datetime | None]: ...

    def write(self, value: date | datetime) -> str | None: ...


def _date(given: Given) -> Converter:
    """Several patterns are tried in order when reading; the first one that can tell the whole value writes."""
    home = given.zone
    abroad: tzinfo | None = given["zone"] or home
    forms = _forms(given, abroad)
    nothing: tuple[str, ...] = given["none"] + given["unlimited"]
    twice = next((each for each in given["unlimited"] if each in given["none"]), None)
    if twice is not None:
        raise given.wrong("unlimited", f"{quoted(twice)} cannot mean both.", "Leave one of them out.")
    meaningless = frozenset(nothing)
    end_of_day: bool = given["end_of_day"]
    readers = [form.read for form in forms]
    unreadable = next((each.cannot_read for each in forms if each.cannot_read), "")

    def read(text: str) -> Value | Absent | None:
        if unreadable:
            return None
        if text in meaningless:
            return ABSENT
        for read_form in readers:
            value = read_form(text)
            if value is not None:
                if isinstance(value, datetime):
                    return value if value.tzinfo is None else localized(value, home)
                if end_of_day:
                    return _ended(value, abroad, home)
                return value
        return None

    def write(value: Value) -> str | None:
        if value is ABSENT:
            return nothing[0] if nothing else None
        first = forms[0].write(value)
        if len(forms) == 1 or unreadable:
            return first
        written = (first, *(form.write(value) for form in forms[1:]))
        return next((text for text in written if text is not None and read(text) == value), first)

    exact = len(forms) == 1 and forms[0].exact and len(nothing) <= 1 and (abroad is home or abroad is UTC)
    return Converter(Kind.DATE, read, write, exact, unreadable)


def _ended(day: date, abroad: tzinfo | None, home: tzinfo | None) -> datetime:
    """The last second of `day`, which ends where it was written."""
    return localized(datetime.combine(day, _LAST_SECOND, abroad), home)


def _forms(given: Given, zone: tzinfo | None) -> list[_Form]:
    habits = _habits(given)
    node: Node | None = given.node("patterns")
    forms: list[_Form] = []
    for each in node if isinstance(node, Series) else [node]:
        if not isinstance(each, Text):
            place = given.place if node is None else node.place
            raise Mistake("A pattern for dates is a text.", _REMEDY, place)
        if each == "iso":
            forms.append(Iso(zone))
        elif each in ("epoch", "epoch-ms"):
            forms.append(Epoch(1000 if each == "epoch-ms" else 1, zone))
        else:
            try:
                forms.append(DatePattern(each, zone, habits))
            except PatternError as error:
                raise Mistake(error.sentence, error.remedy, each.place) from None
    if not forms:
        raise given.wrong("patterns", "There is no pattern in this list.", _REMEDY)
    if len(forms) > _MOST_PATTERNS:
        raise given.wrong("patterns", f"There are {len(forms)} patterns.", f"There may be {_MOST_PATTERNS}.")
    if isinstance(node, Series):
        _refuse_guessing([each for each in node if isinstance(each, Text)])
    return forms


def _refuse_guessing(patterns: list[Text]) -> None:
    """Two patterns that read the same text as different days would make every such date a guess."""
    for at, pattern in enumerate(patterns):
        turned = pattern.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")
        turned = turned.replace("%-d", "%-\0").replace("%-m", "%-d").replace("%-\0", "%-m")
        first = next((each for each in patterns[:at] if each == turned and turned != pattern), None)
        if first is not None:
            sentence = f"{quoted(pattern)} reads 03/04 as another day than {quoted(first)} does."
            raise Mistake(
                sentence, "Find out which of them the system means, and leave the other out.", pattern.place
            )


def _habits(given: Given) -> Habits:
    months: tuple[str, ...] = given["months"]
    if len(months) != 12 or "" in months or len({each.casefold() for each in months}) != 12:
        sentence = "These are not the names of the twelve months."
        raise given.wrong("months", sentence, f"Write them like [{', '.join(MONTHS)}].")
    return Habits(months, given["pivot"], hour_24=True)


_PATTERNS = Written(
    lambda node: node,
    {
        "anyOf": [
            {"type": "string", "examples": ["%Y%m%d", *PSEUDO_PATTERNS]},
            {"type": "array", "items": {"type": "string"}, "minItems": 1},
        ]
    },
)

DECLARED = (
    Declaration(
        "date",
        "A date of exactly this form, or of one of several.",
        _date,
        (
            Option(
                "patterns",
                "A pattern, or several in the order in which they are tried; the first that can tell the whole value writes. There are also iso, epoch and epoch-ms.",
                _PATTERNS,
                required=True,
            ),
            Option("none", "Texts that mean that there is no date, such as 00000000.", TEXTS, ()),
            Option("unlimited", "Texts that mean that there is no limit, such as 99991231.", TEXTS, ()),
            Option("months", "The names of the months for %b, January first; English where it is left out.", TEXTS, MONTHS),
            Option("pivot", "Years in two digits from here on are 19.., those below 20...", whole(0, 99)),
            Option("end_of_day", "Whether a day without a time of day means its last second.", YES_NO, False),
            Option("zone", "The time zone in which times without an offset are written; the library's where it is left out.", ZONE),
        ),
        "patterns",
        '"%Y%m%d"',
        ("20240105", "2024-01-05"),
        "nothing, where one pattern of fixed width reads; else how it was written",
    ),
)  # fmt: skip
