"""Operations that change no books."""

from datetime import datetime
from typing import ClassVar

from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import HoldId, ItemId, PatronId
from softdock.circulation.items import Extra
from softdock.circulation.records import record


@record
class TakeNotice:
    """Keep that something has happened elsewhere; the books stay as they are."""

    capability: ClassVar = Capability.NOTICE
    changes_state: ClassVar = True

    event: str
    """What has happened, such as `item-shipped`."""
    item: ItemId | None = None
    patron: PatronId | None = None
    hold: HoldId | None = None
    happened: datetime | None = None
    extra: Extra = ()
    """What else was said, by names of the protocol."""
