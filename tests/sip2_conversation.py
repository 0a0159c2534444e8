r"""A scripted peer for SIP2 sessions: transcripts as one would write them on paper.

    > 9900802.00AY1AZ????        the terminal sends this, and CR
    >> 97\r97                     the terminal sends exactly this (with Python's escapes)
    ? ScStatus                   the session hands out this request
    ! bad-checksum               the session reports this violation
    = 98YYYYNN100003...          the library answers this to the request under way
    < 98YYYYNN100003...AZ????    the session sends this, and the dialect's end of a message
    << login:_                   the session sends exactly this (with escapes; _ is a blank)
    + 121                        so many seconds pass

`????` stands for the right checksum, which is computed here and not by what is tested.  What happens
and is not in the transcript fails the test, as does what is there and does not happen.
"""

import re
from collections import deque
from collections.abc import Callable
from typing import ClassVar

from sip2_wire import sealed
from softdock.protocols.sip2.codec import decode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.session import LONGEST_LINE, Event, Request, ServerSession, Signal, Violated


class Conversation:
    """A session and the transcript it is held to."""

    def __init__(self, dialect: Dialect | None = None, longest_line: int = LONGEST_LINE) -> None:
        self.now = 1000.0
        self.session = ServerSession(dialect or Dialect(), lambda: self.now, longest_line)
        self.requests: list[Request] = []
        """All that the session handed out."""
        self._events: deque[Event] = deque()
        self._sent = b""
        self._look()

    def play(self, transcript: str) -> "Conversation":
        """Hold the session to `transcript`, from here on."""
        for line in transcript.splitlines():
            step = line.strip()
            if step and not step.startswith("#"):
                mark, _, text = step.partition(" ")
                self._STEPS[mark](self, text)
        assert not self._events, f"not in the transcript: {self._events}"
        assert not self._sent, f"not in the transcript: {self._sent!r}"
        return self

    def send(self, data: bytes) -> None:
        """The terminal sends `data` as one segment."""
        self.session.receive_data(data)
        self._look()

    def answer(self, wire: str) -> None:
        """The library answers the message `wire`."""
        self.session.answer(decode(wire.encode(), Dialect()).message)
        self._look()

    def _look(self) -> None:
        while not isinstance(event := self.session.next_event(), Signal):
            self._events.append(event)
        assert (event is Signal.BUSY) == self.session.busy
        self._sent += self.session.data_to_send()

    def _wire(self, text: str) -> bytes:
        data = self.session.dialect.charset.encode(text)
        return re.sub(rb"(.*)AZ\?\?\?\?", lambda found: sealed(found[1], None), data)

    def _sends(self, text: str) -> None:
        self.send(self._wire(text) + b"\r")

    def _sends_exactly(self, text: str) -> None:
        self.send(_unescaped(text))

    def _is_asked(self, text: str) -> None:
        assert self._events, f"expected a request {text}, and nothing happened"
        event = self._events.popleft()
        assert isinstance(event, Request), f"expected a request {text}, not {event}"
        assert type(event.message).__name__ == text
        self.requests.append(event)

    def _is_violated(self, text: str) -> None:
        assert self._events, f"expected the violation {text}, and nothing happened"
        event = self._events.popleft()
        assert isinstance(event, Violated), f"expected the violation {text}, not {event}"
        assert event.violation.value == text

    def _is_sent(self, text: str) -> None:
        self._is_sent_exactly_(self._wire(text) + self.session.dialect.terminator)

    def _is_sent_exactly(self, text: str) -> None:
        self._is_sent_exactly_(_unescaped(text.replace("_", " ")))

    def _is_sent_exactly_(self, data: bytes) -> None:
        assert self._sent[: len(data)] == data
        self._sent = self._sent[len(data) :]

    def _passes(self, text: str) -> None:
        self.now += float(text)

    _STEPS: ClassVar[dict[str, Callable[["Conversation", str], None]]] = {
        ">": _sends,
        ">>": _sends_exactly,
        "?": _is_asked,
        "!": _is_violated,
        "=": answer,
        "<": _is_sent,
        "<<": _is_sent_exactly,
        "+": _passes,
    }


def converse(
    transcript: str, dialect: Dialect | None = None, longest_line: int = LONGEST_LINE
) -> Conversation:
    """Play `transcript` with a new session."""
    return Conversation(dialect, longest_line).play(transcript)


def _unescaped(text: str) -> bytes:
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")
