"""The embedded library as an adapter: its settings, its demo, two kiosks at once, and what its records show."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from inhouse_books import (
    CDL,
    I1,
    NOW,
    PIN,
    R1,
    R2,
    ZONE,
    a_block,
    a_fee,
    a_loan,
    a_patron,
    an_item,
    result_of,
)
from softdock.adapters import AdapterContext, AdapterSettingsError
from softdock.adapters.inhouse import InhouseAdapter
from softdock.adapters.inhouse.adapter import DEMO, RULES
from softdock.adapters.inhouse.model import Return
from softdock.adapters.inhouse.snapshot import Card, Copy, Title
from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.items import AlertType, CirculationStatus
from softdock.circulation.money import Money
from softdock.circulation.operations import (
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
    EndSession,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
    SetItemStatus,
    UpdateItem,
    WaiveFee,
)
from softdock.circulation.outcomes import Done, PinCheck, Refused
from softdock.circulation.patrons import Standing
from softdock.circulation.reasons import Reason


def context(directory: Path = Path()) -> AdapterContext:
    return AdapterContext(CDL, ZONE, "CNY", lambda: NOW, directory)


def a_library(settings: dict[str, object] | None = None, directory: Path = Path()) -> InhouseAdapter:
    adapter = InhouseAdapter({"database": "memory", "import": "demo", **(settings or {})}, context(directory))
    result_of(adapter.open())
    return adapter


@pytest.fixture
def demo():
    return a_library()


def ask(adapter, operation):
    return result_of(adapter.perform(operation))


# --- settings -----------------------------------------------------------------------------------------


def complaints(settings, directory=Path()):
    with pytest.raises(AdapterSettingsError) as caught:
        InhouseAdapter(settings, context(directory))
    return dict(caught.value.complaints)


def test_it_can_do_everything(demo):
    assert demo.capabilities == {each.capability for each in RULES} | {Capability.OFFLINE_TRANSACTIONS}


def test_settings_take_away_what_the_library_does_not_want(demo):
    """`without` narrows what a device is told of."""
    adapter = a_library({"without": ["pay-fee", "offline-transactions"]})
    assert demo.capabilities - adapter.capabilities == {Capability.PAY_FEE, Capability.OFFLINE_TRANSACTIONS}


def test_every_mistake_in_the_settings_is_told_at_once():
    """Texts are what settings files hold: a number is one if it reads as one."""
    assert complaints(
        {"database": "mysql", "sort_bin": {}, "hold_shelf_days": "0", "without": ["flying"]}
    ) == {
        "database": "This is not the URL of a database. Write memory, or the URL of a database such as sqlite:///books.db.",
        "sort_bin": "This key is not known.",
        "hold_shelf_days": "This must be 1 or more.",
        "without[0]": "'flying' is not known here. There are: "
        + ", ".join(each.value for each in Capability)
        + ".",
    }
    assert complaints({}) == {"database": "This is required."}
    known = "Only SQLite and PostgreSQL are known here. Write memory, or the URL of a database such as sqlite:///books.db."
    assert complaints({"database": "mysql://user:secret@host/db"}) == {"database": known}
    assert complaints({"database": "sqlite:///x.db"}) == {"pin_key": "This is required with a database."}
    short = {"database": "memory", "pin_key": "too short"}
    assert complaints(short) == {"pin_key": "This must have 16 characters or more."}
    assert a_library({"hold_shelf_days": "3"}).settings.hold_shelf_days == 3


def test_books_in_memory_are_not_for_several_workers():
    """Each would keep books of its own, and lend the same item."""
    with pytest.raises(AdapterSettingsError) as caught:
        InhouseAdapter({"database": "memory"}, replace(context(), workers=2))
    ((place, sentence),) = caught.value.complaints
    assert place == "database"
    assert "2 workers would keep as many different books" in sentence


def test_an_import_file_lies_beside_the_settings_and_is_checked_before_the_library_opens(tmp_path):
    (tmp_path / "books.json").write_text('{"items": [{"id": "I1", "status": "gone"}]}', encoding="utf-8")
    found = complaints({"database": "memory", "import": "books.json"}, tmp_path)
    assert list(found) == ["import: books.json: items[0].status"]
    assert list(complaints({"database": "memory", "import": "none.json"}, tmp_path)) == ["import: none.json"]
    (tmp_path / "books.json").write_text('{"items": [{"id": "I1"}]}', encoding="utf-8")
    assert isinstance(ask(a_library({"import": "books.json"}, tmp_path), LookupItem(I1)), Done)


def test_a_library_that_is_not_empty_is_not_imported_again(demo):
    """Opening twice keeps what has happened since."""
    ask(demo, Checkout(PatronId("R0001"), ItemId("CD0005")))
    result_of(demo.open())
    assert ask(demo, LookupItem(ItemId("CD0005"))).result.status is CirculationStatus.CHARGED
    assert result_of(demo.probe()) is None
    assert result_of(demo.close()) is None


def test_a_library_may_begin_empty():
    adapter = InhouseAdapter({"database": "memory"}, context())
    result_of(adapter.open())
    assert ask(adapter, LookupPatron(R1)) == Refused(Reason.PATRON_UNKNOWN)


@pytest.mark.parametrize(
    "operation",
    [
        LookupPatron(R1), LookupItem(I1), Checkout(R1, I1), Checkin(I1), Renew(R1, I1), RenewAll(R1), PlaceHold(R1, I1),
        ChangeHold(R1, I1), CancelHold(R1, I1), PayFee(R1, Money(1, "CNY")), BlockPatron(R1), EnablePatron(R1),
        UpdateItem(I1, ""), AmendPatron(R1), DeletePatron(R1), AmendItem(I1), DeleteItem(I1),
        SetItemStatus(I1, CirculationStatus.LOST), ChargeFee(R1, Money(1, "CNY")), WaiveFee(R1, Money(1, "CNY")),
    ],
)  # fmt: skip
def test_every_operation_finds_its_rule(operation):
    """Asked of an empty library, each is refused for what it does not find."""
    adapter = InhouseAdapter({"database": "memory"}, context())
    assert ask(adapter, operation).reason in {Reason.PATRON_UNKNOWN, Reason.ITEM_UNKNOWN}
    for needs_nothing in (EndSession(R1), CreatePatron(), CreateItem()):
        assert isinstance(ask(adapter, needs_nothing), Done)


def test_of_two_kiosks_that_race_for_an_item_one_wins(demo):
    """Both requests are under way before either has run."""
    wishes = [Checkout(PatronId(patron), ItemId("CD0005")) for patron in ("R0001", "R0002")]
    under_way = [demo.perform(wish) for wish in wishes]
    outcomes = [result_of(each) for each in reversed(under_way)]
    assert isinstance(outcomes[0], Done)
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].reason is Reason.ITEM_LENT_TO_ANOTHER


# --- the demo library ---------------------------------------------------------------------------------

CARDS = {
    "R0001": (None, PinCheck.RIGHT),
    "R0002": (None, PinCheck.NOT_SET),
    "R0003": (Reason.CARD_EXPIRED, PinCheck.RIGHT),
    "R0004": (Reason.CARD_LOST, PinCheck.RIGHT),
    "R0005": (Reason.PATRON_BLOCKED, PinCheck.RIGHT),
    "R0006": (Reason.TOO_MANY_FEES, PinCheck.RIGHT),
    "R0007": (Reason.TOO_MANY_LOANS, PinCheck.RIGHT),
    "R0008": (Reason.TOO_MANY_OVERDUE, PinCheck.RIGHT),
    **{f"R00{number}": (None, PinCheck.RIGHT) for number in ("09", "10", "11", "12", "13", "14")},
}


@pytest.mark.parametrize("card", CARDS)
def test_the_cards_of_the_demo_are_as_its_table_says(demo, card):
    """PIN 1234, and something to be seen on nearly each."""
    reason, pin = CARDS[card]
    report = ask(demo, LookupPatron(PatronId(card), Secret(PIN))).result
    assert (report.reason, report.pin) == (reason, pin)
    assert report.patron.name


def test_the_items_of_the_demo_are_as_its_table_says(demo):
    status = {
        each["id"]: ask(demo, LookupItem(ItemId(each["id"]))).result.status.value
        for each in json.loads(DEMO.read_text(encoding="utf-8"))["items"]
    }
    unusual = {item: word for item, word in status.items() if word != "available"}
    assert unusual == {
        "CD0004": "charged", "CD0007": "charged", "CD0008": "charged", "CD0009": "recalled", "CD0010": "charged",
        "CD0011": "on-hold-shelf", "CD0025": "lost", "CD0026": "on-order", "CD0027": "in-process", "CD0028": "missing",
    }  # fmt: skip
    assert len(status) == 32


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("CD0004", Reason.ITEM_LENT_TO_ANOTHER),
        ("CD0011", Reason.ITEM_ON_HOLD),
        ("CD0020", Reason.FEE_NOT_ACKNOWLEDGED),
        ("CD0021", Reason.ITEM_NOT_LENDABLE),
        ("CD0025", Reason.ITEM_NOT_LENDABLE),
        ("CD0026", Reason.ITEM_NOT_LENDABLE),
    ],
)
def test_what_the_demo_does_not_lend(demo, item, reason):
    assert ask(demo, Checkout(PatronId("R0014"), ItemId(item), Secret(PIN))).reason is reason


@pytest.mark.parametrize(
    ("item", "alert", "destination"),
    [
        ("CD0001", None, ""),
        ("CD0009", AlertType.HOLD_HERE, ""),
        ("CD0022", AlertType.TRANSIT, "CQL"),
        ("CD0023", AlertType.SPECIAL, ""),
        ("CD0024", AlertType.TRANSIT, "高新分馆"),
    ],
)
def test_where_returned_items_of_the_demo_go(demo, item, alert, destination):
    """At a kiosk on the third floor."""
    back = ask(demo, Checkin(ItemId(item), location="3F")).result
    assert (back.alert, back.destination) == (alert, destination)


def test_the_demo_has_what_breaks_careless_programs(demo):
    """Letters beyond the basic plane, one with the byte 0x7C in GBK, diacritics, and titles in six scripts."""
    names = {card: ask(demo, LookupPatron(PatronId(card))).result.patron.name for card in CARDS}
    assert b"|" in names["R0011"].encode("gb18030")
    assert len(names["R0012"][0].encode("gb18030")) == 4
    assert not names["R0010"].isascii()
    assert Standing.RECALL_OVERDUE in ask(demo, LookupPatron(PatronId("R0008"))).result.patron.standing


# --- what records show --------------------------------------------------------------------------------


def personal() -> Iterable[object]:
    patron = a_patron(
        "R0012345", name="王小明", address="人民西路", phone="028-1", email="w@example.org", message="hello",
        birth_date=datetime(1990, 5, 17, tzinfo=ZONE).date(), extra={"department": "IT"},
    )  # fmt: skip
    loan = a_loan(I1, "R0012345")
    item, state = an_item()
    yield from (patron, loan, a_fee(patron="R0012345"), a_block("R0012345", "bites the dog"))
    yield from (Return(I1, loan, state), item, state)
    title = Title(item.title_id, item.title)
    yield from (Card(patron, policy=None), title, Copy(item, title, state, loan))  # type: ignore[arg-type]


@pytest.mark.parametrize("row", list(personal()), ids=lambda row: type(row).__name__)
def test_no_record_shows_by_accident_who_somebody_is(row):
    """`repr` may end up in a log."""
    for secret in (
        "R0012345",
        "王小明",
        "人民西路",
        "028-1",
        "w@example.org",
        "hello",
        "1990",
        "IT",
        "dog",
        "1234'",
    ):
        assert secret not in repr(row)


def test_no_outcome_shows_by_accident_who_somebody_is(demo):
    card = PatronId("R0001")
    for operation in (
        LookupPatron(card, Secret(PIN)),
        Checkout(card, ItemId("CD0005")),
        Checkin(ItemId("CD0009")),
    ):
        shown = repr(ask(demo, operation))
        for secret in ("王小明", "R0001", "人民西路", "爱新觉罗", PIN):
            assert secret not in shown
    assert R2 != R1
