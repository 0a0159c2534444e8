"""A device shows a fee, its patron agrees, and the library asks for more by then: nobody pays what was not shown."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices import Bench, Device
from softdock.adapters.base import AdapterContext
from softdock.adapters.inhouse.adapter import InhouseAdapter
from softdock.adapters.sip2 import Sip2Adapter
from softdock.circulation.identifiers import LibraryId
from softdock.consortium.directory import Directory
from softdock.protocols.sip2.frames import seal
from stubs import StubAccounts, a_library, an_account, result_of
from wired_systems import STATUS, System

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
BLANK = " " * 18
COSTS = b"120NUN20260101    120000AOLIB|AAR1|ABI1|AJWar|AH|BHCNY|BV%s|"
LENT = b"121NUY20260101    120000AOLIB|AAR1|ABI1|AJWar|AH2026-01-31|"


def device_of(system):
    """A device that needs no login, and the bench at which it stands."""
    bench = Bench(system=system, accounts=StubAccounts({}, {"10.0.0.1": an_account()}))
    return Device(bench), bench


def wants(item="I1", yes="N", patron="R1"):
    return f"11NN{BLANK}{BLANK}AOLIB|AA{patron}|AB{item}|AC|AD1234|BO{yes}|".encode()


# --- in front of the embedded library -----------------------------------------------------------------------


def a_house(directory, price):
    """An embedded library that lends I1 for so much."""
    records = {
        "patrons": [{"id": "R1", "name": "Ada", "pin": "1234"}],
        "items": [{"id": "I1", "title": "War", "fee": price, "fee_type": "rental"}],
    }
    (directory / "books.json").write_text(json.dumps(records), encoding="utf-8")
    context = AdapterContext(LibraryId("LIB"), UTC, "CNY", lambda: NOON, directory)
    adapter = InhouseAdapter({"database": "memory", "import": "books.json"}, context)
    result_of(adapter.open())
    return adapter


def test_what_was_shown_is_what_is_charged(tmp_path):
    device, _ = device_of(a_house(tmp_path, "2.00"))
    shown = device.says(wants())
    assert shown.startswith(b"120")
    assert b"|BT06|BHCNY|BV2.00|" in shown
    assert device.says(wants(yes="Y")).startswith(b"121")


def test_a_library_that_asks_for_more_by_then_is_not_said_yes_to(tmp_path):
    device, bench = device_of(a_house(tmp_path, "2.00"))
    device.says(wants())
    bench.listener.front.desk.go_by(Directory([a_library(a_house(tmp_path, "3.00"))]))
    again = device.says(wants(yes="Y"))
    assert again.startswith(b"120")
    assert b"|BV3.00|" in again
    assert device.says(wants(yes="Y")).startswith(b"121")


def test_a_device_that_always_says_yes_gets_what_it_asks_for(tmp_path):
    device, _ = device_of(a_house(tmp_path, "2.00"))
    assert device.says(wants(yes="Y")).startswith(b"121")


def test_a_question_that_was_repeated_is_agreed_to_all_the_same(tmp_path):
    """The device lost the first answer, and is given it once more; it asks again after a broken connection, too."""
    device, bench = device_of(a_house(tmp_path, "2.00"))
    asked = seal(wants(), b"3", True)
    assert device.says(asked) == device.says(asked)
    device.goes()
    device = Device(bench)
    assert b"|BV2.00|" in device.says(asked)
    bench.listener.front.desk.go_by(Directory([a_library(a_house(tmp_path, "3.00"))]))
    agreed = seal(wants(yes="Y"), b"4", True)
    told = device.says(agreed)
    assert b"|BV3.00|" in told
    assert device.says(agreed) == told
    assert device.says(seal(wants(yes="Y"), b"5", True)).startswith(b"121")


# --- in front of a system that speaks SIP2 itself -----------------------------------------------------------


class Behind(System):
    """A system behind SIP2, and a device in front of SoftDock."""

    def __init__(self, monkeypatch):
        super().__init__()
        monkeypatch.setattr("softdock.adapters.sip2.adapter.connector", lambda *_: self._connect)
        context = AdapterContext(LibraryId("LIB"), UTC, "CNY", lambda: NOON, Path(), self.clock)
        self.adapter = Sip2Adapter({"address": "ils:6001", "connections": "1"}, context)
        self.device, self.bench = device_of(self.adapter)

    def hears(self, *answers):
        """What the system was asked, giving these answers."""
        self.clock.advance(0)
        (line,) = self.lines
        return [line.answers(each) for each in answers]


@pytest.fixture
def behind(monkeypatch):
    system = Behind(monkeypatch)
    system.device.says(wants().replace(b"AD1234|", b""))
    system.hears(STATUS, COSTS % b"2.00")
    assert b"|BV2.00|" in system.device.hears()
    return system


YES = wants(yes="Y").replace(b"AD1234|", b"")


def test_a_system_that_knows_only_yes_is_said_yes_to_once_it_has_named_the_same_amount(behind):
    behind.device.says(YES)
    first, second = behind.hears(COSTS % b"2.00", LENT)
    assert b"|BON|" in first
    assert b"|BOY|" in second
    assert behind.device.hears().startswith(b"121")


def test_a_system_that_asks_for_more_by_then_hears_no_yes(behind):
    behind.device.says(YES)
    behind.hears(COSTS % b"2.50")
    told = behind.device.hears()
    assert told.startswith(b"120")
    assert b"|BV2.50|" in told

    behind.device.says(YES)
    assert b"|BOY|" in behind.hears(COSTS % b"2.50", LENT)[-1]
    assert behind.device.hears().startswith(b"121")


def test_after_the_session_a_yes_is_to_whatever_it_costs(behind):
    behind.device.says(f"35{BLANK}AOLIB|AAR1|AC|".encode())
    behind.hears(f"36Y{NOON:%Y%m%d    %H%M%S}AOLIB|AAR1|".encode())
    assert behind.device.hears().startswith(b"36Y")
    behind.device.says(YES)
    assert b"|BOY|" in behind.hears(LENT)[0]
    assert behind.device.hears().startswith(b"121")
