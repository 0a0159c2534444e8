"""A patron as NCIP describes one: UserOptionalFields, by what the request selects."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from softdock.circulation.patrons import Patron
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.moments import write_date
from softdock.protocols.ncip.north.building import agency, holding, text, user_id
from softdock.protocols.ncip.north.talk import Talk

Part = Callable[[Talk, Patron], Iterator[Element]]


def user_fields(talk: Talk, patron: Patron) -> Element | None:
    """What of `patron` the request selects and the library knows; None if that is nothing."""
    wanted = dict.fromkeys(part for name, part in _PARTS.items() if name in talk.wants("UserElementType"))
    parts = [each for part in wanted for each in part(talk, patron)]
    return Element("UserOptionalFields", children=parts) if parts else None


def _name(talk: Talk, patron: Patron) -> Iterator[Element]:
    if patron.name:
        named = Element("UnstructuredPersonalUserName", patron.name)
        yield Element("NameInformation", children=[Element("PersonalNameInformation", children=[named])])


def _addresses(talk: Talk, patron: Patron) -> Iterator[Element]:
    if patron.address:
        unstructured = holding(
            "UnstructuredAddress",
            Element("UnstructuredAddressType", "Newline-Delimited Text"),
            Element("UnstructuredAddressData", patron.address),
        )
        yield _address(
            holding("PhysicalAddress", unstructured, Element("PhysicalAddressType", "Postal Address"))
        )
    kinds = talk.crosswalk.address
    for kind, data in ((kinds.tell("email"), patron.email), (kinds.tell("phone"), patron.phone)):
        if kind and data:
            yield _address(
                holding(
                    "ElectronicAddress",
                    Element("ElectronicAddressType", kind),
                    Element("ElectronicAddressData", data),
                )
            )


def _address(what: Element) -> Element:
    return holding("UserAddressInformation", Element("UserAddressRoleType", "Home"), what)


def _birth(talk: Talk, patron: Patron) -> Iterator[Element]:
    if patron.birth_date is not None:
        yield Element("DateOfBirth", write_date(patron.birth_date))


def _language(talk: Talk, patron: Patron) -> Iterator[Element]:
    if found := talk.crosswalk.language.tell(patron.language.split("-")[0]):
        yield Element("UserLanguage", found)


def _privileges(talk: Talk, patron: Patron) -> Iterator[Element]:
    profile = talk.profile
    for row in profile.privileges:
        if row == "STATUS":
            word = profile.status_blocked if is_blocked(talk, patron) else profile.status_ok
        elif row == "PROFILE":
            word = patron.category
        else:
            library = patron.home_library or talk.library
            word = talk.names_of_agencies.get(library, library)
        if not word:
            continue
        expires = talk.written(patron.expires) if patron.expires is not None and row != "LIBRARY" else None
        yield holding(
            "UserPrivilege",
            agency(talk),
            Element("AgencyUserPrivilegeType", row),
            text("ValidToDate", expires),
            holding("UserPrivilegeStatus", Element("UserPrivilegeStatusType", word)),
        )


def is_blocked(talk: Talk, patron: Patron) -> bool:
    """Whether the card counts as blocked, where one word has to say it."""
    return not patron.standing.isdisjoint(talk.profile.status_counts)


def _blocks(talk: Talk, patron: Patron) -> Iterator[Element]:
    found = dict.fromkeys(word for each, word in talk.crosswalk.block.told.items() if each in patron.standing)
    for word in found:
        yield holding("BlockOrTrap", agency(talk), Element("BlockOrTrapType", word))


def _number(talk: Talk, patron: Patron) -> Iterator[Element]:
    """The number by which the library knows the card, whichever was asked for."""
    found = user_id(talk, patron.id)
    if not found.has("UserIdentifierType"):
        found.children.append(Element("UserIdentifierType", "Barcode"))
    yield found


_PARTS: Final[Mapping[str, Part]] = {
    "name information": _name,
    "user address information": _addresses,
    "date of birth": _birth,
    "user language": _language,
    "user privilege": _privileges,
    "block or trap": _blocks,
    "user id": _number,
    "visible user id": _number,
}
