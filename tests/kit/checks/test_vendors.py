"""The vendors that come with SoftDock pass the checks of the kit, as whoever subclasses `AdapterChecks` would see it."""

from pathlib import Path

import pytest

from softdock.kit.testing import AdapterChecks
from softdock.mappings import builtin

pytestmark = pytest.mark.socket

BUILTIN = Path(builtin.__file__).parent


class TestInterlib(AdapterChecks):
    folder = BUILTIN / "interlib"


class TestAleph(AdapterChecks):
    folder = BUILTIN / "aleph"
