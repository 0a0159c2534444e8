"""Which processes share the journal, and which of them are gone.

No clock is compared with another machine's, and none with itself after it was set:

* a process of the same kernel is looked for among its processes, by number and time of start;
* a machine that has been started again has none of its old processes;
* of any other, a counter in its row is watched, which grows as long as it lives.  It counts as gone when the counter
  has stood still for `LEASE` seconds of this process's own time, looked at without a gap.
"""

import os
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

LEASE = 30.0
"""Seconds of silence after which a process elsewhere counts as gone."""

BEAT = 5.0
"""Seconds between two signs of life."""

LONGEST_GAP = 3 * BEAT
"""Seconds between two looks; after a longer one, when perhaps nobody could write, silence is counted anew."""


class Owner(NamedTuple):
    """A process that carries operations out."""

    number: int
    host: str
    machine: str
    boot: str
    namespace: str
    process: int
    started: int
    worker: int
    beats: int = 0


def this_process(worker: int = 0) -> Owner:
    """The process that asks; its number is not known yet."""
    process = os.getpid()
    return Owner(
        number=0,
        host=socket.gethostname(),
        machine=_line("/etc/machine-id"),
        boot=_line("/proc/sys/kernel/random/boot_id"),
        namespace=_namespace(),
        process=process,
        started=start_of(process) or 0,
        worker=worker,
    )


def start_of(process: int) -> int | None:
    """When the process with this number began, in ticks since the boot; None if there is none that runs."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text("ascii", "replace")
    except OSError:
        return None
    facts = stat.rpartition(")")[2].split()  # the name in front of it may hold anything
    return None if facts[0] in "ZX" else int(facts[19])


def certainly_gone(
    other: Owner, here: Owner, *, one_host: bool, started: Callable[[int], int | None] = start_of
) -> bool | None:
    """Whether `other` is gone, as `here` can see at once; None where it has to be watched.

    `one_host` says that the journal can be used on one machine only.
    """
    if not (other.boot and here.boot):
        return None  # there is nothing to see it by
    if other.boot == here.boot:
        if other.namespace == here.namespace:
            return started(other.process) != other.started
        return None
    if one_host or (other.machine and other.machine == here.machine):
        return True
    return None


class Watch:
    """Watches the signs of life of those who cannot be looked for."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds that only grow."""
        self._clock = clock
        self._seen: dict[int, tuple[int, float]] = {}
        """By owner: the counter, and since when it has been that."""
        self._looked = clock()

    def silent(self, others: Iterable[Owner]) -> list[int]:
        """Those of `others`, as they are in the database now, who have been silent for too long."""
        now = self._clock()
        if now - self._looked > LONGEST_GAP:
            self._seen.clear()
        self._looked = now
        seen: dict[int, tuple[int, float]] = {}
        silent = []
        for each in others:
            before = self._seen.get(each.number)
            since = before[1] if before is not None and before[0] == each.beats else now
            seen[each.number] = (each.beats, since)
            if now - since >= LEASE:
                silent.append(each.number)
        self._seen = seen
        return silent


def _line(path: str) -> str:
    with suppress(OSError):
        return Path(path).read_text("ascii", "replace").strip()
    return ""


def _namespace() -> str:
    with suppress(OSError):
        return str(Path("/proc/self/ns/pid").readlink())
    return ""
