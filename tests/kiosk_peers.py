"""What the kiosk command talks to in tests: the library's side of SIP2, or a script, in memory."""

from collections.abc import Callable, Iterable

from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.session import Request, ServerSession


class LibrarySide:
    """A wire with our own server session at its other end, which answers what `answers` gives."""

    def __init__(self, answers: Callable[[Message], Message], dialect: Dialect | None = None) -> None:
        self.requests: list[Message] = []
        self.sent = b""
        self.received = b""
        self.closed = False
        self._answers = answers
        self._session = ServerSession(dialect or Dialect(), lambda: 0.0)

    def send(self, data: bytes) -> None:
        self.received += data
        self._session.receive_data(data)
        while isinstance(event := self._session.next_event(), Request):
            self.requests.append(event.message)
            self._session.answer(self._answers(event.message))

    def receive(self, seconds: float) -> bytes:
        data = self._session.data_to_send()
        if not data:
            raise TimeoutError
        self.sent += data
        return data

    def close(self) -> None:
        self.closed = True


class Script:
    """A wire that plays back: bytes are received, an exception is raised; `sent` is what came in between."""

    def __init__(self, steps: Iterable[bytes | Exception]) -> None:
        self.sent: list[bytes] = []
        self._steps = iter(steps)

    def send(self, data: bytes) -> None:
        self.sent.append(data)

    def receive(self, seconds: float) -> bytes:
        step = next(self._steps)
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        pass
