"""Names of holds, for systems that keep none: the port, and what is kept of each hold.

A partner speaks of a hold by a name.  Where the library's system knows the hold by its patron and its item alone,
SoftDock keeps what the name stands for, in the words of the account that has used it; nobody else finds it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.records import record


@record
class NamedHold:
    """A hold, and by which name an account knows it."""

    library: LibraryId
    """Of the account."""
    account: str
    name: HoldId
    patron: PatronId
    placed: datetime
    item: ItemId | None = None
    title: TitleId | None = None
    kind: HoldKind = HoldKind.HOLD
    scope: HoldScope | None = None
    pickup_location: str = ""
    expires: datetime | date | None = None
    status: HoldStatus | None = None
    """How it has ended; None as long as nobody has told SoftDock that it has."""
    ended: datetime | None = None

    def is_on(self, item: ItemId | None, title: TitleId | None) -> bool:
        """Whether it is what a patron has who names this `item`, or else this `title`."""
        return self.item == item if item is not None else title is not None and self.title == title


class NamesAway(Exception):
    """The names cannot be read, or not be kept, at this moment."""


class HoldNames(Protocol):
    """Keeps names, for all processes that share it; each for a bounded time.

    What becomes of a hold that is journalled is kept by `Journal.answer`, together with the outcome.  All raise
    NamesAway, at the latest when the reactor's clock shows `until`.
    """

    async def named(self, library: LibraryId, account: str, name: HoldId, until: float) -> NamedHold | None:
        """What the account calls so."""

    async def of_patron(self, library: LibraryId, patron: PatronId, until: float) -> Sequence[NamedHold]:
        """What any account of the library calls by a name, as long as it has not ended; the latest last."""

    async def keep(self, hold: NamedHold, until: float) -> None:
        """From now on the hold is known by its name, and is as it is here; durable when it returns."""
