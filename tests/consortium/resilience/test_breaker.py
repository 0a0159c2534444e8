"""Breakers: when they open, how long they stay so, and what closes them."""

import pytest
from twisted.internet.task import Clock

from softdock.consortium.resilience import Breaker, BreakerRules, BreakerState

CLOSED, OPEN, HALF_OPEN = BreakerState


class Watched:
    """A breaker that opens after three failures, for 10 seconds at first and never for more than 60."""

    def __init__(self, jitter=0.0):
        self.clock = Clock()
        self.history = []
        rules = BreakerRules(failures=3, pause=10.0, longest=60.0)
        self.breaker = Breaker(self.clock, rules, lambda: jitter, self.history.append)

    def fail(self, times=3):
        for _ in range(times):
            self.breaker.failed()

    def pause(self):
        """Seconds until it is half open."""
        (call,) = self.clock.getDelayedCalls()
        seconds = call.getTime() - self.clock.seconds()
        self.clock.advance(seconds)
        assert self.breaker.state is HALF_OPEN
        return seconds


def test_it_opens_after_so_many_failures_in_a_row():
    watched = Watched()
    watched.fail(2)
    watched.breaker.succeeded()
    watched.fail(2)
    assert watched.history == []
    watched.fail(1)
    assert watched.history == [OPEN]


def test_after_a_pause_it_is_half_open_and_closes_with_the_first_success():
    watched = Watched()
    watched.fail()
    watched.clock.advance(9.9)
    assert watched.breaker.state is OPEN
    watched.clock.advance(0.1)
    watched.breaker.succeeded()
    assert watched.history == [OPEN, HALF_OPEN, CLOSED]


def test_each_probe_that_fails_doubles_the_pause_up_to_the_longest():
    watched, pauses = Watched(), []
    watched.fail()
    for _ in range(5):
        pauses.append(watched.pause())
        watched.fail(1)
    assert pauses == [10, 20, 40, 60, 60]


def test_once_it_was_closed_it_begins_with_the_short_pause():
    watched = Watched()
    watched.fail()
    watched.pause()
    watched.fail(1)
    watched.pause()
    watched.breaker.succeeded()
    watched.fail()
    assert watched.pause() == 10


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 10.0), (0.5, 8.75), (1.0, 7.5)])
def test_pauses_differ_a_little(jitter, seconds):
    """A hundred processes do not come back to a system at one moment."""
    watched = Watched(jitter)
    watched.fail()
    assert watched.pause() == pytest.approx(seconds)


def test_what_ends_while_it_is_open_is_not_looked_at():
    """It began before, and says nothing about now."""
    watched = Watched()
    watched.fail()
    watched.breaker.succeeded()
    watched.fail()
    assert watched.history == [OPEN]
    assert len(watched.clock.getDelayedCalls()) == 1


def test_one_that_was_stopped_turns_no_more():
    """Its system has left: what still ends there opens nothing, and nobody is to probe it."""
    watched = Watched()
    watched.fail()
    watched.breaker.stop()
    assert watched.clock.getDelayedCalls() == []

    never_opened = Watched()
    never_opened.breaker.stop()
    never_opened.fail()
    assert never_opened.history == []
    assert never_opened.clock.getDelayedCalls() == []
