"""What has been agreed with a partner, held against a request before anything is done."""

from typing import Final

from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.north.partner import Partner
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.tables.lists import SCHEMES
from softdock.protocols.ncip.value_lists import folded


def check(message: Message, partner: Partner) -> None:
    """Raises Trouble for a service, an agency or a list of values that is not agreed on."""
    profile, body = partner.profile, message.body
    if profile.services is not None and body.name not in profile.services:
        raise trouble(P.UNAUTHORIZED_SERVICE_FOR_AGENCY)
    if profile.own_agency_only:
        _check_agency(body, partner)
    if not profile.unknown_schemes_accepted:
        for each in body.walk():
            if each.scheme and not _is_known(each):
                raise trouble(P.UNKNOWN_SCHEME, "This list is not known here.", each.name, each.scheme[:128])


def _check_agency(body: Element, partner: Partner) -> None:
    """For whom the message is, where it says so."""
    header = body if body.has("ToAgencyId") else body.first("InitiationHeader")
    meant = "" if header is None else header.value("ToAgencyId", "AgencyId")
    own = partner.account.library
    if meant and folded(partner.profile.agencies.get(folded(meant), meant)) != folded(own):
        raise trouble(P.UNKNOWN_AGENCY, "No library of this name is known here.", "ToAgencyId", meant[:128])


_FILES: Final = {name: uri.rsplit("/", 1)[-1].lower() for name, uri in SCHEMES.items()}


def _is_known(value: Element) -> bool:
    """Whether `value` is from the customary list of its element, in whichever folder that stands.

    Of identifiers and names there are no lists but the partners' own.
    """
    customary = _FILES.get(value.name)
    return customary is None or value.scheme.rstrip("/").rsplit("/", 1)[-1].lower() == customary
