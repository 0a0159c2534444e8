"""Loans in the words of the standard: what is asked, and what the answers mean."""

from datetime import UTC, date, datetime

import pytest

from ncip_told import NOW, Telling, item, problem, user
from softdock.circulation.errors import AnswerLost, SystemUnavailable
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import AlertType, FeeType
from softdock.circulation.money import Money
from softdock.circulation.operations import CancelRecall, Checkin, Checkout, RecallItem, Renew, RenewAll
from softdock.circulation.outcomes import Refused
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.south import LoanUndoing

R1, B1, PIN = PatronId("R1"), ItemId("B1"), Secret("1234")
LATER = datetime(2026, 5, 2, 2, 0, tzinfo=UTC)
NO = "User Ineligible To Check Out This Item"
TITLE = "<ItemOptionalFields><BibliographicDescription><Title>War</Title></BibliographicDescription></ItemOptionalFields>"
DUE = "<DateDue>2026-03-31T15:59:59Z</DateDue>"


def lent(more=DUE + TITLE, service="CheckOutItem"):
    return f"<{service}Response>{item()}{user()}{more}</{service}Response>"


def looked(status="On Loan", borrower="", fields=""):
    had = (
        borrower and f"<ItemTransaction><CurrentBorrower>{user(borrower)}</CurrentBorrower></ItemTransaction>"
    )
    return (
        f"<LookupItemResponse>{item()}{had}<ItemOptionalFields><BibliographicDescription><Title>War</Title>"
        f"</BibliographicDescription><CirculationStatus>{status}</CirculationStatus>{fields}</ItemOptionalFields></LookupItemResponse>"
    )


def card(*loans):
    told = "".join(f"<LoanedItem>{item(each)}{DUE}</LoanedItem>" for each in loans)
    return f"<LookupUserResponse>{user()}{told}</LookupUserResponse>"


def required(minor):
    return f"<RequiredFeeAmount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>{minor}</MonetaryValue></RequiredFeeAmount>"


# --- lending ------------------------------------------------------------------------------------------------


def test_a_loan_ends_when_the_system_says():
    told = Telling(lent())
    found = told.done(Checkout(R1, B1))
    assert (found.due, found.item.title, found.renewed) == (
        datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC),
        "War",
        False,
    )
    (asked,) = told.asked
    assert asked.value("UserId", "UserIdentifierValue") == "R1"
    assert not asked.has("MandatedAction")


@pytest.mark.parametrize(
    ("end", "due", "text"),
    [
        ("<IndeterminateLoanPeriodFlag/>", None, ""),
        ("<NonReturnableFlag/>", None, ""),
        ("<DateDue>2026-03-31</DateDue>", date(2026, 3, 31), ""),
        ("<DateDue> end of\n term </DateDue>", None, "end of term"),
        ("<DateDue></DateDue>", None, ""),
        (f"<DateDue>{'x' * 500}</DateDue>", None, "x" * 64),
    ],
)
def test_an_end_that_is_no_date_is_told_as_it_is(end, due, text):
    """The loan stands all the same: to answer that nobody knows would be wrong."""
    found = Telling(lent(end + TITLE)).done(Checkout(R1, B1))
    assert (found.due, found.due_text) == (due, text)


def test_what_a_loan_has_cost_is_told():
    cost = (
        "<FiscalTransactionInformation><FiscalActionType>Assess</FiscalActionType><FiscalTransactionType>Rental"
        "</FiscalTransactionType><Amount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>{}</MonetaryValue></Amount>"
        "</FiscalTransactionInformation>"
    )
    found = Telling(lent(DUE + "<RenewalCount>2</RenewalCount>" + cost.format(250) + TITLE)).done(
        Checkout(R1, B1)
    )
    assert (found.fee, found.fee_type, found.renewals) == (Money(250, "CNY"), FeeType.RENTAL, 2)
    assert Telling(lent(DUE + cost.format(0) + TITLE)).done(Checkout(R1, B1)).fee is None


def test_a_title_that_came_not_along_is_looked_up():
    told = Telling(lent(DUE), looked())
    assert told.done(Checkout(R1, B1)).item.title == "War"
    assert told.services == ["CheckOutItem", "LookupItem"]


@pytest.mark.parametrize(
    "trouble", [problem("LookupItem", "Item Access Denied"), AnswerLost("late"), SystemUnavailable("gone")]
)
def test_a_loan_stands_whatever_becomes_of_looking_at_it(trouble):
    assert Telling(lent(DUE), trouble).done(Checkout(R1, B1)).due is not None


def test_what_is_read_in_the_house_keeps_its_protection():
    restricted = "<ItemUseRestrictionType>In Library Use Only</ItemUseRestrictionType></ItemOptionalFields>"
    here = TITLE.replace("</ItemOptionalFields>", restricted)
    assert Telling(lent(DUE + here)).done(Checkout(R1, B1)).desensitize is False


def test_what_has_happened_is_mandated_with_the_date_that_was_promised():
    told = Telling(lent())
    told.done(Checkout(R1, B1, no_block=True, happened=NOW, promised_due=LATER, hold=HoldId("H1")))
    (asked,) = told.asked
    assert asked.value("MandatedAction", "DateEventOccurred") == "2026-03-02T02:00:00Z"
    assert asked.value("DesiredDateDue") == "2026-05-02T02:00:00Z"
    assert asked.value("RequestId", "RequestIdentifierValue") == "H1"


@pytest.mark.parametrize("wish", [Checkout(R1, B1, no_block=True), Checkout(R1, B1, cancel=True), Checkin(B1, no_block=True),
                                  Renew(R1, B1, no_block=True)])  # fmt: skip
def test_a_system_that_books_nothing_afterwards_is_not_asked_to(wish):
    assert Telling(honours_mandated=False).outcome(wish) == Refused(Reason.NOT_SUPPORTED)


# --- why not ------------------------------------------------------------------------------------------------


def test_what_the_patron_has_already_is_renewed():
    told = Telling(problem("CheckOutItem", NO), looked(borrower="R1"), lent(service="RenewItem"))
    assert told.done(Checkout(R1, B1)).renewed


def test_who_has_it_is_found_in_their_loans_where_the_item_does_not_tell():
    told = Telling(problem("CheckOutItem", NO), looked(), card("B1"), lent(service="RenewItem"))
    assert told.done(Checkout(R1, B1)).renewed


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ((looked(borrower="R2"),), Reason.ITEM_LENT_TO_ANOTHER),
        ((looked(), card("B2")), Reason.ITEM_LENT_TO_ANOTHER),
        ((looked("Available For Pickup"),), Reason.ITEM_ON_HOLD),
        ((looked("Available On Shelf"),), Reason.DECLINED),
        ((looked("Available On Shelf", fields="<ItemUseRestrictionType>Not For Loan</ItemUseRestrictionType>"),), Reason.ITEM_NOT_LENDABLE),
        ((problem("LookupItem", "Unknown Item"), card()), Reason.DECLINED),
        ((AnswerLost("late"), SystemUnavailable("gone")), Reason.DECLINED),
    ],
)  # fmt: skip
def test_a_bare_no_is_explained_by_how_the_item_stands(answers, reason):
    assert Telling(problem("CheckOutItem", NO), *answers).outcome(Checkout(R1, B1)).reason is reason


def test_a_reason_that_the_system_names_needs_no_explaining():
    told = Telling(problem("CheckOutItem", "Maximum Check Outs Exceeded"))
    assert told.outcome(Checkout(R1, B1)).reason is Reason.TOO_MANY_LOANS


def test_who_wants_no_renewal_hears_that_the_loan_is_theirs():
    told = Telling(problem("CheckOutItem", NO), looked(borrower="R1"))
    outcome = told.outcome(Checkout(R1, B1, renewal_allowed=False))
    assert (outcome.reason, outcome.item.title) == (Reason.ALREADY_LENT, "War")


# --- fees ---------------------------------------------------------------------------------------------------


def costs(minor):
    return problem("CheckOutItem", NO, beside=required(minor))


def test_who_agrees_to_whatever_it_is_agrees_to_what_the_system_names():
    told = Telling(costs(250), lent())
    told.done(Checkout(R1, B1, fee_acknowledged=True))
    assert [each.value("AcknowledgedFeeAmount", "MonetaryValue") for each in told.asked] == ["", "250"]


def test_who_agrees_to_an_amount_agrees_to_no_more():
    told = Telling(costs(300))
    outcome = told.outcome(Checkout(R1, B1, fee_acknowledged=True, acknowledged_fee=Money(250, "CNY")))
    assert (outcome.reason, outcome.fee) == (Reason.FEE_NOT_ACKNOWLEDGED, Money(300, "CNY"))
    assert told.asked[0].value("AcknowledgedFeeAmount", "MonetaryValue") == "250"


def test_who_agrees_to_nothing_is_told_what_it_costs():
    outcome = Telling(costs(250)).outcome(Checkout(R1, B1))
    assert (outcome.reason, outcome.fee) == (Reason.FEE_NOT_ACKNOWLEDGED, Money(250, "CNY"))


# --- PINs ---------------------------------------------------------------------------------------------------


def test_a_pin_is_compared_before_anything_is_changed():
    told = Telling(card(), lent())
    told.done(Checkout(R1, B1, PIN))
    assert told.services == ["LookupUser", "CheckOutItem"]
    assert not told.asked[1].has("AuthenticationInput")
    wrong = Telling(problem("LookupUser", "User Authentication Failed"))
    assert wrong.outcome(Checkout(R1, B1, PIN)).reason is Reason.PIN_WRONG


@pytest.mark.parametrize(
    ("known", "reason"),
    [(card(), Reason.PIN_WRONG), (problem("LookupUser", "Unknown User"), Reason.PATRON_UNKNOWN)],
    ids=["known", "unknown"],
)
def test_who_is_unknown_only_with_a_pin_has_it_wrong(known, reason):
    """Or nobody would count the tries of who guesses at it."""
    told = Telling(problem("LookupUser", "Unknown User"), known)
    assert told.outcome(Checkout(R1, B1, PIN)).reason is reason


def test_a_pin_that_the_system_compares_itself_goes_along():
    told = Telling(lent(), pin_checked_in=frozenset({"CheckOutItem"}))
    told.done(Checkout(R1, B1, PIN))
    assert len(told.asked[0].all("AuthenticationInput")) == 2


def test_where_nobody_compares_pins_none_is_believed():
    told = Telling(card(), pin_answers_right=False)
    assert told.outcome(Checkout(R1, B1, PIN)).reason is Reason.PIN_REQUIRED


def test_a_loan_is_not_made_where_only_the_question_before_a_renewal_was_lost():
    """CheckOutItem was refused, and RenewItem not sent."""
    told = Telling(card(), problem("CheckOutItem", NO), looked(borrower="R1"), AnswerLost("late"))
    with pytest.raises(SystemUnavailable):
        told.outcome(Checkout(R1, B1, PIN))


# --- taking back ----------------------------------------------------------------------------------------------


def returned(more=TITLE):
    return f"<CheckInItemResponse>{item()}{more}</CheckInItemResponse>"


def routed(instructions, destination, more=""):
    return (
        f"<RoutingInformation><RoutingInstructions>{instructions}</RoutingInstructions><Destination>{destination}"
        f"</Destination>{more}</RoutingInformation>"
    )


def place(*names):
    levels = "".join(
        f"<LocationNameInstance><LocationNameLevel>{number}</LocationNameLevel><LocationNameValue>{name}"
        "</LocationNameValue></LocationNameInstance>"
        for number, name in enumerate(names, 1)
    )
    return f"<Location><LocationType>Temporary Location</LocationType><LocationName>{levels}</LocationName></Location>"


BIN = "<BinNumber>7</BinNumber>"


@pytest.mark.parametrize(
    ("routing", "alert", "sort_bin", "destination"),
    [
        ("", None, "", ""),
        (routed("Return To Shelf", BIN), None, "7", ""),
        (routed("Hold For Pickup", BIN), AlertType.HOLD_HERE, "7", ""),
        (routed("Send To Pickup Location", place("ILS", "Branch")), AlertType.HOLD_ELSEWHERE, "", "Branch"),
        (routed("Send To Owning Location", place("nb")), AlertType.TRANSIT, "", "CDL"),
        (routed("Send To Requesting Library", BIN + place("nb")), AlertType.INTERLIBRARY_HOLD, "7", "CDL"),
        (routed("Mend it", BIN), AlertType.SPECIAL, "7", ""),
        (routed("Put aside", BIN, "<RequestType>Hold</RequestType>"), AlertType.HOLD_HERE, "7", ""),
        (
            routed("Put aside", place("x"), "<RequestType>Hold</RequestType>"),
            AlertType.HOLD_ELSEWHERE,
            "",
            "x",
        ),
    ],
)
def test_where_a_returned_item_has_to_go(routing, alert, sort_bin, destination):
    found = Telling(returned(routing + TITLE), agencies={"nb": "CDL"}).done(Checkin(B1))
    assert (found.alert, found.sort_bin, found.destination) == (alert, sort_bin, destination)


def test_who_had_it_and_who_waits_for_it():
    named = "<UnstructuredPersonalUserName>Ada</UnstructuredPersonalUserName>"
    waiting = f"{user('R2')}<NameInformation><PersonalNameInformation>{named}</PersonalNameInformation></NameInformation>"
    told = returned(
        user("R1") + routed("Hold For Pickup", BIN, f"<RequestType>Hold</RequestType>{waiting}") + TITLE
    )
    found = Telling(told).done(Checkin(B1))
    assert (found.patron, found.hold_patron, found.hold_patron_name) == ("R1", "R2", "Ada")
    assert "Ada" not in repr(found)


def test_what_nobody_has_is_returned_unless_that_matters():
    nobody = problem("CheckInItem", "Item Not Checked Out")
    assert Telling(nobody, looked()).done(Checkin(B1)).item.title == "War"
    assert Telling(nobody).outcome(Checkin(B1, only_if_lent=True)).reason is Reason.ITEM_NOT_LENT
    assert Telling(nobody, not_lent_is_returned=False).outcome(Checkin(B1)).reason is Reason.ITEM_NOT_LENT


# --- undoing --------------------------------------------------------------------------------------------------

UNDO = Checkin(B1, cancel=True, borrower=R1)
UNDONE = f"<UndoCheckOutItemResponse>{item()}{user()}</UndoCheckOutItemResponse>"


def test_a_loan_of_this_patron_is_undone():
    told = Telling(UNDONE, looked("Available On Shelf"))
    found = told.done(UNDO)
    assert (found.undone, found.patron, found.item.title) == (True, R1, "War")
    assert told.asked[0].value("UserId", "UserIdentifierValue") == "R1"


def test_where_there_is_nothing_to_undo_the_item_is_not_unknown():
    """The service has no other word for it."""
    unknown = problem("UndoCheckOutItem", "Unknown Item")
    assert Telling(unknown, looked("Available On Shelf")).outcome(UNDO).reason is Reason.NOTHING_TO_UNDO
    assert Telling(unknown, problem("LookupItem", "Unknown Item")).outcome(UNDO).reason is Reason.ITEM_UNKNOWN


def test_where_a_return_undoes_only_this_patrons_loan_is_returned():
    told = Telling(card("B1"), returned(), undo_loan=LoanUndoing.RETURN)
    assert told.done(UNDO).undone
    assert told.services == ["LookupUser", "CheckInItem"]
    assert Telling(card("B2"), undo_loan=LoanUndoing.RETURN).outcome(UNDO).reason is Reason.NOTHING_TO_UNDO
    nobody = problem("CheckInItem", "Item Not Checked Out")
    assert (
        Telling(card("B1"), nobody, undo_loan=LoanUndoing.RETURN).outcome(UNDO).reason is Reason.ITEM_NOT_LENT
    )


def test_a_loan_of_which_nobody_could_ask_is_not_said_to_be_none():
    """The patron's loans were not shown, and the partner heard that there was nothing to undo."""
    told = Telling(AnswerLost("late"), undo_loan=LoanUndoing.RETURN)
    with pytest.raises(SystemUnavailable):
        told.outcome(UNDO)
    told = Telling(card("B1"), returned(), undo_loan=LoanUndoing.RETURN, reasons_looked_up=False)
    assert told.done(UNDO).undone, "whatever else is not looked at"


def test_what_cannot_be_undone_is_not_tried():
    assert Telling(undo_loan=LoanUndoing.NONE).outcome(UNDO) == Refused(Reason.NOT_SUPPORTED)


# --- lending on -------------------------------------------------------------------------------------------------


def test_a_renewal_that_is_pending_is_none():
    pending = "<RenewItemResponse><Pending><DateOfExpectedReply>2026-03-05T00:00:00Z</DateOfExpectedReply></Pending></RenewItemResponse>"
    outcome = Telling(pending).outcome(Renew(R1, B1))
    assert outcome.reason is Reason.DECLINED
    assert set(outcome.note) == {"en", "zh"}


def test_what_a_patron_has_of_a_title_is_found_by_the_number_of_the_title():
    number = "<BibliographicId><BibliographicRecordId><BibliographicRecordIdentifier>T1</BibliographicRecordIdentifier><AgencyId>ILS</AgencyId></BibliographicRecordId></BibliographicId>"
    loans = f"<LookupUserResponse>{user()}<LoanedItem>{item('B2')}{DUE}</LoanedItem><LoanedItem>{item()}{number}{DUE}</LoanedItem></LookupUserResponse>"
    told = Telling(loans, lent(service="RenewItem"))
    assert told.done(Renew(R1, title=TitleId("T1"))).renewed
    assert told.asked[1].value("ItemId", "ItemIdentifierValue") == "B1"


def test_where_loans_have_no_number_of_the_title_their_items_are_looked_at():
    """Before version 2.02 there was no place for it."""
    of_title = looked(fields="").replace(
        "<Title>War</Title>",
        "<BibliographicRecordId><BibliographicRecordIdentifier>T1</BibliographicRecordIdentifier><AgencyId>ILS</AgencyId>"
        "</BibliographicRecordId><Title>War</Title>",
    )
    told = Telling(card("B1"), of_title, lent(service="RenewItem"))
    assert told.done(Renew(R1, title=TitleId("T1"))).renewed
    assert (
        Telling(card("B1"), looked()).outcome(Renew(R1, title=TitleId("T9"))).reason
        is Reason.ITEM_NOT_LENT_TO_PATRON
    )


def test_everything_is_renewed_loan_by_loan_and_what_fails_is_told():
    told = Telling(
        card("B1", "B2", "B3", "-1"),
        lent(service="RenewItem"),
        problem("RenewItem", "Maximum Renewals Exceeded"),
        AnswerLost("late"),
    )
    found = told.done(RenewAll(R1))
    assert (found.renewed, found.unrenewed, found.unrenewed_count) == (("B1",), ("B2", "B3"), 3)


def test_who_has_nothing_renews_nothing():
    assert Telling(card()).outcome(RenewAll(R1)).reason is Reason.NOTHING_TO_RENEW


# --- asking back --------------------------------------------------------------------------------------------------


def test_a_recall_tells_when_the_item_has_to_be_back():
    told = Telling(f"<RecallItemResponse>{item()}{user()}{DUE}{TITLE}</RecallItemResponse>")
    found = told.done(RecallItem(B1, LATER))
    assert (found.patron, found.due, found.item.title) == (
        R1,
        datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC),
        "War",
    )
    assert told.asked[0].value("DesiredDateDue") == "2026-05-02T02:00:00Z"


def test_once_it_is_not_wanted_back_the_item_tells_when_it_is_due():
    fields = f"<ItemOptionalFields><CirculationStatus>On Loan</CirculationStatus>{DUE}</ItemOptionalFields>"
    found = Telling(f"<CancelRecallItemResponse>{item()}{fields}</CancelRecallItemResponse>").done(
        CancelRecall(B1)
    )
    assert found.due == datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
