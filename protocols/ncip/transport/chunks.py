"""A body that comes in chunks (RFC 9112, section 7.1).

Strict where readers differ, and so can be made to see different requests: lines end with CR and LF, a size is nothing but hexadecimal
digits.  Extensions are passed over, trailers are too; what both may cost is bounded with everything else that is not body.
"""

from enum import Enum
from http import HTTPStatus

from softdock.protocols.ncip.transport.refusals import Refusal, bad_request

LINE = 256
"""Bytes of a size with its extensions, or of one trailer."""

AROUND = 64 * 1024
"""Bytes that are not body: some ten thousand chunks, or a document sent character by character."""

LONGEST_SIZE = 16
"""Digits of a size."""

_DIGITS = b"0123456789abcdefABCDEF"
_FINE = bytes([9, *range(32, 127), *range(128, 256)])


class _Due(Enum):
    """Which line comes next."""

    SIZE = 1
    END_OF_DATA = 2
    TRAILER = 3
    """Or the empty line at the end."""


class Chunks:
    """Puts one body together."""

    __slots__ = ("_around", "_due", "_limit", "_line", "_wanted", "body", "complete")

    def __init__(self, limit: int) -> None:
        """`limit` is how many bytes the body may have."""
        self.body = bytearray()
        self.complete = False
        self._limit = limit
        self._around = AROUND
        self._line = b""
        """A line of which the end has not come."""
        self._wanted = 0
        """Bytes of data that are missing from the chunk."""
        self._due = _Due.SIZE

    def feed(self, data: bytes) -> bytes:
        """Take in what has arrived; what remains belongs to the next request.  Raises `Refusal`."""
        start, end = 0, len(data)
        while start < end and not self.complete:
            if self._wanted:
                part = data[start : start + self._wanted]
                self.body += part
                self._wanted -= len(part)
                start += len(part)
                continue
            stop = data.find(b"\n", start, start + LINE)
            until = end if stop < 0 else stop + 1
            self._line += data[start:until]
            self._around -= until - start
            if len(self._line) > LINE or self._around < 0:
                raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "There is too much around the chunks.")
            start = until
            if stop >= 0:
                line, self._line = self._line, b""
                if not line.endswith(b"\r\n"):
                    raise bad_request("A line has to end with CR and LF.")
                self._take(line[:-2])
        return data[start:]

    def _take(self, line: bytes) -> None:
        """A whole line, of what kind is due."""
        if line.translate(None, _FINE):
            raise bad_request("There are control characters around the chunks.")
        if self._due is _Due.SIZE:
            self._wanted = self._size(line)
            self._due = _Due.END_OF_DATA if self._wanted else _Due.TRAILER
        elif self._due is _Due.END_OF_DATA:
            if line:
                raise bad_request("A chunk is longer than it says.")
            self._due = _Due.SIZE
        elif not line:
            self.complete = True
        elif line[0] in b" \t" or b":" not in line:
            raise bad_request("A trailer is a header.")

    def _size(self, line: bytes) -> int:
        size, semicolon, _ = line.partition(b";")
        if semicolon:
            size = size.rstrip(b" \t")
        if not size or size.translate(None, _DIGITS):
            raise bad_request("The size of a chunk is a hexadecimal number.")
        if len(size) > LONGEST_SIZE or len(self.body) + int(size, 16) > self._limit:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large.")
        return int(size, 16)
