"""An operation that changes the books goes by the journal: claimed, sent, kept, and only then told."""

from datetime import UTC, datetime

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from softdock.circulation.errors import AnswerLost, SystemUnavailable
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.items import Item
from softdock.circulation.journal import (
    Fingerprint,
    Granted,
    Hindered,
    Joined,
    JournalAway,
    WordWithheld,
)
from softdock.circulation.operations import Checkout, LookupItem
from softdock.circulation.outcomes import Done, Lent, Refused, Unknown
from softdock.circulation.reasons import Reason
from stubs import NOON, RecordingObserver, StubSystem, a_desk, a_library, an_account, friendly

ITEM, PATRON = ItemId("I1"), PatronId("R1")
BORROW = Checkout(PATRON, ITEM, Secret("1234"))
LENT = Done(Lent(Item(ITEM, "A title"), PATRON, datetime(2026, 2, 1, tzinfo=UTC)))
ACCOUNT = an_account(location="3F")


class ScriptedJournal:
    """Answers as it is told, and remembers the order of what it was asked."""

    def __init__(self, story, claims=(), told=None, waited=()):
        self.story = story
        self._claims = list(claims) or [Granted(7)]
        self._told = told
        self._waited = list(waited)
        self.claims = []

    async def claim(self, claim, until):
        self.story.append("claim")
        self.claims.append(claim)
        return _answered(self._claims.pop(0))

    async def answer(self, number, outcome, until, named=None):
        self.story.append(("answer", number, outcome))
        return _answered(outcome if self._told is None else self._told)

    async def wait_for(self, number, until):
        self.story.append(("wait", number, until))
        return _answered(self._waited.pop(0))

    def over(self, operation_id):
        self.story.append(("over", operation_id))


def _answered(answer):
    if isinstance(answer, Exception):
        raise answer
    return answer


class Place:
    """A desk with a journal, and what came of one operation."""

    def __init__(self, respond=lambda operation: LENT, **journal):
        self.story = []
        self.observer = RecordingObserver()
        self.clock = Clock()

        def told(operation):
            self.story.append("sent")
            return respond(operation)

        self.system = StubSystem(told)
        self.journal = ScriptedJournal(self.story, **journal)
        self.desk = a_desk(a_library(self.system), self.clock, self.observer)
        self.desk.keep_in(self.journal)

    def perform(self, operation=BORROW, fingerprint=None):
        found = []
        Deferred.fromCoroutine(self.desk.perform(ACCOUNT, operation, fingerprint)).addBoth(found.append)
        return found[0] if found else None


def test_it_is_claimed_then_sent_then_kept_and_only_then_told():
    place = Place()
    assert place.perform() == LENT
    assert place.story == ["claim", "sent", ("answer", 7, LENT), ("over", "1")]


def test_the_claim_says_everything_that_is_known():
    place = Place()
    place.perform(fingerprint=Fingerprint(b"mark", 4))
    (claim,) = place.journal.claims
    assert claim.operation == BORROW
    assert (claim.operation_id, claim.system, claim.home, claim.library) == ("1", "LIB", "LIB", "LIB")
    assert (claim.account, claim.location, claim.at) == ("kiosk", "3F", NOON)
    assert (claim.fingerprint, claim.window) == (b"mark", 40.0), "four times what a device is promised"


def test_a_device_that_tries_for_ever_is_not_remembered_for_ever():
    place = Place()
    place.perform(fingerprint=Fingerprint(b"mark", 1000))
    assert place.journal.claims[0].window == 600.0


def test_what_is_only_looked_up_is_not_journalled():
    place = Place(friendly)
    assert isinstance(place.perform(LookupItem(ITEM)), Done)
    assert place.story == ["sent"]


def test_what_the_desk_refuses_itself_is_not_journalled():
    place = Place()
    place.system.capabilities = frozenset()
    assert place.perform() == Refused(Reason.NOT_SUPPORTED)
    assert place.story == []


def test_without_a_journal_nothing_is_sent():
    place = Place(claims=[JournalAway("full")])
    assert place.perform() == Refused(Reason.JOURNAL_AWAY)
    assert place.story == ["claim", ("over", "1")]


def test_a_repeat_hears_what_the_first_has_come_to():
    place = Place(claims=[Joined(3, LENT)])
    assert place.perform() == LENT
    assert place.story == ["claim", ("over", "1")]
    assert place.observer.repeats == [("LIB", "joined")]


def test_a_repeat_waits_for_the_first_within_its_own_deadline():
    place = Place(claims=[Joined(3, None)], waited=[LENT])
    assert place.perform() == LENT
    assert place.story == ["claim", ("wait", 3, 8.0), ("over", "1")]


def test_what_turns_out_not_to_have_been_done_is_begun_anew():
    place = Place(claims=[Joined(3, None), Granted(9)], waited=[None])
    assert place.perform() == LENT
    assert place.story == ["claim", ("wait", 3, 8.0), "claim", "sent", ("answer", 9, LENT), ("over", "1")]


def test_another_wish_on_an_item_under_way_has_to_come_again():
    place = Place(claims=[Hindered(3)])
    assert place.perform() == Refused(Reason.BEING_PROCESSED)
    assert place.observer.repeats == [("LIB", "hindered")]


def test_the_journal_may_forbid_a_yes():
    place = Place(told=Unknown())
    assert place.perform() == Unknown()


def test_where_nothing_may_be_told_the_front_hears_so():
    place = Place(told=WordWithheld())
    failure = place.perform()
    assert failure.check(WordWithheld)
    assert place.story[-1] == ("over", "1")


def test_where_nothing_may_be_told_the_operator_hears_that_nobody_knows():
    place = Place(told=WordWithheld())
    place.perform()
    assert [(operation, outcome) for operation, outcome, _ in place.observer.operations] == [
        (BORROW, Unknown())
    ]


OTHER = Checkout(PATRON, ItemId("I2"), Secret("1234"))


def test_a_repeat_of_what_was_withheld_hears_nothing_while_the_journal_is_away():
    """The loan may stand in the books, so that a no could be as wrong as a yes."""
    place = Place(told=WordWithheld(), claims=[Granted(7), JournalAway("down"), JournalAway("down")])
    place.perform()

    assert place.perform(Checkout(PATRON, ITEM, Secret("1234"), no_block=True)).check(WordWithheld)
    assert place.perform(OTHER) == Refused(Reason.JOURNAL_AWAY)
    assert place.story.count("sent") == 1


def test_a_repeat_whose_wait_was_in_vain_is_withheld_as_well():
    place = Place(claims=[Joined(3, None), JournalAway("down")], waited=[WordWithheld()])
    assert place.perform().check(WordWithheld)
    assert place.perform().check(WordWithheld)


def test_what_was_withheld_is_over_once_the_journal_has_told_of_it():
    place = Place(told=WordWithheld(), claims=[Granted(7), Joined(7, LENT), JournalAway("down")])
    place.perform()
    assert place.perform() == LENT
    assert place.perform() == Refused(Reason.JOURNAL_AWAY), "a new wish, which nobody has sent"


def test_what_was_withheld_is_over_when_no_device_repeats_it_any_more():
    place = Place(told=WordWithheld(), claims=[Granted(7), JournalAway("down"), JournalAway("down")])
    place.perform()
    place.clock.advance(600)
    assert place.perform().check(WordWithheld)
    place.clock.advance(1)
    assert place.perform() == Refused(Reason.JOURNAL_AWAY)


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (AnswerLost("cut off"), Unknown()),
        (SystemUnavailable("never reached"), Refused(Reason.SYSTEM_UNAVAILABLE)),
        (KeyError("a bug"), Unknown()),
    ],
)
def test_what_a_failure_means_is_kept_as_well(error, kept):
    place = Place(lambda operation: error)
    assert place.perform() == kept
    assert ("answer", 7, kept) in place.story


def test_a_system_that_is_too_slow_is_kept_as_unknown():
    place = Place(lambda operation: Deferred())
    assert place.perform() is None
    place.clock.advance(8)
    assert place.story == ["claim", "sent", ("answer", 7, Unknown()), ("over", "1")]
