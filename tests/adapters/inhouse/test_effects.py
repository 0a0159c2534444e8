"""What the books can show of an operation whose answer was lost: exactly whether they have done it."""

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from twisted.internet.defer import Deferred

from hand_turned import LONGEST, HandTurned
from inhouse_books import CDL, I1, I2, NOW, R1, R2, RULES, ZONE, a_patron, a_stock, an_item
from softdock.adapters import AdapterContext
from softdock.adapters.inhouse import InhouseAdapter, memory
from softdock.adapters.inhouse.adapter import DEMO
from softdock.adapters.inhouse.memory import MemoryStorage
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.sql import sweeping
from softdock.adapters.inhouse.sql.marks import KEPT_FOR, Marks, effect_of
from softdock.adapters.inhouse.sql.moving import import_file
from softdock.adapters.inhouse.sql.storage import SqlStorage, prepare
from softdock.adapters.inhouse.sql.taking_in import take_in
from softdock.circulation.identifiers import FeeId, HoldId, ItemId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus
from softdock.circulation.journal import Effect
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    AcceptItem,
    AmendItem,
    AmendPatron,
    BlockPatron,
    CancelHold,
    ChangeHold,
    ChargeFee,
    Checkin,
    Checkout,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    EnablePatron,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
    RecallItem,
    Renew,
    RenewAll,
    SetItemStatus,
    UpdateItem,
    WaiveFee,
)
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.patrons import PatronList
from softdock.circulation.ports import NobodyWatches
from softdock.store.database import Connection, Database, DatabaseThreads, Session
from sql_library import HOUSE, Library, exported

READER, OTHER = PatronId("R0001"), PatronId("R0014")
FREE, LENT, WANTED = ItemId("CD0005"), ItemId("CD0010"), ItemId("CD0009")
BORROWER = PatronId("R0010")
"""Of LENT, in the demo library."""


class Books:
    """The demo library as an adapter, in each kind of storage."""

    def __init__(self, database, folder):
        self.now = NOW
        self.reactor = HandTurned()
        self.database = None if database == "memory" else Database.at(database, folder, "inhouse")
        self._file = folder / "books.json"
        settings = {"database": database, "import": "demo", "pin_key": "the key of a demo, no less"}
        if database == "memory":
            del settings["pin_key"]
        context = AdapterContext(CDL, ZONE, "CNY", lambda: self.now, folder, self.reactor)
        self.adapter = InhouseAdapter(settings, context)
        self.reactor.result_of(self.adapter.open())

    def ask(self, operation, operation_id=""):
        return self.reactor.result_of(self.adapter.perform(operation, operation_id))

    def done(self, operation, operation_id=""):
        outcome = self.ask(operation, operation_id)
        assert isinstance(outcome, Done), outcome
        return outcome.result

    def effect(self, operation, operation_id, since=None):
        return self.reactor.result_of(self.adapter.find_effect(operation, operation_id, since or self.now))

    def everything(self):
        """The books, without what is remembered: that a loan was undone, and which holds there were."""
        if self.database is None:
            return self._as_asked()
        books = json.loads(exported(self.database, self._file, House(CDL, "CNY", ZONE)))
        for loan in books["loans"]:
            loan.pop("settled", None)
        del books["ended_holds"]
        return books

    def _as_asked(self):
        demo = json.loads(DEMO.read_text(encoding="utf-8"))
        items = [self.done(LookupItem(ItemId(each["id"]))) for each in demo["items"]]
        cards = [
            self.done(LookupPatron(PatronId(each["id"]), wanted=wanted))
            for each in demo["patrons"]
            for wanted in PatronList
        ]
        return items, cards


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def books(request, tmp_path):
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgres")
        address = cluster.url(cluster.database())
    else:
        address = "memory" if request.param == "memory" else "sqlite:///books.db"
    made = Books(address, tmp_path)
    yield made
    made.reactor.result_of(made.adapter.close())


EVERY_CHANGE = [
    Checkout(READER, FREE),
    Checkout(BORROWER, LENT),
    Checkout(READER, LENT, no_block=True, happened=NOW - timedelta(hours=1)),
    Checkin(LENT),
    Checkin(FREE),
    Checkin(LENT, no_block=True, happened=NOW - timedelta(hours=1)),
    Renew(BORROWER, LENT),
    RecallItem(LENT),
    AcceptItem(HoldId("ILL-1"), OTHER, ItemId("X1")),
    AcceptItem(HoldId("ILL-1"), OTHER),
    RenewAll(BORROWER),
    PlaceHold(OTHER, FREE),
    PlaceHold(OTHER, LENT),
    PayFee(OTHER, Money(100, "CNY"), transaction="K1"),
    PayFee(OTHER, Money(100, "CNY")),
    BlockPatron(READER),
    EnablePatron(PatronId("R0005")),
    EnablePatron(READER),
    UpdateItem(FREE, "torn"),
    CreatePatron(PatronId("P1"), "Somebody"),
    CreatePatron(),
    AmendPatron(READER, phone="028-1"),
    DeletePatron(PatronId("R0003")),
    CreateItem(ItemId("P1")),
    CreateItem(),
    AmendItem(LENT, call_number="I247"),
    DeleteItem(FREE),
    SetItemStatus(LENT, CirculationStatus.LOST),
    ChargeFee(OTHER, Money(100, "CNY")),
    WaiveFee(OTHER, Money(100, "CNY")),
]
REFUSED = [
    Checkout(READER, LENT),
    Checkin(ItemId("none")),
    Renew(READER, FREE),
    RenewAll(PatronId("none")),
    PlaceHold(BORROWER, LENT),
    ChangeHold(READER, FREE),
    CancelHold(READER, FREE),
    RecallItem(FREE),
    PayFee(OTHER, Money(10_000_000, "CNY")),
    BlockPatron(PatronId("none")),
    EnablePatron(PatronId("none")),
    UpdateItem(ItemId("none"), "torn"),
    CreatePatron(READER),
    AmendPatron(PatronId("none")),
    DeletePatron(BORROWER),
    CreateItem(FREE),
    AmendItem(ItemId("none")),
    DeleteItem(LENT),
    SetItemStatus(FREE, CirculationStatus.CHARGED),
    ChargeFee(OTHER, Money(0, "CNY")),
    WaiveFee(OTHER, Money(100, "CNY"), FeeId("none")),
]


@pytest.mark.parametrize("operation", EVERY_CHANGE, ids=lambda operation: type(operation).__name__)
def test_what_was_done_is_found_and_what_was_not_is_not(books, operation):
    """One that is just like it has an identifier of its own."""
    assert books.effect(operation, "k3f9-1") is Effect.NOT_DONE
    books.done(operation, "k3f9-1")
    assert books.effect(operation, "k3f9-1") is Effect.DONE
    assert books.effect(operation, "k3f9-2") is Effect.NOT_DONE


@pytest.mark.parametrize("operation", REFUSED, ids=lambda operation: type(operation).__name__)
def test_what_was_refused_is_not_found(books, operation):
    assert isinstance(books.ask(operation, "k3f9-1"), Refused)
    assert books.effect(operation, "k3f9-1") is Effect.NOT_DONE


def test_steps_that_need_one_before_are_found_as_well(books):
    """A hold that is changed and cancelled; a loan and a return that are undone."""
    steps = [
        (PlaceHold(OTHER, LENT), ChangeHold(OTHER, LENT, pickup_location="1F")),
        (LookupItem(LENT), CancelHold(OTHER, LENT)),
        (Checkout(READER, FREE), Checkin(FREE, cancel=True)),
        (Checkin(LENT), Checkout(BORROWER, LENT, cancel=True)),
    ]
    for number, (before, step) in enumerate(steps):
        books.done(before)
        books.done(step, f"k3f9-{number}")
        assert books.effect(step, f"k3f9-{number}") is Effect.DONE


@pytest.mark.parametrize(
    "operation",
    [
        Checkout(READER, FREE),
        Checkout(READER, ItemId("CD0020"), fee_acknowledged=True),
        Checkout(PatronId("R0009"), ItemId("CD0011")),
        Checkout(BORROWER, LENT),
        Renew(BORROWER, LENT),
        PlaceHold(OTHER, FREE),
        PlaceHold(OTHER, LENT),
        PlaceHold(OTHER, title=TitleId("三体")),
        PlaceHold(OTHER, LENT, hold=HoldId("ILL-1")),
        RecallItem(LENT),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_undoing_leaves_the_books_as_they_were_and_nothing_to_be_found(books, operation):
    """A loan, one that costs something, one that fills a hold, renewals, holds on what is there and what is not."""
    before = books.everything()
    books.done(operation, "k3f9-1")
    assert books.effect(operation, "k3f9-1") is Effect.DONE
    undoing = books.adapter.undoing(operation)
    assert undoing is not None
    for _ in range(2):  # whoever undoes may be cut off as well, and begin again
        books.ask(undoing)
        assert books.everything() == before
        assert books.effect(operation, "k3f9-1") is Effect.NOT_DONE


def test_a_loan_in_whose_place_is_another_one_is_not_found(books):
    """Undoing it would take the item from somebody who has it by right."""
    books.done(Checkout(READER, FREE), "k3f9-1")
    books.done(Checkin(FREE))
    assert books.effect(Checkout(READER, FREE), "k3f9-1") is Effect.NOT_DONE
    books.done(Checkout(OTHER, FREE), "k3f9-2")
    assert books.effect(Checkout(READER, FREE), "k3f9-1") is Effect.NOT_DONE
    assert books.effect(Checkout(OTHER, FREE), "k3f9-2") is Effect.DONE


@pytest.mark.parametrize(
    "operation",
    [
        Checkin(LENT),
        RenewAll(BORROWER),
        Renew(BORROWER, title=TitleId("三体")),
        Checkout(READER, FREE, cancel=True),
        Checkout(READER, FREE, no_block=True),
        Renew(BORROWER, LENT, no_block=True),
        PayFee(OTHER, Money(100, "CNY")),
        BlockPatron(READER),
        UpdateItem(FREE, "torn"),
        CreatePatron(),
        DeleteItem(FREE),
        ChargeFee(OTHER, Money(100, "CNY")),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_is_not_to_be_undone_has_nothing_that_undoes_it(books, operation):
    """Because nobody knows what was there before, or because it has happened outside of the books."""
    assert books.adapter.undoing(operation) is None


def test_what_the_settings_forbid_undoes_nothing():
    context = AdapterContext(CDL, ZONE, "CNY", lambda: NOW, Path())
    adapter = InhouseAdapter({"database": "memory", "without": ["checkin", "hold"]}, context)
    for operation in (Checkout(READER, FREE), Renew(READER, FREE), PlaceHold(READER, FREE)):
        assert adapter.undoing(operation) is None


# --- in memory ----------------------------------------------------------------------------------------


def test_what_may_be_forgotten_is_unclear(monkeypatch):
    """Not so what was claimed after everything that was let go of."""
    monkeypatch.setattr(memory, "MARKS", 2)
    reactor, now = HandTurned(), [NOW]
    storage = MemoryStorage(HOUSE, lambda: now[0])
    reactor.result_of(storage.open(lambda: a_stock(a_patron(R1))))
    for number in range(3):
        now[0] = NOW + timedelta(seconds=number)
        wish = BlockPatron(R1)
        assert isinstance(reactor.result_of(storage.work(RULES[BlockPatron], wish, f"k-{number}")), Done)

    def effect(operation_id, seconds):
        return reactor.result_of(storage.effect_of(operation_id, NOW + timedelta(seconds=seconds)))

    assert [effect(f"k-{number}", number) for number in range(3)] == [
        Effect.UNCLEAR,
        Effect.DONE,
        Effect.DONE,
    ]
    assert effect("k-9", 1) is Effect.NOT_DONE


# --- in a database ------------------------------------------------------------------------------------


def marked(library):
    """The identifiers of all marks."""
    return library.session.transact(
        lambda connection: [row[0] for row in connection.core.exec_driver_sql(
            "SELECT operation_id FROM done_operation ORDER BY at, operation_id"
        )]
    )  # fmt: skip


def test_old_marks_go_a_few_at_a_time(fresh, monkeypatch):
    """Twice as many as come, and some: however many there are, no transaction grows long, and they come to an end."""
    monkeypatch.setattr(sweeping, "AT_ONCE", 3)
    kept = Marks()
    library = Library(fresh())

    def write(*done, after):
        library.session.transact(lambda connection: kept.write(connection, done, NOW + after))

    with closing(library.session):
        write(*(f"a-{number}" for number in range(12)), after=timedelta())
        write("b-0", after=timedelta(days=29))
        assert len(marked(library)) == 13
        write("c-0", after=KEPT_FOR + timedelta(hours=1))
        assert len(marked(library)) == 13 + 1 - 5
        write("c-1", after=KEPT_FOR + timedelta(hours=1))
        write("c-2", after=KEPT_FOR + timedelta(hours=1))
        assert marked(library) == ["b-0", "c-0", "c-1", "c-2"]


def test_marks_are_not_looked_through_at_every_change(fresh, monkeypatch):
    """Once a minute, as long as there is nothing to be let go of."""
    kept = Marks()
    library = Library(fresh())
    looked: list[int] = []
    monkeypatch.setattr(
        Connection, "rows", lambda connection, *statement: looked.append(len(statement)) or []
    )
    with closing(library.session):
        for seconds in (0, 1, 59, 60, 61, 0):
            now = NOW + timedelta(seconds=seconds)
            library.session.transact(lambda connection: kept.write(connection, ["k-1"], now))  # noqa: B023
            library.session.transact(lambda connection: kept.write(connection, [], now))  # noqa: B023
    assert len(looked) == 3


def test_an_operation_from_the_time_whose_marks_are_gone_is_unclear(fresh):
    """And one from before the books were moved, which leaves its mark behind."""
    library = Library(fresh())
    with closing(library.session):

        def effect(since, now):
            return library.session.transact(lambda connection: effect_of(connection, "k-1", since, now))

        assert effect(NOW, NOW + timedelta(days=28)) is Effect.NOT_DONE
        assert effect(NOW, NOW + KEPT_FOR) is Effect.UNCLEAR
        library.take_in(a_stock(a_patron(R1)))
        assert effect(NOW, NOW) is Effect.NOT_DONE
        assert effect(NOW - timedelta(seconds=1), NOW) is Effect.UNCLEAR


def test_books_that_moved_know_that_they_cannot_tell(demo, fresh, tmp_path):
    """An export holds no marks, and is the same with and without them."""
    whole = exported(demo.database, tmp_path / "one.json")
    demo.session.transact(lambda connection: Marks().write(connection, ["k-1"], NOW))
    assert exported(demo.database, tmp_path / "two.json") == whole
    database = fresh()
    import_file(tmp_path / "two.json", database, HOUSE, None, lambda: NOW + timedelta(hours=1))
    with closing(Session(database, writes=True)) as session:
        for since, expected in ((NOW, Effect.UNCLEAR), (NOW + timedelta(hours=2), Effect.NOT_DONE)):
            assert session.transact(lambda books: effect_of(books, "k-1", since, NOW)) is expected  # noqa: B023


class Threaded:
    """Books of one patron and two items, with threads."""

    def __init__(self, database):
        self.reactor, self.database = HandTurned(), database
        self.threads = DatabaseThreads(database, "CDL", self.reactor, NobodyWatches())
        self.storage = SqlStorage(database, HOUSE, lambda: NOW, self.threads)
        self.reactor.result_of(
            self.storage.open(lambda: a_stock(a_patron(R1), a_patron(R2), an_item(I1), an_item(I2)))
        )

    def begin(self, rule, wish, operation_id):
        return Deferred.fromCoroutine(self.storage.work(rule, wish, operation_id))

    def effect(self, operation_id):
        return self.reactor.result_of(self.storage.effect_of(operation_id, NOW))

    def status(self, item):
        return self.reactor.result_of(self.storage.work(RULES[LookupItem], LookupItem(item))).result.borrower


@pytest.fixture
def threaded(fresh):
    made = Threaded(fresh())
    with closing(made.threads):
        yield made


def test_what_was_given_up_before_it_was_begun_is_not_done_and_what_was_begun_is(threaded):
    """Whatever the caller was told when the deadline came, the books say afterwards what has become of it."""
    begun, go_on = Event(), Event()

    def slow(snapshot, wish):
        begun.set()
        assert go_on.wait(LONGEST)
        return RULES[Checkout](snapshot, wish)

    first = threaded.begin(slow, Checkout(R1, I1), "k-1")
    assert begun.wait(LONGEST)
    second = threaded.begin(RULES[Checkout], Checkout(R1, I2), "k-2")
    for each in (first, second):
        each.addErrback(lambda _: None)
        each.cancel()
    go_on.set()
    assert (threaded.effect("k-1"), threaded.effect("k-2")) == (Effect.DONE, Effect.NOT_DONE)
    assert (threaded.status(I1), threaded.status(I2)) == (R1, None)


@pytest.mark.parametrize(("ends_well", "effect"), [(True, Effect.DONE), (False, Effect.NOT_DONE)])
def test_what_another_process_has_under_way_is_waited_for(threaded, ends_well, effect):
    """It may have been killed, and its transaction may still be about to commit."""
    found = []

    def lend(connection):
        job = (RULES[Checkout], Checkout(R1, I1), "k-1")
        other = SqlStorage(threaded.database, HOUSE, lambda: NOW, None)
        assert isinstance(other._change(connection, [job])[0], Done)
        found.append(Deferred.fromCoroutine(threaded.storage.effect_of("k-1", NOW)))
        if not ends_well:
            raise KeyError("killed")

    with closing(Session(threaded.database, writes=True)) as session:
        if ends_well:
            session.transact(lend)
        else:
            with pytest.raises(KeyError, match="killed"):
                session.transact(lend)
    assert threaded.reactor.result_of(found[0]) is effect


def test_a_mark_goes_with_the_changes_that_were_rolled_back(fresh):
    """And an operation that is carried out a second time under its identifier is no fault."""
    library = Library(fresh())
    job = (RULES[Checkout], Checkout(R1, I1), "k-1")

    def spoilt(connection):
        library.storage._change(connection, [job])
        raise KeyError("spoilt")

    with closing(library.session):
        prepare(library.database, library.session, HOUSE, None)
        take_in(library.session, a_stock(a_patron(R1), an_item(I1)), HOUSE, lambda: NOW)
        with pytest.raises(KeyError, match="spoilt"):
            library.session.transact(spoilt)
        assert marked(library) == []
        back = (RULES[Checkin], Checkin(I1), "k-1")
        library.session.transact(lambda connection: library.storage._change(connection, [back, back]))
        library.session.transact(lambda connection: library.storage._change(connection, [back]))
        assert marked(library) == ["k-1"]
