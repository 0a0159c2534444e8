"""Who watches the desks of the matrix: nobody, but for faults of ours."""

from softdock.circulation.accounts import Account
from softdock.circulation.errors import SystemUnavailable, Unsupported
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import Effect, JournalEntry, Resolution
from softdock.circulation.losses import Direction, Tally
from softdock.circulation.operations import Operation
from softdock.circulation.ports import AnyOutcome


class Watching:
    """Implements `circulation.ports.Observer`."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        """What should never happen on a way where nothing fails."""

    def operation(
        self,
        account: Account,
        operation: Operation,
        outcome: AnyOutcome,
        seconds: float,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        """See `Observer`."""

    def failure(
        self,
        account: Account,
        operation: Operation,
        error: Exception,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        """See `Observer`.  That a system cannot do something, or says that it cannot now, is none."""
        if not isinstance(error, Unsupported | SystemUnavailable):
            self.faults.append(f"{type(operation).__name__}: {type(error).__name__}: {error}")

    def leg(self, library: LibraryId, outcome: AnyOutcome | Effect | Exception, seconds: float) -> None:
        """See `Observer`."""

    def withheld(self, library: LibraryId, why: str) -> None:
        """See `Observer`."""
        self.faults.append(f"not asked: {why}")

    def breaker(self, library: LibraryId, state: str) -> None:
        """See `Observer`."""

    def repeated(self, library: LibraryId, how: str) -> None:
        """See `Observer`."""
        self.faults.append(f"taken for a repeat: {how}")

    def recovered(self, entry: JournalEntry, resolution: Resolution, remark: str) -> None:
        """See `Observer`."""

    def listed(self, entry: JournalEntry, remark: str) -> None:
        """See `Observer`."""

    def session_opened(self, listener: str) -> None:
        """See `Observer`."""

    def session_closed(self, listener: str) -> None:
        """See `Observer`."""

    def violation(self, kind: str, listener: str, terminal: str) -> None:
        """See `Observer`."""
        self.faults.append(f"{listener}: {kind}")

    def login(self, listener: str, user: str, address: str, accepted: bool) -> None:
        """See `Observer`."""

    def losses(self, library: LibraryId, protocol: str, direction: Direction) -> Tally:
        """See `Observer`.  What is lost is seen by comparing."""
        return Tally()
