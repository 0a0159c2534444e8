"""What can be asked: one record per operation, free of any protocol.

Every text in an operation came from a device and is not yet believed; every length is bounded by the
front that read it.  `extra` keeps, in order, the fields that the device sent beyond its protocol's
standard.  Points in time carry a zone; None means that the device did not say.

`changes_state` parts the operations in two: those that change the library's books, which are journalled
and logged one by one, and those that change nothing, which are only counted.
"""

from datetime import datetime
from typing import ClassVar, TypeAlias

from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import FeeId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import Extra, FeeType
from softdock.circulation.money import Money
from softdock.circulation.patrons import PatronList
from softdock.circulation.records import record
from softdock.circulation.words import Word


class HoldScope(Word):
    """Which copies a hold may be filled with."""

    OTHER = "other"
    ANY_COPY = "any-copy"
    THIS_COPY = "this-copy"
    ANY_COPY_AT_LOCATION = "any-copy-at-location"


@record
class LookupPatron:
    """Who is this card, how does it stand, and, if `wanted`, one list that hangs on it."""

    capability: ClassVar = Capability.LOOKUP_PATRON
    changes_state: ClassVar = False

    patron: PatronId
    pin: Secret | None = None
    wanted: PatronList | None = None
    first: int = 1
    """First entry of the list that is wanted, counted from 1."""
    last: int | None = None
    """Last entry that is wanted, inclusive; None for all that follow."""
    extra: Extra = ()
    language: str = ""
    """ISO 639-1, of the texts that the device would like; "" where it does not say."""


@record
class LookupItem:
    """What is this item, and where does it stand."""

    capability: ClassVar = Capability.LOOKUP_ITEM
    changes_state: ClassVar = False

    item: ItemId
    extra: Extra = ()


@record
class Checkout:
    """Lend `item` to `patron`."""

    capability: ClassVar = Capability.CHECKOUT
    changes_state: ClassVar = True

    patron: PatronId
    item: ItemId
    pin: Secret | None = None
    renewal_allowed: bool = True
    """If the patron has the item already, this may be a renewal."""
    fee_acknowledged: bool = False
    cancel: bool = False
    """Undo the return of this item, because the device could not complete it."""
    no_block: bool = False
    """It has happened already, while the library was out of reach: book it, do not refuse it."""
    happened: datetime | None = None
    promised_due: datetime | None = None
    """With `no_block`: the due date that the patron was told."""
    properties: str | None = None
    extra: Extra = ()


@record
class Checkin:
    """Take `item` back."""

    capability: ClassVar = Capability.CHECKIN
    changes_state: ClassVar = True

    item: ItemId
    returned: datetime | None = None
    location: str = ""
    """Where the device stands that took it."""
    cancel: bool = False
    """Undo the loan of this item, because the device could not complete it."""
    no_block: bool = False
    happened: datetime | None = None
    properties: str | None = None
    extra: Extra = ()


@record
class Renew:
    """Lend on what `patron` has: the `item`, or what they have of the `title`."""

    capability: ClassVar = Capability.RENEW
    changes_state: ClassVar = True

    patron: PatronId
    item: ItemId | None = None
    title: TitleId | None = None
    pin: Secret | None = None
    third_party_allowed: bool = False
    """The loan may be another patron's."""
    fee_acknowledged: bool = False
    no_block: bool = False
    happened: datetime | None = None
    promised_due: datetime | None = None
    properties: str | None = None
    extra: Extra = ()


@record
class RenewAll:
    """Lend on everything that `patron` has, as far as the rules allow."""

    capability: ClassVar = Capability.RENEW_ALL
    changes_state: ClassVar = True

    patron: PatronId
    pin: Secret | None = None
    fee_acknowledged: bool = False
    extra: Extra = ()


@record
class PlaceHold:
    """Put `patron` into the queue for the `item` or the `title`."""

    capability: ClassVar = Capability.HOLD
    changes_state: ClassVar = True

    patron: PatronId
    item: ItemId | None = None
    title: TitleId | None = None
    pin: Secret | None = None
    pickup_location: str = ""
    expires: datetime | None = None
    scope: HoldScope | None = None
    fee_acknowledged: bool = False
    extra: Extra = ()


@record
class ChangeHold:
    """Change the pickup location, the expiry or the scope of a hold that `patron` has."""

    capability: ClassVar = Capability.HOLD
    changes_state: ClassVar = True

    patron: PatronId
    item: ItemId | None = None
    title: TitleId | None = None
    pin: Secret | None = None
    pickup_location: str = ""
    expires: datetime | None = None
    scope: HoldScope | None = None
    extra: Extra = ()


@record
class CancelHold:
    """Take `patron` out of the queue."""

    capability: ClassVar = Capability.HOLD
    changes_state: ClassVar = True

    patron: PatronId
    item: ItemId | None = None
    title: TitleId | None = None
    pin: Secret | None = None
    extra: Extra = ()


@record
class PayFee:
    """Book a payment of `amount` that the device has taken."""

    capability: ClassVar = Capability.PAY_FEE
    changes_state: ClassVar = True

    patron: PatronId
    amount: Money
    pin: Secret | None = None
    fee_type: FeeType = FeeType.OTHER
    payment_type: str = ""
    """How it was paid, in the device's own code: SIP2's 00 cash, 01 VISA, 02 credit card, or agreed."""
    fee: FeeId | None = None
    transaction: str = ""
    """The device's own number for the payment."""
    extra: Extra = ()


@record
class BlockPatron:
    """Block a card, because the device kept it or staff asked for it."""

    capability: ClassVar = Capability.BLOCK_PATRON
    changes_state: ClassVar = True

    patron: PatronId
    card_retained: bool = False
    message: str = ""
    extra: Extra = ()


@record
class EnablePatron:
    """Lift the block of a card; with a wrong PIN it stays."""

    capability: ClassVar = Capability.ENABLE_PATRON
    changes_state: ClassVar = True

    patron: PatronId
    pin: Secret | None = None
    extra: Extra = ()


@record
class UpdateItem:
    """Store `properties` with the item."""

    capability: ClassVar = Capability.UPDATE_ITEM
    changes_state: ClassVar = True

    item: ItemId
    properties: str
    extra: Extra = ()


@record
class EndSession:
    """The patron has left the device."""

    capability: ClassVar = Capability.END_SESSION
    changes_state: ClassVar = False

    patron: PatronId
    pin: Secret | None = None
    extra: Extra = ()


Operation: TypeAlias = (
    LookupPatron
    | LookupItem
    | Checkout
    | Checkin
    | Renew
    | RenewAll
    | PlaceHold
    | ChangeHold
    | CancelHold
    | PayFee
    | BlockPatron
    | EnablePatron
    | UpdateItem
    | EndSession
)
