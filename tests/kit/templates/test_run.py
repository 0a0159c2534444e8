"""A copied template behind `softdock run`, in a process of its own."""

import socket

import pytest

from house_kiosk import BLANK, FREE, GOOD, LIBRARY, PIN, STAMP, secret_file
from running import Line, softdock
from simulated import reached
from softdock.kit.simulators.house import start_rest
from softdock.kit.simulators.house.rest import CLIENT, SECRET
from softdock.kit.templates import copy_template

pytestmark = pytest.mark.socket


def test_a_kiosk_borrows_and_returns_through_a_process_with_a_copied_folder(tmp_path):
    copy_template("http-json", tmp_path / "ours", "ours")
    with reached(start_rest) as (house, _):
        system = {
            "adapter": "./ours",
            "url": house.url,
            "client": CLIENT,
            "secret": secret_file(tmp_path, SECRET),
        }
        settings = {
            "store": "sqlite:///store.db",
            "listen": [{"sip2": "127.0.0.1:0"}],
            "libraries": {LIBRARY: {"system": system}},
            "accounts": [{"address": "127.0.0.1", "library": LIBRARY, "location": "3F"}],
        }
        with softdock(tmp_path, settings) as running:
            with socket.create_connection(("127.0.0.1", running.ports[0]), 10) as connection:
                kiosk = Line(connection)
                lent = kiosk.ask(f"11NN{STAMP}{BLANK}AO{LIBRARY}|AA{GOOD}|AB{FREE}|AC|AD{PIN}|")
                returned = kiosk.ask(f"09N{STAMP}{STAMP}AP3F|AO{LIBRARY}|AB{FREE}|AC|")
            assert running.terminate() == 0

        assert (lent[:3], returned[:3]) == ("121", "101")
        assert [each.call for each in house.requests] == ["token", "readers/password", "loans", "returns"]
        assert GOOD not in running.log
