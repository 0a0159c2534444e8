"""Loans at a system that speaks NCIP, and what stands in its books then."""

import pytest

from ncip_simulated import (
    BLOCKED,
    COSTS,
    EXPIRED,
    FOR_THE_HOUSE,
    FREE,
    FULL,
    GOOD,
    LATE,
    LENT,
    LOST,
    OF_EAST,
    OWES,
    OWES_MUCH,
    PIN,
    READY,
    RENEWED_OFTEN,
    WAITED_FOR,
    WAITS,
    Library,
    given,
    item,
    mandated,
    money,
    proof,
    user,
    wanted,
)
from softdock.kit.simulators.ncip import FOLIO, STANDARD


@pytest.fixture
def library():
    return Library()


def test_an_item_is_lent(library):
    said = library.done(
        "CheckOutItem", user(GOOD), item(FREE), wanted("ItemElementType", "Bibliographic Description")
    )

    assert said.value("ItemId", "ItemIdentifierValue") == FREE
    assert said.value("UserId", "UserIdentifierValue") == GOOD
    assert said.value("DateDue") == "2026-03-30T15:59:59Z"
    assert said.value("ItemOptionalFields", "BibliographicDescription", "Title") == "模拟三国演义"
    assert library.borrower(FREE) == GOOD


def test_a_patron_may_be_told_by_what_they_prove(library):
    library.done("CheckOutItem", proof("PIN", PIN), proof("Barcode Id", GOOD), item(FREE))

    assert library.borrower(FREE) == GOOD


@pytest.mark.parametrize(
    ("who", "what", "why"),
    [
        ("0", FREE, "Unknown User"),
        (GOOD, "0", "Unknown Item"),
        (LOST, FREE, "User Blocked"),
        (EXPIRED, FREE, "User Blocked"),
        (BLOCKED, FREE, "User Blocked"),
        (OWES_MUCH, FREE, "User Blocked"),
        (FULL, FREE, "Maximum Check Outs Exceeded"),
        (GOOD, FOR_THE_HOUSE, "Item Does Not Circulate"),
        (GOOD, LATE, "Resource Cannot Be Provided"),
        (GOOD, READY, "Resource Cannot Be Provided"),
        (GOOD, LENT, "User Ineligible To Check Out This Item"),
    ],
)
def test_a_loan_is_refused(library, who, what, why):
    before = library.books.state()

    assert library.problem("CheckOutItem", user(who), item(what)) == why
    assert library.books.state() == before


def test_a_wrong_pin_lends_nothing(library):
    assert (
        library.problem("CheckOutItem", proof("User Id", GOOD), proof("PIN", "1"), item(FREE))
        == "User Authentication Failed"
    )
    assert library.borrower(FREE) is None


def test_what_a_loan_costs_has_to_be_acknowledged(library):
    asked = library.said("CheckOutItem", user(GOOD), item(COSTS))
    too_little = library.said("CheckOutItem", user(GOOD), item(COSTS), money("AcknowledgedFeeAmount", 199))

    for said in (asked, too_little):
        assert said.value("Problem", "ProblemType") == "User Ineligible To Check Out This Item"
        assert said.value("RequiredFeeAmount", "MonetaryValue") == "200"
        assert said.value("RequiredFeeAmount", "CurrencyCode") == "CNY"
    assert library.borrower(COSTS) is None

    said = library.done("CheckOutItem", user(GOOD), item(COSTS), money("AcknowledgedFeeAmount", 200))
    assert said.value("FiscalTransactionInformation", "Amount", "MonetaryValue") == "200"
    assert said.value("FiscalTransactionInformation", "FiscalTransactionType") == "Rental"
    assert [fee.amount.minor for fee in library.books.card(GOOD).fees] == [200]


def test_what_was_paid_with_the_loan_is_not_owed(library):
    library.done("CheckOutItem", user(GOOD), item(COSTS), money("PaidFeeAmount", 200))

    assert library.borrower(COSTS) == GOOD
    assert library.books.card(GOOD).fees == ()
    assert [each.amount.minor for each in library.books.card(GOOD).payments] == [200]


def test_what_has_happened_already_is_not_refused(library):
    said = library.done("CheckOutItem", mandated("2026-03-01T02:00:00Z"), user(BLOCKED), item(FREE))

    assert library.borrower(FREE) == BLOCKED
    assert library.books.copy(FREE).loan.lent.isoformat() == "2026-03-01T10:00:00+08:00"
    assert said.value("DateDue") == "2026-03-29T15:59:59Z"


def test_a_loan_may_be_shorter_than_it_could_be(library):
    said = library.done(
        "CheckOutItem", user(GOOD), item(FREE), given("DesiredDateDue", "2026-03-05T12:00:00+08:00")
    )

    assert said.value("DateDue").startswith("2026-03-05T")


def test_a_loan_is_undone(library):
    library.done("CheckOutItem", user(GOOD), item(FREE))
    said = library.done("UndoCheckOutItem", item(FREE), user(GOOD))

    assert said.value("UserId", "UserIdentifierValue") == GOOD
    assert library.borrower(FREE) is None


def test_the_loan_of_another_is_not_undone(library):
    assert library.problem("UndoCheckOutItem", item(LENT), user(OWES)) == "Item Not Checked Out"
    assert library.borrower(LENT) == GOOD


def test_an_item_comes_back(library):
    said = library.done("CheckInItem", item(LENT))

    assert said.value("UserId", "UserIdentifierValue") == GOOD
    assert not said.has("RoutingInformation")
    assert library.borrower(LENT) is None


def test_an_item_that_another_waits_for_goes_to_the_hold_shelf(library):
    routing = library.done("CheckInItem", item(WAITED_FOR)).first("RoutingInformation")

    assert routing.value("RoutingInstructions") == "Hold For Pickup"
    assert routing.value("RequestType") == "Hold"
    assert routing.value("UserId", "UserIdentifierValue") == WAITS
    assert library.books.copy(WAITED_FOR).hold.patron == WAITS


def test_what_nobody_has_is_taken_back_in_some_manners_alone():
    assert Library(STANDARD).problem("CheckInItem", item(FREE)) == "Item Not Checked Out"
    assert not Library(FOLIO).done("CheckInItem", item(FREE)).has("UserId")
    assert Library().problem("CheckInItem", item("0")) == "Unknown Item"


def test_a_loan_is_renewed(library):
    library.clock.advance(days=2)
    said = library.done("RenewItem", user(GOOD), item(LENT))

    assert said.value("RenewalCount") == "1"
    assert library.books.copy(LENT).loan.renewals == 1
    assert said.value("DateDue")


@pytest.mark.parametrize(
    ("who", "what", "why"),
    [
        (GOOD, FREE, "Item Not Checked Out"),
        (GOOD, LATE, "User Ineligible To Renew This Item"),
        (GOOD, "0", "Unknown Item"),
        ("0", LENT, "Unknown User"),
        (FULL, RENEWED_OFTEN, "Maximum Renewals Exceeded"),
        (FULL, WAITED_FOR, "Renewal Not Allowed - Item Has Outstanding Requests"),
    ],
)
def test_a_renewal_is_refused(library, who, what, why):
    assert library.problem("RenewItem", user(who), item(what)) == why


def test_some_decide_about_renewals_later():
    library = Library(renews_later=True)
    said = library.done("RenewItem", user(GOOD), item(LENT))

    assert said.value("Pending", "DateOfExpectedReply") == "2026-03-03T02:00:00Z"
    assert library.books.copy(LENT).loan.renewals == 0


def test_an_item_is_asked_back_and_then_not(library):
    due = library.books.copy(LENT).loan.due
    recalled = library.done("RecallItem", item(LENT))
    assert recalled.value("DateDue") < due.isoformat()
    assert library.books.copy(LENT).loan.recall is not None

    assert not library.done("CancelRecallItem", item(LENT)).has("DateDue")
    assert library.books.copy(LENT).loan.due == due
    assert library.problem("CancelRecallItem", item(LENT)) == "Recall Cannot Be Cancelled At This Time"
    assert library.problem("RecallItem", item(OF_EAST)) == "Item Not Checked Out"
