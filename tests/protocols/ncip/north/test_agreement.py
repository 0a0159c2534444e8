"""What has been agreed with a partner is held against its requests, key by key."""

import pytest

from ncip_partner import CDL, NcipPartner, problems
from ncip_requests import ITEM, USER
from softdock.circulation.identifiers import PatronId
from softdock.circulation.operations import BlockPatron
from softdock.circulation.patrons import Standing
from softdock.protocols.ncip.north.partner import Profile

LOOKUP = "<LookupItem>{}" + ITEM + "</LookupItem>"
HEADER = (
    "<InitiationHeader><FromAgencyId><AgencyId>PARTNER</AgencyId></FromAgencyId>"
    "<ToAgencyId><AgencyId>{}</AgencyId></ToAgencyId></InitiationHeader>"
)
KINDS = "http://www.niso.org/ncip/v1_0/{}schemes/itemelementtype/itemelementtype.scm"


def test_only_the_services_that_are_agreed_on_are_there():
    partner = NcipPartner(Profile(services=frozenset({"LookupUser"})))

    assert problems(partner.ask(LOOKUP.format(""))) == ["Unauthorized Service For Agency"]
    assert not problems(partner.ask(f"<LookupUser>{USER}</LookupUser>"))


@pytest.mark.parametrize(
    ("agency", "is_ours"), [("CDL", True), ("cdl", True), ("Main", True), ("CQL", False)]
)
def test_a_message_for_another_library_is_answered_only_where_that_is_not_excluded(agency, is_ours):
    strict = Profile(own_agency_only=True, agencies={"main": CDL})
    told = NcipPartner(strict).ask(LOOKUP.format(HEADER.format(agency)))

    assert problems(told) == ([] if is_ours else ["Unknown Agency"])
    assert not problems(NcipPartner().ask(LOOKUP.format(HEADER.format(agency))))


def test_a_message_that_names_no_library_is_meant_for_ours():
    assert not problems(NcipPartner(Profile(own_agency_only=True)).ask(LOOKUP.format("")))


@pytest.mark.parametrize(
    ("scheme", "is_known"),
    [(KINDS.format(""), True), (KINDS.format("imp1/"), True), ("urn:mine", False), ("", True)],
)
def test_values_from_lists_of_others_are_taken_unless_that_is_excluded(scheme, is_known):
    kind = f'<ItemElementType n:Scheme="{scheme}">Circulation Status</ItemElementType>'
    inner = f"<LookupItem>{ITEM}{kind}</LookupItem>"
    told = NcipPartner(Profile(unknown_schemes_accepted=False)).ask(inner)

    assert problems(told) == ([] if is_known else ["Unknown Scheme"])
    assert not problems(NcipPartner().ask(inner))


def rows(partner, number="R0001"):
    wanted = "<UserElementType>User Privilege</UserElementType>"
    user = USER.replace("R0001", number)
    fields = partner.ask(f"<LookupUser>{user}{wanted}</LookupUser>").first("UserOptionalFields")
    return {
        each.value("AgencyUserPrivilegeType"): each.value("UserPrivilegeStatus", "UserPrivilegeStatusType")
        for each in (fields.children if fields else [])
    }


def test_the_rows_that_are_agreed_on_are_told_in_the_words_that_are_agreed_on():
    partner = NcipPartner(Profile(
        privileges=("STATUS", "LIBRARY"), status_ok="ACTIVE", status_blocked="BARRED", names_of_agencies={CDL: "MAIN"},
    ))  # fmt: skip

    assert rows(partner) == {"STATUS": "ACTIVE", "LIBRARY": "MAIN"}
    partner.done(BlockPatron(PatronId("R0001")))
    assert rows(partner)["STATUS"] == "BARRED"
    assert rows(NcipPartner(Profile(privileges=()))) == {}


def test_which_marks_make_a_card_blocked_is_agreed_on():
    lost = frozenset({Standing.CARD_LOST})

    assert rows(NcipPartner(Profile(privileges=("STATUS",), status_counts=lost)), "R0005") == {"STATUS": "OK"}
    assert rows(NcipPartner(Profile(privileges=("STATUS",))), "R0005") == {"STATUS": "BLOCKED"}


def test_the_identifier_that_is_returned_is_of_the_kind_that_is_agreed_on():
    told = NcipPartner(Profile(user_id="card", user_id_type="Barcode")).ask(
        f"<LookupUser>{USER}</LookupUser>"
    )

    assert told.value("UserId", "UserIdentifierType") == "Barcode"


@pytest.mark.parametrize(
    ("local", "written"), [(False, "2026-04-01T15:59:59Z"), (True, "2026-04-01T23:59:59+08:00")]
)
def test_dates_are_written_in_utc_or_by_the_clocks_of_the_library(local, written):
    told = NcipPartner(Profile(local_dates=local)).ask(f"<CheckOutItem>{USER}{ITEM}</CheckOutItem>")

    assert told.value("DateDue") == written


def test_who_has_an_item_is_told_only_where_that_is_agreed_on():
    inner = (
        "<LookupItem><ItemId><ItemIdentifierValue>CD0004</ItemIdentifierValue></ItemId>"
        "<CurrentBorrowerDesired/></LookupItem>"
    )

    assert not NcipPartner().ask(inner).has("ItemTransaction")
    told = NcipPartner(Profile(show_borrower=True)).ask(inner)
    assert told.at("ItemTransaction", "CurrentBorrower").value("UserId", "UserIdentifierValue") == "R0001"


def test_a_return_of_what_nobody_has_is_done_where_that_is_agreed_on():
    inner = f"<CheckInItem>{ITEM}</CheckInItem>"

    assert problems(NcipPartner().ask(inner)) == ["Item Not Checked Out"]
    assert not problems(NcipPartner(Profile(checkin_not_lent_is_done=True)).ask(inner))
