"""What patrons are told beside a reason: what the system says of its own, and not the reason once more."""

import pytest

from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.south.dialect import ProblemRule, SystemDialect
from softdock.protocols.ncip.south.problems import trouble

RULES = (
    ProblemRule(Reason.PATRON_BLOCKED, contains="this card is blocked. please see the desk."),
    ProblemRule(Reason.CARD_EXPIRED, contains="此读者证已过期："),
    ProblemRule(Reason.TOO_MANY_FEES, contains="fees"),
)


def noted(detail):
    problem = Element(
        "Problem", children=[Element("ProblemType", "User Blocked"), Element("ProblemDetail", detail)]
    )
    answer = Element("CheckOutItemResponse", children=[problem])
    declined = trouble([problem], "CheckOutItem", answer, SystemDialect(problems=RULES))
    return declined.reason, declined.note


@pytest.mark.parametrize(
    ("detail", "reason", "note"),
    [
        ("This card is blocked. Please see the desk.", Reason.PATRON_BLOCKED, ""),
        ("This card is blocked. Please see the desk. Third floor", Reason.PATRON_BLOCKED, "Third floor"),
        ("此读者证已过期：2025-12-31", Reason.CARD_EXPIRED, "2025-12-31"),
        ("Fees", Reason.TOO_MANY_FEES, ""),
        ("Fees of 10.00 are open", Reason.TOO_MANY_FEES, "Fees of 10.00 are open"),
        ("There are fees.", Reason.TOO_MANY_FEES, "There are fees."),
    ],
)
def test_what_the_reason_says_is_not_said_again(detail, reason, note):
    assert noted(detail) == (reason, note)
