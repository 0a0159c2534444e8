"""What every transport is: the port between a mapping's requests and the wire."""

from typing import Protocol

from pydantic import BaseModel, ConfigDict

from softdock.circulation.ports import ConnectionCounts
from softdock.mappings.exchange import Answer, Request


class TransportSettings(BaseModel):
    """The keys of one transport."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Transport(Protocol):
    """Sends requests of one kind to one address, and keeps what connections that takes.

    No text of an error holds anything of a request or an answer, and none a secret of the settings.
    """

    @property
    def connections(self) -> ConnectionCounts | None:
        """How the connections stand; None where there are none to speak of."""

    async def open(self) -> None:
        """Make ready.  A system that is away is not an error."""

    async def close(self) -> None:
        """Let go of connections, threads and files; what is under way comes to nothing."""

    async def send(self, request: Request, *, changes: bool) -> Answer:
        """What the system gives back.  A request that `changes` nothing may be sent again after its answer was lost.

        Raises SystemUnavailable where it is certain that nothing was sent, SystemBusy where our own limits turned the
        request away, AnswerLost where it was sent, or partly sent, and no complete answer came; MalformedReply for an
        answer of which the transport itself makes nothing.  Whoever cancels it hears at once which of the first three
        holds, and the connection is dropped.
        """

    async def probe(self) -> None:
        """Return if somebody is there, raise a `LibrarySystemError` if not.  Changes nothing."""
