"""One conversation with a library's system, seen from the device's side (the standard's SC), without I/O.

A request goes in through `ask`, `data_to_send` gives the bytes that have to leave, what arrives goes in through
`receive_data`, and `next_event` tells what came of it.  One request is under way at a time.  The session does by
itself what the standard asks of a device (3M SIP2 2.00, "Error detection"): it numbers its requests, has an answer
with a wrong checksum sent again (97), sends a request again that was not understood (96), drops an answer to another
request, and asks again when an ACS Status (98) stands in place of the answer.

**When is a request sent a second time?**  After a 96 or a 98 always: either says that nothing was done.  After silence
only where it was asked as `repeatable`, and only with error detection and sequence numbers: nothing else tells the
answer to the second sending from a late one to the first.  Even so the conversation is `spent` then, as it is after
every answer that was given up: whoever reads on would take the next line for the answer to the next question.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from softdock.protocols.sip2.codec import decode, encode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.errors import LocalProtocolError, RemoteProtocolError, Violation
from softdock.protocols.sip2.frames import Frame, LineBuffer, open_frame, seal
from softdock.protocols.sip2.free_messages import FreeRequest
from softdock.protocols.sip2.layouts import Layout, Message
from softdock.protocols.sip2.messages import RESPONSE_TO, RESPONSES, AcsStatus

LONGEST_ANSWER = 1 << 20
"""Bytes; more than any list of a patron's loans."""

MOST_REPEATS = 3
"""How often a request, or the wish to have its answer again, is sent anew at most."""


class Remark(Enum):
    """Something strange that the session has dealt with.  The values are for logs."""

    NOT_A_MESSAGE = "not-a-message"
    """A line was dropped: no message of SIP2."""
    OUT_OF_SEQUENCE = "out-of-sequence"
    """An answer to another request was dropped."""
    BAD_CHECKSUM = "bad-checksum"
    """The answer's checksum was wrong, and it was asked for again."""
    NOT_UNDERSTOOD = "not-understood"
    """The system asked for the request again, and got it."""
    LATE = "late"
    """No answer came in time, and the request was sent again."""
    UNASKED = "unasked"
    """A message came that nothing had been asked for."""
    CHARSET_MISMATCH = "charset-mismatch"
    """The answer could only be read in another charset than the profile's."""
    BAD_BYTES = "bad-bytes"
    """Bytes of the answer are no text in the profile's charset, and are shown as such."""


class Loss(Enum):
    """Why there will be no answer.  The values are for logs."""

    SILENCE = "silence"
    NOT_UNDERSTOOD = "not-understood"
    """The system asks for the request again and again."""
    BAD_CHECKSUM = "bad-checksum"
    """The checksum of the answer is wrong each time."""
    NOT_KEPT = "not-kept"
    """The system does not have the answer any more that it was to send again."""
    MIXED_UP = "mixed-up"
    """The answer that came again belongs to something else."""
    TOO_LONG = "too-long"
    OFF_LINE = "off-line"
    """The system says that it is not on-line, instead of an answer."""


class Unfit(Enum):
    """What keeps a response from being the answer, although it came in its place."""

    OTHER_MESSAGE = auto()
    UNREADABLE = auto()


@dataclass(slots=True)
class Response:
    """What came in answer to the request."""

    message: Message | None
    """None where no message could be read in it."""
    line: bytes
    """As it was on the wire, without its terminator."""
    frame: Frame
    unfit: Unfit | None = None
    strangeness: Violation | None = None


@dataclass(slots=True)
class Noticed:
    """Something strange has happened; the session goes on."""

    remark: Remark


@dataclass(slots=True)
class NewPolicy:
    """The system sent its status in place of an answer; the request was sent again."""

    status: AcsStatus


@dataclass(slots=True)
class Lost:
    """There will be no answer."""

    loss: Loss
    nothing_done: bool
    """Whether it is certain that the system has not acted on the request."""


class NeedData(Enum):
    """What `next_event` says when there is no event."""

    NEED_DATA = auto()


Event = Response | Noticed | NewPolicy | Lost | NeedData

NEED_DATA = NeedData.NEED_DATA


class ClientSession:
    """The device's side of one conversation."""

    __slots__ = (
        "_answers", "_asked_again", "_code", "_error_detection", "_expected", "_lines", "_most_repeats", "_policy_changed", "_repeatable",
        "_repeats", "_request", "_sequence", "_sequence_checked", "_uncertain", "dialect", "sent", "spent", "unsent",
    )  # fmt: skip

    def __init__(
        self,
        dialect: Dialect,
        *,
        error_detection: bool = True,
        sequence_checked: bool = True,
        most_repeats: int = MOST_REPEATS,
        longest_answer: int = LONGEST_ANSWER,
    ) -> None:
        """`sequence_checked` False is for systems which answer with a number of their own."""
        self.dialect = dialect
        self._error_detection = error_detection
        self._sequence_checked = sequence_checked
        self._most_repeats = most_repeats
        self._lines = LineBuffer(longest_answer)
        self._sequence = -1
        self._request: Message | None = None
        self._answers: Mapping[str, Layout] = RESPONSES
        """What may come."""
        self._code: str | None = None
        """Of the answer that is waited for; None where none is, or where nobody can tell."""
        self._expected: bytes | None = None
        self._repeatable = False
        self._repeats = 0
        self._uncertain = 0
        """Sendings of the request that nothing was heard about."""
        self._asked_again = False
        """97 was sent for this request, and what answers it bears no number."""
        self._policy_changed = False
        self.sent = b""
        """The request under way as it was sent, without its terminator; empty if there is none."""
        self.unsent = b""
        self.spent = False
        """Nothing more may be asked: an answer to something else could still come."""

    def ask(self, request: Message, *, repeatable: bool = False) -> None:
        """Ask something; `repeatable` if the system may be sent it twice."""
        self._begin(encode(request, self.dialect), request, repeatable)

    def ask_line(self, data: bytes, *, repeatable: bool = False) -> None:
        """Ask something in so many bytes; a sequence number and a checksum are added unless it brings its own."""
        try:
            frame = open_frame(data, self.dialect.delimiter, verify=False)
        except RemoteProtocolError:  # no message at all, which somebody may want to send
            frame = Frame(data, None, False)
        if frame.sequence is None and not frame.error_detection:
            self._begin(data, None, repeatable)
            return
        self._expect(data[:2], frame.sequence, None, repeatable)
        self._send(data)

    @property
    def unfinished(self) -> bool:
        """Whether a line is arriving.  With no request under way, it belongs to nothing that was asked."""
        return self._lines.unfinished

    def data_to_send(self) -> bytes:
        """What has to leave now, once."""
        data, self.unsent = self.unsent, b""
        return data

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the wire."""
        self._lines.feed(data)

    def next_event(self) -> Event:
        """What has come, in the order in which it came."""
        if not self._lines.data:
            return NEED_DATA
        try:
            line = self._lines.next_line()
        except RemoteProtocolError:
            return self._lose(Loss.TOO_LONG)
        return NEED_DATA if line is None else self._take(line)

    def timed_out(self) -> Noticed | Lost:
        """The answer did not come in time: the request is sent again, or given up."""
        self.spent = True
        distinguishable = self._error_detection and self._sequence_checked and self._expected is not None
        if self._repeatable and distinguishable and self._repeats < self._most_repeats:
            self._repeats += 1
            self._send(self.sent)
            return Noticed(Remark.LATE)
        return self._lose(Loss.SILENCE)

    def close(self) -> None:
        """Nothing more will come: let go of what has."""
        self._lines = LineBuffer(0)

    def go_on(self) -> None:
        """Ask on, whatever is outstanding: for those who only show what comes, and act on none of it."""
        self.sent = b""
        self.spent = False

    # --- what leaves ----------------------------------------------------------------------------------

    def _begin(self, body: bytes, request: Message | None, repeatable: bool) -> None:
        sequence = None
        if self._error_detection and body[:2] != b"97":
            self._sequence = (self._sequence + 1) % 10
            sequence = b"%d" % self._sequence
        self._expect(body[:2], sequence, request, repeatable)
        self._send(seal(body, sequence, self._error_detection))

    def _expect(self, code: bytes, sequence: bytes | None, request: Message | None, repeatable: bool) -> None:
        if self.sent:
            raise LocalProtocolError("a request is under way already")
        if self.spent:
            raise LocalProtocolError("an answer to something else could come")
        self._expected = sequence
        if isinstance(request, FreeRequest):
            self._code, self._answers = request.answer, request.answers
        else:
            self._code, self._answers = RESPONSE_TO.get(str(code, "latin-1")), RESPONSES
        self._request = request
        self._repeatable = repeatable
        self._repeats = self._uncertain = 0
        self._asked_again = self._policy_changed = False

    def _send(self, line: bytes) -> None:
        self.sent = line
        self._uncertain += 1
        self.unsent += line + self.dialect.terminator

    # --- what arrives ---------------------------------------------------------------------------------

    def _take(self, line: bytes) -> Event:
        if not self.sent:
            self.spent = True
            return Noticed(Remark.UNASKED)
        try:
            frame = open_frame(line, self.dialect.delimiter, self._error_detection)
        except RemoteProtocolError as error:
            return self._misread(error)
        if (
            frame.sequence != self._expected
            and self._sequence_checked
            and frame.sequence is not None
            and self._expected is not None
        ):
            return Noticed(Remark.OUT_OF_SEQUENCE)
        return self._read(line, frame)

    def _read(self, line: bytes, frame: Frame) -> Event:
        try:
            reading = decode(frame.body, self.dialect, self._answers)
        except RemoteProtocolError as error:
            return self._unreadable(line, frame, error)
        message = reading.message
        code = message.layout.code
        if code == "96":
            return self._resend()
        if code == self._code or self._code is None:
            if self._asked_again and not self._belongs(message):
                return self._lose(Loss.MIXED_UP)
            self.sent = b""
            return Response(message, line, frame, None, reading.strangeness)
        if type(message) is AcsStatus and self._request is not None:
            return self._go_by(message)
        return self._finish(Response(message, line, frame, Unfit.OTHER_MESSAGE))

    def _misread(self, error: RemoteProtocolError) -> Event:
        if error.violation is not Violation.BAD_CHECKSUM:
            return Noticed(Remark.NOT_A_MESSAGE)
        if self._repeats >= self._most_repeats:
            return self._lose(Loss.BAD_CHECKSUM)
        self._repeats += 1
        self._asked_again = True
        self.unsent += seal(b"97", None, True) + self.dialect.terminator
        return Noticed(Remark.BAD_CHECKSUM)

    def _unreadable(self, line: bytes, frame: Frame, error: RemoteProtocolError) -> Event:
        """A line that seems to be a message and is none: an answer that nobody can read, or something else."""
        if error.violation is Violation.NOT_A_MESSAGE:
            return Noticed(Remark.NOT_A_MESSAGE)
        return self._finish(Response(None, line, frame, Unfit.UNREADABLE))

    def _resend(self) -> Event:
        """96: the request was not understood, so nothing was done; or what 97 asked for is not there."""
        if self._asked_again or self.sent[:2] == b"97":
            return self._lose(Loss.NOT_KEPT)
        self._uncertain -= 1
        if self._repeats >= self._most_repeats or not self._error_detection:
            return self._lose(Loss.NOT_UNDERSTOOD)
        self._repeats += 1
        self._send(self.sent)
        return Noticed(Remark.NOT_UNDERSTOOD)

    def _go_by(self, status: AcsStatus) -> Event:
        """98 in place of the answer: nothing was done; ask anew by the new policy, once.

        In answer to 97 it says nothing about the request, which may have been carried out.
        """
        if self._asked_again:
            return self._lose(Loss.MIXED_UP)
        self._uncertain -= 1
        if self._policy_changed or not status.on_line_status:
            return self._lose(Loss.OFF_LINE)
        request, repeatable = self._request, self._repeatable
        repeats, uncertain = self._repeats, self._uncertain
        assert request is not None
        self.sent = b""
        spent, self.spent = self.spent, False
        self._begin(encode(request, self.dialect), request, repeatable)
        self.spent, self._policy_changed = spent, True
        self._repeats = repeats
        self._uncertain += uncertain
        return NewPolicy(status)

    def _belongs(self, response: Message) -> bool:
        """Whether what came in answer to 97 is about the patron and the item that were asked for.

        There are systems which keep one last answer for all their connections.
        """
        if self._request is None:
            return True
        for field in ("AA", "AB"):
            asked, answered = self._request.field(field), response.field(field)
            if asked and answered and asked.strip() != answered.strip():
                return False
        return True

    def _finish(self, response: Response) -> Response:
        """`response` came, and is not the answer: what else comes is not to be trusted either."""
        self.sent = b""
        self.spent = True
        return response

    def _lose(self, loss: Loss) -> Lost:
        self.sent = b""
        self.spent = self.spent or loss not in _IN_STEP
        return Lost(loss, nothing_done=self._uncertain <= 0)


_IN_STEP = frozenset({Loss.NOT_UNDERSTOOD, Loss.OFF_LINE})
"""Losses after which nothing is outstanding."""
