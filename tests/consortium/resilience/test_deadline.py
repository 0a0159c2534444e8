"""Deadlines: what work that is given up can still say, and what nobody waits for."""

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock

from softdock.circulation.errors import AnswerLost, MalformedReply, SystemBusy, SystemUnavailable
from softdock.circulation.stepping import Waiting, step
from softdock.consortium.resilience import Deadlines
from stubs import comes_to_rest


async def answering_its_cancellation(outcome):
    """Work that waits in vain and, told to stop, ends with `outcome` at once."""
    try:
        await Deferred()
    except CancelledError:
        if isinstance(outcome, Exception):
            raise outcome from None
        return outcome


def given_up(work):
    """What `work` comes to when its three seconds are over."""
    clock, results = Clock(), []
    waiting = step(work)
    assert isinstance(waiting, Waiting)
    Deadlines(clock).finish(waiting, 3.0).addBoth(results.append)
    clock.advance(2.9)
    assert not results
    clock.advance(0.2)
    assert clock.getDelayedCalls() == []
    (failure,) = results
    return failure.value


@pytest.mark.parametrize("said", [SystemBusy("no free connection"), SystemUnavailable("x"), AnswerLost("x")])
def test_work_that_is_given_up_may_say_whether_its_request_was_sent(said):
    """What waited for a connection was never sent: that is a refusal, and no patron is sent to the desk for it."""
    assert given_up(answering_its_cancellation(said)) is said


@pytest.mark.parametrize(
    "said", [None, "an answer", MalformedReply("a", "b", "c"), KeyError("a bug"), CancelledError()]
)
def test_whatever_else_it_says_then_is_too_late(said):
    assert isinstance(given_up(answering_its_cancellation(said)), TimeoutError)


def test_what_is_said_after_that_is_not_heard():
    """Work that goes on for a while before it ends is not waited for, even if it ends with a name."""
    later = Deferred()

    async def slow_to_stop():
        try:
            await Deferred()
        except CancelledError:
            await later

    assert isinstance(given_up(slow_to_stop()), TimeoutError)
    later.errback(SystemBusy("x"))


def test_a_cancellation_from_outside_stays_one_whatever_the_work_says():
    clock, failures = Clock(), []
    result = Deadlines(clock).finish(step(answering_its_cancellation(SystemBusy("x"))), 3.0)
    result.addErrback(failures.append)
    result.cancel()
    assert [type(each.value) for each in failures] == [CancelledError]
    assert comes_to_rest(clock)


# --- several at one time ------------------------------------------------------------------------------------


def waiting_for(deferred):
    async def work():
        return await deferred

    return step(work())


def test_each_ends_at_its_own_time_whatever_the_order_in_which_they_came():
    clock, ended = Clock(), []
    deadlines = Deadlines(clock)
    for until in (5.0, 1.0, 3.0):
        result = deadlines.finish(waiting_for(Deferred()), until)
        result.addErrback(lambda failure, until=until: ended.append((until, clock.seconds(), failure.type)))
    clock.pump([1.0] * 6)

    assert ended == [(1.0, 1.0, TimeoutError), (3.0, 3.0, TimeoutError), (5.0, 5.0, TimeoutError)]
    assert not clock.getDelayedCalls()


def test_one_that_is_slow_keeps_no_memory_of_those_that_ended_behind_it():
    clock = Clock()
    deadlines = Deadlines(clock)
    slow = deadlines.finish(waiting_for(Deferred()), 8.0)
    for _ in range(1_000):
        answer = Deferred()
        result = deadlines.finish(waiting_for(answer), 8.0)
        answer.callback("done")
        assert result.result == "done"

    assert len(deadlines._ahead) < 200
    assert len(clock.getDelayedCalls()) == 1
    clock.advance(8.0)
    slow.addErrback(lambda failure: failure.trap(TimeoutError))
    assert slow.called


def test_a_timer_is_armed_once_however_much_begins_and_ends():
    clock = Clock()
    deadlines = Deadlines(clock)
    timers = set()
    for _ in range(100):
        answer = Deferred()
        deadlines.finish(waiting_for(answer), clock.seconds() + 8.0)
        answer.callback(None)
        timers |= {id(each) for each in clock.getDelayedCalls()}
        clock.advance(0.01)
    clock.advance(8.0)

    assert len(timers) == 1
    assert not clock.getDelayedCalls()


def test_what_is_begun_by_something_that_ran_out_of_time_has_its_own():
    clock, ended = Clock(), []
    deadlines = Deadlines(clock)

    def again(failure):
        deadlines.finish(waiting_for(Deferred()), 2.0).addErrback(lambda _: ended.append(clock.seconds()))

    deadlines.finish(waiting_for(Deferred()), 1.0).addErrback(again)
    clock.pump([0.5] * 5)

    assert ended == [2.0]
