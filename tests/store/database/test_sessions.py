"""One connection and its transactions: all or nothing, durable, and back after it was lost."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy.engine import make_url

from counted_table import ALL, committed, create, insert
from softdock.store.database import Database, DatabaseAway, DatabaseBusy, DatabaseUrlError, Session, backends


@pytest.fixture
def session(database):
    create(database)
    with closing(Session(database, writes=True)) as session:
        yield session


def test_what_was_committed_others_see(database, session):
    assert session.transact(insert("a")) == 1
    assert committed(database) == ["a"]
    assert session.commit_seconds > 0


def test_work_that_fails_leaves_nothing(database, session):
    """And the session goes on."""

    def spoilt(connection):
        insert("a")(connection)
        raise KeyError("no")

    with pytest.raises(KeyError):
        session.transact(spoilt)
    assert committed(database) == []
    session.transact(insert("b"))
    assert committed(database) == ["b"]


def test_a_broken_constraint_is_told_as_it_is_and_leaves_nothing(database, session):
    session.transact(insert("a"))
    with pytest.raises(database.errors):
        session.transact(lambda connection: [insert(each)(connection) for each in ("b", "a")])
    assert committed(database) == ["a"]


def test_a_released_savepoint_commits_nothing(database, session):
    """Python's sqlite3 would, left to itself: then half of a transaction could survive a crash."""

    def work(connection):
        connection.say("SAVEPOINT one")
        insert("a")(connection)
        connection.say("RELEASE SAVEPOINT one")
        assert committed(database) == []
        raise KeyError("no")

    with pytest.raises(KeyError):
        session.transact(work)
    assert committed(database) == []


def test_every_transaction_is_one_commit_of_sqlite_and_syncs(tmp_path):
    """Counted where they happen: in what SQLite is told, and in the file, which grows by one commit each."""
    database = Database.at("sqlite:///test.db", tmp_path, "test")
    create(database)
    with closing(Session(database, writes=True)) as session:
        said: list[str] = []
        session.transact(
            lambda connection: connection.core.connection.driver_connection.set_trace_callback(said.append)
        )
        for number in range(3):
            session.transact(
                lambda connection, number=number: [insert(f"{number}{each}")(connection) for each in "ab"]
            )
        assert said.count("COMMIT") == 3 + 1  # that of the tracing itself
        assert said.count("BEGIN IMMEDIATE") == 3
        modes = session.outside(
            lambda connection: [
                connection.core.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("synchronous", "journal_mode", "foreign_keys")
            ]
        )
        assert modes == [2, "wal", 1]  # 2 is FULL


def test_postgresql_commits_durably_whatever_the_server_is_set_to(postgres):
    """The cluster of the tests has synchronous_commit off."""
    database = Database.at(postgres.url(postgres.database()), Path(), "test")
    with closing(Session(database, writes=True)) as session:
        setting = session.outside(
            lambda connection: connection.core.exec_driver_sql("SHOW synchronous_commit").scalar()
        )
    assert setting == "on"


def test_one_transaction_writes_at_a_time(database, session):
    """Whichever session, thread or process it belongs to: what it has read stays true until it commits."""
    holds, let_go, order = Event(), Event(), []

    def first(connection):
        insert("a")(connection)
        holds.set()
        assert let_go.wait(30)
        order.append("first")

    def second():
        with closing(Session(database, writes=True)) as other:
            found = other.transact(lambda connection: (order.append("second"), connection.rows(ALL))[1])
            assert found == [("a",)]

    one = Thread(target=lambda: session.transact(first))
    one.start()
    assert holds.wait(30)
    other = Thread(target=second)
    other.start()
    assert committed(database) == [], "who reads does not wait"
    let_go.set()
    one.join(30)
    other.join(30)
    assert order == ["first", "second"]


def test_who_has_to_wait_too_long_is_told_that_the_database_is_busy(database, session, monkeypatch):
    monkeypatch.setattr("softdock.store.database.sessions.PATIENCE", 0.05)
    monkeypatch.setattr(backends, "PATIENCE", 0.05)
    tried = []

    def held(connection):
        with closing(Session(database, writes=True)) as other, pytest.raises(DatabaseBusy):
            other.transact(tried.append)

    session.transact(held)
    assert tried == []


def test_work_is_done_again_after_its_connection_was_lost_before_the_commit(postgres):
    """Nothing of it can have happened."""
    database = Database.at(postgres.url(postgres.database()), Path(), "test")
    create(database)
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with (
        closing(Session(database, writes=True)) as session,
        closing(Session(database, writes=False)) as killer,
    ):
        session.transact(insert("a"))
        killer.outside(lambda connection: connection.say(kill))
        assert session.transact(insert("b")) == 1
        turns = []

        def killed_once(connection):
            insert("c")(connection)
            if not turns:
                killer.outside(lambda connection: connection.say(kill))
            turns.append(None)
            insert("d")(connection)

        session.transact(killed_once)
        assert len(turns) == 2
    assert committed(database) == ["a", "b", "c", "d"]


def test_a_database_that_cannot_be_reached_is_away(tmp_path):
    for address in ("sqlite:///no/such/folder/x.db", f"postgresql://x@/x?host={tmp_path}"):
        with (
            closing(Session(Database.at(address, tmp_path, "test"), writes=True)) as session,
            pytest.raises(DatabaseAway),
        ):
            session.transact(lambda connection: connection.rows(ALL))


def test_a_file_that_is_no_database_is_away(tmp_path):
    """And is left as it is."""
    (tmp_path / "x.db").write_bytes(b"this is something else entirely" * 100)
    with (
        closing(Session(Database.at("sqlite:///x.db", tmp_path, "t"), writes=True)) as session,
        pytest.raises(DatabaseAway),
    ):
        session.transact(lambda connection: connection.rows(ALL))
    assert (tmp_path / "x.db").read_bytes().startswith(b"this is")


def test_a_text_that_cannot_be_stored_spoils_nothing(database, session):
    """Devices send all sorts of bytes; what they name by them is not there."""
    session.transact(insert("a\0b"))
    session.transact(insert("ab"))
    assert len(committed(database)) == 2
    assert "ab" in committed(database)


def test_a_new_file_is_for_the_eyes_of_its_owner(tmp_path):
    create(Database.at("sqlite:///x.db", tmp_path, "test"))
    assert (tmp_path / "x.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "address",
    [
        "",
        "books.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
        "mysql://u:secret@h/d",
        "postgres://h",
    ],
)
def test_what_is_not_the_url_of_a_database_is_refused_without_being_quoted(address, tmp_path):
    with pytest.raises(DatabaseUrlError) as refused:
        Database.at(address, tmp_path, "test")
    assert "secret" not in str(refused.value)


def test_a_database_shows_itself_without_its_password(tmp_path):
    shown = repr(Database.at("postgresql://user:secret@host/db", tmp_path, "test"))
    assert "host" in shown
    assert "secret" not in shown


def test_an_error_of_a_driver_is_told_in_one_line_without_rows(database, session):
    """A second line may quote what was being written."""
    with pytest.raises(DatabaseAway) as away:
        session.transact(lambda connection: (_ for _ in ()).throw(_full(database)))
    assert "\n" not in str(away.value)


def _full(database):
    if sqlite3.Error in database.errors:
        error = sqlite3.OperationalError("disk is full\nrow: R0001")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        return error
    from psycopg import errors  # noqa: PLC0415

    return errors.DiskFull("disk is full\nrow: R0001")


def test_nothing_counts_as_committed_that_postgresql_has_rolled_back(postgres):
    """It answers COMMIT without an error, although a statement had failed before, which the work made light of."""
    database = Database.at(postgres.url(postgres.database()), Path(), "test")
    create(database)

    def careless(connection):
        insert("a")(connection)
        with suppress(*database.errors):
            insert("a")(connection)

    with closing(Session(database, writes=True)) as session:
        with pytest.raises(RuntimeError, match="nothing of it was committed"):
            session.transact(careless)
        session.transact(insert("b"))
    assert committed(database) == ["b"]


def test_a_broken_constraint_does_not_tell_of_rows(postgres):
    """PostgreSQL quotes the key, or the whole row: a card number, in the log of whoever catches it."""
    database = Database.at(postgres.url(postgres.database()), Path(), "test")
    create(database)
    with closing(Session(database, writes=True)) as session:
        session.transact(insert("R0001"))
        with pytest.raises(database.errors, match="duplicate key") as told:
            session.transact(insert("R0001"))
    assert "R0001" not in str(told.value)


def test_a_database_in_which_our_role_may_do_nothing_is_away(postgres):
    """As PostgreSQL 15 has it for whoever does not own the database: a sentence, and no traceback."""
    url = postgres.url(postgres.database())
    with closing(Session(Database.at(url, Path(), "test"), writes=True)) as owner:
        owner.transact(lambda connection: connection.say("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        owner.transact(
            lambda connection: connection.say("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN")
        )
    guest = Database.at(str(make_url(url).set(username="guest")), Path(), "test")
    with pytest.raises(DatabaseAway, match="permission denied"):
        create(guest)


def test_a_file_that_was_deleted_is_away_and_another_in_its_place_is_read(tmp_path):
    """What is written into a file without a name is lost, so nobody is told yes for it."""
    database = Database.at("sqlite:///books.db", tmp_path, "test")
    create(database)
    with closing(Session(database, writes=True)) as session:
        session.transact(insert("a"))
        for each in tmp_path.glob("books.db*"):
            each.unlink()
        with pytest.raises(DatabaseAway):
            session.transact(insert("b"))
        assert list(tmp_path.iterdir()) == [], "and none is made in its place"
        create(database)
        session.transact(insert("c"))
    assert committed(database) == ["c"]
