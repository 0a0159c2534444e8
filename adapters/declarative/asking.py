"""Makes operations out of texts, for examples and for trying maps: what is not said has a value of its own."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from typing import Any, Final, get_type_hints

from softdock.adapters.declarative.shapes import members, plain_type
from softdock.adapters.declarative.vocabulary import OPERATIONS, Asked
from softdock.circulation.identifiers import PatronId, Secret
from softdock.circulation.money import Money, parse_money
from softdock.circulation.words import Word

MOMENT: Final = datetime(2026, 11, 20, 15, 45, tzinfo=UTC)
"""When operations of examples happen."""

_STANDS_IN: Final[Mapping[str, str]] = {
    "patron": "PATRON-1", "item": "ITEM-1", "amount": "1.00", "properties": "NOTE",
}  # fmt: skip


class NotAsked(ValueError):
    """An operation cannot be asked like this: a sentence that says what, and names the path."""


def asked_of(operation: str, said: Mapping[str, str], library: str = "LIB", now: datetime = MOMENT) -> Asked:
    """The operation of this name, with the values that `said` gives by their paths.  Raises NotAsked."""
    kind = OPERATIONS[operation]
    rest = dict(said)
    operation_id = rest.pop("operation.id", "OPERATION-1")
    if "operation.now" in rest:
        now = _moment("operation.now", rest.pop("operation.now"))
    library = rest.pop("library", library)
    hints, values = get_type_hints(kind), {}
    for each in fields(kind):
        name = next((name for name in (each.name, f"{each.name}.id") if name in rest), None)
        if name is not None:
            values[each.name] = _value(name, hints[each.name], rest.pop(name))
        elif each.default is MISSING and each.default_factory is MISSING:
            values[each.name] = _value(each.name, hints[each.name], _STANDS_IN[each.name])
        elif each.name == "item":
            values[each.name] = _STANDS_IN[each.name]
    if "extra" in {each.name for each in fields(kind)}:
        extra = [
            (name.removeprefix("extra."), rest.pop(name)) for name in list(rest) if name.startswith("extra.")
        ]
        values["extra"] = tuple(extra)
    if rest:
        raise NotAsked(f"{operation} does not ask {', '.join(sorted(rest))}.")
    return Asked(kind(**values), operation_id, now, library)


def _value(name: str, hint: Any, text: str) -> Any:
    for each in map(plain_type, members(hint)):
        if each in (str, PatronId, Secret):
            return each(text)
        if each is bool and text in ("true", "false"):
            return text == "true"
        if each is int and text.isdecimal():
            return int(text)
        if each is Money and (money := parse_money(text, "CNY")) is not None:
            return money
        if isinstance(each, type) and issubclass(each, Word) and text in {str(word.value) for word in each}:
            return each(text)
        if isinstance(each, type) and issubclass(each, date):
            return _moment(name, text)
    raise NotAsked(f"{name} cannot be this.")


def _moment(name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotAsked(f"{name} is a date and time, such as 2026-11-20T15:45.") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
