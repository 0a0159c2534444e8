"""One terminal's conversation, seen from the library's side, without I/O.

Bytes go in through `receive_data`, events come out of `next_event`, answers go in through `answer`, and
`data_to_send` gives the bytes that have to leave.  The session does by itself what the standard asks of
the wire and what needs no library: checksums and 96, repeats, 97, unknown codes, login prompts.

One request is under way at a time, as the standard has it.  While it is, `next_event` says BUSY and what
else arrived waits, so answers leave in the order of the questions; a repeat of the request under way
therefore meets its answer, and is given the same.

Memory of the conversation (3M SIP2 2.00, "Error detection"):

* the last request with a sequence number and a checksum, and its answer.  The same bytes again mean that
  the answer was lost: the stored answer is sent, and nothing is done twice.  It is forgotten after
  `REPEAT_WINDOW` seconds: a terminal that repeats does so within its time-outs, while one that never
  counts its sequence number up sends the same 99 every few minutes and wants a fresh 98.  A 98 in place
  of another response is not kept: it bids the terminal take the new policy and ask again;
* the last response whatever it was, a 96 included, for 97.  97 itself is not remembered.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from softdock.protocols.sip2.codec import Reading, decode, encode
from softdock.protocols.sip2.dialect import Dialect, ErrorDetection
from softdock.protocols.sip2.errors import LocalProtocolError, RemoteProtocolError, Violation
from softdock.protocols.sip2.frames import Frame, LineBuffer, open_frame, seal, without_telnet
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.messages import REQUESTS, RESPONSE_TO, Login, LoginResponse, RequestAcsResend

LONGEST_LINE = 8192
"""Bytes of one message; the paper's fields would fill a quarter of it."""

REPEAT_WINDOW = 120.0
"""Seconds for which an answer is kept for a repeat."""

MOST_UNSENT = 64
"""Answers that may wait to be sent before a repetition is refused: one costs the terminal three bytes, and
us a whole answer."""

_RESEND = b"96"

SAID_AT_PROMPTS = (b"login: ", b"password: ", b"Invalid login", b"Login OK.  Initiating SIP")
"""Everything that a device which logs in by prompts is told; lines end in CR LF, prompts do not."""
_ASK_USER, _ASK_PASSWORD, _WRONG, _RIGHT = SAID_AT_PROMPTS

_SPEAKS_SIP2 = re.compile(rb"93..C[NOP]|99.[0-9 ]{3}[0-9]\.", re.DOTALL)
"""Begins a login or a status message, and no user name."""

_IGNORED = frozenset({Violation.UNKNOWN_MESSAGE, Violation.NOT_A_MESSAGE})
"""What the standard gives no answer to."""

_CHECKSUMS_ARE_ON = frozenset({Violation.BAD_CHECKSUM, Violation.CHECKSUM_MISSING})


class Signal(Enum):
    """What `next_event` says when there is no event."""

    NEED_DATA = auto()
    BUSY = auto()
    """A request is under way; call again after `answer`."""


@dataclass(slots=True)
class Request:
    """The terminal asks something: it has to be answered by `ServerSession.answer`."""

    message: Message
    frame: Frame | None = None
    """As it came; None for a login by prompts, which has no frames."""


@dataclass(slots=True)
class Violated:
    """The terminal broke a rule.  What there was to answer has been answered."""

    violation: Violation
    detail: str


Event = Request | Violated | Signal


class _Prompt(Enum):
    """Where a login by prompts stands."""

    USER = auto()
    PASSWORD = auto()
    OVER = auto()


# Bound once: Python 3.11 finds a member of an enumeration through a descriptor, and every message asks for these.
_NEED_DATA, _BUSY = Signal.NEED_DATA, Signal.BUSY
_OVER = _Prompt.OVER
_NEVER = ErrorDetection.NEVER


class ServerSession:
    """The library's side of one conversation."""

    __slots__ = (
        "_answer", "_answered", "_answered_at", "_clock", "_lines", "_open", "_prompt", "_response", "_strange", "_user",
        "dialect", "unsent",
    )  # fmt: skip

    def __init__(
        self, dialect: Dialect, clock: Callable[[], float], longest_line: int = LONGEST_LINE
    ) -> None:
        """`clock` gives seconds that only grow; it is read for the age of stored answers."""
        self.dialect = dialect
        self._clock = clock
        self._lines = LineBuffer(longest_line)
        self.unsent: list[bytes] = []
        """What `data_to_send` will give."""
        self._open: Request | None = None
        self._answered: Frame | None = None
        """The last request, if its answer is kept for a repeat."""
        self._answer = b""
        self._answered_at = 0.0
        self._response: bytes | None = None
        self._strange: Violated | None = None
        self._prompt = _OVER
        self._user = ""
        if dialect.telnet_login:
            self._prompt = _Prompt.USER
            self.unsent.append(_ASK_USER)

    @property
    def buffered(self) -> int:
        """Bytes that have arrived and wait."""
        return len(self._lines)

    @property
    def busy(self) -> bool:
        """Whether a request is under way."""
        return self._open is not None

    @property
    def prompting(self) -> bool:
        """Whether the terminal is still at the prompts of its login."""
        return self._prompt is not _OVER

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the wire."""
        self._lines.feed(data)

    def data_to_send(self) -> bytes:
        """Everything that has to leave now, once."""
        data = b"".join(self.unsent)
        self.unsent.clear()
        return data

    def next_event(self) -> Event:
        """What has come, in the order in which it came."""
        while True:
            if self._strange is not None:
                strange, self._strange = self._strange, None
                return strange
            if self._open is not None:
                return _BUSY
            if not self._lines.data:
                return _NEED_DATA
            try:
                line = self._lines.next_line()
                if line is None:
                    return _NEED_DATA
                if self._prompt is not _OVER:
                    event = self._prompted(line)
                else:
                    event = self._take(line)
            except RemoteProtocolError as error:
                # A wrong checksum shows that they are on; for a line without end, the last request tells.
                answered = self._answered is not None
                return self._reject(error, answered or error.violation in _CHECKSUMS_ARE_ON)
            if event is not None:
                return event

    def answer(self, response: Message) -> None:
        """Answer the request under way."""
        request = self._open
        if request is None:
            raise LocalProtocolError("there is no request to answer")
        asked, code, frame = request.message.layout.code, response.layout.code, request.frame
        expected = code == RESPONSE_TO[asked]
        if not expected and code != "98":
            raise LocalProtocolError(f"{asked} is not answered by {code}")
        if frame is None:
            self._open = None
            self._answer_prompt(isinstance(response, LoginResponse) and response.ok)
            return
        body = encode(response, self.dialect)
        self._open = None
        if expected and frame.error_detection and frame.sequence is not None:
            self._answered = frame
            self._answer = body
            self._answered_at = self._clock()
        else:
            self._answered = None
        self._respond(body, frame.sequence, frame.error_detection)

    # --- what arrives ---------------------------------------------------------------------------------

    def _take(self, line: bytes) -> Event | None:
        dialect = self.dialect
        never = dialect.error_detection is _NEVER
        frame = open_frame(line, dialect.delimiter, not never)
        if never:
            frame.error_detection = False
        elif not frame.error_detection and dialect.error_detection is ErrorDetection.REQUIRED:
            raise RemoteProtocolError(Violation.CHECKSUM_MISSING, "this account requires a checksum")
        answered = self._answered
        if (
            answered is not None
            and frame.sequence == answered.sequence
            and frame.body == answered.body
            and frame.error_detection
            and self._clock() - self._answered_at <= REPEAT_WINDOW
        ):
            return self._repeat(self._answer, frame.sequence, True)
        try:
            reading = decode(frame.body, dialect, REQUESTS)
        except RemoteProtocolError as error:
            return self._reject(error, frame.error_detection)
        message = reading.message
        if type(message) is RequestAcsResend:
            previous = _RESEND if self._response is None else self._response
            return self._repeat(previous, None, frame.error_detection)
        if reading.strangeness is not None:
            self._strange = _strange(reading)
        self._open = request = Request(message, frame)
        return request

    def _reject(self, error: RemoteProtocolError, error_detection: bool) -> Violated:
        if error.violation not in _IGNORED or self.dialect.unknown_messages_rejected:
            never = self.dialect.error_detection is _NEVER
            self._respond(_RESEND, None, error_detection and not never)
        return Violated(error.violation, str(error))

    def _repeat(self, body: bytes, sequence: bytes | None, error_detection: bool) -> Violated | None:
        if len(self.unsent) >= MOST_UNSENT:
            return Violated(Violation.FLOOD, "repetitions are asked for faster than they can be sent")
        self._respond(body, sequence, error_detection)
        return None

    def _respond(self, body: bytes, sequence: bytes | None, error_detection: bool) -> None:
        self._response = body
        self.unsent.append(seal(body, sequence, error_detection) + self.dialect.terminator)

    # --- login by prompts -----------------------------------------------------------------------------

    def _prompted(self, line: bytes) -> Event | None:
        line = without_telnet(line)
        if self._prompt is _Prompt.USER and _SPEAKS_SIP2.match(line):
            self._prompt = _OVER  # it speaks SIP2 from the start
            return self._take(line)
        text = self.dialect.charset.decode_with_replacement(line).strip("\0 \t")
        if self._prompt is _Prompt.USER:
            self._user = text
            self._prompt = _Prompt.PASSWORD
            self.unsent.append(_ASK_PASSWORD)
            return None
        self._open = request = Request(Login(login_user_id=self._user, login_password=text))
        return request

    def _answer_prompt(self, accepted: bool) -> None:
        self._user = ""
        if accepted:
            self._prompt = _OVER
            self.unsent.append(_RIGHT + b"\r\n")
        else:
            self._prompt = _Prompt.USER
            self.unsent.append(_WRONG + b"\r\n" + _ASK_USER)


def _strange(reading: Reading) -> Violated:
    details = {
        Violation.CHARSET_MISMATCH: "the message is written in another charset than the profile's",
        Violation.BAD_BYTES: "the message holds bytes that the profile's charset does not know",
    }
    assert reading.strangeness is not None
    return Violated(reading.strangeness, details[reading.strangeness])
