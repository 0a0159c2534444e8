"""What every step in the life of a loan has in common."""

from dataclasses import replace
from datetime import datetime

from softdock.adapters.inhouse.dates import end_of
from softdock.adapters.inhouse.model import ItemState, Loan
from softdock.adapters.inhouse.snapshot import Card, Changes, Copy, Snapshot


def local(snapshot: Snapshot, moment: datetime | None) -> datetime:
    """`moment` in the library's zone; the present, if the device named none."""
    return snapshot.now if moment is None else moment.astimezone(snapshot.house.zone)


def due_after(snapshot: Snapshot, card: Card, copy: Copy, moment: datetime) -> datetime:
    """When a loan of `copy` to `card` that begins at `moment` ends: with the last day of the policy's period.

    What is here for a time only is back when it has to go.
    """
    due = end_of(moment.date() + card.policy.loan_period, snapshot.house.zone)
    stay = copy.item.stay
    return due if stay is None or stay.due is None else min(due, stay.due)


def sooner(snapshot: Snapshot, due: datetime, desired: datetime | None) -> datetime:
    """`due`, or when it is `desired` to be if that is sooner; a past moment, which nobody can keep to, counts for nothing."""
    if desired is None:
        return due
    wanted = local(snapshot, desired)
    return wanted if snapshot.now < wanted < due else due


def without_past(loan: Loan) -> Loan:
    """`loan` as it is kept for undoing: one step can be undone, not two."""
    return loan if loan.before is None else replace(loan, before=None)


def standing_again(loan: Loan) -> Loan:
    """`loan` after a later step was undone: when the device repeats its wish, nothing more is taken away."""
    return replace(loan, before=None, settled=True)


def with_note(copy: Copy, changes: Changes, properties: str | None) -> ItemState:
    """The state of `copy` with the note that a device sent along; an empty one wipes nothing."""
    state = copy.state
    if not properties or properties == state.note:
        return state
    state = ItemState(state.item, state.status, state.location, properties)
    changes.put(state)
    return state
