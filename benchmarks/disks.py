"""Where files lie: whether what is written there is on a disk, or in memory and gone with the machine."""

import tempfile
from pathlib import Path
from typing import NamedTuple

IN_MEMORY = frozenset({"tmpfs", "ramfs"})
OTHERS = (Path("/var/tmp"), Path())  # noqa: S108 - what is made there has a name that nobody can guess
MOUNTS = Path("/proc/self/mountinfo")


class Disk(NamedTuple):
    """The file system that a folder is on."""

    kind: str
    """As the kernel calls it: ext4, xfs, tmpfs."""

    @property
    def is_real(self) -> bool:
        """Whether a commit there can be durable."""
        return self.kind not in IN_MEMORY


def disk_of(folder: Path, mounts: str | None = None) -> Disk:
    """The file system of a folder; `mounts` is what the kernel says of all, which is read if it is not given."""
    text = MOUNTS.read_text(encoding="utf-8") if mounts is None else mounts
    folder = folder.resolve()
    found = ("", "unknown")
    for line in text.splitlines():
        about, _, kind = line.partition(" - ")
        place = about.split(" ")[4].encode("ascii", "backslashreplace").decode("unicode_escape")
        if folder.is_relative_to(place) and len(place) >= len(found[0]):
            found = (place, kind.split(" ", 1)[0])
    return Disk(found[1])


def real_folder() -> Path:
    """Where temporary files go by default, if that is a disk; otherwise another place that is one."""
    usual = Path(tempfile.gettempdir())
    if disk_of(usual).is_real:
        return usual
    return next((each for each in OTHERS if disk_of(each).is_real), usual)
