"""Another program's kiosk in front of a whole SoftDock: the Sip2 package from PyPI, over a real socket."""

import pytest
from Sip2.wrapper import Sip2Wrapper

from running import a_demo, softdock

pytestmark = [pytest.mark.socket, pytest.mark.filterwarnings("ignore")]  # its sockets are its own affair


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with softdock(tmp_path_factory.mktemp("clients"), a_demo()) as process:
        yield process


@pytest.fixture(params=["Sip2", "Gossip"])
def kiosk(request, running, tmp_path):
    """A kiosk of that program, logged in; in its two dialects."""
    settings = {
        "hostName": "127.0.0.1",
        "hostPort": running.ports[0],
        "tlsEnable": False,
        "hostEncoding": "utf-8",
        "institutionId": "CDL",
        "withCrc": True,
        "withSeq": True,
        "scLocation": "3F",
        "loglevel": "ERROR",
        "logfile_path": str(tmp_path),
    }
    wrapper = Sip2Wrapper(settings, True, request.param)
    wrapper.login_device("kiosk", "kiosk")
    yield wrapper
    wrapper.disconnect()


def test_it_logs_in_and_sees_the_library_on_line(kiosk):
    """94 and 98 as it expects them."""
    assert kiosk.return_sc_status()["fixed"]["OnlineStatus"] == "Y"
    assert kiosk.return_sc_status()["variable"]["AO"] == ["CDL"]


def test_it_recognises_patrons(kiosk):
    """The right PIN is let in, a wrong one and an unknown card are not."""
    assert kiosk.login_patron("R0001", "1234")
    assert kiosk.get_patron_status()["variable"]["AE"] == ["王小明"]
    assert not kiosk.login_patron("R0001", "9999")
    assert not kiosk.login_patron("NOBODY", "1234")


def test_it_lends_renews_and_takes_back(kiosk):
    """11, 29, 63 with the list of loans, 17 and 09, with its own checks of every answer."""
    assert kiosk.login_patron("R0001", "1234")
    kiosk._patronStatus = None  # it reads a Y in the patron status as a permission, and would ask for nothing
    assert kiosk.sip_item_checkout("CD0001")
    try:
        kiosk.sip_item_information("CD0001")
        assert kiosk.return_last_response_parsed()["fixed"]["CirculationStatus"] == "04"
        assert kiosk.sip_item_renew("CD0001")
        kiosk.sip_patron_information("charged")
        assert "CD0001" in kiosk.return_last_response_parsed()["variable"]["AU"]
        assert kiosk.sip_item_renew_all()
    finally:
        assert kiosk.sip_item_checkin("CD0001")
    assert kiosk.sip_patron_session_end()
