"""A journal in memory, of one process: as much of the port as the recovery stands on."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from twisted.internet.defer import Deferred

from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.journal import (
    Claim,
    EntryState,
    JournalAway,
    JournalEntry,
    LastWord,
    Outcome,
    Resolution,
)
from softdock.circulation.operations import Checkout, Operation
from stubs import NOON


class FakeJournal:
    """Keeps entries; refuses to settle, to undo or to list what is settled."""

    def __init__(self, *entries: JournalEntry) -> None:
        self.entries = {each.number: each for each in entries}
        self.in_vain: list[int] = []
        """Entries of which something was asked that were settled or listed already."""
        self.is_away = False
        self.tended = 0
        self.slowly: Deferred[None] | None = None
        """What `tend` waits for once it has read."""

    async def tend(self) -> list[JournalEntry]:
        self.tended += 1
        self._must_be_there()
        found = [
            each for each in self.entries.values() if each.state is EntryState.UNKNOWN and not each.listed
        ]
        if self.slowly is not None:
            await self.slowly
        return found

    async def undoing(self, number: int) -> bool:
        return self._change(number, undoing=True)

    async def settle(
        self, number: int, resolution: Resolution, remark: str = "", outcome: Outcome | None = None
    ) -> bool:
        kept = self.entries[number].outcome if outcome is None else outcome
        return self._change(
            number, state=EntryState.SETTLED, resolution=resolution, remark=remark, outcome=kept
        )

    async def list_for_staff(self, number: int, remark: str) -> bool:
        return self._change(number, listed=True, remark=remark)

    def result_of(self, number: int = 1) -> Resolution | str | None:
        """How an entry was settled, `listed`, or None for neither."""
        entry = self.entries[number]
        return "listed" if entry.listed else entry.resolution

    def _change(self, number: int, **changes: Any) -> bool:
        self._must_be_there()
        entry = self.entries[number]
        if entry.state is not EntryState.UNKNOWN or entry.listed:
            self.in_vain.append(number)
            return False
        self.entries[number] = replace(entry, **changes)
        return True

    def _must_be_there(self) -> None:
        if self.is_away:
            raise JournalAway


LOAN = Checkout(PatronId("R0012345"), ItemId("CD0001"))


def an_entry(
    operation: Operation = LOAN,
    number: int = 1,
    at: datetime = NOON,
    system: str = "LIB",
    **changes: Any,
) -> JournalEntry:
    """Claimed at noon; the answer was lost, and the device heard no."""
    claim = Claim(
        operation_id=f"boot-{number}", operation=operation, system=LibraryId(system), home=LibraryId(system),
        library=LibraryId("LIB"), account="kiosk", location="1F", at=at,
    )  # fmt: skip
    return replace(JournalEntry(number, claim, EntryState.UNKNOWN, LastWord.NOT_DONE), **changes)
