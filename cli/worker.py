"""How the supervisor of several workers starts one: no verb of the command, and of no use to anybody else.

python -P -m softdock.cli.worker NUMBER WORKERS [SETTINGS]
"""

import sys
from pathlib import Path


def main(number: str, workers: str, *path: str) -> int:
    """Serve as worker NUMBER of WORKERS; the exit code."""
    from softdock import server  # noqa: PLC0415 - a reactor for who runs this alone

    return server.work(Path(*path) if path else None, int(number), int(workers))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
