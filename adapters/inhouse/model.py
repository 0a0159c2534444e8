"""What the books of the library hold: one record per row, none of them ever changed.

A row is replaced as a whole or dropped, by its key.  What staff enter (`PatronRecord`, `ItemRecord`) is apart from
what circulation changes, so that lending a book rewrites nothing of what is known about it.

Points in time are in the library's zone.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import TypeAlias

from softdock.adapters.inhouse.dates import end_of
from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import FeeId, HoldId, ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus, FeeType, MediaType, SecurityMarker, nothing_extra
from softdock.circulation.money import Money
from softdock.circulation.records import record


@record
class PatronRecord:
    """Who a patron is.  Key: `id`."""

    id: PatronId
    pin: bytes = field(default=b"", repr=False)
    """Sealed (see `pins`); empty for a card without a PIN."""
    name: str = field(default="", repr=False)
    category: str = ""
    birth_date: date | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    home_library: LibraryId | None = None
    language: str = ""
    currency: str = ""
    """In which the patron's fees are kept."""
    expires: date | None = None
    """Last day on which the card is good."""
    card_lost: bool = False
    message: str = field(default="", repr=False)
    extra: Mapping[str, str] = field(default_factory=nothing_extra, repr=False)


@record
class Block:
    """A patron's card is blocked.  Key: `patron`."""

    patron: PatronId
    text: str = field(default="", repr=False)
    """What staff, or the device that kept the card, say about it."""


@record
class Stay:
    """An item of another library is here for the time of a partner's request."""

    hold: HoldId
    """By which the partner calls the request."""
    patron: PatronId | None = None
    """For whom alone it is; None for whoever comes with it."""
    due: datetime | None = None
    """When it has to go back."""
    renewable: bool = True


@record
class ItemRecord:
    """What an item is.  Key: `id`."""

    id: ItemId
    title_id: TitleId
    title: str = ""
    author: str = ""
    media_type: MediaType | None = None
    magnetic: bool | None = None
    security_marker: SecurityMarker = SecurityMarker.OTHER
    fee_type: FeeType = FeeType.OTHER
    fee: Money | None = None
    """What a loan of it costs."""
    owner: LibraryId | None = None
    permanent_location: str = ""
    call_number: str = ""
    collection: str = ""
    lendable: bool = True
    """False for what is read in the house only."""
    extra: Mapping[str, str] = field(default_factory=nothing_extra)
    stay: Stay | None = None
    """Set for what is here for a time only."""


@record
class ItemState:
    """Where an item is, as far as loans and holds do not say it.  Key: `item`."""

    item: ItemId
    status: CirculationStatus = CirculationStatus.AVAILABLE
    location: str = ""
    note: str = ""
    """What staff or a device keep with it."""


@record
class NewItem:
    """An item that comes into the books, and where it is."""

    item: ItemRecord
    state: ItemState


@record
class Hold:
    """A patron waits for a title, or for one copy of it.  Key: `number`."""

    number: int
    """Its place in the queue: a lower one came earlier."""
    patron: PatronId
    title_id: TitleId
    title: str
    placed: datetime
    item: ItemId | None = None
    """The copy that was named."""
    scope: HoldScope = HoldScope.ANY_COPY
    pickup_location: str = ""
    """ "" for any."""
    expires: datetime | None = None
    """After this day it is not wanted any more."""
    copy: ItemId | None = None
    """The copy that is set aside for it."""
    shelf_until: datetime | None = None
    """Set once that copy lies ready at the pickup location."""
    id: HoldId | None = None
    """The name that a partner has given it; None for one that is called by its number."""
    kind: HoldKind = HoldKind.HOLD

    @property
    def name(self) -> HoldId:
        """By which it is known outside.

        >>> Hold(53, PatronId("R1"), TitleId("T1"), "", datetime.min).name
        'H53'
        """
        return HoldId(f"H{self.number}") if self.id is None else self.id

    @property
    def lapses(self) -> datetime | None:
        """When it ends of itself."""
        if self.shelf_until is not None:
            return self.shelf_until
        return None if self.expires is None else end_of(self.expires.date(), self.expires.tzinfo)


@record
class EndedHold:
    """A hold that has come to its end, remembered for those who ask what became of it.  Key: the number of `hold`."""

    hold: Hold
    """As it was."""
    status: HoldStatus
    ended: datetime


@record
class Recall:
    """A loan has been asked back."""

    at: datetime
    due: datetime
    """When the loan was to end before."""


@record
class Loan:
    """A patron has an item.  Key: `item`."""

    item: ItemId
    patron: PatronId
    lent: datetime
    due: datetime
    renewals: int = 0
    fees: tuple[FeeId, ...] = ()
    """What was charged for it, or for its last renewal."""
    filled: Hold | None = None
    """The patron's hold that ended with it, as it was."""
    before: "Loan | None" = None
    """What stood in its place: this patron's loan before the renewal, or another's which a booking ended."""
    settled: bool = False
    """It stands again because a later step was undone; there is no step of its own left to undo."""
    recall: Recall | None = None


@record
class Return:
    """The last return of an item, kept until the item is lent again, so that it can be undone.  Key: `item`."""

    item: ItemId
    loan: Loan
    """As it stood."""
    state: ItemState
    """As it was before."""
    fine: FeeId | None = None
    """What was charged because it came late."""


@record
class Fee:
    """Something that a patron owes.  Key: `patron`, `id`."""

    id: FeeId
    number: int
    """Its age: a lower one is older."""
    patron: PatronId
    amount: Money
    """What is still open of it."""
    type: FeeType = FeeType.OTHER
    title: str = ""
    item: ItemId | None = None
    charged: datetime | None = None
    """None for one that was charged by somebody who did not say when."""
    note: str = field(default="", repr=False)
    """What whoever charged it says about it."""


@record
class Payment:
    """A patron has paid.  Key: `number`.  Payments are never changed."""

    number: int
    patron: PatronId
    amount: Money
    at: datetime
    parts: tuple[tuple[FeeId, int], ...] = ()
    """Which fees it went to, in the currency's smallest units."""
    asked: FeeId | None = None
    """The one fee that the device named."""
    transaction: str = ""
    """The device's own number for it."""
    payment_type: str = ""


Row: TypeAlias = (
    PatronRecord | ItemRecord | NewItem | Block | ItemState | Hold | EndedHold | Loan | Return | Fee | Payment
)

Entry: TypeAlias = PatronRecord | NewItem | Block | Fee | Payment
"""What a stock begins with: a patron, what hangs on that patron's card right after it, an item."""

Standing: TypeAlias = Loan | Return | Hold | EndedHold
"""What stands between patrons and items, or has stood there."""
