"""A library's system without manners, and kiosks that lend and return: the books of the system say what they were told.

More answers: ANSWERS=20000 pytest tests/server/test_rude_system.py
"""

import os

import pytest

import lenders
from rude_responders import RudeResponder
from rude_systems import RudeSystem
from running import softdock
from witness import Witness

pytestmark = pytest.mark.socket

ANSWERS = int(os.environ.get("ANSWERS", "600"))
KIOSKS = 30


def by_sip2():
    system = RudeSystem(seed=7)
    return system, {"adapter": "sip2", "address": system.address}


def by_ncip(**how):
    return RudeResponder(7, **how), {"adapter": "ncip", "profile": "standard"}


SYSTEMS = {
    "SIP2": by_sip2,
    "NCIP": by_ncip,
    "NCIP on a stream": lambda: by_ncip(stream=True),
}


def settings(behind):
    """The library of the lenders, whose system is `behind`; it is asked again whatever it has done."""
    system = {"connections": 10, "timeout": "200ms", **behind}
    library = {"deadline": "4s", "breaker": {"failures": 1000}, "system": system}
    return lenders.settings("memory") | {"libraries": {lenders.LIBRARY: library}}


@pytest.mark.parametrize("kind", SYSTEMS)
def test_whatever_a_system_does_its_books_say_what_devices_were_told(tmp_path, kind):
    """Answers are lost, late, broken off, damaged, doubled or another's: where it is not known, the desk is named."""
    contested = lenders.contested_items(20)
    own = [item for kiosk in range(KIOSKS) for item in lenders.own_items(kiosk)]
    witness = Witness(own, contested)
    rude, behind = SYSTEMS[kind]()
    with (
        rude.serving() as system,
        softdock(tmp_path, settings(behind | getattr(system, "place", {}))) as running,
        lenders.Kiosks(KIOSKS, running.ports[:1], 7, witness, contested) as kiosks,
    ):
        kiosks.lend(ANSWERS)
        kiosks.finish()
        assert running.terminate() == 0
    assert all(system.shown.values()), system.shown
    assert kiosks.done
    assert kiosks.refusals[lenders.UNKNOWN]
    assert kiosks.refusals[lenders.UNAVAILABLE]
    complaints = witness.complaints(system.loans)
    assert not complaints, complaints
