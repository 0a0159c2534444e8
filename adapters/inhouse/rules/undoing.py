"""Undoing what a device could not complete: the books stand as if it had not been begun.

One step can be undone, the last one; no rule of policy refuses it, and no time runs out, because a device may be cut
off in between.  What is undone already is answered as done: the device did not hear it the first time.
"""

from dataclasses import replace

from softdock.adapters.inhouse.model import Hold
from softdock.adapters.inhouse.rules.endings import begun_again
from softdock.adapters.inhouse.rules.items import item_as, item_view
from softdock.adapters.inhouse.rules.loans import standing_again
from softdock.adapters.inhouse.rules.money import waive
from softdock.adapters.inhouse.rules.queues import (
    compete,
    displace,
    fits,
    queue_after,
    set_aside,
    waits_for,
)
from softdock.adapters.inhouse.rules.refusals import refused
from softdock.adapters.inhouse.rules.sorting import for_the_next
from softdock.adapters.inhouse.snapshot import Card, Changes, Copy, Decision, Snapshot
from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import PatronId
from softdock.circulation.outcomes import Done, Lent, Returned
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason


def undo_return(snapshot: Snapshot, card: Card, copy: Copy) -> Decision | AnyOutcome:
    """The loan that `card` had stands again as it was, with its due date; the fine for that return goes.

    Whoever the item was set aside for gets another free copy, or waits again.
    """
    loan, last = copy.loan, copy.last_return
    if loan is not None and loan.patron == card.patron.id:
        return Done(Lent(item_view(copy), card.patron.id, loan.due, undone=True, renewals=loan.renewals))
    if loan is not None or last is None or last.loan.patron != card.patron.id:
        return refused(Reason.NOTHING_TO_UNDO, snapshot, card, copy)
    changes = Changes(standing_again(last.loan), last.state)
    changes.drop(last)
    waive(changes, card, copy, last.fine)
    if copy.hold is not None:
        displace(snapshot, changes, copy.hold, copy)
    item = item_as(copy, last.state, last.loan, None, queue_after(copy.title, changes))
    lent = Lent(
        item,
        card.patron.id,
        last.loan.due,
        desensitize=copy.item.lendable,
        undone=True,
        renewals=last.loan.renewals,
    )
    return Decision(Done(lent), changes)


def undo_loan(snapshot: Snapshot, copy: Copy, borrower: PatronId | None) -> Decision | AnyOutcome:
    """The item counts as never lent: what the loan cost goes, and the hold that it filled comes back.

    If the loan was a renewal, the loan as it was before stands again; so does another patron's, as long as the books
    know who that was.  An item that nobody has, or whose loan stands again already, is answered as undone.  Of another
    than the `borrower`, if one was named, there is nothing to undo.
    """
    loan = copy.loan
    if loan is not None and borrower is not None and loan.patron != borrower:
        return refused(Reason.NOTHING_TO_UNDO, snapshot, None, copy)
    if loan is None or loan.settled:
        return Done(Returned(item_view(copy), None if loan is None else loan.patron, undone=True))
    changes = Changes()
    for fee in loan.fees:
        waive(changes, snapshot.cards.get(loan.patron), copy, fee)
    filled, before = _coming_back(snapshot, copy, loan.filled), loan.before
    if filled is not None and any(
        hold.patron == filled.patron and compete(hold, filled) for hold in copy.title.queue
    ):
        filled = None
    if filled is not None:
        filled = begun_again(snapshot, changes, filled)
        if not fits(filled, copy.item):  # the device said that it ends with this loan
            displace(snapshot, changes, filled, copy)
            filled = None
    if before is not None and before.patron in snapshot.cards:
        before = standing_again(before)
        if loan.recall is not None and before.recall is None:  # it was asked back since
            recall = replace(loan.recall, due=before.due)
            before = replace(before, recall=recall, due=min(before.due, loan.due))
        changes.put(before)
        if filled is not None:
            displace(snapshot, changes, filled, copy)
        item = item_as(copy, copy.state, before, None, queue_after(copy.title, changes))
        return Decision(Done(Returned(item, loan.patron, undone=True)), changes)
    changes.drop(loan)
    hold = _holder_after(snapshot, changes, copy, filled)
    item = item_as(copy, copy.state, None, hold, queue_after(copy.title, changes))
    if hold is None:
        return Decision(Done(Returned(item, loan.patron, undone=True)), changes)
    return Decision(Done(for_the_next(snapshot, item, loan.patron, hold, undone=True)), changes)


def _coming_back(snapshot: Snapshot, copy: Copy, filled: Hold | None) -> Hold | None:
    """The hold that a loan of `copy` had filled, as it fits what has been catalogued since."""
    if filled is None:
        return None
    named = None if filled.item is None else snapshot.copies.get(filled.item)
    if filled.title_id == copy.title.id and (named is not None or filled.item is None):
        return filled
    item = filled.item if named is not None and named.title is copy.title else None
    scope = HoldScope.ANY_COPY if item is None and filled.scope is HoldScope.THIS_COPY else filled.scope
    return replace(filled, title_id=copy.title.id, title=copy.title.text, item=item, scope=scope)


def _holder_after(snapshot: Snapshot, changes: Changes, copy: Copy, filled: Hold | None) -> Hold | None:
    """Who has `copy` set aside once its loan is undone: the hold that the loan had filled, or who waits longest."""
    if filled is not None and filled.copy == copy.item.id:
        changes.put(filled)
        return filled
    following = waits_for(copy)
    if filled is not None:
        if following is None or filled.number < following.number:
            following = filled
        else:
            displace(snapshot, changes, filled, copy)
    if following is None:
        return None
    hold = set_aside(snapshot, following, copy, copy.state.location)
    changes.put(hold)
    return hold
