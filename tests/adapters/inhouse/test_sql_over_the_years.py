"""Books last: those of an earlier version open after an upgrade, and an export makes the same books again."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from inhouse_books import CDL, NOW, RULES, ZONE, a_loan, a_patron, a_stock, an_item, day
from softdock.adapters.inhouse.adapter import DEMO
from softdock.adapters.inhouse.importing import ImportFileError, read_stock
from softdock.adapters.inhouse.pins import PinSeal
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.sql import schema, taking_in
from softdock.adapters.inhouse.sql.moving import NoLibrary, back_up, export_file, import_file
from softdock.adapters.inhouse.sql.storage import SqlStorage, prepare
from softdock.adapters.inhouse.sql.taking_in import take_in
from softdock.adapters.inhouse.storage import WrongBooks
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, Secret, TitleId
from softdock.circulation.items import CirculationStatus
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    BlockPatron,
    Checkin,
    Checkout,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
    Renew,
)
from softdock.circulation.outcomes import Done, PinCheck
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason
from softdock.store.database import Database, DatabaseNewer, Session, migrate

FROZEN = Path(__file__).with_name("frozen")
KEY = "the key of a frozen file"
HOUSE = House(CDL, "CNY", ZONE, pins=PinSeal(KEY))
FROZEN_AT = datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)


class Library:
    """Books in a database, asked without threads."""

    def __init__(self, database, now=NOW):
        self.database = database
        self.now = now
        self.session = Session(database, writes=True)
        prepare(database, self.session, HOUSE, HOUSE.pins.mark)
        self.storage = SqlStorage(database, HOUSE, lambda: self.now, None)

    def ask(self, wish):
        job = (RULES[type(wish)], wish)
        return self.session.transact(lambda connection: self.storage._change(connection, [job]))[0]

    def done(self, wish):
        outcome = self.ask(wish)
        assert isinstance(outcome, Done), outcome
        return outcome.result

    def take_in(self, stock):
        return take_in(self.session, stock, HOUSE, lambda: self.now)


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request, tmp_path):
    """Makes fresh databases of each kind."""
    numbers = iter(range(100))

    def sqlite():
        return Database.at(f"sqlite:///{next(numbers)}.db", tmp_path, "inhouse")

    def postgresql():
        cluster = request.getfixturevalue("postgres")
        return Database.at(cluster.url(cluster.database()), Path(), "inhouse")

    return sqlite if request.param == "sqlite" else postgresql


@pytest.fixture
def demo(fresh):
    """The demo library, in which this and that has happened."""
    library = Library(fresh())
    library.take_in(read_stock(DEMO, HOUSE, NOW))
    for wish in (
        Checkout(PatronId("R0001"), ItemId("CD0001")),
        Checkout(PatronId("R0009"), ItemId("CD0011")),
        Checkin(ItemId("CD0009")),
        Checkin(ItemId("CD0004")),
        Renew(PatronId("R0010"), ItemId("CD0010")),
        Checkout(PatronId("R0001"), ItemId("CD0020"), fee_acknowledged=True),
        PayFee(PatronId("R0014"), Money(150, "CNY"), transaction="K77"),
        BlockPatron(PatronId("R0002"), message="card kept"),
        PlaceHold(PatronId("R0013"), ItemId("CD0010"), pickup_location="1F"),
    ):
        assert isinstance(library.ask(wish), Done), wish
    with closing(library.session):
        yield library


def exported(database, path, house=HOUSE):
    export_file(path, database, house, print)
    return path.read_text(encoding="utf-8")


# --- earlier versions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(FROZEN.glob("*.sql")), ids=lambda path: path.stem)
def test_books_of_an_earlier_version_open_and_go_on(tmp_path, file):
    """Whatever was lent, held, paid and could be undone is still so, and PINs are still right."""
    with closing(sqlite3.connect(tmp_path / "books.db")) as frozen:
        frozen.executescript(file.read_text(encoding="utf-8"))
    library = Library(Database.at("sqlite:///books.db", tmp_path, "inhouse"), FROZEN_AT)
    with closing(library.session):
        report = library.done(LookupPatron(PatronId("R0001"), Secret("1234"), wanted=PatronList.LOANS))
        assert report.pin is PinCheck.RIGHT
        assert sorted(entry.item for entry in report.entries) == ["CD0001", "CD0020"]
        assert report.patron.balance == Money(200, "CNY")
        assert library.done(LookupItem(ItemId("CD0012"))).properties == "torn"
        assert library.done(LookupItem(ItemId("CD0009"))).status is CirculationStatus.ON_HOLD_SHELF
        assert library.done(LookupPatron(PatronId("R0014"))).patron.balance == Money(500, "CNY")
        assert library.done(LookupPatron(PatronId("R0002"))).patron.message == "card kept"
        undone = library.done(Checkout(PatronId("R0001"), ItemId("CD0004"), cancel=True))
        assert (undone.undone, undone.due) == (True, datetime(2026, 12, 25, 23, 59, 59, tzinfo=ZONE))
        refilled = library.done(Checkin(ItemId("CD0011"), cancel=True))
        assert refilled.hold_patron == "R0009"
        assert library.done(Checkin(ItemId("CD0010"))).hold_patron == "R0013"


def test_every_earlier_revision_has_a_frozen_file():
    """So that whoever writes a new one freezes what it starts from."""
    revisions = sorted(path.stem[:4] for path in schema.SCHEMA.revisions.glob("0*.py"))
    assert [path.stem for path in sorted(FROZEN.glob("*.sql"))] == revisions[:-1]


def test_the_revisions_lead_to_the_tables_of_the_code(fresh):
    database = fresh()
    migrate(database, schema.SCHEMA)
    with closing(Session(database, writes=True)) as session:
        differences = session.transact(
            lambda connection: compare_metadata(
                MigrationContext.configure(
                    connection.core, opts={"compare_type": True, "include_object": _is_ours}
                ),
                schema.metadata,
            )
        )
    assert differences == []


def _is_ours(thing, name, kind, reflected, compared):
    return name != schema.SCHEMA.version_table


def test_books_of_a_later_version_are_left_alone(fresh):
    library = Library(fresh())
    with closing(library.session):
        library.session.transact(lambda books: books.say("UPDATE inhouse_version SET version_num = '9999'"))
        with pytest.raises(DatabaseNewer):
            prepare(library.database, library.session, HOUSE, HOUSE.pins.mark)


def test_books_of_another_library_or_under_another_key_are_refused(fresh):
    library = Library(fresh())
    with closing(library.session):
        for house, why in (
            (House(LibraryId("CQL"), "CNY", ZONE, pins=PinSeal(KEY)), "books of CDL"),
            (House(CDL, "CNY", ZONE, pins=PinSeal("another key than that")), "another pin_key"),
        ):
            with pytest.raises(WrongBooks, match=why):
                prepare(library.database, library.session, house, house.pins.mark)


# --- out and in again ---------------------------------------------------------------------------------


def test_an_export_imports_again_without_loss(demo, fresh, tmp_path):
    """The same file comes out of the books that were made of it: on the other kind of database, too."""
    whole = exported(demo.database, tmp_path / "one.json")
    for number, database in enumerate((fresh(), Database.at("sqlite:///other.db", tmp_path, "inhouse"))):
        taken = import_file(tmp_path / "one.json", database, HOUSE, None, lambda: NOW)
        assert (taken.patrons, taken.items) == (14, 32)
        assert exported(database, tmp_path / f"again-{number}.json") == whole
        import_file(tmp_path / "one.json", database, HOUSE, None, lambda: NOW)
        assert exported(database, tmp_path / f"again-{number}.json") == whole
        again = Library(database)
        with closing(again.session):
            assert again.done(LookupPatron(PatronId("R0001"), Secret("1234"))).pin is PinCheck.RIGHT
            assert again.done(Checkin(ItemId("CD0011"), cancel=True)).hold_patron == "R0009"
            assert again.done(Checkin(ItemId("CD0020"), cancel=True)).undone
            paid = PayFee(PatronId("R0014"), Money(150, "CNY"), transaction="K77")
            assert again.done(paid).balance == Money(500, "CNY"), "it was booked before"


def test_odd_but_good_books_come_back_as_they_were(fresh, tmp_path):
    """Long titles, texts with NUL and line separators, titles called as others are numbered."""
    text, long = "a\u2028b\u0085c'\"\\", "长" * 300
    patron = {"id": "R1", "currency": "KWD", "name": text, "extra": {"": text}, "blocked": ""}
    money = {"fees": [{"id": "7", "amount": "1.250"}], "payments": [{"amount": "0", "at": "2026-03-01"}]}
    stock = {
        "patrons": [{**patron, **money}, {"id": "R2"}, {"id": "R3"}],
        "items": [
            {"id": "I1", "title": "三体", "title_id": "T9"},
            {"id": "I2", "title": "三体", "current_location": ""},
            {"id": "I3", "title": long, "permanent_location": "main", "current_location": ""},
        ],
        "loans": [{"item": item, "patron": "R3"} for item in ("I1", "I2", "I3")],
        "holds": [{"patron": "R2", "title": "三体"}, {"patron": "R2", "title": long}],
    }
    (tmp_path / "in.json").write_text(json.dumps(stock))
    database, again = fresh(), fresh()
    import_file(tmp_path / "in.json", database, HOUSE, KEY, lambda: NOW)
    whole = exported(database, tmp_path / "one.json")
    import_file(tmp_path / "one.json", again, HOUSE, KEY, lambda: NOW)
    assert exported(again, tmp_path / "two.json") == whole
    library = Library(again)
    with closing(library.session):
        queues = [library.done(LookupItem(ItemId(item))).hold_queue_length for item in ("I1", "I2", "I3")]
        assert queues == [0, 1, 1]


def test_new_numbers_are_higher_than_those_of_an_import(demo, fresh, tmp_path):
    """Who places a hold now waits behind those who waited already."""
    exported(demo.database, tmp_path / "one.json")
    database = fresh()
    import_file(tmp_path / "one.json", database, HOUSE, None, lambda: NOW)
    again = Library(database)
    with closing(again.session):
        held = again.done(PlaceHold(PatronId("R0011"), ItemId("CD0010"), pickup_location="1F"))
    assert held.queue_position == 2


def test_no_hold_and_no_payment_is_lost_because_another_has_its_number(fresh, tmp_path):
    """In a file that was put together of two, or taken in after the first was interrupted."""
    payment = {"amount": "1.00", "at": "2026-03-01T10:00", "number": 7}
    patrons = [{"id": f"R{number}", "payments": [payment]} for number in (1, 2, 3)]
    items = [{"id": "I1"}, {"id": "I2"}]
    loans = [{"item": each["id"], "patron": "R1"} for each in items]
    holds = [{"patron": f"R{number}", "item": f"I{number - 1}", "number": 5} for number in (2, 3)]
    path = tmp_path / "file.json"
    path.write_text(json.dumps({"patrons": patrons, "items": items, "loans": loans, "holds": holds}))
    database = fresh()
    assert import_file(path, database, HOUSE, KEY, lambda: NOW).holds == 2
    out = json.loads(exported(database, tmp_path / "out.json"))
    assert [len(each["payments"]) for each in out["patrons"]] == [1, 1, 1]
    assert out["holds"][0]["number"] == 5


def test_a_hold_that_comes_back_takes_nobodys_place(fresh, tmp_path):
    """Undoing a loan of an import once overwrote the hold of another patron that had got the same number since."""
    library = Library(fresh())
    stock = a_stock(a_patron("R1"), a_patron("R2"), an_item("I1"), a_loan("I1", "R1"))
    library.take_in(stock)
    library.done(PlaceHold(PatronId("R2"), ItemId("I1")))
    (hold,) = json.loads(exported(library.database, tmp_path / "one.json"))["holds"]
    filled = {"patron": "R3", "item": "I2", "title_id": "I2", "copy": "I2", "number": hold["number"]}
    loan = {"item": "I2", "patron": "R3", "filled": filled}
    more = {"patrons": [{"id": "R3"}], "items": [{"id": "I2"}], "loans": [loan]}
    (tmp_path / "more.json").write_text(json.dumps(more))
    with closing(library.session):
        import_file(tmp_path / "more.json", library.database, HOUSE, KEY, lambda: NOW)
        assert library.done(Checkin(ItemId("I2"), cancel=True)).hold_patron == "R3"
        assert library.done(LookupItem(ItemId("I1"))).hold_queue_length == 1


def test_the_numbers_of_holds_that_may_come_back_are_not_given_again(tmp_path):
    """Those of returned loans, and of loans before, as well."""
    filled = {"patron": "R1", "item": "I1", "title_id": "I1", "number": 70}
    loan = {"item": "I1", "patron": "R1", "before": {"item": "I1", "patron": "R1", "filled": filled}}
    (tmp_path / "file.json").write_text(
        json.dumps({"patrons": [{"id": "R1"}], "items": [{"id": "I1"}], "returns": [{"loan": loan}]})
    )
    assert read_stock(tmp_path / "file.json", HOUSE, NOW).highest_number == 70


def test_an_export_is_whole_or_not_there(demo, tmp_path):
    path = tmp_path / "one.json"

    def fail(text):
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        export_file(None, demo.database, HOUSE, fail)
    exported(demo.database, path)
    assert [each.name for each in tmp_path.glob("*.json*")] == ["one.json"]
    assert path.stat().st_mode & 0o077 == 0


def test_an_export_writes_through_nothing_that_lies_there_already(demo, tmp_path):
    """In a folder of many, somebody may have laid a link, or a file that everybody can read."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "one.json.part").symlink_to(victim)
    exported(demo.database, tmp_path / "one.json")
    assert victim.read_text() == "precious"
    assert not (tmp_path / "one.json").is_symlink()


def test_a_backup_of_sqlite_is_the_books_of_one_moment(tmp_path):
    library = Library(Database.at("sqlite:///books.db", tmp_path, "inhouse"))
    library.take_in(read_stock(DEMO, HOUSE, NOW))
    before = exported(library.database, tmp_path / "before.json")
    back_up(tmp_path / "backup.db", library.database)
    library.done(Checkout(PatronId("R0001"), ItemId("CD0001")))
    with closing(library.session):
        copy = Database.at("sqlite:///backup.db", tmp_path, "inhouse")
        assert exported(copy, tmp_path / "copy.json") == before
        with pytest.raises(FileExistsError):
            back_up(tmp_path / "backup.db", library.database)


# --- files into books ---------------------------------------------------------------------------------


def test_a_faulty_file_leaves_new_books_unmade_and_old_ones_alone(tmp_path):
    (tmp_path / "bad.json").write_text('{"patrons": [{"id": "R1"}], "items": [{"id": ""}]}', encoding="utf-8")
    database = Database.at("sqlite:///new.db", tmp_path, "inhouse")
    with pytest.raises(ImportFileError):
        import_file(tmp_path / "bad.json", database, HOUSE, KEY, lambda: NOW)
    assert not (tmp_path / "new.db").exists()
    library = Library(database)
    library.take_in(a_stock(a_patron("R7")))
    with closing(library.session):
        whole = exported(database, tmp_path / "before.json")
        with pytest.raises(ImportFileError):
            import_file(tmp_path / "bad.json", database, HOUSE, KEY, lambda: NOW)
        assert exported(database, tmp_path / "after.json") == whole


def test_a_file_may_refer_to_what_the_books_know(demo, tmp_path):
    """A loan of a new item to an old patron, a hold of a new patron on an old item or title."""
    (tmp_path / "more.json").write_text(
        '{"patrons": [{"id": "R0100"}], "items": [{"id": "CD0100"}],'
        ' "loans": [{"item": "CD0100", "patron": "R0007"}],'
        ' "holds": [{"patron": "R0100", "item": "CD0010"}, {"patron": "R0100", "title": "三体"}]}',
        encoding="utf-8",
    )
    taken = import_file(tmp_path / "more.json", demo.database, HOUSE, KEY, lambda: NOW)
    assert (taken.loans, taken.holds) == (1, 2)
    assert demo.done(LookupItem(ItemId("CD0100"))).due == datetime(2026, 3, 16, 23, 59, 59, tzinfo=ZONE), (
        "a child's"
    )
    unknown = (
        '{"loans": [{"item": "CD0100", "patron": "R9999"}], "holds": [{"patron": "R0100", "title": "四体"}]}'
    )
    (tmp_path / "unknown.json").write_text(unknown, encoding="utf-8")
    with pytest.raises(ImportFileError) as refused:
        import_file(tmp_path / "unknown.json", demo.database, HOUSE, KEY, lambda: NOW)
    assert [place for place, _ in refused.value.complaints] == ["loans[0].patron", "holds[0].title"]


@pytest.mark.parametrize("about", [{"item": "I1"}, {"title": "New"}, {"title": "T-New"}])
def test_a_hold_is_on_the_title_that_its_item_keeps_to(fresh, tmp_path, about):
    """The file calls the item otherwise, but somebody waits for it under its old title: both are in one queue."""
    library = Library(fresh())
    item = an_item("I1", title="Old", title_id=TitleId("T-Old"))
    library.take_in(a_stock(a_patron("R1"), a_patron("R2"), item, a_loan("I1", "R1")))
    library.done(PlaceHold(PatronId("R2"), ItemId("I1")))
    renamed = {"id": "I1", "title": "New", "title_id": "T-New"}
    more = {"patrons": [{"id": "R3"}], "items": [renamed], "holds": [{"patron": "R3", **about}]}
    (tmp_path / "more.json").write_text(json.dumps(more), encoding="utf-8")
    with closing(library.session):
        assert import_file(tmp_path / "more.json", library.database, HOUSE, KEY, lambda: NOW).holds == 1
        assert library.done(LookupItem(ItemId("I1"))).hold_queue_length == 2


def test_a_hold_on_a_title_that_has_lost_its_copies_waits_and_lapses(fresh, tmp_path):
    """It once made every operation of the library fail from the day on which it lapsed."""
    library = Library(fresh())
    library.take_in(a_stock(an_item("I1", title="Old")))
    hold = {"patron": "R3", "title": "Old", "expires": "2026-03-03"}
    more = {"patrons": [{"id": "R3"}], "items": [{"id": "I1", "title": "New"}], "holds": [hold]}
    (tmp_path / "more.json").write_text(json.dumps(more), encoding="utf-8")
    with closing(library.session):
        import_file(tmp_path / "more.json", library.database, HOUSE, KEY, lambda: NOW)
        assert library.done(LookupPatron(PatronId("R3"))).patron.counts.unavailable_holds == 1
        library.now = day(3, 4)
        assert library.done(LookupPatron(PatronId("R3"))).patron.counts.unavailable_holds == 0


def test_an_interrupted_import_is_completed_by_the_next(tmp_path):
    """What the first run brought counts as new: its loans and holds are still taken."""

    class Interrupted(Exception):
        pass

    def interrupt(seconds):
        nonlocal turns
        turns += 1
        if turns == 2:
            raise Interrupted

    turns = 0
    stock = read_stock(DEMO, HOUSE, NOW)
    library = Library(Database.at("sqlite:///books.db", tmp_path, "inhouse"))
    with closing(library.session):
        with pytest.raises(Interrupted):
            take_in(library.session, stock, HOUSE, lambda: NOW, interrupt)
        taken = library.take_in(stock)
        assert (taken.patrons, taken.items, taken.loans, taken.holds) == (0, 0, 5, 3)
        assert library.done(LookupItem(ItemId("CD0004"))).status is CirculationStatus.CHARGED


class Interrupted(Exception):
    """An import that was ended from outside."""


def test_a_book_that_was_returned_before_an_import_is_completed_stays_returned(fresh):
    """The patron was told so."""
    turns = iter(range(1, 100))

    def interrupt(seconds):
        if next(turns) == 3:
            raise Interrupted

    library = Library(fresh())
    stock = a_stock(a_patron("R1"), an_item("I1"), a_loan("I1", "R1"))
    with closing(library.session):
        with pytest.raises(Interrupted):
            take_in(library.session, stock, HOUSE, lambda: NOW, interrupt)
        assert library.done(LookupItem(ItemId("I1"))).due is not None
        library.done(Checkin(ItemId("I1")))
        assert library.take_in(stock).loans == 0
        assert library.done(LookupItem(ItemId("I1"))).due is None


def test_an_import_that_is_interrupted_after_another_ended_beside_it_is_completed(fresh, monkeypatch):
    """The other one once declared both to be at their end: the loans that were left were lost."""
    monkeypatch.setattr(taking_in, "PORTION", 1)
    turns = iter(range(1, 100))
    library = Library(fresh())
    other = Library(library.database)
    stock = a_stock(a_patron("R1"), an_item("I1"), an_item("I2"), a_loan("I1", "R1"), a_loan("I2", "R1"))

    def beside(seconds):
        turn = next(turns)
        if turn == 3:
            other.take_in(a_stock(a_patron("R7")))
        if turn == 5:
            raise Interrupted

    with closing(library.session), closing(other.session):
        with pytest.raises(Interrupted):
            take_in(library.session, stock, HOUSE, lambda: NOW, beside)
        assert library.take_in(stock).loans == 1
        assert library.take_in(stock).loans == 0
        loans = library.done(LookupPatron(PatronId("R1"), wanted=PatronList.LOANS)).entries
        assert len(loans) == 2


def test_an_item_is_lent_to_nobody_before_its_loan_has_come_in(tmp_path):
    """Kiosks go on meanwhile.  One that is returned has been returned: its loan does not come in behind that."""

    class Interrupted(Exception):
        pass

    def interrupt(seconds):
        nonlocal turns
        turns += 1
        if turns == 2:  # patrons and items are in
            raise Interrupted

    turns = 0
    stock = a_stock(
        a_patron("R1"), a_patron("R2"), *(an_item(item) for item in ("I1", "I2")), a_loan("I1", "R1"), a_loan("I2", "R1"),
        an_item("I3", CirculationStatus.LOST), a_loan("I3", "R1"), an_item("I4", CirculationStatus.CHARGED), a_loan("I4", "R1"),
    )  # fmt: skip
    library = Library(Database.at("sqlite:///books.db", tmp_path, "inhouse"))
    with closing(library.session):
        with pytest.raises(Interrupted):
            take_in(library.session, stock, HOUSE, lambda: NOW, interrupt)
        refused = library.ask(Checkout(PatronId("R2"), ItemId("I1")))
        assert refused.reason is Reason.ITEM_LENT_TO_ANOTHER
        assert isinstance(library.ask(Checkin(ItemId("I2"))), Done)
        assert library.take_in(stock).loans == 3
        borrowers = [library.done(LookupItem(ItemId(item))).borrower for item in ("I1", "I2", "I3", "I4")]
        assert borrowers == ["R1", None, "R1", "R1"]
        assert library.done(LookupItem(ItemId("I3"))).status is CirculationStatus.LOST
        stored = "SELECT status FROM item ORDER BY id"
        statuses = library.session.transact(lambda books: books.core.exec_driver_sql(stored).fetchall())
        assert [status for (status,) in statuses] == ["available", "available", "lost", "charged"]


def test_pins_in_clear_need_the_key_and_hashes_the_same_key(tmp_path):
    """Without it nobody could say later which PIN is right."""
    (tmp_path / "clear.json").write_text(
        '{"library": {"id": "CDL"}, "patrons": [{"id": "R1", "pin": "1234"}]}'
    )
    database = Database.at("sqlite:///books.db", tmp_path, "inhouse")
    with pytest.raises(ImportFileError, match="hashed under a key"):
        import_file(tmp_path / "clear.json", database, HOUSE, None, lambda: NOW)
    import_file(tmp_path / "clear.json", database, HOUSE, KEY, lambda: NOW)
    exported(database, tmp_path / "hashed.json")
    other = Database.at("sqlite:///other.db", tmp_path, "inhouse")
    with pytest.raises(ImportFileError, match="under another key"):
        import_file(tmp_path / "hashed.json", other, HOUSE, "another key than that", lambda: NOW)
    with pytest.raises(WrongBooks):
        import_file(tmp_path / "clear.json", database, HOUSE, "another key than that", lambda: NOW)


def test_whose_books_they_are_is_told_by_the_books_else_by_the_file(tmp_path):
    nobodys = House(LibraryId(""), "CNY", ZONE)
    (tmp_path / "cql.json").write_text('{"library": {"id": "CQL"}, "items": [{"id": "I1"}]}')
    (tmp_path / "any.json").write_text('{"items": [{"id": "I2"}]}')
    database = Database.at("sqlite:///books.db", tmp_path, "inhouse")
    with pytest.raises(NoLibrary):
        import_file(tmp_path / "any.json", database, nobodys, None, lambda: NOW)
    import_file(tmp_path / "cql.json", database, nobodys, None, lambda: NOW)
    import_file(tmp_path / "any.json", database, nobodys, None, lambda: NOW)
    assert '"library": {"id":"CQL"}' in exported(database, tmp_path / "out.json", nobodys)
    with pytest.raises(WrongBooks):
        exported(database, tmp_path / "not.json", HOUSE)
    assert not (tmp_path / "not.json").exists()
