"""Recalls, and who may know whose loan is recalled."""

from datetime import UTC, datetime

import pytest

from ncip_library import asked, names, partner_of
from ncip_partner import problems
from ncip_requests import ITEM
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.operations import CancelRecall, LookupPatron, RecallItem
from softdock.circulation.outcomes import PatronReport, Recalled, Refused
from softdock.circulation.patrons import Patron
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.north.partner import Profile

READER = PatronId("R0001")
LOAN = Recalled(Item(ItemId("CD0001"), "三体"), READER, datetime(2026, 3, 9, 12, tzinfo=UTC))
NAME = "<UserElementType>Name Information</UserElementType>"


def test_a_recall_tells_when_the_item_has_to_be_back_and_not_who_has_it():
    partner = partner_of(RecallItem=LOAN)

    response = partner.ask(
        f"<RecallItem>{ITEM}<DesiredDateDue>2026-03-05T00:00:00Z</DesiredDateDue>{NAME}</RecallItem>"
    )

    assert names(response) == ["ItemId", "DateDue"]
    assert response.value("DateDue") == "2026-03-09T12:00:00Z"
    assert asked(partner) == [RecallItem(ItemId("CD0001"), datetime(2026, 3, 5, tzinfo=UTC))]


def test_partners_who_may_know_are_told_who_has_it():
    report = PatronReport(Patron(READER, "王小明"))
    partner = partner_of(Profile(show_borrower=True), RecallItem=LOAN, LookupPatron=report)

    response = partner.ask(f"<RecallItem>{ITEM}{NAME}</RecallItem>")

    assert response.value("UserId", "UserIdentifierValue") == READER
    assert response.has("UserOptionalFields")
    assert len(asked(partner, LookupPatron)) == 1


def test_a_recall_is_withdrawn():
    partner = partner_of(CancelRecall=LOAN)

    assert names(partner.ask(f"<CancelRecallItem>{ITEM}</CancelRecallItem>")) == ["ItemId"]
    assert asked(partner) == [CancelRecall(ItemId("CD0001"))]


@pytest.mark.parametrize(
    ("service", "operation", "reason", "kind"),
    [
        ("RecallItem", "RecallItem", Reason.ITEM_NOT_LENT, "Item Not Checked Out"),
        ("RecallItem", "RecallItem", Reason.ITEM_NOT_RECALLABLE, "Item Cannot Be Recalled"),
        ("RecallItem", "RecallItem", Reason.ITEM_UNKNOWN, "Unknown Item"),
        ("RecallItem", "RecallItem", Reason.NOT_SUPPORTED, "Unsupported Service"),
        ("CancelRecallItem", "CancelRecall", Reason.ITEM_NOT_LENT, "Item Not Checked Out"),
        (
            "CancelRecallItem",
            "CancelRecall",
            Reason.ITEM_NOT_RECALLED,
            "Recall Cannot Be Cancelled At This Time",
        ),
        ("CancelRecallItem", "CancelRecall", Reason.ITEM_UNKNOWN, "Unknown Item"),
    ],
)
def test_why_nothing_is_recalled(service, operation, reason, kind):
    partner = partner_of(**{operation: Refused(reason)})

    assert problems(partner.ask(f"<{service}>{ITEM}</{service}>")) == [kind]
