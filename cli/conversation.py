"""A kiosk's side of one SIP2 conversation, without I/O: bytes go in, an answer comes out.

What a device has to do by the standard ("Error detection") is done here: the sequence number counts round,
an answer with a wrong checksum is asked for again (97), a request is repeated when the other side did not
understand it (96) or did not answer in time, and an answer to some other request is dropped.

Without error detection nothing is ever repeated: the other side could not tell a repeat from a second
checkout.
"""

from dataclasses import dataclass, field

from softdock.protocols.sip2.codec import decode, encode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.errors import RemoteProtocolError, Violation
from softdock.protocols.sip2.frames import Frame, LineBuffer, open_frame, seal
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.messages import RESPONSE_TO, RequestAcsResend

LONGEST_ANSWER = 1 << 20
"""Bytes; more than any list of a patron's loans."""


class NoAnswer(Exception):
    """There will be no answer to this request.  The text is a sentence for the user."""


@dataclass(slots=True)
class Answer:
    """What came back."""

    line: bytes
    """As it was on the wire, without its terminator."""
    message: Message | None
    """None if no message of the standard could be read in it."""
    notes: list[str] = field(default_factory=list)
    """What was strange on the way, a sentence each."""


class Conversation:
    """Asks one thing after the other.

    After `ask`, send what `data_to_send` gives; then feed what arrives to `receive_data`, which gives the
    answer once it is there, or call `timed_out`.  After either there may be data to send again.
    """

    def __init__(self, dialect: Dialect, *, error_detection: bool = True, repeats: int = 3) -> None:
        """`repeats`: how often a request is sent again at most, for whatever reason."""
        self.dialect = dialect
        self.error_detection = error_detection
        self.sent = b""
        """The last request as it was sent, without its terminator."""
        self._most_repeats = repeats if error_detection else 0
        self._lines = LineBuffer(LONGEST_ANSWER)
        self._sequence = -1
        self._expected: bytes | None = None
        self._expected_code: str | None = None
        self._repeats = 0
        self._asked_again = False
        self._out = b""
        self._notes: list[str] = []

    def ask(self, request: Message) -> None:
        """Begin with `request`."""
        self._begin(encode(request, self.dialect), resend=isinstance(request, RequestAcsResend))

    def ask_raw(self, text: str) -> None:
        """Begin with `text`, which is not empty; raises UnicodeEncodeError.

        A sequence number and a checksum are added, unless it brings its own.
        """
        data = self.dialect.charset.encode(text)
        try:
            frame = open_frame(data, self.dialect.delimiter, verify=False)
        except RemoteProtocolError:  # no message at all, which somebody may want to send
            frame = Frame(data, None, False)
        if frame.sequence is None and not frame.error_detection:
            self._begin(data, resend=data[:2] == b"97")
            return
        self._expect(frame.sequence, data[:2])
        self._send(data)

    def _begin(self, body: bytes, *, resend: bool) -> None:
        sequence = None
        if self.error_detection and not resend:
            self._sequence = (self._sequence + 1) % 10
            sequence = b"%d" % self._sequence
        self._expect(sequence, body[:2])
        self._send(seal(body, sequence, self.error_detection))

    def _expect(self, sequence: bytes | None, code: bytes) -> None:
        self._expected = sequence
        self._expected_code = RESPONSE_TO.get(code.decode("ascii", "replace"))
        self._repeats = 0
        self._asked_again = False
        self._notes = []

    def _send(self, line: bytes) -> None:
        self.sent = line
        self._out = line + self.dialect.terminator

    def data_to_send(self) -> bytes:
        """What has to leave now, once."""
        data, self._out = self._out, b""
        return data

    def receive_data(self, data: bytes) -> Answer | None:
        """Take bytes from the wire; the answer, if this completes it.  Raises NoAnswer."""
        self._lines.feed(data)
        while True:
            try:
                line = self._lines.next_line()
            except RemoteProtocolError:
                raise NoAnswer(f"The answer is longer than {LONGEST_ANSWER} bytes.") from None
            if line is None:
                return None
            answer = self._take(line)
            if answer is not None:
                return answer
            if self._out:  # a repeat is on its way; what else arrived belongs to what came before
                return None

    def timed_out(self) -> None:
        """The answer did not come in time: send the request again.  Raises NoAnswer if that is no use."""
        if self._repeats >= self._most_repeats:
            times = f" and {self._repeats} repeats" if self._repeats else ""
            raise NoAnswer(f"No answer came to the request{times}.")
        self._repeat("No answer came in time, so the request was sent again.")

    def _take(self, line: bytes) -> Answer | None:
        try:
            frame = open_frame(line, self.dialect.delimiter)
        except RemoteProtocolError as error:
            return self._misread(line, error)
        if frame.body == b"96":
            if self.sent[:2] == b"97":
                raise NoAnswer("The other side has given no answer yet that it could repeat (96).")
            if self._asked_again:
                raise NoAnswer("The other side does not send its answer again, whose checksum was wrong.")
            if self._repeats >= self._most_repeats:
                raise NoAnswer("The other side does not understand the request (96).")
            self._repeat("The other side asked for the request again (96).")
            return None
        if frame.sequence != self._expected and frame.sequence is not None and self._expected is not None:
            self._notes.append("An answer with another sequence number was dropped.")
            return None
        return self._read(line, frame)

    def _misread(self, line: bytes, error: RemoteProtocolError) -> Answer | None:
        if error.violation is not Violation.BAD_CHECKSUM:
            self._notes.append("A line that is no SIP2 message was dropped.")
            return None
        if not self.error_detection:
            self._notes.append("The checksum of the answer is wrong.")
            return self._read(line, open_frame(line, self.dialect.delimiter, verify=False))
        if self._repeats >= self._most_repeats:
            raise NoAnswer("The checksum of the answer is wrong, each time.")
        self._repeats += 1
        self._asked_again = True
        self._notes.append("The checksum of the answer was wrong, so it was asked for again (97).")
        self._out = seal(b"97", None, True) + self.dialect.terminator
        return None

    def _read(self, line: bytes, frame: Frame) -> Answer:
        notes = self._notes
        code = frame.body[:2].decode("ascii", "replace")
        if self.error_detection and not frame.error_detection:
            notes.append("The answer has no checksum.")
        if self._expected_code not in (None, code):
            notes.append(f"An answer {self._expected_code} was expected, not {code}.")
        message = None
        try:
            reading = decode(frame.body, self.dialect)
        except RemoteProtocolError as error:
            notes.append(f"The answer cannot be read: {error}.")
        else:
            message = reading.message
            if reading.strangeness is Violation.CHARSET_MISMATCH:
                notes.append("The answer is written in another charset than the one that was given.")
            elif reading.strangeness is not None:
                notes.append("The answer holds bytes that have no meaning in the charset that was given.")
            missing = sorted(
                kind.id
                for kind, name in message.layout.variable
                if kind.id in message.layout.required and getattr(message, name) is None
            )
            if missing:
                notes.append(f"The answer lacks fields that the standard requires: {' '.join(missing)}.")
        return Answer(line, message, notes)

    def _repeat(self, note: str) -> None:
        self._repeats += 1
        self._asked_again = False
        self._notes.append(note)
        self._out = self.sent + self.dialect.terminator
