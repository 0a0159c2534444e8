"""Letting patrons into the queue, and out of it.

A hold that names an item waits for that copy, unless the device says that any copy will do; one that names a title
waits for any copy.  If a copy is free, it is set aside at once: it may not be lent to anybody else from then on.
"""

from datetime import datetime

from softdock.adapters.inhouse.model import Hold
from softdock.adapters.inhouse.rules.items import item_as
from softdock.adapters.inhouse.rules.loans import local
from softdock.adapters.inhouse.rules.queues import (
    GONE,
    compete,
    fits,
    free_copy,
    pass_on,
    position,
    put_back,
    queue_after,
    set_aside,
)
from softdock.adapters.inhouse.rules.refusals import card_fault, pin_fault, refused
from softdock.adapters.inhouse.snapshot import Card, Changes, Copy, Decision, Snapshot, Title
from softdock.circulation.holds import HoldScope
from softdock.circulation.items import Item
from softdock.circulation.operations import CancelHold, ChangeHold, PlaceHold
from softdock.circulation.outcomes import Done, HoldState, Refused
from softdock.circulation.patrons import Standing
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason


def place_hold(snapshot: Snapshot, wish: PlaceHold) -> Decision | AnyOutcome:
    """The patron joins the queue, or has a copy set aside at once."""
    found = _who_and_what(snapshot, wish)
    if isinstance(found, Refused):
        return found
    card, copy, title = found
    fault = card_fault(card, wish.pin, Standing.HOLD_DENIED, snapshot)
    if fault is not None:
        return refused(fault, snapshot, card, copy)
    hold = Hold(
        number=snapshot.number(),
        patron=card.patron.id,
        title_id=title.id,
        title=title.text,
        placed=snapshot.now,
        item=None if copy is None else copy.item.id,
        scope=_scope(wish.scope, copy),
        pickup_location=wish.pickup_location,
        expires=_in_zone(snapshot, wish.expires),
    )
    fault = _hold_fault(snapshot, card, title, hold)
    if fault is not None:
        return refused(fault, snapshot, card, copy)
    changes = Changes()
    hold = _with_free_copy(snapshot, title, hold)
    changes.put(hold)
    return Decision(Done(_told(snapshot, title, hold, changes)), changes)


def change_hold(snapshot: Snapshot, wish: ChangeHold) -> Decision | AnyOutcome:
    """What the device named is changed, the rest and the place in the queue stay.

    A copy that was set aside stays so if it still fits, and is passed on if it does not.
    """
    found = _who_and_what(snapshot, wish)
    if isinstance(found, Refused):
        return found
    card, copy, title = found
    if (fault := pin_fault(snapshot, card, wish.pin)) is not None:
        return refused(fault, snapshot, card, copy)
    old = _hold_of(card, copy, title)
    if old is None:
        return refused(Reason.HOLD_UNKNOWN, snapshot, card, copy)
    expires = _in_zone(snapshot, wish.expires)
    if _is_past(snapshot, expires):
        return refused(Reason.HOLD_DATE_PAST, snapshot, card, copy)
    hold = Hold(
        old.number,
        old.patron,
        old.title_id,
        old.title,
        old.placed,
        old.item,
        old.scope if wish.scope is None else _scope(wish.scope, copy),
        wish.pickup_location or old.pickup_location,
        expires or old.expires,
    )
    changes = Changes()
    held = None if old.copy is None else snapshot.copies[old.copy]
    if held is not None and fits(hold, held.item):
        hold = set_aside(snapshot, hold, held, held.state.location)
    else:
        if held is not None:
            pass_on(snapshot, changes, held)
        hold = _with_free_copy(snapshot, title, hold)
    changes.put(hold)
    return Decision(Done(_told(snapshot, title, hold, changes)), changes)


def cancel_hold(snapshot: Snapshot, wish: CancelHold) -> Decision | AnyOutcome:
    """The patron leaves the queue; a copy that was set aside goes to whoever is next.  Any card may do so."""
    found = _who_and_what(snapshot, wish)
    if isinstance(found, Refused):
        return found
    card, copy, title = found
    if (fault := pin_fault(snapshot, card, wish.pin)) is not None:
        return refused(fault, snapshot, card, copy)
    hold = _hold_of(card, copy, title)
    if hold is None:
        return refused(Reason.HOLD_UNKNOWN, snapshot, card, copy)
    changes = end_of_hold(snapshot, hold)
    item = None if copy is None else _item_after(copy, changes)
    return Decision(Done(HoldState(item, title.text, pickup_location=hold.pickup_location)), changes)


def hold_named(snapshot: Snapshot, wish: PlaceHold | CancelHold) -> Hold | None:
    """The patron's hold that cancelling by these names would end, if there is one."""
    found = _who_and_what(snapshot, wish)
    return None if isinstance(found, Refused) else _hold_of(*found)


def end_of_hold(snapshot: Snapshot, hold: Hold) -> Changes:
    """What has to be done when `hold` ends without a loan: it was cancelled, or has lapsed."""
    changes = Changes()
    changes.drop(hold)
    if hold.copy is not None:
        pass_on(snapshot, changes, snapshot.copies[hold.copy])
    return changes


def served(snapshot: Snapshot, title: Title) -> Changes:
    """What has to be done when `title` may have both free copies and holds that wait, as after an import."""
    changes = Changes()
    taken: set[str] = set()
    for hold in title.queue:
        if hold.copy is not None:
            continue
        left = Title(title.id, title.text, tuple(each for each in title.copies if each.item.id not in taken))
        copy = free_copy(left, hold)
        if copy is not None:
            taken.add(copy.item.id)
            changes.put(set_aside(snapshot, hold, copy, copy.state.location))
    return changes


# --- parts of the above -------------------------------------------------------------------------------


def _who_and_what(
    snapshot: Snapshot, wish: PlaceHold | ChangeHold | CancelHold
) -> tuple[Card, Copy | None, Title] | Refused:
    """The patron, the copy if one was named, and the title of either."""
    card = snapshot.cards.get(wish.patron)
    copy = None if wish.item is None else snapshot.copies.get(wish.item)
    if card is None:
        return refused(Reason.PATRON_UNKNOWN, snapshot, None, copy)
    if copy is not None:
        return card, copy, copy.title
    if wish.item is not None:
        return refused(Reason.ITEM_UNKNOWN, snapshot, card)
    if wish.title is None:
        return refused(Reason.REQUEST_INCOMPLETE, snapshot, card)
    title = snapshot.titles.get(wish.title)
    if title is None:
        return refused(Reason.TITLE_UNKNOWN, snapshot, card)
    return card, None, title


def _hold_fault(snapshot: Snapshot, card: Card, title: Title, hold: Hold) -> Reason | None:
    """Why `hold` may not join the queue."""
    if any(loan.title is title and fits(hold, loan.item) for loan in card.loans):
        return Reason.HOLD_ITEM_LENT_TO_PATRON
    if any(other.title_id == title.id and compete(other, hold) for other in card.holds):
        return Reason.HOLD_EXISTS
    if not any(fits(hold, copy.item) and copy.state.status not in GONE for copy in title.copies):
        return Reason.ITEM_NOT_LENDABLE
    if _is_past(snapshot, hold.expires):
        return Reason.HOLD_DATE_PAST
    return None


def _hold_of(card: Card, copy: Copy | None, title: Title) -> Hold | None:
    """The patron's hold on `title`; if a copy was named, rather the one that is about it."""
    mine = [hold for hold in card.holds if hold.title_id == title.id]
    if copy is not None:
        about = [hold for hold in mine if copy.item.id in (hold.copy, hold.item)]
        mine = about or [hold for hold in mine if fits(hold, copy.item)]
    return mine[0] if mine else None


def _scope(wanted: HoldScope | None, copy: Copy | None) -> HoldScope:
    """Which copies will do.  "This copy" without a copy can only mean any."""
    if copy is None:
        return HoldScope.ANY_COPY if wanted in (None, HoldScope.THIS_COPY) else wanted
    return HoldScope.THIS_COPY if wanted is None else wanted


def _with_free_copy(snapshot: Snapshot, title: Title, hold: Hold) -> Hold:
    copy = free_copy(title, hold)
    return put_back(hold) if copy is None else set_aside(snapshot, hold, copy, copy.state.location)


def _is_past(snapshot: Snapshot, expires: datetime | None) -> bool:
    return expires is not None and expires.date() < snapshot.today


def _in_zone(snapshot: Snapshot, moment: datetime | None) -> datetime | None:
    return None if moment is None else local(snapshot, moment)


def _told(snapshot: Snapshot, title: Title, hold: Hold, changes: Changes) -> HoldState:
    about = hold.copy or hold.item
    return HoldState(
        item=None if about is None else _item_after(snapshot.copies[about], changes),
        title=title.text,
        available=hold.copy is not None,
        queue_position=position(title, hold),
        pickup_location=hold.pickup_location,
        expires=hold.shelf_until or hold.expires,
    )


def _item_after(copy: Copy, changes: Changes) -> Item:
    """`copy` as it will be described."""
    queue = queue_after(copy.title, changes)
    held = next((hold for hold in queue if hold.copy == copy.item.id), None)
    return item_as(copy, copy.state, copy.loan, held, queue)
