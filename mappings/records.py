"""The shape of plain records: dataclasses, read by the names of their attributes.

`RecordShape({"patron": Patron, "item": Item})` describes a source with the attributes `patron` and `item`,
each a record or None.  Paths and kinds come from the type hints, so a new attribute of a record can be
mapped as soon as it exists.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from operator import attrgetter, methodcaller
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from softdock.mappings.problems import nearest, quoted
from softdock.mappings.shapes import Found, Get, Kind, NotFound

_DEEPEST = 4
"""Records within records that are offered: enough for any, and an end for those that contain themselves."""


class RecordShape:
    """A source whose attributes are records.

    Paths in `withheld` exist, but no rule may take them.
    """

    def __init__(self, records: Mapping[str, type], withheld: Collection[str] = ()) -> None:
        self._values: dict[str, Found] = {}
        self._others: dict[str, NotFound] = {}
        self._tables: dict[str, Get] = {}
        """Paths of mappings from text to text: any key may follow."""
        for name, record in records.items():
            self._describe(name, record, attrgetter(name), _DEEPEST)
        for path in withheld:
            del self._values[path]
            self._others[path] = NotFound(f"{quoted(path)} is never passed on.", "Take something else.")

    def paths(self) -> list[str]:
        """Every path there is; `<name>` stands for a name that the source itself gives."""
        return [*self._values, *(f"{each}.<name>" for each in self._tables)]

    def at(self, path: str) -> Found | NotFound:
        """What lies at `path`, such as `patron.birth_date` or `patron.extra.internet`."""
        found = self._values.get(path) or self._others.get(path)
        if found is not None:
            return found
        for table, get in self._tables.items():
            key = path.removeprefix(f"{table}.")
            if key != path and key:
                return Found(Kind.TEXT, _after(get, methodcaller("get", key)))
        near = nearest(path, self.paths())
        if near is None:
            first = path.partition(".")[0]
            begun = first if any(each.startswith(f"{first}.") for each in self._values) else ""
            return NotFound(f"{quoted(path)} leads nowhere.", self._listed(begun))
        return NotFound(f"{quoted(path)} leads nowhere.", f"Did you mean {near}?")

    def _describe(self, path: str, hint: Any, get: Get, depth: int) -> None:
        timed = datetime in get_args(hint)
        hint = _bare(hint)
        if _is_table_of_texts(hint):
            self._tables[path] = get
            self._others[path] = NotFound(
                f"{quoted(path)} is a table of names and texts.", f"Add the name: {path}.<name>."
            )
            return
        kind = _kind(hint)
        if kind is not None:
            values = _values(hint)
            self._values[path] = Found(kind, get, tuple(values), values, day=hint is date and not timed)
        if is_dataclass(hint) and isinstance(hint, type):
            if depth:
                hints = get_type_hints(hint)
                for each in fields(hint):
                    self._describe(
                        f"{path}.{each.name}", hints[each.name], _after(get, attrgetter(each.name)), depth - 1
                    )
            if kind is None:
                self._others[path] = NotFound(f"{quoted(path)} is a record, not a value.", self._listed(path))
        elif kind is None:
            self._others[path] = NotFound(
                f"{quoted(path)} holds several values.", "A rule takes paths to a single one."
            )

    def _listed(self, path: str) -> str:
        below = f"{path}." if path else ""
        return f"There are {', '.join(each for each in self.paths() if each.startswith(below))}."


def _after(first: Get, second: Get) -> Get:
    def get(source: Any) -> Any:
        value = first(source)
        return None if value is None else second(value)

    return get


def _bare(hint: Any) -> Any:
    """`hint` without None, annotations and new names for old types."""
    while True:
        if hasattr(hint, "__supertype__"):
            hint = hint.__supertype__
        elif get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif get_origin(hint) in (Union, UnionType):
            members = [each for each in get_args(hint) if each is not NoneType]
            if len(members) > 1:
                every_one_a_date = all(isinstance(each, type) and issubclass(each, date) for each in members)
                return date if every_one_a_date else hint
            hint = members[0]
        else:
            return hint


def _is_table_of_texts(hint: Any) -> bool:
    origin = get_origin(hint)
    if not (isinstance(origin, type) and issubclass(origin, Mapping)):
        return False
    inside = [_bare(each) for each in get_args(hint)]
    return all(isinstance(each, type) and issubclass(each, str) for each in inside)


def _kind(hint: Any) -> Kind | None:
    if not isinstance(hint, type) or get_origin(hint) is not None:
        return None
    for kind, types in _KINDS:
        if issubclass(hint, types):
            return kind
    has_text_form = is_dataclass(hint) and hint.__str__ is not object.__str__
    return Kind.AMOUNT if has_text_form else None


_KINDS: tuple[tuple[Kind, type], ...] = (
    (Kind.WORD, Enum),  # before text and number, which an Enum may be as well
    (Kind.FLAG, bool),  # before number: True is an int to Python
    (Kind.TEXT, str),
    (Kind.NUMBER, int),
    (Kind.DATE, date),
)


def _values(hint: Any) -> Mapping[str, Any]:
    """By its word, each value that `hint` lists; none where it lists none."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {str(each.value): each for each in hint}
    return {"true": True, "false": False} if hint is bool else {}
