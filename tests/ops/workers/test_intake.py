"""A worker takes in as many devices as it was told, and says so when it has them."""

import pytest
from twisted.internet.task import Clock

from softdock.ops.workers.balance import REPORT_EVERY
from softdock.ops.workers.intake import TRUST, Intake


class Port:
    is_open = False

    def startReading(self):  # noqa: N802 - Twisted calls it by this name
        self.is_open = True

    def stopReading(self):  # noqa: N802 - Twisted calls it by this name
        self.is_open = False


class Door:
    def __init__(self):
        self.clock = Clock()
        self.sessions = 0
        self.reports = []
        self.intake = Intake(self.clock, lambda: self.sessions, self.reports.append)
        self.port = Port()
        self.intake._ports.add(self.port)
        self.intake.begin()


@pytest.fixture
def door():
    return Door()


def test_nobody_is_taken_in_before_the_supervisor_has_spoken(door):
    door.clock.pump([REPORT_EVERY] * 20)
    assert not door.port.is_open
    assert door.reports == [0] * 21
    door.intake.told(4)
    assert door.port.is_open


def test_at_its_ceiling_a_worker_closes_its_door_and_says_so_at_once(door):
    door.intake.told(4)
    door.sessions = 3
    door.intake.taken_in()
    assert door.port.is_open
    assert door.intake.room() == 1
    door.sessions = 4
    door.intake.taken_in()
    assert not door.port.is_open
    assert door.reports == [0, 4]


def test_a_device_that_leaves_makes_room(door):
    door.intake.told(4)
    door.sessions = 4
    door.intake.taken_in()
    door.sessions = 3
    door.clock.advance(REPORT_EVERY)
    assert door.port.is_open
    assert door.reports[-1] == 3


def test_devices_that_leave_together_are_reported_at_once(door):
    """Else the others would go on by a number that is long past, and take in whoever comes back."""
    door.intake.told(20)
    door.sessions = 12
    door.clock.advance(REPORT_EVERY)
    reports = len(door.reports)
    for _ in range(12):
        door.sessions -= 1
        door.intake.let_go()
    door.clock.advance(0)
    assert door.reports[reports:] == [0]
    door.sessions = 1
    door.intake.let_go()
    door.clock.advance(0)
    assert door.reports[reports:] == [0]


def test_a_supervisor_that_is_silent_keeps_no_device_waiting(door):
    """Whoever comes is served, evenly spread or not; and held back again when it speaks."""
    door.intake.told(4)
    door.sessions = 4
    door.intake.taken_in()
    door.clock.pump([REPORT_EVERY] * int(TRUST / REPORT_EVERY))
    assert not door.port.is_open
    door.clock.advance(REPORT_EVERY)
    assert door.port.is_open
    door.intake.told(4)
    assert not door.port.is_open
