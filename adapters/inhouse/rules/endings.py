"""Holds that come to their end, and what is remembered of them.

A hold ends filled, cancelled or lapsed.  Who asks for it by its name is told so for `REMEMBERED`; then the name is as
good as new.  A loan that is undone brings the hold back that it had filled, under its old name.
"""

from dataclasses import replace
from datetime import timedelta

from softdock.adapters.inhouse.model import EndedHold, Hold
from softdock.adapters.inhouse.snapshot import Changes, Copy, Snapshot
from softdock.circulation.holds import HoldStatus
from softdock.circulation.identifiers import HoldId

REMEMBERED = timedelta(days=90)


def end(
    snapshot: Snapshot, changes: Changes, hold: Hold, status: HoldStatus, copy: Copy | None = None
) -> None:
    """`hold` ends so; filled, by this `copy`."""
    changes.drop(hold)
    as_told = hold if copy is None else replace(hold, copy=copy.item.id)
    changes.put(EndedHold(as_told, status, snapshot.now))


def found_by_name(snapshot: Snapshot, name: HoldId) -> Hold | EndedHold | None:
    """The hold of this name: one that stands, or that has ended lately."""
    found = snapshot.holds.get(name)
    if isinstance(found, EndedHold) and snapshot.now - found.ended > REMEMBERED:
        return None
    return found


def begun_again(snapshot: Snapshot, changes: Changes, hold: Hold) -> Hold:
    """`hold`, which had ended and comes back; under its number, if another has its name by now."""
    namesake = snapshot.holds.get(hold.name)
    if isinstance(namesake, EndedHold):
        changes.drop(namesake)
    return replace(hold, id=None) if isinstance(namesake, Hold) else hold
