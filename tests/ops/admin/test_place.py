"""The file of the admin socket: the owner's alone, and replaced only when it is dead."""

import os
import socket
import stat

import pytest
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure

from softdock.ops.admin import listen_at, misplaced


@pytest.fixture
def opened():
    """Opens admin sockets, and closes them after the test."""
    ports = []

    def opening(path):
        ports.append(listen_at(path, MemoryReactorClock(), Factory()))
        return ports[-1]

    yield opening
    for port in ports:
        close(port)


def close(port):
    if port.connected:
        port.connectionLost(Failure(ConnectionDone()))


def test_only_the_owner_may_open_it(tmp_path, opened):
    """Whatever the umask of the process is, which stays as it was."""
    before = os.umask(0)
    try:
        opened(tmp_path / "admin")
        assert os.umask(0) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "admin").stat().st_mode) == 0o600


def test_a_socket_that_a_killed_process_left_behind_is_replaced(tmp_path, opened):
    path = tmp_path / "admin"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
    opened(path)
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(str(path))


def test_a_socket_that_answers_is_left_alone(tmp_path, opened):
    path = tmp_path / "admin"
    opened(path)
    with pytest.raises(OSError, match=f"Another SoftDock listens at {path}"):
        opened(path)


def test_a_file_that_is_no_socket_is_left_alone(tmp_path, opened):
    path = tmp_path / "notes.txt"
    path.write_text("precious")
    with pytest.raises(OSError, match="is not a socket, and is left alone"):
        opened(path)
    assert path.read_text() == "precious"


def test_a_folder_that_is_missing_and_a_path_that_is_too_long_are_told(tmp_path, opened):
    """In a sentence, before anything is tried."""
    assert "There is no folder" in misplaced(tmp_path / "nowhere" / "admin")
    long = tmp_path / ("x" * 100)
    assert "that of a socket can have 107" in misplaced(long)
    for path in (tmp_path / "nowhere" / "admin", long):
        with pytest.raises(OSError, match="socket"):
            opened(path)
    assert misplaced(tmp_path / "admin") is None


def test_the_file_goes_with_the_socket(tmp_path, opened):
    path = tmp_path / "admin"
    close(opened(path))
    assert not path.exists()


def test_a_file_that_is_gone_or_somebody_elses_does_not_keep_the_socket_from_closing(tmp_path, opened):
    """Somebody tidied up; or another process listens there by now."""
    path = tmp_path / "admin"
    first = opened(path)
    path.unlink()
    close(first)
    second = opened(path)
    path.unlink()
    third = opened(path)
    close(second)
    assert path.exists()
    close(third)
