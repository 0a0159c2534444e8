"""What the journal is measured with: its traffic is right, and one by one is what it says."""

import sys
import time
from pathlib import Path

import pytest

from hand_turned import HandTurned
from softdock.benchmarks import bench, demo_library, durable, journalled, one_by_one
from softdock.benchmarks.processes import Server, accepts, free_port
from softdock.store.database import Database, DatabaseThreads, UnitOfWork


class Watcher:
    """Remembers how many units of work each transaction had."""

    def __init__(self) -> None:
        self.units: list[int] = []

    def transaction(
        self, database: str, name: str, outcome: str, seconds: float, commit_seconds: float, units: int
    ) -> None:
        self.units.append(units)


def test_whoever_is_to_commit_one_by_one_takes_up_nothing_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the gain of committing together would be measured against something else."""
    defaults = DatabaseThreads.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "batch", defaults["batch"])
    one_by_one.commit_one_by_one()
    reactor, watcher = HandTurned(), Watcher()
    database = Database.at("sqlite:///one.db", tmp_path, "test")
    database.create()
    threads = DatabaseThreads(database, "test", reactor, watcher)  # type: ignore[arg-type]
    nothing: UnitOfWork[int, int] = UnitOfWork("nothing", lambda connection, jobs: jobs)
    waiting = [threads.write(nothing, number) for number in range(3)]
    threads.start()
    assert [reactor.result_of(each) for each in waiting] == [0, 1, 2]
    threads.close()
    assert watcher.units == [1, 1, 1]


def test_a_journal_is_asked_for_only_where_it_is_measured() -> None:
    plain = demo_library.settings(1, 2, "hash", {})
    assert "store" not in plain
    assert demo_library.settings(1, 2, "hash", {}, store="sqlite:///s.db") == {
        "store": "sqlite:///s.db",
        **plain,
    }


def test_every_scenario_of_the_journal_can_be_asked_for_by_name() -> None:
    assert set(bench.JOURNAL) <= set(bench.SCENARIOS)
    assert {f"journal-lone-{kind}" for kind in bench.DATABASES} <= set(bench.WAITS)


@pytest.mark.socket
def test_what_a_lone_kiosk_waits_is_that_of_its_own_round(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-P", str(journalled.BARE), str(port), f"sqlite:///{tmp_path}/bare.db"]
    with Server("bare", command, port, None, tmp_path / "log") as server:
        server.wait_until(accepts(server.address))
        with durable.logged_in(server) as dialogue:
            side = journalled.Side(server, dialogue, durable.lone_course())
            began = time.perf_counter()
            side.ask()
            first = side.wait()
            side.ask()
            second = side.wait()
            longest = (time.perf_counter() - began) * 1e3
    for wait in (first, second):
        assert wait.done % 2 == 0
        assert 0 < wait.p50_ms <= wait.p99_ms < longest
        assert wait.cpu_percent > 0
