"""Reading an import file: everything that is wrong with it at once, or a stock for the books.

The file is gone through several times rather than kept: once to check it, then as often as the books ask for a part of
it.  In memory are the identifiers, and the holds.
"""

from collections.abc import Container, Iterator
from datetime import datetime
from pathlib import Path

from softdock.adapters.inhouse import import_format as f
from softdock.adapters.inhouse.import_check import EmptyBooks, FileCheck, ImportFileError, KnownBooks, about
from softdock.adapters.inhouse.import_records import Converter
from softdock.adapters.inhouse.model import Entry, Hold, Standing
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.streaming import Part, parts_of

__all__ = ["EmptyBooks", "FileStock", "ImportFileError", "KnownBooks", "read_stock"]


def read_stock(
    path: Path, house: House, now: datetime, known: KnownBooks | None = None, *, may_seal: bool = True
) -> "FileStock":
    """What the file at `path` holds, for `house`, checked as a whole.  Raises ImportFileError.

    What it refers to is in the file itself or in the books that are `known`; without them it is for new books under the
    key of `house`.  PINs in clear are welcome if `may_seal`: if the key of `house` is that of the books.
    """
    now = now.astimezone(house.zone)
    check = FileCheck(house, now, known or EmptyBooks(house.pins.mark), may_seal=may_seal)
    try:
        with path.open("rb") as file:
            check.go_through(file)
        if check.needs_titles:
            with path.open("rb") as file:
                check.find_titles(file)
    except OSError as error:
        raise ImportFileError([("", f"This file cannot be read: {error.strerror}.")]) from None
    check.conclude()
    return FileStock(path, house, now, check)


def _say_nothing(place: str, sentence: str) -> None:
    """The file was checked before."""


class FileStock:
    """An import file that was found to be good.  Implements `storage.Stock`."""

    def __init__(self, path: Path, house: House, now: datetime, check: FileCheck) -> None:
        self.policies = check.policies
        self.branches = check.branches
        self.highest_number = check.highest_number
        self.lent: Container[str] = check.lent
        self.pin_key_mark = check.library.pin_key_mark
        self._path = path
        self._kinds = check.kinds
        self._holds = check.holds
        self._titles = check.titles
        self._convert = Converter(house, now, check.library, check.policies, _say_nothing)

    def entries(self) -> Iterator[Entry]:
        """See `storage.Stock`."""
        for part in self._elements():
            if part.name == "patrons":
                yield from self._convert.patron("", f.Patron.model_validate(part.value))
            elif part.name == "items":
                yield self._convert.item("", f.Item.model_validate(part.value))

    def standing(self) -> Iterator[Standing]:
        """See `storage.Stock`."""
        for part in self._elements():
            if part.name == "loans":
                yield self._convert.loan(f.Loan.model_validate(part.value), self._kinds)
            elif part.name == "returns":
                yield self._convert.last_return(f.Return.model_validate(part.value), self._kinds)
            elif part.name == "ended_holds":
                yield self._convert.ended_hold(f.EndedHold.model_validate(part.value))
        yield from self._standing_holds()

    def _standing_holds(self) -> Iterator[Hold]:
        for hold in self._holds:
            yield self._convert.hold(hold, self._titles[about(hold)])

    def _elements(self) -> Iterator[Part]:
        with self._path.open("rb") as file:
            yield from (part for part in parts_of(file) if part.place is not None and part.place >= 0)
