"""Who answers: a message out, the message that answers it back."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from softdock.circulation.errors import (
    AnswerLost,
    LibrarySystemError,
    MalformedReply,
    Misconfigured,
    SystemBusy,
)
from softdock.circulation.records import record
from softdock.protocols.ncip.client.pool import Pool
from softdock.protocols.ncip.codec import Unreadable, read, write
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.tables.services import SERVICES, ServiceKind
from softdock.protocols.ncip.transport.replies import Reply

_ANY_VERSION: Final = "LookupVersionResponse"
"""It may answer anything that was asked in a version which the responder does not speak (Z39.83-1, LookupVersion)."""

_BUSY: Final = frozenset({
    HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE,
})  # fmt: skip
_CANNOT: Final = frozenset({HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED})
_LEADS_ON: Final = frozenset({HTTPStatus.FOUND, HTTPStatus.SEE_OTHER})


def _meaning(status: int) -> type[LibrarySystemError]:
    """What a status means behind which there is no message (RFC 9110, section 15).

    Who sends us elsewhere, or finds fault with the request, has not carried it out; but 302 and 303 may lead on to what
    came of it.  Of any other it may have been, as a gateway is the last to know what became of what it has handed on.
    """
    if status in _BUSY:
        return SystemBusy
    refuses = (300 <= status < 500 and status not in _LEADS_ON) or status in _CANNOT
    return Misconfigured if refuses else AnswerLost


Belongs = Callable[[Message, Message], None]
"""Raises MalformedReply for an answer, the second, that is not about what was asked."""


def _to_anybody(asked: Message, answer: Message) -> None:
    """Believes every answer of the right service."""


@record
class Answer:
    """What was answered."""

    message: Message
    reply: Reply
    """As it came."""

    @property
    def problems(self) -> list[Element]:
        """Why not: those of the response itself, or bare ones."""
        body = self.message.body
        return list(self.message.elements) if body.name == "Problem" else body.all("Problem")


class Responder:
    """One NCIP responder, which is asked over a pool of connections."""

    def __init__(self, pool: Pool, timeout: float) -> None:
        """Each answer is due within `timeout` seconds."""
        self._pool = pool
        self._timeout = timeout

    async def ask(self, message: Message, belongs: Belongs = _to_anybody) -> Answer:
        """What answers `message`.

        Raises LibrarySystemError, and InvalidAnswer where `message` itself does not fit its schema: nothing is sent then.
        What `belongs` to something else costs its connection: nobody knows what would come behind it.
        """
        service = SERVICES[message.body.name]
        wish = self._pool.ask(
            write(message), self._timeout, changes_state=service.kind is not ServiceKind.LOOKUP
        )
        reply = await wish
        answer = _read(reply)
        if answer.message.body.name not in {service.response, "Problem", _ANY_VERSION}:
            self._pool.distrust(wish)
            raise MalformedReply("NCIP", f"the answer to {service.name}", answer.message.body.name)
        try:
            belongs(message, answer.message)
        except MalformedReply:
            self._pool.distrust(wish)
            raise
        return answer

    async def send(self, document: bytes) -> Reply:
        """What comes back for `document`, whatever both of them are.  Raises LibrarySystemError."""
        return await self._pool.ask(document, self._timeout, changes_state=True)

    def close(self) -> None:
        """Hang up."""
        self._pool.close()


def _read(reply: Reply) -> Answer:
    """The message in `reply`, also behind a status that is none for NCIP.  Raises LibrarySystemError."""
    try:
        return Answer(read(reply.document, reply.charset), reply)
    except Unreadable as why:
        if reply.status == HTTPStatus.OK:
            raise MalformedReply("NCIP", f"an answer: {why.detail}", "") from None
    raise _meaning(reply.status)(f"the system answers HTTP status {reply.status}")
