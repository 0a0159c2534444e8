"""What pydantic finds wrong, as sentences that say where it is and what to write instead.

No sentence quotes more than a single word where one of a closed list was due: settings hold passwords, and an import
file holds what identifies people.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from pydantic_core import ErrorDetails

from softdock.mappings.positions import Text

Complaint: TypeAlias = tuple[str, str]
"""A place, such as `items[3].status`, and a sentence."""

_REMEDIES = {
    "missing": "This is required.",
    "extra_forbidden": "This key is not known.",
    "string_type": "Write a text, in quotation marks.",
    "bool_type": "Write true or false.",
    "bool_parsing": "Write true or false.",
    "int_type": "Write a whole number, without quotation marks.",
    "int_parsing": "Write a whole number.",
    "list_type": "Write a list.",
    "set_type": "Write a list.",
    "frozen_set_type": "Write a list.",
    "dict_type": "Write a table of keys and values.",
    "model_type": "Write a table of keys and values.",
    "date_type": "Write a date like 2026-12-31.",
    "date_parsing": "This is not a date. Write it like 2026-12-31.",
    "date_from_datetime_parsing": "This is not a date. Write it like 2026-12-31.",
    "date_from_datetime_inexact": "This is not a date. Write it like 2026-12-31.",
    "datetime_type": "Write a date and time like 2026-12-31T18:00.",
    "datetime_parsing": "This is not a date and time. Write it like 2026-12-31T18:00.",
    "datetime_from_date_parsing": "This is not a date and time. Write it like 2026-12-31T18:00.",
}


def complaints(errors: Iterable[ErrorDetails]) -> list[Complaint]:
    """Each of `errors`, in the order in which pydantic found them."""
    return [(place(error["loc"]), _sentence(error)) for error in errors]


def place(steps: Sequence[str | int]) -> str:
    """A path into nested data, as people write it.

    >>> place(["items", 3, "status"]), place(["policies", "adult"])
    ('items[3].status', 'policies.adult')
    """
    path = ""
    for step in steps:
        if step == "[key]":  # pydantic's word for a key that is itself wrong, behind that key
            continue
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return path


def _sentence(error: ErrorDetails) -> str:
    kind, about = error["type"], error.get("ctx", {})
    if kind == "mistake":  # of `softdock.mappings.written`
        return f"{about['sentence']} {about['remedy']}".strip()
    if kind in {"enum", "literal_error"}:
        return f"{_shown(error['input'])} is not known here. There are: {_listed(str(about['expected']))}."
    if kind == "string_too_short" and about["min_length"] == 1:
        return "This must not be empty."
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(**about)
    return _REMEDIES.get(kind) or f"{error['msg']}."


_BOUNDS = {
    "string_too_short": "This must have {min_length} characters or more.",
    "string_too_long": "This must have {max_length} characters or fewer.",
    "too_short": "This list must have {min_length} or more entries.",
    "greater_than_equal": "This must be {ge} or more.",
    "greater_than": "This must be above {gt}.",
    "less_than_equal": "This must be {le} or less.",
    "less_than": "This must be below {lt}.",
    "json_invalid": "This is not JSON: {error}.",
}
"""Sentences with what the error says of itself in them."""


def _shown(value: object) -> str:
    """`value`, if it is no more than a word: an address may hold a password."""
    if isinstance(value, Text) and type(value) is not Text:
        return value.shown()  # it came from a reference to a secret, which is all that it shows
    is_word = isinstance(value, str) and value.replace("-", "").isalnum()
    return repr(str(value)) if is_word else "This"


def _listed(expected: str) -> str:
    """Pydantic's `'a', 'b' or 'c'` without its quotation marks."""
    return expected.replace("'", "").replace(" or ", ", ")
