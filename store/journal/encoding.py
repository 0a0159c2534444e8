"""Operations and outcomes as JSON, and back: how the vocabulary is kept in a database.

Each text says the version of its form, `{"v": 1, "is": "Checkout", ...}`; a field that has its default is left out, so
that a field which the vocabulary gains later needs no new version.  A PIN is never written.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from itertools import compress
from operator import attrgetter, ne
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeAlias, Union, get_args, get_origin, get_type_hints

from softdock.circulation import outcomes
from softdock.circulation.hold_names import NamedHold
from softdock.circulation.identifiers import Secret
from softdock.circulation.items import Item
from softdock.circulation.journal import Outcome
from softdock.circulation.operations import Operation

VERSION = 1

Write: TypeAlias = Callable[[Any], Any]
Read: TypeAlias = Callable[[Any], Any]


class UnknownForm(ValueError):
    """The text was written by a later version."""


class _Form(NamedTuple):
    """How the records of one class are written and read, field by field."""

    places: range
    names: tuple[str, ...]
    values_of: Callable[[Any], tuple[Any, ...]]
    """All values of a record, in the order of the names."""
    defaults: tuple[Any, ...]
    writes: tuple[Write | None, ...]
    """None for what JSON has as it is."""
    reads: Mapping[str, Read | None]


_KINDS: dict[str, type[Any]] = {
    each.__name__: each
    for each in (
        *get_args(Operation),
        outcomes.Done,
        outcomes.Refused,
        outcomes.Unknown,
        outcomes.PatronReport,
        outcomes.Lent,
        outcomes.Returned,
        outcomes.RenewedAll,
        outcomes.HoldState,
        outcomes.Paid,
        outcomes.ItemUpdated,
        outcomes.SessionEnded,
        outcomes.TitleReport,
        outcomes.Recalled,
        outcomes.Accepted,
        outcomes.Charged,
        outcomes.Deleted,
        outcomes.Noted,
        Item,
        NamedHold,
    )
}
"""What can stand at the top, or where any record may."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def written(value: Operation | Outcome | NamedHold) -> str:
    """`value` as it is kept."""
    return _encode({"v": VERSION, **_written_any(value)})


def read_operation(text: str) -> Operation:
    """The operation that was written as `text`, without its PIN.  Raises UnknownForm."""
    value: Operation = _read(text)
    return value


def read_outcome(text: str) -> Outcome:
    """The outcome that was written as `text`.  Raises UnknownForm."""
    value: Outcome = _read(text)
    return value


def read_named(text: str) -> NamedHold:
    """The hold that was written as `text`.  Raises UnknownForm."""
    value: NamedHold = _read(text)
    return value


def _read(text: str) -> Any:
    table = json.loads(text)
    if table.get("v") != VERSION:
        raise UnknownForm(
            f"the journal holds data of version {table.get('v')}, the newest known is {VERSION}"
        )
    return _read_any(table)


def _written_any(value: Any) -> dict[str, Any]:
    kind = type(value)
    return {"is": kind.__name__, **_written_record(value, _form(kind))}


def _written_record(value: Any, form: _Form) -> dict[str, Any]:
    table = {}
    values = form.values_of(value)
    # Most fields of most records have their defaults: those are left out without a step of Python for each.
    for place in compress(form.places, map(ne, values, form.defaults)):
        found, write = values[place], form.writes[place]
        table[form.names[place]] = found if write is None or found is None else write(found)
    return table


def _read_any(table: Mapping[str, Any]) -> Any:
    kind = _KINDS.get(table["is"])
    if kind is None:
        raise UnknownForm(f"the journal holds a {table['is']}, which is not known")
    return _read_record(kind, table)


def _read_record(kind: type[Any], table: Mapping[str, Any]) -> Any:
    values = {}
    for name, read in _form(kind).reads.items():
        if name in table:
            found = table[name]
            values[name] = found if read is None or found is None else read(found)
    return kind(**values)


_forms: dict[type[Any], _Form] = {}


def _form(kind: type[Any]) -> _Form:
    known = _forms.get(kind)
    if known is None:
        known = _forms[kind] = _compiled(kind)
    return known


def _compiled(kind: type[Any]) -> _Form:
    hints = get_type_hints(kind)
    kept = [each for each in fields(kind) if Secret not in (hints[each.name], *get_args(hints[each.name]))]
    names = tuple(each.name for each in kept)
    ways = [_way_of(hints[name]) for name in names]
    return _Form(
        range(len(names)),
        names,
        attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names),
        tuple(_default_of(each) for each in kept),
        tuple(write for write, _ in ways),
        dict(zip(names, (read for _, read in ways), strict=True)),
    )


def _default_of(field: "Field[Any]") -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    return MISSING


def _way_of(hint: Any) -> tuple[Write | None, Read | None]:
    """How values of the type `hint` are written and read; None for as they are."""
    origin, parts = get_origin(hint), [each for each in get_args(hint) if each is not NoneType]
    if origin in (Union, UnionType):
        return _way_of(parts[0]) if len(parts) == 1 else _way_of_union(parts)
    if hint is object or not isinstance(hint, type):
        return _way_of_generic(hint, origin, parts)
    if issubclass(hint, Enum):
        return {word: word.value for word in hint}.__getitem__, {
            word.value: word for word in hint
        }.__getitem__
    if issubclass(hint, datetime):
        return datetime.isoformat, datetime.fromisoformat
    if issubclass(hint, date):
        return date.isoformat, date.fromisoformat
    if is_dataclass(hint):
        return (
            lambda value: _written_record(value, _form(hint)),
            lambda table: _read_record(hint, table),
        )
    return (None, hint) if hint is not str and issubclass(hint, str) else (None, None)


def _way_of_union(parts: Sequence[Any]) -> tuple[Write, Read]:
    if set(parts) == {datetime, date}:
        return (
            lambda moment: moment.isoformat(),
            lambda text: (datetime if "T" in text else date).fromisoformat(text),
        )
    # A text, or one by language.
    return (lambda value: value if isinstance(value, str) else dict(value)), lambda value: value


def _way_of_generic(hint: Any, origin: Any, parts: Sequence[Any]) -> tuple[Write | None, Read | None]:
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return dict, None
    if origin is frozenset:
        write, read = _way_of(parts[0])
        return (
            lambda words: sorted(words if write is None else map(write, words)),
            lambda values: frozenset(values if read is None else map(read, values)),
        )
    if isinstance(origin, type) and issubclass(origin, Sequence):
        write, read = _way_of(parts[0])
        return (
            lambda values: [each if write is None else write(each) for each in values],
            lambda values: tuple(each if read is None else read(each) for each in values),
        )
    if hasattr(hint, "__supertype__"):
        return _way_of(hint.__supertype__)
    return _written_any, _read_any
