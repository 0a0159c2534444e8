"""What a process leaves behind is taken over by one that lives, and by no other."""

import pytest

from journals import DEAD, ELSEWHERE, borrow, give_back, lent
from softdock.circulation.journal import EntryState, Granted, Hindered, Joined, LastWord, Resolution
from softdock.circulation.outcomes import Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.store.database import Sqlite, UnitOfWork
from softdock.store.journal import work
from softdock.store.journal.listing import JournalListing
from softdock.store.journal.owners import LEASE, Owner, Watch, certainly_gone
from softdock.store.journal.rows import OWNERS


def numbers(world, journal):
    return [entry.number for entry in world.result_of(journal.tend())]


def test_a_process_of_this_machine_that_is_gone_is_known_at_once(world):
    gone = world.begin(here=DEAD)
    world.claim(gone, borrow())
    world.answer(gone, world.claim(gone, borrow("CD2"), 2), lent("CD2"))
    journal = world.begin()
    (entry,) = world.result_of(journal.tend())
    assert (entry.number, entry.state, entry.last_word) == (1, EntryState.UNKNOWN, LastWord.NOTHING)
    assert entry.claim.operation == borrow()
    assert world.claim(journal, give_back(), 3) == Hindered(1)


def test_a_living_one_keeps_its_work(world):
    busy, journal = world.begin(), world.begin()
    world.claim(busy, borrow())
    world.pass_time(10 * LEASE)
    assert numbers(world, journal) == []


def test_a_process_elsewhere_is_watched(world, database):
    theirs, mine = world.begin(here=ELSEWHERE), world.begin()
    world.claim(theirs, borrow())
    if isinstance(database, Sqlite):  # which is on one machine: it has been started again
        assert numbers(world, mine) == [1]
        return
    for _ in range(20):  # as long as it shows that it lives
        world.pass_time(5)
        world.result_of(theirs.tend())
        assert numbers(world, mine) == []
    for _ in range(5):
        world.pass_time(5)
        assert numbers(world, mine) == []
    world.pass_time(5)
    assert numbers(world, mine) == [1]


def test_who_was_silent_and_comes_back_says_no_and_is_an_owner_again(world, database):
    if isinstance(database, Sqlite):
        return
    theirs, mine = world.begin(here=ELSEWHERE), world.begin()
    granted = world.claim(theirs, borrow())
    for _ in range(8):
        world.pass_time(5)
        world.result_of(mine.tend())
    assert world.answer(theirs, granted, lent()) == Unknown()
    world.result_of(theirs.tend())
    assert world.claim(theirs, borrow("CD2"), 2) == Granted(2)
    for _ in range(8):
        world.pass_time(5)
        world.result_of(theirs.tend())
        assert numbers(world, mine) == [1]


@pytest.mark.parametrize("outcome", [lent(), Unknown()], ids=lambda outcome: type(outcome).__name__)
def test_what_was_settled_as_not_done_before_it_was_sent_is_to_be_settled_anew(world, outcome):
    """Its process was stopped in between, and for so long that others took it for gone."""
    stopped, journal = world.begin(here=DEAD), world.begin()
    granted = world.claim(stopped, borrow())
    assert numbers(world, journal) == [1]
    world.result_of(journal.settle(1, Resolution.NOT_DONE, "The system never carried it out."))
    assert world.answer(stopped, granted, outcome) == Unknown()
    assert world.claim(journal, borrow(patron="R2"), 2) == Hindered(1)
    (entry,) = world.result_of(journal.tend())
    assert (entry.state, entry.last_word, entry.resolution) == (EntryState.UNKNOWN, LastWord.NOT_DONE, None)
    assert entry.outcome == (None if outcome == Unknown() else outcome)


def test_a_no_that_comes_after_it_was_settled_as_not_done_changes_nothing(world):
    stopped, journal = world.begin(here=DEAD), world.begin()
    granted = world.claim(stopped, borrow())
    world.result_of(journal.tend())
    world.result_of(journal.settle(1, Resolution.NOT_DONE, "The system never carried it out."))
    world.answer(stopped, granted, Refused(Reason.ITEM_ON_HOLD))
    assert numbers(world, journal) == []
    assert world.claim(journal, borrow(patron="R2"), 2) == Granted(2)


def test_what_is_answered_although_others_have_taken_it_over_tells_them_what_the_system_did(world):
    stopped, journal = world.begin(here=DEAD), world.begin()
    granted = world.claim(stopped, borrow())
    assert numbers(world, journal) == [1]
    assert world.answer(stopped, granted, lent()) == Unknown()
    (entry,) = world.result_of(journal.tend())
    assert (entry.state, entry.last_word, entry.outcome) == (EntryState.UNKNOWN, LastWord.NOT_DONE, lent())


def test_own_work_that_nobody_does_any_more_is_to_be_settled(world):
    journal = world.begin()
    world.claim(journal, borrow())
    assert numbers(world, journal) == []
    journal.over("boot-1")
    assert numbers(world, journal) == [1]


def test_many_entries_about_one_system_hold_none_about_another_back(world, monkeypatch):
    """The one may be away for days."""
    monkeypatch.setattr(work, "MOST_AT_ONCE", 2)
    journal = world.begin()
    for number, system in enumerate(["CDL"] * 3 + ["CQL"], 1):
        granted = world.claim(journal, borrow(f"CD{number}"), number, system=system)
        world.answer(journal, granted, Unknown())
    assert numbers(world, journal) == [1, 2, 4]


def test_what_is_settled_lets_others_pass(world):
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow()), Unknown())
    assert numbers(world, journal) == [1]
    assert world.claim(journal, borrow(), 2) == Joined(1, None)
    world.result_of(journal.settle(1, Resolution.UNDONE, "It was taken back."))
    assert numbers(world, journal) == []
    assert world.result_of(journal.wait_for(1, 0)) is None
    assert world.claim(journal, borrow(), 3) == Granted(2)


def test_what_is_left_to_a_person_hinders_all_but_a_return(world):
    """With which whatever there was of the loan is over."""
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow()), Unknown())
    world.result_of(journal.tend())
    world.result_of(journal.list_for_staff(1, "The system cannot tell."))
    assert numbers(world, journal) == []
    assert journal.counts.listed == {"CDL": 1}
    assert world.claim(journal, borrow(patron="R2"), 2) == Hindered(1)
    again = world.claim(journal, borrow(), 2)
    assert again == Joined(1, None)
    assert world.result_of(journal.wait_for(1, world.until)) == Unknown(), "nobody waits for a person"
    back = world.claim(journal, give_back(), 3)
    assert back == Granted(2)
    assert world.claim(journal, borrow(patron="R2"), 4) == Hindered(2)
    assert world.claim(journal, give_back(), 6) == Joined(2, None)
    world.answer(journal, back, lent())
    assert world.claim(journal, borrow(patron="R2"), 5) == Granted(3)
    assert world.result_of(journal.tend()) == []
    assert journal.counts.listed == {}


@pytest.mark.parametrize("resolution", [Resolution.DONE_NOW, Resolution.STANDS])
def test_a_return_whose_answer_was_lost_ends_the_loan_all_the_same(world, resolution):
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow()), Unknown())
    world.result_of(journal.list_for_staff(1, "The system cannot tell."))
    world.answer(journal, world.claim(journal, give_back(), 2), Unknown())
    world.result_of(journal.settle(2, resolution))
    assert world.claim(journal, borrow(patron="R2"), 3) == Granted(3)


def test_undoing_is_kept(world):
    journal = world.begin(here=DEAD)
    world.answer(journal, world.claim(journal, borrow()), Unknown())
    world.result_of(journal.undoing(1))
    (entry,) = world.result_of(world.begin().tend())
    assert entry.undoing


def test_what_a_person_has_settled_is_neither_undone_nor_settled_again(world, database):
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow()), Unknown())
    assert numbers(world, journal) == [1]
    JournalListing(database).settle("1", Resolution.STANDS, "Seen at the shelf.", world.now)
    assert world.result_of(journal.undoing(1)) is False
    assert world.result_of(journal.list_for_staff(1, "x")) is False
    assert world.result_of(journal.settle(1, Resolution.UNDONE, "x")) is False


def test_what_others_have_taken_over_is_theirs_to_undo(world):
    """Or it would be undone once more when the item has been lent again."""
    stopped, journal = world.begin(here=DEAD), world.begin()
    world.answer(stopped, world.claim(stopped, borrow()), Unknown())
    assert numbers(world, stopped) == [1]
    assert numbers(world, journal) == [1]
    assert world.result_of(stopped.undoing(1)) is False
    assert world.result_of(stopped.list_for_staff(1, "x")) is False
    assert world.result_of(stopped.settle(1, Resolution.UNDONE, "x")) is False
    assert world.result_of(journal.undoing(1)) is True


def an_owner(**more):
    return Owner(1, "host", "machine", "boot", "space", 10, 100, 0)._replace(**more)


def test_who_can_be_looked_for_is(world):
    here = an_owner()
    looks = {10: 100, 11: 200}.get

    def gone(other, *, one_host=False):
        return certainly_gone(other, here, one_host=one_host, started=looks)

    assert gone(an_owner()) is False
    assert gone(an_owner(process=12)) is True
    assert gone(an_owner(process=11)) is True, "another one with its number"
    assert gone(an_owner(namespace="other")) is None, "a container's process"
    assert gone(an_owner(boot="before")) is True
    assert gone(an_owner(boot="before", machine="other")) is None
    assert gone(an_owner(boot="before", machine="other"), one_host=True) is True
    assert gone(an_owner(boot=""), one_host=True) is None, "a system that tells nothing of its processes"


def test_silence_does_not_count_while_nobody_could_be_heard():
    now = [0.0]
    watch = Watch(lambda: now[0])
    for now[0] in (0.0, 5.0, 10.0):
        assert watch.silent([an_owner(beats=1)]) == []
    now[0] = 100.0
    assert watch.silent([an_owner(beats=1)]) == []
    for now[0] in (110.0, 120.0, 125.0):
        assert watch.silent([an_owner(beats=1)]) == []
    now[0] = 130.0
    assert watch.silent([an_owner(beats=1)]) == [1]


def test_owners_that_are_gone_and_have_left_nothing_are_forgotten(world):
    """Or there would be one more with each start."""
    busy = world.begin(here=DEAD)
    world.claim(busy, borrow())
    for _ in range(3):
        world.begin(here=DEAD)
    living = world.begin()
    count = world.result_of(living._threads.read(UnitOfWork("count", _owners), None))
    assert count == 2, "who has left something, and who lives"


def test_what_a_later_version_wrote_is_left_to_a_person_and_hinders_nothing_else(world):
    gone = world.begin(here=DEAD)
    world.claim(gone, borrow())
    world.claim(gone, borrow("CD2"), 2)
    spoilt = UnitOfWork("spoil", _spoilt)
    world.result_of(gone._threads.write(spoilt, None))
    journal = world.begin()
    assert numbers(world, journal) == [2]
    assert journal.counts.listed == {"CDL": 1}


def _spoilt(connection, jobs):
    return [connection.say("""UPDATE entry SET operation = '{"v":99}' WHERE number = 1""") for _ in jobs]


def _owners(connection, jobs):
    return [len(connection.rows(OWNERS)) for _ in jobs]
