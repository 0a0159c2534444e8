"""Holds in the words of the standard: what is asked, and what the answers mean."""

from datetime import UTC, datetime

import pytest

from ncip_behind import NcipBehind
from ncip_told import ITEM, REQUEST, USER, Telling, item, problem, request, user
from softdock.circulation.errors import AnswerLost, Unsupported
from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.money import Money
from softdock.circulation.operations import CancelHold, ChangeHold, LookupHold, PlaceHold
from softdock.circulation.outcomes import Refused
from softdock.circulation.reasons import Reason

R1, B1, T1, H1 = PatronId("R1"), ItemId("B1"), TitleId("T1"), HoldId("H1")
LATER = datetime(2026, 5, 2, 2, 0, tzinfo=UTC)
TITLE = "<ItemOptionalFields><BibliographicDescription><Title>War</Title></BibliographicDescription></ItemOptionalFields>"
NUMBER = (
    "<BibliographicId><BibliographicRecordId><BibliographicRecordIdentifier>T1</BibliographicRecordIdentifier>"
    "<AgencyId>ILS</AgencyId></BibliographicRecordId></BibliographicId>"
)


def placed(names=ITEM, more=TITLE):
    kinds = "<RequestType>Hold</RequestType><RequestScopeType>Item</RequestScopeType>"
    return f"<RequestItemResponse>{names}{user()}{kinds}{more}</RequestItemResponse>"


def standing(status="In Process", more="", who=USER):
    return (
        f"<LookupRequestResponse>{request()}{item()}{who}<RequestType>Hold</RequestType><RequestScopeType>Item"
        f"</RequestScopeType><RequestStatusType>{status}</RequestStatusType>{more}</LookupRequestResponse>"
    )


def waiting(*holds):
    return f"<LookupUserResponse>{user()}{''.join(holds)}</LookupUserResponse>"


def requested(names=REQUEST + ITEM, more="", status="In Process"):
    return (
        f"<RequestedItem>{names}{more}<RequestType>Hold</RequestType><RequestStatusType>{status}</RequestStatusType>"
        "<DatePlaced>2026-03-01T00:00:00Z</DatePlaced></RequestedItem>"
    )


def cancelled(names=ITEM):
    return f"<CancelRequestItemResponse>{names}{user()}{TITLE}</CancelRequestItemResponse>"


# --- placing --------------------------------------------------------------------------------------------------


def test_a_copy_is_asked_for_by_its_number():
    told = Telling(placed(), pickup_locations={"2F": "desk-2"})
    found = told.done(PlaceHold(R1, B1, pickup_location="2F", expires=LATER, hold=H1))
    (asked,) = told.asked
    assert asked.value("ItemId", "ItemIdentifierValue") == "B1"
    assert asked.value("RequestScopeType") == "Item"
    assert (asked.value("PickupLocation"), asked.value("NeedBeforeDate")) == (
        "desk-2",
        "2026-05-02T02:00:00Z",
    )
    assert (found.pickup_location, found.expires, found.scope) == ("2F", LATER, HoldScope.THIS_COPY)
    assert asked.value("RequestId", "RequestIdentifierValue") == "H1"


def test_the_name_that_is_asked_for_is_the_holds_only_where_the_system_keeps_it():
    assert Telling(placed()).done(PlaceHold(R1, B1, hold=H1)).id is None
    assert Telling(placed(), standing(), request_ids_kept=True).done(PlaceHold(R1, B1, hold=H1)).id == H1
    assert Telling(placed(request("X9")), standing()).done(PlaceHold(R1, B1, hold=H1)).id == "X9"


@pytest.mark.parametrize(
    ("scope", "named", "told_as"),
    [
        (None, "BibliographicId", "Bibliographic Item"),
        (HoldScope.ANY_COPY, "BibliographicId", "Bibliographic Item"),
        (HoldScope.ANY_COPY_AT_LOCATION, "BibliographicId", "Bibliographic Item"),
        (HoldScope.THIS_COPY, "ItemId", "Item"),
    ],
)
def test_a_title_is_asked_for_by_its_number_unless_this_copy_is_wanted(scope, named, told_as):
    told = Telling(placed())
    told.done(PlaceHold(R1, B1, T1, scope=scope))
    (asked,) = told.asked
    assert [each.name for each in asked.children if each.name in ("ItemId", "BibliographicId")] == [named]
    assert asked.value("RequestScopeType") == told_as


def test_a_number_of_a_title_may_be_from_a_list_of_its_own():
    told = Telling(placed(), title_code="OCLC")
    told.done(PlaceHold(R1, title=T1))
    record = told.asked[0].at("BibliographicId", "BibliographicRecordId")
    assert record.value("BibliographicRecordIdentifierCode") == "OCLC"


def test_nothing_at_all_is_not_asked_for():
    assert Telling().outcome(PlaceHold(R1)) == Refused(Reason.REQUEST_INCOMPLETE)


def test_a_hold_with_a_name_is_looked_at_for_its_place_in_the_queue():
    more = (
        "<HoldQueuePosition>2</HoldQueuePosition><DateOfUserRequest>2026-03-01T00:00:00Z</DateOfUserRequest>"
    )
    told = Telling(placed(request() + item()), standing(more=more))
    found = told.done(PlaceHold(R1, B1))
    assert (found.id, found.queue_position, found.status) == (H1, 2, HoldStatus.WAITING)
    assert found.placed == datetime(2026, 3, 1, tzinfo=UTC)
    assert told.services == ["RequestItem", "LookupRequest"]


@pytest.mark.parametrize("answer", [AnswerLost("late"), problem("LookupRequest", "Unknown Request"),
                                    problem("LookupRequest", "Unsupported Service"), standing(who=user("R2"))])  # fmt: skip
def test_a_hold_is_placed_whatever_becomes_of_looking_at_it(answer):
    found = Telling(placed(request() + item()), answer).done(PlaceHold(R1, B1))
    assert (found.id, found.queue_position) == (H1, None)


def test_it_is_not_looked_at_where_the_profile_says_so():
    assert Telling(placed(request()), holds_looked_up=False).done(PlaceHold(R1, B1)).id == H1


def test_what_is_kept_until_a_date_lies_ready():
    found = Telling(placed(more=f"<HoldPickupDate>2026-03-09T15:59:59Z</HoldPickupDate>{TITLE}")).done(
        PlaceHold(R1, B1)
    )
    assert (found.available, found.status) == (True, HoldStatus.READY)
    assert found.pickup_until == found.expires == datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)
    told = placed(more="<HoldPickupDate>2026-03-09T15:59:59Z</HoldPickupDate>")
    assert not Telling(told, believed_holds=False).done(PlaceHold(R1, B1)).available


def test_a_fee_is_agreed_to_in_whatever_height_the_system_names_it():
    fee = "<RequiredFeeAmount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>100</MonetaryValue></RequiredFeeAmount>"
    no = problem("RequestItem", "User Ineligible To Request This Item", beside=fee)
    told = Telling(no, placed())
    told.done(PlaceHold(R1, B1, fee_acknowledged=True))
    assert told.asked[1].value("AcknowledgedFeeAmount", "MonetaryValue") == "100"
    refused = Telling(no).outcome(PlaceHold(R1, B1))
    assert (refused.reason, refused.fee.minor) == (Reason.FEE_NOT_ACKNOWLEDGED, 100)


# --- ending ---------------------------------------------------------------------------------------------------


def test_a_hold_ends_by_its_name():
    told = Telling(cancelled(request()))
    found = told.done(CancelHold(R1, hold=H1))
    assert (found.id, found.status, found.patron) == (H1, HoldStatus.CANCELLED, R1)
    (asked,) = told.asked
    assert asked.value("RequestId", "RequestIdentifierValue") == "H1"
    assert asked.value("UserId", "UserIdentifierValue") == "R1"


def test_a_hold_ends_by_its_item():
    told = Telling(cancelled())
    assert told.done(CancelHold(R1, B1)).title == "War"
    assert told.services == ["CancelRequestItem"]


@pytest.mark.parametrize("kind", ["Unknown Request", "Needed Data Missing", "Unknown Item"])
def test_where_the_item_does_not_tell_which_hold_it_is_found_in_the_patrons_list(kind):
    """Many systems cancel by the name alone."""
    told = Telling(problem("CancelRequestItem", kind), waiting(requested()), cancelled(request()))
    if kind == "Unknown Item":
        assert (
            Telling(problem("CancelRequestItem", kind)).outcome(CancelHold(R1, B1)).reason
            is Reason.ITEM_UNKNOWN
        )
        return
    assert told.done(CancelHold(R1, B1)).id == H1
    assert told.asked[2].value("RequestId", "RequestIdentifierValue") == "H1"


def test_what_is_not_in_the_list_either_is_unknown():
    no = problem("CancelRequestItem", "Unknown Request")
    assert Telling(no, waiting()).outcome(CancelHold(R1, B1)).reason is Reason.HOLD_UNKNOWN
    assert Telling(no, waiting(requested(item()))).outcome(CancelHold(R1, B1)).reason is Reason.HOLD_UNKNOWN


def test_a_hold_on_a_title_is_found_by_the_number_of_the_title():
    told = Telling(waiting(requested(request("H9")), requested(more=NUMBER)), cancelled(request()))
    assert told.done(CancelHold(R1, title=T1)).id == H1


def test_where_holds_have_no_number_of_the_title_their_items_are_looked_at():
    of_title = (
        f"<LookupItemResponse>{item()}<ItemOptionalFields><BibliographicDescription>"
        f"{NUMBER.removeprefix('<BibliographicId>').removesuffix('</BibliographicId>')}<Title>War</Title>"
        "</BibliographicDescription></ItemOptionalFields></LookupItemResponse>"
    )
    told = Telling(waiting(requested()), of_title, cancelled(request()))
    assert told.done(CancelHold(R1, title=T1)).id == H1


@pytest.mark.parametrize(
    ("holds", "reason"), [((), Reason.HOLD_UNKNOWN), ((requested(more=NUMBER),) * 2, Reason.HOLD_AMBIGUOUS)]
)
def test_a_title_that_means_none_or_several_ends_none(holds, reason):
    told = Telling(waiting(*holds))
    assert told.outcome(CancelHold(R1, title=T1)).reason is reason


# --- changing -------------------------------------------------------------------------------------------------


def changed(more=TITLE):
    kinds = "<RequestType>Hold</RequestType><RequestScopeType>Item</RequestScopeType>"
    return f"<UpdateRequestItemResponse>{item()}{user()}{kinds}{more}</UpdateRequestItemResponse>"


def test_a_changed_value_is_deleted_as_it_was():
    before = "<NeedBeforeDate>2026-04-01T00:00:00Z</NeedBeforeDate><PickupLocation>3F</PickupLocation>"
    told = Telling(standing(more="<HoldQueuePosition>1</HoldQueuePosition>" + before), changed())
    found = told.done(ChangeHold(R1, B1, pickup_location="2F", expires=LATER))
    asked = told.asked[1]
    deleted, added = asked.first("DeleteRequestFields"), asked.first("AddRequestFields")
    assert (deleted.value("NeedBeforeDate"), deleted.value("PickupLocation")) == (
        "2026-04-01T00:00:00Z",
        "3F",
    )
    assert (added.value("NeedBeforeDate"), added.value("PickupLocation")) == ("2026-05-02T02:00:00Z", "2F")
    assert (found.pickup_location, found.expires, found.needed_before) == ("2F", LATER, LATER)
    assert (found.id, found.queue_position) == (H1, 1), "as it was before"


@pytest.mark.parametrize("kind", ["Unknown Request", "Unsupported Service"])
def test_how_it_was_need_not_be_known(kind):
    told = Telling(problem("LookupRequest", kind), changed())
    assert told.done(ChangeHold(R1, B1, pickup_location="2F")).pickup_location == "2F"
    assert not told.asked[1].has("DeleteRequestFields")


def test_the_hold_of_another_is_not_changed():
    """It was looked at, seen to be of somebody else, and changed all the same."""
    told = Telling(standing(who=user("R2")))
    assert told.outcome(ChangeHold(R1, hold=H1, pickup_location="2F")) == Refused(Reason.HOLD_UNKNOWN)


def test_capitals_make_nobody_else_of_a_patron():
    assert Telling(standing(who=user("r1"))).done(LookupHold(H1, R1)).id == H1


@pytest.mark.parametrize("wish", [CancelHold(R1, title=T1), ChangeHold(R1, title=T1, expires=LATER)])
def test_a_hold_that_has_neither_name_nor_item_cannot_be_spoken_of(wish):
    told = Telling(waiting(requested(names=NUMBER)))
    assert told.outcome(wish) == Refused(Reason.NOT_SUPPORTED)


def test_a_system_that_changes_no_holds_is_not_asked_to():
    with pytest.raises(Unsupported):
        Telling(services=frozenset({"RequestItem"})).outcome(ChangeHold(R1, hold=H1, pickup_location="2F"))


# --- looking --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status", "ready"),
    [
        ("In Process", HoldStatus.WAITING, False),
        ("Available For Pickup", HoldStatus.READY, True),
        ("Expired", HoldStatus.LAPSED, False),
        ("Cannot Fulfill Request", HoldStatus.CANCELLED, False),
        ("Lost in thought", None, False),
    ],
)
def test_how_a_hold_stands(text, status, ready):
    found = Telling(standing(text)).done(LookupHold(H1))
    assert (found.status, found.available, found.kind) == (status, ready, HoldKind.HOLD)


def test_a_hold_is_known_by_patron_item_and_kind():
    told = Telling(standing())
    told.done(LookupHold(patron=R1, item=B1, kind=HoldKind.STACK_RETRIEVAL))
    assert told.asked[0].value("RequestType") == "Stack Retrieval"


def test_one_on_a_title_is_known_by_the_patrons_list():
    told = Telling(waiting(requested(more=NUMBER)), standing())
    assert told.done(LookupHold(patron=R1, title=T1)).id == H1


@pytest.mark.parametrize("wish", [LookupHold(), LookupHold(patron=R1), LookupHold(item=B1)])
def test_what_names_no_hold_is_none(wish):
    assert Telling().outcome(wish) == Refused(Reason.HOLD_UNKNOWN)


def test_nobody_is_told_of_anothers_hold():
    assert Telling(standing(who=user("R2"))).outcome(LookupHold(H1, R1)) == Refused(Reason.HOLD_UNKNOWN)


def test_a_pin_that_is_wrong_ends_no_hold():
    told = Telling(problem("LookupUser", "User Authentication Failed"))
    assert told.outcome(CancelHold(R1, B1, pin=Secret("9"))).reason is Reason.PIN_WRONG


@pytest.mark.parametrize("version", ["1.01", "1.0"])
def test_version_1_refuses_another_place_and_places_a_hold_without_one(version):
    """What it cannot say is not told to be done."""
    behind = NcipBehind(version)
    placed = behind.done(PlaceHold(PatronId("R0011"), ItemId("CD0003"), pickup_location="高新分馆"))
    assert placed.pickup_location == ""
    change = ChangeHold(PatronId("R0011"), ItemId("CD0003"), pickup_location="高新分馆")
    assert behind.outcome(change) == Refused(Reason.VALUE_NOT_KEPT)


FIVE = "<CurrencyCode>CNY</CurrencyCode><MonetaryValue>500</MonetaryValue>"


def test_a_hold_costs_no_more_than_was_agreed_to():
    """What was agreed to goes along, and a system that asks for more is not told yes."""
    fee = f"<RequiredFeeAmount>{FIVE}</RequiredFeeAmount>"
    telling = Telling(problem("RequestItem", "User Ineligible To Request This Item", beside=fee))
    refused = telling.outcome(PlaceHold(R1, B1, fee_acknowledged=True, acknowledged_fee=Money(100, "CNY")))
    assert (refused.reason, refused.fee) == (Reason.FEE_NOT_ACKNOWLEDGED, Money(500, "CNY"))
    (asked,) = telling.asked
    assert asked.value("AcknowledgedFeeAmount", "MonetaryValue") == "100"
