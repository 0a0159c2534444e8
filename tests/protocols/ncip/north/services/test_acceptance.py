"""What other libraries send is taken in, kept for whom it is meant for, and charged once."""

from datetime import UTC, datetime

import pytest

from ncip_library import asked, names, partner_of
from ncip_partner import problems
from ncip_requests import ITEM, REQUEST, USER
from ncip_strategies import FORM_1_01
from softdock.circulation.capabilities import Right
from softdock.circulation.identifiers import FeeId, HoldId, ItemId, PatronId
from softdock.circulation.items import FeeType, Item, MediaType
from softdock.circulation.money import Money
from softdock.circulation.operations import AcceptItem, ChargeFee, LookupHold
from softdock.circulation.outcomes import Accepted, Charged, HoldState, Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.north.partner import Profile

READER = PatronId("R0001")
TAKEN = Accepted(HoldId("RQ-1"), Item(ItemId("CD0001")))
KEEP = "<RequestedActionType>Hold For Pickup</RequestedActionType>"
CIRCULATE = "<RequestedActionType>circulate and  notify</RequestedActionType>"
FEE = (
    "<FiscalTransactionInformation><FiscalActionType>{}</FiscalActionType>{}<FiscalTransactionType>"
    "Interlibrary Loan Fee</FiscalTransactionType><Amount><MonetaryValue>{}</MonetaryValue></Amount>"
    "</FiscalTransactionInformation>"
)


def accept(partner, more="", action=KEEP, who=USER):
    return partner.ask(f"<AcceptItem>{REQUEST}{action}{who}{ITEM}{more}</AcceptItem>")


def test_all_that_is_said_of_the_item_reaches_the_library():
    partner = partner_of(Profile(pickup_locations={"hb": "总馆"}), AcceptItem=TAKEN)

    response = partner.ask(
        f"<AcceptItem>{REQUEST}{KEEP}{USER}<ItemId><AgencyId>NLC</AgencyId><ItemIdentifierValue>CD0001"
        "</ItemIdentifierValue></ItemId><DateForReturn>2026-05-01T00:00:00Z</DateForReturn>"
        "<RenewalNotPermitted/><ItemOptionalFields><BibliographicDescription><Author>Author,\n  A.</Author>"
        "<Title>A title</Title><MediumType>Book</MediumType></BibliographicDescription><ItemDescription>"
        "<CallNumber>K 1</CallNumber></ItemDescription></ItemOptionalFields>"
        "<PickupLocation>HB</PickupLocation><PickupExpiryDate>2026-03-20T00:00:00Z</PickupExpiryDate>"
        "</AcceptItem>"
    )

    assert names(response) == ["RequestId", "ItemId"]
    assert asked(partner) == [
        AcceptItem(
            HoldId("RQ-1"), READER, ItemId("CD0001"), title="A title", author="Author, A.", call_number="K 1",
            media_type=MediaType.BOOK, owner="NLC", due=datetime(2026, 5, 1, tzinfo=UTC), renewable=False,
            pickup_location="总馆", pickup_until=datetime(2026, 3, 20, tzinfo=UTC),
        )
    ]  # fmt: skip


def test_what_is_to_circulate_is_kept_for_nobody():
    partner = partner_of(AcceptItem=TAKEN)

    accept(partner, action=CIRCULATE, who="")

    assert asked(partner) == [AcceptItem(HoldId("RQ-1"), item=ItemId("CD0001"), keep_for_patron=False)]


def test_for_whom_it_is_may_be_known_from_the_request():
    partner = partner_of(AcceptItem=TAKEN, LookupHold=HoldState(None, patron=READER))

    accept(partner, who="")

    assert asked(partner, LookupHold) == [LookupHold(HoldId("RQ-1"))]
    assert asked(partner, AcceptItem)[0].patron == READER


def test_it_cannot_be_kept_for_nobody():
    partner = partner_of(AcceptItem=TAKEN, LookupHold=Refused(Reason.HOLD_UNKNOWN))

    assert problems(accept(partner, who="")) == ["Needed Data Missing"]
    assert asked(partner, AcceptItem) == []


def test_an_action_that_nobody_knows_is_not_guessed_at():
    response = accept(partner_of(), action="<RequestedActionType>Shelve</RequestedActionType>")

    assert problems(response) == ["Unknown Value From Known Scheme"]
    assert response.value("Problem", "ProblemElement") == "RequestedActionType"


@pytest.mark.parametrize(
    ("restriction", "found", "renewable"),
    [
        ("Renewals Not Permitted", [], False),
        ("No Reproduction", [], True),
        ("In Library Use Only", ["Cannot Guarantee Restrictions On Use"], None),
    ],
)
def test_what_must_not_be_lent_is_not_taken_in_to_be_lent(restriction, found, renewable):
    partner = partner_of(AcceptItem=TAKEN)

    response = accept(
        partner,
        f"<ItemOptionalFields><ItemUseRestrictionType>{restriction}</ItemUseRestrictionType></ItemOptionalFields>",
    )

    assert problems(response) == found
    assert [each.renewable for each in asked(partner)] == ([] if found else [renewable])


def test_what_is_no_line_of_text_becomes_one_and_not_too_long():
    partner = partner_of(AcceptItem=TAKEN)

    title = "<BibliographicDescription><Title>{}</Title></BibliographicDescription>".format(
        "a\x85\n b" + "长" * 9000
    )
    accept(partner, f"<ItemOptionalFields>{title}</ItemOptionalFields>")

    (wish,) = asked(partner)
    assert wish.title.startswith("a b长")
    assert len(wish.title) == 1000


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.PATRON_UNKNOWN, "Unknown User"),
        (Reason.ITEM_EXISTS, "Cannot Accept Item"),
        (Reason.HOLD_EXISTS, "Cannot Accept Item"),
        (Reason.PATRON_BLOCKED, "User Ineligible To Check Out This Item"),
        (Reason.NOT_SUPPORTED, "Unsupported Service"),
        (Reason.NOT_ALLOWED, "Unauthorized Service For Agency"),
    ],
)
def test_why_nothing_is_taken_in(reason, kind):
    assert problems(accept(partner_of(AcceptItem=Refused(reason)))) == [kind]


# --- the fee --------------------------------------------------------------------------------------------


def test_a_fee_is_charged_under_the_number_of_the_request():
    partner = partner_of(AcceptItem=TAKEN, ChargeFee=Charged(READER, FeeId("RQ-1")))

    assert names(accept(partner, FEE.format("Assess", "", "250"))) == ["RequestId", "ItemId"]
    assert asked(partner, ChargeFee) == [
        ChargeFee(READER, Money(250, "CNY"), FeeType.PROCESSING, FeeId("RQ-1"))
    ]


def test_a_fee_has_its_own_number_if_one_is_said():
    partner = partner_of(AcceptItem=TAKEN, ChargeFee=Charged(READER, FeeId("F-7")))
    number = (
        "<FiscalTransactionReferenceId><AgencyId>X</AgencyId><FiscalTransactionIdentifierValue>F-7"
        "</FiscalTransactionIdentifierValue></FiscalTransactionReferenceId>"
    )

    accept(partner, FEE.format("Assess", number, "250"))

    assert asked(partner, ChargeFee)[0].fee == "F-7"


def test_a_fee_that_is_charged_already_is_not_charged_again():
    partner = partner_of(AcceptItem=TAKEN, ChargeFee=Refused(Reason.FEE_EXISTS))

    assert not problems(accept(partner, FEE.format("Assess", "", "250")))


@pytest.mark.parametrize("outcome", [Refused(Reason.SYSTEM_BUSY), Unknown()])
def test_a_fee_that_could_not_be_charged_makes_the_partner_try_again(outcome):
    partner = partner_of(AcceptItem=TAKEN, ChargeFee=outcome)

    assert problems(accept(partner, FEE.format("Assess", "", "250"))) == ["Temporary Processing Failure"]


def test_no_fee_is_no_fee():
    partner = partner_of(AcceptItem=TAKEN)

    assert not problems(accept(partner, FEE.format("charge-default-patron-fee", "", "0")))
    assert asked(partner, ChargeFee) == []


@pytest.mark.parametrize(
    ("action", "value", "who", "kind"),
    [
        ("Payment", "250", USER, "Element Rule Violated"),
        ("Assess", "-250", USER, "Element Rule Violated"),
        ("Assess", "250", "", "Needed Data Missing"),
    ],
)
def test_a_fee_that_cannot_be_meant_is_refused_before_anything_is_done(action, value, who, kind):
    partner = partner_of(AcceptItem=TAKEN, ChargeFee=Charged(READER, FeeId("RQ-1")))

    assert problems(accept(partner, FEE.format(action, "", value), CIRCULATE, who)) == [kind]
    assert asked(partner) == []


def test_who_may_charge_no_fees_brings_no_item_with_one():
    partner = partner_of(account={"rights": frozenset(Right) - {Right.PATRON_ADMIN}}, AcceptItem=TAKEN)

    assert problems(accept(partner, FEE.format("Assess", "", "250"))) == ["Element Rule Violated"]
    assert asked(partner) == []


# --- version 1 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("agency", "place"), [("HB", "总馆"), ("CDL", "")])
def test_version_1_addresses_the_pickup_location(agency, place):
    header = Element(
        "InitiationHeader",
        children=[
            Element(name, children=[Element("AgencyId", who)])
            for name, who in (("FromAgencyId", "NLC"), ("ToAgencyId", agency))
        ],
    )
    partner = partner_of(Profile(pickup_locations={"hb": "总馆"}), AcceptItem=TAKEN)
    children = [
        header,
        Element("RequestId", children=[Element("RequestIdentifierValue", "RQ-1")]),
        Element("RequestedActionType", "Hold For Pickup"),
        Element("UserId", children=[Element("UserIdentifierValue", "R0001")]),
    ]

    exchanged = partner.send(write(Message(FORM_1_01, [Element("AcceptItem", children=children)])))

    assert read(exchanged.document).body.value("ItemId", "ItemIdentifierValue") == "CD0001"
    (wish,) = asked(partner)
    assert (wish.pickup_location, wish.owner) == (place, "NLC")
