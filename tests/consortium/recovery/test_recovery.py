"""All entries together: in which order, how many at once, and what happens while something is away."""

from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred
from twisted.logger import globalLogPublisher

from fake_journal import LOAN, an_entry
from recoveries import Village
from softdock.circulation.errors import AnswerLost, SystemBusy, SystemUnavailable
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.journal import Effect, EntryState, Resolution
from softdock.circulation.operations import BlockPatron, Checkin, Checkout, EnablePatron
from softdock.consortium.directory import Downtime
from softdock.consortium.recovery.findings import Finding
from softdock.consortium.recovery.recovery import AT_ONCE, BEFORE_LISTENING, TEND_EVERY, TO_THE_END
from softdock.consortium.resilience import BreakerRules
from stubs import StubSystem, a_library, comes_to_rest

CARD = PatronId("R0012345")


def returns(count, **facts):
    """So many entries, each about an item of its own."""
    return [an_entry(Checkin(ItemId(f"I{number}")), number, **facts) for number in range(1, count + 1)]


def results(here):
    return [here.journal.result_of(number) for number in here.journal.entries]


# --- before devices are listened to ---------------------------------------------------------------------


def test_everything_is_looked_at_before_devices_are_listened_to():
    here = Village(*returns(3))
    here.shown = Effect.DONE
    assert here.looks()
    assert results(here) == [Resolution.STANDS] * 3
    assert here.clock.getDelayedCalls() == []


def test_devices_do_not_wait_for_a_system_that_does_not_answer():
    """The others are settled; it is looked at again as long as SoftDock runs."""
    here = Village(*returns(1), an_entry(LOAN, 2, system="CQL"), deadline=60.0)
    here.add(a_library(StubSystem(show=lambda *_: Effect.NOT_DONE), id=LibraryId("CQL")))
    here.shown = answer = Deferred()
    looked = Deferred.fromCoroutine(here.recovery.before_listening())
    here.clock.advance(BEFORE_LISTENING - 1)
    assert not looked.called
    here.clock.advance(1)
    assert looked.called
    assert results(here) == [None, Resolution.NOT_DONE]
    answer.callback(Effect.DONE)
    assert results(here) == [Resolution.STANDS, Resolution.NOT_DONE]


def test_devices_do_not_wait_for_a_journal_that_does_not_answer():
    here = Village(*returns(1))
    here.journal.slowly = Deferred()
    looked = Deferred.fromCoroutine(here.recovery.before_listening())
    here.clock.advance(BEFORE_LISTENING)
    assert looked.called


def test_what_is_not_to_be_settled_yet_stays_for_later():
    here = Village(*returns(1), later=0)
    here.shown = Effect.NOT_YET
    assert here.looks()
    assert results(here) == [None]
    here.runs(130)
    assert results(here) == [Resolution.DONE_NOW]


# --- in which order, and how many ------------------------------------------------------------------------


def test_of_several_on_one_item_the_oldest_comes_first_and_has_to_end():
    """The second is not even looked at: what is shown of it depends on the first."""
    item, other = ItemId("CD0001"), ItemId("other")
    here = Village(an_entry(Checkin(item), 1), an_entry(Checkout(CARD, item), 2), an_entry(Checkin(other), 3))
    of_first = [SystemUnavailable("x"), Effect.NOT_DONE, Effect.DONE]
    looked_at = []

    def show(operation, _):
        looked_at.append(operation)
        if operation == Checkin(item):
            return of_first.pop(0)
        return Effect.NOT_DONE if operation == Checkout(CARD, item) else Effect.DONE

    here.system._show, here.answer = show, AnswerLost("x")
    here.looks()
    assert looked_at == [Checkin(item)]
    here.runs(1)
    assert results(here) == [None, None, Resolution.STANDS], "the other item goes on"
    here.runs(10)
    assert results(here) == [Resolution.STANDS, Resolution.NOT_DONE, Resolution.STANDS]
    assert looked_at.index(Checkout(CARD, item)) == len(looked_at) - 1


def test_one_that_is_left_to_a_person_does_not_keep_the_next_on_its_item_waiting():
    item = ItemId("CD0001")
    here = Village(an_entry(Checkin(item), 1), an_entry(Checkout(CARD, item), 2))
    here.shown = [Effect.UNCLEAR, Effect.NOT_DONE]
    here.looks()
    assert results(here) == ["listed", Resolution.NOT_DONE]


def test_what_is_about_no_item_is_taken_in_the_order_of_its_patron():
    here = Village(an_entry(BlockPatron(CARD), 1), an_entry(EnablePatron(CARD), 2))
    here.shown = Deferred()
    here.looks()
    assert [type(each) for each in here.system.looked_at] == [BlockPatron]


def test_a_system_is_asked_about_a_few_at_a_time():
    here = Village(*returns(20))
    answers = []
    here.system._show = lambda *_: answers.append(Deferred()) or answers[-1]
    here.looks()
    assert len(answers) == AT_ONCE
    for number in range(20):
        answers[number].callback(Effect.DONE)
        assert len(answers) == min(AT_ONCE + number + 1, 20)
    assert results(here) == [Resolution.STANDS] * 20


def test_a_crash_with_thousands_under_way_is_recovered_from():
    here = Village(*returns(5000))
    here.shown = Effect.DONE
    here.looks()
    assert set(results(here)) == {Resolution.STANDS}
    assert len(here.system.looked_at) == 5000


# --- systems that are away --------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [SystemUnavailable("x"), SystemBusy("x"), AnswerLost("x")])
def test_a_system_that_is_away_is_asked_rarely_and_keeps_no_other_waiting(error):
    here = Village(*returns(100), an_entry(LOAN, 101, system="CQL"))
    here.add(a_library(StubSystem(show=lambda *_: Effect.NOT_DONE), id=LibraryId("CQL")))
    here.shown = error
    here.looks()
    assert len(here.system.looked_at) == 1
    assert results(here)[100] is Resolution.NOT_DONE
    here.runs(600)
    assert len(here.system.looked_at) < 20
    here.shown = Effect.DONE
    here.runs(130)
    assert set(results(here)[:100]) == {Resolution.STANDS}


def test_a_breaker_that_is_open_is_respected():
    here = Village(*returns(10), breaker=BreakerRules(failures=1, pause=300.0, longest=300.0))
    here.shown = SystemUnavailable("x")
    here.runs(200)
    assert len(here.system.looked_at) == 1
    assert ("LIB", "breaker") in here.observer.withheld_from
    here.shown = Effect.DONE
    here.runs(200)
    assert set(results(here)) == {Resolution.STANDS}, "a look serves as the probe"


def test_a_system_is_not_asked_in_its_downtime():
    here = Village(*returns(1))
    library = here.libraries[LibraryId("LIB")]
    here.add(replace(library, downtime=Downtime()))
    here.shown = Effect.DONE
    here.runs(30)
    assert here.system.looked_at == []
    here.add(library)
    here.runs(1)
    assert results(here) == [Resolution.STANDS]


def test_one_that_is_never_answered_keeps_no_other_on_its_system_waiting_for_long():
    here = Village(*returns(20))
    here.system._show = lambda operation, _: (
        AnswerLost("x") if operation.item == "I1" else Effect.DONE
    )  # fmt: skip
    here.runs(5)
    assert results(here) == [None] + [Resolution.STANDS] * 19


def test_a_library_that_is_gone_is_waited_for_a_while():
    here = Village(*returns(2), later=0)
    library = here.libraries.pop(LibraryId("LIB"))
    here.shown = Effect.DONE
    here.runs(40)
    assert results(here) == [None, None]
    here.add(library)
    here.runs(40)
    assert results(here) == [Resolution.STANDS] * 2


def test_a_library_that_is_gone_for_good_leaves_its_entries_to_a_person():
    here = Village(*returns(2))
    here.libraries.clear()
    here.looks()
    assert results(here) == ["listed"] * 2
    assert here.remark == Finding.LIBRARY_GONE.value


# --- the journal --------------------------------------------------------------------------------------------


def test_while_the_journal_is_away_no_system_is_asked():
    """Nothing of what is found could be kept."""
    here = Village(*returns(3))
    here.shown = Effect.DONE
    here.journal.is_away = True
    assert here.looks()
    here.runs(30)
    assert here.system.looked_at == []
    here.journal.is_away = False
    here.runs(5)
    assert results(here) == [Resolution.STANDS] * 3


def test_a_journal_that_goes_away_stops_the_round():
    here = Village(*returns(10))
    here.system._show = lambda *_: setattr(here.journal, "is_away", True) or Effect.DONE
    here.looks()
    assert len(here.system.looked_at) == 1


def test_what_was_settled_while_the_journal_was_read_is_not_settled_again():
    """What it says is older than what was done meanwhile; a return would be booked twice."""
    here = Village(*returns(1), later=0)
    here.shown = Effect.NOT_YET
    here.runs(int(TEND_EVERY) - 1)
    here.shown, here.journal.slowly = Effect.NOT_DONE, Deferred()
    here.runs(1)
    assert results(here) == [Resolution.DONE_NOW]
    slowly, here.journal.slowly = here.journal.slowly, None
    slowly.callback(None)
    here.runs(10)
    assert len(here.system.asked) == 1


def test_that_undoing_has_begun_is_not_forgotten_by_reading_the_journal():
    """Or it would be sent again at once, when its answer was lost."""
    here = Village(an_entry(), later=0)
    here.shown, here.answer = Effect.NOT_YET, AnswerLost("x")
    here.runs(int(TEND_EVERY) - 1)
    here.shown, here.journal.slowly = Effect.DONE, Deferred()
    here.runs(1)
    assert len(here.system.asked) == 1
    slowly, here.journal.slowly = here.journal.slowly, None
    here.journal.entries[1] = replace(here.journal.entries[1], undoing=False)
    slowly.callback(None)
    here.runs(20)
    assert len(here.system.asked) == 1


def test_what_a_person_has_settled_while_it_waited_for_its_turn_is_not_looked_at():
    here = Village(*returns(AT_ONCE + 1))
    answers = []
    here.system._show = lambda *_: answers.append(Deferred()) or answers[-1]
    here.runs(1)
    last = here.journal.entries[AT_ONCE + 1]
    here.journal.entries[last.number] = replace(last, state=EntryState.SETTLED)
    here.runs(int(TEND_EVERY))
    for each in answers:
        each.callback(Effect.DONE)
    assert len(answers) == AT_ONCE


def test_what_a_person_has_settled_meanwhile_is_looked_at_no_more():
    here = Village(*returns(1))
    here.shown = SystemUnavailable("x")
    here.runs(5)
    looks = len(here.system.looked_at)
    here.journal.entries[1] = replace(here.journal.entries[1], state=EntryState.SETTLED)
    here.runs(300)
    assert len(here.system.looked_at) <= looks + 1


def test_what_a_person_has_settled_while_it_was_looked_at_is_left_as_it_is():
    """Above all, it is not undone."""
    here = Village(an_entry())

    def show(*_):
        here.journal.entries[1] = settled
        return Effect.DONE

    settled = replace(here.journal.entries[1], state=EntryState.SETTLED, resolution=Resolution.STANDS)
    here.system._show = show
    here.runs(30)
    assert here.system.asked == []
    assert here.journal.entries[1] == settled
    assert (here.observer.recoveries, here.observer.left) == ([], [])


@pytest.mark.parametrize("shown", [Effect.NOT_DONE, Effect.UNCLEAR])
def test_what_a_person_has_settled_is_not_told_as_the_work_of_the_recovery(shown):
    here = Village(an_entry())
    settled = replace(here.journal.entries[1], state=EntryState.SETTLED, resolution=Resolution.STANDS)
    here.system._show = lambda *_: here.journal.entries.update({1: settled}) or shown
    here.runs(10)
    assert here.journal.entries[1] == settled
    assert (here.observer.recoveries, here.observer.left) == ([], [])


def test_what_turns_up_later_is_found():
    here = Village()
    here.shown = Effect.DONE
    here.runs(5)
    here.journal.entries[1] = an_entry()
    here.system.undoing = lambda _: None
    here.runs(5)
    assert results(here) == ["listed"]


def test_a_fault_of_the_journal_is_told_and_does_not_end_the_recovery():
    here = Village(*returns(1))
    here.shown = Effect.DONE
    failures = []
    globalLogPublisher.addObserver(failures.append)
    try:
        here.journal._must_be_there = lambda: 1 / 0
        here.runs(5)
    finally:
        globalLogPublisher.removeObserver(failures.append)
    assert any("log_failure" in each for each in failures)
    del here.journal._must_be_there
    here.runs(5)
    assert results(here) == [Resolution.STANDS]


# --- the end ------------------------------------------------------------------------------------------------


def test_what_is_under_way_comes_to_its_end_and_nothing_new_begins():
    here = Village(*returns(10))
    answers = []
    here.system._show = lambda *_: answers.append(Deferred()) or answers[-1]
    here.runs(1)
    stopped = Deferred.fromCoroutine(here.recovery.stop())
    assert not stopped.called
    for each in answers:
        each.callback(Effect.DONE)
    assert stopped.called
    assert results(here).count(Resolution.STANDS) == AT_ONCE == len(answers)
    assert comes_to_rest(here.clock)


def test_what_does_not_come_to_its_end_is_given_up():
    here = Village(*returns(10), deadline=60.0)
    given_up = []
    here.system._show = lambda *_: Deferred(given_up.append)
    here.runs(1)
    stopped = Deferred.fromCoroutine(here.recovery.stop())
    here.clock.advance(TO_THE_END)
    assert stopped.called
    assert len(given_up) == AT_ONCE
    assert set(results(here)) == {None}
    assert comes_to_rest(here.clock)


def test_stopping_while_the_journal_is_read_is_no_fault():
    here = Village()
    here.journal.slowly = Deferred()
    here.runs(1)
    stopped = Deferred.fromCoroutine(here.recovery.stop())
    here.clock.advance(TO_THE_END)
    assert stopped.called
    assert comes_to_rest(here.clock)
