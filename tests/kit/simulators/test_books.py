from simulated import NOW, HandClock
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.operations import Checkout, PlaceHold
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.reasons import Reason
from softdock.kit.simulators import Books
from softdock.kit.simulators.interlib.service import LIBRARY, STOCK


def test_the_books_of_a_simulator_lend_by_the_rules_of_the_embedded_library():
    books = Books(STOCK, LIBRARY, now=lambda: NOW)

    lent = books.perform(Checkout(PatronId("8600000001"), ItemId("01000001")))
    refused = books.perform(Checkout(PatronId("8600000006"), ItemId("01000001")))

    assert isinstance(lent, Done)
    assert isinstance(refused, Refused) and refused.reason is Reason.ITEM_LENT_TO_ANOTHER
    assert books.copy("01000001").loan.patron == "8600000001"


def test_time_goes_on_in_them():
    clock = HandClock()
    books = Books(STOCK, LIBRARY, now=clock)
    books.perform(PlaceHold(PatronId("8600000001"), ItemId("01000001")))
    assert books.copy("01000001").hold is not None

    clock.advance(days=30)

    assert books.copy("01000001").hold is None


def test_what_is_not_there_is_nothing():
    books = Books(STOCK, LIBRARY, now=lambda: NOW)

    assert (books.card("0"), books.copy("0"), books.title("0")) == (None, None, None)
