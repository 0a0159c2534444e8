"""Starting the process of a worker, with a channel to it."""

import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from twisted.internet.error import ProcessDone, ProcessTerminated
from twisted.internet.interfaces import IProcessTransport
from twisted.internet.protocol import Factory, ProcessProtocol
from twisted.python.failure import Failure

from softdock.ops.workers.channel import Channel
from softdock.ops.workers.worker import CHANNEL

_SUPERVISORS_OWN = frozenset({"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
"""In the environment: the service manager hears of the supervisor alone."""


def command_of(number: int, workers: int, path: Path | None) -> list[str]:
    """What starts worker `number` of so many: this interpreter, which looks for no module where it was started."""
    return [
        sys.executable, "-P", "-m", "softdock.cli.worker", str(number), str(workers), *([] if path is None else [str(path)]),
    ]  # fmt: skip


def spawn(
    reactor: Any, command: Sequence[str], channel: Channel, ended: Callable[[str], None]
) -> IProcessTransport:
    """Start `command`, with `channel` to it; `ended` is told how it ends.  Raises OSError if it cannot be started."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        factory = Factory.forProtocol(lambda: channel)
        factory.noisy = False
        reactor.adoptStreamConnection(ours.fileno(), socket.AF_UNIX, factory)
        environment = {name: value for name, value in os.environ.items() if name not in _SUPERVISORS_OWN}
        process: IProcessTransport = reactor.spawnProcess(
            _Process(ended),
            command[0],
            command,
            env=environment,
            childFDs={0: 0, 1: 1, 2: 2, CHANNEL: theirs.fileno()},
        )
    return process


class _Process(ProcessProtocol):
    """Waits for the end."""

    def __init__(self, ended: Callable[[str], None]) -> None:
        self._ended = ended

    def processEnded(self, reason: Failure) -> None:  # noqa: N802 - Twisted calls it by this name
        """The process has ended, and is reaped."""
        self._ended(_how(reason))


def _how(reason: Failure) -> str:
    """How a process has ended, in words."""
    error = reason.value
    if isinstance(error, ProcessTerminated) and error.signal is not None:
        return f"signal {error.signal}"
    code = 0 if isinstance(error, ProcessDone) else getattr(error, "exitCode", None)
    return f"exit code {code}"
