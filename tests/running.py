"""A SoftDock process of its own, on free ports of this machine."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Event, Thread

from argon2 import PasswordHasher

from softdock.protocols.sip2.frames import seal

COMMAND = str(Path(sys.executable).with_name("softdock"))
HASH_OF_KIOSK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("kiosk")
"""With cheap parameters, so that a login takes no time."""


LOGGED: list[str] = []
"""Every line that any process of the tests has logged."""


HOLDS = "the new settings hold"
REFUSED = "the settings are refused, and SoftDock goes on as it was"


def write_settings(path, settings):
    path.write_text(json.dumps({"log": {"format": "json"}, **settings}), encoding="utf-8")


class Running:
    """A process, where it listens, and what it has logged."""

    def __init__(self, process, settings):
        self.process = process
        self.settings = settings
        """The file with its settings."""
        self.ports = []
        self._lines = []
        self._more = Condition()
        self._settled = Event()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self._lines.append(line.decode())
            LOGGED.append(self._lines[-1])
            found = re.search(r'"listening":"([^"]+)"', self._lines[-1])
            if found:
                self.ports = [int(each.rpartition(":")[2]) for each in found[1].split()]
                self._settled.set()
            with self._more:
                self._more.notify_all()
        self._settled.set()

    @property
    def log(self):
        return "".join(self._lines)

    @property
    def events(self):
        """What has been logged, as JSON."""
        return [json.loads(each) for each in list(self._lines)]

    def wait_for(self, *events):
        """The first line that logs one of `events`, after those that were waited for before."""
        begun = getattr(self, "_heard", 0)
        with self._more:
            found = self._more.wait_for(lambda: self._first(events, begun), 30)
        assert found, f"it never logged {events}:\n{self.log}"
        self._heard = found[0] + 1
        return found[1]

    def _first(self, events, begun):
        for number, line in enumerate(self._lines[begun:], begun):
            logged = json.loads(line)
            if logged["event"] in events:
                return number, logged
        return None

    def reload(self, settings=None):
        """Have it read its settings again, which are `settings` from now on; whether they hold."""
        if settings is not None:
            write_settings(self.settings, settings)
        self.process.send_signal(signal.SIGHUP)
        return self.wait_for(HOLDS, REFUSED)["event"] == HOLDS

    def wait_until_ready(self):
        """Until the line that says where it listens."""
        assert self._settled.wait(60), "SoftDock takes too long to start"
        assert self.ports, f"SoftDock did not start:\n{self.log}"
        return self

    def terminate(self):
        """End it in order; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def kill(self):
        """End it as a power cut would: at once, and with nothing tidied up."""
        self.process.kill()
        self.end()

    def end(self):
        code = self.process.wait(30)
        self._reader.join(10)
        self.process.stderr.close()
        return code


@contextmanager
def softdock(tmp_path, settings, *arguments, environment=None, command=None, **files):
    """SoftDock with `settings` (a dictionary) and `files` beside them, ready to serve; ended on the way out.

    `command` makes another command of the path of the settings.
    """
    for name, content in files.items():
        (tmp_path / name.replace("_", ".")).write_text(content, encoding="utf-8")
    path = tmp_path / "softdock.yaml"
    write_settings(path, settings)
    process = subprocess.Popen(
        command(path) if command is not None else [COMMAND, "run", "-c", str(path), *arguments],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=os.environ | (environment or {}),
    )
    running = Running(process, path)
    try:
        yield running.wait_until_ready()
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.end()


def a_demo(**changes):
    """Settings of the demo library on free ports, with the user and password `kiosk`."""
    return {
        "listen": [{"sip2": "127.0.0.1:0"}, {"ops": "127.0.0.1:0"}],
        "libraries": {"CDL": {"system": {"adapter": "inhouse", "database": "memory", "import": "demo"}}},
        "accounts": [{"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": "CDL", "location": "3F"}],
        **changes,
    }


class Line:
    """A device on a real socket, which speaks line by line."""

    def __init__(self, sock):
        self.socket = sock
        self.socket.settimeout(10)
        self._buffer = b""

    def say(self, body, sequence=None):
        """Send one request; with error detection if there is a sequence number."""
        number = None if sequence is None else b"%d" % sequence
        self.socket.sendall(seal(body.encode(), number, number is not None) + b"\r")

    def hear(self):
        """The next answer, without its end; "" if the other side has hung up."""
        while b"\r" not in self._buffer:
            data = self.socket.recv(4096)
            if not data:
                return ""
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\r")
        return line.decode()

    @property
    def has_more(self):
        """Whether another answer has come already, with the one before."""
        return b"\r" in self._buffer

    def ask(self, body, sequence=None):
        self.say(body, sequence)
        return self.hear()
