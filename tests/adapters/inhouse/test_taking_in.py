"""Files that are taken into books which are there, beside kiosks that go on, and after they were interrupted."""

import json
from contextlib import closing
from datetime import datetime

import pytest

from inhouse_books import NOW, ZONE, a_loan, a_patron, a_stock, an_item, day
from softdock.adapters.inhouse.adapter import DEMO
from softdock.adapters.inhouse.importing import ImportFileError, read_stock
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.sql import taking_in
from softdock.adapters.inhouse.sql.moving import NoLibrary, import_file
from softdock.adapters.inhouse.sql.taking_in import take_in
from softdock.adapters.inhouse.storage import WrongBooks
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus
from softdock.circulation.operations import (
    Checkin,
    Checkout,
    LookupItem,
    LookupPatron,
    PlaceHold,
)
from softdock.circulation.outcomes import Done
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason
from softdock.store.database import Database
from sql_library import HOUSE, KEY, Library, exported


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
