"""A library's system without manners, and kiosks that lend and return: the books of the system say what they were told.

More answers: ANSWERS=20000 pytest tests/server/test_rude_system.py
"""

import os

import pytest

import lenders
from rude_systems import RudeSystem
from running import softdock
from witness import Witness

pytestmark = pytest.mark.socket

ANSWERS = int(os.environ.get("ANSWERS", "600"))
KIOSKS = 30


def settings(system):
    """The library of the lenders, kept by `system`, which is asked again whatever it has done."""
    behind = {"adapter": "sip2", "address": system.address, "connections": 10, "timeout": "200ms"}
    library = {"deadline": "4s", "breaker": {"failures": 1000}, "system": behind}
    return lenders.settings("memory") | {"libraries": {lenders.LIBRARY: library}}


def test_whatever_a_system_does_its_books_say_what_devices_were_told(tmp_path):
    """Answers are lost, late, broken off, damaged, doubled or another's: where it is not known, the desk is named."""
    contested = lenders.contested_items(20)
    own = [item for kiosk in range(KIOSKS) for item in lenders.own_items(kiosk)]
    witness = Witness(own, contested)
    with (
        RudeSystem(seed=7).serving() as system,
        softdock(tmp_path, settings(system)) as running,
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
