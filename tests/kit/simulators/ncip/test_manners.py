"""What each manner says, to the letter: valid where its program is, and wrong only as its program is."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from ncip_simulated import (
    ALL_OF_ITEM,
    ALL_OF_USER,
    BLOCKED,
    DESIRED,
    FREE,
    GOOD,
    LATE,
    LENT,
    LOST,
    OWES,
    PIN,
    WAITS,
    Library,
    given,
    hold,
    item,
    message,
    message_1,
    payment,
    proof,
    user,
    wishes,
)
from softdock.kit.simulators import Asked, Harm
from softdock.kit.simulators.ncip import ALMA, FOLIO, KOHA, MANNERS, STANDARD, VERSION_1, XC
from softdock.kit.simulators.ncip.manners import EVERYTHING, V2_0, V2_02
from softdock.kit.simulators.ncip.reading import read as read_request
from softdock.protocols.ncip.codec import read
from softdock.protocols.ncip.codec.validity import complaint
from softdock.protocols.ncip.message import Family

OFFICIAL = Path(os.environ.get("NCIP_XSD", "none"))


def answers(manner):
    """Each answer of a library, one after the other, with the service that was asked."""
    library = Library(manner)
    kind = "Physical" if manner is ALMA else "Hold"
    for service, *content in wishes(kind):
        yield service, library.written(service, *content)


def official():
    return etree.XMLSchema(etree.parse(OFFICIAL))


def test_all_services_are_asked_here():
    assert {service for service, *_ in wishes()} >= EVERYTHING - {"LookupVersion"}


@pytest.mark.parametrize("manner", [STANDARD, ALMA, XC, VERSION_1], ids=lambda manner: manner.name)
def test_every_answer_is_valid(manner):
    for service, document in answers(manner):
        assert complaint(document) == "", (service, document.decode())


@pytest.mark.skipif(not OFFICIAL.is_file(), reason="NCIP_XSD names no schema")
@pytest.mark.parametrize("manner", [STANDARD, ALMA, XC], ids=lambda manner: manner.name)
def test_every_answer_is_valid_by_the_official_schema(manner):
    schema = official()
    for service, document in answers(manner):
        assert schema.validate(etree.fromstring(document)), (service, schema.error_log, document.decode())


@pytest.mark.parametrize("manner", [FOLIO, KOHA], ids=lambda manner: manner.name)
def test_some_are_invalid_in_nothing_but_their_attribute(manner):
    repaired = replace(manner, has_bare_attributes=False, prefix="ns1", charset="UTF-8")
    for (service, document), (_, good) in zip(answers(manner), answers(repaired), strict=True):
        assert "version" in complaint(document), service
        assert complaint(good) == "", (service, good.decode())


@pytest.mark.parametrize("manner", MANNERS.values(), ids=MANNERS)
def test_what_is_answered_is_understood(manner):
    for service, document in answers(manner):
        message_ = read(document.replace(b"windows-1252", b"UTF-8"))

        assert message_.body.name in {f"{service}Response", "Problem"}, service
        assert (message_.form.family is Family.V1) == manner.is_version_1


@pytest.mark.parametrize("manner", MANNERS.values(), ids=MANNERS)
def test_a_service_that_a_program_has_not_is_unsupported(manner):
    unsupported = {
        service
        for service, document in answers(replace(manner, problems=STANDARD.problems))
        if b"Unsupported Service" in document
    }
    asked = {service for service, *_ in wishes()}

    assert unsupported - {"AuthenticateUser"} == asked - manner.services - {"AuthenticateUser"}


def test_an_answer_is_in_the_version_of_its_request():
    library = Library()
    said = library.written("LookupItem", item(LENT), ALL_OF_ITEM, version=V2_0)
    set_ = library.written("LookupUser", user(GOOD), DESIRED, version=V2_0)

    assert V2_0.encode() in said
    assert not read(said).body.first("ItemOptionalFields").has("DateDue")
    assert not read(set_).body.first("LoanedItem").has("BibliographicId")
    assert library.said("LookupUser", user(GOOD), DESIRED).first("LoanedItem").has("BibliographicId")


@pytest.mark.parametrize(("manner", "form"), [(STANDARD, message_1), (KOHA, message_1), (VERSION_1, message)])
def test_the_other_version_is_not_understood(manner, form):
    said = read(Library(manner).reply(form("LookupUser", user(GOOD))).body)

    assert said.body.name == "Problem"
    assert said.body.value("ProblemType") == "Invalid Message Syntax Error"


@pytest.mark.parametrize("manner", [STANDARD, KOHA, VERSION_1], ids=lambda manner: manner.name)
def test_a_version_is_told_to_whoever_asks(manner):
    who = f"<FromAgencyId>{given('AgencyId', 'A')}</FromAgencyId><ToAgencyId>{given('AgencyId', 'B')}</ToAgencyId>"
    said = Library(manner).said("LookupVersion", who, header="")

    assert said.name == "LookupVersionResponse"
    assert said.value("ToAgencyId", "AgencyId") == "A"
    assert said.value("VersionSupported") == (manner.version or V2_02)


# --- who asks -----------------------------------------------------------------------------------------


def header(**elements):
    return "<InitiationHeader>{FromAgencyId}{ToAgencyId}{ApplicationProfileType}</InitiationHeader>".format(
        FromAgencyId=f"<FromAgencyId>{given('AgencyId', elements.get('sender', 'SoftDock'))}</FromAgencyId>",
        ToAgencyId=f"<ToAgencyId>{given('AgencyId', elements.get('to', 'MNNC'))}</ToAgencyId>",
        ApplicationProfileType=given("ApplicationProfileType", elements.get("profile", "SOFTDOCK")),
    )


@pytest.mark.parametrize(
    ("manner", "elements", "kind"),
    [
        (STANDARD, {"to": "OTHER"}, "Unknown Agency"),
        (FOLIO, {"sender": "Other"}, ""),
        (ALMA, {"profile": "OTHER"}, "Unknown partner"),
        (ALMA, {"profile": "SoftDock"}, "Unknown partner"),
    ],
)
def test_a_stranger_is_told_nothing(manner, elements, kind):
    library = Library(manner)

    assert library.problem("LookupUser", user(GOOD), header=header(**elements)) == kind
    library.done("LookupUser", user(GOOD), header=header())


def test_a_header_is_answered_the_other_way_round():
    said = Library().done("LookupUser", user(GOOD))

    assert said.value("ResponseHeader", "FromAgencyId", "AgencyId") == "MNNC"
    assert said.value("ResponseHeader", "ToAgencyId", "AgencyId") == "SOFTDOCK"


def test_who_sends_no_header_gets_none_in_version_2():
    said = Library(STANDARD, chosen=KOHA.chosen).done("LookupUser", user(GOOD), header="")
    old = Library(VERSION_1).done("LookupUser", user(GOOD), header="")

    assert not said.has("ResponseHeader")
    assert old.value("ResponseHeader", "ToAgencyId", "AgencyId") == "UNKNOWN"
    assert not Library(KOHA).done("LookupUser", user(GOOD)).has("ResponseHeader")


def test_a_system_may_want_a_secret():
    library = Library(secret="s")
    known = header().replace("<FromAgencyId>", "<FromSystemAuthentication>s</FromSystemAuthentication><FromAgencyId>", 1)  # fmt: skip

    assert library.problem("LookupUser", user(GOOD)) == "System Authentication Failed"
    library.done("LookupUser", user(GOOD), header=known)
    assert "secret" not in repr(library.system.manner)


# --- peculiarities ------------------------------------------------------------------------------------


def test_folio_says_why_in_one_place_or_in_the_other():
    about_patron = Library(FOLIO).said("CheckOutItem", user("0"), item(FREE)).first("Problem")
    about_item = Library(FOLIO).said("CheckOutItem", user(GOOD), item("0")).first("Problem")

    assert about_patron.value("ProblemType") == "The patron was not found."
    assert not about_patron.has("ProblemDetail")
    assert about_item.has("ProblemType")
    assert about_item.value("ProblemType") == ""
    assert about_item.value("ProblemDetail") == "The item was not found."


def test_folio_tells_a_patron_by_three_statuses_and_without_lists():
    said = Library(FOLIO).done("LookupUser", user(BLOCKED), ALL_OF_USER, DESIRED)
    statuses = {
        each.value("AgencyUserPrivilegeType"): each.value("UserPrivilegeStatus", "UserPrivilegeStatusType")
        for each in said.first("UserOptionalFields").all("UserPrivilege")
    }
    good = Library(FOLIO).done("LookupUser", user(GOOD), ALL_OF_USER, DESIRED).first("UserOptionalFields")
    addresses = {
        each.value("ElectronicAddress", "ElectronicAddressType")
        for each in good.all("UserAddressInformation")
        if each.has("ElectronicAddress")
    }

    assert statuses == {"STATUS": "BLOCKED", "PROFILE": "adult", "LIBRARY": "MNNC"}
    assert not said.has("LoanedItem")
    assert addresses == {"electronic mail address", "TEL"}


def test_folio_compares_a_pin_beside_the_user_alone():
    Library(FOLIO).done("LookupUser", proof("Barcode Id", GOOD), proof("PIN", "1"))
    refused = Library(FOLIO).problem("LookupUser", user(GOOD), proof("PIN", "1"))

    assert refused == "The PIN is not right."


def test_koha_declares_what_its_bytes_are_not():
    document = Library(KOHA).written("LookupUser", user(LOST), ALL_OF_USER)

    assert document.startswith(b'<?xml version="1.0" encoding="windows-1252"?>')
    assert "<GivenName>José</GivenName><Surname>Simulañez</Surname>" in document.decode()
    assert etree.fromstring(document).findtext(".//{*}GivenName") == "JosÃ©"


def test_koha_knows_a_username():
    Library(KOHA).done("LookupUser", proof("Username", GOOD), proof("Password", PIN))
    assert Library().problem("LookupUser", proof("Username", GOOD)) == "Needed Data Missing"


def test_alma_has_its_own_words_for_requests():
    library = Library(ALMA)

    assert library.problem("RequestItem", user(GOOD), item(LATE), hold("Hold")) == (
        "Unknown Value From Known Scheme"
    )
    said = library.done("RequestItem", user(GOOD), item(LATE), hold("Physical"))
    assert said.value("RequestType") == "Physical"


def test_the_connector_to_aleph_tells_days_and_no_hours():
    said = Library(XC).done("LookupUser", user(GOOD), DESIRED)

    assert {each.value("DateDue") for each in said.all("LoanedItem")} == {"2026-03-30T01:00:00Z"}
    assert [each.value("ItemId", "ItemIdentifierValue") for each in said.all("LoanedItem")] == [LENT, "-1"]


def test_the_connector_to_aleph_never_says_that_a_request_is_ready():
    said = Library(XC).done("LookupUser", user(WAITS), DESIRED)
    honest = Library().done("LookupUser", user(WAITS), DESIRED)

    assert [each.value("RequestStatusType") for each in said.all("RequestedItem")] == ["In Process"] * 2
    assert [each.value("RequestStatusType") for each in honest.all("RequestedItem")] == [
        "Available For Pickup",
        "In Process",
    ]


def test_the_connector_to_aleph_gives_a_receipt_for_nothing():
    library = Library(XC)
    before = library.books.state()
    said = library.done("CreateUserFiscalTransaction", user(OWES), payment("Payment", 1000, "850001"))

    assert said.value("FiscalTransactionReferenceId", "FiscalTransactionIdentifierValue")
    assert library.books.state() == before


def test_version_1_has_pairs_and_wrappers():
    document = Library(VERSION_1).written("LookupUser", user(GOOD), ALL_OF_USER, DESIRED).decode()
    refused = Library(VERSION_1).written("LookupUser", user("0")).decode()

    assert "<!DOCTYPE NCIPMessage PUBLIC" in document
    assert "<UserTransaction><UserFiscalAccount>" in document
    assert "<UniqueUserId><UniqueAgencyId><Scheme>" in document
    assert "UserIdentifierType" not in document
    assert "<Value>Unknown User</Value></ProcessingErrorType>" in refused
    assert "<ElementName>UserIdentifierValue</ElementName>" in refused


# --- what is no message -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing",
        b"<a/>",
        b"<NCIPMessage/>",
        b"<NCIPMessage><LookupUser/><LookupItem/></NCIPMessage>",
        b'<!DOCTYPE NCIPMessage [<!ENTITY a "b">]><NCIPMessage><LookupUser>&a;</LookupUser></NCIPMessage>',
        b'<!DOCTYPE N [<!ENTITY a SYSTEM "file:///etc/hostname">]><NCIPMessage><LookupUser/></NCIPMessage>',
        b"<NCIPMessage>" + b"<LookupUser>" * 60 + b"</LookupUser>" * 60 + b"</NCIPMessage>",
    ],
)
@pytest.mark.parametrize("manner", [STANDARD, VERSION_1], ids=lambda manner: manner.name)
def test_what_is_no_message_is_a_problem(manner, body):
    reply = Library(manner).reply(body)

    assert reply.status == 200
    assert complaint(reply.body) == ""
    assert read(reply.body).body.value("ProblemType") == "Invalid Message Syntax Error"


@pytest.mark.parametrize("harm", [Harm.SESSION, Harm.RIGHTS])
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (message("LookupUser", user(GOOD)), "LookupUserResponse"),
        (message("LookupVersion", header=""), "Problem"),
        (b"nothing", "Problem"),
    ],
)
def test_whoever_may_not_ask_is_told_so_whatever_is_asked(harm, body, said):
    system = Library().system
    reply = system.deny(harm, Asked("", "POST", "/ncip/", body=body))

    assert read(reply.body).body.name == said
    assert read(reply.body).body.has("Problem") or said == "Problem"


def test_a_program_may_not_know_the_service_that_asks_for_versions():
    assert Library(FOLIO).said("LookupVersion", header="").name == "Problem"


def test_an_unknown_service_is_a_problem_without_an_answer():
    said = Library().said("BakeCake")

    assert (said.name, said.value("ProblemType")) == ("Problem", "Unsupported Service")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/ncip/", 405), ("POST", "/", 404), ("POST", "/ncip", 200)])  # fmt: skip
def test_messages_are_posted_to_one_place(method, path, status):
    assert Library().reply(message("LookupUser", user(GOOD)), method, path).status == status


def test_names_are_read_wherever_they_stand():
    careless = (
        b'\n<x:NCIPMessage xmlns:x="http://www.niso.org/2008/ncip"><!-- c -->stray<LookupUser><x:UserElementType>name '
        b" information</x:UserElementType><UserId><UserIdentifierValue> 8500000001\n</UserIdentifierValue></UserId>"
        b"</LookupUser></x:NCIPMessage>"
    )
    said = read(Library(KOHA).reply(careless).body.replace(b"windows-1252", b"UTF-8")).body

    assert said.first("UserOptionalFields").has("NameInformation")
    assert read_request(careless).level == (2, 2)
