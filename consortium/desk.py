"""The desk: takes one operation from an account, and always has an answer.

What a system's failure means for the patron is decided here and nowhere else:

=======================  ==================================  ========================
the adapter raised       for a lookup                        for a change of state
=======================  ==================================  ========================
SystemUnavailable        refused: system-unavailable         refused, nothing was sent
SystemBusy               refused: system-busy                refused, nothing was done
AnswerLost, a deadline   refused: system-unavailable         Unknown
MalformedReply           refused: system-unavailable         Unknown
Unsupported              refused: not-supported              refused: not-supported
anything else (a bug)    refused: system-unavailable         Unknown
=======================  ==================================  ========================

Unknown is told as "not done, please see the desk": a patron who walks away with an item that is not
booked is a smaller harm than one who is told that it is.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from softdock.circulation.accounts import ALL_RIGHTS, Account
from softdock.circulation.capabilities import RIGHT_TO, Capability, permitted
from softdock.circulation.errors import SystemBusy, SystemUnavailable, Unsupported
from softdock.circulation.identifiers import LibraryId, PatronId
from softdock.circulation.locale import in_language
from softdock.circulation.operations import EndSession, Operation
from softdock.circulation.outcomes import Done, PatronReport, PinCheck, Refused, SessionEnded, Unknown
from softdock.circulation.ports import AnyOutcome, LibrarySystem, Observer, ServiceStatus
from softdock.circulation.reasons import Reason
from softdock.circulation.stepping import Waiting, step
from softdock.consortium.directory import Directory, Library
from softdock.consortium.resilience import Throttle, finish_within

RESERVE = 2.0
"""Seconds between a library's deadline and the time-out that its devices are promised."""

LONGEST_PIN_WAIT = 3.0
"""Seconds for which a try of a PIN is held back; one that would have to wait longer is refused."""


class ConsortiumDesk:
    """Implements `circulation.ports.Desk`."""

    def __init__(
        self,
        directory: Directory,
        observer: Observer,
        clock: IReactorTime,
        now: Callable[[], datetime],
    ) -> None:
        """`clock` measures and arms deadlines; `now` gives the aware time of day, for downtimes."""
        self._libraries = directory.by_id
        self._observer = observer
        self._clock = clock
        self._now = now
        self._seconds = clock.seconds
        self._count = 0
        self._wrong_pins: Throttle[tuple[LibraryId, PatronId]] = Throttle(free=5, longest=30.0)
        self._under_way: Counter[LibrarySystem] = Counter()
        self._released: dict[LibrarySystem, Deferred[None]] = {}

    def go_by(self, directory: Directory) -> None:
        """From now on these are the libraries; what has begun goes on where it began.

        The desk itself stays: operations are counted on, and wrong PINs are remembered.
        """
        self._libraries = directory.by_id

    def released(self, system: LibrarySystem) -> "Deferred[None]":
        """When nothing is under way at `system`, which no library has any more.  To be asked for once."""
        released: Deferred[None] = Deferred()
        if self._under_way[system]:
            self._released[system] = released
        else:
            released.callback(None)
        return released

    async def perform(self, account: Account, operation: Operation) -> AnyOutcome:
        """See `circulation.ports.Desk`."""
        started = self._seconds()
        self._count = number = self._count + 1
        library = self._libraries.get(account.library)
        outcome = self._refusal(account, library, operation)
        if outcome is None and self._wrong_pins.failures:
            outcome = await self._hold_back(account, operation)
            library = self._libraries.get(account.library)
        if outcome is None:
            assert library is not None
            try:
                stepped = step(library.system.perform(operation))
                if isinstance(stepped, Waiting):
                    left = max(started + library.deadline - self._seconds(), 0.0)
                    self._under_way[library.system] += 1
                    try:
                        stepped = await finish_within(self._clock, left, stepped)
                    finally:
                        self._ended(library.system)
                outcome = stepped
            except CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - the one broad net: whatever an adapter does wrong ends here
                outcome = _told_for(error, operation)
                self._observer.failure(account, operation, error, number)
            if type(outcome) is not Done or type(outcome.result) is PatronReport:
                self._watch_pin(library, operation, outcome)
        self._observer.operation(account, operation, outcome, self._seconds() - started, number)
        return outcome

    def status(self, account: Account | None, language: str) -> ServiceStatus | None:
        """See `circulation.ports.Desk`."""
        if account is None:
            if len(self._libraries) > 1:
                return None
            (library,) = self._libraries.values()
            rights = ALL_RIGHTS
        elif account.library in self._libraries:
            library, rights = self._libraries[account.library], account.rights
        else:
            return None
        downtime = library.downtime
        down = downtime is not None and downtime.covers(self._now())
        can = permitted(library.system.capabilities | {Capability.END_SESSION}, rights)
        if not library.offline:
            can -= {Capability.OFFLINE_TRANSACTIONS}
        return ServiceStatus(
            library=library.id,
            library_name=library.name(language),
            online=not down,
            capabilities=can,
            timeout=library.deadline + RESERVE,
            zone=library.zone,
            currency=library.currency,
            notice=in_language(downtime.text or "", language) if down and downtime else "",
        )

    # --- before the system ----------------------------------------------------------------------------

    def _refusal(self, account: Account, library: Library | None, operation: Operation) -> AnyOutcome | None:
        """What `operation` comes to without the library's system, if it does not get that far."""
        if library is None:  # it has left, and its devices are about to
            return Refused(Reason.SYSTEM_UNAVAILABLE)
        capability = operation.capability
        if RIGHT_TO[capability] not in account.rights:
            return Refused(Reason.NOT_ALLOWED)
        if library.downtime is not None and library.downtime.covers(self._now()):
            return Refused(Reason.DOWNTIME, library.downtime.text or "")
        if capability not in library.system.capabilities:
            if isinstance(operation, EndSession):
                return Done(SessionEnded(operation.patron))
            return Refused(Reason.NOT_SUPPORTED)
        if account.require_pin and operation.changes_state and _lacks_its_pin(operation):
            return Refused(Reason.PIN_REQUIRED)
        return None

    async def _hold_back(self, account: Account, operation: Operation) -> AnyOutcome | None:
        """Let a card at which somebody guesses wait for its next try."""
        library = self._libraries[account.library]
        card = _card_of(library, operation)
        if card is None:
            return None
        wait = self._wrong_pins.turn(card, self._seconds(), min(LONGEST_PIN_WAIT, library.deadline / 2))
        if wait is None:
            return Refused(Reason.PIN_TRY_LATER)
        if not wait:
            return None
        await deferLater(self._clock, wait)
        return self._refusal(account, self._libraries.get(account.library), operation)

    def _watch_pin(self, library: Library, operation: Operation, outcome: AnyOutcome) -> None:
        """Remember wrong PINs, and forget them for the right one.  Only a refusal or a report tells which it was."""
        if type(outcome) is Done:
            report = outcome.result
            assert isinstance(report, PatronReport)
            wrong = report.pin is PinCheck.WRONG
            right = report.pin is PinCheck.RIGHT and bool(self._wrong_pins.failures)
        else:
            wrong, right = isinstance(outcome, Refused) and outcome.reason is Reason.PIN_WRONG, False
        if (wrong or right) and (card := _card_of(library, operation)) is not None:
            if wrong:
                self._wrong_pins.failed(card, self._seconds())
            else:
                self._wrong_pins.succeeded(card)

    def _ended(self, system: LibrarySystem) -> None:
        self._under_way[system] -= 1
        if not self._under_way[system]:
            del self._under_way[system]
            if system in self._released:
                self._released.pop(system).callback(None)


def _lacks_its_pin(operation: Operation) -> bool:
    """Whether `operation` may carry a PIN, carries none, and is not one that asks nobody for permission.

    That is what has happened already while the library was away, and what undoes a step.
    """
    settled = getattr(operation, "no_block", False) or getattr(operation, "cancel", False)
    return not settled and not getattr(operation, "pin", True)


def _card_of(library: Library, operation: Operation) -> tuple[LibraryId, PatronId] | None:
    """The card whose PIN is tried by `operation`, if one is."""
    if getattr(operation, "pin", None) is None:
        return None
    return library.id, operation.patron  # type: ignore[union-attr]


def _told_for(error: Exception, operation: Operation) -> AnyOutcome:
    """What `error` of an adapter means: the table at the top of this module."""
    for kind, reason in _NOTHING_HAPPENED.items():
        if isinstance(error, kind):
            return Refused(reason)
    return Unknown() if operation.changes_state else Refused(Reason.SYSTEM_UNAVAILABLE)


_NOTHING_HAPPENED: dict[type[Exception], Reason] = {
    SystemUnavailable: Reason.SYSTEM_UNAVAILABLE,
    SystemBusy: Reason.SYSTEM_BUSY,
    Unsupported: Reason.NOT_SUPPORTED,
}
"""The errors that say that the system did nothing."""
