"""A partner and a kiosk see the same books."""

import pytest

from ncip_partner import NcipPartner, problems, v2
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.operations import Checkin, Checkout, LookupPatron
from softdock.circulation.patrons import PatronList

USER = "<UserId><UserIdentifierValue>R0001</UserIdentifierValue></UserId>"
ITEM = "<ItemId><ItemIdentifierValue>CD0001</ItemIdentifierValue></ItemId>"


@pytest.fixture
def partner():
    return NcipPartner()


def test_what_is_lent_to_a_partner_is_lent_for_the_kiosk(partner):
    response = partner.ask(f"<CheckOutItem>{USER}{ITEM}</CheckOutItem>")

    assert response.value("DateDue") == "2026-04-01T15:59:59Z"
    loans = partner.done(LookupPatron(PatronId("R0001"), wanted=PatronList.LOANS)).entries
    assert "CD0001" in [each.item for each in loans]


def test_what_a_kiosk_lends_the_partner_sees_and_takes_back(partner):
    partner.done(Checkout(PatronId("R0001"), ItemId("CD0001")))

    seen = partner.ask(f"<LookupUser>{USER}<LoanedItemsDesired/></LookupUser>")
    assert "CD0001" in [each.value("ItemId", "ItemIdentifierValue") for each in seen.all("LoanedItem")]

    returned = partner.ask(f"<CheckInItem>{ITEM}</CheckInItem>")
    assert returned.value("UserId", "UserIdentifierValue") == "R0001"
    assert partner.done(Checkin(ItemId("CD0001"))).patron is None


def test_what_nobody_has_is_not_taken_back(partner):
    assert problems(partner.ask(f"<CheckInItem>{ITEM}</CheckInItem>")) == ["Item Not Checked Out"]


def test_nothing_is_told_that_was_not_asked_for(partner):
    assert [each.name for each in partner.ask(f"<LookupUser>{USER}</LookupUser>").children] == ["UserId"]


def test_a_service_that_is_not_known_has_no_response_of_its_own(partner):
    assert partner.asked("<Borrow/>").body.name == "Problem"


def test_what_is_not_known_is_named_as_people_write_it(partner):
    problem = partner.ask('<LookupUser xmlns="urn:other"/>')
    assert problem.value("ProblemElement") == "LookupUser"


def test_what_is_no_document_is_answered_by_one(partner):
    assert partner.send(b"<NCIPMessage").problems == ("Invalid Message Syntax Error",)
    assert partner.send(v2("<LookupItem/>")).problems == ("Needed Data Missing",)
