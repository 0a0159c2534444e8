"""What hangs on a card, as systems tell it."""

from datetime import UTC, date, datetime

import pytest

from ncip_told import Telling, item, request, user
from softdock.circulation.holds import HoldKind, HoldStatus
from softdock.circulation.identifiers import PatronId
from softdock.circulation.items import FeeType, MediaType
from softdock.circulation.money import Money
from softdock.circulation.operations import LookupPatron
from softdock.circulation.patrons import Counts, PatronList

R1 = PatronId("R1")


def reported(*parts, wanted=PatronList.LOANS, first=1, last=None, **dialect):
    system = Telling(f"<LookupUserResponse>{user()}{''.join(parts)}</LookupUserResponse>", **dialect)
    return system.done(LookupPatron(R1, wanted=wanted, first=first, last=last))


def loan(number="B1", due="2026-03-31T15:59:59Z", more=""):
    return f"<LoanedItem>{item(number)}<DateDue>{due}</DateDue>{more}</LoanedItem>"


def hold(status="In Process", more="", number="H1"):
    return (
        f"<RequestedItem>{request(number)}{item()}<RequestType>Hold</RequestType><RequestStatusType>{status}"
        f"</RequestStatusType><DatePlaced>2026-03-01T00:00:00Z</DatePlaced>{more}</RequestedItem>"
    )


def money(name, minor, currency="CNY"):
    code = currency and f"<CurrencyCode>{currency}</CurrencyCode>"
    return f"<{name}>{code}<MonetaryValue>{minor}</MonetaryValue></{name}>"


def fee(minor, kind="Fine", action="Assess", more=""):
    return (
        "<AccountDetails><AccrualDate>2026-02-01T00:00:00Z</AccrualDate><FiscalTransactionInformation>"
        f"<FiscalActionType>{action}</FiscalActionType><FiscalTransactionType>{kind}</FiscalTransactionType>"
        f"{money('Amount', minor)}{more}</FiscalTransactionInformation></AccountDetails>"
    )


def account(balance, *fees, currency="CNY"):
    return (
        f"<UserFiscalAccount>{money('AccountBalance', balance, currency)}{''.join(fees)}</UserFiscalAccount>"
    )


ABOUT = f"<ItemDetails>{item()}<BibliographicDescription><Title>War</Title></BibliographicDescription></ItemDetails>"


# --- loans --------------------------------------------------------------------------------------------------


def test_a_loan_is_told_with_what_it_is_and_when_it_ends():
    more = "<Title>War</Title><MediumType>Book</MediumType>"
    (entry,) = reported(loan(more=more)).entries
    assert (entry.item, entry.title, entry.media_type) == ("B1", "War", MediaType.BOOK)
    assert entry.due == datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "told"), [("2026-03-31", date(2026, 3, 31)), ("", None), ("never", None), ("2026-13-01", None)]
)
def test_the_end_of_a_loan_is_a_day_or_unknown_where_no_moment_is_told(due, told):
    assert reported(loan(due=due)).entries[0].due == told


def test_a_loan_without_an_end_has_none():
    bare = f"<LoanedItem>{item()}<IndeterminateLoanPeriodFlag/></LoanedItem>"
    assert reported(bare).entries[0].due is None


def test_an_identifier_that_is_none_names_no_item():
    (entry,) = reported(loan("-1", more="<Title>War</Title>")).entries
    assert (entry.item, entry.title) == (None, "War")


def test_what_is_overdue_follows_from_when_it_was_due():
    """Of a day alone, when the day is over in the library."""
    told = (loan("B1", "2026-03-02T01:59:59Z"), loan("B2", "2026-03-01"), loan("B3", "2026-03-02"))
    report = reported(*told, wanted=PatronList.OVERDUE)
    assert [each.item for each in report.entries] == ["B1", "B2"]
    assert report.patron.counts.overdue == 2


@pytest.mark.parametrize(
    ("counts", "loans"),
    [
        ("", 1),
        ("<LoanedItemsCount><CirculationStatus>On Loan</CirculationStatus><LoanedItemCountValue>7</LoanedItemCountValue></LoanedItemsCount>", 7),
        ("<LoanedItemsCount><CirculationStatus>On Loan</CirculationStatus><LoanedItemCountValue>0</LoanedItemCountValue></LoanedItemsCount>", 1),
        ("<LoanedItemsCount><CirculationStatus>On Loan</CirculationStatus><LoanedItemCountValue>x</LoanedItemCountValue></LoanedItemsCount>", 1),
    ],
)  # fmt: skip
def test_loans_are_as_many_as_are_counted_and_no_fewer_than_are_told(counts, loans):
    assert reported(counts, loan()).patron.counts.loans == loans


def test_what_is_counted_by_how_it_stands_is_added_up():
    counts = "".join(
        f"<LoanedItemsCount><CirculationStatus>{kind}</CirculationStatus><LoanedItemCountValue>{number}"
        "</LoanedItemCountValue></LoanedItemsCount>"
        for kind, number in (("On Loan", 3), ("Recalled", 2))
    )
    found = reported(counts).patron.counts
    assert (found.loans, found.recalls) == (5, 2)
    assert found.overdue is None, "the loans are not told"


def test_where_an_empty_list_says_nothing_nothing_is_counted():
    unknown = reported(empty_lists_believed=False).patron.counts
    assert unknown == Counts(None, None, None, None, None, None)
    known = reported().patron.counts
    assert (known.loans, known.overdue, known.holds, known.unavailable_holds) == (0, 0, 0, 0)
    assert known.fines is None, "there is no account"


def test_a_part_of_a_list_is_cut_out_here():
    told = [loan(f"B{number}") for number in range(1, 6)]
    report = reported(*told, first=2, last=3)
    assert [each.item for each in report.entries] == ["B2", "B3"]
    assert report.patron.counts.loans == 5


# --- holds --------------------------------------------------------------------------------------------------


def test_holds_are_told_apart_by_whether_they_are_ready():
    told = (
        hold("Available For Pickup", "<PickupExpiryDate>2026-03-09T15:59:59Z</PickupExpiryDate>"),
        hold(number="H2"),
    )
    ready, waiting = (
        reported(*told, wanted=PatronList.HOLDS),
        reported(*told, wanted=PatronList.UNAVAILABLE_HOLDS),
    )
    assert (len(ready.entries), len(waiting.entries)) == (1, 1)
    assert ready.entries[0].due == datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)
    assert (ready.patron.counts.holds, ready.patron.counts.unavailable_holds) == (1, 1)


def test_a_hold_is_told_with_all_that_is_known_of_it():
    more = (
        "<PickupLocation>desk-2</PickupLocation><PickupExpiryDate>2026-03-09T00:00:00Z</PickupExpiryDate>"
        "<HoldQueuePosition>2</HoldQueuePosition><Title>War</Title>"
    )
    report = reported(
        hold(more=more), wanted=PatronList.ALL_HOLDS, names_of_pickup_locations={"desk-2": "2F"}
    )
    (found,) = report.holds
    assert (found.id, found.item.id, found.title, found.patron) == ("H1", "B1", "War", R1)
    assert (found.kind, found.status, found.queue_position) == (HoldKind.HOLD, HoldStatus.WAITING, 2)
    assert (found.pickup_location, found.placed) == ("2F", datetime(2026, 3, 1, tzinfo=UTC))
    assert found.pickup_until == found.expires == datetime(2026, 3, 9, tzinfo=UTC)
    assert report.entries == ()


@pytest.mark.parametrize("status", ["Expired", "Cannot Fulfill Request"])
def test_what_nobody_waits_for_any_more_is_no_hold(status):
    count = "<RequestedItemsCount><RequestType>Hold</RequestType><RequestedItemCountValue>2</RequestedItemCountValue></RequestedItemsCount>"
    report = reported(count, hold(status), hold(number="H2"), wanted=PatronList.ALL_HOLDS)
    assert [each.id for each in report.holds] == ["H2"]
    assert (report.patron.counts.holds, report.patron.counts.unavailable_holds) == (0, 1)


def test_where_the_status_is_not_to_be_believed_nobody_knows_what_is_ready():
    report = reported(hold("Available For Pickup"), wanted=PatronList.UNAVAILABLE_HOLDS, believed_holds=False)
    assert (report.patron.counts.holds, report.patron.counts.unavailable_holds) == (None, 1)
    assert len(report.entries) == 1


def test_a_hold_may_have_no_item_and_a_status_of_which_nothing_is_known():
    bare = (
        f"<RequestedItem>{request()}<RequestType>Wish</RequestType><RequestStatusType>Thinking</RequestStatusType>"
        "<DatePlaced></DatePlaced></RequestedItem>"
    )
    (found,) = reported(bare, wanted=PatronList.ALL_HOLDS).holds
    assert (found.item, found.status, found.placed, found.kind) == (None, None, None, HoldKind.HOLD)


# --- money ----------------------------------------------------------------------------------------------------


def test_fees_are_told_one_by_one_and_those_about_an_item_are_fines():
    reference = (
        "<FiscalTransactionReferenceId><AgencyId>ILS</AgencyId><FiscalTransactionIdentifierValue>F1"
        "</FiscalTransactionIdentifierValue></FiscalTransactionReferenceId>"
    )
    told = account(350, fee(250, "Fine", more=ABOUT + reference), fee(100, "Service Charge"))
    fees, fines = reported(told, wanted=PatronList.FEES), reported(told, wanted=PatronList.FINES)
    assert [(each.fee, each.fee_type, each.amount.minor) for each in fees.entries] == [
        ("F1", FeeType.OVERDUE, 250),
        (None, FeeType.ADMINISTRATIVE, 100),
    ]
    assert [each.item for each in fines.entries] == ["B1"]
    assert (fees.patron.balance, fees.patron.counts.fines) == (Money(350, "CNY"), 1)


def test_where_more_is_owed_than_is_told_nobody_knows_how_many_fines_there_are():
    report = reported(account(5150), wanted=PatronList.FINES)
    assert (report.patron.balance, report.patron.counts.fines) == (Money(5150, "CNY"), None)


@pytest.mark.parametrize("action", ["Payment", "waive", "Write Off", "Cancel", "Forgive"])
def test_what_was_paid_or_forgiven_is_owed_no_more(action):
    assert reported(account(0, fee(250, action=action)), wanted=PatronList.FEES).entries == ()


def test_of_several_currencies_the_librarys_own_counts():
    told = account(100, currency="EUR"), account(30), account(20)
    assert reported(*told).patron.balance == Money(50, "CNY")
    assert reported(account(100, currency="EUR")).patron.balance == Money(100, "EUR")


@pytest.mark.parametrize(
    ("minor", "currency", "balance"),
    [
        ("-150", "CNY", Money(-150, "CNY")),
        ("150", "", Money(150, "CNY")),
        ("150", "eur", Money(150, "EUR")),
        ("150", "Yuan", Money(150, "CNY")),
        ("1.50", "CNY", None),
        ("", "CNY", None),
        ("9" * 40, "CNY", None),
    ],
)
def test_an_amount_is_a_whole_number_of_the_smallest_units(minor, currency, balance):
    """Anything else would be a guess, and a wrong one books a wrong sum."""
    assert reported(account(minor, currency=currency)).patron.balance == balance


def test_a_note_on_a_fee_is_no_longer_than_people_read():
    note = f"<FiscalTransactionDescription>{'x' * 5000}</FiscalTransactionDescription>"
    (entry,) = reported(account(1, fee(1, more=note)), wanted=PatronList.FEES).entries
    assert len(entry.note) == 500
