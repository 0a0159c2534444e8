"""The two halves of `circulation.ports.Observer` as one: everything is counted, and some of it is logged.

The same for `circulation.ports.TransactionObserver`, and for what comes of partners' messages.
"""

from collections.abc import Sequence

from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import Effect, JournalEntry, Resolution
from softdock.circulation.losses import Direction, Tally
from softdock.circulation.operations import Operation
from softdock.circulation.partners import Stranger
from softdock.circulation.ports import AnyOutcome
from softdock.ops.metrics import Metrics
from softdock.ops.operation_log import LogObserver


class Observers:
    """Counts first, then logs what is to be logged.  An operation that changed nothing is not logged."""

    def __init__(self, metrics: Metrics, log: LogObserver) -> None:
        self._metrics = metrics
        self._log = log
        self._count = metrics.operation

    def operation(
        self,
        account: Account,
        operation: Operation,
        outcome: AnyOutcome,
        seconds: float,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        """See `circulation.ports.Observer`."""
        self._count(account, operation, outcome, seconds, number)
        if operation.changes_state:
            self._log.operation(account, operation, outcome, seconds, number, asked)

    def failure(
        self,
        account: Account,
        operation: Operation,
        error: Exception,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        """See `circulation.ports.Observer`."""
        self._metrics.failure(account, operation, error, number, asked)
        self._log.failure(account, operation, error, number, asked)

    def leg(self, library: LibraryId, outcome: AnyOutcome | Effect | Exception, seconds: float) -> None:
        """See `circulation.ports.Observer`."""
        self._metrics.leg(library, outcome, seconds)

    def withheld(self, library: LibraryId, why: str) -> None:
        """See `circulation.ports.Observer`."""
        self._metrics.withheld(library, why)

    def breaker(self, library: LibraryId, state: str) -> None:
        """See `circulation.ports.Observer`."""
        self._metrics.breaker(library, state)
        self._log.breaker(library, state)

    def repeated(self, library: LibraryId, how: str) -> None:
        """See `circulation.ports.Observer`.  The operation itself is logged as any other."""
        self._metrics.repeated(library, how)

    def recovered(self, entry: JournalEntry, resolution: Resolution, remark: str) -> None:
        """See `circulation.ports.Observer`."""
        self._metrics.recovered(entry, resolution, remark)
        self._log.recovered(entry, resolution, remark)

    def listed(self, entry: JournalEntry, remark: str) -> None:
        """See `circulation.ports.Observer`.  How many there are is for the journal to say."""
        self._log.listed(entry, remark)

    def session_opened(self, listener: str) -> None:
        """See `circulation.ports.Observer`."""
        self._metrics.session_opened(listener)
        self._log.session_opened(listener)

    def session_closed(self, listener: str) -> None:
        """See `circulation.ports.Observer`."""
        self._metrics.session_closed(listener)
        self._log.session_closed(listener)

    def violation(self, kind: str, listener: str, terminal: str) -> None:
        """See `circulation.ports.Observer`."""
        self._metrics.violation(kind, listener, terminal)
        self._log.violation(kind, listener, terminal)

    def login(self, listener: str, user: str, address: str, accepted: bool) -> None:
        """See `circulation.ports.Observer`."""
        self._metrics.login(listener, user, address, accepted)
        self._log.login(listener, user, address, accepted)

    def losses(self, library: LibraryId, protocol: str, direction: Direction) -> Tally:
        """See `circulation.ports.Observer`.  Which values they were, nobody is told."""
        return self._metrics.losses(library, protocol, direction)

    def exchange(self, service: str, problems: Sequence[str]) -> None:
        """A message of a partner was answered, for want of better with `problems`; what became of it is logged as any operation."""
        self._metrics.exchange(service, problems)

    def stranger(self, why: Stranger, agency: str, address: str) -> None:
        """A message came from nobody who is known here."""
        self._metrics.stranger(why)
        self._log.stranger(why, agency, address)

    def unreadable(self, problem: str, address: str) -> None:
        """What came was no message of NCIP; it is counted as any exchange."""
        self._log.unreadable(problem, address)

    def answer_withheld(self, service: str, account: str, fault: str) -> None:
        """What was to be answered is against the schema, and another answer was given: a fault of ours."""
        self._metrics.answer_withheld(service)
        self._log.answer_withheld(service, account, fault)

    def transaction(
        self, database: str, name: str, outcome: str, seconds: float, commit_seconds: float, units: int
    ) -> None:
        """See `circulation.ports.TransactionObserver`."""
        self._metrics.transaction(database, name, outcome, seconds, commit_seconds, units)
        self._log.transaction(database, name, outcome, seconds, commit_seconds, units)
