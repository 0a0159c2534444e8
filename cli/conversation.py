"""A kiosk's side of one SIP2 conversation as a person wants to see it: an answer, and what was strange about it.

The conversation itself is that of every device (`softdock.protocols.sip2.client_session`).  Here its events become
sentences; an answer that nobody can read, or that belongs to another request, is shown as well, and the
kiosk asks on afterwards: it acts on none of it.
"""

from dataclasses import dataclass, field

from softdock.protocols.sip2.client_session import (
    LONGEST_ANSWER,
    MOST_REPEATS,
    ClientSession,
    Loss,
    Lost,
    NeedData,
    NewPolicy,
    Noticed,
    Remark,
    Response,
    Unfit,
)
from softdock.protocols.sip2.codec import decode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.errors import RemoteProtocolError, Violation
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.messages import RESPONSE_TO

_REMARKS = {
    Remark.NOT_A_MESSAGE: "A line that is no SIP2 message was dropped.",
    Remark.OUT_OF_SEQUENCE: "An answer with another sequence number was dropped.",
    Remark.BAD_CHECKSUM: "The checksum of the answer was wrong, so it was asked for again (97).",
    Remark.NOT_UNDERSTOOD: "The other side asked for the request again (96).",
    Remark.LATE: "No answer came in time, so the request was sent again.",
    Remark.UNASKED: "A message that nothing had been asked for was dropped.",
}

_LOSSES = {
    Loss.NOT_UNDERSTOOD: "The other side does not understand the request (96).",
    Loss.BAD_CHECKSUM: "The checksum of the answer is wrong, each time.",
    Loss.NOT_KEPT: "The other side does not send its answer again, whose checksum was wrong.",
    Loss.MIXED_UP: "The answer that was sent again belongs to another request.",
    Loss.TOO_LONG: f"The answer is longer than {LONGEST_ANSWER} bytes.",
    Loss.OFF_LINE: "The other side says that it is not on-line (98).",
}


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

    def __init__(
        self, dialect: Dialect, *, error_detection: bool = True, repeats: int = MOST_REPEATS
    ) -> None:
        """`repeats`: how often a request is sent again at most, for whatever reason."""
        self.dialect = dialect
        self.error_detection = error_detection
        self.sent = b""
        """The last request as it was sent, without its terminator."""
        self._session = ClientSession(dialect, error_detection=error_detection, most_repeats=repeats)
        self._late = 0
        self._notes: list[str] = []

    def ask(self, request: Message) -> None:
        """Begin with `request`."""
        self._ready()
        self._session.ask(request, repeatable=True)
        self.sent = self._session.sent

    def ask_raw(self, text: str) -> None:
        """Begin with `text`, which is not empty; raises UnicodeEncodeError.

        A sequence number and a checksum are added, unless it brings its own.
        """
        data = self.dialect.charset.encode(text)
        self._ready()
        self._session.ask_line(data, repeatable=True)
        self.sent = self._session.sent

    def _ready(self) -> None:
        self._late = 0
        self._notes = []
        self._session.go_on()

    def data_to_send(self) -> bytes:
        """What has to leave now, once."""
        return self._session.data_to_send()

    def receive_data(self, data: bytes) -> Answer | None:
        """Take bytes from the wire; the answer, if this completes it.  Raises NoAnswer."""
        session = self._session
        session.receive_data(data)
        while True:
            event = session.next_event()
            if isinstance(event, NeedData):
                return None
            if isinstance(event, Response):
                return self._answer(event)
            if isinstance(event, Lost):
                raise NoAnswer(self._sentence(event.loss))
            if isinstance(event, NewPolicy):
                self._notes.append(
                    "The other side sent its status (98) instead, so the request was sent again."
                )
            else:
                self._notes.append(_REMARKS[event.remark])

    def timed_out(self) -> None:
        """The answer did not come in time: send the request again.  Raises NoAnswer if that is no use."""
        event = self._session.timed_out()
        if isinstance(event, Noticed):
            self._late += 1
            self._notes.append(_REMARKS[event.remark])
            return
        times = f" and {self._late} repeats" if self._late else ""
        raise NoAnswer(f"No answer came to the request{times}.")

    def _sentence(self, loss: Loss) -> str:
        if loss is Loss.NOT_KEPT and self.sent[:2] == b"97":
            return "The other side has given no answer yet that it could repeat (96)."
        return _LOSSES[loss]

    def _answer(self, response: Response) -> Answer:
        notes, frame = self._notes, response.frame
        if self.error_detection and not frame.error_detection:
            notes.append("The answer has no checksum.")
        if response.unfit is not None:
            code = str(frame.body[:2], "ascii", "replace")
            expected = RESPONSE_TO.get(str(self.sent[:2], "ascii", "replace"))
            if expected is not None and code != expected:
                notes.append(f"An answer {expected} was expected, not {code}.")
        message = response.message
        if response.unfit is Unfit.UNREADABLE:
            message = self._whatever(response)
        if response.strangeness is Violation.CHARSET_MISMATCH:
            notes.append("The answer is written in another charset than the one that was given.")
        elif response.strangeness is not None:
            notes.append("The answer holds bytes that have no meaning in the charset that was given.")
        if message is not None and (missing := sorted(message.layout.absent(message))):
            notes.append(f"The answer lacks fields that the standard requires: {' '.join(missing)}.")
        return Answer(response.line, message, notes)

    def _whatever(self, response: Response) -> Message | None:
        """What is no response, but perhaps a message all the same."""
        try:
            return decode(response.frame.body, self.dialect).message
        except RemoteProtocolError as error:
            self._notes.append(f"The answer cannot be read: {error}.")
            return None
