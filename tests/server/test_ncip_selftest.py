"""`softdock ncip selftest` against a SoftDock of its own, over real connections."""

import subprocess
import sys
from pathlib import Path

import pytest

from running import a_demo, softdock

pytestmark = pytest.mark.socket

COMMAND = Path(sys.executable).with_name("softdock")
LISTEN = [{"ncip": "127.0.0.1:0"}, {"ncip-tcp": "127.0.0.1:0"}, {"ops": "127.0.0.1:0"}]
PARTNER = {"agency": "PARTNER", "library": "CDL", "address": "127.0.0.1"}
SELFTEST = ("selftest", "--patron", "R0001", "--item", "CD0001", "--other-patron", "R0002", "--pin")


def selftest(*where):
    return subprocess.run(
        [COMMAND, "ncip", *where, "--from-agency", "PARTNER", "--to-agency", "CDL", *SELFTEST],
        input="1234\n", capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_softdock_passes_the_life_cycle_over_http_and_over_tcp(tmp_path):
    with softdock(tmp_path, a_demo(listen=LISTEN, accounts=[PARTNER])) as server:
        http, tcp = server.ports[0], server.ports[1]

        over_http = selftest("--url", f"http://127.0.0.1:{http}/ncip")
        over_tcp = selftest("--tcp", f"127.0.0.1:{tcp}")

    assert over_http.returncode == 0, over_http.stdout + over_http.stderr
    assert over_tcp.returncode == 0, over_tcp.stdout + over_tcp.stderr
    assert "✓ check-out" in over_http.stdout
