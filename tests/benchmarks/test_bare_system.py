"""The system behind everything answers right, late when it is told to, and not at all when it is dead."""

import socket
from collections.abc import Iterator

import pytest

from softdock.benchmarks import traffic, wire
from softdock.benchmarks.bare_system import DAMAGED, System, answer
from softdock.benchmarks.dialogue import login
from softdock.protocols.sip2.codec import decode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.frames import open_frame

DATE = wire.stamp(0)
PATRON, ITEM = traffic.patron_id(7), traffic.item(42)
WHO, WHAT = (PATRON, traffic.PIN), (ITEM.id, ITEM.title)
EXCHANGES = {
    "93": login(3),
    "99": wire.status(4),
    "23": wire.patron_status(*WHO, 5),
    "63": wire.patron_information(*WHO, 6),
    "17": wire.item_information(*WHAT, 7),
    "11": wire.checkout(*WHO, *WHAT, 8),
    "29": wire.renewal(*WHO, *WHAT, 9),
    "09": wire.checkin(ITEM.id, traffic.PLACE, 0),
}


def asked(kind: str) -> bytes:
    return wire.render(EXCHANGES[kind].request, DATE).removesuffix(b"\r")


@pytest.mark.parametrize("kind", EXCHANGES)
def test_every_answer_is_right_the_first_time_and_the_next(kind: str) -> None:
    for date in (DATE, wire.stamp(86_400)):
        assert wire.faults(answer(asked(kind), date), EXCHANGES[kind].answer) == []


@pytest.mark.parametrize("kind", EXCHANGES)
def test_every_answer_is_what_the_product_reads_without_complaint(kind: str) -> None:
    frame = open_frame(answer(asked(kind), DATE).removesuffix(b"\r"))
    reading = decode(frame.body, Dialect())
    assert frame.error_detection
    assert reading.strangeness is None
    assert not reading.message.layout.missing(reading.message)


def test_a_request_without_error_detection_gets_an_answer_without() -> None:
    assert answer(b"9300CNkiosk|COsecret|", DATE) == b"941\r"
    assert answer(asked("17")[:-9], DATE) == answer(asked("17"), DATE)[:-10] + b"\r"


def test_only_the_right_pin_is_said_to_be_right() -> None:
    wrong = wire.render(wire.patron_information(PATRON, b"4321", 6).request, DATE)
    assert b"|CQN|" in answer(wire_line(wrong), DATE)


def test_what_is_damaged_or_unknown_is_asked_for_again() -> None:
    assert answer(asked("63").replace(b"P0000007", b"P0000008"), DATE) == DAMAGED
    assert answer(b"42what?", DATE) == DAMAGED


def wire_line(data: bytes) -> bytes:
    return data.removesuffix(b"\r")


class Around:
    """A system on a port of this machine, turned by hand, at a time of its own, and one connection to it."""

    def __init__(self, *, delay: float = 0.0, silent: bool = False) -> None:
        self.now = 100.0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.system = System(self.listener, delay=delay, silent=silent, clock=lambda: self.now)
        self.caller = socket.create_connection(self.listener.getsockname())
        self.caller.settimeout(10)
        self.system.turn(10)

    def say(self, data: bytes) -> None:
        self.caller.sendall(data)
        self.system.turn(10)

    def heard(self) -> bytes:
        """What has come so far."""
        self.caller.setblocking(False)
        try:
            return self.caller.recv(4096)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        self.caller.close()
        self.system.close()
        self.listener.close()


@pytest.fixture
def around(request: pytest.FixtureRequest) -> Iterator[Around]:
    around = Around(**getattr(request, "param", {}))
    yield around
    around.close()


@pytest.mark.socket
def test_lines_are_answered_however_they_come(around: Around) -> None:
    line = asked("99") + b"\r"
    around.say(line[:10])
    around.say(line[10:] + line + b"\n" + line[:-1])
    around.say(line[-1:])
    assert around.caller.recv(4096).count(b"98Y") == 3


@pytest.mark.socket
@pytest.mark.parametrize("around", [{"delay": 1.0}], indirect=True)
def test_a_slow_system_answers_each_request_after_its_delay(around: Around) -> None:
    around.say(b"9300CNa|CO1|\r")
    around.now += 0.5
    around.say(b"9300CNb|CO2|\r")
    assert around.heard() == b""
    around.now += 0.5
    around.system.turn()
    assert around.heard() == b"941\r"
    around.now += 0.5
    around.system.turn()
    assert around.heard() == b"941\r"


@pytest.mark.socket
@pytest.mark.parametrize("around", [{"delay": 1.0}], indirect=True)
def test_who_has_hung_up_gets_no_late_answer(around: Around) -> None:
    around.say(b"9300CNa|CO1|\r")
    around.caller.close()
    around.now += 0.5
    around.system.turn()
    around.now += 0.5
    around.system.turn(0)


@pytest.mark.socket
@pytest.mark.parametrize("around", [{"silent": True}], indirect=True)
def test_a_dead_system_accepts_and_says_nothing(around: Around) -> None:
    around.say(b"9300CNa|CO1|\r")
    around.now += 1_000
    around.system.turn(0)
    assert around.heard() == b""
