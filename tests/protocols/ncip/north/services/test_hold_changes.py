"""Changes of a request, weighed against how it stands."""

from datetime import UTC, date, datetime

import pytest

from ncip_library import asked, names, partner_of
from ncip_partner import problems
from ncip_requests import CARD, ITEM, PIN, REQUEST, USER
from softdock.circulation.holds import HoldKind, HoldScope
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import Item
from softdock.circulation.operations import ChangeHold, LookupHold
from softdock.circulation.outcomes import HoldState, Refused, TitleReport, Unknown
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.north.partner import Profile

READER = PatronId("R0001")
COPY = Item(ItemId("CD0001"), "三体")


def held(**more):
    known = {"item": COPY, "id": HoldId("RQ-1"), "patron": READER, "kind": HoldKind.LOAN}
    return HoldState(**{**known, "scope": HoldScope.THIS_COPY, "pickup_location": "1F", **more})


def update(partner, added="", deleted="", named=REQUEST):
    fields = f"<DeleteRequestFields>{deleted}</DeleteRequestFields>" if deleted else ""
    fields += f"<AddRequestFields>{added}</AddRequestFields>" if added else ""
    return partner.ask(f"<UpdateRequestItem>{named}{fields}</UpdateRequestItem>")


def test_a_pickup_location_is_changed_and_the_request_told_as_it_stands_then():
    state = held(available=True, pickup_until=date(2026, 3, 9))
    partner = partner_of(Profile(pickup_locations={"hb": "2F"}), LookupHold=held(), ChangeHold=state)

    response = update(partner, "<PickupLocation>HB</PickupLocation>", "<PickupLocation>1F</PickupLocation>")

    assert names(response) == ["ItemId", "UserId", "RequestType", "RequestScopeType", "HoldPickupDate"]
    assert response.value("RequestType") == "Loan"
    assert response.value("RequestScopeType") == "Item"
    assert asked(partner, ChangeHold) == [
        ChangeHold(READER, ItemId("CD0001"), pickup_location="2F", hold=HoldId("RQ-1"))
    ]


def test_several_changes_are_one():
    partner = partner_of(LookupHold=held(), ChangeHold=held())

    update(
        partner,
        "<RequestScopeType>Bibliographic Item</RequestScopeType>"
        "<NeedBeforeDate>2026-06-01T00:00:00Z</NeedBeforeDate><PickupLocation>2F</PickupLocation>",
    )

    (change,) = asked(partner, ChangeHold)
    assert change.scope is HoldScope.ANY_COPY
    assert change.expires == datetime(2026, 6, 1, tzinfo=UTC)
    assert change.pickup_location == "2F"


def test_without_changes_nothing_is_changed():
    partner = partner_of(LookupHold=held())

    assert names(update(partner)) == ["ItemId", "UserId", "RequestType", "RequestScopeType"]
    assert not problems(update(partner, f"{USER}{ITEM}<RequestType>Loan</RequestType>"))
    assert asked(partner, ChangeHold) == []


def test_a_request_is_named_by_patron_item_and_kind():
    partner = partner_of(LookupHold=held(id=None, kind=None), ChangeHold=held())

    response = update(
        partner,
        "<PickupLocation>2F</PickupLocation>",
        named=f"{CARD}{PIN}{ITEM}<RequestType>Hold</RequestType>",
    )

    assert response.value("RequestType") == "Hold"
    secret = Secret("1234")
    assert asked(partner) == [
        LookupHold(patron=READER, item=ItemId("CD0001"), kind=HoldKind.HOLD, pin=secret),
        ChangeHold(READER, ItemId("CD0001"), pin=secret, pickup_location="2F"),
    ]


@pytest.mark.parametrize(
    ("added", "element"),
    [
        ("<EarliestDateNeeded>2026-06-01T00:00:00Z</EarliestDateNeeded>", "EarliestDateNeeded"),
        ("<RequestStatusType>In Process</RequestStatusType>", "RequestStatusType"),
        ("<RequestType>Hold</RequestType>", "RequestType"),
        ("<ItemId><ItemIdentifierValue>CD0009</ItemIdentifierValue></ItemId>", "ItemId"),
        ("<UserId><UserIdentifierValue>R0009</UserIdentifierValue></UserId>", "UserId"),
    ],
)
def test_what_no_library_keeps_cannot_be_added(added, element):
    partner = partner_of(LookupHold=held(), ChangeHold=held())

    response = update(partner, f"{added}<PickupLocation>2F</PickupLocation>")

    assert problems(response) == ["Unable To Add Element"]
    assert response.value("Problem", "ProblemElement") == element
    assert asked(partner, ChangeHold) == []


@pytest.mark.parametrize(
    ("deleted", "added"),
    [
        ("<PickupLocation>1F</PickupLocation>", ""),
        ("<PickupLocation>3F</PickupLocation>", "<PickupLocation>2F</PickupLocation>"),
        ("<NeedBeforeDate>2026-06-01T00:00:00Z</NeedBeforeDate>", ""),
        (
            "<RequestScopeType>Bibliographic Item</RequestScopeType>",
            "<RequestScopeType>Item</RequestScopeType>",
        ),
    ],
)
def test_what_is_not_there_or_has_to_be_there_cannot_be_deleted(deleted, added):
    partner = partner_of(LookupHold=held(), ChangeHold=held())

    assert problems(update(partner, added, deleted)) == ["Unable To Delete Element"]
    assert asked(partner, ChangeHold) == []


def test_the_response_names_a_copy_that_would_do_where_none_is_set_aside():
    copies = [Item(ItemId("CD0021"), lendable=False), Item(ItemId("CD0022"))]
    waiting = held(item=None, title_id=TitleId("T0001"), scope=HoldScope.ANY_COPY)
    partner = partner_of(
        LookupHold=waiting, ChangeHold=waiting, LookupTitle=TitleReport(TitleId("T0001"), copies=copies)
    )

    response = update(partner, "<PickupLocation>2F</PickupLocation>")

    assert response.value("ItemId", "ItemIdentifierValue") == "CD0022"


@pytest.mark.parametrize("lacking", [{"item": None}, {"kind": None}, {"scope": None}])
def test_nothing_is_changed_of_which_the_answer_could_not_be_told(lacking):
    partner = partner_of(LookupHold=held(**lacking), ChangeHold=held())

    assert problems(update(partner, "<PickupLocation>2F</PickupLocation>")) == [
        "Temporary Processing Failure"
    ]
    assert asked(partner, ChangeHold) == []


def test_nobody_s_request_is_not_changed():
    partner = partner_of(LookupHold=held(patron=None))

    assert problems(update(partner, "<PickupLocation>2F</PickupLocation>")) == ["Needed Data Missing"]


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Refused(Reason.HOLD_ENDED), "Unknown Request"),
        (Refused(Reason.PIN_WRONG), "User Authentication Failed"),
        (Refused(Reason.SYSTEM_BUSY), "Temporary Processing Failure"),
        (Unknown(), "Temporary Processing Failure"),
    ],
)
def test_why_nothing_is_changed(outcome, kind):
    partner = partner_of(LookupHold=held(), ChangeHold=outcome)

    assert problems(update(partner, "<PickupLocation>2F</PickupLocation>")) == [kind]
