"""Books on SQL for several test modules."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from inhouse_books import NOW
from softdock.adapters.inhouse.adapter import DEMO
from softdock.adapters.inhouse.importing import read_stock
from softdock.circulation.holds import HoldKind
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    AcceptItem,
    BlockPatron,
    ChargeFee,
    Checkin,
    Checkout,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    PayFee,
    PlaceHold,
    RecallItem,
    Renew,
)
from softdock.circulation.outcomes import Done
from softdock.store.database import Database
from sql_library import HOUSE, Library


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
        RecallItem(ItemId("CD0001")),
        PayFee(PatronId("R0014"), Money(150, "CNY"), transaction="K77"),
        BlockPatron(PatronId("R0002"), message="card kept"),
        PlaceHold(
            PatronId("R0013"),
            ItemId("CD0010"),
            pickup_location="1F",
            hold=HoldId("ILL-1"),
            kind=HoldKind.LOAN,
        ),
        ChargeFee(PatronId("R0001"), Money(1000, "CNY"), note="page 7 torn", item=ItemId("CD0005")),
        CreatePatron(PatronId("P1"), "Somebody", new_pin=Secret("1234"), blocked=""),
        CreatePatron(PatronId("P2")),
        Checkout(PatronId("P2"), ItemId("CD0013")),
        Checkin(ItemId("CD0013")),
        DeletePatron(PatronId("P2")),
        CreateItem(ItemId("P1"), HoldId("Q7"), title="Borrowed"),
        CreateItem(ItemId("P2")),
        DeleteItem(ItemId("P2")),
        AcceptItem(
            HoldId("ILL-2"),
            PatronId("R0001"),
            ItemId("X1"),
            "Dune",
            owner="CQL",
            due=NOW + timedelta(days=9),
            renewable=False,
        ),
        AcceptItem(HoldId("ILL-3"), PatronId("R0001"), ItemId("X2"), keep_for_patron=False),
    ):
        assert isinstance(library.ask(wish), Done), wish
    with closing(library.session):
        yield library
