"""Claims, outcomes and repeats, on one process and on several that share a database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from twisted.internet.defer import Deferred

from journals import borrow, give_back, lent, returned
from softdock.circulation.identifiers import FeeId, ItemId, PatronId, TitleId
from softdock.circulation.journal import Granted, Hindered, Joined, Resolution
from softdock.circulation.money import Money
from softdock.circulation.operations import BlockPatron, PayFee, PlaceHold, Renew, RenewAll
from softdock.circulation.outcomes import Done, Paid, Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.store.journal.listing import JournalListing

FIVE = Money(500, "CNY")


def test_what_was_answered_is_told_and_kept(world):
    journal = world.begin()
    granted = world.claim(journal, borrow())
    assert granted == Granted(1)
    assert world.answer(journal, granted, lent()) == lent()
    assert world.claim(journal, give_back(), 2) == Granted(2)


def test_the_same_bytes_join_what_was_answered(world):
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow(), fingerprint=b"x"), lent())
    assert world.claim(journal, borrow(), 2, fingerprint=b"x") == Joined(1, lent())


def test_the_same_bytes_join_a_refusal_too(world):
    journal = world.begin()
    no = Refused(Reason.ITEM_ON_HOLD, {"zh": "不", "en": "no"})
    world.answer(journal, world.claim(journal, borrow(), fingerprint=b"x"), no)
    assert world.claim(journal, borrow(), 2, fingerprint=b"x") == Joined(1, no)


def test_what_wants_to_be_tried_anew_joins_no_refusal(world):
    """But what it comes to then, and what is under way."""
    journal = world.begin()
    how = {"fingerprint": b"x", "joins_refusal": False}
    world.answer(journal, world.claim(journal, borrow(), **how), Refused(Reason.SYSTEM_BUSY))
    assert world.claim(journal, borrow(), 2, **how) == Granted(2)
    assert world.claim(journal, borrow(), 3, **how) == Joined(2, None)
    world.answer(journal, Granted(2), lent())
    assert world.claim(journal, borrow(), 4, **how) == Joined(2, lent())


def test_what_a_request_does_next_does_not_overtake_what_it_did_first(world):
    """A repeat of both joins both; with something else in between, neither."""
    journal, request = world.begin(), b"of sixteen bytes"
    wishes = [(borrow(), request + b"\0"), (Renew(PatronId("R1"), ItemId("CD1")), request + b"\1")]
    for number, (wish, mark) in enumerate(wishes, 1):
        world.answer(journal, world.claim(journal, wish, number, fingerprint=mark), lent())
    for _ in range(2):
        met = [world.claim(journal, wish, 3, fingerprint=mark) for wish, mark in wishes]
        assert met == [Joined(1, lent()), Joined(2, lent())]
    world.answer(journal, world.claim(journal, give_back(), 3), returned())
    for number, (wish, mark) in enumerate(wishes, 4):
        granted = world.claim(journal, wish, number, fingerprint=mark)
        assert granted == Granted(number)
        world.answer(journal, granted, lent())


def test_through_another_process_they_join_as_well(world):
    one, other = world.begin(), world.begin()
    world.answer(one, world.claim(one, borrow(), fingerprint=b"x"), lent())
    assert world.claim(other, borrow(), 2, fingerprint=b"x") == Joined(1, lent())


def test_borrowing_returning_and_borrowing_with_the_same_bytes_are_three(world):
    journal = world.begin()
    for number, (wish, outcome, mark) in enumerate(
        [(borrow(), lent(), b"x"), (give_back(), returned(), b"y")] * 3, 1
    ):
        granted = world.claim(journal, wish, number, fingerprint=mark)
        assert granted == Granted(number)
        world.answer(journal, granted, outcome)


def test_a_later_operation_of_the_patron_ends_the_time_for_repeats(world):
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow(), fingerprint=b"x"), lent())
    world.answer(journal, world.claim(journal, borrow("CD2"), 2, fingerprint=b"y"), lent("CD2"))
    assert world.claim(journal, borrow(), 3, fingerprint=b"x") == Granted(3)


def test_what_was_refused_to_somebody_else_does_not_end_the_time_for_repeats(world):
    """Who has borrowed it, and was cut off before hearing so, is not told that it is lent."""
    one, other = world.begin(), world.begin()
    world.answer(one, world.claim(one, borrow(), fingerprint=b"x"), lent())
    world.answer(other, world.claim(other, borrow(patron="R2"), 2), Refused(Reason.ITEM_LENT_TO_ANOTHER))
    for journal in (one, other, world.begin()):
        assert world.claim(journal, borrow(), 3, fingerprint=b"x") == Joined(1, lent())


def test_what_somebody_else_wishes_at_this_moment_does_not_either_but_a_return_does(world):
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow(), fingerprint=b"x"), lent())
    wish = world.claim(journal, borrow(patron="R2"), 2)
    assert world.claim(journal, borrow(), 3, fingerprint=b"x") == Joined(1, lent())
    world.answer(journal, wish, Refused(Reason.ITEM_LENT_TO_ANOTHER))
    world.claim(journal, give_back(), 4)
    assert world.claim(journal, borrow(), 5, fingerprint=b"x") == Hindered(3)


def test_what_was_carried_out_and_stands_is_not_done_once_more(world):
    """A renewal whose answer was lost: neither a repeat renews again, nor somebody who has waited for it."""
    journal = world.begin()
    renewal = Renew(PatronId("R1"), ItemId("CD1"))
    world.answer(journal, world.claim(journal, renewal, fingerprint=b"x"), Unknown())
    world.result_of(journal.settle(1, Resolution.STANDS, "It stands."))
    assert world.result_of(journal.wait_for(1, 0)) == Unknown()
    assert world.claim(journal, renewal, 2, fingerprint=b"x") == Joined(1, Unknown())
    assert world.claim(journal, renewal, 3, fingerprint=b"y") == Granted(2)


def test_and_so_does_time(world):
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow(), fingerprint=b"x"), lent())
    world.pass_time(39)
    assert world.claim(journal, borrow(), 2, fingerprint=b"x") == Joined(1, lent())
    world.pass_time(2)
    assert world.claim(journal, borrow(), 3, fingerprint=b"x") == Granted(2)


def test_a_clock_that_was_set_back_does_not_end_it_early(world):
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow(), fingerprint=b"x"), lent())
    world.now -= timedelta(hours=1)
    assert world.claim(journal, borrow(), 2, fingerprint=b"x") == Joined(1, lent())


def test_without_a_fingerprint_nothing_that_has_ended_is_joined(world):
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow()), lent())
    assert world.claim(journal, borrow(), 2) == Granted(2)


def test_the_same_wish_joins_what_is_under_way_and_another_has_to_wait(world):
    one, other = world.begin(), world.begin()
    world.claim(one, borrow())
    assert world.claim(other, borrow(), 2) == Joined(1, None)
    assert world.claim(other, borrow(patron="R2"), 3) == Hindered(1)
    assert world.claim(other, give_back(), 4) == Hindered(1)
    assert world.claim(other, borrow("CD2"), 5) == Granted(2)
    assert world.claim(other, borrow(), 6, system="CQL") == Granted(3), (
        "another library's item of that number"
    )


def test_holds_on_one_title_by_two_patrons_do_not_hinder_each_other(world):
    journal = world.begin()
    for number, patron in enumerate(("R1", "R2"), 1):
        wish = PlaceHold(PatronId(patron), title=TitleId("T1"))
        assert world.claim(journal, wish, number) == Granted(number)
    assert world.claim(journal, PlaceHold(PatronId("R2"), title=TitleId("T1")), 3) == Joined(2, None)
    assert world.claim(journal, BlockPatron(PatronId("R1")), 4) == Granted(3)


@pytest.mark.parametrize(
    "wish", [RenewAll(PatronId("R1")), Renew(PatronId("R1"), title=TitleId("T1"))], ids=["all", "of a title"]
)
def test_nothing_is_renewed_with_a_loan_that_may_yet_be_undone(world, wish):
    """Undoing takes back the last step: the renewal, and the loan would stand."""
    journal = world.begin()
    world.answer(journal, world.claim(journal, borrow()), Unknown())
    assert world.claim(journal, wish, 2) == Hindered(1)
    assert world.claim(journal, replace(wish, patron=PatronId("R2")), 3) == Granted(2)
    world.result_of(journal.list_for_staff(1, "The system cannot tell."))
    assert world.claim(journal, wish, 4) == Granted(3), "nobody undoes it but a person"


def test_who_waits_hears_what_it_comes_to(world):
    one, other = world.begin(), world.begin()
    granted = world.claim(one, borrow())
    heard = []
    for journal in (one, other):
        joined = world.claim(journal, borrow(), 2)
        world_waits(world, journal.wait_for(joined.number, world.until), heard)
    world.answer(one, granted, lent())
    world.pass_time(0.2)
    while len(heard) < 2:
        world.reactor.turn()
    assert heard == [lent(), lent()]


def world_waits(world, work, heard):
    Deferred.fromCoroutine(work).addBoth(heard.append)
    world.reactor.turn()  # the first look


def test_who_was_told_no_in_the_meantime_stays_with_it(world):
    """Or the loan would stand while the last word was no."""
    one, other = world.begin(), world.begin()
    granted = world.claim(one, borrow())
    joined = world.claim(other, borrow(), 2)
    assert world.result_of(other.wait_for(joined.number, world.reactor.seconds())) == Unknown()
    assert world.answer(one, granted, lent()) == Unknown()
    (entry,) = world.result_of(one.tend())
    assert (entry.number, entry.outcome) == (1, lent())


def test_a_refusal_may_be_told_all_the_same(world):
    one, other = world.begin(), world.begin()
    granted = world.claim(one, borrow())
    world.result_of(other.wait_for(world.claim(other, borrow(), 2).number, 0))
    no = Refused(Reason.ITEM_ON_HOLD)
    assert world.answer(one, granted, no) == no
    assert world.result_of(one.tend()) == []


def test_who_gives_up_too_late_hears_what_was_answered(world):
    one, other = world.begin(), world.begin()
    granted = world.claim(one, borrow())
    joined = world.claim(other, borrow(), 2)
    world.answer(one, granted, lent())
    assert world.result_of(other.wait_for(joined.number, 0)) == lent()


# --- payments ---------------------------------------------------------------------------------------


def pay(number="BK1", amount=FIVE, **more):
    return PayFee(PatronId("R1"), amount, transaction=number, **more)


def paid():
    return Done(Paid(PatronId("R1"), None, "P1"))


def test_a_payment_is_booked_once_under_its_number_however_long_ago(world):
    journal = world.begin()
    world.answer(journal, world.claim(journal, pay()), paid())
    world.pass_time(86_400 * 3)
    again = world.begin()
    assert world.claim(again, pay(), 2) == Joined(1, paid())
    assert world.claim(again, pay("BK2"), 3) == Granted(2)
    assert world.claim(again, pay(fee=FeeId("F1")), 4) == Granted(3)
    assert world.claim(again, pay(amount=Money(600, "CNY")), 5) == Granted(4)
    assert world.claim(again, pay(), 6, account="another") == Granted(5)


def test_two_payments_are_told_apart_whatever_is_in_their_numbers(world):
    """A profile may have another delimiter."""
    journal = world.begin()
    one = PayFee(PatronId("R1|"), FIVE, transaction="4711")
    other = PayFee(PatronId("R1"), FIVE, transaction="|4711")
    world.answer(journal, world.claim(journal, one), Done(Paid(PatronId("R1|"))))
    assert world.claim(journal, other, 2) == Granted(2)


def test_a_payment_that_was_refused_may_be_made(world):
    journal = world.begin()
    world.answer(journal, world.claim(journal, pay()), Refused(Reason.SYSTEM_UNAVAILABLE))
    assert world.claim(journal, pay(), 2) == Granted(2)


def test_a_payment_under_way_is_joined_and_one_without_a_number_is_not(world):
    journal = world.begin()
    world.claim(journal, pay())
    assert world.claim(journal, pay(), 2) == Joined(1, None)
    assert world.claim(journal, pay(""), 3) == Granted(2)
    assert world.claim(journal, pay(""), 4) == Granted(3)


@pytest.mark.parametrize("minutes", [9, 11])
def test_what_ended_long_ago_is_forgotten(world, minutes):
    journal = world.begin(keep=timedelta(minutes=10))
    for number, wish in enumerate([pay(), pay("BK2")], 1):
        world.answer(journal, world.claim(journal, wish, number), paid())
    world.pass_time(60 * minutes)
    world.result_of(journal.tend())
    expected = Joined(1, paid()) if minutes < 10 else Granted(3)
    assert world.claim(world.begin(), pay(), 3) == expected


def test_the_last_change_is_not_forgotten_so_that_its_number_is_not_given_twice(world, database):
    journal = world.begin(keep=timedelta(minutes=10))
    first, second, third = [world.claim(journal, borrow(f"CD{each}"), each) for each in (1, 2, 3)]
    for each in (first, third, second):
        world.answer(journal, each, lent())
    world.pass_time(660)
    world.result_of(journal.tend())
    assert [each.number for each in JournalListing(database).latest(10)] == [2, 3]
