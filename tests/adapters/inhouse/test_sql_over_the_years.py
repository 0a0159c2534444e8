"""Books last: those of an earlier version open after an upgrade, and an export makes the same books again."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from inhouse_books import CDL, NOW, ZONE, a_loan, a_patron, a_stock, an_item
from softdock.adapters.inhouse.adapter import DEMO
from softdock.adapters.inhouse.importing import read_stock
from softdock.adapters.inhouse.pins import PinSeal
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.sql import schema
from softdock.adapters.inhouse.sql.moving import back_up, export_file, import_file
from softdock.adapters.inhouse.sql.storage import prepare
from softdock.adapters.inhouse.storage import WrongBooks
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, Secret
from softdock.circulation.items import CirculationStatus
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    Checkin,
    Checkout,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
)
from softdock.circulation.outcomes import PinCheck
from softdock.circulation.patrons import PatronList
from softdock.store.database import Database, DatabaseNewer, Session, migrate
from sql_library import HOUSE, KEY, Library, exported

FROZEN = Path(__file__).with_name("frozen")
FROZEN_AT = datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)


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
        assert (taken.patrons, taken.items) == (15, 35)
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
