"""Where the books are kept: what a storage has to do.

A storage does load, decide and apply as one synchronous unit of work, so that of two kiosks racing for an item one
wins.  It knows no rule of lending; the one thing it does of itself is to end the holds that have lapsed.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from softdock.adapters.inhouse.model import Entry, Hold, Loan, Standing
from softdock.adapters.inhouse.policies import PolicyBook
from softdock.adapters.inhouse.snapshot import Rule
from softdock.circulation.journal import Effect
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.records import record

_Wish = TypeVar("_Wish")


class Stock(Protocol):
    """What comes into the books from outside.  It may be larger than the memory, and is gone through part by part."""

    policies: PolicyBook
    """What holds once it is in."""
    branches: Mapping[str, str]
    """Which branch a location belongs to, once it is in."""
    lent: Container[str]
    """Items that have a loan in it."""

    @property
    def highest_number(self) -> int:
        """The highest number that any row of it has; 0 if none has one."""

    def entries(self) -> Iterator[Entry]:
        """Patrons, each followed by what hangs on the card; and items."""

    def standing(self) -> Iterator[Standing]:
        """Loans, returns and holds."""


@record
class Taken:
    """What came of taking a stock in."""

    patrons: int = 0
    """That are new in the books."""
    items: int = 0
    loans: int = 0
    holds: int = 0
    known_patrons: int = 0
    """That the books knew: what staff enter is replaced, everything else is as it was."""
    known_items: int = 0


class WrongBooks(ValueError):
    """The books are those of another library, under another key, or a later version's.  The message says which."""


class Storage(Protocol):
    """Keeps the books of one library."""

    async def open(self, initial: Callable[[], Stock] | None = None) -> None:
        """Make ready; what `initial` gives is taken in where nothing ever was, or not to its end."""

    async def close(self) -> None:
        """Let go of everything."""

    async def probe(self) -> None:
        """Return if the books can be read, raise a `LibrarySystemError` if not."""

    async def take_in(self, stock: Stock) -> Taken:
        """Write `stock` into the books, and set free copies aside for the holds that wait.

        Of patrons and items that the books know, what staff enter is replaced; blocks, fees, loans and holds are taken
        with what is new only.  Taking the same in again changes nothing.
        """

    async def work(self, rule: Rule[_Wish], wish: _Wish, operation_id: str = "") -> AnyOutcome:
        """Put `wish` to `rule` and make the changes that it decides, all or none; its outcome.

        Holds that have lapsed by now are ended before.  If it is done, that is marked under `operation_id` with the
        changes: both or none.
        """

    async def effect_of(self, operation_id: str, since: datetime) -> Effect:
        """Whether the operation of this identifier, which was claimed at `since`, is marked as done.

        Where it is not, it will not be done any more: whatever was begun before has come to its end.  Unclear where a
        mark may have been let go of.
        """


def with_filled(loan: Loan, numbered: Callable[[Hold], Hold]) -> Loan:
    """`loan` with the holds that would come back if it were undone, each made `numbered`: they share the others' numbers."""
    filled = None if loan.filled is None else numbered(loan.filled)
    return replace(
        loan, filled=filled, before=None if loan.before is None else with_filled(loan.before, numbered)
    )


def filled_by(loan: Loan) -> Iterator[Hold]:
    """The holds that would come back if `loan` were undone."""
    if loan.filled is not None:
        yield loan.filled
    if loan.before is not None:
        yield from filled_by(loan.before)
