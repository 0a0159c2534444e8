"""What can be read of an item and of a patron's lists about an operation whose answer was lost.  All of it is pure.

The table is in `effects`.  That somebody has nothing is believed of a list that is shown in full only: without a PIN,
which is not kept for this, many systems show an empty one.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from softdock.circulation.identifiers import ItemId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus, Item
from softdock.circulation.journal import Effect
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkout,
    EnablePatron,
    PlaceHold,
    Renew,
    UpdateItem,
)
from softdock.circulation.outcomes import HoldState, PatronReport
from softdock.circulation.patrons import ALL_DENIED, Entry, PatronList, Standing
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.circulation.words import Word

CLOCKS_DIFFER = timedelta(minutes=2)
"""How far the clocks of SoftDock and of a system may be apart."""

SOON = timedelta(minutes=5)
"""After a return that may have failed: an item that is lent within this time is hardly lent anew."""

_NOT_LENT = frozenset({
    CirculationStatus.AVAILABLE, CirculationStatus.ON_HOLD_SHELF, CirculationStatus.IN_TRANSIT,
    CirculationStatus.TO_BE_RESHELVED, CirculationStatus.IN_PROCESS,
})  # fmt: skip

_LENT = frozenset({
    CirculationStatus.CHARGED, CirculationStatus.CHARGED_NOT_RECALLABLE, CirculationStatus.RECALLED,
})  # fmt: skip


# --- when a loan began --------------------------------------------------------------------------------


class Beginning(Word):
    """When a loan began, seen from the operation that may have made it."""

    BEFORE = "before"
    WITH = "with"
    SINCE = "since"
    UNCLEAR = "unclear"


def beginning_of(lent: datetime | date | None, since: datetime, zone: tzinfo) -> Beginning:
    """Whether what is `lent` was lent by the operation that was claimed at `since`.

    Of a day alone, in `zone`, one can tell an earlier or a later one; midnight is how systems write a day as a point
    in time.
    """
    if lent is None:
        return Beginning.UNCLEAR
    if not isinstance(lent, datetime) or lent.timetz().replace(tzinfo=None) == time():
        day = lent.date() if isinstance(lent, datetime) else lent
        if day < (since - CLOCKS_DIFFER).astimezone(zone).date():
            return Beginning.BEFORE
        is_later = day > (since + CLOCKS_DIFFER).astimezone(zone).date()
        return Beginning.SINCE if is_later else Beginning.UNCLEAR
    if lent < since - CLOCKS_DIFFER:
        return Beginning.BEFORE
    if lent > since + CLOCKS_DIFFER:
        return Beginning.SINCE
    whole = since.replace(microsecond=0)  # as systems tell the time
    return Beginning.WITH if lent >= whole else Beginning.UNCLEAR


# --- what a system shows ------------------------------------------------------------------------------


@record
class Shown:
    """One list of a patron, as far as the system shows it."""

    entries: Sequence[Entry] = ()
    count: int | None = None
    """How many entries it has in full; None where that is not to be believed."""

    def entry_of(self, item: ItemId) -> Entry | None:
        """The entry about `item`."""
        return next((each for each in self.entries if each.item is not None and _same(each.item, item)), None)

    def entry_of_title(self, title: TitleId) -> Entry | None:
        """The entry about `title`, by whatever it says in its place."""
        return next(
            (
                each
                for each in self.entries
                if any(_same(said, title) for said in (each.title_id, each.title, each.item) if said)
            ),
            None,
        )

    def lacks(self, item: ItemId, title: str = "") -> bool:
        """Whether it is certain that `item`, which bears `title`, is not in the list."""
        return self.count == len(self.entries) and not any(
            _may_mean(each, item, title) for each in self.entries
        )


_COUNTS = {
    PatronList.HOLDS: "holds",
    PatronList.UNAVAILABLE_HOLDS: "unavailable_holds",
    PatronList.LOANS: "loans",
}


def shown_in(report: PatronReport | None, wanted: PatronList, *, believed: bool) -> Shown:
    """The list `wanted` in `report`.  Its count is `believed` of a card of which there is more to be seen than that it exists."""
    if report is None:
        return Shown()
    patron = report.patron
    is_open = believed and patron.name and not patron.standing >= ALL_DENIED
    return Shown(report.entries, getattr(patron.counts, _COUNTS[wanted]) if is_open else None)


def is_lent_to(patron: PatronId, item: Item | None) -> bool | None:
    """Whether `patron` has `item`; None if that cannot be told by the item alone."""
    if item is None:
        return None
    if item.status in _NOT_LENT:
        return False
    return None if item.borrower is None else _same(item.borrower, patron)


def _same(one: str, other: str) -> bool:
    """Case and blanks do not count."""
    return one.strip().casefold() == other.strip().casefold()


def _may_mean(entry: Entry, item: ItemId, title: str) -> bool:
    """Whether `entry` may be about `item`: it names no item, or what it names is perhaps no item but a title."""
    if entry.item is None:
        return True
    said, named = entry.item.strip().casefold(), title.strip().casefold()
    is_about = item.strip().casefold() in said
    return is_about or " " in said or bool(named and (said in named or named in said))


# --- readings -----------------------------------------------------------------------------------------


def loan_effect(wish: Checkout, since: datetime, zone: tzinfo, item: Item | None, loans: Shown) -> Effect:
    """Of a loan, or of a return that was undone."""
    if _is_not_theirs(wish.patron, wish.item, item, loans):
        return Effect.NOT_YET
    entry = loans.entry_of(wish.item)
    if entry is None and not is_lent_to(wish.patron, item):
        return Effect.UNCLEAR
    if wish.cancel or wish.no_block:
        return Effect.DONE  # it stands as it shall, whoever has seen to it; and nobody undoes it
    began = beginning_of(entry.lent if entry is not None else None, since, zone)
    if began is Beginning.UNCLEAR and item is not None:
        began = beginning_of(item.lent, since, zone)
    if began is Beginning.WITH:
        return Effect.DONE
    may_be_renewed = wish.renewal_allowed
    return Effect.NOT_YET if began is Beginning.BEFORE and not may_be_renewed else Effect.UNCLEAR


def return_effect(since: datetime, now: datetime, zone: tzinfo, item: Item | None) -> Effect:
    """Of a return, or of a loan that was undone."""
    if item is None:
        return Effect.UNCLEAR
    if item.status in _NOT_LENT:
        return Effect.DONE
    if item.status not in _LENT:
        return Effect.UNCLEAR
    match beginning_of(item.lent, since, zone):
        case Beginning.BEFORE:
            return Effect.NOT_YET
        case Beginning.SINCE:
            return Effect.DONE
        case Beginning.WITH:
            return Effect.UNCLEAR
    return Effect.NOT_YET if now - since < SOON else Effect.UNCLEAR


def renewal_effect(wish: Renew, item: Item | None, loans: Shown) -> Effect:
    """Of a renewal of one item."""
    assert wish.item is not None
    if wish.third_party_allowed:
        is_nobodys = item is not None and item.status in _NOT_LENT
        return Effect.NOT_YET if is_nobodys else Effect.UNCLEAR
    is_not_theirs = _is_not_theirs(wish.patron, wish.item, item, loans)
    return Effect.NOT_YET if is_not_theirs else Effect.UNCLEAR


def hold_effect(wish: PlaceHold | ChangeHold | CancelHold, holds: Shown, others: Shown) -> Effect:
    """Of a hold, by the holds that are ready and those that wait.

    A system may have made a hold on the title of one on a copy, and list it as such: only of somebody who waits for
    nothing can be told that they do not wait for this.
    """
    waits_for_nothing = holds.count == 0 and others.count == 0
    if not isinstance(wish, CancelHold):
        return Effect.NOT_YET if waits_for_nothing else Effect.UNCLEAR
    if waits_for_nothing:
        return Effect.DONE
    is_listed = wish.item is not None and (holds.entry_of(wish.item) or others.entry_of(wish.item))
    return Effect.NOT_YET if is_listed else Effect.UNCLEAR


def hold_dated(wish: PlaceHold, since: datetime, zone: tzinfo, holds: Sequence[HoldState]) -> Effect:
    """Of a hold that a system may show among all of the patron's, with the dates at which they were placed."""
    began = {
        beginning_of(each.placed, since, zone)
        for each in holds
        if each.item is not None and wish.item is not None and _same(each.item.id, wish.item)
    }
    if Beginning.WITH in began:
        return Effect.DONE
    return Effect.NOT_YET if began == {Beginning.BEFORE} else Effect.UNCLEAR


def card_effect(wish: BlockPatron | EnablePatron, report: PatronReport | None) -> Effect:
    """Of blocking or enabling a card."""
    if report is None or not report.patron.name:
        return Effect.UNCLEAR
    blocks = isinstance(wish, BlockPatron)
    if report.reason is Reason.PATRON_BLOCKED:
        return Effect.DONE if blocks else Effect.NOT_YET
    if report.reason is None and Standing.CHECKOUT_DENIED not in report.patron.standing:
        return Effect.NOT_YET if blocks else Effect.DONE
    return Effect.UNCLEAR


def note_effect(wish: UpdateItem, item: Item | None) -> Effect:
    """Of a note that is to be kept with an item."""
    if item is None or not item.properties.strip():
        return Effect.UNCLEAR  # there is none, or the system does not say
    return Effect.DONE if item.properties.strip() == wish.properties.strip() else Effect.NOT_YET


def _is_not_theirs(patron: PatronId, named: ItemId, item: Item | None, loans: Shown) -> bool:
    """Whether it is certain that `patron` does not have the item `named`."""
    lent = is_lent_to(patron, item)
    return lent is False or (lent is None and loans.lacks(named, "" if item is None else item.title))
