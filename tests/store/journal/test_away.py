"""A journal whose database is away, full or doubtful: no yes is told that is not durable, and no word that may be wrong."""

from threading import Event

import pytest
from twisted.internet.defer import Deferred

from journals import a_claim, borrow, give_back, lent, processes, returned
from softdock.circulation.journal import Granted, JournalAway, LastWord, WordWithheld
from softdock.circulation.outcomes import Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.store.database import CommitLost, Database, DatabaseAway, DatabaseNewer
from softdock.store.database.sessions import Session

NO = Refused(Reason.ITEM_ON_HOLD)


@pytest.fixture
def commits(monkeypatch):
    """What the next commits come to: None is well, an exception is raised after or instead of it."""
    coming = []
    commit = Session._commit

    def committed(self, connection):
        told = coming.pop(0) if coming else None
        if told is None:
            commit(self, connection)
            return
        if told == "lost after":
            commit(self, connection)
            self.close()
            raise CommitLost("the answer did not come")
        self._undo(connection, told)
        if isinstance(told, CommitLost):
            self.close()
        raise told

    monkeypatch.setattr(Session, "_commit", committed)
    return coming


def run(world, journal, work):
    """What `work` comes to; time passes while no thread of the journal has anything to do."""
    found = []
    Deferred.fromCoroutine(work).addBoth(found.append)
    while not found:
        if all(writing.called for _, writing in journal._writing):
            world.pass_time(0.05)
        world.reactor.turns_soon()
    return found[0]


def test_what_cannot_be_claimed_may_not_be_sent(world, commits):
    journal = world.begin()
    commits.append(DatabaseAway("full"))
    with pytest.raises(JournalAway):
        world.claim(journal, borrow())
    assert journal.is_away
    assert world.claim(journal, borrow(), 2) == Granted(1)
    assert not journal.is_away


def test_what_was_claimed_too_late_to_be_waited_for_is_not_sent(world):
    journal = world.begin()
    with pytest.raises(JournalAway):
        world.result_of(journal.claim(a_claim(borrow()), world.reactor.seconds()))
    journal.over("boot-1")
    assert world.result_of(journal.tend()) == [], "it has ended as refused"
    assert isinstance(world.claim(journal, borrow(patron="R2"), 2), Granted)


@pytest.mark.parametrize("was_made", [True, False])
def test_what_was_refused_for_want_of_a_claim_has_ended_even_if_the_claim_was_made(world, commits, was_made):
    """A return that was refused is not made up for: the kiosk has given the book back."""
    journal = world.begin()
    commits.append("lost after" if was_made else CommitLost("who knows"))
    with pytest.raises(JournalAway):
        world.claim(journal, give_back())
    journal.over("boot-1")

    assert world.result_of(journal.tend()) == []
    assert world.claim(journal, borrow(patron="R2"), 2) == Granted(2 if was_made else 1), "nothing hinders"


def test_who_has_joined_a_claim_that_was_never_sent_hears_that_it_was_refused(world, commits):
    one, other = world.begin(), world.begin()
    commits.append("lost after")
    with pytest.raises(JournalAway):
        world.claim(one, give_back())
    one.over("boot-1")
    joined = world.claim(other, give_back(), 2)
    world.result_of(one.tend())

    assert world.result_of(other.wait_for(joined.number, world.until)) == Refused(Reason.JOURNAL_AWAY)


@pytest.mark.parametrize("trouble", [DatabaseAway("full"), CommitLost("who knows"), "lost after"])
def test_a_yes_is_tried_again_until_it_is_durable(world, commits, trouble):
    journal = world.begin()
    granted = world.claim(journal, borrow())
    commits += [trouble] * 3
    assert run(world, journal, journal.answer(granted.number, lent(), world.until)) == lent()
    assert world.result_of(world.begin().tend()) == []


def test_a_yes_that_cannot_be_kept_in_time_is_a_no(world, commits):
    journal = world.begin()
    granted = world.claim(journal, borrow())
    commits += [DatabaseAway("full")] * 100
    assert run(world, journal, journal.answer(granted.number, lent(), world.until)) == Unknown()
    commits.clear()
    journal.over("boot-1")
    (entry,) = world.result_of(journal.tend())
    assert (entry.number, entry.outcome, entry.last_word) == (1, lent(), LastWord.NOT_DONE)


def test_a_yes_of_which_nobody_knows_whether_it_is_kept_is_not_told_and_no_no_either(world, commits):
    journal = world.begin()
    granted = world.claim(journal, borrow())
    commits += [CommitLost("who knows")] * 100
    failure = run(world, journal, journal.answer(granted.number, lent(), world.until))
    assert failure.check(WordWithheld)


@pytest.mark.parametrize("trouble", [DatabaseAway("full"), CommitLost("who knows"), "lost after"])
def test_a_no_is_told_at_once_whatever_the_journal_holds(world, commits, trouble):
    journal = world.begin()
    granted = world.claim(journal, borrow())
    commits.append(trouble)
    assert world.answer(journal, granted, NO) == NO
    journal.over("boot-1")
    assert world.result_of(journal.tend()) == [], "it is kept later, and leaves nothing to be settled"


def test_who_waits_in_vain_hears_nothing_if_the_no_cannot_be_kept(world, commits):
    one, other = world.begin(), world.begin()
    world.claim(one, borrow())
    joined = world.claim(other, borrow(), 2)
    commits += [DatabaseAway("full")] * 3
    failure = run(world, other, other.wait_for(joined.number, world.reactor.seconds()))
    assert failure.check(WordWithheld)


def test_a_transaction_that_failed_leaves_no_trace_in_the_ledger(world, commits):
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow()), lent())
    commits.append(DatabaseAway("full"))
    with pytest.raises(JournalAway):
        world.claim(journal, give_back(), 2)
    granted = world.claim(journal, borrow(patron="R2"), 3)
    assert granted == Granted(2), "nobody is in the way"
    world.answer(journal, granted, lent())
    assert world.answer(journal, world.claim(journal, give_back(), 4), returned()) == returned()


def test_a_full_disk_refuses_changes_and_room_lets_them_in_again(tmp_path):
    """The disk is a limit of the database's own, which holds for every new connection."""
    database = Database.at("sqlite:///store.db", tmp_path, "store")
    database.said_to_writers = "PRAGMA max_page_count = 40"
    with processes(database) as world:
        journal = world.begin()
        with pytest.raises(JournalAway):
            _fill(world, journal)
        with pytest.raises(JournalAway):
            world.claim(journal, borrow(), 1000)
        del database.said_to_writers
        assert isinstance(world.claim(journal, borrow(), 1001), Granted)


def _fill(world, journal):
    for number in range(1, 1000):
        granted = world.claim(journal, borrow(f"CD{number}"), number)
        told = run(world, journal, journal.answer(granted.number, lent(), world.until))
        assert told in (lent(), Unknown()) or told.check(WordWithheld)


def test_a_journal_that_is_away_when_softdock_starts_is_found_later(tmp_path):
    folder = tmp_path / "mounted"
    database = Database.at("sqlite:///mounted/store.db", tmp_path, "store")
    with processes(database) as world:
        journal = world.begin()
        assert journal.is_away
        with pytest.raises(JournalAway):
            world.claim(journal, borrow())
        folder.mkdir()
        world.pass_time(5)
        assert world.result_of(journal.tend()) == []
        assert world.claim(journal, borrow(), 2) == Granted(1)


def test_a_journal_of_a_later_version_is_left_alone(database):
    with processes(database) as world:
        world.begin()
        session = Session(database, writes=True)
        session.transact(lambda connection: connection.say("UPDATE journal_version SET version_num = '9999'"))
        session.close()
        with pytest.raises(DatabaseNewer):
            world.begin()


def test_what_takes_too_long_to_write_is_given_up(world):
    """The thread that writes is held; whoever waits hears in time."""
    journal, let_go = world.begin(), Event()
    held = Deferred.fromCoroutine(journal._threads.alone(lambda session: let_go.wait(30)))
    found = []
    claim = journal.claim(a_claim(borrow(), 1, world.now), world.until)
    Deferred.fromCoroutine(claim).addBoth(found.append)
    for _ in range(20):
        world.pass_time(0.5)
    assert found[0].check(JournalAway)
    let_go.set()
    world.result_of(held)
    journal.over("boot-1")
    assert world.result_of(journal.tend()) == [], "it was not begun any more"
