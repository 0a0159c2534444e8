"""Several libraries behind one endpoint, in a process of its own."""

from urllib.request import urlopen

import pytest

from running import a_demo, softdock
from softdock.circulation.locale.zh_CN import WORDING
from softdock.circulation.reasons import Reason

pytestmark = pytest.mark.socket

STAMP = "20260101    120000"


def test_a_kiosk_of_one_library_lends_and_takes_back_what_another_owns(tmp_path, connect):
    """By configuration alone; and the operator sees how both systems stand."""
    settings = a_demo()
    settings["libraries"] = {
        "CDL": {**settings["libraries"]["CDL"], "items": [{"prefix": "CD"}], "patrons": [{"prefix": "R"}]},
        "CQL": {"system": {"adapter": "inhouse", "database": "memory"}, "downtime": {}},
    }
    settings["accounts"][0]["library"] = "CQL"
    with softdock(tmp_path, settings) as running:
        kiosk = connect(running.ports[0])
        assert kiosk.ask("9300CNkiosk|COkiosk|") == "941"
        lent = kiosk.ask(f"11YN{STAMP}{STAMP}AOCQL|AAR0001|ABCD0001|AC|AD1234|")
        back = kiosk.ask(f"09N{STAMP}{STAMP}APhall|AOCQL|ABCD0001|AC|")
        own = kiosk.ask(f"17{STAMP}AOCQL|ABX1|AC|")
        told = urlopen(f"http://127.0.0.1:{running.ports[1]}/readyz?verbose").read().decode()
        assert running.terminate() == 0
        lines = [each for each in running.events if each["event"] == "operation"]
    assert lent.startswith("121")
    assert back.startswith("101YNY")
    assert "|CTCDL|" in back
    assert WORDING[Reason.DOWNTIME] in own
    assert "[+] system of CDL: on-line\n" in told
    assert "[!] system of CQL: downtime\n" in told
    assert [(each["library"], each["asked"]) for each in lines] == [("CQL", "CDL")] * 2
