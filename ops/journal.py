"""How the journal stands, for who asks /readyz and for who scrapes /metrics."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TypeAlias

from softdock.circulation.records import record
from softdock.store.journal.rows import MICROSECONDS
from softdock.store.journal.work import Counts

_Counts: TypeAlias = list[tuple[tuple[str, ...], float]]


@record
class JournalStanding:
    """How a journal stands at one moment, for all processes that share it."""

    open: int = 0
    """Operations under way."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """Operations of which nobody knows yet what became of them, by the library whose system was asked."""
    listed: Mapping[str, int] = field(default_factory=dict)
    """Operations that only a person can settle, likewise; they are not among the unknown."""
    oldest_unknown: float = 0.0
    oldest_listed: float = 0.0
    """For how many seconds the oldest of either has waited; 0 if there is none."""
    away: bool = False
    """Nothing can be written: then whatever changes the books is refused."""


def standing_of(counts: Counts, now: float, *, away: bool) -> JournalStanding:
    """What `counts` of the journal come to when it is `now`, in seconds since 1970."""
    return JournalStanding(
        counts.open,
        counts.unknown,
        counts.listed,
        _age(counts.oldest_unknown, now),
        _age(counts.oldest_listed, now),
        away,
    )


def _age(claimed: int | None, now: float) -> float:
    return 0.0 if claimed is None else max(0.0, now - claimed / MICROSECONDS)


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
