"""Items and titles: looking at them, and changing what is known of them."""

from dataclasses import replace

from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.identifiers import ItemId
from softdock.circulation.items import Item
from softdock.circulation.operations import (
    AcceptItem,
    AmendItem,
    CreateItem,
    DeleteItem,
    LookupItem,
    LookupTitle,
    SetItemStatus,
)
from softdock.circulation.outcomes import Accepted, Deleted, Done, ItemUpdated, Refused, TitleReport
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip import asking
from softdock.protocols.ncip.amounts import read_count
from softdock.protocols.ncip.asking import Part
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.south.items import described, item_in
from softdock.protocols.ncip.south.problems import Declined, trouble
from softdock.protocols.ncip.south.talk import Talk

_MOST_PAGES = 20
_ON_ONE_PAGE = 100


async def lookup_item(operation: LookupItem, talk: Talk) -> AnyOutcome:
    """LookupItem, with all that the profile asks for."""
    return Done(await _looked_at(operation.item, talk))


async def _looked_at(item: ItemId, talk: Talk) -> Item:
    answer = await talk.ask(
        "LookupItem",
        talk.item(item),
        talk.elements("ItemElementType", talk.system.dialect.item_elements),
        asking.flag("CurrentBorrowerDesired", talk.system.dialect.borrower_asked),
    )
    return item_in(answer, item, talk.system)


# --- titles -------------------------------------------------------------------------------------------------


async def lookup_title(operation: LookupTitle, talk: Talk) -> AnyOutcome:
    """LookupItemSet, page by page."""
    report = TitleReport(operation.title)
    copies: list[Item] = []
    token = ""
    for _ in range(_MOST_PAGES):
        answer = await talk.ask(
            "LookupItemSet",
            talk.title(operation.title),
            talk.elements("ItemElementType", talk.system.dialect.item_elements),
            asking.text("MaximumItemsCount", str(_ON_ONE_PAGE)),
            asking.text("NextItemToken", token),
        )
        for each in answer.all("BibInformation"):
            if each.has("Problem"):
                raise trouble(each.all("Problem"), "LookupItemSet", each, talk.system.dialect)
            report = _completed(report, each)
            copies += _copies(each, talk)
        token = answer.value("NextItemToken")
        if not token or talk.is_over():
            break
    if report.title == "" and copies:
        report = replace(report, title=copies[0].title, author=copies[0].author)
    return Done(replace(report, copies=tuple(copies)))


def _completed(report: TitleReport, told: Element) -> TitleReport:
    bibliographic = told.first("BibliographicDescription")
    queue = read_count(told.value("TitleHoldQueueLength"))
    if bibliographic is not None:
        report = replace(
            report,
            title=report.title or " ".join(bibliographic.value("Title").split()),
            author=report.author or " ".join(bibliographic.value("Author").split()),
        )
    return report if queue is None else replace(report, hold_queue_length=queue)


def _copies(told: Element, talk: Talk) -> list[Item]:
    """The items there, each with what is told once for several; those of which the system tells a problem are left out."""
    found = []
    for holdings in told.all("HoldingsSet"):
        shared = described(
            asking.holding(
                "ItemOptionalFields",
                holdings.first("BibliographicDescription") or told.first("BibliographicDescription"),
                asking.holding("ItemDescription", holdings.first("CallNumber")),
                holdings.first("Location"),
            ),
            ItemId(""),
            talk.system,
        )
        for each in holdings.all("ItemInformation"):
            item = talk.system.item_id(each)
            if item is not None and not each.has("Problem"):
                found.append(_with_shared(item_in(each, item, talk.system), shared))
    return found


def _with_shared(copy: Item, shared: Item) -> Item:
    """The copy, and what is told of all copies where nothing else is told of it alone."""
    return replace(
        copy,
        title=copy.title or shared.title,
        author=copy.author or shared.author,
        title_id=copy.title_id or shared.title_id,
        media_type=copy.media_type or shared.media_type,
        magnetic=shared.magnetic if copy.magnetic is None else copy.magnetic,
        owner=copy.owner or shared.owner,
        permanent_location=copy.permanent_location or shared.permanent_location,
        current_location=copy.current_location or shared.current_location,
        call_number=copy.call_number or shared.call_number,
    )


# --- changing -----------------------------------------------------------------------------------------------


async def accept_item(operation: AcceptItem, talk: Talk) -> AnyOutcome:
    """AcceptItem."""
    words = talk.system.dialect.crosswalk
    answer = await talk.ask(
        "AcceptItem",
        talk.hold(operation.hold),
        asking.text("RequestedActionType", "Hold For Pickup" if operation.keep_for_patron else "Circulate"),
        None if operation.patron is None else talk.who(operation.patron),
        asking.identifier(
            "ItemId", operation.item, talk.system.dialect.item_id_type, operation.owner or talk.system.agency
        )
        if operation.owner
        else talk.item(operation.item),
        asking.moment("DateForReturn", operation.due),
        asking.flag("RenewalNotPermitted", not operation.renewable),
        asking.holding(
            "ItemOptionalFields",
            asking.description(
                operation.title, operation.author, words.media_type.tell(operation.media_type)
            ),
            asking.holding("ItemDescription", asking.text("CallNumber", operation.call_number)),
        ),
        asking.text(
            "PickupLocation",
            talk.system.dialect.pickup_locations.get(operation.pickup_location, operation.pickup_location),
        ),
        asking.moment("PickupExpiryDate", operation.pickup_until),
    )
    item = talk.system.item_id(answer) or operation.item
    if item is None:
        raise talk.system.malformed(answer, "ItemId")
    taken = Item(item, operation.title, operation.author, media_type=operation.media_type)
    return Done(Accepted(talk.system.hold_id(answer) or operation.hold, taken))


async def create_item(operation: CreateItem, talk: Talk) -> AnyOutcome:
    """CreateItem."""
    words = talk.system.dialect.crosswalk
    answer = await talk.ask(
        "CreateItem",
        talk.item(operation.item),
        talk.hold(operation.hold),
        asking.description(
            operation.title,
            operation.author,
            words.media_type.tell(operation.media_type),
            asking.record_id(operation.title_id, talk.system.agency),
        )
        or Element("BibliographicDescription"),
        _restriction(not operation.lendable),
        None
        if operation.status is None
        else asking.text("CirculationStatus", words.circulation_status.tell(operation.status)),
        asking.holding("ItemDescription", asking.text("CallNumber", operation.call_number)),
        asking.location(operation.permanent_location),
        asking.location(operation.current_location, "Current Location"),
        asking.text("SecurityMarker", words.security_marker.tell(operation.security_marker)),
        asking.flag("SensitizationFlag", operation.magnetic is True),
    )
    item = talk.system.item_id(answer) or operation.item
    if item is None:
        raise talk.system.malformed(answer, "ItemId")
    return await _as_it_stands(item, talk)


async def amend_item(operation: AmendItem, talk: Talk) -> AnyOutcome:
    """UpdateItem: new values are added, and those that they replace are deleted as they are now."""
    words = talk.system.dialect.crosswalk
    before = await _looked_at(operation.item, talk)
    added = asking.holding(
        "AddItemFields",
        asking.description(
            operation.title,
            operation.author,
            words.media_type.tell(operation.media_type),
            asking.record_id(operation.title_id, talk.system.agency),
        ),
        _restriction(operation.lendable is False),
        asking.holding("ItemDescription", asking.text("CallNumber", operation.call_number)),
        asking.location(operation.permanent_location),
        asking.location(operation.current_location, "Current Location"),
        asking.text("SecurityMarker", words.security_marker.tell(operation.security_marker)),
        asking.flag("SensitizationFlag", operation.magnetic is True),
    )
    deleted = asking.holding("DeleteItemFields", *_gone(operation, before))
    if added is None and deleted is None:
        return Refused(Reason.VALUE_NOT_KEPT)
    await talk.ask("UpdateItem", talk.item(operation.item), deleted, added)
    return await _as_it_stands(operation.item, talk)


def _gone(operation: AmendItem, before: Item) -> list[Part]:
    """What stands now and shall not stand any more."""

    def old(name: str) -> str | None:
        return getattr(before, name) or None if getattr(operation, name) is not None else None

    return [
        asking.description(old("title"), old("author")),
        _restriction(operation.lendable is True and before.lendable is False),
        asking.holding("ItemDescription", asking.text("CallNumber", old("call_number"))),
        asking.location(old("permanent_location")),
        asking.location(old("current_location"), "Current Location"),
        asking.flag("SensitizationFlag", operation.magnetic is False and before.magnetic is True),
    ]


def _restriction(is_read_here: bool) -> Element | None:
    return asking.text("ItemUseRestrictionType", "Not For Loan" if is_read_here else None)


async def delete_item(operation: DeleteItem, talk: Talk) -> AnyOutcome:
    """DeleteItem."""
    await talk.ask("DeleteItem", talk.item(operation.item))
    return Done(Deleted(item=operation.item))


async def set_item_status(operation: SetItemStatus, talk: Talk) -> AnyOutcome:
    """UpdateCirculationStatus."""
    word = talk.system.dialect.crosswalk.circulation_status.tell(operation.status)
    await talk.ask(
        "UpdateCirculationStatus", talk.item(operation.item), asking.text("CirculationStatus", word)
    )
    return await _as_it_stands(operation.item, talk)


async def _as_it_stands(item: ItemId, talk: Talk) -> AnyOutcome:
    """The item after a change, which is made whether it can be looked at or not."""
    try:
        return Done(ItemUpdated(await _looked_at(item, talk)))
    except (Declined, LibrarySystemError):
        return Done(ItemUpdated(Item(item)))
