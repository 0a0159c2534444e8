"""Services about items and titles."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from softdock.circulation.identifiers import ItemId, TitleId
from softdock.circulation.items import CirculationStatus, Item, MediaType, SecurityMarker
from softdock.circulation.operations import (
    AmendItem,
    CreateItem,
    DeleteItem,
    LookupHold,
    LookupTitle,
    SetItemStatus,
)
from softdock.circulation.outcomes import HoldState, ItemUpdated, TitleReport
from softdock.kit.simulators.ncip import telling as t
from softdock.kit.simulators.ncip.asking import Ask, folded
from softdock.kit.simulators.ncip.nodes import Node, Part, holding, text
from softdock.kit.simulators.ncip.problems import Problem, incomplete, told

MOST_AT_ONCE: Final = 100
"""Items of one answer, whatever is asked for."""

_MOST_DIGITS: Final = 9
_NOT_LENT: Final = frozenset({"not for loan", "in library use only"})


def look_up(ask: Ask) -> Part:
    """LookupItem: by its id, or by that of a request for it."""
    hold, item = ask.request(), ask.item_if_named()
    named = None
    if item is None:
        if hold is None or not ask.manner.names_requests:
            incomplete("ItemId")
        state: HoldState = ask.perform(LookupHold(hold))
        if state.item is None:
            raise Problem("Unknown Item", element="RequestId")
        item, named = state.item.id, t.request_id(ask, state.id)
    found = ask.looked_up(item)
    return [
        [named, t.item_id(ask, found.id)],
        ask.when("HoldPickupDate", found.hold_pickup_until),
        ask.when("DateRecalled", found.recalled),
        _transaction(ask, found),
        t.item_fields(ask, found),
    ]


def _transaction(ask: Ask, item: Item) -> Node | None:
    """Who has it, for those who ask."""
    if item.borrower is None or not ask.said.has("CurrentBorrowerDesired"):
        return None
    return holding("ItemTransaction", holding("CurrentBorrower", t.user_id(ask, item.borrower)))


# --- sets ---------------------------------------------------------------------------------------------


def look_up_set(ask: Ask) -> Part:
    """LookupItemSet: page after page, where fewer are wanted than there are."""
    if ask.said.has("HoldingsSetId"):
        raise Problem("Unsupported Service", "There are no sets of holdings here.", "HoldingsSetId")
    lines = list(_lines(ask))
    if not lines:
        incomplete("BibliographicId")
    first, most = _first(ask, len(lines)), _most(ask)
    page = lines[first : first + most]
    following = first + most
    by_title = groupby(page, key=lambda line: line[0])
    return [
        [_title(ask, title, [item for _, item in line]) for title, line in by_title],
        text("NextItemToken", f"N{following}") if following < len(lines) else None,
    ]


def _lines(ask: Ask) -> Iterator[tuple[str, Item | Problem]]:
    """Each item with the title that it is told under; a problem for what is not found."""
    for name in ask.titles():
        try:
            report: TitleReport = ask.perform(LookupTitle(name))
        except Problem as problem:
            yield name, problem
            continue
        for copy in report.copies:
            yield report.id, copy
    for each in ask.said.all("ItemId"):
        number = each.value("ItemIdentifierValue")
        try:
            found = ask.looked_up(ItemId(number))
        except Problem as problem:
            yield number, problem
        else:
            yield found.title_id or number, found


def _first(ask: Ask, count: int) -> int:
    token = ask.said.value("NextItemToken")
    if not token:
        return 0
    first = _number(token.removeprefix("N"))
    if first is None or first >= count:
        raise Problem("Element Rule Violated", "This token leads nowhere.", "NextItemToken")
    return first


def _most(ask: Ask) -> int:
    return min(_number(ask.said.value("MaximumItemsCount")) or MOST_AT_ONCE, MOST_AT_ONCE)


def _number(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS else None


def _title(ask: Ask, title: str, found: list[Item | Problem]) -> Node:
    """BibInformation: a title with its items, or why there is none."""
    items = [each for each in found if isinstance(each, Item)]
    problems = [told(ask.manner, each) for each in found if isinstance(each, Problem)]
    named = t.title_id(ask, TitleId(title))
    if not items:
        return holding("BibInformation", named, problems[:1])
    wants_description = "bibliographic description" in ask.wants("ItemElementType")
    return holding(
        "BibInformation",
        named,
        t.description(items[0]) if wants_description else None,
        text("TitleHoldQueueLength", items[0].hold_queue_length),
        holding("HoldingsSet", [_information(ask, each) for each in items]),
    )


def _information(ask: Ask, item: Item) -> Node:
    transaction = _transaction(ask, item)
    return holding(
        "ItemInformation",
        t.item_id(ask, item.id),
        ask.when("DateDue", item.due),
        ask.when("DateRecalled", item.recalled),
        ask.when("HoldPickupDate", item.hold_pickup_until),
        transaction,
        t.item_fields(ask, item),
    )


# --- changing -----------------------------------------------------------------------------------------


def set_status(ask: Ask) -> Part:
    """UpdateCirculationStatus."""
    status: CirculationStatus = ask.word(t.STATUSES, "CirculationStatus") or incomplete("CirculationStatus")
    updated: ItemUpdated = ask.perform(SetItemStatus(ask.item(), status))
    return t.item_id(ask, updated.item.id)


def update(ask: Ask) -> Part:
    """UpdateItem: what is deleted goes, and then what is added comes."""
    gone, new = (ask.said.first(name) or Node(name) for name in ("DeleteItemFields", "AddItemFields"))
    changed: dict[str, Any] = {name: _taken_away(name, value) for name, value in _fields(gone).items()}
    updated: ItemUpdated = ask.perform(AmendItem(ask.item(), **(changed | _fields(new))))
    return t.item_id(ask, updated.item.id)


def create(ask: Ask) -> Part:
    """CreateItem."""
    fields = _fields(ask.said)
    if not fields.get("title"):
        incomplete("BibliographicDescription")
    status: CirculationStatus | None = ask.word(t.STATUSES, "CirculationStatus")
    made: ItemUpdated = ask.perform(CreateItem(ask.item_if_named(), ask.request(), status=status, **fields))
    return t.item_id(ask, made.item.id)


def delete(ask: Ask) -> Part:
    """DeleteItem."""
    item = ask.item()
    ask.perform(DeleteItem(item))
    return t.item_id(ask, item)


def _fields(said: Node) -> dict[str, Any]:
    """What is said of an item, by the names of the operations."""
    about = said.first("BibliographicDescription") or Node("")
    restrictions = {folded(each.text) for each in said.all("ItemUseRestrictionType")}
    found: dict[str, Any] = {
        "title": about.value("Title"),
        "author": about.value("Author"),
        "media_type": _meaning(t.MEDIA, about.value("MediumType"), MediaType.OTHER),
        "call_number": said.value("ItemDescription", "CallNumber"),
        "security_marker": _meaning(t.MARKERS, said.value("SecurityMarker"), SecurityMarker.OTHER),
        "lendable": False if restrictions & _NOT_LENT else None,
    }
    for each in said.all("Location"):
        place = each.value("LocationName", "LocationNameInstance", "LocationNameValue")
        kind = folded(each.value("LocationType"))
        found["permanent_location" if kind == "permanent location" else "current_location"] = place
    return {name: value for name, value in found.items() if value not in {None, ""}}


def _taken_away(name: str, value: object) -> object:
    """What stands for nothing, of this kind of value."""
    if isinstance(value, bool):
        return not value
    if name == "media_type":
        return MediaType.OTHER
    return SecurityMarker.OTHER if name == "security_marker" else ""


def _meaning(words: Any, word: str, otherwise: Any) -> Any:
    if not word:
        return None
    return next((meaning for meaning, each in words.items() if folded(each) == folded(word)), otherwise)
