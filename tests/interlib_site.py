"""A simulated Interlib, the adapter made of maps that speaks to it, and a desk in front of both, in one reactor."""

from functools import cache

import pytest
from twisted.internet.task import Clock

from simulated import ZONE, HandClock
from softdock.adapters.base import AdapterContext
from softdock.adapters.declarative import adapter as declarative
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.adapters.declarative.finding import folder_named
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, Secret
from softdock.circulation.outcomes import Done, Refused
from softdock.kit.simulators.interlib import start_interlib
from softdock.kit.simulators.interlib.service import APPID, SECRET
from softdock.mappings.builtin import interlib
from softdock.mappings.files.folder import load_folder
from softdock.ops.settings.secrets import SecretText
from stubs import RecordingObserver, a_desk, a_library, an_account

GOOD, LOST, EXPIRED, BLOCKED, OWES, SHARED, WAITS, LATE, OWES_MUCH = (
    PatronId(f"860000000{number}") for number in range(1, 10)
)
FREE, ALSO_FREE, HAS, OVERDUE = (ItemId(f"010000{number}") for number in ("01", "03", "04", "05"))
SET_ASIDE, IN_HOUSE, STRANGE, RENEWED_OFTEN = (
    ItemId(f"010000{number}") for number in ("06", "07", "10", "12")
)
PIN, WRONG_PIN = Secret("246810"), Secret("135791")
IDENTITY, SHARED_IDENTITY = PatronId("990101199001010019"), PatronId("990101199303030058")
"""Identity numbers: that of the good one, and one that two cards have."""

DEADLINE = 8.0


def secret(text=SECRET):
    """A secret, as settings have it once its reference is resolved."""
    resolved = SecretText(text)
    resolved.reference = "${file:interlib.secret}"
    return resolved


class InterlibSite:
    """A site with a simulated Interlib, and who speaks to it."""

    def __init__(self, real, directory):
        self.real = real
        self.clock = HandClock()
        self.running = real.result_of(start_interlib(real.reactor, now=self.clock))
        self.faults = self.running.faults
        self.books = self.running.books
        self.observer = RecordingObserver()
        self.deadlines = Clock()
        """By which the desk measures deadlines: it stands still, whatever this machine does meanwhile."""
        self._directory = directory
        self._made = {}

    def context(self):
        return AdapterContext(LibraryId("LIB"), ZONE, "CNY", self.clock, self._directory, self.real.reactor)

    def adapter(self, folder=interlib, **settings):
        """The adapter with the library's own `settings`."""
        key = (folder, *sorted((name, str(value)) for name, value in settings.items()))
        if key not in self._made:
            own = {"url": self.running.url, "appid": APPID, "secret": secret(), **settings}
            self._made[key] = DeclarativeAdapter(folder, own, self.context())
            self.real.result_of(self._made[key].open())
        return self._made[key]

    def ask(self, operation, **settings):
        """What the adapter says of `operation`."""
        return self.real.result_of(self.adapter(**settings).perform(operation, "OPERATION-7"))

    def done(self, operation, **settings):
        """What comes of `operation`, which is done."""
        outcome = self.ask(operation, **settings)
        assert isinstance(outcome, Done), outcome
        return outcome.result

    def refused(self, operation, **settings):
        """Why `operation` is refused."""
        outcome = self.ask(operation, **settings)
        assert isinstance(outcome, Refused), outcome
        return outcome.reason

    def desk(self, **settings):
        """A desk in front of the adapter."""
        library = a_library(self.adapter(**settings), zone=ZONE, deadline=DEADLINE)
        return a_desk(library, self.deadlines, self.observer)

    def told(self, operation, **settings):
        """What a device is told of `operation`."""
        return self.real.result_of(self.desk(**settings).perform(an_account(), operation))

    @property
    def calls(self):
        """What the simulator has been asked for, in order."""
        return [each.call for each in self.running.requests]

    def borrower(self, item):
        """Who has `item` by the books of the simulator; None if nobody has."""
        loan = self.books.copy(item).loan
        return None if loan is None else loan.patron

    def close(self):
        for each in self._made.values():
            self.real.result_of(each.close())
        self.faults.release()
        self.real.result_of(self.running.stop())


_load_once = cache(lambda folder: load_folder(folder, folder_named))


@pytest.fixture
def site(real, tmp_path, monkeypatch):
    """A simulated Interlib that nobody has asked yet.  The folder is read once, and its examples have a test of their own."""
    monkeypatch.setattr(declarative, "load_folder", lambda folder, *_: _load_once(folder))
    monkeypatch.setattr(declarative, "failing_examples", lambda *_: [])
    made = InterlibSite(real, tmp_path)
    yield made
    made.close()
