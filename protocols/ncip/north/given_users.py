"""What a request says of a patron: names, addresses, privileges, blocks, each as the one text that a library keeps.

A library keeps one name, one address, one telephone number and one e-mail address: the first of each that is given.
What it has no place for is passed over, as long as there is something beside it that is kept.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from softdock.circulation.identifiers import LibraryId, Secret
from softdock.circulation.records import record
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.moments import read_date
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.north.reading import moment_of
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.people import MARKED_UP, address_text, name_text, without_scheme
from softdock.protocols.ncip.value_lists import folded

LONGEST_TEXT: Final = 1000
"""Characters of a name or an address."""


@record
class GivenUser:
    """What is said of a patron; None for what is not said."""

    name: str | None = None
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    birth_date: date | None = None
    language: str | None = None
    category: str | None = None
    home_library: LibraryId | None = None
    expires: date | None = None
    blocked: bool | None = None
    block_words: tuple[str, ...] = ()
    """By which words the card is blocked."""
    pin: Secret | None = None
    without_place: tuple[str, ...] = ()
    """The elements that say what no library keeps."""

    @property
    def address(self) -> str | None:
        """The one that is kept."""
        return next(iter(self.addresses), None)

    @property
    def phone(self) -> str | None:
        """The one that is kept."""
        return next(iter(self.phones), None)

    @property
    def email(self) -> str | None:
        """The one that is kept."""
        return next(iter(self.emails), None)


def given_user(talk: Talk, given: Element) -> GivenUser:
    """What `given` says, which is the request itself, AddUserFields or DeleteUserFields."""
    without_place: list[str] = []
    addresses = _addresses(talk, given, without_place)
    privileges = _privileges(talk, given)
    languages = [each.text for each in given.all("UserLanguage") if each.text]
    language = next(filter(None, map(talk.crosswalk.language.known, languages)), None)
    if languages and language is None:
        without_place.append("UserLanguage")
    traps, blocked = _traps(talk, given, without_place), privileges.blocked
    return GivenUser(
        name=name_of(talk, given),
        addresses=tuple(addresses["postal"]),
        phones=tuple(addresses["phone"]),
        emails=tuple(addresses["email"]),
        birth_date=_birth_date(given),
        language=language,
        category=privileges.category,
        home_library=privileges.home_library,
        expires=privileges.expires,
        blocked=True if traps else blocked,
        block_words=(*traps, *privileges.block_words),
        pin=_pin(talk, given, without_place),
        without_place=tuple(dict.fromkeys(without_place)),
    )


# --- names --------------------------------------------------------------------------------------------


def name_of(talk: Talk, given: Element) -> str | None:
    """The name as one text; None where there is none, or an empty one."""
    text = name_text(given.first("NameInformation"), given_name_first=talk.profile.given_name_first)
    return _bounded(text, "NameInformation") or None


# --- addresses ----------------------------------------------------------------------------------------


def _addresses(talk: Talk, given: Element, without_place: list[str]) -> Mapping[str, list[str]]:
    """Addresses of every kind that is kept: postal, phone and email."""
    kinds = talk.crosswalk.address
    found: dict[str, list[str]] = {"postal": [], "phone": [], "email": []}
    for each in given.all("UserAddressInformation"):
        if (place := each.first("PhysicalAddress")) is not None:
            if text := _physical(place):
                found["postal"].append(text)
        elif data := each.value("ElectronicAddress", "ElectronicAddressData"):
            kind = kinds.known(each.value("ElectronicAddress", "ElectronicAddressType"))
            if kind is None:
                without_place.append("ElectronicAddress")
            else:
                found[kind].append(_bounded(without_scheme(data), "ElectronicAddressData"))
    return found


def _physical(place: Element) -> str:
    """An address, line by line."""
    if folded(place.value("UnstructuredAddress", "UnstructuredAddressType")) in MARKED_UP:
        raise trouble(P.ELEMENT_RULE_VIOLATED, "An address is kept as plain text.", "UnstructuredAddressType")
    return _bounded(address_text(place), "UserAddressInformation")


def _birth_date(given: Element) -> date | None:
    text = given.value("DateOfBirth")
    return read_date(text) if text else None


# --- what the card may --------------------------------------------------------------------------------


@record
class _Privileges:
    category: str | None = None
    home_library: LibraryId | None = None
    expires: date | None = None
    blocked: bool | None = None
    block_words: tuple[str, ...] = ()


def _privileges(talk: Talk, given: Element) -> _Privileges:
    """What UserPrivilege says: in the three rows STATUS, PROFILE and LIBRARY, or by the kind of patron itself."""
    category = library = expires = blocked = None
    words: list[str] = []
    for each in given.all("UserPrivilege"):
        row, status = (
            each.value("AgencyUserPrivilegeType"),
            each.value("UserPrivilegeStatus", "UserPrivilegeStatusType"),
        )
        if folded(row) == "library":
            if status:
                library = library or LibraryId(talk.profile.agencies.get(folded(status), status))
            continue
        if (until := moment_of(talk, "ValidToDate", each)) is not None:
            expires = expires or talk.day_of(until)
        if folded(row) == "profile":
            category = category or _bounded(status, "UserPrivilegeStatusType") or None
            continue
        if folded(row) != "status":
            category = category or _bounded(row, "AgencyUserPrivilegeType") or None
        if status and folded(status) in talk.profile.blocking_words:
            blocked = True
            words.append(status)
        elif status:
            blocked = bool(blocked)
    return _Privileges(category, library, expires, blocked, tuple(words))


def _traps(talk: Talk, given: Element, without_place: list[str]) -> list[str]:
    """The kinds of BlockOrTrap that block a card, which the library blocks as a whole or not at all."""
    found = []
    for each in given.all("BlockOrTrap"):
        if kind := each.value("BlockOrTrapType"):
            if talk.crosswalk.block.known(kind) is not None:
                found.append(kind)
            else:
                without_place.append("BlockOrTrapType")
    return found


def _pin(talk: Talk, given: Element, without_place: list[str]) -> Secret | None:
    """The PIN among what shall prove the patron; a card gets no other number."""
    pin = None
    for each in given.all("AuthenticationInput"):
        data = each.value("AuthenticationInputData")
        if data and folded(each.value("AuthenticationInputType")) in talk.profile.pin_inputs:
            pin = Secret(_bounded(data, "AuthenticationInput"))
        elif data:
            without_place.append("AuthenticationInput")
    return pin


def _bounded(text: str, element: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise trouble(P.ELEMENT_RULE_VIOLATED, "This is longer than what can be kept.", element)
    return text


# --- what shall be taken away -------------------------------------------------------------------------


def names_him(talk: Talk, given: Element, name: str) -> bool:
    """Whether the name that `given` tells, or every part that it tells of one, is in `name`."""
    personal = given.at("NameInformation", "PersonalNameInformation")
    structured = personal.first("StructuredPersonalUserName") if personal is not None else None
    if structured is not None and not (personal and personal.value("UnstructuredPersonalUserName")):
        return all(folded(each.text) in folded(name) for each in structured.children if each.text)
    told = name_of(talk, given)
    return told is not None and folded(told) == folded(name)


def is_within(address: str, kept: str) -> bool:
    """Whether every line of `address` is in the one that is kept, however that is broken into lines."""
    return all(folded(each) in folded(kept) for each in address.splitlines())
