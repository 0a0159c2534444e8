"""The journal of this process as a part of the server: made from the settings, and watched by the operator."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from softdock.circulation.identifiers import LibraryId
from softdock.circulation.ports import TransactionObserver
from softdock.ops.settings import Settings
from softdock.store.database import Database, DatabaseThreads
from softdock.store.journal import LOCK, SqlJournal, this_process


def journal_of(
    settings: Settings, directory: Path, reactor: Any, observer: TransactionObserver, worker: int
) -> SqlJournal | None:
    """The journal, made but not opened; None where the settings name no store."""
    if settings.store is None:
        return None
    database = Database.at(settings.store, directory, LOCK)
    threads = DatabaseThreads(database, "store", reactor, observer, readers=1)
    keep = timedelta(seconds=float(settings.journal.keep))
    return SqlJournal(database, threads, this_process(worker), reactor, keep)


class Standing:
    """How a journal stands, as `ops.journal.JournalStanding` has it."""

    def __init__(self, journal: SqlJournal, now: Callable[[], float] = time.time) -> None:
        """`now` gives seconds since 1970."""
        self._counts = journal.counts
        self._now = now()
        self.away = journal.is_away

    @property
    def open(self) -> int:
        """See `ops.journal.JournalStanding`."""
        return self._counts.open

    @property
    def unknown(self) -> Mapping[LibraryId, int]:
        """See `ops.journal.JournalStanding`."""
        return self._counts.unknown

    @property
    def listed(self) -> Mapping[LibraryId, int]:
        """See `ops.journal.JournalStanding`."""
        return self._counts.listed

    @property
    def oldest_unknown(self) -> float:
        """See `ops.journal.JournalStanding`."""
        return self._age(self._counts.oldest_unknown)

    @property
    def oldest_listed(self) -> float:
        """See `ops.journal.JournalStanding`."""
        return self._age(self._counts.oldest_listed)

    def _age(self, claimed: int | None) -> float:
        return 0.0 if claimed is None else max(self._now - claimed / 1_000_000, 0.0)
