"""How the journal stands, for who asks /readyz and for who scrapes /metrics."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from softdock.circulation.identifiers import LibraryId

_Counts: TypeAlias = list[tuple[tuple[str, ...], float]]


class JournalStanding(Protocol):
    """What a journal says of itself at one moment."""

    @property
    def away(self) -> bool:
        """Whether nothing can be written: then whatever changes the books is refused."""

    @property
    def open(self) -> int:
        """Operations under way."""

    @property
    def unknown(self) -> Mapping[LibraryId, int]:
        """Operations of which nobody knows yet what became of them, by the library whose system was asked."""

    @property
    def listed(self) -> Mapping[LibraryId, int]:
        """Operations that only a person can settle, likewise; they are not among the unknown."""

    @property
    def oldest_unknown(self) -> float:
        """For how many seconds the oldest of the unknown has been that; 0 if there is none."""

    @property
    def oldest_listed(self) -> float:
        """The same for those that wait for a person."""


Standing: TypeAlias = Callable[[], JournalStanding | None]
"""Asked anew each time; None where nothing is journalled."""


def nothing_journalled() -> None:
    """Where there is no journal."""


def line_about(standing: JournalStanding) -> str:
    """What /readyz?verbose says of the journal: [!] if somebody should look.

    A journal that is away is no reason not to be ready: lookups go on, and the rest is refused with a reason.
    """
    if standing.away:
        return "[!] journal: cannot be written; lookups only"
    waiting = sum(standing.listed.values())
    if waiting:
        wait = "operation waits" if waiting == 1 else "operations wait"
        return f"[!] journal: {waiting} {wait} for staff (softdock journal list --unsettled)"
    return f"[+] journal: {standing.open} open, {sum(standing.unknown.values()) or 'none'} unknown"


def counted(standing: JournalStanding | None) -> Mapping[str, _Counts]:
    """What is exported of `standing`: samples by metric."""
    samples: dict[str, _Counts] = {
        "softdock_journal_open": [],
        "softdock_journal_unknown": [],
        "softdock_journal_listed": [],
        "softdock_journal_oldest_seconds": [],
        "softdock_journal_away": [],
    }
    if standing is not None:
        samples["softdock_journal_open"].append(((), standing.open))
        samples["softdock_journal_unknown"] += [((key,), count) for key, count in standing.unknown.items()]
        samples["softdock_journal_listed"] += [((key,), count) for key, count in standing.listed.items()]
        samples["softdock_journal_oldest_seconds"] += [
            (("unknown",), standing.oldest_unknown), (("listed",), standing.oldest_listed),
        ]  # fmt: skip
        samples["softdock_journal_away"].append(((), int(standing.away)))
    return samples
