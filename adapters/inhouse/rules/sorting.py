"""Where an item goes that has come back.

What makes the device beep, the first that holds:

1. somebody waits for it: HOLD_HERE at the pickup location, else HOLD_ELSEWHERE with that as the destination;
2. staff thought it lost, missing or claimed returned, or it was not ready for lending yet: SPECIAL;
3. it belongs to another library or to another branch: TRANSIT, with that as the destination;
4. a note is kept with it: SPECIAL.
"""

from softdock.adapters.inhouse.model import Hold
from softdock.adapters.inhouse.rules.queues import same_branch
from softdock.adapters.inhouse.snapshot import Copy, House, Snapshot
from softdock.circulation.identifiers import PatronId
from softdock.circulation.items import AlertType, CirculationStatus, Item
from softdock.circulation.outcomes import Returned

FOUND_AGAIN = frozenset(
    {CirculationStatus.LOST, CirculationStatus.MISSING, CirculationStatus.CLAIMED_RETURNED}
)
NOT_READY_YET = frozenset({CirculationStatus.ON_ORDER, CirculationStatus.IN_PROCESS})


def for_the_next(
    snapshot: Snapshot, item: Item, patron: PatronId | None, hold: Hold, *, undone: bool = False
) -> Returned:
    """The item is set aside, here or on its way to where it will be fetched."""
    is_here = hold.shelf_until is not None
    alert = AlertType.HOLD_HERE if is_here else AlertType.HOLD_ELSEWHERE
    return Returned(
        item,
        patron,
        alert=alert,
        sort_bin=sort_bin(snapshot.house, item, alert),
        destination="" if is_here else hold.pickup_location,
        hold_patron=hold.patron,
        hold_patron_name=snapshot.cards[hold.patron].patron.name,
        undone=undone,
    )


def home_elsewhere(house: House, copy: Copy, location: str) -> str | None:
    """Where the item belongs, if that is not here.

    A library that names no branches is one house, whatever its shelves and kiosks are called.
    """
    owner, home = copy.item.owner, copy.item.permanent_location
    if owner is not None and owner != house.library:
        return owner
    return None if not house.branches or same_branch(house, home, location) else home


def alert_for(copy: Copy, elsewhere: str | None) -> AlertType | None:
    """What is special about the item, which nobody waits for and which belongs `elsewhere`."""
    if copy.state.status in FOUND_AGAIN or copy.state.status in NOT_READY_YET:
        return AlertType.SPECIAL
    if elsewhere is not None:
        return AlertType.TRANSIT
    return AlertType.SPECIAL if copy.state.note else None


def sort_bin(house: House, item: Item, alert: AlertType | None) -> str:
    """The sorter's bin: by what has to be done with the item, else by where it belongs."""
    bins = house.sort_bins
    if not bins:
        return ""
    for key in (alert.value if alert else "", item.collection, item.permanent_location, "default"):
        if key and key in bins:
            return bins[key]
    return ""
