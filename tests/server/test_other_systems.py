"""Another program's server as the library's system behind a whole SoftDock, over real sockets."""

import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import lenders
from running import a_demo, softdock

pytestmark = pytest.mark.socket

BLANK = " " * 18
SERVER = Path(__file__).parent.parent / "pysip2_library.py"


@contextmanager
def other_program():
    """The server, and the port that it listens on."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(SERVER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


def behind(port, **changes):
    """Settings of a SoftDock whose library is that server."""
    system = {
        "adapter": "sip2",
        "address": f"127.0.0.1:{port}",
        "user": "soft",
        "password": "dock",
        "institution": "PY",
        "profile": {
            "charset": "latin-1",
            "texts": [{"contains": "lent to somebody else", "reason": "item-lent-to-another"}],
        },
    }
    demo = a_demo(libraries={"PYL": {"system": system | changes}})
    demo["accounts"][0]["library"] = "PYL"
    return demo


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with (
        other_program() as port,
        softdock(tmp_path_factory.mktemp("pysip2"), behind(port)) as process,
    ):
        yield process


@pytest.fixture
def kiosk(running):
    line = lenders.connected(running.ports[0])
    with closing(line.socket):
        yield line


def test_its_patrons_are_recognised(kiosk):
    answer = kiosk.ask(f"63019{BLANK}{' ' * 10}AOPYL|AAP2|AC|AD1840|", 1)
    assert "|AEÉmile Zola|BLY|CQY|" in answer

    assert "|CQN|" in kiosk.ask(f"63019{BLANK}{' ' * 10}AOPYL|AAP2|AC|AD9999|", 2)
    assert "|BLN|" in kiosk.ask(f"23019{BLANK}AOPYL|AANOBODY|AC|AD|", 3)


def test_its_items_are_lent_renewed_and_taken_back(kiosk):
    lent = kiosk.ask(f"11YN{BLANK}{BLANK}AOPYL|AAP1|ABX1|AC|AD1815|", 1)
    assert lent.startswith("121NUY")
    assert "|AJNotes on the Analytical Engine|AH2099-12-31|" in lent
    try:
        assert kiosk.ask(f"17{BLANK}AOPYL|ABX1|", 2).startswith("1804")
        assert "|AUX1|" in kiosk.ask(f"63019{BLANK}  Y       AOPYL|AAP1|AC|AD1815|", 3)
        assert kiosk.ask(f"29NN{BLANK}{BLANK}AOPYL|AAP1|ABX1|", 4).startswith("301Y")
        refused = kiosk.ask(f"11YN{BLANK}{BLANK}AOPYL|AAP2|ABX1|AC|", 5)
        assert refused.startswith("120NUN")
        assert "|AF此馆藏已借给其他读者" in refused
        assert "|AFLent to somebody else|" in refused
    finally:
        returned = kiosk.ask(f"09N{BLANK}{BLANK}AP3F|AOPYL|ABX1|AC|", 6)
    assert returned.startswith("101YUN")
    assert "|AQSTACKS|" in returned


def test_a_wrong_pin_lends_nothing_although_the_system_does_not_look_at_it(kiosk):
    """pysip2's library lends whatever AD is: SoftDock asks first."""
    refused = kiosk.ask(f"11YN{BLANK}{BLANK}AOPYL|AAP1|ABX2|AC|AD0000|", 1)

    assert refused.startswith("120")
    assert "密码错误" in refused
    assert kiosk.ask(f"17{BLANK}AOPYL|ABX2|", 2).startswith("1803")


def test_holds_payments_and_the_end_of_a_session_go_through(kiosk):
    held = kiosk.ask(f"15+{BLANK}AOPYL|AAP1|ABX2|", 1)
    assert held.startswith("161N")
    assert "BR2|" in held
    paid = kiosk.ask(f"37{BLANK}0100CNYBV2.50|AOPYL|AAP1|BKK-1|", 2)
    assert paid.startswith("38Y")
    assert "|BKK-1|" in paid
    assert kiosk.ask(f"35{BLANK}AOPYL|AAP1|", 3).startswith("36Y")


def test_what_it_does_not_offer_is_hidden_from_devices(kiosk):
    """It has no 01, 19, 25 and 65, and says so."""
    kiosk.ask(f"17{BLANK}AOPYL|ABX1|", 1)  # by now its status is known

    assert "|BXYYYNYYYYYYYNNYYN|" in kiosk.ask("9900802.00", 2)
    assert kiosk.ask(f"65{BLANK}AOPYL|AAP1|", 3).startswith("660")
