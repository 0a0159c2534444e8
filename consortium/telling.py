"""How a device is told what another library's system has said.

* Items and cards are named as the device names them, and whose they are is filled in where the system left it open.
* An item that was taken back for another library does not stay: there is an alert, and the destination is its owner,
  by the identifier that sorters know.  A branch that the system named means something to the owner alone; it is kept
  as `destination` in the item's `extra`, for a profile that wants to show it.  The owner's sort bins mean nothing
  here, and for whom the owner holds the item is not told elsewhere.
* A refusal names the library concerned.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.items import AlertType, Item
from softdock.circulation.locale import LANGUAGES, in_language, remark
from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Done, PatronReport, Refused, RenewedAll, Returned, TitleReport
from softdock.circulation.patrons import Patron
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.circulation.remarks import Remark
from softdock.consortium.directory import Library
from softdock.consortium.routing import Route, Routing

_ELSEWHERE: Mapping[AlertType | None, AlertType] = {
    None: AlertType.TRANSIT,
    AlertType.NONE: AlertType.TRANSIT,
    AlertType.HOLD_HERE: AlertType.HOLD_ELSEWHERE,
}
"""What the owner's alerts mean at another library; the others mean the same everywhere."""

_OF_THE_DEVICE = frozenset({Reason.NOT_ALLOWED, Reason.PIN_REQUIRED, Reason.PIN_TRY_LATER})
"""Refusals that are no library's."""


class Telling:
    """Tells one outcome of an operation that went by `route` to a device of the library `asker`."""

    def __init__(self, operation: Operation, route: Route, routing: Routing, asker: LibraryId) -> None:
        """`operation` is what the device asked for."""
        self._operation: Any = operation
        self._sent: Any = route.operation
        self._library = route.library
        self._routing = routing
        self._asker = asker
        self._is_elsewhere = route.library != asker
        self._is_home = route.card is not None and route.card.home == route.library

    def told(self, outcome: AnyOutcome, library: Library | None) -> AnyOutcome:
        """`outcome` as the device is told it; `library` is the one that was asked, unless it has left."""
        if isinstance(outcome, Done):
            if self._is_elsewhere and isinstance(outcome.result, Returned):
                outcome = _without_hold_patron(outcome, outcome.result)
            return replace(outcome, result=self._result(outcome.result))
        if not isinstance(outcome, Refused):
            return outcome
        refused = replace(
            outcome,
            item=self._item(outcome.item) if outcome.item else None,
            patron=self._patron(outcome.patron) if outcome.patron else None,
        )
        if library is None or not self._is_elsewhere or outcome.reason in _OF_THE_DEVICE:
            return refused
        said = Remark.LIBRARY_CONCERNED
        if outcome.reason is Reason.PATRON_UNKNOWN and getattr(self._operation, "item", None):
            said = Remark.CARD_UNKNOWN_TO_OWNER
        return replace(refused, note=with_remark(outcome.note, said, library))

    def _result(self, result: Any) -> Any:
        """Each record's items and patrons are found by the names of its fields, which all records share."""
        if isinstance(result, Item):
            return self._item(result)
        changes: dict[str, object] = {}
        if isinstance(item := getattr(result, "item", None), Item):
            changes["item"] = self._item(item)
        patron = getattr(result, "patron", None)
        if isinstance(patron, Patron):
            changes["patron"] = self._patron(patron)
        elif patron is not None:
            changes["patron"] = self._patron_named(patron)
        if isinstance(result, PatronReport):
            changes["entries"] = tuple(
                replace(each, item=self._item_named(each.item)) if each.item else each
                for each in result.entries
            )
            changes["holds"] = tuple(map(self._result, result.holds))
        elif isinstance(result, TitleReport):
            changes["copies"] = tuple(map(self._item, result.copies))
        elif isinstance(result, RenewedAll):
            changes["renewed"] = self._items_named(result.renewed)
            changes["unrenewed"] = self._items_named(result.unrenewed)
        elif isinstance(result, Returned) and self._is_elsewhere and not result.undone:
            changes |= self._in_transit(result, self._item(result.item))
        return replace(result, **changes)

    def _in_transit(self, returned: Returned, item: Item) -> dict[str, object]:
        if returned.destination and returned.destination != self._library:
            item = replace(item, extra={"destination": returned.destination, **item.extra})
        return {
            "item": item,
            "alert": _ELSEWHERE.get(returned.alert, returned.alert),
            "destination": self._library,
            "sort_bin": "",
            "hold_patron": None,
            "hold_patron_name": "",
        }

    def _item(self, item: Item) -> Item:
        owner = item.owner or (self._library if self._is_elsewhere else None)
        return replace(item, id=self._item_named(item.id), owner=owner)

    def _patron(self, patron: Patron) -> Patron:
        home = patron.home_library or (self._library if self._is_elsewhere and self._is_home else None)
        return replace(patron, id=self._patron_named(patron.id), home_library=home)

    def _item_named(self, item: ItemId) -> ItemId:
        if item == getattr(self._sent, "item", None):
            return ItemId(self._operation.item)
        return self._routing.item_named(item, self._library, self._asker)

    def _items_named(self, items: Iterable[ItemId]) -> tuple[ItemId, ...]:
        return tuple(map(self._item_named, items))

    def _patron_named(self, patron: PatronId) -> PatronId:
        if patron == getattr(self._sent, "patron", None):
            return PatronId(self._operation.patron)
        return self._routing.patron_named(patron, self._library, self._asker)


def _without_hold_patron(outcome: Done[Any], returned: Returned) -> Done[Any]:
    """`outcome` without the texts in which the owner names the patron for whom it holds what was `returned`."""
    names = [each.casefold() for each in (returned.hold_patron, returned.hold_patron_name) if each]

    def tells(text: str) -> bool:
        return any(name in text.casefold() for name in names)

    if not names:
        return outcome
    note = "\n".join(line for line in outcome.note.split("\n") if not tells(line))
    return replace(outcome, note=note, extra=tuple(each for each in outcome.extra if not tells(each[1])))


def with_remark(note: str | Mapping[str, str], said: Remark, library: Library) -> Mapping[str, str]:
    """`note` with what is said of `library` in a line of its own, in every language."""
    texts = {}
    for language in LANGUAGES:
        text = remark(said, language, library.name(language))
        own = in_language(note, language)
        texts[language] = f"{own}\n{text}" if own else text
    return texts
