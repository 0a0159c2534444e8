"""Lives with libraries that cannot do everything: one that is reached by SIP2, and one that is described by maps."""

import io
from contextlib import contextmanager

import pytest

from interlib_site import site  # noqa: F401 - a fixture
from ncip_lives import (
    FORMS,
    Life,
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
from ncip_partner import CDL, DEMO, NOW, ZONE, problems
from ncip_requests import MINIMAL
from softdock.adapters.base import AdapterContext
from softdock.adapters.sip2 import Sip2Adapter
from softdock.circulation.reasons import Reason
from softdock.consortium.resilience.deadline import Deadlines
from softdock.ops.logging import Log
from softdock.ops.settings.loading import settings_from
from softdock.server import Server

pytestmark = pytest.mark.socket

READER, BOOK = a_user("R0001"), an_item("CD0005")
CARD = credentials("R0001", "1234")
NUMBER = ("ItemId", "ItemIdentifierValue")

UNSUPPORTED = (
    "AcceptItem", "CancelRecallItem", "CreateItem", "CreateUser", "DeleteItem", "DeleteUser",
    "RecallItem", "ReportCirculationStatusChange", "UpdateCirculationStatus", "UpdateItem",
)  # fmt: skip
OF_REQUESTS = ("LookupRequest", "UpdateRequestItem")
"""What takes a system that shows which requests its patrons have."""


@contextmanager
def _house_behind(real, directory):
    """The demo's library, as one asks it by SIP2; gives the address."""
    settings = {
        "store": f"sqlite:///{directory / 'store.db'}",
        "listen": [{"sip2": "127.0.0.1:0", "profile": "english"}],
        "profiles": {"english": {"language": "en"}},
        "libraries": {"CDL": {"system": {"adapter": "inhouse", **DEMO}}},
        "accounts": [{"address": "127.0.0.1", "library": "CDL", "location": "3F"}],
        "grace": "1s",
    }
    server = Server(settings_from(settings, directory), directory, real.reactor, Log(io.BytesIO()))
    real.result_of(server.start())
    yield server.addresses[0]
    real.result_of(server.stop())
    for call in real.reactor.getDelayedCalls():
        if isinstance(getattr(call.func, "__self__", None), Deadlines):
            call.cancel()  # it would run out in some seconds, with nothing to do


@pytest.fixture(params=FORMS)
def behind_sip2(request, real, tmp_path):
    with _house_behind(real, tmp_path) as address:
        context = AdapterContext(CDL, ZONE, "CNY", lambda: NOW, tmp_path, real.reactor)
        system = Sip2Adapter({"address": address, "profile": "softdock"}, context)
        life = Life(FORMS[request.param], system=system, real=real)
        real.result_of(system.probe())
        yield life
        real.result_of(system.close())


def test_what_no_kiosk_can_ask_for_is_not_supported_behind_sip2(behind_sip2):
    told = {service: problems(behind_sip2.says(service, MINIMAL[service])) for service in UNSUPPORTED}

    assert set(map(tuple, told.values())) == {("Unsupported Service",)}, told


def test_a_reader_borrows_renews_and_returns_behind_sip2(behind_sip2):
    life = behind_sip2
    blocks = wanted("UserElementType", "Block Or Trap", "Name Information")
    known = life.does("LookupUser", CARD, blocks, "<LoanedItemsDesired/><RequestedItemsDesired/>"
                      "<UserFiscalAccountDesired/>")  # fmt: skip
    assert known.value("LoanedItemsCount", "LoanedItemCountValue") == "1"
    assert life.cannot("LookupUser", credentials("R0001", "9999")) == "User Authentication Failed"
    lent = life.does("CheckOutItem", CARD, BOOK)
    assert lent.value("DateDue")
    assert life.kiosk_lends("CD0005", "R0011") is Reason.ITEM_LENT_TO_ANOTHER
    assert life.does("RenewItem", CARD, BOOK).has("ItemId")
    shown = life.does(
        "LookupItem", BOOK, wanted("ItemElementType", "Circulation Status", "Bibliographic Description")
    )
    assert shown.value("ItemOptionalFields", "CirculationStatus") == "On Loan"
    life.does("CheckInItem", BOOK)
    shown = life.does("LookupItem", BOOK, wanted("ItemElementType", "Circulation Status"))
    assert shown.value("ItemOptionalFields", "CirculationStatus") == "Available On Shelf"


def test_a_loan_of_somebody_else_is_not_undone_behind_sip2(behind_sip2):
    life = behind_sip2
    life.kiosk_lends("CD0005", "R0011")

    assert life.cannot("UndoCheckOutItem", BOOK, READER) == "Unknown Item"
    assert "CD0005" in life.loans("R0011")
    life.does("UndoCheckOutItem", BOOK, a_user("R0011"))
    assert life.loans("R0011") == []


def test_what_happened_while_the_line_was_down_is_booked_behind_sip2(behind_sip2):
    life = behind_sip2
    at = happened("2026-03-01T09:00:00Z")
    due = "<DesiredDateDue>2099-03-08T00:00:00Z</DesiredDateDue>"
    life.does("CheckOutItem", at, a_user("R0005"), BOOK, due)
    assert "CD0005" in life.loans("R0005")
    life.does("CheckInItem", at, BOOK)
    assert life.loans("R0005") == []


def counted(life, user):
    """How many requests and loans the system counts that it does not tell one by one."""
    told = life.does("LookupUser", user, "<LoanedItemsDesired/><RequestedItemsDesired/>")
    return (
        told.value("RequestedItemsCount", "RequestedItemCountValue") or "0",
        told.value("LoanedItemsCount", "LoanedItemCountValue") or "0",
    )


def needed(day):
    return f"<NeedBeforeDate>{day}T00:00:00Z</NeedBeforeDate>"


STATUS_OF_REQUEST = wanted("RequestElementType", "Request Status Type", "Need Before Date", "User Id")


def test_requests_go_by_their_numbers_although_the_system_keeps_none(behind_sip2):
    """Nothing else of the request is said; each time the system is asked by patron and item."""
    life, number = behind_sip2, a_request("ILL-1")
    life.kiosk_lends("CD0005", "R0011")
    placed = life.does("RequestItem", READER, BOOK, number, hold(), needed("2026-12-24"))
    assert placed.value(*NUMBER) == "CD0005"
    assert counted(life, READER) == ("1", "1")
    assert (
        life.cannot("RenewItem", a_user("R0011"), BOOK)
        == "Renewal Not Allowed - Item Has Outstanding Requests"
    )

    shown = life.does("LookupRequest", number, STATUS_OF_REQUEST)
    assert shown.value("RequestId", "RequestIdentifierValue") == "ILL-1"
    assert shown.value(*NUMBER) == "CD0005"
    assert shown.value("RequestStatusType") == "In Process"
    assert shown.value("UserId", "UserIdentifierValue") == "R0001"
    assert shown.value("NeedBeforeDate") == "2026-12-24T00:00:00Z"
    later = f"<AddRequestFields>{needed('2026-12-31')}</AddRequestFields>"
    assert life.does("UpdateRequestItem", number, later).value(*NUMBER) == "CD0005"
    shown = life.does("LookupRequest", number, STATUS_OF_REQUEST)
    assert shown.value("NeedBeforeDate") == "2026-12-31T00:00:00Z"

    life.kiosk_takes_back("CD0005")
    assert life.does("LookupRequest", number, STATUS_OF_REQUEST).value("RequestStatusType") == (
        "Available For Pickup"
    )

    life.does("CancelRequestItem", READER, number, hold())
    assert counted(life, READER) == ("0", "1")
    assert life.cannot("CancelRequestItem", READER, number, hold()) == "Request Already Processed"
    told = life.does("LookupRequest", number, STATUS_OF_REQUEST)
    assert told.value("RequestStatusType") == "Cannot Fulfill Request"
    assert not told.has("NeedBeforeDate")


def test_by_a_number_that_nobody_has_given_nothing_is_cancelled_behind_sip2(behind_sip2):
    life = behind_sip2
    life.does("RequestItem", READER, BOOK, a_request("ILL-1"), hold())

    assert life.cannot("CancelRequestItem", READER, a_request("ILL-2"), hold()) == "Unknown Request"
    assert life.cannot("CancelRequestItem", a_user("R0011"), a_request("ILL-1"), hold()) == "Unknown Request"
    assert life.cannot("LookupRequest", a_request("ILL-2")) == "Unknown Request"
    assert counted(life, READER) == ("1", "1")


def test_a_request_that_ends_at_a_kiosk_is_not_said_to_wait_behind_sip2(behind_sip2):
    life, number = behind_sip2, a_request("ILL-1")
    life.does("RequestItem", READER, BOOK, number, hold())
    life.kiosk_lends("CD0005", "R0001")

    assert life.cannot("LookupRequest", number) == "Unknown Request"
    assert life.cannot("CancelRequestItem", READER, number, hold()) == "Request Already Processed"


def test_a_request_is_found_by_patron_and_item_behind_sip2(behind_sip2):
    life = behind_sip2
    life.does("RequestItem", READER, BOOK, a_request("ILL-1"), hold())

    shown = life.does("LookupRequest", READER, BOOK, "<RequestType>Hold</RequestType>")
    assert shown.value("RequestId", "RequestIdentifierValue") == "ILL-1"
    assert life.cannot("LookupRequest", READER, an_item("CD0006"), "<RequestType>Hold</RequestType>") == (
        "Unknown Request"
    )


def test_a_title_is_requested_and_let_go_behind_sip2_by_a_number_that_softdock_gives(behind_sip2):
    life = behind_sip2
    placed = life.does("RequestItem", READER, a_title("T0001"), hold("Bibliographic Item"))
    number = placed.value("RequestId", "RequestIdentifierValue")
    assert counted(life, READER) == ("1", "1")

    life.does("CancelRequestItem", READER, a_request(number), hold("Bibliographic Item"))
    assert counted(life, READER) == ("0", "1")


def test_items_are_shown_together_behind_sip2_and_titles_are_not(behind_sip2):
    life = behind_sip2
    if not life.only_in_version_two("LookupItemSet"):
        pytest.skip("version 1 has no LookupItemSet")
    shown = life.does(
        "LookupItemSet", BOOK, an_item("CD0006"), wanted("ItemElementType", "Circulation Status")
    )
    assert len(shown.all("BibInformation")) == 2
    assert life.cannot("LookupItemSet", a_title("T0001")) == "Unsupported Service"


def test_a_fee_is_paid_behind_sip2_and_charged_by_nobody(behind_sip2):
    life = behind_sip2
    owed = life.balance("R0006")
    life.does("CreateUserFiscalTransaction", a_user("R0006"), booking("Payment", 100, reference="PAY-1"))
    assert life.balance("R0006") == owed - 100
    assert life.cannot(
        "CreateUserFiscalTransaction", a_user("R0006"), booking("Assess", 100)
    ) == "Unsupported Service"  # fmt: skip


# --- Interlib -------------------------------------------------------------------------------------------


@pytest.fixture(params=FORMS)
def with_interlib(request, site):  # noqa: F811 - the fixture
    life = Life(FORMS[request.param], system=site.adapter(), real=site.real)
    life.site = site
    return life


INTERLIB = credentials("8600000001", "246810")
ITS_READER, ITS_BOOK = a_user("8600000001"), an_item("01000001")


def test_what_no_map_tells_is_not_supported(with_interlib):
    services = UNSUPPORTED + OF_REQUESTS
    told = {service: problems(with_interlib.says(service, MINIMAL[service])) for service in services}

    assert set(map(tuple, told.values())) == {("Unsupported Service",)}, told


def test_a_reader_borrows_renews_and_returns_with_interlib(with_interlib):
    life, books = with_interlib, with_interlib.site.books
    known = life.does(
        "LookupUser", INTERLIB, wanted("UserElementType", "Name Information", "Block Or Trap"),
        "<LoanedItemsDesired/><RequestedItemsDesired/><UserFiscalAccountDesired/>",
    )  # fmt: skip
    assert values(known.all("LoanedItem"), *NUMBER) == ["01000004"]
    assert life.cannot("LookupUser", credentials("8600000001", "135791")) == "User Authentication Failed"
    shown = life.does("LookupItem", ITS_BOOK, wanted("ItemElementType", "Circulation Status"))
    assert shown.value("ItemOptionalFields", "CirculationStatus") == "Available On Shelf"

    lent = life.does("CheckOutItem", INTERLIB, ITS_BOOK)
    assert lent.value("DateDue")
    assert books.copy("01000001").loan.patron == "8600000001"
    assert life.does("RenewItem", INTERLIB, ITS_BOOK).value("DateDue") >= lent.value("DateDue")
    life.does("CheckInItem", ITS_BOOK)
    assert books.copy("01000001").loan is None
    assert life.cannot("CheckInItem", ITS_BOOK) == "Item Not Checked Out"


def test_requests_and_payments_go_to_interlib(with_interlib):
    """A payment has to say how it was made, because Interlib wants to know."""
    life = with_interlib
    owing, lent = a_user("8600000005"), an_item("01000004")
    life.does("RequestItem", credentials("8600000008", "246810"), lent, a_request("ILL-1"), hold())
    reader = a_user("8600000008")
    assert life.cannot("CancelRequestItem", reader, a_request("ILL-2"), hold()) == "Unknown Request"
    life.does("CancelRequestItem", reader, a_request("ILL-1"), hold())
    assert life.cannot("CancelRequestItem", reader, lent, hold()) == "Unknown Request"

    account = life.does("LookupUser", owing, "<UserFiscalAccountDesired/>").first("UserFiscalAccount")
    assert account.value("AccountBalance", "MonetaryValue") == "1250"
    pay = "CreateUserFiscalTransaction"
    assert life.cannot(pay, owing, booking("Payment", 100, reference="P-1")) == "Needed Data Missing"
    life.does(pay, owing, booking("Payment", 250, reference="P-1", related="900002", method="Cash"))
    assert life.balance("8600000005") == 1000
    assert life.cannot(pay, owing, booking("Assess", 100)) == "Unsupported Service"
