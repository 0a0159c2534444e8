"""How much of a reply is read: a system that answers too much is told apart from one that answers well.

The bounds hold for every format.  They lie far above what a system has to say of one patron, and far below what would
keep others waiting.
"""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.problems import quoted
from softdock.mappings.shapes import NotFound

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a document, or characters of one that was found within another."""
DEEPEST: Final = 64
"""Objects or lists within each other; of elements, the parser allows 256."""
MOST_VALUES: Final = 50_000
"""Values of JSON, or elements of XML with a begin and an end each, of a document: a patron with 500 loans of 100 values."""
MOST: Final = 10_000
"""Places that one path leads to."""
LONGEST: Final = LARGEST
"""Characters of all the values that one path gives."""
LONGEST_NUMBER: Final = 400
"""Digits of a number of JSON, and those that its exponent stands for."""
LONGEST_PATH: Final = 500
"""Characters of a path."""

T = TypeVar("T")


def within_size(data: bytes | str) -> None:
    """Raise DocumentError if there is too much of `data`."""
    if len(data) > LARGEST:
        raise DocumentError(f"The document is longer than {LARGEST} bytes.")


def within_length(texts: Iterable[str]) -> list[str]:
    """`texts`, unless they are longer together than the values of one path may be; no more of them are asked for."""
    taken: list[str] = []
    left = LONGEST
    for text in texts:
        left -= len(text)
        if left < 0:
            raise DocumentError(f"The values of a path are longer than {LONGEST} characters.")
        taken.append(text)
    return taken


def within_number(places: Sequence[T]) -> Sequence[T]:
    """`places`, unless they are too many."""
    if len(places) > MOST:
        raise DocumentError(f"There are more than {MOST} places where a list is read.")
    return places


def path_too_long(path: str) -> NotFound | None:
    if len(path) > LONGEST_PATH:
        sentence = f"{quoted(path)} is longer than {LONGEST_PATH} characters."
        return NotFound(sentence, "Take one step of it with each, and the rest from there.")
    return None
