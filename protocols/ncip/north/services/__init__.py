"""What each service does: a request that has been checked, told to the desk, and the data of its response.

A function takes the `Talk` and gives the children of the response, header and Ext aside, in any order; it raises
Trouble for what answers with problems.  Services of the standard that have none here are known, and not supported.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.services import (
    acceptance,
    hold_changes,
    holds,
    items,
    loans,
    patrons,
    recalls,
    sets,
)
from softdock.protocols.ncip.north.talk import Talk

Work: TypeAlias = Callable[[Talk], Awaitable[list[Element]]]

WORKS: Final[Mapping[str, Work]] = {
    "AcceptItem": acceptance.accept_item,
    "AuthenticateUser": patrons.authenticate_user,
    "CancelRecallItem": recalls.cancel_recall_item,
    "CancelRequestItem": holds.cancel_request_item,
    "CheckInItem": loans.check_in_item,
    "CheckOutItem": loans.check_out_item,
    "LookupItem": items.lookup_item,
    "LookupItemSet": sets.lookup_item_set,
    "LookupRequest": holds.lookup_request,
    "LookupUser": patrons.lookup_user,
    "RecallItem": recalls.recall_item,
    "RenewItem": loans.renew_item,
    "RequestItem": holds.request_item,
    "UndoCheckOutItem": loans.undo_check_out_item,
    "UpdateRequestItem": hold_changes.update_request_item,
}
"""By the name of the service."""
