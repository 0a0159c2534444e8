"""The head of an HTTP/1 request: its syntax, and how long its body is (RFC 9112).

llhttp, by way of httptools, reads it.  Before and after, everything is refused that llhttp lets pass and that another
reader on the way, a balancer or a proxy, may understand differently: of what is ambiguous nobody knows where the next
request begins.
"""

from http import HTTPStatus

import httptools

from softdock.circulation.records import record
from softdock.protocols.ncip.transport.refusals import Refusal, bad_request

REQUEST_LINE = 8 * 1024
"""Bytes, as RFC 9112 (section 3) wants it borne at the least."""

HEADERS = 64
"""Lines of headers.  Programs send ten, proxies add as many."""

LONGEST_LENGTH = 16
"""Digits of Content-Length."""

_FINE = bytes([9, 10, 13, *range(32, 127), *range(128, 256)])
"""What a head may hold, as bytes: no control characters."""

_FINE_IN_HOST = b"-._~!$&'()*+,;=:[]%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""RFC 3986, section 3.2.2."""

_ONCE = frozenset(
    {
        b"authorization",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"expect",
        b"host",
        b"transfer-encoding",
        b"x-api-key",
    }
)
"""Headers of which two would leave a choice."""


@record
class Head:
    """A head that can be understood in one way only."""

    method: bytes
    target: bytes
    headers: dict[bytes, bytes]
    """Names in lower case; values without blanks around them.  Of several, the last, which nobody asks for."""
    keeps_alive: bool
    """Whether the peer wants the connection to stay."""
    old: bool
    """HTTP/1.0."""
    length: int
    """Of the body, in bytes; 0 where there is none, and where it is chunked."""
    chunked: bool
    expects_continue: bool
    """The body comes only when we have said that we want it (RFC 9110, section 10.1.1)."""

    @property
    def has_body(self) -> bool:
        """Whether something follows."""
        return self.chunked or self.length > 0


class _Headers:
    """What llhttp finds."""

    __slots__ = ("complete", "found", "twice")

    def __init__(self) -> None:
        self.found: dict[bytes, bytes] = {}
        self.twice = b""
        self.complete = False

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name in self.found and name in _ONCE:
            self.twice = name
        self.found[name] = value.strip(b" \t")

    def on_headers_complete(self) -> None:
        self.complete = True


def suspicious(beginning: bytes) -> bool:
    r"""Whether what has arrived of a head cannot become one any more.

    >>> suspicious(b"POST /ncip HTTP/1.1\r\nHost: a\r"), suspicious(b"POST /ncip HTTP/1.1\n")
    (False, True)
    """
    return beginning.count(b"\n") != beginning.count(b"\r\n") or bool(beginning.translate(None, _FINE))


def read_head(head: bytes) -> Head:
    r"""The request line and the headers in `head`, the empty line at its end included.  Raises `Refusal`.

    >>> head = read_head(b"POST /ncip HTTP/1.1\r\nHost: lib.test\r\nContent-Length: 5\r\n\r\n")
    >>> head.method, head.target, head.length, head.keeps_alive
    (b'POST', b'/ncip', 5, True)
    """
    line = head[: head.index(b"\r\n")]
    if len(line) > REQUEST_LINE:
        raise Refusal(HTTPStatus.REQUEST_URI_TOO_LONG, "The request line is too long.")
    lines = head.count(b"\r\n")
    if lines - 2 > HEADERS:
        raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "There are too many headers.")
    if head.count(b"\n") != lines or head.count(b"\r") != lines:
        raise bad_request("A line has to end with CR and LF.")
    if head.translate(None, _FINE):
        raise bad_request("There are control characters in the head.")
    words = line.split(b" ")
    if len(words) != 3:
        raise bad_request("A request line has three words.")
    method, target, version = words
    if version not in {b"HTTP/1.1", b"HTTP/1.0"}:
        if version in {b"HTTP/2.0", b"HTTP/3.0"}:
            raise Refusal(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 is spoken here.")
        raise bad_request("HTTP/1.1 is spoken here.")
    headers = _headers(head)
    old = version == b"HTTP/1.0"
    _check_host(headers.get(b"host"), old=old)
    chunked = _is_chunked(headers.get(b"transfer-encoding"), old=old)
    return Head(
        method=method,
        target=target,
        headers=headers,
        keeps_alive=_keeps_alive(headers.get(b"connection"), old=old),
        old=old,
        length=_length(headers.get(b"content-length"), chunked=chunked),
        chunked=chunked,
        expects_continue=_expects_continue(headers.get(b"expect"), old=old),
    )


def _headers(head: bytes) -> dict[bytes, bytes]:
    headers = _Headers()
    try:
        httptools.HttpRequestParser(headers).feed_data(head)
    except httptools.HttpParserUpgrade:
        pass  # whoever offers another protocol gets this one; CONNECT is refused as any other method
    except httptools.HttpParserInvalidMethodError as error:
        raise bad_request("This is no method of HTTP.") from error
    except httptools.HttpParserError as error:
        raise bad_request("The head of the request breaks the rules of HTTP.") from error
    if not headers.complete:
        raise bad_request("The head of the request breaks the rules of HTTP.")
    if headers.twice:
        raise bad_request(f"There is more than one {headers.twice.decode('ascii')}.")
    return headers.found


def _check_host(host: bytes | None, *, old: bool) -> None:
    """RFC 9112, section 3.2: 1.1 has a Host, and what is no host is refused."""
    if host is None:
        if not old:
            raise bad_request("HTTP/1.1 asks for a Host.")
    elif host.translate(None, _FINE_IN_HOST):
        raise bad_request("The Host is none.")


def _is_chunked(encoding: bytes | None, *, old: bool) -> bool:
    """RFC 9112, section 6.1.  What is not plainly `chunked` is refused, even where it ends so."""
    if encoding is None:
        return False
    if old:
        raise bad_request("HTTP/1.0 has no Transfer-Encoding.")
    if encoding.lower() != b"chunked":
        raise Refusal(HTTPStatus.NOT_IMPLEMENTED, "The only Transfer-Encoding here is chunked.")
    return True


def _length(length: bytes | None, *, chunked: bool) -> int:
    if length is None:
        return 0
    if chunked:
        raise bad_request("Content-Length and Transfer-Encoding exclude each other.")
    if not length.isdigit():
        raise bad_request("Content-Length is a number.")
    if len(length) > LONGEST_LENGTH:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large.")
    return int(length)


def _keeps_alive(connection: bytes | None, *, old: bool) -> bool:
    if connection is None:
        return not old
    options = {each.strip() for each in connection.lower().split(b",")}
    return b"close" not in options and (not old or b"keep-alive" in options)


def _expects_continue(expect: bytes | None, *, old: bool) -> bool:
    if expect is None or old:
        return False
    if expect.lower() != b"100-continue":
        raise Refusal(HTTPStatus.EXPECTATION_FAILED, "The only expectation met here is 100-continue.")
    return True
