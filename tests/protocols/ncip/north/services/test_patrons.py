"""Who patrons are, whether they are who they say, and what is told of them."""

import pytest

from ncip_library import partner_of
from ncip_partner import NcipPartner, problems
from ncip_requests import AUTHENTICATION, CARD, PIN, USER
from softdock.circulation.identifiers import PatronId
from softdock.circulation.money import Money
from softdock.circulation.outcomes import Done, PatronReport
from softdock.circulation.patrons import Entry, Patron, Standing
from softdock.protocols.ncip.codec import read
from softdock.protocols.ncip.message import Family
from softdock.protocols.ncip.north.partner import Profile
from stubs import StubSystem

WRONG = AUTHENTICATION.format("9999", "PIN")
ANOTHER = AUTHENTICATION.format("R0002", "Username")


@pytest.fixture
def partner():
    return NcipPartner()


def looked_up(partner, inner):
    return partner.ask(f"<LookupUser>{inner}</LookupUser>")


def number_of(response):
    return response.value("UserId", "UserIdentifierValue")


# --- who it is ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inner",
    [USER, CARD, CARD + PIN, PIN + CARD, USER + PIN, USER + CARD + PIN,
     AUTHENTICATION.format("R0001", "  user   ID ") + AUTHENTICATION.format("1234", "password")],
)  # fmt: skip
def test_a_patron_is_found_by_what_identifies_and_proven_by_what_proves_in_any_order(partner, inner):
    assert number_of(looked_up(partner, inner)) == "R0001"


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        (CARD + WRONG, "User Authentication Failed"),
        (USER + WRONG, "User Authentication Failed"),
        (AUTHENTICATION.format("R0002", "Barcode Id") + PIN, "User Authentication Failed"),
        (AUTHENTICATION.format("R9999", "Barcode Id") + PIN, "Unknown User"),
        (PIN, "Needed Data Missing"),
        (CARD + AUTHENTICATION.format("81dc9bdb", "MD5 Message Digest Algorithm"), "Unknown Value From Known Scheme"),
        (USER + AUTHENTICATION.format("x", "X.509 Certificate"), "Unknown Value From Known Scheme"),
        (CARD + ANOTHER + PIN, "Element Rule Violated"),
        (CARD + PIN + WRONG, "Element Rule Violated"),
        ("<UserId/>", "Needed Data Missing"),
        ("<UserId><AgencyId>CDL</AgencyId><UserIdentifierValue/></UserId>", "Needed Data Missing"),
        (USER.replace("R0001", "R|1"), "Element Rule Violated"),
        (USER.replace("R0001", "R" * 129), "Element Rule Violated"),
    ],
)  # fmt: skip
def test_whoever_cannot_be_proven_or_meant_is_not_told_of(partner, inner, kind):
    response = looked_up(partner, inner)

    assert problems(response) == [kind]
    assert not response.has("UserId")
    assert not {"1234", "9999", "81dc9bdb"} & {each.text for each in response.walk()}


def test_a_partner_that_has_to_bring_pins_is_told_nothing_without():
    partner = NcipPartner(require_pin=True)

    assert problems(looked_up(partner, USER)) == ["User Authentication Failed"]
    assert number_of(looked_up(partner, USER + PIN)) == "R0001"


def test_what_identifies_and_what_proves_is_agreed_on():
    partner = NcipPartner(Profile(user_id_inputs=frozenset({"cpr"}), pin_inputs=frozenset({"code"})))
    inputs = AUTHENTICATION.format("R0001", "CPR") + AUTHENTICATION.format("1234", "Code")

    assert number_of(looked_up(partner, inputs)) == "R0001"
    assert problems(looked_up(partner, CARD)) == ["Unknown Value From Known Scheme"]


# --- what is told -------------------------------------------------------------------------------------


def fields(partner, *wanted):
    elements = "".join(f"<UserElementType>{each}</UserElementType>" for each in wanted)
    found = looked_up(partner, USER + elements).first("UserOptionalFields")
    return [] if found is None else found.children


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("Name Information", {"NameInformation"}),
        ("user  address information", {"UserAddressInformation"}),
        ("Date Of Birth", {"DateOfBirth"}),
        ("User Language", {"UserLanguage"}),
        ("User Privilege", {"UserPrivilege"}),
        ("User Id", {"UserId"}),
        ("Block Or Trap", set()),
        ("Authentication Input", set()),
        ("Previous User Id", set()),
        ("Shoe Size", set()),
    ],
)
def test_only_what_is_selected_and_known_is_told(partner, wanted, names):
    assert {each.name for each in fields(partner, wanted)} == names


def test_a_patron_is_described_in_the_words_of_the_standard(partner):
    (name,) = fields(partner, "Name Information")
    assert name.at("PersonalNameInformation").value("UnstructuredPersonalUserName") == "王小明"
    assert [each.text for each in fields(partner, "Date Of Birth", "User Language")] == [
        "1990-05-17T00:00:00Z",
        "zho",
    ]
    addresses = fields(partner, "User Address Information")
    kinds = [each.value("ElectronicAddress", "ElectronicAddressType") for each in addresses]
    assert kinds == ["", "mailto", "tel"]


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        ({Standing.CHECKOUT_DENIED, Standing.TOO_MANY_LOANS}, ["Block Check Out"]),
        ({Standing.HOLD_DENIED, Standing.RENEWAL_DENIED}, ["Block Renewal", "Block Hold"]),
        ({Standing.CARD_LOST}, ["Trap For Lost Card"]),
    ],
)
def test_each_block_is_told_once(standing, words):
    report = PatronReport(Patron(PatronId("R0001"), standing=frozenset(standing)))
    partner = NcipPartner(system=StubSystem(lambda _: Done(report)))

    assert [each.value("BlockOrTrapType") for each in fields(partner, "Block Or Trap")] == words


# --- version 1 ----------------------------------------------------------------------------------------

SCHEME = "<Scheme>http://example.org/scheme</Scheme>"
LIBRARY = f"<UniqueAgencyId>{SCHEME}<Value>CDL</Value></UniqueAgencyId>"


def version_1(service, inner):
    """As it is sent: a document type, headers, Scheme and Value."""
    sender = LIBRARY.replace("CDL", "PARTNER")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE NCIPMessage PUBLIC "-//NISO//NCIP DTD Version 1.01//EN" "http://example.org/ncip_v1_01.dtd">\n'
        f'<NCIPMessage version="http://example.org/ncip_v1_01.dtd"><{service}><InitiationHeader><FromAgencyId>{sender}'
        f"</FromAgencyId><FromAgencyAuthentication></FromAgencyAuthentication><ToAgencyId>{LIBRARY}</ToAgencyId>"
        f"</InitiationHeader>{inner}</{service}></NCIPMessage>"
    ).encode()


def coded(name, value):
    return f"<{name}>{SCHEME}<Value>{value}</Value></{name}>"


def input_1(data, kind):
    return (
        f"<AuthenticationInput><AuthenticationInputData>{data}</AuthenticationInputData>"
        + coded("AuthenticationDataFormatType", "text/plain")
        + coded("AuthenticationInputType", kind)
        + "</AuthenticationInput>"
    )


def asked_1(partner, service, inner):
    exchanged = partner.send(version_1(service, inner))
    assert not exchanged.fault
    told = read(exchanged.document)
    assert (told.form.family, told.body.name) == (Family.V1, f"{service}Response")
    assert told.body.at("ResponseHeader", "ToAgencyId").value("AgencyId") == "PARTNER"
    return told.body, exchanged.document


def test_a_patron_of_version_1_is_authenticated(partner):
    told, document = asked_1(
        partner, "AuthenticateUser", input_1("R0001", "User Id") + input_1("1234", "PIN")
    )

    assert number_of(told) == "R0001"
    assert b"<UniqueUserId><UniqueAgencyId><Scheme>" in document


@pytest.mark.parametrize(
    ("pin", "kind"),
    [(input_1("9999", "PIN"), "User Authentication Failed"), ("", "Needed Data Missing")],
)
def test_a_patron_of_version_1_that_is_not_proven_is_a_processing_error(partner, pin, kind):
    told, document = asked_1(partner, "AuthenticateUser", input_1("R0001", "User Id") + pin)

    assert problems(told) == [kind]
    assert b"<Problem><ProcessingError><ProcessingErrorType><Scheme>" in document
    assert b"9999" not in document


def test_what_is_wrong_with_a_message_of_version_1_is_a_messaging_error(partner):
    odd = input_1("R0001", "User Id") + input_1("x", "Fingerprint")
    _, document = asked_1(partner, "LookupUser", odd)

    assert b"<Problem><MessagingError><MessagingErrorType><Scheme>" in document
    assert b"Fingerprint" in document


def test_loans_and_requests_of_version_1_are_in_a_transaction_and_the_card_s_number_is_visible(partner):
    wanted = coded("UserElementType", "Name Information") + coded("UserElementType", "Visible User Id")
    visible = (
        "<VisibleUserId>" + coded("VisibleUserIdentifierType", "Barcode")
        + "<VisibleUserIdentifier>R0001</VisibleUserIdentifier></VisibleUserId>"
    )  # fmt: skip
    told, document = asked_1(partner, "LookupUser", visible + wanted + "<LoanedItemsDesired/>")

    assert told.first("LoanedItem").value("ItemId", "ItemIdentifierValue") == "CD0004"
    assert b"<UserTransaction>" in document
    assert b"<VisibleUserIdentifier>R0001</VisibleUserIdentifier>" in document


def test_authentication_is_no_service_of_version_2(partner):
    told = partner.asked(f"<AuthenticateUser>{CARD}{PIN}</AuthenticateUser>").body

    assert (told.name, told.value("ProblemType")) == ("Problem", "Unsupported Service")


def test_what_is_owed_in_two_currencies_is_two_accounts():
    fees = [Entry(None, "", amount=Money(100, "CNY")), Entry(None, "", amount=Money(300, "JPY"))]
    report = PatronReport(Patron(PatronId("R0001")), entries=fees)

    response = looked_up(partner_of(LookupPatron=report), f"{USER}<UserFiscalAccountDesired/>")

    assert [
        (each.value("AccountBalance", "CurrencyCode"), each.value("AccountBalance", "MonetaryValue"))
        for each in response.all("UserFiscalAccount")
    ] == [("CNY", "100"), ("JPY", "300")]


def test_one_number_is_told_once_by_whichever_names_it_is_asked_for():
    wanted = "".join(f"<UserElementType>{each}</UserElementType>" for each in ("User Id", "Visible User Id"))
    user = "<UserId><UserIdentifierValue>R0001</UserIdentifierValue></UserId>"
    response = NcipPartner().ask(f"<LookupUser>{user}{wanted}</LookupUser>")

    fields = response.first("UserOptionalFields")
    assert [each.name for each in fields.children] == ["UserId"]
