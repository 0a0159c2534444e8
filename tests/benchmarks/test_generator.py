"""The closed loop counts what it is answered, notices what is wrong, and knows how far it is."""

import socket
from collections.abc import Iterator

import pytest

from softdock.benchmarks import demo_library, traffic
from softdock.benchmarks.dialogue import WrongAnswerError
from softdock.benchmarks.generator import Load
from softdock.tests.benchmarks.stand_in import Library

ONE_TURN = 0.0


class Peer:
    """The server's end of the generator's only connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.library = Library(demo_library.holdings(patrons=31, items=312))

    def answer(self) -> bytes:
        return self.library.answer(self.socket.recv(4096).removesuffix(b"\r")) + b"\r"


@pytest.fixture
def course() -> traffic.Course:
    (share,) = traffic.shares(1, 31, 312)
    return traffic.course(share, traffic.MIX, traffic.MIX_COURSE, seed=5)


@pytest.fixture
def load() -> Iterator[Load]:
    load = Load()
    yield load
    load.close()


@pytest.fixture
def peer(load: Load, course: traffic.Course) -> Iterator[Peer]:
    ours, theirs = socket.socketpair()
    load.adopt(ours, course)
    load.begin()
    with theirs:
        yield Peer(theirs)


def test_right_answers_are_counted(load: Load, peer: Peer) -> None:
    for _ in range(200):
        peer.socket.sendall(peer.answer())
        load.run(ONE_TURN)
    assert (len(load.latencies), load.wrong, load.samples) == (200, 0, [])


def test_wrong_answers_are_counted_and_told(load: Load, peer: Peer) -> None:
    for number in range(20):
        line = peer.answer()
        peer.socket.sendall(line if number % 2 else b"96AZFEF6\r")
        load.run(ONE_TURN)
    assert load.wrong == 10
    assert len(load.samples) == 5
    assert "b'96AZFEF6\\r'" in load.samples[0]


def test_an_answer_may_come_in_pieces(load: Load, peer: Peer) -> None:
    for _ in range(20):
        line = peer.answer()
        for piece in (line[:1], line[1:-1], line[-1:]):
            peer.socket.sendall(piece)
            load.run(ONE_TURN)
    assert (len(load.latencies), load.wrong) == (20, 0)


def test_two_answers_at_once_are_wrong(load: Load, peer: Peer) -> None:
    peer.socket.sendall(peer.answer() * 2)
    load.run(ONE_TURN)
    assert load.wrong == 1


def test_a_closed_connection_ends_the_run(load: Load, peer: Peer) -> None:
    peer.answer()
    peer.socket.close()
    with pytest.raises(WrongAnswerError, match="closed"):
        load.run(ONE_TURN)


def test_the_next_load_goes_on_where_this_one_ended(load: Load, peer: Peer, course: traffic.Course) -> None:
    for _ in range(25):
        peer.socket.sendall(peer.answer())
        load.run(ONE_TURN)
    peer.socket.sendall(peer.answer())
    load.finish()
    assert course.position == 26
    assert load.wrong == 0


def test_a_load_may_rest_and_go_on_upon_the_same_connections(load: Load, peer: Peer) -> None:
    peer.socket.sendall(peer.answer())
    load.run(ONE_TURN)
    peer.socket.sendall(peer.answer())
    load.rest()
    load.begin()
    peer.socket.sendall(peer.answer())
    load.run(ONE_TURN)
    assert (len(load.latencies), load.wrong) == (2, 0)


def test_what_was_warming_up_is_forgotten_but_not_what_was_wrong(load: Load, peer: Peer) -> None:
    peer.socket.sendall(b"96AZFEF6\r")
    load.run(ONE_TURN)
    load.forget()
    assert (load.latencies, load.wrong) == ([], 1)


def test_a_bare_server_only_has_to_answer_at_the_right_length(course: traffic.Course) -> None:
    lengths = {exchange.request.before[:2]: 30 for exchange in course.exchanges}
    load = Load(lengths)
    ours, theirs = socket.socketpair()
    load.adopt(ours, course)
    load.begin()
    with theirs:
        for size in (30, 30, 29):
            theirs.recv(4096)
            theirs.sendall(b"." * (size - 1) + b"\r")
            load.run(ONE_TURN)
    load.close()
    assert (len(load.latencies), load.wrong) == (3, 1)
