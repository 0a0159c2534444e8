"""A library's system is killed, and comes back: what devices are told meanwhile, and that nobody has to do anything."""

import pytest

from running import HASH_OF_KIOSK, a_demo, softdock
from softdock.circulation.locale.zh_CN import WORDING
from softdock.circulation.reasons import Reason

pytestmark = pytest.mark.socket

STAMP = "20260101    120000"
STATUS = "9900802.00"
AWAY = "The library's system is away: it is not asked until a probe finds it back."
BACK = "The library's system is back."


def loan(library):
    return f"11YN{STAMP}{STAMP}AO{library}|AAR0001|ABCD0001|AC|AD1234|"


def returned(library):
    return f"09N{STAMP}{STAMP}AP|AO{library}|ABCD0001|AC|"


def by_sip2(sip2, ncip):
    return {
        "adapter": "sip2",
        "address": f"127.0.0.1:{sip2}",
        "user": "kiosk",
        "password": "kiosk",
        "institution": "CDL",
    }


def by_ncip(sip2, ncip):
    return {
        "adapter": "ncip",
        "url": f"http://127.0.0.1:{ncip}/ncip",
        "to_agency": "CDL",
        "profile": "softdock",
    }


def the_system(sip2=0, ncip=0):
    """A SoftDock with the books, at these ports."""
    demo = a_demo(listen=[{"sip2": f"127.0.0.1:{sip2}"}, {"ncip": f"127.0.0.1:{ncip}"}])
    return demo | {"accounts": [*demo["accounts"], {"agency": "FAR", "library": "CDL"}]}


def two_libraries(system):
    """One with this system, and one that SoftDock keeps itself."""
    demo = a_demo()
    return demo | {
        "libraries": {
            "FAR": {"system": system, "breaker": {"failures": 3, "pause": "1s", "longest": "1s"}},
            "NEAR": demo["libraries"]["CDL"],
        },
        "accounts": [
            {"user": library, "password_hash": HASH_OF_KIOSK, "library": library}
            for library in ("FAR", "NEAR")
        ],
    }


@pytest.mark.parametrize("asked", [by_sip2, by_ncip])
def test_a_system_that_is_killed_and_comes_back_is_asked_again_by_itself(tmp_path, connect, asked):
    """Meanwhile its devices are refused in words, and are told to go off-line; those of another library go on."""
    folders = [tmp_path / name for name in ("system", "again", "between")]
    for each in folders:
        each.mkdir()
    with (
        softdock(folders[0], the_system()) as system,
        softdock(folders[2], two_libraries(asked(*system.ports))) as running,
    ):
        far, near = (connect(running.ports[0]) for _ in range(2))
        assert far.ask("9300CNFAR|COkiosk|") == near.ask("9300CNNEAR|COkiosk|") == "941"
        assert far.ask(loan("FAR")).startswith("121")
        assert far.ask(STATUS).startswith("98YYY")

        system.kill()
        lookup = far.ask(f"63001{STAMP}          AOFAR|AAR0001|AC|AD1234|")
        assert "|BLY|" not in lookup
        for _ in range(5):  # refused by the system's absence first, and by the breaker then
            refused = far.ask(returned("FAR"))
            assert refused.startswith("100")
            assert WORDING[Reason.SYSTEM_UNAVAILABLE] in refused
        assert running.wait_for(AWAY)["library"] == "FAR"
        assert far.ask(STATUS).startswith("98N")
        assert near.ask(STATUS).startswith("98Y")
        assert near.ask(loan("NEAR")).startswith("121")
        assert near.ask(returned("NEAR")).startswith("101")

        with softdock(folders[1], the_system(*system.ports)):
            assert running.wait_for(BACK)["library"] == "FAR"
            assert far.ask(STATUS).startswith("98Y")
            assert far.ask(loan("FAR")).startswith("121")
            assert far.ask(returned("FAR")).startswith("101")
        assert running.terminate() == 0
