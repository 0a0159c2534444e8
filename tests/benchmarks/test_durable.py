"""What is measured on a disk: its requests are right, its commits are durable, and a disk in memory is not taken for one."""

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from softdock.benchmarks import bare_commits, demo_library, disks, durable, traffic, wire
from softdock.benchmarks.dialogue import Dialogue
from softdock.benchmarks.processes import accepts, free_port
from softdock.tests.benchmarks.stand_in import Library

DATE = wire.stamp(1_767_323_045.0)

MOUNTS = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
31 22 0:26 / /memory rw,nosuid,nodev shared:5 - tmpfs tmpfs rw,size=8m
32 31 254:1 / /memory/with\040space rw - xfs /dev/vdb rw
"""


@pytest.mark.parametrize(
    ("folder", "kind", "is_real"),
    [
        ("/memory/bench", "tmpfs", False),
        ("/memory", "tmpfs", False),
        ("/memoryfiles/bench", "ext4", True),
        ("/memory/with space/bench", "xfs", True),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount(
    folder: str, kind: str, is_real: bool
) -> None:
    disk = disks.disk_of(Path(folder), MOUNTS.strip())
    assert (disk.kind, disk.is_real) == (kind, is_real)


def test_the_folder_of_the_benchmark_is_on_a_disk_wherever_this_machine_has_one() -> None:
    """As the kernel tells it of this very machine."""
    assert disks.disk_of(disks.real_folder()).kind != "unknown"


def test_a_lone_kiosk_lends_every_item_and_takes_it_back() -> None:
    """Round after round, with the sequence numbers running on."""
    library = Library(demo_library.holdings(durable.LONE_PATRONS, durable.LONE_ITEMS))
    course = durable.lone_course()
    for number in range(len(course.exchanges) + 10):
        exchange = course.next()
        line = library.answer(wire.render(exchange.request, DATE)[:-1]) + b"\r"
        assert wire.faults(line, exchange.answer) == []
        assert exchange.answer.code == (b"12", b"10")[number % 2]
        assert exchange.answer.sequence == b"AY%dAZ" % (number % 10)


def test_the_course_of_changes_never_runs_out_of_items() -> None:
    (share,) = traffic.shares(1, 31, durable.ITEMS_EACH)
    course = traffic.course(share, traffic.LENDING, durable.CHANGES_COURSE, seed=3)
    assert {exchange.answer.code for exchange in course.exchanges} == {b"12", b"10"}
    assert len(course.exchanges) == durable.CHANGES_COURSE


def test_a_bare_commit_into_a_file_is_one_row_and_is_synced(tmp_path: Path) -> None:
    path = tmp_path / "bare.db"
    commit = bare_commits.sqlite_commits(str(path))
    commit(1, "a line")
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT * FROM bare_commits").fetchall() == [(1, "a line")]
    other.close()


@pytest.mark.socket
def test_the_bare_program_commits_a_row_for_every_line_and_tells_how_long_it_took(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-P", str(durable.COMMITS), str(port), f"sqlite:///{tmp_path}/bare.db"]
    with subprocess.Popen(command) as process:
        try:
            while not accepts(("127.0.0.1", port))():
                assert process.poll() is None
                time.sleep(0.01)
            with Dialogue(("127.0.0.1", port), meaning=False) as dialogue:
                for exchange in durable.lone_course().exchanges[:4]:
                    dialogue.ask(exchange, DATE)
                assert durable.told(dialogue, b"P\r") > 0
                assert durable.told(dialogue, b"R 0.01\r") > 0
        finally:
            process.kill()
    with sqlite3.connect(tmp_path / "bare.db") as database:
        assert database.execute("SELECT count(*) FROM bare_commits").fetchone()[0] > 4
    database.close()
