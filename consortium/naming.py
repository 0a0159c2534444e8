"""Holds by their names, also at systems that keep none.

What an account calls a hold stands for a patron and an item, or a title, in the words of that account.  So a name is
looked for before anybody asks whose item that is, and the system is asked in its own way:

==============  =========================================  ====================================================
operation       before                                     after
==============  =========================================  ====================================================
place a hold    no other hold of the account is called so  where the system gives it no name: it is called so
change, cancel  the patron, and what it is on              it is kept how the hold stands, and that it has ended
look up         the same; what has ended is told at once   what the system does not tell is filled in
lend            the patron; the system ends it by itself   it is kept that it has ended
==============  =========================================  ====================================================

A system that gives its holds names is left alone: none of them is kept here, so none is found, and its own are asked
for as they are.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Final, TypeAlias

from softdock.circulation.accounts import Account
from softdock.circulation.hold_names import HoldNames, NamedHold, NamesAway
from softdock.circulation.holds import HoldStatus
from softdock.circulation.identifiers import HoldId, LibraryId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.operations import (
    CancelHold,
    ChangeHold,
    Checkout,
    LookupHold,
    Operation,
    PlaceHold,
)
from softdock.circulation.outcomes import Done, HoldState, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

Naming: TypeAlias = Callable[[AnyOutcome], tuple[AnyOutcome, NamedHold | None]]
"""Of what a system has answered: how it is told, and what of the hold is to be kept with it."""

_OnHold: TypeAlias = PlaceHold | ChangeHold | CancelHold | LookupHold | Checkout

_KINDS: Final = frozenset({PlaceHold, ChangeHold, CancelHold, LookupHold, Checkout})

_NOT_SHOWN: Final = frozenset({Reason.PIN_REQUIRED, Reason.NOT_SUPPORTED})
"""With these a system shows nothing of a hold, which says nothing about it."""

_MADE: Final = 8
"""Random bytes of a name that SoftDock makes."""


def may_be_named(operation: Operation) -> bool:
    """Whether `operation` may be about a hold that has a name here."""
    if type(operation) not in _KINDS:
        return False
    assert isinstance(operation, _OnHold)
    if isinstance(operation, PlaceHold):
        return operation.hold is not None or operation.needs_name
    return operation.hold is not None or not isinstance(operation, Checkout)


@dataclass(slots=True, eq=False)
class Meant:
    """An operation on a hold, as it goes on."""

    account: Account
    operation: Operation
    """With what the name stands for, where it stands for something."""
    now: datetime
    known: NamedHold | None = None
    """The hold that is meant."""
    outcome: AnyOutcome | None = None
    """What comes of the operation without any system."""
    has_ended: bool = False
    """It comes to nothing because the hold has ended, unless it is a repeat of what has ended it."""
    is_blind: bool = False
    """The names could not be looked at."""

    def decided(self, *, may_repeat: bool) -> AnyOutcome | None:
        """What comes of the operation without any system; None where one that `may_repeat` another has to be known first."""
        return None if self.has_ended and may_repeat else self.outcome

    async def ended(self, operation_id: str) -> AnyOutcome:
        """What comes of an operation on a hold that has ended, once it is known to be no repeat."""
        assert self.outcome is not None
        return self.outcome

    def answered(self, outcome: AnyOutcome) -> tuple[AnyOutcome, NamedHold | None]:
        """What the system has answered, with the name that the hold gets, and what of it is to be kept.  See `Naming`."""
        if not (isinstance(outcome, Done) and self.operation.changes_state):
            return outcome, None
        operation, known = self.operation, self.known
        if isinstance(operation, PlaceHold):
            return self._placed(operation, outcome)
        if known is None:
            return outcome, None
        if isinstance(operation, ChangeHold):
            return outcome, _changed(known, operation)
        status = HoldStatus.CANCELLED if isinstance(operation, CancelHold) else HoldStatus.FILLED
        return outcome, replace(known, status=status, ended=self.now)

    def told(self, outcome: AnyOutcome) -> AnyOutcome:
        """`outcome` in the words of the account, with what is known of the hold."""
        operation, known = self.operation, self.known
        if self.is_blind and isinstance(outcome, Refused) and outcome.reason is Reason.HOLD_UNKNOWN:
            return Refused(Reason.JOURNAL_AWAY)  # it may be known by that name all the same
        if known is None or known.account != self.account.name or isinstance(operation, PlaceHold):
            return outcome
        if isinstance(outcome, Refused):
            if isinstance(operation, LookupHold) and outcome.reason in _NOT_SHOWN:
                return Done(state_of(known))
            gone = outcome.reason is Reason.HOLD_UNKNOWN
            return replace(outcome, reason=Reason.HOLD_ENDED) if gone else outcome
        if isinstance(outcome, Done) and isinstance(outcome.result, HoldState):
            now = _changed(known, operation) if isinstance(operation, ChangeHold) else known
            return replace(outcome, result=_filled(outcome.result, now))
        return outcome

    def _placed(self, operation: PlaceHold, outcome: Done[object]) -> tuple[AnyOutcome, NamedHold | None]:
        state = outcome.result
        if not isinstance(state, HoldState) or state.id is not None:
            return outcome, None
        name = operation.hold or HoldId(f"S{token_hex(_MADE)}")
        hold = NamedHold(
            self.account.library,
            self.account.name,
            name,
            operation.patron,
            self.now,
            operation.item,
            operation.title,
            operation.kind,
            operation.scope,
            operation.pickup_location,
            state.expires or operation.expires,
        )
        return replace(outcome, result=replace(state, id=name)), hold


class Names:
    """Finds what the names in operations stand for."""

    def __init__(self, names: HoldNames, now: Callable[[], datetime]) -> None:
        """`now` is aware."""
        self._names = names
        self._now = now

    async def meant(self, account: Account, operation: Operation, until: float) -> Meant:
        """`operation` with what its name stands for, or what comes of it for that reason alone."""
        assert isinstance(operation, _OnHold)
        meant = Meant(account, operation, self._now())
        try:
            if operation.hold is not None:
                meant.known = await self._names.named(account.library, account.name, operation.hold, until)
                if meant.known is not None:
                    self._resolve(meant, operation, meant.known)
            elif operation.patron is not None and not isinstance(operation, PlaceHold):
                meant.known = await self._the_one(account, operation, operation.patron, until)
        except NamesAway:
            meant.is_blind = True
            if isinstance(operation, PlaceHold):
                meant.outcome = Refused(Reason.JOURNAL_AWAY)
        return meant

    async def kept(self, meant: Meant, called: Awaitable[AnyOutcome], until: float) -> AnyOutcome:
        """What the system that is `called` says, as it is told where there is no journal to keep the name with it."""
        outcome, named = meant.answered(await called)
        if named is not None:
            await self._names.keep(named, until)
        return outcome

    def _resolve(self, meant: Meant, operation: _OnHold, known: NamedHold) -> None:
        has_ended = known.status is not None
        if isinstance(operation, PlaceHold):
            is_same = _same(known.patron, operation.patron) and known.is_on(operation.item, operation.title)
            if not (has_ended or is_same):
                meant.outcome = Refused(Reason.HOLD_EXISTS)
            return
        if operation.patron is not None and not _same(known.patron, operation.patron):
            meant.known, meant.outcome = None, Refused(Reason.HOLD_UNKNOWN)
            return
        if has_ended:
            meant.has_ended = not isinstance(operation, LookupHold)
            meant.outcome = Refused(Reason.HOLD_ENDED) if meant.has_ended else Done(state_of(known))
        if isinstance(operation, Checkout):
            meant.operation = replace(operation, hold=None)
        else:
            meant.operation = replace(
                operation, hold=None, patron=known.patron, item=known.item, title=known.title
            )

    async def _the_one(
        self, account: Account, operation: _OnHold, patron: PatronId, until: float
    ) -> NamedHold | None:
        """The hold of `patron` that `operation` means without naming it, if any account has a name for it."""
        title = None if isinstance(operation, Checkout) else operation.title
        held = await self._names.of_patron(account.library, patron, until)
        found = [each for each in held if each.is_on(operation.item, title)]
        ours = [each for each in found if each.account == account.name]
        return next(reversed(ours or found), None)


class NamesInMemory:
    """Implements `circulation.hold_names.HoldNames` for one process, as long as it lives."""

    def __init__(self, most: int = 10_000) -> None:
        """Of more than `most` holds the oldest are forgotten."""
        self._most = most
        self._holds: OrderedDict[tuple[LibraryId, str, HoldId], NamedHold] = OrderedDict()

    async def named(self, library: LibraryId, account: str, name: HoldId, until: float) -> NamedHold | None:
        """See `circulation.hold_names.HoldNames`."""
        return self._holds.get((library, account, name))

    async def of_patron(self, library: LibraryId, patron: PatronId, until: float) -> Sequence[NamedHold]:
        """See `circulation.hold_names.HoldNames`."""
        held = (each for each in self._holds.values() if each.library == library and each.patron == patron)
        return [each for each in held if each.ended is None]

    async def keep(self, hold: NamedHold, until: float) -> None:
        """See `circulation.hold_names.HoldNames`."""
        self._holds[hold.library, hold.account, hold.name] = hold
        if len(self._holds) > self._most:
            self._holds.popitem(last=False)


def _changed(known: NamedHold, operation: ChangeHold) -> NamedHold:
    return replace(
        known,
        pickup_location=operation.pickup_location or known.pickup_location,
        expires=operation.expires or known.expires,
        scope=operation.scope or known.scope,
    )


def state_of(known: NamedHold) -> HoldState:
    """As much of a hold as is known without its system."""
    item = None if known.item is None else Item(known.item)
    return _filled(HoldState(item, status=known.status), known)


def _filled(state: HoldState, known: NamedHold) -> HoldState:
    """`state`, with what it does not say, as it is `known`."""
    return replace(
        state,
        id=state.id or known.name,
        item=state.item or (None if known.item is None else Item(known.item)),
        patron=state.patron or known.patron,
        title_id=state.title_id or known.title,
        kind=state.kind or known.kind,
        scope=state.scope or known.scope,
        pickup_location=state.pickup_location or known.pickup_location,
        needed_before=state.needed_before or (known.expires if known.status is None else None),
        placed=state.placed or known.placed,
    )


def _same(one: PatronId, other: PatronId) -> bool:
    """Case and blanks do not count."""
    return one.strip().casefold() == other.strip().casefold()
