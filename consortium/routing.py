"""Which library's system an operation is for, and in which words that system is asked.

========================================================  ================================================
operation                                                 goes to
========================================================  ================================================
look up, lend, take back, renew, update or hold an item   the owner of the item
look up, block or enable a patron, pay, renew all         the home of the patron
the end of a patron's session                             the same, as far as it is known without asking
renew or hold by title alone                              the library of the device, whose titles it shows
========================================================  ================================================

What no rule claims, and nobody knows who could be asked, belongs to the library of the device.
"""

from dataclasses import replace
from typing import NamedTuple, TypeVar

from twisted.internet.interfaces import IReactorTime

from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.operations import (
    AcceptItem,
    AmendItem,
    CancelHold,
    CancelRecall,
    ChangeHold,
    Checkin,
    Checkout,
    CreateItem,
    CreatePatron,
    DeleteItem,
    EndSession,
    LookupHold,
    LookupItem,
    LookupPatron,
    LookupTitle,
    Operation,
    PlaceHold,
    RecallItem,
    Renew,
    SetItemStatus,
    TakeNotice,
    UpdateItem,
)
from softdock.consortium.directory import Directory
from softdock.consortium.ownership import Owned, Ownership
from softdock.consortium.searching import Ask, Question, Searches

_ITEMS_ALONE = (
    AmendItem, CancelRecall, Checkin, DeleteItem, LookupItem, RecallItem, SetItemStatus, UpdateItem,
)  # fmt: skip
_ITEMS_AND_PATRONS = (Checkout, Renew, PlaceHold, ChangeHold, CancelHold)
_HERE = (AcceptItem, CreateItem, CreatePatron, LookupTitle, TakeNotice)
"""What is the asker's own library's, whoever is named in it."""

_Operation = TypeVar("_Operation", bound=Operation)


class Card(NamedTuple):
    """A patron's card: the home library, and the number by which it knows the patron."""

    home: LibraryId
    patron: PatronId


class Route(NamedTuple):
    """Where an operation goes, and what has to be known to tell its outcome to the device."""

    library: LibraryId
    """Whose system is asked."""
    operation: Operation
    """In that system's words."""
    card: Card | None = None
    """Whose PIN is tried, if one is."""
    unreached: LibraryId | None = None
    """Who might be the right one and could not be asked, where nobody was found."""
    searched: Question | None = None
    """What was asked, now or lately, to find the library."""
    is_guest: bool = False
    """A rule says that the card is another library's than the one whose system is asked."""


class Routing:
    """Finds the way of operations among the libraries of one directory."""

    def __init__(self, directory: Directory, clock: IReactorTime) -> None:
        self._items = directory.items
        self._patrons = directory.patrons
        self._searches = Searches(clock)
        self.renames = self._items.renames or self._patrons.renames
        """Whether a system may name something otherwise than devices do."""

    async def route(self, asker: LibraryId, operation: Operation, ask: Ask, until: float) -> Route:
        """Where `operation` of a device of the library `asker` goes; `ask` asks a library's system, by `until`."""
        if isinstance(operation, _HERE):
            return Route(asker, operation)
        if isinstance(operation, LookupHold) and (operation.patron is None or operation.item is None):
            return Route(
                asker, operation, None if operation.patron is None else Card(asker, operation.patron)
            )
        if isinstance(operation, _ITEMS_ALONE + _ITEMS_AND_PATRONS + (LookupHold,)):
            item = operation.item
            if item is None:
                found, unreached, searched = Owned(asker, ""), None, None
            else:
                found, unreached, searched = await self._whose(LookupItem(item), asker, ask, until)
                operation = _changed(operation, item=ItemId(found.identifier))
            if isinstance(operation, _ITEMS_ALONE):
                return Route(found.library, operation, None, unreached, searched)
            assert operation.patron is not None
            card = self._home(operation.patron, asker)
            is_guest = card.home != found.library and self._patrons.owner(operation.patron, asker) is not None
            patron = recognised(operation.patron, card, found.library)
            changed = _changed(operation, patron=patron)
            return Route(found.library, changed, card, unreached, searched, is_guest)
        if isinstance(operation, EndSession):
            card, unreached, searched = self._home(operation.patron, asker), None, None
        else:
            found, unreached, searched = await self._whose(LookupPatron(operation.patron), asker, ask, until)
            card = Card(found.library, PatronId(found.identifier))
        return Route(card.home, _changed(operation, patron=card.patron), card, unreached, searched)

    def outdated(self, route: Route, asker: LibraryId) -> None:
        """The library of `route` does not know any more what it was found for."""
        if route.searched is not None:
            self._searches.forget(route.searched, asker)

    def item_named(self, item: ItemId, owner: LibraryId, asker: LibraryId) -> ItemId:
        """What a device of `asker` calls an item of `owner`."""
        return ItemId(self._items.named(item, owner, asker))

    def patron_named(self, patron: PatronId, home: LibraryId, asker: LibraryId) -> PatronId:
        """What a device of `asker` calls a patron that the system of `home` has named.

        That may be a guest there, whose card tells whose it is.
        """
        if self._patrons.owner(patron, asker) is not None:
            return patron
        return PatronId(self._patrons.named(patron, home, asker))

    async def _whose(
        self, question: Question, asker: LibraryId, ask: Ask, until: float
    ) -> tuple[Owned, LibraryId | None, Question | None]:
        """The owner or home; who could not be asked; and the question, if it is one that had to be asked."""
        table, identifier = self._table_of(question), _subject(question)
        if (owned := table.owner(identifier, asker)) is not None:
            return owned, None, None
        candidates = table.candidates(asker)
        if not candidates or candidates == [asker]:
            return Owned(asker, identifier), None, None
        found, unreached = self._searches.remembered(question, asker), None
        if found is None:
            found, unreached = await self._searches.search(question, asker, candidates, ask, until)
        return Owned(found or asker, identifier), unreached, question

    def _home(self, patron: PatronId, asker: LibraryId) -> Card:
        """Whose patron it is, as far as that is known without asking."""
        owned = self._patrons.owner(patron, asker)
        if owned is None:
            return Card(self._searches.remembered(LookupPatron(patron), asker) or asker, patron)
        return Card(owned.library, PatronId(owned.identifier))

    def _table_of(self, question: Question) -> Ownership:
        return self._items if isinstance(question, LookupItem) else self._patrons


def recognised(patron: PatronId, card: Card, owner: LibraryId) -> PatronId:
    """By which number the system of `owner` is asked to lend to `patron`.

    At home it is the card's own; elsewhere the card goes along as the device read it, and it is for that system to
    know it or not.  Whatever makes one library know another's patrons belongs here.
    """
    return card.patron if card.home == owner else patron


def _subject(question: Question) -> str:
    return question.item if isinstance(question, LookupItem) else question.patron


def _changed(operation: _Operation, **changes: str) -> _Operation:
    """`operation` with `changes`; itself if they change nothing, as is the rule."""
    if all(getattr(operation, name) == value for name, value in changes.items()):
        return operation
    return replace(operation, **changes)  # type: ignore[arg-type]
