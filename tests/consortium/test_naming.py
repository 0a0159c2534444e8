"""Partners speak of holds by names, also at libraries whose systems keep none."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from twisted.internet.task import Clock

from hold_names_contract import HoldNamesContract
from softdock.circulation.capabilities import Right
from softdock.circulation.hold_names import NamesAway
from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import Item
from softdock.circulation.journal import Fingerprint, Granted, Joined
from softdock.circulation.operations import (
    CancelHold,
    ChangeHold,
    Checkout,
    LookupHold,
    PlaceHold,
)
from softdock.circulation.outcomes import Done, HoldState, Lent, Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.consortium.naming import NamesInMemory
from softdock.consortium.ownership import Pattern
from stubs import (
    EVERYTHING,
    NOON,
    StubSystem,
    a_desk,
    a_library,
    an_account,
    result_of,
)

READER, OTHER = PatronId("R1"), PatronId("R2")
ITEM, TITLE = ItemId("B1"), TitleId("T1")
NAME = HoldId("ILL-1")
CHRISTMAS = datetime(2026, 12, 24, tzinfo=UTC)
WISH = PlaceHold(
    READER, ITEM, hold=NAME, pickup_location="总馆", expires=CHRISTMAS, scope=HoldScope.THIS_COPY
)
BROKER, DISCOVERY = an_account(name="BROKER"), an_account(name="DISCOVERY")
LENT = Done(Lent(Item(ITEM), READER, CHRISTMAS))


class TestNamesInMemory(HoldNamesContract):
    @pytest.fixture
    def names(self):
        return NamesInMemory()

    @pytest.fixture
    def result_of(self):
        return result_of


class Nameless:
    """A system that knows holds by patron and item, or title; and what it was asked."""

    def __init__(self):
        self.holds = {}
        """From patron and item or title to the place where it is picked up."""
        self.system = StubSystem(self._respond)
        self.shows = True

    def _respond(self, wish):
        if isinstance(wish, Checkout):
            self.holds.pop((wish.patron, wish.item), None)
            return LENT
        item, title = wish.item, wish.title
        if item is None and title is None:
            return Refused(Reason.HOLD_UNKNOWN)
        key = wish.patron, item or title
        if isinstance(wish, LookupHold) and not self.shows:
            return Refused(Reason.PIN_REQUIRED)
        if isinstance(wish, PlaceHold):
            self.holds[key] = wish.pickup_location
        elif key not in self.holds:
            return Refused(Reason.HOLD_UNKNOWN)
        elif isinstance(wish, CancelHold):
            del self.holds[key]
        elif isinstance(wish, ChangeHold):
            self.holds[key] = wish.pickup_location
        status = HoldStatus.WAITING if isinstance(wish, LookupHold) else None
        return Done(HoldState(item and Item(item, "War"), "War", status=status))

    @property
    def asked(self):
        return self.system.asked


class Place:
    """A desk in front of a system without names."""

    def __init__(self, library=None, *more, names=None, journal=None):
        self.behind = Nameless()
        own = library or a_library()
        self.clock = Clock()
        self.desk = a_desk(replace(own, system=self.behind.system), self.clock, None, *more)
        if names is not None or journal is not None:
            self.desk.keep_in(journal, names)

    def asks(self, operation, account=BROKER):
        return result_of(self.desk.perform(account, operation))

    def does(self, operation, account=BROKER):
        outcome = self.asks(operation, account)
        assert isinstance(outcome, Done), outcome
        return outcome.result

    def cannot(self, operation, account=BROKER):
        outcome = self.asks(operation, account)
        assert isinstance(outcome, Refused), outcome
        return outcome.reason


def test_a_hold_is_known_by_the_name_that_the_partner_gave_it():
    place = Place()
    assert place.does(WISH).id == NAME

    state = place.does(LookupHold(NAME))

    assert place.behind.asked[-1] == LookupHold(patron=READER, item=ITEM)
    assert (state.id, state.patron, state.item.id, state.title) == (NAME, READER, ITEM, "War")
    assert (state.kind, state.scope, state.status) == (HoldKind.HOLD, HoldScope.THIS_COPY, HoldStatus.WAITING)
    assert (state.pickup_location, state.needed_before, state.placed) == ("总馆", CHRISTMAS, NOON)


def test_a_hold_on_a_title_is_as_well():
    place = Place()
    place.does(replace(WISH, item=None, title=TITLE))

    assert place.does(LookupHold(NAME, READER)).title_id == TITLE
    assert place.behind.asked[-1] == LookupHold(patron=READER, title=TITLE)


def test_who_names_no_hold_and_needs_a_name_gets_one():
    place = Place()
    names = [place.does(PlaceHold(READER, item, needs_name=True)).id for item in (ITEM, ItemId("B2"))]

    assert len({*names, None}) == 3
    assert place.does(LookupHold(names[1])).item.id == "B2"


def test_a_device_that_speaks_of_no_names_gets_none():
    place = Place()
    assert place.does(PlaceHold(READER, ITEM)).id is None
    assert place.does(LookupHold(patron=READER, item=ITEM)).id is None


def test_a_system_that_gives_names_is_asked_by_them():
    place = Place()
    own = Done(HoldState(Item(ITEM), id=HoldId("H7")))
    place.behind.system._respond = lambda _: own

    assert place.asks(WISH) == own
    assert place.asks(CancelHold(READER, hold=HoldId("H7"))) == own
    assert place.behind.asked[-1] == CancelHold(READER, hold=HoldId("H7"))


def test_what_was_refused_or_is_not_known_gets_no_name():
    place = Place()
    for outcome in (Refused(Reason.HOLD_DENIED), Unknown()):
        place.behind.system._respond = lambda _, outcome=outcome: outcome
        assert place.asks(WISH) == outcome
    assert place.asks(WISH) == Unknown()
    place.behind.system._respond = place.behind._respond
    assert place.cannot(LookupHold(NAME)) is Reason.HOLD_UNKNOWN


# --- by name ------------------------------------------------------------------------------------------


def test_a_hold_is_changed_by_its_name():
    place = Place()
    place.does(WISH)

    state = place.does(ChangeHold(READER, hold=NAME, pickup_location="东馆"))

    assert place.behind.asked[-1] == ChangeHold(READER, ITEM, pickup_location="东馆")
    assert (state.id, state.pickup_location) == (NAME, "东馆")
    assert place.does(LookupHold(NAME)).pickup_location == "东馆"


def test_a_hold_is_cancelled_by_its_name_and_then_is_over():
    place = Place()
    place.does(WISH)

    assert place.does(CancelHold(READER, hold=NAME)).id == NAME

    assert place.behind.asked[-1] == CancelHold(READER, ITEM)
    asked = len(place.behind.asked)
    assert place.cannot(CancelHold(READER, hold=NAME)) is Reason.HOLD_ENDED
    assert place.cannot(ChangeHold(READER, hold=NAME, pickup_location="东馆")) is Reason.HOLD_ENDED
    assert place.does(LookupHold(NAME)).status is HoldStatus.CANCELLED
    assert len(place.behind.asked) == asked, "nobody has to be asked for that"


def test_a_hold_ends_with_the_loan_that_names_it():
    place = Place()
    place.does(WISH)

    assert place.asks(Checkout(READER, ITEM, hold=NAME)) == LENT

    assert place.behind.asked[-1] == Checkout(READER, ITEM)
    assert place.does(LookupHold(NAME)).status is HoldStatus.FILLED
    assert place.cannot(Checkout(READER, ITEM, hold=NAME)) is Reason.HOLD_ENDED


def test_a_hold_that_has_ended_elsewhere_has_ended_and_is_not_unknown():
    place = Place()
    place.does(WISH)
    place.behind.holds.clear()

    assert place.cannot(LookupHold(NAME)) is Reason.HOLD_ENDED
    assert place.cannot(CancelHold(READER, hold=NAME)) is Reason.HOLD_ENDED


def test_a_hold_that_anybody_cancels_by_its_item_is_over_by_its_name():
    place = Place()
    place.does(WISH)
    place.does(CancelHold(READER, ITEM), DISCOVERY)

    assert place.does(LookupHold(NAME)).status is HoldStatus.CANCELLED


def test_a_hold_that_is_looked_up_by_its_item_has_its_name_for_who_has_named_it():
    place = Place()
    place.does(WISH)

    by_item = LookupHold(patron=READER, item=ITEM)
    assert place.does(by_item).id == NAME
    assert place.does(by_item, DISCOVERY).id is None


def test_what_a_system_does_not_show_is_told_as_it_was_left():
    place = Place()
    place.does(WISH)
    place.behind.shows = False

    state = place.does(LookupHold(NAME))

    assert (state.id, state.item.id, state.pickup_location, state.status) == (NAME, ITEM, "总馆", None)
    assert place.cannot(LookupHold(patron=READER, item=ItemId("B2"))) is Reason.PIN_REQUIRED


# --- who may ------------------------------------------------------------------------------------------


def test_another_account_finds_nothing_by_that_name():
    place = Place()
    place.does(WISH)

    for each in (LookupHold(NAME), CancelHold(READER, hold=NAME), ChangeHold(READER, hold=NAME)):
        assert place.cannot(each, DISCOVERY) is Reason.HOLD_UNKNOWN
    assert place.behind.holds


def test_the_hold_of_somebody_else_is_not_found():
    place = Place()
    place.does(WISH)

    for each in (LookupHold(NAME, OTHER), CancelHold(OTHER, hold=NAME), Checkout(OTHER, ITEM, hold=NAME)):
        assert place.cannot(each) is Reason.HOLD_UNKNOWN
    assert place.does(CancelHold(PatronId(" r1"), hold=NAME)).id == NAME


def test_who_may_not_ask_about_holds_learns_nothing_of_names():
    place = Place()
    place.does(WISH)
    stranger = replace(BROKER, rights=frozenset({Right.STATUS}))

    assert place.cannot(LookupHold(NAME), stranger) is Reason.NOT_ALLOWED
    assert place.cannot(replace(WISH, patron=OTHER), stranger) is Reason.NOT_ALLOWED


def test_a_name_is_given_to_one_hold_at_a_time():
    place = Place()
    place.does(WISH)

    assert place.cannot(replace(WISH, item=ItemId("B2"))) is Reason.HOLD_EXISTS
    assert place.cannot(replace(WISH, patron=OTHER)) is Reason.HOLD_EXISTS
    assert place.does(replace(WISH, patron=OTHER), DISCOVERY).id == NAME
    assert place.does(WISH).id == NAME, "whether it is there already, the system has to say"

    place.does(CancelHold(READER, hold=NAME))
    place.does(replace(WISH, item=ItemId("B2")))
    assert place.does(LookupHold(NAME)).item.id == "B2"


# --- in a consortium ----------------------------------------------------------------------------------


def test_a_name_leads_to_the_library_that_was_asked():
    """The partner's own library keeps names, and knows nothing of that one."""
    cdl = a_library(id=LibraryId("CDL"), items=[Pattern("CD", None)])
    own = StubSystem(lambda _: Refused(Reason.HOLD_UNKNOWN), EVERYTHING)
    place = Place(cdl, a_library(own))
    item = ItemId("CD1")

    place.does(replace(WISH, item=item))
    assert place.does(LookupHold(NAME)).item.id == item
    assert place.does(CancelHold(READER, hold=NAME)).id == NAME

    assert [each.item for each in place.behind.asked] == [item] * 3
    assert own.asked == []


# --- kept ---------------------------------------------------------------------------------------------


class Kept:
    """A journal that grants everything, and what it was given to keep."""

    def __init__(self, met=None):
        self.met = met or Granted(1)
        self.given = []
        self.claimed = None

    async def claim(self, claim, until):
        self.claimed = claim
        return self.met

    async def answer(self, number, outcome, until, named=None):
        self.given.append((outcome, named))
        return outcome

    def over(self, operation_id):
        pass


def test_the_journal_keeps_the_name_with_the_outcome():
    journal = Kept()
    place = Place(journal=journal)

    told = place.asks(WISH)

    ((outcome, named),) = journal.given
    assert outcome == told
    assert outcome.result.id == named.name == NAME
    assert (named.account, named.patron, named.item, named.placed) == ("BROKER", READER, ITEM, NOON)


def test_a_repeat_hears_the_name_that_was_made():
    told = Done(HoldState(Item(ITEM), id=HoldId("S1")))
    place = Place(journal=Kept(Joined(1, told)))

    assert place.asks(PlaceHold(READER, ITEM, needs_name=True)) == told
    assert place.behind.asked == []


CANCELLED = Done(HoldState(Item(ITEM), id=NAME, status=HoldStatus.CANCELLED))
ENDING = [(CancelHold(READER, hold=NAME), CANCELLED), (Checkout(READER, ITEM, hold=NAME), LENT)]
MARK = Fingerprint(b"the same document", tries=1, joins_refusal=False)


@pytest.mark.parametrize(("ending", "told"), ENDING, ids=["cancelled", "lent"])
def test_a_repeat_of_what_ended_a_hold_hears_that_it_is_done(ending, told):
    """A partner that has heard nothing asks again, and was told that the hold had ended: of its own loan, a no."""
    journal = Kept()
    names = NamesInMemory()
    place = Place(names=names, journal=journal)
    place.does(WISH)
    result_of(names.keep(journal.given[-1][1], 0.0))
    first = result_of(place.desk.perform(BROKER, ending, MARK))
    result_of(names.keep(journal.given[-1][1], 0.0))
    claimed = journal.claimed

    journal.met = Joined(2, told)
    assert isinstance(first, Done)
    assert result_of(place.desk.perform(BROKER, ending, MARK)).result.item.id == ITEM
    assert journal.claimed.operation == claimed.operation, "by which the journal knows what it touches"


@pytest.mark.parametrize("ending", [each for each, _ in ENDING], ids=["cancelled", "lent"])
def test_what_repeats_nothing_hears_that_the_hold_has_ended(ending):
    journal, names = Kept(), NamesInMemory()
    place = Place(names=names, journal=journal)
    place.does(WISH)
    result_of(names.keep(replace(journal.given[-1][1], status=HoldStatus.FILLED, ended=NOON), 0.0))
    asked = len(place.behind.asked)

    outcome = result_of(place.desk.perform(BROKER, ending, MARK))

    assert outcome == Refused(Reason.HOLD_ENDED)
    assert journal.given[-1] == (outcome, None)
    assert len(place.behind.asked) == asked


class Away:
    """Names that cannot be read."""

    async def named(self, library, account, name, until):
        raise NamesAway

    async def of_patron(self, library, patron, until):
        raise NamesAway


def test_while_names_cannot_be_read_none_is_said_to_be_unknown():
    place = Place(names=Away())
    for each in (LookupHold(NAME), CancelHold(READER, hold=NAME)):
        assert place.cannot(each) is Reason.JOURNAL_AWAY


def test_while_names_cannot_be_read_none_is_given():
    place = Place(names=Away())
    assert place.cannot(WISH) is Reason.JOURNAL_AWAY
    assert place.behind.asked == []


def test_without_a_name_everything_goes_on_while_names_cannot_be_read():
    place = Place(names=Away())
    place.does(PlaceHold(READER, ITEM))
    assert place.does(LookupHold(patron=READER, item=ITEM)).id is None
    place.does(CancelHold(READER, ITEM))


def test_a_process_without_a_store_forgets_the_oldest_names_first():
    place = Place(names=NamesInMemory(most=2))
    for number in "123":
        place.does(replace(WISH, item=ItemId(f"B{number}"), hold=HoldId(f"ILL-{number}")))

    assert place.cannot(LookupHold(HoldId("ILL-1"))) is Reason.HOLD_UNKNOWN
    assert place.does(LookupHold(HoldId("ILL-2"))).item.id == "B2"
