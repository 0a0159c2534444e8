"""An item as systems describe one."""

from datetime import UTC, date, datetime

import pytest

from ncip_told import ITEM, Telling, item, user
from softdock.circulation.identifiers import ItemId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus, MediaType, SecurityMarker
from softdock.circulation.operations import LookupItem, LookupTitle
from softdock.circulation.reasons import Reason

B1 = ItemId("B1")


def looked(*fields, beside="", number=ITEM, **dialect):
    """The item of which these ItemOptionalFields are told."""
    optional = f"<ItemOptionalFields>{''.join(fields)}</ItemOptionalFields>" if fields else ""
    return Telling(f"<LookupItemResponse>{number}{beside}{optional}</LookupItemResponse>", **dialect).done(
        LookupItem(B1)
    )


def described(inner):
    return f"<BibliographicDescription>{inner}</BibliographicDescription>"


def location(kind, *names):
    levels = "".join(
        f"<LocationNameInstance><LocationNameLevel>{level}</LocationNameLevel><LocationNameValue>{name}</LocationNameValue>"
        "</LocationNameInstance>"
        for level, name in names
    )
    return f"<Location><LocationType>{kind}</LocationType><LocationName>{levels}</LocationName></Location>"


def test_of_an_item_of_which_nothing_is_told_nothing_is_known():
    found = looked()
    assert (found.id, found.title, found.status, found.magnetic) == (B1, "", CirculationStatus.OTHER, None)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Available On Shelf", CirculationStatus.AVAILABLE),
        ("available", CirculationStatus.AVAILABLE),
        ("Not Charged", CirculationStatus.AVAILABLE),
        ("On Loan", CirculationStatus.CHARGED),
        ("Charged", CirculationStatus.CHARGED),
        ("Pending Transfer", CirculationStatus.IN_TRANSIT),
        ("Available For Pickup", CirculationStatus.ON_HOLD_SHELF),
        ("Not Available", CirculationStatus.OTHER),
        ("Aged to lost", CirculationStatus.OTHER),
    ],
)
def test_where_it_stands(text, status):
    assert looked(f"<CirculationStatus>{text}</CirculationStatus>").status is status


def test_what_it_is():
    found = looked(
        described(
            "<Author>Ada</Author><BibliographicRecordId><BibliographicRecordIdentifier>OCN1</BibliographicRecordIdentifier>"
            "<BibliographicRecordIdentifierCode>OCLC</BibliographicRecordIdentifierCode></BibliographicRecordId>"
            "<BibliographicRecordId><BibliographicRecordIdentifier>T1</BibliographicRecordIdentifier><AgencyId>ILS</AgencyId>"
            "</BibliographicRecordId><Title> War\nand  Peace </Title><MediumType>Video Tape</MediumType>"
        ),
        "<ItemUseRestrictionType>Not For Loan</ItemUseRestrictionType>",
        "<HoldQueueLength>3</HoldQueueLength>",
        "<ItemDescription><CallNumber>I 1</CallNumber></ItemDescription>",
        "<SecurityMarker>Tattle-Tape Security Strip</SecurityMarker>",
    )
    assert (found.title, found.author, found.title_id) == ("War and Peace", "Ada", "T1")
    assert (found.media_type, found.magnetic) == (MediaType.VIDEO_TAPE, True)
    assert (found.lendable, found.hold_queue_length, found.call_number) == (False, 3, "I 1")
    assert found.security_marker is SecurityMarker.TATTLE_TAPE


@pytest.mark.parametrize("text", ["", "-1x", "many", "1.5"])
def test_a_length_that_is_no_number_is_unknown(text):
    assert looked(f"<HoldQueueLength>{text}</HoldQueueLength>").hold_queue_length is None


def test_where_it_belongs_and_where_it_is():
    found = looked(
        location("Permanent Location", (2, "Branch"), (1, "ILS"), (3, "Shelf")),
        location("Current Location", (1, "Hall")),
    )
    assert (found.permanent_location, found.current_location, found.owner) == ("Shelf", "Hall", "CQL")


def test_whose_it_is_goes_by_our_name_for_the_library():
    number = "<ItemId><AgencyId>NB</AgencyId><ItemIdentifierValue>B1</ItemIdentifierValue></ItemId>"
    assert looked(number=number, agencies={"nb": "CDL"}).owner == "CDL"
    assert looked(number=number.replace("NB", "ILS")).owner is None


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2026-03-31T15:59:59Z", datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)),
        ("2026-03-31T23:59:59", datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)),
        ("2026-03-31", date(2026, 3, 31)),
        ("", None),
        ("soon", None),
    ],
)
def test_until_when_it_is_lent(text, due):
    """A day alone is the whole of it, and what names no zone goes by the clocks of the library."""
    assert looked(f"<DateDue>{text}</DateDue>").due == due


def test_of_some_systems_only_the_day_is_to_be_believed():
    assert looked("<DateDue>2026-03-31T01:00:00Z</DateDue>", date_part_only=True).due == date(2026, 3, 31)


def test_who_has_it_is_told_in_two_places():
    borrower = f"<CurrentBorrower>{user('R2')}</CurrentBorrower>"
    assert looked(beside=f"<ItemTransaction>{borrower}</ItemTransaction>").borrower == PatronId("R2")
    assert looked(beside=borrower).borrower == PatronId("R2")


def test_until_when_it_is_kept_and_since_when_it_is_wanted_back():
    found = looked(
        beside="<HoldPickupDate>2026-03-09</HoldPickupDate><DateRecalled>2026-03-01T00:00:00Z</DateRecalled>"
    )
    assert found.hold_pickup_until == datetime(2026, 3, 8, 16, tzinfo=UTC)
    assert found.recalled == datetime(2026, 3, 1, tzinfo=UTC)


# --- titles -----------------------------------------------------------------------------------------------

T1 = TitleId("T1")


def copy(number, inner=""):
    return f"<ItemInformation>{item(number)}{inner}</ItemInformation>"


def page(*holdings, title="War", token=""):
    known = described(f"<Author>Ada</Author><Title>{title}</Title><MediumType>Book</MediumType>")
    sets = "".join(f"<HoldingsSet>{each}</HoldingsSet>" for each in holdings)
    return (
        f"<LookupItemSetResponse><BibInformation>{known}<TitleHoldQueueLength>2</TitleHoldQueueLength>{sets}"
        f"</BibInformation>{token and f'<NextItemToken>{token}</NextItemToken>'}</LookupItemSetResponse>"
    )


def test_a_title_comes_page_by_page():
    system = Telling(page(copy("B1"), token="next"), page(copy("B2")))
    found = system.done(LookupTitle(T1))
    assert (found.title, found.author, found.hold_queue_length) == ("War", "Ada", 2)
    assert [each.id for each in found.copies] == ["B1", "B2"]
    assert [each.value("NextItemToken") for each in system.asked] == ["", "next"]


def test_what_is_told_once_for_all_copies_is_true_of_each():
    own = "<ItemOptionalFields><ItemDescription><CallNumber>own</CallNumber></ItemDescription></ItemOptionalFields>"
    shelf = f"{location('Permanent Location', (1, 'ILS'), (2, 'Hall'))}<CallNumber>shared</CallNumber>"
    first, second = Telling(page(f"{shelf}{copy('B1')}{copy('B2', own)}")).done(LookupTitle(T1)).copies
    assert (first.title, first.author, first.media_type) == ("War", "Ada", MediaType.BOOK)
    assert (first.permanent_location, first.owner) == ("Hall", "CQL")
    assert (first.call_number, second.call_number) == ("shared", "own")


def test_a_copy_with_a_problem_is_left_out():
    gone = "<Problem><ProblemType>Unknown Item</ProblemType></Problem>"
    found = Telling(page(f"{copy('B1', gone)}{copy('B2')}{copy('-1')}")).done(LookupTitle(T1))
    assert [each.id for each in found.copies] == ["B2"]


def test_a_title_that_is_unknown_is_refused():
    unknown = (
        "<LookupItemSetResponse><BibInformation><Problem><ProblemType>Unknown Item</ProblemType>"
        "<ProblemElement>BibliographicId</ProblemElement></Problem></BibInformation></LookupItemSetResponse>"
    )
    assert Telling(unknown).outcome(LookupTitle(T1)).reason is Reason.TITLE_UNKNOWN


def test_pages_without_end_come_to_one():
    system = Telling(*[page(copy("B1"), token="more")] * 20)
    assert len(system.done(LookupTitle(T1)).copies) == 20
