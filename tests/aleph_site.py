"""A simulated ALEPH, and the adapter made of maps that speaks to it, in one reactor."""

import pytest

from simulated import ZONE, HandClock
from softdock.adapters.base import AdapterContext
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, Secret
from softdock.circulation.outcomes import Done, Refused
from softdock.kit.simulators.aleph import start_aleph
from softdock.kit.simulators.aleph.sip2 import PASSWORD as STAFF_PASSWORD
from softdock.kit.simulators.aleph.sip2 import USER as STAFF
from softdock.kit.simulators.aleph.xserver import PASSWORD, USER
from softdock.mappings.builtin import aleph
from softdock.ops.settings.secrets import SecretText

GOOD, LOST, EXPIRED, BLOCKED, OWES, WAITS, LATE = (PatronId(f"870000000{each}") for each in "1234567")
FREE, OTHER_FREE, OF_BRANCH, LENT, OVERDUE = (ItemId(f"0200000{each}") for each in "12345")
ON_HOLD, REFERENCE, IN_PROCESS, GONE = (ItemId(f"0200000{each}") for each in "6789")
RENEWED_OFTEN = ItemId("02000010")
PIN, WRONG_PIN = Secret("135790"), Secret("000000")

SITE_DATES = {"site-date": {"date": {"patterns": ["%Y%m%d", "%Y%m%d %H:%M", "%d/%m/%Y", "%d/%m/%Y %H:%M"]}}}
"""How the simulated site writes dates."""
BY_X_SERVER = {"renew": "maps", "place-hold": "maps", "cancel-hold": "maps"}


def settings_of(url, sip2_port, **changes):
    """What a library writes under `system:`."""
    return {
        "adm_library": "MNL50",
        "bib_library": "MNL01",
        "user": USER,
        "password": SecretText(PASSWORD),
        "reading": {"url": url},
        "circulation": {
            "address": f"127.0.0.1:{sip2_port}",
            "user": STAFF,
            "password": SecretText(STAFF_PASSWORD),
            "profile": {"like": "aleph", "date_formats": ["%d/%m/%Y"]},
        },
        "converters": SITE_DATES,
        **changes,
    }


class AlephSite:
    """A site with a simulated ALEPH, and the adapters that speak to it."""

    def __init__(self, real, directory):
        self.real = real
        self.clock = HandClock()
        self.running = real.result_of(start_aleph(real.reactor, now=self.clock))
        self.faults = self.running.faults
        self.books = self.running.books
        self._directory = directory
        self._made = []
        self._asked = {}

    def adapter(self, folder=aleph, **changes):
        """An adapter whose library's own settings have `changes`."""
        context = AdapterContext(
            LibraryId("MNL"), ZONE, "CNY", self.clock, self._directory, self.real.reactor
        )
        own = settings_of(self.running.url.rstrip("/"), self.running.sip2_port, **changes)
        made = DeclarativeAdapter(folder, own, context)
        self.real.result_of(made.open())
        self._made.append(made)
        return made

    def usual(self, **changes):
        """The adapter with these changes, made once."""
        key = repr(sorted(changes.items()))
        if key not in self._asked:
            self._asked[key] = self.adapter(**changes)
        return self._asked[key]

    def ask(self, operation, operation_id="OP-1", **changes):
        """What comes of `operation`."""
        return self.real.result_of(self.usual(**changes).perform(operation, operation_id))

    def done(self, operation, **changes):
        """The result of `operation`."""
        outcome = self.ask(operation, **changes)
        assert isinstance(outcome, Done), outcome
        return outcome.result

    def refused(self, operation, **changes):
        """Why `operation` is refused."""
        outcome = self.ask(operation, **changes)
        assert isinstance(outcome, Refused), outcome
        return outcome.reason

    @property
    def calls(self):
        """What has been asked for, by service and by message; logins and the status left out."""
        return [each.call for each in self.running.requests if each.call not in {"93", "99"}]

    def close(self):
        for each in self._made:
            self.real.result_of(each.close())
        self.real.result_of(self.running.stop())


@pytest.fixture
def site(real, tmp_path):
    """A simulated ALEPH that nobody has asked yet."""
    made = AlephSite(real, tmp_path)
    yield made
    made.close()
