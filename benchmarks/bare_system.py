"""A library's system that speaks SIP2 and costs next to nothing: what stands behind SoftDock, and behind the bare relay.

Its answers are right, so that SoftDock accepts them and the generator can verify what becomes of them: the flags, the
identifiers that were asked for, the title that belongs to an item, the sequence number, the checksum.  It holds no books:
every patron may borrow, every item is on its shelf, every change succeeds.  It must never be what is measured, so it does
without Twisted, and keeps what it has answered before, but for date, sequence number and checksum.

    python bare_system.py PORT                 answers at once
    python bare_system.py PORT --delay 1.0     answers every request after a second, however many there are
    python bare_system.py PORT --silent        accepts, listens, and never answers
"""

import argparse
import contextlib
import gc
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple

from softdock.benchmarks import traffic, wire

BACKLOG = 4096
MOST = 1 << 16
FOREVER = -1.0
DAMAGED = b"96AZFEF6\r"
NAMES = (b"Reader Number %d", "读者%d号".encode())
"""As in the library that SoftDock itself holds when it is measured without a system."""
NO_COUNTS = b"0000" * 6
LIMITS = b"BZ0100|CA0100|CB0100|"
LOGIN = b"93"
MOST_PREPARED = 100_000
TRAILER = sum(b"AYAZ")

Fields = Mapping[bytes, bytes]
Text = tuple[bytes, bytes]
"""What stands before the transaction date of an answer, and what behind it up to AY."""


Heard = tuple[list[bytes], bytes]
"""The answers to what has come, and what of it is not whole yet."""


class Prepared(NamedTuple):
    """An answer that lacks its date, its sequence number and its checksum only."""

    before: bytes
    dates: int
    after: bytes
    total: int
    """The sum of all these bytes, and of AY and AZ."""


def _status(fields: Fields) -> Text:
    return b"98YYYYNN100003", b"2.00AO%b|AMBench Library|BXYYYYYYYYYYYYYYYY|" % wire.LIBRARY


def _patron_status(fields: Fields) -> Text:
    return b"24%b%b" % (wire.GOOD_STANDING, wire.ENGLISH), _patron(fields)


def _patron_information(fields: Fields) -> Text:
    return b"64%b%b" % (wire.GOOD_STANDING, wire.ENGLISH), b"%b%b%b" % (NO_COUNTS, _patron(fields), LIMITS)


def _end_session(fields: Fields) -> Text:
    return b"36Y", b"AO%b|AA%b|" % (fields.get(b"AO", b""), fields.get(b"AA", b""))


def _item_information(fields: Fields) -> Text:
    return b"18030001", b"AB%b|AJ%b|CK001|AQB1|APB1|" % (fields.get(b"AB", b""), _title(fields))


def _checkout(fields: Fields) -> Text:
    return b"121NUY", _loan(fields)


def _renewal(fields: Fields) -> Text:
    return b"301YUN", _loan(fields)


def _checkin(fields: Fields) -> Text:
    library, item = fields.get(b"AO", b""), fields.get(b"AB", b"")
    return b"101YUN", b"AO%b|AB%b|AQB1|AJ%b|" % (library, item, _title(fields))


def _patron(fields: Fields) -> bytes:
    card = fields.get(b"AA", b"")
    number = int(card[1:]) if card[1:].isdigit() else 0
    proven = b"Y" if fields.get(b"AD") == traffic.PIN else b"N"
    name = NAMES[number % 2] % number
    return b"AO%b|AA%b|AE%b|BLY|CQ%b|" % (fields.get(b"AO", b""), card, name, proven)


def _loan(fields: Fields) -> bytes:
    library, patron, item = (fields.get(name, b"") for name in (b"AO", b"AA", b"AB"))
    return b"AO%b|AA%b|AB%b|AJ%b|AH20991231    235959|" % (library, patron, item, _title(fields))


def _title(fields: Fields) -> bytes:
    number = fields.get(b"AB", b"")[1:]
    return traffic.item(int(number)).title if number.isdigit() else b""


ANSWERS: Mapping[bytes, tuple[int, Callable[[Fields], Text]]] = {
    b"99": (10, _status),
    b"23": (23, _patron_status),
    b"63": (33, _patron_information),
    b"35": (20, _end_session),
    b"17": (20, _item_information),
    b"11": (40, _checkout),
    b"29": (40, _renewal),
    b"09": (39, _checkin),
}
"""By the code of the request: where its fields begin, and what is said to it.  Every login is accepted."""

_prepared: dict[bytes, Prepared] = {}


def answer(line: bytes, date: wire.Stamp) -> bytes:
    """The answer to a request, which comes without its line end; one that is damaged or unknown is asked for again."""
    signed = line[-6:-4] == b"AZ"
    if signed and line[-4:] != wire.checksum(line[:-4]):
        return DAMAGED
    code = line[:2]
    if code in ANSWERS:
        begin = ANSWERS[code][0]
    elif code == LOGIN:
        begin = len(LOGIN)
    else:
        return DAMAGED
    asked = code + (line[begin:-9] if signed else line[begin:])
    before, dates, after, total = _prepared.get(asked) or _prepare(asked)
    if not signed:
        return b"%b%b%b\r" % (before, date.texts[dates], after)
    total += date.totals[dates] + line[-7]
    return b"%b%b%b%b%04X\r" % (before, date.texts[dates], after, line[-9:-4], -total & 0xFFFF)


def lines(data: bytes, date: wire.Stamp) -> Heard:
    """What is said to the whole lines in `data`, and the beginning of one whose end is still to come."""
    *whole, rest = data.split(b"\r")
    return [answer(line.lstrip(b"\n"), date) for line in whole], rest


def _prepare(asked: bytes) -> Prepared:
    """The answer to a request that came without its fixed fields, kept for the next time."""
    dates, (before, after) = 0, (b"94", b"1")
    if asked[:2] != LOGIN:
        text = ANSWERS[asked[:2]][1]
        dates, (before, after) = 1, text({field[:2]: field[2:] for field in asked[2:].split(b"|")})
    if len(_prepared) >= MOST_PREPARED:
        _prepared.clear()
    made = _prepared[asked] = Prepared(before, dates, after, sum(before) + sum(after) + TRAILER)
    return made


class System:
    """The connections of one system, and the answers that are still to be given."""

    def __init__(
        self,
        listener: socket.socket,
        *,
        delay: float = 0.0,
        silent: bool = False,
        clock: Callable[[], float] = time.monotonic,
        speak: Callable[[bytes, wire.Stamp], Heard] = lines,
    ) -> None:
        listener.setblocking(False)
        self._listener = listener
        self._speak = speak
        self.delay = delay
        self._silent = silent
        self._clock = clock
        self._epoll = select.epoll()
        self._epoll.register(listener.fileno(), select.EPOLLIN)
        self._connections: dict[int, socket.socket] = {}
        self._kept: dict[int, bytes] = {}
        self._due: deque[tuple[float, socket.socket, bytes]] = deque()
        self._date, self._date_until = wire.stamp(time.time()), 0.0

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self._listener.getsockname()
        return host, port

    @property
    def has_answers_due(self) -> bool:
        """Whether somebody waits for an answer."""
        return bool(self._due)

    def turn(self, patience: float = FOREVER) -> None:
        """Wait until something happens, but no longer than `patience` seconds, and do what is to be done."""
        if self._due:
            left = max(0.0, self._due[0][0] - self._clock())
            patience = left if patience == FOREVER else min(left, patience)
        ready = self._epoll.poll(patience)
        moment = self._clock()
        if moment >= self._date_until:
            self._date, self._date_until = wire.stamp(time.time()), moment + 1.0
        for descriptor, _ in ready:
            if descriptor == self._listener.fileno():
                self._accept()
            else:
                self._hear(descriptor, moment)
        while self._due and self._due[0][0] <= moment:
            _, connection, answers = self._due.popleft()
            if connection.fileno() >= 0:
                self._say(connection, answers)

    def close(self) -> None:
        """Hang up on everybody."""
        for connection in self._connections.values():
            connection.close()
        self._epoll.close()

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                connection, _ = self._listener.accept()
                connection.setblocking(False)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._connections[connection.fileno()] = connection
                self._epoll.register(connection.fileno(), select.EPOLLIN)

    def _hear(self, descriptor: int, moment: float) -> None:
        connection = self._connections[descriptor]
        try:
            data = connection.recv(MOST)
        except OSError:
            data = b""
        if not data:
            del self._connections[descriptor]
            self._kept.pop(descriptor, None)
            connection.close()
            return
        if self._silent:
            return
        told, rest = self._speak(self._kept.pop(descriptor, b"") + data, self._date)
        if rest:
            self._kept[descriptor] = rest
        answers = b"".join(told)
        if self.delay:
            self._due.append((moment + self.delay, connection, answers))
        else:
            self._say(connection, answers)

    def _say(self, connection: socket.socket, answers: bytes) -> None:
        with contextlib.suppress(OSError):  # It has hung up, which is heard next.
            connection.send(answers)


def main() -> None:
    """Answer until told to stop."""
    parser = argparse.ArgumentParser(
        prog="bare_system.py", description="A system that speaks SIP2, for benchmarks"
    )
    parser.add_argument("port", type=int)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--silent", action="store_true", help="accept, and never answer")
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", options.port), backlog=BACKLOG) as listener:
        system = System(listener, delay=options.delay, silent=options.silent)
        gc.freeze()
        while True:
            system.turn()


if __name__ == "__main__":
    main()
