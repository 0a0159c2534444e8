"""The settings of the benchmark's libraries are such as SoftDock takes."""

import json
import subprocess

import pytest

from running import COMMAND, HASH_OF_KIOSK
from softdock.benchmarks import demo_library
from softdock.benchmarks.dialogue import login

LIBRARIES = {
    "IN-MEMORY": demo_library.in_memory(),
    "BEHIND": demo_library.behind_sip2(6002, 16, waiting=1_000),
}


def test_softdock_finds_no_fault_with_them(tmp_path) -> None:
    settings = demo_library.settings(6001, 8001, HASH_OF_KIOSK, LIBRARIES, "2s")
    path = demo_library.write(tmp_path, demo_library.holdings(10, 10), settings)
    found = subprocess.run([COMMAND, "check-config", "-c", path], capture_output=True, text=True, timeout=60)
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_has_its_own_login(library: str) -> None:
    users = {each["user"]: each["library"] for each in demo_library.settings(1, 2, "", LIBRARIES)["accounts"]}
    text = login(1, library).request.after.decode("ascii") + login(1, library).request.before.decode("ascii")
    assert [users[user] for user in users if f"CN{user}|" in text] == [library]


def test_without_holdings_no_import_file_is_written(tmp_path) -> None:
    path = demo_library.write(tmp_path, None, {"a": 1})
    assert json.loads(path.read_text(encoding="utf-8")) == {"a": 1}
    assert [each.name for each in tmp_path.iterdir()] == ["bench.yaml"]
