"""How many devices each worker may have: no more than a few above the one that has the fewest.

Devices keep their connections for weeks, and whoever accepts first keeps the device.  So the supervisor tells each
worker a ceiling; at it a worker accepts no more, and asks for another.  The worker with the fewest always has room,
and one that does not report does not hold the others back.
"""

from collections.abc import Callable, Iterable

from twisted.internet.interfaces import IReactorTime

SLACK = 4
"""Devices that a worker may have above the worker with the fewest."""

REPORT_EVERY = 0.5
"""Seconds between two reports of a worker that has nothing to ask for."""

PATIENCE = 5.0
"""Seconds after its last report from which on a worker is not counted."""


def ceiling(sessions: Iterable[int]) -> int:
    """How many devices a worker may have, while those that count have so many.

    >>> ceiling([12, 3, 5])
    7
    """
    return min(sessions) + SLACK


class Balance:
    """Keeps the numbers of devices of all workers close together."""

    def __init__(self, clock: IReactorTime, tell: Callable[[int, int], None]) -> None:
        """`tell` has a worker (by its number) told its ceiling."""
        self._clock = clock
        self._tell = tell
        self._reports: dict[int, tuple[int, float]] = {}
        """Of each worker: how many devices it has, and when it said so."""
        self._open = False
        self._last: int | None = None

    def begin(self) -> None:
        """All workers listen: devices may come.  Before, one would take all that wait."""
        self._open = True
        self._tell_all()

    def reported(self, worker: int, sessions: int) -> None:
        """A worker has so many devices.  It is told its ceiling, and the others if that is another now."""
        self._reports[worker] = (sessions, self._clock.seconds())
        if not self._open:
            return
        if self._now() != self._last:
            self._tell_all()
        elif self._last is not None:
            self._tell(worker, self._last)

    def left(self, worker: int) -> None:
        """A worker is gone, and its devices with it."""
        self._reports.pop(worker, None)
        if self._open and self._now() != self._last:
            self._tell_all()

    def sessions(self, worker: int) -> int:
        """How many devices a worker had when it last said so."""
        return self._reports.get(worker, (0, 0.0))[0]

    def hears(self, worker: int, within: float) -> bool:
        """Whether a worker has reported in the last so many seconds."""
        return worker in self._reports and self._clock.seconds() - self._reports[worker][1] <= within

    def _now(self) -> int | None:
        counted = [count for worker, (count, _) in self._reports.items() if self.hears(worker, PATIENCE)]
        return ceiling(counted) if counted else None

    def _tell_all(self) -> None:
        self._last = self._now()
        if self._last is not None:
            for worker in list(self._reports):
                self._tell(worker, self._last)
