"""The books on SQL keep the contract of a storage."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from twisted.internet.defer import Deferred

from hand_turned import HandTurned
from inhouse_books import CDL, I1, NOW, R1, ZONE, a_block, a_hold, a_patron, a_stock, an_item, day
from inhouse_storage_contract import StorageContract
from softdock.adapters.base import AdapterSettingsError
from softdock.adapters.inhouse.rules.cards import block_patron, enable_patron, lookup_patron
from softdock.adapters.inhouse.rules.items import lookup_item
from softdock.adapters.inhouse.snapshot import Changes, Decision, House
from softdock.adapters.inhouse.sql.rows import micros, moment_in
from softdock.adapters.inhouse.sql.storage import SqlStorage, prepare
from softdock.adapters.inhouse.sql.taking_in import take_in
from softdock.circulation.errors import SystemUnavailable
from softdock.circulation.items import CirculationStatus
from softdock.circulation.operations import BlockPatron, EnablePatron, LookupItem, LookupPatron
from softdock.circulation.outcomes import Done
from softdock.circulation.ports import NobodyWatches
from softdock.store.database import Database, DatabaseThreads, Session


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


def test_books_whose_database_is_away_at_the_start_are_there_when_it_is(tmp_path):
    """Operations are refused meanwhile, and what the books were to begin with is taken in later."""
    now = [NOW]
    reactor = HandTurned()
    database = Database.at("sqlite:///later/books.db", tmp_path, "inhouse")
    threads = DatabaseThreads(database, "CDL", reactor, NobodyWatches())
    storage = SqlStorage(database, House(CDL, "CNY", ZONE), lambda: now[0], threads)
    with closing(threads):
        reactor.result_of(storage.open(lambda: a_stock(a_patron(R1))))
        for _ in range(3):
            with pytest.raises(SystemUnavailable):
                reactor.result_of(storage.work(lookup_patron, LookupPatron(R1)))
        with pytest.raises(SystemUnavailable):
            reactor.result_of(storage.probe())
        (tmp_path / "later").mkdir()
        now[0] += timedelta(seconds=2)
        assert isinstance(reactor.result_of(storage.work(lookup_patron, LookupPatron(R1))), Done)
        assert reactor.result_of(storage.probe()) is None


def test_a_rule_that_fails_is_told_to_who_asked_and_to_nobody_else(tmp_path):
    """Whatever waited with it is done."""
    reactor = HandTurned()
    database = Database.at("sqlite:///books.db", tmp_path, "inhouse")
    threads = DatabaseThreads(database, "CDL", reactor, NobodyWatches())
    storage = SqlStorage(database, House(CDL, "CNY", ZONE), lambda: NOW, threads)

    def bug(snapshot, wish):
        raise KeyError("bug")

    with closing(threads):
        reactor.result_of(storage.open(lambda: a_stock(a_patron(R1))))
        waiting = [
            Deferred.fromCoroutine(storage.work(rule, wish))
            for rule, wish in (
                (block_patron, BlockPatron(R1)),
                (bug, None),
                (enable_patron, EnablePatron(R1)),
            )
        ]
        assert isinstance(reactor.result_of(waiting[0]), Done)
        with pytest.raises(KeyError):
            reactor.result_of(waiting[1])
        assert isinstance(reactor.result_of(waiting[2]), Done)


def test_a_lookup_changes_nothing_whatever_its_rule_decides(tmp_path):
    reactor = HandTurned()
    database = Database.at("sqlite:///books.db", tmp_path, "inhouse")
    threads = DatabaseThreads(database, "CDL", reactor, NobodyWatches())
    storage = SqlStorage(database, House(CDL, "CNY", ZONE), lambda: NOW, threads)

    def decide(snapshot, wish):
        return Decision(Done(None), Changes(a_block(R1)))

    def count(snapshot, wish):
        return snapshot.number()

    with closing(threads):
        reactor.result_of(storage.open(lambda: a_stock(a_patron(R1))))
        for rule in (decide, count):
            with pytest.raises(TypeError, match="a lookup"):
                reactor.result_of(storage.work(rule, LookupPatron(R1)))
        report = reactor.result_of(storage.work(lookup_patron, LookupPatron(R1))).result
        assert report.reason is None


def test_a_hold_that_was_ended_in_vain_is_ended_again(tmp_path):
    """The transaction in which it lapsed was rolled back: within that second it once counted as standing."""
    database = Database.at("sqlite:///books.db", tmp_path, "inhouse")
    house = House(CDL, "CNY", ZONE)
    storage = SqlStorage(database, house, lambda: day(3, 10), None)  # type: ignore[arg-type]
    job = (lookup_item, LookupItem(I1), "")

    def spoilt(connection):
        storage._change(connection, [job])
        raise KeyError("spoilt")

    with closing(Session(database, writes=True)) as session:
        prepare(database, session, house, None)
        take_in(session, a_stock(a_patron(R1), an_item(I1), a_hold(R1, I1)), house, lambda: NOW)
        with pytest.raises(KeyError, match="spoilt"):
            session.transact(spoilt)
        (outcome,) = session.transact(lambda connection: storage._change(connection, [job]))
    assert outcome.result.status is CirculationStatus.AVAILABLE


def test_a_database_is_asked_again_although_the_clock_was_set_back(tmp_path):
    """For an hour it was told to be away as it had been before."""
    now, reactor = [NOW], HandTurned()
    database = Database.at("sqlite:///later/books.db", tmp_path, "inhouse")
    threads = DatabaseThreads(database, "CDL", reactor, NobodyWatches())
    storage = SqlStorage(database, House(CDL, "CNY", ZONE), lambda: now[0], threads)
    with closing(threads):
        reactor.result_of(storage.open())
        (tmp_path / "later").mkdir()
        now[0] -= timedelta(hours=1)
        assert reactor.result_of(storage.probe()) is None


def test_a_faulty_import_file_that_is_found_late_is_told_as_unavailable_and_not_read_for_everybody(tmp_path):
    """Its database was away at the start; every kiosk had the whole file checked anew, and a traceback logged."""
    now, reactor, read = [NOW], HandTurned(), []

    def faulty():
        read.append(None)
        raise AdapterSettingsError([("import", "This file is not good.")])

    database = Database.at("sqlite:///later/books.db", tmp_path, "inhouse")
    threads = DatabaseThreads(database, "CDL", reactor, NobodyWatches())
    storage = SqlStorage(database, House(CDL, "CNY", ZONE), lambda: now[0], threads)
    with closing(threads):
        reactor.result_of(storage.open(faulty))
        (tmp_path / "later").mkdir()
        now[0] += timedelta(seconds=2)
        for _ in range(3):
            with pytest.raises(SystemUnavailable, match="not good"):
                reactor.result_of(storage.work(lookup_patron, LookupPatron(R1)))
    assert len(read) == 1


def test_both_hours_of_the_night_in_which_clocks_are_put_back_are_kept_apart():
    zone = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=zone)
    for moment in (first, first.replace(fold=1)):
        assert moment_in(zone, micros(moment)).utcoffset() == moment.utcoffset()
