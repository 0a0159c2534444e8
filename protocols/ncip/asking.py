"""What an initiator says: messages, and the parts of which they are made.

The parts may be given in any order, and those that are None are left out: the codec knows the order, and what a version
has not.  Nothing here knows who answers.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final, TypeAlias

from softdock.circulation.identifiers import Secret
from softdock.circulation.records import record
from softdock.protocols.ncip.message import FORM_2_02, Element, Family, Form, Message
from softdock.protocols.ncip.moments import write_date, write_moment
from softdock.protocols.ncip.tables.version_one import VERSION_1

Part: TypeAlias = "Element | Iterable[Part] | None"
"""An element, several, or none."""

_FOLDER: Final = "http://www.niso.org/schemas/ncip/"
FORMS: Final = {
    "2.02": FORM_2_02,
    "2.01": Form(Family.V2, f"{_FOLDER}v2_0/imp1/xsd/ncip_v2_01.xsd", (2, 1)),
    "2.0": Form(Family.V2, f"{_FOLDER}v2_0/imp1/xsd/ncip_v2_0.xsd", (2, 0)),
    "1.01": Form(Family.V1, "http://ncip.envisionware.com/documentation/ncip_v1_01.dtd", (1, 1)),
    "1.0": Form(Family.V1, VERSION_1, (1, 0)),
}
"""How messages of each version are written."""

_VERSIONS_1: Final = "NCIPVersionMessage"
_NO_AGENCY: Final = "unknown"


@record
class Initiator:
    """Who asks whom, in which version."""

    form: Form = FORM_2_02
    from_agency: str = ""
    to_agency: str = ""
    from_system: str = ""
    to_system: str = ""
    application_profile: str = ""
    agency_secret: Secret | None = None
    system_secret: Secret | None = None

    @property
    def has_secret(self) -> bool:
        """Whether messages say one, where they have a place for it."""
        return bool(self.agency_secret or self.system_secret)

    def message(self, service: str, *parts: Part) -> Message:
        """The initiation message of `service`."""
        children = list(_those_there(parts))
        if service == "LookupVersion":
            root = _VERSIONS_1 if self.form.family is Family.V1 else self.form.root
            form = Form(self.form.family, self.form.version, self.form.level, root)
            return Message(form, [Element(service, children=[*self._agencies(), *children])])
        header = self._header()
        return Message(
            self.form, [Element(service, children=children if header is None else [header, *children])]
        )

    def _header(self) -> Element | None:
        """InitiationHeader; None where nothing is to be said, and version 2 can do without."""
        named = self.from_agency or self.to_agency
        said = named or self.from_system or self.to_system or self.application_profile
        if not said and self.form.family is Family.V2:
            return None
        return holding(
            "InitiationHeader",
            text("FromSystemId", self.from_system),
            _secret("FromSystemAuthentication", self.system_secret),
            self._agencies(),
            _secret("FromAgencyAuthentication", self.agency_secret),
            text("ToSystemId", self.to_system),
            text("ApplicationProfileType", self.application_profile),
        )

    def _agencies(self) -> list[Element]:
        """Who asks whom, which a header has to say."""
        ours, theirs = self.from_agency or _NO_AGENCY, self.to_agency or _NO_AGENCY
        return [
            Element("FromAgencyId", children=[Element("AgencyId", ours)]),
            Element("ToAgencyId", children=[Element("AgencyId", theirs)]),
        ]


def _those_there(parts: Iterable[Part]) -> Iterator[Element]:
    for part in parts:
        if isinstance(part, Element):
            yield part
        elif part is not None:
            yield from _those_there(part)


# --- parts of any kind ------------------------------------------------------------------------------------


def holding(name: str, *parts: Part) -> Element | None:
    """An element with `parts` in it; None if none is there."""
    children = list(_those_there(parts))
    return Element(name, children=children) if children else None


def text(name: str, value: str | None) -> Element | None:
    """An element with a text; None for an empty one."""
    return Element(name, value) if value else None


def texts(name: str, values: Iterable[str]) -> list[Element]:
    """One element for each of `values`."""
    return [Element(name, each) for each in values if each]


def flag(name: str, said: bool) -> Element | None:
    """An element that is there or is not."""
    return Element(name) if said else None


def moment(name: str, when: datetime | None) -> Element | None:
    """A point in time, which knows its zone."""
    return None if when is None else Element(name, write_moment(when))


def day(name: str, when: date | None) -> Element | None:
    """A day."""
    return None if when is None else Element(name, write_date(when))


def _secret(name: str, secret: Secret | None) -> Element | None:
    return text(name, secret.reveal()) if secret is not None else None


# --- who, what, which -------------------------------------------------------------------------------------


def identifier(name: str, value: str | None, kind: str = "", agency: str = "") -> Element | None:
    """UserId, ItemId or RequestId; None without a value.

    >>> identifier("ItemId", "B1")
    <ItemId: ItemIdentifierValue>
    """
    if not value:
        return None
    family = name.removesuffix("Id")
    return holding(
        name,
        text("AgencyId", agency),
        text(f"{family}IdentifierType", kind),
        text(f"{family}IdentifierValue", value),
    )


def who(patron: str | None, pin: Secret | None = None, kind: str = "") -> Part:
    """The patron: UserId, or where there is a PIN, card and PIN as AuthenticationInput."""
    if pin is None:
        return identifier("UserId", patron, kind)
    return [proof(patron, kind or "Barcode Id"), proof(pin.reveal(), "PIN")]


def proof(data: str | None, kind: str) -> Element | None:
    """One AuthenticationInput."""
    if not data:
        return None
    return holding(
        "AuthenticationInput",
        text("AuthenticationInputData", data),
        text("AuthenticationDataFormatType", "text/plain"),
        text("AuthenticationInputType", kind),
    )


def title_id(number: str | None, agency: str = "", code: str = "Accession Number") -> Element | None:
    """BibliographicId of a record: of an agency, or of the list `code`."""
    return holding("BibliographicId", record_id(number, agency, code))


def record_id(number: str | None, agency: str = "", code: str = "Accession Number") -> Element | None:
    """BibliographicRecordId."""
    if not number:
        return None
    return holding(
        "BibliographicRecordId",
        text("BibliographicRecordIdentifier", number),
        text("AgencyId", agency) or text("BibliographicRecordIdentifierCode", code),
    )


def description(
    title: str | None = None, author: str | None = None, medium: str | None = None, *more: Part
) -> Element | None:
    """BibliographicDescription."""
    return holding(
        "BibliographicDescription",
        text("Title", title),
        text("Author", author),
        text("MediumType", medium),
        more,
    )


def location(name: str | None, kind: str = "Permanent Location") -> Element | None:
    """Location, of one level."""
    if not name:
        return None
    level = holding("LocationNameInstance", text("LocationNameLevel", "1"), text("LocationNameValue", name))
    return holding("Location", text("LocationType", kind), holding("LocationName", level))


def person(name: str | None) -> Element | None:
    """NameInformation, of a person, as one text."""
    return holding(
        "NameInformation", holding("PersonalNameInformation", text("UnstructuredPersonalUserName", name))
    )


def postal_address(lines: str | None) -> Element | None:
    """PhysicalAddress, as it is written on an envelope."""
    if not lines:
        return None
    written = holding(
        "UnstructuredAddress",
        text("UnstructuredAddressType", "Newline-Delimited Text"),
        text("UnstructuredAddressData", lines),
    )
    return holding("PhysicalAddress", written, text("PhysicalAddressType", "Postal Address"))


def electronic_address(kind: str, data: str | None) -> Element | None:
    """ElectronicAddress: `kind` is the scheme of a URI, or what is said in its place."""
    if not data or not kind:
        return None
    return holding(
        "ElectronicAddress", text("ElectronicAddressType", kind), text("ElectronicAddressData", data)
    )


def addresses(
    postal: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    kinds: tuple[str, str] = ("mailto", "tel"),
) -> Iterator[Element | None]:
    """UserAddressInformation, one for each; `kinds` are what those by email and phone are called, "" for none there is."""
    for each in (
        postal_address(postal),
        electronic_address(kinds[0], email),
        electronic_address(kinds[1], phone),
    ):
        if each is not None:
            yield holding("UserAddressInformation", text("UserAddressRoleType", "Home"), each)


def privilege(kind: str | None, agency: str, until: date | None = None) -> Element | None:
    """UserPrivilege, in the customary way: PROFILE, and the word that says which."""
    if not kind:
        return None
    return holding(
        "UserPrivilege",
        text("AgencyId", agency or _NO_AGENCY),
        text("AgencyUserPrivilegeType", "PROFILE"),
        day("ValidToDate", until),
        holding("UserPrivilegeStatus", text("UserPrivilegeStatusType", kind)),
    )


def amount(name: str, currency: str, units: int) -> Element:
    """An amount, in the currency's smallest units."""
    return Element(name, children=[Element("CurrencyCode", currency), Element("MonetaryValue", str(units))])


def transaction_id(name: str, number: str | None, agency: str) -> Element | None:
    """FiscalTransactionReferenceId, or the related one."""
    if not number:
        return None
    return holding(
        name, text("AgencyId", agency or _NO_AGENCY), text("FiscalTransactionIdentifierValue", number)
    )


def mandated(when: datetime | None) -> Element | None:
    """MandatedAction: it has happened already."""
    return holding("MandatedAction", moment("DateEventOccurred", when))


def shipping(to: Part, note: str | None = None) -> Element | None:
    """ShippingInformation."""
    return holding("ShippingInformation", text("ShippingNote", note), to)
