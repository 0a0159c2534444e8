"""The journal as it stands in a file, read by somebody else; and waiting until its recovery is over."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass

RECOVERED = "An operation whose answer was lost is settled."
LISTED = "An operation whose answer was lost is left to a person."


@dataclass(frozen=True)
class Entry:
    """What a test wants to know of an entry."""

    number: int
    operation_id: str
    kind: str
    patron: str | None
    item: str | None
    state: str
    last_word: str
    listed: bool
    resolution: str | None
    remark: str

    @property
    def is_settled(self):
        """Whether nothing is left to do, or only for a person."""
        return bool(self.listed) or self.state in ("answered", "settled")


def entries(file):
    """All entries of the journal in `file`, in their order."""
    names = ", ".join(Entry.__dataclass_fields__)
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        return [Entry(*row) for row in connection.execute(f"SELECT {names} FROM entry ORDER BY number")]  # noqa: S608


def wait_until_recovered(running, file):
    """Until nothing is left to do for `running`, which logs each step of it; the entries."""
    found = entries(file)
    while not all(each.is_settled for each in found):
        running.wait_for(RECOVERED, LISTED)
        found = entries(file)
    return found
