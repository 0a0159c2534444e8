"""The way of an operation that changes the books: claimed before it is sent, kept before its device hears of it.

What is the same as another operation is not sent; it hears what that comes to.  Where the other turns out not to have
been done, it is begun anew.

A word that was withheld stays so: while the journal is away, a repeat of that operation hears nothing again.  It cannot
be known for one, and a no would be as wrong as a yes if the operation stands.
"""

from collections.abc import Awaitable, Callable, Hashable
from typing import TypeAlias

from softdock.circulation.journal import Claim, Granted, Hindered, Journal, JournalAway, WordWithheld
from softdock.circulation.outcomes import Refused
from softdock.circulation.ports import AnyOutcome, Observer
from softdock.circulation.reasons import Reason
from softdock.consortium.naming import Naming

WRITING = 1.0
"""Seconds beyond the deadline for which the outcome may take to be kept; devices are promised more than that."""

LONGEST_WINDOW = 600.0
"""Seconds for which a request is known again at most, however often its device may try."""

MOST_WITHHELD = 10_000
"""Operations that are remembered because nothing was told of them; the oldest are forgotten first."""


_Wish: TypeAlias = Hashable

Call: TypeAlias = Callable[[str], Awaitable[AnyOutcome]]
"""Carries an operation out, given its operation_id."""


class Journalling:
    """Carries operations out by the journal."""

    def __init__(self, journal: Journal, observer: Observer) -> None:
        self.journal = journal
        self._observer = observer
        self._withheld: dict[_Wish, float] = {}
        """What devices have been told nothing of, and until when that was carried out; the oldest first."""

    async def carry_out(
        self, claim: Claim, call: Call, until: float, naming: Naming | None = None
    ) -> AnyOutcome:
        """What comes of `claim`, if need be by `call`, which is given its operation_id and has until the clock shows `until`.

        `naming` tells what of a hold is kept with it.  Raises WordWithheld.
        """
        try:
            return await self._carried_out(claim, call, until, naming)
        except WordWithheld:
            self._withhold(_wish_of(claim), until)
            raise
        finally:
            self.journal.over(claim.operation_id)

    async def _carried_out(self, claim: Claim, call: Call, until: float, naming: Naming | None) -> AnyOutcome:
        journal = self.journal
        while True:
            try:
                met = await journal.claim(claim, until)
            except JournalAway:
                if self._is_withheld(_wish_of(claim), until):
                    raise WordWithheld from None
                return Refused(Reason.JOURNAL_AWAY)
            if self._withheld:
                self._withheld.pop(_wish_of(claim), None)
            if isinstance(met, Granted):
                outcome, named = await call(claim.operation_id), None
                if naming is not None:
                    outcome, named = naming(outcome)
                return await journal.answer(met.number, outcome, until + WRITING, named)
            if isinstance(met, Hindered):
                self._observer.repeated(claim.library, "hindered")
                return Refused(Reason.BEING_PROCESSED)
            self._observer.repeated(claim.library, "joined")
            joined = met.outcome
            if joined is None:
                joined = await journal.wait_for(met.number, until)
            if joined is not None:
                return joined

    def _withhold(self, wish: _Wish, until: float) -> None:
        self._withheld.setdefault(wish, until)
        if len(self._withheld) > MOST_WITHHELD:
            del self._withheld[next(iter(self._withheld))]

    def _is_withheld(self, wish: _Wish, until: float) -> bool:
        first = self._withheld.get(wish)
        return first is not None and until - first <= LONGEST_WINDOW


def _wish_of(claim: Claim) -> _Wish:
    """What a device that tries again, by whatever message, wishes again."""
    operation = claim.operation
    asked = (getattr(operation, name, None) for name in ("patron", "item", "title", "transaction", "cancel"))
    return (claim.system, type(operation), *asked)
