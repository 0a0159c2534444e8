"""Three ways to come to another library's books, as bytes: all of them meet the same desk.

CDL's items begin with CD and its cards with R, CQL's with CQ and Q.
"""

import pytest

from devices import Bench, Device
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.items import CirculationStatus, Item
from softdock.circulation.operations import Checkin, Checkout, LookupItem, LookupPatron
from softdock.circulation.outcomes import Done, Lent, PatronReport, PinCheck, Refused, Returned
from softdock.circulation.patrons import Patron
from softdock.circulation.reasons import Reason
from softdock.consortium.ownership import Pattern
from stubs import StubAccounts, StubSystem, a_library, an_account

CDL, CQL = LibraryId("CDL"), LibraryId("CQL")
STAMP = b"20260101    080000"


def system_of(cards):
    """A system that knows the patrons in `cards`, and every item it is asked about."""

    def answer(operation):
        known = getattr(operation, "patron", None) in {*cards, None}
        if not known:
            return Refused(Reason.PATRON_UNKNOWN)
        if isinstance(operation, LookupPatron):
            return Done(PatronReport(Patron(operation.patron, "Li Hua"), PinCheck.NOT_ASKED))
        item = Item(operation.item, "A title", status=CirculationStatus.AVAILABLE)
        if isinstance(operation, LookupItem):
            return Done(item)
        if isinstance(operation, Checkin):
            return Done(Returned(item))
        return Done(Lent(item, operation.patron, None))

    return StubSystem(answer)


class Cities(Bench):
    def __init__(self, **accounts):
        self.here, self.there = system_of({"R1", "Q2"}), system_of({"Q1", "Q2"})
        cql = a_library(
            self.there, id=CQL, names={"en": "CQL", "zh": "重庆图书馆"}, items=[Pattern("CQ")], patrons=[Pattern("Q")],
        )  # fmt: skip
        super().__init__(
            system=self.here,
            library={"id": CDL, "items": [Pattern("CD")], "patrons": [Pattern("R")]},
            others=[cql],
            accounts=StubAccounts(**accounts),
        )


@pytest.fixture
def kiosk():
    """In Chengdu, logged in."""
    cities = Cities(users={"kiosk": ("secret", an_account(library=CDL))})
    device = Device(cities)
    device.cities = cities
    assert device.says(b"9300CNkiosk|COsecret|CPhall|") == b"941\r"
    return device


# --- a kiosk dials SoftDock, which dials the libraries' systems -----------------------------------------


def test_a_kiosk_takes_back_what_belongs_elsewhere_and_sorts_it_out(kiosk):
    """Booked in Chongqing; the sorter in Chengdu beeps, and sends it off: CT names the owner, CV 04 says transit."""
    heard = kiosk.says(b"09N" + STAMP + STAMP + b"APhall|AOCDL|ABCQ1|AC|")
    assert heard.startswith(b"101YUY")
    assert b"|CTCQL|" in heard
    assert b"|CV04|" in heard
    assert kiosk.cities.here.asked == []
    assert kiosk.cities.there.asked[0].location == "hall"
    own = kiosk.says(b"09N" + STAMP + STAMP + b"APhall|AOCDL|ABCD1|AC|")
    assert own.startswith(b"101YUN")
    assert b"|CT" not in own


def test_a_kiosk_lends_what_belongs_elsewhere_to_whom_the_owner_knows(kiosk):
    lent = kiosk.says(b"11YN" + STAMP + STAMP + b"AOCDL|AAQ2|ABCQ1|AC|")
    assert lent.startswith(b"121")
    refused = kiosk.says(b"11YN" + STAMP + STAMP + b"AOCDL|AAR1|ABCQ1|AC|")
    assert refused.startswith(b"120")
    assert "此馆藏属于重庆图书馆，该馆没有此读者证的记录。".encode() in refused
    assert [type(each) for each in kiosk.cities.there.asked] == [Checkout, Checkout]


def test_a_kiosk_shows_whose_item_it_is(kiosk):
    assert b"|BGCQL|" in kiosk.says(b"17" + STAMP + b"AOCDL|ABCQ1|AC|")


# --- a vendor's platform dials SoftDock as if it were the library's own server --------------------------


def test_a_platform_without_a_login_and_with_a_connection_for_each_message():
    """Known by its address; it neither logs in nor asks for the status, and hangs up after each answer."""
    cities = Cities(addresses={"10.0.0.7": an_account(library=CDL)})
    heard = []
    for request in (
        b"63001" + STAMP + b"          AOCDL|AAQ1|AC|AD|",
        b"11YN" + STAMP + STAMP + b"AOCDL|AAQ1|ABCQ1|AC|",
        b"09N" + STAMP + STAMP + b"AP|AOCDL|ABCQ1|AC|",
    ):
        platform = Device(cities, "10.0.0.7")
        heard.append(platform.says(request))
        platform.goes()
    assert [each[:3] for each in heard] == [b"64 ", b"121", b"101"]
    assert b"|AELi Hua|" in heard[0]
    assert [type(each) for each in cities.there.asked] == [LookupPatron, Checkout, Checkin]
    assert cities.here.asked == []


# --- a library's own system asks SoftDock about another library's patron and item ------------------------


def test_a_system_asks_about_a_patron_and_an_item_of_another_library():
    """A partner like any other: what it may ask is its account's affair, and what is its own it is asked itself."""
    cities = Cities(users={"ils": ("secret", an_account(name="ils", library=CQL, location=""))})
    system = Device(cities)
    system.says(b"9300CNils|COsecret|CP|")
    patron = system.says(b"63001" + STAMP + b"          AOCQL|AAR1|AC|AD|")
    item = system.says(b"17" + STAMP + b"AOCQL|ABCD1|AC|")
    assert b"|AAR1|" in patron
    assert b"|BLY|" in patron
    assert item.startswith(b"1803")
    assert b"|BGCDL|" in item
    assert cities.here.asked == [LookupPatron(PatronId("R1"), language="en"), LookupItem(ItemId("CD1"))]
    assert cities.there.asked == []
