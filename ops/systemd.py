"""What systemd is told of the service: that it is ready, reloads, stops, and still turns its reactor.

Without `NOTIFY_SOCKET` in the environment nobody listens, and nothing is said.  sd_notify(3) has the words; a
reload is told as `Type=notify-reload` wants it, which does `Type=notify` no harm.
"""

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall


class ServiceManager:
    """Speaks to systemd, if systemd has started us.  Never raises, never waits."""

    def __init__(
        self,
        clock: IReactorTime,
        environment: Mapping[str, str] = os.environ,
        alive: Callable[[], bool] = lambda: True,
    ) -> None:
        """`environment` has the path of a datagram socket, with @ in front of one that is in no folder.

        A sign of life is given as long as the service is `alive`.
        """
        self._alive = alive
        path = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + path[1:] if path.startswith("@") else path
        self._socket = None
        if self._address.startswith(("/", "\0")):
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._watchdog = LoopingCall(self._tell_alive)
        self._watchdog.clock = clock
        self._interval = _seconds_between_signs_of_life(environment)

    def ready(self, status: str) -> None:
        """The service has started, or has ended a reload; `status` is a sentence for `systemctl status`."""
        self._tell("READY=1", f"STATUS={status}")
        if self._interval and not self._watchdog.running:
            self._watchdog.start(self._interval)

    def reloading(self) -> None:
        """The settings are being read again; `ready` says when that is over."""
        microseconds = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._tell("RELOADING=1", f"MONOTONIC_USEC={microseconds}", "STATUS=Reading the settings again.")

    def stopping(self) -> None:
        """The service ends.  Signs of life go on until it has: an orderly stop takes its time."""
        self._tell("STOPPING=1", "STATUS=Answering what is under way.")

    def close(self) -> None:
        """Nothing more is said."""
        if self._watchdog.running:
            self._watchdog.stop()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _tell_alive(self) -> None:
        if self._alive():
            self._tell("WATCHDOG=1")

    def _tell(self, *words: str) -> None:
        if self._socket is None:
            return
        with suppress(OSError):  # nobody reads, or not at this moment: no reason to serve any worse
            self._socket.sendto("\n".join(words).encode(), self._address)


def _seconds_between_signs_of_life(environment: Mapping[str, str]) -> float:
    """Half of the time after which systemd takes us for dead; 0 if it does not watch, or watches another process."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    microseconds = environment.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2_000_000 if microseconds.isdecimal() and len(microseconds) < 18 else 0.0
