"""A kiosk in front of SoftDock, and a simulated Interlib behind it, asked by the maps that come along."""

from zoneinfo import ZoneInfo

import pytest

from journal_tables import entries, wait_until_recovered
from running import HASH_OF_KIOSK, softdock
from simulated import reached
from softdock.circulation.locale.zh_CN import WORDING
from softdock.circulation.reasons import Reason
from softdock.kit.simulators import Harm
from softdock.kit.simulators.interlib import start_interlib
from softdock.kit.simulators.interlib.service import APPID, SECRET

pytestmark = pytest.mark.socket

STAMP = "20260101    120000"
PATRON, PIN, FREE, OTHER = "8600000001", "246810", "01000001", "01000003"
LOOKUP = f"63019{STAMP}  Y       AOMNTS|AA{PATRON}|AC|AD{PIN}|"


def loan_of(item, pin=PIN):
    return f"11NN{STAMP}{STAMP}AOMNTS|AA{PATRON}|AB{item}|AC|AD{pin}|"


def return_of(item):
    return f"09N{STAMP}{STAMP}AP3F|AOMNTS|AB{item}|AC|"


def settings(url):
    return {
        "store": "sqlite:///store.db",
        "listen": [{"sip2": "127.0.0.1:0"}],
        "libraries": {
            "MNTS": {
                "time_zone": "Asia/Shanghai",
                "recovery": {"settle_after": "0s"},
                "system": {
                    "adapter": "interlib",
                    "url": url,
                    "appid": APPID,
                    "secret": "${file:interlib.secret}",
                    "operator": "softdock",
                },
            }
        },
        "accounts": [{"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": "MNTS"}],
    }


def logged_in(connect, running):
    kiosk = connect(running.ports[0])
    assert kiosk.ask("9300CNkiosk|COkiosk|CP3F|") == "941"
    return kiosk


@pytest.fixture
def interlib():
    """The simulator, and how to have something done in its thread."""
    with reached(start_interlib) as found:
        yield found


def test_a_kiosk_looks_up_borrows_and_returns_and_the_journal_has_it(tmp_path, interlib, connect):
    running_system, within = interlib
    with softdock(tmp_path, settings(running_system.url), interlib_secret=SECRET) as running:
        kiosk = logged_in(connect, running)
        patron = kiosk.ask(LOOKUP)
        assert "|AE张模拟|" in patron and "|BLY|CQY|" in patron and "|AU01000004" in patron
        assert kiosk.ask(f"17{STAMP}AOMNTS|AB{FREE}|").startswith("1803")

        lent = kiosk.ask(loan_of(FREE))
        due = within(lambda: running_system.books.copy(FREE).loan.due).astimezone(ZoneInfo("Asia/Shanghai"))
        assert lent.startswith("121N") and "|AJ模拟三国演义|" in lent
        assert f"|AH{due:%Y-%m-%d}|" in lent
        assert kiosk.ask(loan_of(OTHER, pin="135791")).startswith("120")
        taken = kiosk.ask(return_of(FREE))
        assert taken.startswith("101Y") and "|AJ模拟三国演义|" in taken
        assert kiosk.ask(return_of(FREE)).startswith("100")

        assert [(each.kind, each.state, each.last_word) for each in entries(tmp_path / "store.db")] == [
            ("checkout", "answered", "done"),
            ("checkout", "answered", "not-done"),
            ("checkin", "answered", "done"),
            ("checkin", "answered", "not-done"),
        ]
        assert running.terminate() == 0
        for secret in (PIN, SECRET, "张模拟", "990101199001010019"):
            assert secret not in running.log
    assert within(running_system.books.copy, FREE).loan is None


def test_a_loan_whose_answer_was_lost_is_found_and_taken_back(tmp_path, interlib, connect):
    """The kiosk was told that nobody knows, and kept the book: the reader must not find it on their card."""
    running_system, within = interlib
    with softdock(tmp_path, settings(running_system.url), interlib_secret=SECRET) as running:
        kiosk = logged_in(connect, running)
        within(running_system.faults.next, Harm.RESET, "barcode/loanbook", carried_out=True)
        told = kiosk.ask(loan_of(FREE))
        assert told.startswith("120") and WORDING[Reason.OUTCOME_UNKNOWN] in told

        (entry,) = wait_until_recovered(running, tmp_path / "store.db")
        assert (entry.resolution, entry.listed) == ("undone", False), entry.remark
        assert within(running_system.books.copy, FREE).loan is None
        assert kiosk.ask(loan_of(FREE)).startswith("121")


def test_a_loan_that_was_lost_on_its_way_is_settled_as_not_done(tmp_path, interlib, connect):
    running_system, within = interlib
    with softdock(tmp_path, settings(running_system.url), interlib_secret=SECRET) as running:
        kiosk = logged_in(connect, running)
        within(running_system.faults.next, Harm.RESET, "barcode/loanbook")
        assert kiosk.ask(loan_of(FREE)).startswith("120")

        (entry,) = wait_until_recovered(running, tmp_path / "store.db")
        assert (entry.resolution, entry.listed) == ("not-done", False), entry.remark
        assert within(running_system.books.copy, FREE).loan is None


def test_a_return_whose_answer_was_lost_stands(tmp_path, interlib, connect):
    running_system, within = interlib
    with softdock(tmp_path, settings(running_system.url), interlib_secret=SECRET) as running:
        kiosk = logged_in(connect, running)
        within(running_system.faults.next, Harm.RESET, "barcode/returnbook", carried_out=True)
        assert kiosk.ask(return_of("01000004")).startswith("100")

        (entry,) = wait_until_recovered(running, tmp_path / "store.db")
        assert not entry.listed, entry.remark
        assert within(running_system.books.copy, "01000004").loan is None
