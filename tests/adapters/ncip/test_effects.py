"""A library behind NCIP: what it shows of an operation whose answer was lost, and how that is undone."""

from datetime import timedelta
from pathlib import Path

import pytest
from twisted.internet.task import Clock

from ncip_behind import NcipBehind
from ncip_partner import CDL, NOW, finished
from softdock.adapters.base import AdapterContext
from softdock.adapters.ncip.adapter import NcipAdapter
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, TitleId
from softdock.circulation.journal import Effect
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    Checkin,
    Checkout,
    LookupItem,
    PayFee,
    PlaceHold,
    Renew,
)
from softdock.circulation.outcomes import Done, Refused
from softdock.protocols.ncip.message import Element

WANG, ANOTHER, BOOK = PatronId("R0001"), PatronId("R0011"), ItemId("CD0001")
LOAN, HOLD = Checkout(WANG, BOOK), PlaceHold(WANG, BOOK)


class Behind:
    """An adapter, and the demo's library behind a SoftDock at the other end; with `renamed`, it calls patrons otherwise."""

    def __init__(self, profile="softdock", *, renamed=None):
        self._there = NcipBehind(profile="softdock")
        self._renamed = renamed or {}
        partner = self._there.partner
        context = AdapterContext(
            CDL, partner.system.context.zone, "CNY", lambda: partner.now, Path(), Clock(), deadline=8.0
        )
        self.adapter = NcipAdapter({"url": "http://lib.test/ncip", "profile": profile}, context)
        self.adapter._ask = self._ask  # in place of its connections
        self.done = self._there.partner.done

    async def _ask(self, message):
        answer = await self._there._ask(message)
        for each in answer.body.walk():
            is_of_request = each.name == "UserId" and answer.body.name == "LookupRequestResponse"
            if each.name == "CurrentBorrower" or is_of_request:
                _rename(each, self._renamed)
        return answer

    @property
    def asked(self):
        return self._there.asked

    def performs(self, operation):
        """What comes of `operation`."""
        return finished(self.adapter.perform(operation))

    def finds(self, operation, since=NOW):
        """What is found, and what was asked for it."""
        return finished(self.adapter.find_effect(operation, "k-1", since)), self.asked


def _rename(borrower: Element, names):
    (number,) = (each for each in borrower.walk() if each.name == "UserIdentifierValue")
    number.text = names.get(number.text, number.text)


def test_an_item_that_is_here_was_not_lent_and_is_returned():
    assert Behind().finds(LOAN) == (Effect.NOT_YET, ["LookupItem"])
    assert Behind().finds(Checkin(BOOK)) == (Effect.DONE, ["LookupItem"])


def test_one_that_the_patron_has_may_be_theirs_since_last_week():
    """NCIP tells nowhere since when an item is lent: a person looks."""
    behind = Behind()
    behind.done(LOAN)

    assert behind.finds(LOAN)[0] is Effect.UNCLEAR


def test_one_that_another_has_was_not_lent_to_the_patron():
    behind = Behind()
    behind.done(Checkout(ANOTHER, BOOK))

    assert behind.finds(LOAN) == (Effect.NOT_YET, ["LookupItem", "LookupUser"])
    assert behind.finds(Renew(WANG, BOOK))[0] is Effect.NOT_YET


@pytest.mark.parametrize("wish", [LOAN, Renew(WANG, BOOK)], ids=["loan", "renewal"])
def test_who_is_called_otherwise_over_there_may_be_the_patron(wish):
    """Systems name a borrower by a number of their own: what the patron has then tells, which is asked by the card."""
    behind = Behind(renamed={WANG: "4711"})
    behind.done(LOAN)

    assert behind.finds(wish) == (Effect.UNCLEAR, ["LookupItem", "LookupUser"])


def test_where_lists_do_not_tell_all_nobody_can_say_whether_another_name_is_another_person():
    behind = Behind({"like": "softdock", "lists_tell_all": "false"}, renamed={WANG: "4711"})
    behind.done(LOAN)

    assert behind.finds(LOAN)[0] is Effect.UNCLEAR


def test_of_holds_without_a_name_only_who_waits_for_nothing_tells():
    behind = Behind({"like": "softdock", "request_ids": "theirs", "hold_dates": "false"})
    assert behind.finds(HOLD)[0] is Effect.NOT_YET
    behind.done(HOLD)
    assert behind.finds(HOLD)[0] is Effect.UNCLEAR
    assert behind.finds(CancelHold(WANG, BOOK))[0] is Effect.NOT_YET


def test_a_hold_is_placed_under_the_name_of_its_operation_and_found_by_it():
    behind = Behind()
    placed = finished(behind.adapter.perform(HOLD, "k-1"))

    assert placed.result.id == "k-1"
    assert behind.finds(HOLD)[0] is Effect.DONE
    assert behind.adapter.undoing(HOLD) == CancelHold(WANG, BOOK, hold=HoldId("k-1"))


def test_another_hold_of_the_patron_on_the_same_item_is_not_taken_for_it():
    behind = Behind()
    behind.done(HOLD)

    assert behind.finds(HOLD)[0] is Effect.NOT_YET


def test_a_hold_that_has_ended_meanwhile_is_none():
    behind = Behind()
    finished(behind.adapter.perform(HOLD, "k-1"))
    behind.done(CancelHold(WANG, BOOK, hold=HoldId("k-1")))

    assert behind.finds(HOLD)[0] is Effect.NOT_DONE


def test_a_hold_with_a_name_shows_whether_it_was_cancelled():
    behind, name = Behind(), HoldId("k-1")
    finished(behind.adapter.perform(HOLD, "k-1"))
    wish = CancelHold(WANG, hold=name)

    assert behind.finds(wish)[0] is Effect.NOT_YET
    behind.done(wish)
    assert behind.finds(wish)[0] is Effect.DONE


def test_a_hold_of_who_is_called_otherwise_over_there_is_not_taken_for_gone():
    """The one that was to be cancelled stood still, and the cancelling was settled as done."""
    behind, name = Behind(renamed={"R0001": "4711"}), HoldId("k-1")
    finished(behind.adapter.perform(HOLD, "k-1"))

    assert behind.finds(CancelHold(WANG, hold=name))[0] is Effect.UNCLEAR
    assert behind.finds(HOLD)[0] is Effect.DONE, "by its date, among those of the patron"


def test_a_name_that_somebody_gave_a_hold_is_left_as_it_is():
    behind = Behind()
    placed = finished(behind.adapter.perform(PlaceHold(WANG, BOOK, hold=HoldId("ILL-1")), "k-1"))

    assert placed.result.id == "ILL-1"


def test_what_the_system_has_no_service_for_is_not_undone():
    services = ["LookupUser", "LookupItem", "CheckOutItem", "CheckInItem", "RequestItem"]
    adapter = Behind({"like": "softdock", "services": services}).adapter

    assert adapter.undoing(LOAN) is None
    assert adapter.undoing(HOLD) is None


@pytest.mark.parametrize(
    ("before", "effect"),
    [
        (timedelta(0), Effect.DONE),
        (timedelta(hours=1), Effect.NOT_YET),
        (timedelta(hours=-1), Effect.UNCLEAR),
    ],
    ids=["with it", "long before", "long after"],
)
def test_where_its_date_is_to_be_believed_a_hold_is_known_by_it(before, effect):
    behind = Behind({"like": "softdock", "request_ids": "theirs"})
    behind.done(HOLD)

    assert behind.finds(HOLD, since=NOW + before)[0] is effect


@pytest.mark.parametrize("wish", [PlaceHold(WANG, ItemId("CD0002")), PlaceHold(WANG, title=TitleId("T1"))])
def test_a_hold_on_something_else_tells_nothing(wish):
    """It may have been made one on the title, and be listed as such."""
    behind = Behind({"like": "softdock", "request_ids": "theirs"})
    behind.done(HOLD)

    assert behind.finds(wish, since=NOW)[0] is Effect.UNCLEAR


def test_a_block_is_seen_on_the_card():
    behind = Behind()
    assert behind.finds(BlockPatron(WANG))[0] is Effect.NOT_YET
    behind.done(BlockPatron(WANG))
    assert behind.finds(BlockPatron(WANG))[0] is Effect.DONE


def test_of_a_payment_nothing_is_found():
    assert Behind().finds(PayFee(WANG, Money(500, "CNY"))) == (Effect.UNCLEAR, [])


@pytest.mark.parametrize(
    ("undo", "undoing"),
    [
        ("undo", Checkin(BOOK, cancel=True, borrower=WANG)),
        ("return", Checkin(BOOK)),
        ("none", None),
    ],
)
def test_a_loan_is_undone_as_the_profile_says_and_only_this_patrons(undo, undoing):
    adapter = Behind({"like": "softdock", "undo": {"loan": undo}}).adapter

    assert adapter.undoing(LOAN) == undoing


def test_a_hold_is_cancelled_by_its_name_where_it_has_one():
    adapter = Behind().adapter

    assert adapter.undoing(PlaceHold(WANG, BOOK, hold=HoldId("H1"))) == CancelHold(
        WANG, BOOK, hold=HoldId("H1")
    )
    assert Behind({"like": "softdock", "undo": {"hold": "none"}}).adapter.undoing(HOLD) is None


def test_undoing_a_loan_sends_it_back_and_nothing_is_left_of_it():
    behind = Behind()
    behind.done(LOAN)

    assert behind.performs(behind.adapter.undoing(LOAN)).result.undone
    assert behind.asked == ["UndoCheckOutItem", "LookupItem"], "for the title, which devices show"
    assert behind.finds(LOAN)[0] is Effect.NOT_YET


def test_what_another_has_borrowed_meanwhile_is_not_undone():
    behind = Behind()
    for each in (LOAN, Checkin(BOOK), Checkout(ANOTHER, BOOK)):
        behind.done(each)

    assert isinstance(behind.performs(behind.adapter.undoing(LOAN)), Refused)
    assert behind.done(LookupItem(BOOK)).borrower == ANOTHER


def test_undoing_a_hold_cancels_it_and_nothing_is_left_of_it():
    behind = Behind()
    behind.done(HOLD)

    assert isinstance(behind.performs(behind.adapter.undoing(HOLD)), Done)
    assert behind.asked == ["CancelRequestItem"]
    assert behind.finds(HOLD)[0] is Effect.NOT_YET
