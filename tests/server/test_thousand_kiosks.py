"""A thousand kiosks ask at once, the process is killed in their midst, and all come back at once with the same request."""

import json
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime
from resource import RLIMIT_NOFILE, getrlimit, setrlimit
from selectors import EVENT_READ, DefaultSelector
from socket import create_connection

import pytest

from journal_tables import entries
from running import HASH_OF_KIOSK, Line, softdock
from state_changes import LIBRARY

pytestmark = pytest.mark.socket

KIOSKS = 1000
HEARD_BEFORE = 300
"""Kiosks that have heard their answer when the process is killed."""
PATIENCE = 60


@pytest.fixture(autouse=True)
def _many_files():
    soft, hard = getrlimit(RLIMIT_NOFILE)
    setrlimit(RLIMIT_NOFILE, (min(hard, max(soft, 2 * KIOSKS + 200)), hard))
    yield
    setrlimit(RLIMIT_NOFILE, (soft, hard))


def holdings():
    return json.dumps(
        {
            "library": {"id": LIBRARY},
            "policies": {"default": {"loan_days": 30, "renewals": 9}},
            "patrons": [{"id": f"P{number:04}", "name": f"Reader {number}"} for number in range(KIOSKS)],
            "items": [{"id": f"I{number:04}", "title": f"Volume {number}"} for number in range(KIOSKS)],
        }
    )


def settings(port=0):
    system = {
        "adapter": "inhouse",
        "database": "sqlite:///books.db",
        "import": "holdings.json",
        "pin_key": "a key of tests, and of nothing else",
    }
    return {
        "store": "sqlite:///store.db",
        "listen": [{"sip2": f"127.0.0.1:{port}", "limits": {"per_address": 2 * KIOSKS}}],
        "libraries": {LIBRARY: {"system": system, "time_zone": "UTC", "deadline": "30s"}},
        "accounts": [{"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": LIBRARY}],
    }


class Crowd:
    """All kiosks; each wants one item, and asks for it in the same words until it is answered."""

    def __init__(self):
        stamp = f"{datetime.now(UTC):%Y%m%d   Z%H%M%S}"
        self._requests = [
            f"11NN{stamp}{stamp}AO{LIBRARY}|AAP{number:04}|ABI{number:04}|AC|" for number in range(KIOSKS)
        ]
        self.answers = {}
        """By kiosk: whether it was yes."""

    def ask(self, port, answers):
        """Those who have no answer yet connect and ask, all of them; until so many were heard in all, or hung up on."""
        waiting = [number for number in range(KIOSKS) if number not in self.answers]
        lines = {number: Line(create_connection(("127.0.0.1", port), PATIENCE)) for number in waiting}
        with DefaultSelector() as selector:
            for number, line in lines.items():
                line.say("9300CNkiosk|COkiosk|")
                line.say(self._requests[number], number % 10)
                selector.register(line.socket, EVENT_READ, number)
            while len(self.answers) < answers:
                ready = selector.select(PATIENCE)
                assert ready, "nobody hears anything"
                for key, _ in ready:
                    assert self._heard(key.data, lines[key.data]), "hung up on"
        return lines

    def _heard(self, number, line):
        """Hear what has come to a kiosk; False at the end of its connection."""
        while (answer := line.hear()) == "941" and line.has_more:
            pass
        if answer and answer != "941":
            self.answers[number] = answer[2] == "1"
        return bool(answer)

    def hear_the_rest(self, lines):
        """What had left the process before it was killed."""
        for number, line in lines.items():
            with suppress(OSError):
                while number not in self.answers and self._heard(number, line):
                    pass
            line.socket.close()


def test_all_are_served_and_nothing_is_lent_twice(tmp_path):
    crowd = Crowd()
    with softdock(tmp_path, settings(), holdings_json=holdings()) as running:
        port = running.ports[0]
        lines = crowd.ask(port, HEARD_BEFORE)
        running.kill()
        crowd.hear_the_rest(lines)
    before = len(crowd.answers)
    assert HEARD_BEFORE <= before < KIOSKS
    with softdock(tmp_path, settings(port)) as running:
        crowd.hear_the_rest(crowd.ask(port, KIOSKS))
        assert running.terminate() == 0
    assert Counter(crowd.answers.values()) == {True: KIOSKS}
    with closing(sqlite3.connect(tmp_path / "books.db")) as books:
        loans = dict(books.execute("SELECT item, patron FROM loan").fetchall())
    assert loans == {f"I{number:04}": f"P{number:04}" for number in range(KIOSKS)}
    kept = entries(tmp_path / "store.db")
    assert all(each.is_settled and not each.listed for each in kept)
    done = Counter(each.item for each in kept if each.last_word == "done")
    assert done == dict.fromkeys(loans, 1)
