"""The line between the supervisor and a worker: a unix socket, a JSON object on each line, and descriptors beside them.

Who asks gives the question a number, and the answer repeats it:

    {"do": "metrics", "id": 7}
    {"re": 7, "families": [...]}

An answer may be told in parts; all but the last say that there is more.  Both ends are this program, so what comes is
trusted; a line is bounded all the same.
"""

import json
import os
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Protocol, TypeAlias

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IFileDescriptorReceiver
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineOnlyReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; the longest are the metrics of a worker, and the settings."""

READ_AT_ONCE = 256 * 1024
"""Bytes."""

Message: TypeAlias = dict[str, Any]


class Gone(Exception):
    """The other side is gone, and with it the answer."""


class End(Protocol):
    """Whoever is at this end."""

    def heard(self, message: Message, descriptors: Sequence[int]) -> None:
        """`message` is not an answer.  The descriptors that came with it are to be closed by who is told of them."""

    def hung_up(self) -> None:
        """Nothing more comes, and nothing more can be told."""


@implementer(IFileDescriptorReceiver)
class Channel(LineOnlyReceiver):
    """One end of the line."""

    delimiter = b"\n"
    MAX_LENGTH = LONGEST_LINE

    def __init__(self, end: End) -> None:
        self._end = end
        self._numbers = count(1)
        self._asked: dict[int, tuple[Deferred[Message], Callable[[Message], None] | None]] = {}
        self._descriptors: list[int] = []
        self.is_open = False

    def tell(self, message: Message, descriptors: Sequence[int] = ()) -> None:
        """Send `message`, and a copy of each of `descriptors`; once the other side is gone, nowhere."""
        if not self.is_open:
            return
        for each in descriptors:
            self.transport.sendFileDescriptor(each)  # type: ignore[union-attr]
        line = json.dumps({**message, "descriptors": len(descriptors)} if descriptors else message)
        self.sendLine(line.encode())  # type: ignore[no-untyped-call]

    def ask(
        self,
        message: Message,
        descriptors: Sequence[int] = (),
        each: Callable[[Message], None] | None = None,
    ) -> "Deferred[Message]":
        """What `message` is answered, or the last part of it; `each` is told the others.  Fails with Gone."""
        answer: Deferred[Message] = Deferred()
        if not self.is_open:
            answer.errback(Gone())
            return answer
        number = next(self._numbers)
        self._asked[number] = (answer, each)
        self.tell({**message, "id": number}, descriptors)
        return answer

    def hang_up(self) -> None:
        """Say nothing more."""
        if self.is_open:
            self.transport.loseConnection()  # type: ignore[union-attr]

    # --- Twisted's side -------------------------------------------------------------------------------

    def connectionMade(self) -> None:
        """The line is open."""
        self.is_open = True
        self.transport.bufferSize = READ_AT_ONCE  # type: ignore[union-attr]

    def fileDescriptorReceived(self, descriptor: int) -> None:  # noqa: N802 - Twisted calls it by this name
        """A descriptor has come, before the line that it belongs to or with it."""
        os.set_inheritable(descriptor, False)
        self._descriptors.append(descriptor)

    def lineReceived(self, line: bytes) -> None:
        """A message has come."""
        message = json.loads(line)
        if "re" in message:
            self._answered(message)
            return
        number = message.pop("descriptors", 0)
        descriptors, self._descriptors = self._descriptors[:number], self._descriptors[number:]
        self._end.heard(message, descriptors)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The other side is gone."""
        self.is_open = False
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._end.hung_up()
        asked, self._asked = self._asked, {}
        for answer, _ in asked.values():
            answer.errback(Gone())

    def _answered(self, message: Message) -> None:
        answer, each = self._asked.get(message["re"], (None, None))
        if answer is None:
            return
        if message.get("more"):
            if each is not None:
                each(message)
            return
        del self._asked[message["re"]]
        answer.callback(message)
