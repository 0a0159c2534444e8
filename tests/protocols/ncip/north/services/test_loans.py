"""Renewing a loan, and undoing one."""

from datetime import UTC, date, datetime

import pytest

from ncip_library import asked, names, partner_of
from ncip_partner import ZONE, NcipPartner, problems
from ncip_requests import AUTHENTICATION, CARD, ITEM, PIN, USER
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.items import AlertType, FeeType, Item
from softdock.circulation.money import Money
from softdock.circulation.operations import Checkin, Checkout, LookupItem, LookupPatron, Renew
from softdock.circulation.outcomes import Lent, PatronReport, PinCheck, Refused, Returned, Unknown
from softdock.circulation.patrons import Patron
from softdock.circulation.reasons import Reason

READER = PatronId("R0001")
COPY = Item(ItemId("CD0001"), "三体")
AGREED = (
    "<AcknowledgedFeeAmount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>200</MonetaryValue>"
    "</AcknowledgedFeeAmount>"
)


def lent(**more):
    return Lent(COPY, READER, **{"due": datetime(2026, 5, 1, 12, tzinfo=UTC), **more})


def renew(partner, more="", named=USER):
    return partner.ask(f"<RenewItem>{named}{ITEM}{more}</RenewItem>")


def test_a_renewal_tells_until_when_how_often_and_for_how_much():
    partner = partner_of(Renew=lent(renewals=2, fee=Money(150, "CNY"), fee_type=FeeType.RENTAL))

    response = renew(partner, "<ItemElementType>Bibliographic Description</ItemElementType>")

    assert names(response) == [
        "ItemId", "UserId", "DateDue", "RenewalCount", "FiscalTransactionInformation", "ItemOptionalFields",
    ]  # fmt: skip
    assert response.value("DateDue") == "2026-05-01T12:00:00Z"
    assert response.value("RenewalCount") == "2"
    charge = response.first("FiscalTransactionInformation")
    assert charge.value("Amount", "MonetaryValue") == "150"
    assert charge.value("FiscalTransactionType") == "Rental"


def test_whoever_has_paid_a_fee_has_agreed_to_it():
    partner = partner_of(Renew=lent())

    renew(partner, AGREED.replace("Acknowledged", "Paid"))
    renew(partner, AGREED + AGREED.replace("Acknowledged", "Paid").replace("200", "900"))

    assert [each.acknowledged_fee for each in asked(partner)] == [Money(200, "CNY")] * 2


def test_a_day_is_told_as_its_end():
    assert renew(partner_of(Renew=lent(due=date(2026, 5, 1)))).value("DateDue") == "2026-05-01T15:59:59Z"


def test_an_end_that_is_not_known_is_left_out():
    assert names(renew(partner_of(Renew=lent(due=None)))) == ["ItemId", "UserId"]


def test_what_the_patron_wishes_and_agrees_to_reaches_the_library():
    partner = partner_of(Renew=lent())

    renew(partner, f"<DesiredDateDue>2026-04-20T00:00:00Z</DesiredDateDue>{AGREED}", CARD + PIN)

    (wish,) = asked(partner, Renew)
    assert (wish.patron, wish.item, wish.pin) == (READER, "CD0001", Secret("1234"))
    assert wish.desired_due == datetime(2026, 4, 20, tzinfo=UTC)
    assert wish.fee_acknowledged
    assert wish.acknowledged_fee == Money(200, "CNY")
    assert not wish.third_party_allowed
    assert not wish.no_block


def test_what_has_happened_already_is_booked_as_it_happened():
    partner = partner_of(Renew=lent())

    partner.ask(
        "<RenewItem><MandatedAction><DateEventOccurred>2026-03-01T09:00:00Z</DateEventOccurred></MandatedAction>"
        f"{USER}{ITEM}<DesiredDateDue>2026-04-20T00:00:00Z</DesiredDateDue></RenewItem>"
    )

    (wish,) = asked(partner, Renew)
    assert wish.no_block
    assert wish.happened == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert wish.promised_due == datetime(2026, 4, 20, tzinfo=UTC)
    assert wish.desired_due is None


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.PATRON_UNKNOWN, "Unknown User"),
        (Reason.PATRON_BLOCKED, "User Blocked"),
        (Reason.PIN_WRONG, "User Authentication Failed"),
        (Reason.ITEM_UNKNOWN, "Unknown Item"),
        (Reason.ITEM_NOT_LENT, "Item Not Checked Out"),
        (Reason.ITEM_NOT_LENT_TO_PATRON, "Item Not Checked Out"),
        (Reason.TOO_MANY_RENEWALS, "Maximum Renewals Exceeded"),
        (Reason.RENEWAL_ITEM_ON_HOLD, "Renewal Not Allowed - Item Has Outstanding Requests"),
        (Reason.RENEWAL_DENIED, "User Blocked"),
        (Reason.THIRD_PARTY_NOT_ALLOWED, "User Ineligible To Renew This Item"),
        (Reason.SYSTEM_UNAVAILABLE, "Temporary Processing Failure"),
    ],
)
def test_why_a_loan_is_not_renewed(reason, kind):
    assert problems(renew(partner_of(Renew=Refused(reason)))) == [kind]


def test_a_fee_that_would_have_to_be_agreed_to_is_told_beside_the_problem():
    response = renew(partner_of(Renew=Refused(Reason.FEE_NOT_ACKNOWLEDGED, fee=Money(200, "CNY"))))

    assert problems(response) == ["User Ineligible To Renew This Item"]
    assert response.value("RequiredFeeAmount", "MonetaryValue") == "200"


def test_a_renewal_of_which_nobody_knows_is_not_told_as_done():
    assert problems(renew(partner_of(Renew=Unknown()))) == ["Temporary Processing Failure"]


def test_what_a_partner_renews_is_due_later_for_the_kiosk():
    partner = NcipPartner()
    partner.ask(
        f"<CheckOutItem>{USER}{ITEM}<DesiredDateDue>2026-03-10T00:00:00Z</DesiredDateDue></CheckOutItem>"
    )

    response = renew(partner)

    due = partner.done(LookupItem(ItemId("CD0001"))).due
    assert response.value("DateDue") == due.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59Z", "9999-12-31", "0001-01-01T00:00:00Z"])
def test_at_the_ends_of_time_there_is_a_loan_like_any_other(end):
    """Some say so for ever, and some for nothing at all; what no clock of the library can tell hurts nobody."""
    partner = NcipPartner()
    wish = f"<DesiredDateDue>{end}</DesiredDateDue>"
    assert problems(partner.ask(f"<CheckOutItem>{USER}{ITEM}{wish}</CheckOutItem>")) == []
    assert problems(partner.ask(f"<RenewItem>{USER}{ITEM}{wish}</RenewItem>")) == []
    assert problems(partner.ask(f"<CheckInItem>{ITEM}</CheckInItem>")) == []
    happened = f"<MandatedAction><DateEventOccurred>{end}</DateEventOccurred></MandatedAction>"
    assert problems(partner.ask(f"<CheckOutItem>{happened}{USER}{ITEM}</CheckOutItem>")) == []
    assert partner.done(LookupItem(ItemId("CD0001"))).due is not None


def test_a_day_on_which_something_shall_be_due_counts_to_its_end():
    partner = partner_of(Renew=lent())
    renew(partner, "<DesiredDateDue>2026-04-20</DesiredDateDue>")

    (wish,) = asked(partner, Renew)
    assert wish.desired_due.isoformat() == "2026-04-20T23:59:59+08:00"


# --- undoing --------------------------------------------------------------------------------------------


def undo(partner, named=""):
    return partner.ask(f"<UndoCheckOutItem>{ITEM}{named}</UndoCheckOutItem>")


def test_a_loan_is_undone_for_the_patron_who_is_named():
    partner = partner_of(Checkin=Returned(COPY, READER, undone=True))

    assert names(undo(partner, USER)) == ["ItemId", "UserId"]
    (wish,) = asked(partner, Checkin)
    assert wish.cancel
    assert wish.borrower == READER


def test_who_names_nobody_is_told_of_nobody():
    partner = partner_of(Checkin=Returned(COPY, READER, undone=True))

    assert names(undo(partner)) == ["ItemId"]
    assert asked(partner, Checkin)[0].borrower is None


def test_a_secret_is_compared_before_anything_is_undone():
    wrong = PatronReport(Patron(READER), PinCheck.WRONG)
    partner = partner_of(LookupPatron=wrong, Checkin=Returned(COPY, READER))

    assert problems(undo(partner, CARD + AUTHENTICATION.format("9999", "PIN"))) == [
        "User Authentication Failed"
    ]
    assert asked(partner, Checkin) == []
    assert asked(partner, LookupPatron)[0].pin == Secret("9999")


def test_nothing_to_undo_is_an_unknown_item():
    assert problems(undo(partner_of(Checkin=Refused(Reason.NOTHING_TO_UNDO)), USER)) == ["Unknown Item"]


def test_what_a_partner_undoes_was_never_lent_for_the_kiosk():
    partner = NcipPartner()
    partner.done(Checkout(READER, ItemId("CD0001")))

    assert names(undo(partner, USER)) == ["ItemId", "UserId"]
    assert partner.done(LookupItem(ItemId("CD0001"))).due is None


# --- whose patron it is ---------------------------------------------------------------------------------


def test_an_account_that_has_to_prove_its_patrons_hears_nothing_of_one_without_a_secret():
    report = PatronReport(Patron(READER, "王小明"))
    wanted = "<UserElementType>Name Information</UserElementType>"
    request = f"<CheckInItem>{ITEM}{wanted}</CheckInItem>"
    answers = {"Checkin": Returned(COPY, READER), "LookupPatron": report}

    assert partner_of(**answers).ask(request).has("UserOptionalFields")
    assert not partner_of(account={"require_pin": True}, **answers).ask(request).has("UserOptionalFields")


NAME_WANTED = "<UserElementType>Name Information</UserElementType>"


@pytest.mark.parametrize("proof", [AUTHENTICATION.format("R0001", "Barcode Id"), PIN])
def test_what_looks_like_a_proof_of_nobody_proves_nobody(proof):
    """A return is of no patron who could be proven, whatever else the request holds."""
    answers = {"Checkin": Returned(COPY, READER, alert=AlertType.HOLD_HERE, destination="1F",
                                   hold_patron=PatronId("R0002")),
               "LookupPatron": PatronReport(Patron(READER, "王小明"), PinCheck.RIGHT)}  # fmt: skip
    partner = partner_of(account={"require_pin": True}, **answers)

    response = partner.ask(f"<CheckInItem>{ITEM}{proof}{NAME_WANTED}</CheckInItem>")

    assert names(response) == ["ItemId", "RoutingInformation"]
    assert not response.first("RoutingInformation").has("UserId")
    assert asked(partner, LookupPatron) == []


def test_what_has_happened_is_booked_with_a_wrong_secret_and_nothing_told_of_the_patron():
    report = PatronReport(Patron(READER, "王小明"), PinCheck.WRONG)
    partner = partner_of(account={"require_pin": True}, Checkout=lent(), LookupPatron=report)

    response = partner.ask(
        "<CheckOutItem><MandatedAction><DateEventOccurred>2026-03-01T09:00:00Z</DateEventOccurred></MandatedAction>"
        f"{CARD}{PIN}{ITEM}{NAME_WANTED}</CheckOutItem>"
    )

    assert names(response) == ["ItemId", "UserId", "DateDue"]


@pytest.mark.parametrize(
    ("undone", "is_told"),
    [
        (Returned(COPY, READER, undone=True), False),
        (Refused(Reason.NOT_SUPPORTED), True),
        (Unknown(), False),
    ],
)
def test_a_loan_without_an_end_is_taken_back_or_told_as_it_stands(undone, is_told):
    partner = partner_of(Checkout=lent(due=None), LookupItem=COPY, Checkin=undone)

    response = partner.ask(f"<CheckOutItem>{USER}{ITEM}</CheckOutItem>")

    assert response.has("IndeterminateLoanPeriodFlag") is is_told
    assert bool(problems(response)) is not is_told


@pytest.mark.parametrize(
    ("more", "begin"),
    [
        ({"renewed": True}, ""),
        ({}, "<MandatedAction><DateEventOccurred>2026-03-01T09:00:00Z</DateEventOccurred></MandatedAction>"),
    ],
)
def test_what_was_there_before_is_not_taken_back(more, begin):
    partner = partner_of(Checkout=lent(due=None, **more), LookupItem=COPY)

    response = partner.ask(f"<CheckOutItem>{begin}{USER}{ITEM}</CheckOutItem>")

    assert response.has("IndeterminateLoanPeriodFlag")
    assert asked(partner, Checkin) == []


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59Z", "9999-12-31"])
def test_for_ever_is_until_the_last_moment_that_a_clock_shows(end):
    response = renew(NcipPartner(), f"<DesiredDateDue>{end}</DesiredDateDue>")

    assert "Temporary Processing Failure" not in problems(response)
    partner = partner_of(Renew=lent())
    renew(partner, f"<DesiredDateDue>{end}</DesiredDateDue>")
    (wish,) = asked(partner, Renew)
    assert wish.desired_due.astimezone(ZONE).year == 9999
