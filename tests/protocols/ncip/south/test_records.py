"""What changes records and accounts: patrons, items, fees."""

from dataclasses import replace
from datetime import date

import pytest

from ncip_told import Telling, item, problem, request, user
from softdock.circulation.errors import AnswerLost, MalformedReply
from softdock.circulation.identifiers import FeeId, HoldId, ItemId, LibraryId, PatronId, Secret
from softdock.circulation.items import CirculationStatus, FeeType, MediaType
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    AcceptItem,
    AmendItem,
    AmendPatron,
    BlockPatron,
    ChargeFee,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    EnablePatron,
    EndSession,
    PayFee,
    SetItemStatus,
    WaiveFee,
)
from softdock.circulation.outcomes import Refused
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.crosswalk import STANDARD

R1, B1, PIN = PatronId("R1"), ItemId("B1"), Secret("1234")
FIVE = Money(500, "CNY")


def card(fields=""):
    return (
        f"<LookupUserResponse>{user()}<UserOptionalFields>{fields}</UserOptionalFields></LookupUserResponse>"
    )


def done(service, inner=""):
    return f"<{service}Response>{inner}</{service}Response>"


def privilege(asked, kind):
    """What a row of UserPrivilege says, and until when."""
    (row,) = (each for each in asked.all("UserPrivilege") if each.value("AgencyUserPrivilegeType") == kind)
    return row.value("UserPrivilegeStatus", "UserPrivilegeStatusType"), row.value("ValidToDate")


KNOWN = (
    "<NameInformation><PersonalNameInformation><UnstructuredPersonalUserName>Ada</UnstructuredPersonalUserName>"
    "</PersonalNameInformation></NameInformation><UserLanguage>eng</UserLanguage><UserPrivilege><AgencyId>ILS</AgencyId>"
    "<AgencyUserPrivilegeType>PROFILE</AgencyUserPrivilegeType><ValidToDate>2027-01-01T00:00:00Z</ValidToDate>"
    "<UserPrivilegeStatus><UserPrivilegeStatusType>adult</UserPrivilegeStatusType></UserPrivilegeStatus></UserPrivilege>"
)

ANY_ADDRESS = "electronic mail address"


def test_an_address_is_of_the_kind_that_the_system_calls_it():
    """What is told in place of the standard's word was understood, and never said."""
    words = replace(STANDARD.address, told={"email": ANY_ADDRESS})
    told = Telling(card(), done("UpdateUser"), card(), crosswalk=replace(STANDARD, address=words))
    told.done(AmendPatron(R1, email="ada@lib.test", phone="0571"))
    (address,) = told.asked[1].first("AddUserFields").all("UserAddressInformation")
    assert address.value("ElectronicAddress", "ElectronicAddressType") == ANY_ADDRESS


# --- patrons --------------------------------------------------------------------------------------------------


def test_a_card_is_blocked_in_the_word_of_the_system_and_freed_of_it():
    told = Telling(done("UpdateUser", user()), card(), block="Blocked by staff")
    told.done(BlockPatron(R1))
    block = told.asked[0].at("AddUserFields", "BlockOrTrap")
    assert (block.value("AgencyId"), block.value("BlockOrTrapType")) == ("ILS", "Blocked by staff")
    told = Telling(card(), done("UpdateUser", user()), card())
    told.done(EnablePatron(R1, PIN))
    assert told.services == ["LookupUser", "UpdateUser", "LookupUser"]
    assert told.asked[1].at("DeleteUserFields", "BlockOrTrap") is not None


@pytest.mark.parametrize("answer", [AnswerLost("late"), problem("LookupUser", "User Access Denied")])
def test_a_change_is_done_whatever_becomes_of_looking_at_it(answer):
    assert Telling(done("UpdateUser", user()), answer).done(BlockPatron(R1)).patron.id == R1


def test_a_patron_is_taken_in_with_everything_that_there_is_a_place_for():
    told = Telling(done("CreateUser", user("R9")), card(KNOWN), agencies={"nb": "CDL"})
    wish = CreatePatron(
        PatronId("R9"), "Ada", PIN, date(1990, 5, 17), "Street 1", "123", "a@example.org", "en", "adult", LibraryId("CDL"),
        date(2027, 1, 1), "lost",
    )  # fmt: skip
    assert told.done(wish).patron.name == "Ada"
    asked = told.asked[0]
    assert [each.value("AuthenticationInputData") for each in asked.all("AuthenticationInput")] == [
        "R9",
        "1234",
    ]
    assert privilege(asked, "PROFILE") == ("adult", "2027-01-01T00:00:00Z")
    assert privilege(asked, "LIBRARY")[0] == "nb"
    assert (asked.value("UserLanguage"), asked.value("DateOfBirth")) == ("eng", "1990-05-17T00:00:00Z")
    assert len(asked.all("UserAddressInformation")) == 3
    assert asked.has("BlockOrTrap")


def test_a_card_that_is_blocked_for_no_reason_that_is_told_is_blocked():
    told = Telling(done("CreateUser", user()), card())
    told.done(CreatePatron(R1, "Ada", blocked=""))
    assert told.asked[0].has("BlockOrTrap")


def test_nobody_without_a_name_is_taken_in():
    assert Telling().outcome(CreatePatron(R1)) == Refused(Reason.REQUEST_INCOMPLETE)


def test_until_when_a_card_is_good_needs_no_kind_of_patron():
    told = Telling(done("UpdateUser", user()), card())
    told.done(AmendPatron(R1, expires=date(2028, 1, 1)))
    assert privilege(told.asked[0].first("AddUserFields"), "PROFILE") == ("", "2028-01-01T00:00:00Z")


def test_what_is_replaced_is_deleted_as_it_is_now():
    told = Telling(card(KNOWN), done("UpdateUser", user()), card())
    told.done(AmendPatron(R1, name="Ada L."))
    name = ("NameInformation", "PersonalNameInformation", "UnstructuredPersonalUserName")
    assert told.asked[1].value("DeleteUserFields", *name) == "Ada"
    assert told.asked[1].value("AddUserFields", *name) == "Ada L."


def test_what_is_taken_away_is_named():
    told = Telling(card(KNOWN), done("UpdateUser", user()), card())
    told.done(AmendPatron(R1, language="", category="", drops=frozenset({"expires"})))
    deleted = told.asked[1].first("DeleteUserFields")
    assert deleted.value("UserLanguage") == "eng"
    assert privilege(deleted, "PROFILE") == ("adult", "2027-01-01T00:00:00Z")
    assert not told.asked[1].has("AddUserFields")


def test_to_change_nothing_is_not_asked_for():
    assert Telling().outcome(AmendPatron(R1)) == Refused(Reason.VALUE_NOT_KEPT)


def test_a_new_pin_is_told_as_such_and_is_seen_nowhere():
    told = Telling(done("UpdateUser", user()), card())
    wish = AmendPatron(R1, new_pin=PIN)
    told.done(wish)
    proof = told.asked[0].at("AddUserFields", "AuthenticationInput")
    assert (proof.value("AuthenticationInputType"), proof.value("AuthenticationInputData")) == ("PIN", "1234")
    assert "1234" not in f"{wish!r}{told.asked!r}"


def test_a_patron_is_taken_out():
    assert Telling(done("DeleteUser", user())).done(DeletePatron(R1)).patron == R1
    assert (
        Telling(problem("DeleteUser", "User Access Denied")).outcome(DeletePatron(R1)).reason
        is Reason.PATRON_IN_USE
    )


def test_the_end_of_a_session_is_nothing_that_a_system_hears_of():
    assert Telling().done(EndSession(R1)).patron == R1


# --- items ----------------------------------------------------------------------------------------------------

LOOKED = (
    f"<LookupItemResponse>{item()}<ItemOptionalFields><BibliographicDescription><Author>Ada</Author><Title>War</Title>"
    "</BibliographicDescription><ItemUseRestrictionType>Not For Loan</ItemUseRestrictionType></ItemOptionalFields></LookupItemResponse>"
)


def test_an_item_is_taken_in():
    told = Telling(done("CreateItem", item()), LOOKED)
    wish = CreateItem(
        B1, title="War", media_type=MediaType.BOOK, call_number="I 1", permanent_location="Hall", lendable=False,
        status=CirculationStatus.ON_ORDER, magnetic=True,
    )  # fmt: skip
    assert told.done(wish).item.title == "War"
    asked = told.asked[0]
    assert asked.value("CirculationStatus") == "On Order"
    assert asked.value("ItemUseRestrictionType") == "Not For Loan"
    assert asked.value("Location", "LocationName", "LocationNameInstance", "LocationNameValue") == "Hall"


def test_an_item_is_changed_value_by_value():
    told = Telling(LOOKED, done("UpdateItem", item()), LOOKED)
    told.done(AmendItem(B1, title="Peace", lendable=True))
    deleted, added = told.asked[1].first("DeleteItemFields"), told.asked[1].first("AddItemFields")
    assert deleted.value("BibliographicDescription", "Title") == "War"
    assert deleted.value("ItemUseRestrictionType") == "Not For Loan"
    assert added.value("BibliographicDescription", "Title") == "Peace"


def test_where_an_item_stands_is_said_in_the_words_of_the_standard():
    told = Telling(done("UpdateCirculationStatus", item()), LOOKED)
    told.done(SetItemStatus(B1, CirculationStatus.CLAIMED_RETURNED))
    assert told.asked[0].value("CirculationStatus") == "Claimed Returned Or Never Borrowed"


def test_an_item_is_taken_out():
    assert Telling(done("DeleteItem", item())).done(DeleteItem(B1)).item == B1


@pytest.mark.parametrize(("kept", "action"), [(True, "Hold For Pickup"), (False, "Circulate")])
def test_what_another_library_sends_is_taken_in_for_whom_it_is(kept, action):
    told = Telling(done("AcceptItem", request() + item("ILL-1")), pickup_locations={"2F": "desk-2"})
    wish = AcceptItem(
        HoldId("H1"),
        R1,
        title="War",
        owner="XYZ",
        keep_for_patron=kept,
        renewable=False,
        pickup_location="2F",
    )
    found = told.done(wish)
    (asked,) = told.asked
    assert (asked.value("RequestedActionType"), asked.value("PickupLocation")) == (action, "desk-2")
    assert asked.has("RenewalNotPermitted")
    assert (found.hold, found.item.id) == ("H1", "ILL-1")


def test_what_is_taken_in_under_no_number_could_not_be_spoken_of():
    with pytest.raises(MalformedReply):
        Telling(done("AcceptItem", request())).outcome(AcceptItem(HoldId("H1"), R1))


# --- money ----------------------------------------------------------------------------------------------------


def reference(number):
    named = f"<FiscalTransactionIdentifierValue>{number}</FiscalTransactionIdentifierValue>"
    return f"<FiscalTransactionReferenceId><AgencyId>ILS</AgencyId>{named}</FiscalTransactionReferenceId>"


def test_a_payment_goes_with_the_number_of_the_device_and_the_fee_that_is_meant():
    told = Telling(done("CreateUserFiscalTransaction", user() + reference("X1")))
    found = told.done(
        PayFee(R1, FIVE, fee_type=FeeType.OVERDUE, payment_type="00", fee=FeeId("F1"), transaction="K1")
    )
    asked = told.asked[0].first("FiscalTransactionInformation")
    number = "FiscalTransactionIdentifierValue"
    assert asked.value("FiscalTransactionReferenceId", number) == "K1"
    assert asked.value("RelatedFiscalTransactionReferenceId", number) == "F1"
    assert (asked.value("FiscalActionType"), asked.value("FiscalTransactionType")) == ("Payment", "Fine")
    assert (asked.value("PaymentMethodType"), asked.value("Amount", "MonetaryValue")) == ("Cash", "500")
    assert found.transaction == "X1"


@pytest.mark.parametrize(
    ("wish", "action"),
    [
        (ChargeFee(R1, FIVE, item=B1, note="torn"), "Assess"),
        (WaiveFee(R1, FIVE, FeeId("F1"), "sorry"), "Waive"),
    ],
)
def test_what_is_charged_and_what_is_forgiven_is_known_by_a_number(wish, action):
    told = Telling(done("CreateUserFiscalTransaction", user() + reference("X1")))
    assert told.done(wish).fee == "X1"
    asked = told.asked[0].first("FiscalTransactionInformation")
    assert (asked.value("FiscalActionType"), asked.value("FiscalTransactionDescription")) == (
        action,
        wish.note,
    )


def test_a_charge_that_nobody_gives_a_number_could_not_be_spoken_of():
    with pytest.raises(MalformedReply):
        Telling(done("CreateUserFiscalTransaction", user())).outcome(ChargeFee(R1, FIVE))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("Invalid Amount", Reason.AMOUNT_INVALID),
        ("Duplicate Fiscal Transaction", Reason.FEE_EXISTS),
        ("Account Access Denied", Reason.DECLINED),
    ],
)
def test_why_a_payment_is_not_booked(kind, reason):
    assert Telling(problem("CreateUserFiscalTransaction", kind)).outcome(PayFee(R1, FIVE)).reason is reason
