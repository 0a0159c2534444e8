"""Saying a thing once, or not too often: a log that repeats itself is not read."""

from collections.abc import Callable, Hashable


class Firsts:
    """Tells the first time from the others, and remembers so many keys; then it forgets the oldest."""

    __slots__ = ("_capacity", "_known")

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._known: dict[Hashable, None] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._known

    def add(self, key: Hashable) -> None:
        """Remember `key`."""
        if len(self._known) >= self._capacity:
            del self._known[next(iter(self._known))]
        self._known[key] = None


class Pace:
    """Lets `most` pass in `per` seconds, and counts the rest."""

    __slots__ = ("_held_back", "_most", "_now", "_passed", "_per", "_since")

    def __init__(self, most: int, per: float, now: Callable[[], float]) -> None:
        """`now` gives seconds that only grow."""
        self._most = most
        self._per = per
        self._now = now
        self._since = now()
        self._passed = 0
        self._held_back = 0

    def admits(self) -> bool:
        """Whether one more may pass now; if not, it is counted."""
        now = self._now()
        if now - self._since >= self._per:
            self._since, self._passed = now, 0
        if self._passed >= self._most:
            self._held_back += 1
            return False
        self._passed += 1
        return True

    def held_back(self) -> int:
        """How many did not pass since this was last asked."""
        count, self._held_back = self._held_back, 0
        return count
