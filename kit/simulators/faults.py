"""What can go wrong with a request, on demand: the next one, a few, or all of them.

The two cases that matter most to whoever keeps books of their own look alike from outside: the request was lost, or its
answer was.  `carried_out` tells them apart: whether the books were changed before it went wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass

from softdock.circulation.words import Word


class Harm(Word):
    """What becomes of a request in place of a good answer."""

    ERROR = "error"
    """Status 500, with a page of HTML."""
    PAGE = "page"
    """Status 200, with a page of HTML: a gateway or a login page answers for the system."""
    SLOW = "slow"
    """No answer until `Faults.release`."""
    RESET = "reset"
    """The connection is reset, without a byte of an answer."""
    HUGE = "huge"
    """An answer of 10 MB that never says anything."""
    HALF = "half"
    """The head and the first half of the answer; then the connection is closed."""
    CHARSET = "charset"
    """The right answer, and a wrong charset declared for it."""
    TWICE = "twice"
    """The right answer, and the same once more behind it."""
    STALE = "stale"
    """The good answer to the request before, once more: a connection is out of step.  A page where there was none."""
    SESSION = "session"
    """The token or session that came along is not good any more, from now on."""
    RIGHTS = "rights"
    """The account that asks may not do this."""


SPOILED_ANSWER = frozenset({Harm.HALF, Harm.CHARSET, Harm.TWICE})
"""Harms that need a right answer to begin with: the request is always carried out."""

DENIED = frozenset({Harm.SESSION, Harm.RIGHTS})
"""Harms that are an answer of the system: the request is never carried out."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is to happen to requests."""

    harm: Harm
    call: str = ""
    """Which requests, by the name that the simulator has for them; "" for any."""
    carried_out: bool = False
    """Whether the books are changed before."""


class Faults:
    """The faults that wait to happen to one simulator."""

    def __init__(self) -> None:
        self._next: list[Fault] = []
        self._every: list[Fault] = []
        self._held: list[Callable[[], object]] = []

    def next(self, harm: Harm, call: str = "", *, carried_out: bool | None = None, times: int = 1) -> None:
        """Let `harm` happen to the next request (of `call`), or to the next few; what was ordered first comes first."""
        self._next += [_fault(harm, call, carried_out)] * times

    def every(self, harm: Harm, call: str = "", *, carried_out: bool | None = None) -> None:
        """Let `harm` happen to every request (of `call`) that no other fault is waiting for, until `clear`."""
        self._every.append(_fault(harm, call, carried_out))

    def clear(self) -> None:
        """Let nothing more happen.  Who waits for an answer goes on waiting."""
        self._next.clear()
        self._every.clear()

    @property
    def waiting(self) -> int:
        """How many faults of `next` have not happened yet."""
        return len(self._next)

    @property
    def held(self) -> int:
        """How many requests wait for `release`."""
        return len(self._held)

    def take(self, call: str) -> Fault | None:
        """What is to happen to this request of `call`."""
        for place, fault in enumerate(self._next):
            if fault.call in {"", call}:
                return self._next.pop(place)
        return next((fault for fault in self._every if fault.call in {"", call}), None)

    def hold(self, answer: Callable[[], object]) -> None:
        """Call `answer` on release."""
        self._held.append(answer)

    def release(self) -> None:
        """Answer whatever is held back.  A request that was not carried out yet is carried out now, late as it is."""
        held, self._held = self._held, []
        for answer in held:
            answer()


def _fault(harm: Harm, call: str, carried_out: bool | None) -> Fault:
    if harm in SPOILED_ANSWER:
        if carried_out is False:
            raise ValueError(f"{harm}: there is no answer to spoil unless the request is carried out")
        return Fault(harm, call, carried_out=True)
    if harm in DENIED and carried_out:
        raise ValueError(f"{harm}: the system denies the request, and carries nothing out")
    return Fault(harm, call, carried_out=bool(carried_out))
