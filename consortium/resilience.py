"""Keeping one slow or hostile party from everybody else."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime

from softdock.circulation.errors import AnswerLost, SystemBusy, SystemUnavailable
from softdock.circulation.stepping import Waiting

Result = TypeVar("Result")
Key = TypeVar("Key", bound=Hashable)


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


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Throttle(Generic[Key]):
    """Makes whoever fails again and again wait longer and longer.

    The first `free` failures cost nothing; after them each try has to keep a distance from the one before,
    1 s at first and twice as much each time, up to `longest`.  A success, or `forget` seconds without a
    try, wipes the slate.  At most `capacity` keys are remembered; the oldest is forgotten for a new one.
    """

    def __init__(self, *, free: int, longest: float, forget: float = 900.0, capacity: int = 10_000) -> None:
        self._free = free
        self._longest = longest
        self._forget = forget
        self._capacity = capacity
        self.failures: OrderedDict[Key, _Failures] = OrderedDict()
        """Who has failed lately.  Empty, as a rule: the one question on the way of a success."""

    def turn(self, key: Key, now: float, longest_wait: float) -> float | None:
        """Seconds until `key` may try, 0 for at once; None if that is more than `longest_wait`.

        A try that may wait is taken as made at its time, so tries at the same moment queue behind each other;
        one that is turned away leaves nothing behind, so nobody is locked out by being refused.
        """
        failures = self.failures.get(key)
        if failures is None:
            return 0.0
        if now - failures.last > self._forget:
            del self.failures[key]
            return 0.0
        over = failures.count - self._free
        if over < 0:
            return 0.0
        due = failures.last + min(2.0**over, self._longest)
        if due <= now:
            return 0.0
        if due - now > longest_wait:
            return None
        failures.last = due
        return due - now

    def failed(self, key: Key, now: float) -> None:
        """`key` has failed once more."""
        failures = self.failures.get(key)
        if failures is None:
            if len(self.failures) >= self._capacity:
                self.failures.popitem(last=False)
            self.failures[key] = _Failures(1, now)
            return
        failures.count = min(failures.count + 1, 64)
        failures.last = max(failures.last, now)
        self.failures.move_to_end(key)

    def succeeded(self, key: Key) -> None:
        """`key` has proven itself."""
        self.failures.pop(key, None)
