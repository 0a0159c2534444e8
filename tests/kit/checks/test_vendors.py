"""The vendors that come with SoftDock pass the checks of the kit, as whoever subclasses `AdapterChecks` would see it."""

from pathlib import Path

import pytest

from softdock.adapters.ncip.adapter import NcipAdapter
from softdock.kit.counterparts.simulated import Simulated
from softdock.kit.testing import AdapterChecks
from softdock.mappings import builtin

pytestmark = pytest.mark.socket

BUILTIN = Path(builtin.__file__).parent


class TestInterlib(AdapterChecks):
    folder = BUILTIN / "interlib"


class TestAleph(AdapterChecks):
    folder = BUILTIN / "aleph"


NCIP_DIFFERS = {
    "KIT-01": "it comes along with the version that it is for",
    "KIT-12": "NCIP has no sessions: their end is answered without the system",
    "KIT-16": "of a renew-all, a renewal whose answer was lost is told as none, and the others as they are",
    "KIT-18": "of a renew-all, a renewal whose answer was lost is told as none, and the others as they are",
}


class TestNcip(AdapterChecks):
    adapter = NcipAdapter
    waivers = NCIP_DIFFERS

    def counterpart(self):
        return Simulated("ncip")


class TestNcip1(AdapterChecks):
    adapter = NcipAdapter
    waivers = NCIP_DIFFERS

    def counterpart(self):
        return Simulated("ncip-1")
