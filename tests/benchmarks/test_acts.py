"""An act is done whole, turn by turn; its answers are checked, and what it took is one latency."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from softdock.benchmarks import ncip_wire, traffic, wire
from softdock.benchmarks.acts import Course, Load, NcipTurn, Repeated, Sip2Turn
from softdock.benchmarks.dialogue import WrongAnswerError

DATE = wire.stamp(0)
ONE, TWO = Repeated(b"one", [b"1st"]), Repeated(b"two", [b"2nd"])


class Peer:
    """The other end of a connection: says to each request what it is told to, and remembers it."""

    def __init__(self, says: Callable[[bytes], bytes]) -> None:
        self.caller, self._socket = socket.socketpair()
        self.heard: list[bytes] = []
        self._says = says
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()

    def _answer(self) -> None:
        with self._socket:
            while data := self._socket.recv(4096):
                self.heard.append(data)
                answer = self._says(data)
                if not answer:
                    return
                self._socket.sendall(answer)

    def close(self) -> None:
        self.caller.close()
        self._thread.join()


Meet = Callable[[Callable[[bytes], bytes]], Peer]


@pytest.fixture
def meet() -> Iterator[Meet]:
    peers: list[Peer] = []

    def met(says: Callable[[bytes], bytes]) -> Peer:
        peers.append(Peer(says))
        return peers[-1]

    yield met
    for peer in peers:
        peer.close()


def right(request: bytes) -> bytes:
    return {b"one": b"1st", b"two": b"2nd"}[request]


@pytest.mark.socket
def test_the_turns_of_an_act_follow_one_another_and_are_one_latency(meet: Meet) -> None:
    peer = meet(right)
    load = Load([peer.caller], [Course([[ONE, TWO]])])
    load.once()
    load.once()
    assert (peer.heard, load.wrong, len(load.latencies)) == ([b"one", b"two"] * 2, 0, 2)
    load.finish()


@pytest.mark.socket
def test_an_act_that_has_begun_comes_to_its_end(meet: Meet) -> None:
    peer = meet(right)
    load = Load([peer.caller], [Course([[ONE, TWO]])])
    load.run(time.perf_counter())
    load.finish()
    assert peer.heard == [b"one", b"two"]


@pytest.mark.socket
def test_a_wrong_answer_is_counted_and_told(meet: Meet) -> None:
    load = Load([meet(lambda _: b"3rd").caller], [Course([[ONE]])])
    load.once()
    assert load.wrong == 1
    assert "not b'1st'" in load.samples[0]
    load.forget()
    assert (load.wrong, load.latencies) == (1, [])
    load.finish()


@pytest.mark.socket
def test_who_hangs_up_ends_the_run(meet: Meet) -> None:
    load = Load([meet(lambda _: b"").caller], [Course([[ONE]])])
    with pytest.raises(WrongAnswerError, match="the connection was closed"):
        load.once()
    load.close()


def test_what_was_asked_once_is_answered_the_same_but_for_the_date_of_a_line() -> None:
    answers = [b"HTTP/1.1 200 OK\r\n\r\n<a/>", b"101YUN20260101    000000AOBENCH|\r"]
    later = b"101YUN20260102    000000AOBENCH|\r"
    turn = Repeated(b"", answers)
    assert not turn.is_whole(b"".join(answers)[:-1])
    assert turn.is_whole(b"".join(answers))
    assert turn.faults(answers[0] + later) == []
    assert turn.faults(answers[0].replace(b"a", b"b") + later)
    assert turn.faults(answers[0] + later.replace(b"101", b"100"))
    assert turn.faults(answers[0] + later + b"\r")


def test_turns_of_both_fronts_are_checked_as_their_protocol_is() -> None:
    status = Sip2Turn(wire.status(3))
    assert status.request(DATE) == wire.render(wire.status(3).request, DATE)
    assert not status.is_whole(b"98Y")
    assert status.faults(b"98N\r")
    asked = ncip_wire.check_in_item(None, traffic.item(7))
    document = NcipTurn(asked)
    told = b"".join(asked.holds)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(told), told)
    assert document.request(DATE) == asked.request
    assert not document.is_whole(answer[:-1])
    assert document.faults(answer[:-1]) == ["cut off"]
    assert document.faults(answer) == []
