"""A library's system behind NCIP.

What the system can do follows from its profile, and from what it says it cannot: a service that it does not support is
not asked for again until SoftDock makes a new adapter of the settings.
"""

from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from math import inf
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred, DeferredSemaphore, FirstError, gatherResults
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure

from softdock.adapters.base import (
    METHODS,
    Adapter,
    AdapterContext,
    AdapterSettingsError,
    unsupported,
)
from softdock.adapters.connecting import connector
from softdock.adapters.connection_log import ConnectionLog
from softdock.adapters.effects import find_effect
from softdock.adapters.evidence import hold_dated
from softdock.adapters.ncip.ready import load_profile
from softdock.adapters.ncip.settings import NcipSettings
from softdock.adapters.tls import ClientTls
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import LibrarySystemError, Misconfigured, SystemUnavailable, Unsupported
from softdock.circulation.holds import HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.journal import Effect
from softdock.circulation.losses import Direction
from softdock.circulation.operations import CancelHold, Checkin, LookupHold, Operation, PlaceHold
from softdock.circulation.outcomes import Done, HoldState, Refused
from softdock.circulation.patrons import PatronList
from softdock.circulation.ports import AnyOutcome, ConnectionCounts
from softdock.circulation.reasons import Reason
from softdock.mappings.positions import placed
from softdock.mappings.written import HostPort, Seconds
from softdock.protocols.ncip import south
from softdock.protocols.ncip.asking import Initiator, flag, texts
from softdock.protocols.ncip.client import Bounds, Pool, Responder
from softdock.protocols.ncip.codec import InvalidAnswer
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.south.losses import REQUESTS
from softdock.protocols.ncip.south.problems import Declined
from softdock.protocols.ncip.transport.replies import (
    HttpReplies,
    Replies,
    StreamReplies,
    basic,
    post_head,
)
from softdock.protocols.ncip.value_lists import folded

_NOBODY = PatronId("0")
_NOTHING = ItemId("0")
"""Whom and what a probe asks for, where it has to ask for something."""

_TOO_FEW = "The connections are shared out among {0} workers, and each needs one. Allow {0}, or let fewer workers run."
_NO_HEADER = "This makes no header of HTTP. Take out what is not plain text."

_MOST_NAMES = 100
"""Of holds that are about to be undone."""

RESERVE = 0.15
"""Part of the deadline that is kept for telling what has been done by then."""


class _Called(NamedTuple):
    """Where the system is; see `adapters.connecting.Called`."""

    address: HostPort
    tls: ClientTls | None
    connect_timeout: Seconds


class _Time:
    """Until when something may be begun for an operation."""

    __slots__ = ("_clock", "_over")

    def __init__(self, clock: IReactorTime, seconds: float) -> None:
        self._clock = clock
        self._over = clock.seconds() + seconds

    @property
    def left(self) -> float:
        """In seconds."""
        return max(self._over - self._clock.seconds(), 0.0)

    def is_over(self) -> bool:
        """Whether nothing more is to be begun."""
        return not self.left

    def end(self) -> None:
        """Nobody waits any more."""
        self._over = -inf


class NcipAdapter(Adapter[NcipSettings]):
    """A system that is spoken to by NCIP."""

    Settings = NcipSettings
    overridden = frozenset(METHODS)
    offline_transactions = True

    def __init__(self, settings: Mapping[str, object], context: AdapterContext) -> None:
        """Reads the profile and what TLS needs.  Raises AdapterSettingsError."""
        super().__init__(settings, context)
        own = self.settings
        if own.connections < context.workers:
            raise AdapterSettingsError([("connections", _TOO_FEW.format(context.workers))])
        profile = load_profile(placed(own.profile), context.directory, context.read)
        self._undo = profile.undo
        self._probe = profile.probe
        self._lost = context.losses("ncip", Direction.REQUEST)
        self.can_probe = profile.probe != "none"
        self.lists_tell_all = profile.lists_tell_all
        self._hold_dates = profile.hold_dates
        dialect = profile.dialect()
        self._system = south.System(
            library=context.library,
            zone=profile.time_zone or context.zone,
            currency=context.currency,
            now=context.now,
            initiator=Initiator(
                form=profile.form(),
                from_agency=context.library if own.from_agency is None else own.from_agency,
                to_agency=context.library if own.to_agency is None else own.to_agency,
                from_system=own.from_system,
                to_system=own.to_system,
                application_profile=own.application_profile,
                agency_secret=own.agency_password or None,
                system_secret=own.system_password or None,
            ),
            dialect=dialect,
        )
        self._keeps_names = dialect.request_ids_kept
        self._made_names: dict[Operation, HoldId] = {}
        """By which names holds were found whose answers were lost."""
        self._offered = self.capabilities
        """What the settings leave."""
        self._narrow()
        self._head = self._head_of_requests(profile.http)
        self._told = ConnectionLog(context.library, str(own.place))
        called = _Called(own.place, own.encryption, own.connect_timeout)
        connect = connector(called, context.directory, context.reactor, context.read)
        bounds = Bounds(connections=context.share(own.connections), waiting=own.waiting, idle=float(own.idle))
        if context.reactor is not None:
            self._pool = Pool(connect, self._spoken, bounds, context.reactor, self)
            self._responder = Responder(self._pool, float(own.timeout))

    async def close(self) -> None:
        """Hang up."""
        self._pool.close()

    async def probe(self) -> None:
        """Ask for something that no patron is concerned with; whatever is answered, the system is there.

        Raises SystemUnavailable where it says that it is not, or refuses SoftDock.  What it does not support is asked for
        again the next time: that it answers is all that is to be known.  Where the profile has no probe, nothing is asked.
        """
        if not self.can_probe:
            return
        only = replace(self._system.dialect, services=frozenset({self._probe}))
        talk = south.Talk(replace(self._system, dialect=only, missing=set(), offered=set()), self._ask)
        parts: Sequence[Any] = ()
        if self._probe == "LookupAgency":
            name = texts("AgencyElementType", ["Organization Name Information"])
            parts = (Element("AgencyId", self._system.agency), name)
        elif self._probe == "LookupUser":
            parts = (talk.who(_NOBODY), flag("LoanedItemsDesired", False))
        elif self._probe == "LookupItem":
            parts = (talk.item(_NOTHING),)
        try:
            await talk.ask(self._probe, *parts)
        except (Declined, Unsupported):
            return

    @property
    def connections(self) -> ConnectionCounts:
        """See `circulation.ports.LibrarySystem`."""
        return self._pool.counts

    def perform(self, operation: Operation, operation_id: str = "") -> Coroutine[Any, Any, AnyOutcome]:
        """See `circulation.ports.LibrarySystem`."""
        if operation.capability not in self.capabilities:
            return unsupported(operation)
        return self._perform(self._named(operation, operation_id))

    def _named(self, operation: Operation, operation_id: str) -> Operation:
        """The operation, with a name for the hold that it places, by which that is found again if the answer is lost."""
        if not isinstance(operation, PlaceHold) or operation.hold is not None or not operation_id:
            return operation
        return replace(operation, hold=HoldId(operation_id)) if self._keeps_names else operation

    async def find_effect(self, operation: Operation, operation_id: str, since: datetime) -> Effect:
        """See `circulation.ports.LibrarySystem`.

        A borrower of another name may be the same patron, whom the system knows by several: then only the patron's loans
        tell, which are asked for by the card.  A hold is known by its name where it has one, or perhaps by its date.
        """
        wish = self._named(operation, operation_id)
        if (
            isinstance(wish, PlaceHold | CancelHold)
            and wish.hold
            and Capability.LOOKUP_HOLD in self.capabilities
        ):
            found = await self._hold_effect(wish)
            if isinstance(wish, PlaceHold) and found is Effect.DONE:
                self._made_names[operation] = wish.hold
                while len(self._made_names) > _MOST_NAMES:
                    del self._made_names[next(iter(self._made_names))]
            if found is not None:
                return found
        looks = replace(self._looks(), perform=partial(self._looked, getattr(operation, "patron", None)))
        shown = await find_effect(looks, operation, since, self.context.now(), self.context.zone)
        if shown is Effect.UNCLEAR and isinstance(operation, PlaceHold) and self._hold_dates:
            report = await looks.report(operation.patron, PatronList.ALL_HOLDS)
            holds = () if report is None else report.holds
            return hold_dated(operation, since, self._system.zone, holds)
        return shown

    async def _looked(self, patron: PatronId | None, question: Operation) -> AnyOutcome:
        """What comes of `question`, in which nobody has an item but `patron`, or somebody who is not named."""
        outcome = await self.perform(question)
        if not isinstance(outcome, Done) or not isinstance(item := outcome.result, Item):
            return outcome
        is_theirs = item.borrower is not None and folded(item.borrower) == folded(patron or "")
        return outcome if is_theirs else Done(replace(item, borrower=None))

    async def _hold_effect(self, wish: PlaceHold | CancelHold) -> Effect | None:
        """What the hold itself shows of being placed, or cancelled; None where the system does not tell.

        It is asked for by its name alone: whom the system calls otherwise may be the same patron, or another one.
        """
        places = isinstance(wish, PlaceHold)
        if places and not self._keeps_names:
            return None
        outcome = await self.perform(LookupHold(wish.hold))
        if isinstance(outcome, Done) and isinstance(outcome.result, HoldState):
            if folded(outcome.result.patron or wish.patron) != folded(wish.patron):
                return None
            if outcome.result.status is None or outcome.result.status is HoldStatus.FILLED:
                return None
            has_ended = outcome.result.status in (HoldStatus.CANCELLED, HoldStatus.LAPSED)
        elif isinstance(outcome, Refused) and outcome.reason in (Reason.HOLD_UNKNOWN, Reason.HOLD_ENDED):
            if outcome.reason is Reason.HOLD_UNKNOWN and places:
                return Effect.NOT_YET
            has_ended = True
        else:
            return None
        if places:
            return Effect.NOT_DONE if has_ended else Effect.DONE
        return Effect.DONE if has_ended else Effect.NOT_YET

    def undoing(self, operation: Operation) -> Operation | None:
        """See `circulation.ports.LibrarySystem`.  As the profile says; only the loan of this patron is undone."""
        undoing = super().undoing(operation)
        if isinstance(undoing, CancelHold):
            assert isinstance(operation, PlaceHold)
            if self._undo.hold == "none" or "CancelRequestItem" not in self._system.services:
                return None
            return replace(undoing, hold=operation.hold or self._made_names.get(operation))
        if not isinstance(undoing, Checkin) or self._undo.loan == "none":
            return None
        if self._undo.loan == "return":
            return Checkin(undoing.item)
        if "UndoCheckOutItem" not in self._system.services:
            return None
        return replace(undoing, borrower=operation.patron)  # type: ignore[union-attr]

    async def _perform(self, operation: Operation) -> AnyOutcome:
        if lost := REQUESTS.found(operation):
            self._lost[lost] += 1
        try:
            return await south.perform(operation, self._talk())
        except Unsupported as error:
            self._told.once(str(error), "{library}: {trouble}; it is not asked for again", trouble=str(error))
            self._narrow()
            raise
        except Misconfigured as error:
            self._told.once(str(error), "{library}: {trouble}", trouble=str(error))
            raise

    def _talk(self) -> south.Talk:
        time = _Time(self.context.reactor, self.context.deadline * (1 - RESERVE))
        return south.Talk(self._system, self._ask, partial(self._gather, time), time.is_over)

    async def _ask(self, message: Message) -> Message:
        try:
            return (await self._responder.ask(message, self._belongs)).message
        except InvalidAnswer as error:  # nothing was sent
            raise SystemUnavailable(f"no message can say this: {error}") from error

    def _belongs(self, asked: Message, answer: Message) -> None:
        south.check_echoes(asked.body, answer.body, self._system)

    async def _gather(self, time: _Time, work: Iterable[Coroutine[Any, Any, Any]]) -> Sequence[Any]:
        """A few at a time; what is still under way when the time is over is given up, and says what it has come to.

        So it is where whoever waits for all of them gives up; then the others see that the time is over as they begin.
        """
        clock, few = self.context.reactor, DeferredSemaphore(self.settings.at_once)

        def begun(each: Coroutine[Any, Any, Any]) -> "Deferred[Any]":
            return Deferred.fromCoroutine(each).addTimeout(time.left, clock)

        def given_up(_: "Deferred[list[Any]]") -> None:
            time.end()
            each_of_them.cancel()

        def told(found: list[Any] | Failure) -> None:
            if not all_of_them.called:
                all_of_them.callback(found)

        each_of_them = gatherResults([few.run(begun, each) for each in work], consumeErrors=True)
        all_of_them: Deferred[list[Any]] = Deferred(given_up)
        each_of_them.addBoth(told)
        try:
            found = await all_of_them
        except FirstError as first:  # of several that fail, it says only where it was found
            first.subFailure.raiseException()
        return found

    def _narrow(self) -> None:
        """Offer what the system can do, and the settings do not forbid."""
        self.capabilities = self._offered & south.capabilities(self._system)

    # --- how it is spoken to ----------------------------------------------------------------------------

    def _head_of_requests(self, version: str) -> bytes:
        own = self.settings
        if own.url is None:
            return b""
        credentials = {}
        if own.user:
            credentials["Authorization"] = basic(own.user, own.password)
        elif own.token:
            credentials["Authorization"] = f"Bearer {own.token.reveal()}"
        try:
            return post_head(own.host, own.target, credentials, version)
        except ValueError:
            raise AdapterSettingsError([("token" if own.token else "user", _NO_HEADER)]) from None

    def _spoken(self) -> Replies:
        return HttpReplies(self._head) if self._head else StreamReplies()

    # --- what the pool tells: see `protocols.ncip.client.Watcher` -----------------------------------------

    def opened(self) -> None:
        """A connection is ready."""
        self._told.opened()

    def failed(self, error: LibrarySystemError, beside: int) -> None:
        """There is no connection, or no other one."""
        self._told.failed(error, beside)
