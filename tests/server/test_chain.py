"""SoftDock behind SoftDock behind SoftDock: what a device is told three houses away is what the books say.

The house in front speaks UTF-8 and CR to its devices, the one in the middle is asked in GB18030 with CR LF, and the books
are kept by the last.  Each of them logs in at the next.
"""

from contextlib import ExitStack, closing

import pytest
from Sip2.wrapper import Sip2Wrapper

import lenders
from running import HASH_OF_KIOSK, a_demo, softdock

pytestmark = [pytest.mark.socket, pytest.mark.filterwarnings("ignore")]  # Sip2's sockets are its own affair

BLANK = " " * 18
GBK = {"charset": "gb18030", "terminator": "crlf"}
SOFTDOCK = {"like": "softdock"}


def front_of(port, profile, listens="default"):
    """Settings of a house whose library is kept by the SoftDock at `port`."""
    system = {
        "adapter": "sip2",
        "address": f"127.0.0.1:{port}",
        "user": "kiosk",
        "password": "kiosk",
        "connections": 4,
        "profile": profile,
    }
    return a_demo(
        listen=[{"sip2": "127.0.0.1:0", "profile": listens}, {"ops": "127.0.0.1:0"}],
        libraries={"CDL": {"system": system}},
        profiles={"gbk": GBK},
        accounts=[{"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": "CDL"}],
    )


@pytest.fixture(scope="module")
def houses(tmp_path_factory):
    """The port of the last house, and that of the first."""
    with ExitStack() as stack:

        def house(name, settings):
            process = stack.enter_context(softdock(tmp_path_factory.mktemp(name), settings))
            return process.ports[0]

        books = house("books", a_demo())
        middle = house("middle", front_of(books, SOFTDOCK, listens="gbk"))
        yield books, house("front", front_of(middle, SOFTDOCK | GBK))


@pytest.fixture
def devices(houses):
    """A device at the books, and one two houses away."""
    near, far = (lenders.connected(port) for port in houses)
    with closing(near.socket), closing(far.socket):
        yield near, far


def without_stamp(answer):
    """An answer without what the second of the clock changes."""
    fixed = {"64": 17 + 4, "24": 17 + 4, "12": 6, "10": 6, "18": 8, "30": 6}[answer[:2]]
    return answer[:fixed] + answer[fixed + 18 :]


@pytest.mark.parametrize(
    "request_line",
    [
        f"63019{BLANK}{' ' * 10}AOCDL|AAR0001|AC|AD1234|",
        f"63001{BLANK}Y         AOCDL|AAR0003|AC|AD1234|BP1|BQ2|",
        f"63001{BLANK}  Y       AOCDL|AAR0004|AC|AD1234|",
        f"63019{BLANK}{' ' * 10}AOCDL|AAR0001|AC|AD9999|",
        f"63019{BLANK}{' ' * 10}AOCDL|AAR0002|AC|AD1234|",
        f"63001{BLANK}{' ' * 10}AOCDL|AAR0002|AC|",
        f"63019{BLANK}{' ' * 10}AOCDL|AANOBODY|AC|AD1234|",
        f"23019{BLANK}AOCDL|AAR0001|AC|AD1234|",
        f"63001{BLANK}{' ' * 10}AOCDL|AAR0005|AC|AD1234|",
        f"63019{BLANK}   Y      AOCDL|AAR0006|AC|AD1234|",
        f"63019{BLANK}{' ' * 10}AOCDL|AAR0008|AC|AD1234|",
        f"63019{BLANK}{' ' * 10}AOCDL|AAR0009|AC|AD1234|",
        f"63001{BLANK}{' ' * 10}AOCDL|AAR0010|AC|AD1234|",
        f"17{BLANK}AOCDL|ABCD0001|",
    ],
)
def test_the_same_is_told_near_and_far(devices, request_line):
    near, far = (without_stamp(each.ask(request_line)) for each in devices)

    assert sorted(far.split("|")) == sorted(near.split("|"))


def test_a_loan_and_a_return_three_houses_away_are_in_the_books(devices):
    near, far = devices
    lent = far.ask(f"11YN{BLANK}{BLANK}AOCDL|AAR0001|ABCD0001|AC|AD1234|")
    assert lent.startswith("121N")
    try:
        assert near.ask(f"17{BLANK}AOCDL|ABCD0001|").startswith("1804")
        again = far.ask(f"11NN{BLANK}{BLANK}AOCDL|AAR0010|ABCD0001|AC|AD1234|")
        assert again.startswith("120")
        assert "|AF此馆藏已借给其他读者，请到服务台咨询。|" in again
        assert again.count("|AF") == 1
    finally:
        assert far.ask(f"09N{BLANK}{BLANK}AP|AOCDL|ABCD0001|AC|").startswith("101")
    assert near.ask(f"17{BLANK}AOCDL|ABCD0001|").startswith("1803")


def test_another_program_s_kiosk_is_served_three_houses_away(houses, tmp_path):
    settings = {
        "hostName": "127.0.0.1",
        "hostPort": houses[1],
        "tlsEnable": False,
        "hostEncoding": "utf-8",
        "institutionId": "CDL",
        "withCrc": True,
        "withSeq": True,
        "scLocation": "3F",
        "loglevel": "ERROR",
        "logfile_path": str(tmp_path),
    }
    kiosk = Sip2Wrapper(settings, True, "Sip2")
    kiosk.login_device("kiosk", "kiosk")
    try:
        assert kiosk.login_patron("R0001", "1234")
        assert kiosk.get_patron_status()["variable"]["AE"] == ["王小明"]
        kiosk._patronStatus = None  # it reads a Y in the patron status as a permission
        assert kiosk.sip_item_checkout("CD0002")
        assert kiosk.sip_item_renew("CD0002")
        assert kiosk.sip_item_checkin("CD0002")
        assert not kiosk.login_patron("R0001", "9999")
    finally:
        kiosk.disconnect()
