"""An item as NCIP describes one: ItemOptionalFields, by what the request selects."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from softdock.circulation.identifiers import LibraryId, TitleId
from softdock.circulation.items import Item, MediaType
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import agency, count, holding, text
from softdock.protocols.ncip.north.talk import Talk

Part = Callable[[Talk, Item], Iterator[Element]]


def item_fields(talk: Talk, item: Item) -> Element | None:
    """What of `item` the request selects and the library knows; None if that is nothing."""
    wanted = talk.wants("ItemElementType")
    parts = [each for name, part in _PARTS.items() if name in wanted for each in part(talk, item)]
    return Element("ItemOptionalFields", children=parts) if parts else None


def description(talk: Talk, item: Item) -> Element | None:
    """BibliographicDescription, as far as anything of it is known."""
    return described(talk, item.title_id, item.title, item.author, item.media_type, item.owner)


def described(
    talk: Talk,
    title_id: TitleId | None,
    title: str,
    author: str = "",
    media_type: MediaType | None = None,
    owner: LibraryId | None = None,
) -> Element | None:
    """BibliographicDescription of what is no item, or not yet."""
    number = None
    if title_id:
        number = holding(
            "BibliographicRecordId", Element("BibliographicRecordIdentifier", title_id), agency(talk, owner)
        )
    found = holding(
        "BibliographicDescription",
        text("Author", author),
        number,
        text("Title", title),
        text("MediumType", talk.crosswalk.media_type.tell(media_type)),
    )
    return found if found.children else None


def _description(talk: Talk, item: Item) -> Iterator[Element]:
    if (found := description(talk, item)) is not None:
        yield found


def _status(talk: Talk, item: Item) -> Iterator[Element]:
    if (word := talk.crosswalk.circulation_status.tell(item.status)) is not None:
        yield Element("CirculationStatus", word)


def _queue(talk: Talk, item: Item) -> Iterator[Element]:
    if (length := count("HoldQueueLength", item.hold_queue_length)) is not None:
        yield length


def _what_it_is(talk: Talk, item: Item) -> Iterator[Element]:
    if item.call_number:
        yield holding("ItemDescription", Element("CallNumber", item.call_number))


def _locations(talk: Talk, item: Item) -> Iterator[Element]:
    owner = item.owner or talk.library
    for kind, place in (
        ("Permanent Location", item.permanent_location),
        ("Current Location", item.current_location),
    ):
        if place:
            names = (talk.names_of_agencies.get(owner, owner), place)
            yield holding("Location", Element("LocationType", kind), location_name(*names))


def location_name(*names: str) -> Element:
    """LocationName: the widest name first."""
    return holding(
        "LocationName",
        *(
            holding(
                "LocationNameInstance",
                Element("LocationNameLevel", str(level)),
                Element("LocationNameValue", name),
            )
            for level, name in enumerate(names, 1)
            if name
        ),
    )


def _marker(talk: Talk, item: Item) -> Iterator[Element]:
    if (word := talk.crosswalk.security_marker.tell(item.security_marker)) is not None:
        yield Element("SecurityMarker", word)


def _sensitization(talk: Talk, item: Item) -> Iterator[Element]:
    if item.magnetic:
        yield Element("SensitizationFlag")


def _restrictions(talk: Talk, item: Item) -> Iterator[Element]:
    if item.lendable is False:
        yield Element("ItemUseRestrictionType", "Not For Loan")


def _due(talk: Talk, item: Item) -> Iterator[Element]:
    if item.due is not None:
        yield Element("DateDue", talk.written(item.due))


_PARTS: Final[Mapping[str, Part]] = {
    "bibliographic description": _description,
    "item use restriction type": _restrictions,
    "circulation status": _status,
    "hold queue length": _queue,
    "item description": _what_it_is,
    "location": _locations,
    "security marker": _marker,
    "sensitization flag": _sensitization,
    "date due": _due,
}
