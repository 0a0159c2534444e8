"""The desk between libraries: whose system is asked, in which words, within which time, and who is slowed down."""

from datetime import timedelta

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from softdock.circulation.capabilities import Capability, Right
from softdock.circulation.errors import SystemUnavailable
from softdock.circulation.identifiers import FeeId, ItemId, LibraryId, PatronId, Secret, TitleId
from softdock.circulation.items import Item
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    EnablePatron,
    EndSession,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.outcomes import (
    Done,
    ItemUpdated,
    Lent,
    PatronReport,
    PinCheck,
    Refused,
    SessionEnded,
    Unknown,
)
from softdock.circulation.patrons import Patron
from softdock.circulation.reasons import Reason
from softdock.consortium.directory import Directory, Downtime
from softdock.consortium.ownership import Marked, Pattern
from softdock.consortium.resilience import BreakerRules
from stubs import EVERYTHING, NOON, RecordingObserver, StubSystem, a_desk, a_library, an_account, result_of

MINE, THEIRS = ItemId("CD1"), ItemId("CQ1")
MY_CARD, THEIR_CARD = PatronId("R1"), PatronId("Q1")


def lends(operation):
    """An answer of the right kind to whatever is asked."""
    if isinstance(operation, Checkout | Renew):
        return Done(Lent(Item(operation.item or ItemId("")), operation.patron, None))
    if isinstance(operation, LookupPatron):
        return Done(PatronReport(Patron(operation.patron)))
    if isinstance(operation, LookupItem):
        return Done(Item(operation.item))
    return Done(SessionEnded(getattr(operation, "patron", PatronId(""))))


class Cities:
    """CDL, whose items begin with CD and cards with R, and CQL with CQ and Q; devices are CDL's unless they say so."""

    def __init__(self, here=lends, there=lends, *, items=(), patrons=(), mine=None, theirs=None):
        self.clock, self.observer = Clock(), RecordingObserver()
        self.here = StubSystem(here) if callable(here) else here
        self.there = StubSystem(there) if callable(there) else there
        self.libraries = [
            a_library(
                self.here, id=LibraryId("CDL"), names={"zh": "成都图书馆", "en": "Chengdu Library"},
                **{"items": [Pattern("CD")], "patrons": [Pattern("R")], **(mine or {})},
            ),
            a_library(
                self.there, id=LibraryId("CQL"), names={"zh": "重庆图书馆", "en": "Chongqing Library"},
                **{"items": [Pattern("CQ"), *items], "patrons": [Pattern("Q"), *patrons], **(theirs or {})},
            ),
        ]  # fmt: skip
        self.desk = a_desk(self.libraries[0], self.clock, self.observer, *self.libraries[1:])

    def begin(self, operation, library="CDL", **account):
        outcomes = []
        asked = self.desk.perform(an_account(library=LibraryId(library), **account), operation)
        Deferred.fromCoroutine(asked).addCallback(outcomes.append)
        return outcomes

    def ask(self, operation, library="CDL", **account):
        return result_of(self.desk.perform(an_account(library=LibraryId(library), **account), operation))


# --- whose system is asked ----------------------------------------------------------------------------

ABOUT_AN_ITEM = [
    LookupItem,
    Checkin,
    lambda item: UpdateItem(item, "x"),
    lambda item: Checkout(MY_CARD, item),
    lambda item: Renew(MY_CARD, item),
    lambda item: PlaceHold(MY_CARD, item),
    lambda item: ChangeHold(MY_CARD, item),
    lambda item: CancelHold(MY_CARD, item),
]
ABOUT_A_PATRON = [
    LookupPatron,
    BlockPatron,
    EnablePatron,
    RenewAll,
    EndSession,
    lambda patron: PayFee(patron, Money(100, "CNY"), fee=FeeId("1")),
]


@pytest.mark.parametrize("operation", ABOUT_AN_ITEM)
def test_what_is_about_an_item_goes_to_its_owner(operation):
    cities = Cities()
    cities.ask(operation(MINE))
    cities.ask(operation(THEIRS))
    assert cities.here.asked == [operation(MINE)]
    assert cities.there.asked == [operation(THEIRS)]
    assert cities.observer.asked == [None, "CQL"]


@pytest.mark.parametrize("operation", ABOUT_A_PATRON)
def test_what_is_about_a_patron_goes_home(operation):
    cities = Cities()
    cities.ask(operation(MY_CARD))
    cities.ask(operation(THEIR_CARD))
    assert cities.here.asked == [operation(MY_CARD)]
    assert cities.there.asked == [operation(THEIR_CARD)]


@pytest.mark.parametrize(
    "operation",
    [
        LookupItem(ItemId("X1")),
        LookupPatron(PatronId("X1")),
        PlaceHold(THEIR_CARD, title=TitleId("t1")),
        Renew(THEIR_CARD, title=TitleId("t1")),
    ],
)
def test_what_nobody_claims_and_what_is_about_a_title_stays_with_the_library_of_the_device(operation):
    cities = Cities()
    cities.ask(operation)
    cities.ask(operation, library="CQL")
    assert (len(cities.here.asked), len(cities.there.asked)) == (1, 1)


def test_the_same_item_comes_from_both_kiosks_to_one_system():
    cities = Cities()
    cities.ask(Checkin(THEIRS))
    cities.ask(Checkin(THEIRS), library="CQL")
    assert cities.there.asked == [Checkin(THEIRS)] * 2
    assert cities.observer.asked == ["CQL", None]


def test_what_the_account_may_not_do_is_refused_before_anybody_is_looked_for():
    cities = Cities()
    assert cities.ask(Checkin(THEIRS), rights=frozenset({Right.LOOKUP})) == Refused(Reason.NOT_ALLOWED)
    assert cities.there.asked == []


def test_what_the_owners_system_can_not_do_is_refused_for_it():
    """Whatever the system of the device's own library can do."""
    cities = Cities(there=StubSystem(lends, EVERYTHING - {Capability.CHECKIN}))
    assert cities.ask(Checkin(THEIRS)).reason is Reason.NOT_SUPPORTED
    assert type(cities.ask(Checkin(MINE))) is Done


# --- in which words -----------------------------------------------------------------------------------


def test_an_isil_is_taken_off_for_the_system_and_put_on_again_for_the_device():
    """A library whose barcodes look like anybody's is named in front of them."""
    cities = Cities(items=[Marked("CN-500100-CQL:")], patrons=[Marked("CN-500100-CQL:")])
    item, card = ItemId("CN-500100-CQL:0042"), PatronId("CN-500100-CQL:7")
    outcome = cities.ask(Checkout(card, item))
    assert cities.there.asked == [Checkout(PatronId("7"), ItemId("0042"))]
    assert (outcome.result.item.id, outcome.result.patron) == (item, card)


def test_elsewhere_a_card_is_shown_as_the_device_read_it():
    """The owner's system knows it, or does not; its own cards go by their own numbers."""
    cities = Cities(patrons=[Marked("CN-500100-CQL:")])
    cities.ask(Checkout(MY_CARD, THEIRS))
    cities.ask(Checkout(PatronId("CN-500100-CQL:7"), MINE))
    assert cities.there.asked == [Checkout(MY_CARD, THEIRS)]
    assert cities.here.asked == [Checkout(PatronId("CN-500100-CQL:7"), MINE)]


# --- when something is in the way ---------------------------------------------------------------------


def test_the_downtime_of_the_owner_holds_and_not_that_of_the_kiosks_library():
    """Its notice is told, and whose it is."""
    text = {"zh": "系统维护", "en": "Maintenance."}
    downtime = Downtime(None, NOON + timedelta(hours=1), text)
    cities = Cities(theirs={"downtime": downtime})
    refused = cities.ask(Checkin(THEIRS))
    assert refused.reason is Reason.DOWNTIME
    assert refused.note == {
        "zh": "系统维护\n相关图书馆：重庆图书馆。",
        "en": "Maintenance.\nThe library concerned is Chongqing Library.",
    }
    assert type(cities.ask(Checkin(MINE))) is Done
    assert type(Cities(mine={"downtime": downtime}).ask(Checkin(THEIRS))) is Done


@pytest.mark.parametrize(("here", "there", "granted"), [(8.0, 3.0, 3.0), (3.0, 8.0, 3.0)])
def test_both_deadlines_hold(here, there, granted):
    """98 has promised the device its own library's; the other library has set its own."""
    cities = Cities(there=lambda _: Deferred(), mine={"deadline": here}, theirs={"deadline": there})
    outcomes = cities.begin(Checkin(THEIRS))
    cities.clock.advance(granted - 0.1)
    assert outcomes == []
    cities.clock.advance(0.2)
    assert outcomes == [Unknown()]


def test_a_deadline_holds_however_often_and_long_a_system_would_be_tried():
    """An adapter that tries three times for five seconds has eight seconds in all, and so the device is not left alone."""
    clock = Clock()
    tries = []

    async def patient():
        for _ in range(3):
            tries.append(clock.seconds())
            waiting = Deferred()
            clock.callLater(5, waiting.callback, None)
            await waiting
        raise SystemUnavailable("no answer, three times")

    desk, outcomes = a_desk(a_library(StubSystem(lambda _: patient())), clock), []
    Deferred.fromCoroutine(desk.perform(an_account(), Checkin(MINE))).addCallback(outcomes.append)
    clock.pump([1] * 8)
    assert outcomes == [Unknown()]
    assert tries == [0, 5]
    assert desk.status(an_account(), "en").timeout > 8


def test_a_system_that_is_away_is_away_for_all_and_takes_nobody_along():
    """After that its items are refused at once at every kiosk; everybody else's are lent."""
    cities = Cities(there=lambda _: SystemUnavailable("x"), theirs={"breaker": BreakerRules(failures=2)})
    for library in ("CDL", "CQL"):
        cities.ask(Checkin(THEIRS), library=library)
    assert cities.ask(Checkin(THEIRS)).reason is Reason.SYSTEM_UNAVAILABLE
    assert len(cities.there.asked) == 2
    assert type(cities.ask(Checkin(MINE))) is Done
    desk, kiosks = cities.desk, [an_account(library=LibraryId(each)) for each in ("CDL", "CQL")]
    assert [desk.status(each, "en").online for each in kiosks] == [True, False]


def test_a_deadline_that_leaves_a_system_little_time_says_nothing_about_it():
    """The kiosks of an impatient library do not take a slow one out of everybody's service."""
    cities = Cities(
        there=lambda _: Deferred(),
        mine={"deadline": 1.0},
        theirs={"deadline": 8.0, "breaker": BreakerRules(failures=1)},
    )
    cities.begin(Checkin(THEIRS))
    cities.clock.advance(1)
    assert cities.observer.breakers == []
    cities.begin(Checkin(THEIRS), library="CQL")
    cities.clock.advance(8)
    assert cities.observer.breakers == [("CQL", "open")]


# --- PINs ---------------------------------------------------------------------------------------------


def test_who_guesses_at_a_card_is_slowed_down_at_every_kiosk():
    """A card is one card, wherever it is tried, and by which of its names."""

    def wrong(operation):
        return Done(PatronReport(Patron(operation.patron), PinCheck.WRONG))

    cities = Cities(there=wrong, patrons=[Marked("CN-500100-CQL:")])
    for card, library in [("Q1", "CDL"), ("CN-500100-CQL:Q1", "CDL"), ("Q1", "CQL")] * 2:
        guess = cities.begin(LookupPatron(PatronId(card), Secret("0")), library)
    assert guess == [], "five are free, the sixth waits"
    assert len(cities.there.asked) == 5


def test_guessing_with_loans_of_another_library_counts_against_the_same_card():
    cities = Cities(here=lambda _: Refused(Reason.PIN_WRONG), there=lambda _: Refused(Reason.PIN_WRONG))
    for item in [MINE, THEIRS] * 3:
        guess = cities.begin(Checkout(MY_CARD, item, Secret("0")))
    assert guess == [], "five are free, the sixth waits"


def test_an_account_that_requires_pins_requires_them_for_items_of_others_too():
    cities = Cities()
    assert cities.ask(Checkout(MY_CARD, THEIRS), require_pin=True) == Refused(Reason.PIN_REQUIRED)
    assert cities.there.asked == []


def reports(pin):
    """A system which lends, and says of every PIN that it is `pin`."""
    return lambda operation: (
        Done(PatronReport(Patron(operation.patron), pin))
        if isinstance(operation, LookupPatron)
        else lends(operation)
    )


def test_a_guest_s_pin_is_proven_at_home_and_goes_no_further():
    cities = Cities(here=reports(PinCheck.RIGHT))
    outcome = cities.ask(Checkout(MY_CARD, THEIRS, Secret("1234")), require_pin=True)

    assert type(outcome) is Done
    assert cities.here.asked == [LookupPatron(MY_CARD, Secret("1234"))]
    assert [each.pin for each in cities.there.asked] == [None]


@pytest.mark.parametrize(
    ("pin", "reason"),
    [
        (PinCheck.WRONG, Reason.PIN_WRONG),
        (PinCheck.NOT_SET, Reason.PIN_NOT_SET),
        (PinCheck.NOT_ASKED, Reason.PIN_REQUIRED),
    ],
)
def test_a_guest_whose_pin_is_not_proven_borrows_nothing(pin, reason):
    cities = Cities(here=reports(pin))

    assert cities.ask(Checkout(MY_CARD, THEIRS, Secret("0"))).reason is reason
    assert cities.there.asked == []


def test_a_guest_whose_home_cannot_be_asked_borrows_nothing():
    cities = Cities(here=lambda _: Refused(Reason.SYSTEM_UNAVAILABLE))

    assert cities.ask(Checkout(MY_CARD, THEIRS, Secret("1234"))).reason is Reason.SYSTEM_UNAVAILABLE
    assert cities.there.asked == []


def test_what_undoes_a_step_for_a_guest_asks_nobody():
    cities = Cities()
    cities.ask(Checkout(MY_CARD, THEIRS, Secret("1234"), cancel=True))

    assert cities.here.asked == []
    assert [each.pin for each in cities.there.asked] == [None]


def test_the_pin_of_a_card_that_no_rule_claims_goes_to_the_one_system_that_is_asked():
    cities = Cities()
    cities.ask(Checkout(PatronId("X1"), THEIRS, Secret("1234")))

    assert cities.here.asked == []
    assert [each.pin for each in cities.there.asked] == [Secret("1234")]


# --- reloads ------------------------------------------------------------------------------------------


def test_the_system_that_is_really_asked_is_released_when_it_has_answered():
    waiting = Deferred()
    cities = Cities(there=lambda _: waiting)
    outcomes = cities.begin(UpdateItem(THEIRS, "x"))
    cities.desk.go_by(Directory(cities.libraries[:1]))
    assert cities.desk.released(cities.here).called, "nothing waits there"
    released = cities.desk.released(cities.there)
    assert not released.called
    waiting.callback(Done(ItemUpdated(Item(THEIRS))))
    assert released.called
    assert outcomes[0].result.item.owner == "CQL"


def test_new_rules_hold_from_the_next_operation_on():
    cities = Cities()
    moved = [cities.libraries[0], a_library(cities.there, id=LibraryId("CQL"), items=[Pattern("CD1")])]
    cities.desk.go_by(Directory(moved))
    cities.ask(Checkin(MINE))
    assert cities.there.asked == [Checkin(MINE)]
