"""A hold as it is told."""

from collections.abc import Sequence

from softdock.adapters.inhouse.model import EndedHold, Hold
from softdock.adapters.inhouse.rules.items import item_view
from softdock.adapters.inhouse.rules.queues import position
from softdock.adapters.inhouse.snapshot import Card, Snapshot, Title
from softdock.circulation.holds import HoldStatus
from softdock.circulation.identifiers import ItemId
from softdock.circulation.items import Item
from softdock.circulation.outcomes import HoldState


def hold_view(snapshot: Snapshot, found: Hold | EndedHold) -> HoldState:
    """A hold as it stands, or as it has ended."""
    hold = found.hold if isinstance(found, EndedHold) else found
    about = item_of(hold)
    copy = None if about is None else snapshot.copies.get(about)
    item = None if copy is None else item_view(copy)
    if isinstance(found, EndedHold):
        return ended_as(hold, item, found.status)
    return hold_as(snapshot.titles[hold.title_id] if copy is None else copy.title, hold, item)


def holds_of(snapshot: Snapshot, card: Card) -> Sequence[HoldState]:
    """All holds of `card`, the oldest first."""
    return [hold_view(snapshot, each) for each in card.holds]


def item_of(hold: Hold) -> ItemId | None:
    """The copy that `hold` is about: that is set aside for it, else that was named."""
    return hold.copy or hold.item


def hold_as(title: Title, hold: Hold, item: Item | None) -> HoldState:
    """`hold` as it will be told, with the copy that it is about."""
    return HoldState(
        item=item,
        title=title.text,
        available=hold.copy is not None,
        queue_position=position(title, hold),
        pickup_location=hold.pickup_location,
        expires=hold.shelf_until or hold.expires,
        id=hold.name,
        patron=hold.patron,
        title_id=hold.title_id,
        kind=hold.kind,
        scope=hold.scope,
        status=HoldStatus.WAITING if hold.shelf_until is None else HoldStatus.READY,
        placed=hold.placed,
        pickup_until=hold.shelf_until,
    )


def ended_as(hold: Hold, item: Item | None, status: HoldStatus) -> HoldState:
    """`hold`, which has ended: it has no place in the queue any more, and no time left."""
    return HoldState(
        item=item,
        title=hold.title,
        pickup_location=hold.pickup_location,
        id=hold.name,
        patron=hold.patron,
        title_id=hold.title_id,
        kind=hold.kind,
        scope=hold.scope,
        status=status,
        placed=hold.placed,
    )
