"""The journal of this process as a part of the server: made from the settings, and watched by the operator."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import Journal
from softdock.consortium.desk import ConsortiumDesk
from softdock.consortium.recovery.recovery import Recovery
from softdock.ops import settings as s
from softdock.ops.observers import Observers
from softdock.store.database import Database, DatabaseNewer, DatabaseThreads
from softdock.store.journal import LOCK, SqlJournal, this_process

_STORE_CHANGED = "The journal cannot move while SoftDock runs. Stop it, and start it again."


class Keeping:
    """The journal of a process and its recovery; nothing of either where the settings name no store."""

    def __init__(
        self,
        settings: s.Settings,
        directory: Path,
        observer: Observers,
        reactor: Any,
        worker: int,
        journalled: Callable[[Journal], Journal],
        desk: ConsortiumDesk,
        now: Callable[[], datetime],
    ) -> None:
        """`desk` keeps in the journal from now on, with what `journalled` puts around it; `now` is aware."""
        self._store = settings.store
        self._is_open = False
        self._journal: SqlJournal | None = None
        self._recovery: Recovery | None = None
        if settings.store is None:
            return
        database = Database.at(settings.store, directory, LOCK)
        threads = DatabaseThreads(database, "store", reactor, observer, readers=1)
        keep = timedelta(seconds=float(settings.journal.keep))
        self._journal = SqlJournal(database, threads, this_process(worker), reactor, keep)
        kept = journalled(self._journal)
        desk.keep_in(kept, self._journal.names)
        self._recovery = Recovery(kept, desk.member, observer, reactor, now)

    def check(self, settings: s.Settings, file: str) -> None:
        """Raises ProblemsFound for `settings` that want the journal to be elsewhere."""
        if settings.store != self._store:
            raise s.ProblemsFound([s.Problem(s.Place(file, path="store"), _STORE_CHANGED)])

    async def open(self) -> None:
        """Make ready, and settle what was left behind, as far as that is possible soon; once is enough.

        The desk knows its libraries, and no device is heard yet.  Raises ValueError for a store of a later version.
        """
        if self._is_open:
            return
        if self._journal is not None and self._recovery is not None:
            try:
                await self._journal.start()
            except DatabaseNewer as error:
                raise ValueError(f"store: {error}") from None
            await self._recovery.before_listening()
            self._recovery.start()
        self._is_open = True

    async def stop(self) -> None:
        """Begin to settle nothing any more."""
        if self._recovery is not None:
            await self._recovery.stop()

    def close(self) -> None:
        """Let go of the journal, in which nobody keeps anything any more."""
        if self._journal is not None:
            self._journal.close()

    def standing(self) -> "Standing | None":
        """How the journal stands; None where there is none."""
        return None if self._journal is None else Standing(self._journal)


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
