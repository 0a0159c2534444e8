"""What came with which version: Z39.83-1 2.02, history of the schema, from 1.0 of 2002 to 2.02 of 2012.

Below 2.02 a LoanedItem had to have Amount and ReminderLevel.  That is not asked for here: where neither is known, an
answer to 2.01 lacks them rather than tell of a fine of nothing.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

Level: TypeAlias = tuple[int, int]

SINCE: Final[Mapping[str, Level]] = {
    **dict.fromkeys(("PaidFeeAmount", "RequestElementType"), (1, 1)),
    **dict.fromkeys(
        (
            "Ext",
            "ItemIdentifierType",
            "NumberOfPieces",
            "PickupLocation",
            "PreviousUserId",
            "RequestIdentifierType",
            "UserIdentifierType",
        ),
        (2, 0),
    ),
}
"""Elements that were not there from the beginning.  Those of LookupItemSet alone are none of them: a version has them
with the service, or not at all."""

SINCE_IN: Final[Mapping[tuple[str, str], Level]] = {
    ("AcceptItem", "PickupExpiryDate"): (2, 0),
    ("CancelRequestItem", "AcknowledgedFeeAmount"): (1, 1),
    ("ItemOptionalFields", "DateDue"): (2, 2),
    ("LoanedItem", "BibliographicId"): (2, 2),
    ("LoanedItem", "MediumType"): (2, 0),
    ("LoanedItem", "Title"): (2, 0),
    ("RequestItem", "ItemOptionalFields"): (2, 0),
    ("RequestedItem", "BibliographicId"): (2, 2),
    ("RequestedItem", "MediumType"): (2, 0),
    ("RequestedItem", "Title"): (2, 0),
    ("RoutingInformation", "NameInformation"): (2, 0),
    ("UpdateRequestItemResponse", "RequiredItemUseRestrictionType"): (2, 1),
}
"""Elements that were there, but not in this parent."""

REPEATED_SINCE: Final[Mapping[tuple[str, str], Level]] = {
    ("BibliographicDescription", "BibliographicRecordId"): (2, 1),
}
"""Elements of which a parent had one only.  RequestItem, too, had one item or title: an initiator has to see to that,
because a request may not lose what it asks for."""


def has(level: Level, parent: str, name: str) -> bool:
    """Whether `name` may stand in `parent` at `level`."""
    return SINCE.get(name, level) <= level and SINCE_IN.get((parent, name), level) <= level
