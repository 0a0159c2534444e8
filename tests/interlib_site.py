"""A simulated Interlib, and the adapter made of maps that speaks to it, in one reactor."""

from functools import partial

import pytest

from simulated import ZONE, HandClock
from softdock.adapters.base import AdapterContext
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, Secret
from softdock.circulation.operations import Checkin, Checkout, LookupItem, LookupPatron
from softdock.circulation.outcomes import Refused
from softdock.kit.simulators.interlib import start_interlib
from softdock.kit.simulators.interlib.service import APPID, SECRET
from softdock.mappings.builtin import interlib
from softdock.ops.settings.secrets import SecretText

GOOD, LOST, EXPIRED, BLOCKED = (PatronId(f"860000000{each}") for each in "1234")
OWES, SHARED, WAITS, LATE, OWES_MUCH = (PatronId(f"860000000{each}") for each in "56789")
FREE, OTHER_FREE, HAS = ItemId("01000001"), ItemId("01000003"), ItemId("01000004")
PIN = Secret("246810")
IDENTITY = "990101199001010019"
"""The identity number of the good one."""


class InterlibSite:
    """A site with a simulated Interlib, and the adapters that speak to it."""

    def __init__(self, real, directory, **options):
        self.real = real
        self.clock = HandClock()
        self.running = real.result_of(start_interlib(real.reactor, now=self.clock, **options))
        self.faults = self.running.faults
        self.books = self.running.books
        self._directory = directory
        self._made = []
        self._asked = {}

    def adapter(self, folder=interlib, **settings):
        """An adapter with the library's own `settings`."""
        context = AdapterContext(
            LibraryId("MNTS"), ZONE, "CNY", self.clock, self._directory, self.real.reactor
        )
        own = {"url": self.running.url, "appid": APPID, "secret": SecretText(SECRET), **settings}
        made = DeclarativeAdapter(folder, own, context)
        self.real.result_of(made.open())
        self._made.append(made)
        return made

    def ask(self, operation, operation_id="OP-1", **settings):
        """What comes of `operation`."""
        key = tuple(sorted((name, str(text)) for name, text in settings.items()))
        if key not in self._asked:
            self._asked[key] = self.adapter(**settings)
        return self.real.result_of(self._asked[key].perform(operation, operation_id))

    def refused(self, operation, **settings):
        """Why `operation` is refused."""
        outcome = self.ask(operation, **settings)
        assert isinstance(outcome, Refused), outcome
        return outcome.reason

    @property
    def calls(self):
        """What has been asked for, tokens left out."""
        return [each.call for each in self.running.requests if each.call != "barcode/token"]

    def close(self):
        for each in self._made:
            self.real.result_of(each.close())
        self.real.result_of(self.running.stop())


@pytest.fixture
def site(real, tmp_path):
    """A simulated Interlib that nobody has asked yet."""
    made = InterlibSite(real, tmp_path)
    yield made
    made.close()


lookup = partial(LookupPatron, GOOD)
item = LookupItem
lend = partial(Checkout, GOOD)
take_back = Checkin
