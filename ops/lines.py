"""Log lines on their way out: written at once, and never a reason to fail.

Whoever logs is doing something more important.  A full disk, a closed pipe, a terminal that hangs up: the
line is counted as lost, and nobody hears of it but the metric.
"""

import select
from collections.abc import Callable
from datetime import UTC, datetime
from io import FileIO
from threading import get_ident
from typing import Protocol


class Stream(Protocol):
    """What a raw binary file offers, and all that is asked of it here."""

    def write(self, data: bytes, /) -> int | None: ...


class StandardError:
    """The standard error as it is, beneath Python's buffers and encodings; never waits for whoever reads it.

    A pipe whose reader has stopped would otherwise stop the server with it.  Ready for writing means, for a pipe,
    that PIPE_BUF bytes go in without waiting; and in one piece, so that whole lines stay whole beside those of
    other workers.
    """

    def __init__(self, descriptor: int = 2) -> None:
        self._file = FileIO(descriptor, "w", closefd=False)
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    def write(self, data: bytes, /) -> int | None:
        """How many bytes of `data` were written; None if it would have to be waited for."""
        if not self._poll.poll(0):
            return None
        piece = data[: select.PIPE_BUF]
        if len(data) > len(piece):
            piece = piece[: piece.rfind(b"\n") + 1] or piece
        return self._file.write(piece)


MOST_UNREAD = 256 * 1024
"""Bytes that are kept for a reader that does not read; what comes beyond them is lost."""


class LineWriter:
    """Writes whole lines to `stream`, unbuffered, so that the last line before a crash is there.

    A server may ask for the lines of one turn of its reactor to leave together (`gather`): under load a system
    call for each of them costs more than making them.  Lines of other threads are handed to the reactor's then.
    """

    __slots__ = ("_gathered", "_hand_over", "_soon", "_stream", "_thread", "_unread", "lost")

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._soon: Callable[[Callable[[], None]], object] | None = None
        self._hand_over: Callable[..., object] | None = None
        self._thread = 0
        """The reactor's, while lines are gathered."""
        self._gathered: list[str] = []
        self._unread = b""
        self.lost = 0
        """Lines that could not be written."""

    def gather(
        self,
        soon: Callable[[Callable[[], None]], object] | None,
        hand_over: Callable[..., object] | None = None,
    ) -> None:
        """From now on keep lines until the function given to `soon` is called; None: write each at once.

        To be called in the reactor's thread; `hand_over` has a function called there with its arguments.
        """
        self.flush()
        self._soon = soon
        self._hand_over = hand_over
        self._thread = get_ident()

    def write(self, line: str) -> None:
        """Write `line`, which has no line break, or count it as lost.  Never raises."""
        if self._hand_over is not None and get_ident() != self._thread:
            self._hand_over(self.write, line)
            return
        if self._soon is not None and not self._gathered:
            self._soon(self.flush)
        self._gathered.append(line)
        if self._soon is None:
            self.flush()

    def flush(self) -> None:
        """Write what has been gathered, and before it what a slow reader has left unread."""
        lines, self._gathered = self._gathered, []
        if not (lines or self._unread):
            return
        data = self._unread + "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
        self._unread = b""
        try:
            while data:
                written = self._stream.write(data)
                if written is None:  # whoever reads has to be waited for
                    kept = data[:MOST_UNREAD].rfind(b"\n") + 1
                    self._unread, data = data[:kept], data[kept:]
                    break
                data = data[written:]
        except (OSError, ValueError):  # ValueError: the stream is closed
            pass
        self.lost += data.count(b"\n")


class UtcStamps:
    """Stamps of the present in UTC, ISO 8601 with milliseconds; formats each second and each millisecond once."""

    __slots__ = ("_millisecond", "_now", "_second", "_stamp", "_text")

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` gives seconds since the epoch."""
        self._now = now
        self._second = self._millisecond = -1
        self._text = self._stamp = ""

    def stamp(self) -> str:
        """The present.

        >>> UtcStamps(lambda: 1767225600.25).stamp()
        '2026-01-01T00:00:00.250Z'
        """
        millisecond = int(self._now() * 1000)
        if millisecond != self._millisecond:
            self._millisecond = millisecond
            second, rest = divmod(millisecond, 1000)
            if second != self._second:
                self._second = second
                self._text = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
            self._stamp = f"{self._text}.{rest:03d}Z"
        return self._stamp
