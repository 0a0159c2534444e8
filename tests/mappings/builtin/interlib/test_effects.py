"""What a simulated Interlib shows of an operation whose answer was lost."""

import pytest

from interlib_site import ALSO_FREE, FREE, GOOD, HAS, LATE, OVERDUE, OWES
from softdock.circulation.errors import SystemUnavailable
from softdock.circulation.journal import Effect
from softdock.circulation.money import Money
from softdock.circulation.operations import Checkin, Checkout, PayFee, PlaceHold, Renew
from softdock.kit.simulators import Harm

pytestmark = pytest.mark.socket


def shown(site, operation, since):
    """What is found of `operation`, which was claimed at `since`."""
    return site.real.result_of(site.adapter().find_effect(operation, "OPERATION-7", since))


def test_a_loan_is_this_operations_by_the_second_at_which_it_began(site):
    since = site.clock.now
    site.clock.advance(seconds=1)
    site.done(Checkout(GOOD, FREE))
    site.clock.advance(minutes=10)

    assert shown(site, Checkout(GOOD, FREE), since) is Effect.DONE


def test_a_loan_that_is_older_is_not_taken_for_it(site):
    site.done(Checkout(GOOD, FREE))
    site.clock.advance(minutes=10)

    assert shown(site, Checkout(GOOD, FREE, renewal_allowed=False), site.clock.now) is Effect.NOT_YET
    assert shown(site, Checkout(GOOD, FREE), site.clock.now) is Effect.UNCLEAR  # it may have been renewed


def test_what_is_free_or_another_patrons_was_not_lent(site):
    since = site.clock.now

    assert shown(site, Checkout(GOOD, ALSO_FREE), since) is Effect.NOT_YET
    assert shown(site, Checkout(GOOD, OVERDUE), since) is Effect.NOT_YET


def test_a_return_shows_by_where_the_item_stands(site):
    site.clock.advance(days=1)
    since = site.clock.now
    assert shown(site, Checkin(HAS), since) is Effect.NOT_YET

    site.done(Checkin(HAS))
    assert shown(site, Checkin(HAS), since) is Effect.DONE


@pytest.mark.parametrize(
    "operation",
    [Renew(LATE, OVERDUE), PlaceHold(GOOD, OVERDUE), PayFee(OWES, Money(250, "CNY"), payment_type="00")],
)
def test_what_nothing_shows_is_left_to_staff(site, operation):
    assert shown(site, operation, site.clock.now) is Effect.UNCLEAR


def test_a_list_of_loans_that_cannot_be_had_proves_nothing(site):
    site.done(Checkout(GOOD, FREE))
    site.faults.every(Harm.PAGE, "barcode/currentloan")

    assert shown(site, Checkout(GOOD, FREE), site.clock.now) is Effect.UNCLEAR
    assert shown(site, Checkout(GOOD, OVERDUE), site.clock.now) is Effect.UNCLEAR


def test_a_system_that_is_away_is_asked_again_later(site):
    site.faults.every(Harm.ERROR, "barcode/queryholding")

    with pytest.raises(SystemUnavailable):
        shown(site, Checkout(GOOD, FREE), site.clock.now)
