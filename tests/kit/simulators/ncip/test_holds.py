"""Requests at a system that speaks NCIP, and items that other libraries send for them."""

import pytest

from ncip_simulated import (
    BLOCKED,
    FREE,
    GOOD,
    LATE,
    LENT,
    OF_EAST,
    OWES,
    READY,
    WAITS,
    Library,
    given,
    item,
    request,
    title,
    user,
    wanted,
)

HOLD = given("RequestType", "Hold")
ONE = HOLD + given("RequestScopeType", "Item")
ANY = HOLD + given("RequestScopeType", "Bibliographic Item")
STATUS = wanted("RequestElementType", "Request Status Type", "Hold Queue Position", "Pickup Location")


@pytest.fixture
def library():
    return Library()


def waiting(library, number):
    return [(str(hold.name), hold.item or hold.title_id) for hold in library.books.card(number).holds]


def named(said):
    return said.value("RequestId", "RequestIdentifierValue")


def test_an_item_is_asked_for_and_given_up(library):
    said = library.done("RequestItem", user(GOOD), item(LATE), ONE, given("PickupLocation", "EAST"))
    (hold,) = library.books.card(GOOD).holds

    assert named(said) == hold.name
    assert (hold.item, hold.pickup_location) == (LATE, "EAST")
    assert said.value("RequestScopeType") == "Item"
    library.done("CancelRequestItem", user(GOOD), request(named(said)), HOLD)
    assert library.books.card(GOOD).holds == ()


def test_a_request_keeps_the_name_that_its_partner_gave_it(library):
    library.done("RequestItem", user(GOOD), item(LATE), request("R-1"), ONE)

    assert waiting(library, GOOD) == [("R-1", LATE)]
    assert named(library.done("LookupRequest", request("R-1"))) == "R-1"


def test_a_title_is_asked_for(library):
    said = library.done("RequestItem", user(GOOD), title("905000001"), ANY)

    assert said.value("ItemId", "ItemIdentifierValue") == FREE
    assert library.books.copy(FREE).hold.patron == GOOD
    assert said.has("HoldPickupDate")


def test_a_title_with_an_item_of_it_is_any_copy_if_so_wished(library):
    library.done("RequestItem", user(GOOD), title("905000004"), item(LATE), ANY)

    assert library.books.card(GOOD).holds[0].item is None


@pytest.mark.parametrize(
    ("who", "what", "why"),
    [
        ("0", item(LATE) + ONE, "Unknown User"),
        (GOOD, item("0") + ONE, "Unknown Item"),
        (GOOD, title("0") + ANY, "Unknown Item"),
        (BLOCKED, item(LATE) + ONE, "User Blocked"),
        (GOOD, item(LENT) + ONE, "User Ineligible To Request This Item"),
        (WAITS, item(READY) + ONE, "Duplicate Request"),
        (GOOD, item(LATE) + ONE + given("NeedBeforeDate", "2026-01-01T00:00:00Z"), "Invalid Date"),
        (GOOD, item(LATE) + ONE + given("NeedBeforeDate", "soon"), "Invalid Date"),
        (GOOD, item(LATE) + HOLD, "Needed Data Missing"),
        (GOOD, item(LATE) + given("RequestScopeType", "Item"), "Needed Data Missing"),
        (GOOD, ONE, "Needed Data Missing"),
    ],
)
def test_a_request_is_refused(library, who, what, why):
    before = library.books.state()

    assert library.problem("RequestItem", user(who), what) == why
    assert library.books.state() == before


def test_a_request_is_looked_up_by_its_name_or_by_who_and_what(library):
    by_item = library.done("LookupRequest", user(WAITS), item(READY), HOLD, STATUS)
    by_name = library.done("LookupRequest", request(named(by_item)), STATUS)

    for said in (by_item, by_name):
        assert said.value("RequestStatusType") == "Available For Pickup"
        assert said.value("PickupLocation") == "MAIN"
        assert said.value("ItemId", "ItemIdentifierValue") == READY
    assert library.problem("LookupRequest", request("0")) == "Unknown Request"
    assert library.problem("LookupRequest", user(GOOD), item(READY), HOLD) == "Unknown Request"


def test_a_request_that_was_given_up_is_processed_already(library):
    library.done("RequestItem", user(GOOD), item(LATE), request("R-1"), ONE)
    library.done("CancelRequestItem", user(GOOD), request("R-1"), HOLD)

    assert library.problem("CancelRequestItem", user(GOOD), request("R-1"), HOLD) == "Request Already Processed"  # fmt: skip
    assert library.problem("CancelRequestItem", user(OWES), item(LATE), HOLD) == "Unknown Request"
    assert library.problem("CancelRequestItem", user(OWES), HOLD) == "Needed Data Missing"


def test_a_request_is_changed(library):
    library.done("RequestItem", user(GOOD), item(LATE), request("R-1"), ONE)
    new = f"<AddRequestFields>{given('PickupLocation', 'EAST')}{given('NeedBeforeDate', '2026-05-01T00:00:00')}</AddRequestFields>"
    said = library.done("UpdateRequestItem", request("R-1"), new)
    (hold,) = library.books.card(GOOD).holds

    assert said.value("UserId", "UserIdentifierValue") == GOOD
    assert (hold.pickup_location, hold.expires.date().isoformat()) == ("EAST", "2026-05-01")


def test_where_requests_have_no_names_who_and_what_tell_them():
    library = Library(names_requests=False)
    said = library.done("RequestItem", user(GOOD), item(LATE), request("R-1"), ONE)
    asked = library.done("RequestItem", user(OWES), title("905000004"), ANY)

    assert not said.has("RequestId")
    assert said.value("ItemId", "ItemIdentifierValue") == LATE
    assert waiting(library, GOOD)[0][0] != "R-1"
    assert library.problem("LookupRequest", request("R-1")) == "Needed Data Missing"
    library.done("LookupRequest", user(GOOD), item(LATE), HOLD)
    library.done("CancelRequestItem", user(GOOD), item(LATE), HOLD)
    assert waiting(library, GOOD) == []
    of_title = asked.value("ItemId", "ItemIdentifierValue")
    library.done("LookupRequest", user(OWES), item(of_title), HOLD)
    library.done("CancelRequestItem", user(OWES), item(of_title), HOLD)
    assert waiting(library, OWES) == []


def test_an_item_of_another_library_is_kept_for_its_patron(library):
    about = "<ItemOptionalFields><BibliographicDescription><Author>A</Author><Title>From Afar</Title></BibliographicDescription></ItemOptionalFields>"
    said = library.done(
        "AcceptItem", request("R-9"), given("RequestedActionType", "Hold For Pickup"), user(GOOD),
        given("DateForReturn", "2026-04-01T00:00:00Z"), about, given("PickupLocation", "MAIN"),
    )  # fmt: skip
    copy = library.books.copy(said.value("ItemId", "ItemIdentifierValue"))

    assert named(said) == "R-9"
    assert (copy.item.title, copy.hold.patron, copy.hold.name) == ("From Afar", GOOD, "R-9")
    assert copy.item.stay.renewable
    taken = library.problem("AcceptItem", request("R-8"), given("RequestedActionType", "Hold For Pickup"), user(GOOD), item(OF_EAST))  # fmt: skip
    assert taken == "Cannot Accept Item"
