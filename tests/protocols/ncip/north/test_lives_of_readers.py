"""Lives whose partner serves the library's own patrons: a self-service device, a discovery system, a till."""

import pytest

from ncip_lives import (
    a_request,
    a_title,
    a_user,
    an_item,
    booking,
    credentials,
    happened,
    hold,
    values,
    wanted,
)
from ncip_partner import problems
from softdock.circulation.reasons import Reason

READER, OTHER = a_user("R0001"), a_user("R0011")
BOOK = an_item("CD0005")
CARD = credentials("R0001", "1234")
NUMBER = ("ItemId", "ItemIdentifierValue")
REFERENCE = ("FiscalTransactionReferenceId", "FiscalTransactionIdentifierValue")


# --- self service ---------------------------------------------------------------------------------------


def test_a_reader_borrows_renews_and_returns_at_a_device_that_speaks_ncip(life):
    prompts = wanted("AgencyElementType", "Organization Name Information", "Authentication Prompt")
    assert life.does("LookupAgency", "<AgencyId>CDL</AgencyId>", prompts).has("OrganizationNameInformation")
    blocks = wanted("UserElementType", "Block Or Trap", "Name Information")
    known = life.does("LookupUser", CARD, blocks, "<LoanedItemsDesired/><UserFiscalAccountDesired/>")
    assert values(known.all("LoanedItem"), *NUMBER) == ["CD0004"]
    assert not known.first("UserOptionalFields").has("BlockOrTrap")
    assert life.cannot("LookupUser", credentials("R0001", "9999")) == "User Authentication Failed"

    status = wanted("ItemElementType", "Circulation Status")
    shown = life.does("LookupItem", BOOK, status)
    assert shown.value("ItemOptionalFields", "CirculationStatus") == "Available On Shelf"
    lent = life.does("CheckOutItem", CARD, BOOK)
    assert life.loans("R0001") == ["CD0004", "CD0005"]
    assert life.kiosk_lends("CD0005", "R0011") is Reason.ITEM_LENT_TO_ANOTHER

    life.days_pass(3)
    renewed = life.does("RenewItem", CARD, BOOK)
    assert renewed.value("DateDue") > lent.value("DateDue")
    assert life.does("RenewItem", CARD, BOOK).value("RenewalCount") == "2"
    assert life.cannot("RenewItem", CARD, BOOK) == "Maximum Renewals Exceeded"

    assert life.does("CheckInItem", BOOK).value("UserId", "UserIdentifierValue") == "R0001"
    assert life.cannot("CheckInItem", BOOK) == "Item Not Checked Out"
    assert life.loans("R0001") == ["CD0004"]


def test_a_loan_whose_tag_stays_alarmed_is_undone(life):
    life.does("CheckOutItem", CARD, BOOK)

    life.does("UndoCheckOutItem", BOOK, CARD)

    assert life.loans("R0001") == ["CD0004"]
    assert life.does("UndoCheckOutItem", BOOK, CARD).has("ItemId"), "said again, it is as well done"
    assert life.kiosk_lends("CD0005", "R0011")
    assert life.cannot("UndoCheckOutItem", BOOK, READER) == "Unknown Item"
    assert life.loans("R0011") == ["CD0005"]


def test_a_loan_that_was_renewed_is_not_undone(life):
    """The check-out is not what came just before, and a renewal is not what is asked about."""
    life.does("CheckOutItem", CARD, BOOK)
    life.days_pass(3)
    due = life.does("RenewItem", CARD, BOOK).value("DateDue")

    assert life.cannot("UndoCheckOutItem", BOOK, CARD) == "Unknown Item"

    assert life.loans("R0001") == ["CD0004", "CD0005"]
    (loan,) = [
        each
        for each in life.does("LookupUser", READER, "<LoanedItemsDesired/>").all("LoanedItem")
        if each.value(*NUMBER) == "CD0005"
    ]
    assert loan.value("DateDue") == due


def test_what_happened_while_the_line_was_down_is_booked_as_it_happened(life):
    """A blocked card got its book, a late one came back in time, and what was told twice is booked once."""
    at = happened("2026-03-01T09:00:00Z")
    blocked = a_user("R0005")
    assert life.cannot("CheckOutItem", blocked, BOOK) == "User Blocked"

    lent = life.does(
        "CheckOutItem", at, blocked, BOOK, "<DesiredDateDue>2026-03-08T00:00:00Z</DesiredDateDue>"
    )
    assert lent.value("DateDue") == "2026-03-08T00:00:00Z"
    again = life.does(
        "CheckOutItem", at, blocked, BOOK, "<DesiredDateDue>2026-03-08T00:00:00Z</DesiredDateDue>"
    )
    assert again.value("DateDue") == "2026-03-08T00:00:00Z"
    assert life.loans("R0005") == ["CD0005"]

    life.days_pass(10)
    life.does("CheckInItem", happened("2026-03-07T09:00:00Z"), BOOK)
    assert life.loans("R0005") == []
    assert life.balance("R0005") == 0, "it came back before it was due"


def test_a_return_that_is_told_late_does_not_end_the_loan_of_who_has_the_book_by_now(life):
    life.does("CheckOutItem", CARD, BOOK)
    life.days_pass(2)
    life.kiosk_takes_back("CD0005")
    life.kiosk_lends("CD0005", "R0011")

    life.does("CheckInItem", happened("2026-03-03T09:00:00Z"), BOOK)

    assert life.loans("R0011") == ["CD0005"]


def test_a_renewal_that_is_told_late_ends_when_the_reader_was_told(life):
    life.does("CheckOutItem", CARD, BOOK)
    at = happened("2026-03-02T01:00:00Z")

    life.does("RenewItem", at, CARD, BOOK, "<DesiredDateDue>2026-05-01T00:00:00Z</DesiredDateDue>")

    (due,) = [
        each.value("DateDue")
        for each in life.does("LookupUser", READER, "<LoanedItemsDesired/>").all("LoanedItem")
        if each.value(*NUMBER) == "CD0005"
    ]
    assert due == "2026-05-01T00:00:00Z"


# --- discovery ------------------------------------------------------------------------------------------


def copies_of(response):
    """The items of a page, in order."""
    return [
        item.value(*NUMBER)
        for title in response.all("BibInformation")
        for holdings in title.all("HoldingsSet")
        for item in holdings.all("ItemInformation")
    ]


def test_many_copies_are_shown_page_by_page(life):
    if not life.only_in_version_two("LookupItemSet"):
        pytest.skip("version 1 has no LookupItemSet")
    numbers = [f"NEW{number:03}" for number in range(25)]
    about = (
        "<BibliographicDescription><BibliographicRecordId><BibliographicRecordIdentifier>T0001"
        "</BibliographicRecordIdentifier><AgencyId>CDL</AgencyId></BibliographicRecordId><Title>三体</Title>"
        "</BibliographicDescription>"
    )
    for number in numbers:
        life.does("CreateItem", an_item(number), about)
    life.kiosk_lends("NEW007", "R0001")
    status = wanted("ItemElementType", "Circulation Status", "Date Due")

    seen, token, pages = [], "", 0
    while pages == 0 or token:
        page = life.does("LookupItemSet", a_title("T0001"), status, "<MaximumItemsCount>10</MaximumItemsCount>",
                         f"<NextItemToken>{token}</NextItemToken>" if token else "")  # fmt: skip
        seen += copies_of(page)
        token, pages = page.value("NextItemToken"), pages + 1

    assert pages == 3
    assert sorted(seen) == ["CD0001", "CD0002", "CD0003", *numbers]


def at(place):
    return f"<PickupLocation>{place}</PickupLocation>"


def test_a_catalogue_places_a_hold_on_a_title_moves_it_and_withdraws_it(life):
    placed = life.does("RequestItem", READER, a_title("T0001"), hold("Bibliographic Item"), at("总馆"))
    number = placed.value("RequestId", "RequestIdentifierValue")
    (waiting,) = life.holds("R0001").values()
    assert (waiting.id, waiting.available, waiting.pickup_location) == (
        number,
        True,
        life.only_in_version_two("总馆"),
    )
    assert life.kiosk_lends(waiting.item.id, "R0011") is Reason.ITEM_ON_HOLD
    assert (
        life.cannot("RequestItem", READER, a_title("T0001"), hold("Bibliographic Item"))
        == "Duplicate Request"
    )

    life.does(
        "UpdateRequestItem", a_request(number),
        f"<DeleteRequestFields>{at('总馆')}</DeleteRequestFields>" if life.only_in_version_two("总馆") else "",
        f"<AddRequestFields><NeedBeforeDate>2026-03-20T00:00:00Z</NeedBeforeDate>{at('高新分馆')}</AddRequestFields>",
    )  # fmt: skip
    (moved,) = life.holds("R0001").values()
    assert moved.pickup_location == life.only_in_version_two("高新分馆")
    assert moved.needed_before.date().isoformat() == "2026-03-20"
    told = life.does(
        "LookupRequest", a_request(number),
        wanted("RequestElementType", "Pickup Location", "Need Before Date", "Request Status Type", "Hold Queue Position"),
    )  # fmt: skip
    assert told.value("PickupLocation") == life.only_in_version_two("高新分馆")
    assert told.value("NeedBeforeDate") == "2026-03-20T00:00:00Z"

    life.does("CancelRequestItem", READER, a_request(number), hold())
    assert life.holds("R0001") == {}
    assert life.cannot("CancelRequestItem", READER, a_request(number), hold()) == "Request Already Processed"
    assert life.kiosk_lends("CD0001", "R0011")


def test_a_hold_on_one_copy_is_withdrawn_by_that_copy(life):
    life.kiosk_lends("CD0005", "R0011")
    placed = life.does("RequestItem", READER, BOOK, hold())
    assert placed.value(*NUMBER) == "CD0005"
    assert life.seen("CD0005").hold_queue_length == 1

    listed = life.does("LookupUser", READER, "<RequestedItemsDesired/>")
    (mine,) = listed.all("RequestedItem")
    assert mine.value(*NUMBER) == "CD0005"
    assert life.cannot("RenewItem", OTHER, BOOK) == "Renewal Not Allowed - Item Has Outstanding Requests"

    life.does("CancelRequestItem", READER, BOOK, hold())
    assert life.seen("CD0005").hold_queue_length in (None, 0)
    assert life.does("RenewItem", OTHER, BOOK).value("RenewalCount") == "1"


def test_a_reader_sees_loans_requests_and_account_in_one_answer(life):
    life.kiosk_lends("CD0005", "R0011")
    life.does("RequestItem", a_user("R0014"), BOOK, hold())
    life.kiosk_lends("CD0001", "R0014")

    everything = life.does(
        "LookupUser", credentials("R0014", "1234"),
        wanted("UserElementType", "Name Information", "User Address Information", "User Privilege", "Block Or Trap"),
        "<LoanedItemsDesired/><RequestedItemsDesired/><UserFiscalAccountDesired/>",
    )  # fmt: skip

    assert values(everything.all("LoanedItem"), *NUMBER) == ["CD0001"]
    assert values(everything.all("LoanedItem"), "Title") == [life.only_in_version_two("三体")]
    assert values(everything.all("RequestedItem"), *NUMBER) == ["CD0005"]
    account = everything.first("UserFiscalAccount")
    assert account.value("AccountBalance", "MonetaryValue") == "650"


def test_a_hold_ends_with_the_loan_at_a_kiosk(life):
    number = life.does("RequestItem", READER, BOOK, hold(), a_request("WEB-1")).value(
        "RequestId", "RequestIdentifierValue"
    )
    assert number == "WEB-1"

    life.kiosk_lends("CD0005", "R0001")

    told = life.does("LookupRequest", a_request("WEB-1"), wanted("RequestElementType", "Request Status Type"))
    assert told.value("RequestIdentifierValue") == ""
    assert life.holds("R0001") == {}
    assert life.cannot("CancelRequestItem", READER, a_request("WEB-1"), hold()) == "Request Already Processed"


# --- the till -------------------------------------------------------------------------------------------


def test_a_fee_is_charged_paid_in_part_and_forgiven(life):
    owed = life.balance("R0001")
    assessed = life.does("CreateUserFiscalTransaction", READER, booking("Assess", 500, reference="TILL-1"))
    assert assessed.value(*REFERENCE) == "TILL-1"
    assert life.balance("R0001") == owed + 500
    again = life.cannot("CreateUserFiscalTransaction", READER, booking("Assess", 700, reference="TILL-1"))
    assert again == "Duplicate Fiscal Transaction"

    life.does(
        "CreateUserFiscalTransaction", READER, booking("Payment", 200, reference="PAY-1", related="TILL-1")
    )
    account = life.does("LookupUser", READER, "<UserFiscalAccountDesired/>").first("UserFiscalAccount")
    assert account.value("AccountBalance", "MonetaryValue") == "300"
    (detail,) = account.all("AccountDetails")
    assert detail.value("FiscalTransactionInformation", *REFERENCE) == "TILL-1"
    assert detail.value("FiscalTransactionInformation", "Amount", "MonetaryValue") == "300"

    too_much = life.cannot("CreateUserFiscalTransaction", READER, booking("Waive", 301, related="TILL-1"))
    assert too_much == "Invalid Amount"
    life.does("CreateUserFiscalTransaction", READER, booking("Waive", 300, related="TILL-1"))
    assert life.balance("R0001") == owed
    gone = life.cannot("CreateUserFiscalTransaction", READER, booking("Payment", 1, related="TILL-1"))
    assert gone in ("Element Rule Violated", "Account Access Denied", "Invalid Amount")


def test_a_payment_that_is_sent_twice_is_booked_once(life):
    owed = life.balance("R0006")
    payment = booking("Payment", 100, reference="PAY-7")

    first = life.does("CreateUserFiscalTransaction", a_user("R0006"), payment)
    second = life.says("CreateUserFiscalTransaction", a_user("R0006"), payment)

    assert first.value(*REFERENCE) == "PAY-7"
    assert problems(second) in ([], ["Duplicate Fiscal Transaction"])
    assert life.balance("R0006") == owed - 100
