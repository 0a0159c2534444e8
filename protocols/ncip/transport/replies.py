"""The initiator's side of a connection: one document out, one back (Z39.83-1, appendix D).  Bytes in, replies out; no I/O."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import httptools

from softdock.circulation.identifiers import Secret
from softdock.circulation.records import record
from softdock.protocols.ncip.transport.content import content_of
from softdock.protocols.ncip.transport.refusals import Refusal
from softdock.protocols.ncip.transport.roots import NoDocument, RootFinder, blanks_before, width_of

MOST_OF_A_REPLY: Final = 4 * 1024 * 1024
"""Bytes of a document.  The answer to a large LookupItemSet has some hundred thousand."""

MOST_OF_A_HEAD: Final = 64 * 1024

_BLANKS: Final = b" \t\r\n"


class NoReply(Exception):
    """What has arrived is no reply, and nothing that follows it can be one.  The message holds no part of it."""


@record
class Reply:
    """One document that came back, or what came in its place."""

    document: bytes
    charset: str = ""
    """Of the HTTP header; "" where it names none, and on a stream."""
    status: int = 200
    """Of HTTP; 200 on a stream, which has none."""


class Replies(Protocol):
    """One connection, seen by who asks."""

    stays: bool
    """Whether it can be asked again, once the reply is there."""

    def ask(self, document: bytes) -> bytes:
        """The bytes with which `document` is sent; what comes from now on replies to it."""

    def receive_data(self, data: bytes) -> Reply | None:
        """Take in what has arrived; the reply, once it is whole.  Raises `NoReply`."""

    def receive_end(self) -> Reply | None:
        """Nothing more will arrive: the reply, if that completes it."""


# --- HTTP -----------------------------------------------------------------------------------------------


class HttpReplies:
    """A connection on which documents are posted (RFC 9112).  See `Replies`."""

    def __init__(self, head: bytes, most: int = MOST_OF_A_REPLY) -> None:
        """`head` is what `post_head` makes; a body has `most` bytes at most."""
        self._head = head
        self._most = most
        self._arriving: _Arriving | None = None
        self.stays = True

    def ask(self, document: bytes) -> bytes:
        """See `Replies`."""
        self._arriving = _Arriving(self._most)
        return b"%sContent-Length: %d\r\n\r\n%s" % (self._head, len(document), document)

    def receive_data(self, data: bytes) -> Reply | None:
        """See `Replies`."""
        arriving = self._arriving
        if arriving is None:
            raise NoReply("something came that nobody had asked for")
        arriving.feed(data)
        return self._end(arriving) if arriving.complete else None

    def receive_end(self) -> Reply | None:
        """See `Replies`."""
        arriving, self.stays = self._arriving, False
        if arriving is not None and arriving.ends_with_connection:
            return self._end(arriving)
        return None

    def _end(self, arriving: "_Arriving") -> Reply:
        self._arriving = None
        self.stays = self.stays and arriving.keeps_alive
        return arriving.reply()


class _Arriving:
    """One response, while it arrives: what llhttp tells of it."""

    def __init__(self, most: int) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._most = most
        self._head = 0
        """Bytes that came before the end of the head."""
        self._in_head = True
        self._body = bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._status = 0
        self.complete = False
        self.keeps_alive = False

    def feed(self, data: bytes) -> None:
        """Take in what has arrived.  Raises `NoReply`."""
        if self._in_head:
            self._head += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            # Something may follow the last response of a connection: it reaches nobody.
            if not self.complete:
                raise NoReply("the reply is no HTTP") from None
        if self._in_head and self._head > MOST_OF_A_HEAD:
            raise NoReply("the head of the reply is longer than it may be")
        if len(self._body) > self._most:
            raise NoReply("the reply is longer than it may be")

    @property
    def ends_with_connection(self) -> bool:
        """Whether its body has no other end than that of the connection (RFC 9112, section 6.3)."""
        headers = self._headers
        return not (self._in_head or b"content-length" in headers or b"transfer-encoding" in headers)

    def reply(self) -> Reply:
        """What it was."""
        try:
            charset = content_of(self._headers.get(b"content-type", b"")).charset
        except Refusal:  # an error page, or a document under a wrong name
            charset = ""
        return Reply(bytes(self._body), charset, self._status)

    # --- called by llhttp -----------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """One more may follow a provisional one, and nothing else."""
        if self.complete:
            self.keeps_alive = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        if not self.complete:
            self._headers[name.lower()] = value.strip()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        if not self.complete:
            self._in_head = False
            self._status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        """Some of the body."""
        if not self.complete and len(self._body) <= self._most:
            self._body += body

    def on_message_complete(self) -> None:
        """The response is whole; a provisional one (RFC 9110, section 15.2) announces another."""
        if self._status < 200:
            self._in_head = True
            self._headers.clear()
        elif not self.complete:
            self.complete = True
            self.keeps_alive = self._parser.should_keep_alive() and self._parser.get_http_version() != "1.0"


def post_head(
    host: str,
    target: str,
    credentials: Mapping[str, str],
    version: str = "1.1",
) -> bytes:
    """What stands before the length and the document, each time; `version` is that of HTTP.

    >>> post_head("lib.test", "/ncip", {}).splitlines()[0]
    b'POST /ncip HTTP/1.1'
    """
    lines: Sequence[str] = [
        f"POST {target} HTTP/{version}",
        f"Host: {host}",
        'Content-Type: application/xml; charset="utf-8"',
        "Accept: application/xml, text/xml",
        *(f"{name}: {value}" for name, value in credentials.items()),
        "",
    ]
    head = "\r\n".join(lines).encode("latin-1")
    if head.count(b"\r") != len(lines) - 1 or head.count(b"\n") != len(lines) - 1 or b"\0" in head:
        raise ValueError("A header is one line.")
    return head


def basic(user: str, password: Secret) -> str:
    """The value of Authorization that proves who asks (RFC 7617)."""
    return "Basic " + b64encode(f"{user}:{password.reveal()}".encode()).decode()


# --- a stream ---------------------------------------------------------------------------------------------


class StreamReplies:
    """A connection on which documents follow each other.  See `Replies`."""

    def __init__(self, most: int = MOST_OF_A_REPLY) -> None:
        self._most = most
        self._asked = False
        self._beginning = bytearray()
        """What has come of a reply as long as nobody can tell how wide its characters are."""
        self._finder: RootFinder | None = None
        self.stays = True

    def ask(self, document: bytes) -> bytes:
        """See `Replies`.  Some read line by line, and so it ends with the end of one."""
        self._asked = True
        return document if document.endswith(b"\n") else document + b"\n"

    def receive_data(self, data: bytes) -> Reply | None:
        """See `Replies`."""
        if not self._asked:
            if data.strip(_BLANKS + b"\0"):
                raise NoReply("something came that nobody had asked for")
            return None
        if self._finder is None:
            self._beginning += data
            del self._beginning[: blanks_before(self._beginning)]
            if len(self._beginning) < 2:
                return None
            self._finder = RootFinder(width_of(self._beginning))
            data = bytes(self._beginning)
            self._beginning.clear()
        try:
            end = self._finder.feed(data)
        except NoDocument:
            raise NoReply("the reply is no document") from None
        raw = self._finder.raw
        if (len(raw) if end is None else end) > self._most:
            raise NoReply("the reply is longer than it may be")
        if end is None:
            return None
        self._finder, self._asked = None, False
        self.stays = not raw[end:].strip(_BLANKS + b"\0")
        return Reply(bytes(raw[:end]))

    def receive_end(self) -> Reply | None:
        """See `Replies`.  The end of a document is where its root ends, and nowhere else."""
        self.stays = False
        return None
