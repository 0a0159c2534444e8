"""Whose turn it is.

A hold waits until a copy is set aside for it.  What holds at all times: no hold waits while a copy that it could
have is free.  So a free copy may be lent to whoever brings it, and only three things end a wait: a return, another
patron's leaving the queue, and a copy that comes into circulation.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from softdock.adapters.inhouse.dates import end_of
from softdock.adapters.inhouse.model import Hold, ItemRecord
from softdock.adapters.inhouse.snapshot import Changes, Copy, House, Snapshot, Title
from softdock.circulation.holds import HoldKind, HoldScope
from softdock.circulation.identifiers import ItemId
from softdock.circulation.items import CirculationStatus

AVAILABLE = CirculationStatus.AVAILABLE
_THIS_COPY = HoldScope.THIS_COPY
_ANY_COPY_AT_LOCATION = HoldScope.ANY_COPY_AT_LOCATION
# Bound once: Python 3.11 finds a member of an enumeration through a descriptor, and every loan asks for these.

LENDABLE = frozenset(
    {CirculationStatus.AVAILABLE, CirculationStatus.TO_BE_RESHELVED, CirculationStatus.IN_TRANSIT,
     CirculationStatus.ON_HOLD_SHELF}
)  # fmt: skip
"""The states in which an item that is not lent can be: it has been found, so it is here."""

GONE = frozenset({CirculationStatus.LOST, CirculationStatus.MISSING})
"""States in which nobody can be promised an item."""


FOR_STAFF = frozenset({HoldKind.COPY, HoldKind.ESTIMATE})
"""Kinds that take no item out of circulation: staff see to them, and no copy is set aside."""


def fits(hold: Hold, item: ItemRecord) -> bool:
    """Whether `item` could fill `hold`, being a copy of its title."""
    if not item.lendable or hold.kind in FOR_STAFF:
        return False
    if item.stay is not None and hold.name != item.stay.hold:
        return False
    if hold.scope is _THIS_COPY:
        return hold.item == item.id
    if hold.scope is _ANY_COPY_AT_LOCATION:
        return item.permanent_location == hold.pickup_location
    return True


def waits_for(copy: Copy) -> Hold | None:
    """The hold that gets `copy` next."""
    return next_in(copy.title.queue, copy.item)


def next_in(queue: Sequence[Hold], item: ItemRecord) -> Hold | None:
    """The first in `queue` who waits and could have `item`."""
    for hold in queue:
        if hold.copy is None and fits(hold, item):
            return hold
    return None


def length_for(queue: Sequence[Hold], item: ItemRecord) -> int:
    """How many in `queue` wait for `item`, or have it set aside."""
    return sum(hold.copy == item.id if hold.copy is not None else fits(hold, item) for hold in queue)


def queue_after(title: Title, changes: Changes) -> Sequence[Hold]:
    """The queue of `title` as it will be."""
    gone = {row.number for row in changes.drops if isinstance(row, Hold)}
    holds = {hold.number: hold for hold in title.queue if hold.number not in gone}
    holds.update(
        (row.number, row) for row in changes.puts if isinstance(row, Hold) and row.title_id == title.id
    )
    return [holds[number] for number in sorted(holds)]


def is_free(copy: Copy) -> bool:
    """Whether `copy` is in, belongs to nobody, and may be lent."""
    return copy.loan is None and copy.hold is None and copy.item.lendable and copy.state.status in LENDABLE


def is_over(copy: Copy) -> bool:
    """Whether the stay of `copy` has come to its end: it is back from its loan, or its patron waits for it no more."""
    if copy.item.stay is None or copy.loan is not None or copy.hold is not None:
        return False
    return copy.last_return is not None or copy.item.stay.patron is not None


def can_be_aside(copy: Copy | None, hold: Hold) -> bool:
    """Whether `copy` can be set aside for `hold` as somebody says who does not know these books."""
    return copy is not None and copy.loan is None and copy.hold is None and copy.title.id == hold.title_id


def free_copy(title: Title, hold: Hold, *, but: ItemId | None = None) -> Copy | None:
    """A copy that can be set aside for `hold`: the one that was named, if it can be had."""
    free = [copy for copy in title.copies if copy.item.id != but and is_free(copy) and fits(hold, copy.item)]
    return next((copy for copy in free if copy.item.id == hold.item), free[0] if free else None)


def same_branch(house: House, one: str, other: str) -> bool:
    """Whether two locations are in one branch; an unknown one, "", is wherever the other is."""
    if not one or not other or one == other:
        return True
    return house.branches.get(one, one) == house.branches.get(other, other)


def set_aside(snapshot: Snapshot, hold: Hold, copy: Copy, location: str) -> Hold:
    """`hold` with `copy` for it, which is at `location` now."""
    shelf_until = None
    if same_branch(snapshot.house, hold.pickup_location, location):
        days = timedelta(days=snapshot.house.hold_shelf_days)
        shelf_until = end_of(snapshot.today + days, snapshot.house.zone)
    return replace(hold, copy=copy.item.id, shelf_until=shelf_until)


def put_back(hold: Hold) -> Hold:
    """`hold`, waiting again, where it was in the queue."""
    return replace(hold, copy=None, shelf_until=None)


def pass_on(snapshot: Snapshot, changes: Changes, copy: Copy) -> None:
    """`copy`, which was set aside, is not needed by that patron any more: it goes to whoever is next."""
    following = waits_for(copy)
    if following is not None:
        changes.put(set_aside(snapshot, following, copy, copy.state.location))


def displace(snapshot: Snapshot, changes: Changes, hold: Hold, lost: Copy, spare: Copy | None = None) -> bool:
    """`hold` loses the copy that was set aside for it: it gets another free one, else `spare`, else it waits again.

    Answers whether `spare` was taken.
    """
    other = free_copy(lost.title, hold, but=lost.item.id)
    takes_spare = other is None and spare is not None and fits(hold, spare.item)
    if takes_spare:
        other = spare
    changes.put(put_back(hold) if other is None else set_aside(snapshot, hold, other, other.state.location))
    return takes_spare


def position(title: Title, hold: Hold) -> int:
    """The place of `hold` in its queue, from 1: how many came before that could take a copy from it."""
    return 1 + sum(compete(other, hold) for other in title.queue if other.number < hold.number)


def compete(one: Hold, other: Hold) -> bool:
    """Whether two holds on a title are about the same: could be filled by the same copy, or want the same of staff."""
    if one.kind is not other.kind and (one.kind in FOR_STAFF or other.kind in FOR_STAFF):
        return False
    both_particular = one.scope is other.scope is _THIS_COPY
    return not both_particular or one.item == other.item
