"""The header of a message: who sends it to whom (Z39.83-1, InitiationHeader and ResponseHeader)."""

from collections.abc import Sequence
from dataclasses import replace

from softdock.circulation.identifiers import Secret
from softdock.circulation.partners import Claimed, Stranger
from softdock.protocols.ncip.message import Element, Family, Form, Message
from softdock.protocols.ncip.north.problems import P, Trouble, trouble

_NAMELESS = frozenset({"LookupVersion"})


_NO_WAY = Claimed()


def claimed_by(message: Message, way: Claimed = _NO_WAY) -> Claimed:
    """What the message says of its sender, and what is known of the `way` that it came."""
    body = message.body
    header = body if body.name in _NAMELESS else body.first("InitiationHeader")
    if header is None:
        return way
    agency, system = header.value("FromAgencyAuthentication"), header.value("FromSystemAuthentication")
    return Claimed(
        agency=header.value("FromAgencyId", "AgencyId"),
        system=header.value("FromSystemId"),
        application_profile=header.value("ApplicationProfileType"),
        path=way.path,
        address=way.address,
        certificates=way.certificates,
        user=way.user,
        password=way.password,
        token=way.token,
        agency_secret=Secret(agency) if agency else None,
        system_secret=Secret(system) if system else None,
    )


def response_header(message: Message, library: str, *, always: bool) -> Element | None:
    """The header of the answer, in which sender and receiver have changed places.

    None if there shall be none, or if version 2, which can do without, would have to make up an agency.
    """
    header = message.body.first("InitiationHeader")
    if header is None:
        if not always and message.form.family is Family.V2:
            return None
        header = Element("InitiationHeader")
    swapped = opposite(header, library, message.form.family)
    if not all(each.value("AgencyId") for each in swapped if each.children):
        return None
    return Element("ResponseHeader", children=swapped)


def opposite(header: Element, library: str, family: Family) -> list[Element]:
    """From and To of the answer to what has those of `header`."""
    swapped: list[Element] = []
    for own, theirs in (("From", "To"), ("To", "From")):
        system = header.first(f"{theirs}SystemId")
        if system is not None and system.text:
            swapped.append(Element(f"{own}SystemId", system.text, system.scheme))
        named = header.at(f"{theirs}AgencyId", "AgencyId")
        text = named.text if named is not None else ""
        if not text:
            text = library if own == "From" else ""
        if not text:
            # Nobody said who asks; the header cannot do without, and whoever asks is who is answered.
            text = "unknown" if family is Family.V1 else library
        scheme = named.scheme if named is not None else ""
        swapped.append(Element(f"{own}AgencyId", children=[Element("AgencyId", text, scheme)]))
    return swapped


_STRANGERS = {
    Stranger.UNKNOWN_AGENCY: (P.UNKNOWN_AGENCY, "FromAgencyId"),
    Stranger.UNKNOWN_COMBINATION: (
        P.UNAUTHORIZED_COMBINATION_OF_ELEMENT_VALUES_FOR_AGENCY,
        "ApplicationProfileType",
    ),
    Stranger.AGENCY_NOT_PROVEN: (P.AGENCY_AUTHENTICATION_FAILED, "FromAgencyAuthentication"),
    Stranger.UNKNOWN_SYSTEM: (P.UNKNOWN_SYSTEM, "FromSystemId"),
    Stranger.SYSTEM_NOT_PROVEN: (P.SYSTEM_AUTHENTICATION_FAILED, "FromSystemAuthentication"),
    Stranger.UNPROVEN: (P.AGENCY_AUTHENTICATION_FAILED, ""),
    Stranger.NOT_HERE: (P.AGENCY_AUTHENTICATION_FAILED, ""),
    Stranger.BUSY: (P.TEMPORARY_PROCESSING_FAILURE, ""),
}


def turned_away(why: Stranger, claimed: Claimed) -> Trouble:
    """What somebody is told for whom there is no account."""
    kind, element = _STRANGERS[why]
    values = {"FromAgencyId": claimed.agency, "FromSystemId": claimed.system}
    return trouble(kind, "", element, values.get(element, "")[:128])


def alone(form: Form, problems: Sequence[Element]) -> Message:
    """Problems that stand alone: for what is no known service, or has no place for them.

    The root in which version 1 asks for versions holds nothing else.
    """
    return Message(replace(form, root="NCIPMessage"), problems)
