"""A SoftDock that takes itself for one on another machine: `python elsewhere.py SETTINGS MACHINE`.

No process of that machine can be looked for, only its signs of life can be watched; they come every half second, and who
has been silent for three counts as gone.
"""

import sys
from pathlib import Path

from softdock import server
from softdock.consortium.recovery import recovery
from softdock.ops import keeping
from softdock.store.journal import journal, owners

LEASE = 3.0


def main():
    machine, here = sys.argv[2], keeping.this_process
    keeping.this_process = lambda worker: here(worker)._replace(machine=machine, boot=machine, host=machine)
    owners.LEASE = LEASE
    journal.BEAT = recovery.TEND_EVERY = 0.5
    sys.exit(server.run(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
