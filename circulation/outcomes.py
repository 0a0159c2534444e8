"""What an operation came to: `Done`, `Refused` or `Unknown`."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from typing import Generic, TypeVar

from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import FeeId, HoldId, ItemId, PatronId, TitleId
from softdock.circulation.items import AlertType, Extra, FeeType, Item
from softdock.circulation.money import Money
from softdock.circulation.patrons import Entry, Patron
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.circulation.words import Word

Result = TypeVar("Result")


class PinCheck(Word):
    """What came of comparing a PIN."""

    NOT_ASKED = "not-asked"
    """No PIN was given, or an empty one: nothing was compared."""
    RIGHT = "right"
    WRONG = "wrong"
    NOT_SET = "not-set"
    """The card has no PIN on file, whatever was given."""


@record
class PatronReport:
    """The answer to `LookupPatron`, to what blocks and frees a card, and to what changes what is known of a patron.

    `entries` is the part of the wanted list that was asked for; `patron.counts` tells its full
    length.  `pin` says whether the card is proven: the report itself is complete in either case,
    and whoever passes it on decides what an unproven card may show.
    """

    patron: Patron
    pin: PinCheck = PinCheck.NOT_ASKED
    entries: Sequence[Entry] = ()
    reason: Reason | None = None
    """What is wrong with the card, if something is: the one reason to tell the patron first."""
    reason_date: date | None = None
    """The date that belongs to `reason`, such as the day the card expired."""
    holds: Sequence["HoldState"] = ()
    """With `PatronList.ALL_HOLDS`, instead of entries."""


@record
class Lent:
    """The answer to `Checkout` and `Renew`: the item is lent to the patron until `due`."""

    item: Item
    patron: PatronId
    due: datetime | date | None
    """None where the loan was undone, has no end, or ends at what only `due_text` tells."""
    renewed: bool = False
    """The patron had it already, so this was a renewal."""
    desensitize: bool = True
    """The device should switch the security tag off; False for what may not leave the building."""
    fee: Money | None = None
    fee_type: FeeType | None = None
    transaction: str = ""
    undone: bool = False
    """A cancelled return: the loan stands again."""
    due_text: str = ""
    """Where `due` is None: what the system says of the end of the loan in words of its own."""
    renewals: int | None = None
    """How often this loan has been renewed, where the system tells."""


@record
class Returned:
    """The answer to `Checkin`: the item is taken back."""

    item: Item
    patron: PatronId | None = None
    """Who had it; None if nobody had."""
    resensitize: bool = True
    alert: AlertType | None = None
    """Set if the item needs handling; the device beeps."""
    sort_bin: str = ""
    destination: str = ""
    """The library or branch the item has to go to, "" if it stays."""
    hold_patron: PatronId | None = None
    hold_patron_name: str = field(default="", repr=False)
    undone: bool = False
    """A cancelled loan: the item counts as never lent."""


@record
class RenewedAll:
    """The answer to `RenewAll`: which loans were renewed, and which not."""

    renewed: Sequence[ItemId]
    unrenewed: Sequence[ItemId]
    renewed_count: int | None = None
    """How many were renewed, where the system lists them in part or not at all; None for as many as are listed."""
    unrenewed_count: int | None = None


@record
class HoldState:
    """The answer to the three hold operations and to `LookupHold`: one hold."""

    item: Item | None
    title: str = ""
    available: bool = False
    """The item waits for the patron already."""
    queue_position: int | None = None
    pickup_location: str = ""
    expires: datetime | date | None = None
    id: HoldId | None = None
    """None where the system has no name for it."""
    patron: PatronId | None = None
    title_id: TitleId | None = None
    kind: HoldKind | None = None
    scope: HoldScope | None = None
    status: HoldStatus | None = None
    placed: datetime | date | None = None
    pickup_until: datetime | date | None = None
    """Until when the item lies ready."""
    needed_before: datetime | date | None = None
    """When the patron has no more use for it, whether it lies ready or not."""


@record
class TitleReport:
    """The answer to `LookupTitle`."""

    id: TitleId
    title: str = ""
    author: str = ""
    copies: Sequence[Item] = ()
    hold_queue_length: int | None = None


@record
class Recalled:
    """The answer to `RecallItem` and `CancelRecall`: the loan as it stands then."""

    item: Item
    patron: PatronId | None = None
    due: datetime | date | None = None


@record
class Accepted:
    """The answer to `AcceptItem`."""

    hold: HoldId
    item: Item


@record
class Charged:
    """The answer to `ChargeFee` and `WaiveFee`: it is booked."""

    patron: PatronId
    fee: FeeId
    """By what it is known; of what was waived without naming one, the library's number of the booking."""
    balance: Money | None = None


@record
class Deleted:
    """The answer to `DeletePatron` and `DeleteItem`."""

    patron: PatronId | None = None
    item: ItemId | None = None


@record
class Noted:
    """The answer to `TakeNotice`: it is kept."""


@record
class Paid:
    """The answer to `PayFee`: the payment is booked."""

    patron: PatronId
    balance: Money | None = None
    transaction: str = ""


@record
class ItemUpdated:
    """The answer to whatever changes what is known of an item: the item as it is then."""

    item: Item


@record
class SessionEnded:
    """The answer to `EndSession`."""

    patron: PatronId


@record
class Done(Generic[Result]):
    """The operation is done, durably.  `note` is what the library wants the patron to read.

    `extra` keeps, in order, what the system's answer held beyond this vocabulary, by the system's own names.
    """

    result: Result
    note: str = ""
    extra: Extra = ()


@record
class Refused:
    """The operation was not done, and nothing was changed.

    `note` is a text of the library itself and is shown beside the wording of `reason`.  What is known
    of the patron and the item goes along: a device shows the title of an item that it may not lend.
    """

    reason: Reason
    note: str | Mapping[str, str] = ""
    """One text, or one by language."""
    patron: Patron | None = None
    item: Item | None = None
    fee: Money | None = None
    """With FEE_NOT_ACKNOWLEDGED: what it would cost."""
    fee_type: FeeType | None = None
    reason_date: date | None = None
    """The date that belongs to `reason`, such as the day the card expired."""
    extra: Extra = ()
    """As with `Done`."""


@record
class Unknown:
    """The answer was lost: the operation may or may not have been done.

    The device is told "not done, please see the desk".
    """

    note: str = ""
