"""Items as records: taking them in, changing what is known of them and where they stand, and taking them out.

Of what an update says, the deletions are looked at first: each has to name what the library has, or nothing is done.
"""

from softdock.circulation.items import CirculationStatus, Item, MediaType, SecurityMarker
from softdock.circulation.operations import (
    AmendItem,
    CreateItem,
    DeleteItem,
    LookupItem,
    SetItemStatus,
)
from softdock.circulation.outcomes import ItemUpdated, Refused
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import item_id, user_id
from softdock.protocols.ncip.north.given_items import GivenItem, given_item, status_of
from softdock.protocols.ncip.north.items import item_fields
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.north.reading import hold_if_any, item_if_any, item_of, who
from softdock.protocols.ncip.north.services.patrons import proven_report
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.north.users import user_fields
from softdock.protocols.ncip.value_lists import folded


async def create_item(talk: Talk) -> list[Element]:
    """CreateItem.  The number in the request is a proposal; without one the library gives it."""
    number, hold = None, hold_if_any(talk)
    if talk.request.value("ItemId", "ItemIdentifierValue"):
        number = item_if_any(talk)
    given = given_item(talk, talk.request)
    created: ItemUpdated = await talk.ask(
        CreateItem(
            number,
            hold,
            title_id=given.title_id,
            title=given.title or "",
            author=given.author or "",
            media_type=given.media_type,
            security_marker=given.security_marker,
            magnetic=given.magnetic,
            call_number=given.call_number or "",
            permanent_location=given.permanent_location or "",
            current_location=given.current_location or "",
            status=status_of(talk, talk.request),
            lendable=given.lendable is not False,
        ),
        once=number is not None,
    )
    return [item_id(talk, created.item.id, created.item.owner)]


async def update_item(talk: Talk) -> list[Element]:
    """UpdateItem: what is deleted has to be there, and what is added replaces it."""
    item = item_of(talk)
    deleted = given_item(talk, talk.request.first("DeleteItemFields") or Element("DeleteItemFields"))
    added = given_item(talk, talk.request.first("AddItemFields") or Element("AddItemFields"))
    known: Item = await talk.ask(LookupItem(item))
    if missing := _missing(deleted, added, known):
        raise trouble(P.UNABLE_TO_DELETE_ELEMENT, "What shall be deleted is not there.", missing)
    change = AmendItem(
        item,
        title_id=added.title_id,
        title=added.title,
        author=_after(deleted.author, added.author),
        media_type=added.media_type or (MediaType.OTHER if deleted.media_type else None),
        security_marker=added.security_marker or (SecurityMarker.OTHER if deleted.security_marker else None),
        magnetic=added.magnetic if added.magnetic is not None else (False if deleted.magnetic else None),
        call_number=_after(deleted.call_number, added.call_number),
        permanent_location=_after(deleted.permanent_location, added.permanent_location),
        current_location=_after(deleted.current_location, added.current_location),
        lendable=added.lendable
        if added.lendable is not None
        else (True if deleted.lendable is False else None),
    )
    owner = known.owner
    if change != AmendItem(item):
        changed: ItemUpdated = await talk.ask(change, once=True)
        owner = changed.item.owner
    elif added.without_place:
        raise trouble(P.UNABLE_TO_ADD_ELEMENT, "The library has no place for this.", added.without_place[0])
    return [item_id(talk, item, owner)]


def _after(deleted: str | None, added: str | None) -> str | None:
    """What a value becomes: "" takes it away, None leaves it."""
    if added is not None:
        return added
    return "" if deleted is not None else None


def _missing(deleted: GivenItem, added: GivenItem, known: Item) -> str:
    """The element of which something shall be deleted that is not there; "" if all is.

    A title has a name and a number: they are replaced, and not taken away.
    """
    texts = (
        ("Title", deleted.title, known.title),
        ("BibliographicDescription", deleted.title_id, known.title_id),
        ("Author", deleted.author, known.author),
        ("CallNumber", deleted.call_number, known.call_number),
        ("Location", deleted.permanent_location, known.permanent_location),
        ("Location", deleted.current_location, known.current_location),
    )
    for element, said, kept in texts:
        if said is not None and folded(said) != folded(kept or ""):
            return element
    for element, said, instead in (
        ("Title", deleted.title, added.title),
        ("BibliographicDescription", deleted.title_id, added.title_id),
    ):
        if said is not None and instead is None:
            return element
    values = (
        ("MediumType", deleted.media_type, known.media_type),
        ("SecurityMarker", deleted.security_marker, known.security_marker),
        ("SensitizationFlag", deleted.magnetic, known.magnetic),
        ("ItemUseRestrictionType", deleted.lendable, known.lendable),
    )
    for element, value, now in values:
        if value is not None and value != now:
            return element
    return next(iter(deleted.without_place), "")


async def delete_item(talk: Talk) -> list[Element]:
    """DeleteItem: refused as long as the item is lent or waited for."""
    item = item_of(talk)
    await talk.ask(DeleteItem(item), once=True)
    return [item_id(talk, item)]


async def update_circulation_status(talk: Talk) -> list[Element]:
    """UpdateCirculationStatus, the only service that says where an item stands."""
    item, status = item_of(talk), status_of(talk, talk.request)
    assert status is not None
    updated: ItemUpdated = await talk.ask(SetItemStatus(item, status), once=True)
    return [item_id(talk, item, updated.item.owner)]


_REPORTED = {
    "ItemReportedReturned": CirculationStatus.CLAIMED_RETURNED,
    "ItemReportedNeverBorrowed": CirculationStatus.CLAIMED_RETURNED,
    "ItemReportedLost": CirculationStatus.LOST,
    "ItemReportedMissing": CirculationStatus.MISSING,
}


async def report_circulation_status_change(talk: Talk) -> list[Element]:
    """ReportCirculationStatusChange.  Only who has an item can say what became of it; missing is what nobody has."""
    asked, item = who(talk), item_of(talk)
    status = next(status for name, status in _REPORTED.items() if talk.request.has(name))
    known: Item = await talk.ask(LookupItem(item))
    report = await proven_report(talk, asked, PatronList.LOANS)
    has_it = known.borrower == report.patron.id or item in {each.item for each in report.entries}
    if not has_it and status is not CirculationStatus.MISSING:
        raise talk.why_not(Refused(Reason.ITEM_NOT_LENT_TO_PATRON))
    updated: ItemUpdated = await talk.ask(SetItemStatus(item, status), once=True)
    told = (item_fields(talk, updated.item), user_fields(talk, report.patron))
    return [
        item_id(talk, item, updated.item.owner),
        user_id(talk, report.patron.id, asked),
        *(each for each in told if each is not None),
    ]
