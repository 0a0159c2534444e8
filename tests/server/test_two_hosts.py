"""Two hosts share one journal on PostgreSQL: a repeat is known at either, and what one leaves behind the other settles."""

import sys
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

import elsewhere
from bookkeepers import LENT, LENT_FORM, Bookkeeper
from lenders import connected
from running import HASH_OF_KIOSK, softdock

pytestmark = [pytest.mark.socket, pytest.mark.postgres]

PROFILE = {
    "lists_without_pin": True,
    "answers": {"18": {"read": {"item.lent": {"from": LENT, "as": [{"date": LENT_FORM}]}}}},
}


def settings(store, keeper):
    system = {
        "adapter": "sip2",
        "address": keeper.address,
        "profile": PROFILE,
        "connections": 8,
        "keep_alive": "0s",
    }
    library = {
        "system": system,
        "time_zone": "UTC",
        "deadline": "30s",
        "recovery": {"settle_after": "0s"},
    }
    return {
        "store": store,
        "listen": [{"sip2": "127.0.0.1:0"}],
        "libraries": {"CDL": library},
        "accounts": [{"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": "CDL"}],
    }


@pytest.fixture
def keeper():
    with Bookkeeper().serving() as serving:
        yield serving


@pytest.fixture
def hosts(keeper, tmp_path, postgres):
    """Two hosts that share nothing but a database, and cannot see each other's processes."""
    store = postgres.url(postgres.database())
    with ExitStack() as stack:
        yield [stack.enter_context(host(tmp_path / machine, store, keeper)) for machine in ("one", "other")]


def host(folder, store, keeper):
    folder.mkdir()
    command = [sys.executable, elsewhere.__file__]
    return softdock(folder, settings(store, keeper), command=lambda path: [*command, str(path), folder.name])


@pytest.fixture
def device():
    """Connects a device, and disconnects it after the test."""
    made = []

    def at(running):
        made.append(connected(running.ports[0]))
        return made[-1]

    yield at
    for each in made:
        each.socket.close()


def borrow(item="B001"):
    stamp = f"{datetime.now(UTC):%Y%m%d   Z%H%M%S}"
    return f"11NN{stamp}{stamp}AOCDL|AAR1|AB{item}|AC|"


def test_a_repeat_at_the_other_host_is_one(hosts, keeper, device):
    request = borrow()
    one, other = map(device, hosts)
    assert one.ask(request, 1).startswith("121")
    assert other.ask(request, 1).startswith("121")
    assert keeper.carried_out["11", "R1", "B001"] == 1


def test_what_a_host_leaves_behind_is_settled_by_the_other_and_its_kiosk_is_served(hosts, keeper, device):
    """The host that asked the system dies before it hears the answer; its kiosk goes to the other, and repeats."""
    request = borrow()
    dying, living = hosts
    kiosk = device(dying)
    with keeper.hanging() as until_there:
        kiosk.say(request, 1)
        until_there()
        dying.process.kill()
    assert device(living).ask(request, 1).startswith("121")
    living.wait_for("An operation whose answer was lost is settled.")
    assert keeper.books.loans["B001"][0] == "R1"
