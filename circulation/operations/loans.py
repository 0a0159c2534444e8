"""Operations on loans."""

from datetime import datetime
from typing import ClassVar

from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import Extra
from softdock.circulation.money import Money
from softdock.circulation.records import record


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
    hold: HoldId | None = None
    """The hold that ends with it."""
    desired_due: datetime | None = None
    """The library may lend for a shorter time than it would, not for a longer one."""
    acknowledged_fee: Money | None = None
    """With `fee_acknowledged`: as much the patron has agreed to, and no more; None for whatever it is."""


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
    borrower: PatronId | None = None
    """With `cancel`: whose loan is meant; another patron's is left as it is."""
    only_if_lent: bool = False
    """Refused for an item that nobody has, instead of taken as it is."""
    only_if_new: bool = False
    """With `cancel`: refused for a loan that was renewed since, instead of undoing the renewal."""


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
    desired_due: datetime | None = None
    acknowledged_fee: Money | None = None


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
class RecallItem:
    """Ask for `item` back before it is due."""

    capability: ClassVar = Capability.RECALL
    changes_state: ClassVar = True

    item: ItemId
    desired_due: datetime | None = None
    """When it should be back; None lets the library say."""
    extra: Extra = ()


@record
class CancelRecall:
    """Ask for `item` no more: the loan is due when it was before."""

    capability: ClassVar = Capability.RECALL
    changes_state: ClassVar = True

    item: ItemId
    extra: Extra = ()
