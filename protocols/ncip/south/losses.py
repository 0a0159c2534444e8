"""What no request to a system carries of an operation.

Operations that are not here are none that NCIP has a service for: they are refused, not lost.
"""

from typing import Any, Final

from softdock.circulation.losses import Direction, LossTable, lost
from softdock.circulation.operations import (
    AcceptItem,
    AmendItem,
    AmendPatron,
    BlockPatron,
    CancelHold,
    CancelRecall,
    ChangeHold,
    ChargeFee,
    Checkin,
    Checkout,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    EnablePatron,
    EndSession,
    LookupHold,
    LookupItem,
    LookupPatron,
    LookupTitle,
    PayFee,
    PlaceHold,
    RecallItem,
    Renew,
    RenewAll,
    SetItemStatus,
    WaiveFee,
)

_WITH_NOTHING_ELSE: Final[tuple[type[Any], ...]] = (
    LookupItem, LookupTitle, CancelRecall, RecallItem, AcceptItem, PayFee, ChargeFee, WaiveFee, EnablePatron,
    CreatePatron, DeletePatron, CreateItem, AmendItem, DeleteItem, SetItemStatus, ChangeHold, CancelHold,
)  # fmt: skip

REQUESTS: Final = LossTable(
    "ncip",
    Direction.REQUEST,
    lost(LookupPatron, dropped="extra language", here="wanted first last"),
    lost(LookupHold, dropped="extra", here="kind"),
    lost(Checkout, dropped="extra properties", here="renewal_allowed"),
    lost(Checkin, dropped="extra location only_if_new properties", here="only_if_lent"),
    lost(Renew, dropped="extra properties third_party_allowed"),
    lost(RenewAll, dropped="extra", here="fee_acknowledged"),
    lost(PlaceHold, dropped="extra", here="needs_name"),
    lost(BlockPatron, dropped="card_retained extra message"),
    lost(AmendPatron, dropped="block_text extra"),
    lost(EndSession, dropped="extra", here="patron pin"),
    *(lost(each, dropped="extra") for each in _WITH_NOTHING_ELSE),
)
"""What is wanted of a patron is picked from one answer; a yes to a fee is said once the system has named the amount; and no
session ends over there."""
