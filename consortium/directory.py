"""The libraries of a consortium: whose system answers, and what each claims as its own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from softdock.circulation.identifiers import LibraryId
from softdock.circulation.ports import LibrarySystem
from softdock.circulation.records import record
from softdock.consortium.ownership import Claim, Ownership
from softdock.consortium.recovery.policy import RecoveryPolicy
from softdock.consortium.resilience import BreakerRules


@record
class Downtime:
    """A planned absence of a library's system.

    From `begins` (None: already) until `ends` (None: until the settings change); aware times.
    """

    begins: datetime | None = None
    ends: datetime | None = None
    text: Mapping[str, str] | None = None
    """What patrons are told, by language."""

    def covers(self, now: datetime) -> bool:
        """Whether `now` lies within."""
        return (self.begins is None or self.begins <= now) and (self.ends is None or now < self.ends)


@record
class Library:
    """A member of the consortium, with the system that keeps its books."""

    id: LibraryId
    names: Mapping[str, str]
    """By language."""
    system: LibrarySystem
    zone: tzinfo
    currency: str
    deadline: float
    """Seconds within which the desk answers, whatever the system does."""
    offline: bool = False
    """Devices may store transactions while they are cut off."""
    downtime: Downtime | None = None
    items: Sequence[Claim] = ()
    """Which items are its own."""
    patrons: Sequence[Claim] = ()
    """Whose card is one of its own."""
    concurrent: int | None = None
    """So many operations may wait for its system; more are refused as busy.  None for what suits the system."""
    breaker: BreakerRules = BreakerRules()
    recovery: RecoveryPolicy = RecoveryPolicy()
    """What is done about operations whose answer was lost."""

    def name(self, language: str) -> str:
        """The name in `language`, else in whichever there is."""
        return self.names.get(language) or next(iter(self.names.values()), self.id)


class Directory:
    """Finds libraries, and whose something is."""

    def __init__(self, libraries: Iterable[Library]) -> None:
        self.by_id: Mapping[LibraryId, Library] = {each.id: each for each in libraries}
        """Where an account finds its library.  The settings hold every account to one that exists."""
        self.items = Ownership({each.id: each.items for each in self.by_id.values()})
        self.patrons = Ownership({each.id: each.patrons for each in self.by_id.values()})
