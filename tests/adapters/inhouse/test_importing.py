"""The import file: what it may say, and everything that is wrong with it at once."""

import json
from datetime import date, datetime

import pytest

from inhouse_books import CDL, I1, NOW, PIN, R1, R2, ZONE, Books, day, result_of, yuan
from softdock.adapters.inhouse.importing import ImportFileError, read_stock
from softdock.adapters.inhouse.memory import MemoryStorage
from softdock.adapters.inhouse.snapshot import House
from softdock.circulation.identifiers import LibraryId, Secret
from softdock.circulation.items import CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.operations import Checkin, LookupPatron
from softdock.circulation.outcomes import PinCheck
from softdock.circulation.patrons import ALL_DENIED, PatronList

HOUSE = House(CDL, "CNY", ZONE)
WORDS = [each.value for each in CirculationStatus]


@pytest.fixture
def read(tmp_path):
    """Books with what a file says, given as what its JSON stands for or as its text."""

    def read(content):
        path = tmp_path / "library.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        books = Books()
        books.storage = MemoryStorage(HOUSE, lambda: books.now)
        result_of(books.storage.take_in(read_stock(path, HOUSE, NOW)))
        return books

    return read


@pytest.fixture
def complaints(read):
    def complaints(content):
        with pytest.raises(ImportFileError) as caught:
            read(content)
        return list(caught.value.complaints)

    return complaints


def test_only_identifiers_are_required(read):
    """A patron and an item with nothing but their numbers can do business."""
    books = read({"patrons": [{"id": "R1"}], "items": [{"id": "I1"}]})
    assert books.patron().standing == frozenset()
    assert books.patron().balance == yuan(0)
    assert (books.item().status, books.item().owner) == (CirculationStatus.AVAILABLE, CDL)
    assert read({}).storage is not None


def test_everything_that_can_be_said_of_a_patron(read):
    """Each key ends up where a device asks for it."""
    books = read({
        "library": {"id": "CDL", "name": "成都图书馆"},
        "patrons": [{
            "id": "R1", "pin": PIN, "name": "王小明", "category": "adult", "birth_date": "1990-05-17",
            "address": "人民西路4号", "phone": "028-1", "email": "w@example.org", "home_library": "CQL",
            "language": "zh", "currency": "CNY", "expires": "2026-12-31", "blocked": False, "card_lost": False,
            "message": "hello", "extra": {"department": "IT"},
            "fees": [{"id": "F1", "type": "overdue", "amount": "1.50", "title": "三体"}],
        }],
        "policies": {"adult": {"loan_days": 14, "renewals": 1, "max_loans": 3, "max_holds": 2, "max_fees": "20.00"}},
    })  # fmt: skip
    patron = books.patron()
    assert (patron.name, patron.birth_date, patron.address) == ("王小明", date(1990, 5, 17), "人民西路4号")
    assert (patron.phone, patron.email, patron.language) == ("028-1", "w@example.org", "zh")
    assert (patron.home_library, patron.category, patron.expires) == ("CQL", "adult", date(2026, 12, 31))
    assert (patron.message, patron.extra, patron.balance) == ("hello", {"department": "IT"}, yuan(1.5))
    assert (patron.loan_limit, patron.hold_limit, patron.fee_limit) == (3, 2, yuan(20))
    assert books.done(LookupPatron(R1, Secret(PIN))).pin is PinCheck.RIGHT


def test_everything_that_can_be_said_of_an_item(read):
    item = read({
        "items": [{
            "id": "I1", "title": "三体", "author": "刘慈欣", "media_type": "book-with-cd", "magnetic": True,
            "security_marker": "whisper-tape", "fee_type": "rental", "fee": "2.00", "owner": "CQL",
            "permanent_location": "main", "current_location": "3F", "call_number": "I247", "status": "in-process",
            "collection": "sf", "note": "with a CD", "extra": {"shelf": "4b"},
        }],
    }).item()  # fmt: skip
    assert (item.title, item.author, item.title_id) == ("三体", "刘慈欣", "三体")
    assert (item.media_type, item.magnetic) == (MediaType.BOOK_WITH_CD, True)
    assert (item.security_marker, item.fee_type, item.fee) == (
        SecurityMarker.WHISPER_TAPE, FeeType.RENTAL, yuan(2),
    )  # fmt: skip
    assert (item.owner, item.permanent_location, item.current_location) == ("CQL", "main", "3F")
    assert (item.call_number, item.collection, item.properties) == ("I247", "sf", "with a CD")
    assert (item.status, item.extra) == (CirculationStatus.IN_PROCESS, {"shelf": "4b"})


@pytest.mark.parametrize(("blocked", "text"), [(True, ""), ("see desk 2", "see desk 2"), ("", "")])
def test_a_block_is_true_or_its_text(read, blocked, text):
    patron = read({"patrons": [{"id": "R1", "blocked": blocked}]}).patron()
    assert (patron.standing, patron.message) == (ALL_DENIED, text)


def test_without_a_current_location_an_item_is_where_it_belongs(read):
    assert read({"items": [{"id": "I1", "permanent_location": "main"}]}).item().current_location == "main"


def test_an_owner_with_the_name_of_the_files_library_is_this_library(read):
    """Whatever its identifier is in the settings."""
    books = read({"library": {"id": "OTHER"}, "items": [{"id": "I1", "owner": "OTHER"}]})
    assert books.item().owner == CDL
    assert books.done(Checkin(I1)).alert is None
    assert read({"items": [{"id": "I1", "owner": "OTHER"}]}).item().owner == LibraryId("OTHER")


@pytest.mark.parametrize(
    ("part", "where"),
    [
        ({"loans": [{"item": "I1", "patron": "R1", "due": "9999-12-31T23:59:59Z"}]}, "loans[0].due"),
        ({"loans": [{"item": "I1", "patron": "R1", "lent": "0001-01-01"}]}, "loans[0].lent"),
        ({"loans": [{"item": "I1", "patron": "R1", "renewals": 10**30}]}, "loans[0].renewals"),
        ({"holds": [{"item": "I1", "patron": "R1", "expires": "9999-12-31"}]}, "holds[0].expires"),
        ({"policies": {"default": {"loan_days": 10**12}}}, "policies.default.loan_days"),
    ],
)
def test_what_the_books_could_not_hold_is_found_before_anything_is_in_them(complaints, part, where):
    """It ended an import halfway, or every later look at the item."""
    found = complaints({"patrons": [{"id": "R1"}], "items": [{"id": "I1"}], **part})
    assert [place for place, _ in found] == [where]


def test_only_an_item_that_is_not_lent_has_a_last_return_and_only_one(complaints):
    loan = {"item": "I1", "patron": "R1"}
    found = complaints({
        "patrons": [{"id": "R1"}], "items": [{"id": "I1"}], "returns": [{"loan": loan}, {"loan": loan}],
        "loans": [loan],
    })  # fmt: skip
    assert found == [
        ("returns[1].loan.item", "returns[0] is of the same item."),
        ("returns[0].loan.item", "This item is lent, and was not returned since."),
    ]


def test_a_category_without_terms_has_those_of_the_default_category(read):
    policies = {"default": {"max_loans": 1}, "adult": {"max_loans": 2}}
    books = read(
        {"patrons": [{"id": "R1", "category": "x"}, {"id": "R2", "category": "adult"}], "policies": policies}
    )
    assert (books.patron(R1).loan_limit, books.patron(R2).loan_limit) == (1, 2)


def test_loans_and_holds_can_be_imported_too(read):
    """A due date is the end of its day; without one the policy says when; free copies are set aside."""
    books = read({
        "patrons": [{"id": "R1"}, {"id": "R2"}],
        "items": [{"id": "I1"}, {"id": "I2"}, {"id": "I3"}, {"id": "I4", "title": "T"}],
        "policies": {"default": {"loan_days": 2}},
        "loans": [
            {"item": "I1", "patron": "R1", "lent": "2026-01-01", "due": "2026-01-31", "renewals": 1},
            {"item": "I2", "patron": "R1"},
            {"item": "I3", "patron": "R1", "due": "2026-03-03T08:00"},
        ],
        "holds": [
            {"patron": "R2", "item": "I1", "pickup_location": "main", "expires": "2026-06-30"},
            {"patron": "R2", "title": "T"},
        ],
    })  # fmt: skip
    assert (books.item("I1").due, books.item("I2").due) == (day(1, 31), day(3, 4))
    assert books.item("I3").due == datetime(2026, 3, 3, 8, 0, tzinfo=ZONE)
    assert books.item("I1").status is CirculationStatus.RECALLED
    assert books.listed(PatronList.HOLDS, R2) == ["I4"]
    assert books.listed(PatronList.UNAVAILABLE_HOLDS, R2) == ["I1"]


def test_a_number_that_looks_like_one_stays_the_text_that_was_written(read):
    """00123 is a card, not 123."""
    assert read({"patrons": [{"id": "00123"}]}).patron("00123").id == "00123"


def test_every_mistake_is_told_at_once_with_its_place_and_remedy(complaints):
    """One look at the list is enough to put the file right."""
    assert complaints({
        "patrons": [{"name": "x"}, {"id": "R1", "birth_date": "17.5.1990", "card_lost": "perhaps", "nmae": "x"}],
        "items": [{"id": "I1"}, {"id": "I2"}, {"id": ""}, {"id": "I4", "status": "gone"}],
        "policies": {"adult": {"loan_days": "many", "max_loans": -1}},
        "shelves": [],
    }) == [
        ("patrons[0].id", "This is required."),
        ("patrons[1].birth_date", "This is not a date. Write it like 2026-12-31."),
        ("patrons[1].card_lost", "Write true or false."),
        ("patrons[1].nmae", "This key is not known."),
        ("items[2].id", "This must not be empty."),
        ("items[3].status", f"'gone' is not known here. There are: {', '.join(WORDS)}."),
        ("policies.adult.loan_days", "Write a whole number."),
        ("policies.adult.max_loans", "This must be 0 or more."),
        ("shelves", "This key is not known."),
    ]  # fmt: skip


def test_what_one_place_says_of_another_is_checked_as_well(complaints):
    """Twins, amounts, and loans of what is not there."""
    assert complaints({
        "patrons": [{"id": "R1", "fees": [{"id": "F1", "amount": "1,234.00"}, {"id": "F1", "amount": "-1"}]}, {"id": "R1"}],
        "items": [{"id": "I1"}, {"id": "I1", "fee": "two"}],
        "policies": {"adult": {"max_fees": "0.005"}},
        "loans": [{"item": "I1", "patron": "R1"}, {"item": "I1", "patron": "R1"}, {"item": "X", "patron": "Y"}],
        "holds": [{"patron": "R1"}, {"patron": "R1", "title": "X"}],
    }) == [
        ("patrons[0].fees[1].id", "patrons[0].fees[0] has the same identifier."),
        ("patrons[0].fees[0].amount", "This is not an amount of CNY. Write it like 12.50."),
        ("patrons[0].fees[1].amount", "This is not an amount of CNY. Write it like 12.50."),
        ("patrons[1].id", "patrons[0] has the same identifier."),
        ("items[1].id", "items[0] has the same identifier."),
        ("items[1].fee", "This is not an amount of CNY. Write it like 12.50."),
        ("policies.adult.max_fees", "This is not an amount of CNY. Write it like 12.50."),
        ("loans[1].item", "This item is lent twice."),
        ("holds[0]", "A hold needs an item or a title."),
        ("loans[2].item", "There is no such item in this file."),
        ("loans[2].patron", "There is no such patron in this file."),
        ("holds[1].title", "There is no such title in this file."),
    ]  # fmt: skip


def test_an_entry_with_a_mistake_is_there_all_the_same(complaints):
    """Its twins are told, and nobody hears that what he refers to is not in the file."""
    found = complaints({
        "patrons": [{"id": "R1", "expires": "soon"}, {"id": "R1"}],
        "items": [{"id": "I1", "status": "gone"}, {"id": "I2", "title": "三体", "magnetic": "perhaps"}, {"id": "I2"}],
        "loans": [{"item": "I1", "patron": "R1"}],
        "holds": [{"item": "I1", "patron": "R1"}, {"title": "三体", "patron": "R1"}],
    })  # fmt: skip
    assert [place for place, _ in found] == [
        "patrons[0].expires",
        "patrons[1].id",
        "items[0].status",
        "items[1].magnetic",
        "items[2].id",
    ]


def test_nothing_is_said_to_be_missing_from_a_file_that_breaks_off(complaints):
    ((_, sentence),) = complaints(
        '{"loans": [{"item": "I1", "patron": "R1"}], "holds": [{"item": "I1", "patron": "R1"}], "items": ['
    )
    assert sentence.startswith("This is not JSON")


@pytest.mark.parametrize(
    "content",
    [
        {"patrons": [{"id": "R1", "fees": [{"id": "F1"}]}]},
        {"patrons": [{"id": "R1", "blocked": 3}]},
        {"patrons": [{"id": "R1", "extra": {"a": 1}}]},
        {"patrons": [{"id": "R1", "currency": "yuan"}]},
        {"patrons": [{"id": 7}]},
        {"patrons": {}},
        {"items": [[]]},
        {"loans": [{"item": "I1", "patron": "R1", "due": "soon"}]},
        {"loans": [{"item": "I1", "patron": "R1", "due": "2026-13-01"}]},
        {"library": {"branches": {"main": "3F"}}},
        [],
    ],
)
def test_each_kind_of_mistake_has_a_place_and_a_sentence(complaints, content):
    found = complaints(content)
    assert len(found) == 1
    for place, sentence in found:
        assert place or content == []
        assert sentence.endswith(".")


def test_what_is_no_json_is_told_by_line_and_column(complaints):
    ((place, sentence),) = complaints('{"patrons": [\n  {"id": R1}\n]}')
    assert place == ""
    assert sentence.startswith("This is not JSON: ")
    assert "line 2" in sentence


def test_no_complaint_quotes_what_a_person_is_known_by(complaints):
    """Logs are read by many."""
    told = str(
        complaints({"patrons": [{"id": "R1", "birth_date": "born in May", "email": ["a@b"], "pin": 4711}]})
    )
    for secret in ("May", "a@b", "4711"):
        assert secret not in told


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ImportFileError, match="cannot be read: No such file"):
        read_stock(tmp_path / "x.json", HOUSE, NOW)
