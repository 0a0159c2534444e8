"""Reading the settings again: one time after the other, and every outcome told."""

import io
import json

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import CannotListenError

from softdock.circulation.errors import SystemUnavailable
from softdock.mappings.problems import Place, Problem, ProblemsFound
from softdock.ops.logging import Log
from softdock.ops.metrics import Metrics
from softdock.ops.reloading import Reloads
from stubs import result_of


class Manager:
    """Stands for systemd."""

    def __init__(self):
        self.told = []

    def reloading(self):
        self.told.append("reloading")

    def ready(self, status):
        self.told.append(f"ready: {status}")


class Bench:
    """Reloads whose outcome is set by the test: a Deferred to wait for, an error to raise, or None."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.begun = 0
        self.manager = Manager()
        self.metrics = Metrics()
        self._log = io.BytesIO()
        log = Log(self._log, now=lambda: 0.0)
        self.reloads = Reloads(self._reload, lambda: "as before", self.manager, self.metrics, log)
        self.reloads.begin()

    async def _reload(self):
        self.begun += 1
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is not None:
            await outcome

    @property
    def log(self):
        return [json.loads(line) for line in self._log.getvalue().splitlines()]


def test_a_reload_is_told_to_systemd_and_counted():
    bench = Bench(None)
    bench.reloads.ask()
    assert bench.manager.told == ["reloading", "ready: as before"]
    assert bench.metrics.reloads == {"accepted": 1}


def test_a_second_signal_during_a_reload_is_not_lost_and_ten_are_one():
    """The settings may have been changed again after they were read."""
    first = Deferred()
    bench = Bench(first, None)
    bench.reloads.ask()
    for _ in range(10):
        bench.reloads.ask()
    assert bench.begun == 1
    first.callback(None)
    assert bench.begun == 2
    assert bench.metrics.reloads == {"accepted": 2}


def test_a_reload_after_one_that_waited_is_done_as_well():
    first = Deferred()
    bench = Bench(first, None)
    bench.reloads.ask()
    first.callback(None)
    bench.reloads.ask()
    assert bench.begun == 2


def test_a_signal_that_comes_while_softdock_starts_is_heard_when_it_has():
    bench = Bench(None)
    bench.reloads = Reloads(bench._reload, str, bench.manager, bench.metrics, Log(io.BytesIO()))
    bench.reloads.ask()
    assert bench.begun == 0
    bench.reloads.begin()
    assert bench.begun == 1


def test_every_problem_is_logged_with_its_place():
    problems = [
        Problem(
            Place("softdock.yaml", 9, 5, "libraries.CDL.deadline"), '"5 sec" is no duration.', "Write 5s."
        ),
        Problem(Place("softdock.yaml", 3, 1, "listen"), "Nothing listens."),
    ]
    bench = Bench(ProblemsFound(problems), None)
    bench.reloads.ask()
    told = [(each["place"], each["text"]) for each in bench.log if "place" in each]
    assert told == [
        ("softdock.yaml:3:1  listen", "Nothing listens."),
        ("softdock.yaml:9:5  libraries.CDL.deadline", '"5 sec" is no duration. Write 5s.'),
    ]
    assert bench.log[-1]["event"] == "the settings are refused, and SoftDock goes on as it was"
    assert bench.metrics.reloads == {"refused": 1}
    assert bench.manager.told[-1].startswith("ready: as before The settings that were read last are refused")
    bench.reloads.ask()
    assert bench.manager.told[-1] == "ready: as before"
    assert bench.metrics.reloads == {"refused": 1, "accepted": 1}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CannotListenError("127.0.0.1", 6001, "in use"), "Couldn't listen on 127.0.0.1:6001: in use."),
        (ValueError("server.key holds no private key in PEM."), "server.key holds no private key in PEM."),
        (SystemUnavailable("10.1.2.3"), "SystemUnavailable: 10.1.2.3"),
        (CancelledError(), "A system gave up opening."),
    ],
)
def test_what_keeps_settings_from_being_put_in_force_is_told(error, told):
    bench = Bench(error)
    bench.reloads.ask()
    assert bench.log[1]["text"] == told
    assert bench.metrics.reloads == {"refused": 1}


def test_a_bug_of_an_adapter_refuses_and_tells_where_it_is_without_its_text():
    bench = Bench(KeyError("R0012345"))
    bench.reloads.ask()
    assert "KeyError (text withheld)" in bench.log[1]["traceback"]
    assert "R0012345" not in json.dumps(bench.log)


def test_the_end_of_softdock_gives_a_reload_up():
    """And nothing is read any more, whoever asks."""
    bench = Bench(Deferred(), None)
    bench.reloads.ask()
    bench.reloads.ask()
    result_of(bench.reloads.end())
    bench.reloads.ask()
    assert bench.begun == 1
    assert bench.metrics.reloads == {}


def test_the_end_waits_for_a_reload_that_has_to_tidy_up():
    """A system that was opened for it is closed again before the process ends."""
    waiting, tidied = Deferred(), Deferred()

    class Tidy(Bench):
        async def _reload(self):
            try:
                await waiting
            finally:
                await tidied

    bench = Tidy()
    bench.reloads.ask()
    ended = Deferred.fromCoroutine(bench.reloads.end())
    assert not ended.called
    tidied.callback(None)
    assert ended.called
