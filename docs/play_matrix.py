"""Plays the matrix and writes what came of it: `python docs/play_matrix.py [SYSTEM ...]`.

A file for each system, in `docs/matrix`; the pages are made of these files.  It takes a minute or two, with real sockets on
this machine alone.  A test plays it as well, and compares.
"""

import sys
from pathlib import Path
from typing import Any, Final

import yaml

from softdock.kit.matrix.links import FRONTS
from softdock.kit.matrix.writing import SYSTEMS, outcomes, through, written

FOLDER: Final = Path(__file__).parent / "matrix"

_HEAD: Final = "# Written by docs/play_matrix.py: what becomes of each operation on its way to this system.\n"


def as_text(data: Any) -> str:
    """`data` as it stands in a file."""
    return _HEAD + yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=150)


def of(system: str) -> dict[str, Any]:
    """All that is known of one system."""
    fronts = {front: written(front, through(front, system)) for front in FRONTS}
    return {"direct": outcomes(system), **fronts}


def main(systems: list[str]) -> int:
    """Write the files of these systems, or of all."""
    for each in systems or SYSTEMS:
        (FOLDER / f"{each}.yaml").write_text(as_text(of(each)), encoding="utf-8")
        print(each)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
