"""Names and addresses, which NCIP sends whole or in parts, each as one text."""

from typing import Final

from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.value_lists import folded

_LINES: Final = (
    ("CareOf",),
    ("Line1",),
    ("Line2",),
    ("LocationWithinBuilding", "HouseName"),
    ("Street",),
    ("PostOfficeBox",),
    ("District",),
    ("PostalCode", "Locality"),
    ("Region",),
    ("Country",),
)
"""The lines of an address that is given in parts."""

_URI_SCHEMES: Final = frozenset({"mailto", "mail", "email", "tel", "phone", "telephone", "mobile", "sms"})
MARKED_UP: Final = frozenset({"html", "xml"})
"""Types of an unstructured address which are no plain text, folded."""


def name_text(information: Element | None, *, given_name_first: bool) -> str:
    """The name in a NameInformation, "" where there is none."""
    if information is None:
        return ""
    personal = information.first("PersonalNameInformation")
    if personal is not None:
        whole = personal.value("UnstructuredPersonalUserName")
        structured = personal.first("StructuredPersonalUserName")
        if not whole and structured is not None:
            whole = _joined(structured, given_name_first)
        return " ".join(whole.split())
    organizations = [
        each for each in information.all("OrganizationNameInformation") if each.value("OrganizationName")
    ]
    official = [
        each for each in organizations if folded(each.value("OrganizationNameType")) == "official name"
    ]
    return next((each.value("OrganizationName") for each in (*official, *organizations)), "")


def _joined(parts: Element, given_name_first: bool) -> str:
    """Surname and given name: in one where both are written in Chinese, else in the order that is agreed."""
    surname, given = parts.value("Surname"), parts.value("GivenName")
    if surname and given and _is_chinese(surname + given):
        return surname + given
    first = " ".join(filter(None, (parts.value("Prefix"), given, parts.value("Initials"))))
    last = " ".join(filter(None, (surname, parts.value("Suffix"))))
    if given_name_first:
        return " ".join(filter(None, (first, last)))
    return ", ".join(filter(None, (last, first)))


def _is_chinese(text: str) -> bool:
    """Whether there is nothing but ideographs in `text`, and the dot between the parts of foreign names."""
    return all(
        "\u3400" <= each <= "\u9fff" or each >= "\U00020000" or each in "\u00b7\u3007" for each in text
    )


def without_scheme(data: str) -> str:
    """An electronic address: `mailto:` and `tel:` are how its type is told, where a whole URI is sent.

    >>> without_scheme("mailto:anna@example.org"), without_scheme("anna@example.org")
    ('anna@example.org', 'anna@example.org')
    """
    scheme, colon, rest = data.partition(":")
    return rest.strip() if colon and folded(scheme) in _URI_SCHEMES else data


def address_text(place: Element) -> str:
    """What a PhysicalAddress says, line by line."""
    whole = place.first("UnstructuredAddress")
    if whole is not None:
        lines = whole.value("UnstructuredAddressData").splitlines()
    else:
        parts = place.first("StructuredAddress")
        lines = [] if parts is None else [" ".join(map(parts.value, names)) for names in _LINES]
    return "\n".join(filter(None, (each.strip() for each in lines)))
