"""A kiosk before a library on ALEPH: SoftDock as a process of its own, the system simulated behind two doors."""

import json
import socket

import pytest

from aleph_site import settings_of
from running import HASH_OF_KIOSK, Line, softdock
from simulated import reached
from softdock.kit.simulators import Harm
from softdock.kit.simulators.aleph import start_aleph
from softdock.kit.simulators.aleph.sip2 import PASSWORD as STAFF_PASSWORD
from softdock.kit.simulators.aleph.xserver import PASSWORD

pytestmark = pytest.mark.socket

STAMP = "20260302    100000"
LOAN = f"11NN{STAMP}{' ' * 18}AOMNL|AA8700000001|AB02000001|AC|AD135790|"


def settings_for(aleph):
    system = settings_of(aleph.url.rstrip("/"), aleph.sip2_port)
    system["password"] = "${file:x.pw}"
    system["circulation"] |= {"password": "${file:sip2.pw}"}
    return {
        "listen": [{"sip2": "127.0.0.1:0"}],
        "store": "sqlite:///store.db",
        "libraries": {"MNL": {"system": {"adapter": "aleph", **system}}},
        "accounts": [{"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": "MNL", "location": "1F"}],
    }


def test_a_patron_borrows_and_returns_at_a_kiosk_and_a_lost_answer_is_no_yes(tmp_path):
    """Lent by SIP2, read over HTTP, journalled, and told in the kiosk's own language."""
    secrets = {"x_pw": PASSWORD, "sip2_pw": STAFF_PASSWORD}
    with (
        reached(start_aleph) as (aleph, within),
        softdock(tmp_path, settings_for(aleph), **secrets) as running,
        socket.create_connection(("127.0.0.1", running.ports[0]), 10) as connection,
    ):
        kiosk = Line(connection)
        assert kiosk.ask("9300CNkiosk|COkiosk|CP1F|") == "941"

        patron = kiosk.ask(f"63001{STAMP}  Y       AOMNL|AA8700000001|AC|AD135790|")
        assert "|AEAnna Sample|" in patron
        assert "|BLY|CQY|" in patron
        item = kiosk.ask(f"17{STAMP}AOMNL|AB02000001|AC|")
        assert item.startswith("1803")
        assert "|AJSimulated Rivers|" in item

        lent = kiosk.ask(LOAN)
        assert lent.startswith("121")
        assert "|AJSimulated Rivers|" in lent
        assert within(lambda: aleph.books.copy("02000001").loan.patron) == "8700000001"

        assert kiosk.ask(f"09N{STAMP}{STAMP}AP1F|AOMNL|AB02000001|AC|").startswith("101")
        assert within(lambda: aleph.books.copy("02000001").loan) is None

        aleph.faults.every(Harm.RESET, "11", carried_out=False)
        assert kiosk.ask(LOAN.replace("02000001", "02000003")).startswith("120")
    events = json.dumps(running.events, ensure_ascii=False)
    assert "135790" not in events
    assert PASSWORD not in events
    assert "Anna" not in events
