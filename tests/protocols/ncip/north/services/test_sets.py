"""Many items at a time: by titles, by their own numbers, and page by page."""

from datetime import UTC, datetime

import pytest

from ncip_library import asked, names, partner_of
from ncip_partner import NcipPartner, problems, v2
from softdock.circulation.identifiers import ItemId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus, Item
from softdock.circulation.operations import LookupItem
from softdock.circulation.outcomes import Done, Refused, TitleReport
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.north.partner import Profile
from softdock.protocols.ncip.tables.lists import VALUES

EVERYTHING = "".join(f"<ItemElementType>{each}</ItemElementType>" for each in VALUES["ItemElementType"])


def record(number):
    return (
        f"<BibliographicId><BibliographicRecordId><BibliographicRecordIdentifier>{number}"
        "</BibliographicRecordIdentifier><AgencyId>CDL</AgencyId></BibliographicRecordId></BibliographicId>"
    )


def item(number):
    return f"<ItemId><ItemIdentifierValue>{number}</ItemIdentifierValue></ItemId>"


def a_copy(number, **more):
    known = {"title": "三体", "title_id": TitleId("T1"), "permanent_location": "总馆", "call_number": "I247"}
    return Item(ItemId(number), **{**known, "status": CirculationStatus.AVAILABLE, **more})


def titles(**copies):
    """A library that has these titles, each with that many copies."""

    def look_up(operation):
        if operation.title not in copies:
            return Refused(Reason.TITLE_UNKNOWN)
        numbers = [f"{operation.title}.{number}" for number in range(copies[operation.title])]
        return TitleReport(
            operation.title, "三体", "刘慈欣", [a_copy(number) for number in numbers], hold_queue_length=4
        )

    return look_up


def look_up(partner, what):
    return partner.ask(f"<LookupItemSet>{what}</LookupItemSet>")


def told(response):
    """The numbers of the items, by the titles that they are told under."""
    return [
        (
            bib.value("BibliographicId", "BibliographicRecordId", "BibliographicRecordIdentifier"),
            [
                each.value("ItemId", "ItemIdentifierValue")
                for holdings in bib.all("HoldingsSet")
                for each in holdings.all("ItemInformation")
            ],
        )
        for bib in response.all("BibInformation")
    ]


def test_what_all_copies_have_alike_is_said_once():
    copies = [
        a_copy("A", current_location="1F"),
        a_copy("B", current_location="2F", due=datetime(2026, 5, 1, tzinfo=UTC)),
    ]
    partner = partner_of(LookupTitle=TitleReport(TitleId("T1"), "三体", "刘慈欣", copies, 4))

    (bib,) = look_up(partner, record("T1") + EVERYTHING).all("BibInformation")

    assert names(bib) == [
        "BibliographicId",
        "BibliographicDescription",
        "TitleHoldQueueLength",
        "HoldingsSet",
    ]
    holdings = bib.first("HoldingsSet")
    assert names(holdings) == ["Location", "CallNumber", "ItemInformation", "ItemInformation"]
    assert holdings.value("Location", "LocationType") == "Permanent Location"
    first, second = holdings.all("ItemInformation")
    assert names(first) == ["ItemId", "ItemOptionalFields"]
    assert names(second) == ["ItemId", "DateDue", "ItemOptionalFields"]
    assert names(first.first("ItemOptionalFields")) == ["CirculationStatus", "Location"]


def test_where_copies_differ_each_says_so():
    copies = [a_copy("A"), a_copy("B", permanent_location="高新分馆", call_number="K 1")]
    partner = partner_of(LookupTitle=TitleReport(TitleId("T1"), copies=copies))

    holdings = look_up(partner, record("T1") + EVERYTHING).at("BibInformation", "HoldingsSet")

    assert names(holdings) == ["ItemInformation", "ItemInformation"]
    for each in holdings.all("ItemInformation"):
        assert each.at("ItemOptionalFields", "ItemDescription", "CallNumber") is not None
        assert each.at("ItemOptionalFields", "Location") is not None


def test_nothing_is_told_that_was_not_asked_for():
    (bib,) = look_up(partner_of(LookupTitle=titles(T1=1)), record("T1")).all("BibInformation")

    assert names(bib) == ["BibliographicId", "HoldingsSet"]
    assert names(bib.at("HoldingsSet", "ItemInformation")) == ["ItemId"]


def test_who_has_it_is_told_to_who_may_know_and_asks():
    report = TitleReport(TitleId("T1"), copies=[a_copy("A", borrower=PatronId("R0001"))])
    request = record("T1") + "<CurrentBorrowerDesired/>"

    def borrower(profile):
        response = look_up(partner_of(profile, LookupTitle=report), request)
        return response.at("BibInformation", "HoldingsSet", "ItemInformation", "CurrentBorrower")

    assert borrower(Profile()) is None
    assert borrower(Profile(show_borrower=True)).value("UserId", "UserIdentifierValue") == "R0001"


def test_a_title_is_found_by_other_numbers_and_named_as_it_was():
    isbn = (
        "<BibliographicId><BibliographicItemId><BibliographicItemIdentifier>9787536692930"
        "</BibliographicItemIdentifier><BibliographicItemIdentifierCode>ISBN</BibliographicItemIdentifierCode>"
        "</BibliographicItemId></BibliographicId>"
    )
    partner = partner_of(LookupTitle=TitleReport(TitleId("T1"), copies=[a_copy("A")]))

    named = look_up(partner, isbn).at("BibInformation", "BibliographicId", "BibliographicItemId")

    assert named.value("BibliographicItemIdentifier") == "9787536692930"
    assert named.value("BibliographicItemIdentifierCode") == "ISBN"


def test_items_that_follow_each_other_are_told_under_their_title():
    def known(operation):
        if operation.item == "X":
            return Refused(Reason.ITEM_UNKNOWN)
        return a_copy(operation.item, title_id=TitleId(operation.item[0]))

    partner = partner_of(LookupItem=known)

    response = look_up(partner, "".join(map(item, ["A1", "A2", "B1", "X", "A3"])))

    assert told(response) == [("A", ["A1", "A2"]), ("B", ["B1"]), ("", ["X"]), ("A", ["A3"])]
    unknown = response.all("BibInformation")[2].at("HoldingsSet", "ItemInformation")
    assert problems(unknown) == ["Unknown Item"]


def test_a_title_that_is_not_known_is_told_where_it_would_stand():
    response = look_up(partner_of(LookupTitle=titles(T1=1, T3=0)), record("T1") + record("T2") + record("T3"))

    first, second, third = response.all("BibInformation")
    assert first.has("HoldingsSet")
    assert problems(second) == problems(third) == ["Unknown Item"]
    assert second.value("Problem", "ProblemValue") == "T2"
    assert not problems(response)


def test_where_nothing_is_found_the_answer_is_a_problem():
    response = look_up(partner_of(LookupTitle=titles()), record("T1") + record("T2"))

    assert problems(response) == ["Unknown Item", "Unknown Item"]
    assert not response.has("BibInformation")


def test_sets_of_holdings_are_not_known():
    response = look_up(partner_of(LookupTitle=titles()), "<HoldingsSetId>H1</HoldingsSetId>")

    assert problems(response) == ["Unknown Item"]
    assert response.value("Problem", "ProblemElement") == "HoldingsSetId"


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.SYSTEM_UNAVAILABLE, "Temporary Processing Failure"),
        (Reason.NOT_SUPPORTED, "Unsupported Service"),
        (Reason.NOT_ALLOWED, "Unauthorized Service For Agency"),
    ],
)
def test_a_library_that_cannot_say_is_not_asked_on(reason, kind):
    answers = [Done(TitleReport(TitleId("T1"), copies=[a_copy("A")])), Refused(reason)]
    partner = partner_of(LookupTitle=answers)

    assert problems(look_up(partner, record("T1") + record("T2") + record("T3"))) == [kind]
    assert len(partner.system.asked) == 2


# --- pages ----------------------------------------------------------------------------------------------


def pages(partner, what):
    """All pages of an answer."""
    found, token = [], ""
    while True:
        response = look_up(partner, what + token)
        found.append(told(response))
        if not response.has("NextItemToken"):
            return found
        token = f"<NextItemToken>{response.value('NextItemToken')}</NextItemToken>"
        assert len(found) < 100


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 100])
def test_all_is_told_once_however_long_the_pages_are(most):
    partner = partner_of(LookupTitle=titles(T1=3, T2=1, T4=5))
    what = "".join(map(record, ["T1", "T2", "T3", "T4"]))

    found = pages(partner, f"{what}<MaximumItemsCount>{most}</MaximumItemsCount>")

    numbers = [number for page in found for _, items in page for number in items]
    assert numbers == ["T1.0", "T1.1", "T1.2", "T2.0", "T4.0", "T4.1", "T4.2", "T4.3", "T4.4"]
    assert max(sum(len(items) or 1 for _, items in page) for page in found) <= most
    assert sum(not items for page in found for _, items in page) == 1


def test_no_page_is_longer_than_agreed():
    partner = partner_of(Profile(max_items=4), LookupTitle=titles(T1=10))

    found = pages(partner, record("T1") + "<MaximumItemsCount>1000</MaximumItemsCount>")

    assert [len(page[0][1]) for page in found] == [4, 4, 2]


def test_no_more_is_asked_than_a_page_holds():
    partner = partner_of(Profile(max_items=3), LookupItem=lambda operation: a_copy(operation.item))

    look_up(partner, "".join(item(f"I{number}") for number in range(500)))

    assert len(asked(partner, LookupItem)) == 3


def test_a_last_page_of_unknown_titles_is_a_page_all_the_same():
    partner = partner_of(LookupTitle=titles(T1=1))
    what = record("T1") + record("T2") + "<MaximumItemsCount>1</MaximumItemsCount>"

    assert pages(partner, what) == [[("T1", ["T1.0"])], [("T2", [])]]


def test_a_token_holds_for_its_own_request_alone():
    partner = partner_of(LookupTitle=titles(T1=5, T2=5))
    most = "<MaximumItemsCount>2</MaximumItemsCount>"
    token = look_up(partner, record("T1") + most).value("NextItemToken")

    refused = look_up(partner, f"{record('T2')}{most}<NextItemToken>{token}</NextItemToken>")

    assert problems(refused) == ["Element Rule Violated"]
    assert refused.value("Problem", "ProblemElement") == "NextItemToken"
    assert len(token) < 32


@pytest.mark.parametrize("token", ["x", "0-0-0000000000000000", "0" * 9000, "-1-0-00", "1;2"])
def test_a_token_that_was_made_up_is_refused(token):
    response = look_up(
        partner_of(LookupTitle=titles(T1=5)), f"{record('T1')}<NextItemToken>{token}</NextItemToken>"
    )

    assert problems(response) == ["Element Rule Violated"]


def test_an_empty_token_is_none():
    assert not problems(look_up(partner_of(LookupTitle=titles(T1=1)), record("T1") + "<NextItemToken/>"))


def test_copies_that_have_gone_since_leave_the_token_without_a_page():
    partner = partner_of(LookupTitle=[titles(T1=5), titles(T1=2)])
    most = "<MaximumItemsCount>3</MaximumItemsCount>"
    token = look_up(partner, record("T1") + most).value("NextItemToken")

    response = look_up(partner, f"{record('T1')}{most}<NextItemToken>{token}</NextItemToken>")

    assert problems(response) == ["Element Rule Violated"]


# --- a library ------------------------------------------------------------------------------------------


def test_the_demo_s_copies_are_told_together():
    partner = NcipPartner()

    response = look_up(partner, "".join(map(item, ["CD0001", "CD0002", "CD0004"])) + EVERYTHING)

    first, second = response.all("BibInformation")
    assert first.value("BibliographicDescription", "Title") == "三体"
    assert len(first.first("HoldingsSet").all("ItemInformation")) == 2
    assert second.value("BibliographicDescription", "Title") == "活着"


def test_a_request_for_nothing_needs_something():
    assert partner_of().send(v2("<LookupItemSet><ItemId/></LookupItemSet>")).problems == (
        "Needed Data Missing",
    )
