"""The database is away, or its disk is full: refusals in time, a process that lives, and service as soon as it is back."""

import os
import resource
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager, suppress
from urllib.request import urlopen

import pytest

import lenders
from lenders import HAS_IT, LENT, UNAVAILABLE, UNKNOWN
from lent_books import KIOSKS, Books
from running import Line

pytestmark = pytest.mark.socket

LATER = 2.0
"""Seconds behind the deadline, in which an answer must be there, whatever happens; less is needed where nothing else runs."""
AGAIN = 100
"""So many loans and returns tell that the service is back."""


def until_it_serves_again(kiosks, within=60):
    """Keep asking until it has been yes often enough."""
    enough, end = kiosks.done + AGAIN, time.monotonic() + within
    while kiosks.done < enough:
        kiosks.lend(answers=50)
        assert time.monotonic() < end, f"no service again: {kiosks.refusals}"


def can_look_up(running):
    """Whether a device is told where items stand."""
    with closing(lenders.connected(running.ports[0]).socket) as device:
        return all(Line(device).ask(lenders.lookup_of(item))[:3] == "180" for item in lenders.own_items(0))


def is_alive(running):
    return urlopen(f"http://127.0.0.1:{running.ports[1]}/livez", timeout=10).status == 200


def test_postgresql_is_killed_under_load_and_comes_back(tmp_path, durable_postgres):
    """Meanwhile it is no, and afterwards the books are what was told."""
    books = Books(tmp_path, durable_postgres.url(durable_postgres.database()), 4)
    with books.softdock(deadline="3s") as running:
        for answers in (150, 311):
            with books.kiosks(running) as kiosks:
                kiosks.lend(answers)
                durable_postgres.kill()
                kiosks.lend(answers=60)
                assert is_alive(running)
                durable_postgres.start()
                until_it_serves_again(kiosks)
                kiosks.finish()
            assert set(kiosks.refusals) <= {LENT, HAS_IT, UNAVAILABLE, UNKNOWN}
            assert kiosks.refusals[HAS_IT] <= kiosks.refusals[UNKNOWN], (
                "a card has what nobody could say was returned"
            )
            assert kiosks.refusals[UNAVAILABLE]
            books.check(running)


def test_nothing_hangs_while_the_database_is_away(tmp_path, durable_postgres):
    """Lookups and changes are refused in words, within the deadline; /livez stays well."""
    books = Books(tmp_path, durable_postgres.url(durable_postgres.database()), 1)
    item, card = lenders.own_items(0)[0], lenders.patron(0)
    with books.softdock(deadline="3s") as running:
        device = lenders.connected(running.ports[0])
        assert device.ask(lenders.lookup_of(item)).startswith("1803")
        durable_postgres.kill()
        device.socket.settimeout(3 + LATER)
        for _ in range(3):
            for ask in (
                lenders.lookup_of(item),
                lenders.loans_of(card, 1, 9),
                lenders.loan_of(item, card),
                lenders.return_of(item),
            ):
                assert f"|AF{UNAVAILABLE}|" in device.ask(ask), ask
            assert is_alive(running)
        durable_postgres.start()
        device.socket.close()


def test_a_database_that_stands_still_costs_a_deadline_and_no_more(tmp_path, durable_postgres):
    """It neither answers nor hangs up; kiosks are told so in time, and when it goes on, so does the service."""
    books = Books(tmp_path, durable_postgres.url(durable_postgres.database()), 1)
    with books.softdock(deadline="1s") as running, books.kiosks(running) as kiosks:
        kiosks.lend(answers=100)
        durable_postgres.freeze()
        try:
            kiosks.lend(answers=3 * KIOSKS)
            assert is_alive(running)
        finally:
            durable_postgres.thaw()
        assert kiosks.refusals[UNKNOWN] + kiosks.refusals[LENT] >= 2 * KIOSKS
        until_it_serves_again(kiosks)
        kiosks.finish()
        assert kiosks.slowest < 1 + LATER
        books.check(running)


def test_a_file_that_somebody_else_locks_refuses_changes_and_lookups_go_on(tmp_path):
    """As another program does that writes and does not come to an end."""
    books = Books(tmp_path, f"sqlite:///{tmp_path}/books.db", 1)
    with books.softdock(deadline="1s") as running, books.kiosks(running) as kiosks:
        kiosks.lend(answers=100)
        with closing(sqlite3.connect(tmp_path / "books.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            kiosks.lend(answers=2 * KIOSKS)
            assert kiosks.refusals[UNKNOWN]
            assert can_look_up(running)
        until_it_serves_again(kiosks)
        kiosks.finish()
        assert kiosks.slowest < 1 + LATER
        books.check(running)


# --- a full disk --------------------------------------------------------------------------------------


@contextmanager
def a_limit_on_files(folder):
    """Files of SoftDock may not grow: `fill` and `empty`, given the process."""

    def fill(running):
        largest = max(file.stat().st_size for file in folder.glob("books.db*"))
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    def empty(running):
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, unlimited)

    yield fill, empty


@contextmanager
def a_small_disk(folder):
    """A file system of its own in `folder`, which a file fills."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a file system")
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode()}")
    filler = folder / "filler"

    def fill(running):
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        assert os.statvfs(folder).f_bavail == 0

    try:
        yield fill, lambda running: filler.unlink()
    finally:
        subprocess.run(["/bin/umount", folder], check=True)


@pytest.mark.parametrize("full", [a_limit_on_files, a_small_disk])
def test_a_full_disk_refuses_changes_and_lookups_go_on(tmp_path, full):
    """And when there is space again, it lends again."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with full(folder) as (fill, empty):
        books = Books(tmp_path, f"sqlite:///{folder}/books.db", 1)
        with books.softdock() as running:
            with books.kiosks(running) as kiosks:
                kiosks.lend(answers=100)
                fill(running)
                kiosks.lend(answers=600)
                assert kiosks.refusals[UNAVAILABLE]
                assert is_alive(running)
                assert can_look_up(running)
                empty(running)
                until_it_serves_again(kiosks)
                kiosks.finish()
            assert set(kiosks.refusals) <= {LENT, UNAVAILABLE, UNKNOWN}
            books.check(running)
