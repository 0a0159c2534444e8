"""Items of other libraries, which are here for as long as a partner's request says.

Such an item is a title of its own.  It is kept for the patron whom it was got for, under the name of the request, or
is lent to whoever comes with it first; nobody can wait for it.  Its loans end before it has to go back.  Once it has come
back from a loan it goes home, and is lent again only after it was accepted anew.
"""

from dataclasses import replace

from softdock.adapters.inhouse.model import EndedHold, Hold, ItemRecord, ItemState, NewItem, Stay
from softdock.adapters.inhouse.rules.holds import give_name, new_number
from softdock.adapters.inhouse.rules.items import item_as, item_view
from softdock.adapters.inhouse.rules.loans import local
from softdock.adapters.inhouse.rules.numbering import can_be_named, new_item_number, new_title_number
from softdock.adapters.inhouse.rules.queues import AVAILABLE, FOR_STAFF, is_over, pass_on, set_aside
from softdock.adapters.inhouse.rules.refusals import refused
from softdock.adapters.inhouse.snapshot import Card, Changes, Copy, Decision, Snapshot, Title
from softdock.circulation.holds import HoldKind, HoldScope
from softdock.circulation.identifiers import ItemId, LibraryId
from softdock.circulation.operations import AcceptItem
from softdock.circulation.outcomes import Accepted, Done, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason


def accept_item(snapshot: Snapshot, wish: AcceptItem) -> Decision | AnyOutcome:
    """The item is in the books, and set aside for its patron; whatever there may be against the card.

    The same again is answered as before, and nothing more is done.
    """
    card = None if wish.patron is None else snapshot.cards.get(wish.patron)
    if wish.patron is not None and card is None:
        return Refused(Reason.PATRON_UNKNOWN)
    number = wish.item or _named_after(wish)
    copy = None if number is None else snapshot.copies.get(number)
    if wish.item is None and copy is not None and copy.item.stay is None:
        number = copy = None
    if number is not None and not can_be_named(number):
        return Refused(Reason.VALUE_NOT_KEPT)
    if copy is not None and (copy.item.stay is None or not is_over(copy)):
        same = copy.item.stay is not None and copy.item.stay.hold == wish.hold
        if same:
            return Done(Accepted(wish.hold, item_view(copy)))
        return refused(Reason.ITEM_EXISTS, snapshot, None, copy)
    kept_for = card if wish.keep_for_patron else None
    before = None if kept_for is None else snapshot.holds.get(wish.hold)
    if isinstance(before, Hold) and before.patron != wish.patron:
        return refused(Reason.HOLD_EXISTS, snapshot, card)
    changes = Changes()
    item, state = _taken_in(snapshot, changes, wish, number or new_item_number(snapshot), copy)
    made = Copy(item, Title(item.title_id, item.title), state)
    hold = None
    if kept_for is not None:
        hold = _kept(snapshot, changes, wish, kept_for, made, before)
        changes.put(hold)
    told = item_as(made, state, None, hold, () if hold is None else (hold,))
    return Decision(Done(Accepted(wish.hold, told)), changes)


def _named_after(wish: AcceptItem) -> ItemId | None:
    """The item may go by the name of its request: so it is found again when the same is said once more."""
    return ItemId(wish.hold) if can_be_named(wish.hold) else None


def _taken_in(
    snapshot: Snapshot, changes: Changes, wish: AcceptItem, number: ItemId, copy: Copy | None
) -> tuple[ItemRecord, ItemState]:
    """The item, and where it is: where it will be fetched."""
    item = ItemRecord(
        id=number,
        title_id=new_title_number(snapshot) if copy is None else copy.item.title_id,
        title=wish.title or number,
        author=wish.author,
        media_type=wish.media_type,
        owner=LibraryId(wish.owner) if wish.owner else None,
        call_number=wish.call_number,
        stay=Stay(
            wish.hold,
            wish.patron if wish.keep_for_patron else None,
            None if wish.due is None else local(snapshot, wish.due),
            wish.renewable,
        ),
    )
    state = ItemState(number, AVAILABLE, wish.pickup_location)
    if copy is None:
        changes.put(NewItem(item, state))
    else:
        if copy.last_return is not None:
            changes.drop(copy.last_return)
        changes.put(item)
        changes.put(state)
    return item, state


def _kept(
    snapshot: Snapshot,
    changes: Changes,
    wish: AcceptItem,
    card: Card,
    copy: Copy,
    before: Hold | EndedHold | None,
) -> Hold:
    """The hold that the item is set aside for: the patron's own request, which it fulfils, or a new one."""
    kind = HoldKind.HOLD
    if isinstance(before, Hold):
        changes.drop(before)
        kind = kind if before.kind in FOR_STAFF else before.kind
        if before.copy is not None:
            pass_on(snapshot, changes, snapshot.copies[before.copy])
    hold = Hold(
        number=new_number(snapshot),
        patron=card.patron.id,
        title_id=copy.item.title_id,
        title=copy.item.title,
        placed=before.placed if isinstance(before, Hold) else snapshot.now,
        item=copy.item.id,
        scope=HoldScope.THIS_COPY,
        pickup_location=wish.pickup_location,
        id=wish.hold,
        kind=kind,
    )
    give_name(snapshot, changes, hold)
    hold = set_aside(snapshot, hold, copy, copy.state.location)
    until = None if wish.pickup_until is None else local(snapshot, wish.pickup_until)
    return hold if until is None or until <= snapshot.now else replace(hold, shelf_until=until)
