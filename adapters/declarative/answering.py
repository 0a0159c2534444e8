"""What an operation comes to in SoftDock by what was read: shown beside the reading, because more follows from that.

A card whose date is past has expired, whatever the system calls it; what is due before now is overdue; lists are counted.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, tzinfo
from enum import Enum
from typing import Any

from softdock.adapters.declarative.outcomes import Place, outcome_of
from softdock.adapters.declarative.vocabulary import Asked, VerifyPin
from softdock.circulation.errors import MalformedReply
from softdock.circulation.money import Money
from softdock.circulation.outcomes import Done


def answer_by(asked: Asked, filled: Mapping[str, Any], zone: tzinfo, currency: str) -> dict[str, Any]:
    """The outcome of what was `asked`, as JSON has it, without what is not known; empty where there is none to be made."""
    if isinstance(asked.operation, VerifyPin):
        return {}
    try:
        outcome = outcome_of(asked.operation, filled, Place(currency, zone, lambda: asked.now))
    except MalformedReply as error:
        return {"outcome": "error", "error": "malformed", "note": str(error)}
    if not isinstance(outcome, Done):
        return {"outcome": "refused", **(_told(outcome) or {})}
    told = _told(outcome.result)
    return {"outcome": "done", **(told if isinstance(told, dict) else {})}


def _told(value: Any) -> Any:
    """`value` as JSON has it; None for what says nothing."""
    if is_dataclass(value) and not isinstance(value, Money):
        value = {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): told for name, each in value.items() if (told := _told(each)) is not None} or None
    if isinstance(value, frozenset):
        return sorted(filter(None, map(_told, value))) or None
    if isinstance(value, list | tuple):
        return [_told(each) for each in value] or None
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    return (str(value) or None) if isinstance(value, str | Money) else value
