"""Taking items in, changing what is known of them, letting them go.

An item without a title's number is a title of its own: what it is called does not make it a copy of a work for which
others wait here.  One that names a title which is here, by its number or by what it is called, joins it and is called
what that is called; so copies of one title are called the same, and to amend title or author of one is to amend all.

Whoever waits has been promised a copy.  So an item stays what it is as long as it is set aside, or nothing else is
there for somebody who waits; the reason is ITEM_IN_USE.  One that comes into circulation goes to whoever waits for it.
"""

from collections.abc import Sequence
from dataclasses import replace

from softdock.adapters.inhouse.model import Hold, ItemRecord, ItemState, NewItem
from softdock.adapters.inhouse.rules.items import item_as
from softdock.adapters.inhouse.rules.numbering import can_be_named, new_item_number, new_title_number
from softdock.adapters.inhouse.rules.queues import (
    AVAILABLE,
    GONE,
    fits,
    is_free,
    next_in,
    queue_after,
    set_aside,
)
from softdock.adapters.inhouse.rules.refusals import refused
from softdock.adapters.inhouse.rules.statuses import SAID_BY_LOANS_AND_HOLDS
from softdock.adapters.inhouse.snapshot import Changes, Copy, Decision, Snapshot, Title
from softdock.circulation.identifiers import TitleId
from softdock.circulation.items import NOTHING_EXTRA, SecurityMarker
from softdock.circulation.operations import AmendItem, CreateItem, DeleteItem
from softdock.circulation.outcomes import Deleted, Done, ItemUpdated, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

_OWN = ("media_type", "security_marker", "magnetic", "call_number", "permanent_location", "lendable")
"""What one copy may have otherwise than another."""


def create_item(snapshot: Snapshot, wish: CreateItem) -> Decision | AnyOutcome:
    """The item is in the books, with the number that was proposed or with one that is made.

    The partner's request that it was made for is kept as `hold` beside what the vocabulary has a place for.
    """
    if wish.item is not None:
        if not can_be_named(wish.item):
            return Refused(Reason.VALUE_NOT_KEPT)
        if wish.item in snapshot.copies:
            return refused(Reason.ITEM_EXISTS, snapshot, None, snapshot.copies[wish.item])
    if wish.status in SAID_BY_LOANS_AND_HOLDS:
        return Refused(Reason.VALUE_NOT_KEPT)
    number = new_item_number(snapshot) if wish.item is None else wish.item
    title = _title(snapshot, wish.title_id or None, wish.title)
    item = ItemRecord(
        id=number,
        title_id=title.id,
        title=title.text,
        author=wish.author or _author_of(title),
        media_type=wish.media_type,
        magnetic=wish.magnetic,
        security_marker=wish.security_marker or SecurityMarker.OTHER,
        owner=snapshot.house.library,
        permanent_location=wish.permanent_location,
        call_number=wish.call_number,
        lendable=wish.lendable,
        extra=NOTHING_EXTRA if wish.hold is None else {"hold": wish.hold},
    )
    state = ItemState(number, wish.status or AVAILABLE, wish.current_location or wish.permanent_location)
    changes = Changes(NewItem(item, state))
    return _told(snapshot, changes, Copy(item, title, state), title.queue)


def amend_item(snapshot: Snapshot, wish: AmendItem) -> Decision | AnyOutcome:
    """What is named is changed, all of it or nothing; what shall be taken away has to be there."""
    copy = snapshot.copies.get(wish.item)
    if copy is None:
        return Refused(Reason.ITEM_UNKNOWN)
    if _takes_what_is_not_there(copy, wish):
        return refused(Reason.VALUE_NOT_THERE, snapshot, None, copy)
    title = copy.title
    if wish.title_id is not None and wish.title_id != title.id:
        text = copy.item.title if wish.title is None else wish.title
        title = _title(snapshot, wish.title_id or None, text)
    item = _amended(copy.item, title, wish, stays=title.id == copy.title.id)
    if _takes_from_whoever_waits(copy, item):
        return refused(Reason.ITEM_IN_USE, snapshot, None, copy)
    changes = Changes()
    queue = title.queue
    if title.id == copy.title.id:
        _name_copies(changes, title, item)
    else:
        _unname(changes, copy)
    if item != copy.item:
        changes.put(item)
    state = copy.state
    if wish.current_location is not None and wish.current_location != state.location:
        state = ItemState(state.item, state.status, wish.current_location, state.note)
        changes.put(state)
    return _told(snapshot, changes, Copy(item, title, state, copy.loan, copy.hold), queue)


def delete_item(snapshot: Snapshot, wish: DeleteItem) -> Decision | AnyOutcome:
    """The item is gone, and its last return can not be undone any more.

    Refused while it is lent, set aside, or needed for somebody who waits.
    """
    copy = snapshot.copies.get(wish.item)
    if copy is None:
        return Refused(Reason.ITEM_UNKNOWN)
    if copy.loan is not None or _takes_from_whoever_waits(copy, None):
        return refused(Reason.ITEM_IN_USE, snapshot, None, copy)
    changes = Changes()
    _unname(changes, copy)
    if copy.last_return is not None:
        changes.drop(copy.last_return)
    changes.drop(copy.item)
    return Decision(Done(Deleted(item=copy.item.id)), changes)


# --- parts of the above -------------------------------------------------------------------------------


def _title(snapshot: Snapshot, name: TitleId | None, text: str) -> Title:
    """The title that goes by `name`, else a new one of that number, else a new one of a number that is made."""
    if name is None:
        return Title(new_title_number(snapshot), text)
    found = snapshot.titles.get(name)
    return Title(name, text) if found is None else found


def _author_of(title: Title) -> str:
    return title.copies[0].item.author if title.copies else ""


def _takes_what_is_not_there(copy: Copy, wish: AmendItem) -> bool:
    item = copy.item
    texts = ("title", "author", "call_number", "permanent_location")
    return any(getattr(wish, name) == "" and not getattr(item, name) for name in texts) or (
        wish.current_location == "" and not copy.state.location
    )


def _amended(item: ItemRecord, title: Title, wish: AmendItem, *, stays: bool) -> ItemRecord:
    """`item` as it will be under `title`, which is its own if it `stays`."""
    new: dict[str, object] = {}
    for name in ("author", *_OWN):
        value = getattr(wish, name)
        if value is not None:
            new[name] = value
    if not stays:
        new |= {"title_id": title.id, "title": title.text}
    elif wish.title is not None:
        new["title"] = wish.title
    return replace(item, **new)  # type: ignore[arg-type]  # each name is a field


def _takes_from_whoever_waits(copy: Copy, after: ItemRecord | None) -> bool:
    """Whether somebody would wait for what is not there, were `copy` like `after`, or gone."""
    title = copy.title
    leaves = after is None or after.title_id != title.id
    if leaves and title.queue and len(title.copies) == 1:
        return True
    for hold in title.queue:
        if not fits(hold, copy.item) or (not leaves and after is not None and fits(hold, after)):
            continue
        if hold.copy == copy.item.id or (hold.copy is None and not _is_another(copy, hold)):
            return True
    return False


def _is_another(copy: Copy, hold: Hold) -> bool:
    return any(
        other is not copy and fits(hold, other.item) and other.state.status not in GONE
        for other in copy.title.copies
    )


def _name_copies(changes: Changes, title: Title, item: ItemRecord) -> None:
    """The other copies of `title` are called what `item` is called."""
    for other in title.copies:
        named = replace(other.item, title=item.title, author=item.author)
        if other.item.id != item.id and named != other.item:
            changes.put(named)


def _unname(changes: Changes, copy: Copy) -> None:
    """Whoever named `copy`, and would take any, waits for any."""
    for hold in copy.title.queue:
        if hold.item == copy.item.id:
            changes.put(replace(hold, item=None))


def _told(snapshot: Snapshot, changes: Changes, copy: Copy, queue: Sequence[Hold]) -> Decision:
    """`copy` as it will be, set aside if it is free and somebody in `queue` waits for it."""
    following = next_in(queue, copy.item) if is_free(copy) else None
    if following is not None:
        copy.hold = set_aside(snapshot, following, copy, copy.state.location)
        changes.put(copy.hold)
    item = item_as(copy, copy.state, copy.loan, copy.hold, queue_after(copy.title, changes))
    return Decision(Done(ItemUpdated(item)), changes)
