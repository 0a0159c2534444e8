"""The socket: one question on a line, its answer on lines, and the end.

    {"ask": "sessions"}
    {"number": 1, "listener": "sip2 127.0.0.1:6001", ...}
    {"end": "That is all."}

The last line is an end or an error, each with a sentence for people.  Everything is bounded: how many may ask,
how long they may take, how long a question is, and what is kept for somebody who does not read.
"""

import json
import pwd
import socket
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.interfaces import (
    IAddress,
    IPushProducer,
    IReactorTime,
)
from twisted.internet.protocol import Factory, connectionDone
from twisted.logger import Logger
from twisted.protocols.basic import LineOnlyReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

LONGEST_QUESTION = 4096
"""Bytes."""

MOST_CONNECTIONS = 16
"""At one time."""

PATIENCE = 10.0
"""Seconds within which a question has to come."""

LAST_WORDS = 1.0
"""Seconds within which somebody who still listens has to hear that SoftDock stops."""

Line: TypeAlias = Mapping[str, Any]
_log = Logger()


class CannotAnswer(Exception):
    """A question that has no answer; the text is a sentence for whoever asked."""


@implementer(IPushProducer)
class Reply:
    """The way back to one who has asked."""

    def __init__(self, transport: Any, by: str) -> None:
        self.by = by
        """Who asks: the name of a user of this machine."""
        self.over: Deferred[str] = Deferred()
        """Fires once nobody hears anything any more, with the reason."""
        self._transport = transport
        self._lines: Iterator[Line] = iter(())
        self._ends = False
        self._full = False
        self._left_out = 0
        transport.registerProducer(self, True)

    def tell(self, line: Line) -> None:
        """Send `line`; if what was sent before has not been read, leave it out and tell how many were."""
        if self._full:
            self._left_out += 1
        elif not self.over.called:
            self._write(line)

    def tell_all(self, lines: Iterable[Line]) -> None:
        """Send `lines` as fast as they are read, and end."""
        self._lines = iter(lines)
        self._ends = True
        self.resumeProducing()

    def end(self, reason: str, line: Line | None = None) -> None:
        """Send `line`, if there is one, and hang up."""
        if self.over.called:
            return
        if line is not None:
            self._write(line)
        self._transport.unregisterProducer()
        self._transport.loseConnection()
        self.over.callback(reason)

    def pauseProducing(self) -> None:
        """What was sent has not been read."""
        self._full = True

    def resumeProducing(self) -> None:
        """What was sent has been read."""
        self._full = False
        if self._left_out:
            left_out, self._left_out = self._left_out, 0
            self._write({"left_out": left_out})
        for line in self._lines:
            self._write(line)
            if self._full:
                return
        if self._ends:
            self.end("everything was told", {"end": "That is all."})

    def stopProducing(self) -> None:
        """The transport is gone."""
        self.gone()

    def gone(self) -> None:
        """Whoever asked has hung up."""
        if not self.over.called:
            self.over.callback("nobody listens any more")

    def _write(self, line: Line) -> None:
        self._transport.write(
            json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        )


Answer = Callable[[Line, Reply], Iterable[Line] | None]
"""Gives the lines of an answer; or None, keeps the reply, and ends it later.  May raise CannotAnswer."""


class _Connection(LineOnlyReceiver):
    """One who asks."""

    delimiter = b"\n"
    MAX_LENGTH = LONGEST_QUESTION

    def __init__(self, admin: "AdminSocket") -> None:
        self._admin = admin
        self.lost: Deferred[None] = Deferred()
        """Fires when it is closed."""
        self._reply: Reply | None = None
        self._hurry = admin.clock.callLater(PATIENCE, self._hang_up)

    def connectionMade(self) -> None:
        self._admin.connections.add(self)

    def lineReceived(self, line: bytes) -> None:
        """Answer the first line; there is no second."""
        if self._reply is not None:
            return
        self._hurry.cancel()
        self._reply = Reply(self.transport, _peer(self.transport))
        self._admin.serve(line, self._reply)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 - Twisted calls it by this name
        self._hang_up()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._admin.connections.discard(self)
        if self._hurry.active():
            self._hurry.cancel()
        if self._reply is not None:
            self._reply.gone()
        self.lost.callback(None)

    def end(self) -> None:
        """SoftDock stops."""
        if self._reply is None:
            self._hang_up()
        else:
            self._reply.end("SoftDock stops", {"end": "SoftDock has stopped."})
            self._hurry = self._admin.clock.callLater(LAST_WORDS, self._hang_up)

    def _hang_up(self) -> None:
        self.transport.abortConnection()  # type: ignore[union-attr]


class AdminSocket(Factory):
    """Takes questions from users of this machine who may open the socket."""

    noisy = False

    def __init__(self, answers: Mapping[str, Answer], clock: IReactorTime) -> None:
        """`answers` has what can be asked, by the word for it."""
        self.clock = clock
        self.connections: set[_Connection] = set()
        self._answers = answers

    def buildProtocol(self, addr: IAddress | None) -> _Connection | None:
        """One who asks, unless too many do."""
        return None if len(self.connections) >= MOST_CONNECTIONS else _Connection(self)

    def serve(self, line: bytes, reply: Reply) -> None:
        """Answer the question in `line`, or tell why not."""
        try:
            lines = self.answer(line, reply)
        except CannotAnswer as error:
            reply.end("it cannot be answered", {"error": str(error)})
        except Exception:  # noqa: BLE001 - a bug of ours, which must not end unheard
            _log.failure("a question at the admin socket could not be answered")
            reply.end("it failed", {"error": "SoftDock failed to answer. Its log tells more."})
        else:
            if lines is not None:
                reply.tell_all(lines)

    def answer(self, line: bytes, reply: Reply) -> Iterable[Line] | None:
        """What the question in `line` is answered.  Raises CannotAnswer."""
        try:
            question = json.loads(line)
        except (ValueError, RecursionError):
            question = None
        if not isinstance(question, dict):
            raise CannotAnswer("A question is a JSON object on one line.")
        answer = self._answers.get(str(question.get("ask")))
        if answer is None:
            raise CannotAnswer(f"What can be asked is {', '.join(sorted(self._answers))}.")
        return answer(question, reply)

    async def close(self) -> None:
        """Tell everybody who still listens that SoftDock stops, and hang up."""
        asking = list(self.connections)
        for each in asking:
            each.end()
        await DeferredList([each.lost for each in asking])


def _peer(transport: Any) -> str:
    """The name of the user at the other end of a unix socket."""
    try:
        credentials = transport.socket.getsockopt(
            socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")
        )
    except (AttributeError, OSError):
        return "unknown"
    uid: int = struct.unpack("3i", credentials)[1]
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
