"""Ways to reach the system that are not HTTP/1.1: a bare connection, and HTTP/1.0 done loosely.

As clients know them: Voyager answers on a bare connection, where a message ends with its root and an answer with a line end,
and ALEPH says HTTP/1.0, gives no length and hangs up.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from twisted.internet.interfaces import IAddress, IListeningPort
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from softdock.kit.simulators.doors import Doors
from softdock.kit.simulators.faults import Fault, Harm
from softdock.kit.simulators.ncip.system import TCP, NcipSystem
from softdock.kit.simulators.site import LONGEST_BODY, Asked, Reply, Running

_END: Final = re.compile(rb"</\s*(?:[\w.-]+:)?NCIP(?:Version)?Message\s*>")
_LONGEST_END: Final = 64
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*(?=\r\n)", re.IGNORECASE)
_LINE: Final = re.compile(rb"([A-Z]{1,16}) ([\x21-\x7e]{1,2000}) HTTP/1\.[01]\r\n")


class _Wire(Protocol):
    """Takes messages in, one after the other, and lets faults happen to them."""

    hangs_up = False
    """After every answer."""

    def __init__(self, system: NcipSystem) -> None:
        self._system = system
        self._come = b""
        self._is_there = True

    def dataReceived(self, data: bytes) -> None:
        """Bytes have come."""
        self._come += data
        if len(self._come) > LONGEST_BODY:
            self._abort()
            return
        while self._is_there and (asked := self._next()) is not None:
            self._heard(asked)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Nobody listens any more."""
        self._is_there = False

    def _next(self) -> Asked | None:
        """Take a whole message from what has come."""
        raise NotImplementedError

    def _shaped(self, reply: Reply) -> bytes:
        raise NotImplementedError

    def _heard(self, asked: Asked) -> None:
        system = self._system
        system.heard(asked)
        fault = system.faults.take(asked.call)
        if fault is None:
            self._send(system.tell(asked))
        elif fault.harm is Harm.SLOW:
            self._hold(asked, fault)
        elif fault.harm is Harm.RESET:
            if fault.carried_out:
                system.answer(asked)
            self._abort()
        else:
            self._send(system.harmed(fault, asked), fault.harm)

    def _hold(self, asked: Asked, fault: Fault) -> None:
        reply = self._system.answer(asked) if fault.carried_out else None
        self._system.faults.hold(lambda: self._send(reply or self._system.answer(asked)))

    def _send(self, reply: Reply, harm: Harm | None = None) -> None:
        """Send, with what `harm` does on the way."""
        if not self._is_there:
            return
        wire: Any = self.transport
        data = self._shaped(reply)
        if harm is Harm.HALF:
            data = data[: len(data) - len(reply.body) // 2]
        wire.write(data * 2 if harm is Harm.TWICE else data)
        if self.hangs_up or harm is Harm.HALF:
            self._is_there = False
            wire.loseConnection()

    def _abort(self) -> None:
        self._is_there = False
        wire: Any = self.transport
        wire.abortConnection()


class Bare(_Wire):
    """Messages and nothing else.  The connection stays for the next one."""

    _seen = 0
    """How much has been searched for the end."""

    def _next(self) -> Asked | None:
        end = _END.search(self._come, max(0, self._seen - _LONGEST_END))
        if end is None:
            self._seen = len(self._come)
            return None
        body, self._come, self._seen = self._come[: end.end()], self._come[end.end() :], 0
        asked = Asked("", TCP, "", body=body.lstrip())
        return Asked(self._system.name_of(asked), TCP, "", body=asked.body)

    def _shaped(self, reply: Reply) -> bytes:
        return reply.body.rstrip(b"\n") + b"\n"


class Loose(_Wire):
    """HTTP/1.0: one answer without a length, which ends with the connection."""

    hangs_up = True

    def _next(self) -> Asked | None:
        head, found, rest = self._come.partition(_HEAD_END)
        if not found:
            return None
        line, length = _LINE.match(head + b"\r\n"), _LENGTH.search(head + b"\r\n")
        if line is None or length is None:
            self._abort()
            return None
        if len(rest) < int(length[1]):
            return None
        body, self._come = rest[: int(length[1])], b""
        method, path = line[1].decode("ascii"), line[2].decode("ascii").partition("?")[0]
        asked = Asked("", method, path, body=body)
        return Asked(self._system.name_of(asked), method, path, body=body)

    def _shaped(self, reply: Reply) -> bytes:
        return f"HTTP/1.0 {reply.status} \r\nContent-Type: {reply.content_type}\r\n\r\n".encode() + reply.body


class _Switchboard(Factory):
    noisy = False

    def __init__(self, made: Callable[[], Protocol]) -> None:
        self._made = made

    def buildProtocol(self, addr: IAddress | None) -> Protocol:
        return self._made()


def listen_on(wire: type[_Wire], system: NcipSystem, reactor: Any, port: int) -> Running[NcipSystem]:
    """Let `system` be reached so on `port` of this machine, or on a free one for 0.  Raises CannotListenError."""
    doors = Doors(_Switchboard(lambda: wire(system)))
    listening: IListeningPort = reactor.listenTCP(port, doors, interface="127.0.0.1")
    number: int = listening.getHost().port  # type: ignore[attr-defined]
    address = f"127.0.0.1:{number}"
    url = f"http://{address}{system.home}" if wire is Loose else f"tcp://{address}"
    return Running(system, number, url, listening, doors)
