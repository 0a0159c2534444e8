"""A partner speaks of its requests by numbers, before a system behind SIP2 that keeps none: restarts, crashes, workers."""

import sys
from contextlib import ExitStack

import pytest

import mortal
from bookkeepers import Bookkeeper
from journal_tables import wait_until_recovered
from mortal import ACTED, KEPT
from ncip_lines import OnAStream, OverHttp, item, user
from running import softdock

pytestmark = pytest.mark.socket

KIND = "<RequestType>Hold</RequestType><RequestScopeType>Item</RequestScopeType>"
NUMBER = "<RequestId><RequestIdentifierValue>ILL-1</RequestIdentifierValue></RequestId>"
WISH = user("R1") + item("B1") + NUMBER + KIND
STATUS = NUMBER + "<RequestElementType>Request Status Type</RequestElementType>"
HELD = {"R1": ("B1", "")}


def in_front_of(keeper):
    system = {
        "adapter": "sip2",
        "address": keeper.address,
        "profile": {"lists_without_pin": True},
        "connections": 8,
        "keep_alive": "0s",
    }
    return {
        "store": "sqlite:///store.db",
        "listen": [{"ncip": "127.0.0.1:0"}, {"ncip-tcp": "127.0.0.1:0"}],
        "libraries": {
            "CDL": {
                "system": system,
                "time_zone": "UTC",
                "deadline": "60s",
                "recovery": {"settle_after": "1s"},
            }
        },
        "accounts": [{"agency": each, "library": "CDL"} for each in "XY"],
    }


@pytest.fixture
def keeper():
    with Bookkeeper().serving() as serving:
        yield serving


def held(keeper):
    return {patron: (book, place or "") for patron, (book, place) in keeper.books.holds.items()}


def test_a_request_is_known_by_its_number_after_a_restart(tmp_path, keeper):
    with softdock(tmp_path, in_front_of(keeper)) as running, OverHttp(running.ports[0]) as partner:
        assert partner.told("RequestItem", WISH) == []
        running.kill()
    assert held(keeper) == HELD

    with softdock(tmp_path, in_front_of(keeper)) as running, OverHttp(running.ports[0]) as partner:
        assert partner.ask("LookupRequest", STATUS).value("RequestStatusType") == "In Process"
        with OverHttp(running.ports[0], "Y") as another:
            assert another.told("CancelRequestItem", user("R1") + NUMBER + KIND) == ["Unknown Request"]
        assert partner.told("CancelRequestItem", user("R1") + NUMBER + KIND) == []
        assert held(keeper) == {}
        assert partner.told("CancelRequestItem", user("R1") + NUMBER + KIND) == ["Request Already Processed"]
        assert "R1" not in running.log.replace('"R1***', "")


def test_every_worker_knows_what_one_of_them_was_told(tmp_path, keeper):
    with (
        softdock(tmp_path, in_front_of(keeper), "--workers", "2") as running,
        ExitStack() as connections,
    ):
        partners = [connections.enter_context(OverHttp(running.ports[0])) for _ in range(6)]
        assert partners[0].told("RequestItem", WISH) == []
        for each in partners:
            assert each.ask("LookupRequest", STATUS).value("RequestStatusType") == "In Process"
        assert partners[-1].told("CancelRequestItem", user("R1") + NUMBER + KIND) == []
        for each in partners:
            assert each.ask("LookupRequest", STATUS).value("RequestStatusType") == "Cannot Fulfill Request"


def killed_at(step, tmp_path, how):
    """A partner asks for an item, and SoftDock is killed at that step of its way."""
    command = lambda path: [sys.executable, mortal.__file__, str(path), step, "1"]  # noqa: E731
    with softdock(tmp_path, how, command=command) as killed, OnAStream(killed.ports[1]) as partner:
        partner.say("RequestItem", WISH)
        assert partner.hear() is None
        killed.process.wait(30)


def test_a_request_that_was_kept_is_known_although_its_partner_was_told_nothing(tmp_path, keeper):
    how = in_front_of(keeper)
    killed_at(KEPT, tmp_path, how)
    with softdock(tmp_path, how) as running, OverHttp(running.ports[0]) as partner:
        assert partner.told("RequestItem", WISH) == [], "a repeat hears what was kept"
        assert partner.ask("LookupRequest", STATUS).value("RequestStatusType") == "In Process"
    assert keeper.carried_out["15", "R1", "B1"] == 1


def test_a_request_whose_outcome_was_lost_stands_and_is_left_to_staff(tmp_path, keeper):
    """Nobody was told of it, so its number means nothing yet; it is found by its patron and its item."""
    how = in_front_of(keeper)
    killed_at(ACTED, tmp_path, how)
    with softdock(tmp_path, how) as running, OverHttp(running.ports[0]) as partner:
        (entry,) = wait_until_recovered(running, tmp_path / "store.db")
        assert entry.listed
        assert partner.told("LookupRequest", STATUS) == ["Unknown Request"]
        by_item = user("R1") + item("B1") + "<RequestType>Hold</RequestType>"
        assert partner.told("LookupRequest", by_item) == []
    assert held(keeper) == HELD
