"""Sender and receiver change places; nobody is made up."""

import pytest

from ncip_partner import NcipPartner, v2
from ncip_requests import ITEM
from softdock.circulation.partners import Claimed, Stranger
from softdock.protocols.ncip.codec import read
from softdock.protocols.ncip.north.headers import claimed_by, turned_away
from softdock.protocols.ncip.north.partner import Profile
from stubs import StubSystem

FROM = '<FromAgencyId><AgencyId n:Scheme="urn:isil">PARTNER</AgencyId></FromAgencyId>'
TO = "<ToAgencyId><AgencyId>cdl-main</AgencyId></ToAgencyId>"


def header_of(inside, profile=None):
    partner = NcipPartner(profile)
    return partner.ask(f"<LookupItem>{inside}{ITEM}</LookupItem>").first("ResponseHeader")


def named(header, path):
    found = header.at(*path.split("/"))
    return None if found is None else (found.text, found.scheme)


def test_sender_and_receiver_have_changed_places_with_their_systems_and_lists():
    header = header_of(
        f'<InitiationHeader><FromSystemId n:Scheme="urn:x">ILL</FromSystemId>{FROM}<ToSystemId>LMS</ToSystemId>{TO}'
        "</InitiationHeader>"
    )

    assert named(header, "FromAgencyId/AgencyId") == ("cdl-main", "")
    assert named(header, "ToAgencyId/AgencyId") == ("PARTNER", "urn:isil")
    assert named(header, "FromSystemId") == ("LMS", "")
    assert named(header, "ToSystemId") == ("ILL", "urn:x")


def test_what_proves_the_sender_is_not_sent_back():
    header = header_of(
        f"<InitiationHeader><FromSystemAuthentication>secret</FromSystemAuthentication>{FROM}"
        f"<FromAgencyAuthentication>secret</FromAgencyAuthentication>{TO}</InitiationHeader>"
    )

    assert "secret" not in [each.text for each in header.walk()]


def test_an_answer_has_a_header_where_its_request_had_one_or_always():
    assert header_of("") is None
    assert header_of("", Profile(headers_always=True)).value("FromAgencyId", "AgencyId") == "CDL"


def test_a_receiver_that_is_not_named_is_the_library():
    header = header_of(f"<InitiationHeader>{FROM}</InitiationHeader>")

    assert named(header, "FromAgencyId/AgencyId") == ("CDL", "")
    assert named(header, "ToAgencyId/AgencyId") == ("PARTNER", "urn:isil")


def test_a_header_of_version_1_is_there_whatever_the_request_had():
    document = (
        b'<NCIPMessage version="http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd"><LookupItem><UniqueItemId>'
        b"<UniqueAgencyId><Scheme>s</Scheme><Value>CDL</Value></UniqueAgencyId>"
        b"<ItemIdentifierValue>CD0001</ItemIdentifierValue></UniqueItemId></LookupItem></NCIPMessage>"
    )
    header = read(NcipPartner().send(document).document).body.first("ResponseHeader")

    assert header.value("FromAgencyId", "AgencyId") == "CDL"


class Nobody:
    """Knows no partner."""

    def __init__(self, why):
        self.why = why

    async def partner(self, claimed):
        return self.why


@pytest.mark.parametrize("why", Stranger)
@pytest.mark.parametrize(
    "inside", ["", f"<InitiationHeader>{FROM}</InitiationHeader>", "<InitiationHeader/>"]
)
def test_whoever_is_not_let_in_gets_a_valid_answer_and_nothing_is_done(why, inside):
    system = StubSystem()
    partner = NcipPartner(system=system)
    partner.exchange.partners = Nobody(why)
    exchanged = partner.send(v2(f"<CheckInItem>{inside}{ITEM}</CheckInItem>"))

    assert not exchanged.fault
    assert len(exchanged.problems) == 1
    assert not system.asked


@pytest.mark.parametrize(
    ("why", "kind", "element", "value"),
    [
        (Stranger.UNKNOWN_AGENCY, "Unknown Agency", "FromAgencyId", "PARTNER"),
        (Stranger.AGENCY_NOT_PROVEN, "Agency Authentication Failed", "FromAgencyAuthentication", ""),
        (Stranger.UNKNOWN_SYSTEM, "Unknown System", "FromSystemId", "ILL"),
        (Stranger.SYSTEM_NOT_PROVEN, "System Authentication Failed", "FromSystemAuthentication", ""),
    ],
)
def test_a_stranger_is_told_what_is_wrong_and_no_secret(why, kind, element, value):
    (told,) = turned_away(why, Claimed(agency="PARTNER", system="ILL")).problems

    assert [told.value(f"Problem{each}") for each in ("Type", "Element", "Value")] == [kind, element, value]


def test_what_a_message_claims_is_read_from_its_header():
    message = read(
        v2(
            f"<LookupItem><InitiationHeader><FromSystemId>ILL</FromSystemId>"
            f"<FromSystemAuthentication>one</FromSystemAuthentication>{FROM}"
            "<FromAgencyAuthentication>two</FromAgencyAuthentication>"
            f"{TO}<ApplicationProfileType>P2P</ApplicationProfileType></InitiationHeader>{ITEM}</LookupItem>"
        )
    )
    claimed = claimed_by(message)

    assert (claimed.agency, claimed.system, claimed.application_profile) == ("PARTNER", "ILL", "P2P")
    assert claimed.system_secret.reveal() == "one"
    assert claimed.agency_secret.reveal() == "two"


def test_a_message_without_a_header_claims_nothing():
    assert claimed_by(read(v2(f"<LookupItem>{ITEM}</LookupItem>"))) == Claimed()


@pytest.mark.parametrize("scheme", ["100%", "http://[", "%zz|", "x" * 5000])
@pytest.mark.parametrize(
    "agency",
    ['<AgencyId n:Scheme="{}">X</AgencyId>', "<AgencyId><Scheme>{}</Scheme><Value>X</Value></AgencyId>"],
)
def test_a_list_without_a_uri_is_not_told_again(agency, scheme):
    """No valid answer could name it."""
    header = header_of(
        f"<InitiationHeader><FromAgencyId>{agency.format(scheme)}</FromAgencyId>{TO}</InitiationHeader>"
    )
    assert named(header, "ToAgencyId/AgencyId") == ("X", "")


def test_only_versions_are_answered_in_the_root_in_which_version_1_asks_for_them():
    document = (
        '<NCIPVersionMessage version="http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd"><LookupItem>'
        "<UniqueItemId><UniqueAgencyId><Scheme>s</Scheme><Value>CDL</Value></UniqueAgencyId>"
        "<ItemIdentifierValue>CD0001</ItemIdentifierValue></UniqueItemId></LookupItem></NCIPVersionMessage>"
    )
    exchanged = NcipPartner().send(document.encode())
    assert not exchanged.fault
    answer = read(exchanged.document)
    assert (answer.form.root, answer.body.name) == ("NCIPMessage", "LookupItemResponse")
