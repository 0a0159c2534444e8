"""A whole SoftDock in the process of the tests, in front of one library's system, and a kiosk that speaks SIP2 to it."""

import io

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.protocols.basic import LineReceiver

from journal_tables import LISTED, RECOVERED, entries
from softdock.consortium.recovery import recovery
from softdock.consortium.resilience.deadline import Deadlines
from softdock.ops.logging import Log
from softdock.ops.settings.loading import settings_from
from softdock.server import Server

LIBRARY = "HOUSE"
PIN = "135790"
STAMP = "20260302    100000"
BLANK = " " * 18

GOOD, LOST, EXPIRED, STOPPED, OWES, OTHER = (f"8000000{each}" for each in "123456")
FREE, ALSO_FREE, TAKEN, REFERENCE, SET_ASIDE = (f"GC00000{each}" for each in "12456")


class Device(LineReceiver):
    """A kiosk's end of a connection."""

    delimiter = b"\r"

    def __init__(self):
        self._heard = None

    def ask(self, body):
        self._heard = Deferred()
        self.sendLine(body.encode())
        return self._heard

    def lineReceived(self, line):
        self._heard.callback(line.decode())


class Front:
    """SoftDock in front of one system, which these settings describe."""

    def __init__(self, real, directory, system):
        self.real = real
        self._directory = directory
        settings = {
            "store": f"sqlite:///{directory / 'store.db'}",
            "listen": [{"sip2": "127.0.0.1:0", "profile": "english"}],
            "profiles": {"english": {"language": "en"}},
            "libraries": {LIBRARY: {"system": system, "deadline": "8s"}},
            "accounts": [{"address": "127.0.0.1", "library": LIBRARY, "location": "3F"}],
            "grace": "1s",
        }
        self.log = io.BytesIO()
        self._server = Server(settings_from(settings, directory), directory, self.real.reactor, Log(self.log))
        self.real.result_of(self._server.start())
        host, _, port = self._server.addresses[0].rpartition(":")
        where = TCP4ClientEndpoint(self.real.reactor, host, int(port))
        self._device = self.real.result_of(connectProtocol(where, Device()))

    def stop(self):
        self._device.transport.loseConnection()
        self.real.result_of(self._server.stop())
        for call in self.real.reactor.getDelayedCalls():
            if isinstance(getattr(call.func, "__self__", None), Deadlines):
                call.cancel()  # it would run out in some seconds, with nothing to do

    # --- what a kiosk asks ------------------------------------------------------------------------------

    def ask(self, body):
        return self.real.result_of(self._device.ask(body))

    def lends(self, item=FREE, patron=GOOD, pin=PIN):
        return self.ask(f"11NN{STAMP}{BLANK}AO{LIBRARY}|AA{patron}|AB{item}|AC|AD{pin}|")

    def takes_back(self, item=FREE):
        return self.ask(f"09N{STAMP}{STAMP}AP3F|AO{LIBRARY}|AB{item}|AC|")

    def renews(self, item=FREE, patron=GOOD):
        return self.ask(f"29NN{STAMP}{BLANK}AO{LIBRARY}|AA{patron}|AD{PIN}|AB{item}|")

    def looks_up(self, patron=GOOD, pin=PIN, summary="          "):
        return self.ask(f"63001{STAMP}{summary}AO{LIBRARY}|AA{patron}|AC|AD{pin}|")

    def finds(self, item=FREE):
        return self.ask(f"17{STAMP}AO{LIBRARY}|AB{item}|")

    def holds(self, item=TAKEN, patron=GOOD, mode="+"):
        return self.ask(f"15{mode}{STAMP}AO{LIBRARY}|AA{patron}|AD{PIN}|AB{item}|AC|")

    def pays(self, amount, patron=OWES, fee=""):
        return self.ask(f"37{STAMP}0100CNYBV{amount}|AO{LIBRARY}|AA{patron}|AC|AD{PIN}|CG{fee}|BKK-1|")

    @property
    def system(self):
        """The adapter itself."""
        (library,) = self._server._members.libraries
        return library.system

    # --- what is kept -----------------------------------------------------------------------------------

    @property
    def journal(self):
        """What was claimed, and what became of it."""
        return [(each.kind, each.state) for each in entries(self._directory / "store.db")]

    @property
    def settled(self):
        """What became of that whose answer was lost, once it is found out."""
        self.real.turn_until(lambda: RECOVERED in self.logged or LISTED in self.logged)
        return [each.resolution for each in entries(self._directory / "store.db")]

    @property
    def logged(self):
        return self.log.getvalue().decode()


def secret_file(directory, text, name="house.secret"):
    """A reference to a file that holds the secret `text`."""
    (directory / name).write_text(text, encoding="utf-8")
    return f"${{file:{name}}}"


@pytest.fixture
def in_front_of(real, tmp_path, monkeypatch):
    """Puts SoftDock in front of a system that some settings describe; it looks often for what it has to find out."""
    monkeypatch.setattr(recovery, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(recovery, "TEND_EVERY", 0.05)
    made = []

    def put(**system):
        made.append(Front(real, tmp_path, system))
        return made[-1]

    yield put
    for each in made:
        each.stop()
