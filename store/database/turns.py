"""Whose turn it is to write into a file, among the processes that share it.

SQLite lets one transaction write at a time, but nobody queues: whoever finds it busy has to ask again and again, and is
passed over by whoever asks at the right moment.  So writers that have met each other take turns by a named pipe beside
the file.  A lock on the pipe (`flock`) is the turn, which the kernel takes back when its holder dies; a byte through the
pipe wakes those that wait.  Nothing depends on it but who comes next and how soon: what keeps transactions apart is SQLite.
"""

import fcntl
import os
import select
import stat
import time
from contextlib import suppress
from pathlib import Path

GLANCE = 0.02
"""Seconds between two tries to take the turn if nothing wakes us: its holder may have died."""

MOST = 1 << 16


class Turns:
    """One writer among those that take turns at a file.  It belongs to one thread."""

    def __init__(self, file: Path) -> None:
        """`file` is what is written into.  Where no pipe can lie beside it, nobody ever has the turn."""
        self._pipe = _opened(file)
        self._poll = select.poll()
        if self._pipe is not None:
            self._poll.register(self._pipe, select.POLLIN)

    def take(self, patience: float) -> bool:
        """Whether it is our turn, within `patience` seconds; then until `leave`."""
        if self._pipe is None:
            return False
        until = time.monotonic() + patience
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(self._pipe, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            self._poll.poll(1000 * min(left, GLANCE))
            with suppress(BlockingIOError):
                os.read(self._pipe, MOST)

    def leave(self) -> None:
        """Give the turn up, and wake who waits for it."""
        assert self._pipe is not None
        fcntl.flock(self._pipe, fcntl.LOCK_UN)
        with suppress(BlockingIOError):  # it is full: whoever waits is awake
            os.write(self._pipe, b".")

    def close(self) -> None:
        """Take part no more."""
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            os.close(pipe)


def _opened(file: Path) -> int | None:
    """The pipe beside `file`, for whom that belongs to; None if there can be none."""
    pipe = file.with_name(file.name + "-turn")
    is_new = False
    try:
        with suppress(FileExistsError):
            os.mkfifo(pipe, 0o600)
            is_new = True
        descriptor = os.open(pipe, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            if is_new and os.geteuid() == 0:  # as SQLite does with what it lays beside a file
                found = file.stat()
                os.fchown(
                    descriptor, found.st_uid, found.st_gid
                )  # by its name it may be something else by now
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None
