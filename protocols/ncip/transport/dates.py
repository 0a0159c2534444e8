"""The time as HTTP writes it."""

from collections.abc import Callable
from email.utils import formatdate


class DateClock:
    """Called, it gives the time of this moment (RFC 9110, section 5.6.7); written once a second.

    >>> DateClock(lambda: 1767225600.9)()
    b'Thu, 01 Jan 2026 00:00:00 GMT'
    """

    __slots__ = ("_now", "_second", "_text")

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` gives seconds since the epoch."""
        self._now = now
        self._second = -1
        self._text = b""

    def __call__(self) -> bytes:
        second = int(self._now())
        if second != self._second:
            self._second, self._text = second, formatdate(second, usegmt=True).encode("ascii")
        return self._text
