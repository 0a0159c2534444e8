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
    "AcceptItem", "CancelRecallItem", "CreateItem", "CreateUser", "DeleteItem", "DeleteUser", "LookupRequest",
    "RecallItem", "ReportCirculationStatusChange", "UpdateCirculationStatus", "UpdateItem", "UpdateRequestItem",
    "UpdateUser",
)  # fmt: skip


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


def test_requests_go_by_the_item_where_the_system_keeps_no_numbers(behind_sip2):
    """By a number alone nothing is cancelled, least of all another request."""
    life = behind_sip2
    life.kiosk_lends("CD0005", "R0011")
    placed = life.does("RequestItem", READER, BOOK, a_request("ILL-1"), hold())
    assert placed.value(*NUMBER) == "CD0005"
    assert counted(life, READER) == ("1", "1")
    assert (
        life.cannot("RenewItem", a_user("R0011"), BOOK)
        == "Renewal Not Allowed - Item Has Outstanding Requests"
    )

    assert life.cannot("CancelRequestItem", READER, a_request("ILL-1"), hold()) == "Unknown Request"
    assert counted(life, READER) == ("1", "1")
    life.does("CancelRequestItem", READER, a_request("ILL-1"), BOOK, hold())
    assert counted(life, READER) == ("0", "1")


def test_a_title_is_requested_behind_sip2_under_the_number_of_the_partner(behind_sip2):
    life = behind_sip2
    wish = (READER, a_title("T0001"), hold("Bibliographic Item"))

    placed = life.does("RequestItem", *wish, a_request("ILL-2"))

    assert placed.value("RequestId", "RequestIdentifierValue") == "ILL-2"
    assert counted(life, READER) == ("1", "1")


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
    told = {service: problems(with_interlib.says(service, MINIMAL[service])) for service in UNSUPPORTED}

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
    assert life.cannot("CancelRequestItem", reader, a_request("ILL-1"), hold()) == "Unknown Request"
    life.does("CancelRequestItem", reader, lent, hold())

    account = life.does("LookupUser", owing, "<UserFiscalAccountDesired/>").first("UserFiscalAccount")
    assert account.value("AccountBalance", "MonetaryValue") == "1250"
    pay = "CreateUserFiscalTransaction"
    assert life.cannot(pay, owing, booking("Payment", 100, reference="P-1")) == "Needed Data Missing"
    life.does(pay, owing, booking("Payment", 250, reference="P-1", related="900002", method="Cash"))
    assert life.balance("8600000005") == 1000
    assert life.cannot(pay, owing, booking("Assess", 100)) == "Unsupported Service"
