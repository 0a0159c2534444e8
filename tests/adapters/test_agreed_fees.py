"""What a patron has agreed to, towards systems that know a yes and a no."""

from dataclasses import replace

import pytest

from ncip_partner import finished
from softdock.adapters.agreed_fees import for_no_more, has_a_bound
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.money import Money
from softdock.circulation.operations import Checkout, Renew
from softdock.circulation.outcomes import Done, Lent, Refused
from softdock.circulation.reasons import Reason

FIVE = Money(500, "CNY")
WISH = Renew(PatronId("R1"), ItemId("B1"), fee_acknowledged=True, acknowledged_fee=FIVE)
LENT = Done(Lent(None, WISH.patron, None))


def asked_for(*answers):
    """What the system is asked on the way, and the outcome, where it answers so one time after the other."""
    left, asked = list(answers), []

    async def perform(operation):
        asked.append(operation.fee_acknowledged)
        assert operation.acknowledged_fee is None
        return left.pop(0)

    return finished(for_no_more(WISH, perform)), asked


@pytest.mark.parametrize(
    "answer",
    [
        LENT,
        Refused(Reason.TOO_MANY_RENEWALS, fee=FIVE),
        Refused(Reason.FEE_NOT_ACKNOWLEDGED),
        Refused(Reason.FEE_NOT_ACKNOWLEDGED, fee=Money(501, "CNY")),
        Refused(Reason.FEE_NOT_ACKNOWLEDGED, fee=Money(5, "EUR")),
    ],
)
def test_without_a_fee_that_is_within_the_bound_nothing_is_said_yes_to(answer):
    assert asked_for(answer) == (answer, [False])


def test_a_fee_within_the_bound_is_said_yes_to():
    assert asked_for(Refused(Reason.FEE_NOT_ACKNOWLEDGED, fee=FIVE), LENT) == (LENT, [False, True])


def test_what_has_happened_and_what_has_no_amount_has_no_bound():
    assert has_a_bound(WISH)
    assert not has_a_bound(replace(WISH, no_block=True))
    assert not has_a_bound(Checkout(PatronId("R1"), ItemId("B1"), fee_acknowledged=True))
