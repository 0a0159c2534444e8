"""A library whose system is dead keeps no kiosk and no partner of another library waiting."""

import select
import socket
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

import pytest

from ncip_lines import OnAStream, OverHttp, user
from ncip_partner import problems
from running import HASH_OF_KIOSK, softdock
from softdock.benchmarks.bare_system import System

pytestmark = pytest.mark.socket

STAMP = "20260101    120000"
WAITING = 40
SERVED = 50


@contextmanager
def a_system(*, silent=False):
    """A system that speaks SIP2 in a thread of its own, or accepts connections and says nothing; gives its address."""
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        system = System(listener, silent=silent)

        def stand():
            while not over.is_set():
                system.turn(0.1)

        thread = Thread(target=stand)
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
            system.close()


def by_sip2(address):
    return {"adapter": "sip2", "address": address}


def by_ncip(address):
    return {"adapter": "ncip", "url": f"http://{address}/ncip"}


def by_ncip_on_a_stream(address):
    return {"adapter": "ncip", "address": address}


def settings(**systems):
    """A library for each system, and a login for the kiosks of each."""
    return {
        "listen": [{"sip2": "127.0.0.1:0"}, {"ncip": "127.0.0.1:0"}, {"ncip-tcp": "127.0.0.1:0"}],
        "libraries": {
            library: {
                "deadline": "4s",
                "system": {"connections": 4, "timeout": "3s", **system},
            }
            for library, system in systems.items()
        },
        "accounts": [
            *({"user": library, "password_hash": HASH_OF_KIOSK, "library": library} for library in systems),
            *({"agency": library, "library": library} for library in systems),
        ],
    }


@pytest.mark.parametrize("asked", [by_sip2, by_ncip_on_a_stream])
def test_kiosks_of_one_library_are_served_while_dozens_wait_for_the_dead_system_of_another(
    tmp_path, connect, asked
):
    """Every one of them is answered before any of those who wait; and those are answered too, in the end."""
    with (
        a_system() as living,
        a_system(silent=True) as dead,
        softdock(tmp_path, settings(LIVING=by_sip2(living), DEAD=asked(dead))) as running,
    ):

        def a_kiosk(library):
            kiosk = connect(running.ports[0])
            assert kiosk.ask(f"9300CN{library}|COkiosk|") == "941"
            return kiosk

        served = a_kiosk("LIVING")
        waiting = [a_kiosk("DEAD") for _ in range(WAITING)]
        for kiosk in waiting:
            kiosk.say(f"63001{STAMP}          AODEAD|AAP0000001|AD1234|")
        for _ in range(SERVED):
            answer = served.ask(f"63001{STAMP}          AOLIVING|AAP0000002|AD1234|")
            assert "|AAP0000002|" in answer
            assert "|BLY|CQY|" in answer
        answered, _, _ = select.select([kiosk.socket for kiosk in waiting], [], [], 0)
        assert answered == []
        for kiosk in waiting:
            answer = kiosk.hear()
            assert answer.startswith("64YYYY")
            assert "|BLY|" not in answer
        assert "|BLY|CQY|" in served.ask(f"63001{STAMP}          AOLIVING|AAP0000003|AD1234|")


@pytest.mark.parametrize("asked", [by_sip2, by_ncip])
def test_partners_of_one_library_are_served_while_dozens_wait_for_the_dead_system_of_another(tmp_path, asked):
    """Those who wait are told in time that it is not possible now, and to none of them is anybody's card unknown."""
    with (
        a_system() as living,
        a_system(silent=True) as dead,
        softdock(tmp_path, settings(LIVING=by_sip2(living), DEAD=asked(dead))) as running,
        ExitStack() as stack,
    ):
        _, http, stream = running.ports

        def a_partner(library, number):
            way, port = (OnAStream, stream) if number % 2 else (OverHttp, http)
            return stack.enter_context(way(port, library))

        served = [a_partner("LIVING", number) for number in range(2)]
        waiting = [a_partner("DEAD", number) for number in range(WAITING)]
        for each in waiting:
            each.say("LookupUser", user("P0000001"))
        for number in range(SERVED):
            response = served[number % 2].ask("LookupUser", user("P0000002"))
            assert response.value("UserId", "UserIdentifierValue") == "P0000002"
        answered, _, _ = select.select([each.socket for each in waiting], [], [], 0)
        assert answered == []
        assert {tuple(problems(each.hear())) for each in waiting} == {("Temporary Processing Failure",)}
        assert served[0].told("LookupUser", user("P0000003")) == []
