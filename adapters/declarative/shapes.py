"""The records of the circulation vocabulary as maps see them: flat names, and the kind of each value.

`patron`, `item`, `title` and `fee` are names of things: what identifies them is `patron.id`, `item.id` and so on.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from datetime import date
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from softdock.circulation.identifiers import FeeId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.money import Money
from softdock.circulation.words import Word
from softdock.mappings.problems import nearest, quoted
from softdock.mappings.shapes import Found, Get, Kind, NotFound

EXTRA = "extra."
_THINGS: Mapping[str, object] = {"patron": PatronId, "item": ItemId, "title": TitleId, "fee": FeeId}
"""Attributes that may hold no more than an identifier: that is told by `<name>.id`."""
_FLAGS: Mapping[str, Any] = {"true": True, "false": False}


class Fields:
    """A shape of values by flat names; names that begin with one of `open_names` may go on as they like."""

    def __init__(self, found: Mapping[str, Found], open_names: Collection[str] = ()) -> None:
        self._found = dict(found)
        self._open = tuple(open_names)

    @property
    def names(self) -> list[str]:
        """All names; `<name>` stands for one that a map gives."""
        return [*self._found, *(f"{each}<name>" for each in self._open)]

    def at(self, path: str) -> Found | NotFound:
        """What goes by the name `path`."""
        found = self._found.get(path)
        if found is not None:
            return found
        if any(path.startswith(each) and path != each for each in self._open):
            return Found(Kind.TEXT, _no_get)
        near = nearest(path, self.names)
        remedy = f"Did you mean {near}?" if near else f"There are {', '.join(self.names)}."
        return NotFound(f"{quoted(path)} is not known here.", remedy)


def _no_get(_: Any) -> None:
    """A target is not read."""


def fields_of(
    record: type, prefix: str, get: Callable[[str], Get] | None = None, without: Collection[str] = ()
) -> dict[str, Found]:
    """The fields of `record` that hold one value, by their names behind `prefix`; `get` reads one of them."""
    hints = get_type_hints(record)
    found: dict[str, Found] = {}
    for each in fields(record):
        if each.name in without:
            continue
        name = f"{each.name}.id" if _THINGS.get(each.name) in members(hints[each.name]) else each.name
        made = _found(hints[each.name], _no_get if get is None else get(each.name))
        if made is not None:
            found[f"{prefix}{name}"] = made
    return found


def _found(hint: Any, get: Get) -> Found | None:
    kinds = [plain_type(each) for each in members(hint)]
    if all(isinstance(each, type) and issubclass(each, date) for each in kinds):
        return Found(Kind.DATE, get, day=kinds == [date])
    only = kinds[0] if len(kinds) == 1 and isinstance(kinds[0], type) else None
    if only is None:
        return None
    if issubclass(only, Word):
        values = {str(each.value): each for each in only}
        return Found(Kind.WORD, get, tuple(values), values)
    for kind, of in ((Kind.FLAG, bool), (Kind.TEXT, str), (Kind.NUMBER, int), (Kind.AMOUNT, Money)):
        if issubclass(only, of):
            return Found(kind, get, tuple(_FLAGS) if of is bool else (), _FLAGS if of is bool else {})
    if only is Secret:
        return Found(Kind.TEXT, lambda source: None if (secret := get(source)) is None else secret.reveal())
    return None


def members(hint: Any) -> list[Any]:
    """The types that a value may have, None left out."""
    members = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return [each for each in members if each is not NoneType]


def plain_type(hint: Any) -> Any:
    """The type behind new names for an old one."""
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    return hint
