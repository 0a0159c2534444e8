"""Systems of every protocol in one bare process: what stands behind each adapter, so that their costs can be compared.

On one port it speaks SIP2 as `bare_system` does, NCIP over HTTP, Interlib's openlib and ALEPH's X-Server: the first bytes
of a request tell which.  Like that one it costs next to nothing, and its answers are right.

Over HTTP it also does what the benchmark wants of it:

    /bench/delay?0.02     from now on, answer after so many seconds
    /bench/listen         from now on, remember what is asked
    /bench/asked          tell it as JSON, and forget it: turns of calls, where calls of one turn did not wait for each other
    /bench/forget         remember nothing more

    python bare_systems.py PORT
"""

import gc
import json
import socket
import sys
from collections.abc import Callable

from softdock.benchmarks import bare_system, ncip_answers, wire, xserver_answers
from softdock.benchmarks.bare_system import BACKLOG, Heard, System
from softdock.benchmarks.openlib_answers import Openlib

CONTROL = "/bench/"
_ANSWER = b"HTTP/1.1 %b\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"
_LENGTH = b"content-length:"

Turns = list[list[tuple[str, str]]]
"""Calls, each with its answer, in latin-1."""


class Systems:
    """All systems, and what they were asked."""

    def __init__(self, listener: socket.socket, **others: Callable[[], float]) -> None:
        self.system = System(listener, speak=self.heard, **others)  # type: ignore[arg-type]  # the clock alone
        self._openlib = Openlib()
        self._turns: Turns | None = None

    def heard(self, data: bytes, date: wire.Stamp) -> Heard:
        """What is said to the whole requests in `data`, and the beginning of the next."""
        answers = []
        while data := data.lstrip(b"\r\n"):
            is_http = data[:1].isalpha()
            request, rest = whole(data) if is_http else _line(data)
            if not request:
                break
            said = self._http(request) if is_http else bare_system.answer(request[:-1], date)
            self._remember(request, said)
            answers.append(said)
            data = rest
        return answers, data

    def _remember(self, request: bytes, said: bytes) -> None:
        if self._turns is None or CONTROL.encode() in request[:20]:
            return
        if not self.system.has_answers_due or not self._turns:
            self._turns.append([])
        self._turns[-1].append((request.decode("latin-1"), said.decode("latin-1")))

    def _http(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        path, _, query = head.split(b" ", 2)[1].decode("ascii").partition("?")
        kind, answer = b"application/xml; charset=utf-8", b""
        if path == "/ncip":
            answer = ncip_answers.answer(body)
        elif path == "/X":
            kind, answer = b"text/xml", xserver_answers.answer(query)
        elif path.startswith("/openlib/service/"):
            kind = b"application/json"
            answer = self._openlib.answer(path.removeprefix("/openlib/service/"), body)
        elif path.startswith(CONTROL):
            kind, answer = b"application/json", self._told(path.removeprefix(CONTROL), query)
        return _ANSWER % (b"200 OK" if answer else b"404 Not Found", kind, len(answer), answer)

    def _told(self, wish: str, query: str) -> bytes:
        asked = self._turns
        if wish == "delay":
            self.system.delay = float(query)
        else:
            self._turns = None if wish == "forget" else []
        return json.dumps(asked).encode()


def whole(data: bytes) -> tuple[bytes, bytes]:
    """The first request or answer of HTTP in `data`, b"" if some of it is missing; and what follows."""
    end = data.find(b"\r\n\r\n") + 4
    if end < 4:
        return b"", data
    at = data.lower().find(_LENGTH, 0, end)
    if at >= 0:
        end += int(data[at + len(_LENGTH) : data.index(b"\r", at)])
    return (data[:end], data[end:]) if len(data) >= end else (b"", data)


def _line(data: bytes) -> tuple[bytes, bytes]:
    end = data.find(b"\r") + 1
    return data[:end], data[end:]


def main() -> None:
    """Answer until told to stop."""
    with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=BACKLOG) as listener:
        systems = Systems(listener)
        gc.freeze()
        while True:
            systems.system.turn()


if __name__ == "__main__":
    main()
