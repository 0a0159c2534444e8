"""A SoftDock whose clock has been set back by an hour: `python earlier.py SETTINGS`."""

import sys
import time
from pathlib import Path

AN_HOUR = 3600.0


def main():
    true_time = time.time
    time.time = lambda: true_time() - AN_HOUR
    from softdock.server import run  # noqa: PLC0415 - by the clock that is set by now

    sys.exit(run(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
