"""Agencies: which versions are spoken here, and what a library tells of itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from softdock.circulation.identifiers import LibraryId
from softdock.circulation.ports import ServiceStatus
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import holding
from softdock.protocols.ncip.north.headers import opposite
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.value_lists import folded

VERSIONS: Final = (
    "http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd",
    "http://www.niso.org/schemas/ncip/v2_0/imp1/xsd/ncip_v2_01.xsd",
    "http://www.niso.org/schemas/ncip/v2_0/imp1/xsd/ncip_v2_0.xsd",
    "http://ncip.envisionware.com/documentation/ncip_v1_01.dtd",
    "http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd",
)
"""The versions that are answered, by the customary values of the version attribute, the newest first."""


async def lookup_version(talk: Talk) -> list[Element]:
    """LookupVersion: the one message whose answer is of no version."""
    return [
        *opposite(talk.request, talk.library, talk.form.family),
        *(Element("VersionSupported", each) for each in VERSIONS),
    ]


async def lookup_agency(talk: Talk) -> list[Element]:
    """LookupAgency: what a library is called, how its users prove who they are, and what is agreed with the partner."""
    named = talk.request.first("AgencyId")
    assert named is not None
    status = _status_of(talk, named.text)
    wanted = talk.wants("AgencyElementType")
    told = [each for name, part in _PARTS.items() if name in wanted for each in part(talk, status)]
    return [Element("AgencyId", named.text, named.scheme), *told]


def _status_of(talk: Talk, name: str) -> ServiceStatus:
    """How the library stands that the partner calls `name`; raises Trouble if there is none."""
    library = talk.profile.agencies.get(folded(name), name)
    if folded(library) == folded(talk.library):
        library = talk.library
    account = replace(talk.account, library=LibraryId(library))
    status = talk.desk.status(account, talk.profile.language)
    if status is None:
        raise trouble(P.UNKNOWN_AGENCY, "No library of this name is known here.", "AgencyId", name[:128])
    return status


Part = Callable[[Talk, ServiceStatus], Iterator[Element]]


def _names(talk: Talk, status: ServiceStatus) -> Iterator[Element]:
    if status.library_name:
        yield holding(
            "OrganizationNameInformation",
            Element("OrganizationNameType", "Official Name"),
            Element("OrganizationName", status.library_name),
        )


def _prompts(talk: Talk, status: ServiceStatus) -> Iterator[Element]:
    """The card's number and the PIN."""
    yield _prompt("Barcode Id", secret=False)
    yield _prompt("PIN", secret=True)


def _prompt(kind: str, *, secret: bool) -> Element:
    return holding(
        "AuthenticationPrompt",
        holding(
            "PromptOutput",
            Element("AuthenticationPromptData", kind),
            Element("AuthenticationPromptType", "text/plain"),
        ),
        holding(
            "PromptInput",
            Element("AuthenticationInputType", kind),
            Element("AuthenticationDataFormatType", "text/plain"),
            Element("SensitiveDataFlag") if secret else None,
        ),
    )


def _profiles(talk: Talk, status: ServiceStatus) -> Iterator[Element]:
    """The one by which the partner has introduced itself, and so was let in."""
    said = talk.request.at("InitiationHeader", "ApplicationProfileType")
    if said is not None and said.text:
        yield Element("ApplicationProfileSupportedType", said.text, said.scheme)


def _privileges(talk: Talk, status: ServiceStatus) -> Iterator[Element]:
    """The rows that UserPrivilege has for this partner."""
    for row in talk.profile.privileges:
        yield Element("AgencyUserPrivilegeType", row)


_PARTS: Final[Mapping[str, Part]] = {
    "organization name information": _names,
    "authentication prompt": _prompts,
    "application profile supported type": _profiles,
    "agency user privilege type": _privileges,
}
"""By what selects them.  Addresses and agreements of a consortium are not known here."""
