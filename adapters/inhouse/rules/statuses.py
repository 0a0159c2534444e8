"""Saying by hand where an item stands in circulation.

================================  ============================  ===========================================
it is said to be                  while it is lent              while it is not
================================  ============================  ===========================================
lost, missing, claimed returned   the loan goes on, and this    this is told; a hold for which it was set
                                  is told                       aside gets another copy, or waits again
not recallable                    the same                      refused: loans say whether it is charged
available                         whatever was said so ends     the same; it goes to whoever waits for it
in transit, to be reshelved       refused: somebody has it      this is told; refused while it is set aside
on order, in process, other       refused: somebody has it      as with lost
charged, recalled, on hold shelf  refused: loans and holds say  refused: loans and holds say it
================================  ============================  ===========================================

Whatever is refused is VALUE_NOT_KEPT: there would be no place in the books for it.
"""

from softdock.adapters.inhouse.model import ItemState
from softdock.adapters.inhouse.rules.items import item_as
from softdock.adapters.inhouse.rules.queues import (
    AVAILABLE,
    GONE,
    LENDABLE,
    displace,
    queue_after,
    set_aside,
    waits_for,
)
from softdock.adapters.inhouse.rules.refusals import refused
from softdock.adapters.inhouse.snapshot import Changes, Copy, Decision, Snapshot
from softdock.circulation.items import CirculationStatus
from softdock.circulation.operations import SetItemStatus
from softdock.circulation.outcomes import Done, ItemUpdated, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

SAID_BY_LOANS_AND_HOLDS = frozenset(
    {CirculationStatus.CHARGED, CirculationStatus.CHARGED_NOT_RECALLABLE, CirculationStatus.RECALLED,
     CirculationStatus.ON_HOLD_SHELF}
)  # fmt: skip
"""What nobody can say of an item that has neither."""

_OF_A_LENT_ITEM = GONE | {
    AVAILABLE,
    CirculationStatus.CLAIMED_RETURNED,
    CirculationStatus.CHARGED_NOT_RECALLABLE,
}


def set_item_status(snapshot: Snapshot, wish: SetItemStatus) -> Decision | AnyOutcome:
    """The item stands as is said, as far as loans and holds do not say it."""
    copy = snapshot.copies.get(wish.item)
    if copy is None:
        return Refused(Reason.ITEM_UNKNOWN)
    if not _can_be_said(copy, wish.status):
        return refused(Reason.VALUE_NOT_KEPT, snapshot, None, copy)
    state = ItemState(copy.item.id, wish.status, copy.state.location, copy.state.note)
    changes = Changes(state)
    hold = copy.hold
    if copy.loan is None and wish.status not in LENDABLE and hold is not None:
        displace(snapshot, changes, hold, copy)
        hold = None
    elif copy.loan is None and wish.status in LENDABLE and hold is None:
        following = waits_for(copy)
        if following is not None:
            hold = set_aside(snapshot, following, copy, state.location)
            changes.put(hold)
    item = item_as(copy, state, copy.loan, hold, queue_after(copy.title, changes))
    return Decision(Done(ItemUpdated(item)), changes)


def _can_be_said(copy: Copy, status: CirculationStatus) -> bool:
    if copy.loan is not None:
        return status in _OF_A_LENT_ITEM
    if status in SAID_BY_LOANS_AND_HOLDS:
        return False
    return copy.hold is None or status is AVAILABLE or status not in LENDABLE
