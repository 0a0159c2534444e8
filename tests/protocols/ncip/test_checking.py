"""What a leniently read request lacks to be acted upon, and what it may lack."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncip_strategies import MESSAGES_2, messages_2
from softdock.protocols.ncip.checking import PROBLEM_TYPES, Fault, FaultKind, faults
from softdock.protocols.ncip.codec import read
from softdock.protocols.ncip.message import FORM_2_02, Element, Message

MISSING, DATE, AMOUNT, NUMBER = (
    FaultKind.NEEDED_DATA_MISSING,
    FaultKind.INVALID_DATE,
    FaultKind.INVALID_AMOUNT,
    FaultKind.INVALID_NUMBER,
)
USER = "<UserId><UserIdentifierValue>21</UserIdentifierValue></UserId>"
ITEM = "<ItemId><ItemIdentifierValue>31</ItemIdentifierValue></ItemId>"
REQUEST = "<RequestId><RequestIdentifierValue>RQ-1</RequestIdentifierValue></RequestId>"
PASSWORD = (
    "<AuthenticationInput><AuthenticationInputData>4711</AuthenticationInputData>"
    "<AuthenticationInputType>PIN</AuthenticationInputType></AuthenticationInput>"
)
PAYMENT = (
    "<FiscalTransactionInformation><FiscalActionType>Payment</FiscalActionType>"
    "<FiscalTransactionType>Fine</FiscalTransactionType><Amount>{}</Amount></FiscalTransactionInformation>"
)


def found(service: str, inside: str) -> list[tuple[FaultKind, str, str]]:
    text = f"<NCIPMessage><{service}>{inside}</{service}></NCIPMessage>"
    return [(fault.kind, fault.element, fault.value) for fault in faults(read(text.encode()))]


@pytest.mark.parametrize("name", MESSAGES_2)
@settings(max_examples=8)
@given(data=st.data())
def test_what_the_standard_allows_has_no_fault(name: str, data: st.DataObject):
    assert faults(Message(FORM_2_02, [data.draw(messages_2(name))])) == []


@pytest.mark.parametrize(
    ("service", "inside", "missing"),
    [
        ("LookupUser", "", ["UserId"]),
        ("LookupItem", "", ["ItemId"]),
        ("LookupAgency", "", ["AgencyId", "AgencyElementType"]),
        ("LookupItemSet", "<ItemElementType>Location</ItemElementType>", ["BibliographicId"]),
        ("CheckOutItem", ITEM, ["UserId"]),
        ("CheckOutItem", USER, ["ItemId"]),
        ("CheckOutItem", "", ["UserId", "ItemId"]),
        ("LookupRequest", USER, ["ItemId", "RequestType"]),
        ("LookupRequest", ITEM, ["UserId", "RequestType"]),
        ("LookupRequest", "", ["UserId", "ItemId", "RequestType"]),
        ("RequestItem", USER + ITEM, ["RequestType", "RequestScopeType"]),
        ("ItemRequested", USER + REQUEST, ["BibliographicId", "RequestType", "RequestScopeType"]),
        ("CreateItem", "", ["BibliographicDescription"]),
        ("CreateUser", "", ["NameInformation"]),
        ("CreateUserFiscalTransaction", USER, ["FiscalTransactionInformation"]),
        ("ItemShipped", ITEM, ["DateShipped", "ShippingInformation"]),
        ("ReportCirculationStatusChange", ITEM + USER, ["ItemReportedReturned"]),
        ("AcceptItem", REQUEST, ["RequestedActionType"]),
        ("LookupVersion", "", ["FromAgencyId", "ToAgencyId"]),
    ],
)
def test_what_is_compulsory_is_missed(service: str, inside: str, missing: list[str]):
    """Of several ways to say it, the one that was begun; or else the first."""
    assert found(service, inside) == [(MISSING, name, "") for name in missing]


@pytest.mark.parametrize(
    ("inside", "missing"),
    [
        ("<UserId/>", "UserIdentifierValue"),
        ("<UserId><UserIdentifierValue> </UserIdentifierValue></UserId>", "UserIdentifierValue"),
        ("<UserId><AgencyId>LIB</AgencyId></UserId>", "UserIdentifierValue"),
        (PASSWORD.replace("4711", ""), "AuthenticationInputData"),
        (PASSWORD.replace("PIN", ""), "AuthenticationInputType"),
    ],
)
def test_what_is_compulsory_and_empty_is_missed(inside: str, missing: str):
    assert found("LookupUser", inside) == [(MISSING, missing, "")]


@pytest.mark.parametrize(
    ("service", "inside"),
    [
        ("LookupUser", USER + PASSWORD),
        ("LookupUser", "<UserId><AgencyId>LIB</AgencyId><UserIdentifierValue/></UserId>" + PASSWORD),
        ("LookupUser", "<LoanedItemsDesired/>" + USER + "<Unheard>1</Unheard>"),
        ("CheckInItem", USER + REQUEST + ITEM),
        ("CancelRequestItem", REQUEST + USER),
        ("CheckOutItem", ITEM + USER + "<DesiredDateDue/>"),
        ("CheckOutItem", ITEM + USER + "<MandatedAction><DateEventOccurred/></MandatedAction>"),
        ("CreateUserFiscalTransaction", USER + PAYMENT.format("<MonetaryValue>-1250</MonetaryValue>")),
        ("LookupUser", "<InitiationHeader><ToAgencyId/></InitiationHeader>" + USER),
        ("LookupUser", USER + "<Ext><ItemId/><DateDue>then</DateDue></Ext>"),
        ("UpdateUser", USER + "<DeleteUserFields><UserPrivilege/><BlockOrTrap/></DeleteUserFields>"),
        (
            "UpdateUser",
            USER + "<DeleteUserFields><BlockOrTrap><ValidToDate>2026-03-01</ValidToDate></BlockOrTrap>"
            "</DeleteUserFields>",
        ),
        (
            "UpdateUser",
            USER + "<AddUserFields><NameInformation><PersonalNameInformation/></NameInformation><BlockOrTrap>"
            "<AgencyId>LIB</AgencyId><BlockOrTrapType/></BlockOrTrap></AddUserFields>",
        ),
    ],
)
def test_what_real_senders_do_is_no_fault(service: str, inside: str):
    assert found(service, inside) == []


@pytest.mark.parametrize(
    "text", ["tomorrow", "2026-02-30T00:00:00Z", "20260301", "0000-01-01T00:00:00Z", "2026-3-1"]
)
def test_a_date_that_is_none_is_told(text: str):
    inside = USER + ITEM + f"<DesiredDateDue>{text}</DesiredDateDue>"
    assert found("CheckOutItem", inside) == [(DATE, "DesiredDateDue", text)]


@pytest.mark.parametrize("text", ["12.50", "free", "1e3", "１２", "9" * 30])
def test_a_sum_that_is_none_is_told(text: str):
    inside = USER + PAYMENT.format(f"<CurrencyCode>CNY</CurrencyCode><MonetaryValue>{text}</MonetaryValue>")
    assert found("CreateUserFiscalTransaction", inside) == [(AMOUNT, "MonetaryValue", text)]


def test_a_payment_of_nothing_named_is_missed():
    inside = USER + PAYMENT.format("<CurrencyCode>CNY</CurrencyCode>")
    assert found("CreateUserFiscalTransaction", inside) == [(MISSING, "MonetaryValue", "")]


@pytest.mark.parametrize("text", ["0", "-1", "all", "1.0"])
def test_a_count_that_is_none_is_told(text: str):
    inside = ITEM + f"<MaximumItemsCount>{text}</MaximumItemsCount>"
    assert found("LookupItemSet", inside) == [(NUMBER, "MaximumItemsCount", text)]


def test_more_than_anybody_counts_is_a_count():
    assert found("LookupItemSet", ITEM + f"<MaximumItemsCount>{'9' * 40}</MaximumItemsCount>") == []


def test_a_service_that_nobody_knows_is_told():
    assert found("LookupEverything", USER) == [(FaultKind.UNKNOWN_SERVICE, "LookupEverything", "")]


def test_a_service_that_version_2_gave_up_is_known_to_version_1_alone():
    assert found("AuthenticateUser", PASSWORD) == [(FaultKind.UNKNOWN_SERVICE, "AuthenticateUser", "")]
    version_1 = f'<NCIPMessage version="v1_0"><AuthenticateUser>{PASSWORD}</AuthenticateUser></NCIPMessage>'
    assert faults(read(version_1.encode())) == []


def test_answers_and_problems_are_checked_too():
    assert found("LookupUserResponse", "") == [(MISSING, "ProblemType", "")] or found(
        "LookupUserResponse", ""
    )
    assert found("LookupUserResponse", "<Problem><ProblemDetail>no</ProblemDetail></Problem>") == [
        (MISSING, "ProblemType", "")
    ]
    assert faults(Message(FORM_2_02, [Element("Problem", children=[Element("ProblemType", "x")])])) == []


def test_every_fault_has_a_problem_type():
    assert set(PROBLEM_TYPES) == set(FaultKind)


def test_faults_are_in_the_order_of_the_document():
    inside = (
        USER
        + "<DesiredDateDue>then</DesiredDateDue><MandatedAction><DateEventOccurred>now</DateEventOccurred>"
    )
    assert faults(
        read(f"<NCIPMessage><RenewItem>{inside}</MandatedAction></RenewItem></NCIPMessage>".encode())
    ) == [
        Fault(MISSING, "ItemId"),
        Fault(DATE, "DesiredDateDue", "then"),
        Fault(DATE, "DateEventOccurred", "now"),
    ]
