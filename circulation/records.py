"""How the records of the vocabulary are declared."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """Make `cls` a slotted, hashable dataclass that type checkers hold to be immutable.

    Nobody assigns to a record after it was made: mypy refuses it.  The check is not repeated while
    the server runs, because a frozen dataclass sets its fields through `object.__setattr__`, which
    costs five times a plain assignment, on a path taken for every message.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
