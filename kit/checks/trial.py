"""One check at work: a reactor of its own, a counterpart, adapters, and everything that is logged meanwhile."""

import logging
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Final, Self, cast

from twisted.internet.defer import CancelledError, Deferred, ensureDeferred
from twisted.internet.selectreactor import SelectReactor
from twisted.internet.task import deferLater
from twisted.logger import LogEvent, eventAsText, globalLogPublisher
from twisted.python.failure import Failure

from softdock.adapters import (
    AdapterContext,
    AnswerLost,
    AnyOutcome,
    Done,
    LibrarySystem,
    LibrarySystemError,
    MalformedReply,
    Refused,
)
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.kit.checks.check import Check, Finding, Need, Result, Verdict
from softdock.kit.checks.subject import Subject
from softdock.kit.counterparts.port import Case, Counterpart, Expected, NoCounterpart
from softdock.mappings.problems import NOWHERE, Place

LONGEST: Final = 60.0
"""Seconds after which a check is given up."""

PATIENCE: Final = 5.0
"""Seconds that something may take which should happen at once."""


@dataclass(slots=True)
class Came:
    """What came of an operation that was put to the adapter."""

    outcome: AnyOutcome | None = None
    error: BaseException | None = None

    @property
    def is_named(self) -> bool:
        """Whether it is something that an adapter may answer."""
        return self.outcome is not None or isinstance(self.error, LibrarySystemError)

    @property
    def says_no(self) -> bool:
        """Whether it says that nothing was done."""
        if self.error is not None:
            return not isinstance(self.error, AnswerLost | MalformedReply | CancelledError)
        return isinstance(self.outcome, Refused)

    def __str__(self) -> str:
        if self.error is not None:
            return type(self.error).__name__
        if isinstance(self.outcome, Refused):
            return f"Refused({self.outcome.reason.value})"
        return type(self.outcome).__name__

    def fits(self, case: Case) -> bool:
        """Whether it is what `case` expects."""
        if case.expected is Expected.DONE:
            return isinstance(self.outcome, Done)
        if case.expected is Expected.FAILED:
            return isinstance(self.error, LibrarySystemError)
        return isinstance(self.outcome, Refused) and case.reason in (None, self.outcome.reason)


@dataclass(slots=True)
class Trial:
    """What a check has in hand."""

    subject: Subject
    reactor: Any
    directory: Path
    counterpart: Counterpart | None = None
    findings: list[Finding] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    """Texts of what was logged, and every value in it."""
    _adapters: list[LibrarySystem] = field(default_factory=list)
    _made: dict[str, LibrarySystem] = field(default_factory=dict)

    def found(self, sentence: str, place: Place = NOWHERE) -> None:
        """Something is wrong; at `place`, or with the adapter as a whole."""
        finding = Finding(sentence, place)
        if finding not in self.findings:
            self.findings.append(finding)

    # --- adapters -------------------------------------------------------------------------------------

    @property
    def played(self) -> Counterpart:
        """The counterpart; a check that asks for it needs one."""
        assert self.counterpart is not None
        return self.counterpart

    @property
    def context(self) -> AdapterContext:
        """What the adapter is told of its library."""
        played = self.played
        return AdapterContext(
            played.library, played.zone, played.currency, played.now, self.directory, self.reactor
        )

    def settings(self, more: Mapping[str, object] | None = None) -> dict[str, object]:
        """Those that lead the adapter to the counterpart."""
        subject = self.subject
        return {**subject.declared, **self.played.settings, **(more or {}), **subject.own}

    async def adapter(self, more: Mapping[str, object] | None = None) -> LibrarySystem:
        """One with these settings, opened; the same one for the same settings.  Closed at the end."""
        key = repr(sorted((more or {}).items()))
        if key not in self._made:
            made = self.subject.make(self.settings(more), self.context)
            self._adapters.append(made)
            await made.open()
            self._made[key] = made
        return self._made[key]

    async def close(self) -> None:
        """Close every adapter."""
        self._made.clear()
        while self._adapters:
            await self._adapters.pop().close()

    # --- operations -----------------------------------------------------------------------------------

    def cases(self, expected: Expected | None = None) -> Sequence[Case]:
        """Those that may be put to the counterpart."""
        return [
            each
            for each in self.played.cases
            if expected in (None, each.expected)
            and (self.played.allows_changes or not each.operation.changes_state)
        ]

    async def offered(self, expected: Expected, *, one_each: bool = False) -> Sequence[Case]:
        """Those of operations that the adapter offers; with `one_each` the first of every operation."""
        found: list[Case] = []
        for each in self.cases(expected):
            adapter = await self.adapter(each.settings)
            kind = type(each.operation)
            if each.operation.capability not in adapter.capabilities:
                continue
            if not can_do(adapter, kind) or (one_each and any(type(one.operation) is kind for one in found)):
                continue
            found.append(each)
        return found

    def start(self, adapter: LibrarySystem, case: Case) -> "Deferred[Any]":
        """Put the operation of `case` to `adapter`."""
        return ensureDeferred(adapter.perform(case.operation, case.operation_id))

    async def ask(self, case: Case, adapter: LibrarySystem | None = None, *, afresh: bool = True) -> Came:
        """What comes of `case`, with the books as in the beginning if `afresh`."""
        if afresh:
            self.played.play(case)
        asked = self.start(adapter or await self.adapter(case.settings), case)
        return await self.came_of(asked)

    async def came_of(self, asked: "Deferred[Any]") -> Came:
        """What comes of an operation that was started."""
        try:
            return Came(outcome=await asked)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
            self.logged.append("".join(traceback.format_exception(error)))
            return Came(error=error)

    async def turn_until(self, holds: Any, seconds: float = PATIENCE) -> bool:
        """Whether `holds()` within that time."""
        until = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > until:
                return False
            await deferLater(self.reactor, 0.005)
        return True


def can_do(adapter: LibrarySystem, operation: type) -> bool:
    """Whether there is something for exactly this operation, of those that share a capability."""
    if isinstance(adapter, DeclarativeAdapter):
        return operation in adapter.carried_out
    return operation in getattr(adapter, "overridden", (operation,))


# --- carrying one out ---------------------------------------------------------------------------------


def carry_out(check: Check, subject: Subject) -> Result:
    """What comes of `check`, in a thread and on a reactor of its own."""
    began = time.monotonic()
    with TemporaryDirectory(prefix="softdock-kit-") as folder:
        trial = Trial(subject, SelectReactor(), Path(folder))
        if Need.FOLDER in check.needs and not hasattr(subject, "folder"):
            return Result(check, Verdict.NOT_TRIED, (Finding("it is about adapters that are folders"),))
        lacking: list[str] = []
        try:
            trial.counterpart = subject.counterpart()
        except NoCounterpart as none:
            lacking.append(str(none))
        if lacking and check.needs & {Need.COUNTERPART, Need.FAULTS, Need.CHANGES}:
            return Result(check, Verdict.NOT_TRIED, (Finding(lacking[0], subject.place),))
        played = trial.counterpart
        if Need.FAULTS in check.needs and (played is None or played.faults is None):
            return Result(check, Verdict.NOT_TRIED, (Finding("the counterpart cannot be told to fail"),))
        if Need.CHANGES in check.needs and (played is None or not played.allows_changes):
            return Result(check, Verdict.NOT_TRIED, (Finding("its books may not be changed"),))
        _turn(trial, check)
    reason = subject.waivers.get(check.id, "")
    verdict = Verdict.PASSED if not trial.findings else Verdict.WAIVED if reason else Verdict.FAILED
    return Result(check, verdict, tuple(trial.findings), reason, time.monotonic() - began)


def _turn(trial: Trial, check: Check) -> None:
    """Turn the reactor until the check is over, or has taken too long."""
    reactor = trial.reactor

    async def whole() -> None:
        played = trial.counterpart
        if played is not None:
            await played.start(reactor)
            played.play(None)
        try:
            await check.run(trial)
        finally:
            await trial.close()
            if played is not None:
                await played.stop()

    def begin() -> None:
        work = ensureDeferred(whole())
        work.addTimeout(LONGEST, reactor)
        work.addErrback(gone_wrong)
        work.addBoth(lambda _: reactor.stop())

    def gone_wrong(failure: Failure) -> None:
        """The check itself came to no end."""
        error = failure.value
        if isinstance(error, NoCounterpart):
            trial.found(str(error))
        elif not trial.findings:  # otherwise what was found is why
            where = traceback.extract_tb(error.__traceback__) if error is not None else []
            line = f", raised at {Path(where[-1].filename).name}:{where[-1].lineno}" if where else ""
            trial.found(f"the check came to an end with {type(error).__name__}: {error}{line}")

    reactor.callWhenRunning(begin)
    with Listening(trial.logged):
        thread = Thread(target=reactor.run, kwargs={"installSignalHandlers": False}, name=check.id)
        thread.start()
        thread.join()


class Listening(logging.Handler):
    """Puts everything that is logged into `logged`: the texts, and the values in them."""

    def __init__(self, logged: list[str]) -> None:
        super().__init__()
        self._logged = logged

    def __enter__(self) -> Self:
        globalLogPublisher.addObserver(cast("Any", self._event))
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        globalLogPublisher.removeObserver(cast("Any", self._event))
        logging.getLogger().removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`."""
        self._logged.append(record.getMessage())

    def _event(self, event: LogEvent) -> None:
        self._logged.append(eventAsText(event, includeTraceback=True, includeTimestamp=False))
        for key, value in event.items():
            if not key.startswith("log_") and key not in ("format", "message", "isError"):
                self._logged.append(str.__str__(value) if isinstance(value, str) else repr(value))
