"""Patrons of a system that speaks NCIP, and what they owe."""

import pytest

from ncip_simulated import (
    BLOCKED,
    FULL,
    GOOD,
    LATE,
    LENT,
    LOST,
    OWES,
    PIN,
    WAITS,
    WITHOUT_PIN,
    Library,
    given,
    item,
    money,
    proof,
    user,
    wanted,
)
from softdock.kit.simulators.ncip import KOHA, VERSION_1

ALL = wanted("UserElementType", "Name Information", "User Address Information", "Date Of Birth", "User Language", "User Privilege", "Block Or Trap")  # fmt: skip


@pytest.fixture
def library():
    return Library()


def fields(library, number, words=ALL):
    return library.done("LookupUser", user(number), words).first("UserOptionalFields")


def blocks(library, number):
    return {each.value("BlockOrTrapType") for each in fields(library, number).all("BlockOrTrap")}


def test_a_patron_is_told_as_far_as_is_asked_for(library):
    all_of_it = fields(library, GOOD)

    assert all_of_it.value("NameInformation", "PersonalNameInformation", "UnstructuredPersonalUserName") == "陈模拟"  # fmt: skip
    assert all_of_it.value("DateOfBirth") == "1990-01-01T00:00:00Z"
    assert all_of_it.value("UserLanguage") == "zho"
    assert all_of_it.value("UserPrivilege", "AgencyUserPrivilegeType") == "adult"
    assert all_of_it.value("UserPrivilege", "ValidToDate") == "2098-06-30T00:00:00Z"
    assert [each.name for each in fields(library, GOOD, wanted("UserElementType", "date of  BIRTH")).children] == ["DateOfBirth"]  # fmt: skip
    assert not library.done("LookupUser", user(GOOD)).has("UserOptionalFields")


def test_addresses_have_the_types_of_the_manner():
    told = [
        (
            each.value("ElectronicAddress", "ElectronicAddressType"),
            each.value("ElectronicAddress", "ElectronicAddressData"),
        )
        for each in fields(Library(KOHA, charset="UTF-8"), GOOD).all("UserAddressInformation")
    ]

    assert told == [("", ""), ("email", "chen@simulated.test"), ("TEL", "00000000001")]


def test_a_pin_that_comes_along_has_to_be_right(library):
    library.done("LookupUser", proof("Barcode Id", GOOD), proof("PIN", PIN))
    for number, pin in ((GOOD, "1"), (WITHOUT_PIN, PIN)):
        problem = library.problem("LookupUser", user(number), proof("PIN", pin))
        assert problem == "User Authentication Failed"
    assert library.problem("LookupUser", proof("PIN", PIN)) == "Needed Data Missing"


def test_version_1_has_a_service_to_check_a_pin():
    library = Library(VERSION_1)
    said = library.done("AuthenticateUser", proof("Barcode Id", GOOD), proof("PIN", PIN))

    assert said.value("UserId", "UserIdentifierValue") == GOOD
    assert library.problem("AuthenticateUser", proof("Barcode Id", GOOD)) == "Needed Data Missing"
    assert (
        library.problem("AuthenticateUser", proof("Barcode Id", GOOD), proof("PIN", "1"))
        == "User Authentication Failed"
    )


def test_blocks_are_told(library):
    everything = {"Block Check Out", "Block Renewal", "Block Recall", "Block Hold"}

    assert blocks(library, GOOD) == set()
    assert blocks(library, BLOCKED) == everything
    assert blocks(library, LOST) == everything | {"Trap For Lost Card"}
    assert blocks(library, FULL) == {"Block Check Out"}


def test_loans_are_told_with_what_is_due_for_them(library):
    said = library.done("LookupUser", user(FULL), "<LoanedItemsDesired/>")
    loans = {each.value("ItemId", "ItemIdentifierValue"): each for each in said.all("LoanedItem")}

    assert said.value("LoanedItemsCount", "LoanedItemCountValue") == "3"
    assert len(loans) == 3
    assert loans[LATE].value("Amount", "MonetaryValue") == "260"
    assert loans[LATE].value("DateDue") == "2026-02-04T15:59:59Z"
    assert [number for number, each in loans.items() if each.has("Amount")] == [LATE]


def test_requests_and_fees_are_told(library):
    waits = library.done("LookupUser", user(WAITS), "<RequestedItemsDesired/>").all("RequestedItem")
    owes = library.done("LookupUser", user(OWES), "<UserFiscalAccountDesired/>").first("UserFiscalAccount")

    assert [each.value("RequestType") for each in waits] == ["Hold", "Hold"]
    assert all(each.value("RequestId", "RequestIdentifierValue") for each in waits)
    assert owes.value("AccountBalance", "MonetaryValue") == "1250"
    assert [
        each.value("FiscalTransactionInformation", "FiscalTransactionReferenceId", "FiscalTransactionIdentifierValue")
        for each in owes.all("AccountDetails")
    ] == ["850001", "850002"]  # fmt: skip


# --- changing -----------------------------------------------------------------------------------------


def block(kind="Block Check Out"):
    return f"<BlockOrTrap>{given('AgencyId', 'MNNC')}{given('BlockOrTrapType', kind)}</BlockOrTrap>"


def test_a_card_is_blocked_and_freed(library):
    library.done("UpdateUser", user(GOOD), f"<AddUserFields>{block()}</AddUserFields>")
    assert library.books.card(GOOD).block is not None

    library.done("UpdateUser", user(GOOD), f"<DeleteUserFields>{block()}</DeleteUserFields>")
    assert library.books.card(GOOD).block is None
    assert (
        library.problem("UpdateUser", user(GOOD), f"<DeleteUserFields>{block()}</DeleteUserFields>")
        == "Unable To Delete Element"
    )


def test_a_message_for_a_patron_blocks_nothing(library):
    library.done("UpdateUser", user(GOOD), f"<AddUserFields>{block('Trap For Message')}</AddUserFields>")

    assert library.books.card(GOOD).block is None


def electronic(kind, value):
    return (
        f"<UserAddressInformation>{given('UserAddressRoleType', 'Notice')}<ElectronicAddress>"
        f"{given('ElectronicAddressType', kind)}{given('ElectronicAddressData', value)}"
        "</ElectronicAddress></UserAddressInformation>"
    )


def test_what_is_known_of_a_patron_is_changed(library):
    gone = f"<DeleteUserFields>{electronic('tel', '00000000001')}{given('DateOfBirth', '1990-01-01T00:00:00Z')}</DeleteUserFields>"
    new = f"<AddUserFields>{proof('PIN', '2')}{electronic('mailto', 'c@simulated.test')}</AddUserFields>"
    library.done("UpdateUser", user(GOOD), gone, new)
    patron = library.books.card(GOOD).patron

    assert (patron.phone, patron.birth_date, patron.email) == ("", None, "c@simulated.test")
    library.done("LookupUser", user(GOOD), proof("PIN", "2"))


def test_patrons_come_and_go(library):
    name = "<NameInformation><PersonalNameInformation><StructuredPersonalUserName><GivenName>A</GivenName><Surname>B</Surname></StructuredPersonalUserName></PersonalNameInformation></NameInformation>"
    library.done("CreateUser", user("8500000099"), name, block())
    card = library.books.card("8500000099")

    assert card.patron.name == "A B"
    assert card.block is not None
    assert library.problem("CreateUser", user("8500000099"), name) == "Duplicate User"
    library.done("DeleteUser", user("8500000099"))
    assert library.books.card("8500000099") is None
    assert library.problem("DeleteUser", user(GOOD)) == "Element Rule Violated"
    assert library.problem("CreateUser", user("8500000098")) == "Needed Data Missing"


# --- money --------------------------------------------------------------------------------------------


def booking(action, minor, *, own="", related="", currency="CNY", more=""):
    own = f"<FiscalTransactionReferenceId>{given('AgencyId', 'X')}{given('FiscalTransactionIdentifierValue', own)}</FiscalTransactionReferenceId>" if own else ""  # fmt: skip
    related = f"<RelatedFiscalTransactionReferenceId>{given('AgencyId', 'X')}{given('FiscalTransactionIdentifierValue', related)}</RelatedFiscalTransactionReferenceId>" if related else ""  # fmt: skip
    return (
        f"<FiscalTransactionInformation>{given('FiscalActionType', action)}{own}{related}"
        f"{given('FiscalTransactionType', 'Book Replacement Charge')}{money('Amount', minor, currency)}"
        f"{given('PaymentMethodType', 'Cash')}{more}</FiscalTransactionInformation>"
    )


def owed(library):
    return {str(fee.id): fee.amount.minor for fee in library.books.card(OWES).fees}


def receipt(said):
    return said.value("FiscalTransactionReferenceId", "FiscalTransactionIdentifierValue")


def test_a_payment_is_booked_once(library):
    paid = booking("Payment", 250, own="T-1", related="850002")
    for _ in range(2):
        assert receipt(library.done("CreateUserFiscalTransaction", user(OWES), paid)) == "T-1"

    assert owed(library) == {"850001": 1000}
    (payment,) = library.books.card(OWES).payments
    assert (payment.amount.minor, payment.transaction, payment.payment_type) == (250, "T-1", "00")


def test_a_payment_without_a_number_gets_one(library):
    assert receipt(library.done("CreateUserFiscalTransaction", user(OWES), booking("payment", 100)))
    assert owed(library) == {"850001": 900, "850002": 250}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (booking("Payment", 99999), "Invalid Amount"),
        (booking("Payment", 100, currency="USD"), "Invalid Amount"),
        (booking("Payment", 0), "Invalid Amount"),
        (booking("Payment", "one"), "Invalid Amount"),
        (booking("Payment", 100, related="0"), "Element Rule Violated"),
        (booking("Present", 100), "Unknown Value From Known Scheme"),
        ("", "Needed Data Missing"),
    ],
)
def test_a_booking_is_refused(library, said, why):
    assert library.problem("CreateUserFiscalTransaction", user(OWES), said) == why
    assert owed(library) == {"850001": 1000, "850002": 250}


def test_charges_come_and_are_forgiven(library):
    about = f"<ItemDetails>{item(LENT)}</ItemDetails>"
    fee = receipt(library.done("CreateUserFiscalTransaction", user(OWES), booking("Assess", 300, more=about)))
    charged = library.books.card(OWES).fees[-1]

    assert (owed(library)[fee], str(charged.item), charged.type.value) == (300, LENT, "replacement")
    library.done("CreateUserFiscalTransaction", user(OWES), booking("Waive", 300, related=fee))
    assert owed(library) == {"850001": 1000, "850002": 250}
