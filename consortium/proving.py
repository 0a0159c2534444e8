"""Whose PIN an operation tries, whether it needs one, and what is wrong with one that was compared elsewhere."""

from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import PatronId
from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import PinCheck
from softdock.circulation.reasons import Reason
from softdock.consortium.routing import Card, Route


def lacks_its_pin(operation: Operation) -> bool:
    """Whether `operation` may carry a PIN, carries none, and is not one that asks nobody for permission.

    That is what has happened already while the library was away, and what undoes a step.
    """
    return not is_settled(operation) and not getattr(operation, "pin", True)


def is_settled(operation: Operation) -> bool:
    """Whether `operation` has happened already, or undoes a step: nobody is asked for permission."""
    return getattr(operation, "no_block", False) or getattr(operation, "cancel", False)


def card_of(account: Account, route: Route | None, operation: Operation) -> Card | None:
    """The card whose PIN is tried by `operation`, if one is."""
    if getattr(operation, "pin", None) is None:
        return None
    if route is not None and route.card is not None:
        return route.card
    patron: PatronId | None = getattr(operation, "patron", None)
    return None if patron is None else Card(account.library, patron)


UNPROVEN: dict[PinCheck, Reason | None] = {
    PinCheck.RIGHT: None,
    PinCheck.WRONG: Reason.PIN_WRONG,
    PinCheck.NOT_SET: Reason.PIN_NOT_SET,
    PinCheck.NOT_ASKED: Reason.PIN_REQUIRED,
}
"""What is wrong with a PIN that the home library was asked about."""
