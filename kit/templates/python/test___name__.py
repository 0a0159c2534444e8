"""The checks of SoftDock's kit, each a test of its own: `pytest test___name__.py`.

They are tried against a stand-in for the system.  For your own system write a counterpart of your own:
`softdock.kit.counterparts.Counterpart` tells what it has to say.
"""

from __name__ import System

from softdock.kit.counterparts.simulated import Simulated
from softdock.kit.testing import AdapterChecks


class TestSystem(AdapterChecks):
    adapter = System

    def counterpart(self):
        return Simulated("house-rest")
