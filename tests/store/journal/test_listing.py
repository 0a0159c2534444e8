"""What staff reads in a journal and settles there, while servers go on using it or when none runs."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from journals import NOON, borrow, give_back, lent, returned
from softdock.circulation.identifiers import PatronId
from softdock.circulation.journal import EntryState, Granted, Hindered, Resolution
from softdock.circulation.money import Money
from softdock.circulation.operations import PayFee
from softdock.circulation.outcomes import Done, Paid, Unknown
from softdock.store.database import DatabaseNewer, Session, Statement, migrate
from softdock.store.journal.listing import JournalListing, NoJournal, NoSuchEntry, NotForStaff
from softdock.store.journal.rows import microseconds
from softdock.store.journal.schema import IS_PAYMENT, IS_UNSETTLED, SCHEMA, entry


def pay(number="4711", patron="R1"):
    return PayFee(PatronId(patron), Money(1250, "CNY"), payment_type="00", transaction=number)


def asked(world, journal, operation, number, outcome=None, **how):
    granted = world.claim(journal, operation, number, **how)
    if outcome is not None:
        world.answer(journal, granted, outcome)
    return granted


@pytest.fixture
def listing(database):
    return JournalListing(database)


@pytest.fixture
def busy(world):
    """A process that has lent an item, lost the answers to a loan and to a return, and works on a loan."""
    journal = world.begin()
    asked(world, journal, borrow("CD1"), 1, lent("CD1"))
    world.pass_time(60)
    asked(world, journal, borrow("CD2"), 2, Unknown(), system="CQL")
    asked(world, journal, give_back("CD3"), 3, Unknown())
    asked(world, journal, borrow("CD4"), 4)
    return journal


def test_the_last_operations_are_told_in_their_order(busy, listing):
    assert [each.number for each in listing.latest(100)] == [1, 2, 3, 4]
    assert [each.number for each in listing.latest(2)] == [3, 4]


def test_only_what_is_not_settled_is_told_where_that_is_asked(busy, listing):
    found = listing.latest(100, unsettled=True)

    assert [(each.number, each.state) for each in found] == [
        (2, EntryState.UNKNOWN),
        (3, EntryState.UNKNOWN),
        (4, EntryState.OPEN),
    ]


def test_a_library_is_told_what_its_devices_asked_and_what_its_system_was_asked(busy, listing):
    """Both have patrons at the desk who ask."""
    assert [each.number for each in listing.latest(100, library="CQL")] == [2]
    assert [each.number for each in listing.latest(100, library="CDL")] == [1, 2, 3, 4]


def test_only_what_was_asked_since_a_moment_is_told_where_that_is_asked(busy, listing):
    later = NOON + timedelta(seconds=60)

    assert [each.number for each in listing.latest(100, since=later)] == [2, 3, 4]
    assert listing.latest(100, since=later + timedelta(microseconds=1)) == []


def test_an_operation_is_found_by_its_number_and_by_its_name(busy, listing):
    assert listing.named("2") == listing.named("boot-2")
    for nobody in ("99", "boot-99", "9" * 40, "²"):
        with pytest.raises(NoSuchEntry):
            listing.named(nobody)


def test_payments_are_found_by_the_time_at_which_they_were_claimed(world, listing):
    journal = world.begin()
    asked(world, journal, pay("1"), 1, Done(Paid(PatronId("R1"))))
    asked(world, journal, borrow("CD1"), 2, lent("CD1"))
    world.pass_time(60)
    asked(world, journal, pay("2"), 3, Unknown())
    later = NOON + timedelta(seconds=60)

    assert [each.number for each in listing.payments()] == [1, 3]
    assert [each.number for each in listing.payments(begin=later)] == [3]
    assert [each.number for each in listing.payments(end=later)] == [1]


def test_a_running_server_learns_what_staff_has_settled(world, busy, listing):
    """The item can be lent again at once, without a restart."""
    assert isinstance(asked(world, busy, borrow("CD3", "R2"), 5), Hindered)

    settled = listing.settle("boot-3", Resolution.DONE_NOW, "By anna: taken back.", NOON)

    assert (settled.state, settled.resolution) == (EntryState.SETTLED, Resolution.DONE_NOW)
    assert (settled.remark, settled.settled, settled.listed) == ("By anna: taken back.", NOON, False)
    assert isinstance(asked(world, busy, borrow("CD3", "R2"), 6), Granted)
    assert [each.number for each in world.result_of(busy.tend())] == [2]


def test_what_was_found_before_stays_in_the_remark(world, busy, listing):
    world.result_of(busy.list_for_staff(2, "The system cannot tell."))
    assert listing.named("2").listed

    assert listing.settle("2", Resolution.STANDS, "By anna: it has it.", NOON).remark == (
        "The system cannot tell. By anna: it has it."
    )


def test_what_is_under_way_or_has_ended_is_not_for_staff_to_settle(busy, listing):
    listing.settle("2", Resolution.STANDS, "x", NOON)

    for number in ("1", "2", "4"):
        before = listing.named(number)
        with pytest.raises(NotForStaff) as refused:
            listing.settle(number, Resolution.UNDONE, "y", NOON)
        assert refused.value.entry == before == listing.named(number)


def test_what_is_being_taken_back_is_for_staff_only_once_it_is_left_to_them(world, busy, listing):
    """Or a loan would be undone of which a person has just said that it stands."""
    world.result_of(busy.undoing(2))
    with pytest.raises(NotForStaff):
        listing.settle("2", Resolution.STANDS, "x", NOON)
    world.result_of(busy.list_for_staff(2, "The system refuses to take it back."))
    assert listing.settle("2", Resolution.STANDS, "x", NOON).resolution is Resolution.STANDS


def test_an_operation_of_an_unknown_name_cannot_be_settled(busy, listing):
    with pytest.raises(NoSuchEntry):
        listing.settle("99", Resolution.UNDONE, "x", NOON)


def test_a_return_by_which_an_entry_was_settled_meanwhile_is_seen(world, busy, listing):
    world.result_of(busy.list_for_staff(2, "The system cannot tell."))
    asked(world, busy, give_back("CD2"), 5, returned("CD2"), system="CQL")

    assert listing.named("2").resolution is Resolution.RETURNED


def test_where_nothing_was_ever_journalled_that_is_said(listing):
    """And no file is made by looking for one."""
    for question in (lambda: listing.latest(1), lambda: listing.settle("1", Resolution.STANDS, "x", NOON)):
        with pytest.raises(NoJournal):
            question()


def test_a_database_of_something_else_holds_no_journal(database, listing, tmp_path):
    """The books of an embedded library, say."""
    database.create()
    session = Session(database, writes=True)
    session.transact(lambda connection: connection.say("CREATE TABLE patron (id TEXT)"))
    session.close()

    with pytest.raises(NoJournal):
        listing.latest(1)


def test_a_journal_of_a_later_version_is_left_alone(database, listing):
    migrate(database, SCHEMA)
    session = Session(database, writes=True)
    session.transact(lambda connection: connection.say("UPDATE journal_version SET version_num = '9999'"))
    session.close()

    for question in (lambda: listing.latest(1), lambda: listing.settle("1", Resolution.STANDS, "x", NOON)):
        with pytest.raises(DatabaseNewer):
            question()


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (sa.select(entry).where(IS_UNSETTLED).order_by(entry.c.number.desc()), "ix_entry_unsettled"),
        (
            sa.select(entry).where(IS_PAYMENT, entry.c.claimed_at >= 0).order_by(entry.c.claimed_at),
            "ix_entry_payment_time",
        ),
    ],
)
def test_a_look_for_what_is_rare_reads_no_history(database, busy, wanted, index):
    """The journal of a month has millions of entries, and few of these."""
    text, bind = Statement(wanted).on(database.engine.dialect)

    def plan(connection):
        if database.engine.dialect.name == "sqlite":
            return connection._cursor.execute(f"EXPLAIN QUERY PLAN {text}", bind(())).fetchall()
        connection.say("SET LOCAL enable_seqscan = off")  # with so few entries it would read them all
        return connection._cursor.execute(f"EXPLAIN {text}", bind(())).fetchall()

    session = Session(database, writes=False)
    told = session.transact(plan)
    session.close()
    assert index in str(told)


def test_what_waits_for_staff_is_counted_apart_with_its_own_age(world, busy):
    world.result_of(busy.list_for_staff(2, "The system cannot tell."))
    world.result_of(busy.tend())
    counts = busy.counts

    assert (counts.open, counts.unknown, counts.listed) == (1, {"CDL": 1}, {"CQL": 1})
    assert counts.oldest_unknown == counts.oldest_listed == microseconds(NOON + timedelta(seconds=60))
