"""Deadlines: an answer within a time, whatever becomes of the work for it."""

from typing import TypeVar

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime

from softdock.circulation.errors import AnswerLost, SystemBusy, SystemUnavailable
from softdock.circulation.stepping import Waiting

Result = TypeVar("Result")

_SAYS_WHAT_HAPPENED = (SystemBusy, SystemUnavailable, AnswerLost)
"""The errors with which work that is given up can still tell whether its request was sent."""


def finish_within(clock: IReactorTime, seconds: float, waiting: Waiting[Result]) -> "Deferred[Result]":
    """What is left of `waiting`; after `seconds` of `clock` it fails, whatever `waiting` does.

    The work is cancelled then.  If it answers that at once with SystemBusy or SystemUnavailable (nothing was sent) or
    with AnswerLost, the result fails with this; else with the builtin TimeoutError.  Work that does not end by that is
    left to itself, and what it comes to is not heard.

    A CancelledError of its own becomes AnswerLost; cancelling the result cancels it, and fails with
    CancelledError as usual.  What returned without waiting never comes here, and arms no timer.
    """
    is_late = False

    def cancelled(result: Deferred[Result]) -> None:
        result.errback(CancelledError())
        waiting.cancel()

    def late() -> None:
        nonlocal is_late
        is_late = True
        waiting.cancel()
        if not result.called:
            result.errback(TimeoutError(f"no answer within {seconds:g} s"))

    def done(outcome: Result) -> None:
        if timer.active():
            timer.cancel()
        if not (is_late or result.called):
            result.callback(outcome)

    def failed(error: Exception) -> None:
        if timer.active():
            timer.cancel()
        if result.called or (is_late and not isinstance(error, _SAYS_WHAT_HAPPENED)):
            return
        result.errback(AnswerLost("the call was cancelled") if isinstance(error, CancelledError) else error)

    result: Deferred[Result] = Deferred(cancelled)
    timer = clock.callLater(seconds, late)
    waiting.finish(done, failed)
    return result
