"""A consortium in which answers were lost, and a recovery that can be killed and begun anew."""

from datetime import datetime, timedelta
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from fake_journal import FakeJournal
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import Effect, JournalEntry
from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Done, SessionEnded
from softdock.consortium.desk import Member
from softdock.consortium.directory import Library
from softdock.consortium.gates import Gates
from softdock.consortium.recovery.recovery import Recovery
from stubs import NOON, RecordingObserver, StubSystem, a_library

DONE = Done(SessionEnded("R0012345"))


class Village:
    """One library, and others if need be; its system shows and answers what the test says at the moment."""

    def __init__(self, *entries: JournalEntry, later: float = 100.0, **library: Any) -> None:
        """It is `later` seconds after noon, when the entries were claimed."""
        self.clock = Clock()
        self.clock.advance(later)
        self.journal = FakeJournal(*entries)
        self.observer = RecordingObserver()
        self.shown: Any = Effect.UNCLEAR
        """An effect, an error, a Deferred, or a list of them of which the last stays."""
        self.undone: Any = Effect.UNCLEAR
        """The same, of an undoing."""
        self.answer: Any = DONE
        self.system = StubSystem(self._respond, show=self._show)
        self.libraries: dict[LibraryId, Library] = {}
        self.add(a_library(self.system, **library))
        self.begin_anew()

    def add(self, library: Library) -> None:
        self.libraries[library.id] = library

    def begin_anew(self) -> None:
        """Another process: of the one before, nothing is left but the journal and the systems."""
        gates = Gates(self.clock, self.observer, lambda: 0.0)
        self.recovery = Recovery(
            self.journal,
            lambda library: self._member(library, gates),
            self.observer,
            self.clock,
            self.now,
        )

    def killed(self) -> None:
        """The process is gone from one moment to the next."""
        for each in self.clock.getDelayedCalls():
            each.cancel()
        self.begin_anew()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.clock.seconds())

    def looks(self) -> bool:
        """A first look; whether it is over."""
        return Deferred.fromCoroutine(self.recovery.before_listening()).called

    def runs(self, seconds: int) -> None:
        """The recovery goes on for so long."""
        if not self.recovery._loop.running:
            self.recovery.start()
        for _ in range(seconds):
            self.clock.advance(1)

    @property
    def remark(self) -> str:
        return self.journal.entries[1].remark

    def _member(self, library: LibraryId, gates: Gates) -> Member | None:
        found = gates.of(self.libraries.values())
        return Member(self.libraries[library], found[library]) if library in found else None

    def _show(self, operation: Operation, operation_id: str) -> Any:
        name = "undone" if operation_id.endswith("-undo") else "shown"
        return self._next(name)

    def _respond(self, operation: Operation) -> Any:
        return self._next("answer")

    def _next(self, name: str) -> Any:
        value = getattr(self, name)
        if not isinstance(value, list):
            return value
        return value.pop(0) if len(value) > 1 else value[0]
