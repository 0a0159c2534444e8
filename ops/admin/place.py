"""The file of the socket: where it may lie, whose it is, and what becomes of one that was left behind."""

import os
import socket
import stat
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from twisted.internet import tcp, unix
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IProtocolFactory
from twisted.python.failure import Failure

from softdock.ops.doors import Door

LONGEST_PATH = 107
"""Bytes that the kernel takes for the path of a socket."""

BACKLOG = 16
"""Connections that may wait to be accepted."""


def misplaced(path: Path) -> str | None:
    """A sentence on why there can be no socket at `path`, if that can be seen without trying."""
    length = len(os.fsencode(path))
    if length > LONGEST_PATH:
        return f"The path {path} has {length} bytes; that of a socket can have {LONGEST_PATH}."
    if not path.parent.is_dir():
        return f"There is no folder {path.parent} for the admin socket."
    with suppress(OSError):
        if not stat.S_ISSOCK(path.stat().st_mode):
            return f"{path} is not a socket, and is left alone."
    return None


def admin_door(path: Path, reactor: Any, factory: IProtocolFactory) -> Door:
    """The admin socket among the other doors; SoftDock does without it where it must."""
    at_path = partial(listen_at, path, reactor)
    return Door(key=path, listen=at_path, inside=factory, served_by=factory, optional=True)


def listen_at(path: Path, reactor: Any, factory: IProtocolFactory) -> IListeningPort:
    """Listen at `path`, for the owner of the process alone.

    A socket that a killed process has left there is replaced.  Raises OSError with a sentence.
    """
    if said := misplaced(path):
        raise OSError(said)
    if _somebody_listens(path):
        raise OSError(f"Another SoftDock listens at {path}.")
    port = _Port(os.fsencode(path), factory, BACKLOG, 0o600, reactor)
    mask = os.umask(0o177)  # from the first moment on
    try:
        with suppress(FileNotFoundError):
            path.unlink()
        port.startListening()
    except (CannotListenError, OSError) as error:
        reason = error.socketError if isinstance(error, CannotListenError) else error
        said = (getattr(reason, "strerror", None) or str(reason)).lower()
        raise OSError(f"There can be no admin socket at {path}: {said}.") from None
    finally:
        os.umask(mask)
    return port


def _somebody_listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as trying:
        try:
            trying.connect(os.fspath(path))
        except BlockingIOError:
            return True  # so many that there is no room for one more
        except OSError:
            return False
        return True


class _Port(unix.Port):
    """Removes its file when it closes, if it is there and still its own; Twisted's would not close without it."""

    _file: os.stat_result | None = None

    def startListening(self) -> None:  # noqa: N802 - Twisted calls it by this name
        super().startListening()  # type: ignore[no-untyped-call]
        self._file = self._path.stat()

    def connectionLost(self, reason: Failure) -> None:
        with suppress(OSError):
            if self._file is not None and os.path.samestat(self._path.stat(), self._file):
                self._path.unlink()
        tcp.Port.connectionLost(self, reason)  # type: ignore[no-untyped-call]

    @property
    def _path(self) -> Path:
        return Path(os.fsdecode(self._bindPath))
