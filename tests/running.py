"""A SoftDock process of its own, on free ports of this machine."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher

from softdock.protocols.sip2.frames import seal

COMMAND = str(Path(sys.executable).with_name("softdock"))
HASH_OF_KIOSK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("kiosk")
"""With cheap parameters, so that a login takes no time."""


class Running:
    """A process, where it listens, and what it has logged."""

    def __init__(self, process, log):
        self.process = process
        self._log = log
        self.ports = []

    @property
    def log(self):
        return self._log.read_text(encoding="utf-8")

    def wait_until_ready(self, seconds=60):
        """Until the line that says where it listens."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = re.search(r'"listening":"([^"]+)"', self.log)
            if found:
                self.ports = [int(each.rpartition(":")[2]) for each in found[1].split()]
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"SoftDock did not start:\n{self.log}")

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def softdock(tmp_path, settings, **files):
    """SoftDock with `settings` (a dictionary) and `files` beside them, ready to serve; ended on the way out."""
    for name, content in files.items():
        (tmp_path / name.replace("_", ".")).write_text(content, encoding="utf-8")
    path = tmp_path / "softdock.yaml"
    path.write_text(json.dumps({"log": {"format": "json"}, **settings}), encoding="utf-8")
    log = tmp_path / "log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [COMMAND, "run", "-c", str(path)],
            stdin=subprocess.DEVNULL,
            stderr=stderr,
            cwd=tmp_path,
            env=os.environ,
        )
    try:
        yield Running(process, log).wait_until_ready()
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


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

    def ask(self, body, sequence=None):
        self.say(body, sequence)
        return self.hear()
