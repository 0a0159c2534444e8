"""Questions and answers at the admin socket, in memory."""

import json

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from softdock.ops.admin.socket import (
    LONGEST_QUESTION,
    MOST_CONNECTIONS,
    PATIENCE,
    AdminSocket,
    CannotAnswer,
)


class Asking:
    """Somebody at an admin socket that knows `answers`."""

    def __init__(self, answers=None, admin=None):
        self.admin = admin or AdminSocket(answers or {}, Clock())
        self.transport = StringTransport()
        self.connection = self.admin.buildProtocol(None)
        self.connection.makeConnection(self.transport)

    def asks(self, question):
        data = question if isinstance(question, bytes) else json.dumps(question).encode()
        self.connection.dataReceived(data + b"\n")
        return self.heard()

    def heard(self):
        lines = [json.loads(line) for line in self.transport.value().splitlines()]
        self.transport.clear()
        return lines

    def goes(self):
        self.connection.connectionLost(Failure(ConnectionDone()))


def keep(replies):
    """An answer that keeps its reply, as a trace does."""
    return lambda question, reply: replies.append(reply)


def test_a_question_is_answered_line_by_line_and_that_is_all():
    asking = Asking({"count": lambda question, reply: ({"n": n} for n in range(question["to"]))})
    assert asking.asks({"ask": "count", "to": 2}) == [{"n": 0}, {"n": 1}, {"end": "That is all."}]
    assert asking.transport.disconnecting


def test_a_second_question_is_not_heard():
    asked = []
    asking = Asking({"it": lambda question, reply: asked.append(question)})
    asking.asks({"ask": "it", "n": 1})
    asking.asks({"ask": "it", "n": 2})
    assert [each["n"] for each in asked] == [1]


@pytest.mark.parametrize("question", [b"", b"what?", b"[]", b'"ask"', b"\xff\xfe", b"[" * 3000])
def test_what_is_no_question_is_told_so(question):
    (line,) = Asking().asks(question)
    assert line == {"error": "A question is a JSON object on one line."}


@pytest.mark.parametrize("question", [{}, {"ask": "fly"}, {"ask": ["it"]}, {"ask": None}])
def test_what_can_be_asked_is_a_closed_set(question):
    (line,) = Asking({"it": lambda question, reply: []}).asks(question)
    assert line == {"error": "What can be asked is it."}


def test_a_question_without_an_answer_hears_why():
    def refuse(question, reply):
        raise CannotAnswer("Not on a Monday.")

    asking = Asking({"it": refuse})
    assert asking.asks({"ask": "it"}) == [{"error": "Not on a Monday."}]
    assert asking.transport.disconnecting


def test_a_bug_in_an_answer_ends_in_a_sentence():
    asking = Asking({"it": lambda question, reply: question["missing"]})
    assert asking.asks({"ask": "it"}) == [{"error": "SoftDock failed to answer. Its log tells more."}]


def test_a_question_is_bounded_in_length_and_in_time():
    """Nobody keeps a place without asking."""
    asking = Asking()
    asking.connection.dataReceived(b"x" * (LONGEST_QUESTION + 1))
    assert asking.transport.disconnected
    asking = Asking()
    asking.admin.clock.advance(PATIENCE)
    assert asking.transport.disconnected


def test_so_many_may_ask_at_a_time_and_no_more():
    admin = AdminSocket({}, Clock())
    several = [Asking(admin=admin) for _ in range(MOST_CONNECTIONS)]
    assert admin.buildProtocol(None) is None
    several[0].goes()
    assert admin.buildProtocol(None) is not None


def test_a_long_answer_goes_on_when_what_was_sent_has_been_read():
    """Twenty thousand devices are not written into the memory at once."""
    told = []
    asking = Asking({"all": lambda question, reply: ({"n": told.append(n)} for n in range(1000))})
    write = asking.transport.write

    def filling(data):
        write(data)
        if len(asking.transport.value()) > 100:
            asking.transport.producer.pauseProducing()

    asking.transport.write = filling
    asking.asks({"ask": "all"})
    assert len(told) < 20
    assert not asking.transport.disconnecting
    producer = asking.transport.producer
    while not asking.transport.disconnecting:
        asking.transport.clear()
        producer.resumeProducing()
    assert told == list(range(1000))


def test_who_does_not_read_is_told_how_many_lines_were_left_out():
    replies = []
    asking = Asking({"it": keep(replies)})
    asking.asks({"ask": "it"})
    (reply,) = replies
    reply.tell({"n": 1})
    reply.pauseProducing()
    for n in range(2, 5):
        reply.tell({"n": n})
    assert asking.heard() == [{"n": 1}]
    reply.resumeProducing()
    reply.tell({"n": 5})
    assert asking.heard() == [{"left_out": 3}, {"n": 5}]


def test_an_answer_that_takes_its_time_learns_that_nobody_listens_any_more():
    replies, reasons = [], []
    asking = Asking({"it": keep(replies)})
    asking.asks({"ask": "it"})
    replies[0].over.addCallback(reasons.append)
    asking.goes()
    replies[0].tell({"n": 1})
    replies[0].end("late")
    assert reasons == ["nobody listens any more"]
    assert asking.heard() == []


def test_the_end_of_softdock_is_told_to_who_still_listens():
    """And nobody who does not read keeps it from ending."""
    replies, reasons = [], []
    admin = AdminSocket({"it": keep(replies)}, Clock())
    listening, silent = Asking(admin=admin), Asking(admin=admin)
    listening.asks({"ask": "it"})
    replies[0].over.addCallback(reasons.append)
    closed = Deferred.fromCoroutine(admin.close())
    assert listening.heard() == [{"end": "SoftDock has stopped."}]
    assert silent.transport.disconnected
    assert reasons == ["SoftDock stops"]
    silent.goes()
    assert not closed.called
    admin.clock.advance(1)
    assert listening.transport.disconnected
    listening.goes()
    assert closed.called
