"""Listening addresses for NCIP, and what they bear."""

import math
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

from twisted.internet.interfaces import IReactorTime

from softdock.circulation.ports import Observer
from softdock.protocols import listening
from softdock.protocols.listening import SWEEP
from softdock.protocols.ncip.listener.connection import Connection
from softdock.protocols.ncip.transport import (
    Answered,
    HttpSession,
    Peer,
    Received,
    Session,
    SessionLimits,
    StreamSession,
    Transport,
)
from softdock.protocols.ncip.transport.dates import DateClock
from softdock.protocols.ncip.transport.refusals import TEMPORARY_FAILURE

_POST = b"POST "


@dataclass(slots=True, frozen=True, kw_only=True)
class Limits:
    """What one listener bears.  Times in seconds, sizes in bytes."""

    connections: int = 2_000
    per_address: int = 500
    body: int = 1024 * 1024
    """Of a document, and of the form around it.  Real ones have a few thousand."""
    head: int = 16 * 1024
    """Of the request line and all headers of HTTP."""
    head_time: float = 10.0
    """From the first byte of a request to the end of its head."""
    body_time: float = 60.0
    """From the first byte of a request, or of a document on a stream, to its last."""
    idle_time: float = 60.0
    """Without a request.  On a stream, 30 minutes are usual."""


class Front(listening.Front["Listener"]):
    """What all NCIP listeners of a process share."""

    def __init__(
        self,
        answer: Callable[[Received], Coroutine[Any, Any, Answered]],
        observer: Observer,
        reactor: IReactorTime,
        now: Callable[[], float],
        numbers: Iterator[int] | None = None,
        *,
        most_waiting: int = 1_000,
        failure: bytes = TEMPORARY_FAILURE,
    ) -> None:
        """`answer` is the middle; `failure` is sent where that fails.  See also the class above.

        So many requests as `most_waiting` may be under way; others hear that there is no time for them.
        """
        super().__init__(observer, reactor, now, numbers)
        self.answer = answer
        self.failure = failure
        self.most_waiting = most_waiting
        self.waiting = 0
        """Requests under way that wait for something."""
        self.date = DateClock(now)

    def renew(self, answer: Callable[[Received], Coroutine[Any, Any, Answered]], most_waiting: int) -> None:
        """From now on requests are answered so."""
        self.answer = answer
        self.most_waiting = most_waiting


class Listener(listening.Listener[Connection, Limits]):
    """One listening address and the peers on it."""

    front: Front

    def __init__(self, name: str, front: Front, transport: Transport, limits: Limits) -> None:
        super().__init__(name, front, limits)
        self.transport = transport
        self.session_limits = SessionLimits(body=limits.body, head=limits.head)

    def renew(self, limits: Limits) -> None:
        """From now on peers are met with these.  The times hold for who is there as well."""
        self.limits = limits
        self.session_limits = SessionLimits(body=limits.body, head=limits.head)

    def session(self, peer: Peer, beginning: bytes) -> Session | None:
        """What makes documents of the bytes of `peer`, which begin so; None if there are too few of them.

        A stream that begins with `POST ` is HTTP: some programs know one server for NCIP 1 that cannot tell the two apart.
        """
        if self.transport is Transport.TCP and not beginning.startswith(_POST):
            return None if _POST.startswith(beginning) else StreamSession(peer, self.session_limits)
        return HttpSession(peer, self.session_limits, self.front.date)

    def acceptableProtocols(self) -> list[bytes]:
        """See the class above."""
        return [b"http/1.1", b"http/1.0"]

    def connection(self, *, behind_proxy: bool) -> Connection:
        """A new peer."""
        return Connection(self, behind_proxy=behind_proxy)

    def dismiss(self, leaves: Callable[[Peer], bool]) -> None:
        """Close the connections of those who have to leave: idle ones now, busy ones after their answer."""
        for connection in list(self.connections):
            if connection.peer is not None and leaves(connection.peer):
                connection.finish()

    def sweep(self) -> None:
        """See the class above."""
        limits = self.limits
        head, body, idle = (
            self.tick - math.ceil(seconds / SWEEP) - 1
            for seconds in (limits.head_time, limits.body_time, limits.idle_time)
        )
        for connection in list(self.connections):
            connection.check_silence(head, body, idle)
