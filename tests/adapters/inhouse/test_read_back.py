"""What partners have had done, as kiosks see it: everything is there for SIP2 at once."""

import pytest

from inhouse_books import I1, PIN, Books, a_patron, an_item, yuan
from softdock.circulation.identifiers import FeeId, ItemId, PatronId, Secret
from softdock.circulation.items import CirculationStatus, FeeType, MediaType
from softdock.circulation.operations import (
    AmendItem,
    AmendPatron,
    ChargeFee,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    SetItemStatus,
    WaiveFee,
)
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.codec import encode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.north import TRANSLATIONS
from terminals import a_terminal

STAMP = "20260101    120000"


def told(books, message):
    """What a kiosk that sends `message` is answered, as text."""
    translation, terminal = TRANSLATIONS[type(message)], a_terminal()
    answer = translation.write(message, books.ask(translation.read(message, terminal)), terminal)
    return encode(answer, Dialect()).decode()


def card(books, patron="P7", summary=" " * 10):
    return told(
        books,
        m.PatronInformation(
            transaction_date=STAMP, summary=summary, patron_identifier=patron, patron_password=PIN
        ),
    )


def item(books, name="P7"):
    return told(books, m.ItemInformation(transaction_date=STAMP, item_identifier=name))


def loan(books, patron="P7", name="I1"):
    return told(books, m.Checkout(transaction_date=STAMP, patron_identifier=patron, item_identifier=name))


def test_a_new_patron_is_known_to_every_kiosk_and_borrows():
    books = Books(an_item())
    books.done(CreatePatron(PatronId("P7"), "王小明", Secret(PIN), email="w@example.org"))
    for field in ("AE王小明|", "BLY|", "CQY|", "BEw@example.org|"):
        assert field in card(books)
    assert loan(books).startswith("121")
    books.done(AmendPatron(PatronId("P7"), email="new@example.org"))
    assert "BEnew@example.org|" in card(books)


def test_a_new_patron_who_is_blocked_borrows_nothing():
    books = Books(an_item())
    books.done(CreatePatron(PatronId("P7"), new_pin=Secret(PIN), blocked="see desk 2"))
    assert card(books).startswith("64YYYY")
    assert loan(books).startswith("120")
    books.done(AmendPatron(PatronId("P7"), blocked=False))
    assert loan(books).startswith("121")


def test_a_patron_who_is_gone_is_unknown_to_every_kiosk():
    books = Books(a_patron("P7"))
    books.done(DeletePatron(PatronId("P7")))
    assert "BLN|" in card(books)


def test_a_new_item_is_described_at_every_kiosk_until_it_is_gone():
    books = Books()
    books.done(CreateItem(ItemId("P7"), title="三体", media_type=MediaType.BOOK, permanent_location="main"))
    assert item(books).startswith("1803")
    for field in ("ABP7|", "AJ三体|", "CK001|", "AQmain|"):
        assert field in item(books)
    books.done(AmendItem(ItemId("P7"), title="The Three-Body Problem"))
    assert "AJThe Three-Body Problem|" in item(books)
    books.done(DeleteItem(ItemId("P7")))
    assert item(books).startswith("1801")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("other", "01"), ("on-order", "02"), ("available", "03"), ("in-process", "06"), ("to-be-reshelved", "09"),
        ("in-transit", "10"), ("claimed-returned", "11"), ("lost", "12"), ("missing", "13"),
    ],
)  # fmt: skip
def test_where_an_item_stands_is_told_by_its_code(status, code):
    books = Books(an_item("P7"))
    books.done(SetItemStatus(ItemId("P7"), CirculationStatus(status)))
    assert item(books).startswith(f"18{code}")


def test_what_is_charged_is_owed_at_every_kiosk_and_what_is_waived_is_not():
    books = Books(a_patron("P7"), an_item(title="三体"))
    books.done(ChargeFee(PatronId("P7"), yuan(5), FeeType.DAMAGE, FeeId("K7"), I1))
    assert "BV5.00|" in card(books)
    assert "AVI1|" in card(books, summary="   Y      ")
    books.done(WaiveFee(PatronId("P7"), yuan(3)))
    assert "BV2.00|" in card(books)
