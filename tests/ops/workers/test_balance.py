"""Devices are spread evenly: whoever has the fewest has room, and nobody waits for one that is silent."""

import random

import pytest
from twisted.internet.task import Clock

from softdock.ops.workers.balance import PATIENCE, SLACK, Balance


class Workers:
    """Workers that accept as many devices as they are allowed, and report at their ceiling."""

    def __init__(self, *numbers):
        self.clock = Clock()
        self.balance = Balance(self.clock, self.told)
        self.sessions = dict.fromkeys(numbers, 0)
        self.ceilings = dict.fromkeys(numbers, 0)

    def told(self, worker, ceiling):
        self.ceilings[worker] = ceiling

    def report(self, *workers):
        for each in workers or list(self.sessions):
            self.balance.reported(each, self.sessions[each])

    def room(self):
        return [each for each in self.sessions if self.sessions[each] < self.ceilings[each]]

    def connect(self, worker):
        self.sessions[worker] += 1
        if self.sessions[worker] >= self.ceilings[worker]:
            self.report(worker)

    def spread(self):
        return max(self.sessions.values()) - min(self.sessions.values())


@pytest.mark.parametrize("choose", [min, max, random.Random(1).choice], ids=["first", "last", "any"])
def test_the_spread_stays_within_the_slack_whoever_accepts_first(choose):
    workers = Workers(1, 2, 3)
    workers.report()
    workers.balance.begin()
    for _ in range(400):
        workers.connect(choose(workers.room()))
        assert workers.spread() <= SLACK


def test_nobody_accepts_before_all_listen():
    """Else the first of them would take every device that waits."""
    workers = Workers(1, 2)
    workers.report()
    assert workers.ceilings == {1: 0, 2: 0}
    workers.balance.begin()
    assert workers.ceilings == {1: SLACK, 2: SLACK}


def test_a_worker_that_was_started_again_takes_all_until_it_has_as_many():
    workers = Workers(1, 2)
    workers.balance.begin()
    workers.sessions = {1: 20, 2: 20}
    workers.report()
    workers.balance.left(2)
    workers.report(1)
    assert workers.ceilings[1] == 20 + SLACK
    workers.sessions[2] = 0
    workers.report(2)
    assert workers.ceilings == {1: SLACK, 2: SLACK}
    for _ in range(20):
        assert workers.room() == [2]
        workers.connect(2)
        workers.report(2)
        if workers.sessions[2] + SLACK > 20:
            break
    assert 1 in workers.room()


def test_a_silent_worker_does_not_hold_the_others_back():
    """It hangs, and would be the least loaded for ever."""
    workers = Workers(1, 2)
    workers.balance.begin()
    workers.sessions = {1: 9, 2: 1}
    workers.report()
    assert workers.room() == [2]
    workers.clock.advance(PATIENCE + 0.1)
    workers.report(1)
    assert workers.room() == [1, 2]


def test_the_least_loaded_of_those_that_report_always_has_room():
    dice = random.Random(7)
    workers = Workers(1, 2, 3)
    workers.report()
    workers.balance.begin()
    for _ in range(2000):
        if dice.random() < 0.45:
            busy = dice.choice(list(workers.sessions))
            workers.sessions[busy] = max(0, workers.sessions[busy] - dice.randint(1, 5))
            workers.report(busy)
        else:
            least = min(workers.sessions, key=workers.sessions.__getitem__)
            assert least in workers.room()
            workers.connect(dice.choice(workers.room()))
