"""`items` and `patrons` of a library: which identifiers are its own."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Self, TypeAlias

from pydantic import Field, ValidationInfo, WithJsonSchema, model_validator
from pydantic.functional_validators import PlainValidator

from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place, Problem, quoted
from softdock.mappings.written import line, mistake, shown, text_of, whole
from softdock.ops.settings.sections import Circumstances, Section

LARGEST_LIST = 8 * 1024 * 1024
"""Bytes of a file with identifiers that are read at most."""

LONGEST = 64
"""Characters of an identifier, or of the beginning of one."""

_REMEDY = "Write one identifier in each line of a file, and here the file's name; or [one, two]."


def _identifiers(value: object, info: ValidationInfo) -> frozenset[str]:
    if isinstance(value, frozenset):
        return value
    if isinstance(value, list | tuple):
        found = [text_of(each, _REMEDY).strip() for each in value]
    else:
        found = [each.strip() for each in _lines(value, info)]
    identifiers = frozenset(each for each in found if each)
    if not identifiers:
        raise mistake("There is not one identifier in this list.", _REMEDY)
    longest = max(identifiers, key=len)
    if len(longest) > LONGEST or not all(map(str.isprintable, identifiers)):
        raise mistake("Something in this list is no identifier.", f"They have up to {LONGEST} characters.")
    if isinstance(info.context, Circumstances) and isinstance(value, Text | Series):
        info.context.lists.append((value.place, identifiers))
    return identifiers


def _lines(value: object, info: ValidationInfo) -> list[str]:
    directory = info.context.directory if isinstance(info.context, Circumstances) else Path()
    path = directory / text_of(value, _REMEDY)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_LIST + 1)
    except (OSError, ValueError):
        raise mistake(f"{shown(value)} cannot be read.", f"Looked for {path.absolute()}.") from None
    if len(data) > LARGEST_LIST:
        raise mistake(
            f"{shown(value)} is longer than {LARGEST_LIST} bytes.", "Use a rule that says it shorter."
        )
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise mistake(f"{shown(value)} is not UTF-8 text.", "Save the file as UTF-8.") from None


Identifiers: TypeAlias = Annotated[
    frozenset[str],
    PlainValidator(_identifiers),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class OwnershipRule(Section):
    """Which identifiers are a library's own. Lists are heeded first, then ISILs, then the longest prefix, then lengths."""

    prefix: Annotated[str, line(most=LONGEST)] | None = None
    """Identifiers that begin so; with `length`, only those of that length."""
    length: Annotated[int, whole(1, LONGEST)] | None = None
    """Identifiers of so many characters."""
    listed: Identifiers | None = Field(default=None, alias="list", repr=False)
    """File beside the settings with one identifier in each line, read with the settings; or the identifiers themselves."""
    isil: Annotated[str, line(most=8)] | None = None
    """What stands between the library's ISIL and the identifier, such as ":". Both are taken off before its system is asked."""
    ask: Annotated[int, whole(1, 999)] | None = None
    """What no rule claims: the library's system is asked whether it knows it, those with smaller numbers first, a device's own library before all."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = {
            key for key in ("prefix", "length", "listed", "isil", "ask") if getattr(self, key) is not None
        }
        if not said:
            raise mistake("This rule says nothing.", "Write it like {prefix: CD}, {length: 14} or {ask: 1}.")
        if len(said) > 1 and said != {"prefix", "length"}:
            raise mistake("These do not go together in one rule.", "Write a rule for each.")
        return self


# --- what must fit together -----------------------------------------------------------------------------


def misclaimed(libraries: Node | None) -> Iterator[Problem]:
    """Rules that need an ISIL which the library has not, and those that claim for two libraries alike."""
    first: dict[tuple[str, ...], tuple[str, Place]] = {}
    for name, library in _tables(libraries):
        isil = library.get("isil")
        for kind in ("items", "patrons"):
            rules = library.get(kind)
            for rule in rules if isinstance(rules, Series) else ():
                if not isinstance(rule, Table):
                    continue
                if "isil" in rule and not isinstance(isil, Text):
                    sentence = "The library has no ISIL that could stand in front of an identifier."
                    yield Problem(rule.key_place("isil"), sentence, f"Give {name} an isil.")
                said = _pattern_of(rule, str(isil))
                if said is None:
                    continue
                owner, place = first.setdefault((kind, *said), (name, rule.place))
                if owner != name:
                    yield _claimed_twice("These identifiers are", rule.place, owner, place)


def _tables(node: Node | None) -> Iterator[tuple[str, Table]]:
    if isinstance(node, Table):
        yield from ((str(key), each) for key, each in node.items() if isinstance(each, Table))


def _pattern_of(rule: Table, isil: str) -> tuple[str, ...] | None:
    """What makes two rules claim the same; None for those that claim nothing by their looks."""
    if isinstance(separator := rule.get("isil"), Text):
        return ("isil", isil + separator)
    pattern = [rule.get(key, "") for key in ("prefix", "length")]
    if not any(pattern) or not all(isinstance(each, str) for each in pattern):
        return None
    return ("pattern", *map(str, pattern))


_LIST = re.compile(r"(.*)\.(items|patrons)\[\d+\]\.list")


def listed_twice(lists: Iterable[tuple[Place, frozenset[str]]]) -> Iterator[Problem]:
    """Lists of different libraries with the same identifier in them; the first of those is named."""
    seen: list[tuple[tuple[Any, ...], Place, frozenset[str]]] = []
    for place, identifiers in lists:
        if (found := _LIST.fullmatch(place.path)) is None:
            continue
        whose = found.groups()
        for (library, kind), other, theirs in seen:
            if kind == whose[1] and library != whose[0] and (both := identifiers & theirs):
                name = library.partition(".")[2]
                yield _claimed_twice(f"{quoted(min(both))} in this list is", place, name, other)
        seen.append((whose, place, identifiers))


def _claimed_twice(subject: str, place: Place, owner: str, other: Place) -> Problem:
    there = f"in line {other.line}" if other.line else f"at {other.path}"
    remedy = f"That rule is {there}; if nothing tells them apart, write {{ask: 1}} at both."
    return Problem(place, f"{subject} claimed by {owner} already.", remedy)
