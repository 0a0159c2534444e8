"""Looking an item up, and keeping a note with it."""

from collections.abc import Sequence

from softdock.adapters.inhouse.model import Hold, ItemState, Loan
from softdock.adapters.inhouse.rules.queues import length_for, next_in
from softdock.adapters.inhouse.snapshot import Changes, Copy, Decision, Snapshot
from softdock.circulation.items import CirculationStatus, Item
from softdock.circulation.operations import LookupItem, UpdateItem
from softdock.circulation.outcomes import Done, ItemUpdated, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

STANDS_WITH_A_LOAN = frozenset(
    {CirculationStatus.CLAIMED_RETURNED, CirculationStatus.LOST, CirculationStatus.MISSING,
     CirculationStatus.CHARGED_NOT_RECALLABLE}
)  # fmt: skip
"""What staff say of an item that is lent, and what counts for more than that it is."""

_CHARGED = CirculationStatus.CHARGED


def lookup_item(snapshot: Snapshot, wish: LookupItem) -> AnyOutcome:
    """A known item is described as it stands."""
    copy = snapshot.copies.get(wish.item)
    if copy is None:
        return Refused(Reason.ITEM_UNKNOWN)
    return Done(copy.view or item_view(copy))


def update_item(snapshot: Snapshot, wish: UpdateItem) -> Decision | AnyOutcome:
    """The note is stored; an empty one wipes the old."""
    copy = snapshot.copies.get(wish.item)
    if copy is None:
        return Refused(Reason.ITEM_UNKNOWN)
    state = ItemState(copy.item.id, copy.state.status, copy.state.location, wish.properties)
    item = item_as(copy, state, copy.loan, copy.hold)
    return Decision(Done(ItemUpdated(item)), Changes(state))


def item_view(copy: Copy) -> Item:
    """`copy` as SoftDock describes it."""
    if copy.view is None:
        copy.view = item_as(copy, copy.state, copy.loan, copy.hold)
    return copy.view


def item_as(
    copy: Copy,
    state: ItemState,
    loan: Loan | None,
    hold: Hold | None,
    queue: Sequence[Hold] | None = None,
) -> Item:
    """`copy` as it will be described with this state, loan, hold and, if it changes, this queue."""
    item = copy.item
    if queue is None:
        queue = copy.title.queue
    recalled = None
    if loan is not None:
        if loan.recall is not None:
            recalled = loan.recall.at
        elif queue and (waiting := next_in(queue, item)) is not None:
            recalled = waiting.placed
    return Item(
        item.id,
        item.title,
        item.author,
        item.title_id,
        item.media_type,
        item.magnetic,
        item.security_marker,
        item.fee_type,
        item.fee,
        item.owner,
        item.permanent_location,
        state.location,
        item.call_number,
        item.collection,
        state.note,
        _status(state, loan, hold, is_recalled=recalled is not None),
        length_for(queue, item) if queue else 0,
        None if loan is None else loan.due,
        recalled,
        None if hold is None else hold.shelf_until,
        None if loan is None else loan.patron,
        item.extra,
        lendable=item.lendable,
    )


def _status(
    state: ItemState, loan: Loan | None, hold: Hold | None, *, is_recalled: bool
) -> CirculationStatus:
    if loan is not None:
        if state.status in STANDS_WITH_A_LOAN:
            return state.status
        return CirculationStatus.RECALLED if is_recalled else _CHARGED
    if hold is not None:
        if hold.shelf_until is None:
            return CirculationStatus.IN_TRANSIT
        return CirculationStatus.ON_HOLD_SHELF
    return state.status
