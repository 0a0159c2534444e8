"""How many requests are under way at one time, and how many may wait for that."""

from collections import OrderedDict
from types import TracebackType

from twisted.internet.defer import Deferred

from softdock.adapters.base import AdapterContext, AdapterSettingsError
from softdock.circulation.errors import LibrarySystemError, SystemBusy, SystemUnavailable

_TOO_FEW = "The connections are shared out among {0} workers, and each needs one. Allow {0}, or let fewer workers run."


def share_of(connections: int, context: AdapterContext) -> int:
    """How many of `connections`, which are for all workers together, this one has.  Raises AdapterSettingsError."""
    if connections < context.workers:
        raise AdapterSettingsError([("connections", _TOO_FEW.format(context.workers))])
    return context.share(connections)


class Slots:
    """As many as there may be at one time: `async with slots:` waits for one, those that came first come first.

    Raises SystemBusy where too many wait already, or who waits is cancelled.
    """

    def __init__(self, ceiling: int, waiting: int) -> None:
        self.ceiling = ceiling
        self.busy = 0
        self._most = waiting
        self._queue: OrderedDict[Deferred[None], None] = OrderedDict()
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._queue)

    def close(self) -> None:
        """Whoever waits waits no longer, and nobody will."""
        self._closed = True
        while self._queue:
            turn, _ = self._queue.popitem(last=False)
            turn.errback(_gone())

    async def take(self) -> None:
        """Wait for a slot; whoever has it gives it back by `leave`."""
        if self._closed:
            raise _gone()
        if self.busy < self.ceiling:
            self.busy += 1
            return
        if len(self._queue) >= self._most:
            raise SystemBusy(f"{len(self._queue)} requests wait for a connection already")
        turn: Deferred[None] = Deferred(self._given_up)
        self._queue[turn] = None
        await turn

    def leave(self) -> None:
        """Give a slot back: it goes to who waits longest."""
        if self._queue:
            turn, _ = self._queue.popitem(last=False)
            turn.callback(None)  # the slot passes on, and remains busy
        else:
            self.busy -= 1

    async def __aenter__(self) -> None:
        await self.take()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def _given_up(self, turn: "Deferred[None]") -> None:
        del self._queue[turn]
        turn.errback(SystemBusy("no connection became free in time"))


def _gone() -> LibrarySystemError:
    return SystemUnavailable("SoftDock has let go of this system")
