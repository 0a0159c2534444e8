"""Throttles: who fails again and again waits longer and longer."""

from softdock.consortium.resilience import Throttle


def test_the_first_failures_are_free():
    """Everybody mistypes."""
    throttle = Throttle(free=2, longest=60)
    throttle.failed("a", 0.0)
    assert throttle.turn("a", 0.0, 99) == 0.0


def test_each_further_failure_doubles_the_wait_up_to_the_longest():
    """1, 2, 4 seconds, and never more than the longest."""
    throttle, waits = Throttle(free=1, longest=4), []
    for _ in range(5):
        throttle.failed("a", 100.0)
        waits.append(throttle.turn("a", 100.0, 99))
        throttle.failures["a"].last = 100.0
    assert waits == [1.0, 2.0, 4.0, 4.0, 4.0]


def test_tries_at_the_same_moment_queue_behind_each_other():
    """Guessing over many connections at once is no faster than over one."""
    throttle = Throttle(free=1, longest=60)
    throttle.failed("a", 0.0)
    assert [throttle.turn("a", 0.0, 99) for _ in range(3)] == [1.0, 2.0, 3.0]


def test_success_and_time_wipe_the_slate():
    """A proven key and a forgotten one start anew."""
    throttle = Throttle(free=1, longest=60, forget=10)
    throttle.failed("a", 0.0)
    throttle.failed("b", 0.0)
    throttle.succeeded("a")
    assert throttle.turn("a", 0.0, 99) == 0.0
    assert throttle.turn("b", 11.0, 99) == 0.0
    assert not throttle.failures


def test_no_more_keys_are_remembered_than_there_is_room_for():
    """An attacker with many keys does not fill the memory."""
    throttle = Throttle(free=1, longest=60, capacity=3)
    for key in range(10):
        throttle.failed(key, 0.0)
    assert len(throttle.failures) == 3


def test_who_is_turned_away_is_not_locked_out():
    """However often somebody asks in vain, the next try is due at the same time."""
    throttle = Throttle(free=1, longest=30)
    for _ in range(4):
        throttle.failed("a", 0.0)
    assert [throttle.turn("a", 1.0, 3.0) for _ in range(1000)] == [None] * 1000
    assert throttle.turn("a", 8.0, 3.0) == 0.0
