"""What a system shows of an operation whose answer was lost, by what can be looked up.

A wrong answer does harm.  DONE for the loan of somebody else, or for an older one, takes from a patron what they have by
right; NOT_YET for a loan that stands leaves it with somebody who was told that there is none.  So what is in doubt is
unclear, and a person looks.  By looking up alone nothing can be ruled out for good: NOT_DONE is never said here.

====================  ====================================  ======================================================
operation             NOT_YET                               DONE
====================  ====================================  ======================================================
loan                  not lent, or to another patron        the patron has it, and it began with the operation
loan that happened,   the same                              the patron has it
return undone
return, loan undone   lent since before; or lent, so soon   not lent any more, or lent anew since
                      that it can hardly be a new loan
renewal               not lent, or to another patron        never: nothing tells one renewal from the next
all renewals          the patron has nothing                never
hold, hold changed    the patron waits for nothing          never: it may have been there before
hold cancelled        the item is among the holds           the patron waits for nothing
block                 the card may borrow                   the card is blocked
block lifted          the card is blocked                   the card may borrow
note of an item       it has another note                   it has this note
payment               never                                 never: nobody knows what was owed before
====================  ====================================  ======================================================

`find_effect` looks, and `evidence` has the readings, which are pure.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, tzinfo

from softdock.adapters.evidence import (
    Shown,
    card_effect,
    hold_effect,
    is_lent_to,
    loan_effect,
    note_effect,
    renewal_effect,
    return_effect,
    shown_in,
)
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import MalformedReply, Unsupported
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.journal import Effect
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    EnablePatron,
    LookupItem,
    LookupPatron,
    Operation,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.outcomes import Done, PatronReport
from softdock.circulation.patrons import PatronList
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.records import record


@record
class Looks:
    """How a system can be looked at."""

    perform: Callable[[Operation], Awaitable[AnyOutcome]]
    capabilities: frozenset[Capability]
    lists_tell_all: bool
    """Whether a patron has nothing where nothing is shown, although no PIN goes along."""

    async def item(self, item: ItemId) -> Item | None:
        """The item, if the system tells of it."""
        found = await self._result(LookupItem(item))
        return found if isinstance(found, Item) else None

    async def report(self, patron: PatronId, wanted: PatronList | None = None) -> PatronReport | None:
        """The card, if the system tells of it."""
        found = await self._result(LookupPatron(patron, wanted=wanted))
        return found if isinstance(found, PatronReport) else None

    async def shown(self, patron: PatronId, wanted: PatronList) -> Shown:
        """One list, as far as it is shown."""
        return shown_in(await self.report(patron, wanted), wanted, believed=self.lists_tell_all)

    async def _result(self, question: Operation) -> object:
        """A refusal tells nothing, and an answer of which nothing can be made will tell nothing tomorrow."""
        if question.capability not in self.capabilities:
            return None
        try:
            outcome = await self.perform(question)
        except (MalformedReply, Unsupported):
            return None
        return outcome.result if isinstance(outcome, Done) else None


async def find_effect(
    looks: Looks, operation: Operation, since: datetime, now: datetime, zone: tzinfo
) -> Effect:
    """What the system shows of `operation`, which was claimed at `since`.  Raises a `LibrarySystemError` if it is away.

    `zone` is that of the system's days.
    """
    match operation:
        case Checkout():
            item = await looks.item(operation.item)
            loans = await _loans_if_needed(looks, operation.patron, item)
            return loan_effect(operation, since, zone, item, loans)
        case Checkin():
            return return_effect(since, now, zone, await looks.item(operation.item))
        case Renew(item=str(named)):
            item = await looks.item(ItemId(named))
            loans = await _loans_if_needed(looks, operation.patron, item)
            return renewal_effect(operation, item, loans)
        case RenewAll():
            loans = await looks.shown(operation.patron, PatronList.LOANS)
            return Effect.NOT_YET if loans.count == 0 else Effect.UNCLEAR
        case PlaceHold() | ChangeHold() | CancelHold():
            holds = await looks.shown(operation.patron, PatronList.HOLDS)
            others = await looks.shown(operation.patron, PatronList.UNAVAILABLE_HOLDS)
            return hold_effect(operation, holds, others)
        case BlockPatron() | EnablePatron():
            return card_effect(operation, await looks.report(operation.patron))
        case UpdateItem():
            return note_effect(operation, await looks.item(operation.item))
    return Effect.UNCLEAR


async def _loans_if_needed(looks: Looks, patron: PatronId, item: Item | None) -> Shown:
    """What the patron has, where the item alone does not tell who has it, and since when."""
    lent = is_lent_to(patron, item)
    if lent is False or (lent and item is not None and item.lent is not None):
        return Shown()
    return await looks.shown(patron, PatronList.LOANS)
