"""Items that come into the books, are described otherwise from some day on, and go."""

import pytest

from inhouse_books import CDL, I1, I2, I3, R1, R2, R3, Books, a_hold, a_loan, a_patron, an_item
from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import HoldId, ItemId, TitleId
from softdock.circulation.items import CirculationStatus, Item, MediaType, SecurityMarker
from softdock.circulation.operations import (
    AmendItem,
    Checkin,
    Checkout,
    CreateItem,
    DeleteItem,
    LookupItem,
    PlaceHold,
)
from softdock.circulation.outcomes import Deleted, Refused
from softdock.circulation.reasons import Reason

EVERYTHING = {
    "title": "三体",
    "author": "刘慈欣",
    "media_type": MediaType.BOOK,
    "security_marker": SecurityMarker.TATTLE_TAPE,
    "magnetic": True,
    "call_number": "I247",
    "permanent_location": "main",
    "current_location": "3F",
}
T, U = TitleId("T"), TitleId("U")


# --- coming -------------------------------------------------------------------------------------------


def test_an_item_that_was_made_is_described_from_then_on_as_was_said():
    books = Books()
    made = books.done(CreateItem(I1, HoldId("Q7"), T, status=CirculationStatus.IN_PROCESS, **EVERYTHING))
    assert made.item == books.item()
    assert made.item == Item(
        I1, title_id=T, owner=CDL, status=CirculationStatus.IN_PROCESS, hold_queue_length=0,
        extra={"hold": "Q7"}, lendable=True, **EVERYTHING,
    )  # fmt: skip


def test_an_item_that_was_made_can_be_lent_unless_it_is_for_the_house():
    books = Books(a_patron())
    books.done(CreateItem(I1, title="三体"))
    books.done(CreateItem(I2, lendable=False))
    assert books.done(Checkout(R1, I1)).item.title == "三体"
    assert books.refusal(Checkout(R1, I2)) is Reason.ITEM_NOT_LENDABLE


def test_without_numbers_the_library_makes_free_ones():
    """For the item I and seven digits, for its title T and seven digits."""
    books = Books()
    following = books.look().number() + 1
    books.done(CreateItem(ItemId(f"I{following:07}"), title_id=TitleId(f"T{following + 2:07}")))
    item = books.done(CreateItem()).item
    assert (item.id, item.title_id) == (f"I{following + 1:07}", f"T{following + 3:07}")


def test_a_number_that_another_item_has_is_refused():
    refused = Books(an_item(I1)).ask(CreateItem(I1))
    assert (refused.reason, refused.item.id) == (Reason.ITEM_EXISTS, I1)


@pytest.mark.parametrize("number", ["", "I1 ", "I|1", "I\n1", "x" * 256])
def test_a_number_that_no_device_could_ask_for_is_refused(number):
    assert Books().ask(CreateItem(ItemId(number))) == Refused(Reason.VALUE_NOT_KEPT)


@pytest.mark.parametrize("status", ["charged", "charged-not-recallable", "recalled", "on-hold-shelf"])
def test_nobody_says_of_a_new_item_what_only_loans_and_holds_say(status):
    assert Books().refusal(CreateItem(I1, status=CirculationStatus(status))) is Reason.VALUE_NOT_KEPT


def test_an_item_that_is_only_called_like_a_title_is_no_copy_of_it():
    """What was borrowed from another library for one patron does not go to those who wait for a work of that name."""
    books = Books(a_patron(R1), a_patron(R2), an_item(I1, title="三体"), a_loan(I1, R1))
    books.done(PlaceHold(R2, title=TitleId("三体")))
    made = books.done(CreateItem(I2, title="三体")).item
    assert (made.status, made.hold_queue_length) == (CirculationStatus.AVAILABLE, 0)


@pytest.mark.parametrize("name", ["T", "三体"])
def test_an_item_that_names_a_title_joins_it_and_goes_to_whoever_waits(name):
    """By its number or by what it is called; it is called what the others are called."""
    books = Books(
        a_patron(R1), a_patron(R2), an_item(I1, title="三体", title_id=T, author="刘慈欣"), a_loan(I1, R1)
    )
    books.done(PlaceHold(R2, title=T))
    made = books.done(CreateItem(I2, title_id=TitleId(name), title="The Three-Body Problem")).item
    assert (made.title_id, made.title, made.author) == (T, "三体", "刘慈欣")
    assert (made, made.status) == (books.item(I2), CirculationStatus.ON_HOLD_SHELF)
    assert books.look().copies[I2].hold.patron == R2


def test_a_title_that_came_with_an_item_can_be_asked_for_by_number_and_by_name():
    books = Books(a_patron(R1), a_patron(R2))
    books.done(CreateItem(I1, title_id=T, title="三体"))
    books.done(Checkout(R1, I1))
    assert books.done(PlaceHold(R2, title=TitleId("三体"))).title == "三体"
    assert books.refusal(PlaceHold(R2, title=T)) is Reason.HOLD_EXISTS


# --- being described otherwise ------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_value_is_changed_alone(name):
    books = Books(an_item())
    before = {each: getattr(books.item(), each) for each in EVERYTHING}
    amended = books.done(AmendItem(I1, **{name: EVERYTHING[name]})).item
    assert amended == books.item()
    assert {each: getattr(amended, each) for each in EVERYTHING} == {**before, name: EVERYTHING[name]}


@pytest.mark.parametrize("name", ["title", "author", "call_number", "permanent_location", "current_location"])
def test_each_text_can_be_taken_away_and_only_once(name):
    books = Books()
    books.done(CreateItem(I1, **EVERYTHING))
    books.done(AmendItem(I1, **{name: ""}))
    assert getattr(books.item(), name) == ""
    assert books.refusal(AmendItem(I1, magnetic=False, **{name: ""})) is Reason.VALUE_NOT_THERE
    assert books.item().magnetic


def test_what_one_copy_of_a_title_is_called_all_are_called():
    books = Books(a_patron(R1), an_item(I1, title="T"), an_item(I2, title="T"))
    books.done(AmendItem(I1, title="三体", author="刘慈欣", call_number="I247"))
    other = books.item(I2)
    assert (other.title, other.author, other.call_number) == ("三体", "刘慈欣", "")
    assert books.done(PlaceHold(R1, title=TitleId("三体"))).title == "三体"


def test_a_title_is_not_found_any_more_by_what_it_was_called():
    """Unless another one is called so."""
    books = Books(a_patron(R1), an_item(I1, title="Old", title_id=T), an_item(I2, title="Old", title_id=U))
    books.done(AmendItem(I1, title="New"))
    assert books.look().titles[TitleId("Old")].id == U
    books.done(AmendItem(I2, title="New"))
    assert books.refusal(PlaceHold(R1, title=TitleId("Old"))) is Reason.TITLE_UNKNOWN


def test_an_item_that_comes_under_another_title_goes_to_whoever_waits_there():
    books = Books(a_patron(R1), a_patron(R2), an_item(I1, title="T"), a_loan(I1, R1), an_item(I2, title="U"))
    books.done(PlaceHold(R2, title=T))
    amended = books.done(AmendItem(I2, T)).item
    assert (amended.title, amended.status) == ("T", CirculationStatus.ON_HOLD_SHELF)
    assert books.item(I2) == amended
    assert books.refusal(PlaceHold(R1, title=U)) is Reason.TITLE_UNKNOWN


def test_an_item_whose_title_is_taken_away_is_a_title_of_its_own():
    books = Books(an_item(I1, title="T"), an_item(I2, title="T"))
    amended = books.done(AmendItem(I1, TitleId(""))).item
    assert (amended.title, amended.title_id) != ("T", "T")
    assert [copy.item.id for copy in books.look().titles[T].copies] == [I2]


def test_an_item_that_may_be_lent_from_now_on_goes_to_whoever_waits():
    books = Books(
        a_patron(R1),
        a_patron(R2),
        an_item(I1, title="T"),
        an_item(I2, title="T", lendable=False),
        a_loan(I1, R1),
    )
    books.done(PlaceHold(R2, title=T))
    books.done(AmendItem(I2, lendable=True))
    assert books.look().copies[I2].hold.patron == R2


@pytest.mark.parametrize("change", [{"lendable": False}, {"title_id": U}], ids=["not lent", "another title"])
@pytest.mark.parametrize("lent", [True, False])
def test_whoever_waits_keeps_what_was_promised(change, lent):
    """The only copy stays one that can be lent, whether it is set aside or still lent."""
    loan = [a_loan(I1, R1)] if lent else []
    books = Books(a_patron(R1), a_patron(R2), an_item(I1), a_hold(R2, I1), *loan)
    refused = books.ask(AmendItem(I1, **change))
    assert (refused.reason, refused.item) == (Reason.ITEM_IN_USE, books.item())


def test_a_hold_comes_back_under_the_title_that_its_item_has_now():
    """The loan that filled it is undone after the item was catalogued anew."""
    books = Books(a_patron(R1), an_item(I1, title="T"), an_item(I2, title="T"))
    books.done(PlaceHold(R1, I2, scope=HoldScope.ANY_COPY))
    books.done(Checkout(R1, I2))
    books.done(AmendItem(I2, U, title="U"))
    assert books.done(Checkin(I2, cancel=True)).hold_patron == R1
    assert [hold.patron for hold in books.look().titles[U].queue] == [R1]


# --- going --------------------------------------------------------------------------------------------


def test_an_item_that_is_gone_is_unknown_and_so_is_its_title():
    books = Books(a_patron(), an_item(title="三体", title_id=T), a_loan())
    books.done(Checkin(I1))
    assert books.done(DeleteItem(I1)) == Deleted(item=I1)
    assert books.refusal(LookupItem(I1)) is Reason.ITEM_UNKNOWN
    assert [books.look().titles.get(TitleId(name)) for name in ("T", "三体")] == [None, None]
    books.done(CreateItem(I1))
    assert books.refusal(Checkout(R1, I1, cancel=True)) is Reason.NOTHING_TO_UNDO


def test_what_is_lent_set_aside_or_needed_stays():
    books = Books(
        a_patron(R1), a_patron(R2), a_patron(R3), an_item(I1), a_loan(I1, R1), an_item(I2), a_hold(R2, I2),
        an_item(I3, title="T"), an_item("I4", CirculationStatus.LOST, title="T"), an_item("I5", title="T"), a_loan("I5", R1),
    )  # fmt: skip
    books.done(Checkout(R1, I3))
    books.done(PlaceHold(R2, title=T))
    for item in (I1, I2, I3):
        assert books.refusal(DeleteItem(item)) is Reason.ITEM_IN_USE
    books.done(DeleteItem(ItemId("I4")))


def test_the_last_copy_that_somebody_could_have_stays():
    books = Books(a_patron(R1), a_patron(R2), an_item(I1, CirculationStatus.IN_PROCESS), a_hold(R2, I1))
    assert books.refusal(DeleteItem(I1)) is Reason.ITEM_IN_USE


def test_whoever_named_a_copy_that_is_gone_waits_for_any():
    books = Books(
        a_patron(R1),
        a_patron(R2),
        an_item(I1, CirculationStatus.IN_PROCESS, title="T"),
        an_item(I2, title="T"),
        a_loan(I2, R1),
    )
    books.done(PlaceHold(R2, I1, scope=HoldScope.ANY_COPY))
    books.done(DeleteItem(I1))
    (hold,) = books.look().titles[T].queue
    assert (hold.item, hold.copy) == (None, None)
    assert books.done(Checkin(I2)).hold_patron == R2


@pytest.mark.parametrize("wish", [AmendItem(I1), DeleteItem(I1)], ids=["amended", "deleted"])
def test_nothing_that_is_unknown_is_amended_or_deleted(wish):
    assert Books().ask(wish) == Refused(Reason.ITEM_UNKNOWN)
