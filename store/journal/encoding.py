"""Operations and outcomes as JSON, and back: how the vocabulary is kept in a database.

Each text says the version of its form, `{"v": 1, "is": "Checkout", ...}`; a field that has its default is left out, so
that a field which the vocabulary gains later needs no new version.  A PIN is never written.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeAlias, Union, get_args, get_origin, get_type_hints

from softdock.circulation import outcomes
from softdock.circulation.identifiers import Secret
from softdock.circulation.items import Item
from softdock.circulation.journal import Outcome
from softdock.circulation.operations import Operation

VERSION = 1

Write: TypeAlias = Callable[[Any], Any]
Read: TypeAlias = Callable[[Any], Any]


class UnknownForm(ValueError):
    """The text was written by a later version."""


class _Field(NamedTuple):
    name: str
    default: Any
    write: Write | None
    """None for what JSON has as it is."""
    read: Read | None


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
        Item,
    )
}
"""What can stand at the top, or where any record may."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def written(value: Operation | Outcome) -> str:
    """`value` as it is kept."""
    kind = type(value)
    return _encode({"v": VERSION, "is": kind.__name__, **_written_record(value, _fields_of(kind))})


def read_operation(text: str) -> Operation:
    """The operation that was written as `text`, without its PIN.  Raises UnknownForm."""
    value: Operation = _read(text)
    return value


def read_outcome(text: str) -> Outcome:
    """The outcome that was written as `text`.  Raises UnknownForm."""
    value: Outcome = _read(text)
    return value


def _read(text: str) -> Any:
    table = json.loads(text)
    if table.get("v") != VERSION:
        raise UnknownForm(
            f"the journal holds data of version {table.get('v')}, the newest known is {VERSION}"
        )
    return _read_any(table)


def _written_record(value: Any, known: Iterable[_Field]) -> dict[str, Any]:
    table = {}
    for name, default, write, _ in known:
        found = getattr(value, name)
        if found is not default and found != default:
            table[name] = found if write is None or found is None else write(found)
    return table


def _read_record(kind: type[Any], table: Mapping[str, Any]) -> Any:
    values = {}
    for name, _, _, read in _fields_of(kind):
        if name in table:
            found = table[name]
            values[name] = found if read is None or found is None else read(found)
    return kind(**values)


def _written_any(value: Any) -> Any:
    kind = type(value)
    return {"is": kind.__name__, **_written_record(value, _fields_of(kind))}


def _read_any(table: Mapping[str, Any]) -> Any:
    kind = _KINDS.get(table["is"])
    if kind is None:
        raise UnknownForm(f"the journal holds a {table['is']}, which is not known")
    return _read_record(kind, table)


_fields: dict[type[Any], tuple[_Field, ...]] = {}


def _fields_of(kind: type[Any]) -> tuple[_Field, ...]:
    known = _fields.get(kind)
    if known is None:
        known = _fields[kind] = _compiled(kind)
    return known


def _compiled(kind: type[Any]) -> tuple[_Field, ...]:
    hints = get_type_hints(kind)
    found = []
    for each in fields(kind):
        if Secret in (hints[each.name], *get_args(hints[each.name])):
            continue
        write, read = _form_of(hints[each.name])
        found.append(_Field(each.name, _default_of(each), write, read))
    return tuple(found)


def _default_of(field: "Field[Any]") -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    return MISSING


def _form_of(hint: Any) -> tuple[Write | None, Read | None]:
    """How values of the type `hint` are written and read; None for as they are."""
    origin, parts = get_origin(hint), [each for each in get_args(hint) if each is not NoneType]
    if origin in (Union, UnionType):
        return _form_of(parts[0]) if len(parts) == 1 else _form_of_union(parts)
    if hint is object or not isinstance(hint, type):
        return _form_of_generic(hint, origin, parts)
    if issubclass(hint, Enum):
        return (lambda word: word.value), hint
    if issubclass(hint, datetime):
        return datetime.isoformat, datetime.fromisoformat
    if issubclass(hint, date):
        return date.isoformat, date.fromisoformat
    if is_dataclass(hint):
        return (
            lambda value: _written_record(value, _fields_of(hint)),
            lambda table: _read_record(hint, table),
        )
    return (None, hint) if hint is not str and issubclass(hint, str) else (None, None)


def _form_of_union(parts: Sequence[Any]) -> tuple[Write, Read]:
    if set(parts) == {datetime, date}:
        return (
            lambda moment: moment.isoformat(),
            lambda text: (datetime if "T" in text else date).fromisoformat(text),
        )
    # A text, or one by language.
    return (lambda value: value if isinstance(value, str) else dict(value)), lambda value: value


def _form_of_generic(hint: Any, origin: Any, parts: Sequence[Any]) -> tuple[Write | None, Read | None]:
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return dict, None
    if origin is frozenset:
        write, read = _form_of(parts[0])
        assert write is not None
        assert read is not None
        return (lambda words: sorted(map(write, words))), lambda values: frozenset(map(read, values))
    if isinstance(origin, type) and issubclass(origin, Sequence):
        write, read = _form_of(parts[0])
        return (
            lambda values: [each if write is None else write(each) for each in values],
            lambda values: tuple(each if read is None else read(each) for each in values),
        )
    if hasattr(hint, "__supertype__"):
        return _form_of(hint.__supertype__)
    return _written_any, _read_any
