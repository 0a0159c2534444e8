"""Taking an item back.

A return is never refused for policy: the item is here.  One that nobody had is taken as well, since a sorter
that refuses it jams.
"""

from softdock.adapters.inhouse.model import ItemState, Loan, Return
from softdock.adapters.inhouse.rules.items import item_as, item_view
from softdock.adapters.inhouse.rules.loans import local, without_past
from softdock.adapters.inhouse.rules.money import charge, fine_of
from softdock.adapters.inhouse.rules.queues import AVAILABLE, set_aside, waits_for
from softdock.adapters.inhouse.rules.sorting import (
    NOT_READY_YET,
    alert_for,
    for_the_next,
    home_elsewhere,
    sort_bin,
)
from softdock.adapters.inhouse.rules.undoing import undo_loan
from softdock.adapters.inhouse.snapshot import Changes, Copy, Decision, Snapshot
from softdock.circulation.items import CirculationStatus, FeeType
from softdock.circulation.operations import Checkin
from softdock.circulation.outcomes import Done, Refused, Returned
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason


def checkin(snapshot: Snapshot, wish: Checkin) -> Decision | AnyOutcome:
    """The item is taken back, and goes to whoever waits for it; or its loan is undone."""
    copy = snapshot.copies.get(wish.item)
    if copy is None:
        return Refused(Reason.ITEM_UNKNOWN)
    if wish.cancel:
        return undo_loan(snapshot, copy, wish.borrower)
    loan = copy.loan
    if loan is None and wish.only_if_lent:
        return Refused(Reason.ITEM_NOT_LENT, item=item_view(copy))
    if loan is not None and _is_of_an_earlier_loan(snapshot, wish, loan):
        return Done(Returned(item_view(copy)))
    changes = Changes()
    if loan is not None:
        _end(snapshot, changes, wish, copy, loan)
    location = wish.location or copy.state.location
    hold = None if copy.state.status in NOT_READY_YET else copy.hold or waits_for(copy)
    if hold is not None:
        hold = set_aside(snapshot, hold, copy, location)
        changes.put(hold)
    elsewhere = None if hold is not None else home_elsewhere(snapshot.house, copy, location)
    state = _state_when_back(copy, location, wish.properties, in_transit=elsewhere is not None)
    if state is not copy.state:
        changes.put(state)
    item = item_as(copy, state, None, hold)
    patron = None if loan is None else loan.patron
    if hold is not None:
        return Decision(Done(for_the_next(snapshot, item, patron, hold)), changes)
    alert = alert_for(copy, elsewhere)
    bin_ = sort_bin(snapshot.house, item, alert)
    returned = Returned(item, patron, alert=alert, sort_bin=bin_, destination=elsewhere or "")
    return Decision(Done(returned), changes)


def _is_of_an_earlier_loan(snapshot: Snapshot, wish: Checkin, loan: Loan) -> bool:
    """Whether a return that is told afterwards happened before the item was lent as it is now.

    A kiosk that was cut off took the item back, and another lent it since: that loan stands.
    """
    return wish.no_block and wish.happened is not None and local(snapshot, wish.happened) < loan.lent


def _end(snapshot: Snapshot, changes: Changes, wish: Checkin, copy: Copy, loan: Loan) -> None:
    """`loan` ends, with a fine if it is late on the day of the return.

    That day is the device's (a book drop is emptied in the morning), unless its clock is plainly wrong.
    """
    at = local(snapshot, wish.returned or wish.happened)
    if not loan.lent <= at <= snapshot.now:
        at = snapshot.now
    card = snapshot.cards[loan.patron]
    fine = fine_of(loan, card, at)
    charged = None if fine is None else charge(snapshot, changes, card, copy, fine, FeeType.OVERDUE)
    changes.drop(loan)
    changes.put(Return(loan.item, without_past(loan), copy.state, charged))


def _state_when_back(copy: Copy, location: str, properties: str | None, *, in_transit: bool) -> ItemState:
    state = copy.state
    if state.status in NOT_READY_YET:
        status = state.status
    else:
        status = CirculationStatus.IN_TRANSIT if in_transit else AVAILABLE
    note = properties or state.note
    if status is state.status and location == state.location and note == state.note:
        return state
    return ItemState(state.item, status, location, note)
