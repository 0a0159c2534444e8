"""An item, as the answers of a system describe one."""

from dataclasses import replace

from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.items import CirculationStatus, FeeType, Item, SecurityMarker
from softdock.circulation.money import Money
from softdock.protocols.ncip.amounts import read_count
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.south.system import System
from softdock.protocols.ncip.value_lists import folded

_MAGNETIC = frozenset({"audio tape", "video tape", "book with audio tape"})
_IN_HOUSE = frozenset({"not for loan", "in library use only", "use only in controlled access"})
"""Kinds of ItemUseRestrictionType of what does not leave the building, folded."""


def item_in(answer: Element, item: ItemId, system: System) -> Item:
    """What `answer` tells of `item`: in ItemOptionalFields, and beside them."""
    told = described(answer.first("ItemOptionalFields"), item, system)
    owner = system.library_of(answer.value("ItemId", "AgencyId"))
    if owner is not None and told.owner is None and owner != system.library:
        told = replace(told, owner=owner)
    due = system.moment(answer, "DateDue")
    return replace(
        told,
        due=told.due if due is None else due,
        recalled=system.instant(answer, "DateRecalled"),
        hold_pickup_until=system.instant(answer, "HoldPickupDate"),
        borrower=_borrower(answer, system),
    )


def _borrower(answer: Element, system: System) -> PatronId | None:
    for within in (answer.first("ItemTransaction"), answer):
        if within is not None and (current := within.first("CurrentBorrower")) is not None:
            return system.patron_id(current)
    return None


def described(fields: Element | None, item: ItemId, system: System) -> Item:
    """The item with what ItemOptionalFields tell; all unknown where there are none."""
    if fields is None:
        return Item(item)
    words = system.dialect.crosswalk
    bibliographic = fields.first("BibliographicDescription")
    medium = "" if bibliographic is None else bibliographic.value("MediumType")
    return Item(
        item,
        title="" if bibliographic is None else _line(bibliographic.value("Title")),
        author="" if bibliographic is None else _line(bibliographic.value("Author")),
        title_id=None if bibliographic is None else system.title_id(bibliographic),
        media_type=words.media_type.hear(medium),
        magnetic=_is_magnetic(fields, medium),
        security_marker=words.security_marker.hear(fields.value("SecurityMarker")) or SecurityMarker.OTHER,
        owner=_owner(fields, system),
        permanent_location=_place(fields, "permanent location"),
        current_location=_place(fields, "current location"),
        call_number=_line(fields.value("ItemDescription", "CallNumber")),
        status=words.circulation_status.hear(fields.value("CirculationStatus")) or CirculationStatus.OTHER,
        hold_queue_length=read_count(fields.value("HoldQueueLength")),
        due=system.moment(fields, "DateDue"),
        lendable=_is_lendable(fields),
    )


def _is_magnetic(fields: Element, medium: str) -> bool | None:
    if fields.has("SensitizationFlag"):
        return True
    return folded(medium) in _MAGNETIC if medium else None


def _is_lendable(fields: Element) -> bool | None:
    """False for what is read in the house; a system that tells no restriction may tell none at all."""
    return (
        False
        if any(folded(each.text) in _IN_HOUSE for each in fields.all("ItemUseRestrictionType"))
        else None
    )


def _names(fields: Element, kind: str) -> list[str]:
    """The levels of a location, the widest first."""
    for each in fields.all("Location"):
        if folded(each.value("LocationType")) == kind:
            return location_names(each)
    return []


def location_names(location: Element) -> list[str]:
    """The names in a Location by their levels, the widest first."""
    name = location.first("LocationName")
    if name is None:
        return []
    found = [
        (read_count(each.value("LocationNameLevel")) or 1, _line(each.value("LocationNameValue")))
        for each in name.all("LocationNameInstance")
    ]
    return [text for _, text in sorted(found, key=lambda each: each[0]) if text]


def _place(fields: Element, kind: str) -> str:
    """Where it is: the narrowest name; a single one may be that of the library."""
    names = _names(fields, kind)
    return names[-1] if names else ""


def _owner(fields: Element, system: System) -> LibraryId | None:
    """Whose it is, where the permanent location has more than one level."""
    names = _names(fields, "permanent location")
    return system.library_of(names[0]) if len(names) > 1 else None


def _line(text: str) -> str:
    return " ".join(text.split())


def fee_in(answer: Element, system: System) -> tuple[Money | None, FeeType | None]:
    """What a loan or a return has cost."""
    charged = answer.first("FiscalTransactionInformation")
    if charged is None:
        return None, None
    fee = system.money(charged.first("Amount"))
    if fee is None or not fee.minor:
        return None, None
    return fee, system.dialect.crosswalk.fee_type.hear(charged.value("FiscalTransactionType"))
