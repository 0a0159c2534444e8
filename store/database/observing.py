"""Who watches transactions for the operator."""

from typing import Protocol


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
