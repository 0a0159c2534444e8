"""Fees that a patron has agreed to up to an amount, where a system knows only a yes or a no."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeAlias

from softdock.circulation.operations import Checkout, Operation, PlaceHold, Renew
from softdock.circulation.outcomes import Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

Perform: TypeAlias = Callable[[Operation], Coroutine[Any, Any, AnyOutcome]]


def has_a_bound(operation: Operation) -> bool:
    """Whether `operation` may cost no more than some amount."""
    return (
        isinstance(operation, Checkout | Renew | PlaceHold)
        and operation.acknowledged_fee is not None
        and not getattr(operation, "no_block", False)
    )


async def for_no_more(operation: Operation, perform: Perform) -> AnyOutcome:
    """What comes of an `operation` that has a bound: the yes is said only once the system has named what it costs."""
    assert isinstance(operation, Checkout | Renew | PlaceHold)
    agreed = operation.acknowledged_fee
    assert agreed is not None
    first = await perform(replace(operation, fee_acknowledged=False, acknowledged_fee=None))
    if not isinstance(first, Refused) or first.reason is not Reason.FEE_NOT_ACKNOWLEDGED or first.fee is None:
        return first
    if first.fee.currency != agreed.currency or first.fee.minor > agreed.minor:
        return first
    return await perform(replace(operation, fee_acknowledged=True, acknowledged_fee=None))
