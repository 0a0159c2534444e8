"""How many requests are under way at one time, and how many may wait."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from twisted.internet.defer import Deferred

from softdock.adapters.base import AdapterContext, AdapterSettingsError
from softdock.adapters.transports.slots import Slots, share_of
from softdock.circulation.errors import SystemBusy, SystemUnavailable
from softdock.circulation.identifiers import LibraryId

CONTEXT = AdapterContext(LibraryId("LIB"), UTC, "CNY", lambda: datetime(2026, 1, 1, tzinfo=UTC), Path())


def taken(slots):
    """What comes of taking a slot: a list, empty as long as one has to wait."""
    found = []
    work = Deferred.fromCoroutine(slots.take())
    work.addCallbacks(lambda _: found.append("taken"), lambda failure: found.append(failure.type))
    return found, work


def test_who_came_first_comes_first_and_too_many_are_turned_away():
    slots = Slots(1, 2)
    (first, _), (second, _), (third, _), (fourth, _) = (taken(slots) for _ in range(4))
    assert (first, second, third, fourth) == (["taken"], [], [], [SystemBusy])
    assert (slots.busy, slots.waiting) == (1, 2)
    slots.leave()
    assert (second, third) == (["taken"], [])
    slots.leave()
    slots.leave()
    assert (third, slots.busy, slots.waiting) == (["taken"], 0, 0)


def test_who_gives_up_leaves_the_queue():
    slots = Slots(1, 2)
    taken(slots)
    second, work = taken(slots)
    third, _ = taken(slots)
    work.cancel()
    assert second == [SystemBusy]
    slots.leave()
    assert third == ["taken"]


def test_a_slot_is_given_back_whatever_happens():
    slots = Slots(1, 0)

    async def fails():
        async with slots:
            raise LookupError

    found = []
    Deferred.fromCoroutine(fails()).addErrback(found.append)
    assert found[0].check(LookupError) and slots.busy == 0


def test_nobody_waits_for_what_was_closed():
    slots = Slots(1, 2)
    taken(slots)
    second, _ = taken(slots)
    slots.close()
    assert second == [SystemUnavailable]
    assert taken(slots)[0] == [SystemUnavailable]


def test_workers_share_connections_out_and_each_has_one():
    assert [share_of(8, replace(CONTEXT, workers=3, worker=each)) for each in (1, 2, 3)] == [3, 3, 2]
    with pytest.raises(AdapterSettingsError, match="Allow 3"):
        share_of(2, replace(CONTEXT, workers=3, worker=1))
