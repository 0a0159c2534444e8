"""What becomes of the fields beyond the standard, by the rules of a system's profile.

A device's own fields go on to the system only where a rule lets them through, and never under an identifier that
the message has by the standard: otherwise a device could add a second AA, and the system would choose.  What a
system tells beyond the standard is kept in the outcome's `extra`, unless a rule drops it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeVar

from softdock.circulation.items import Extra, Item
from softdock.circulation.outcomes import Done, PatronReport, Refused
from softdock.circulation.patrons import Patron
from softdock.circulation.ports import AnyOutcome
from softdock.protocols.sip2.layouts import Message

ERROR_DETECTION = frozenset({"AY", "AZ"})

FieldRule = Callable[[Message], Any]
"""Makes a value of the fields of a message; None for none."""

_MessageType = TypeVar("_MessageType", bound=Message)
_Told = TypeVar("_Told", Patron, Item)
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


def vendor_fields(extra: Extra, message: Message) -> Extra:
    """Those of `extra` which `message` may carry: fields that are none of its own, nor of error detection."""
    own = message.layout.names
    return tuple(
        (field_id, value)
        for field_id, value in extra
        if field_id not in own
        and field_id not in ERROR_DETECTION
        and len(field_id) == 2
        and field_id.isascii()
        and field_id.isalnum()
    )


@dataclass(slots=True, frozen=True, kw_only=True)
class RequestRules:
    """For one kind of request.  `passed` None lets every field through."""

    passed: frozenset[str] | None = frozenset()
    renamed: Mapping[str, str] = field(default_factory=lambda: _NO_NAMES)
    """A field which is sent under another name, a device's own or one of the standard."""
    dropped: frozenset[str] = frozenset()
    added: Sequence[tuple[str, FieldRule]] = ()
    """Made of the request with everything that the device sent, whether it is passed on or not."""

    def applied(self, message: _MessageType, sent: Extra) -> _MessageType:
        """`message`, for which the device has `sent` fields beyond the standard, as the system shall get it."""
        own = message.layout.names
        offered = vendor_fields(sent, message)
        other = [
            (self.renamed.get(field_id, field_id), value)
            for field_id, value in offered
            if field_id in self.renamed or self._passes(field_id)
        ]
        changes: dict[str, Any] = {}
        for field_id, new in self.renamed.items():
            if (name := own.get(field_id)) is not None and (value := getattr(message, name)) is not None:
                other.append((new, value))
                changes[name] = None
        changes |= {own[field_id]: None for field_id in self.dropped if field_id in own}
        whole = replace(message, other=tuple(offered)) if self.added else message  # type: ignore[type-var]
        for field_id, rule in self.added:
            if (value := rule(whole)) is None:
                continue
            if (name := own.get(field_id)) is not None:
                changes[name] = value
            else:
                other.append((field_id, value))
        return replace(message, other=tuple(other), **changes)  # type: ignore[type-var]

    def _passes(self, field_id: str) -> bool:
        return field_id not in self.dropped and (self.passed is None or field_id in self.passed)


@dataclass(slots=True, frozen=True, kw_only=True)
class AnswerRules:
    """For one kind of answer."""

    renamed: Mapping[str, str] = field(default_factory=lambda: _NO_NAMES)
    """A field which is read and kept under another name; one of the standard is filled only if it is absent."""
    dropped: frozenset[str] = frozenset()
    """By the system's names: fields that go no further; what is read of the answer may still be made of them."""
    patron: Sequence[tuple[str, FieldRule]] = ()
    """Attributes of the patron, each with what gives its value."""
    patron_extra: Sequence[tuple[str, FieldRule]] = ()
    item: Sequence[tuple[str, FieldRule]] = ()
    item_extra: Sequence[tuple[str, FieldRule]] = ()

    def taken(self, message: _MessageType) -> tuple[_MessageType, _MessageType]:
        """`message` as values are read of it, and as the translation shall see it."""
        own = message.layout.names
        changes: dict[str, Any] = {}
        readable: list[tuple[str, str]] = []
        kept: list[tuple[str, str]] = []
        for field_id, value in message.other:
            new = self.renamed.get(field_id, field_id)
            if new is not field_id and (name := own.get(new)) is not None:
                there = changes.get(name, getattr(message, name))
                if isinstance(there, tuple):
                    changes[name] = (*there, value)
                elif there is None:
                    changes[name] = value
                continue
            readable.append((new, value))
            if field_id not in self.dropped:
                kept.append((new, value))
        whole = replace(message, other=tuple(readable), **changes)  # type: ignore[type-var]
        for field_id in self.dropped:
            if (name := own.get(field_id)) is not None:
                changes[name] = () if isinstance(getattr(message, name), tuple) else None
        return whole, replace(message, other=tuple(kept), **changes)  # type: ignore[type-var]

    def completed(self, outcome: AnyOutcome, whole: Message) -> AnyOutcome:
        """`outcome` with what the rules read of its patron and item in `whole`."""
        if (self.patron or self.patron_extra) and (patron := _patron_of(outcome)) is not None:
            told = _told(patron, whole, self.patron, self.patron_extra)
            outcome = _with(outcome, "patron", told)
        if (self.item or self.item_extra) and (item := _item_of(outcome)) is not None:
            outcome = _with(outcome, "item", _told(item, whole, self.item, self.item_extra))
        return outcome


def _told(
    record: _Told,
    whole: Message,
    rules: Sequence[tuple[str, FieldRule]],
    extra_rules: Sequence[tuple[str, FieldRule]],
) -> _Told:
    values = {name: value for name, rule in rules if (value := rule(whole)) is not None}
    if extra := {name: value for name, rule in extra_rules if (value := rule(whole)) is not None}:
        values["extra"] = {**record.extra, **extra}
    return replace(record, **values)


def _patron_of(outcome: AnyOutcome) -> Patron | None:
    if type(outcome) is Done:
        return outcome.result.patron if isinstance(outcome.result, PatronReport) else None
    return outcome.patron if isinstance(outcome, Refused) else None


def _item_of(outcome: AnyOutcome) -> Item | None:
    if type(outcome) is Done:
        item = outcome.result if isinstance(outcome.result, Item) else getattr(outcome.result, "item", None)
        return item if isinstance(item, Item) else None
    return outcome.item if isinstance(outcome, Refused) else None


def _with(outcome: AnyOutcome, name: str, value: Patron | Item) -> AnyOutcome:
    """`outcome`, which tells of `value` instead of the patron or item of that name."""
    changes: dict[str, Any] = {name: value}
    if type(outcome) is Done:
        result: Any = outcome.result
        return replace(outcome, result=value if isinstance(result, Item) else replace(result, **changes))
    assert isinstance(outcome, Refused)
    return replace(outcome, **changes)
