"""What waits is committed together; what spoils it is rolled back alone; nobody waits for ever."""

from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event

import pytest
from twisted.internet.defer import Deferred

from counted_table import ALL, INSERT, committed, create
from hand_turned import HandTurned
from softdock.store.database import DatabaseAway, DatabaseBusy, DatabaseThreads, Session, UnitOfWork, threads


class Watcher:
    """Remembers the transactions."""

    def __init__(self):
        self.seen = []

    def transaction(self, database, name, outcome, seconds, commit_seconds, units):
        self.seen.append((name, outcome, units))


@pytest.fixture
def serve(database):
    """Threads on the database, a reactor turned by hand, and what an observer has seen."""
    create(database)

    @contextmanager
    def serving(**how):
        reactor, watcher = HandTurned(), Watcher()
        made = DatabaseThreads(database, "test", reactor, watcher, **how)
        made.start()
        try:
            yield made, reactor, watcher
        finally:
            made.close()

    return serving


def _insert(connection, jobs):
    """An exception is a job that fails of itself; a name that is there already spoils the transaction."""
    return [job if isinstance(job, Exception) else connection.run(INSERT, job) for job in jobs]


def _read(connection, jobs):
    return [[name for (name,) in connection.rows(ALL)] for _ in jobs]


INSERTING = UnitOfWork("insert", _insert)
READING = UnitOfWork("read", _read)


@contextmanager
def held_up(threads):
    """What is asked for meanwhile waits, and is then there all at once."""
    entered, let_go = Event(), Event()

    def hold(session):
        entered.set()
        assert let_go.wait(30)

    held = Deferred.fromCoroutine(threads.alone(hold))
    assert entered.wait(30)
    yield
    let_go.set()
    held.addErrback(lambda failure: None)


def put(threads, *jobs, unit=INSERTING):
    return [threads.write(unit, job) for job in jobs]


def test_what_waits_is_committed_once(serve, database):
    with serve() as (threads, reactor, watcher):
        with held_up(threads):
            waiting = put(threads, "a", "b", "c")
        assert [reactor.result_of(each) for each in waiting] == [1, 1, 1]
        assert watcher.seen == [("insert", "committed", 3)]
    assert committed(database) == ["a", "b", "c"]


def test_no_more_than_asked_for_are_committed_together(serve):
    with serve(batch=2) as (threads, reactor, watcher):
        with held_up(threads):
            waiting = put(threads, "a", "b", "c")
        for each in waiting:
            reactor.result_of(each)
        assert sorted(units for _, _, units in watcher.seen) in ([1, 2], [1, 1, 1])
        assert max(units for _, _, units in watcher.seen) <= 2


def test_what_spoils_a_transaction_is_rolled_back_alone(serve, database):
    """The others are done again, each by itself, and nobody hears of it."""
    with serve() as (threads, reactor, watcher):
        with held_up(threads):
            waiting = put(threads, "a", "b", "a", "c")
        assert [reactor.result_of(each) for each in (waiting[0], waiting[1], waiting[3])] == [1, 1, 1]
        with pytest.raises(database.errors):
            reactor.result_of(waiting[2])
        assert watcher.seen[0] == ("insert", "rolled-back", 4)
        assert sorted(watcher.seen[1:]) == [("insert", "committed", 1)] * 3 + [("insert", "rolled-back", 1)]
    assert committed(database) == ["a", "b", "c"]


def test_a_job_that_fails_of_itself_spoils_nothing(serve, database):
    with serve() as (threads, reactor, watcher):
        with held_up(threads):
            waiting = put(threads, "a", KeyError("mine"), "b")
        assert [reactor.result_of(each) for each in waiting[::2]] == [1, 1]
        with pytest.raises(KeyError, match="mine"):
            reactor.result_of(waiting[1])
        assert watcher.seen == [("insert", "committed", 3)]
    assert committed(database) == ["a", "b"]


def test_several_kinds_of_work_share_a_transaction(serve):
    with serve() as (threads, reactor, watcher):
        with held_up(threads):
            waiting = [*put(threads, "a"), *put(threads, None, unit=READING), *put(threads, "b")]
        assert [reactor.result_of(each) for each in waiting] == [1, ["a"], 1]
        assert watcher.seen == [("several", "committed", 3)]


def test_who_reads_does_not_wait_for_who_writes(serve):
    with serve() as (threads, reactor, _), held_up(threads):
        put(threads, "a")
        assert reactor.result_of(threads.read(READING, None)) == []


def test_nobody_writes_by_reading(serve, database):
    with serve() as (threads, reactor, _), pytest.raises((*database.errors, DatabaseAway)):
        reactor.result_of(threads.read(INSERTING, "a"))
    assert committed(database) == []


def test_what_nobody_waits_for_any_more_is_not_begun(serve, database):
    """A deadline has passed, and the device was told that it was not done."""
    with serve() as (threads, reactor, _):
        with held_up(threads):
            given_up, wanted = put(threads, "a", "b")
            given_up.addErrback(lambda failure: None)
            given_up.cancel()
        assert reactor.result_of(wanted) == 1
    assert committed(database) == ["b"]


def test_what_is_given_up_before_its_transaction_is_let_in_is_not_begun(serve, database, monkeypatch):
    """While another process writes, whoever waits may run out of time, and tell a device that it was not done."""
    waits, let_in, begin = Event(), Event(), Session._begin

    def begin_later(session, connection):
        waits.set()
        assert let_in.wait(30)
        begin(session, connection)

    with serve() as (threads, reactor, _):
        with held_up(threads):
            given_up, wanted = put(threads, "a", "b")
            monkeypatch.setattr(Session, "_begin", begin_later)
        assert waits.wait(30)
        given_up.addErrback(lambda failure: None)
        given_up.cancel()
        let_in.set()
        assert reactor.result_of(wanted) == 1
        monkeypatch.undo()
    assert committed(database) == ["b"]


def test_too_much_that_waits_is_turned_away(serve, monkeypatch):
    monkeypatch.setattr(threads, "WAITING_AT_MOST", 3)
    with serve() as (served, reactor, _):
        with held_up(served):
            waiting = put(served, "a", "b")
            with pytest.raises(DatabaseBusy):
                reactor.result_of(served.write(INSERTING, "c"))
        for each in waiting:
            reactor.result_of(each)
        assert reactor.result_of(served.write(INSERTING, "c")) == 1


def test_what_is_given_up_while_it_is_done_is_counted_once(serve, monkeypatch):
    """Or more and more could wait with each of them."""
    monkeypatch.setattr(threads, "WAITING_AT_MOST", 1)
    entered, let_go = Event(), Event()

    def slowly(connection, jobs):
        entered.set()
        assert let_go.wait(30)
        return jobs

    with serve() as (made, reactor, _):
        (given_up,) = put(made, 1, unit=UnitOfWork("slow", slowly))
        assert entered.wait(30)
        given_up.addErrback(lambda failure: None)
        given_up.cancel()
        let_go.set()
        reactor.turn()
        reactor.result_of(made.write(INSERTING, "a"))
        with held_up(made), pytest.raises(DatabaseBusy):
            reactor.result_of(made.write(INSERTING, "b"))


def test_a_lookup_is_done_although_another_thread_took_what_seemed_to_wait_behind_it(serve, monkeypatch):
    """It once waited for the next lookup, which may be that of the next morning."""

    class Contended(SimpleQueue):
        def qsize(self):
            return 1

    monkeypatch.setattr(threads, "SimpleQueue", Contended)
    with serve() as (made, reactor, _):
        assert reactor.result_of(made.read(READING, None)) == []


def test_the_reactor_waits_for_all_threads_together_that_do_not_end(database, monkeypatch):
    """Not for each of thirty readers, one after the other."""
    waited = []

    class Stuck:
        ident = 1

        def __init__(self, **how):
            pass

        def start(self):
            pass

        def join(self, seconds):
            waited.append(seconds)

    monkeypatch.setattr(threads, "Thread", Stuck)
    monkeypatch.setattr(threads, "PATIENCE", 5.0)
    monkeypatch.setattr(threads.time, "monotonic", iter([0.0, 0.0, 10.0, 10.0]).__next__)
    DatabaseThreads(database, "test", HandTurned(), Watcher(), readers=2).close()
    assert waited == [10.0, 0.0, 0.0]


def test_what_waits_when_the_threads_end_is_done(serve, database):
    with serve() as (threads, _, _), held_up(threads):
        put(threads, "a", "b")
    assert committed(database) == ["a", "b"]


def test_work_alone_has_as_many_transactions_as_it_needs(serve, database):
    def work(session):
        for name in ("a", "b"):
            session.transact(lambda connection, name=name: connection.run(INSERT, name))
            assert name in committed(database)
        return "done"

    with serve() as (threads, reactor, _):
        assert reactor.result_of(threads.alone(work)) == "done"
        with pytest.raises(KeyError):
            reactor.result_of(threads.alone(lambda session: {}["x"]))
