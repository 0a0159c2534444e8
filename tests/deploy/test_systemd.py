"""The unit of systemd: systemd understands it, finds it closed enough, and SoftDock lives within what it forbids."""

import configparser
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import running
from needs import find
from running import COMMAND, HASH_OF_KIOSK, Line, a_demo, softdock
from softdock import server
from softdock.ops.settings import load_settings

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "deploy" / "systemd"
UNIT = FOLDER / "softdock.service"
EXPOSED_AT_MOST = 1.5
"""Of ten, as systemd-analyze counts; what listens on the network has 0.5 to answer for whatever it does."""

systemd_analyze = pytest.mark.needs("systemd-analyze", "systemd")


def analyze(*arguments):
    return subprocess.run([find("systemd-analyze"), *arguments], capture_output=True, text=True, timeout=60)


@systemd_analyze
def test_systemd_finds_no_fault_with_the_unit_and_its_drop_ins(tmp_path):
    """With a program that exists in place of the one in /opt."""
    unit = tmp_path / "softdock.service"
    text = UNIT.read_text(encoding="utf-8")
    assert "/opt/softdock/bin/softdock" in text
    unit.write_text(text.replace("/opt/softdock/bin/softdock", "/bin/true"), encoding="utf-8")
    drop_ins = tmp_path / "softdock.service.d"
    drop_ins.mkdir()
    for name in ("credentials.conf", "no-tls.conf"):
        (drop_ins / name).write_bytes((FOLDER / name).read_bytes())

    done = analyze("verify", "--recursive-errors=no", str(unit))

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@systemd_analyze
def test_the_unit_leaves_little_open():
    done = analyze("security", "--offline=yes", "--no-pager", str(UNIT))

    assert done.returncode == 0, done.stderr
    found = re.search(r"Overall exposure level for softdock.service: ([\d.]+)", done.stdout)
    assert found, done.stdout
    assert float(found[1]) <= EXPOSED_AT_MOST


def service():
    parser = configparser.RawConfigParser(strict=False, delimiters="=")
    parser.optionxform = str
    parser.read(UNIT, encoding="utf-8")
    return parser["Service"]


def test_the_unit_starts_the_command_and_watches_it():
    """What the program does by itself (ready, signs of life, reload on SIGHUP) is asked for."""
    unit = service()

    assert unit["ExecStart"].endswith("/bin/softdock run -c /etc/softdock/softdock.yaml")
    assert unit["Type"] == "notify"
    assert unit["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert int(unit["WatchdogSec"]) > 0


def test_the_settings_to_begin_with_are_good_and_stay_within_the_folders_of_the_unit(tmp_path):
    """With the files beside them that the guide has the operator make."""
    unit = service()
    text = (FOLDER / "softdock.yaml").read_text(encoding="utf-8")
    socket_there = f"admin: /run/{unit['RuntimeDirectory']}/admin.sock\n"
    assert socket_there in text
    (tmp_path / "softdock.yaml").write_text(
        text.replace(socket_there, "admin: admin.sock\n"), encoding="utf-8"
    )
    (tmp_path / "pin.key").write_text("a key of sixteen characters and more")
    (tmp_path / "kiosk-3f.hash").write_text(HASH_OF_KIOSK)

    assert server.check(tmp_path / "softdock.yaml") == []
    settings = load_settings(tmp_path / "softdock.yaml")
    database = settings.libraries["CDL"].system.options["database"]
    for each in (database, settings.store):
        assert each.startswith(f"sqlite:////var/lib/{unit['StateDirectory']}/")
    assert settings.grace < float(unit["TimeoutStopSec"].replace("1min", "60"))


LAUNCHER = """\
#!{python}
import ctypes, os, sys
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
assert libc.prctl(65, 1, 0, 0, 0) == 0  # PR_SET_MDWE, which an execve keeps
os.execv({command!r}, [{command!r}, *sys.argv[1:]])
"""


def _kernel_forbids_writable_code():
    """Linux 6.3 and newer."""
    code = "import ctypes, sys; sys.exit(ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) != 0)"
    return subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.socket
@pytest.mark.skipif(not _kernel_forbids_writable_code(), reason="this kernel has no PR_SET_MDWE")
def test_without_tls_softdock_needs_no_memory_that_is_both_written_and_run(tmp_path, monkeypatch):
    """As no-tls.conf has it: under MemoryDenyWriteExecute a device logs in, which argon2 looks at, and borrows."""
    launcher = tmp_path / "softdock"
    launcher.write_text(LAUNCHER.format(python=sys.executable, command=COMMAND))
    launcher.chmod(0o755)
    monkeypatch.setattr(running, "COMMAND", str(launcher))
    with (
        softdock(tmp_path, a_demo()) as process,
        socket.create_connection(("127.0.0.1", process.ports[0]), 10) as plain,
    ):
        device = Line(plain)
        assert device.ask("9300CNkiosk|COkiosk|CP3F|") == "941"
        assert device.ask(f"11YN20260101    120000{' ' * 18}AOCDL|AAR0001|ABCD0001|AC|AD1234|").startswith(
            "121"
        )
