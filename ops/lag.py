"""How late the reactor is: the one number that says whether a process has too much to do.

Everything runs in one thread.  While it computes, no device is heard; a timer that should have run in the
meantime runs late by just as much.
"""

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from softdock.ops.metrics import Durations

INTERVAL = 0.5
"""Seconds between two measurements."""


class ReactorLag:
    """Measures again and again how late a timer runs.

    Arms each timer itself: `LoopingCall` keeps to its grid, and skips over the very delay that is to be
    measured here.
    """

    def __init__(self, clock: IReactorTime, interval: float = INTERVAL) -> None:
        self.durations = Durations()
        self._clock = clock
        self._interval = interval
        self._due = 0.0
        self._timer: IDelayedCall | None = None

    def start(self) -> None:
        """Begin to measure."""
        if self._timer is None:
            self._arm()

    def stop(self) -> None:
        """Measure no more; what was measured stays."""
        timer, self._timer = self._timer, None
        if timer is not None and timer.active():
            timer.cancel()

    def _arm(self) -> None:
        self._due = self._clock.seconds() + self._interval
        self._timer = self._clock.callLater(self._interval, self._measure)

    def _measure(self) -> None:
        self.durations.add(max(0.0, self._clock.seconds() - self._due))
        self._arm()
