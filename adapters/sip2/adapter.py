"""A library's system behind SIP2: SoftDock is the device, the system is the ACS.

What the system can do follows from what it says of itself (98) and from its profile; it is asked once when SoftDock
starts, and after every login.  Before the first answer everything is taken to be possible.  What is not possible is not
asked for, so a system that lends or takes back nothing at this moment is asked again until it does.
"""

import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from softdock.adapters.agreed_fees import for_no_more, has_a_bound
from softdock.adapters.base import (
    METHODS,
    Adapter,
    AdapterContext,
    AdapterSettingsError,
    names_only_a_hold,
    unknown_hold,
    unsupported,
)
from softdock.adapters.connecting import connector
from softdock.adapters.connection_log import ConnectionLog
from softdock.adapters.listed_holds import look_up_in_lists
from softdock.adapters.own_loans import names_a_borrower, undo_their_own
from softdock.adapters.sip2.connecting import manner_of
from softdock.adapters.sip2.ready import load_profile
from softdock.adapters.sip2.settings import Sip2Settings
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import AnswerLost, LibrarySystemError, MalformedReply, SystemUnavailable
from softdock.circulation.losses import Direction
from softdock.circulation.operations import CancelHold, Checkin, LookupHold, Operation
from softdock.circulation.outcomes import Refused
from softdock.circulation.ports import AnyOutcome, ConnectionCounts
from softdock.circulation.reasons import Reason
from softdock.mappings.positions import placed
from softdock.protocols.sip2 import south
from softdock.protocols.sip2.client import Bounds, Pool
from softdock.protocols.sip2.client_session import Remark
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.messages import AcsStatus
from softdock.protocols.sip2.timestamps import StampClock

_UNSENDABLE = "The system can not be sent this as it is: its profile's charset, delimiter or field_length stands in the way."

_TOO_FEW = "The connections are shared out among {0} workers, and each needs one. Allow {0}, or let fewer workers run."

LOOK_AGAIN = 60.0
"""Seconds after which a system that lends or takes back nothing is asked whether it does now."""

TO_ASK_WHY = 2.0
"""Seconds for all questions after a refusal that gives no reason."""

_UNKNOWN_TIME = frozenset({None, 0, 999})
"""What 98 says in place of a time-out that the system does not know."""


class Sip2Adapter(Adapter[Sip2Settings]):
    """A system that is spoken to by SIP2."""

    Settings = Sip2Settings
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
        self.lists_tell_all = profile.lists_without_pin
        self._lost = context.losses("sip2", Direction.REQUEST)
        self._offered = self.capabilities
        """What the settings leave."""
        self._system = south.System(
            library=context.library,
            institution=context.library if own.institution is None else own.institution,
            clock=StampClock(context.zone, time.time),
            currency=context.currency,
            dialect=profile.dialect(context.zone),
            wire=profile.wire(),
            terminal_password=own.terminal_password.reveal() or None,
        )
        if faults := [(key, _UNSENDABLE) for key in self._unsendable(profile.login)]:
            raise AdapterSettingsError(faults)
        self._manner = manner_of(profile, own, self._system.wire)
        connect = connector(own, context.directory, context.reactor, context.read)
        bounds = Bounds(
            connections=context.share(own.connections),
            waiting=own.waiting,
            idle=float(own.idle),
            keep_alive=float(own.keep_alive),
        )
        self.can_probe = profile.status
        self._told = ConnectionLog(context.library, str(own.address))
        self._narrow(None)
        self._looking_again = LoopingCall(self._call)
        if context.reactor is not None:
            self._looking_again.clock = context.reactor
            self._pool = Pool(connect, self._manner, bounds, context.reactor, self)

    async def open(self) -> None:
        """Call the system, to hear what it can do.  One that is away is not waited for."""
        self._call()

    async def close(self) -> None:
        """Hang up."""
        if self._looking_again.running:
            self._looking_again.stop()
        self._pool.close()

    def _call(self) -> "Deferred[None]":
        async def called() -> None:
            with suppress(LibrarySystemError):  # the pool has told why
                await self.probe()

        return Deferred.fromCoroutine(called())

    async def probe(self) -> None:
        """Ask for the system's status.  Raises SystemUnavailable if it says that it is not on-line."""
        status = await self._pool.ask(self._manner.status_request(), changes_state=False)
        assert isinstance(status, AcsStatus)
        self.status(status)
        if not status.on_line_status:
            raise SystemUnavailable("the system says that it is not on-line")

    @property
    def connections(self) -> ConnectionCounts:
        """See `circulation.ports.LibrarySystem`."""
        return self._pool.counts

    def perform(self, operation: Operation, operation_id: str = "") -> Coroutine[Any, Any, AnyOutcome]:
        """See `circulation.ports.LibrarySystem`."""
        if operation.capability not in self.capabilities:
            return unsupported(operation)
        if names_only_a_hold(operation):
            return unknown_hold()
        if isinstance(operation, LookupHold):
            return look_up_in_lists(operation, self._looks())
        if has_a_bound(operation):
            return for_no_more(operation, self._ask)
        if names_a_borrower(operation):
            return undo_their_own(operation, self._looks(), self._ask)
        return self._ask(operation)

    def undoing(self, operation: Operation) -> Operation | None:
        """See `circulation.ports.LibrarySystem`.  As the profile says."""
        undoing = super().undoing(operation)
        if isinstance(undoing, CancelHold):
            return None if self._undo.hold == "none" else undoing
        if not isinstance(undoing, Checkin) or self._undo.loan == "cancel":
            return undoing
        return Checkin(undoing.item) if self._undo.loan == "return" else None

    async def _ask(self, operation: Operation) -> AnyOutcome:
        system = self._system
        request = south.write(operation, system)
        if isinstance(request, Refused):
            return request
        changes_state = operation.changes_state
        question = south.pin_question(operation, system) if changes_state else None
        proof: Message | None = None
        if question is not None:
            refusal, proof = await self._proof(operation, question)
            if refusal is not None:
                return refusal
        if lost := south.lost_in(operation, request, system):
            self._lost[lost] += 1
        wish = self._pool.ask(request, changes_state=changes_state)
        answer = await wish
        try:
            outcome = south.read(operation, request, answer, system)
        except MalformedReply:
            self._pool.distrust(wish)
            raise
        if type(outcome) is not Refused or outcome.reason is not Reason.DECLINED:
            return outcome
        card = (
            None if question is None or proof is None else south.card_told(operation, question, proof, system)
        )
        return await self._explained(operation, outcome, card)

    def _unsendable(self, login: str) -> Iterator[str]:
        """The keys whose values would not reach the system as they are."""
        own = self.settings
        in_messages = {
            "institution": own.institution or "",
            "terminal_password": own.terminal_password.reveal(),
        }
        if login == "sip2" and own.user:
            in_messages |= {"user": own.user, "password": own.password.reveal(), "location": own.location}
        for key, text in in_messages.items():
            if text and not self._system.arrives(text):
                yield key

    async def _proof(self, operation: Operation, question: Message) -> tuple[Refused | None, Message]:
        """Why `operation` is not asked for, by the answer to the `question` about its PIN, and that answer.

        Whatever becomes of the question, nothing was done.
        """
        wish = self._pool.ask(question, changes_state=False)
        try:
            answer = await wish
            return south.pin_refusal(operation, question, answer, self._system), answer
        except (AnswerLost, MalformedReply) as error:
            self._pool.distrust(wish)
            raise SystemUnavailable(f"the PIN could not be asked about: {error}") from error

    # --- why not ------------------------------------------------------------------------------------------

    async def _explained(self, operation: Operation, refused: Refused, card: AnyOutcome | None) -> Refused:
        """`refused` with its reason, if the `card` tells it, or the system when it is asked."""
        reason = None if card is None else south.reason_by(operation, card)
        if reason is None and self._system.dialect.ask_why:
            reason = await self._why(operation, card_known=card is not None)
        return refused if reason is None else replace(refused, reason=reason)

    def _why(self, operation: Operation, *, card_known: bool) -> "Deferred[Reason | None]":
        """What the system says of card and item that tells why not, within `TO_ASK_WHY`; None if it tells nothing.

        Whoever cancels it hears that nothing was done, because that much is known.
        """
        asking = Deferred.fromCoroutine(self._looked_into(operation, card_known=card_known))
        timer = self.context.reactor.callLater(TO_ASK_WHY, asking.cancel) if self.context.reactor else None

        def given_up(why: "Deferred[Reason | None]") -> None:
            why.errback(SystemUnavailable("it was refused, and time ran out while the reason was asked for"))
            asking.cancel()

        why: Deferred[Reason | None] = Deferred(given_up)

        def told(reason: "Reason | Failure | None") -> None:
            if timer is not None and timer.active():
                timer.cancel()
            if why.called:
                return
            if isinstance(reason, Failure):  # which is a fault of ours
                why.errback(reason)
            else:
                why.callback(reason)

        asking.addBoth(told)
        return why

    async def _looked_into(self, operation: Operation, *, card_known: bool) -> Reason | None:
        system = self._system
        for look in south.looks(operation, system, card_known=card_known):
            try:
                question = south.write(look, system)
                if isinstance(question, Refused):
                    continue
                wish = self._pool.ask(question, changes_state=False)
                answer = await wish
            except LibrarySystemError:
                return None
            try:
                reason = south.reason_by(operation, south.read(look, question, answer, system))
            except MalformedReply:
                self._pool.distrust(wish)
                return None
            if reason is not None:
                return reason
        return None

    # --- what the pool tells: see `protocols.sip2.client.Watcher` -----------------------------------------

    def status(self, status: AcsStatus) -> None:
        """The system has said how it stands.  What it can do is not to be heard from one that is not on-line."""
        if status.on_line_status:
            self._narrow(status)
            self._look_again_if(not (status.checkin_ok and status.checkout_ok))
        given = status.timeout_period
        if given not in _UNKNOWN_TIME and given is not None and given / 10 > self.settings.timeout:
            self._told.once(
                "timeout",
                "the system of {library} asks to be given {given:g} s for an answer, and is given {timeout}",
                given=given / 10,
                timeout=str(self.settings.timeout),
            )

    def opened(self) -> None:
        """A connection is ready."""
        self._told.opened()

    def failed(self, error: LibrarySystemError, beside: int) -> None:
        """There is no connection, or no other one."""
        self._told.failed(error, beside)

    def noticed(self, remark: Remark) -> None:
        """The system has done something strange."""
        self._told.once(
            remark.value,
            "the system of {library} breaks SIP2: {remark}; said once, however often it happens",
            remark=remark.value,
        )

    def _look_again_if(self, closed: bool) -> None:
        if closed and not self._looking_again.running:
            self._looking_again.start(LOOK_AGAIN, now=False)
        elif not closed and self._looking_again.running:
            self._looking_again.stop()

    def _narrow(self, status: AcsStatus | None) -> None:
        """Offer what the system can do, and the settings do not forbid."""
        can = south.capabilities(status, self._system)
        if status is None:
            can |= {Capability.OFFLINE_TRANSACTIONS}
        if {"15", "63"} <= self._system.messages:
            can |= {Capability.LOOKUP_HOLD}
        self.capabilities = self._offered & can
