"""Operations on items and titles."""

from datetime import datetime
from typing import ClassVar

from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus, Extra, MediaType, SecurityMarker
from softdock.circulation.records import record


@record
class LookupItem:
    """What is this item, and where does it stand."""

    capability: ClassVar = Capability.LOOKUP_ITEM
    changes_state: ClassVar = False

    item: ItemId
    extra: Extra = ()


@record
class LookupTitle:
    """What is this title, and which copies are there of it."""

    capability: ClassVar = Capability.LOOKUP_TITLE
    changes_state: ClassVar = False

    title: TitleId
    """The library's own number of it, or another that it knows it by, such as an ISBN."""
    extra: Extra = ()


@record
class AcceptItem:
    """Take in an item of another library, for as long as it is here, and keep it for `patron`."""

    capability: ClassVar = Capability.ACCEPT_ITEM
    changes_state: ClassVar = True

    hold: HoldId
    """The partner's name for the request that it fulfils."""
    patron: PatronId | None = None
    item: ItemId | None = None
    """By which number it shall be known; None lets the library give it one."""
    title: str = ""
    author: str = ""
    call_number: str = ""
    media_type: MediaType | None = None
    owner: str = ""
    """Whose item it is, as the partner says."""
    due: datetime | None = None
    """When it has to go back."""
    keep_for_patron: bool = True
    """It waits for the patron; otherwise it is lent to whoever comes with it."""
    renewable: bool = True
    pickup_location: str = ""
    pickup_until: datetime | None = None
    extra: Extra = ()


@record
class CreateItem:
    """Take in an item."""

    capability: ClassVar = Capability.EDIT_ITEM
    changes_state: ClassVar = True

    item: ItemId | None = None
    """By which number it shall be known; None lets the library give one."""
    hold: HoldId | None = None
    """The partner's request that it was made for."""
    title_id: TitleId | None = None
    title: str = ""
    author: str = ""
    media_type: MediaType | None = None
    security_marker: SecurityMarker | None = None
    magnetic: bool | None = None
    call_number: str = ""
    permanent_location: str = ""
    current_location: str = ""
    status: CirculationStatus | None = None
    lendable: bool = True
    extra: Extra = ()


@record
class AmendItem:
    """Change what is known of `item`: None leaves a value as it is, "" takes it away."""

    capability: ClassVar = Capability.EDIT_ITEM
    changes_state: ClassVar = True

    item: ItemId
    title_id: TitleId | None = None
    title: str | None = None
    author: str | None = None
    media_type: MediaType | None = None
    security_marker: SecurityMarker | None = None
    magnetic: bool | None = None
    call_number: str | None = None
    permanent_location: str | None = None
    current_location: str | None = None
    lendable: bool | None = None
    extra: Extra = ()


@record
class DeleteItem:
    """Take `item` out of the books; refused while it is lent or waited for."""

    capability: ClassVar = Capability.EDIT_ITEM
    changes_state: ClassVar = True

    item: ItemId
    extra: Extra = ()


@record
class SetItemStatus:
    """Say where `item` stands in circulation."""

    capability: ClassVar = Capability.EDIT_ITEM
    changes_state: ClassVar = True

    item: ItemId
    status: CirculationStatus
    extra: Extra = ()


@record
class UpdateItem:
    """Store `properties` with the item."""

    capability: ClassVar = Capability.UPDATE_ITEM
    changes_state: ClassVar = True

    item: ItemId
    properties: str
    extra: Extra = ()
