"""Where the parts of SoftDock meet: each port is implemented by one part and used by another.

=================  =========================  ================================
port               implemented by             used by
=================  =========================  ================================
`LibrarySystem`    `adapters`                 `consortium.desk`
`Desk`             `consortium.desk`          the fronts in `protocols`
`Accounts`         `consortium.accounts`      the SIP2 front
`Partners`         `consortium.partners`      the NCIP front
`Observer`         `ops`                      the desk and the fronts
`Journal`          `store.journal`            the desk and its recovery
`TransactionObserver`  `ops`                  `store.database`
=================  =========================  ================================

`Journal` and `HoldNames` have modules of their own, `circulation.journal` and `circulation.hold_names`, with what they keep.
"""

from datetime import datetime, tzinfo
from typing import Protocol, TypeAlias

from softdock.circulation.accounts import Account
from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import LibraryId, Secret
from softdock.circulation.journal import Effect, Fingerprint, JournalEntry, Outcome, Resolution
from softdock.circulation.losses import Direction, Tally
from softdock.circulation.operations import Operation
from softdock.circulation.partners import Claimed, Stranger
from softdock.circulation.records import record

AnyOutcome: TypeAlias = Outcome
"""An outcome of whichever operation; the operation tells what `Done.result` is."""


@record
class ConnectionCounts:
    """How an adapter's connections to its system stand, and what has become of them since it was opened."""

    ceiling: int
    """As many may be open at one time."""
    open: int
    busy: int
    """Those of them on which an answer is waited for."""
    waiting: int
    """Requests that wait for a connection."""
    opened_total: int
    """Connections that were opened and, where that is asked for, logged in."""
    failed_total: int
    """Connections that could not be opened, or not be logged in."""
    lost_total: int
    """Requests that were sent, and whose answer never came."""


class LibrarySystem(Protocol):
    """One library's system, behind an adapter."""

    capabilities: frozenset[Capability]
    """May change from one call to the next, by what the system says of itself."""

    @property
    def connections(self) -> ConnectionCounts | None:
        """How the connections to the system stand; None where there are none to speak of."""

    @property
    def can_probe(self) -> bool:
        """Whether `probe` asks the system; where it does not, only a lookup or a return tells whether it is there."""

    @property
    def fails_as_a_whole(self) -> bool:
        """Whether a system that is away for one operation is away for all; a disk that is full still has its books."""

    async def open(self) -> None:
        """Make ready.  An error of the settings is raised here, an absent system is not an error."""

    async def close(self) -> None:
        """Let go of connections, threads and files."""

    async def probe(self) -> None:
        """Return if the system answers, raise a `LibrarySystemError` if not.  Changes nothing."""

    async def perform(self, operation: Operation, operation_id: str = "") -> AnyOutcome:
        """Carry `operation` out; raise a `LibrarySystemError` if there is no usable answer.

        A system that can keep `operation_id` with what it does is able to tell later whose work that is.  An operation
        without one is not journalled.
        """

    async def find_effect(self, operation: Operation, operation_id: str, since: datetime) -> Effect:
        """What the system shows of `operation`, which was claimed at `since` and whose answer was lost.

        Raises a `LibrarySystemError` if it cannot be asked at this moment.
        """

    def undoing(self, operation: Operation) -> Operation | None:
        """What takes `operation` back, if the system can do that."""


@record
class ServiceStatus:
    """What a device is told before it asks for anything."""

    library: str
    """Identifier of the account's library."""
    library_name: str
    online: bool
    capabilities: frozenset[Capability]
    """What the library's system can do and the account may ask."""
    timeout: float
    """Seconds within which every operation is answered."""
    zone: tzinfo
    """In which the library's local times are."""
    currency: str
    notice: str = ""
    """Why the library is not on-line, in the language that was asked for."""


class Desk(Protocol):
    """Takes operations from the fronts, and answers every one of them."""

    async def perform(
        self,
        account: Account,
        operation: Operation,
        fingerprint: Fingerprint | None = None,
        until: float | None = None,
    ) -> AnyOutcome:
        """The outcome of `operation`: every failure becomes a refusal or `Unknown`.

        `fingerprint` tells the same request again when it comes another way; `until` is a time given by `time_for`, for
        what is one of several operations, and shortens the time that this one has.  Raises WordWithheld where nothing
        may be told at all: then the front hangs up.
        """

    def time_for(self, account: Account) -> float:
        """Until when, in seconds of the desk's own clock, all of a request of `account` that comes now has time."""

    def status(self, account: Account | None, language: str) -> ServiceStatus | None:
        """How the account's library stands at this moment.

        Without an account: how the only library stands, if there is only one.
        """


class Accounts(Protocol):
    """Knows which devices may speak to SoftDock."""

    async def login(self, user: str, password: Secret, location: str, address: str) -> Account | None:
        """The account that these credentials open, None if they open none.  Slow for wrong ones.

        Raises AccountsBusy if too many ask at this moment.
        """

    def by_address(self, address: str) -> Account | None:
        """The account that needs no login from `address`, if there is one."""


class Partners(Protocol):
    """Knows for whom a message is that stands alone."""

    async def partner(self, claimed: Claimed) -> Account | Stranger:
        """The account for which one message is, by what it and its transport say; or why there is none.

        Slow for wrong secrets.
        """


class Observer(Protocol):
    """Watches for the operator: metrics and logs.  Never disturbs what it watches."""

    def operation(
        self,
        account: Account,
        operation: Operation,
        outcome: AnyOutcome,
        seconds: float,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        """An operation came to an end; `number` is its place in this process's count.

        `asked` is the library whose system it was for, where that is not the account's own.
        """

    def failure(
        self,
        account: Account,
        operation: Operation,
        error: Exception,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        """The adapter to the system of `asked`, or else of the account's library, raised `error`."""

    def leg(self, library: LibraryId, outcome: AnyOutcome | Effect | Exception, seconds: float) -> None:
        """A call to the system of `library` that had to be waited for came to an end, or one failed at once."""

    def withheld(self, library: LibraryId, why: str) -> None:
        """The system of `library` was not asked, because of its `breaker` or its `bulkhead`."""

    def breaker(self, library: LibraryId, state: str) -> None:
        """The breaker in front of the system of `library` is now closed, open or half-open."""

    def repeated(self, library: LibraryId, how: str) -> None:
        """A request of a device of `library` met one that the journal has: it has `joined` it, or is `hindered` by it."""

    def recovered(self, entry: JournalEntry, resolution: Resolution, remark: str) -> None:
        """An entry of the journal whose answer was lost has been settled."""

    def listed(self, entry: JournalEntry, remark: str) -> None:
        """An entry of the journal whose answer was lost is left to a person; `remark` says why."""

    def session_opened(self, listener: str) -> None:
        """A device has connected."""

    def session_closed(self, listener: str) -> None:
        """A device is gone."""

    def violation(self, kind: str, listener: str, terminal: str) -> None:
        """A device broke its protocol, or met one of our limits."""

    def login(self, listener: str, user: str, address: str, accepted: bool) -> None:
        """A device tried to log in."""

    def losses(self, library: LibraryId, protocol: str, direction: Direction) -> Tally:
        """Where to count what could not be carried between `library` and those who speak `protocol`."""


class TransactionObserver(Protocol):
    """Is told of every transaction, in the reactor's thread.  Never disturbs what it watches."""

    def transaction(
        self, database: str, name: str, outcome: str, seconds: float, commit_seconds: float, units: int
    ) -> None:
        """A transaction of `units` units of work came to an end.

        `name` is that of its unit of work, or `several`; `outcome` is committed, rolled-back, away, busy or lost.
        """


class NobodyWatches:
    """Implements `TransactionObserver` where nobody is interested."""

    def transaction(
        self, database: str, name: str, outcome: str, seconds: float, commit_seconds: float, units: int
    ) -> None:
        """See `TransactionObserver`."""
