"""Stand-ins that several tests share: a library system that does as it is told, and an observer that remembers."""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from softdock.circulation.accounts import Account
from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import LibraryId, PatronId, Secret
from softdock.circulation.items import Item
from softdock.circulation.journal import Effect, JournalEntry, Resolution
from softdock.circulation.losses import Direction, Tally
from softdock.circulation.operations import (
    CancelHold,
    Checkin,
    Checkout,
    LookupItem,
    LookupPatron,
    Operation,
    PlaceHold,
)
from softdock.circulation.outcomes import Done, PatronReport
from softdock.circulation.patrons import Patron
from softdock.circulation.ports import AnyOutcome, ConnectionCounts
from softdock.consortium.desk import ConsortiumDesk
from softdock.consortium.directory import Directory, Library

EVERYTHING = frozenset(Capability)
NOON = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


class StubSystem:
    """A library's system whose answers are set by the test."""

    def __init__(
        self,
        respond: Callable[[Operation], Any] | None = None,
        capabilities: frozenset[Capability] = EVERYTHING,
        probe: Callable[[], Any] | None = None,
        show: Callable[[Operation, str], Any] | None = None,
    ) -> None:
        """`respond` gives an outcome, an awaitable of one, or an exception to raise; so does `probe`, if there is one.

        `show` does the same with the effect of an operation; a loan and a hold can be undone.
        """
        self.capabilities = capabilities
        self.can_probe = probe is not None
        self.fails_as_a_whole = True
        self.connections: ConnectionCounts | None = None
        self._answers_probes = probe or (lambda: None)
        self.asked: list[Operation] = []
        self.looked_at: list[Operation] = []
        self._respond = respond or friendly
        self._show = show or (lambda *_: Effect.UNCLEAR)

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def probe(self) -> None:
        await _answered(self._answers_probes())

    async def perform(self, operation: Operation, operation_id: str = "") -> AnyOutcome:
        self.asked.append(operation)
        return await _answered(self._respond(operation))

    async def find_effect(self, operation: Operation, operation_id: str, since: datetime) -> Effect:
        self.looked_at.append(operation)
        return await _answered(self._show(operation, operation_id))

    def undoing(self, operation: Operation) -> Operation | None:
        match operation:
            case Checkout():
                return Checkin(operation.item, cancel=True)
            case PlaceHold():
                return CancelHold(operation.patron, operation.item, operation.title)
        return None


async def _answered(answer: Any) -> Any:
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, Awaitable):
        return await answer
    return answer


def friendly(operation: Operation) -> AnyOutcome:
    """Knows every card and every item, and has a plain answer to lookups."""
    if isinstance(operation, LookupPatron):
        return Done(PatronReport(Patron(PatronId(operation.patron), "Name")))
    assert isinstance(operation, LookupItem), operation
    return Done(Item(operation.item, "A title"))


class RecordingObserver:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.operations: list[tuple[Operation, AnyOutcome, float]] = []
        self.failures: list[Exception] = []
        self.violations: list[str] = []
        self.logins: list[tuple[str, str, bool]] = []
        self.open_sessions = 0
        self.asked: list[LibraryId | None] = []
        self.legs: list[tuple[str, object, float]] = []
        self.withheld_from: list[tuple[str, str]] = []
        self.breakers: list[tuple[str, str]] = []
        self.repeats: list[tuple[str, str]] = []
        self.recoveries: list[tuple[JournalEntry, Resolution, str]] = []
        self.left: list[tuple[JournalEntry, str]] = []
        self.tallies: dict[tuple[str, str, Direction], Tally] = {}

    def operation(
        self,
        account: Account,
        operation: Operation,
        outcome: AnyOutcome,
        seconds: float,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        self.operations.append((operation, outcome, seconds))
        self.asked.append(asked)

    def failure(
        self,
        account: Account,
        operation: Operation,
        error: Exception,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        self.failures.append(error)

    def leg(self, library: LibraryId, outcome: AnyOutcome | Effect | Exception, seconds: float) -> None:
        self.legs.append((library, outcome, seconds))

    def withheld(self, library: LibraryId, why: str) -> None:
        self.withheld_from.append((library, why))

    def breaker(self, library: LibraryId, state: str) -> None:
        self.breakers.append((library, state))

    def repeated(self, library: LibraryId, how: str) -> None:
        self.repeats.append((library, how))

    def recovered(self, entry: JournalEntry, resolution: Resolution, remark: str) -> None:
        self.recoveries.append((entry, resolution, remark))

    def listed(self, entry: JournalEntry, remark: str) -> None:
        self.left.append((entry, remark))

    def session_opened(self, listener: str) -> None:
        self.open_sessions += 1

    def session_closed(self, listener: str) -> None:
        self.open_sessions -= 1

    def violation(self, kind: str, listener: str, terminal: str) -> None:
        self.violations.append(kind)

    def login(self, listener: str, user: str, address: str, accepted: bool) -> None:
        self.logins.append((user, address, accepted))

    def losses(self, library: LibraryId, protocol: str, direction: Direction) -> Tally:
        return self.tallies.setdefault((library, protocol, direction), Counter())


@dataclass
class AJournal:
    """How a journal stands."""

    open: int = 0
    unknown: Mapping[LibraryId, int] = field(default_factory=dict)
    listed: Mapping[LibraryId, int] = field(default_factory=dict)
    oldest_unknown: float = 0.0
    oldest_listed: float = 0.0
    away: bool = False


def an_account(**changes: Any) -> Account:
    """A kiosk's account that may do everything and needs no PINs."""
    return Account(**{"name": "kiosk", "library": LibraryId("LIB"), "location": "1F", **changes})


def a_library(system: StubSystem | None = None, **changes: Any) -> Library:
    """A library in UTC with Chinese yuan and a deadline of 8 seconds."""
    settings: dict[str, Any] = {
        "id": LibraryId("LIB"), "names": {"zh": "图书馆", "en": "Library"}, "system": system or StubSystem(),
        "zone": UTC, "currency": "CNY", "deadline": 8.0, **changes,
    }  # fmt: skip
    return Library(**settings)


def a_desk(
    library: Library, clock: Clock | None = None, observer: RecordingObserver | None = None, *more: Library
) -> ConsortiumDesk:
    """A desk for one library, or several, at noon of the first of January 2026; no pause is shortened by chance."""
    return ConsortiumDesk(
        Directory([library, *more]),
        observer or RecordingObserver(),
        clock or Clock(),
        lambda: NOON,
        lambda: 0.0,
    )


class StubAccounts:
    """Knows users by their passwords, and addresses."""

    def __init__(
        self, users: dict[str, tuple[str, Account]] | None = None, addresses: dict[str, Account] | None = None
    ) -> None:
        self.users = users if users is not None else {"kiosk": ("secret", an_account())}
        self.addresses = addresses or {}
        self.locations: list[str] = []

    async def login(self, user: str, password: Secret, location: str, address: str) -> Account | None:
        self.locations.append(location)
        known = self.users.get(user)
        if known is None or not password.equals(known[0]):
            return None
        return replace(known[1], location=location) if location else known[1]

    def by_address(self, address: str) -> Account | None:
        return self.addresses.get(address)


def result_of(work: Coroutine[Any, Any, Any]) -> Any:
    """What `work` returns, if it does so without waiting for anything."""
    results: list[Any] = []
    Deferred.fromCoroutine(work).addBoth(results.append)
    assert results, "it still waits"
    return results[0]


def comes_to_rest(clock):
    """Whether nothing is left that would go on for ever; a deadline that nobody needs any more runs out unseen."""
    clock.advance(1_000.0)
    return clock.getDelayedCalls() == []
