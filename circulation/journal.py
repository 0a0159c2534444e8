"""The journal of what changes the libraries' books: the port, and what is kept of each operation.

An operation is **claimed**, durably, before anything is sent to a system, and its outcome is durable before a device
hears of it.  So whatever is cut off in between, an entry tells what may have happened, and what the device heard last:

=========  ==========================================================  =================
state      the system                                                  the device heard
=========  ==========================================================  =================
open       may have been asked                                         nothing, or no
answered   has answered as the outcome says                            the outcome, or nothing
unknown    may have done it: the answer was lost, or came too late     no, or nothing
settled    stands as the resolution says                               the same, or it was told by hand
=========  ==========================================================  =================

An unknown entry is reconciled by `consortium.recovery`; one that is **listed** can be settled by a person only.
"""

from datetime import datetime
from typing import Protocol, TypeAlias

from softdock.circulation.hold_names import NamedHold
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Done, Refused, Unknown
from softdock.circulation.records import record
from softdock.circulation.words import Word

Outcome: TypeAlias = Done[object] | Refused | Unknown


class EntryState(Word):
    """What has become of an operation."""

    OPEN = "open"
    ANSWERED = "answered"
    UNKNOWN = "unknown"
    SETTLED = "settled"


class LastWord(Word):
    """What a device may have heard last of an operation."""

    NOTHING = "nothing"
    DONE = "done"
    NOT_DONE = "not-done"


class Resolution(Word):
    """How an unknown entry was settled."""

    NOT_DONE = "not-done"
    """The system never carried it out."""
    UNDONE = "undone"
    """It was carried out, and taken back, because the device had heard no."""
    STANDS = "stands"
    """It was carried out and stays so, by the policy of the library."""
    DONE_NOW = "done-now"
    """It was carried out afterwards, because what it books has happened: the bin has the book."""
    RETURNED = "returned"
    """The item was returned since: whatever there was of a loan is over."""


class Effect(Word):
    """What a system shows of an operation whose answer was lost."""

    DONE = "done"
    """It was carried out, and this is shown to be the work of this operation and no other."""
    NOT_DONE = "not-done"
    """It was not, and will not be any more."""
    NOT_YET = "not-yet"
    """There is nothing of it at this moment; a slow system may still be about to carry it out."""
    UNCLEAR = "unclear"
    """The system cannot tell, or not whose work it is."""


REQUEST_BYTES = 16
"""Bytes of a digest that are of the whole request; what follows numbers its operations, if it takes several."""


@record
class Fingerprint:
    """By what a request is known again that its device sends through another connection.

    A device has one only where it has error detection on and its clock tells the time; a partner's message, where it
    names what makes it unique.
    """

    digest: bytes
    """Of the whole text of the request, and of who sent it."""
    tries: int
    """How often the device sends a request before it gives it up."""
    joins_refusal: bool = True
    """Whether the same request hears the same no; else it is tried anew, because a person may try again with the same
    bytes."""


@record
class Claim:
    """An operation that is about to be sent to a library's system."""

    operation_id: str
    operation: Operation
    """As the system is to be asked.  Its PIN is not kept."""
    system: LibraryId
    """Whose system is asked."""
    home: LibraryId
    """Whose patron it is; the same as `system` where there is no patron, or nothing says otherwise."""
    library: LibraryId
    """Of the account."""
    account: str
    location: str
    """Where the device stands."""
    at: datetime
    fingerprint: bytes | None = None
    window: float = 0.0
    """Seconds for which the same fingerprint means the same request."""
    joins_refusal: bool = True
    """Whether it does so even if that request was refused."""


@record
class JournalEntry:
    """One operation, as the journal has it."""

    number: int
    """Counts the operations of all processes, in the order in which they were claimed."""
    claim: Claim
    state: EntryState
    last_word: LastWord
    outcome: Outcome | None = None
    """What the system answered, if that is known."""
    resolution: Resolution | None = None
    listed: bool = False
    """Only a person can settle it."""
    undoing: bool = False
    """Undoing it was begun."""
    remark: str = ""
    """What was found, and done about it; for staff."""
    ended: datetime | None = None
    settled: datetime | None = None


@record
class Granted:
    """The operation may be sent; its entry is open."""

    number: int


@record
class Joined:
    """It is the same request, or the same wish, as one that the journal has: it is not sent again."""

    number: int
    outcome: Outcome | None
    """What that came to, if it has ended."""


@record
class Hindered:
    """Another operation on the same item is under way, or nobody knows yet what came of it."""

    number: int


class JournalAway(Exception):
    """Nothing can be written at this moment, and nothing was."""


class WordWithheld(Exception):
    """Nobody knows what the journal holds: to tell the device anything could turn out to be wrong.  Hang up."""


class Journal(Protocol):
    """Keeps what changes the books, for all processes that share it."""

    async def claim(self, claim: Claim, until: float) -> Granted | Joined | Hindered:
        """Whether what is claimed may be sent; if so, that is durable.

        Raises JournalAway, at the latest soon after the reactor's clock shows `until`: then it may not.
        """

    async def answer(
        self, number: int, outcome: Outcome, until: float, named: NamedHold | None = None
    ) -> Outcome:
        """Keep what a granted operation came to; what its device may be told, now that it is durable.

        Where the device may be told that it is done, so is what became of the hold that it has `named`.  Tries until
        the reactor's clock shows `until`.  Raises WordWithheld.
        """

    async def wait_for(self, number: int, until: float) -> Outcome | None:
        """What an entry that was joined comes to, as it may be told; None if it has turned out to be not done.

        Unknown when the clock shows `until`: that this is what the device has heard is durable then.  Raises
        WordWithheld.
        """

    def over(self, operation_id: str) -> None:
        """The operation is no longer under way in this process, whatever the journal has of it.

        To be called for every operation that was put to `claim`, at its very end.
        """

    # --- for the recovery -------------------------------------------------------------------------------
    # What is asked of an entry is refused, with False, where a person or a return has settled it meanwhile, or another
    # process has taken it over.

    async def tend(self) -> list[JournalEntry]:
        """Show that this process lives, and take over what those have left that do not.

        All entries that are this process's to settle, and not listed, in their order.  Raises JournalAway.
        """

    async def undoing(self, number: int) -> bool:
        """Keep that undoing it begins.  Raises JournalAway: then, and when refused, it may not begin."""

    async def settle(
        self, number: int, resolution: Resolution, remark: str = "", outcome: Outcome | None = None
    ) -> bool:
        """Settle an unknown entry; `outcome` is what came of doing it now.  Raises JournalAway."""

    async def list_for_staff(self, number: int, remark: str) -> bool:
        """Leave an unknown entry to a person, and say why.  Raises JournalAway."""
