"""Looking items up, and the notes that are kept with them."""

import pytest

from inhouse_books import CDL, I1, NOW, R1, R2, Books, a_hold, a_loan, a_patron, an_item, day, yuan
from softdock.circulation.identifiers import ItemId, TitleId
from softdock.circulation.items import CirculationStatus, FeeType, Item, MediaType, SecurityMarker
from softdock.circulation.operations import Checkin, LookupItem, UpdateItem
from softdock.circulation.reasons import Reason


def test_an_item_is_described_in_full():
    """Everything that 18 has a place for."""
    books = Books(
        an_item(
            title="三体", title_id=TitleId("T1"), author="刘慈欣", media_type=MediaType.BOOK_WITH_CD, magnetic=True,
            security_marker=SecurityMarker.TATTLE_TAPE, fee_type=FeeType.RENTAL, fee=yuan(2), call_number="I247",
            collection="sf", note="with a CD", location="3F", extra={"shelf": "4b"},
        )
    )  # fmt: skip
    assert books.item() == Item(
        I1, "三体", "刘慈欣", TitleId("T1"), MediaType.BOOK_WITH_CD, True, SecurityMarker.TATTLE_TAPE, FeeType.RENTAL,
        yuan(2), CDL, "main", "3F", "I247", "sf", "with a CD", CirculationStatus.AVAILABLE, 0, extra={"shelf": "4b"},
        lendable=True,
    )  # fmt: skip


def test_an_unknown_item_is_refused():
    assert Books().refusal(LookupItem(ItemId("X"))) is Reason.ITEM_UNKNOWN
    assert Books().refusal(UpdateItem(ItemId("X"), "")) is Reason.ITEM_UNKNOWN


@pytest.mark.parametrize("status", CirculationStatus)
def test_every_circulation_status_can_be_told(status):
    """As it was imported, while nothing else is known of the item."""
    assert Books(an_item(status=status)).item().status is status


@pytest.mark.parametrize("status", CirculationStatus)
def test_what_staff_say_of_a_lent_item_counts_for_more_than_that_it_is_lent(status):
    """Lost, missing, claimed returned, not to be recalled; anything else is plainly charged."""
    kept = {
        CirculationStatus.LOST,
        CirculationStatus.MISSING,
        CirculationStatus.CLAIMED_RETURNED,
        CirculationStatus.CHARGED_NOT_RECALLABLE,
    }
    item = Books(a_patron(), an_item(status=status), a_loan()).item()
    assert item.status is (status if status in kept else CirculationStatus.CHARGED)
    assert item.due == day(3, 20)


def test_an_item_that_somebody_waits_for_is_recalled_since_the_hold_was_placed():
    """CJ and CF."""
    item = Books(a_patron(R1), a_patron(R2), an_item(), a_loan(), a_hold(R2, I1)).item()
    assert (item.status, item.recalled, item.hold_queue_length) == (CirculationStatus.RECALLED, NOW, 1)


def test_a_note_is_stored_and_told_from_then_on():
    """19, and CH in 18."""
    books = Books(a_patron(), an_item(), a_loan())
    updated = books.done(UpdateItem(I1, "cover torn"))
    assert updated.item.properties == "cover torn"
    assert books.item() == updated.item
    assert updated.item.status is CirculationStatus.CHARGED


def test_an_empty_note_wipes_the_old():
    books = Books(an_item(note="old"))
    books.done(UpdateItem(I1, ""))
    assert books.item().properties == ""
    assert books.done(Checkin(I1)).alert is None


def test_what_is_remembered_of_an_item_is_forgotten_when_something_changes():
    """The same record while nothing happens, another one after a return."""
    books = Books(a_patron(), an_item(), a_loan())
    first = books.item()
    assert books.item() is first
    books.done(Checkin(I1))
    assert books.item() is not first
