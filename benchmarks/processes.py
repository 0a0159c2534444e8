"""The measured servers as processes: started on a processor of their own, watched through /proc, stopped.

CPU time is read in nanoseconds from `schedstat`, per thread, with the time a thread stood ready but was kept off the
processor: that tells how far the machine disturbed a round.  Memory is what the kernel holds resident for the process.
A server's children count as part of it.
"""

import contextlib
import http.client
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Self

START_WITHIN = 120.0
STOP_WITHIN = 10.0
FILES = 24_000
NICENESS = -10


class Processors(NamedTuple):
    """Where the servers and the generator run."""

    servers: int
    generator: int

    @property
    def shared(self) -> bool:
        """Whether both must share the only processor."""
        return self.servers == self.generator


class Usage(NamedTuple):
    """What a server used between two moments, in seconds."""

    cpu: float
    kept_off: float


Reading = dict[tuple[int, int], tuple[int, int]]


class NotStartedError(Exception):
    """A server that ended, or was not ready in time."""


class Server:
    """One server process, known by its address; on a processor of its own, if one is given."""

    def __init__(
        self, name: str, command: Sequence[str], port: int, processor: int | None, log: Path
    ) -> None:
        self.name = name
        self.address = ("127.0.0.1", port)
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - the command is our own
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                preexec_fn=None if processor is None else lambda: settle(0, processor),  # noqa: PLW1509 - this process has one thread
            )

    def __enter__(self) -> Self:
        """Use the server for the length of a block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Stop it behind the block; if the block failed, tell what the server said last."""
        self.stop()
        if kind is not None:
            print(f"--- {self.name} said last:\n{self.last_words()}", file=sys.stderr)

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait for a server that has just been started."""
        end = time.monotonic() + START_WITHIN
        while not ready():
            if self._process.poll() is not None or time.monotonic() > end:
                raise NotStartedError(f"{self.name} did not start:\n{self.last_words()}")
            time.sleep(0.02)

    def last_words(self) -> str:
        """The end of what the server has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def reading(self) -> Reading:
        """CPU time and time kept off the processor so far, of each thread of the server and its children."""
        result = {}
        for process in self._family():
            for thread in _threads(process):
                with contextlib.suppress(OSError):
                    text = Path(f"/proc/{process}/task/{thread}/schedstat").read_text(encoding="ascii")
                    run, waited, _ = text.split()
                    result[process, thread] = (int(run), int(waited))
        return result

    def used_since(self, before: Reading) -> Usage:
        """What the server used since a reading; a thread that ended meanwhile is not counted."""
        run = waited = 0
        for thread, (run_now, waited_now) in self.reading().items():
            run_then, waited_then = before.get(thread, (0, 0))
            run += run_now - run_then
            waited += waited_now - waited_then
        return Usage(run / 1e9, waited / 1e9)

    def resident(self) -> int:
        """The resident memory in bytes."""
        total = 0
        for process in self._family():
            for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Rss:"):
                    total += int(line.split()[1]) * 1024
        return total

    def stop(self) -> None:
        """Ask it to end; insist if it does not."""
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _family(self) -> list[int]:
        family = [self._process.pid]
        for process in family:
            for thread in _threads(process):
                with contextlib.suppress(OSError):
                    children = Path(f"/proc/{process}/task/{thread}/children").read_text(encoding="ascii")
                    family.extend(map(int, children.split()))
        return family


def processors() -> Processors:
    """Two processors out of those this process may use; the same one twice if there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return Processors(usable[0], usable[min(1, len(usable) - 1)])


def settle_generator(where: Processors) -> None:
    """Pin this process, raise its priority where allowed, and let it and its servers open enough files."""
    settle(0, where.generator)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, FILES), max(hard, FILES)))
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def answers_http(port: int, path: str) -> Callable[[], bool]:
    """A check that `GET path` is answered by 200."""

    def check() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return check


def accepts(address: tuple[str, int]) -> Callable[[], bool]:
    """A check that somebody accepts connections at an address."""

    def check() -> bool:
        try:
            socket.create_connection(address, timeout=5).close()
        except OSError:
            return False
        return True

    return check


def _threads(process: int) -> list[int]:
    try:
        return [int(thread.name) for thread in Path(f"/proc/{process}/task").iterdir()]
    except OSError:
        return []


def settle(process: int, processor: int) -> None:
    """Pin a process, 0 for this one, and what it will start; raise its priority where allowed."""
    os.sched_setaffinity(process, {processor})
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process, NICENESS)
