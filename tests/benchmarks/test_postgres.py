"""A cluster serves on its socket alone, outlives being killed, and leaves nothing behind, however its maker ends."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from needs import need
from softdock.benchmarks import postgres as clusters


def test_every_test_gets_a_database_of_its_own(postgres):
    """A copy of a template, so that what is dear to make is made once."""
    template = postgres.database()
    postgres.sql("CREATE TABLE shelf (item text)", template)
    one, other = postgres.database(template), postgres.database(template)
    postgres.sql("INSERT INTO shelf VALUES ('CD0001')", one)
    assert postgres.sql("SELECT item FROM shelf", one) == "CD0001"
    assert postgres.sql("SELECT item FROM shelf", other) == ""
    assert postgres.url(one) == f"postgresql+psycopg://softdock@/{one}?host={postgres.folder}"


def test_it_listens_on_a_socket_in_a_folder_that_is_closed_to_others(postgres):
    database = postgres.database()
    assert postgres.sql("SHOW listen_addresses", database) == ""
    assert postgres.folder.stat().st_mode & 0o077 == 0


def test_what_was_committed_outlives_the_killing_of_a_durable_cluster(durable_postgres):
    database = durable_postgres.database()
    assert durable_postgres.sql("SHOW fsync", database) == "on"
    assert durable_postgres.sql("SHOW synchronous_commit", database) == "on"
    durable_postgres.sql("CREATE TABLE shelf (item text); INSERT INTO shelf VALUES ('CD0001')", database)
    durable_postgres.kill()
    with pytest.raises(clusters.NoPostgresError):
        durable_postgres.sql("SELECT item FROM shelf", database)
    durable_postgres.start()
    assert durable_postgres.sql("SELECT item FROM shelf", database) == "CD0001"


MAKER = """
import sys
from softdock.benchmarks.postgres import Cluster
print(Cluster().folder, flush=True)
sys.stdin.read()
"""


@pytest.mark.postgres
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_when_its_maker_is_killed_or_interrupted(end):
    """The keeper ends it, which no signal from the keyboard reaches."""
    need(clusters.PROGRAM, clusters.PACKAGE)
    with subprocess.Popen(
        [sys.executable, "-P", "-c", MAKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as maker:
        folder = Path(maker.stdout.readline().strip())
        (server,) = re.findall(r"^\d+", (folder / "data/postmaster.pid").read_text())
        maker.send_signal(end)
    wait_until(lambda: not folder.exists())
    assert not is_running(server)


def is_running(process):
    """Of one that has ended but is not yet buried, nothing is left but its name."""
    try:
        return Path("/proc", process, "cmdline").read_bytes() != b""
    except OSError:
        return False


def wait_until(true):
    """For what another process does in its own time."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.01)
