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
nothing, it is away      refused: system-unavailable         refused, was not asked
nothing, it is full      refused: system-busy                refused, was not asked
nothing, time was up     refused: system-unavailable         refused, was not asked
=======================  ==================================  ========================

Unknown is told as "not done, please see the desk": a patron who walks away with an item that is not
booked is a smaller harm than one who is told that it is.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from math import inf
from random import random
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from softdock.circulation.accounts import ALL_RIGHTS, Account
from softdock.circulation.capabilities import RIGHT_TO, Capability, permitted
from softdock.circulation.errors import (
    MalformedReply,
    Misconfigured,
    SystemBusy,
    SystemUnavailable,
    Unsupported,
)
from softdock.circulation.hold_names import HoldNames
from softdock.circulation.identifiers import LibraryId, Secret
from softdock.circulation.journal import Claim, Fingerprint, Journal, WordWithheld
from softdock.circulation.locale import in_language
from softdock.circulation.operations import EndSession, LookupPatron, Operation, TakeNotice
from softdock.circulation.outcomes import Done, Noted, PatronReport, PinCheck, Refused, SessionEnded, Unknown
from softdock.circulation.ports import AnyOutcome, LibrarySystem, Observer, ServiceStatus
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.circulation.remarks import Remark
from softdock.circulation.stepping import Waiting
from softdock.consortium.directory import Directory, Library
from softdock.consortium.gates import Gate, Gates, SystemState, Withheld
from softdock.consortium.journalling import LONGEST_WINDOW, Call, Journalling
from softdock.consortium.naming import Meant, Names, NamesInMemory, may_be_named
from softdock.consortium.proving import UNPROVEN, card_of, is_settled, lacks_its_pin
from softdock.consortium.resilience import Throttle
from softdock.consortium.routing import Card, Route, Routing
from softdock.consortium.searching import Question, is_unknown
from softdock.consortium.telling import Telling, with_remark

RESERVE = 2.0
"""Seconds between a library's deadline and the time-out that its devices are promised."""

LONGEST_PIN_WAIT = 3.0
"""Seconds for which a try of a PIN is held back; one that would have to wait longer is refused."""


@record
class Member:
    """A library, and the gate in front of its system."""

    library: Library
    gate: Gate


class ConsortiumDesk:
    """Implements `circulation.ports.Desk`."""

    def __init__(
        self,
        directory: Directory,
        observer: Observer,
        clock: IReactorTime,
        now: Callable[[], datetime],
        jitter: Callable[[], float] = random,
        name_of: Callable[[int], str] = str,
    ) -> None:
        """`clock` measures and arms deadlines; `now` gives the aware time of day, for downtimes.

        `jitter` gives numbers from 0 to 1, for what should not happen at one moment everywhere; `name_of` makes the
        operation_id of a number.
        """
        self._observer = observer
        self._clock = clock
        self._now = now
        self._seconds = clock.seconds
        self._count = 0
        self._name_of = name_of
        self._journalling: Journalling | None = None
        self._names = Names(NamesInMemory(), now)
        self._wrong_pins: Throttle[Card] = Throttle(free=5, longest=30.0)
        self._gates = Gates(clock, observer, jitter)
        self._members: Mapping[LibraryId, Member] = {}
        self._routing: Routing | None = None
        """None where nothing can be another library's than the device's."""
        self.go_by(directory)

    def go_by(self, directory: Directory) -> None:
        """From now on these are the libraries; what has begun goes on where it began.

        The desk itself stays: operations are counted on, wrong PINs are remembered, and so is whose system is away.
        """
        libraries = directory.by_id.values()
        gates = self._gates.of(libraries)
        self._members = {each.id: Member(each, gates[each.id]) for each in libraries}
        matters = directory.items.matters or directory.patrons.matters
        self._routing = Routing(directory, self._clock) if matters else None

    def keep_in(self, journal: Journal | None, names: HoldNames | None = None) -> None:
        """From now on, what changes the books is journalled, and holds are known by `names`; None if it is not.

        Without `names` it is this process alone that knows them, as long as it lives.
        """
        self._journalling = None if journal is None else Journalling(journal, self._observer)
        self._names = Names(names or NamesInMemory(), self._now)

    def released(self, system: LibrarySystem) -> "Deferred[None]":
        """When nothing is under way at `system`, which no library has any more.  To be asked for once."""
        return self._gates.released(system)

    def member(self, library: LibraryId) -> Member | None:
        """The library as it is at this moment, if there is one of that name."""
        return self._members.get(library)

    def systems(self) -> list[SystemState]:
        """How the system of each library stands at this moment."""
        now = self._now()
        return [each.gate.standing(now) for each in self._members.values()]

    def perform(
        self,
        account: Account,
        operation: Operation,
        fingerprint: Fingerprint | None = None,
        until: float | None = None,
    ) -> Coroutine[Any, Any, AnyOutcome]:
        """See `circulation.ports.Desk`."""
        how = self._perform_named if may_be_named(operation) else self._perform
        return how(account, operation, fingerprint, until)

    async def _perform_named(
        self, account: Account, operation: Operation, fingerprint: Fingerprint | None, until: float | None
    ) -> AnyOutcome:
        """The outcome of `operation`, which may be about a hold that has a name here."""
        own = self._members.get(account.library)
        if own is None or not _is_allowed(account, operation):
            return await self._perform(account, operation, fingerprint, until)
        last = min(self.time_for(account), inf if until is None else until)
        meant = await self._names.meant(account, operation, last)
        return await self._perform(account, meant.operation, fingerprint, last, meant)

    async def _perform(
        self,
        account: Account,
        operation: Operation,
        fingerprint: Fingerprint | None,
        until: float | None,
        meant: Meant | None = None,
    ) -> AnyOutcome:
        started = self._seconds()
        last = inf if until is None else until
        self._count = number = self._count + 1
        own = member = self._members.get(account.library)
        sent, route, routing = operation, None, self._routing
        may_repeat = fingerprint is not None and self._journalling is not None
        decided = None if meant is None else meant.decided(may_repeat=may_repeat)
        if routing is not None and own is not None and decided is None and _is_allowed(account, operation):
            look_up = partial(self._look_up, account, number)
            look_until = min(started + own.library.deadline, last)
            route = await routing.route(account.library, operation, look_up, look_until)
            sent, member = route.operation, self._members.get(route.library)
        outcome, until = self._refusal(account, member, sent, last) or decided, started
        if outcome is None:
            assert own is not None
            assert member is not None
            until = min(started + member.library.deadline, last)
            if member is not own:  # whose deadline is what the device was promised
                until = min(until, started + own.library.deadline)
            if self._wrong_pins.failures:
                outcome = await self._hold_back(account, member.library.id, route, sent, until)
                member = self._members.get(member.library.id)
        if outcome is None and route is not None and route.is_guest and getattr(sent, "pin", None):
            outcome = await self._unproven(account, number, route, sent, until)
            sent, member = replace(sent, pin=None), self._members.get(route.library)  # type: ignore[arg-type]
        if outcome is None:
            assert member is not None
            try:
                outcome = await self._carried_out(
                    account, number, route, member, sent, fingerprint, until, meant
                )
            except WordWithheld:  # the device hears nothing, and the operator that nobody knows
                asked = member.library.id if member is not own else None
                self._observer.operation(
                    account, operation, Unknown(), self._seconds() - started, number, asked
                )
                raise
            if type(outcome) is not Done or type(outcome.result) is PatronReport:
                self._watch_pin(account, route, sent, outcome)
        asked = None
        if route is not None:
            assert routing is not None
            outcome = self._told(account, operation, outcome, route, routing)
            asked = route.library if route.library != account.library else None
        if meant is not None:
            outcome = meant.told(outcome)
        self._observer.operation(account, operation, outcome, self._seconds() - started, number, asked)
        return outcome

    def time_for(self, account: Account) -> float:
        """See `circulation.ports.Desk`."""
        member = self._members.get(account.library)
        return self._seconds() + (member.library.deadline if member is not None else 0.0)

    def status(self, account: Account | None, language: str) -> ServiceStatus | None:
        """See `circulation.ports.Desk`."""
        if account is None:
            if len(self._members) != 1:
                return None
            (member,) = self._members.values()
            rights = ALL_RIGHTS
        elif account.library in self._members:
            member, rights = self._members[account.library], account.rights
        else:
            return None
        library = member.library
        downtime = library.downtime
        down = downtime is not None and downtime.covers(self._now())
        can = permitted(library.system.capabilities | _NO_SYSTEM, rights)
        if not library.offline:
            can -= {Capability.OFFLINE_TRANSACTIONS}
        return ServiceStatus(
            library=library.id,
            library_name=library.name(language),
            online=not down and not member.gate.is_away,
            capabilities=can,
            timeout=library.deadline + RESERVE,
            zone=library.zone,
            currency=library.currency,
            notice=in_language(downtime.text or "", language) if down and downtime else "",
        )

    # --- before the system ----------------------------------------------------------------------------

    def _refusal(
        self, account: Account, member: Member | None, operation: Operation, last: float = inf
    ) -> AnyOutcome | None:
        """What `operation` comes to without the system of `member`, if it does not get that far.

        Nothing is begun when the clock shows `last`: the time of the request that it belongs to is over then.
        """
        if member is None:  # it has left, and its devices are about to
            return Refused(Reason.SYSTEM_UNAVAILABLE)
        capability, library = operation.capability, member.library
        if RIGHT_TO[capability] not in account.rights:
            return Refused(Reason.NOT_ALLOWED)
        if capability is Capability.NOTICE:  # the journal keeps it, whatever becomes of the system
            return None
        if library.downtime is not None or capability not in library.system.capabilities:
            closed = self._closed(library, operation)
            if closed is not None:
                return closed
        if account.require_pin and operation.changes_state and lacks_its_pin(operation):
            return Refused(Reason.PIN_REQUIRED)
        if last is not inf and self._seconds() >= last:
            return Refused(Reason.SYSTEM_UNAVAILABLE)
        return None

    def _closed(self, library: Library, operation: Operation) -> AnyOutcome | None:
        """What comes of `operation` if `library` is in its downtime, or its system can not do this."""
        if library.downtime is not None and library.downtime.covers(self._now()):
            return Refused(Reason.DOWNTIME, library.downtime.text or "")
        if operation.capability not in library.system.capabilities:
            if isinstance(operation, EndSession):
                return Done(SessionEnded(operation.patron))
            return Refused(Reason.NOT_SUPPORTED)
        return None

    async def _hold_back(
        self, account: Account, library: LibraryId, route: Route | None, operation: Operation, until: float
    ) -> AnyOutcome | None:
        """Let a card at which somebody guesses wait for its next try."""
        card = card_of(account, route, operation)
        if card is None:
            return None
        now = self._seconds()
        wait = self._wrong_pins.turn(card, now, min(LONGEST_PIN_WAIT, max(until - now, 0.0) / 2))
        if wait is None:
            return Refused(Reason.PIN_TRY_LATER)
        if not wait:
            return None
        await deferLater(self._clock, wait)
        return self._refusal(account, self._members.get(library), operation)

    async def _unproven(
        self, account: Account, number: int, route: Route, operation: Operation, until: float
    ) -> AnyOutcome | None:
        """Why the guest of another library may not do `operation`, by what the home library says of the PIN.

        That is where it is proven, and it goes no further.  What asks nobody for permission needs no proof.
        """
        if is_settled(operation):
            return None
        assert route.card is not None
        pin: Secret | None = getattr(operation, "pin", None)
        question = LookupPatron(route.card.patron, pin)
        answer = await self._look_up(account, number, route.card.home, question, until)
        self._watch_pin(account, route, question, answer)
        if type(answer) is not Done:
            return answer
        assert isinstance(answer.result, PatronReport)
        reason = UNPROVEN[answer.result.pin]
        if reason is not None:
            return Refused(reason)
        return self._refusal(account, self._members.get(route.library), operation)

    def _watch_pin(
        self, account: Account, route: Route | None, operation: Operation, outcome: AnyOutcome
    ) -> None:
        """Remember wrong PINs, and forget them for the right one.  Only a refusal or a report tells which it was."""
        if type(outcome) is Done:
            report = outcome.result
            assert isinstance(report, PatronReport)
            wrong = report.pin is PinCheck.WRONG
            right = report.pin is PinCheck.RIGHT and bool(self._wrong_pins.failures)
        else:
            wrong, right = isinstance(outcome, Refused) and outcome.reason is Reason.PIN_WRONG, False
        if (wrong or right) and (card := card_of(account, route, operation)) is not None:
            if wrong:
                self._wrong_pins.failed(card, self._seconds())
            else:
                self._wrong_pins.succeeded(card)

    # --- the system -------------------------------------------------------------------------------------

    async def _look_up(
        self, account: Account, number: int, library: LibraryId, question: Question, until: float
    ) -> AnyOutcome:
        """What the system of `library` says when it is asked whether it knows something."""
        member = self._members.get(library)
        if member is None:
            return Refused(Reason.SYSTEM_UNAVAILABLE)
        if (closed := self._closed(member.library, question)) is not None:
            return closed
        try:
            begun = member.gate.begin(question)
            return await member.gate.finish(begun, until) if isinstance(begun, Waiting) else begun
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the same net, where SoftDock asks on its own account
            refused = self._failed(account, question, error, number, member)
            return Unknown() if isinstance(error, MalformedReply) else refused

    def _carried_out(
        self,
        account: Account,
        number: int,
        route: Route | None,
        member: Member,
        operation: Operation,
        fingerprint: Fingerprint | None,
        until: float,
        meant: Meant | None,
    ) -> Coroutine[Any, Any, AnyOutcome]:
        """What comes of `operation` at the system of `member`; by the journal, if it changes the books.

        Raises WordWithheld.
        """
        if self._journalling is None or not operation.changes_state:
            called = self._call(account, number, member, operation, until)
            return called if meant is None else self._names.kept(meant, called, until)
        call: Call = partial(self._call, account, number, member, operation, until)
        if meant is not None and meant.has_ended:
            call = meant.ended
        claim = self._claim(account, number, route, operation, member.library, fingerprint)
        naming = None if meant is None else meant.answered
        return self._journalling.carry_out(claim, call, until, naming)

    async def _call(
        self,
        account: Account,
        number: int,
        member: Member,
        operation: Operation,
        until: float,
        operation_id: str = "",
    ) -> AnyOutcome:
        """What the system of `member` makes of `operation` until the clock shows `until`; a notice needs none."""
        if type(operation) is TakeNotice:
            return Done(Noted())
        try:
            begun = member.gate.begin(operation, operation_id)
            return await member.gate.finish(begun, until) if isinstance(begun, Waiting) else begun
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the broad net: whatever an adapter does wrong ends here
            return self._failed(account, operation, error, number, member)

    def _claim(
        self,
        account: Account,
        number: int,
        route: Route | None,
        operation: Operation,
        library: Library,
        fingerprint: Fingerprint | None,
    ) -> Claim:
        """What the journal keeps of `operation`, which is for the system of `library`."""
        window = 0.0
        if fingerprint is not None and (own := self._members.get(account.library)) is not None:
            window = min((own.library.deadline + RESERVE) * fingerprint.tries, LONGEST_WINDOW)
        return Claim(
            operation_id=self._name_of(number),
            operation=operation,
            system=library.id,
            home=account.library if route is None or route.card is None else route.card.home,
            library=account.library,
            account=account.name,
            location=account.location,
            at=self._now(),
            fingerprint=fingerprint.digest if fingerprint is not None else None,
            window=window,
            joins_refusal=fingerprint is not None and fingerprint.joins_refusal,
        )

    def _failed(
        self, account: Account, operation: Operation, error: Exception, number: int, member: Member
    ) -> AnyOutcome:
        """What `error` means: the table at the top of this module."""
        if isinstance(error, Withheld):
            return Refused(error.reason)
        asked = member.library.id if member.library.id != account.library else None
        self._observer.failure(account, operation, error, number, asked)
        for kind, reason in _NOTHING_HAPPENED.items():
            if isinstance(error, kind):
                return Refused(reason)
        return Unknown() if operation.changes_state else Refused(Reason.SYSTEM_UNAVAILABLE)

    # --- after the system -------------------------------------------------------------------------------

    def _told(
        self, account: Account, operation: Operation, outcome: AnyOutcome, route: Route, routing: Routing
    ) -> AnyOutcome:
        """`outcome` of an operation that went by `route`, as the device is told it."""
        if route.searched is not None and is_unknown(outcome, route.searched):
            routing.outdated(route, account.library)
            silent = self._members.get(route.unreached) if route.unreached is not None else None
            if silent is not None:  # nobody else knows it, and this one might
                concerned = with_remark("", Remark.LIBRARY_CONCERNED, silent.library)
                return Refused(Reason.SYSTEM_UNAVAILABLE, concerned)
        if route.library == account.library and not routing.renames:
            return outcome
        asked = self._members.get(route.library)
        telling = Telling(operation, route, routing, account.library)
        return telling.told(outcome, asked.library if asked is not None else None)


def _is_allowed(account: Account, operation: Operation) -> bool:
    return RIGHT_TO[operation.capability] in account.rights


_NO_SYSTEM = frozenset({Capability.END_SESSION, Capability.NOTICE})
"""What needs no system that can do it."""


_NOTHING_HAPPENED: dict[type[Exception], Reason] = {
    SystemUnavailable: Reason.SYSTEM_UNAVAILABLE,
    Misconfigured: Reason.SYSTEM_UNAVAILABLE,
    SystemBusy: Reason.SYSTEM_BUSY,
    Unsupported: Reason.NOT_SUPPORTED,
}
"""The errors that say that the system did nothing."""
