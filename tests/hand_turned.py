"""Databases for tests: a reactor that is turned by hand, and results of work that is done in threads."""

from collections.abc import Callable
from queue import Empty, Queue
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from softdock.circulation.stepping import Waiting, step

LONGEST = 60
"""Seconds for which a thread may take to come back."""


class HandTurned:
    """Stands for a reactor towards threads: what they hand over is called by whoever waits for it."""

    def __init__(self) -> None:
        self._calls: Queue[Callable[[], object]] = Queue()

    def callFromThread(self, function: Callable[..., object], *arguments: object) -> None:  # noqa: N802
        self._calls.put(lambda: function(*arguments))

    def turn(self) -> None:
        """Call the next thing that a thread hands over."""
        self._calls.get(timeout=LONGEST)()

    def turns_soon(self) -> bool:
        """Call the next thing that a thread hands over, if there is one soon."""
        try:
            call = self._calls.get(timeout=0.02)
        except Empty:
            return False
        call()
        return True

    def result_of(self, work: Any) -> Any:
        """What a coroutine or a Deferred comes to; raises what it raises."""
        if not isinstance(work, Deferred):
            stepped = step(work)
            if not isinstance(stepped, Waiting):
                return stepped
            work = Deferred()
            stepped.finish(work.callback, work.errback)
        found: list[Any] = []
        work.addBoth(found.append)
        while not found:
            self.turn()
        if isinstance(found[0], Failure):
            found[0].raiseException()
        return found[0]
