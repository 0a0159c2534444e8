"""The line between supervisor and worker: questions find their answers, descriptors their messages."""

import os
from collections import deque
from itertools import chain

import pytest

from softdock.ops.workers.channel import Channel, Gone


class Wire:
    """Both ends in one process: what one sends, the other receives in pieces of so many bytes."""

    def __init__(self, piece=7):
        self.piece = piece
        self.ends = [End(), End()]
        self.sent = [deque(), deque()]
        for number, end in enumerate(self.ends):
            end.channel.makeConnection(Transport(self.sent[1 - number]))

    def flow(self):
        while any(self.sent):
            for end, sent in zip(self.ends, self.sent, strict=True):
                while sent:
                    thing = sent.popleft()
                    if isinstance(thing, int):
                        end.channel.fileDescriptorReceived(thing)
                    else:
                        for start in range(0, len(thing), self.piece):
                            end.channel.dataReceived(thing[start : start + self.piece])


class Transport:
    disconnecting = False

    def __init__(self, to):
        self.to = to

    def writeSequence(self, pieces):  # noqa: N802 - Twisted calls it by this name
        self.to.append(b"".join(pieces))

    def sendFileDescriptor(self, descriptor):  # noqa: N802 - Twisted calls it by this name
        # As a socket does: a descriptor leaves before the bytes that still wait.
        at = next((place for place, thing in enumerate(self.to) if not isinstance(thing, int)), len(self.to))
        self.to.insert(at, os.dup(descriptor))


class End:
    def __init__(self):
        self.channel = Channel(self)
        self.messages = []
        self.descriptors = []
        self.over = False

    def heard(self, message, descriptors):
        self.messages.append(message)
        self.descriptors.append(list(descriptors))

    def hung_up(self):
        self.over = True


@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_a_question_is_answered_in_parts_and_each_finds_who_asked(piece):
    wire = Wire(piece)
    ours, theirs = wire.ends
    parts, answers = [], []
    ours.channel.ask({"do": "a"}, each=parts.append).addCallback(answers.append)
    ours.channel.ask({"do": "b", "text": "三楼\n"}).addCallback(answers.append)
    wire.flow()
    first, second = theirs.messages
    assert second["text"] == "三楼\n"
    theirs.channel.tell({"re": second["id"], "is": 2})
    theirs.channel.tell({"re": first["id"], "more": True, "is": 0})
    theirs.channel.tell({"re": first["id"], "is": 1})
    theirs.channel.tell({"re": first["id"], "is": "too late"})
    wire.flow()
    assert [each["is"] for each in parts] == [0]
    assert [each["is"] for each in answers] == [2, 1]
    assert ours.messages == []


def test_descriptors_belong_to_the_message_that_they_were_sent_with():
    """Though they may come before it: a socket sends them with the next bytes, whatever these are."""
    wire = Wire()
    ours, theirs = wire.ends
    pipes = [os.pipe() for _ in range(2)]
    ours.channel.tell({"do": "nothing"})
    ours.channel.tell({"do": "two"}, pipes[0])
    ours.channel.tell({"do": "one"}, pipes[1][:1])
    wire.flow()
    assert [len(each) for each in theirs.descriptors] == [0, 2, 1]
    os.write(pipes[0][1], b"x")
    assert os.read(theirs.descriptors[1][0], 1) == b"x"
    assert not os.get_inheritable(theirs.descriptors[1][0])
    for descriptor in chain(*pipes, *theirs.descriptors):
        os.close(descriptor)


def test_who_is_gone_answers_nothing_and_is_told_nothing():
    wire = Wire()
    ours, theirs = wire.ends
    failures = []
    ours.channel.ask({"do": "a"}).addErrback(lambda failure: failures.append(failure.type))
    ours.channel.connectionLost()
    ours.channel.ask({"do": "b"}).addErrback(lambda failure: failures.append(failure.type))
    ours.channel.tell({"do": "c"})
    wire.flow()
    assert failures == [Gone, Gone]
    assert ours.over
    assert [each["do"] for each in theirs.messages] == ["a"]


def test_descriptors_that_nobody_was_told_of_are_closed_with_the_line():
    wire = Wire()
    reading, writing = os.pipe()
    wire.ends[1].channel.fileDescriptorReceived(os.dup(reading))
    os.close(reading)
    wire.ends[1].channel.connectionLost()
    with pytest.raises(BrokenPipeError):
        os.write(writing, b"x")
    os.close(writing)
