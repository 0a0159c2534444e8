"""The ready profiles before simulated systems that speak NCIP as other programs do: what is told is what stands in the books."""

from pathlib import Path

import pytest

from ncip_simulated import (
    BLOCKED,
    COSTS,
    FREE,
    FULL,
    GOOD,
    LATE,
    LENT,
    OWES,
    PIN,
    READY,
    WAITED_FOR,
    WAITS,
    Library,
)
from softdock.adapters.ncip.ready import load_profile
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import Unsupported
from softdock.circulation.identifiers import FeeId, ItemId, PatronId, Secret
from softdock.circulation.items import CirculationStatus
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    Checkin,
    Checkout,
    EnablePatron,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
)
from softdock.circulation.outcomes import Done, PinCheck, Refused
from softdock.circulation.patrons import PatronList, Standing
from softdock.circulation.reasons import Reason
from softdock.circulation.stepping import Waiting, step
from softdock.kit.simulators.ncip import ALMA, FOLIO, KOHA, MANNERS, STANDARD, VERSION_1, XC
from softdock.kit.simulators.ncip.running import LIBRARY, PARTNER
from softdock.protocols.ncip import south
from softdock.protocols.ncip.asking import Initiator
from softdock.protocols.ncip.codec import read, write

LENDING = [STANDARD, FOLIO, KOHA, ALMA, VERSION_1]
ALL = [*LENDING, XC]


def named(manner):
    return manner.name


class Behind:
    """A library whose system speaks NCIP in a manner, asked by way of the profile for it."""

    def __init__(self, manner, **changes):
        self.library = Library(manner, **changes)
        self.books = self.library.books
        profile = load_profile(manner.name, Path())
        self.system = south.System(
            library=LIBRARY,
            zone=self.books.zone,
            currency=self.books.currency,
            now=self.library.clock,
            initiator=Initiator(
                form=profile.form(), from_agency=PARTNER, to_agency=LIBRARY, application_profile=PARTNER
            ),
            dialect=profile.dialect(),
        )

    async def _ask(self, message):
        return read(self.library.reply(write(message)).body)

    def outcome(self, operation):
        result = step(south.perform(operation, south.Talk(self.system, self._ask)))
        assert not isinstance(result, Waiting)
        return result

    def done(self, operation):
        outcome = self.outcome(operation)
        assert isinstance(outcome, Done), outcome
        return outcome.result

    def refused(self, operation):
        outcome = self.outcome(operation)
        assert isinstance(outcome, Refused), outcome
        return outcome.reason

    def can(self, capability):
        return capability in south.capabilities(self.system)


@pytest.fixture(params=ALL, ids=named)
def behind(request):
    return Behind(request.param)


@pytest.fixture(params=LENDING, ids=named)
def lending(request):
    return Behind(request.param)


def test_every_manner_has_a_profile():
    assert {named(each) for each in ALL} == MANNERS.keys()


def test_a_patron_is_known(behind):
    report = behind.done(LookupPatron(PatronId(GOOD)))
    blocked = behind.done(LookupPatron(PatronId(BLOCKED)))

    assert report.patron.id == GOOD
    assert report.patron.email in {"chen@simulated.test", ""}
    assert Standing.CHECKOUT_DENIED not in report.patron.standing
    assert Standing.CHECKOUT_DENIED in blocked.patron.standing
    assert behind.refused(LookupPatron(PatronId("0"))) in {Reason.PATRON_UNKNOWN, Reason.DECLINED}


@pytest.mark.parametrize("manner", [STANDARD, KOHA, ALMA, VERSION_1, XC], ids=named)
def test_a_pin_is_proven_where_it_is_compared(manner):
    behind = Behind(manner)

    assert behind.done(LookupPatron(PatronId(GOOD), Secret(PIN))).pin is PinCheck.RIGHT
    wrong = behind.outcome(LookupPatron(PatronId(GOOD), Secret("1")))
    told = (
        wrong.reason is Reason.PIN_WRONG if isinstance(wrong, Refused) else wrong.result.pin is PinCheck.WRONG
    )
    assert told


def test_a_pin_that_is_not_compared_proves_nothing():
    report = Behind(FOLIO).done(LookupPatron(PatronId(GOOD), Secret("1")))

    assert report.pin is not PinCheck.RIGHT


def test_an_item_is_lent_and_comes_back(lending):
    lent = lending.done(Checkout(PatronId(GOOD), ItemId(FREE)))
    loan = lending.books.copy(FREE).loan

    assert (lent.patron, lent.item.id) == (GOOD, FREE)
    assert loan.patron == GOOD
    assert lent.due == loan.due.replace(microsecond=0)
    returned = lending.done(Checkin(ItemId(FREE)))
    assert returned.item.id == FREE
    assert lending.books.copy(FREE).loan is None


def test_a_refused_loan_leaves_the_books_as_they_were(lending):
    before = lending.books.state()

    for patron, item in (
        (BLOCKED, FREE),
        (FULL, FREE),
        (GOOD, LATE),
        (GOOD, READY),
        ("0", FREE),
        (GOOD, "0"),
    ):
        lending.refused(Checkout(PatronId(patron), ItemId(item)))
    assert lending.books.state() == before


@pytest.mark.parametrize("manner", [STANDARD, KOHA, ALMA, VERSION_1], ids=named)
def test_the_reason_is_told_where_the_problem_has_the_standards_type(manner):
    behind = Behind(manner)

    assert behind.refused(Checkout(PatronId(FULL), ItemId(FREE))) is Reason.TOO_MANY_LOANS
    assert behind.refused(Checkout(PatronId(GOOD), ItemId("0"))) is Reason.ITEM_UNKNOWN
    assert behind.refused(Renew(PatronId(FULL), ItemId(WAITED_FOR))) is Reason.RENEWAL_ITEM_ON_HOLD


@pytest.mark.parametrize("manner", [STANDARD, KOHA, ALMA, VERSION_1], ids=named)
def test_a_fee_is_told_and_then_agreed_to(manner):
    behind = Behind(manner)
    asked = behind.outcome(Checkout(PatronId(GOOD), ItemId(COSTS)))

    assert (asked.reason, asked.fee) == (Reason.FEE_NOT_ACKNOWLEDGED, Money(200, "CNY"))
    agreed = Checkout(
        PatronId(GOOD), ItemId(COSTS), fee_acknowledged=True, acknowledged_fee=Money(200, "CNY")
    )
    behind.done(agreed)
    assert behind.books.copy(COSTS).loan.patron == GOOD


@pytest.mark.parametrize("manner", [STANDARD, ALMA], ids=named)
def test_a_loan_is_undone(manner):
    behind = Behind(manner)
    behind.done(Checkout(PatronId(GOOD), ItemId(FREE)))
    undone = behind.done(Checkin(ItemId(FREE), cancel=True, borrower=PatronId(GOOD)))

    assert undone.undone
    assert behind.books.copy(FREE).loan is None


@pytest.mark.parametrize("manner", [STANDARD, KOHA, ALMA, VERSION_1, XC], ids=named)
def test_loans_are_renewed_one_and_all(manner):
    behind = Behind(manner)
    behind.library.clock.advance(days=3)
    behind.done(Renew(PatronId(GOOD), ItemId(LENT)))

    assert behind.books.copy(LENT).loan.renewals == 1
    all_of_them = behind.done(RenewAll(PatronId(GOOD)))
    assert LENT in all_of_them.renewed


@pytest.mark.parametrize("manner", [STANDARD, KOHA, ALMA, VERSION_1], ids=named)
def test_a_renewal_that_is_decided_later_is_not_told_as_done(manner):
    behind = Behind(manner, renews_later=True)

    assert not isinstance(behind.outcome(Renew(PatronId(GOOD), ItemId(LENT))), Done)
    assert behind.books.copy(LENT).loan.renewals == 0


def test_a_hold_is_placed_and_given_up(behind):
    held = behind.done(PlaceHold(PatronId(GOOD), ItemId(LATE), pickup_location="EAST"))
    (hold,) = behind.books.card(GOOD).holds

    assert (hold.item, held.id) == (LATE, hold.name)
    behind.done(CancelHold(PatronId(GOOD), ItemId(LATE), hold=held.id))
    assert behind.books.card(GOOD).holds == ()
    behind.refused(CancelHold(PatronId(GOOD), ItemId(LATE), hold=held.id))


@pytest.mark.parametrize("manner", [STANDARD, KOHA, VERSION_1, XC], ids=named)
def test_a_system_without_names_for_requests_is_asked_by_item(manner):
    behind = Behind(manner, names_requests=False)
    behind.done(PlaceHold(PatronId(GOOD), ItemId(LATE)))
    assert [hold.item for hold in behind.books.card(GOOD).holds] == [LATE]

    behind.done(CancelHold(PatronId(GOOD), ItemId(LATE)))
    assert behind.books.card(GOOD).holds == ()


@pytest.mark.parametrize("manner", [STANDARD, KOHA, ALMA, VERSION_1, XC], ids=named)
def test_lists_are_those_of_the_books(manner):
    behind = Behind(manner)
    loans = behind.done(LookupPatron(PatronId(GOOD), wanted=PatronList.LOANS)).entries
    nameless = manner is XC

    assert [each.item for each in loans if each.item] == ([LENT] if nameless else [LENT, "05000012"])
    holds = behind.done(LookupPatron(PatronId(WAITS), wanted=PatronList.HOLDS)).entries
    assert [each.item for each in holds] == ([] if nameless else [READY])
    owed = behind.done(LookupPatron(PatronId(OWES), wanted=PatronList.FEES))
    assert owed.patron.balance == Money(1250, "CNY")
    assert [each.fee for each in owed.entries] == ["850001", "850002"]


@pytest.mark.parametrize("manner", [STANDARD, KOHA, ALMA, VERSION_1, XC], ids=named)
def test_an_item_stands_as_it_does_in_the_books(manner):
    behind = Behind(manner)
    found = {number: behind.done(LookupItem(ItemId(number))) for number in (FREE, LENT, READY)}

    assert found[FREE].status is CirculationStatus.AVAILABLE
    assert found[LENT].status is CirculationStatus.CHARGED
    assert found[READY].status is CirculationStatus.ON_HOLD_SHELF
    assert found[FREE].title == "模拟三国演义"


@pytest.mark.parametrize("manner", [STANDARD, FOLIO, KOHA, ALMA, VERSION_1], ids=named)
def test_a_payment_is_booked(manner):
    behind = Behind(manner)
    behind.done(PayFee(PatronId(OWES), Money(250, "CNY"), fee=FeeId("850002"), transaction="T-1"))

    assert [fee.id for fee in behind.books.card(OWES).fees] == ["850001"]


def test_a_payment_that_nobody_would_book_is_not_offered():
    behind = Behind(XC)

    assert not behind.can(Capability.PAY_FEE)
    assert not behind.can(Capability.CHECKOUT)
    with pytest.raises(Unsupported):
        behind.outcome(Checkout(PatronId(GOOD), ItemId(FREE)))


@pytest.mark.parametrize("manner", [STANDARD, VERSION_1, XC], ids=named)
def test_a_card_is_blocked_and_freed(manner):
    behind = Behind(manner)
    behind.done(BlockPatron(PatronId(GOOD)))
    assert behind.books.card(GOOD).block is not None

    behind.done(EnablePatron(PatronId(GOOD)))
    assert behind.books.card(GOOD).block is None
