"""A library on a simulated ALEPH, over real sockets: lends by SIP2, is read by the X-Server."""

from datetime import date, datetime

import pytest

from aleph_site import (
    BLOCKED,
    BY_X_SERVER,
    EXPIRED,
    FREE,
    GONE,
    GOOD,
    IN_PROCESS,
    LATE,
    LENT,
    LOST,
    ON_HOLD,
    OTHER_FREE,
    OVERDUE,
    OWES,
    PIN,
    REFERENCE,
    RENEWED_OFTEN,
    WAITS,
    WRONG_PIN,
)
from softdock.circulation.capabilities import Capability
from softdock.circulation.holds import HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, PatronId
from softdock.circulation.items import CirculationStatus, FeeType
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    CancelHold,
    Checkin,
    Checkout,
    LookupHold,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
    Renew,
)
from softdock.circulation.outcomes import PinCheck
from softdock.circulation.patrons import ALL_DENIED, PatronList, Standing
from softdock.circulation.reasons import Reason

pytestmark = pytest.mark.socket


def day_of(due):
    """SIP2 tells the day alone."""
    return due.date() if isinstance(due, datetime) else due


def entries(site, patron, wanted):
    report = site.done(LookupPatron(patron, wanted=wanted))
    return report, {each.item: each for each in report.entries}


# --- patrons -----------------------------------------------------------------------------------------------


def test_a_card_is_read_with_everything_that_counts_at_a_device(site):
    report = site.done(LookupPatron(GOOD, PIN))
    patron = report.patron

    assert (patron.name, patron.birth_date, patron.expires) == (
        "Anna Sample",
        date(1990, 1, 2),
        date(2098, 6, 30),
    )
    assert (patron.address, patron.email, patron.phone) == ("1 Sample Road", "anna@aleph.test", "555000001")
    assert (patron.language, patron.category, patron.fee_limit) == ("en", "01", Money(10000, "CNY"))
    assert patron.extra["number"] == "MN0000101"
    assert (report.pin, report.reason, patron.standing) == (PinCheck.RIGHT, None, frozenset())
    assert (patron.counts.loans, patron.counts.overdue, patron.counts.holds) == (1, 0, 0)
    assert patron.balance == Money(0, "CNY")
    assert site.calls == ["bor-info", "bor-auth"]


def test_an_unproven_card_is_read_as_well_and_its_pin_is_not_asked_about(site):
    assert site.done(LookupPatron(GOOD)).pin is PinCheck.NOT_ASKED
    assert site.calls == ["bor-info"]


def test_a_wrong_pin_is_a_wrong_pin(site):
    assert site.done(LookupPatron(GOOD, WRONG_PIN)).pin is PinCheck.WRONG


@pytest.mark.parametrize(
    ("patron", "reason", "message"),
    [
        (LOST, Reason.PATRON_BLOCKED, "Card lost"),
        (EXPIRED, Reason.CARD_EXPIRED, ""),
        (BLOCKED, Reason.PATRON_BLOCKED, "Please see the desk"),
    ],
)
def test_what_is_wrong_with_a_card_is_told_with_the_library_s_own_text(site, patron, reason, message):
    report = site.done(LookupPatron(patron))

    assert (report.reason, report.patron.message) == (reason, message)
    assert report.patron.standing >= ALL_DENIED


def test_a_site_says_which_of_its_blocks_means_a_lost_card(site):
    report = site.done(LookupPatron(LOST), codes={"block": {"02": "card-lost"}})

    assert report.reason is Reason.CARD_LOST
    assert Standing.CARD_LOST in report.patron.standing


def test_nobody_is_refused(site):
    assert site.refused(LookupPatron(PatronId("8799999999"))) is Reason.PATRON_UNKNOWN


def test_a_card_without_an_end_never_expires(site):
    """ALEPH writes 20991231."""
    assert site.done(LookupPatron(LATE)).patron.expires is None


def test_chinese_names_are_not_turned_round(site):
    assert site.done(LookupPatron(WAITS)).patron.name == "示例丰"


def test_loans_are_listed_with_when_they_began_and_when_they_end(site):
    report, loans = entries(site, LATE, PatronList.LOANS)

    assert loans[OVERDUE].lent.isoformat() == "2026-01-05T10:15:00+08:00"
    assert loans[OVERDUE].due.isoformat() == "2026-02-02T23:59:00+08:00"
    assert loans[RENEWED_OFTEN].due.isoformat() == "2098-12-31T18:00:00+08:00"
    assert loans[OVERDUE].title == "Simulated Winds"
    assert (report.patron.counts.loans, report.patron.counts.overdue) == (2, 1)


def test_what_is_overdue_is_a_part_of_the_loans(site):
    _, overdue = entries(site, LATE, PatronList.OVERDUE)

    assert set(overdue) == {OVERDUE}


def test_holds_that_are_ready_and_those_that_wait_are_two_lists(site):
    report, ready = entries(site, WAITS, PatronList.HOLDS)
    _, waiting = entries(site, WAITS, PatronList.UNAVAILABLE_HOLDS)

    assert set(ready) == {ON_HOLD}
    assert set(waiting) == {OVERDUE}
    assert (report.patron.counts.holds, report.patron.counts.unavailable_holds) == (1, 1)


def test_what_is_only_counted_is_counted_right(site):
    """Of a partial list ALEPH shows neither items nor titles."""
    counts = site.done(LookupPatron(WAITS)).patron.counts

    assert (counts.holds, counts.unavailable_holds, counts.loans) == (1, 1, 0)


def test_open_fees_are_positive_and_those_that_are_paid_are_gone(site):
    report = site.done(LookupPatron(OWES, wanted=PatronList.FEES))

    assert [(str(each.amount), each.fee_type, each.item, each.title) for each in report.entries] == [
        ("20.00", FeeType.ADMINISTRATIVE, None, "New library card"),
        ("40.00", FeeType.OVERDUE, "02000003", "Simulated Gardens"),
    ]
    assert report.patron.balance == Money(6000, "CNY")
    assert report.patron.counts.fines == 2


@pytest.mark.parametrize("cash", ["B", "O", "Y"])
def test_the_balance_is_the_same_however_fees_are_asked_for(site, cash):
    patron = site.done(LookupPatron(OWES), cash=cash).patron

    assert patron.balance == Money(6000, "CNY")
    assert patron.counts.fines == (None if cash == "B" else 2)


def test_fees_that_are_wanted_are_asked_for_where_usually_the_balance_is_enough(site):
    report = site.done(LookupPatron(OWES, wanted=PatronList.FEES), cash="B")

    assert len(report.entries) == 2


@pytest.mark.parametrize("spelling", ["hyphens", "underscores"])
def test_services_and_parameters_are_spelled_as_the_site_has_them(site, spelling):
    changes = {"operators": spelling, "parameters": spelling}

    assert site.done(LookupPatron(GOOD, PIN), **changes).pin is PinCheck.RIGHT
    assert site.done(LookupItem(FREE), **changes).title == "Simulated Rivers"
    asked = site.running.requests[-1]
    mark = "-" if spelling == "hyphens" else "_"
    assert asked.get("op") == f"item{mark}data"
    assert asked.get(f"doc{mark}number") == "000000421"


# --- items -------------------------------------------------------------------------------------------------

STATES = {
    FREE: CirculationStatus.AVAILABLE,
    LENT: CirculationStatus.CHARGED,
    OVERDUE: CirculationStatus.CHARGED,
    ON_HOLD: CirculationStatus.ON_HOLD_SHELF,
    REFERENCE: CirculationStatus.AVAILABLE,
    IN_PROCESS: CirculationStatus.IN_PROCESS,
    GONE: CirculationStatus.LOST,
}


@pytest.mark.parametrize("item", STATES)
def test_an_item_is_read_with_where_it_stands(site, item):
    assert site.done(LookupItem(item)).status is STATES[item]


def test_a_barcode_is_found_in_the_catalogue_and_leads_to_its_record_and_items(site):
    item = site.done(LookupItem(FREE))

    assert (item.title, item.author, item.title_id) == ("Simulated Rivers", "Author, First", "000000421")
    assert (item.permanent_location, item.collection, item.call_number) == ("MAIN", "GEN", "GB 1203 A1")
    assert item.due is None
    assert site.calls == ["find", "present", "item-data"]


def test_of_several_copies_the_one_is_told_that_was_asked_for(site):
    site.done(Checkout(GOOD, FREE))

    assert site.done(LookupItem(FREE)).status is CirculationStatus.CHARGED
    assert site.done(LookupItem(OTHER_FREE)).status is CirculationStatus.AVAILABLE


def test_a_loan_that_ends_at_24_ends_within_its_day(site):
    assert site.done(LookupItem(LENT)).due.isoformat() == "2026-03-30T23:59:00+08:00"


def test_what_no_record_has_is_refused(site):
    assert site.refused(LookupItem(ItemId("99999999"))) is Reason.ITEM_UNKNOWN


def test_a_site_shows_its_branches_by_name(site):
    codes = {"sub-library": {"MAIN": "总馆"}, "process-status": {"IP": "other"}}

    assert site.done(LookupItem(FREE), codes=codes).permanent_location == "总馆"
    assert site.done(LookupItem(IN_PROCESS), codes=codes).status is CirculationStatus.OTHER


@pytest.mark.parametrize(
    ("item", "status"),
    [
        (FREE, CirculationStatus.AVAILABLE),
        (LENT, CirculationStatus.CHARGED),
        (ON_HOLD, CirculationStatus.ON_HOLD_SHELF),
        (IN_PROCESS, CirculationStatus.IN_PROCESS),
        (GONE, CirculationStatus.LOST),
        (REFERENCE, CirculationStatus.OTHER),
    ],
)
def test_circ_status_tells_what_it_can(site, item, status):
    """The name of a branch in place of a date is no state, and no date."""
    dates = ["%d/%m/%y", "%d/%m/%y %H:%M"]
    converters = {"site-date": {"date": {"patterns": dates, "pivot": "50"}}}
    found = site.done(LookupItem(item), items_by="circ-status", converters=converters)

    assert found.status is status
    assert (found.due is not None) is (status is CirculationStatus.CHARGED)


# --- lending -----------------------------------------------------------------------------------------------


def test_it_is_lent_and_taken_back_by_sip2_and_seen_by_the_x_server(site):
    lent = site.done(Checkout(GOOD, FREE, PIN))

    assert lent.item.title == "Simulated Rivers"
    assert day_of(lent.due) == date(2026, 3, 30)
    _, loans = entries(site, GOOD, PatronList.LOANS)
    assert loans[FREE].lent.isoformat() == "2026-03-02T10:00:00+08:00"

    site.done(Checkin(FREE))
    assert site.done(LookupItem(FREE)).status is CirculationStatus.AVAILABLE
    assert [each.cataloguer for each in site.running.simulator.transactions] == ["SIPSTAFF", "SIPSTAFF"]


@pytest.mark.parametrize("patron", [LOST, EXPIRED, BLOCKED])
def test_a_card_that_may_not_borrow_borrows_nothing(site, patron):
    site.refused(Checkout(patron, FREE))

    assert site.books.copy(FREE).loan is None


def test_a_loan_of_another_reader_is_not_undone(site):
    """SIP2 does not tell who has an item; the X-Server, which is asked beside it, shows whose loan it is not."""
    site.done(Checkout(GOOD, FREE, PIN))

    assert site.refused(Checkin(FREE, cancel=True, borrower=WAITS)) is Reason.NOTHING_TO_UNDO
    assert site.books.copy(FREE).loan is not None
    site.done(Checkin(FREE, cancel=True, borrower=GOOD))
    assert site.books.copy(FREE).loan is None


def test_a_loan_is_undone(site):
    loan = Checkout(GOOD, FREE)
    site.done(loan)

    site.done(site.usual().undoing(loan))

    assert site.books.copy(FREE).loan is None


def test_money_is_paid_by_sip2(site):
    site.done(PayFee(OWES, Money(6000, "CNY"), PIN))

    assert site.done(LookupPatron(OWES)).patron.balance == Money(0, "CNY")


@pytest.mark.parametrize("operations", [{}, BY_X_SERVER], ids=["SIP2", "X-Server"])
def test_it_is_renewed_either_way(site, operations):
    site.clock.advance(days=3)

    renewed = site.done(Renew(GOOD, LENT, pin=PIN), operations=operations)

    assert (renewed.renewed, day_of(renewed.due)) == (True, date(2026, 4, 2))
    assert ("renew" in site.calls) is bool(operations)
    assert ("29" in site.calls) is not bool(operations)


@pytest.mark.parametrize("operations", [{}, BY_X_SERVER], ids=["SIP2", "X-Server"])
def test_a_hold_is_placed_and_cancelled_either_way(site, operations):
    site.done(PlaceHold(GOOD, OVERDUE, pin=PIN, pickup_location="NORTH"), operations=operations)
    _, waiting = entries(site, GOOD, PatronList.UNAVAILABLE_HOLDS)
    assert set(waiting) == {OVERDUE}

    site.done(CancelHold(GOOD, OVERDUE, pin=PIN), operations=operations)
    assert site.done(LookupPatron(GOOD)).patron.counts.unavailable_holds == 0


def test_the_x_server_says_why_not(site):
    changes = {"operations": BY_X_SERVER}

    assert site.refused(Renew(LATE, RENEWED_OFTEN), **changes) is Reason.TOO_MANY_RENEWALS
    assert site.refused(Renew(GOOD, FREE), **changes) is Reason.ITEM_NOT_LENT
    assert site.refused(PlaceHold(WAITS, OVERDUE), **changes) is Reason.HOLD_EXISTS
    assert site.refused(CancelHold(GOOD, FREE), **changes) is Reason.HOLD_UNKNOWN


def test_a_hold_is_placed_by_sip2_and_found_in_the_lists_of_the_x_server(site):
    wish = LookupHold(patron=GOOD, item=OVERDUE)
    assert site.refused(wish) is Reason.HOLD_UNKNOWN

    site.done(PlaceHold(GOOD, OVERDUE))
    state = site.done(wish)
    assert (state.item.id, state.status) == (OVERDUE, HoldStatus.WAITING)

    site.done(CancelHold(GOOD, OVERDUE))
    assert site.refused(wish) is Reason.HOLD_UNKNOWN
    assert site.refused(LookupHold(HoldId("ILL-1"))) is Reason.HOLD_UNKNOWN


def test_a_site_may_want_nobody_to_ask_about_holds(site):
    adapter = site.adapter(without=["lookup-hold"])

    assert Capability.LOOKUP_HOLD not in adapter.capabilities
    assert Capability.HOLD in adapter.capabilities


def test_nothing_is_asked_for_with_a_wrong_pin(site):
    refused = site.refused(Renew(GOOD, LENT, pin=WRONG_PIN), operations=BY_X_SERVER)

    assert refused is Reason.PIN_WRONG
    assert "renew" not in site.calls


def test_a_hold_on_a_title_is_left_to_sip2(site):
    """The X-Server wants an item."""
    assert (
        site.refused(PlaceHold(GOOD, title="000000421"), operations=BY_X_SERVER) is Reason.REQUEST_INCOMPLETE
    )
    assert "hold-req" not in site.calls


def test_what_it_can_do_is_what_both_back_ends_can(site):
    can = site.usual().capabilities

    assert can == {
        Capability.LOOKUP_PATRON, Capability.LOOKUP_ITEM, Capability.CHECKOUT, Capability.CHECKIN, Capability.RENEW,
        Capability.RENEW_ALL, Capability.HOLD, Capability.LOOKUP_HOLD, Capability.PAY_FEE, Capability.END_SESSION,
        Capability.OFFLINE_TRANSACTIONS,
    }  # fmt: skip


def test_a_site_without_a_sip2_server_reads_and_no_more(site):
    lending = ["checkout", "checkin", "renew", "renew-all", "hold", "pay-fee", "end-session"]
    adapter = site.adapter(without=lending, circulation={})

    assert adapter.capabilities == {Capability.LOOKUP_PATRON, Capability.LOOKUP_ITEM}
