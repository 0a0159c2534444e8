"""Running a coroutine at once, and caring about waiting only if it really waits.

Most operations on the embedded library, and every refusal, end without waiting for anything.  Making a
Deferred, a timer and a callback for each of them costs more than the work itself; so whoever runs
an operation steps it first, and pays for waiting only when there is something to wait for.
"""

from collections.abc import Coroutine, Generator
from types import coroutine as generator_coroutine
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Waiting(Generic[Result]):
    """A coroutine that has begun and waits; `rest()` is what remains of it."""

    __slots__ = ("_awaited", "_coroutine")

    def __init__(self, coroutine: Coroutine[Any, Any, Result], awaited: object) -> None:
        self._coroutine = coroutine
        self._awaited = awaited

    def rest(self) -> Coroutine[Any, Any, Result]:
        """A coroutine that goes on where the first step stopped.  To be awaited once."""
        return _resumed(self._coroutine, self._awaited)


def step(coroutine: Coroutine[Any, Any, Result]) -> Result | Waiting[Result]:
    """Run `coroutine` until it returns or waits; what it raises before that is raised here."""
    try:
        awaited = coroutine.send(None)
    except StopIteration as stop:
        result: Result = stop.value
        return result
    return Waiting(coroutine, awaited)


async def _resumed(coroutine: Coroutine[Any, Any, Result], awaited: object) -> Result:
    return await _relay(coroutine, awaited)


@generator_coroutine
def _relay(coroutine: Coroutine[Any, Any, Result], awaited: object) -> Generator[Any, Any, Result]:
    while True:
        thrown: BaseException | None = None
        sent = None
        try:
            sent = yield awaited
        except GeneratorExit:
            coroutine.close()
            raise
        except BaseException as error:  # noqa: BLE001 - passed on to the coroutine, which decides
            thrown = error
        try:
            awaited = coroutine.send(sent) if thrown is None else coroutine.throw(thrown)
        except StopIteration as stop:
            result: Result = stop.value
            return result
