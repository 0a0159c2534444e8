"""The life of a process, on a reactor that is turned by hand."""

import io
import json
import signal

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import CannotListenError, ReactorNotRunning
from twisted.internet.testing import MemoryReactorClock

from softdock.ops.logging import Log
from softdock.ops.metrics import Metrics
from softdock.ops.process import serve


class Reactor(MemoryReactorClock):
    """Runs what the test has prepared for each turn, and stops as a real one does."""

    def __init__(self, turns=()):
        super().__init__()
        self.turns = list(turns)
        self.threaded = []

    def callFromThread(self, call, *arguments):  # noqa: N802 - Twisted calls it by this name
        self.threaded.append(call)

    def run(self):
        for call, arguments, keywords in self.whenRunningHooks:
            call(*arguments, **keywords)
        for turn in self.turns:
            turn()
            self.advance(0)
            threaded, self.threaded = self.threaded, []
            for call in threaded:
                call()

    def stop(self):
        if self.hasStopped:
            raise ReactorNotRunning
        self.hasStopped = True
        for call, arguments, keywords in self.triggers["before"]["shutdown"]:
            call(*arguments, **keywords)


class Service:
    """Starts as the test has it."""

    def __init__(self, starts=None):
        self.metrics = Metrics()
        self.addresses = ["127.0.0.1:6001"]
        self.starts = starts
        self.history = []

    async def start(self):
        self.history.append("start")
        if isinstance(self.starts, Exception):
            raise self.starts
        if self.starts is not None:
            await self.starts

    async def stop(self):
        self.history.append("stop")


@pytest.fixture(autouse=True)
def _log_is_not_installed(monkeypatch):
    monkeypatch.setattr(Log, "install", lambda self, call: None)
    before = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, before)


def life(service, reload=None, turns=()):
    """The exit code, and what was logged."""
    stream = io.BytesIO()
    code = serve(service, reload, Log(stream, now=lambda: 0.0), Reactor(turns))
    return code, [json.loads(line) for line in stream.getvalue().splitlines()]


def hang_up():
    signal.raise_signal(signal.SIGHUP)


def test_a_service_that_starts_says_where_it_listens():
    code, log = life(Service())
    assert code == 0
    assert (log[0]["event"], log[0]["listening"]) == ("SoftDock is ready", "127.0.0.1:6001")


def test_sighup_has_the_settings_read_again():
    reloads = []

    async def reload():
        reloads.append(1)

    service = Service()
    _, log = life(service, reload, [hang_up, hang_up])
    assert len(reloads) == 2
    assert [each["event"] for each in log[1:3]] == ["the settings are read again", "the new settings hold"]
    assert service.history == ["start"]


def test_a_system_that_gives_up_opening_keeps_the_service_from_starting():
    """Its own time-out cancels it, and nobody else has."""
    code, log = life(Service(CancelledError()))
    assert code == 3
    assert log[0]["reason"] == "A library's system gave up opening."


def test_sighup_ends_a_demo_which_has_nothing_to_read_again():
    """Its settings never change, and the signal comes when its terminal is closed."""
    service = Service()
    code, _ = life(service, None, [hang_up, hang_up])
    assert (code, service.history) == (0, ["start", "stop"])


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CannotListenError("here", 1, "in use"), "Couldn't listen on here:1: in use."),
        (OSError("full"), "full"),
    ],
)
def test_what_keeps_a_service_from_starting_is_a_sentence_and_exit_code_3(error, told):
    service = Service(error)
    code, log = life(service)
    assert code == 3
    assert log[0]["reason"] == told
    assert service.history == ["start", "stop"]


def test_a_bug_while_starting_is_told_with_where_it_is():
    code, log = life(Service(KeyError("secret")))
    assert code == 3
    assert "text withheld" in log[0]["traceback"]


def test_a_service_that_is_told_to_end_while_it_starts_does():
    """SIGTERM before a slow system is open: nothing is said of being ready, nor of a fault."""
    service = Service(Deferred())
    code, log = life(service, None, [hang_up])
    assert code == 0
    assert [each["event"] for each in log] == ["SoftDock is about to stop"]
    assert service.history == ["start", "stop"]
