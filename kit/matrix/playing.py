"""How the matrix is played: every scenario directly, and through each front."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Self, TypeVar

from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.selectreactor import SelectReactor
from twisted.python.failure import Failure

from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.outcomes import Done
from softdock.circulation.ports import LibrarySystem
from softdock.circulation.records import record
from softdock.kit.matrix.comparing import Came, Told, came, kept
from softdock.kit.matrix.links import FRONTS, Link
from softdock.kit.matrix.scenarios import Scenario, scenarios
from softdock.kit.matrix.systems import ENDS

LONGEST = 300.0
"""Seconds after which a way is given up."""

_Result = TypeVar("_Result")


@record
class Played:
    """What came of a scenario on one way, and how the books stood then."""

    scenario: Scenario
    came: Came
    books: Told


class Way:
    """From whom an operation is asked to the system where it ends, past a SoftDock or several."""

    def __init__(self, *stations: str) -> None:
        """`stations` are fronts and behind them one system, such as `sip2`, `ncip2`, `inhouse`."""
        *fronts, end = stations
        self._end = ENDS[end]()
        self._fronts = [FRONTS[each]() for each in fronts]
        self._links: list[Link] = []

    async def open(self, reactor: Any, directory: Path) -> Self:
        """Make everything ready, from the end."""
        await self._end.open(reactor, directory)
        for front in reversed(self._fronts):
            link = Link(front, self.asks, reactor)
            self._links.append(link)
            await link.open(directory)
        return self

    async def close(self) -> None:
        """Let go of everything, from the front."""
        while self._links:
            await self._links.pop().close()
        await self._end.close()

    @property
    def asks(self) -> LibrarySystem:
        """What an operation is put to."""
        return self._links[-1].asks if self._links else self._end.system

    @property
    def scenarios(self) -> list[Scenario]:
        """What can be asked of the system."""
        return scenarios(self._end.places)

    async def play(self, scenario: Scenario) -> Played:
        """What comes of `scenario`, with the books as it wants them."""
        books = self._end.books
        books.begin_anew()
        for link in self._links:
            link.forget()
        for each in scenario.before:
            outcome = books.perform(each)
            assert isinstance(outcome, Done), (scenario.name, each, outcome)
        try:
            outcome = await self.asks.perform(scenario.operation)
        except LibrarySystemError as error:
            return Played(scenario, came(error), kept(books))
        return Played(scenario, came(outcome), kept(books))

    @property
    def faults(self) -> list[str]:
        """What should not have happened."""
        return [fault for each in self._links for fault in each.observer.faults]


def played(*stations: str) -> list[Played]:
    """What comes of every scenario on the way of these stations, on a reactor of its own.

    Raises AssertionError if something failed on the way that should not have.
    """

    async def whole(reactor: Any) -> list[Played]:
        with TemporaryDirectory(prefix="softdock-matrix-") as folder:
            way = await Way(*stations).open(reactor, Path(folder))
            try:
                found = [await way.play(each) for each in way.scenarios]
                if way.faults:
                    raise AssertionError(f"on the way {' > '.join(stations)}: {'; '.join(way.faults)}")
                return found
            finally:
                await way.close()

    return turned(whole)


def turned(work: Callable[[Any], Coroutine[Any, Any, _Result]]) -> _Result:
    """What `work` comes to, on a reactor that turns in a thread of its own until then."""
    reactor = SelectReactor()
    found: list[_Result | Failure] = []

    def begin() -> None:
        working: Deferred[_Result] = ensureDeferred(work(reactor))
        working.addTimeout(LONGEST, reactor)
        working.addBoth(found.append)
        working.addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(begin)
    thread = Thread(target=reactor.run, kwargs={"installSignalHandlers": False}, name="matrix")
    thread.start()
    thread.join()
    (result,) = found
    if isinstance(result, Failure):
        result.raiseException()
    return result
