"""Frames: cutting the byte stream into messages, and the error detection around each of them.

The paper was written for serial lines and ends a message with CR.  On TCP, CR, LF and CR LF are all
in use, the LF of a CR LF may arrive in front of the next message, and terminals put blanks, NULs or
telnet negotiation there.  So CR or LF ends a frame, blank frames are nothing, and whatever stands
before the first digit of a frame is dropped, within reason.

0x0D and 0x0A do not occur inside a character of any charset SIP2 is spoken in, so cutting bytes is
safe.  The same is not true of the delimiter: see `codec`.

Error detection (3M SIP2 2.00, "Error detection"): `AYnAZhhhh` closes a message, `n` the sequence number
and `hhhh` the checksum over the bytes on the wire.  Either half occurs without the other; what is
there is checked.
"""

import re
from dataclasses import dataclass
from zlib import adler32

from softdock.protocols.sip2.errors import RemoteProtocolError, Violation

LONGEST_JUNK = 64
"""Bytes before the first digit that are forgiven, telnet negotiation and blanks not counted."""

_BLANK = b"\x00\t\v\f "
_TELNET = re.compile(
    rb"(?:[\x00\t\v\f ]"
    rb"|\xff[\xfb-\xfe]."  # WILL, WON'T, DO, DON'T and an option
    rb"|\xff\xfa[^\xff]*\xff\xf0"  # a subnegotiation
    rb"|\xff[\xf0-\xf9])+",  # a command without an option
    re.DOTALL,
)
_EXACT_UP_TO = 65_520 // 255 - 1
"""Bytes whose sum Adler-32 gives, whatever they are."""

_FIRST_DIGIT = re.compile(rb"[0-9]")
_SEQUENCE = re.compile(rb"AY([0-9]{0,4})\Z")
_CHECKSUM = re.compile(rb"AZ([0-9A-Za-z]{0,4})\Z")


def checksum(data: bytes) -> int:
    """The two's complement of the sum of all bytes in `data`, which ends with `AZ`.

    >>> f"{checksum(b'941AY0AZ'):04X}", f"{checksum(b'97AZ'):04X}"
    ('FDFD', 'FEF5')
    """
    # The lower half of Adler-32 is the sum of all bytes and one, until that reaches 65521; it takes a tenth of the time.
    total = (adler32(data) & 0xFFFF) - 1 if len(data) <= _EXACT_UP_TO else sum(data)
    return -total & 0xFFFF


def seal(body: bytes, sequence: bytes | None, error_detection: bool) -> bytes:
    """`body` with its sequence number and, if `error_detection`, its checksum; without a terminator.

    >>> seal(b"9900802.00", b"1", True)
    b'9900802.00AY1AZFCA0'
    """
    if sequence is not None:
        body = b"%bAY%b" % (body, sequence)
    if not error_detection:
        return body
    body += b"AZ"
    return b"%b%04X" % (body, checksum(body))


@dataclass(slots=True)
class Frame:
    """One message as it came: `body` is what stands before AY and AZ, without junk in front."""

    body: bytes
    sequence: bytes | None
    error_detection: bool
    """A checksum was there, and it was right."""


def open_frame(line: bytes, delimiter: str = "|", verify: bool = True) -> Frame:
    """Take the error detection off `line` and check it.

    With `verify` False a checksum is taken off and believed, for devices that compute it wrongly.
    Raises RemoteProtocolError(NOT_A_MESSAGE or BAD_CHECKSUM).
    """
    if not line[:1].isdigit():
        line = _without_junk(line)
    # The usual trailer and a right checksum, read without a regular expression.
    if (
        line[-9:-7] == b"AY"
        and line[-6:-4] == b"AZ"
        and line[-7:-6].isdigit()
        and line[-4:] == b"%04X" % checksum(line[:-4])
    ):
        return Frame(line[:-9], line[-7:-6], True)
    return _open_unusual(line, delimiter.encode("ascii"), verify)


def _open_unusual(line: bytes, delimiter: bytes, verify: bool) -> Frame:
    """`open_frame` where AY or AZ is absent, odd, or followed by something.

    A value may end in what looks like error detection: a patron MAY1, a barcode TOPAZ12.  AY or AZ is
    what it seems if it stands apart, behind a delimiter or the fixed part; behind a value that was not
    closed it needs the other half, or a checksum that fits.
    """
    end = line.rstrip(delimiter + _BLANK)
    closed = line[len(end) : len(end) + 1] == delimiter

    def apart(body: bytes, closed: bool) -> bool:
        return body.endswith(delimiter) or not (closed or delimiter in body)

    detection = _CHECKSUM.search(end, max(0, len(end) - 6))
    whole = end[: detection.start()] if detection else end
    bare = whole.rstrip(delimiter)
    numbered = _SEQUENCE.search(bare, max(0, len(bare) - 6))
    body, sequence = whole, None
    if numbered:
        before = bare[: numbered.start()]
        joined = detection is not None and bare == whole and numbered[1] != b""
        if joined or apart(before, closed if detection is None else bare != whole):
            body, sequence = before, numbered[1] or None
    if detection is None:
        return Frame(line if body is end else body, sequence, False)
    if not _fits(end[: detection.start(1)], detection[1]):
        if not apart(body, closed) and (sequence is None or (closed and delimiter in body)):
            return Frame(line, None, False)
        if verify:
            raise RemoteProtocolError(Violation.BAD_CHECKSUM, "the checksum does not fit the message")
    return Frame(body, sequence, True)


def _fits(summed: bytes, given: bytes) -> bool:
    try:
        return checksum(summed) == int(given, 16) & 0xFFFF
    except ValueError:
        return False


def without_telnet(line: bytes) -> bytes:
    r"""`line` without the blanks, NULs and telnet negotiation in front of it.

    >>> without_telnet(b"\xff\xfd\x01\x00 9300CN")
    b'9300CN'
    """
    found = _TELNET.match(line)
    return line[found.end() :] if found else line


def _without_junk(line: bytes) -> bytes:
    line = without_telnet(line)
    first = _FIRST_DIGIT.search(line, 0, LONGEST_JUNK + 1)
    if first is None:
        raise RemoteProtocolError(Violation.NOT_A_MESSAGE, "no message code where one is expected")
    return line[first.start() :]


class LineBuffer:
    """Collects bytes and gives out lines.

    Of an unfinished line it keeps at most `limit` bytes once `next_line` has seen them.
    """

    __slots__ = ("_limit", "_searched", "_skipping", "_start", "data")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.data: bytes | bytearray = b""
        self._start = 0
        """Where the line begins that comes next; what lies before has been given out."""
        self._searched = 0
        """Up to where that line is known to have no end."""
        self._skipping = False

    def __len__(self) -> int:
        return len(self.data) - self._start

    @property
    def unfinished(self) -> bool:
        """Whether a line has begun that has not ended.  Blanks begin none: telnet ends a line with CR and NUL."""
        return self._skipping or bool(self.data and self.data[self._start :].strip(_BLANK))

    def feed(self, data: bytes) -> None:
        """Append what came from the wire."""
        if not self.data:
            self.data = data
            return
        if isinstance(self.data, bytes):
            self.data = bytearray(self.data)
        if self._start:
            del self.data[: self._start]
            self._searched -= self._start
            self._start = 0
        self.data += data

    def next_line(self) -> bytes | None:
        """The next line that is complete and not blank, without its end; None if there is none yet.

        Raises RemoteProtocolError(LINE_TOO_LONG) once for a line over the limit, and skips the rest of
        that line.
        """
        data = self.data
        if not (self._searched or self._skipping):
            # As a rule one whole line has come, and nothing else.
            lines = data.splitlines()
            if len(lines) == 1 and lines[0][:1].isdigit() and len(lines[0]) < len(data) <= self._limit:
                self.data = b""
                return bytes(lines[0])
        while self._start < len(data):
            start = self._start
            stop = start + self._limit + 1
            end = data.find(b"\r", self._searched, stop)
            earlier = data.find(b"\n", self._searched, stop if end < 0 else end)
            if earlier >= 0:
                end = earlier
            if end >= 0:
                line = bytes(data[start:end])
                if end + 1 == len(data):
                    data = self.data = b""
                    self._start = self._searched = 0
                else:
                    self._start = self._searched = end + 1
                if self._skipping:
                    self._skipping = False
                elif line.strip(_BLANK):
                    return line
            elif len(data) < stop:
                self._searched = len(data)
                return None
            else:
                self._start = self._searched = stop
                if not self._skipping:
                    self._skipping = True
                    raise RemoteProtocolError(Violation.LINE_TOO_LONG, f"no end within {self._limit} bytes")
        self.data = b""
        self._start = self._searched = 0
        return None
