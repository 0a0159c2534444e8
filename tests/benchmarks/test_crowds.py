"""Crowds take turns, and every kiosk of a crowd knows where its course begins."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from softdock.benchmarks import behind, crowds, slow, thousands
from softdock.benchmarks.dialogue import login
from softdock.benchmarks.figures import Wait, Waits
from softdock.benchmarks.processes import Processors
from softdock.benchmarks.scenarios import Bench
from softdock.benchmarks.traffic import Course


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(
        softdock=(),
        folder=tmp_path,
        where=Processors(0, 0),
        rounds=3,
        seconds=1.0,
        connections=1,
        churning=1,
        kiosks=(),
        say=lambda text: None,
    )


def test_settings_are_measured_in_turn(bench: Bench) -> None:
    order: list[str] = []

    def measuring(setting: str) -> Callable[[], Wait]:
        def measure() -> Wait:
            order.append(setting)
            return Wait(1.0, float(len(order)), 0.0, 0.0, 0.0, 0.0, 1, 0)

        return measure

    waits = Waits("a scenario", "what it is")
    crowds.in_turn(bench, waits, {"one": measuring("one"), "other": measuring("other")})
    assert order == ["one", "other"] * 3
    assert [wait.p50_ms for wait in waits.rounds["other"]] == [2.0, 4.0, 6.0]


def test_a_turn_in_which_the_machine_was_busy_is_measured_again(bench: Bench) -> None:
    """But not for ever: on a machine that is always busy something is told all the same."""
    kept_off = iter([0.0, 6.0, 0.0, 6.0, 6.0, 6.0, 0.0])
    waits = Waits("a scenario", "what it is")
    crowds.in_turn(bench, waits, {"one": lambda: Wait(1.0, 0.0, 0.0, 0.0, next(kept_off), 0.0, 1, 0)})
    assert [wait.kept_off_percent for wait in waits.rounds["one"]] == [0.0, 0.0, 6.0]
    assert waits.repeated == 3


@pytest.mark.parametrize(
    "courses",
    [
        pytest.param(lambda: behind.courses()[:3], id="behind"),
        pytest.param(lambda: slow.courses(4), id="slow"),
        pytest.param(lambda: list(islice(thousands.begun(thousands.courses()), 500)), id="thousands"),
    ],
)
def test_sequence_numbers_run_on_from_the_login_and_round_the_course(
    courses: Callable[[], list[Course]],
) -> None:
    for course in courses():
        number = int(login(course.position + 9).answer.sequence[2:3])
        for _ in range(len(course.exchanges) + 1):
            number = (number + 1) % 10
            assert course.next().answer.sequence == b"AY%dAZ" % number


def test_kiosks_that_walk_the_same_course_begin_somewhere_else() -> None:
    walked = thousands.courses()[:2]
    begun = list(islice(thousands.begun(walked), 6))
    assert [course.position for course in begun] == [0, 0, 1, 1, 2, 2]
    assert begun[4].exchanges is walked[0].exchanges


def test_at_a_slow_system_only_what_the_system_itself_must_answer_is_asked() -> None:
    asked = {exchange.request.before[:2] for course in slow.courses(4) for exchange in course.exchanges}
    assert asked == {b"63", b"17"}
