"""What sessions have in common, whichever way the documents come."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from softdock.protocols.ncip.transport.received import Answered, Received
from softdock.protocols.ncip.transport.refusals import Violation


class Signal(Enum):
    """What a session says where it has no request."""

    NEED_DATA = "need data"
    """Nothing can be done before more arrives."""
    BUSY = "busy"
    """A request is under way; what has arrived meanwhile waits."""
    CLOSED = "closed"
    """Nothing more is begun: the connection ends once everything is sent."""


Event: TypeAlias = Received | Violation | Signal
"""A request to answer, somebody who was refused (and told so already), or neither."""


@dataclass(slots=True, frozen=True, kw_only=True)
class SessionLimits:
    """What one request may bring, in bytes."""

    body: int = 1024 * 1024
    """Of a document, and of the form around it."""
    head: int = 16 * 1024
    """Of the request line and all headers."""


class Session(Protocol):
    """One connection, seen as documents."""

    closing: bool
    """Nothing more is begun, and the connection ends after what is under way."""

    @property
    def busy(self) -> bool:
        """Whether a request is under way."""

    @property
    def buffered(self) -> int:
        """Bytes that have arrived and were not dealt with."""

    @property
    def receiving(self) -> bool:
        """Whether a request has begun to arrive and is not complete."""

    @property
    def in_head(self) -> bool:
        """Whether what is missing of it belongs to its head."""

    def receive_data(self, data: bytes) -> None:
        """Take in what has arrived."""

    def receive_end(self) -> None:
        """Nothing more will arrive."""

    def next_event(self) -> Event:
        """What follows from what has arrived."""

    def answer(self, answered: Answered) -> None:
        """Answer the request that is under way."""

    def overloaded(self) -> None:
        """Answer it with: not now."""

    def refuse(self, *, slow: bool) -> None:
        """Give up a request that has not arrived completely, because it takes too long, or because we are about to stop."""

    def data_to_send(self) -> bytes:
        """What has to be sent now; it is told once."""
