"""What a request says of an item: what it is called, where it stands, and how it may be used."""

from typing import Final

from softdock.circulation.identifiers import TitleId
from softdock.circulation.items import CirculationStatus, MediaType, SecurityMarker
from softdock.circulation.records import record
from softdock.protocols.ncip.amounts import read_count
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.north.reading import identifier
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.value_lists import folded

LONGEST_TEXT: Final = 1000
"""Characters of a title, an author, a call number or the name of a place."""

_NOT_LENT: Final = frozenset({"not for loan", "in library use only", "use only in controlled access"})
"""Restrictions that keep an item in the house."""


@record
class GivenItem:
    """What is said of an item; None for what is not said."""

    title_id: TitleId | None = None
    title: str | None = None
    author: str | None = None
    media_type: MediaType | None = None
    call_number: str | None = None
    permanent_location: str | None = None
    current_location: str | None = None
    security_marker: SecurityMarker | None = None
    magnetic: bool | None = None
    lendable: bool | None = None
    """False where a restriction says so; True is never said."""
    without_place: tuple[str, ...] = ()
    """The elements that say what no library keeps."""


def given_item(talk: Talk, given: Element) -> GivenItem:
    """What `given` says, which is the request itself, ItemOptionalFields, AddItemFields or DeleteItemFields."""
    without_place: list[str] = []
    places = _places(given, without_place)
    described = given.first("BibliographicDescription") or Element("BibliographicDescription")
    medium, marker = described.value("MediumType"), given.value("SecurityMarker")
    crosswalk = talk.crosswalk
    media_type, security = crosswalk.media_type.known(medium), crosswalk.security_marker.known(marker)
    restricted = None
    for each in given.all("ItemUseRestrictionType"):
        if folded(each.text) in _NOT_LENT:
            restricted = False
        elif each.text:
            without_place.append("ItemUseRestrictionType")
    for name, text, kept in (("MediumType", medium, media_type), ("SecurityMarker", marker, security)):
        if text and kept is None:
            without_place.append(name)
    if any(each.text for each in (given.first("PhysicalCondition") or Element("")).walk()):
        without_place.append("PhysicalCondition")
    return GivenItem(
        title_id=_title_number(described),
        title=_text(described, "Title") or _text(described, "TitleOfComponent"),
        author=_text(described, "Author") or _text(described, "AuthorOfComponent"),
        media_type=media_type,
        call_number=_text(given.first("ItemDescription"), "CallNumber"),
        permanent_location=places.get("permanent location"),
        current_location=places.get("current location") or places.get("temporary location"),
        security_marker=security,
        magnetic=True if given.has("SensitizationFlag") else None,
        lendable=restricted,
        without_place=tuple(dict.fromkeys(without_place)),
    )


def status_of(talk: Talk, given: Element) -> CirculationStatus | None:
    """The state that CirculationStatus names, in the partner's words or the standard's; None if there is none.

    Raises Trouble for a word that is in neither: nobody knows what would be set.
    """
    word = given.value("CirculationStatus")
    if not word:
        return None
    found = talk.crosswalk.circulation_status.known(word)
    if found is None:
        raise trouble(
            P.UNKNOWN_VALUE_FROM_KNOWN_SCHEME,
            "This state is not known here.",
            "CirculationStatus",
            word[:128],
        )
    return found


def _text(within: Element | None, name: str) -> str | None:
    text = "" if within is None else " ".join(within.value(name).split())
    if len(text) > LONGEST_TEXT:
        raise trouble(P.ELEMENT_RULE_VIOLATED, "This is longer than what can be kept.", name)
    return text or None


def _title_number(described: Element) -> TitleId | None:
    """The number of the record, or else one of the title's own, such as an ISBN."""
    text = described.value("BibliographicRecordId", "BibliographicRecordIdentifier")
    text = text or described.value("BibliographicItemId", "BibliographicItemIdentifier")
    return TitleId(identifier(text, "BibliographicDescription")) if text else None


def _places(given: Element, without_place: list[str]) -> dict[str, str]:
    """The places, by kind: of each the narrowest name that is told."""
    places: dict[str, str] = {}
    for each in given.all("Location"):
        names = [
            (read_count(name.value("LocationNameLevel")) or 0, _text(name, "LocationNameValue"))
            for name in (each.first("LocationName") or Element("LocationName")).all("LocationNameInstance")
        ]
        told = [(level, text) for level, text in names if text]
        kind = folded(each.value("LocationType"))
        if told and kind in {"permanent location", "current location", "temporary location"}:
            places.setdefault(kind, max(told, key=lambda pair: pair[0])[1])
        elif told:
            without_place.append("LocationType")
    return places
