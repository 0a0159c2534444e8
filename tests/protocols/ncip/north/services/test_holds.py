"""Requests: placed, ended and looked up."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ncip_library import asked, names, partner_of
from ncip_partner import NcipPartner, problems, v2
from ncip_requests import CARD, ITEM, KIND, PIN, REQUEST, USER
from ncip_strategies import FORM_1_01
from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import Item
from softdock.circulation.money import Money
from softdock.circulation.operations import CancelHold, LookupHold, LookupPatron, PlaceHold
from softdock.circulation.outcomes import HoldState, Refused, Unknown
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.crosswalk import STANDARD
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.north.partner import Profile
from softdock.protocols.ncip.tables.lists import VALUES

READER = PatronId("R0001")
COPY = Item(ItemId("CD0001"), "三体")
TITLE_KIND = "<RequestType>Hold</RequestType><RequestScopeType>Bibliographic Item</RequestScopeType>"
EVERYTHING = "".join(
    f"<RequestElementType>{each}</RequestElementType>" for each in VALUES["RequestElementType"]
)


def title(number="T0001"):
    return (
        f"<BibliographicId><BibliographicRecordId><BibliographicRecordIdentifier>{number}"
        "</BibliographicRecordIdentifier><AgencyId>CDL</AgencyId></BibliographicRecordId></BibliographicId>"
    )


def item(number):
    return f"<ItemId><ItemIdentifierValue>{number}</ItemIdentifierValue></ItemId>"


def held(**more):
    return HoldState(**{"item": COPY, "title": "三体", "id": HoldId("H1"), "patron": READER, **more})


def request(partner, what=ITEM + KIND, named=USER):
    return partner.ask(f"<RequestItem>{named}{what}</RequestItem>")


# --- placing --------------------------------------------------------------------------------------------


def test_a_request_is_told_by_its_number_and_what_it_is_for():
    response = request(partner_of(PlaceHold=held()))

    assert names(response) == ["RequestId", "ItemId", "UserId", "RequestType", "RequestScopeType"]
    assert response.value("RequestId", "RequestIdentifierValue") == "H1"
    assert response.value("RequestScopeType") == "Item"


def test_what_lies_ready_tells_until_when():
    state = held(available=True, pickup_until=date(2026, 3, 9))

    assert request(partner_of(PlaceHold=state)).value("HoldPickupDate") == "2026-03-09T15:59:59Z"


def test_all_that_is_wished_reaches_the_library():
    profile = Profile(pickup_locations={"hb": "总馆"})
    partner = partner_of(profile, PlaceHold=held())

    request(
        partner,
        f"{ITEM}{REQUEST}{KIND}<NeedBeforeDate>2026-06-01T00:00:00Z</NeedBeforeDate>"
        "<PickupLocation>HB</PickupLocation><PickupExpiryDate>2026-06-09T00:00:00Z</PickupExpiryDate>",
        CARD + PIN,
    )

    assert asked(partner) == [
        PlaceHold(
            READER, ItemId("CD0001"), pin=Secret("1234"), pickup_location="总馆",
            expires=datetime(2026, 6, 1, tzinfo=UTC), scope=HoldScope.THIS_COPY, hold=HoldId("RQ-1"),
            needs_name=True,
        )
    ]  # fmt: skip


def test_the_locality_of_an_address_is_a_pickup_location_if_it_is_agreed_as_one():
    address = (
        "<ShippingInformation><PhysicalAddress><StructuredAddress><Line1>1</Line1><Locality>{}</Locality>"
        "</StructuredAddress><PhysicalAddressType>Postal Address</PhysicalAddressType></PhysicalAddress>"
        "</ShippingInformation>"
    )
    partner = partner_of(Profile(pickup_locations={"hb": "总馆"}), PlaceHold=held())

    request(partner, ITEM + KIND + address.format("hb"))
    request(partner, ITEM + KIND + address.format("Chengdu"))

    assert [each.pickup_location for each in asked(partner)] == ["总馆", ""]


@pytest.mark.parametrize(
    ("what", "targets", "scope"),
    [
        (ITEM + KIND, [("CD0001", None)], HoldScope.THIS_COPY),
        (ITEM + title() + KIND, [("CD0001", None)], HoldScope.THIS_COPY),
        (ITEM + TITLE_KIND, [("CD0001", None)], HoldScope.ANY_COPY),
        (title() + TITLE_KIND, [(None, "T0001")], HoldScope.ANY_COPY),
        (title() + KIND, [(None, "T0001")], HoldScope.ANY_COPY),
        (ITEM + title() + TITLE_KIND, [(None, "T0001"), ("CD0001", None)], HoldScope.ANY_COPY),
        (item("A") + item("B") + item("A") + KIND, [("A", None), ("B", None)], HoldScope.THIS_COPY),
    ],
)
def test_what_may_be_requested_is_tried_in_turn(what, targets, scope):
    partner = partner_of(PlaceHold=Refused(Reason.ITEM_UNKNOWN))

    assert problems(request(partner, what)) == ["Unknown Item"]
    assert [(each.item, each.title) for each in asked(partner)] == targets
    assert {each.scope for each in asked(partner)} == {scope}


def test_the_first_that_can_be_had_is_requested_and_no_other():
    lacking = [Refused(Reason.ITEM_UNKNOWN), Refused(Reason.ITEM_NOT_LENDABLE)]
    partner = partner_of(PlaceHold=[*lacking, held(id=None, item=None)])

    response = request(partner, "".join(map(item, "ABCD")) + KIND)

    assert response.value("ItemId", "ItemIdentifierValue") == "C"
    assert len(asked(partner)) == 3


def test_what_is_wrong_with_the_patron_is_wrong_with_every_item():
    partner = partner_of(PlaceHold=Refused(Reason.TOO_MANY_HOLDS))

    assert problems(request(partner, item("A") + item("B") + KIND)) == [
        "User Ineligible To Request This Item"
    ]
    assert len(asked(partner)) == 1


def test_no_more_than_some_are_tried():
    partner = partner_of(PlaceHold=Refused(Reason.ITEM_UNKNOWN))

    request(partner, "".join(item(f"I{number}") for number in range(100)) + KIND)

    assert len(asked(partner)) == 20


def test_a_request_that_neither_the_partner_nor_the_library_has_numbered_gets_a_number():
    """And is found by it."""
    partner = partner_of(PlaceHold=HoldState(None), CancelHold=HoldState(None))

    number = request(partner, title() + TITLE_KIND).value("RequestId", "RequestIdentifierValue")

    assert number
    named = f"<RequestId><RequestIdentifierValue>{number}</RequestIdentifierValue></RequestId>"
    assert problems(cancel(partner, named)) == []
    assert asked(partner, CancelHold) == [CancelHold(READER, title=TitleId("T0001"))]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Loan", HoldKind.LOAN),
        ("stack  retrieval", HoldKind.STACK_RETRIEVAL),
        ("Page", HoldKind.STACK_RETRIEVAL),
        ("Non-returnable Copy", HoldKind.COPY),
        ("Ausleihe", HoldKind.LOAN),
    ],
)
def test_the_kind_is_understood_and_told_as_it_was_said(word, kind):
    kinds = STANDARD.hold_kind.changed({}, {"Ausleihe": HoldKind.LOAN})
    partner = partner_of(Profile(crosswalk=replace(STANDARD, hold_kind=kinds)), PlaceHold=held())
    said = f"<RequestType>{word}</RequestType><RequestScopeType>1</RequestScopeType>"

    response = request(partner, ITEM + said)

    assert asked(partner)[0].kind is kind
    assert response.value("RequestType") == word
    assert response.value("RequestScopeType") == "1"


@pytest.mark.parametrize("element", ["RequestType", "RequestScopeType"])
def test_a_word_that_nobody_knows_is_not_guessed_at(element):
    partner = partner_of(PlaceHold=held())
    said = {"RequestType": "Hold", "RequestScopeType": "Item", element: "Whatever"}

    response = request(partner, ITEM + "".join(f"<{name}>{word}</{name}>" for name, word in said.items()))

    assert problems(response) == ["Unknown Value From Known Scheme"]
    assert response.value("Problem", "ProblemElement") == element
    assert response.value("Problem", "ProblemValue") == "Whatever"
    assert asked(partner) == []


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.PATRON_UNKNOWN, "Unknown User"),
        (Reason.PATRON_BLOCKED, "User Blocked"),
        (Reason.PIN_WRONG, "User Authentication Failed"),
        (Reason.HOLD_EXISTS, "Duplicate Request"),
        (Reason.HOLD_ITEM_LENT_TO_PATRON, "User Ineligible To Request This Item"),
        (Reason.HOLD_DATE_PAST, "Item Not Available By Need Before Date"),
        (Reason.ITEM_NOT_LENDABLE, "Item Does Not Circulate"),
        (Reason.TITLE_UNKNOWN, "Unknown Item"),
        (Reason.DOWNTIME, "Temporary Processing Failure"),
        (Reason.NOT_ALLOWED, "Unauthorized Service For Agency"),
    ],
)
def test_why_nothing_is_requested(reason, kind):
    assert problems(request(partner_of(PlaceHold=Refused(reason)))) == [kind]


def test_a_request_of_which_nobody_knows_is_not_told_as_done():
    assert problems(request(partner_of(PlaceHold=Unknown()))) == ["Temporary Processing Failure"]


def test_a_fee_has_to_be_agreed_to():
    partner = partner_of(PlaceHold=[Refused(Reason.FEE_NOT_ACKNOWLEDGED, fee=Money(100, "CNY")), held()])
    agreed = "<AcknowledgedFeeAmount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>{}</MonetaryValue></AcknowledgedFeeAmount>"

    refused = request(partner, ITEM + KIND + agreed.format("000"))
    request(partner, ITEM + KIND + agreed.format("100"))

    assert refused.value("RequiredFeeAmount", "MonetaryValue") == "100"
    assert [each.fee_acknowledged for each in asked(partner)] == [False, True]


def test_what_a_partner_requests_the_kiosk_sees_and_what_it_cancels_is_gone():
    partner = NcipPartner()
    partner.ask(f"<RequestItem>{USER}{ITEM}{KIND}</RequestItem>")

    def counted():
        counts = partner.done(LookupPatron(READER, wanted=PatronList.HOLDS)).patron.counts
        return counts.holds + counts.unavailable_holds

    before = counted()
    partner.ask(f"<CancelRequestItem>{USER}{ITEM}<RequestType>Hold</RequestType></CancelRequestItem>")
    assert counted() == before - 1


# --- ending ---------------------------------------------------------------------------------------------


def cancel(partner, what, named=USER):
    return partner.ask(f"<CancelRequestItem>{named}{what}</CancelRequestItem>")


def test_a_request_is_cancelled_by_its_number():
    partner = partner_of(CancelHold=held())

    assert names(cancel(partner, f"{REQUEST}<RequestType/>")) == ["RequestId", "ItemId", "UserId"]
    assert asked(partner) == [CancelHold(READER, hold=HoldId("RQ-1"))]


def test_a_request_is_cancelled_by_its_item():
    partner = partner_of(CancelHold=held(item=None))

    response = cancel(partner, ITEM + KIND, CARD + PIN)

    assert names(response) == ["ItemId", "UserId"]
    assert response.value("UserId", "UserIdentifierValue") == READER
    assert asked(partner) == [CancelHold(READER, ItemId("CD0001"), pin=Secret("1234"))]


def test_the_kind_tells_which_of_several_requests_is_meant():
    partner = partner_of(
        CancelHold=[Refused(Reason.HOLD_AMBIGUOUS), held()], LookupHold=held(id=HoldId("H7"))
    )

    assert not problems(cancel(partner, ITEM + KIND))
    assert asked(partner, LookupHold) == [
        LookupHold(patron=READER, item=ItemId("CD0001"), kind=HoldKind.HOLD)
    ]
    assert asked(partner, CancelHold)[1].hold == "H7"


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.HOLD_UNKNOWN, "Unknown Request"),
        (Reason.HOLD_ENDED, "Request Already Processed"),
        (Reason.ITEM_UNKNOWN, "Unknown Item"),
        (Reason.PATRON_UNKNOWN, "Unknown User"),
        (Reason.PIN_WRONG, "User Authentication Failed"),
    ],
)
def test_why_nothing_is_cancelled(reason, kind):
    assert problems(cancel(partner_of(CancelHold=Refused(reason)), REQUEST + KIND)) == [kind]


@pytest.mark.parametrize(
    "what", [REQUEST + KIND, USER + KIND, USER + "<ItemId><ItemIdentifierValue/></ItemId>"]
)
def test_whose_request_and_which_has_to_be_said(what):
    response = partner_of().ask(f"<CancelRequestItem>{what}</CancelRequestItem>")

    assert set(problems(response)) == {"Needed Data Missing"}


# --- looking --------------------------------------------------------------------------------------------


def look_up(partner, what):
    return partner.ask(f"<LookupRequest>{what}</LookupRequest>")


def test_all_that_is_known_of_a_request_is_told_to_who_asks_for_it():
    state = held(
        kind=HoldKind.LOAN, scope=HoldScope.ANY_COPY, status=HoldStatus.WAITING, queue_position=3,
        pickup_location="总馆", expires=date(2026, 6, 1), placed=datetime(2026, 3, 1, 9, tzinfo=UTC),
    )  # fmt: skip
    profile = Profile(names_of_pickup_locations={"总馆": "HB"})

    response = look_up(partner_of(profile, LookupHold=state), REQUEST + EVERYTHING)

    assert [(each.name, each.text) for each in response.children if each.text] == [
        ("RequestType", "Loan"),
        ("RequestScopeType", "Bibliographic Item"),
        ("RequestStatusType", "In Process"),
        ("HoldQueuePosition", "3"),
        ("NeedBeforeDate", "2026-06-01T15:59:59Z"),
        ("PickupLocation", "HB"),
        ("DateOfUserRequest", "2026-03-01T09:00:00Z"),
    ]
    assert response.value("UserId", "UserIdentifierValue") == READER


def test_what_lies_ready_is_told_with_until_when():
    until = date(2026, 3, 9)
    state = held(available=True, pickup_until=until, expires=until)

    response = look_up(partner_of(LookupHold=state), REQUEST + EVERYTHING)

    assert response.value("RequestStatusType") == "Available For Pickup"
    assert response.value("PickupExpiryDate") == "2026-03-09T15:59:59Z"
    assert not response.has("NeedBeforeDate")


def test_who_asks_for_nothing_is_told_numbers_only():
    assert names(look_up(partner_of(LookupHold=held()), REQUEST)) == ["RequestId", "ItemId"]


def test_a_request_is_found_by_patron_item_and_kind():
    partner = partner_of(LookupHold=held(id=None, item=None))

    assert names(look_up(partner, USER + ITEM + "<RequestType>Hold</RequestType>")) == ["ItemId"]
    assert asked(partner) == [LookupHold(patron=READER, item=ItemId("CD0001"), kind=HoldKind.HOLD)]


def test_the_title_is_told_where_there_is_no_item_yet():
    partner = partner_of(LookupHold=held(item=None, title_id=TitleId("T0001")))

    response = look_up(partner, f"{REQUEST}<ItemElementType>Bibliographic Description</ItemElementType>")

    assert response.value("ItemOptionalFields", "BibliographicDescription", "Title") == "三体"


def test_an_account_that_has_to_prove_its_patrons_does_not_learn_whose_request_it_is():
    partner = partner_of(account={"require_pin": True}, LookupHold=held())
    name = "<UserElementType>Name Information</UserElementType>"

    assert not look_up(partner, REQUEST + EVERYTHING + name).has("UserId")
    assert problems(look_up(partner, USER + ITEM + "<RequestType>Hold</RequestType>")) == [
        "User Authentication Failed"
    ]
    assert asked(partner, LookupPatron) == []


@pytest.mark.parametrize(
    ("reason", "kind"),
    [(Reason.HOLD_UNKNOWN, "Unknown Request"), (Reason.HOLD_AMBIGUOUS, "Non-Unique Request")],
)
def test_why_no_request_is_found(reason, kind):
    assert problems(look_up(partner_of(LookupHold=Refused(reason)), REQUEST)) == [kind]


# --- version 1 ------------------------------------------------------------------------------------------


def test_version_1_is_told_the_same():
    header = Element(
        "InitiationHeader",
        children=[
            Element(name, children=[Element("AgencyId", who)])
            for name, who in (("FromAgencyId", "PARTNER"), ("ToAgencyId", "CDL"))
        ],
    )
    inner = f"<RequestItem>{USER}{title()}{REQUEST}{TITLE_KIND}</RequestItem>"
    body = read(v2(inner)).body
    body.children.insert(0, header)

    exchanged = partner_of(PlaceHold=held(id=HoldId("RQ-1"))).send(write(Message(FORM_1_01, [body])))

    assert b"<UniqueRequestId>" in exchanged.document
    response = read(exchanged.document).body
    assert response.value("RequestId", "RequestIdentifierValue") == "RQ-1"
    assert response.value("RequestType") == "Hold"
