"""The numbers that the library gives, and those that it takes from others.

A number of its own is a letter and the next number of its one counter, with seven digits at least: P0000042 for a
patron, I0000042 for an item, T0000042 for a title.  It is free: what has it already is passed over.
"""

from collections.abc import Container

from softdock.adapters.inhouse.snapshot import Snapshot
from softdock.circulation.identifiers import ItemId, PatronId, TitleId

LONGEST = 255
"""Characters of a number, as in an import file."""


def can_be_named(number: str) -> bool:
    r"""Whether devices could ask for what has this `number`.

    >>> [can_be_named(each) for each in ("R0012345", "CD 7", "", " R1", "R|1", "R1\r", "x" * 256)]
    [True, True, False, False, False, False, False]
    """
    return (
        0 < len(number) <= LONGEST and number.isprintable() and "|" not in number and number.strip() == number
    )


def new_patron_number(snapshot: Snapshot) -> PatronId:
    """A number that no patron has."""
    return PatronId(_free(snapshot, "P", snapshot.cards))


def new_item_number(snapshot: Snapshot) -> ItemId:
    """A number that no item has."""
    return ItemId(_free(snapshot, "I", snapshot.copies))


def new_title_number(snapshot: Snapshot) -> TitleId:
    """A number that no title has, and by which none is called."""
    return TitleId(_free(snapshot, "T", snapshot.titles))


def _free(snapshot: Snapshot, letter: str, taken: Container[str]) -> str:
    while True:
        # Patrons are found by identifiers of their own type, which is a kind of text.
        number = f"{letter}{snapshot.number():07}"
        if number not in taken:
            return number
