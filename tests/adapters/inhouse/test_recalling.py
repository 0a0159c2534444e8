"""Recalls: an item is asked back before it is due, and everybody can see it."""

from datetime import timedelta

import pytest

from inhouse_books import I1, NOW, R1, R2, Books, a_loan, a_patron, an_item, an_overdue_loan, day
from softdock.adapters.inhouse.policies import Policy
from softdock.circulation.identifiers import ItemId
from softdock.circulation.items import CirculationStatus
from softdock.circulation.operations import (
    CancelRecall,
    Checkin,
    Checkout,
    PlaceHold,
    RecallItem,
    Renew,
)
from softdock.circulation.patrons import PatronList, Standing
from softdock.circulation.reasons import Reason

PEOPLE = (a_patron(R1), a_patron(R2))


def test_a_recalled_loan_is_due_sooner_and_says_so_everywhere():
    """With the item, in the list of recalls, in the counts."""
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1, day(3, 20)))
    recalled = books.done(RecallItem(I1))
    assert (recalled.patron, recalled.due) == (R1, day(3, 9))
    assert recalled.item == books.item()
    assert (books.item().status, books.item().recalled, books.item().due) == (
        CirculationStatus.RECALLED,
        NOW,
        day(3, 9),
    )
    assert books.patron(R1).counts.recalls == 1
    assert books.listed(PatronList.RECALLS) == [I1]


@pytest.mark.parametrize(
    ("desired", "due"),
    [
        (day(3, 5), day(3, 5)),
        (NOW + timedelta(days=1), NOW + timedelta(days=1)),
        (NOW + timedelta(hours=1), day(3, 3)),
        (day(2, 1), day(3, 3)),
        (day(6, 1), day(3, 20)),
    ],
    ids=["then", "tomorrow", "today", "past", "later than it is due"],
)
def test_a_recall_never_asks_for_today_nor_makes_a_loan_longer(desired, due):
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1, day(3, 20)))
    assert books.done(RecallItem(I1, desired)).due == due


def test_an_overdue_loan_stays_overdue_and_its_borrower_may_not_borrow():
    books = Books(*PEOPLE, an_item(), an_overdue_loan(I1, R1))
    assert books.done(RecallItem(I1)).due == day(2, 27)
    assert Standing.RECALL_OVERDUE in books.patron(R1).standing


def test_a_recalled_loan_is_not_renewed():
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1, day(3, 20)))
    books.done(RecallItem(I1))
    assert books.refusal(Renew(R1, I1)) is Reason.RENEWAL_ITEM_ON_HOLD
    assert books.refusal(Checkout(R1, I1)) is Reason.RENEWAL_ITEM_ON_HOLD
    renewed = books.done(Renew(R1, I1, no_block=True, promised_due=day(3, 30)))
    assert (renewed.due, renewed.item.status) == (day(3, 30), CirculationStatus.RECALLED)


def test_who_asks_again_may_only_bring_it_forward_further():
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1, day(3, 20)))
    books.done(RecallItem(I1, day(3, 7)))
    books.now += timedelta(days=1)
    assert books.done(RecallItem(I1)).due == day(3, 7)
    assert books.done(RecallItem(I1, day(3, 9))).due == day(3, 7)
    assert books.done(RecallItem(I1, day(3, 5))).due == day(3, 5)
    assert books.item().recalled == NOW
    assert books.done(CancelRecall(I1)).due == day(3, 20)


def test_the_loan_is_as_before_once_nobody_asks_any_more():
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1, day(3, 20)))
    before = books.look().copies[I1].loan
    books.done(RecallItem(I1))
    cancelled = books.done(CancelRecall(I1))
    assert (cancelled.due, cancelled.patron, cancelled.item.status) == (
        day(3, 20),
        R1,
        CirculationStatus.CHARGED,
    )
    assert books.look().copies[I1].loan == before
    assert books.refusal(CancelRecall(I1)) is Reason.ITEM_NOT_RECALLED


def test_a_hold_that_waits_is_not_taken_back_with_a_recall():
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1))
    books.done(PlaceHold(R2, I1))
    assert books.refusal(CancelRecall(I1)) is Reason.ITEM_NOT_RECALLED
    books.done(RecallItem(I1))
    assert books.done(CancelRecall(I1)).item.status is CirculationStatus.RECALLED


def test_a_return_ends_a_recall_and_undoing_it_brings_it_back():
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1, day(3, 20)))
    books.done(RecallItem(I1))
    assert books.done(Checkin(I1)).item.recalled is None
    assert books.patron(R1).counts.recalls == 0
    undone = books.done(Checkout(R1, I1, cancel=True))
    assert (undone.due, undone.item.status) == (day(3, 9), CirculationStatus.RECALLED)
    assert books.done(CancelRecall(I1)).due == day(3, 20)


def test_undoing_a_renewal_keeps_the_recall_that_came_after_it():
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1, day(3, 20)))
    books.done(Renew(R1, I1))
    books.done(RecallItem(I1))
    books.done(Checkin(I1, cancel=True))
    assert (books.item().due, books.item().status) == (day(3, 9), CirculationStatus.RECALLED)
    assert books.done(CancelRecall(I1)).due == day(3, 20)


def test_a_loan_that_was_undone_was_never_recalled():
    books = Books(*PEOPLE, an_item())
    books.done(Checkout(R1, I1))
    books.done(RecallItem(I1))
    assert books.done(Checkin(I1, cancel=True)).item.status is CirculationStatus.AVAILABLE
    assert books.refusal(RecallItem(I1)) is Reason.ITEM_NOT_LENT


@pytest.mark.parametrize("wish", [RecallItem, CancelRecall])
def test_what_is_not_there_or_not_lent_is_not_recalled(wish):
    books = Books(*PEOPLE, an_item())
    assert books.refusal(wish(I1)) is Reason.ITEM_NOT_LENT
    assert books.refusal(wish(ItemId("I9"))) is Reason.ITEM_UNKNOWN


@pytest.mark.parametrize(
    "status",
    [
        CirculationStatus.CHARGED_NOT_RECALLABLE,
        CirculationStatus.CLAIMED_RETURNED,
        CirculationStatus.LOST,
        CirculationStatus.MISSING,
    ],
)
def test_what_cannot_be_had_back_is_not_recalled(status):
    books = Books(*PEOPLE, an_item(I1, status), a_loan(I1, R1))
    assert books.refusal(RecallItem(I1)) is Reason.ITEM_NOT_RECALLABLE


def test_the_policy_says_how_long_and_whether():
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1), policy=Policy(recall_period=timedelta(days=3)))
    assert books.done(RecallItem(I1)).due == day(3, 5)
    books = Books(*PEOPLE, an_item(), a_loan(I1, R1), policy=Policy(recall_period=None))
    assert books.refusal(RecallItem(I1)) is Reason.ITEM_NOT_RECALLABLE
