"""A library moves from one system to another by its settings, while a kiosk stays connected.

From Interlib to one that speaks NCIP, and on into SoftDock itself.  All three have the books of the matrix, and whatever the
kiosk asks comes to what the matrix says of the system that is behind at that moment.
"""

from datetime import UTC
from pathlib import Path

import pytest
import yaml

from running import HASH_OF_KIOSK, softdock
from simulated import reached
from softdock.adapters.sip2.ready import load_profile
from softdock.docs.play_matrix import FOLDER
from softdock.kit.matrix.comparing import came
from softdock.kit.matrix.scenarios import FREE, GOOD, scenarios
from softdock.kit.matrix.systems import LIBRARY, STOCK, Places, now
from softdock.kit.simulators import Harm
from softdock.kit.simulators.interlib import start_interlib
from softdock.kit.simulators.interlib.service import APPID, SECRET
from softdock.protocols.sip2 import south
from softdock.protocols.sip2.codec import decode, encode
from softdock.protocols.sip2.frames import open_frame
from softdock.protocols.sip2.timestamps import StampClock

pytestmark = pytest.mark.socket

OPS = {"ops": "127.0.0.1:0"}
ACCOUNT = {"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": LIBRARY, "location": "3F"}
BOOKS = {"adapter": "inhouse", "database": "memory", "import": "stock.json"}
LENDS, TAKES_BACK = ("checkout", "good"), ("checkin", "good")

ASKED = [
    ("lookup-item", "on the shelf"), ("lookup-item", "for the house only"), ("lookup-item", "unknown"),
    ("lookup-patron", "good"), ("lookup-patron", "PIN wrong"), ("lookup-patron", "unknown"),
    ("lookup-patron", "card lost"), ("lookup-patron", "blocked"),
    ("checkout", "patron unknown"), ("checkout", "card lost"), ("checkout", "card expired"),
    ("checkout", "patron blocked"), ("checkout", "owes too much"), ("checkout", "item unknown"),
    ("checkout", "for the house only"), ("checkout", "lent to another"), ("checkout", "set aside for another"),
    ("checkin", "not lent"), ("checkin", "unknown"),
    ("renew", "item unknown"), ("renew", "not lent"), ("renew", "lent to another"), ("renew", "too often"),
    ("change-hold", "unknown"), ("place-hold", "item unknown"), ("pay-fee", "more than is owed"),
    LENDS,
]  # fmt: skip
"""What comes to the same on whichever day it is asked: the books behind are of the day of the test."""


class Kiosk:
    """One connection, over which operations are asked as messages and answers are read as outcomes."""

    def __init__(self, line):
        self.line = line
        profile = load_profile("softdock", Path())
        clock = StampClock(UTC, lambda: 1767268800.0)
        self._system = south.System(LIBRARY, LIBRARY, clock, "CNY", profile.dialect(UTC), profile.wire())
        self._number = 0
        assert line.ask("9300CNkiosk|COkiosk|CP3F|") == "941"

    def says(self, operation):
        """Send it; what `hears` needs."""
        self._number = (self._number + 1) % 10
        request = south.write(operation, self._system)
        body = encode(request, self._system.wire)
        self.line.say(body.decode(), self._number)
        return operation, request

    def hears(self, said):
        """What came of it."""
        answer = decode(open_frame(self.line.hear().encode()).body, self._system.wire).message
        operation, request = said
        return came(south.read(operation, request, answer, self._system)).outcome

    def asks(self, operation):
        return self.hears(self.says(operation))


def settings_of(system):
    return {
        "store": "sqlite:///store.db",
        "listen": [{"sip2": "127.0.0.1:0"}, OPS],
        "libraries": {LIBRARY: {"system": system, "time_zone": "Asia/Shanghai"}},
        "accounts": [ACCOUNT],
    }


def of_matrix(system):
    """What comes of each through SIP2, by what is written of the matrix."""
    data = yaml.safe_load((FOLDER / f"{system}.yaml").read_text(encoding="utf-8"))["sip2"]
    cells = {(kind, name): data[kind]["cells"][name] for kind, name in ASKED}
    outcomes = {each: cell if isinstance(cell, str) else cell["outcome"] for each, cell in cells.items()}
    return {each: outcome.rpartition("-> ")[2] for each, outcome in outcomes.items()}


def asked_of(kiosk, places):
    """What the kiosk hears, scenario by scenario."""
    wanted = {(each.kind, each.name): each.operation for each in scenarios(places)}
    return {each: kiosk.asks(wanted[each]) for each in ASKED}


@pytest.fixture
def interlib(tmp_path):
    places = Places("MNWJ", "MNSE", "MN_001", "MN_009")
    with reached(start_interlib, stock=places.stock(tmp_path), now=now) as found:
        yield (*found, places)


@pytest.fixture
def ncip(tmp_path_factory):
    """Where a system that speaks NCIP takes messages: another SoftDock."""
    folder = tmp_path_factory.mktemp("ncip")
    settings = {
        "listen": [{"ncip": "127.0.0.1:0"}, OPS],
        "libraries": {LIBRARY: {"system": BOOKS, "time_zone": "Asia/Shanghai"}},
        "accounts": [{"agency": LIBRARY, "library": LIBRARY}],
    }
    with softdock(folder, settings, stock_json=STOCK.read_text(encoding="utf-8")) as running:
        yield f"http://127.0.0.1:{running.ports[0]}/ncip"


def test_a_library_moves_from_interlib_over_ncip_into_softdock_while_a_kiosk_is_connected(
    tmp_path, interlib, ncip, connect
):
    """One connection all the time; a loan that is under way when the library moves is answered by who has it."""
    simulator, within, places = interlib
    first = {"adapter": "interlib", "url": simulator.url, "appid": APPID, "secret": "${file:interlib.secret}"}
    second = {"adapter": "ncip", "url": ncip, "profile": "softdock"}
    front = tmp_path / "front"
    front.mkdir()
    files = {"interlib_secret": SECRET, "stock_json": STOCK.read_text(encoding="utf-8")}
    with softdock(front, settings_of(first), **files) as running:
        kiosk = Kiosk(connect(running.ports[0]))
        assert asked_of(kiosk, places) == of_matrix("interlib")

        take_back = next(
            each for each in scenarios(places) if each.kind == "checkin" and each.name == "good"
        ).operation
        within(simulator.faults.next, Harm.SLOW, "barcode/returnbook", carried_out=True)
        under_way = kiosk.says(take_back)
        while not within(lambda: simulator.faults.held):
            pass
        assert running.reload(settings_of(second))
        within(simulator.faults.release)
        assert kiosk.hears(under_way) == "done"
        assert within(lambda: simulator.books.copy(take_back.item).loan) is None
        assert within(lambda: simulator.books.copy(FREE).loan.patron) == GOOD

        assert asked_of(kiosk, Places()) == of_matrix("ncip2")
        assert running.reload(settings_of(BOOKS))
        assert asked_of(kiosk, Places()) == of_matrix("inhouse")
        assert of_matrix("inhouse") != of_matrix("interlib")
