"""Finding whose something is by asking: one library after the other, each within its share of the time.

An answer is remembered for a while, and those who ask about the same at the same time share one search.

Who cannot be asked is passed over, except the library whose device it is: another one may know another item by the same
barcode, and another patron by the same number.
"""

from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple, TypeAlias

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from softdock.circulation.identifiers import LibraryId
from softdock.circulation.operations import LookupItem, LookupPatron
from softdock.circulation.outcomes import Refused, Unknown
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.circulation.stepping import Waiting, step
from softdock.consortium.resilience import Deadlines

_log = Logger()

REMEMBERED = 20_000
"""Answers that are remembered; the oldest is forgotten for a new one."""

AGE = 600.0
"""Seconds for which an answer is remembered."""

Question: TypeAlias = LookupItem | LookupPatron
Ask: TypeAlias = Callable[[LibraryId, Question, float], Coroutine[Any, Any, AnyOutcome]]
"""What a library's system says to a question, until the clock shows the third; never raises.

Unknown is an answer of which nothing can be made: some systems have no better one for what they do not know.
"""

Key: TypeAlias = tuple[type[Question], str, LibraryId]
"""What is asked about, and by whose device: at another library it may be something else."""

_UNKNOWN = frozenset({Reason.ITEM_UNKNOWN, Reason.PATRON_UNKNOWN, Reason.DECLINED, Reason.NOT_SUPPORTED})
"""Refusals by which the library is not the one."""

_UNREACHED = frozenset({Reason.SYSTEM_UNAVAILABLE, Reason.SYSTEM_BUSY, Reason.DOWNTIME})
"""Refusals that leave it open."""


class Found(NamedTuple):
    """Who knows it, and if nobody does, who might and could not be asked."""

    library: LibraryId | None
    unreached: LibraryId | None = None


class Searches:
    """The searches of one directory, and what they have found."""

    def __init__(self, clock: IReactorTime, capacity: int = REMEMBERED, age: float = AGE) -> None:
        self._clock = clock
        self._deadlines = Deadlines(clock)
        self._capacity = capacity
        self._age = age
        self._remembered: OrderedDict[Key, tuple[LibraryId, float]] = OrderedDict()
        self._under_way: dict[Key, list[Deferred[Found]]] = {}
        """Each with those who wait for it."""

    def remembered(self, question: Question, asker: LibraryId) -> LibraryId | None:
        """Who has known it lately, when a device of `asker` asked."""
        key = _key(question, asker)
        known = self._remembered.get(key)
        if known is None:
            return None
        library, until = known
        if until <= self._clock.seconds():
            del self._remembered[key]
            return None
        return library

    def forget(self, question: Question, asker: LibraryId) -> None:
        """Whoever has known it lately does not any more."""
        self._remembered.pop(_key(question, asker), None)

    async def search(
        self, question: Question, asker: LibraryId, candidates: Sequence[LibraryId], ask: Ask, until: float
    ) -> Found:
        """Who of `candidates` knows it; by `until`, whatever becomes of the search."""
        key = _key(question, asker)
        if key not in self._under_way:
            self._under_way[key] = []
            shared = step(self._searched(key, question, candidates, ask, until))
            if not isinstance(shared, Waiting):
                return shared
            # It goes on for the others when the one who began it does not wait any more.
            shared.finish(_over, _broken)
        mine: Deferred[Found] = Deferred()
        self._under_way[key].append(mine)

        async def told() -> Found:
            return await mine

        waiting = step(told())
        assert isinstance(waiting, Waiting)
        try:
            return await self._deadlines.finish(waiting, until)
        except TimeoutError:
            return Found(None, candidates[0])

    async def _searched(
        self, key: Key, question: Question, candidates: Sequence[LibraryId], ask: Ask, until: float
    ) -> Found:
        found = Found(None, candidates[0])
        try:
            found = await self._asked_in_turn(question, key[2], candidates, ask, until)
            if found.library is not None:
                self._remember(key, found.library)
            return found
        finally:
            for each in self._under_way.pop(key):
                if not each.called:
                    each.callback(found)

    async def _asked_in_turn(
        self, question: Question, asker: LibraryId, candidates: Sequence[LibraryId], ask: Ask, until: float
    ) -> Found:
        unreached = None
        for number, library in enumerate(candidates):
            now = self._clock.seconds()
            # One share is kept for the operation itself.
            share = max(until - now, 0.0) / (len(candidates) - number + 1)
            outcome = await ask(library, question, now + share)
            if isinstance(outcome, Refused) and outcome.reason in _UNKNOWN:
                continue
            away = isinstance(outcome, Refused) and outcome.reason in _UNREACHED
            if not (away or isinstance(outcome, Unknown)):
                return Found(library)
            if away and library == asker:
                return Found(None, library)
            unreached = unreached or library
        return Found(None, unreached)

    def _remember(self, key: Key, library: LibraryId) -> None:
        self._remembered.pop(key, None)
        if len(self._remembered) >= self._capacity:
            self._remembered.popitem(last=False)
        self._remembered[key] = (library, self._clock.seconds() + self._age)


def _key(question: Question, asker: LibraryId) -> Key:
    identifier = question.item if isinstance(question, LookupItem) else question.patron
    return type(question), str(identifier), asker


def is_unknown(outcome: AnyOutcome, question: Question) -> bool:
    """Whether `outcome` says that what `question` is about is not known there."""
    reason = Reason.ITEM_UNKNOWN if isinstance(question, LookupItem) else Reason.PATRON_UNKNOWN
    return isinstance(outcome, Refused) and outcome.reason is reason


def _over(_found: Found) -> None:
    """Everybody who waits has been told."""


def _broken(error: Exception) -> None:
    if not isinstance(error, CancelledError):
        _log.failure("a search failed by a fault of its own", Failure(error))  # type: ignore[no-untyped-call]
