"""How one hold stands, by the lists of its patron: for systems that cannot be asked about a hold.

=====================================  ===================================================
the lists                              the hold
=====================================  ===================================================
it is among those that are not ready   is waiting
it is among those that are ready       is ready
both are shown in full, without it     is not known: there is none, or it has ended
they may be kept back without a PIN    cannot be told without one
they do not say which holds they show  cannot be told: not supported
=====================================  ===================================================

The holds that are not ready are looked at first, because some systems show them among the others as well.
"""

from softdock.adapters.effects import Looks
from softdock.adapters.evidence import shown_in
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import Unsupported
from softdock.circulation.holds import HoldStatus
from softdock.circulation.items import Item
from softdock.circulation.operations import LookupHold, LookupPatron, Operation
from softdock.circulation.outcomes import Done, HoldState, PatronReport, PinCheck, Refused
from softdock.circulation.patrons import Entry, PatronList
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

NEEDED = frozenset({Capability.HOLD, Capability.LOOKUP_PATRON})
"""What a system has to be able to do, so that it can be told how a hold stands."""

_LISTS = ((PatronList.UNAVAILABLE_HOLDS, HoldStatus.WAITING), (PatronList.HOLDS, HoldStatus.READY))

_NO_PROOF = {PinCheck.WRONG: Reason.PIN_WRONG, PinCheck.NOT_SET: Reason.PIN_NOT_SET}


async def look_up_in_lists(operation: Operation, looks: Looks) -> AnyOutcome:
    """How the hold stands that the patron has on the item, or else on the title.

    Raises Unsupported where the lists do not tell, and what asking for them raises.
    """
    assert isinstance(operation, LookupHold)
    patron, item, title = operation.patron, operation.item, operation.title
    if patron is None or (item is None and title is None):
        return Refused(Reason.REQUEST_INCOMPLETE)
    is_certain = True
    for wanted, status in _LISTS:
        outcome = await looks.perform(LookupPatron(patron, operation.pin, wanted))
        if not isinstance(outcome, Done):
            return outcome
        report = outcome.result
        assert isinstance(report, PatronReport)
        if (wrong := _NO_PROOF.get(report.pin)) is not None:
            return Refused(wrong)
        is_open = looks.lists_tell_all or report.pin is PinCheck.RIGHT
        shown = shown_in(report, wanted, believed=is_open)
        if item is not None:
            found, lacks = shown.entry_of(item), shown.lacks(item)
        else:
            assert title is not None
            found, lacks = shown.entry_of_title(title), shown.count == 0
        if found is not None:
            return Done(_state(operation, found, status))
        is_certain = is_certain and lacks
    if is_certain:
        return Refused(Reason.HOLD_UNKNOWN)
    if operation.pin is None and not looks.lists_tell_all:
        return Refused(Reason.PIN_REQUIRED)
    raise Unsupported("the lists of the patron do not tell one hold from another")


def _state(wish: LookupHold, entry: Entry, status: HoldStatus) -> HoldState:
    item, title = wish.item or entry.item, wish.title or entry.title_id
    return HoldState(
        None if item is None else Item(item, entry.title, title_id=title),
        entry.title,
        available=status is HoldStatus.READY,
        patron=wish.patron,
        title_id=title,
        status=status,
    )
