"""Where the books are kept: what a storage has to do.

A storage does load, decide and apply as one synchronous unit of work, so that of two kiosks racing for an item one
wins.  It knows no rule of lending; the one thing it does of itself is to end the holds that have lapsed.
"""

from typing import Protocol, TypeVar

from softdock.adapters.inhouse.model import ItemRecord, ItemState, PatronRecord, Row
from softdock.adapters.inhouse.policies import PolicyBook
from softdock.adapters.inhouse.snapshot import Rule
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.records import record

_Wish = TypeVar("_Wish")


@record
class Stock:
    """What a library begins with."""

    policies: PolicyBook
    branches: dict[str, str]
    patrons: tuple[PatronRecord, ...] = ()
    items: tuple[tuple[ItemRecord, ItemState], ...] = ()
    rows: tuple[Row, ...] = ()
    """Blocks, fees, loans and holds; each after what it refers to."""


class Storage(Protocol):
    """Keeps the books of one library."""

    async def open(self) -> None:
        """Make ready."""

    async def close(self) -> None:
        """Let go of everything."""

    async def probe(self) -> None:
        """Return if the books can be read, raise a `LibrarySystemError` if not."""

    async def is_empty(self) -> bool:
        """Whether there is neither a patron nor an item."""

    async def take_in(self, stock: Stock) -> None:
        """Write `stock` into the empty books, and set free copies aside for the holds that wait."""

    async def work(self, rule: Rule[_Wish], wish: _Wish) -> AnyOutcome:
        """Put `wish` to `rule` and make the changes that it decides, all or none; its outcome.

        Holds that have lapsed by now are ended before.
        """
