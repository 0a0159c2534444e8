"""Coroutines that are run at once, and waited for only if they wait."""

from twisted.internet.defer import CancelledError, Deferred

from softdock.circulation.stepping import Waiting, step


def finished(waiting):
    """What comes of it: a list that is empty until it is known."""
    came = []
    waiting.finish(came.append, came.append)
    return came


def test_what_needs_no_waiting_is_there_at_once():
    async def work():
        return 7

    assert step(work()) == 7


def test_a_coroutine_goes_on_as_often_as_it_waits():
    first, second = Deferred(), Deferred()

    async def work():
        return await first + await second

    came = finished(step(work()))
    first.callback(3)
    assert came == []
    second.callback(4)
    assert came == [7]


def test_what_is_there_already_is_not_waited_for():
    first, second = Deferred(), Deferred()
    second.callback(4)

    async def work():
        return await first + await second

    came = finished(step(work()))
    first.callback(3)
    assert came == [7]


def test_a_failure_is_raised_where_it_was_waited_for():
    first = Deferred()

    async def work():
        try:
            await first
        except KeyError as error:
            return f"caught {error}"

    came = finished(step(work()))
    first.errback(KeyError("gone"))
    assert came == ["caught 'gone'"]


def test_what_is_not_caught_is_handed_on():
    first = Deferred()

    async def work():
        await first

    came = finished(step(work()))
    error = KeyError("gone")
    first.errback(error)
    assert came == [error]


def test_giving_up_is_told_to_the_coroutine_where_it_waits():
    first = Deferred()

    async def work():
        await first

    waiting = step(work())
    came = finished(waiting)
    waiting.cancel()
    assert isinstance(came[0], CancelledError)


def test_a_coroutine_that_waits_on_is_left_to_it():
    first, second = Deferred(), Deferred()

    async def work():
        try:
            await first
        except CancelledError:
            return await second

    waiting = step(work())
    assert isinstance(waiting, Waiting)
    came = finished(waiting)
    waiting.cancel()
    assert came == []
    second.callback("late")
    assert came == ["late"]
