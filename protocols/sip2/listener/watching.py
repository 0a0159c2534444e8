"""What an operator sees of the devices on a listener: who is there, and the wire of one of them.

A trace is asked for rarely and costs only the devices that it concerns: each of those gets a `Tap`, which cuts
what flows by into lines and has them masked.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from softdock.protocols.listening import SessionRow
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.errors import RemoteProtocolError
from softdock.protocols.sip2.frames import LineBuffer
from softdock.protocols.sip2.session import SAID_AT_PROMPTS
from softdock.protocols.sip2.tracing import Mask, traced

AT_A_PROMPT = "(a line at a prompt)"
"""All that is told of what a device answers to `login:` and `password:`."""


class TracedLine(NamedTuple):
    """One line of the wire, masked."""

    at: float
    """Seconds since the epoch."""
    session: int
    arrow: str
    """`>` from the device, `<` to it."""
    text: str


class Trace:
    """One look at the wire of one terminal, until somebody ends it."""

    __slots__ = ("mask", "tell", "terminal")

    def __init__(self, terminal: str, tell: Callable[[TracedLine], None], mask: Mask | None) -> None:
        """`terminal` is an account, a location, an address or the number of a session."""
        self.terminal = terminal
        self.tell = tell
        self.mask = mask

    def concerns(self, row: SessionRow) -> bool:
        """Whether the device in `row` is, or is at, what is looked at."""
        return self.terminal in {row.account, row.location, row.address, str(row.number)}


class Tap:
    """Cuts what flows over one connection into lines, for the traces that it concerns."""

    __slots__ = ("_longest", "_now", "_number", "_received", "traces")

    def __init__(self, number: int, now: Callable[[], float], longest: int) -> None:
        """`longest` is how many bytes a line may have."""
        self.traces: Sequence[Trace] = ()
        self._number = number
        self._now = now
        self._longest = longest
        self._received = LineBuffer(longest)

    def received(self, data: bytes, dialect: Dialect, *, prompting: bool) -> None:
        """Tell what has come from the device.  At prompts it sends passwords without any field around them."""
        self._received.feed(data)
        while True:
            try:
                line = self._received.next_line()
            except RemoteProtocolError:
                self._tell(">", lambda _: f"(no end within {self._longest} bytes)")
                continue
            if line is None:
                return
            if prompting:
                self._tell(">", lambda _: AT_A_PROMPT)
            else:
                self._tell(">", lambda mask, line=line: traced(line, dialect, mask))  # type: ignore[misc]

    def sent(self, data: bytes, dialect: Dialect) -> None:
        """Tell what is on its way to the device: whole lines, as sessions make them."""
        for line in data.splitlines():
            if line in SAID_AT_PROMPTS:
                self._tell("<", lambda _, line=line: line.decode("ascii"))  # type: ignore[misc]
            elif line:
                self._tell("<", lambda mask, line=line: traced(line, dialect, mask))  # type: ignore[misc]

    def _tell(self, arrow: str, text: Callable[[Mask | None], str]) -> None:
        at = self._now()
        for trace in self.traces:
            trace.tell(TracedLine(at, self._number, arrow, text(trace.mask)))
