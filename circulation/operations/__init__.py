"""What can be asked: one record per operation, free of any protocol.

Every text in an operation came from a device and is not yet believed; every length is bounded by the
front that read it.  `extra` keeps, in order, the fields that the device sent beyond its protocol's
standard.  Points in time carry a zone; None means that the device did not say.

`changes_state` parts the operations in two: those that change the library's books, which are journalled
and logged one by one, and those that change nothing, which are only counted.
"""

from typing import TypeAlias

from softdock.circulation.operations.fees import (
    ChargeFee,
    PayFee,
    WaiveFee,
)
from softdock.circulation.operations.holds import (
    CancelHold,
    ChangeHold,
    LookupHold,
    PlaceHold,
)
from softdock.circulation.operations.items import (
    AcceptItem,
    AmendItem,
    CreateItem,
    DeleteItem,
    LookupItem,
    LookupTitle,
    SetItemStatus,
    UpdateItem,
)
from softdock.circulation.operations.loans import (
    CancelRecall,
    Checkin,
    Checkout,
    RecallItem,
    Renew,
    RenewAll,
)
from softdock.circulation.operations.notices import (
    TakeNotice,
)
from softdock.circulation.operations.patrons import (
    AmendPatron,
    BlockPatron,
    CreatePatron,
    DeletePatron,
    EnablePatron,
    EndSession,
    LookupPatron,
)

__all__ = [
    "AcceptItem",
    "AmendItem",
    "AmendPatron",
    "BlockPatron",
    "CancelHold",
    "CancelRecall",
    "ChangeHold",
    "ChargeFee",
    "Checkin",
    "Checkout",
    "CreateItem",
    "CreatePatron",
    "DeleteItem",
    "DeletePatron",
    "EnablePatron",
    "EndSession",
    "LookupHold",
    "LookupItem",
    "LookupPatron",
    "LookupTitle",
    "Operation",
    "PayFee",
    "PlaceHold",
    "RecallItem",
    "Renew",
    "RenewAll",
    "SetItemStatus",
    "TakeNotice",
    "UpdateItem",
    "WaiveFee",
]

Operation: TypeAlias = (
    LookupPatron
    | LookupItem
    | LookupTitle
    | LookupHold
    | Checkout
    | Checkin
    | Renew
    | RenewAll
    | PlaceHold
    | ChangeHold
    | CancelHold
    | RecallItem
    | CancelRecall
    | AcceptItem
    | PayFee
    | ChargeFee
    | WaiveFee
    | BlockPatron
    | EnablePatron
    | CreatePatron
    | AmendPatron
    | DeletePatron
    | UpdateItem
    | CreateItem
    | AmendItem
    | DeleteItem
    | SetItemStatus
    | TakeNotice
    | EndSession
)
