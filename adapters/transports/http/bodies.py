"""The body of an answer over HTTP: gathered within bounds, unpacked within the same."""

import re
import zlib
from collections.abc import Callable

from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure

_CHARSET = re.compile(r';\s*charset\s*=\s*"?([A-Za-z0-9][A-Za-z0-9._:+-]{0,39})', re.IGNORECASE | re.ASCII)


class TooLong(Exception):
    """The body is longer than it may be."""


class NotGzip(Exception):
    """The body is not what its Content-Encoding says."""


class Body(Protocol):
    """Gathers a body; `done` is told at its end, with the reason, or as soon as it is too long."""

    def __init__(self, most: int, done: Callable[[bytes, Exception], None]) -> None:
        self._most = most
        self._done: Callable[[bytes, Exception], None] | None = done
        self._parts: list[bytes] = []
        self._length = 0

    def dataReceived(self, data: bytes) -> None:
        """See `Protocol`."""
        if self._done is None:
            return
        self._length += len(data)
        self._parts.append(data)
        if self._length > self._most:
            self._end(TooLong())

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The body has ended, in one way or another."""
        assert isinstance(reason.value, Exception)
        self._end(reason.value)

    def _end(self, why: Exception) -> None:
        done, self._done = self._done, None
        body, self._parts = b"".join(self._parts), []
        if done is not None:
            done(body, why)


def unpacked(body: bytes, encoding: str, most: int) -> bytes:
    """`body` without its Content-Encoding.  Raises NotGzip, and TooLong where more than `most` bytes come out."""
    named = encoding.strip().lower()
    if named in ("", "identity") or not body:
        return body
    if named not in ("gzip", "x-gzip"):
        raise NotGzip
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = unpack.decompress(body, most + 1)
    except zlib.error:
        raise NotGzip from None
    if len(content) > most:
        raise TooLong
    if not unpack.eof:
        raise NotGzip
    return content


def charset_of(content_type: str) -> str:
    """The charset which a Content-Type names, in small letters; "" if it names none.

    >>> charset_of("text/xml; Charset=GBK"), charset_of("application/json")
    ('gbk', '')
    """
    found = _CHARSET.search(content_type)
    return found[1].lower() if found else ""
