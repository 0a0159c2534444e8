"""Running a coroutine at once, and caring about waiting only if it really waits.

Most operations on the embedded library, and every refusal, end without waiting for anything.  Making a
Deferred, a timer and a callback for each of them costs more than the work itself; so whoever runs
an operation steps it first, and pays for waiting only when there is something to wait for.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Generic, Protocol, TypeVar

Result = TypeVar("Result")


class Awaited(Protocol):
    """What a coroutine waits for: a Deferred, of which nothing more is known here."""

    def addCallbacks(self, callback: Callable[[Any], Any], errback: Callable[[Any], Any]) -> Any:  # noqa: N802
        """Have one of the two called once it is known what came of it."""

    def cancel(self) -> None:
        """Give it up."""


class Waiting(Generic[Result]):
    """A coroutine that has begun and waits; `finish` runs what remains of it."""

    __slots__ = ("_awaited", "_coroutine", "_done", "_failed")

    def __init__(self, coroutine: Coroutine[Any, Any, Result], awaited: Awaited) -> None:
        self._coroutine = coroutine
        self._awaited = awaited

    def finish(self, done: Callable[[Result], object], failed: Callable[[Exception], object]) -> None:
        """Go on where the first step stopped, whenever there is something to go on with.

        In the end `done` is called with the result, or `failed` with what was raised.  To be called once.  It does what
        a Deferred made of a coroutine would, without making one.
        """
        self._done, self._failed = done, failed
        self._awaited.addCallbacks(self._resume, self._raise)

    def cancel(self) -> None:
        """Give up what the coroutine waits for, which raises CancelledError in it."""
        self._awaited.cancel()

    def _resume(self, _result: object) -> None:
        self._run(self._coroutine.send, None)

    def _raise(self, failure: Any) -> None:
        self._run(self._coroutine.throw, failure.value)

    def _run(self, way: Callable[[Any], Any], value: object) -> None:
        try:
            awaited = way(value)
        except StopIteration as stop:
            self._done(stop.value)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            self._failed(error)
        else:
            self._awaited = awaited
            awaited.addCallbacks(self._resume, self._raise)


def step(coroutine: Coroutine[Any, Any, Result]) -> Result | Waiting[Result]:
    """Run `coroutine` until it returns or waits; what it raises before that is raised here."""
    try:
        awaited = coroutine.send(None)
    except StopIteration as stop:
        result: Result = stop.value
        return result
    return Waiting(coroutine, awaited)
