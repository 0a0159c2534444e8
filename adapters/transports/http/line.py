"""A connection over which HTTP/1.1 is spoken, one request at a time.

It is opened (through a proxy's tunnel and TLS, where there are) before anything is asked on it, so that what fails
until then was certainly not sent.  It is Twisted's own protocol of a client, without the pool around that, which
would not tell the one from the other, and has no ceiling.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IDelayedCall, IHandshakeListener
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import HTTP11ClientProtocol, Request, RequestNotSent
from twisted.web.client import ResponseDone, ResponseFailed, ResponseNeverReceived
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import IResponse
from zope.interface import implementer

from softdock.adapters.transports.faults import is_of_our_certificate, is_of_tls, said, words
from softdock.adapters.transports.http.bodies import Body, TooLong
from softdock.circulation.errors import AnswerLost, LibrarySystemError, MalformedReply, SystemUnavailable

MOST_OF_A_HEAD = 1 << 16
"""Bytes of a status line and headers."""

_HEAD_OF_A_TUNNEL = 1 << 14


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came."""

    response: IResponse
    body: bytes


class Silence(AnswerLost):
    """The connection ended without a single byte of an answer."""


class Owner(Protocol):
    """What a line is told by those whose it is, and tells them."""

    name: str
    """Of the system."""
    clock: Any
    tls: Any
    """What makes it a TLS connection; None for none."""
    tunnel: bytes | None
    """What asks a proxy for a connection; None where none is asked."""

    def made(self, line: "Line") -> None:
        """It is connected, and perhaps not ready yet."""

    def gone(self, line: "Line") -> None:
        """It is connected no more."""


@implementer(IHandshakeListener)
class Line(HTTP11ClientProtocol):
    """One connection."""

    transport: Any

    def __init__(self, owner: Owner, ready: "Deferred[Line]") -> None:
        super().__init__(self._stays)  # type: ignore[no-untyped-call]
        self._owner = owner
        self._ready: Deferred[Line] | None = ready
        self._tunnel: bytes | None = None
        """What the proxy has said so far of the tunnel; None where none is being made."""
        self._result: Deferred[Reply] | None = None
        self._response: IResponse | None = None
        self._in_head = 0
        self._timer: IDelayedCall | None = None
        self._lost_by: Failure | None = None
        self._may_stay = False
        self._is_over_full = False
        self.answers = 0
        """How many there were on this line."""

    # --- opening

    def connectionMade(self) -> None:
        """See `Protocol`."""
        super().connectionMade()
        self._owner.made(self)
        if (wanted := self._owner.tunnel) is not None:
            self._tunnel = b""
            self.transport.write(wanted)
        else:
            self._encrypt()

    def _encrypt(self) -> None:
        if self._owner.tls is None:
            self._opened()
        else:
            self.transport.startTLS(self._owner.tls)

    def handshakeCompleted(self) -> None:
        """The system is the one that was called."""
        self._opened()

    def _opened(self) -> None:
        ready, self._ready = self._ready, None
        if ready is not None and not ready.called:
            ready.callback(self)

    def _tunnelled(self, data: bytes) -> None:
        assert self._tunnel is not None
        self._tunnel += data
        head, end, rest = self._tunnel.partition(b"\r\n\r\n")
        if not end and len(head) <= _HEAD_OF_A_TUNNEL:
            return
        self._tunnel = None
        words = head.split(b"\r\n", 1)[0].split(b" ", 2)
        status = words[1] if len(words) > 1 and words[0].startswith(b"HTTP/1.") else b""
        if len(status) == 3 and status.startswith(b"2") and end and not rest:
            self._encrypt()
        else:
            answered = status.decode() if status.isdigit() else "what is not HTTP"
            self.fail_to_open(SystemUnavailable(f"the proxy answered {answered} to CONNECT"))

    def fail_to_open(self, error: LibrarySystemError) -> None:
        """There will be no line."""
        ready, self._ready = self._ready, None
        if self.transport is not None:
            self.transport.abortConnection()
        if ready is not None and not ready.called:
            ready.errback(error)

    # --- one request

    def ask(self, request: Request, timeout: float, most: int) -> "Deferred[Reply]":
        """What comes in answer to `request`, within `timeout` seconds and with a body of `most` bytes at most.

        Fails with a LibrarySystemError, when it is cancelled too.
        """
        result: Deferred[Reply] = Deferred(lambda _: self._too_late())
        self._result, self._response, self._in_head = result, None, 0
        self._may_stay = self._is_over_full = False
        self._timer = self._owner.clock.callLater(timeout, self._too_late)
        self.request(request).addCallbacks(lambda response: self._headed(response, most), self._unanswered)
        return result

    @property
    def may_be_asked(self) -> bool:
        """Whether it can carry another request."""
        return self._may_stay and self._lost_by is None

    def break_off(self, error: LibrarySystemError) -> None:
        """Whatever is under way comes to nothing but `error`; the connection is gone at once."""
        self._may_stay = False
        self.transport.abortConnection()
        self._end(error)

    def _too_late(self) -> None:
        self.break_off(AnswerLost("the answer did not come in time"))

    def _headed(self, response: Any, most: int) -> None:
        if self._result is not None:
            self._response = response
            response.deliverBody(Body(most, self._embodied))

    def _embodied(self, body: bytes, why: Exception) -> None:
        assert self._response is not None
        ended_by_closing = isinstance(why, PotentialDataLoss) and (
            self._lost_by is not None and isinstance(self._lost_by.value, ConnectionDone)
        )
        if isinstance(why, ResponseDone) or ended_by_closing:
            self.answers += 1
            self._end(Reply(self._response, body))
        elif isinstance(why, TooLong):
            self.break_off(AnswerLost("the answer is longer than it may be"))
        else:
            self.break_off(AnswerLost("the connection ended within the answer"))

    def _unanswered(self, failure: Failure) -> None:
        why = _reason(failure.value)
        if isinstance(failure.value, RequestNotSent):
            self.break_off(SystemUnavailable("the connection had ended before anything was sent"))
        elif not isinstance(failure.value, ResponseFailed):
            self.break_off(AnswerLost(f"the request was not sent as a whole: {said(failure)}"))
        elif why is not None and is_of_our_certificate(why) and not self.answers:
            self.break_off(SystemUnavailable(words(why)))
        elif isinstance(failure.value, ResponseNeverReceived):
            self.break_off(Silence("the connection ended without an answer"))
        elif (
            why is None
            or isinstance(why, ConnectionDone | ConnectionLost | ConnectionAborted)
            or is_of_tls(why)
        ):
            self.break_off(AnswerLost("the connection ended within the answer"))
        else:
            self.break_off(MalformedReply(self._owner.name, "the head of the answer", ""))

    def _end(self, outcome: Reply | LibrarySystemError) -> None:
        result, self._result = self._result, None
        if self._timer is not None:
            if self._timer.active():
                self._timer.cancel()
            self._timer = None
        if result is None:
            return
        if isinstance(outcome, Reply):
            result.callback(outcome)
        else:
            result.errback(outcome)

    # --- what Twisted's protocol tells

    def _finishResponse(self, rest: bytes) -> None:
        self._is_over_full = bool(rest)
        super()._finishResponse(rest)

    def _stays(self, line: object) -> None:
        """The answer is complete, and nothing speaks against another request."""
        assert self._parser is not None
        _, *version = self._parser.response.version
        self._may_stay = not self._is_over_full and version >= [1, 1]

    def dataReceived(self, data: bytes) -> None:
        """See `Protocol`."""
        if self._tunnel is not None:
            self._tunnelled(data)
        elif self._result is None:
            self._may_stay = False
            self.transport.abortConnection()  # nobody has asked for anything
        else:
            self._in_head += len(data)
            super().dataReceived(data)  # type: ignore[no-untyped-call]
            if self._response is None and self._in_head > MOST_OF_A_HEAD:
                self.break_off(AnswerLost("the head of the answer is longer than it may be"))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """See `Protocol`."""
        self._lost_by = reason
        self._owner.gone(self)
        if self._ready is not None:
            self.fail_to_open(SystemUnavailable(f"no connection: {said(reason)}"))
        super().connectionLost(reason)  # type: ignore[no-untyped-call]


def _reason(error: BaseException | None) -> BaseException | None:
    """The first of what an error of Twisted's client wraps."""
    reasons = getattr(error, "reasons", None)
    return reasons[0].value if reasons else None
