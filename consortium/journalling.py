"""The way of an operation that changes the books: claimed before it is sent, kept before its device hears of it.

What is the same as another operation is not sent; it hears what that comes to.  Where the other turns out not to have
been done, it is begun anew.
"""

from collections.abc import Awaitable, Callable

from softdock.circulation.journal import Claim, Granted, Hindered, Journal, JournalAway
from softdock.circulation.outcomes import Refused
from softdock.circulation.ports import AnyOutcome, Observer
from softdock.circulation.reasons import Reason

WRITING = 1.0
"""Seconds beyond the deadline for which the outcome may take to be kept; devices are promised more than that."""

LONGEST_WINDOW = 600.0
"""Seconds for which a request is known again at most, however often its device may try."""


class Journalling:
    """Carries operations out by the journal."""

    def __init__(self, journal: Journal, observer: Observer) -> None:
        self.journal = journal
        self._observer = observer

    async def carry_out(
        self, claim: Claim, call: Callable[[str], Awaitable[AnyOutcome]], until: float
    ) -> AnyOutcome:
        """What comes of `claim`, if need be by `call`, which is given its operation_id and has until the clock shows `until`.

        Raises WordWithheld.
        """
        journal = self.journal
        try:
            while True:
                try:
                    met = await journal.claim(claim, until)
                except JournalAway:
                    return Refused(Reason.JOURNAL_AWAY)
                if isinstance(met, Granted):
                    outcome = await call(claim.operation_id)
                    return await journal.answer(met.number, outcome, until + WRITING)
                if isinstance(met, Hindered):
                    self._observer.repeated(claim.library, "hindered")
                    return Refused(Reason.BEING_PROCESSED)
                self._observer.repeated(claim.library, "joined")
                joined = met.outcome
                if joined is None:
                    joined = await journal.wait_for(met.number, until)
                if joined is not None:
                    return joined
        finally:
            journal.over(claim.operation_id)
