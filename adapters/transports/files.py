"""Files in one folder: read as a whole, or a line appended, as exchanges by export and import do it.

A name is looked up step by step below the folder, and no step follows a symbolic link, so that no name leads out of it,
whoever else may write there.  A line is written by one call, under a lock, and is on the disk when it is answered.
"""

import errno
import fcntl
import os
import stat
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from twisted.internet.defer import Deferred

from softdock.adapters.base import AdapterContext
from softdock.adapters.kinds import FilePath
from softdock.adapters.transports.port import TransportSettings
from softdock.adapters.transports.slots import Slots
from softdock.adapters.transports.threads import Threads, Wanted
from softdock.circulation.errors import AnswerLost, LibrarySystemError, SystemBusy, SystemUnavailable
from softdock.mappings.exchange import Answer, FileRequest, Request
from softdock.mappings.written import Seconds, lasting, whole

_MOST_STEPS = 16
_AT_ONCE = 4
"""Files that are read or written at one time."""
_PORTION = 1 << 16
_BETWEEN_TRIES = 0.02
"""Seconds between two tries to lock a file."""


class FilesSettings(TransportSettings):
    """The keys of a back end that is a folder."""

    folder: FilePath
    """The folder, beside the settings or by its whole path. It must be there; files in it are made as they are needed."""
    waiting: Annotated[int, whole(0, 100_000)] = 1000
    """How many requests may wait; others are turned away as long as so many do."""
    timeout: Annotated[Seconds, lasting(0.1, 90)] = Seconds(10)
    """Time within which a file must have been read or written; another program may hold its lock."""
    largest_file: Annotated[int, whole(1_000, 100_000_000)] = 4_000_000
    """Bytes that a file may have that is read; one that is appended to may be longer."""


class FilesTransport:
    """A folder through which a system exchanges files.  Implements `port.Transport`."""

    connections = None

    def __init__(self, settings: FilesSettings, context: AdapterContext) -> None:
        self._settings = settings
        self._folder = context.directory / settings.folder
        self._reactor = context.reactor
        self._slots = Slots(_AT_ONCE, settings.waiting)
        self._threads = Threads(_AT_ONCE, f"{context.library}-files", context.reactor)

    async def open(self) -> None:
        """Nothing is opened before something is asked."""

    async def close(self) -> None:
        """See `port.Transport`."""
        self._slots.close()
        self._threads.close()

    async def probe(self) -> None:
        """Look whether the folder is there."""
        await self._in_a_thread(self._looked)

    async def send(self, request: Request, *, changes: bool) -> Answer:
        """See `port.Transport`.  A file that is not there is empty."""
        assert isinstance(request, FileRequest)
        steps = _steps(request.name)
        if request.line is None:
            return Answer(await self._in_a_thread(partial(self._read, steps)))
        return Answer(await self._in_a_thread(partial(self._appended, steps, request.line, request.header)))

    async def _in_a_thread(self, work: Callable[[Wanted], bytes]) -> bytes:
        await self._slots.take()
        wanted = Wanted()
        outcome: Deferred[bytes] = Deferred(lambda _: give_up())

        def give_up() -> None:
            if outcome.called:
                return
            if wanted.give_up():
                outcome.errback(AnswerLost("the file was not done with in time"))
            else:
                outcome.errback(SystemBusy("the file was not to be had in time"))

        timer = self._reactor.callLater(float(self._settings.timeout), give_up)

        def done(result: Any) -> None:
            self._slots.leave()  # only now: whoever gave up did not free the thread
            if timer.active():
                timer.cancel()
            if not outcome.called:
                outcome.callback(result)  # a Failure becomes an error

        self._threads.run(partial(work, wanted)).addBoth(done)
        return await outcome

    # --- in a thread ----------------------------------------------------------------------------------

    def _looked(self, wanted: Wanted) -> bytes:
        try:
            os.close(os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY))
        except OSError as error:
            raise _refused(error) from None
        return b""

    def _read(self, steps: Sequence[str], wanted: Wanted) -> bytes:
        most = self._settings.largest_file
        with ExitStack() as left:
            try:
                file = _opened(self._folder, steps, os.O_RDONLY, left)
                self._lock(file, fcntl.LOCK_SH, wanted)
                with open(file, "rb", buffering=0, closefd=False) as whole_file:
                    data = _at_most(whole_file, most + 1)
            except FileNotFoundError:
                self._looked(wanted)
                return b""
            except OSError as error:
                raise _refused(error) from None
        if len(data) > most:
            raise AnswerLost("the file is longer than it may be")
        return data

    def _appended(self, steps: Sequence[str], line: bytes, header: bytes, wanted: Wanted) -> bytes:
        with ExitStack() as left:
            try:
                file = _opened(self._folder, steps, os.O_WRONLY | os.O_APPEND | os.O_CREAT, left)
                self._lock(file, fcntl.LOCK_EX, wanted)
                before = os.fstat(file).st_size
            except OSError as error:
                raise _refused(error) from None
            data = line if before else header + line
            try:
                is_whole = os.write(file, data) == len(data)
            except OSError as error:
                is_whole, why = False, error.strerror
            else:
                why = "there is no room"
            try:
                if not is_whole:  # half a line would spoil the next one, too
                    os.ftruncate(file, before)
                os.fsync(file)
            except OSError as error:
                raise AnswerLost(f"the file may not be on the disk: {error.strerror}") from None
            if not is_whole:
                raise SystemUnavailable(f"the file cannot be written: {why}")
        return b""

    def _lock(self, file: int, kind: int, wanted: Wanted) -> None:
        """Wait until no other program holds `file`, and go on only if somebody still waits for that."""
        until = time.monotonic() + float(self._settings.timeout)
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(file, kind | fcntl.LOCK_NB)
                break
            if time.monotonic() > until:
                raise SystemBusy("another program holds the file")
            time.sleep(_BETWEEN_TRIES)
        if not wanted.goes_on():
            raise SystemBusy("nobody waits for the file any more")


def _steps(name: str) -> Sequence[str]:
    """What leads from the folder to the file `name`."""
    steps = name.split("/")
    if len(steps) > _MOST_STEPS or any(not each.isprintable() or each in {"", ".", ".."} for each in steps):
        raise SystemUnavailable("the file has no name that stays in the folder")
    return steps


def _opened(folder: Path, steps: Sequence[str], flags: int, left: ExitStack) -> int:
    """The file at the end of `steps`, until `left` is left.  Raises OSError."""

    def opened(name: Path | str, how: int, within: int | None = None) -> int:
        found = os.open(name, how | os.O_CLOEXEC, 0o600, dir_fd=within)
        left.callback(os.close, found)
        return found

    here = opened(folder, os.O_RDONLY | os.O_DIRECTORY)
    for each in steps[:-1]:
        here = opened(each, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, here)
    # Without waiting: it may be a pipe that nobody reads.
    file = opened(steps[-1], flags | os.O_NOFOLLOW | os.O_NONBLOCK, here)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        raise OSError(errno.EINVAL, "it is no file")
    if flags & os.O_CREAT:
        os.fsync(here)  # or a file that is new might have no name after a power cut
    return file


def _at_most(file: Any, most: int) -> bytes:
    parts: list[bytes] = []
    while most > 0 and (part := file.read(min(most, _PORTION))):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _refused(error: OSError) -> LibrarySystemError:
    return SystemUnavailable(f"the file cannot be used: {error.strerror}")
