"""Kiosks that pause: each asks in its time, and what it waited is counted from the right moment."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from softdock.benchmarks import demo_library, traffic
from softdock.benchmarks.dialogue import WrongAnswerError
from softdock.benchmarks.paced import Crowd, Paced, any_line
from softdock.tests.benchmarks.stand_in import Library

NO_PAUSE, FOR_EVER = 1e-9, 1e9


class Peer:
    """The server's end of a kiosk's connection."""

    def __init__(self, paced: Paced, crowd: Crowd) -> None:
        ours, self.socket = socket.socketpair()
        self.socket.settimeout(10)
        (share,) = traffic.shares(1, 31, 312)
        self.course = traffic.course(share, traffic.LOOKUPS, 110, seed=5)
        self.library = Library(demo_library.holdings(patrons=31, items=312))
        paced.adopt(crowd, ours, self.course)

    def answer(self) -> bytes:
        return self.library.answer(self.socket.recv(4096).removesuffix(b"\r")) + b"\r"

    def has_been_asked(self) -> bool:
        self.socket.setblocking(False)
        try:
            return bool(self.socket.recv(4096, socket.MSG_PEEK))
        except BlockingIOError:
            return False
        finally:
            self.socket.settimeout(10)


Meet = Callable[[Crowd], Peer]


@pytest.fixture
def paced() -> Iterator[Paced]:
    paced = Paced()
    yield paced
    paced.close()


@pytest.fixture
def meet(paced: Paced) -> Iterator[Meet]:
    """Adds a kiosk to a crowd, and gives the server's end of its connection."""
    peers: list[Peer] = []

    def add(crowd: Crowd) -> Peer:
        peers.append(Peer(paced, crowd))
        return peers[-1]

    yield add
    for peer in peers:
        peer.socket.close()


def ask(paced: Paced) -> None:
    """Send whatever is due at some time, however far."""
    paced._ask(time.perf_counter() + 1.0)


def test_right_answers_are_counted_and_wrong_ones_told(paced: Paced, meet: Meet) -> None:
    crowd = Crowd(NO_PAUSE)
    peer = meet(crowd)
    paced.begin(crowd)
    for number in range(20):
        ask(paced)
        line = peer.answer()
        peer.socket.sendall(line if number % 2 else b"96AZFEF6\r")
        paced._listen(10)
    assert (len(crowd.latencies), crowd.wrong, len(crowd.samples)) == (20, 10, 5)
    assert "b'96AZFEF6\\r'" in crowd.samples[0]
    assert peer.course.position == 20


def test_an_answer_may_come_in_pieces(paced: Paced, meet: Meet) -> None:
    crowd = Crowd(NO_PAUSE)
    peer = meet(crowd)
    paced.begin(crowd)
    ask(paced)
    line = peer.answer()
    for piece in (line[:1], line[1:-1], line[-1:]):
        assert crowd.latencies == []
        peer.socket.sendall(piece)
        paced._listen(10)
    assert (len(crowd.latencies), crowd.wrong) == (1, 0)


def test_a_kiosk_asks_nothing_before_its_pause_is_over_or_its_answer_there(paced: Paced, meet: Meet) -> None:
    patient, eager = Crowd(FOR_EVER), Crowd(NO_PAUSE)
    waiting, asking = meet(patient), meet(eager)
    paced.begin(patient, eager)
    ask(paced)
    ask(paced)
    assert not waiting.has_been_asked()
    assert asking.socket.recv(4096).count(b"\r") == 1


def test_only_crowds_that_were_begun_ask(paced: Paced, meet: Meet) -> None:
    crowd, other = Crowd(NO_PAUSE), Crowd(NO_PAUSE)
    peers = meet(crowd), meet(other)
    paced.begin(crowd)
    ask(paced)
    assert [peer.has_been_asked() for peer in peers] == [True, False]


def test_in_an_open_loop_what_was_due_meanwhile_counts_from_when_it_was_due(paced: Paced, meet: Meet) -> None:
    """A server that is late makes the next request late, and that is the server's fault."""
    crowd = Crowd(NO_PAUSE, open_loop=True)
    peer = meet(crowd)
    (kiosk,) = crowd.kiosks
    paced.begin(crowd)
    ask(paced)
    ask(paced)
    was_due = kiosk.due
    peer.socket.sendall(peer.answer())
    paced._listen(10)
    assert peer.has_been_asked()
    assert kiosk.sent_at == was_due < time.perf_counter()
    assert kiosk.due > was_due


def test_what_the_generator_is_late_for_is_nobodys_wait(paced: Paced, meet: Meet) -> None:
    crowd = Crowd(NO_PAUSE)
    meet(crowd)
    (kiosk,) = crowd.kiosks
    paced.begin(crowd)
    woke_up = time.perf_counter()
    ask(paced)
    assert kiosk.sent_at >= woke_up > kiosk.due


def test_at_rest_every_answer_has_come_and_nothing_more_is_asked(paced: Paced, meet: Meet) -> None:
    crowds = Crowd(NO_PAUSE), Crowd(NO_PAUSE, open_loop=True)
    peers = [meet(crowd) for crowd in crowds]
    paced.begin(*crowds)
    ask(paced)
    ask(paced)
    for peer in peers:
        peer.socket.sendall(peer.answer())
    paced.rest()
    assert [len(crowd.latencies) for crowd in crowds] == [1, 1]
    ask(paced)
    assert not any(peer.has_been_asked() for peer in peers)


def test_a_closed_connection_ends_the_run(paced: Paced, meet: Meet) -> None:
    crowd = Crowd(NO_PAUSE)
    peer = meet(crowd)
    paced.begin(crowd)
    ask(paced)
    peer.answer()
    peer.socket.close()
    with pytest.raises(WrongAnswerError, match="closed"):
        paced.rest()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        pytest.param(lambda line: line.replace(b"98Y", b"98N"), 0, id="a refusal"),
        pytest.param(lambda line: b"96AZFEF6\r", 1, id="another message"),
        pytest.param(lambda line: line[:-9] + b"x" + line[-8:], 1, id="another number"),
    ],
)
def test_where_nobody_can_be_served_the_right_kind_of_message_is_enough(
    paced: Paced, meet: Meet, change, wrong
) -> None:
    crowd = Crowd(NO_PAUSE, passes=any_line)
    peer = meet(crowd)
    paced.begin(crowd)
    ask(paced)
    peer.socket.sendall(change(peer.answer()))
    paced.rest()
    assert crowd.wrong == wrong
