"""An adapter made of a folder: its maps, its transports, and what the port asks of a library's system."""

import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from twisted.logger import Logger

from softdock.adapters import listed_holds
from softdock.adapters.agreed_fees import for_no_more, has_a_bound
from softdock.adapters.base import (
    Adapter,
    AdapterContext,
    AdapterSettingsError,
    names_only_a_hold,
    unknown_hold,
    unsupported,
)
from softdock.adapters.declarative.examples import failing_examples
from softdock.adapters.declarative.finding import folder_named
from softdock.adapters.declarative.handing import Handed, handed, knows_its_work
from softdock.adapters.declarative.outcomes import Place, outcome_of
from softdock.adapters.declarative.running import Runner, filled_beside
from softdock.adapters.declarative.sessions import Sessions
from softdock.adapters.declarative.settings import DeclarativeSettings, Parted
from softdock.adapters.declarative.vocabulary import (
    OPERATIONS,
    VERIFY_PIN,
    VOCABULARY,
    Asked,
    VerifyPin,
    name_of,
    verification_of,
)
from softdock.adapters.own_loans import names_a_borrower, undo_their_own
from softdock.adapters.transports.port import Transport
from softdock.adapters.transports.registry import transport_kind
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import MalformedReply, SystemUnavailable
from softdock.circulation.identifiers import PatronId, masked
from softdock.circulation.journal import Effect
from softdock.circulation.operations import (
    CancelHold,
    ChargeFee,
    Checkin,
    LookupHold,
    LookupPatron,
    Operation,
    PayFee,
    WaiveFee,
)
from softdock.circulation.outcomes import PinCheck, Refused
from softdock.circulation.ports import AnyOutcome, ConnectionCounts, LibrarySystem
from softdock.circulation.reasons import Reason
from softdock.mappings.exchange import Answer, Request
from softdock.mappings.files.compiled import CompiledAdapter, Step
from softdock.mappings.files.folder import Loaded, Reads, load_folder
from softdock.mappings.files.grammar import AdapterFile, read_as
from softdock.mappings.files.maps import compile_adapter
from softdock.mappings.merging import over
from softdock.mappings.positions import Node, Series, Table
from softdock.mappings.problems import Problem, ProblemsFound
from softdock.mappings.rules.source import Unread

_log = Logger()

_WITH_AMOUNTS = (PayFee, ChargeFee, WaiveFee)

_PIN_OF = {
    Reason.PIN_WRONG: PinCheck.WRONG,
    Reason.PIN_NOT_SET: PinCheck.NOT_SET,
    Reason.PIN_REQUIRED: PinCheck.NOT_ASKED,
}
_MOST_TOLD = 200

_HOLDS = frozenset({"patron.holds", "patron.unavailable_holds"})
"""What a map reads that tells of a patron's holds."""


class DeclarativeAdapter(Adapter[DeclarativeSettings]):
    """A system that a folder of maps describes."""

    Settings = DeclarativeSettings
    overridden = frozenset(OPERATIONS.values()) - {VerifyPin}

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, object],
        context: AdapterContext,
        *,
        is_proven: bool = False,
    ) -> None:
        """Reads and compiles the folder, and runs its examples unless it is proven.  Raises AdapterSettingsError."""
        loaded = _loaded(folder, context)
        file = read_as(AdapterFile, loaded.adapter)
        if isinstance(file, list):
            raise _unusable(file)
        parted = Parted(settings, file)
        self.handed = Handed({})
        super().__init__(parted.common, context)
        self._file = file
        self.compiled = self._compiled(loaded, parted, context)
        parted.check()
        self.transports: dict[str, Transport] = self._connected(parted, context)
        self.handed = handed(self.compiled, parted, context, self.settings.without)
        parted.check()
        if not is_proven:
            _hold_to_examples(loaded, context)
        self.lists_tell_all = self._lists_tell_all()
        self._place = Place(context.currency, context.zone, context.now)
        sessions = Sessions(self.compiled.sessions, self.transports, time.monotonic, context.now)
        self._runner = Runner(self._send, sessions, self._noticed, self._degraded)
        self._offer()
        self.can_probe = self.compiled.probe is not None or any(
            each.can_probe for each in self.handed.systems
        )
        self._told: set[object] = set()
        self.watch: Callable[[Step, Request, Answer], None] | None = None
        """Sees what is answered, while examples are made of it."""

    def _compiled(self, loaded: Loaded, parted: Parted, context: AdapterContext) -> CompiledAdapter:
        """The folder, compiled with what the library says in its place."""
        site = loaded
        if parted.over_folder:
            site = replace(loaded, adapter=over(loaded.adapter, parted.over_folder))
        try:
            return compile_adapter(site, VOCABULARY, parted.texts, context.zone)
        except ProblemsFound as found:
            raise _unusable(found.problems) from None

    def _connected(self, parted: Parted, context: AdapterContext) -> dict[str, Transport]:
        made: dict[str, Transport] = {}
        alone = len(self._file.back_ends) == 1
        for name, part in self._file.back_ends.items():
            if part.transport is None:
                continue
            transport = transport_kind(part.transport)
            settings = parted.for_back_end(name, transport.settings, part.settings, alone)
            if settings is None:
                continue
            try:
                made[name] = transport.make(settings, context)
            except AdapterSettingsError as error:
                prefix = "" if alone else f"{name}."
                parted.complaints += [(f"{prefix}{place}", sentence) for place, sentence in error.complaints]
        return made

    def _lists_tell_all(self) -> bool:
        said, system = self.settings.lists_tell_all, self.handed.system_for(LookupPatron(PatronId("")))
        if said is None and isinstance(system, Adapter):
            return system.lists_tell_all
        return self._file.lists_tell_all if said is None else said

    def _offer(self) -> None:
        """Offer what there is a map for, and the settings do not forbid."""
        mapped: set[Any] = {
            operation
            for name, operation in OPERATIONS.items()
            if name in self.compiled.maps and operation is not VerifyPin and operation not in self.handed
        }
        offered = {each.capability for each in mapped} - self.settings.without
        if self._shows_holds_by_maps() and offered >= listed_holds.NEEDED:
            offered |= {Capability.LOOKUP_HOLD} - self.settings.without
        self._by_maps: frozenset[Capability] = frozenset(offered)
        self._mapped = frozenset(mapped)

    def _shows_holds(self) -> bool:
        """Whether looking a patron up tells of their holds, one by one."""
        system = self.handed.system_for(LookupPatron(PatronId("")))
        if system is not None:
            return Capability.LOOKUP_HOLD in system.capabilities
        return self._shows_holds_by_maps()

    def _shows_holds_by_maps(self) -> bool:
        table = self.compiled.loaded.maps.get("lookup-patron")
        return table is not None and set(_keys_within(table)) >= _HOLDS

    @property
    def carried_out(self) -> frozenset[type]:
        """The operations that there is a map or a whole adapter for."""
        return self._mapped | {each for each in self.overridden if each in self.handed}

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What there is a map for, and what whole adapters can do at this moment; the settings take from both."""
        if not self.handed.systems:
            return self._by_maps
        found = self._by_maps | (self.handed.capabilities - self.settings.without)
        if Capability.LOOKUP_HOLD not in found and self._shows_holds() and found >= listed_holds.NEEDED:
            found |= {Capability.LOOKUP_HOLD} - self.settings.without
        return found

    @capabilities.setter
    def capabilities(self, offered: frozenset[Capability]) -> None:
        self._by_maps = offered

    # --- the port -------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Make the transports and the whole adapters ready."""
        for each in self._parts():
            await each.open()

    async def close(self) -> None:
        """Let go of them."""
        for each in self._parts():
            await each.close()

    def _parts(self) -> Sequence[Transport | LibrarySystem]:
        return [*self.transports.values(), *self.handed.systems]

    async def probe(self) -> None:
        """Carry the step `probe` out, or see whether somebody is there; and let whole adapters ask for themselves."""
        step = self.compiled.probe
        if step is None:
            for transport in self.transports.values():
                await transport.probe()
        else:
            ran = await self._runner.run([step], self._asked(None, ""))
            if ran.refused is not None:
                raise SystemUnavailable(f"{step.place}: {ran.refused.note or ran.refused.reason.value}")
        for system in self.handed.systems:
            if system.can_probe:
                await system.probe()

    @property
    def connections(self) -> ConnectionCounts | None:
        """Of all transports and whole adapters together."""
        counts = [each for part in self._parts() if (each := part.connections) is not None]
        if not counts:
            return None
        names = ("ceiling", "open", "busy", "waiting", "opened_total", "failed_total", "lost_total")
        return ConnectionCounts(*(sum(getattr(each, name) for each in counts) for name in names))

    def perform(self, operation: Operation, operation_id: str = "") -> Coroutine[Any, Any, AnyOutcome]:
        """See `circulation.ports.LibrarySystem`."""
        system = self.handed.system_for(operation)
        if system is not None:
            if names_a_borrower(operation):  # what the whole adapter cannot look up, the maps perhaps can
                return undo_their_own(
                    operation, self._looks(), partial(system.perform, operation_id=operation_id)
                )
            return system.perform(operation, operation_id)
        if isinstance(operation, LookupHold) and operation.capability in self.capabilities:
            is_named = names_only_a_hold(operation)
            return unknown_hold() if is_named else listed_holds.look_up_in_lists(operation, self._looks())
        if operation.capability not in self._by_maps or type(operation) not in self._mapped:
            return unsupported(operation)
        if names_only_a_hold(operation):
            return unknown_hold()
        if has_a_bound(operation):
            return for_no_more(operation, partial(self._perform, operation_id=operation_id))
        if names_a_borrower(operation):
            return undo_their_own(operation, self._looks(), partial(self._perform, operation_id=operation_id))
        return self._perform(operation, operation_id)

    async def find_effect(self, operation: Operation, operation_id: str, since: datetime) -> Effect:
        """As the map's `effect` reads it; without one, as a whole adapter knows, or by what can be looked up."""
        compiled = self.compiled.maps.get(name_of(operation))
        if compiled is None or not compiled.effect:
            system = self.handed.system_for(operation)
            if system is not None and knows_its_work(system):
                return await system.find_effect(operation, operation_id, since)
            return await super().find_effect(operation, operation_id, since)
        ran = await self._runner.run(compiled.effect, self._asked(operation, operation_id))
        found = ran.filled.get("effect")
        return found if isinstance(found, Effect) and ran.refused is None else Effect.UNCLEAR

    def undoing(self, operation: Operation) -> Operation | None:
        """As `undo` of the folder says; as a whole adapter says of what it carries out."""
        system = self.handed.system_for(operation)
        if system is not None:
            taken_back = system.undoing(operation)
            can = taken_back is not None and taken_back.capability in self.capabilities
            return taken_back if can else None
        undoing, undo = super().undoing(operation), self._file.undo
        if isinstance(undoing, CancelHold):
            return None if undo.place_hold == "none" else undoing
        if not isinstance(undoing, Checkin) or undo.checkout == "cancel":
            return undoing
        return Checkin(undoing.item) if undo.checkout == "return" else None

    # --- one operation --------------------------------------------------------------------------------------

    async def _perform(self, operation: Operation, operation_id: str) -> AnyOutcome:
        if isinstance(operation, _WITH_AMOUNTS) and operation.amount.currency != self._place.currency:
            return Refused(Reason.CURRENCY_WRONG)  # maps write amounts without it
        if operation.changes_state and (wrong := await self._pin_refusal(operation)) is not None:
            return wrong
        compiled = self.compiled.maps[name_of(operation)]
        asked = self._asked(operation, operation_id)
        ran = await self._runner.run(compiled.steps, asked)
        if ran.refused is not None:
            return ran.refused
        filled_beside(compiled.fill, ran)
        if isinstance(operation, LookupPatron) and "pin" not in ran.filled:
            pin = await self._pin(operation)
            if pin is not None:
                ran.filled["pin"] = pin
        return outcome_of(operation, ran.filled, self._place)

    async def _send(self, step: Step, request: Request) -> Answer:
        answer = await self.transports[step.back_end].send(request, changes=not step.safe)
        if self.watch is not None:
            self.watch(step, request, answer)
        return answer

    async def _verified(self, operation: Operation) -> PinCheck | Refused | None:
        """What the system says of the PIN of `operation`; None where it has none, or there is no map for that."""
        question, compiled = verification_of(operation), self.compiled.maps.get(VERIFY_PIN)
        if question is None or compiled is None:
            return None
        ran = await self._runner.run(compiled.steps, self._asked(question, ""))
        if ran.refused is not None:
            return ran.refused
        told: PinCheck = ran.filled.get("pin", PinCheck.RIGHT)
        return told

    async def _pin(self, operation: Operation) -> PinCheck | None:
        """The same, of a card that is known: whatever the system refuses it for, the PIN is not proven."""
        told = await self._verified(operation)
        return _PIN_OF.get(told.reason, PinCheck.WRONG) if isinstance(told, Refused) else told

    async def _pin_refusal(self, operation: Operation) -> Refused | None:
        """Why `operation` is not asked for, by its PIN.  Nothing was done, whatever comes of the question."""
        try:
            told = await self._verified(operation)
        except MalformedReply as error:
            raise SystemUnavailable(f"the PIN could not be asked about: {error}") from error
        if told is PinCheck.WRONG:
            return Refused(Reason.PIN_WRONG)
        if told is PinCheck.NOT_SET:
            return Refused(Reason.PIN_NOT_SET)
        return told if isinstance(told, Refused) else None

    def _asked(self, operation: Any, operation_id: str) -> Asked:
        return Asked(operation, operation_id, self.context.now(), str(self.context.library))

    # --- what is told ---------------------------------------------------------------------------------------

    def _noticed(self, unread: Unread) -> None:
        """A value that its rule could not read: told once for each rule."""
        if unread.place not in self._told and len(self._told) < _MOST_TOLD:
            self._told.add(unread.place)
            _log.warn(
                "the system of {library} says {value}, which {place} does not read; said once, however often it happens",
                library=self.context.library,
                value=masked(unread.value),
                place=str(unread.place),
            )

    def _degraded(self, step: Step, why: str) -> None:
        """A step that is optional failed: told once for each step and reason."""
        key = (step.place, why)
        if key not in self._told and len(self._told) < _MOST_TOLD:
            self._told.add(key)
            _log.warn(
                "the system of {library} is asked without {place}: {why}; said once, however often it happens",
                library=self.context.library,
                place=str(step.place),
                why=why,
            )


def _keys_within(node: Node) -> Iterator[str]:
    """All keys of the tables in `node`."""
    if isinstance(node, Table):
        yield from node
    if isinstance(node, Table | Series):
        for each in node.values() if isinstance(node, Table) else node:
            yield from _keys_within(each)


def _loaded(folder: Path, context: AdapterContext) -> Loaded:
    try:
        return load_folder(folder, folder_named, Reads(context.read, context.entries))
    except ProblemsFound as found:
        raise _unusable(found.problems) from None


def _hold_to_examples(loaded: Loaded, context: AdapterContext) -> None:
    """Run the examples of the folder as it is: what a library says in its settings is no matter of theirs."""
    try:
        problems = failing_examples(loaded, context.read)
    except ProblemsFound as found:
        problems = list(found.problems)
    if problems:
        raise _unusable(problems)


def _unusable(problems: Sequence[Problem]) -> AdapterSettingsError:
    return AdapterSettingsError(
        [("adapter", f"{each.place}: {each.sentence} {each.remedy}".rstrip()) for each in problems]
    )
