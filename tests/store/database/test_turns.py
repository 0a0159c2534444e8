"""Writers that have met take turns; a turn is nobody's for longer than its holder lives, and nothing depends on it."""

import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from counted_table import committed, create, insert
from softdock.store.database import Database, Session, sessions, turns
from softdock.store.database.turns import Turns

HOLDER = """
import sys
from pathlib import Path
from softdock.store.database.turns import Turns
assert Turns(Path(sys.argv[1])).take(0)
print("mine", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def writers(tmp_path):
    """Two that take turns at one file."""
    (tmp_path / "books.db").touch()
    made = Turns(tmp_path / "books.db"), Turns(tmp_path / "books.db")
    yield made
    for each in made:
        each.close()


def test_one_at_a_time_has_the_turn(writers):
    one, other = writers
    assert one.take(0)
    assert not other.take(0)
    one.leave()
    assert other.take(0)
    assert not one.take(0)


def test_who_waits_is_woken_when_the_turn_is_given_up(writers, monkeypatch):
    """Not by looking again: that would take an hour here."""
    monkeypatch.setattr(turns, "GLANCE", 3600)
    one, other = writers
    assert one.take(0)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(other.take, 60)
        assert not waiting.done()
        one.leave()
        assert waiting.result(60)


def test_however_often_nobody_waited_who_waits_now_is_woken(writers, monkeypatch):
    """The pipe is full of bytes by then."""
    one, _ = writers
    for _ in range(70_000):
        assert one.take(0)
        one.leave()
    test_who_waits_is_woken_when_the_turn_is_given_up(writers, monkeypatch)


def test_the_turn_of_one_that_is_killed_is_free(tmp_path):
    path = tmp_path / "books.db"
    path.touch()
    ours = Turns(path)
    with subprocess.Popen(
        [sys.executable, "-P", "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"mine\n"
        assert not ours.take(0)
        holder.send_signal(signal.SIGKILL)
        assert ours.take(60)
    ours.close()


def test_the_pipe_is_for_the_eyes_of_its_owner(writers, tmp_path):
    found = (tmp_path / "books.db-turn").stat()
    assert stat.S_ISFIFO(found.st_mode)
    assert stat.S_IMODE(found.st_mode) == 0o600
    assert found.st_uid == os.geteuid()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives things away")
def test_root_gives_the_pipe_away_and_nothing_that_was_put_in_its_place(tmp_path, monkeypatch):
    path, treasure = tmp_path / "books.db", tmp_path / "treasure"
    path.touch()
    treasure.touch()
    os.chown(path, 4711, 4711)
    pipe = tmp_path / "books.db-turn"

    def swapped(name, mode):
        make(name, mode)
        pipe.unlink()
        pipe.symlink_to(treasure)

    make = os.mkfifo
    with monkeypatch.context() as patch:
        patch.setattr(os, "mkfifo", swapped)
        Turns(path).close()
    assert treasure.stat().st_uid == 0
    pipe.unlink()
    Turns(path).close()
    assert pipe.stat().st_uid == 4711


@pytest.mark.parametrize("there", ["file", "link", "no folder"])
def test_where_there_can_be_no_pipe_nobody_has_the_turn(tmp_path, there):
    path = tmp_path / "books.db"
    if there == "file":
        (tmp_path / "books.db-turn").touch()
    elif there == "link":
        os.mkfifo(tmp_path / "elsewhere")
        (tmp_path / "books.db-turn").symlink_to(tmp_path / "elsewhere")
    else:
        path = tmp_path / "nowhere" / "books.db"
    one = Turns(path)
    assert not one.take(60)
    one.close()


@pytest.fixture
def shelf(tmp_path):
    """A SQLite database with a table."""
    database = Database.at("sqlite:///books.db", tmp_path, "books")
    create(database)
    return database


@pytest.fixture
def session(shelf):
    """One that writes into it."""
    made = Session(shelf, writes=True)
    yield made
    made.close()


def meet(session, shelf):
    """Let `session` find that somebody else writes, who is done when it looks again."""
    other = Session(shelf, writes=True)
    with ThreadPoolExecutor() as pool:

        def hold_up(connection):
            waiting.append(pool.submit(session.transact, insert("met")))
            while not (shelf.path.parent / "books.db-turn").exists():
                assert not waiting[0].done()

        waiting = []
        other.transact(hold_up)
        waiting[0].result(60)
    other.close()


def test_who_writes_alone_lays_no_pipe_beside_the_file(session, shelf):
    session.transact(insert("a"))
    assert not (shelf.path.parent / "books.db-turn").exists()


def test_a_session_that_has_met_another_one_writes_in_its_turn(session, shelf):
    """And gives it up again, whether the work was committed or not."""
    meet(session, shelf)
    other = Turns(shelf.path)

    def look(connection):
        seen.append(other.take(0))

    def fail(connection):
        look(connection)
        raise ZeroDivisionError

    seen = []
    session.transact(look)
    with pytest.raises(ZeroDivisionError):
        session.transact(fail)
    assert seen == [False, False]
    assert other.take(0)
    other.close()


def test_a_turn_that_nobody_gives_back_keeps_nobody_from_writing(session, shelf, monkeypatch):
    meet(session, shelf)
    stuck = Turns(shelf.path)
    assert stuck.take(0)
    monkeypatch.setattr(sessions, "PATIENCE", 0.0)
    session.transact(insert("b"))
    stuck.close()
    assert committed(shelf) == ["b", "met"]
