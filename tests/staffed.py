"""A supervisor in memory: its workers are stand-ins that do as the test has it, and time is turned by hand."""

import io
import json

from twisted.internet.testing import MemoryReactorClock

from softdock.ops.logging import Log
from softdock.ops.settings import Written, read_settings
from softdock.ops.workers import supervisor
from softdock.ops.workers.channel import Channel
from stubs import result_of

SETTINGS = """\
listen: [{sip2: "127.0.0.1:0"}, {ops: "127.0.0.1:8080"}]
libraries: {A: {system: {adapter: inhouse, database: memory}}}
grace: 7s
log: {format: json}
"""


def written(text=SETTINGS):
    return Written(read_settings(text), None, text)


class Transport:
    """One end of a line: what is written arrives at once, unless the worker hangs."""

    disconnecting = False

    def __init__(self, other):
        self.other = other
        self.waits = None

    def writeSequence(self, pieces):  # noqa: N802 - Twisted calls it by this name
        data = b"".join(pieces)
        if self.waits is not None:
            self.waits.append(data)
        else:
            self.other().dataReceived(data)

    def sendFileDescriptor(self, descriptor):  # noqa: N802 - Twisted calls it by this name
        raise AssertionError("there are no descriptors in memory")


class Worker:
    """The process of a worker, and how it answers: `answers` has what it says to a word, or None for silence."""

    def __init__(self, town, number, channel, ended):
        self.number = number
        self.pid = 100 + len(town.workers)
        self.told = []
        self.answers = {"settle": {}, "release": {}, "metrics": {"families": []},
                        "state": {"troubles": [], "lines": ["[+] listeners: ok"]}}  # fmt: skip
        self._ended = ended
        self._theirs = channel
        self.channel = Channel(self)
        channel.makeConnection(Transport(lambda: self.channel))
        self.channel.makeConnection(Transport(lambda: channel))
        town.prepare(self)

    def heard(self, message, descriptors):
        self.told.append(message)
        answer = self.answers.get(message["do"])
        if answer is not None and "id" in message:
            self.channel.tell({"re": message["id"], **answer})

    def hung_up(self):
        pass

    def signalProcess(self, name):  # noqa: N802 - Twisted calls it by this name
        self.end(f"signal {name}")

    def end(self, how="signal 9"):
        self._theirs.connectionLost()
        self._ended(how)

    def report(self, sessions):
        self.channel.tell({"do": "report", "sessions": sessions})

    def all(self, word):
        return [each for each in self.told if each["do"] == word]

    @property
    def goes_by(self):
        return [each["settings"] for each in self.all("settle")]


class Port:
    def getHost(self):  # noqa: N802 - Twisted calls it by this name
        return None

    def stopListening(self):  # noqa: N802 - Twisted calls it by this name
        return None


class Town:
    """A supervisor with so many workers."""

    def __init__(self, monkeypatch, workers=2, prepare=lambda worker: None):
        monkeypatch.setattr(supervisor, "_bound", lambda *_: Port())
        self.clock = MemoryReactorClock()
        self.log = io.BytesIO()
        self.prepare = prepare
        self.workers = []
        self.supervisor = supervisor.Supervisor(
            written(), workers, lambda settings: None, self.spawn, self.clock, Log(self.log, now=lambda: 0.0)
        )

    def spawn(self, number, channel, ended):
        # The process runs before anybody knows of it: what it says is heard later.
        self.workers.append(worker := Worker(self, number, channel, ended))
        return worker

    def start(self):
        return result_of(self.supervisor.start())

    def reload(self, text):
        return result_of(self.supervisor.go_by(self.supervisor.planned(written(text))))

    @property
    def events(self):
        return [json.loads(line) for line in self.log.getvalue().splitlines()]
