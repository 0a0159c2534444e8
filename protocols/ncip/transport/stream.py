"""NCIP straight over TCP: documents one after the other, each ended by the end of its root.

Nothing frames them, so a stream that holds something else, or half a document, cannot be read any further: the peer
hears that its message has no valid syntax, and the connection ends.
"""

from softdock.protocols.ncip.transport.received import Answered, Peer, Received, Transport, Way
from softdock.protocols.ncip.transport.refusals import (
    INVALID_SYNTAX,
    NOT_AUTHENTICATED,
    TEMPORARY_FAILURE,
    Violation,
)
from softdock.protocols.ncip.transport.roots import NoDocument, RootFinder, blanks_before, width_of
from softdock.protocols.ncip.transport.session import Event, SessionLimits, Signal

_END = b"\n"
"""After an answer: some read line by line."""


class StreamSession:
    """One TCP connection, seen as documents.  See `Session`."""

    __slots__ = ("_buffer", "_ended", "_finder", "_limits", "_out", "_way", "busy", "closing")

    def __init__(self, peer: Peer, limits: SessionLimits) -> None:
        self._limits = limits
        self._way = Way(peer.address, Transport.TCP, peer.secure, peer.certificate)
        self._buffer = bytearray()
        """What has arrived and was not looked at."""
        self._finder: RootFinder | None = None
        """Of the document that arrives."""
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
        return self._finder is not None and not self.closing

    @property
    def in_head(self) -> bool:
        """See `Session`."""
        return False

    # --- requests ---------------------------------------------------------------------------------------

    def receive_data(self, data: bytes) -> None:
        """See `Session`."""
        if not self.closing:
            self._buffer += data

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
            document = self._next()
        except NoDocument:
            return self._give_up(INVALID_SYNTAX, Violation.NOT_A_DOCUMENT)
        arrived = document or (self._finder.raw if self._finder is not None else b"")
        if len(arrived) > self._limits.body:
            return self._give_up(INVALID_SYNTAX, Violation.TOO_LARGE)
        if document is not None:
            self.busy = True
            return Received(document, "", self._way)
        if not self._ended:
            return Signal.NEED_DATA
        if self._finder is not None:
            return self._give_up(INVALID_SYNTAX, Violation.NOT_A_DOCUMENT)
        self.closing = True
        return Signal.CLOSED

    def _next(self) -> bytes | None:
        """The document that has arrived; None while some of it is missing.  Raises `NoDocument`."""
        if self._finder is None:
            del self._buffer[: blanks_before(self._buffer)]
            if len(self._buffer) < 2:
                return None
            self._finder = RootFinder(width_of(self._buffer))
        finder = self._finder
        end = finder.feed(self._buffer)
        self._buffer.clear()
        if end is None:
            return None
        self._finder = None
        self._buffer += finder.raw[end:]
        return bytes(finder.raw[:end])

    # --- answers ----------------------------------------------------------------------------------------

    def answer(self, answered: Answered) -> None:
        """See `Session`.  Who is not let in hears so, and is hung up on."""
        if answered.status in {401, 403}:
            self._give_up(answered.document or NOT_AUTHENTICATED, Violation.NOT_SERVED)
        else:
            self._say(answered.document)
        self.busy = False

    def overloaded(self) -> None:
        """See `Session`."""
        self._say(TEMPORARY_FAILURE)
        self.busy = False

    def refuse(self, *, slow: bool) -> None:
        """See `Session`."""
        self._give_up(INVALID_SYNTAX if slow else TEMPORARY_FAILURE, Violation.TOO_SLOW)

    def data_to_send(self) -> bytes:
        """See `Session`."""
        data = b"".join(self._out)
        self._out.clear()
        return data

    def _give_up(self, document: bytes, violation: Violation) -> Violation:
        self.closing = True
        self._finder = None
        self._buffer.clear()
        self._say(document)
        return violation

    def _say(self, document: bytes) -> None:
        self._out.append(document if document.endswith(_END) else document + _END)
