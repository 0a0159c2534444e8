"""What a rule reads, and what it answers.

`Card`, `Copy` and `Title` put the rows of the books together: a patron with what hangs on the card, an item with
where it stands, a title with its copies and its queue.  Rules only read them.  A storage makes and changes them:
the one in memory keeps the whole library so, another one would put together what an operation can touch.

What costs something to work out (`Card.state`, `Card.view`, `Copy.view`) is remembered with them until something
changes; whoever changes them forgets it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from softdock.adapters.inhouse.model import (
    Block,
    EndedHold,
    Fee,
    Hold,
    ItemRecord,
    ItemState,
    Loan,
    NewItem,
    PatronRecord,
    Payment,
    Return,
    Row,
)
from softdock.adapters.inhouse.pins import OF_THIS_PROCESS, PinSeal
from softdock.adapters.inhouse.policies import Policy, PolicyBook
from softdock.circulation.identifiers import HoldId, ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import Item
from softdock.circulation.patrons import Counts, Patron, Standing
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record


@record
class CardState:
    """How a card stands, until time or a change makes it stand otherwise."""

    standing: frozenset[Standing]
    counts: Counts
    card_fault: Reason | None
    """What is wrong with the card itself: lost, expired or blocked."""
    limit_reached: Reason | None
    """Why it may not borrow although nothing is wrong with it."""
    balance: int
    """What the patron owes in all, in the currency's smallest units."""
    until: datetime
    """Time alone changes nothing before."""


@dataclass(slots=True, eq=False, repr=False)
class Card:
    """A patron, with what hangs on the card."""

    patron: PatronRecord
    policy: Policy
    block: Block | None = None
    loans: tuple["Copy", ...] = ()
    """The copies that the patron has; each has a loan."""
    holds: tuple[Hold, ...] = ()
    fees: tuple[Fee, ...] = ()
    """What is open, the oldest first."""
    payments: tuple[Payment, ...] = ()
    state: CardState | None = None
    view: Patron | None = None

    def forget(self) -> None:
        """Something has changed."""
        self.state = self.view = None

    def __repr__(self) -> str:
        return f"Card({self.patron.id!r})"


@dataclass(slots=True, eq=False, repr=False)
class Title:
    """A work, by whichever number or name the library knows it, with its copies and who waits for one."""

    id: TitleId
    text: str
    copies: tuple["Copy", ...] = ()
    queue: tuple[Hold, ...] = ()
    """All holds on it, first come first."""

    def __repr__(self) -> str:
        return f"Title({self.id!r})"


@dataclass(slots=True, eq=False, repr=False)
class Copy:
    """An item, with where it stands."""

    item: ItemRecord
    title: Title
    state: ItemState
    loan: Loan | None = None
    hold: Hold | None = None
    """The hold for which it is set aside."""
    last_return: Return | None = None
    view: Item | None = None

    def __repr__(self) -> str:
        return f"Copy({self.item.id!r})"


def _nothing() -> Mapping[str, str]:
    return _NOTHING


_NOTHING: Mapping[str, str] = MappingProxyType({})


@record
class House:
    """What holds for the library as a whole."""

    library: LibraryId
    currency: str
    zone: tzinfo
    branches: Mapping[str, str] = field(default_factory=_nothing)
    """Which branch a location belongs to; a location that is not named is a branch of its own."""
    sort_bins: Mapping[str, str] = field(default_factory=_nothing)
    """By the word of an alert, a collection, a permanent location, or `default`."""
    hold_shelf_days: int = 7
    pins: PinSeal = OF_THIS_PROCESS
    policies: PolicyBook = field(default_factory=PolicyBook, repr=False)
    """What a patron may do who comes into the books, or into another category."""


@record
class Snapshot:
    """The books at one moment: at least what the operation can touch."""

    house: House
    now: datetime
    """In the library's zone."""
    cards: Mapping[PatronId, Card]
    copies: Mapping[ItemId, Copy]
    titles: Mapping[TitleId, Title]
    number: Callable[[], int]
    """A number that no row has yet, higher than all before."""
    holds: Mapping[HoldId, Hold | EndedHold]
    """By name; one that has ended is there for some time (`rules.endings`)."""

    @property
    def today(self) -> date:
        """The day of the library."""
        return self.now.date()


class Changes:
    """What has to be written, all of it or nothing: rows to drop, then rows to put in place of the old ones."""

    __slots__ = ("drops", "puts")

    def __init__(self, *puts: Row) -> None:
        self.drops: list[Row] = []
        self.puts: list[Row] = list(puts)

    def put(self, row: Row) -> None:
        """Write `row`, in place of the one that has its key."""
        self.puts.append(row)

    def drop(self, row: Row) -> None:
        """Take `row` out."""
        self.drops.append(row)

    @property
    def of_records(self) -> bool:
        """Whether a patron or an item comes in, goes, or is another than before; lending changes no record."""
        return any(type(row) in _RECORDS for rows in (self.drops, self.puts) for row in rows)


_RECORDS = frozenset({PatronRecord, ItemRecord, NewItem})


@record
class Decision:
    """What a rule decided: `changes` to be made, and `outcome` to be told once they are made."""

    outcome: AnyOutcome
    changes: Changes = field(hash=False)


_Wish = TypeVar("_Wish")

Rule: TypeAlias = Callable[[Snapshot, _Wish], Decision | AnyOutcome]
"""Decides about a wish by the snapshot alone.  An outcome without a decision changes nothing."""
