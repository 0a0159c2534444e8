"""The supervisor: workers that end are followed by others, and all of them go by the same settings."""

import pytest
from twisted.internet.defer import Deferred

from softdock.mappings.problems import ProblemsFound
from softdock.ops.workers.supervisor import PATIENCE, SILENCE
from staffed import SETTINGS, Town

OTHER = SETTINGS.replace("7s", "8s")
PROBLEM = {"place": {"file": "f", "line": 3, "column": 1, "path": "x"}, "sentence": "No.", "remedy": "Yes."}


@pytest.fixture
def town(monkeypatch):
    town = Town(monkeypatch)
    assert town.start() is None
    for each in town.workers:
        each.report(0)
    return town


def test_a_worker_that_ends_is_started_again_after_pauses_that_double(town):
    """The other goes on.  Once one has lived for a while, the next fault is a new one."""
    pauses = []
    for _ in range(7):
        town.workers[-1].end()
        pauses.append(town.events[-1]["seconds"])
        town.clock.advance(pauses[-1] - 0.01)
        count = len(town.workers)
        town.clock.advance(0.01)
        assert len(town.workers) == count + 1
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert {each.number for each in town.workers[1:]} == {2}
    town.clock.advance(3600)
    town.workers[-1].end()
    assert town.events[-1]["seconds"] == 1
    assert town.workers[0].told == [*town.workers[0].all("settle"), *town.workers[0].all("ceiling")]


def test_a_worker_that_ends_while_it_starts_again_is_tried_again_too(town):
    """It has served once, so that is no reason to give up."""
    town.prepare = lambda worker: worker.answers.update(settle=None)
    town.workers[1].end()
    town.clock.advance(1)
    town.workers[2].end("exit code 3")
    town.clock.advance(2)
    assert len(town.workers) == 4


def test_a_worker_that_cannot_go_by_what_holds_is_ended_and_tried_again(town):
    """An address that is gone, a file that cannot be read: who knows for how long."""
    town.prepare = lambda worker: worker.answers.update(settle={"text": "the disk is full"})
    town.workers[1].end()
    town.clock.advance(1)
    assert ("a worker cannot serve", "the disk is full") in [
        (each["event"], each.get("reason")) for each in town.events
    ]
    town.prepare = lambda worker: None
    town.clock.advance(2)
    assert town.supervisor.seats[1].serves


@pytest.mark.parametrize(
    ("settle", "said"),
    [
        ({"text": "the disk is full"}, "Worker 2 cannot serve: the disk is full"),
        (None, "Worker 2 has ended before"),
    ],
)
def test_softdock_does_not_start_without_one_of_its_workers(monkeypatch, settle, said):
    """And nobody is started again: at the start, somebody looks."""

    def prepare(worker):
        if worker.number == 2:
            worker.answers["settle"] = settle

    town = Town(monkeypatch, prepare=prepare)
    starting = Deferred.fromCoroutine(town.supervisor.start())
    town.workers[1].end("exit code 3")
    failure = []
    starting.addErrback(failure.append)
    assert said in str(failure[0].value)
    town.clock.advance(60)
    assert len(town.workers) == 2


def test_new_settings_are_put_in_force_at_every_worker(town):
    town.reload(OTHER)
    assert [each.goes_by for each in town.workers] == [[SETTINGS, OTHER]] * 2
    town.workers[0].end()
    town.clock.advance(1)
    assert town.workers[2].goes_by == [OTHER]


def test_the_first_worker_that_refuses_settings_spares_the_others(town):
    town.workers[0].answers["settle"] = {"problems": [PROBLEM]}
    failure = town.reload(OTHER)
    (problem,) = failure.value.problems
    assert failure.check(ProblemsFound)
    assert (str(problem.place), problem.sentence, problem.remedy) == ("f:3:1  x", "No.", "Yes.")
    assert town.workers[1].goes_by == [SETTINGS]


def test_workers_that_went_ahead_go_back_when_a_later_one_refuses(town):
    town.workers[1].answers["settle"] = {"text": "the disk is full"}
    assert str(town.reload(OTHER).value) == "the disk is full"
    assert town.workers[0].goes_by == [SETTINGS, OTHER, SETTINGS]
    town.workers[1].end()
    town.clock.advance(1)
    assert town.workers[2].goes_by == [SETTINGS]


def test_a_worker_that_cannot_go_back_is_started_again(town):
    town.workers[1].answers["settle"] = {"text": "the disk is full"}
    first = town.workers[0]
    heard = first.heard

    def once_only(message, descriptors):
        heard(message, descriptors)
        first.answers["settle"] = {"text": "I have forgotten how"}

    first.heard = once_only
    town.reload(OTHER)
    town.clock.advance(1)
    assert town.workers[2].number == 1
    assert town.workers[2].goes_by == [SETTINGS]


def test_a_worker_that_ends_while_settings_change_keeps_nobody_from_them(town):
    """Whoever takes its place goes by the new ones."""
    town.workers[0].answers["settle"] = None
    changing = Deferred.fromCoroutine(
        town.supervisor.go_by(town.supervisor.planned(town.supervisor._plan.written))
    )
    assert not changing.called
    town.workers[0].end()
    assert changing.called
    assert len(town.workers[1].goes_by) == 2
    town.clock.advance(1)
    assert town.supervisor.seats[0].serves


def test_a_worker_that_starts_while_settings_change_is_told_of_both(town):
    """It began with what held then, and does not serve by it."""
    town.prepare = lambda worker: worker.answers.update(settle=None)
    town.workers[1].end()
    town.clock.advance(1)
    town.reload(OTHER)
    late = town.workers[2]
    assert not town.supervisor.seats[1].serves
    late.answers["settle"] = {}
    late.channel.tell({"re": late.told[0]["id"]})
    assert late.goes_by == [SETTINGS, OTHER]
    assert town.supervisor.seats[1].serves


def test_a_worker_that_hangs_makes_the_service_unwell_and_one_that_is_started_again_does_not(town):
    """Systemd replaces everything then; the supervisor looks after those that have ended."""
    assert town.supervisor.is_well()
    town.clock.advance(SILENCE + 1)
    town.workers[0].report(3)
    assert not town.supervisor.is_well()
    town.workers[1].end()
    assert town.supervisor.is_well()


def test_workers_are_told_to_stop_and_killed_a_while_after_the_grace_period(town):
    stopping = Deferred.fromCoroutine(town.supervisor.stop())
    assert all(each.all("stop") for each in town.workers)
    town.workers[0].end("exit code 0")
    town.clock.advance(7 + PATIENCE - 0.1)
    assert not stopping.called
    town.clock.advance(0.2)
    assert stopping.called
    assert [each["how"] for each in town.events if each["event"] == "a worker has ended"] == [
        "exit code 0",
        "signal KILL",
    ]
    town.clock.advance(60)
    assert len(town.workers) == 2


def test_nobody_is_started_while_softdock_stops(town):
    town.workers[0].end()
    stopping = Deferred.fromCoroutine(town.supervisor.stop())
    town.workers[1].end("exit code 0")
    assert stopping.called
    town.clock.advance(60)
    assert len(town.workers) == 2


def test_another_number_of_workers_is_for_the_next_start(town):
    town.reload(f"{SETTINGS}workers: 3\n")
    assert [each["event"] for each in town.events][-1] == "the number of workers changes with the next start"
    assert len(town.workers) == 2
