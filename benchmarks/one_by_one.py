"""The command `softdock`, but for one thing: what waits for a database is committed each by itself.

There is no such setting, for nobody wants it: this is what committing together is measured against.
"""

import sys

from softdock.cli import main
from softdock.store.database import DatabaseThreads

ALONE = 1


def commit_one_by_one() -> None:
    """From now on, threads of a database that are not told otherwise take up one unit of work at a time."""
    defaults = DatabaseThreads.__init__.__kwdefaults__
    assert "batch" in defaults
    defaults["batch"] = ALONE


if __name__ == "__main__":
    commit_one_by_one()
    sys.exit(main())
