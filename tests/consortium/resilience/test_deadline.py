"""Deadlines: what work that is given up can still say, and what nobody waits for."""

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock

from softdock.circulation.errors import AnswerLost, MalformedReply, SystemBusy, SystemUnavailable
from softdock.circulation.stepping import Waiting, step
from softdock.consortium.resilience import finish_within


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
    finish_within(clock, 3.0, waiting).addBoth(results.append)
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
    result = finish_within(clock, 3.0, step(answering_its_cancellation(SystemBusy("x"))))
    result.addErrback(failures.append)
    result.cancel()
    assert [type(each.value) for each in failures] == [CancelledError]
    assert clock.getDelayedCalls() == []
