"""Undoing what a device could not complete (SIP2's BI)."""

from dataclasses import replace

import pytest

from inhouse_books import (
    I1,
    I2,
    R1,
    R2,
    R3,
    Books,
    a_block,
    a_hold,
    a_loan,
    a_patron,
    an_item,
    an_overdue_loan,
    day,
    yuan,
)
from softdock.adapters.inhouse.policies import Policy, Terms
from softdock.circulation.items import AlertType, CirculationStatus
from softdock.circulation.operations import Checkin, Checkout, PayFee, PlaceHold, Renew
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason

UNDO_LOAN = Checkin(I1, location="main", cancel=True)
UNDO_RETURN = Checkout(R1, I1, cancel=True)

# --- the loan -----------------------------------------------------------------------------------------


def test_an_undone_loan_was_never_made():
    """The device could not release the tag: card and item are as before, the fee is gone."""
    books = Books(a_patron(), an_item(fee=yuan(2)))
    before = books.patron(), books.item()
    books.done(Checkout(R1, I1, fee_acknowledged=True))
    undone = books.done(UNDO_LOAN)
    assert (undone.undone, undone.patron, undone.alert) == (True, R1, None)
    assert (books.patron(), books.item()) == before


def test_an_undone_loan_gives_back_the_hold_that_it_filled():
    """The patron does not lose their turn for a kiosk's fault."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_hold(R1, I1), a_hold(R2, I1))
    before = books.patron(R1), books.patron(R2), books.item()
    books.done(Checkout(R1, I1))
    assert books.done(UNDO_LOAN).hold_patron == R1
    assert (books.patron(R1), books.patron(R2), books.item()) == before


def test_an_undone_renewal_leaves_the_loan_as_it_was():
    """The due date and the count of renewals of before, and no fee for the renewal."""
    books = Books(
        a_patron(),
        an_item(fee=yuan(2)),
        an_overdue_loan(),
        terms=Terms(Policy(renewals=1), fine_per_day="0.10"),
    )
    before = books.patron(), books.item()
    books.done(Renew(R1, I1, fee_acknowledged=True))
    assert books.patron().balance == yuan(2.3)
    undone = books.done(UNDO_LOAN)
    assert (undone.undone, undone.item.due) == (True, day(2, 27))
    assert (books.patron(), books.item()) == before
    assert books.done(Renew(R1, I1, fee_acknowledged=True)).renewed


def test_undoing_a_stored_loan_gives_the_item_back_to_who_had_it():
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_loan(I1, R2))
    books.done(Checkout(R1, I1, no_block=True))
    books.done(UNDO_LOAN)
    assert books.listed(PatronList.LOANS, R2) == [I1]
    assert books.listed(PatronList.LOANS, R1) == []


def test_undoing_a_loan_that_was_not_made_is_done():
    """The checkout was lost on its way, and so was never made; the device is not refused."""
    undone = Books(an_item()).done(UNDO_LOAN)
    assert (undone.undone, undone.patron) == (True, None)


def test_an_undone_loan_frees_the_item_for_who_queued_meanwhile():
    """Nobody waits while the item is free."""
    books = Books(a_patron(R1), a_patron(R2), an_item())
    books.done(Checkout(R1, I1))
    books.done(PlaceHold(R2, I1))
    undone = books.done(UNDO_LOAN)
    assert (undone.alert, undone.hold_patron) == (AlertType.HOLD_HERE, R2)
    assert books.listed(PatronList.HOLDS, R2) == [I1]


def test_a_hold_that_took_another_copy_comes_back_before_those_who_came_later():
    books = Books(
        a_patron(R1), a_patron(R2), a_patron(R3), an_item(I1, title="T"), an_item(I2, title="T"), a_loan(I2, R3),
        a_hold(R1, None, title="T"), a_hold(R2, None, title="T"),
    )  # fmt: skip
    assert books.listed(PatronList.HOLDS, R1) == [I1]
    books.done(Checkin(I2))
    books.done(Checkout(R1, I2, no_block=True))
    books.done(Checkin(I2, cancel=True))
    assert books.listed(PatronList.HOLDS, R1) == [I2]
    assert books.listed(PatronList.HOLDS, R2) == [I1]


def test_a_fee_that_was_paid_meanwhile_stays_paid():
    """Money is for staff to give back."""
    books = Books(a_patron(), an_item(fee=yuan(2)))
    books.done(Checkout(R1, I1, fee_acknowledged=True))
    books.done(PayFee(R1, yuan(2)))
    books.done(UNDO_LOAN)
    assert books.patron().balance == yuan(0)


# --- the return ---------------------------------------------------------------------------------------


def test_an_undone_return_leaves_the_loan_as_it_was():
    """With its due date and renewals, and without the fine for that return."""
    books = Books(a_patron(), an_item(), an_overdue_loan(), terms=Terms(fine_per_day="0.10"))
    before = books.patron(), books.item()
    books.done(Checkin(I1, location="main"))
    undone = books.done(UNDO_RETURN)
    assert (undone.undone, undone.due, undone.renewed) == (True, day(2, 27), False)
    assert (books.patron(), books.item()) == before


def test_an_undone_return_takes_the_item_off_the_hold_shelf_again():
    """Whoever it was set aside for waits again, at the same place."""
    books = Books(
        a_patron(R1), a_patron(R2), a_patron(R3), an_item(), a_loan(), a_hold(R2, I1), a_hold(R3, I1)
    )
    books.done(Checkin(I1))
    undone = books.done(UNDO_RETURN)
    assert undone.item.status is CirculationStatus.RECALLED
    assert books.patron(R2).counts.unavailable_holds == 1
    assert books.done(Checkin(I1)).hold_patron == R2


def test_policy_refuses_no_undoing():
    """Neither a block nor a limit."""
    blocked = Books(a_patron(), an_item(), a_loan(), a_block(R1), policy=Policy(max_loans=0))
    blocked.done(Checkin(I1))
    assert blocked.done(UNDO_RETURN).undone


def test_undoing_a_return_twice_is_done_twice():
    """The device did not hear the first answer; the loan stands."""
    books = Books(a_patron(), an_item(), a_loan())
    books.done(Checkin(I1))
    assert books.done(UNDO_RETURN).due == books.done(UNDO_RETURN).due == day(3, 20)


@pytest.mark.parametrize(
    "parts", [(an_item(),), (an_item(), a_loan(I1, R2)), (an_item(I1, CirculationStatus.LOST),)]
)
def test_without_a_return_of_this_patron_there_is_nothing_to_undo(parts):
    """Nobody else's loan is made to stand again."""
    books = Books(a_patron(R1), a_patron(R2), *parts)
    books.done(Checkin(I1))
    assert books.refusal(UNDO_RETURN) is Reason.NOTHING_TO_UNDO


def test_a_return_can_not_be_undone_once_somebody_else_has_the_item():
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_loan())
    books.done(Checkin(I1))
    books.done(Checkout(R2, I1))
    assert books.refusal(UNDO_RETURN) is Reason.NOTHING_TO_UNDO
    assert books.listed(PatronList.LOANS, R2) == [I1]


def test_what_was_thought_lost_is_thought_so_again():
    """The state of the item goes back with the loan."""
    books = Books(a_patron(), an_item(status=CirculationStatus.CLAIMED_RETURNED), a_loan())
    books.done(Checkin(I1))
    assert books.done(UNDO_RETURN).item.status is CirculationStatus.CLAIMED_RETURNED


def test_who_placed_a_new_hold_meanwhile_does_not_get_the_old_one_too():
    """One patron, one place in the queue."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_hold(R1, I1))
    books.done(Checkout(R1, I1))
    books.done(Checkout(R2, I1, no_block=True))
    books.done(PlaceHold(R1, I1))
    books.done(UNDO_LOAN)
    assert books.item().borrower == R1
    books.done(Checkin(I1))
    assert books.listed(PatronList.HOLDS, R1) == [I1]


def test_who_came_first_gets_the_item_of_an_undone_loan_even_if_the_loan_had_filled_a_hold():
    """A stored loan had taken it from the hold shelf out of turn."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_hold(R2, I1), a_hold(R1, I1))
    before = books.patron(R1), books.patron(R2), books.item()
    books.done(Checkout(R1, I1, no_block=True))
    assert books.done(UNDO_LOAN).hold_patron == R2
    assert (books.patron(R1), books.patron(R2), books.item()) == before


def test_only_the_last_step_can_be_undone():
    """A return from before a loan that was undone is past."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_loan())
    books.done(Checkin(I1))
    books.done(Checkout(R2, I1))
    books.done(UNDO_LOAN)
    assert books.refusal(UNDO_RETURN) is Reason.NOTHING_TO_UNDO


def test_undoing_a_stored_loan_gives_back_the_hold_and_the_loan():
    """Both patrons stand as before: one waits, the other has it."""
    books = Books(a_patron(R1), a_patron(R2), an_item(), a_loan(I1, R2), a_hold(R1, I1))
    before = books.patron(R1), books.patron(R2), books.item()
    books.done(Checkout(R1, I1, no_block=True))
    books.done(UNDO_LOAN)
    assert (books.patron(R1), books.patron(R2), books.item()) == before


def test_who_waits_longer_gets_the_item_of_an_undone_loan():
    """The hold that the loan had filled came later: it waits on."""
    books = Books(
        a_patron(R1), a_patron(R2), a_patron(R3), an_item(I1, title="T"), an_item(I2, title="T"), a_loan(I2, R3),
        a_loan(I1, R3), a_hold(R2, None, title="T"), a_hold(R1, None, title="T"),
    )  # fmt: skip
    books.done(Checkout(R1, I1, no_block=True))
    books.done(Checkin(I1, cancel=True))
    assert books.item(I1).borrower == R3
    books.done(Checkout(R1, I1, no_block=True))
    books.done(Checkin(I1, cancel=True))
    assert books.patron(R1).counts.unavailable_holds == 1
    assert books.done(Checkin(I1)).hold_patron == R2


def test_an_undoing_that_is_repeated_takes_nothing_more_away():
    """The kiosk did not hear that the renewal is undone, and says it again: the patron still has the item."""
    books = Books(a_patron(), an_item(), a_loan())
    books.done(Renew(R1, I1))
    first, second = books.done(UNDO_LOAN), books.done(UNDO_LOAN)
    assert first == second
    assert books.listed(PatronList.LOANS) == [I1]
    books.done(Checkin(I1))
    books.done(UNDO_RETURN)
    books.done(UNDO_LOAN)
    assert books.listed(PatronList.LOANS) == [I1]


def test_a_loan_that_is_not_new_any_more_is_left_as_it_is_where_only_a_new_one_is_meant():
    """Neither a renewed one, nor one whose renewal or return was undone: that was a step of its own."""
    undo = replace(UNDO_LOAN, only_if_new=True)
    books = Books(a_patron(), an_item())
    books.done(Checkout(R1, I1))
    books.done(Renew(R1, I1))
    assert books.refusal(undo) is Reason.NOTHING_TO_UNDO
    books.done(UNDO_LOAN)
    assert books.refusal(undo) is Reason.NOTHING_TO_UNDO
    books.done(Checkin(I1))
    books.done(UNDO_RETURN)
    assert books.refusal(undo) is Reason.NOTHING_TO_UNDO
    assert books.listed(PatronList.LOANS) == [I1]
    books.done(Checkin(I1))
    books.done(Checkout(R1, I1))
    assert books.done(undo).undone
    assert books.done(undo).undone, "nobody has it"


def test_of_two_renewals_the_last_is_undone():
    books = Books(a_patron(), an_item(), a_loan(due=day(3, 5)))
    books.done(Renew(R1, I1))
    books.now = day(3, 10)
    books.done(Renew(R1, I1))
    for _ in range(2):
        assert books.done(UNDO_LOAN).item.due == day(4, 1)


def test_a_hold_does_not_come_back_beside_one_that_competes_with_it():
    """The patron borrowed one copy and queued for the other: one place in the queue is enough."""
    books = Books(
        a_patron(R1), a_patron(R2), an_item(I1, title="T"), an_item(I2, title="T"), a_loan(I2, R2),
        a_hold(R1, None, title="T"),
    )  # fmt: skip
    books.done(Checkout(R1, I1))
    books.done(PlaceHold(R1, I2))
    books.done(UNDO_LOAN)
    assert books.listed(PatronList.UNAVAILABLE_HOLDS, R1) == [I2]
    assert books.item(I1).status is CirculationStatus.AVAILABLE
