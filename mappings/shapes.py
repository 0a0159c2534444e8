"""What a rule can read: the shape of a source, handed in by whoever knows the source.

A shape answers for a path what kind of value lies there and how to get at it, or why there is none.  It
is asked once, at load.  `records` has the shape of plain records; others describe XML or JSON replies.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Protocol, TypeAlias

Value: TypeAlias = Any
"""A value on its way through a rule.  What it is, its `Kind` says: that is checked at load, not per value."""

Get: TypeAlias = Callable[[Any], Value | None]
"""Takes a value out of a source; None if the source has none."""


class Kind(Enum):
    """The kinds of values, by the words that messages use for them."""

    TEXT = "a text"
    NUMBER = "a whole number"
    AMOUNT = "an amount"
    """Anything with exactly one plain text form, which `str()` gives: money, or a decimal number."""
    DATE = "a date"
    """A day, or a point in time."""
    FLAG = "a yes or no"
    WORD = "a word"
    """One of a closed list: a member of an `Enum` whose values are texts."""
    LIST = "a list of texts"
    """A tuple."""


class Absent(Enum):
    """The type of `ABSENT`, which has no other value."""

    ABSENT = "absent"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent.ABSENT
"""What is read of a text that says there is no value, such as 00000000 for a date; None is for one that cannot be read."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value that a path leads to.  `words` are all it can be, where that is a closed list."""

    kind: Kind
    get: Get
    words: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict, compare=False)
    """By each of the words: the value that it stands for."""
    day: bool = False
    """A date without a time of day."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why a path leads to no value: a sentence, and what to write instead."""

    sentence: str
    remedy: str = ""


class Shape(Protocol):
    """What can be asked for a value by its path."""

    def at(self, path: str) -> Found | NotFound:
        """What lies at `path`."""
