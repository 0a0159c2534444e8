"""What a database can come to, named by what it means for the work that was under way."""


class DatabaseError(Exception):
    """The database did not do what it was asked.  Never raised itself."""


class DatabaseAway(DatabaseError):
    """It is not there, or cannot write: nothing was committed."""


class DatabaseBusy(DatabaseError):
    """Somebody else holds it, or too much waits: nothing was committed."""


class CommitLost(DatabaseError):
    """It went away while it committed: the work may have been done, or not."""


class DatabaseNewer(DatabaseError):
    """A later version of SoftDock wrote it, so this one keeps its hands off."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(
            f"The database was written by a newer SoftDock (its revision is {found}, the newest known here is {known})."
            " Run that version, or restore a backup from before the upgrade."
        )
        self.found = found
        self.known = known
