"""Items that partners take in, change and take out, and where they say that these stand, seen again as devices see them."""

from dataclasses import replace

import pytest

from ncip_partner import NcipPartner, finished, problems
from ncip_requests import AUTHENTICATION, ITEM, REQUEST, USER
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import CirculationStatus, MediaType, SecurityMarker
from softdock.circulation.operations import Checkout, LookupItem
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.crosswalk import STANDARD
from softdock.protocols.ncip.north.partner import Profile

NEW = "<ItemId><ItemIdentifierValue>N0001</ItemIdentifierValue></ItemId>"
LENT = "<ItemId><ItemIdentifierValue>CD0004</ItemIdentifierValue></ItemId>"


def described(title="A title", more=""):
    return f"<BibliographicDescription><Title>{title}</Title>{more}</BibliographicDescription>"


def place(kind, *names):
    levels = "".join(
        f"<LocationNameInstance><LocationNameLevel>{level}</LocationNameLevel>"
        f"<LocationNameValue>{name}</LocationNameValue></LocationNameInstance>"
        for level, name in enumerate(names, 1)
    )
    return f"<Location><LocationType>{kind}</LocationType><LocationName>{levels}</LocationName></Location>"


CALL_NUMBER = "<ItemDescription><CallNumber>K 1</CallNumber></ItemDescription>"
RECORD = (
    "<BibliographicRecordId><BibliographicRecordIdentifier>T-9</BibliographicRecordIdentifier>"
    "<AgencyId>CDL</AgencyId></BibliographicRecordId>"
)
EVERYTHING = (
    described(more=f"<Author>An author</Author>{RECORD}<MediumType>Compact Disc (CD)</MediumType>")
    + "<ItemUseRestrictionType>In Library Use Only</ItemUseRestrictionType>"
    + "<CirculationStatus>In Process</CirculationStatus>"
    + CALL_NUMBER
    + place("Permanent Location", "CDL", "Hall 1")
    + place("Current Location", "Hall 2")
    + "<PhysicalCondition><PhysicalConditionType>Good</PhysicalConditionType></PhysicalCondition>"
    + "<SecurityMarker>3M Tattle-Tape Security Strip</SecurityMarker><SensitizationFlag/>"
)


@pytest.fixture
def partner():
    return NcipPartner()


def item(partner, number="N0001"):
    return partner.done(LookupItem(ItemId(number)))


def update(partner, deleted="", added="", named=ITEM):
    fields = f"<DeleteItemFields>{deleted}</DeleteItemFields>" if deleted else ""
    fields += f"<AddItemFields>{added}</AddItemFields>" if added else ""
    return partner.ask(f"<UpdateItem>{named}{fields}</UpdateItem>")


def create(partner, inner):
    return partner.ask(f"<CreateItem>{inner}</CreateItem>")


def set_status(partner, word, named=ITEM):
    return partner.ask(
        f"<UpdateCirculationStatus>{named}<CirculationStatus>{word}</CirculationStatus></UpdateCirculationStatus>"
    )


# --- CreateItem ---------------------------------------------------------------------------------------


def test_what_is_taken_in_is_there_with_all_that_was_said(partner):
    response = create(partner, NEW + REQUEST + EVERYTHING)

    assert response.value("ItemId", "ItemIdentifierValue") == "N0001"
    found = item(partner)
    assert (found.title, found.author, found.title_id) == ("A title", "An author", "T-9")
    assert (found.media_type, found.lendable, found.call_number) == (MediaType.CD, False, "K 1")
    assert (found.permanent_location, found.current_location) == ("Hall 1", "Hall 2")
    assert (found.security_marker, found.magnetic) == (SecurityMarker.TATTLE_TAPE, True)
    assert found.status is CirculationStatus.IN_PROCESS


def test_the_library_gives_a_number_where_none_is_proposed_and_tells_it(partner):
    number = create(partner, described()).value("ItemId", "ItemIdentifierValue")

    assert item(partner, number).title == "A title"


def test_nothing_is_taken_in_twice_under_one_number(partner):
    response = create(partner, ITEM + described())

    assert problems(response) == ["Duplicate Item"]
    assert response.at("Problem").value("ProblemValue") == "CD0001"


@pytest.mark.parametrize(
    ("word", "kind"),
    [("On Loan", "Element Rule Violated"), ("Vanished", "Unknown Value From Known Scheme")],
)
def test_what_cannot_be_so_is_not_taken_in(partner, word, kind):
    assert problems(create(partner, f"{NEW}{described()}<CirculationStatus>{word}</CirculationStatus>")) == [
        kind
    ]
    assert problems(partner.ask(f"<LookupItem>{NEW}</LookupItem>")) == ["Unknown Item"]


# --- UpdateItem ---------------------------------------------------------------------------------------


def test_a_value_that_is_changed_is_in_both_parts(partner):
    create(partner, NEW + EVERYTHING)
    response = update(
        partner,
        described(more="<MediumType>Compact Disc (CD)</MediumType>") + CALL_NUMBER,
        described("Another title") + CALL_NUMBER.replace("K 1", "K 2"),
        NEW,
    )

    assert not problems(response)
    found = item(partner)
    assert (found.title, found.call_number, found.media_type) == ("Another title", "K 2", MediaType.OTHER)
    assert found.author == "An author"


def test_what_is_only_deleted_is_gone(partner):
    create(partner, NEW + EVERYTHING)
    update(
        partner,
        "<BibliographicDescription><Author>an  author</Author></BibliographicDescription>"
        "<ItemUseRestrictionType>Not For Loan</ItemUseRestrictionType>"
        + CALL_NUMBER
        + place("Permanent Location", "Hall 1")
        + "<SecurityMarker>Tattle-Tape Security Strip</SecurityMarker><SensitizationFlag/>",
        named=NEW,
    )

    found = item(partner)
    assert (found.author, found.call_number, found.permanent_location) == ("", "", "")
    assert (found.lendable, found.magnetic, found.security_marker) == (True, False, SecurityMarker.OTHER)


@pytest.mark.parametrize(
    ("deleted", "element"),
    [
        (described("Nothing of the kind"), "Title"),
        (described(), "Title"),
        (f"<BibliographicDescription>{RECORD}</BibliographicDescription>", "BibliographicDescription"),
        ("<BibliographicDescription><MediumType>Book</MediumType></BibliographicDescription>", "MediumType"),
        (
            "<BibliographicDescription><MediumType>Cylinder</MediumType></BibliographicDescription>",
            "MediumType",
        ),
        (CALL_NUMBER.replace("K 1", "K 2"), "CallNumber"),
        (place("Current Location", "Elsewhere"), "Location"),
        (place("Somewhere", "Hall 1"), "LocationType"),
        ("<SecurityMarker>None</SecurityMarker>", "SecurityMarker"),
        ("<ItemUseRestrictionType>Overnight Only</ItemUseRestrictionType>", "ItemUseRestrictionType"),
    ],
)
def test_what_is_not_there_or_has_to_stay_is_not_deleted_and_nothing_else_is_done(partner, deleted, element):
    create(partner, NEW + EVERYTHING)
    before = item(partner)
    response = update(partner, deleted, place("Current Location", "Hall 3"), NEW)

    assert problems(response) == ["Unable To Delete Element"]
    assert response.at("Problem").value("ProblemElement") == element
    assert item(partner) == before


def test_what_the_library_has_no_place_for_can_not_be_added_alone(partner):
    assert problems(update(partner, added="<SecurityMarker>A dog</SecurityMarker>")) == [
        "Unable To Add Element"
    ]
    assert not problems(update(partner, added="<SecurityMarker>A dog</SecurityMarker>" + CALL_NUMBER))


def test_an_update_of_nothing_that_is_known_is_of_an_unknown_item(partner):
    response = update(partner, added=CALL_NUMBER, named=NEW)

    assert problems(response) == ["Unknown Item"]
    assert response.at("Problem").value("ProblemElement") == "ItemIdentifierValue"


# --- DeleteItem ---------------------------------------------------------------------------------------


def test_what_is_deleted_is_gone_for_devices_too(partner):
    assert not problems(partner.ask(f"<DeleteItem>{ITEM}</DeleteItem>"))

    outcome = finished(partner.desk.perform(partner.account, Checkout(PatronId("R0001"), ItemId("CD0001"))))
    assert outcome.reason is Reason.ITEM_UNKNOWN
    assert problems(partner.ask(f"<DeleteItem>{ITEM}</DeleteItem>")) == ["Unknown Item"]


def test_what_is_lent_is_not_deleted(partner):
    assert len(problems(partner.ask(f"<DeleteItem>{LENT}</DeleteItem>"))) == 1
    assert item(partner, "CD0004").status is CirculationStatus.CHARGED


# --- where it stands ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Lost", CirculationStatus.LOST),
        ("missing", CirculationStatus.MISSING),
        ("In Process", CirculationStatus.IN_PROCESS),
        ("Not Available", CirculationStatus.OTHER),
        ("Waiting To  Be Reshelved", CirculationStatus.TO_BE_RESHELVED),
    ],
)
def test_an_item_stands_where_a_partner_says(partner, word, status):
    assert set_status(partner, word).value("ItemId", "ItemIdentifierValue") == "CD0001"
    assert item(partner, "CD0001").status is status


def test_a_partner_has_words_of_its_own():
    words = STANDARD.circulation_status.changed({CirculationStatus.LOST: "Long Overdue"}, {})
    partner = NcipPartner(Profile(crosswalk=replace(STANDARD, circulation_status=words)))

    assert not problems(set_status(partner, "long overdue"))
    assert item(partner, "CD0001").status is CirculationStatus.LOST


def test_what_only_loans_can_say_is_not_said_by_hand(partner):
    assert problems(set_status(partner, "On Loan")) == ["Unable To Add Element"]


def test_a_word_that_nobody_knows_sets_nothing(partner):
    response = set_status(partner, "Renew Still Pending")

    assert problems(response) == ["Unknown Value From Known Scheme"]
    assert response.at("Problem").value("ProblemValue") == "Renew Still Pending"


@pytest.mark.parametrize(
    ("reported", "status"),
    [
        ("<ItemReportedReturned><DateReportedReturned>2026-03-01T00:00:00Z</DateReportedReturned></ItemReportedReturned>",
         CirculationStatus.CLAIMED_RETURNED),
        ("<ItemReportedNeverBorrowed/>", CirculationStatus.CLAIMED_RETURNED),
        ("<ItemReportedLost/>", CirculationStatus.LOST),
        ("<ItemReportedMissing/>", CirculationStatus.MISSING),
    ],
)  # fmt: skip
def test_a_patron_reports_what_became_of_an_item(partner, reported, status):
    response = partner.ask(
        f"<ReportCirculationStatusChange>{LENT}{USER}{reported}<ItemElementType>Circulation Status</ItemElementType>"
        "<UserElementType>Name Information</UserElementType></ReportCirculationStatusChange>"
    )

    assert item(partner, "CD0004").status is status
    assert response.value("UserId", "UserIdentifierValue") == "R0001"
    assert response.value("ItemOptionalFields", "CirculationStatus")
    assert response.has("UserOptionalFields")


def test_only_who_has_an_item_can_have_lost_it(partner):
    response = partner.ask(
        f"<ReportCirculationStatusChange>{ITEM}{USER}<ItemReportedLost/></ReportCirculationStatusChange>"
    )

    assert problems(response) == ["Item Not Checked Out To This User"]
    assert item(partner, "CD0001").status is CirculationStatus.AVAILABLE


def test_a_report_with_a_wrong_pin_changes_nothing(partner):
    wrong = USER + AUTHENTICATION.format("9999", "PIN")
    response = partner.ask(
        f"<ReportCirculationStatusChange>{LENT}{wrong}<ItemReportedLost/></ReportCirculationStatusChange>"
    )

    assert problems(response) == ["User Authentication Failed"]
    assert item(partner, "CD0004").status is CirculationStatus.CHARGED
