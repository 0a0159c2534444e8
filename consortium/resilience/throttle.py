"""Throttles: who fails again and again waits longer and longer."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Throttle(Generic[Key]):
    """Makes whoever fails again and again wait longer and longer.

    The first `free` failures cost nothing; after them each try has to keep a distance from the one before,
    1 s at first and twice as much each time, up to `longest`.  A success, or `forget` seconds without a
    try, wipes the slate.  At most `capacity` keys are remembered; the oldest is forgotten for a new one.
    """

    def __init__(self, *, free: int, longest: float, forget: float = 900.0, capacity: int = 10_000) -> None:
        self._free = free
        self._longest = longest
        self._forget = forget
        self._capacity = capacity
        self.failures: OrderedDict[Key, _Failures] = OrderedDict()
        """Who has failed lately.  Empty, as a rule: the one question on the way of a success."""

    def turn(self, key: Key, now: float, longest_wait: float) -> float | None:
        """Seconds until `key` may try, 0 for at once; None if that is more than `longest_wait`.

        A try that may wait is taken as made at its time, so tries at the same moment queue behind each other;
        one that is turned away leaves nothing behind, so nobody is locked out by being refused.
        """
        failures = self.failures.get(key)
        if failures is None:
            return 0.0
        if now - failures.last > self._forget:
            del self.failures[key]
            return 0.0
        over = failures.count - self._free
        if over < 0:
            return 0.0
        due = failures.last + min(2.0**over, self._longest)
        if due <= now:
            return 0.0
        if due - now > longest_wait:
            return None
        failures.last = due
        return due - now

    def failed(self, key: Key, now: float) -> None:
        """`key` has failed once more."""
        failures = self.failures.get(key)
        if failures is None:
            if len(self.failures) >= self._capacity:
                self.failures.popitem(last=False)
            self.failures[key] = _Failures(1, now)
            return
        failures.count = min(failures.count + 1, 64)
        failures.last = max(failures.last, now)
        self.failures.move_to_end(key)

    def succeeded(self, key: Key) -> None:
        """`key` has proven itself."""
        self.failures.pop(key, None)
