"""The circuit breaker: who is away is left alone for a while, and asked again with care."""

from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from softdock.circulation.records import record
from softdock.circulation.words import Word


class BreakerState(Word):
    """How a breaker stands, in the words of electricians: a closed one lets everything through."""

    CLOSED = "closed"
    OPEN = "open"
    """Nothing gets through until the pause is over."""
    HALF_OPEN = "half-open"
    """The pause is over: a probe may find out whether all is well again."""


@record
class BreakerRules:
    """When a breaker opens, and for how long."""

    failures: int = 5
    """So many in a row open it."""
    pause: float = 10.0
    """Seconds until the first probe; after each probe that fails they are doubled."""
    longest: float = 60.0
    """Seconds that no pause exceeds."""


class Breaker:
    """Opens after failures in a row; is half open after a pause; closes with the first success after that.

    What began before it opened may end while it is open: that is not looked at, the probe will tell.
    """

    def __init__(
        self,
        clock: IReactorTime,
        rules: BreakerRules,
        jitter: Callable[[], float],
        turned: Callable[[BreakerState], None],
    ) -> None:
        """`turned` hears of every change; `jitter` gives numbers from 0 to 1.

        By them a pause is shortened by up to a quarter, so that many breakers do not probe at one moment.
        """
        self.rules = rules
        self.state = BreakerState.CLOSED
        self.failures = 0
        """In a row, while it is closed."""
        self._pauses = 0
        self._stopped = False
        self._timer: IDelayedCall | None = None
        self._clock = clock
        self._jitter = jitter
        self._turned = turned

    def failed(self) -> None:
        """The system was asked, and is away."""
        if self._stopped:
            return
        if self.state is BreakerState.CLOSED:
            self.failures += 1
            if self.failures >= self.rules.failures:
                self._open()
        elif self.state is BreakerState.HALF_OPEN:
            self._open()

    def succeeded(self) -> None:
        """The system was asked, and has answered."""
        self.failures = 0
        if self.state is BreakerState.HALF_OPEN and not self._stopped:
            self._pauses = 0
            self._turn(BreakerState.CLOSED)

    def stop(self) -> None:
        """Turn no more, and wait for no pause."""
        self._stopped = True
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def _open(self) -> None:
        pause = min(self.rules.pause * 2.0 ** min(self._pauses, 32), self.rules.longest)
        self._pauses += 1
        self.failures = 0
        self._timer = self._clock.callLater(
            pause * (1 - self._jitter() / 4), self._turn, BreakerState.HALF_OPEN
        )
        self._turn(BreakerState.OPEN)

    def _turn(self, state: BreakerState) -> None:
        self.state = state
        self._turned(state)
