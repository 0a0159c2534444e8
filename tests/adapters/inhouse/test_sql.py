"""The books on SQL keep the contract of a storage."""

from pathlib import Path
from typing import Any

import pytest

from hand_turned import HandTurned
from inhouse_storage_contract import StorageContract
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.sql.storage import SqlStorage
from softdock.store.database import Database, DatabaseThreads, NobodyWatches


class SqlContract(StorageContract):
    """The same for each kind of database."""

    @pytest.fixture(autouse=True)
    def _threads(self, _begin):
        yield
        for each in self.opened:
            each.close()

    def make(self, house: House) -> SqlStorage:
        self.reactor = HandTurned()
        database = Database.at(self.new_database(), Path("/"), "inhouse")
        threads = DatabaseThreads(database, "CDL", self.reactor, NobodyWatches())
        self.opened.append(threads)
        return SqlStorage(database, house, lambda: self.now, threads)

    def result_of(self, work: Any) -> Any:
        return self.reactor.result_of(work)

    def new_database(self) -> str:
        raise NotImplementedError


class TestSqlite(SqlContract):
    @pytest.fixture(autouse=True)
    def _begin(self, tmp_path):
        self.folder = tmp_path
        self.opened: list[DatabaseThreads] = []
        self.begin()

    def new_database(self) -> str:
        return f"sqlite:///{self.folder}/{len(self.opened)}.db"


class TestPostgres(SqlContract):
    @pytest.fixture(autouse=True)
    def _begin(self, postgres):
        self.cluster = postgres
        self.opened: list[DatabaseThreads] = []
        self.begin()

    def new_database(self) -> str:
        return self.cluster.url(self.cluster.database())
