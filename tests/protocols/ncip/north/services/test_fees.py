"""What partners let patrons pay, owe and owe no longer, seen again as devices see it."""

import pytest

from ncip_partner import NcipPartner, problems
from ncip_requests import AUTHENTICATION
from softdock.circulation.identifiers import PatronId
from softdock.circulation.items import FeeType
from softdock.circulation.money import Money
from softdock.circulation.operations import LookupPatron, PayFee
from softdock.circulation.outcomes import Done, Paid, Unknown
from softdock.circulation.patrons import PatronList
from stubs import StubSystem

USER = "<UserId><UserIdentifierValue>R0006</UserIdentifierValue></UserId>"


@pytest.fixture
def partner():
    return NcipPartner()


def reference(name, number):
    return (
        f"<{name}><AgencyId>CDL</AgencyId>"
        f"<FiscalTransactionIdentifierValue>{number}</FiscalTransactionIdentifierValue></{name}>"
    )


def booked(action, amount, own="", related="", kind="Fine", more="", user=USER, currency="CNY"):
    return (
        f"<CreateUserFiscalTransaction>{user}<FiscalTransactionInformation>"
        f"<FiscalActionType>{action}</FiscalActionType>"
        + (reference("FiscalTransactionReferenceId", own) if own else "")
        + (reference("RelatedFiscalTransactionReferenceId", related) if related else "")
        + f"<FiscalTransactionType>{kind}</FiscalTransactionType>"
        f"<Amount><CurrencyCode>{currency}</CurrencyCode><MonetaryValue>{amount}</MonetaryValue></Amount>{more}"
        "</FiscalTransactionInformation></CreateUserFiscalTransaction>"
    )


def fees(partner):
    report = partner.done(LookupPatron(PatronId("R0006"), wanted=PatronList.FEES))
    return {each.fee: each.amount.minor for each in report.entries}


def number_of(response):
    return response.value("FiscalTransactionReferenceId", "FiscalTransactionIdentifierValue")


def test_a_payment_of_one_fee_leaves_the_others(partner):
    response = partner.ask(booked("Payment", 650, own="P-1", related="F1"))

    assert response.value("UserId", "UserIdentifierValue") == "R0006"
    assert number_of(response) == "P-1"
    assert fees(partner) == {"F2": 4500}


def test_a_payment_without_a_number_gets_one_and_each_gets_its_own(partner):
    first, second = (number_of(partner.ask(booked("payment", 100))) for _ in range(2))

    assert first and second and first != second
    assert sum(fees(partner).values()) == 5150 - 200


def test_what_was_paid_is_told_to_the_library_in_full():
    system = StubSystem(lambda operation: Done(Paid(operation.patron, transaction=operation.transaction)))
    partner = NcipPartner(system=system)
    pin = AUTHENTICATION.format("1234", "PIN")
    method = "<PaymentMethodType>{}</PaymentMethodType>"
    partner.ask(
        booked("Payment", 650, "P-1", "F1", "Reservation Charge", method.format("credit card"), USER + pin)
    )
    partner.ask(booked("Payment", 650, kind="Anything", more=method.format("Bank Draft")))

    first, second = system.asked
    assert isinstance(first, PayFee) and isinstance(second, PayFee)
    assert (first.amount, first.fee, first.transaction) == (Money(650, "CNY"), "F1", "P-1")
    assert (first.payment_type, first.fee_type, first.pin.reveal()) == ("02", FeeType.HOLD, "1234")
    assert (second.payment_type, second.fee_type, second.fee) == ("Bank Draft", FeeType.OTHER, None)


@pytest.mark.parametrize("action", ["Assess", "Penalty"])
def test_what_is_charged_is_owed(partner, action):
    note = "<FiscalTransactionDescription>For the cover</FiscalTransactionDescription>"
    item = (
        "<ItemDetails><ItemId><ItemIdentifierValue>CD0001</ItemIdentifierValue></ItemId>"
        "<BibliographicDescription/></ItemDetails>"
    )
    response = partner.ask(booked(action, 300, own="X-1", kind="Book Replacement Charge", more=note + item))

    assert number_of(response) == "X-1"
    report = partner.done(LookupPatron(PatronId("R0006"), wanted=PatronList.FEES))
    (fee,) = (each for each in report.entries if each.fee == "X-1")
    assert (fee.amount.minor, fee.fee_type, fee.item, fee.note) == (
        300,
        FeeType.REPLACEMENT,
        "CD0001",
        "For the cover",
    )


def test_a_charge_without_a_number_gets_the_library_s(partner):
    number = number_of(partner.ask(booked("Assess", 300)))

    assert fees(partner)[number] == 300


def test_nothing_is_charged_twice_under_one_number(partner):
    response = partner.ask(booked("Assess", 300, own="F1"))

    assert problems(response) == ["Duplicate Fiscal Transaction"]
    assert response.at("Problem").value("ProblemValue") == "F1"


@pytest.mark.parametrize("action", ["Cancel", "Forgive", "Waive", "Write Off"])
def test_what_is_forgiven_is_owed_no_longer(partner, action):
    assert number_of(partner.ask(booked(action, 650, related="F1"))) == "F1"
    assert fees(partner) == {"F2": 4500}


@pytest.mark.parametrize(
    ("request_", "kind", "element"),
    [
        (booked("Payment", 0), "Invalid Amount", "MonetaryValue"),
        (booked("Payment", -5), "Invalid Amount", "MonetaryValue"),
        (booked("Payment", 999999), "Invalid Amount", "MonetaryValue"),
        (booked("Payment", 100, currency="USD"), "Invalid Amount", "CurrencyCode"),
        (booked("Payment", "1.50"), "Invalid Amount", "MonetaryValue"),
        (booked("Payment", 100, related="F9"), "Element Rule Violated", "FiscalTransactionIdentifierValue"),
        (booked("Waive", 999999, related="F1"), "Invalid Amount", "MonetaryValue"),
        (booked("Give", 100), "Unknown Value From Known Scheme", "FiscalActionType"),
        (booked("Payment", 100, own="a|b"), "Element Rule Violated", "FiscalTransactionIdentifierValue"),
        (booked("Assess", 100, user=USER.replace("R0006", "R9999")), "Unknown User", "UserIdentifierValue"),
        (booked("Assess", 100, user=USER + AUTHENTICATION.format("9999", "PIN")),
         "User Authentication Failed", "AuthenticationInput"),
    ],
)  # fmt: skip
def test_what_cannot_be_booked_is_not_and_why_is_told(partner, request_, kind, element):
    before = fees(partner)
    response = partner.ask(request_)

    assert problems(response) == [kind]
    assert response.at("Problem").value("ProblemElement") == element
    assert fees(partner) == before


@pytest.mark.parametrize("action", ["Payment", "Assess", "Waive"])
def test_a_partner_that_has_to_bring_pins_books_nothing_without(action):
    partner = NcipPartner(require_pin=True)

    assert problems(partner.ask(booked(action, 100))) == ["User Authentication Failed"]


def test_a_payment_whose_answer_is_lost_is_not_called_done():
    partner = NcipPartner(system=StubSystem(lambda _: Unknown()))

    assert problems(partner.ask(booked("Payment", 100))) == ["Temporary Processing Failure"]
