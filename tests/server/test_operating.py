"""What an operator does to a running SoftDock: look who is there, disconnect, trace, and leave it to systemd."""

import json
import socket
import stat
import subprocess
from threading import Thread

import pytest

from running import COMMAND, HASH_OF_KIOSK, a_demo, softdock

pytestmark = pytest.mark.socket

LOGIN = "9300CNkiosk|COkiosk|CP3F|"
OTHER = "9300CNother|COkiosk|CP1F|"
PATRON = f"63001{' ' * 28}AOCDL|AAR0001|AD1234|"


def an_operated_demo(**changes):
    accounts = [
        {"user": user, "password_hash": HASH_OF_KIOSK, "library": "CDL", "location": location}
        for user, location in (("kiosk", "3F"), ("other", "1F"))
    ]
    return a_demo(admin="admin.sock", accounts=accounts, **changes)


def operate(running, *arguments):
    return subprocess.run(
        [COMMAND, *arguments, "-c", running.settings], capture_output=True, text=True, timeout=60, check=False
    )


class Traced:
    """A `softdock trace` that runs, and what it has shown."""

    def __init__(self, running, *arguments):
        self.process = subprocess.Popen(
            [COMMAND, "trace", *arguments, "-c", running.settings],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.begun = self.process.stderr.readline()

    def lines(self, count):
        """So many lines of the wire: session, arrow, text."""
        return [tuple(self.process.stdout.readline().rstrip("\n").split(" ", 3)[1:]) for _ in range(count)]

    def end(self):
        """What it shows besides until it ends; the exit code, and what it said last."""
        rest, said = self.process.communicate(timeout=30)
        return rest, self.process.returncode, said


def test_sessions_are_listed_and_one_is_disconnected(tmp_path, connect):
    """The others stay, and the one may come back."""
    with softdock(tmp_path, an_operated_demo()) as running:
        kiosk, other = connect(running.ports[0]), connect(running.ports[0])
        kiosk.ask(LOGIN)
        kiosk.ask(PATRON)
        other.ask(OTHER)
        assert stat.S_IMODE((tmp_path / "admin.sock").stat().st_mode) == 0o600
        listed = operate(running, "sessions", "list", "--json")
        rows = [json.loads(line) for line in listed.stdout.splitlines()]
        assert [(each["number"], each["account"], each["location"], each["requests"]) for each in rows] == [
            (1, "kiosk", "3F", 2),
            (2, "other", "1F", 1),
        ]
        assert "127.0.0.1" in operate(running, "sessions", "list").stdout
        assert operate(running, "sessions", "kick", "2").stdout == "Disconnected: 2.\n"
        assert other.hear() == ""
        assert kiosk.ask("9900802.00").startswith("98Y")
        assert operate(running, "sessions", "kick", "--account", "other").returncode == 1
        assert connect(running.ports[0]).ask(OTHER) == "941"
        assert running.terminate() == 0
        assert not (tmp_path / "admin.sock").exists()


def test_a_trace_shows_one_terminal_and_not_the_other(tmp_path, connect):
    """While both are in use: both directions, in order, masked; it ends with SoftDock."""
    with softdock(tmp_path, an_operated_demo()) as running:
        kiosk, other = connect(running.ports[0]), connect(running.ports[0])
        kiosk.ask(LOGIN)
        trace = Traced(running, "kiosk")
        assert trace.begun == "Connected now: 1.\n"
        other.ask(OTHER)
        for each in (kiosk, other):
            assert "|AAR0001|" in each.ask(PATRON, 1)
        kiosk.ask("9900802.00", 2)
        lines = trace.lines(4)
        assert [(number, arrow, text[:2]) for number, arrow, text in lines] == [
            ("1", ">", "63"),
            ("1", "<", "64"),
            ("1", ">", "99"),
            ("1", "<", "98"),
        ]
        shown = "".join(text for _, _, text in lines)
        assert "AA***|AD***|AY1AZ(right)" in shown
        for secret in ("R0001", "1234", "王小明"):
            assert secret not in shown
        assert running.terminate() == 0
        assert trace.end() == ("", 0, "SoftDock has stopped.\n")
        logged = [each for each in running.events if each["event"].startswith("a trace has")]
        assert [each["event"] for each in logged] == ["a trace has begun", "a trace has ended"]
        assert all(each["terminal"] == "kiosk" for each in logged)
        assert "AAR0001" not in running.log


def test_a_trace_by_address_begins_with_the_login_and_ends_with_its_time(tmp_path, connect):
    """The terminal is not connected yet; without a mask names show, and passwords do not."""
    with softdock(tmp_path, an_operated_demo()) as running:
        trace = Traced(running, "127.0.0.1", "--unmasked")
        assert trace.begun == "Connected now: none that this names.\n"
        kiosk = connect(running.ports[0])
        kiosk.ask(LOGIN)
        kiosk.ask(PATRON)
        lines = trace.lines(4)
        assert lines[:2] == [("1", ">", "9300CNkiosk|CO***|CP3F|"), ("1", "<", "941")]
        assert "AAR0001|AD***|" in lines[2][2]
        assert "AE王小明" in lines[3][2]
        trace.process.terminate()
        trace.end()
        assert running.wait_for("a trace has ended")["because"] == "nobody listens any more"
        assert Traced(running, "127.0.0.1", "--minutes", "0.001").end() == ("", 0, "The time is over.\n")


def test_a_killed_softdock_leaves_a_socket_that_the_next_one_replaces(tmp_path, connect):
    """And one that runs is not disturbed by a second with the same settings."""
    with softdock(tmp_path, an_operated_demo()) as running:
        running.kill()
        assert operate(running, "sessions", "list").returncode == 3
    with softdock(tmp_path, an_operated_demo()) as running:
        assert operate(running, "sessions", "list").returncode == 0
        with softdock(tmp_path, an_operated_demo()) as second:
            assert "Another SoftDock listens at" in second.log
            assert connect(second.ports[0]).ask(LOGIN) == "941"
        assert operate(running, "sessions", "list").returncode == 0


def test_the_admin_socket_comes_and_goes_with_a_reload(tmp_path, connect):
    """A folder that is missing is told, and nothing fails for it."""
    with softdock(tmp_path, a_demo()) as running:
        assert operate(running, "sessions", "list").returncode == 3
        assert running.reload(a_demo(admin="nowhere/admin.sock"))
        assert "There is no folder" in running.log
        assert running.reload(an_operated_demo())
        assert operate(running, "sessions", "list").returncode == 0
        assert running.reload(a_demo())
        assert connect(running.ports[0]).ask(LOGIN) == "941", "an answer comes when the socket is closed"
        assert not (tmp_path / "admin.sock").exists()


def test_systemd_hears_of_start_reload_watchdog_and_stop(tmp_path):
    """As Type=notify-reload and WatchdogSec want it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(30)

        def hear(word):
            """The next message that begins with `word`, whatever comes in between."""
            while True:
                message = systemd.recv(4096).decode()
                if message.startswith(word):
                    return message

        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "100000"}
        with softdock(tmp_path, a_demo(), environment=environment) as running:
            assert f"STATUS=Listening on 127.0.0.1:{running.ports[0]}" in hear("READY=1")
            hear("WATCHDOG=1")
            assert running.reload()
            assert "MONOTONIC_USEC=" in hear("RELOADING=1")
            hear("READY=1")
            hear("WATCHDOG=1")
            stopping = Thread(target=running.terminate)
            stopping.start()
            hear("STOPPING=1")
            stopping.join(30)
