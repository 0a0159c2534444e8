"""A folder of wheels is all that an installation needs: made with the index at hand, used without."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEEDED = "postgres"
"""The extra that a server may want, and can not fetch later."""


def command_of_the_makefile():
    """What `make wheels` runs, in words."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nwheels: ")[2].partition("\n\n")[0]
    (line,) = re.findall(r"^\t\$\(bin\)/python (-m pip wheel .*)$", recipe, re.MULTILINE)
    return line.replace("'", "").split()


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The folder, made from a copy of the sources: setuptools leaves a folder behind, and ships it next time."""
    copy = tmp_path_factory.mktemp("sources") / "checkout"
    shutil.copytree(
        ROOT,
        copy,
        ignore=shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "wheels"),
    )
    done = subprocess.run(
        [sys.executable, *command_of_the_makefile()], cwd=copy, capture_output=True, text=True, timeout=300
    )
    if "Could not find a version" in done.stderr and os.environ.get("CI") != "true":
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stdout + done.stderr
    return copy / "wheels"


@pytest.mark.index
def test_softdock_installs_and_runs_from_the_folder_alone(wheels, tmp_path):
    """Into a fresh environment, with no index, and with the driver for PostgreSQL."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True, timeout=120)
    programs = tmp_path / "venv" / "bin"
    options = ["--no-index", "--find-links", wheels, "--disable-pip-version-check", "--quiet"]
    done = subprocess.run(
        [programs / "pip", "install", *options, f"softdock[{NEEDED}]"],
        capture_output=True, text=True, timeout=300, env={"PATH": os.defpath, "PIP_CONFIG_FILE": os.devnull},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr

    def said(*words):
        clean = {"PATH": os.defpath, "HOME": str(tmp_path)}
        return subprocess.run(
            words, cwd=tmp_path, capture_output=True, text=True, timeout=60, env=clean
        ).stdout

    assert re.fullmatch(r"softdock \d+\.\d+\.\d+\n", said(programs / "softdock", "version"))
    assert said(programs / "softdock", "check-config") == "The settings are good.\n"
    ready = "from softdock.adapters.sip2.ready import ready_profiles; print(*ready_profiles())"
    assert said(programs / "python", "-c", ready) == "aleph dp2 evergreen koha softdock standard\n"
    assert said(programs / "python", "-c", "import psycopg; print(psycopg.pq.__impl__)") == "binary\n"


@pytest.mark.index
def test_the_folder_holds_wheels_only_and_softdock_once(wheels):
    names = [each.name for each in wheels.iterdir()]

    assert all(name.endswith(".whl") for name in names)
    assert [name for name in names if name.startswith("softdock-")] != []
    assert len({name.partition("-")[0] for name in names}) == len(names)
