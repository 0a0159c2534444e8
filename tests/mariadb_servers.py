"""Databases for tests: a throw-away MariaDB for the whole run, on a unix socket, never on the network."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pymysql
import pytest

from needs import find, need

PROGRAM = "mariadbd"
PACKAGE = "mariadb-server"
READY_WITHIN = 60
USERS = ("mysql", "nobody")

KEEPER = """
trap '' INT TERM HUP
cat > /dev/null
kill -KILL "$1" 2> /dev/null
rm -rf "$2"
"""
"""However we end, the pipe to its input ends with us; then it ends the server and removes the folder."""

SETTINGS = [
    "--skip-networking",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=16M",
]


class MariadbServer:
    """A server with a database `ils`, which whoever knows the socket may enter as `softdock`."""

    def __init__(self):
        self._as_user = _somebody_else()
        self.folder = Path(tempfile.mkdtemp(prefix="softdock-mariadb-"))
        self.socket = self.folder / "socket"
        if self._as_user:
            os.chown(self.folder, self._as_user["user"], self._as_user["group"])
        data = f"--datadir={self.folder}/data"
        made = subprocess.run(
            [
                find("mariadb-install-db"),
                "--no-defaults",
                data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ],
            capture_output=True,
            text=True,
            cwd="/",
            **self._as_user,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        self._server = subprocess.Popen(
            [
                find(PROGRAM),
                "--no-defaults",
                data,
                f"--socket={self.socket}",
                f"--pid-file={self.folder}/pid",
                *SETTINGS,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            **self._as_user,
        )
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", str(self._server.pid), str(self.folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._wait()
        self.sql(
            "CREATE DATABASE ils CHARACTER SET utf8mb4",
            "CREATE USER softdock@localhost",
            "GRANT ALL ON *.* TO softdock@localhost",
        )

    def url(self):
        """How the database is named in settings."""
        return f"mariadb://softdock@localhost/ils?unix_socket={self.socket}"

    def sql(self, *statements, database=None):
        """The rows of the last of `statements`, which are run by root."""
        with (
            pymysql.connect(
                unix_socket=str(self.socket), user="root", database=database, autocommit=True
            ) as line,
            line.cursor() as cursor,
        ):
            for each in statements:
                cursor.execute(each)
            return cursor.fetchall()

    def remove(self):
        """End the server; the end of the pipe makes the keeper do it."""
        self._keeper.stdin.close()
        self._keeper.wait()
        self._server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self):
        end = time.monotonic() + READY_WITHIN
        while True:
            # Not by the driver, which leaves its socket open when it is refused.
            with socket.socket(socket.AF_UNIX) as line:
                try:
                    line.connect(str(self.socket))
                except OSError:
                    assert self._server.poll() is None and time.monotonic() < end, "MariaDB did not start"
                    time.sleep(0.05)
                else:
                    return


def _somebody_else():
    """For subprocess: whom to run as, if we are root; nothing if we are not."""
    if os.geteuid() != 0:
        return {}
    for name in USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return pytest.skip("MariaDB does not run as root, and there is nobody else")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Whoever asks for a server bears the marker `mariadb`."""
    for item in items:
        if "mariadb" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.mariadb)


@pytest.fixture(scope="session")
def mariadb():
    """A server for all tests."""
    need(PROGRAM, PACKAGE)
    server = MariadbServer()
    yield server
    server.remove()
