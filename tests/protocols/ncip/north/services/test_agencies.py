"""Which versions are spoken here, and what a library tells of itself."""

import pytest

from ncip_partner import CDL, NcipPartner, problems
from softdock.protocols.ncip.codec import read
from softdock.protocols.ncip.message import Family
from softdock.protocols.ncip.north.partner import Profile
from softdock.protocols.ncip.north.services.agencies import VERSIONS

EVERYTHING = "".join(
    f"<AgencyElementType>{each}</AgencyElementType>"
    for each in (
        "Agency Address Information", "Agency User Privilege Type", "Application Profile Supported Type",
        "Authentication Prompt", "Consortium Agreement", "Organization Name Information",
    )
)  # fmt: skip


def of_version_1(root, level, inner="<FromAgencyId>{0}</FromAgencyId><ToAgencyId>{1}</ToAgencyId>"):
    agency = "<UniqueAgencyId><Scheme>urn:isil</Scheme><Value>{}</Value></UniqueAgencyId>"
    inside = inner.format(agency.format("PARTNER"), agency.format("CDL"))
    return f'<{root} version="http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_{level}.dtd"><LookupVersion>{inside}</LookupVersion></{root}>'.encode()


def looked_up(partner, agency="CDL", wanted=EVERYTHING, header=""):
    return partner.ask(f"<LookupAgency>{header}<AgencyId>{agency}</AgencyId>{wanted}</LookupAgency>")


@pytest.fixture
def partner():
    return NcipPartner()


# --- LookupVersion ------------------------------------------------------------------------------------


def test_agencies_may_be_wrapped_in_a_header_as_in_other_messages(partner):
    header = "<FromAgencyId><AgencyId>PARTNER</AgencyId></FromAgencyId><ToAgencyId><AgencyId>CDL</AgencyId></ToAgencyId>"
    response = partner.ask(f"<LookupVersion><InitiationHeader>{header}</InitiationHeader></LookupVersion>")

    assert [response.value(name, "AgencyId") for name in ("FromAgencyId", "ToAgencyId")] == ["CDL", "PARTNER"]
    assert [each.text for each in response.all("VersionSupported")] == list(VERSIONS)


def test_every_version_is_named_the_newest_first(partner):
    response = partner.ask(
        "<LookupVersion><FromAgencyId><AgencyId>X</AgencyId></FromAgencyId>"
        "<ToAgencyId><AgencyId>CDL</AgencyId></ToAgencyId></LookupVersion>"
    )

    assert [each.text for each in response.all("VersionSupported")] == list(VERSIONS)
    assert response.value("FromAgencyId", "AgencyId") == "CDL"
    assert response.value("ToAgencyId", "AgencyId") == "X"


@pytest.mark.parametrize("root", ["NCIPMessage", "NCIPVersionMessage"])
def test_version_1_is_answered_in_the_root_that_it_asks_with(partner, root):
    told = read(partner.send(of_version_1(root, 0)).document)

    assert (told.form.family, told.form.root) == (Family.V1, root)
    assert told.body.value("ToAgencyId", "AgencyId") == "PARTNER"
    assert len(told.body.all("VersionSupported")) == len(VERSIONS)


def test_a_question_for_versions_that_names_nobody_gets_a_problem_in_the_root_that_has_a_place_for_it(
    partner,
):
    told = read(partner.send(of_version_1("NCIPVersionMessage", 0, "")).document)

    assert (told.form.root, told.body.name) == ("NCIPMessage", "Problem")
    assert told.body.value("ProblemType") == "Needed Data Missing"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_that_is_named_is_read_and_answered_as_that(partner, version):
    namespace = 'xmlns="http://www.niso.org/2008/ncip"' if version.endswith("xsd") else ""
    agency = (
        "<AgencyId>CDL</AgencyId>"
        if namespace
        else "<UniqueAgencyId><Scheme>s</Scheme><Value>CDL</Value></UniqueAgencyId>"
    )
    kind = "Organization Name Information"
    wanted = kind if namespace else f"<Scheme>s</Scheme><Value>{kind}</Value>"
    document = f'<NCIPMessage {namespace} version="{version}"><LookupAgency>{agency}<AgencyElementType>{wanted}</AgencyElementType></LookupAgency></NCIPMessage>'

    told = read(partner.send(document.encode()).document)
    assert told.form.version == version
    assert told.body.has("OrganizationNameInformation")


# --- LookupAgency -------------------------------------------------------------------------------------


def test_a_library_tells_what_is_known_of_it(partner):
    response = looked_up(partner)

    assert response.value("OrganizationNameInformation", "OrganizationName") == "CDL"
    prompts = [
        each.value("PromptInput", "AuthenticationInputType") for each in response.all("AuthenticationPrompt")
    ]
    assert prompts == ["Barcode Id", "PIN"]
    assert [
        each.at("PromptInput").has("SensitiveDataFlag") for each in response.all("AuthenticationPrompt")
    ] == [False, True]
    assert [each.text for each in response.all("AgencyUserPrivilegeType")] == ["PROFILE", "LIBRARY"]
    assert not response.has("ApplicationProfileSupportedType")


def test_only_what_is_selected_is_told(partner):
    response = looked_up(partner, wanted="<AgencyElementType>consortium agreement</AgencyElementType>")

    assert [each.name for each in response.children] == ["AgencyId"]


def test_the_application_profile_by_which_the_partner_was_let_in_is_supported(partner):
    header = (
        "<InitiationHeader><FromAgencyId><AgencyId>X</AgencyId></FromAgencyId><ToAgencyId><AgencyId>CDL</AgencyId>"
        "</ToAgencyId><ApplicationProfileType>P2P</ApplicationProfileType></InitiationHeader>"
    )
    assert looked_up(partner, header=header).value("ApplicationProfileSupportedType") == "P2P"


def test_the_library_goes_by_the_name_that_the_partner_has_for_it():
    partner = NcipPartner(Profile(agencies={"main": CDL}, names_of_agencies={CDL: "MAIN"}))

    assert looked_up(partner, "Main").value("AgencyId") == "Main"
    assert not problems(looked_up(partner, "cdl"))


def test_a_library_that_nobody_knows_is_told_to_be_unknown(partner):
    response = looked_up(partner, "XYZ")

    assert problems(response) == ["Unknown Agency"]
    assert response.at("Problem").value("ProblemElement") == "AgencyId"
    assert response.at("Problem").value("ProblemValue") == "XYZ"


def test_a_selection_of_nothing_lacks_what_the_standard_wants(partner):
    response = looked_up(partner, wanted="")

    assert problems(response) == ["Needed Data Missing"]
    assert response.at("Problem").value("ProblemElement") == "AgencyElementType"
