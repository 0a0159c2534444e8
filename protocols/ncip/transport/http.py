"""NCIP over HTTP/1.1 and HTTP/1.0: one connection.

Whoever is refused is told why and the connection ends, because nobody needs to find out where the next request would
begin.  Only what the middle says (401, 403) and 503 leave it open.
"""

from collections.abc import Callable
from http import HTTPStatus

from softdock.circulation.records import record
from softdock.protocols.ncip.transport.chunks import Chunks
from softdock.protocols.ncip.transport.content import Content, check_coding, content_of, document_in_form
from softdock.protocols.ncip.transport.heads import Head, read_head, suspicious
from softdock.protocols.ncip.transport.received import Answered, Peer, Received, Way
from softdock.protocols.ncip.transport.refusals import Refusal, bad_request
from softdock.protocols.ncip.transport.session import Event, SessionLimits, Signal
from softdock.protocols.ncip.transport.targets import way_of

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_ALWAYS = b"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
"""Answers are about people, and are for programs."""

_FOUND = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml; charset=utf-8\r\n" + _ALWAYS + b"Date: "

_CLOSE, _STAY, _AS_USUAL = b"Connection: close\r\n", b"Connection: keep-alive\r\n", b""

_OF_THE_GATEWAY = {
    401: Refusal(
        HTTPStatus.UNAUTHORIZED,
        "Say who you are.",
        header=b'WWW-Authenticate: Basic realm="NCIP", charset="UTF-8"\r\n',
    ),
    403: Refusal(HTTPStatus.FORBIDDEN, "This is not for you."),
}

_BUSY = Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Not now; try again.", header=b"Retry-After: 1\r\n")
_STOPPING = Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Not now; try again.", header=b"Retry-After: 5\r\n")
_SLOW = Refusal(HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive.")


@record
class _Asked:
    """A head that asks for what there is here."""

    head: Head
    way: Way
    content: Content


class HttpSession:
    """One HTTP connection, seen as documents.  See `Session`."""

    __slots__ = (
        "_asked",
        "_body",
        "_buffer",
        "_chunks",
        "_continued",
        "_date",
        "_ended",
        "_known",
        "_known_length",
        "_last_head",
        "_limits",
        "_out",
        "_peer",
        "busy",
        "closing",
    )

    def __init__(self, peer: Peer, limits: SessionLimits, date: Callable[[], bytes]) -> None:
        """`date` is the time of this moment as HTTP writes it (RFC 9110, section 5.6.7)."""
        self._peer = peer
        self._limits = limits
        self._date = date
        self._buffer = b""
        """What has arrived and was not looked at."""
        self._last_head = b""
        self._known: dict[bytes, _Asked] = {}
        """What came of heads: most peers send the same few again and again, which differ in the length of the body."""
        self._known_length = 0
        """Of the heads in it together; never more than one may have."""
        self._asked: _Asked | None = None
        """The request that arrives or is under way."""
        self._body: bytearray | None = None
        """What has come of a body with a length, when it did not come at once."""
        self._chunks: Chunks | None = None
        self._continued = False
        """The peer was told to send the body."""
        self._ended = False
        self._out: list[bytes] = []
        self.busy = False
        self.closing = False

    @property
    def buffered(self) -> int:
        """See `Session`."""
        return len(self._buffer)

    @property
    def receiving(self) -> bool:
        """See `Session`."""
        return not self.busy and not self.closing and (self._asked is not None or bool(self._buffer))

    @property
    def in_head(self) -> bool:
        """See `Session`."""
        return self._asked is None

    # --- requests ---------------------------------------------------------------------------------------

    def receive_data(self, data: bytes) -> None:
        """See `Session`."""
        if not self.closing:
            self._buffer = self._buffer + data if self._buffer else data

    def receive_end(self) -> None:
        """See `Session`."""
        self._ended = True

    def next_event(self) -> Event:
        """See `Session`."""
        if self.busy:
            return Signal.BUSY
        if self.closing:
            return Signal.CLOSED
        try:
            received = self._next()
            if received is not None:
                self.busy = True
                return received
            if not self._ended:
                return Signal.NEED_DATA
            if self.receiving:
                raise bad_request("The request is not complete.")  # nobody does half of it
        except Refusal as refusal:
            self._give_up(refusal)
            return refusal.violation
        self.closing = True
        return Signal.CLOSED

    def _next(self) -> Received | None:
        """The request that has arrived; None while some of it is missing."""
        asked = self._asked
        if asked is None:
            asked = self._asked = self._next_head()
            if asked is None:
                return None
        body = self._next_chunked(asked.head) if asked.head.chunked else self._next_body(asked.head)
        if body is None:
            if asked.head.expects_continue and not self._continued:
                self._continued = True
                self._out.append(_CONTINUE)
            return None
        content = asked.content
        return Received(document_in_form(body) if content.is_form else body, content.charset, asked.way)

    def _next_head(self) -> _Asked | None:
        buffer = self._buffer
        if buffer.startswith(b"\r\n"):  # RFC 9112, section 2.2: some end a body so
            buffer = self._buffer = _without_empty_lines(buffer)
        if not buffer:
            return None
        end = buffer.find(b"\r\n\r\n") + 4
        if (end if end >= 4 else len(buffer)) > self._limits.head:
            raise Refusal(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                if b"\n" in buffer[: self._limits.head]
                else HTTPStatus.REQUEST_URI_TOO_LONG,
                "The head of the request is too large.",
            )
        if end < 4:
            if suspicious(buffer):
                raise bad_request("This is no HTTP.")
            return None
        written, self._buffer = buffer[:end], buffer[end:]
        self._last_head = written
        asked = self._known.get(written)
        if asked is None:
            asked = _look_at(read_head(written), self._peer, self._limits)
            self._known_length += end
            if self._known_length > self._limits.head:
                self._known.clear()
                self._known_length = end
            self._known[written] = asked
        return asked

    def _next_body(self, head: Head) -> bytes | None:
        """A body with a length."""
        buffer, missing = self._buffer, head.length
        if self._body is not None:
            missing -= len(self._body)
        if len(buffer) < missing:
            if self._body is None:
                self._body = bytearray()
            self._body += buffer
            self._buffer = b""
            return None
        last, self._buffer = buffer[:missing], buffer[missing:]
        if self._body is None:
            return last
        body, self._body = self._body, None
        return bytes(body + last)

    def _next_chunked(self, head: Head) -> bytes | None:
        if self._chunks is None:
            self._chunks = Chunks(self._limits.body)
        self._buffer = self._chunks.feed(self._buffer)
        if not self._chunks.complete:
            return None
        chunks, self._chunks = self._chunks, None
        return bytes(chunks.body)

    # --- answers ----------------------------------------------------------------------------------------

    def answer(self, answered: Answered) -> None:
        """See `Session`."""
        refusal = _OF_THE_GATEWAY.get(answered.status)
        connection = self._end_request()
        if refusal is not None:
            self._write_refusal(refusal, connection)
            return
        document = answered.document
        self._out.append(
            b"%s%s\r\nContent-Length: %d\r\n%s\r\n%s"
            % (_FOUND, self._date(), len(document), connection, document)
        )

    def overloaded(self) -> None:
        """See `Session`."""
        self._write_refusal(_BUSY, self._end_request())

    def refuse(self, *, slow: bool) -> None:
        """See `Session`."""
        self._give_up(_SLOW if slow else _STOPPING)

    def data_to_send(self) -> bytes:
        """See `Session`."""
        out = self._out
        if not out:
            return b""
        data = out[0] if len(out) == 1 else b"".join(out)
        out.clear()
        return data

    def _end_request(self) -> bytes:
        """Be ready for the next request, or for none; the Connection header that says so."""
        assert self._asked is not None
        head = self._asked.head
        self._asked = None
        self._continued = False
        self.busy = False
        if self.closing or not head.keeps_alive:
            self.closing = True
            self._buffer = b""
            return _CLOSE
        return _STAY if head.old else _AS_USUAL

    def _give_up(self, refusal: Refusal) -> None:
        self.closing = True
        self._buffer = b""
        self._body = self._chunks = None
        self._write_refusal(refusal, _CLOSE)

    def _write_refusal(self, refusal: Refusal, connection: bytes) -> None:
        status, text = refusal.status, refusal.sentence.encode() + b"\n"
        head = (
            b"HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\n%sDate: %s\r\n%s%sContent-Length: %d\r\n\r\n"
            % (
                status,
                status.phrase.encode(),
                _ALWAYS,
                self._date(),
                refusal.header,
                connection,
                len(text),
            )
        )
        asked_for_head = self._last_head.startswith(b"HEAD ")
        self._out.append(head if asked_for_head else head + text)


def _without_empty_lines(buffer: bytes) -> bytes:
    """`buffer` behind the empty lines with which it begins."""
    rest = buffer.lstrip(b"\r\n")
    lines = buffer[: len(buffer) - len(rest)]
    whole = len(lines) & ~1
    if lines[:whole] != b"\r\n" * (whole // 2):
        raise bad_request("A line has to end with CR and LF.")
    return buffer[whole:]


def _look_at(head: Head, peer: Peer, limits: SessionLimits) -> _Asked:
    """Whether `head` asks for what there is here, before any of its body is read.  Raises `Refusal`."""
    headers = head.headers
    way = way_of(head.target, headers, peer)
    if head.method != b"POST":
        raise Refusal(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "NCIP (Z39.83) is spoken here: POST a message.",
            header=b"Allow: POST\r\n",
        )
    check_coding(headers.get(b"content-encoding", b""))
    content = content_of(headers.get(b"content-type", b""))
    if not head.chunked and b"content-length" not in headers:
        raise Refusal(HTTPStatus.LENGTH_REQUIRED, "How long is the body?")
    if head.length > limits.body:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large.")
    return _Asked(head, way, content)
