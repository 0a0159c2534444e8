"""What is counted: the tallies behind the metrics of `ops.metric_table`.

Counting happens for every message a device sends, exporting once in a quarter of a minute.  So the hot path
adds to plain integers, and everything with a name, a label or a help text waits for `ops.exposition`.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from softdock.circulation.accounts import Account
from softdock.circulation.errors import (
    AnswerLost,
    LibrarySystemError,
    MalformedReply,
    Misconfigured,
    SystemBusy,
    SystemUnavailable,
    Unsupported,
)
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import Effect, JournalEntry, Resolution
from softdock.circulation.losses import Direction, Tally
from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.partners import Stranger
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

DURATIONS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds in seconds of the classes of a duration."""

_ERRORS: tuple[tuple[type[Exception], str], ...] = (
    (Misconfigured, "misconfigured"),
    (SystemUnavailable, "system-unavailable"),
    (SystemBusy, "system-busy"),
    (AnswerLost, "answer-lost"),
    (TimeoutError, "deadline"),
    (MalformedReply, "malformed-reply"),
    (Unsupported, "unsupported"),
    (LibrarySystemError, "other"),
)


def error_word(error: Exception) -> str:
    """The word for `error` in metrics and logs; whatever the port does not name is a bug of the adapter.

    >>> error_word(SystemBusy()), error_word(KeyError("z303"))
    ('system-busy', 'bug')
    """
    return next((word for family, word in _ERRORS if isinstance(error, family)), "bug")


class Durations:
    """How many durations fell into each class of `DURATIONS`, and their sum."""

    __slots__ = ("classes", "seconds")

    def __init__(self) -> None:
        self.classes = [0] * (len(DURATIONS) + 1)
        """One more than there are bounds: the last is for what is longer."""
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self.classes[bisect_left(DURATIONS, seconds)] += 1
        self.seconds += seconds

    def merge(self, other: "Durations") -> None:
        """Count what `other` has counted."""
        self.classes = [mine + theirs for mine, theirs in zip(self.classes, other.classes, strict=True)]
        self.seconds += other.seconds

    @property
    def count(self) -> int:
        """How many there were in all."""
        return sum(self.classes)


class OperationTally(Durations):
    """The operations of one kind at one library: their durations, and which of them were not done."""

    __slots__ = ("kind", "library", "refused", "unknown")

    def __init__(self, library: LibraryId, kind: str) -> None:
        super().__init__()
        self.library = library
        self.kind = kind
        self.refused: Counter[Reason] = Counter()
        self.unknown = 0

    @property
    def done(self) -> int:
        """What was neither refused nor lost."""
        return self.count - self.unknown - sum(self.refused.values())


class TransactionTally(Durations):
    """The transactions of one name on one database."""

    __slots__ = ("outcomes", "units")

    def __init__(self) -> None:
        super().__init__()
        self.outcomes: Counter[str] = Counter()
        self.units = 0


class LegTally(Durations):
    """The calls to one library's system that had to be waited for."""

    __slots__ = ("outcomes",)

    def __init__(self) -> None:
        super().__init__()
        self.outcomes: Counter[str] = Counter()


class Metrics:
    """The counting half of `circulation.ports.Observer`, and of `circulation.ports.TransactionObserver`.

    To be used by one thread, the reactor's; whoever exports reads in the same thread.
    """

    def __init__(self) -> None:
        self._tallies: dict[tuple[LibraryId, type[Operation]], OperationTally] = {}
        self.failures: Counter[tuple[LibraryId, str]] = Counter()
        self.legs: dict[LibraryId, LegTally] = {}
        self.withheld_operations: Counter[tuple[LibraryId, str]] = Counter()
        """By library and why."""
        self.breaker_openings: Counter[str] = Counter()
        self.recovered_operations: Counter[tuple[LibraryId, str]] = Counter()
        """By library and resolution."""
        self.joined: Counter[str] = Counter()
        self.hindered: Counter[str] = Counter()
        """Both by library."""
        self.open_sessions: Counter[str] = Counter()
        self.sessions: Counter[str] = Counter()
        self.logins: Counter[tuple[str, bool]] = Counter()
        self.violations: Counter[tuple[str, str]] = Counter()
        self.exchanges: Counter[tuple[str, str]] = Counter()
        """By NCIP service and outcome."""
        self.problems: Counter[tuple[str, str]] = Counter()
        """By NCIP service and problem type."""
        self.strangers: Counter[str] = Counter()
        self.withheld_answers: Counter[str] = Counter()
        """By NCIP service."""
        self._losses: dict[tuple[LibraryId, str, str], Tally] = {}
        self.transactions: dict[tuple[str, ...], TransactionTally] = {}
        """By database and name."""
        self.commits: dict[str, Durations] = {}
        self.reloads: Counter[str] = Counter()
        """By what came of them: accepted or refused."""
        self.open_traces = 0

    def operations(self) -> Iterator[OperationTally]:
        """The tallies.  Several may be of one library and kind: there are three operations on holds."""
        return iter(self._tallies.values())

    def operation(
        self,
        account: Account,
        operation: Operation,
        outcome: AnyOutcome,
        seconds: float,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        """See `circulation.ports.Observer`.  Counted for the library of the device, whoever was asked."""
        try:
            tally = self._tallies[account.library, type(operation)]
        except KeyError:
            tally = self._new_tally(account, operation)
        # Written out rather than calling `add`, as every message of every device comes by.
        tally.classes[bisect_left(DURATIONS, seconds)] += 1
        tally.seconds += seconds
        if type(outcome) is not Done:
            if type(outcome) is Refused:
                tally.refused[outcome.reason] += 1
            else:
                tally.unknown += 1

    def _new_tally(self, account: Account, operation: Operation) -> OperationTally:
        tally = OperationTally(account.library, operation.capability.value)
        self._tallies[account.library, type(operation)] = tally
        return tally

    def failure(
        self,
        account: Account,
        operation: Operation,
        error: Exception,
        number: int,
        asked: LibraryId | None = None,
    ) -> None:
        """See `circulation.ports.Observer`."""
        self.failures[asked or account.library, error_word(error)] += 1

    def leg(self, library: LibraryId, outcome: AnyOutcome | Effect | Exception, seconds: float) -> None:
        """See `circulation.ports.Observer`."""
        tally = self.legs.get(library)
        if tally is None:
            tally = self.legs[library] = LegTally()
        tally.add(seconds)
        if type(outcome) is Done or type(outcome) is Effect:
            word = "done"
        elif isinstance(outcome, Exception):
            word = error_word(outcome)
        else:
            word = "refused" if type(outcome) is Refused else "unknown"
        tally.outcomes[word] += 1

    def withheld(self, library: LibraryId, why: str) -> None:
        """See `circulation.ports.Observer`."""
        self.withheld_operations[library, why] += 1

    def breaker(self, library: LibraryId, state: str) -> None:
        """See `circulation.ports.Observer`.  How it stands is exported by whoever knows it at this moment."""
        if state == "open":
            self.breaker_openings[library] += 1

    def repeated(self, library: LibraryId, how: str) -> None:
        """See `circulation.ports.Observer`."""
        (self.joined if how == "joined" else self.hindered)[library] += 1

    def recovered(self, entry: JournalEntry, resolution: Resolution, remark: str) -> None:
        """See `circulation.ports.Observer`.  Counted for the library whose books it is about."""
        self.recovered_operations[entry.claim.system, resolution.value] += 1

    def session_opened(self, listener: str) -> None:
        """See `circulation.ports.Observer`."""
        self.open_sessions[listener] += 1
        self.sessions[listener] += 1

    def session_closed(self, listener: str) -> None:
        """See `circulation.ports.Observer`."""
        self.open_sessions[listener] -= 1

    def violation(self, kind: str, listener: str, terminal: str) -> None:
        """See `circulation.ports.Observer`."""
        self.violations[listener, kind] += 1

    def login(self, listener: str, user: str, address: str, accepted: bool) -> None:
        """See `circulation.ports.Observer`.  Neither user nor address is a label: anybody can make one up."""
        self.logins[listener, accepted] += 1

    def losses(self, library: LibraryId, protocol: str, direction: Direction) -> Tally:
        """See `circulation.ports.Observer`.  What is lost together is counted together."""
        return self._losses.setdefault((library, protocol, direction.value), Counter())

    def lost_values(self) -> Counter[tuple[str, ...]]:
        """How often each value could not be carried: by library, protocol, direction, and what it was."""
        found: Counter[tuple[str, ...]] = Counter()
        for key, tally in self._losses.items():
            for names, times in tally.items():
                for each in names:
                    found[*key, each] += times
        return found

    def exchange(self, service: str, problems: Sequence[str]) -> None:
        """See `ops.observers.Observers`.  Neither is made up by a partner: both are of closed lists."""
        self.exchanges[service, "problem" if problems else "done"] += 1
        for each in problems:
            self.problems[service, each] += 1

    def stranger(self, why: Stranger) -> None:
        """See `ops.observers.Observers`."""
        self.strangers[why.value] += 1

    def answer_withheld(self, service: str) -> None:
        """See `ops.observers.Observers`."""
        self.withheld_answers[service] += 1

    def transaction(
        self, database: str, name: str, outcome: str, seconds: float, commit_seconds: float, units: int
    ) -> None:
        """See `circulation.ports.TransactionObserver`."""
        tally = self.transactions.get((database, name))
        if tally is None:
            tally = self.transactions[database, name] = TransactionTally()
        tally.add(seconds)
        tally.outcomes[outcome] += 1
        tally.units += units
        if commit_seconds:
            commits = self.commits.get(database)
            if commits is None:
                commits = self.commits[database] = Durations()
            commits.add(commit_seconds)
