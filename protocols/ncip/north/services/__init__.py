"""What each service does: a request that has been checked, told to the desk, and the data of its response.

A function takes the `Talk` and gives the children of the response, header and Ext aside, in any order; it raises
Trouble for what answers with problems.  Services of the standard that have none here are known, and not supported.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.services import items, loans, patrons
from softdock.protocols.ncip.north.talk import Talk

Work: TypeAlias = Callable[[Talk], Awaitable[list[Element]]]

WORKS: Final[Mapping[str, Work]] = {
    "AuthenticateUser": patrons.authenticate_user,
    "CheckInItem": loans.check_in_item,
    "CheckOutItem": loans.check_out_item,
    "LookupItem": items.lookup_item,
    "LookupUser": patrons.lookup_user,
}
"""By the name of the service."""
