"""What is shipped: the folders which setup.cfg names, all of them, and nothing else."""

import configparser
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

NOT_PACKAGED = {"tests", "benchmarks", "docs", "deploy", "wheels", "build", "dist"}
"""Folders of the root which are no part of the package; neither is any whose name begins with a dot."""

TABLES: set[str] = {"protocols/sip2/messages.py"}
"""Modules that may be longer than 500 lines, because they are tables: paths from the root."""


def package_folders() -> list[Path]:
    """Every folder with an `__init__.py`, the root first."""
    beneath = [
        folder for top in tops() for folder in [top, *top.rglob("*")] if (folder / "__init__.py").is_file()
    ]
    return [ROOT, *beneath]


def tops() -> Iterator[Path]:
    """The folders of the root that may hold packages."""
    for folder in ROOT.iterdir():
        if folder.is_dir() and folder.name not in NOT_PACKAGED and not folder.name.startswith("."):
            yield folder


def shipped_files() -> set[str]:
    """What the wheel must hold, as paths within it: modules, and the data beside them."""
    files = {f"softdock/{name}" for name in ("__init__.py", "server.py", "py.typed")}
    for top in tops():
        for file in top.rglob("*"):
            if file.suffix in {".py", ".json", ".yaml", ".sql", ".toml"} or file.parent.name == "examples":
                files.add(f"softdock/{file.relative_to(ROOT).as_posix()}")
    return files


def listed_packages() -> list[str]:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config["options"]["packages"].split()


def test_the_list_of_packages_names_every_folder_with_an_init():
    found = [".".join(["softdock", *folder.relative_to(ROOT).parts]) for folder in package_folders()]

    assert sorted(listed_packages()) == sorted(found)


def test_at_the_root_lie_only_the_front_door_and_the_composition():
    """Whatever else lay there would be shipped as a part of the package."""
    assert {file.name for file in ROOT.glob("*.py")} == {"__init__.py", "server.py"}


def test_no_folder_bears_the_name_of_the_package():
    """`import softdock` would find it in place of the root, whenever the root is the current folder."""
    assert not (ROOT / "softdock").exists()


def test_no_module_is_too_long_to_read():
    long = {
        path.relative_to(ROOT).as_posix()
        for folder in package_folders()
        for path in folder.glob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > 500
    }

    assert long == TABLES


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel as a user gets it, built from a copy: setuptools leaves a folder behind, and ships it next time."""
    copy = tmp_path_factory.mktemp("build") / "checkout"
    shutil.copytree(
        ROOT,
        copy,
        ignore=shutil.ignore_patterns(".*", "*.sock", "__pycache__", "*.egg-info", "build", "dist"),
    )
    target = copy.parent / "wheels"
    build = [sys.executable, "-m", "pip", "wheel", "--no-index", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*build, "--wheel-dir", str(target), str(copy)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = target.iterdir()
    return zipfile.ZipFile(built)


def test_the_wheel_holds_every_module_and_all_data_and_nothing_else(wheel):
    package = {name for name in wheel.namelist() if not name.partition("/")[0].endswith(".dist-info")}

    assert package == shipped_files()


def test_the_wheel_offers_the_command_and_the_adapters(wheel):
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt")]
    entry_points = configparser.ConfigParser()
    entry_points.read_string(wheel.read(name).decode())

    assert entry_points["console_scripts"]["softdock"] == "softdock.cli:main"
    assert "inhouse" in entry_points["softdock.adapters"]
    assert entry_points["softdock.mappings"]["interlib"] == "softdock.mappings.builtin:interlib"
