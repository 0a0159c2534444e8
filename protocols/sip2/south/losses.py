"""What no request to a system carries of an operation, and what of its answers no outcome does.

Operations that are not here are none that SIP2 has a message for: they are refused, not lost.
"""

from typing import Final

from softdock.circulation.losses import Direction, LossTable, lost
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    EnablePatron,
    EndSession,
    LookupItem,
    LookupPatron,
    Operation,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.south.system import System

_PAYMENT_CODES: Final = frozenset(f"{code:02}" for code in range(100))
"""A way to pay that goes by a name counts as cash, unless the system's profile has a code for it."""

REQUESTS: Final = LossTable(
    "sip2",
    Direction.REQUEST,
    lost(LookupPatron, by_profile="extra"),
    lost(LookupItem, by_profile="extra"),
    lost(Checkout, dropped="hold desired_due", by_profile="extra", here="acknowledged_fee"),
    lost(Checkin, dropped="only_if_lent only_if_new", by_profile="extra", here="borrower"),
    lost(Renew, dropped="desired_due", by_profile="extra", here="acknowledged_fee"),
    lost(RenewAll, by_profile="extra"),
    lost(PlaceHold, approximated="kind", by_profile="extra", here="acknowledged_fee hold needs_name"),
    lost(ChangeHold, dropped="hold", by_profile="extra"),
    lost(CancelHold, dropped="hold", by_profile="extra"),
    lost(PayFee, approximated="payment_type", by_profile="extra", usual={"payment_type": _PAYMENT_CODES}),
    lost(BlockPatron, by_profile="extra"),
    lost(EnablePatron, by_profile="extra"),
    lost(UpdateItem, by_profile="extra"),
    lost(EndSession, by_profile="extra"),
)
"""An amount that was agreed to is compared before the system hears yes, and a borrower who is named with the loan that
it shows; every kind of hold is placed as one, and what its partner calls it the desk keeps.  A way to pay for which there
is no code counts as cash."""

ANSWERS: Final = LossTable(
    "sip2",
    Direction.ANSWER,
    lost(m.PatronStatusResponse, "24", here="institution_id language patron_identifier transaction_date"),
    lost(
        m.PatronInformationResponse, "64", here="institution_id language patron_identifier transaction_date"
    ),
    lost(m.PatronEnableResponse, "26", here="institution_id language patron_identifier transaction_date"),
    lost(m.EndSessionResponse, "36", here="institution_id patron_identifier transaction_date"),
    lost(m.FeePaidResponse, "38", here="institution_id patron_identifier transaction_date"),
    lost(m.CheckoutResponse, "12", here="institution_id patron_identifier transaction_date"),
    lost(m.CheckinResponse, "10", here="institution_id transaction_date"),
    lost(m.RenewResponse, "30", here="institution_id patron_identifier renewal_ok transaction_date"),
    lost(m.RenewAllResponse, "66", here="institution_id transaction_date"),
    lost(m.HoldResponse, "16", here="institution_id patron_identifier transaction_date"),
    lost(m.ItemInformationResponse, "18", here="institution_id transaction_date"),
    lost(m.ItemStatusUpdateResponse, "20", here="institution_id transaction_date"),
)
"""Everything else is carried; what the vocabulary has no word for is kept beside it, as the system said it."""


def lost_in(operation: Operation, request: Message, system: System) -> tuple[str, ...]:
    """What the system is not told of `operation`, by `request`: the names of the losses."""
    found = REQUESTS.found(operation, profiled=request.layout.code in system.dialect.requests)
    if found and type(operation) is PayFee and _has_a_code(operation, system):
        found = tuple(each for each in found if each != "pay-fee.payment-type")
    return found


def _has_a_code(payment: PayFee, system: System) -> bool:
    return payment.payment_type.casefold() in system.dialect.codes.payment_type.told
