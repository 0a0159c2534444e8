"""SoftDock as a process: it starts, serves, drains, and says what is wrong in one sentence."""

import json
import socket
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

import pytest

from certificates import a_certificate
from running import COMMAND, a_demo, softdock

pytestmark = pytest.mark.socket

LOGIN = "9300CNkiosk|COkiosk|CP3F|"
STAMP = "20260101    120000"


def test_a_kiosk_lends_and_takes_back(tmp_path, connect):
    """From the first login to a returned book, over a real socket, with error detection."""
    with softdock(tmp_path, a_demo()) as running:
        kiosk = connect(running.ports[0])
        assert kiosk.ask(LOGIN, 0) == "941AY0AZFDFD"
        assert kiosk.ask("9900802.00", 1).startswith("98YYYYYN")
        assert "|BLY|CQY|" in kiosk.ask(f"63001{STAMP}          AOCDL|AAR0001|AC|AD1234|", 2)
        assert kiosk.ask(f"11YN{STAMP}{' ' * 18}AOCDL|AAR0001|ABCD0001|AC|AD1234|", 3).startswith("121N")
        assert kiosk.ask(f"09N{STAMP}{STAMP}AP3F|AOCDL|ABCD0001|AC|", 4).startswith("101Y")
        assert (
            "softdock_operations_total"
            in urlopen(f"http://127.0.0.1:{running.ports[1]}/metrics").read().decode()
        )
        assert running.terminate() == 0
        lines = [json.loads(each) for each in running.log.splitlines()]
        assert [each["kind"] for each in lines if each["event"] == "operation"] == ["checkout", "checkin"]


def test_two_kiosks_race_for_one_item_and_one_wins(tmp_path, connect):
    """Six kiosks with six patrons, one book: exactly one loan."""
    with softdock(tmp_path, a_demo()) as running:
        kiosks = [connect(running.ports[0]) for _ in range(6)]
        for kiosk in kiosks:
            assert kiosk.ask(LOGIN) == "941"
        asked = [
            f"11NN{STAMP}{' ' * 18}AOCDL|AAR00{n:02d}|ABCD0001|AC|AD1234|" for n in (1, 6, 9, 11, 12, 13)
        ]
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda pair: pair[0].ask(pair[1]), zip(kiosks, asked, strict=True)))
        assert sum(answer.startswith("121") for answer in answers) == 1


def test_sigterm_closes_idle_connections_and_ends_well(tmp_path, connect):
    """An orderly stop: devices see the end of their connection, the exit code is 0, nothing listens any more."""
    with softdock(tmp_path, a_demo()) as running:
        kiosk = connect(running.ports[0])
        assert kiosk.ask(LOGIN) == "941"
        assert running.terminate() == 0
        assert kiosk.hear() == ""
        with pytest.raises(OSError):
            connect(running.ports[0])


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path):
    """Exit code 3, and no traceback."""
    with softdock(tmp_path, a_demo()) as running:
        settings = tmp_path / "second.yaml"
        settings.write_text(json.dumps(a_demo(listen=[{"sip2": f"127.0.0.1:{running.ports[0]}"}])))
        second = subprocess.run([COMMAND, "run", "-c", settings], capture_output=True, text=True, timeout=60)
        assert second.returncode == 3
        assert "Couldn't listen" in second.stderr
        assert "Traceback" not in second.stderr


def test_settings_that_are_wrong_are_all_told_before_anything_starts(tmp_path):
    """Exit code 1 and every problem with its place, for run as for check-config."""
    settings = tmp_path / "softdock.yaml"
    settings.write_text(
        "listen:\n  - {sip2: 127.0.0.1:0, profile: nobody}\nlibraries:\n  L:\n    deadline: 5 sec\n"
        "    system: {adapter: inhouse, database: memory, import: missing.json}\n"
    )
    for verb in ("run", "check-config"):
        result = subprocess.run([COMMAND, verb, "-c", settings], capture_output=True, text=True, timeout=60)
        assert result.returncode == 1
        assert f"{settings}:2:" in result.stderr
        assert f"{settings}:5:" in result.stderr


def test_what_only_the_adapter_knows_to_be_wrong_is_told_with_its_place(tmp_path):
    """A missing import file and an unknown adapter are problems of the settings, not crashes."""
    settings = tmp_path / "softdock.yaml"
    for system, said in (
        ("{adapter: inhouse, database: memory, import: missing.json}", "missing.json"),
        ("{adapter: inhous}", "inhouse"),
        ("{adapter: inhouse, database: papyrus}", "memory"),
    ):
        settings.write_text(f"listen: [{{sip2: 127.0.0.1:0}}]\nlibraries:\n  L:\n    system: {system}\n")
        result = subprocess.run(
            [COMMAND, "check-config", "-c", settings], capture_output=True, text=True, timeout=60
        )
        assert result.returncode == 1, result.stderr
        assert f"{settings}:4:" in result.stderr
        assert said in result.stderr


def test_tls_with_certificates_on_both_sides(tmp_path, connect):
    """A device with a certificate of the right authority is served, one without is not."""
    authority = a_certificate(tmp_path, "authority")
    a_certificate(tmp_path, "server", authority)
    a_certificate(tmp_path, "device", authority)
    tls = {"certificate": "server.pem", "key": "server.key", "client_ca": "authority.pem"}
    with softdock(tmp_path, a_demo(listen=[{"sip2": "127.0.0.1:0", "tls": tls}])) as running:
        context = ssl.create_default_context(cafile=str(tmp_path / "authority.pem"))

        def wrap(plain):
            return context.wrap_socket(plain, server_hostname="localhost")

        with pytest.raises(ssl.SSLError):
            connect(running.ports[0], wrap).ask(LOGIN)
        context.load_cert_chain(tmp_path / "device.pem", tmp_path / "device.key")
        kiosk = connect(running.ports[0], wrap)
        assert kiosk.ask(LOGIN) == "941"
        for _ in range(50):
            assert kiosk.ask("9900802.00").startswith("98Y")


def test_the_proxy_protocol_is_believed_from_trusted_networks_only(tmp_path, connect):
    """A device behind a balancer is known by its own address; nobody else can pretend one."""
    platform = [{"address": "192.0.2.7", "library": "CDL"}]
    header = b"PROXY TCP4 192.0.2.7 192.0.2.1 40000 6001\r\n"
    item = f"17{STAMP}AOCDL|ABCD0001|"
    for networks, served in ((["127.0.0.0/8"], True), (["10.0.0.0/8"], False)):
        listen = [{"sip2": "127.0.0.1:0", "proxy": networks}]
        with softdock(tmp_path, a_demo(listen=listen, accounts=platform)) as running:
            device = connect(running.ports[0])
            device.socket.sendall(header)
            assert ("|AJ|" not in device.ask(item)) is served


def test_one_request_and_the_end_of_input_is_still_answered(tmp_path, connect):
    """Scripts send, close their side, and read: they get everything they asked for."""
    with softdock(tmp_path, a_demo()) as running:
        device = connect(running.ports[0])
        device.say(LOGIN)
        device.say("9900802.00")
        device.socket.shutdown(socket.SHUT_WR)
        assert device.hear() == "941"
        assert device.hear().startswith("98Y")
        assert device.hear() == ""
