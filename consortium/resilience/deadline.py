"""Deadlines: an answer within a time, whatever becomes of the work for it."""

from heapq import heapify, heappop, heappush
from typing import Any, Generic, TypeVar

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from softdock.circulation.errors import AnswerLost, SystemBusy, SystemUnavailable
from softdock.circulation.stepping import Waiting

Result = TypeVar("Result")

_SAYS_WHAT_HAPPENED = (SystemBusy, SystemUnavailable, AnswerLost)
"""The errors with which work that is given up can still tell whether its request was sent."""

_NOT_WORTH_TIDYING = 64


class Deadlines:
    """Ends work in time.  One timer serves all of it: whose time comes first is looked at first.

    It is not stopped when that work has ended: it runs out, and then serves whatever is ahead.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._ahead: list[tuple[float, int, _Work[Any]]] = []
        """By time, a heap; some of it is over."""
        self._over = 0
        """How many of those."""
        self._count = 0
        self._timer: IDelayedCall | None = None
        self._next_look = 0.0

    def finish(self, waiting: Waiting[Result], until: float) -> "Deferred[Result]":
        """What is left of `waiting`; when the clock shows `until` it fails, whatever `waiting` does.

        The work is cancelled then.  If it answers that at once with SystemBusy or SystemUnavailable (nothing was sent)
        or with AnswerLost, the result fails with this; else with the builtin TimeoutError.  Work that does not end by
        that is left to itself, and what it comes to is not heard.

        A CancelledError of its own becomes AnswerLost; cancelling the result cancels it, and fails with
        CancelledError as usual.  What returned without waiting never comes here, and arms no timer.
        """
        work = _Work(waiting, self)
        self._count += 1
        heappush(self._ahead, (until, self._count, work))
        if self._timer is None or until < self._next_look:
            self._arm()
        waiting.finish(work.done, work.failed)
        return work.result

    def ended(self) -> None:
        """Some work has come to its end before its time."""
        ahead = self._ahead
        self._over += 1
        while ahead and ahead[0][2].is_over:
            heappop(ahead)
            self._over -= 1
        if self._over > _NOT_WORTH_TIDYING and self._over > len(ahead) // 2:
            ahead[:] = [each for each in ahead if not each[2].is_over]
            heapify(ahead)
            self._over = 0

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._next_look = until = self._ahead[0][0]
        self._timer = self._clock.callLater(max(until - self._clock.seconds(), 0.0), self._look)

    def _look(self) -> None:
        """Somebody's time may have come."""
        self._timer = None
        now, ahead = self._clock.seconds(), self._ahead
        while ahead and (ahead[0][2].is_over or ahead[0][0] <= now):
            _, _, work = heappop(ahead)
            if work.is_over:
                self._over -= 1
            else:
                work.late()
        if ahead and self._timer is None:
            self._arm()


class _Work(Generic[Result]):
    """Some work, and who waits for what it comes to."""

    __slots__ = ("_deadlines", "_waiting", "is_over", "result")

    def __init__(self, waiting: Waiting[Result], deadlines: Deadlines) -> None:
        self._waiting: Waiting[Result] | None = waiting
        """None once it is over: the work knows who waits for it, and a ring of the two would wait for the collector."""
        self._deadlines = deadlines
        self.is_over = False
        """It has ended, or its time has."""
        self.result: Deferred[Result] = Deferred(self._cancelled)

    def done(self, outcome: Result) -> None:
        if not self.is_over:
            self.is_over, self._waiting = True, None
            self._deadlines.ended()
            self.result.callback(outcome)

    def failed(self, error: Exception) -> None:
        if self.is_over:
            if not self.result.called and isinstance(error, _SAYS_WHAT_HAPPENED):
                self.result.errback(error)
            return
        self.is_over, self._waiting = True, None
        self._deadlines.ended()
        given_up = isinstance(error, CancelledError)
        self.result.errback(AnswerLost("the call was cancelled") if given_up else error)

    def late(self) -> None:
        """Its time has come."""
        assert self._waiting is not None
        self.is_over = True
        self._waiting.cancel()
        self._waiting = None
        if not self.result.called:
            self.result.errback(TimeoutError("no answer in time"))

    def _cancelled(self, result: "Deferred[Result]") -> None:
        """Whoever waited does so no longer."""
        result.errback(CancelledError())
        waiting, self._waiting = self._waiting, None
        self.is_over = True
        self._deadlines.ended()
        if waiting is not None:
            waiting.cancel()
