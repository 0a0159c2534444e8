"""Patrons that partners take in, change and take out, seen again as devices see them."""

from dataclasses import replace
from datetime import date

import pytest

from ncip_partner import NcipPartner, finished, problems
from ncip_requests import AUTHENTICATION, NAME, USER
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.items import CirculationStatus
from softdock.circulation.operations import Checkout, LookupItem, LookupPatron
from softdock.circulation.outcomes import PinCheck, Refused
from softdock.circulation.patrons import Standing
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.north.partner import Profile

NEW = "<UserId><UserIdentifierValue>N0001</UserIdentifierValue></UserId>"
PIN = AUTHENTICATION.format("1234", "PIN")


def structured(given, surname):
    return (
        "<NameInformation><PersonalNameInformation><StructuredPersonalUserName>"
        f"<GivenName>{given}</GivenName><Surname>{surname}</Surname>"
        "</StructuredPersonalUserName></PersonalNameInformation></NameInformation>"
    )


def electronic(kind, data):
    return (
        "<UserAddressInformation><UserAddressRoleType>Home</UserAddressRoleType><ElectronicAddress>"
        f"<ElectronicAddressType>{kind}</ElectronicAddressType>"
        f"<ElectronicAddressData>{data}</ElectronicAddressData></ElectronicAddress></UserAddressInformation>"
    )


def postal(inner):
    return (
        "<UserAddressInformation><UserAddressRoleType>Home</UserAddressRoleType><PhysicalAddress>"
        f"{inner}<PhysicalAddressType>Postal Address</PhysicalAddressType></PhysicalAddress>"
        "</UserAddressInformation>"
    )


def privilege(row, word, until=""):
    until = f"<ValidToDate>{until}</ValidToDate>" if until else ""
    return (
        f"<UserPrivilege><AgencyId>CDL</AgencyId><AgencyUserPrivilegeType>{row}</AgencyUserPrivilegeType>{until}"
        f"<UserPrivilegeStatus><UserPrivilegeStatusType>{word}</UserPrivilegeStatusType></UserPrivilegeStatus>"
        "</UserPrivilege>"
    )


def trap(kind):
    return f"<BlockOrTrap><AgencyId>CDL</AgencyId><BlockOrTrapType>{kind}</BlockOrTrapType></BlockOrTrap>"


STREET = "<StructuredAddress><Street>1 High St</Street><Locality>Town</Locality><PostalCode>X1</PostalCode></StructuredAddress>"
EVERYTHING = (
    structured("Anna", "Smith")
    + postal(STREET)
    + electronic("mailto", "mailto:anna@example.org")
    + electronic("TEL", "555-1")
    + electronic("http", "http://example.org")
    + "<DateOfBirth>1990-05-17T00:00:00+08:00</DateOfBirth><UserLanguage>ger</UserLanguage>"
    + privilege("PROFILE", "child", "2027-06-30T00:00:00Z")
    + privilege("STATUS", "OK")
    + privilege("LIBRARY", "CQL")
)


@pytest.fixture
def partner():
    return NcipPartner()


def patron(partner, number="N0001", pin=None):
    return partner.done(LookupPatron(PatronId(number), pin and Secret(pin)))


def create(partner, inner):
    return partner.ask(f"<CreateUser>{inner}</CreateUser>")


def update(partner, deleted="", added="", user=USER):
    fields = f"<DeleteUserFields>{deleted}</DeleteUserFields>" if deleted else ""
    fields += f"<AddUserFields>{added}</AddUserFields>" if added else ""
    return partner.ask(f"<UpdateUser>{user}{fields}</UpdateUser>")


# --- CreateUser ---------------------------------------------------------------------------------------


def test_who_is_taken_in_is_there_with_all_that_was_said(partner):
    response = create(partner, NEW + EVERYTHING)

    assert response.value("UserId", "UserIdentifierValue") == "N0001"
    found = patron(partner).patron
    assert (found.name, found.address) == ("Smith, Anna", "1 High St\nX1 Town")
    assert (found.email, found.phone, found.language) == ("anna@example.org", "555-1", "de")
    assert (found.birth_date, found.expires) == (date(1990, 5, 17), date(2027, 6, 30))
    assert (found.category, found.home_library) == ("child", "CQL")
    assert not found.standing


def test_the_library_gives_a_number_where_none_is_proposed_and_tells_it(partner):
    number = create(partner, NAME).value("UserId", "UserIdentifierValue")

    assert patron(partner, number).patron.name == "Li Si"


def test_a_number_and_a_pin_may_come_as_what_proves_the_patron(partner):
    create(partner, AUTHENTICATION.format("N0001", "Barcode Id") + PIN + NAME)

    assert patron(partner, pin="1234").pin is PinCheck.RIGHT


def test_a_pin_alone_is_for_the_number_that_the_library_gives(partner):
    number = create(partner, PIN + NAME).value("UserId", "UserIdentifierValue")

    assert patron(partner, number, "1234").pin is PinCheck.RIGHT


def test_nobody_is_taken_in_twice_under_one_number(partner):
    response = create(partner, USER + NAME)

    assert problems(response) == ["Duplicate User"]
    assert response.at("Problem").value("ProblemElement") == "UserIdentifierValue"
    assert response.at("Problem").value("ProblemValue") == "R0001"


def test_a_patron_without_a_name_is_not_taken_in(partner):
    assert problems(create(partner, NEW)) == ["Needed Data Missing"]


@pytest.mark.parametrize("word", ["BLOCKED", "barred", "Expired", "N"])
def test_whoever_is_taken_in_with_a_blocking_word_may_borrow_nothing(partner, word):
    create(partner, NEW + NAME + privilege("STATUS", word))

    assert Standing.CHECKOUT_DENIED in patron(partner).patron.standing


def test_the_name_of_an_organization_is_a_name(partner):
    create(
        partner,
        NEW + "<NameInformation><OrganizationNameInformation><OrganizationNameType>Official Name"
        "</OrganizationNameType><OrganizationName>Another library</OrganizationName>"
        "</OrganizationNameInformation></NameInformation>",
    )

    assert patron(partner).patron.name == "Another library"


@pytest.mark.parametrize(
    ("profile", "given", "surname", "name"),
    [
        (Profile(), "小明", "王", "王小明"),
        (Profile(given_name_first=True), "小明", "王", "王小明"),
        (Profile(), "Anna", "Smith", "Smith, Anna"),
        (Profile(given_name_first=True), "Anna", "Smith", "Anna Smith"),
        (Profile(), "", "Smith", "Smith"),
    ],
)
def test_a_name_in_parts_is_put_together_as_it_is_written_there(profile, given, surname, name):
    partner = NcipPartner(profile)
    create(partner, NEW + structured(given, surname))

    assert patron(partner).patron.name == name


def test_an_address_of_markup_is_refused(partner):
    html = "<UnstructuredAddress><UnstructuredAddressType>HTML</UnstructuredAddressType><UnstructuredAddressData>x</UnstructuredAddressData></UnstructuredAddress>"

    assert problems(create(partner, NEW + NAME + postal(html))) == ["Element Rule Violated"]


def test_what_is_longer_than_any_name_is_refused(partner):
    assert problems(create(partner, NEW + structured("", "x" * 2000))) == ["Element Rule Violated"]


@pytest.mark.parametrize("number", ["a|b", "x" * 200, "a&#10;b"])
def test_a_number_that_no_system_could_be_asked_for_is_refused(partner, number):
    proposed = f"<UserId><UserIdentifierValue>{number}</UserIdentifierValue></UserId>"

    assert problems(create(partner, proposed + NAME)) == ["Element Rule Violated"]


# --- UpdateUser ---------------------------------------------------------------------------------------


def test_a_value_that_is_changed_is_in_both_parts(partner):
    response = update(
        partner,
        electronic("tel", "028-86110001") + "<DateOfBirth>1990-05-17T00:00:00Z</DateOfBirth>",
        electronic("tel", "1") + electronic("tel", "2") + "<DateOfBirth>1991-01-01T00:00:00Z</DateOfBirth>",
    )

    assert response.value("UserId", "UserIdentifierValue") == "R0001"
    found = patron(partner, "R0001").patron
    assert (found.phone, found.birth_date) == ("1", date(1991, 1, 1))
    assert found.email == "wang.xiaoming@example.org"


def test_what_is_only_added_takes_the_place_of_what_was_there(partner):
    update(partner, added=NAME + electronic("electronic mail address", "b@example.org"))

    found = patron(partner, "R0001").patron
    assert (found.name, found.email) == ("Li Si", "b@example.org")


def test_what_is_only_deleted_is_gone(partner):
    update(
        partner,
        electronic("mailto", "WANG.xiaoming@example.org")
        + "<DateOfBirth>1990-05-17T00:00:00Z</DateOfBirth>"
        + postal("<StructuredAddress><Street>成都市青羊区人民西路4号</Street></StructuredAddress>")
        + privilege("PROFILE", "adult", "2099-12-31T00:00:00Z"),
    )

    found = patron(partner, "R0001").patron
    assert (found.email, found.birth_date, found.address, found.expires) == ("", None, "", None)


@pytest.mark.parametrize(
    ("deleted", "element"),
    [
        (electronic("tel", "1"), "UserAddressInformation"),
        (electronic("mailto", "x@example.org"), "UserAddressInformation"),
        (postal(STREET), "UserAddressInformation"),
        (electronic("ftp", "1"), "ElectronicAddress"),
        ("<DateOfBirth>2000-01-01T00:00:00Z</DateOfBirth>", "DateOfBirth"),
        ("<UserLanguage>eng</UserLanguage>", "UserLanguage"),
        (privilege("PROFILE", "child"), "UserPrivilege"),
        (privilege("PROFILE", "adult", "2001-01-01T00:00:00Z"), "ValidToDate"),
        (privilege("LIBRARY", "XYZ"), "UserPrivilege"),
        (structured("", "王小明"), "NameInformation"),
        (AUTHENTICATION.format("1234", "PIN"), "AuthenticationInput"),
        (AUTHENTICATION.format("R0001", "Barcode Id"), "AuthenticationInput"),
    ],
)
def test_what_is_not_there_or_has_to_stay_is_not_deleted_and_nothing_else_is_done(partner, deleted, element):
    before = patron(partner, "R0001")
    response = update(partner, deleted, electronic("tel", "7") if "tel" not in deleted else "")

    assert problems(response) == ["Unable To Delete Element"]
    assert response.at("Problem").value("ProblemElement") == element
    assert patron(partner, "R0001") == before


def test_a_block_that_is_not_there_can_not_be_deleted(partner):
    assert problems(update(partner, trap("Block Check Out"))) == ["Unable To Delete Element"]


def test_a_card_is_blocked_and_freed_by_its_traps(partner):
    update(partner, added=trap("Block Hold"))
    assert isinstance(refusal(partner), Refused)

    update(partner, deleted=trap("Block Hold"))
    assert partner.done(Checkout(PatronId("R0001"), ItemId("CD0001")))


def refusal(partner):
    return finished(partner.desk.perform(partner.account, Checkout(PatronId("R0001"), ItemId("CD0001"))))


def test_a_card_is_blocked_and_freed_by_the_word_of_its_status(partner):
    update(partner, added=privilege("STATUS", "BLOCKED"))
    assert refusal(partner).reason is Reason.PATRON_BLOCKED

    update(partner, added=privilege("STATUS", "ACTIVE"))
    assert not patron(partner, "R0001").patron.standing


def test_that_a_good_card_is_good_changes_nothing(partner):
    assert not problems(update(partner, added=privilege("STATUS", "OK")))


def test_a_pin_is_changed_by_whoever_knows_the_old_one(partner):
    old, new = AUTHENTICATION.format("1234", "PIN"), AUTHENTICATION.format("4711", "PIN")
    update(partner, old, new)
    assert patron(partner, "R0001", "4711").pin is PinCheck.RIGHT

    response = update(partner, old, new)
    assert problems(response) == ["Unable To Delete Element"]
    assert not response.at("Problem").value("ProblemValue")


def test_what_the_library_has_no_place_for_can_not_be_added_alone(partner):
    response = update(partner, added=electronic("ftp", "ftp://example.org"))

    assert problems(response) == ["Unable To Add Element"]
    assert not problems(
        update(partner, added=electronic("ftp", "ftp://example.org") + electronic("tel", "1"))
    )


def test_a_wrong_pin_changes_nothing_and_tells_nothing(partner):
    response = update(partner, added=NAME, user=USER + AUTHENTICATION.format("9999", "PIN"))

    assert problems(response) == ["User Authentication Failed"]
    assert patron(partner, "R0001").patron.name == "王小明"


def test_a_partner_that_has_to_bring_pins_changes_nothing_without(partner):
    partner = NcipPartner(require_pin=True)

    assert problems(update(partner, added=NAME)) == ["User Authentication Failed"]


def test_an_update_of_nobody_is_of_an_unknown_user(partner):
    response = update(partner, added=NAME, user=NEW)

    assert problems(response) == ["Unknown User"]
    assert response.at("Problem").value("ProblemValue") == "N0001"


def test_fields_that_are_sent_empty_say_nothing(partner):
    before = patron(partner, "R0001")
    empty = (
        structured("", "")
        + electronic("", "").replace("Home", "")
        + "<DateOfBirth/><UserLanguage/>"
        + privilege("", "")
        + trap("")
    )

    assert not problems(update(partner, empty, empty))
    assert patron(partner, "R0001") == replace(before)


# --- DeleteUser ---------------------------------------------------------------------------------------


def test_who_is_deleted_is_gone(partner):
    create(partner, NEW + NAME)

    assert partner.ask(f"<DeleteUser>{NEW}</DeleteUser>").value("UserId", "UserIdentifierValue") == "N0001"
    assert problems(partner.ask(f"<LookupUser>{NEW}</LookupUser>")) == ["Unknown User"]
    assert problems(partner.ask(f"<DeleteUser>{NEW}</DeleteUser>")) == ["Unknown User"]


def test_whoever_has_something_stays(partner):
    response = partner.ask(f"<DeleteUser>{USER}</DeleteUser>")

    assert len(problems(response)) == 1
    assert partner.done(LookupItem(ItemId("CD0004"))).status is CirculationStatus.CHARGED


def test_a_card_for_ever_ends_on_the_last_day(partner):
    """In the library's zone, the last second of UTC is on no day any more."""
    privileges = privilege("PROFILE", "adult", "9999-12-31T23:59:59Z")
    assert (
        problems(partner.ask(f"<UpdateUser>{USER}<AddUserFields>{privileges}</AddUserFields></UpdateUser>"))
        == []
    )
    assert patron(partner, "R0001").patron.expires == date(9999, 12, 31)
