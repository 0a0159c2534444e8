"""What a check is, and what comes of one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from softdock.circulation.records import record
from softdock.circulation.words import Word
from softdock.mappings.problems import NOWHERE, Place

if TYPE_CHECKING:
    from softdock.kit.checks.trial import Trial


class Level(Word):
    """How much a check weighs."""

    MUST = "must"
    """An adapter that does not pass it is not ready."""
    SHOULD = "should"
    """There may be a reason not to pass it."""


class Need(Word):
    """What a check cannot be carried out without."""

    FOLDER = "folder"
    """An adapter that is a folder."""
    COUNTERPART = "counterpart"
    """Something to ask."""
    FAULTS = "faults"
    """A counterpart that fails on demand."""
    CHANGES = "changes"
    """A counterpart whose books may be changed."""


class Verdict(Word):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "failed"
    WAIVED = "waived"
    """Not passed, for a reason that is written down."""
    NOT_TRIED = "not-tried"
    """What it needs is not there."""


@record
class Finding:
    """One thing that a check has found."""

    sentence: str
    place: Place = NOWHERE

    def __str__(self) -> str:
        where = f"{self.place.file}:{self.place.line}: " if self.place.line else ""
        return (
            f"{where}{self.sentence}"
            if where or not self.place.file
            else f"{self.place.file}: {self.sentence}"
        )


@dataclass(frozen=True, slots=True)
class Check:
    """One property of an adapter, by an id that never changes its meaning."""

    id: str
    """Such as KIT-01."""
    name: str
    level: Level
    sentence: str
    """What holds of an adapter that passes."""
    needs: frozenset[Need]
    run: "Callable[[Trial], Awaitable[None]]"
    """Looks, and tells the trial what it finds."""


@record
class Result:
    """What came of one check."""

    check: Check
    verdict: Verdict
    findings: Sequence[Finding] = ()
    """What was found wrong; of one that was not tried, why not."""
    reason: str = ""
    """Of a waiver."""
    seconds: float = 0.0

    @property
    def is_superfluous(self) -> bool:
        """Whether a waiver is there for what passes."""
        return self.verdict is Verdict.PASSED and bool(self.reason)

    @property
    def is_bad(self) -> bool:
        """Whether the adapter is not ready because of it."""
        return self.verdict is Verdict.FAILED and self.check.level is Level.MUST


DECLARED: Final[dict[str, Check]] = {}
"""Every check by its id, once its module is imported."""


def check(
    id: str,  # noqa: A002 - it is one
    name: str,
    sentence: str,
    *,
    level: Level = Level.MUST,
    needs: Sequence[Need] = (),
) -> "Callable[[Callable[[Trial], Awaitable[None]]], Callable[[Trial], Awaitable[None]]]":
    """Declares a coroutine function to be a check."""

    def declared(run: "Callable[[Trial], Awaitable[None]]") -> "Callable[[Trial], Awaitable[None]]":
        assert id not in DECLARED, id
        DECLARED[id] = Check(id, name, level, sentence, frozenset(needs), run)
        return run

    return declared
