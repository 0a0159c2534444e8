"""Why a system said no, in its own words or none."""

import pytest

from ncip_told import Telling, item, problem, user
from softdock.circulation.errors import (
    AnswerLost,
    MalformedReply,
    Misconfigured,
    SystemUnavailable,
    Unsupported,
)
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.operations import (
    Checkin,
    Checkout,
    DeleteItem,
    LookupItem,
    LookupPatron,
    PlaceHold,
    Renew,
)
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip import south
from softdock.protocols.ncip.south.problems import CANNOT, IN_SERVICE, MEANING, NOT_US
from softdock.protocols.ncip.tables.problem_types import ProblemType

R1, B1 = PatronId("R1"), ItemId("B1")
RENEWAL, LOOK = Renew(R1, B1), LookupItem(B1)


def refused(operation, *kinds, beside="", **dialect):
    """The refusal that problems in answer to the operation's service are."""
    service = {
        Renew: "RenewItem",
        LookupItem: "LookupItem",
        DeleteItem: "DeleteItem",
        PlaceHold: "RequestItem",
    }
    return Telling(problem(service[type(operation)], *kinds, beside=beside), **dialect).outcome(operation)


def test_every_type_of_the_standard_means_something():
    away = {ProblemType.TEMPORARY_PROCESSING_FAILURE}
    of_agencies = {ProblemType.DUPLICATE_AGENCY}

    assert {*MEANING, *NOT_US, *CANNOT, *away, *of_agencies} == set(ProblemType)
    assert not NOT_US & CANNOT
    assert MEANING.keys().isdisjoint(NOT_US | CANNOT | away)
    assert {kind for _, kind in IN_SERVICE} <= set(MEANING)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Unknown Item", Reason.ITEM_UNKNOWN),
        ("UNKNOWN  ITEM ", Reason.ITEM_UNKNOWN),
        ("Maximum Renewals Exceeded", Reason.TOO_MANY_RENEWALS),
        ("Renewal Not Allowed - Item Has Outstanding Requests", Reason.RENEWAL_ITEM_ON_HOLD),
        ("Renewal Not Allowed \u2013 Item Has Outstanding Requests", Reason.RENEWAL_ITEM_ON_HOLD),
        ("Item Not Checked Out", Reason.ITEM_NOT_LENT_TO_PATRON),
        ("User Blocked", Reason.PATRON_BLOCKED),
        ("Item Not Renewable", Reason.DECLINED),
    ],
)
def test_a_type_is_read_whatever_its_spelling(text, reason):
    assert refused(RENEWAL, text).reason is reason


@pytest.mark.parametrize(
    ("kind", "detail", "reason", "note"),
    [
        ("", "Patron has block: expired", Reason.CARD_EXPIRED, "Patron has block: expired"),
        ("", "", Reason.DECLINED, ""),
        ("Could not find item with barcode 1", "", Reason.ITEM_UNKNOWN, "Could not find item with barcode 1"),
        ("Renewal limit", "reached", Reason.TOO_MANY_RENEWALS, "reached"),
        ("Problem performing RenewItem", "Something else", Reason.DECLINED, "Something else"),
        ("FOLIO: 123", "", Reason.DECLINED, "FOLIO: 123"),
    ],
)
def test_free_texts_and_empty_types_are_read_by_what_people_write(kind, detail, reason, note):
    outcome = refused(RENEWAL, (kind, detail))
    assert (outcome.reason, outcome.note) == (reason, note)


def test_a_problem_without_anything_in_it_is_a_refusal():
    assert (
        Telling("<RenewItemResponse><Problem/></RenewItemResponse>").outcome(RENEWAL).reason
        is Reason.DECLINED
    )


def test_bare_problems_are_those_of_the_service():
    bare = "<Problem><ProblemType>Unknown Item</ProblemType></Problem>"
    assert Telling(bare).outcome(RENEWAL).reason is Reason.ITEM_UNKNOWN


def test_of_several_the_first_that_tells_why_counts():
    outcome = refused(RENEWAL, ("Element Rule Violated", "Sorry."), ("Maximum Renewals Exceeded", "Thrice."))
    assert (outcome.reason, outcome.note) == (Reason.TOO_MANY_RENEWALS, "Sorry.\nThrice.")


def test_texts_that_are_not_fit_for_patrons_stay_here():
    outcome = refused(
        RENEWAL, ("Item Not Renewable", "java.lang.NullPointerException"), details_for_patrons=False
    )
    assert outcome.note == ""


def test_no_text_is_longer_than_people_read():
    assert len(refused(RENEWAL, ("Item Not Renewable", "x" * 50_000)).note) == 1000


@pytest.mark.parametrize(
    ("operation", "kind", "reason"),
    [
        (DeleteItem(B1), "Item Access Denied", Reason.ITEM_IN_USE),
        (LOOK, "Item Access Denied", Reason.DECLINED),
        (PlaceHold(R1, B1), "Invalid Date", Reason.HOLD_DATE_PAST),
    ],
)
def test_one_type_says_one_thing_under_one_service_and_another_under_another(operation, kind, reason):
    assert refused(operation, kind).reason is reason


RULES = (
    south.ProblemRule(
        Reason.CARD_LOST, type="user blocked", contains="lost", services=frozenset({"RenewItem"})
    ),
    south.ProblemRule(Reason.TOO_MANY_FEES, contains="you owe us money."),
    south.ProblemRule(Reason.OUTCOME_UNKNOWN, contains="perhaps"),
    south.ProblemRule(Reason.SYSTEM_BUSY, contains="too many"),
    south.ProblemRule(Reason.NOT_SUPPORTED, contains="cannot"),
    south.ProblemRule(Reason.NOT_ALLOWED, contains="who are you"),
)


@pytest.mark.parametrize(
    ("kind", "detail", "reason", "note"),
    [
        ("User Blocked", "Card reported LOST", Reason.CARD_LOST, "Card reported LOST"),
        ("User Blocked", "Rude", Reason.PATRON_BLOCKED, "Rude"),
        ("", "You owe us money.", Reason.TOO_MANY_FEES, ""),
        ("", "You owe us money. 3.50, to be exact.", Reason.TOO_MANY_FEES, "3.50, to be exact."),
    ],
)
def test_the_rules_of_the_profile_come_first_and_what_they_say_is_not_said_twice(kind, detail, reason, note):
    outcome = refused(RENEWAL, (kind, detail), problems=RULES)
    assert (outcome.reason, outcome.note) == (reason, note)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("Temporary Processing Failure", SystemUnavailable),
        ("Unsupported Service", Unsupported),
        ("Unknown Agency", Misconfigured),
        ("Invalid Message Syntax Error", Misconfigured),
        ("Unknown partner", Misconfigured),
        ("perhaps", AnswerLost),
        ("too many", SystemUnavailable),
        ("cannot", Unsupported),
        ("who are you", Misconfigured),
    ],
)
def test_what_is_none_of_the_patrons_business_is_no_refusal(kind, error):
    with pytest.raises(error):
        refused(RENEWAL, kind, problems=RULES)


def test_a_service_that_is_not_supported_is_not_asked_for_again():
    told = Telling(problem("RenewItem", "Unsupported Service"))
    for _ in range(2):
        with pytest.raises(Unsupported):
            told.outcome(RENEWAL)
    assert told.services == ["RenewItem"]


def test_a_temporary_failure_leaves_open_whether_a_change_was_made_where_the_profile_says_so():
    with pytest.raises(AnswerLost):
        refused(RENEWAL, "Temporary Processing Failure", temporary_failure_is_unknown=True)
    with pytest.raises(SystemUnavailable):
        refused(LOOK, "Temporary Processing Failure", temporary_failure_is_unknown=True)


def test_who_is_not_believed_without_a_pin_is_asked_for_one():
    """The standard has one word for a wrong PIN and for none."""
    assert refused(RENEWAL, "User Authentication Failed").reason is Reason.PIN_REQUIRED
    wrong = Telling(
        problem("RenewItem", "User Authentication Failed"), pin_checked_in=frozenset({"RenewItem"})
    )
    assert wrong.outcome(Renew(R1, B1, pin=Secret("1"))).reason is Reason.PIN_WRONG


@pytest.mark.parametrize(
    ("kind", "about", "reason"),
    [
        ("Needed Data Missing", "AuthenticationInput", Reason.PIN_REQUIRED),
        ("Needed Data Missing", "RequestType", Reason.REQUEST_INCOMPLETE),
        ("Unknown Item", "BibliographicRecordIdentifier", Reason.TITLE_UNKNOWN),
    ],
)
def test_the_element_that_a_problem_names_tells_more(kind, about, reason):
    told = f"<Problem><ProblemType>{kind}</ProblemType><ProblemElement>{about}</ProblemElement></Problem>"
    assert (
        Telling(f"<RequestItemResponse>{told}</RequestItemResponse>").outcome(PlaceHold(R1, B1)).reason
        is reason
    )


def test_an_answer_to_something_else_is_none():
    with pytest.raises(MalformedReply):
        Telling(f"<RenewItemResponse>{item()}{user()}</RenewItemResponse>").outcome(LOOK)


def test_a_system_of_another_version_says_so():
    versions = (
        "<LookupVersionResponse><FromAgencyId><AgencyId>A</AgencyId></FromAgencyId>"
        "<ToAgencyId><AgencyId>B</AgencyId></ToAgencyId><VersionSupported>1.0</VersionSupported></LookupVersionResponse>"
    )
    with pytest.raises(Misconfigured, match="version"):
        Telling(versions).outcome(LOOK)


def test_no_error_repeats_what_the_system_said_of_somebody():
    told = problem("LookupUser", ("Unsupported Service", "Ada Lovelace, 1 Main Street"))
    with pytest.raises(Unsupported) as caught:
        Telling(told).outcome(LookupPatron(R1))
    told = problem("CheckInItem", ("Ada Lovelace is not known to who are you", ""))
    with pytest.raises(Misconfigured) as other:
        Telling(told, problems=RULES).outcome(Checkin(B1))
    assert "Ada" not in f"{caught.value}{caught.value!r}{other.value}{other.value!r}"


def test_a_fee_stands_in_the_way_where_nothing_else_does():
    costs = "<RequiredFeeAmount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>250</MonetaryValue></RequiredFeeAmount>"
    told = problem("CheckOutItem", "User Ineligible To Check Out This Item", beside=costs)
    outcome = Telling(told).outcome(Checkout(R1, B1))
    assert (outcome.reason, outcome.fee.minor) == (Reason.FEE_NOT_ACKNOWLEDGED, 250)
    blocked = Telling(problem("CheckOutItem", "User Blocked", beside=costs)).outcome(Checkout(R1, B1))
    assert (blocked.reason, blocked.fee) == (Reason.PATRON_BLOCKED, None)
