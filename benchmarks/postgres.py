"""PostgreSQL clusters to throw away: made from the installed programs, on a unix socket, never on the network.

A cluster lives in a folder of its own, which only its user may enter; where we are root, that user is another, for
PostgreSQL does not run as root.  Whoever knows the socket is trusted.

Beside each cluster stands a keeper, a shell that waits for the end of a pipe which we hold open.  However we end, in
order, by an interrupt or killed, the pipe ends with us; then the keeper ends the cluster and removes its folder.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from softdock.benchmarks import processes

PROGRAM = "initdb"
PACKAGE = "postgresql"
"""What is looked for, and the Debian package that has it."""
OWNER = "softdock"
READY_WITHIN = 60.0
USERS = ("postgres", "nobody")
"""Who runs it where we are root: the first that this machine has."""

KEEPER = """
trap '' INT TERM HUP
cat > /dev/null
kill -CONT "$(head -n 1 "$2/data/postmaster.pid")" 2> /dev/null
"$1/pg_ctl" --pgdata "$2/data" --mode immediate --wait --silent stop 2> /dev/null
rm -rf "$2"
"""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
    "log_min_messages": "fatal",
}
FAST: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
}
"""For what is not about durability: a power cut would spoil such a cluster.  Nobody writes there but who is told to."""


class NoPostgresError(Exception):
    """PostgreSQL is not installed here, or did not start; why, in a sentence."""


def programs() -> Path:
    """The folder of the installed programs: the newest where Debian keeps them, else where the path has them."""
    for folder in debian_folders():
        if (folder / PROGRAM).exists():
            return folder
    if found := shutil.which(PROGRAM):
        return Path(found).resolve().parent
    raise NoPostgresError(f"There is no {PROGRAM}; on Debian and Ubuntu: apt install {PACKAGE}")


def debian_folders() -> list[Path]:
    """Where Debian keeps PostgreSQL's programs, beside the path; the newest version first."""
    folders = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    return sorted(folders, key=lambda folder: int(folder.parent.name), reverse=True)


class Cluster:
    """A cluster and its server; `processor` pins the server and all its processes."""

    def __init__(
        self, *, durable: bool = False, where: Path | None = None, processor: int | None = None
    ) -> None:
        """Make it, in a new folder within `where`, and start its server.  Raises NoPostgresError."""
        self._programs = programs()
        self._settings = {**SETTINGS, **({} if durable else FAST)}
        self._processor = processor
        self._as_user = _somebody_else()
        self._databases = 0
        self._server: subprocess.Popen[bytes] | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="softdock-pg-", dir=where))
        self._keeper = self._beside(["sh", "-c", KEEPER, "keeper", str(self._programs), str(self.folder)])
        try:
            if user := self._as_user.get("user"):
                os.chown(self.folder, user, self._as_user["group"])
            self._make()
            self.start()
        except BaseException:
            self.remove()
            raise

    def start(self) -> None:
        """Start the server, and wait until it answers: also behind `stop` and `kill`.  Raises NoPostgresError."""
        settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._server = self._beside(
                [str(self._programs / "postgres"), "-D", "data", "-k", str(self.folder), *settings], log
            )
        if self._processor is not None:
            processes.settle(self._server.pid, self._processor)
        end = time.monotonic() + READY_WITHIN
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > end:
                raise NoPostgresError(f"PostgreSQL did not start:\n{self.last_words()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server in order; who is connected is cut off."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End the server as a power cut would, but for the disk: at once, and with nothing tidied up."""
        self._end(signal.SIGQUIT)

    def freeze(self) -> None:
        """Let the server and all that belongs to it stand still: connections stay, and nothing is answered."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal_all(signal.SIGCONT)

    def remove(self) -> None:
        """End the server and remove the folder; the end of the pipe makes the keeper do it."""
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait()
        if self._server is not None:
            self._server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """How SQLAlchemy is told of a database of this cluster."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def database(self, template: str = "template1") -> str:
        """Make a fresh database, as a copy of the database `template`; its name."""
        self._databases += 1
        name = f"fresh_{self._databases}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}", "postgres")
        return name

    def sql(self, text: str, database: str) -> str:
        """Run a statement; its rows, one a line, values parted by a vertical bar."""
        psql = [str(self._programs / "psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]
        done = subprocess.run(  # noqa: S603 - the program is PostgreSQL's own
            [*psql, "--set=ON_ERROR_STOP=1", "--command", text, "--username", OWNER, database],
            env={**os.environ, "PGHOST": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NoPostgresError(f"{text}:\n{done.stderr}")
        return done.stdout.strip()

    def last_words(self) -> str:
        """The end of what the server has logged."""
        log = self.folder / "log"
        return log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""

    def _make(self) -> None:
        how = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", f"--username={OWNER}"]
        made = subprocess.run(  # noqa: S603 - the program is PostgreSQL's own
            [str(self._programs / PROGRAM), "--pgdata=data", *how],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **self._as_user,
        )
        if made.returncode:
            raise NoPostgresError(f"{PROGRAM} failed:\n{made.stdout}{made.stderr}")

    def _beside(self, command: list[str], log: Any = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """A process beside us, which an interrupt from the keyboard does not reach."""
        return subprocess.Popen(  # noqa: S603 - a program of PostgreSQL, or the keeper
            command,
            stdin=subprocess.PIPE if command[0] == "sh" else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.folder if command[0] != "sh" else "/",
            start_new_session=True,
            **self._as_user,
        )

    def _answers(self) -> bool:
        ready = [str(self._programs / "pg_isready"), "--quiet", "--host", str(self.folder)]
        return subprocess.run(ready, check=False).returncode == 0  # noqa: S603 - PostgreSQL's own

    def _signal_all(self, what: signal.Signals) -> None:
        assert self._server is not None
        main = self._server.pid
        os.kill(main, what)
        for child in Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii").split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), what)

    def _end(self, by: signal.Signals) -> None:
        assert self._server is not None
        self._server.send_signal(by)
        self._server.wait()


@contextlib.contextmanager
def cluster(**how: Any) -> Iterator[Cluster]:
    """A cluster for the length of a block; `how` is as for `Cluster`."""
    made = Cluster(**how)
    try:
        yield made
    finally:
        made.remove()


def _somebody_else() -> dict[str, Any]:
    """For subprocess: whom to run as, if we are root; nothing if we are not."""
    if os.geteuid() != 0:
        return {}
    for name in USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NoPostgresError(f"PostgreSQL does not run as root, and there is no user {' or '.join(USERS)}.")
