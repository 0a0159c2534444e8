"""Threads for what would hold the reactor up: drivers of databases, and files."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

Result = TypeVar("Result")


class Wanted:
    """Whether somebody still waits for what a thread is to do: what nobody waits for is not begun, or not finished."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._begun = self._given_up = False

    def goes_on(self) -> bool:
        """Whether to begin, or to finish.  Called in the thread."""
        with self._lock:
            self._begun = self._begun or not self._given_up
            return not self._given_up

    def give_up(self) -> bool:
        """Nobody waits any more; whether it was begun by then."""
        with self._lock:
            self._given_up = True
            return self._begun


class Threads:
    """Up to `most` threads, each started when it is first needed.  Called in the reactor's thread alone.

    They keep nobody from ending the process: who closes them does not wait for what is under way.
    """

    def __init__(self, most: int, name: str, reactor: Any) -> None:
        self._most = most
        self._name = name
        self._reactor = reactor
        self._jobs: SimpleQueue[tuple[Callable[[], Any], Deferred[Any]] | None] = SimpleQueue()
        self._started = self._under_way = 0

    def run(self, work: Callable[[], Result]) -> "Deferred[Result]":
        """What `work` returns or raises, once one of the threads has done it.  It is not to be cancelled."""
        done: Deferred[Result] = Deferred()
        self._under_way += 1
        if self._started < min(self._under_way, self._most):
            self._started += 1
            Thread(target=self._serve, name=f"{self._name}-{self._started}", daemon=True).start()
        self._jobs.put((work, done))
        return done

    def close(self) -> None:
        """End the threads, once they have done what was asked of them."""
        for _ in range(self._started):
            self._jobs.put(None)

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, done = job
            outcome: Any
            try:
                outcome = work()
            except Exception:  # noqa: BLE001 - told to whoever waits, instead of ending unseen in a thread
                outcome = Failure()  # type: ignore[no-untyped-call]
            self._reactor.callFromThread(self._deliver, done, outcome)

    def _deliver(self, done: "Deferred[Any]", outcome: Any) -> None:
        self._under_way -= 1
        done.callback(outcome)  # a Failure becomes an error
