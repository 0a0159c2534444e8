"""Programs that some tests run, and the Debian packages which have them.

Where a program is missing its tests are skipped, and the end of the run names each missing package with how many
tests that cost.  With MISSING_PACKAGES=fail in the environment such a test fails instead: continuous integration
must not pass for want of a program.
"""

import os
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from softdock.benchmarks.postgres import debian_folders

LIST = Path(__file__).with_name("debian-packages")
SWITCH = "MISSING_PACKAGES"
REASON = re.compile(r"no \S+ here, which the Debian package (\S+) has")


def find(program):
    """Where a program is, on the path or where Debian keeps what is not on everybody's; None if it is missing."""
    places = [os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin", *map(str, debian_folders())]
    return shutil.which(program, path=os.pathsep.join(places))


def need(program, package):
    """Go on if `program` is there; otherwise skip or fail the test that runs.  `tests/debian-packages` must name `package`."""
    assert package in LIST.read_text(encoding="utf-8").split(), f"{LIST} should name {package}"
    if find(program) is None:
        reason = f"no {program} here, which the Debian package {package} has"
        if os.environ.get(SWITCH) == "fail":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


# --- hooks of pytest ----------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Obey the marker `needs(program, package)`."""
    for mark in item.iter_markers("needs"):
        need(*mark.args, **mark.kwargs)


def pytest_terminal_summary(terminalreporter):
    """Name what was missing, and how many tests that cost."""
    reports = [
        each for kind in ("skipped", "failed", "error") for each in terminalreporter.stats.get(kind, [])
    ]
    missing = Counter(found[1] for each in reports if (found := REASON.search(str(each.longrepr))))
    for package, number in sorted(missing.items()):
        what = "1 test was" if number == 1 else f"{number} tests were"
        terminalreporter.write_line(f"{what} not run for want of the Debian package {package}", yellow=True)
