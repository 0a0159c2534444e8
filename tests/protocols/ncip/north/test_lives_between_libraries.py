"""Lives whose partner is, or speaks for, another library: a broker, a peer, a store far from the shelves."""

import pytest

from ncip_lives import a_request, a_title, a_user, an_item, hold, wanted
from softdock.circulation.items import CirculationStatus
from softdock.circulation.reasons import Reason

READER = a_user("R0001")
BOOK = an_item("CD0005")
REQUEST = a_request("ILL-1")
STATUS = wanted("ItemElementType", "Circulation Status")
RETURN_BY = "<DateForReturn>2026-04-20T00:00:00Z</DateForReturn>"
ABOUT = (
    "<ItemOptionalFields><BibliographicDescription><Author>沈从文</Author><Title>湘行散记</Title>"
    "</BibliographicDescription><ItemDescription><CallNumber>I266</CallNumber></ItemDescription></ItemOptionalFields>"
)
NUMBER = ("ItemId", "ItemIdentifierValue")


# --- borrowing from elsewhere ---------------------------------------------------------------------------


def accept(life, *more, action="Hold For Pickup", item="X-77"):
    kept = life.only_in_version_two("<PickupLocation>总馆</PickupLocation>")
    return life.does(
        "AcceptItem", REQUEST, f"<RequestedActionType>{action}</RequestedActionType>", READER, an_item(item),
        RETURN_BY, *more, ABOUT, kept,
    )  # fmt: skip


def test_a_book_from_elsewhere_is_kept_lent_recalled_returned_and_sent_home(life):
    assert life.does("LookupUser", READER).value("UserId", "UserIdentifierValue") == "R0001"
    accepted = accept(life)
    assert accepted.value("RequestId", "RequestIdentifierValue") == "ILL-1"
    number = accepted.value(*NUMBER)
    assert number == "X-77"

    book = life.seen(number)
    assert (book.title, book.status) == ("湘行散记", CirculationStatus.ON_HOLD_SHELF)
    assert life.holds("R0001")["ILL-1"].available
    assert life.kiosk_lends(number, "R0011") is Reason.ITEM_ON_HOLD
    due = life.kiosk_lends(number, "R0001")
    assert due.date().isoformat() <= "2026-04-20"
    assert life.holds("R0001") == {}

    life.days_pass(5)
    assert life.does("RenewItem", READER, an_item(number)).value("DateDue") <= "2026-04-20T00:00:00Z"
    recalled = life.does(
        "RecallItem", an_item(number), "<DesiredDateDue>2026-03-15T00:00:00Z</DesiredDateDue>"
    )
    assert recalled.value("DateDue") < "2026-04-01"
    assert (
        life.cannot("RenewItem", READER, an_item(number))
        == "Renewal Not Allowed - Item Has Outstanding Requests"
    )
    assert life.cannot("DeleteItem", an_item(number)) in ("Item Access Denied", "Element Rule Violated")

    assert life.does("CheckInItem", an_item(number)).value("UserId", "UserIdentifierValue") == "R0001"
    assert life.kiosk_lends(number, "R0001") is Reason.ITEM_NOT_LENDABLE
    life.does("DeleteItem", an_item(number))
    assert life.seen(number) is None
    assert life.cannot("CheckInItem", an_item(number)) == "Unknown Item"


def test_a_book_from_elsewhere_that_comes_back_to_a_kiosk_is_told_to_the_broker(life):
    number = accept(life).value(*NUMBER)
    life.kiosk_lends(number, "R0001")
    assert life.kiosk_takes_back(number).patron == "R0001"

    assert life.cannot("CheckInItem", an_item(number)) == "Item Not Checked Out"
    life.does("DeleteItem", an_item(number))
    assert life.seen(number) is None


def test_a_book_that_may_not_be_renewed_is_not(life):
    number = accept(life, "<RenewalNotPermitted/>").value(*NUMBER)
    life.kiosk_lends(number, "R0001")

    assert life.cannot("RenewItem", READER, an_item(number)) == "Maximum Renewals Exceeded"


def test_a_reader_who_gives_up_frees_the_book_to_go_home(life):
    number = accept(life).value(*NUMBER)

    life.does("CancelRequestItem", READER, REQUEST, hold())

    assert life.holds("R0001") == {}
    told = life.does("LookupRequest", REQUEST, wanted("RequestElementType", "Request Status Type"))
    assert told.value("RequestStatusType") == "Cannot Fulfill Request"
    life.does("DeleteItem", an_item(number))
    assert life.seen(number) is None


def test_a_book_is_accepted_once(life):
    accept(life)
    accept(life)

    assert list(life.holds("R0001")) == ["ILL-1"]
    assert life.cannot(
        "AcceptItem", a_request("ILL-2"), "<RequestedActionType>Hold For Pickup</RequestedActionType>",
        READER, an_item("X-77"),
    ) == "Cannot Accept Item"  # fmt: skip


def test_what_goes_by_a_number_of_ours_is_not_taken_in(life):
    assert life.cannot(
        "AcceptItem", REQUEST, "<RequestedActionType>Circulate</RequestedActionType>", READER, BOOK
    ) == "Cannot Accept Item"  # fmt: skip
    assert life.seen("CD0005").title == "平凡的世界"


def test_an_institution_is_no_reader_of_whom_nothing_is_known(life):
    assert life.cannot("LookupUser", a_user("NOBODY")) == "Unknown User"
    assert life.cannot(
        "AcceptItem", REQUEST, "<RequestedActionType>Hold For Pickup</RequestedActionType>", a_user("NOBODY")
    ) == "Unknown User"  # fmt: skip


# --- lending to elsewhere -------------------------------------------------------------------------------

ELSEWHERE = a_user("ILL-CQL")
NAME = (
    "<NameInformation><PersonalNameInformation><UnstructuredPersonalUserName>Chongqing Library"
    "</UnstructuredPersonalUserName></PersonalNameInformation></NameInformation>"
)


@pytest.mark.parametrize(
    ("wished", "scope"),
    [(a_title("T0001"), "Bibliographic Item"), (an_item("CD0001"), "Item")],
    ids=["title", "item"],
)
def test_a_book_is_requested_sent_recalled_and_comes_back(life, wished, scope):
    life.does("CreateUser", ELSEWHERE, NAME)
    placed = life.does("RequestItem", ELSEWHERE, wished, REQUEST, hold(scope, "Loan"))
    assert placed.value("RequestId", "RequestIdentifierValue") == "ILL-1"
    told = life.does(
        "LookupRequest",
        REQUEST,
        wanted("RequestElementType", "User Id", "Request Type", "Request Status Type"),
    )
    assert told.value("UserId", "UserIdentifierValue") == "ILL-CQL"
    assert told.value("RequestType") == "Loan"
    assert told.value("RequestStatusType") == "Available For Pickup"
    number = told.value(*NUMBER)
    assert number == placed.value(*NUMBER)
    assert life.kiosk_lends(number, "R0001") is Reason.ITEM_ON_HOLD

    lent = life.does("CheckOutItem", ELSEWHERE, an_item(number), REQUEST)
    assert lent.value("DateDue")
    assert life.loans("ILL-CQL") == [number]
    assert (
        life.cannot("CancelRequestItem", ELSEWHERE, REQUEST, hold(kind="Loan")) == "Request Already Processed"
    )

    life.days_pass(3)
    assert life.does("RecallItem", an_item(number)).value("DateDue") < lent.value("DateDue")
    assert life.seen(number).status is CirculationStatus.RECALLED
    assert (
        life.does("LookupItem", an_item(number), STATUS).value("ItemOptionalFields", "CirculationStatus")
        == "Recalled"
    )

    life.does("CheckInItem", an_item(number))
    assert life.cannot("CheckInItem", an_item(number)) == "Item Not Checked Out"
    assert life.loans("ILL-CQL") == []
    assert life.kiosk_lends(number, "R0001"), "the recall has ended with the loan"


def test_a_recall_that_is_withdrawn_leaves_the_loan_as_it_was(life):
    due = life.kiosk_lends("CD0005", "R0001")
    life.days_pass(3)
    life.does("RecallItem", BOOK, "<DesiredDateDue>2026-03-12T00:00:00Z</DesiredDateDue>")
    assert life.seen("CD0005").due < due

    life.does("CancelRecallItem", BOOK)

    assert life.seen("CD0005").due == due
    assert life.cannot("CancelRecallItem", BOOK) == "Recall Cannot Be Cancelled At This Time"


def test_a_request_that_nobody_needs_any_more_frees_the_book(life):
    life.does("CreateUser", ELSEWHERE, NAME)
    life.does("RequestItem", ELSEWHERE, BOOK, REQUEST, hold(kind="Loan"))

    life.does("CancelRequestItem", ELSEWHERE, REQUEST, hold(kind="Loan"))

    assert life.kiosk_lends("CD0005", "R0001")
    life.does("DeleteUser", ELSEWHERE)
    assert life.cannot("LookupUser", ELSEWHERE) == "Unknown User"


def test_a_request_is_forgotten_with_the_patron_whose_it_was(life):
    life.does("CreateUser", ELSEWHERE, NAME)
    life.does("RequestItem", ELSEWHERE, BOOK, REQUEST, hold(kind="Loan"))
    life.does("CancelRequestItem", ELSEWHERE, REQUEST, hold(kind="Loan"))
    life.does("DeleteUser", ELSEWHERE)

    assert life.cannot("LookupRequest", REQUEST, wanted("RequestElementType", "User Id")) == "Unknown Request"
    life.does("RequestItem", READER, BOOK, REQUEST, hold(kind="Loan"))
    assert list(life.holds("R0001")) == ["ILL-1"]


def test_a_request_is_not_filled_with_another_ones_book(life):
    life.does("CreateUser", ELSEWHERE, NAME)
    life.does("RequestItem", ELSEWHERE, BOOK, REQUEST, hold(kind="Loan"))

    assert life.cannot("CheckOutItem", ELSEWHERE, an_item("CD0006"), REQUEST) == "Unknown Request"
    assert life.cannot("CheckOutItem", READER, BOOK, REQUEST) == "Resource Cannot Be Provided"
    assert life.loans("ILL-CQL") == []


# --- a store far from the shelves -----------------------------------------------------------------------


def test_what_arrives_in_the_store_leaves_it_and_is_taken_out_of_the_books(life):
    life.kiosk_lends("CD0005", "R0011")
    life.does("CheckInItem", BOOK)
    status = life.does("LookupItem", BOOK, STATUS).value("ItemOptionalFields", "CirculationStatus")
    assert status == "Available On Shelf"
    life.does("RequestItem", READER, BOOK, hold(kind="Stack Retrieval"), REQUEST)

    life.does("CheckOutItem", READER, BOOK, REQUEST)
    assert life.loans("R0001") == ["CD0004", "CD0005"]
    life.does("CheckInItem", BOOK)
    life.does("DeleteItem", BOOK)

    assert life.seen("CD0005") is None
    assert life.cannot("DeleteItem", BOOK) == "Unknown Item"


def test_what_is_not_found_in_the_store_is_waited_for_no_more(life):
    life.does("RequestItem", READER, BOOK, hold(kind="Stack Retrieval"), REQUEST)

    life.does("CancelRequestItem", READER, BOOK, hold(kind="Stack Retrieval"))
    life.does("UpdateCirculationStatus", BOOK, "<CirculationStatus>Missing</CirculationStatus>")

    assert life.holds("R0001") == {}
    assert life.kiosk_lends("CD0005", "R0011") is Reason.ITEM_NOT_LENDABLE
