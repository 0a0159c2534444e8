"""Each operation at a simulated Interlib over real sockets: as it is done, and as it is refused."""

from datetime import date, datetime

import pytest

from interlib_site import (
    ALSO_FREE,
    BLOCKED,
    EXPIRED,
    FREE,
    GOOD,
    HAS,
    IDENTITY,
    IN_HOUSE,
    LATE,
    LOST,
    OVERDUE,
    OWES,
    OWES_MUCH,
    PIN,
    RENEWED_OFTEN,
    SET_ASIDE,
    SHARED_IDENTITY,
    STRANGE,
    WAITS,
    WRONG_PIN,
)
from simulated import NOW, ZONE
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import Unsupported
from softdock.circulation.identifiers import FeeId, ItemId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus, FeeType
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.outcomes import PinCheck
from softdock.circulation.patrons import ALL_DENIED, PatronList
from softdock.circulation.reasons import Reason

pytestmark = pytest.mark.socket

NOBODY, NOTHING = PatronId("8699999999"), ItemId("09999999")


# --- patrons ------------------------------------------------------------------------------------------------


def test_a_patron_is_told_with_what_they_have_and_owe(site):
    report = site.done(LookupPatron(OWES, wanted=PatronList.FEES))

    patron = report.patron
    assert (patron.id, patron.name, patron.category) == (OWES, "钱模拟", "0020")
    assert patron.expires == date(2098, 6, 30)
    assert patron.balance == Money(1250, "CNY")
    assert (patron.counts.loans, patron.counts.fines, patron.counts.holds) == (0, 2, None)
    assert report.reason is None and not patron.standing
    first, second = report.entries
    assert (first.fee, first.fee_type, first.amount) == ("900001", FeeType.OVERDUE, Money(1000, "CNY"))
    assert (second.fee, second.fee_type, second.amount) == ("900002", FeeType.DAMAGE, Money(250, "CNY"))


def test_loans_are_listed_and_what_is_overdue_among_them(site):
    loans = site.done(LookupPatron(LATE, wanted=PatronList.LOANS)).entries
    overdue = site.done(LookupPatron(LATE, wanted=PatronList.OVERDUE)).entries

    assert [each.item for each in loans] == [OVERDUE, RENEWED_OFTEN]
    assert (loans[0].title, loans[0].lent, loans[0].due) == ("模拟史记", date(2026, 1, 5), date(2026, 2, 4))
    assert [each.item for each in overdue] == [OVERDUE]


@pytest.mark.parametrize(
    ("card", "reason"),
    [(LOST, Reason.CARD_LOST), (EXPIRED, Reason.CARD_EXPIRED), (BLOCKED, Reason.PATRON_BLOCKED)],
)
def test_what_is_wrong_with_a_card_is_told_with_the_card(site, card, reason):
    report = site.done(LookupPatron(card))

    assert report.reason is reason
    assert report.patron.standing >= ALL_DENIED and report.patron.name


def test_nobody_has_a_card_that_is_not_known(site):
    assert site.refused(LookupPatron(NOBODY)) is Reason.PATRON_UNKNOWN


@pytest.mark.parametrize(
    ("pin", "check"), [(PIN, PinCheck.RIGHT), (WRONG_PIN, PinCheck.WRONG), (None, PinCheck.NOT_ASKED)]
)
def test_a_password_is_compared_by_the_system(site, pin, check):
    assert site.done(LookupPatron(GOOD, pin)).pin is check


def test_passwords_cards_and_tokens_go_in_the_body_alone(site):
    """What stands in an address is written down by every server on the way."""
    site.done(LookupPatron(GOOD, PIN))
    site.done(Checkout(GOOD, FREE, PIN))

    for asked in site.running.requests:
        assert asked.method == "POST"
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert "?" not in asked.path


def test_a_brief_lookup_asks_for_nothing_that_is_not_wanted(site):
    site.done(LookupPatron(GOOD), lookups="brief")
    assert site.calls[1:] == ["reader/searchreader"]

    site.done(LookupPatron(GOOD, wanted=PatronList.LOANS), lookups="brief")
    assert site.calls[2:] == ["reader/searchreader", "barcode/currentloan"]


def test_an_identity_number_leads_to_the_card(site):
    report = site.done(LookupPatron(IDENTITY, PIN), patrons_by="either")

    assert (report.patron.id, report.pin) == (GOOD, PinCheck.RIGHT)
    assert site.done(Checkout(IDENTITY, FREE, PIN), patrons_by="either").due == date(2026, 4, 1)
    assert site.borrower(FREE) == GOOD
    assert site.done(LookupPatron(GOOD), patrons_by="either").patron.id == GOOD


def test_an_identity_number_of_several_cards_is_nobodys(site):
    assert site.refused(LookupPatron(SHARED_IDENTITY), patrons_by="either") is Reason.PATRON_AMBIGUOUS
    assert site.refused(Checkout(SHARED_IDENTITY, FREE), patrons_by="either") is Reason.PATRON_AMBIGUOUS
    assert site.borrower(FREE) is None


def test_of_identity_numbers_and_passwords_nothing_comes_back(site):
    outcome = site.ask(LookupPatron(GOOD, PIN, PatronList.LOANS))

    read = repr(outcome) + "".join(map(str, (*outcome.result.patron.extra.values(), outcome.note)))
    assert IDENTITY not in read
    assert site.books.card(GOOD).patron.pin.hex() not in read
    assert set(outcome.result.patron.extra) == {"deposit", "library", "valid_from"}


def test_of_a_cluster_its_parameters_go_along(site):
    site.done(LookupPatron(GOOD, PIN), havecluster="1", globalid="P2MN000001")
    by_call = {asked.call: asked for asked in site.running.requests}

    assert by_call["reader/searchreader"].get("havecluster") == "1"
    assert by_call["reader/confirmreader"].get("globalid") == "P2MN000001"
    assert by_call["barcode/currentloan"].get("havecluster") == "1"


# --- items --------------------------------------------------------------------------------------------------


def test_an_item_is_told_with_what_its_codes_mean(site):
    item = site.done(LookupItem(HAS))

    assert (item.id, item.title, item.author) == (HAS, "模拟水浒传", "施耐庵著")
    assert item.status is CirculationStatus.CHARGED
    assert (item.permanent_location, item.collection) == ("中文外借室", "中文图书")
    assert item.due == date(2026, 4, 1)
    assert item.lent == datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("item", "status"),
    [
        (FREE, CirculationStatus.AVAILABLE),
        (SET_ASIDE, CirculationStatus.ON_HOLD_SHELF),
        (ItemId("01000008"), CirculationStatus.IN_PROCESS),
        (ItemId("01000009"), CirculationStatus.LOST),
        (STRANGE, CirculationStatus.OTHER),
    ],
)
def test_where_an_item_stands_is_told_by_the_names_in_the_reply(site, item, status):
    assert site.done(LookupItem(item)).status is status


def test_the_sites_own_numbers_come_first(site):
    codes = {"holding-state": {"77": "to-be-reshelved", "2": "other"}, "library": {"MNTS": "LIB"}}

    assert site.done(LookupItem(STRANGE), codes=codes).status is CirculationStatus.TO_BE_RESHELVED
    free = site.done(LookupItem(FREE), codes=codes)
    assert (free.status, free.owner) == (CirculationStatus.OTHER, "LIB")


def test_an_item_that_is_not_there_is_unknown(site):
    assert site.refused(LookupItem(NOTHING)) is Reason.ITEM_UNKNOWN


# --- loans --------------------------------------------------------------------------------------------------


def test_a_loan_tells_when_it_is_due_which_is_read_afterwards(site):
    lent = site.done(Checkout(GOOD, FREE, PIN))

    assert (lent.due, lent.item.title, lent.renewed) == (date(2026, 4, 1), "模拟三国演义", False)
    assert site.calls[-2:] == ["barcode/loanbook", "barcode/currentloan"]
    assert site.borrower(FREE) == GOOD


@pytest.mark.parametrize(
    ("patron", "item", "reason"),
    [
        (LOST, FREE, Reason.CARD_LOST),
        (EXPIRED, FREE, Reason.CARD_EXPIRED),
        (BLOCKED, FREE, Reason.PATRON_BLOCKED),
        (OWES_MUCH, FREE, Reason.TOO_MANY_FEES),
        (NOBODY, FREE, Reason.PATRON_UNKNOWN),
        (GOOD, NOTHING, Reason.ITEM_UNKNOWN),
        (GOOD, OVERDUE, Reason.ITEM_LENT_TO_ANOTHER),
        (GOOD, SET_ASIDE, Reason.ITEM_ON_HOLD),
        (GOOD, IN_HOUSE, Reason.ITEM_NOT_LENDABLE),
        (GOOD, HAS, Reason.ALREADY_LENT),
    ],
)
def test_why_there_is_no_loan(site, patron, item, reason):
    before = site.borrower(item) if item != NOTHING else None

    assert site.refused(Checkout(patron, item)) is reason
    assert item == NOTHING or site.borrower(item) == before


def test_a_limit_is_told_in_the_systems_own_words_too(site):
    for item in ("01000001", "01000002", "01000003", "01000011"):
        site.done(Checkout(GOOD, ItemId(item)))
    outcome = site.ask(Checkout(GOOD, ItemId("01000008")))

    assert outcome.reason is Reason.TOO_MANY_LOANS
    assert outcome.note == "超过最大可借册数"


def test_nothing_is_lent_by_a_wrong_password(site):
    assert site.refused(Checkout(GOOD, FREE, WRONG_PIN)) is Reason.PIN_WRONG
    assert "barcode/loanbook" not in site.calls


def test_a_return_is_booked(site):
    returned = site.done(Checkin(HAS))

    assert returned.item.title == "模拟水浒传"
    assert site.borrower(HAS) is None


def test_what_nobody_has_is_not_taken_back(site):
    assert site.refused(Checkin(FREE)) is Reason.ITEM_NOT_LENT
    assert site.refused(Checkin(NOTHING)) is Reason.ITEM_UNKNOWN


def test_a_loan_or_a_return_that_a_device_could_not_complete_is_undone(site):
    """The service knows no undoing: a loan is returned, and what was returned is lent again."""
    site.done(Checkout(GOOD, FREE))
    assert site.done(Checkin(FREE, cancel=True)).undone
    assert site.borrower(FREE) is None

    site.done(Checkin(HAS))
    assert site.done(Checkout(GOOD, HAS, cancel=True)).undone
    assert site.borrower(HAS) == GOOD


def test_a_loan_is_taken_back_by_a_return_and_a_hold_by_cancelling_it(site):
    adapter = site.adapter()

    assert adapter.undoing(Checkout(GOOD, FREE)) == Checkin(FREE)
    assert adapter.undoing(PlaceHold(GOOD, FREE)) == CancelHold(GOOD, FREE)
    assert adapter.undoing(Renew(GOOD, FREE)) is None


def test_a_renewal_tells_the_new_due_date(site):
    site.clock.advance(days=10)
    renewed = site.done(Renew(GOOD, HAS, pin=PIN))

    assert (renewed.due, renewed.renewed, renewed.item.title) == (date(2026, 4, 11), True, "模拟水浒传")


@pytest.mark.parametrize(
    ("patron", "item", "reason"),
    [
        (LATE, RENEWED_OFTEN, Reason.TOO_MANY_RENEWALS),
        (GOOD, OVERDUE, Reason.ITEM_NOT_LENT_TO_PATRON),
        (GOOD, FREE, Reason.ITEM_NOT_LENT),
        (NOBODY, HAS, Reason.PATRON_UNKNOWN),
        (GOOD, None, Reason.REQUEST_INCOMPLETE),
    ],
)
def test_why_there_is_no_renewal(site, patron, item, reason):
    assert site.refused(Renew(patron, item)) is reason


def test_all_loans_are_renewed_as_far_as_the_system_renews_them(site):
    renewed = site.done(RenewAll(LATE))

    assert (renewed.renewed, renewed.unrenewed) == ((OVERDUE,), (RENEWED_OFTEN,))
    assert (renewed.renewed_count, renewed.unrenewed_count) == (1, 1)
    assert site.refused(RenewAll(OWES)) is Reason.NOTHING_TO_RENEW


# --- holds and money ----------------------------------------------------------------------------------------


def test_a_hold_is_placed_and_cancelled(site):
    codes = {"pickup-place": {"3F": "MNSE"}}
    until = datetime(2026, 5, 1, 12, 0, tzinfo=ZONE)
    site.done(PlaceHold(GOOD, OVERDUE, pickup_location="3F", expires=until), codes=codes)

    (asked,) = (each for each in site.running.requests if each.call == "barcode/registerreserve")
    assert (asked.get("pickuplocal"), asked.get("canceldate")) == ("MNSE", "2026-05-01")
    assert site.refused(PlaceHold(GOOD, OVERDUE)) is Reason.HOLD_EXISTS
    site.done(CancelHold(GOOD, OVERDUE))
    assert site.refused(CancelHold(GOOD, OVERDUE)) is Reason.HOLD_UNKNOWN


def test_a_hold_may_be_on_a_title(site):
    site.done(PlaceHold(GOOD, title=TitleId("902000004")))

    assert [each.patron for each in site.books.title("902000004").queue] == [GOOD]
    assert site.refused(PlaceHold(WAITS, title=TitleId("999"))) is Reason.TITLE_UNKNOWN


def test_nobody_waits_for_what_they_have(site):
    assert site.refused(PlaceHold(GOOD, HAS)) is Reason.HOLD_ITEM_LENT_TO_PATRON


def test_a_payment_is_booked_under_the_operations_own_number(site):
    paid = site.done(PayFee(OWES, Money(250, "CNY"), payment_type="00", fee=FeeId("900002"), transaction="7"))

    assert (paid.balance, paid.transaction) == (Money(1000, "CNY"), "OPERATION-7")
    (asked,) = (each for each in site.running.requests if each.call == "reader/paymoney")
    assert [asked.get(name) for name in ("money", "moneytype", "tranid", "serialno")] == [
        "2.50", "1", "900002", "OPERATION-7",
    ]  # fmt: skip


def test_how_it_was_paid_is_the_sites_table(site):
    wechat = PayFee(OWES, Money(250, "CNY"), payment_type="W")
    assert site.refused(wechat) is Reason.REQUEST_INCOMPLETE

    site.done(wechat, codes={"payment-type": {"W": "6"}})
    assert site.running.requests[-2].get("moneytype") == "6"


def test_more_than_is_owed_is_not_taken(site):
    assert site.refused(PayFee(OWES, Money(9900, "CNY"), payment_type="00")) is Reason.AMOUNT_TOO_HIGH


def test_money_of_another_country_is_not_booked_as_yuan(site):
    """Amounts are written without their currency, so the system would never know."""
    assert site.refused(PayFee(OWES, Money(100, "EUR"), payment_type="00")) is Reason.CURRENCY_WRONG
    assert "reader/paymoney" not in site.calls


# --- what is offered ----------------------------------------------------------------------------------------


def test_what_there_is_no_map_for_is_not_offered(site):
    adapter = site.adapter()

    assert adapter.capabilities >= {
        Capability.CHECKOUT,
        Capability.CHECKIN,
        Capability.RENEW_ALL,
        Capability.HOLD,
    }
    assert UpdateItem.capability not in adapter.capabilities
    assert Capability.LOOKUP_HOLD not in adapter.capabilities, "nothing lists what a reader waits for"
    with pytest.raises(Unsupported):
        site.ask(ChangeHold(GOOD, OVERDUE, pickup_location="MNSE"))


def test_a_library_may_leave_something_out(site):
    with pytest.raises(Unsupported):
        site.ask(PayFee(OWES, Money(250, "CNY"), payment_type="00"), without=["pay-fee"])


def test_the_token_is_asked_for_once_and_anew_before_it_is_over(site):
    for item in (FREE, ALSO_FREE):
        site.done(LookupItem(item))
    assert site.calls.count("barcode/token") == 1


def test_the_service_is_probed_without_a_trace(site):
    site.real.result_of(site.adapter().probe())

    assert site.calls == ["barcode/token", "barcode/queryholding"]
    assert site.clock.now == NOW and site.borrower(HAS) == GOOD
