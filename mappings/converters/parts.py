"""Converters that take texts apart: at a separator, by lines, by a pattern."""

from typing import Final

from softdock.mappings.converters.declaring import (
    LONGEST,
    Converter,
    Declaration,
    Given,
    Option,
    fixed,
)
from softdock.mappings.converters.options import PATTERN, PLACE, SEPARATOR, TEXT
from softdock.mappings.converters.texts import unwritable
from softdock.mappings.regular import Expression, ExpressionError
from softdock.mappings.shapes import ABSENT, Absent, Kind

_HOLE: Final = "{value}"
_ONE_OF_SEVERAL: Final = "the other parts are gone"


def _taken(parts: tuple[str, ...], place: int) -> str | Absent | None:
    """The part at `place`, counted from 1 or from the end."""
    at = place - 1 if place > 0 else len(parts) + place
    return (parts[at] or ABSENT) if 0 <= at < len(parts) else None


def _split(given: Given) -> Converter:
    separator, place = given["at"], given["take"]

    def read_all(text: str) -> tuple[str, ...] | Absent:
        return tuple(text.split(separator)) if text else ABSENT

    def read_one(text: str) -> str | Absent | None:
        return _taken(tuple(text.split(separator)), place) if text else ABSENT

    def write(parts: tuple[str, ...]) -> str | None:
        text: str = separator.join(parts)
        return text if text and text.split(separator) == list(parts) and len(text) <= LONGEST else None

    if place is None:
        return Converter(Kind.LIST, read_all, write)
    return Converter(Kind.TEXT, read_one, unwritable, exact=False, cannot_write=_ONE_OF_SEVERAL)


def _lined(text: str) -> tuple[str, ...]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    return tuple(lines)


def _lines(given: Given) -> Converter:
    place = given["take"]

    def read_all(text: str) -> tuple[str, ...] | Absent:
        lines = _lined(text)
        return ABSENT if lines == ("",) else lines

    def read_one(text: str) -> str | Absent | None:
        lines = _lined(text)
        return ABSENT if lines == ("",) else _taken(lines, place)

    def write(lines: tuple[str, ...]) -> str | None:
        text = "\n".join(lines)
        return text if text and _lined(text) == tuple(lines) and len(text) <= LONGEST else None

    if place is None:
        return Converter(Kind.LIST, read_all, write, exact=False)
    return Converter(Kind.TEXT, read_one, unwritable, exact=False, cannot_write=_ONE_OF_SEVERAL)


def _expression(given: Given, name: str) -> Expression:
    try:
        return Expression(given[name])
    except ExpressionError as error:
        remedy = "It is a regular expression of RE2, which has neither back references nor looking around."
        raise given.wrong(name, f"This is not a pattern: {error.sentence}.", remedy) from None


def _match(given: Given) -> Converter:
    pattern, template = _expression(given, "pattern"), given["write"]
    if "value" in pattern.named:
        group = pattern.named["value"]
    elif pattern.groups <= 1:
        group = pattern.groups
    else:
        sentence = f"This pattern has {pattern.groups} groups, and none is named value."
        raise given.wrong(
            "pattern", sentence, "Write (?P<value>...) for what is taken, and (?:...) for the others."
        )

    def read(text: str) -> str | Absent | None:
        found = pattern.found(text, group)
        return None if found is None else found or ABSENT

    if template is None:
        sentence = "the pattern does not say what stands around the value"
        return Converter(Kind.TEXT, read, unwritable, exact=False, cannot_write=sentence)
    if template.count(_HOLE) != 1:
        raise given.wrong("write", f"{_HOLE} stands for the value, once.", 'Write it like "id:{value}".')
    before, behind = template.split(_HOLE)

    def write(value: str) -> str | None:
        text = f"{before}{value}{behind}"
        return text if value and read(text) == value else None

    return Converter(Kind.TEXT, read, write, exact=False)


def _tail(text: str) -> str | Absent | None:
    path = text.partition("#")[0].partition("?")[0].rstrip("/")
    return path.rpartition("/")[2] or (None if text else ABSENT)


_TAKE = "Which part is taken, counted from 1, from the end with a minus; without it, all of them as a list."

DECLARED = (
    Declaration(
        "split",
        "Takes a text apart wherever a separator stands, and gives one part, or all of them as a list.",
        _split,
        (Option("at", "The separator.", SEPARATOR, required=True), Option("take", _TAKE, PLACE)),
        "at",
        '{at: "^", take: 2}',
        ("CN^Chengdu^28", "Chengdu"),
        "nothing; but with take the other parts, and hence it does not write",
    ),
    Declaration(
        "lines",
        "Takes a text apart into its lines, and gives one of them, or all of them as a list.",
        _lines,
        (Option("take", _TAKE, PLACE),),
        "take",
        "{take: 2}",
        ("R01\nJohn Smith\n", "John Smith"),
        "how lines end, and empty ones at the end; with take the other lines, and hence it does not write",
    ),
    Declaration(
        "match",
        "Finds a pattern anywhere in a text and gives what its one group matched, or the group named value.",
        _match,
        (
            Option("pattern", "A regular expression of RE2; ^ and $ tie it to the ends of the text.", PATTERN, required=True),
            Option("write", "How a text is made of the value, with {value} where it stands; without it, none is.", TEXT),
        ),
        "pattern",
        '{pattern: "^([^;]*);Requested$", write: "{value};Requested"}',
        ("15/08/2012;Requested", "15/08/2012"),
        "what stands around the group, unless write says it again",
    ),
    Declaration(
        "url_tail",
        "Gives the last part of the path of an address, as REST services name things.",
        fixed(Converter(Kind.TEXT, _tail, unwritable, exact=False, cannot_write="the address before it is gone")),
        example=("https://ils.example.org/patrons/1234567?view=full", "1234567"),
        loses="the address before it; hence it does not write",
    ),
)  # fmt: skip
