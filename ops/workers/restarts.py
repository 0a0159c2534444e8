"""How long to wait before a worker that has ended is started again."""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0

SETTLED = 60.0
"""Seconds after which a worker is taken for a good one: if it ends later, that is a new fault."""


class Restarts:
    """The pauses of one worker: each twice as long as the one before, until it has lived for a while."""

    def __init__(self) -> None:
        self.count = 0
        """How often it was started again."""
        self._next = FIRST_PAUSE

    def pause(self, lived: float) -> float:
        """Seconds until it is started again, after it has lived for so many.

        >>> restarts = Restarts()
        >>> [restarts.pause(0.1) for _ in range(6)], restarts.pause(3600.0)
        ([1.0, 2.0, 4.0, 8.0, 16.0, 30.0], 1.0)
        """
        if lived >= SETTLED:
            self._next = FIRST_PAUSE
        pause, self._next = self._next, min(2 * self._next, LONGEST_PAUSE)
        self.count += 1
        return pause
