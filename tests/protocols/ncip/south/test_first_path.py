"""Operations on the demo's library behind a SoftDock that is asked by NCIP, in both families."""

import pytest

from ncip_behind import NcipBehind
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.operations import Checkin, Checkout, LookupItem, LookupPatron, RenewAll
from softdock.circulation.outcomes import PinCheck, Refused
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason

WANG, BOOK = PatronId("R0001"), ItemId("CD0001")


@pytest.fixture(params=["2.02", "2.01", "2.0", "1.01", "1.0"])
def behind(request):
    return NcipBehind(request.param)


def test_a_loan_is_told_as_the_library_itself_tells_it(behind):
    lent = behind.done(Checkout(WANG, BOOK, Secret("1234")))
    direct = behind.partner.done(LookupItem(BOOK))
    assert (lent.item.title, lent.due, lent.patron) == ("三体", direct.due, WANG)
    assert behind.asked == ["CheckOutItem"]


def test_what_the_patron_has_already_is_renewed(behind):
    behind.done(Checkout(WANG, BOOK))
    assert behind.done(Checkout(WANG, BOOK)).renewed
    assert behind.asked[1:] == ["CheckOutItem", "LookupItem", "RenewItem"]


def test_it_is_not_where_the_device_wants_no_renewal(behind):
    behind.done(Checkout(WANG, BOOK))
    assert behind.outcome(Checkout(WANG, BOOK, renewal_allowed=False)).reason is Reason.ALREADY_LENT


def test_what_another_patron_has_is_not(behind):
    behind.done(Checkout(PatronId("R0011"), BOOK))
    assert behind.outcome(Checkout(WANG, BOOK)).reason is Reason.ITEM_LENT_TO_ANOTHER


def test_a_loan_is_undone(behind):
    behind.done(Checkout(WANG, BOOK))
    assert behind.done(Checkin(BOOK, cancel=True, borrower=WANG)).undone


def test_a_return_of_what_nobody_has_is_done_unless_that_is_asked(behind):
    assert behind.done(Checkin(BOOK)).item.title == "三体"
    assert behind.outcome(Checkin(BOOK, only_if_lent=True)).reason is Reason.ITEM_NOT_LENT


def test_a_wrong_pin_is_told_beside_the_card(behind):
    report = behind.done(LookupPatron(WANG, Secret("9999")))
    assert (report.pin, report.patron.name) == (PinCheck.WRONG, "王小明")
    assert behind.done(LookupPatron(WANG, Secret("1234"))).pin is PinCheck.RIGHT


def test_the_loans_of_a_card_come_as_entries(behind):
    behind.done(Checkout(WANG, BOOK))
    report = behind.done(LookupPatron(WANG, wanted=PatronList.LOANS))
    assert BOOK in [each.item for each in report.entries]
    assert report.patron.counts.loans == len(report.entries)


def test_everything_is_renewed_loan_by_loan(behind):
    behind.done(Checkout(WANG, BOOK))
    assert BOOK in behind.done(RenewAll(WANG)).renewed


def test_a_wrong_pin_refuses_to_renew_everything_and_is_tried_once(behind):
    behind.done(Checkout(WANG, BOOK))
    behind.asked.clear()
    assert behind.outcome(RenewAll(WANG, Secret("9999"))).reason is Reason.PIN_WRONG
    assert behind.asked == ["LookupUser"]


def test_what_no_document_can_name_is_not_asked_for(behind):
    assert behind.outcome(LookupItem(ItemId("CD\x010001"))) == Refused(Reason.ITEM_UNKNOWN)
    assert behind.asked == []
