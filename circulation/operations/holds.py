"""Operations on holds."""

from datetime import datetime
from typing import ClassVar

from softdock.circulation.capabilities import Capability
from softdock.circulation.holds import HoldKind, HoldScope
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import Extra
from softdock.circulation.money import Money
from softdock.circulation.records import record


@record
class LookupHold:
    """How does this hold stand: by its own name, or the one that `patron` has on `item` or `title`."""

    capability: ClassVar = Capability.LOOKUP_HOLD
    changes_state: ClassVar = False

    hold: HoldId | None = None
    patron: PatronId | None = None
    item: ItemId | None = None
    title: TitleId | None = None
    kind: HoldKind | None = None
    """With `patron`: only one of this kind is meant."""
    pin: Secret | None = None
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
    hold: HoldId | None = None
    """By which name it shall be known; None lets the library give it one."""
    kind: HoldKind = HoldKind.HOLD
    needs_name: bool = False
    """Whoever asks speaks of it by its name afterwards: where neither gives it one, SoftDock does."""
    acknowledged_fee: Money | None = None
    """With `fee_acknowledged`: as much the patron has agreed to, and no more; None for whatever it is."""


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
    hold: HoldId | None = None
    """The one that is meant; with it, `item` and `title` need not say it."""


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
    hold: HoldId | None = None
