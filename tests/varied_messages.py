"""Messages of SIP2, and the same with one field changed."""

from dataclasses import fields, replace
from typing import get_type_hints

from softdock.protocols.sip2.layouts import FixedKind

_FIXED = {
    1: ["0", "1", "+", "-", "*"],
    2: ["01", "03", "06"],
    3: ["000", "001", "019"],
    4: ["2.00", "1.00"],
    10: [" " * 10, "Y" + " " * 9, "  Y" + " " * 7],
    14: [" " * 14, "Y" + " " * 13],
    18: [" " * 18, "20260201    120000", "20260301    093000"],
}
_TEXTS = [None, "", "Y", "N", "2", "06", "001", "12.50", "EUR", "2026-02-01", "20260301    093000", "Anna"]


def changed(message):
    """The message with other values in each of its fields, by the name of the field."""
    hints = get_type_hints(type(message), include_extras=True)
    for each in fields(message):
        for value in _values(each.name, hints[each.name]):
            yield each.name, replace(message, **{each.name: value})


def _values(name, hint):
    if name == "other":
        return [(), (("XX", "1"),)]
    kind = next(each for each in hint.__metadata__)
    if not isinstance(kind, FixedKind):
        return [(), ("Anna",)] if kind.repeats else _TEXTS
    if hint.__origin__ is bool:
        return [False, True]
    if hint.__origin__ == bool | None:
        return [None, False, True]
    if hint.__origin__ == int | None:
        return [None, 0, 7]
    return [each for each in _FIXED[kind.width] if _can_stand(kind, each)]


def _can_stand(kind, text):
    try:
        kind.read(text)
    except (KeyError, ValueError):
        return False
    return True
