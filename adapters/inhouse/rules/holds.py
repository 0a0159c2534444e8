"""Letting patrons into the queue, and out of it.

A hold that names an item waits for that copy, unless the device says that any copy will do; one that names a title
waits for any copy.  If a copy is free, it is set aside at once: it may not be lent to anybody else from then on.

A hold has a name, given by the partner who places it or made from its number.  Two that stand have not the same.
"""

from dataclasses import replace
from datetime import datetime

from softdock.adapters.inhouse.model import EndedHold, Hold
from softdock.adapters.inhouse.rules.endings import end, found_by_name
from softdock.adapters.inhouse.rules.hold_views import ended_as, hold_as, hold_view, item_of
from softdock.adapters.inhouse.rules.items import item_as
from softdock.adapters.inhouse.rules.loans import local
from softdock.adapters.inhouse.rules.queues import (
    FOR_STAFF,
    GONE,
    compete,
    fits,
    free_copy,
    pass_on,
    put_back,
    queue_after,
    set_aside,
)
from softdock.adapters.inhouse.rules.refusals import card_fault, pin_fault, refused
from softdock.adapters.inhouse.rules.titles import title_called
from softdock.adapters.inhouse.snapshot import Card, Changes, Copy, Decision, Snapshot, Title
from softdock.circulation.holds import HoldScope, HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId
from softdock.circulation.items import Item
from softdock.circulation.operations import CancelHold, ChangeHold, LookupHold, PlaceHold
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
        number=new_number(snapshot),
        patron=card.patron.id,
        title_id=title.id,
        title=title.text,
        placed=snapshot.now,
        item=None if copy is None else copy.item.id,
        scope=_scope(wish.scope, None if copy is None else copy.item.id),
        pickup_location=wish.pickup_location,
        expires=_in_zone(snapshot, wish.expires),
        id=wish.hold,
        kind=wish.kind,
    )
    fault = _hold_fault(snapshot, card, title, hold)
    if fault is not None:
        return refused(fault, snapshot, card, copy)
    changes = Changes()
    give_name(snapshot, changes, hold)
    hold = _with_free_copy(snapshot, title, hold)
    changes.put(hold)
    return Decision(Done(_told(snapshot, title, hold, changes)), changes)


def change_hold(snapshot: Snapshot, wish: ChangeHold) -> Decision | AnyOutcome:
    """What the device named is changed, the rest and the place in the queue stay.

    A copy that was set aside stays so if it still fits, and is passed on if it does not.
    """
    found = _meant(snapshot, wish)
    if isinstance(found, Refused):
        return found
    card, copy, title, old = found
    expires = _in_zone(snapshot, wish.expires)
    if _is_past(snapshot, expires):
        return refused(Reason.HOLD_DATE_PAST, snapshot, card, copy)
    hold = replace(
        old,
        scope=old.scope if wish.scope is None else _scope(wish.scope, old.item),
        pickup_location=wish.pickup_location or old.pickup_location,
        expires=expires or old.expires,
        copy=None,
        shelf_until=None,
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
    found = _meant(snapshot, wish)
    if isinstance(found, Refused):
        return found
    _, copy, _, hold = found
    changes = _without(snapshot, hold, HoldStatus.CANCELLED)
    item = None if copy is None else _item_after(copy, changes)
    return Decision(Done(ended_as(hold, item, HoldStatus.CANCELLED)), changes)


def lookup_hold(snapshot: Snapshot, wish: LookupHold) -> AnyOutcome:
    """The hold of this name, how it stands or how it has ended; else the one that the patron has on this."""
    card = None if wish.patron is None else snapshot.cards.get(wish.patron)
    if wish.patron is not None and card is None:
        return Refused(Reason.PATRON_UNKNOWN)
    if card is not None and (fault := pin_fault(snapshot, card, wish.pin)) is not None:
        return refused(fault, snapshot, card)
    if wish.hold is not None:
        found = found_by_name(snapshot, wish.hold)
        if found is None or (card is not None and _patron_of(found) != card.patron.id):
            return refused(Reason.HOLD_UNKNOWN, snapshot, card)
        return Done(hold_view(snapshot, found))
    if card is None:
        return Refused(Reason.REQUEST_INCOMPLETE)
    mine = list(card.holds)
    copy = None
    if wish.item is not None or wish.title is not None:
        what = _who_and_what(snapshot, wish)
        if isinstance(what, Refused):
            return what
        _, copy, title = what
        mine = _holds_on(card, copy, title)
    if wish.kind is not None:
        mine = [hold for hold in mine if hold.kind is wish.kind]
    if len(mine) != 1:
        fault = Reason.HOLD_AMBIGUOUS if mine else Reason.HOLD_UNKNOWN
        return refused(fault, snapshot, card, copy)
    return Done(hold_view(snapshot, mine[0]))


def stands(snapshot: Snapshot, wish: PlaceHold) -> bool:
    """Whether the patron has the hold that cancelling by these names would end."""
    if wish.hold is not None:
        found = snapshot.holds.get(wish.hold)
        return isinstance(found, Hold) and found.patron == wish.patron
    what = _who_and_what(snapshot, wish)
    return not isinstance(what, Refused) and bool(_holds_on(*what))


def lapse(snapshot: Snapshot, hold: Hold) -> Changes:
    """What has to be done when `hold` ends of itself."""
    return _without(snapshot, hold, HoldStatus.LAPSED)


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


# --- names --------------------------------------------------------------------------------------------


def new_number(snapshot: Snapshot) -> int:
    """A number for a hold, whose name no partner has given to another."""
    number = snapshot.number()
    while HoldId(f"H{number}") in snapshot.holds:
        number = snapshot.number()
    return number


def give_name(snapshot: Snapshot, changes: Changes, hold: Hold) -> None:
    """`hold` takes its name from one that has ended."""
    if hold.id is not None and isinstance(ended := snapshot.holds.get(hold.id), EndedHold):
        changes.drop(ended)


# --- parts of the above -------------------------------------------------------------------------------


def _who_and_what(
    snapshot: Snapshot, wish: PlaceHold | ChangeHold | CancelHold | LookupHold
) -> tuple[Card, Copy | None, Title] | Refused:
    """The patron, the copy if one was named, and the title of either."""
    card = None if wish.patron is None else snapshot.cards.get(wish.patron)
    copy = None if wish.item is None else snapshot.copies.get(wish.item)
    if card is None:
        return refused(Reason.PATRON_UNKNOWN, snapshot, None, copy)
    if copy is not None:
        return card, copy, copy.title
    if wish.item is not None:
        return refused(Reason.ITEM_UNKNOWN, snapshot, card)
    if wish.title is None:
        return refused(Reason.REQUEST_INCOMPLETE, snapshot, card)
    title = title_called(snapshot, wish.title)
    if title is None:
        return refused(Reason.TITLE_UNKNOWN, snapshot, card)
    return card, None, title


def _meant(
    snapshot: Snapshot, wish: ChangeHold | CancelHold
) -> tuple[Card, Copy | None, Title, Hold] | Refused:
    """The patron, the copy that is told of, the title, and the patron's hold: by its name, else by what it is on."""
    if wish.hold is None:
        what = _who_and_what(snapshot, wish)
        if isinstance(what, Refused):
            return what
        card, copy, title = what
        if (fault := pin_fault(snapshot, card, wish.pin)) is not None:
            return refused(fault, snapshot, card, copy)
        mine = _holds_on(card, copy, title)
        return (card, copy, title, mine[0]) if mine else refused(Reason.HOLD_UNKNOWN, snapshot, card, copy)
    named = snapshot.cards.get(wish.patron)
    if named is None:
        return Refused(Reason.PATRON_UNKNOWN)
    if (fault := pin_fault(snapshot, named, wish.pin)) is not None:
        return refused(fault, snapshot, named)
    found = found_by_name(snapshot, wish.hold)
    if found is None or _patron_of(found) != named.patron.id:
        return refused(Reason.HOLD_UNKNOWN, snapshot, named)
    if isinstance(found, EndedHold):
        return refused(Reason.HOLD_ENDED, snapshot, named)
    about = item_of(found)
    copy = None if about is None else snapshot.copies.get(about)
    return named, copy, snapshot.titles[found.title_id], found


def _hold_fault(snapshot: Snapshot, card: Card, title: Title, hold: Hold) -> Reason | None:
    """Why `hold` may not join the queue."""
    if any(loan.title is title and fits(hold, loan.item) for loan in card.loans):
        return Reason.HOLD_ITEM_LENT_TO_PATRON
    if any(other.title_id == title.id and compete(other, hold) for other in card.holds):
        return Reason.HOLD_EXISTS
    if hold.id is not None and isinstance(snapshot.holds.get(hold.id), Hold):
        return Reason.HOLD_EXISTS
    for_staff = hold.kind in FOR_STAFF
    if not any(
        (for_staff or fits(hold, copy.item)) and copy.state.status not in GONE for copy in title.copies
    ):
        return Reason.ITEM_NOT_LENDABLE
    if _is_past(snapshot, hold.expires):
        return Reason.HOLD_DATE_PAST
    return None


def _holds_on(card: Card, copy: Copy | None, title: Title) -> list[Hold]:
    """The patron's holds on `title`; if a copy was named, rather those that are about it."""
    mine = [hold for hold in card.holds if hold.title_id == title.id]
    if copy is None:
        return mine
    about = [hold for hold in mine if copy.item.id in (hold.copy, hold.item)]
    return about or [hold for hold in mine if fits(hold, copy.item)]


def _without(snapshot: Snapshot, hold: Hold, status: HoldStatus) -> Changes:
    """What has to be done when `hold` ends without a loan."""
    changes = Changes()
    end(snapshot, changes, hold, status)
    if hold.copy is not None:
        pass_on(snapshot, changes, snapshot.copies[hold.copy])
    return changes


def _patron_of(found: Hold | EndedHold) -> str:
    return found.hold.patron if isinstance(found, EndedHold) else found.patron


def _scope(wanted: HoldScope | None, item: ItemId | None) -> HoldScope:
    """Which copies will do.  "This copy" without a copy can only mean any."""
    if item is None:
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
    about = item_of(hold)
    copy = None if about is None else snapshot.copies.get(about)
    return hold_as(title, hold, None if copy is None else _item_after(copy, changes))


def _item_after(copy: Copy, changes: Changes) -> Item:
    """`copy` as it will be described."""
    queue = queue_after(copy.title, changes)
    held = next((hold for hold in queue if hold.copy == copy.item.id), None)
    return item_as(copy, copy.state, copy.loan, held, queue)
