"""SIGHUP: new settings hold without a restart, and bad ones change nothing."""

import re
import socket
import ssl
from urllib.request import urlopen

import pytest
from argon2 import PasswordHasher

from certificates import a_certificate
from running import HASH_OF_KIOSK, a_demo, softdock

pytestmark = pytest.mark.socket

LOGIN = "9300CNkiosk|COkiosk|CP3F|"
STAMP = "20260101    120000"
ITEM = f"17{STAMP}AOCDL|ABCD0001|"
CHECKOUT = f"11YN{STAMP}{' ' * 18}AOCDL|AAR0001|ABCD0001|AC|AD1234|"
OPS = {"ops": "127.0.0.1:0"}
MEMORY = {"adapter": "inhouse", "database": "memory", "import": "demo"}


def a_library(**changes):
    return {"CDL": {"system": MEMORY, **changes}}


def metric(running, name):
    page = urlopen(f"http://127.0.0.1:{running.ports[-1]}/metrics").read().decode()
    return float(re.search(rf"^{re.escape(name)} (.+)$", page, re.MULTILINE)[1])


def test_a_downtime_begins_and_ends_while_a_kiosk_is_connected(tmp_path, connect):
    """Its session stays, its next request goes by the new settings, and the books are the same as before."""
    with softdock(tmp_path, a_demo()) as running:
        kiosk = connect(running.ports[0])
        kiosk.ask(LOGIN)
        assert kiosk.ask(CHECKOUT).startswith("121")
        text = {"zh": "系统维护", "en": "maintenance"}
        assert running.reload(a_demo(libraries=a_library(downtime={"text": text}, name="新名字")))
        assert kiosk.ask("9900802.00").startswith("98N")
        assert "系统维护" in kiosk.ask(CHECKOUT)
        assert running.reload(a_demo(libraries=a_library(name="新名字")))
        status = kiosk.ask("9900802.00")
        assert status.startswith("98Y")
        assert "|AM新名字|" in status
        assert kiosk.ask(f"09N{STAMP}{STAMP}AP3F|AOCDL|ABCD0001|AC|").startswith("101")
        assert metric(running, 'softdock_reloads_total{outcome="accepted"}') == 2


def test_bad_settings_are_refused_with_every_reason_and_service_goes_on(tmp_path, connect):
    """The log has each problem with its place; nothing of the new settings holds, not even what is good."""
    with softdock(tmp_path, a_demo()) as running:
        kiosk = connect(running.ports[0])
        kiosk.ask(LOGIN)
        bad = a_demo(
            libraries=a_library(deadline="5 sec", downtime={}) | {"CQL": {"system": {"adapter": "inhous"}}},
            accounts=[],
        )
        assert not running.reload(bad)
        bad["libraries"]["CDL"]["deadline"] = "5s"
        assert not running.reload(bad)
        places = [
            each["place"] for each in running.events if each["event"] == "the new settings are not good"
        ]
        assert any("libraries.CDL.deadline" in each for each in places)
        assert any("libraries.CQL.system" in each for each in places)
        assert all(each.startswith(str(running.settings)) for each in places)
        assert kiosk.ask("9900802.00").startswith("98Y")
        assert connect(running.ports[0]).ask(LOGIN) == "941"
        assert metric(running, 'softdock_reloads_total{outcome="refused"}') == 2


def test_a_file_of_settings_that_is_gone_changes_nothing(tmp_path, connect):
    with softdock(tmp_path, a_demo()) as running:
        running.settings.unlink()
        assert not running.reload()
        assert connect(running.ports[0]).ask(LOGIN) == "941"


def test_accounts_and_profiles_hold_for_who_logs_in_from_now_on(tmp_path, connect):
    """A new password, another dialect; who is connected keeps what it has."""
    with softdock(tmp_path, a_demo()) as running:
        old = connect(running.ports[0])
        old.ask(LOGIN)
        hashed = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("changed")
        account = {"user": "kiosk", "password_hash": hashed, "library": "CDL", "profile": "english"}
        assert running.reload(a_demo(accounts=[account], profiles={"english": {"language": "en"}}))
        assert connect(running.ports[0]).ask(LOGIN) == "940"
        new = connect(running.ports[0])
        assert new.ask("9300CNkiosk|COchanged|") == "941"
        unknown = f"63000{STAMP}{' ' * 10}AOCDL|AANOBODY|"
        assert "This card is not known" in new.ask(unknown)
        assert "This card is not known" not in old.ask(unknown)


def test_a_renewed_certificate_is_shown_to_new_connections(tmp_path, connect):
    """The old connection goes on; nothing has to be restarted when a certificate is renewed."""
    authority = a_certificate(tmp_path, "authority")
    a_certificate(tmp_path, "server", authority)
    listen = [{"sip2": "127.0.0.1:0", "tls": {"certificate": "server.pem", "key": "server.key"}}, OPS]
    context = ssl.create_default_context(cafile=str(tmp_path / "authority.pem"))

    def wrap(plain):
        return context.wrap_socket(plain, server_hostname="localhost")

    with softdock(tmp_path, a_demo(listen=listen)) as running:
        old = connect(running.ports[0], wrap)
        assert old.ask(LOGIN) == "941"
        before = old.socket.getpeercert()["serialNumber"]
        a_certificate(tmp_path, "server", authority)
        assert running.reload()
        new = connect(running.ports[0], wrap)
        assert new.ask(LOGIN) == "941"
        assert new.socket.getpeercert()["serialNumber"] != before
        assert old.ask("9900802.00").startswith("98Y")
        (tmp_path / "server.key").write_text("no key")
        assert not running.reload()
        assert "no private key" in running.log
        assert connect(running.ports[0], wrap).ask(LOGIN) == "941"


def test_listeners_come_and_go_and_one_that_stays_keeps_its_port(tmp_path, connect):
    """A removed one disconnects its devices and is free; the other's devices notice nothing."""
    first, second = {"sip2": "127.0.0.1:0"}, {"sip2": "localhost:0"}
    with softdock(tmp_path, a_demo(listen=[first, OPS])) as running:
        stays = running.ports[0]
        kiosk = connect(stays)
        kiosk.ask(LOGIN)
        assert running.reload(a_demo(listen=[second, first, OPS]))
        goes = running.ports[0]
        assert running.ports[1] == stays
        other = connect(goes)
        assert other.ask(LOGIN) == "941"
        assert running.reload(a_demo(listen=[first, OPS]))
        assert other.hear() == ""
        with pytest.raises(OSError):
            connect(goes)
        assert kiosk.ask("9900802.00").startswith("98Y")
        assert connect(stays).ask(LOGIN) == "941"


def test_a_port_may_move_to_another_interface_and_a_taken_one_refuses_everything(tmp_path, connect):
    """The same number on all interfaces can only be taken when it is free; what fails leaves all as it was."""
    with socket.create_server(("127.0.0.1", 0)) as taken, softdock(tmp_path, a_demo()) as running:
        port = running.ports[0]
        assert running.reload(a_demo(listen=[{"sip2": f"127.0.0.1:{port}"}, OPS]))
        everywhere = {"sip2": f"0.0.0.0:{port}"}
        clash = {"sip2": f"127.0.0.1:{taken.getsockname()[1]}"}
        assert not running.reload(a_demo(listen=[everywhere, clash, OPS], accounts=[]))
        assert "Couldn't listen" in running.log
        assert connect(port).ask(LOGIN) == "941"
        assert running.reload(a_demo(listen=[everywhere, OPS]))
        assert running.ports[0] == port
        assert connect(port).ask(LOGIN) == "941"


def test_a_library_that_leaves_takes_its_devices_along_and_no_others(tmp_path, connect):
    """Each library has its own system; the one that stays is not opened again."""
    both = a_library() | {"CQL": {"system": MEMORY}}
    accounts = [
        {"user": user, "password_hash": HASH_OF_KIOSK, "library": library}
        for user, library in (("kiosk", "CDL"), ("other", "CQL"))
    ]
    with softdock(tmp_path, a_demo(libraries=both, accounts=accounts)) as running:
        stays, goes = connect(running.ports[0]), connect(running.ports[0])
        assert stays.ask(LOGIN) == "941"
        assert goes.ask("9300CNother|COkiosk|") == "941"
        assert stays.ask(CHECKOUT).startswith("121N")
        assert running.reload(a_demo(accounts=accounts[:1]))
        assert goes.hear() == ""
        assert stays.ask(CHECKOUT).startswith("121Y"), "renewed: the books are the same"


def test_a_system_that_is_changed_is_opened_anew(tmp_path, connect):
    """Here an empty library in memory takes over from the demo; a kiosk that is connected asks the new one."""
    with softdock(tmp_path, a_demo()) as running:
        kiosk = connect(running.ports[0])
        kiosk.ask(LOGIN)
        assert "三体" in kiosk.ask(ITEM)
        empty = {"CDL": {"system": {"adapter": "inhouse", "database": "memory"}}}
        assert running.reload(a_demo(libraries=empty))
        assert "三体" not in kiosk.ask(ITEM)


def test_books_on_a_disk_are_the_same_to_a_system_that_is_changed(tmp_path, connect):
    """Its settings change while the old one is still there, with the file open; what was lent is lent."""
    system = {"adapter": "inhouse", "database": "sqlite:///books.db", "import": "demo"}
    system["pin_key"] = "a key for tests alone"
    with softdock(tmp_path, a_demo(libraries={"CDL": {"system": system}})) as running:
        kiosk = connect(running.ports[0])
        kiosk.ask(LOGIN)
        assert kiosk.ask(CHECKOUT).startswith("121N")
        for days in (3, 5):
            changed = {"CDL": {"system": system | {"hold_shelf_days": days}}}
            assert running.reload(a_demo(libraries=changed)), running.log
            assert kiosk.ask(CHECKOUT).startswith("121Y"), "renewed: the loan is known"


def test_the_log_changes_its_level(tmp_path, connect):
    with softdock(tmp_path, a_demo()) as running:
        assert running.reload(a_demo(log={"format": "json", "level": "debug"}))
        connect(running.ports[0]).ask(LOGIN)
        assert running.wait_for("a device has logged in")["user"] == "kiosk"
