"""What the checks ask of a counterpart."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, tzinfo
from typing import Any

from softdock.adapters import LibraryId, Operation, Reason
from softdock.circulation.records import record
from softdock.circulation.words import Word
from softdock.kit.simulators.faults import Faults, Harm
from softdock.mappings.positions import Text
from softdock.mappings.problems import NOWHERE, Place


class NoCounterpart(Exception):
    """Nothing can stand in for the system: a sentence that says why, and what to do."""

    def __init__(self, sentence: str, place: Place = NOWHERE) -> None:
        super().__init__(sentence)
        self.place = place


class Expected(Word):
    """What is to come of an operation."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    """No usable answer: one of the errors that the vocabulary names."""


@record
class Case:
    """An operation, and what is to come of it."""

    name: str
    """What it shows, for people."""
    operation: Operation
    expected: Expected
    reason: Reason | None = None
    """Of a refusal; None where any will do."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Settings that it needs, beside those of the counterpart."""
    operation_id: str = "OPERATION-1"
    place: Place = NOWHERE
    """Where it is written."""


@record
class Heard:
    """A request that came to the counterpart."""

    call: str
    """What for, by the name that faults are ordered by."""
    changed: bool
    """Whether it has changed the books."""


class Counterpart(ABC):
    """Stands in for the system of one library, on the loopback interface as a rule.

    A Python adapter's own counterpart has to say no more than `start`, `stop`, `settings` and `cases`; what else it
    says, the more is proven.
    """

    library: LibraryId = LibraryId("LIB")
    zone: tzinfo = UTC
    currency: str = "CNY"
    faults: Faults | None = None
    """Through which it is told to fail; None where it cannot be."""
    personal: frozenset[str] = frozenset()
    """Texts about its patrons: cards, PINs, names.  None of them may be in a log."""
    allows_changes: bool = True
    """Whether operations that change its books may be put to it."""
    answers_probe: bool = True
    """Whether it knows what a probe asks."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        """What has come since `play`."""
        self.unexpected: list[str] = []
        """Requests since `play` of which it made nothing, each told without its values."""
        self._harm: tuple[int, Harm, bool | None] | None = None

    @property
    @abstractmethod
    def settings(self) -> Mapping[str, object]:
        """The settings of an adapter that speaks to it; known once it has started."""

    @property
    @abstractmethod
    def cases(self) -> Sequence[Case]:
        """What can be asked, and what is to come of it."""

    @abstractmethod
    async def start(self, reactor: Any) -> None:
        """Begin to answer.  Raises NoCounterpart."""

    @abstractmethod
    async def stop(self) -> None:
        """Answer no more, and hang up on whoever is connected."""

    def play(self, case: Case | None) -> None:
        """Begin anew: books as in the beginning, nothing heard, no faults; `case` is what will be asked."""
        self.heard.clear()
        self.unexpected.clear()
        self._harm = None
        if self.faults is not None:
            self.faults.clear()

    def harm(self, number: int, harm: Harm, *, carried_out: bool | None = None) -> None:
        """Let `harm` happen to the request of this number since `play`, counted from 0."""
        self._harm = (number, harm, carried_out)

    def hear(self, call: str, *, changed: bool) -> None:
        """A request has come.  Whoever starts a counterpart of their own calls it before anything comes of one."""
        if self._harm is not None and self._harm[0] == len(self.heard) and self.faults is not None:
            self.faults.next(self._harm[1], carried_out=self._harm[2])
        self.heard.append(Heard(call, changed))

    def state(self) -> Hashable:
        """What has happened to its books, for comparison; None where that is not known."""
        return None

    def now(self) -> datetime:
        """The present, as the adapter is told it."""
        return datetime.now(self.zone)


class Referred(Text):
    """A secret, as settings give it that refer to it: never shown."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<a secret>"

    def shown(self) -> str:
        """In place of itself."""
        return "The value of a secret"
