"""Each device has readers and items of its own, and each system's settings are ones that SoftDock takes."""

import itertools
from pathlib import Path

import pytest

from running import HASH_OF_KIOSK
from softdock.benchmarks import added, demo_library, wire
from softdock.benchmarks.acts import Repeated
from softdock.server import check

DATE = wire.stamp(0)


@pytest.mark.parametrize("system", added.SYSTEMS)
def test_the_settings_before_each_system_are_in_order(system: str, tmp_path: Path) -> None:
    (tmp_path / added.SECRET).write_text("anything", encoding="utf-8")
    libraries = {demo_library.LIBRARY: added.SYSTEMS[system](7001)}
    settings = demo_library.settings(7002, 7003, HASH_OF_KIOSK, libraries)
    path = demo_library.write(tmp_path, demo_library.holdings(2, 2), settings)
    assert check(path) == []


@pytest.mark.parametrize("front", added.FRONTS)
@pytest.mark.parametrize("act", added.ACTS)
def test_no_device_meets_what_belongs_to_another(front: str, act: str) -> None:
    asked = [
        {turn.request(DATE) for each in course.acts for turn in each}
        for course in added.courses(front, act, 3)
    ]
    assert all(asked)
    for one, other in itertools.combinations(asked, 2):
        assert not one & other


def test_a_loan_is_taken_back_in_the_same_act() -> None:
    for course in added.courses("SIP2", "loans", 2):
        for lent, back in course.acts:
            assert lent.request(DATE)[:2] + back.request(DATE)[:2] == b"1109"


def test_calls_of_one_turn_are_repeated_together() -> None:
    turn = [("POST /a", "first"), ("POST /b", "second")]
    assert added._repeated(turn) == Repeated(b"POST /aPOST /b", [b"first", b"second"])
