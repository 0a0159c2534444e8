"""What becomes of one entry, by what its system shows and answers; and of a process that is killed on the way."""

from datetime import timedelta

import pytest
from twisted.internet.defer import Deferred
from twisted.logger import globalLogPublisher

from fake_journal import LOAN, an_entry
from recoveries import DONE, Village
from softdock.circulation.errors import (
    AnswerLost,
    MalformedReply,
    SystemBusy,
    SystemUnavailable,
    Unsupported,
)
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.journal import Effect, Resolution
from softdock.circulation.operations import CancelHold, ChangeHold, Checkin, Checkout, PlaceHold, Renew
from softdock.circulation.outcomes import Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.consortium.recovery.findings import Finding
from softdock.consortium.recovery.inquiry import MOST_UNDOS, as_it_happened
from softdock.consortium.recovery.recovery import MOST_FAULTS
from stubs import NOON

ITEM = ItemId("CD0001")
RETURN = Checkin(ITEM)
UNDO = Checkin(ITEM, cancel=True)
DAY_BEFORE = NOON - timedelta(days=1)


def village(operation=LOAN, shown=Effect.UNCLEAR, answer=DONE, **facts) -> Village:
    entry = {name: facts.pop(name) for name in ("outcome", "undoing") if name in facts}
    made = Village(an_entry(operation, **entry), **facts)
    made.shown, made.answer = shown, answer
    return made


# --- without asking for anything ----------------------------------------------------------------------


def test_what_the_system_never_did_is_settled():
    here = village(shown=Effect.NOT_DONE, later=0)
    assert here.looks()
    assert here.journal.result_of() is Resolution.NOT_DONE
    assert here.system.asked == []


def test_what_a_slow_system_may_still_do_is_waited_for():
    """A minute by default, counted from the claim."""
    here = village(shown=Effect.NOT_YET, later=10)
    here.runs(49)
    assert here.journal.result_of() is None
    here.runs(60)
    assert here.journal.result_of() is Resolution.NOT_DONE
    assert len(here.system.looked_at) < 10, "more and more rarely"


def test_what_a_slow_system_does_in_the_end_is_undone():
    here = village(shown=[Effect.NOT_YET, Effect.NOT_YET, Effect.DONE, Effect.NOT_DONE], later=0)
    here.runs(10)
    assert here.journal.result_of() is Resolution.UNDONE


def test_a_clock_on_the_wall_that_was_set_back_keeps_nothing_for_ever():
    here = Village(an_entry(at=NOON + timedelta(days=1)))
    here.shown = Effect.NOT_YET
    here.runs(130)
    assert here.journal.result_of() is Resolution.NOT_DONE


@pytest.mark.parametrize("shown", [Effect.UNCLEAR, Unsupported("no lookups")])
def test_what_the_system_cannot_tell_is_left_to_a_person(shown):
    here = village(shown=shown)
    here.looks()
    assert here.journal.result_of() == "listed"
    assert here.remark == Finding.UNCLEAR.value
    assert [remark for _, remark in here.observer.left] == [here.remark]


# --- undoing ------------------------------------------------------------------------------------------


def test_a_loan_of_which_the_device_heard_no_is_taken_back():
    here = village(shown=[Effect.DONE, Effect.NOT_DONE])
    before = []
    here.system._respond = lambda _: before.append(here.journal.entries[1].undoing) or DONE
    here.looks()
    assert here.system.asked == [UNDO]
    assert before == [True], "that undoing begins is kept before it does"
    assert here.journal.result_of() is Resolution.UNDONE
    assert [(each.number, word) for each, word, _ in here.observer.recoveries] == [(1, Resolution.UNDONE)]


def test_a_hold_of_which_the_device_heard_no_is_cancelled():
    hold = PlaceHold(PatronId("R1"), ITEM)
    here = village(hold, shown=[Effect.DONE, Effect.NOT_YET])
    here.looks()
    assert here.system.asked == [CancelHold(hold.patron, ITEM)]
    assert here.journal.result_of() is Resolution.UNDONE


def test_an_undoing_that_was_answered_needs_no_proof_where_the_system_cannot_tell():
    here = village(shown=[Effect.DONE, Effect.UNCLEAR])
    here.looks()
    assert here.journal.result_of() is Resolution.UNDONE


@pytest.mark.parametrize(("later", "undone"), [(299, True), (301, False)])
def test_a_loan_that_nobody_can_see_is_taken_back_within_minutes_or_not_at_all(later, undone):
    """Later, the item may have been lent to somebody else."""
    here = village(shown=Effect.UNCLEAR, outcome=DONE, later=later)
    here.looks()
    assert here.system.asked == ([UNDO] if undone else [])
    assert here.journal.result_of() == (Resolution.UNDONE if undone else "listed")


def test_an_earlier_loan_that_stands_again_is_not_taken_for_the_one_that_was_undone():
    """A renewal was undone: the item is still lent to the patron, and the undoing itself is shown."""
    here = village(shown=Effect.DONE)
    here.undone = Effect.DONE
    here.looks()
    assert len(here.system.asked) == 1
    assert here.journal.result_of() is Resolution.UNDONE


def test_a_system_that_says_it_took_it_back_and_did_not_is_left_to_a_person():
    here = village(shown=Effect.DONE)
    here.looks()
    assert here.remark == Finding.UNDONE_BUT_SHOWN.value


def test_a_system_that_refuses_to_take_it_back_is_left_to_a_person():
    here = village(shown=Effect.DONE, answer=Refused(Reason.NOTHING_TO_UNDO, note="R0012345 says no"))
    here.looks()
    assert here.remark == Finding.REFUSED_TO_UNDO.sentence(Reason.NOTHING_TO_UNDO)


def test_what_was_gone_before_it_could_be_taken_back_is_settled():
    """Staff were faster."""
    here = village(shown=[Effect.DONE, Effect.NOT_DONE], answer=Refused(Reason.ITEM_NOT_LENT))
    here.looks()
    assert here.journal.result_of() is Resolution.UNDONE


def test_what_cannot_be_undone_is_left_to_a_person():
    here = village(ChangeHold(PatronId("R1"), ITEM), shown=Effect.DONE)
    here.looks()
    assert here.remark == Finding.CANNOT_UNDO.value
    assert not here.journal.entries[1].undoing
    assert here.system.asked == []


@pytest.mark.parametrize(
    "answer", [Refused(Reason.SYSTEM_BUSY), Refused(Reason.DOWNTIME), SystemUnavailable("x"), SystemBusy("x")]
)
def test_an_undoing_that_was_not_begun_is_tried_again_soon(answer):
    here = village(shown=Effect.DONE, answer=[answer, answer, DONE])
    here.undone = [Effect.NOT_DONE, Effect.NOT_DONE, Effect.DONE]
    here.runs(15)
    assert len(here.system.asked) == 3
    assert here.journal.result_of() is Resolution.UNDONE


def test_an_undoing_whose_answer_was_lost_is_looked_for_first():
    here = village(shown=[Effect.DONE, Effect.DONE, Effect.NOT_DONE], answer=AnswerLost("x"))
    here.runs(10)
    assert here.system.asked == [UNDO]
    assert here.journal.result_of() is Resolution.UNDONE


@pytest.mark.parametrize("answer", [AnswerLost("x"), Unknown()])
def test_an_undoing_that_is_never_answered_is_sent_no_more_than_twice(answer):
    here = village(shown=Effect.DONE, answer=answer)
    here.runs(50)
    assert len(here.system.asked) == 1, "a slow system is given its time"
    here.runs(400)
    assert len(here.system.asked) == MOST_UNDOS
    assert here.remark == Finding.UNDOING_NOT_ANSWERED.value


# --- what has happened --------------------------------------------------------------------------------


def test_a_return_is_booked_for_the_time_when_the_book_came_back():
    here = village(RETURN, shown=Effect.NOT_DONE)
    here.looks()
    assert here.system.asked == [Checkin(ITEM, returned=NOON)]
    entry = here.journal.entries[1]
    assert (entry.resolution, entry.outcome) == (Resolution.DONE_NOW, DONE)


@pytest.mark.parametrize(
    ("operation", "sent"),
    [
        (Checkin(ITEM, returned=DAY_BEFORE), Checkin(ITEM, returned=DAY_BEFORE)),
        (
            Checkin(ITEM, happened=DAY_BEFORE, no_block=True),
            Checkin(ITEM, returned=DAY_BEFORE, happened=DAY_BEFORE, no_block=True),
        ),
        (
            Checkout(PatronId("R1"), ITEM, no_block=True),
            Checkout(PatronId("R1"), ITEM, no_block=True, happened=NOON),
        ),
        (Renew(PatronId("R1"), ITEM), Renew(PatronId("R1"), ITEM)),
        (PlaceHold(PatronId("R1"), ITEM), PlaceHold(PatronId("R1"), ITEM)),
    ],
)
def test_what_has_happened_keeps_its_time(operation, sent):
    assert as_it_happened(operation, NOON) == sent


def test_a_return_is_repeated_until_it_is_booked():
    lost = [AnswerLost("x"), Unknown(), SystemUnavailable("x"), Refused(Reason.SYSTEM_BUSY)]
    here = village(RETURN, shown=Effect.NOT_DONE, answer=[*lost, DONE])
    here.runs(900)
    assert len(here.system.asked) == len(lost) + 1
    assert here.journal.result_of() is Resolution.DONE_NOW


def test_a_return_that_a_slow_system_may_be_about_to_book_is_not_sent_again_at_once():
    here = village(RETURN, shown=Effect.NOT_YET, answer=AnswerLost("x"))
    here.runs(50)
    assert len(here.system.asked) == 1
    here.runs(40)
    assert len(here.system.asked) == 2


def test_a_return_that_was_booked_although_its_answer_was_lost_is_not_booked_again():
    here = village(RETURN, shown=[Effect.NOT_DONE, Effect.DONE], answer=AnswerLost("x"))
    here.runs(5)
    assert len(here.system.asked) == 1
    assert here.journal.result_of() is Resolution.STANDS


def test_a_return_that_is_refused_because_it_was_booked_a_moment_before_stands():
    here = village(RETURN, shown=[Effect.NOT_YET, Effect.DONE], answer=Refused(Reason.ITEM_NOT_LENT))
    here.looks()
    assert here.journal.result_of() is Resolution.STANDS


def test_a_system_that_refuses_what_has_happened_is_left_to_a_person():
    here = village(RETURN, shown=Effect.NOT_DONE, answer=Refused(Reason.ITEM_UNKNOWN))
    here.looks()
    assert here.remark == Finding.REFUSED_WHAT_HAPPENED.sentence(Reason.ITEM_UNKNOWN)


def test_what_the_system_turns_out_to_be_unable_to_do_is_left_to_a_person():
    here = village(RETURN, shown=Effect.NOT_DONE, answer=Unsupported("no returns"))
    here.looks()
    assert here.remark == Finding.REFUSED_WHAT_HAPPENED.sentence(Reason.NOT_SUPPORTED)


# --- systems and adapters that are no help --------------------------------------------------------------


@pytest.mark.parametrize("error", [MalformedReply("a.yaml:3", "due", "x"), KeyError("a bug")])
def test_what_never_gets_a_usable_answer_is_left_to_a_person(error):
    here = village(shown=error)
    failures = []
    globalLogPublisher.addObserver(failures.append)
    try:
        here.runs(60)
        assert here.journal.result_of() is None
        here.runs(140)
    finally:
        globalLogPublisher.removeObserver(failures.append)
    assert here.remark == Finding.NO_USABLE_ANSWER.value
    assert len(here.system.looked_at) == MOST_FAULTS
    told = sum("log_failure" in each for each in failures)
    assert told == (MOST_FAULTS if isinstance(error, KeyError) else 0), "a bug is told with its traceback"


def test_a_fault_that_passes_is_forgotten():
    here = village(shown=[KeyError("a bug"), MalformedReply("a.yaml:3", "due", "x"), Effect.NOT_DONE])
    here.runs(10)
    assert here.journal.result_of() is Resolution.NOT_DONE


# --- killed on the way ----------------------------------------------------------------------------------


def test_killed_before_the_undoing_was_sent_it_is_sent_by_the_next():
    """That it was not is known at once only where the system can tell."""
    here = village(shown=Effect.DONE, undoing=True)
    here.undone = [Effect.NOT_DONE, Effect.DONE]
    here.looks()
    assert here.system.asked == [UNDO]
    assert here.journal.result_of() is Resolution.UNDONE


def test_killed_after_the_undoing_was_sent_a_slow_system_is_given_its_time():
    here = village(shown=[Effect.DONE] * 3 + [Effect.NOT_DONE], undoing=True)
    here.runs(10)
    assert here.system.asked == []
    assert here.journal.result_of() is Resolution.UNDONE


def test_killed_while_the_undoing_was_under_way_the_next_finds_it_undone():
    here = village(shown=Effect.DONE, answer=Deferred())
    here.looks()
    here.killed()
    here.shown = Effect.NOT_DONE
    here.looks()
    assert here.system.asked == [UNDO], "the one of the process that was killed"
    assert here.journal.result_of() is Resolution.UNDONE


def test_killed_on_the_way_and_nobody_can_tell_it_is_left_to_a_person():
    here = village(undoing=True)
    here.runs(50)
    assert here.journal.result_of() is None
    here.runs(50)
    assert here.remark == Finding.UNDONE_OR_NOT.value
    assert here.system.asked == []


def test_an_undoing_that_is_shown_is_enough_where_the_operation_cannot_be_told():
    here = village(undoing=True)
    here.undone = Effect.DONE
    here.looks()
    assert here.journal.result_of() is Resolution.UNDONE


def test_an_undoing_that_can_be_undone_no_more_is_left_to_a_person():
    """A new profile of the system came with the new process."""
    here = village(shown=Effect.DONE, undoing=True)
    here.system.undoing = lambda _: None
    here.looks()
    assert here.remark == Finding.CANNOT_UNDO.value


def test_killed_after_a_return_was_booked_the_next_finds_it_booked():
    here = village(RETURN, shown=Effect.NOT_DONE, answer=Deferred())
    here.looks()
    here.killed()
    here.shown = Effect.DONE
    here.looks()
    assert len(here.system.asked) == 1
    assert here.journal.result_of() is Resolution.STANDS


def test_a_journal_that_goes_away_meanwhile_leads_to_no_second_undoing():
    here = village(shown=[Effect.DONE, Effect.NOT_DONE])

    def answers(_):
        here.journal.is_away = True
        return DONE

    here.system._respond = answers
    here.looks()
    assert here.journal.result_of() is None
    here.journal.is_away = False
    here.runs(10)
    assert here.system.asked == [UNDO]
    assert here.journal.result_of() is Resolution.UNDONE


def test_nothing_is_undone_while_that_cannot_be_kept():
    here = village(shown=Effect.DONE)
    here.system._show = lambda *_: setattr(here.journal, "is_away", True) or Effect.DONE
    here.looks()
    here.runs(10)
    assert here.system.asked == []
