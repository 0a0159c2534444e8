"""By which names partners know holds: kept with the outcome, read by every process, and forgotten in time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hold_names_contract import HoldNamesContract, a_hold
from journals import processes
from softdock.circulation.hold_names import NamesAway
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.journal import WordWithheld
from softdock.circulation.operations import PlaceHold
from softdock.circulation.outcomes import Done, HoldState, Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.store.database import CommitLost
from softdock.store.database.sessions import Session
from softdock.store.journal.names import KEPT_FOR

WISH = PlaceHold(PatronId("R1"), ItemId("B1"))
PLACED = Done(HoldState(Item(ItemId("B1"), "A title")))


class TestSqlHoldNames(HoldNamesContract):
    @pytest.fixture
    def names(self, world):
        return world.begin().names

    @pytest.fixture
    def result_of(self, world):
        return world.result_of


def answered(world, journal, outcome=PLACED, named=None):
    granted = world.claim(journal, WISH)
    return world.result_of(journal.answer(granted.number, outcome, world.until, named or a_hold()))


def known(world, journal, name="ILL-1"):
    hold = a_hold(name)
    return world.result_of(journal.names.named(hold.library, hold.account, hold.name, world.until))


def test_a_name_is_there_with_the_outcome_for_every_process(world):
    journal, other = world.begin(), world.begin()

    assert answered(world, journal) == PLACED
    assert known(world, other) == known(world, journal) == a_hold()


def test_a_name_outlives_the_process_that_kept_it(database):
    for begins in (True, False):
        with processes(database) as world:
            journal = world.begin()
            if begins:
                answered(world, journal)
            assert known(world, journal) == a_hold()


@pytest.mark.parametrize("outcome", [Refused(Reason.HOLD_DENIED), Unknown()], ids=["refused", "unknown"])
def test_of_what_was_not_said_to_be_done_no_name_is_kept(world, outcome):
    journal = world.begin()

    assert answered(world, journal, outcome) == outcome
    assert known(world, journal) is None


def test_a_name_is_not_kept_without_its_outcome(world, monkeypatch):
    """A commit that is lost takes both; what was done is left to the recovery."""
    journal, commit = world.begin(), Session._commit
    granted = world.claim(journal, WISH)

    def lost(session, connection):
        session._undo(connection, CommitLost("gone"))
        session.close()
        raise CommitLost("gone")

    monkeypatch.setattr(Session, "_commit", lost)
    with pytest.raises(WordWithheld):
        world.result_of(journal.answer(granted.number, PLACED, world.reactor.seconds(), a_hold()))
    monkeypatch.setattr(Session, "_commit", commit)

    assert known(world, journal) is None


def test_one_whom_others_took_for_gone_keeps_no_name(world):
    """The recovery has begun to look after the hold, and may cancel it."""
    slow, other = world.begin(), world.begin()
    granted = world.claim(slow, WISH)
    slow.over("boot-1")
    world.result_of(slow.tend())

    told = world.result_of(slow.answer(granted.number, PLACED, world.until, a_hold()))

    assert told == Unknown()
    assert known(world, other) is None


def test_names_are_forgotten_when_nobody_can_mean_them_any_more(world):
    """Those that have ended as soon as the journal forgets what ended them; the others after more than a year."""
    journal = world.begin(keep=timedelta(days=30))
    ended = replace(a_hold("ILL-2"), ended=world.now)
    for each in (a_hold(), ended):
        world.result_of(journal.names.keep(each, world.until))
    world.result_of(journal.tend())
    assert [known(world, journal, name) for name in ("ILL-1", "ILL-2")] == [a_hold(), ended]

    world.pass_time(timedelta(days=31).total_seconds())
    world.result_of(journal.tend())
    assert [known(world, journal, name) for name in ("ILL-1", "ILL-2")] == [a_hold(), None]

    world.pass_time(KEPT_FOR.total_seconds())
    world.result_of(journal.tend())
    assert known(world, journal) is None


def test_names_that_cannot_be_read_are_not_said_to_be_unknown(world):
    journal = world.begin()
    journal._ready = False

    with pytest.raises(NamesAway):
        known(world, journal)
    with pytest.raises(NamesAway):
        world.result_of(journal.names.keep(a_hold(), world.until))
