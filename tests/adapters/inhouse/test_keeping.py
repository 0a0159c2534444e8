"""What is kept from one transaction to the next is what the tables hold, whatever came in between."""

import sqlite3
from contextlib import closing

import pytest

from inhouse_books import CDL, I1, I2, NOW, R1, R2, RULES, ZONE, a_block, a_loan, a_patron, a_stock, an_item
from softdock.adapters.inhouse.model import Loan
from softdock.adapters.inhouse.pins import OF_THIS_PROCESS
from softdock.adapters.inhouse.snapshot import Changes, Decision, House
from softdock.adapters.inhouse.sql import keeping
from softdock.adapters.inhouse.sql.loading import COPIES_BY_ID
from softdock.adapters.inhouse.sql.storage import SqlStorage, prepare
from softdock.adapters.inhouse.sql.taking_in import take_in
from softdock.circulation.operations import Checkin, Checkout, LookupItem, LookupPatron
from softdock.circulation.outcomes import Done
from softdock.store.database import Connection, Database, DatabaseAway, Session

HOUSE = House(CDL, "CNY", ZONE)


class Process:
    """One of several on the same file."""

    def __init__(self, address, folder):
        self.database = Database.at(address, folder, "inhouse")
        self.session = Session(self.database, writes=True)
        self.storage = SqlStorage(self.database, HOUSE, lambda: NOW, None)

    def ask(self, *wishes):
        return self.put([(RULES[type(wish)], wish) for wish in wishes])

    def put(self, jobs):
        unmarked = [(rule, wish, "") for rule, wish in jobs]
        return self.session.transact(lambda connection: self.storage._change(connection, unmarked))


@pytest.fixture(params=["sqlite", "postgresql"])
def processes(request, tmp_path):
    """Two, whose books are of two patrons and two items."""
    address = "sqlite:///books.db"
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgres")
        address = cluster.url(cluster.database())
    one, other = Process(address, tmp_path), Process(address, tmp_path)
    with closing(one.session), closing(other.session):
        prepare(one.database, one.session, HOUSE, OF_THIS_PROCESS.mark)
        take_in(
            one.session, a_stock(a_patron(R1), a_patron(R2), an_item(I1), an_item(I2)), HOUSE, lambda: NOW
        )
        yield one, other


@pytest.fixture
def asked(monkeypatch):
    """Which items were looked for in the tables."""
    items = []
    rows_of = Connection.rows_of

    def watched(self, select, keys, *values):
        if select is COPIES_BY_ID:
            items.extend(keys)
        return rows_of(self, select, keys, *values)

    monkeypatch.setattr(Connection, "rows_of", watched)
    return items


def borrower(process, item=I1):
    (found,) = process.ask(LookupItem(item))
    return found.result.borrower


def test_what_was_loaded_once_is_not_loaded_again(processes, asked):
    one, _ = processes
    for wish in (Checkout(R1, I1), Checkin(I1), Checkout(R2, I1)):
        one.ask(wish)
    assert asked == [I1]
    assert borrower(one) == R2


def test_what_somebody_else_writes_is_seen(processes, asked):
    one, other = processes
    one.ask(Checkout(R1, I1))
    assert borrower(other) == R1
    other.ask(Checkin(I1), Checkout(R2, I1))
    assert borrower(one) == R2
    assert isinstance(one.ask(Checkin(I1))[0], Done)
    assert borrower(other) is None


def test_what_is_taken_in_is_seen(processes):
    one, _ = processes
    assert one.ask(LookupItem("I3"))[0].reason.value == "item-unknown"
    take_in(one.session, a_stock(an_item("I3")), HOUSE, lambda: NOW)
    assert isinstance(one.ask(LookupItem("I3"))[0], Done)


def test_what_was_rolled_back_is_forgotten(processes):
    """The transaction has failed behind the decision: nobody has the item."""
    one, _ = processes
    borrower(one)

    def twice(snapshot, wish):
        return Decision(Done(None), Changes(Loan(I1, "nobody we know", NOW, NOW)))

    with pytest.raises((KeyError, *one.database.errors)):
        one.put([(RULES[Checkout], Checkout(R1, I1)), (twice, None)])
    assert borrower(one) is None


def test_what_was_not_committed_is_forgotten(processes):
    one, other = processes
    borrower(one)

    def spoilt(connection):
        one.storage._change(connection, [(RULES[Checkout], Checkout(R1, I1), "")])
        raise KeyError("no")

    with pytest.raises(KeyError):
        one.session.transact(spoilt)
    assert borrower(one) is None
    assert borrower(other) is None


def test_what_could_not_be_committed_is_forgotten_for_good(processes, monkeypatch):
    """Also behind a transaction that looks at nothing, because nobody waits any more for what it was to do."""
    one, other = processes
    borrower(one)
    say = Connection.say

    def full(connection, text):
        if text == "COMMIT":
            raise _full(one.database)
        say(connection, text)

    with monkeypatch.context() as disk:
        disk.setattr(Connection, "say", full)
        with pytest.raises(DatabaseAway):
            one.ask(Checkout(R1, I1))
    one.session.transact(lambda connection: None)
    assert borrower(one) is None
    assert borrower(other) is None


def _full(database):
    if sqlite3.Error in database.errors:
        error = sqlite3.OperationalError("disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        return error
    from psycopg import errors  # noqa: PLC0415

    return errors.DiskFull("disk is full")


def test_what_could_not_be_loaded_to_its_end_is_not_kept(processes):
    """A card without its loans would be lent to without end."""
    one, _ = processes
    one.ask(Checkout(R1, I1))
    one.session.transact(lambda connection: connection.say("UPDATE item SET status = 'eaten'"))
    half_loading = (lambda snapshot, wish: snapshot.cards[R1], None)
    with pytest.raises(KeyError):
        one.put([half_loading])
    with pytest.raises(KeyError):
        one.ask(LookupPatron(R1))


def test_nothing_is_decided_on_what_could_not_be_loaded_to_its_end(processes):
    """Not within the same transaction either: what was with it has to be done again by itself."""
    one, _ = processes
    one.ask(Checkout(R1, I1))
    one.session.transact(lambda connection: connection.say("UPDATE item SET status = 'eaten'"))
    reports = []

    def half_loading(snapshot, wish):
        return snapshot.cards[R1]

    def looking(snapshot, wish):
        reports.append(len(snapshot.cards[R1].loans))
        return Done(None)

    with pytest.raises(KeyError):
        one.put([(half_loading, None), (looking, None)])
    assert reports == []


def test_a_loan_that_came_and_went_can_come_again(processes):
    """Which items have a row is known across transactions, too."""
    one, other = processes
    for _ in range(3):
        assert isinstance(one.ask(Checkout(R1, I1))[0], Done)
        assert isinstance(one.ask(Checkin(I1))[0], Done)
    one.put([(lambda snapshot, wish: Decision(Done(None), Changes(a_loan(I2, R1), a_block(R1))), None)])
    assert borrower(other, I2) == R1


def test_no_more_is_kept_than_is_good(processes, monkeypatch, asked):
    one, _ = processes
    monkeypatch.setattr(keeping, "MOST", 3)
    one.ask(*(LookupItem(f"X{number}") for number in range(5)))
    one.ask(LookupItem("X1"))
    assert asked.count("X1") == 2
