"""What a device hears of another library's system: names, owners, transits, and whose refusal it was."""

import pytest

from softdock.circulation.identifiers import HoldId, ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import AlertType, Item
from softdock.circulation.operations import (
    Checkin,
    Checkout,
    LookupItem,
    LookupPatron,
    LookupTitle,
    Renew,
    RenewAll,
)
from softdock.circulation.outcomes import (
    Done,
    HoldState,
    Lent,
    PatronReport,
    Refused,
    RenewedAll,
    Returned,
    TitleReport,
    Unknown,
)
from softdock.circulation.patrons import Entry, Patron, PatronList
from softdock.circulation.reasons import Reason
from softdock.consortium.ownership import Marked, Pattern
from stubs import RecordingObserver, StubSystem, a_desk, a_library, an_account, result_of

THEIRS, CARD = ItemId("CQ1"), PatronId("R1")


def told(operation, outcome, *, items=(), patrons=()):
    """What a kiosk of CDL hears when CQL's system has come to `outcome`; its barcodes begin with CQ, its cards with Q."""
    there = a_library(
        StubSystem(lambda _: outcome),
        id=LibraryId("CQL"),
        names={"zh": "重庆图书馆", "en": "Chongqing Library"},
        items=[Pattern("CQ"), *items],
        patrons=[Pattern("Q"), *patrons],
    )
    desk = a_desk(a_library(id=LibraryId("CDL")), None, RecordingObserver(), there)
    return result_of(desk.perform(an_account(library=LibraryId("CDL")), operation))


def returned(**facts):
    return told(Checkin(THEIRS), Done(Returned(Item(THEIRS), **facts))).result


# --- returns ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alert", "here"),
    [
        (None, AlertType.TRANSIT),
        (AlertType.NONE, AlertType.TRANSIT),
        (AlertType.HOLD_HERE, AlertType.HOLD_ELSEWHERE),
        (AlertType.HOLD_ELSEWHERE, AlertType.HOLD_ELSEWHERE),
        (AlertType.INTERLIBRARY_HOLD, AlertType.INTERLIBRARY_HOLD),
        (AlertType.SPECIAL, AlertType.SPECIAL),
        (AlertType.TRANSIT, AlertType.TRANSIT),
    ],
)
def test_what_was_taken_back_for_another_library_never_stays(alert, here):
    """The device beeps, and the sorter learns whose it is."""
    result = returned(alert=alert)
    assert (result.alert, result.destination, result.item.owner) == (here, "CQL", "CQL")


def test_a_branch_of_the_owner_is_kept_and_its_sort_bin_is_not():
    """The sorter here knows libraries; which bin or branch means what there, it can not know."""
    result = returned(destination="East branch", sort_bin="7")
    assert (result.destination, result.sort_bin) == ("CQL", "")
    assert result.item.extra == {"destination": "East branch"}
    assert returned(destination="CQL").item.extra == {}


def test_for_whom_the_owner_holds_an_item_is_not_told_elsewhere():
    result = returned(
        alert=AlertType.HOLD_HERE, patron=CARD, hold_patron=PatronId("Q9"), hold_patron_name="王小明"
    )
    assert (result.patron, result.hold_patron, result.hold_patron_name) == (CARD, None, "")


def test_nor_is_it_told_by_the_texts_of_the_owner():
    """Nor printed: the slip for the hold shelf is of no use here, and the device is not a member of staff."""
    for_whom = Returned(Item(THEIRS), hold_patron=PatronId("Q9"), hold_patron_name="Ada Byron")
    said = Done(
        for_whom, "Thank you.\nHold for ADA BYRON", [("AG", "Hold: Q9"), ("AG", "Returned"), ("XH", "q9")]
    )
    outcome = told(Checkin(THEIRS), said)

    assert outcome.note == "Thank you."
    assert list(outcome.extra) == [("AG", "Returned")]


def test_a_loan_that_is_undone_leaves_the_item_where_it_is():
    """The patron has put it back on the shelf of the kiosk: nothing was returned."""
    result = told(Checkin(THEIRS, cancel=True), Done(Returned(Item(THEIRS), undone=True))).result
    assert (result.alert, result.destination) == (None, "")


# --- names --------------------------------------------------------------------------------------------


def test_owner_and_home_are_filled_in_where_the_system_left_them_open():
    assert told(LookupItem(THEIRS), Done(Item(THEIRS))).result.owner == "CQL"
    other = LibraryId("ZGL")
    assert told(LookupItem(THEIRS), Done(Item(THEIRS, owner=other))).result.owner == other
    report = Done(PatronReport(Patron(PatronId("Q1"))))
    assert told(LookupPatron(PatronId("Q1")), report).result.patron.home_library == "CQL"


def test_another_library_that_knows_a_card_is_not_its_home():
    refused = told(Checkout(CARD, THEIRS), Refused(Reason.TOO_MANY_LOANS, patron=Patron(CARD)))
    assert refused.patron.home_library is None


def test_a_device_can_ask_for_everything_on_a_list_that_it_was_given():
    """Loans at home by home's own barcodes: without the ISIL they would be looked for elsewhere."""
    mark = Marked("CN-1:")
    entries = [Entry(ItemId("CQ5")), Entry(ItemId("0042")), Entry(title="a fine")]
    report = Done(PatronReport(Patron(PatronId("Q1")), entries=entries))
    listed = told(LookupPatron(PatronId("Q1"), wanted=PatronList.LOANS), report, items=[mark]).result.entries
    assert [each.item for each in listed] == ["CQ5", "CN-1:0042", None]

    all_of_them = Done(RenewedAll([ItemId("0042")], [ItemId("CQ5")]))
    result = told(RenewAll(PatronId("Q1")), all_of_them, items=[mark]).result
    assert (result.renewed, result.unrenewed) == (("CN-1:0042",), ("CQ5",))


def test_what_a_patron_waits_for_is_called_as_devices_here_call_it():
    held = [
        HoldState(Item(ItemId("0042")), id=HoldId("H1"), patron=PatronId("Q1")),
        HoldState(None, "a title"),
    ]
    report = Done(PatronReport(Patron(PatronId("Q1")), holds=held))
    wish = LookupPatron(PatronId("Q1"), wanted=PatronList.ALL_HOLDS)
    item, title = told(wish, report, items=[Marked("CN-1:")]).result.holds
    assert (item.id, item.item.id, item.item.owner, item.patron) == ("H1", "CN-1:0042", "CQL", "Q1")
    assert title == held[1]


def test_a_copy_here_that_looks_like_another_library_s_is_told_by_the_name_that_finds_it():
    report = TitleReport(TitleId("T1"), copies=[Item(ItemId("CQ7")), Item(ItemId("0042"))])
    here = a_library(
        StubSystem(lambda _: Done(report)), id=LibraryId("CDL"), items=[Marked("CN-0:"), Pattern("0")]
    )
    there = a_library(id=LibraryId("CQL"), items=[Pattern("CQ")])
    desk = a_desk(here, None, RecordingObserver(), there)
    found = result_of(desk.perform(an_account(library=LibraryId("CDL")), LookupTitle(TitleId("T1"))))
    assert [each.id for each in found.result.copies] == ["CN-0:CQ7", "0042"]


def test_what_the_device_has_named_itself_is_called_as_it_did():
    mark = Marked("CN-1:")
    lent = Done(Lent(Item(ItemId("0042")), PatronId("7"), None))
    result = told(Renew(PatronId("CN-1:7"), ItemId("CN-1:0042")), lent, items=[mark], patrons=[mark]).result
    assert (result.item.id, result.patron) == ("CN-1:0042", "CN-1:7")


def test_a_guest_of_the_owner_keeps_the_card_that_tells_whose_it_is():
    """CQL knows a card of another library by its number there; its own without a mark are found by the ISIL."""
    mark = Marked("CN-1:")

    def who_had_it(patron):
        outcome = Done(Returned(Item(THEIRS), PatronId(patron)))
        return told(Checkin(THEIRS), outcome, patrons=[mark, Pattern("K")]).result.patron

    assert [who_had_it(each) for each in ("Q1", "K1", "77")] == ["Q1", "K1", "CN-1:77"]


def test_the_note_and_whatever_else_the_system_said_stays():
    outcome = told(LookupItem(THEIRS), Done(Item(THEIRS), "a note", (("XX", "more"),)))
    assert (outcome.note, outcome.extra) == ("a note", (("XX", "more"),))


# --- refusals -----------------------------------------------------------------------------------------


def test_a_refusal_names_the_library_concerned():
    refused = told(Checkout(CARD, THEIRS), Refused(Reason.ITEM_NOT_LENDABLE, "Reading room only."))
    assert refused.note == {
        "zh": "Reading room only.\n相关图书馆：重庆图书馆。",
        "en": "Reading room only.\nThe library concerned is Chongqing Library.",
    }


def test_a_card_that_the_owner_does_not_know_is_refused_in_the_owners_name():
    """The kiosk's own library has nothing to do with it: its desk could not help."""
    refused = told(Checkout(CARD, THEIRS), Refused(Reason.PATRON_UNKNOWN))
    assert refused.reason is Reason.PATRON_UNKNOWN
    assert refused.note == {
        "zh": "此馆藏属于重庆图书馆，该馆没有此读者证的记录。",
        "en": "This item belongs to Chongqing Library, which does not know this card.",
    }
    at_home = told(LookupPatron(PatronId("Q1")), Refused(Reason.PATRON_UNKNOWN))
    assert at_home.note["en"] == "The library concerned is Chongqing Library."


def test_the_librarys_own_system_is_heard_as_it_speaks():
    """Nothing is added to what a device's own library says."""
    outcome = Refused(Reason.PATRON_UNKNOWN)
    own = a_library(StubSystem(lambda _: outcome), items=[Pattern("CD")])
    desk = a_desk(own, None, None, a_library(id=LibraryId("CQL")))
    assert result_of(desk.perform(an_account(), Checkout(CARD, ItemId("CD1")))) == outcome


def test_what_nobody_knows_stays_so():
    assert told(Checkin(THEIRS), Unknown("x")) == Unknown("x")
