"""What each service does: a request that has been checked, told to the desk, and the data of its response.

A function takes the `Talk` and gives the children of the response, header and Ext aside, in any order; it raises
Trouble for what answers with problems.  Services of the standard that have none here are known, and not supported.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias

from softdock.circulation.capabilities import Capability
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.services import (
    acceptance,
    agencies,
    fees,
    hold_changes,
    holds,
    inventory,
    items,
    loans,
    notices,
    patrons,
    recalls,
    registration,
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
    "CreateItem": inventory.create_item,
    "CreateUser": registration.create_user,
    "CreateUserFiscalTransaction": fees.create_user_fiscal_transaction,
    "DeleteItem": inventory.delete_item,
    "DeleteUser": registration.delete_user,
    "LookupAgency": agencies.lookup_agency,
    "LookupItem": items.lookup_item,
    "LookupItemSet": sets.lookup_item_set,
    "LookupRequest": holds.lookup_request,
    "LookupUser": patrons.lookup_user,
    "LookupVersion": agencies.lookup_version,
    "RecallItem": recalls.recall_item,
    "RenewItem": loans.renew_item,
    "ReportCirculationStatusChange": inventory.report_circulation_status_change,
    "RequestItem": holds.request_item,
    "UndoCheckOutItem": loans.undo_check_out_item,
    "UpdateCirculationStatus": inventory.update_circulation_status,
    "UpdateItem": inventory.update_item,
    "UpdateRequestItem": hold_changes.update_request_item,
    "UpdateUser": registration.update_user,
    **dict.fromkeys(notices.NOTIFICATIONS, notices.take_notice),
}
"""By the name of the service."""

NEEDS: Final[Mapping[str, Sequence[Capability]]] = {
    "AcceptItem": (Capability.ACCEPT_ITEM,),
    "AuthenticateUser": (Capability.LOOKUP_PATRON,),
    "CancelRecallItem": (Capability.RECALL,),
    "CancelRequestItem": (Capability.HOLD,),
    "CheckInItem": (Capability.CHECKIN,),
    "CheckOutItem": (Capability.CHECKOUT,),
    "CreateItem": (Capability.EDIT_ITEM,),
    "CreateUser": (Capability.EDIT_PATRON,),
    "DeleteItem": (Capability.EDIT_ITEM,),
    "DeleteUser": (Capability.EDIT_PATRON,),
    "LookupItem": (Capability.LOOKUP_ITEM,),
    "LookupRequest": (Capability.LOOKUP_HOLD,),
    "LookupUser": (Capability.LOOKUP_PATRON,),
    "RecallItem": (Capability.RECALL,),
    "RenewItem": (Capability.RENEW,),
    "ReportCirculationStatusChange": (Capability.EDIT_ITEM,),
    "RequestItem": (Capability.HOLD,),
    "UndoCheckOutItem": (Capability.CHECKIN,),
    "UpdateCirculationStatus": (Capability.EDIT_ITEM,),
    "UpdateItem": (Capability.EDIT_ITEM,),
    "UpdateRequestItem": (Capability.LOOKUP_HOLD,),
    "UpdateUser": (Capability.EDIT_PATRON, Capability.BLOCK_PATRON, Capability.ENABLE_PATRON),
}
"""What a library's system must be able to do for a service, whatever the request says: one of these.

A service that would do other things first, or nothing where nothing is asked of it, is not supported without that.
"""
