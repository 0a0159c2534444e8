"""The present, cheaply."""

from collections.abc import Callable
from datetime import datetime, tzinfo


class Present:
    """Tells the time of day in one zone, to the second: a `datetime` is made once for each second.

    Asking a zone for its offset costs more than most lookups, and nobody's loan is due in microseconds.
    """

    __slots__ = ("_moment", "_now", "_second", "_zone")

    def __init__(self, zone: tzinfo, now: Callable[[], float]) -> None:
        """`now` gives seconds since the epoch."""
        self._zone = zone
        self._now = now
        self._second = -1
        self._moment = datetime.fromtimestamp(0, zone)

    def __call__(self) -> datetime:
        """The beginning of this second, with its zone."""
        second = int(self._now())
        if second != self._second:
            self._second = second
            self._moment = datetime.fromtimestamp(second, self._zone)
        return self._moment
