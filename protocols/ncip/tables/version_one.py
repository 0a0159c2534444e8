"""How version 1 (1.0 of 2002, 1.01 of 2004) differs from version 2: Z39.83-1 2.02, history of the schema.

The document type itself is not at hand.  What is told here is what the history says, and what is seen in messages of
those who speak version 1; where both are silent, the order is that of version 2.
"""

from collections.abc import Mapping
from typing import Final

VERSION_1: Final = "http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd"
"""The version attribute of 1.0."""

PUBLIC: Final[Mapping[tuple[int, int], str]] = {
    (1, 0): "-//NISO//NCIP DTD Version 1//EN",
    (1, 1): "-//NISO//NCIP DTD Version 1.01//EN",
}
"""The public identifiers of the document types."""

UNIQUE: Final[Mapping[str, str]] = {
    name: "Unique" + name for name in ("AgencyId", "BibliographicId", "ItemId", "RequestId", "UserId")
}
"""Identifiers, by their names in version 2."""

VISIBLE: Final[Mapping[str, str]] = {"ItemId": "VisibleItemId", "UserId": "VisibleUserId"}
"""What is printed on a copy or a card; version 2 has types of identifiers instead."""

VISIBLE_PARTS: Final[Mapping[str, str]] = {
    "ItemIdentifierType": "VisibleItemIdentifierType",
    "ItemIdentifierValue": "VisibleItemIdentifier",
    "UserIdentifierType": "VisibleUserIdentifierType",
    "UserIdentifierValue": "VisibleUserIdentifier",
}
"""What is in them."""

RENAMED: Final[Mapping[str, str]] = {
    old: new for names in (UNIQUE, VISIBLE, VISIBLE_PARTS) for new, old in names.items()
}
"""All of these, from version 1 to version 2."""

WITH_AGENCY: Final = frozenset(["ItemId", "RequestId", "UserId"])
"""Identifiers which in version 1 have an agency, by their names in version 2."""

_USER_FIELDS: Final = (
    "VisibleUserId*, NameInformation?, UserAddressInformation*, DateOfBirth?, UserLanguage*, UserPrivilege*, "
    "BlockOrTrap*"
)
_PERSON: Final = (
    "VisibleUserId*, NameInformation, UserAddressInformation*, DateOfBirth?, UserLanguage*, UserPrivilege*, "
    "BlockOrTrap*"
)
_ERROR: Final = "{0}Type, {0}Element*"
_ERROR_ELEMENT: Final = "ElementName, ({0}Element | {0}Value)*"

MODELS: Final[Mapping[str, str]] = {
    "AddUserFields": "AuthenticationInput*, " + _USER_FIELDS,
    "AuthenticateUser": "InitiationHeader?, AuthenticationInput+",
    "CreateUser": "InitiationHeader?, MandatedAction?, (UniqueUserId | AuthenticationInput+)?, " + _PERSON,
    "DeleteUserFields": "AuthenticationInput*, " + _USER_FIELDS,
    "LookupItem": (
        "InitiationHeader?, (UniqueItemId | UniqueRequestId | VisibleItemId), ItemElementType*, "
        "CurrentBorrowerDesired?, CurrentRequestersDesired?"
    ),
    "LookupUser": (
        "InitiationHeader?, (UniqueUserId | VisibleUserId | AuthenticationInput+), UserElementType*, "
        "LoanedItemsDesired?, RequestedItemsDesired?, UserFiscalAccountDesired?"
    ),
    "LookupUserResponse": "ResponseHeader?, (Problem | (UniqueUserId, UserTransaction?, UserOptionalFields?))",
    "MessagingError": _ERROR.format("MessagingError"),
    "MessagingErrorElement": _ERROR_ELEMENT.format("MessagingError"),
    "Problem": "(ProcessingError | MessagingError)",
    "ProcessingError": _ERROR.format("ProcessingError"),
    "ProcessingErrorElement": _ERROR_ELEMENT.format("ProcessingError"),
    "UniqueItemId": "UniqueAgencyId, ItemIdentifierValue",
    "UniqueRequestId": "UniqueAgencyId, RequestIdentifierValue",
    "UniqueUserId": "UniqueAgencyId, UserIdentifierValue",
    "UserCreated": "InitiationHeader?, UniqueUserId, " + _PERSON,
    "UserOptionalFields": _USER_FIELDS,
    "UserTransaction": "UserFiscalAccount*, LoanedItemsCount*, LoanedItem*, RequestedItemsCount*, RequestedItem*",
    "VisibleItemId": "UniqueAgencyId?, VisibleItemIdentifierType, VisibleItemIdentifier",
    "VisibleUserId": "UniqueAgencyId?, VisibleUserIdentifierType, VisibleUserIdentifier",
}
"""What is in an element, where it is not what version 2 has in it, less what came later.

Headers, which version 1 wants always, may be missing: a request that has none names no agency to answer with.
"""

CODED: Final = frozenset(
    [
        "MessagingErrorType",
        "ProcessingErrorType",
        "UniqueAgencyId",
        "VisibleItemIdentifierType",
        "VisibleUserIdentifierType",
    ]
)
"""Pairs of Scheme and Value, beside those that version 2 has as coded values."""

NO_SCHEME: Final = "none"
"""Stands for the URI of a list where there is no list, because version 1 wants something there."""
