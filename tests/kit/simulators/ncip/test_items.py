"""Items of a system that speaks NCIP, one by one and in sets."""

import pytest

from ncip_simulated import (
    FOR_THE_HOUSE,
    FREE,
    FREE_TOO,
    FULL,
    GOOD,
    LATE,
    LENT,
    OF_EAST,
    READY,
    WAITED_FOR,
    Library,
    given,
    item,
    request,
    title,
    user,
    wanted,
)

STATUS = wanted("ItemElementType", "Circulation Status")


@pytest.fixture
def library():
    return Library()


def status(library, number):
    return library.done("LookupItem", item(number), STATUS).value("ItemOptionalFields", "CirculationStatus")


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (FREE, "Available On Shelf"),
        (LENT, "On Loan"),
        (WAITED_FOR, "Recalled"),
        (READY, "Available For Pickup"),
        ("05000009", "Lost"),
    ],
)
def test_an_item_has_a_status(library, number, word):
    assert status(library, number) == word


def test_an_item_is_told_as_far_as_is_asked_for(library):
    words = wanted("ItemElementType", "Bibliographic Description", "Location", "Item Description", "Date Due", "Item Use Restriction Type", "Hold Queue Length")  # fmt: skip
    said = library.done("LookupItem", item(LENT), words).first("ItemOptionalFields")

    assert said.value("BibliographicDescription", "Author") == "施耐庵著"
    assert said.value("BibliographicDescription", "MediumType") == "Book"
    assert said.value("ItemDescription", "CallNumber") == "I242.4/3"
    assert said.value("HoldQueueLength") == "0"
    assert said.value("Location", "LocationName", "LocationNameInstance", "LocationNameValue") == "MAIN"
    assert said.value("DateDue") == "2026-03-30T15:59:59Z"
    assert not said.has("ItemUseRestrictionType")
    house = library.done("LookupItem", item(FOR_THE_HOUSE), words).first("ItemOptionalFields")
    assert house.value("ItemUseRestrictionType") == "Not For Loan"
    assert not library.done("LookupItem", item(LENT)).has("ItemOptionalFields")


def test_who_has_an_item_is_told_on_demand(library):
    said = library.done("LookupItem", item(LATE), "<CurrentBorrowerDesired/>")

    assert said.value("ItemTransaction", "CurrentBorrower", "UserId", "UserIdentifierValue") == FULL
    assert not library.done("LookupItem", item(LATE)).has("ItemTransaction")


def test_an_item_is_looked_up_by_a_request_for_it(library):
    asked = library.done("RequestItem", user(GOOD), item(LATE), request("R-1"), given("RequestType", "Hold"), given("RequestScopeType", "Item"))  # fmt: skip
    said = library.done("LookupItem", request("R-1"))

    assert asked.value("RequestId", "RequestIdentifierValue") == "R-1"
    assert said.value("ItemId", "ItemIdentifierValue") == LATE
    assert library.problem("LookupItem", request("0")) == "Unknown Item"
    assert library.problem("LookupItem") == "Needed Data Missing"


# --- sets ---------------------------------------------------------------------------------------------


def numbers(said):
    return [
        each.value("ItemId", "ItemIdentifierValue")
        for bib in said.all("BibInformation")
        for holdings in bib.all("HoldingsSet")
        for each in holdings.all("ItemInformation")
    ]


def test_a_title_is_told_with_its_items(library):
    said = library.done("LookupItemSet", title("905000001"), wanted("ItemElementType", "Bibliographic Description", "Circulation Status"))  # fmt: skip
    (bib,) = said.all("BibInformation")

    assert numbers(said) == [FREE, FREE_TOO]
    assert bib.value("BibliographicDescription", "Title") == "模拟三国演义"
    assert bib.value("TitleHoldQueueLength") == "0"
    assert not said.has("NextItemToken")


def test_a_set_is_told_page_by_page(library):
    asked = (title("905000001"), title("905000004"), given("MaximumItemsCount", "2"))
    first = library.done("LookupItemSet", *asked)
    second = library.done("LookupItemSet", *asked, given("NextItemToken", first.value("NextItemToken")))

    assert (numbers(first), numbers(second)) == ([FREE, FREE_TOO], [LATE])
    assert not second.has("NextItemToken")
    for token in ("N99", "x", "9" * 5_000):
        said = library.problem("LookupItemSet", *asked, given("NextItemToken", token))
        assert said == "Element Rule Violated"


def test_what_is_not_found_does_not_spoil_a_set(library):
    said = library.done("LookupItemSet", item("0"), item(OF_EAST))
    bad, good = said.all("BibInformation")

    assert bad.value("Problem", "ProblemType") == "Unknown Item"
    assert good.has("HoldingsSet")
    assert library.problem("LookupItemSet") == "Needed Data Missing"
    assert library.problem("LookupItemSet", "<HoldingsSetId>1</HoldingsSetId>") == "Unsupported Service"


# --- changing -----------------------------------------------------------------------------------------


def test_a_status_is_set(library):
    library.done("UpdateCirculationStatus", item(OF_EAST), given("CirculationStatus", "missing"))

    assert status(library, OF_EAST) == "Missing"
    assert library.problem("UpdateCirculationStatus", item(OF_EAST)) == "Needed Data Missing"
    assert (
        library.problem("UpdateCirculationStatus", item(OF_EAST), given("CirculationStatus", "Eaten"))
        == "Unknown Value From Known Scheme"
    )


def test_what_is_known_of_an_item_is_changed(library):
    place = "<Location><LocationType>Permanent Location</LocationType><LocationName><LocationNameInstance><LocationNameLevel>1</LocationNameLevel><LocationNameValue>EAST</LocationNameValue></LocationNameInstance></LocationName></Location>"
    number = f"<ItemDescription>{given('CallNumber', 'I242.4/1')}</ItemDescription>"
    library.done("UpdateItem", item(FREE), f"<DeleteItemFields>{number}</DeleteItemFields>", f"<AddItemFields>{given('ItemUseRestrictionType', 'Not For Loan')}{place}</AddItemFields>")  # fmt: skip
    record = library.books.copy(FREE).item

    assert (record.call_number, record.permanent_location, record.lendable) == ("", "EAST", False)


def test_items_come_and_go(library):
    about = "<BibliographicDescription><Title>New</Title></BibliographicDescription>"
    library.done("CreateItem", item("05000099"), about, given("SecurityMarker", "None"))
    record = library.books.copy("05000099").item

    assert (record.title, record.security_marker.value) == ("New", "none")
    assert library.problem("CreateItem", item("05000099"), about) == "Duplicate Item"
    assert library.problem("CreateItem", item("05000098")) == "Needed Data Missing"
    library.done("DeleteItem", item("05000099"))
    assert library.books.copy("05000099") is None
    assert library.problem("DeleteItem", item(LENT)) == "Element Rule Violated"
