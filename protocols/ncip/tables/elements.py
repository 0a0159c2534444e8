"""What is in each element that is no message: Z39.83-1, data dictionary and content of the elements.

Content models are written as the standard prints them, which `protocols.ncip.grammar` reads: `,` puts in order,
`|` offers a choice, `?` is none or one, `*` any number, `+` one or more.  A name has the same content wherever it
stands.
"""

from collections.abc import Mapping
from typing import Final

_MONEY: Final = "CurrencyCode, MonetaryValue, Ext?"
_AGENCY_FIELDS: Final = (
    "OrganizationNameInformation*, AgencyAddressInformation*, AuthenticationPrompt*, "
    "ApplicationProfileSupportedType*, ConsortiumAgreement*, AgencyUserPrivilegeType*, Ext?"
)
_ITEM_FIELDS: Final = (
    "BibliographicDescription?, ItemUseRestrictionType*, ItemDescription?, Location*, PhysicalCondition?, "
    "SecurityMarker?, SensitizationFlag?, Ext?"
)
_REQUEST_FIELDS: Final = (
    "UserId?, ItemId?, RequestType?, RequestScopeType?, RequestStatusType?, ShippingInformation?, "
    "EarliestDateNeeded?, NeedBeforeDate?, PickupLocation?, PickupExpiryDate?, DateOfUserRequest?, "
    "DateAvailable?, AcknowledgedFeeAmount?, PaidFeeAmount?, Ext?"
)
_USER_FIELDS: Final = (
    "AuthenticationInput*, NameInformation?, UserAddressInformation*, DateOfBirth?, UserLanguage*, "
    "UserPrivilege*, BlockOrTrap*, Ext?"
)
_A_USER: Final = "UserId, Ext?"
_FISCAL_REFERENCE: Final = "AgencyId, FiscalTransactionIdentifierValue, Ext?"
_AN_AGENCY: Final = "AgencyId, Ext?"
_HOLDINGS: Final = "(StructuredHoldingsData+ | UnstructuredHoldingsData), Ext?"

COMPOUND: Final[Mapping[str, str]] = {
    "AccountBalance": _MONEY,
    "AccountDetails": "AccrualDate, FiscalTransactionInformation, Ext?",
    "AcknowledgedFeeAmount": _MONEY,
    "AddAgencyFields": _AGENCY_FIELDS,
    "AddItemFields": _ITEM_FIELDS,
    "AddRequestFields": _REQUEST_FIELDS,
    "AddUserFields": _USER_FIELDS,
    "AgencyAddressInformation": "AgencyAddressRoleType, ValidFromDate?, ValidToDate?, (PhysicalAddress | ElectronicAddress), Ext?",
    "Amount": _MONEY,
    "AuthenticationInput": "AuthenticationInputData, AuthenticationDataFormatType, AuthenticationInputType, Ext?",
    "AuthenticationPrompt": "PromptOutput, PromptInput, Ext?",
    "BibInformation": (
        "BibliographicId?, ((BibliographicDescription?, TitleHoldQueueLength?, CurrentRequester*, "
        "HoldingsSet+) | Problem+)"
    ),
    "BibliographicDescription": (
        "Author?, AuthorOfComponent?, BibliographicItemId?, BibliographicRecordId*, ComponentId?, Edition?, "
        "Pagination?, PlaceOfPublication?, PublicationDate?, PublicationDateOfComponent?, Publisher?, "
        "SeriesTitleNumber?, Title?, TitleOfComponent?, BibliographicLevel?, SponsoringBody?, "
        "ElectronicDataFormatType?, Language?, MediumType?, Ext?"
    ),
    "BibliographicId": "(BibliographicItemId | BibliographicRecordId), Ext?",
    "BibliographicItemId": "BibliographicItemIdentifier, BibliographicItemIdentifierCode?, Ext?",
    "BibliographicRecordId": "BibliographicRecordIdentifier, (AgencyId | BibliographicRecordIdentifierCode), Ext?",
    "BlockOrTrap": "AgencyId, BlockOrTrapType, ValidFromDate?, ValidToDate?, Ext?",
    "ChronologyLevelInstance": "(ChronologyCaption | (ChronologyLevel, ChronologyCaption?)), ChronologyValue, Ext?",
    "ComponentId": "ComponentIdentifierType, ComponentIdentifier, Ext?",
    "CurrentBorrower": _A_USER,
    "CurrentRequester": _A_USER,
    "DeleteAgencyFields": _AGENCY_FIELDS,
    "DeleteItemFields": _ITEM_FIELDS,
    "DeleteRequestFields": _REQUEST_FIELDS,
    "DeleteUserFields": _USER_FIELDS,
    "Destination": "(Location | (BinNumber, Location?)), Ext?",
    "ElectronicAddress": "ElectronicAddressType, ElectronicAddressData, Ext?",
    "ElectronicResource": "((ElectronicDataFormatType, ActualResource) | ReferenceToResource), Ext?",
    "EnumerationLevelInstance": "(EnumerationCaption | (EnumerationLevel, EnumerationCaption?, Ext?)), EnumerationValue, Ext?",
    "FiscalTransactionInformation": (
        "FiscalActionType, FiscalTransactionReferenceId?, RelatedFiscalTransactionReferenceId*, "
        "FiscalTransactionType, ValidFromDate?, ValidToDate?, Amount, PaymentMethodType?, "
        "FiscalTransactionDescription?, RequestId?, ItemDetails?, Ext?"
    ),
    "FiscalTransactionReferenceId": _FISCAL_REFERENCE,
    "FromAgencyId": _AN_AGENCY,
    "HoldingsChronology": "ChronologyLevelInstance+, Ext?",
    "HoldingsEnumeration": "EnumerationLevelInstance+, Ext?",
    "HoldingsInformation": _HOLDINGS,
    "HoldingsSet": (
        "HoldingsSetId?, ((BibliographicDescription?, Location?, CallNumber?, SummaryHoldingsInformation?, "
        "ElectronicResource?, ItemInformation+, Ext?) | Problem+)"
    ),
    "InitiationHeader": (
        "FromSystemId?, FromSystemAuthentication?, FromAgencyId, FromAgencyAuthentication?, "
        "OnBehalfOfAgency?, ToSystemId?, ToAgencyId, ApplicationProfileType?, Ext?"
    ),
    "ItemDescription": "CallNumber?, CopyNumber?, ItemDescriptionLevel?, HoldingsInformation?, NumberOfPieces?, Ext?",
    "ItemDetails": (
        "ItemId, BibliographicDescription, DateCheckedOut?, DateRenewed*, (DateDue | "
        "IndeterminateLoanPeriodFlag | NonReturnableFlag)?, DateReturned?, Ext?"
    ),
    "ItemId": "AgencyId?, ItemIdentifierType?, ItemIdentifierValue, Ext?",
    "ItemInformation": (
        "ItemId?, ((RequestId*, CurrentBorrower?, CurrentRequester*, DateDue?, DateRecalled?, "
        "HoldPickupDate?, ItemTransaction?, ItemOptionalFields?, ItemNote?, Ext?) | Problem+)"
    ),
    "ItemOptionalFields": (
        "BibliographicDescription?, ItemUseRestrictionType*, CirculationStatus?, HoldQueueLength?, "
        "ItemDescription?, Location*, PhysicalCondition?, ElectronicResource?, SecurityMarker?, "
        "SensitizationFlag?, DateDue?, Ext?"
    ),
    "ItemReportedReturned": "DateReportedReturned, Ext?",
    "ItemTransaction": "CurrentBorrower?, CurrentRequester*, Ext?",
    "LoanedItem": (
        "ItemId, BibliographicId*, ReminderLevel?, (DateDue | IndeterminateLoanPeriodFlag), Amount?, "
        "Title?, MediumType?, Ext?"
    ),
    "LoanedItemsCount": "(CirculationStatus | ItemUseRestrictionType), LoanedItemCountValue, Ext?",
    "Location": "LocationType, LocationName, ValidFromDate?, ValidToDate?, Ext?",
    "LocationName": "LocationNameInstance+, Ext?",
    "LocationNameInstance": "LocationNameLevel, LocationNameValue, Ext?",
    "MandatedAction": "DateEventOccurred, Ext?",
    "NameInformation": "(PersonalNameInformation | OrganizationNameInformation+), Ext?",
    "NoticeItem": "ItemDetails, Amount?, Ext?",
    "OnBehalfOfAgency": _AN_AGENCY,
    "OrganizationNameInformation": "OrganizationNameType, OrganizationName, Ext?",
    "PaidFeeAmount": _MONEY,
    "Pending": "DateOfExpectedReply?, Ext?",
    "PersonalNameInformation": "(UnstructuredPersonalUserName | (StructuredPersonalUserName, UnstructuredPersonalUserName?)), Ext?",
    "PhysicalAddress": "(StructuredAddress | UnstructuredAddress), PhysicalAddressType, Ext?",
    "PhysicalCondition": "PhysicalConditionType, PhysicalConditionDetails?, Ext?",
    "PreviousUserId": "AgencyId, UserIdentifierValue, ValidFromDate?, ValidToDate?, Ext?",
    "Problem": "ProblemType, ProblemDetail?, ProblemElement?, ProblemValue?, Ext?",
    "PromptInput": "AuthenticationInputType, AuthenticationDataFormatType, SensitiveDataFlag?, Ext?",
    "PromptOutput": "AuthenticationPromptData, AuthenticationPromptType, Ext?",
    "RelatedFiscalTransactionReferenceId": _FISCAL_REFERENCE,
    "RequestId": "AgencyId?, RequestIdentifierType?, RequestIdentifierValue, Ext?",
    "RequestedItem": (
        "(ItemId | (RequestId, ItemId?)), BibliographicId*, RequestType, RequestStatusType, DatePlaced, "
        "PickupDate?, PickupLocation?, PickupExpiryDate?, ReminderLevel?, HoldQueuePosition?, Title?, "
        "MediumType?, Ext?"
    ),
    "RequestedItemsCount": "(RequestType | CirculationStatus | ItemUseRestrictionType), RequestedItemCountValue, Ext?",
    "RequiredFeeAmount": _MONEY,
    "ResponseHeader": (
        "FromSystemId?, FromSystemAuthentication?, FromAgencyId, FromAgencyAuthentication?, ToSystemId?, "
        "ToAgencyId, Ext?"
    ),
    "RoutingInformation": "RoutingInstructions, Destination, RequestType?, UserId?, NameInformation?, Ext?",
    "ShippingInformation": "ShippingInstructions?, ShippingNote?, (PhysicalAddress | ElectronicAddress), Ext?",
    "StructuredAddress": (
        "((LocationWithinBuilding?, HouseName?, (District | (PostOfficeBox, District?) | (Street, "
        "PostOfficeBox?, District?))) | (Line1, Line2?)), Locality?, Region?, Country?, PostalCode?, "
        "CareOf?, Ext?"
    ),
    "StructuredHoldingsData": "(HoldingsChronology | (HoldingsEnumeration, HoldingsChronology?)), Ext?",
    "StructuredPersonalUserName": "Prefix?, GivenName?, Initials?, Surname, Suffix?, Ext?",
    "SummaryHoldingsInformation": _HOLDINGS,
    "ToAgencyId": _AN_AGENCY,
    "UnstructuredAddress": "UnstructuredAddressType, UnstructuredAddressData, Ext?",
    "UserAddressInformation": "UserAddressRoleType, ValidFromDate?, ValidToDate?, (PhysicalAddress | ElectronicAddress), Ext?",
    "UserFiscalAccount": "AccountBalance, AccountDetails*, Ext?",
    "UserId": "AgencyId?, UserIdentifierType?, UserIdentifierValue, Ext?",
    "UserNoticeDetails": "NoticeType, NoticeContent?, (NoticeItem+ | UserFiscalAccount | UserPrivilege), Ext?",
    "UserOptionalFields": (
        "NameInformation?, UserAddressInformation*, DateOfBirth?, UserLanguage*, UserPrivilege*, "
        "BlockOrTrap*, UserId*, PreviousUserId*, Ext?"
    ),
    "UserPrivilege": (
        "AgencyId, AgencyUserPrivilegeType, ValidFromDate?, ValidToDate?, UserPrivilegeFee?, "
        "UserPrivilegeStatus?, UserPrivilegeDescription?, Ext?"
    ),
    "UserPrivilegeFee": "Amount, PaymentMethodType?, Ext?",
    "UserPrivilegeStatus": "UserPrivilegeStatusType, DateOfUserPrivilegeStatus?, Ext?",
}
"""Elements that hold others.  `Ext` is none of them: it holds anything."""

CODED: Final = frozenset(
    (
        "AcknowledgedItemUseRestrictionType AgencyAddressRoleType AgencyElementType AgencyId "
        "AgencyUserPrivilegeType ApplicationProfileSupportedType ApplicationProfileType "
        "AuthenticationDataFormatType AuthenticationInputType AuthenticationPromptType "
        "BibliographicItemIdentifierCode BibliographicLevel BibliographicRecordIdentifierCode BlockOrTrapType "
        "CirculationStatus ComponentIdentifierType ConsortiumAgreement CurrencyCode ElectronicAddressType "
        "ElectronicDataFormatType FiscalActionType FiscalTransactionType FromSystemId ItemDescriptionLevel "
        "ItemElementType ItemIdentifierType ItemUseRestrictionType Language LocationType MediumType NoticeType "
        "OrganizationNameType PaymentMethodType PhysicalAddressType PhysicalConditionType PickupLocation "
        "ProblemType RequestElementType RequestIdentifierType RequestScopeType RequestStatusType RequestType "
        "RequestedActionType RequiredItemUseRestrictionType SecurityMarker ToSystemId UnstructuredAddressType "
        "UserAddressRoleType UserElementType UserIdentifierType UserLanguage UserPrivilegeStatusType"
    ).split()
)
"""Values from a list, which Scheme may name.  Version 2 closes no list."""

MOMENTS: Final = frozenset(
    (
        "AccrualDate DateAvailable DateCheckedOut DateDue DateEventOccurred DateForReturn DateOfBirth "
        "DateOfExpectedReply DateOfUserPrivilegeStatus DateOfUserRequest DatePlaced DateRecalled DateReceived "
        "DateRenewed DateReportedReturned DateReturned DateSent DateShipped DateToSend DateWillSend "
        "DesiredDateDue DesiredDateForReturn EarliestDateNeeded HoldPickupDate NeedBeforeDate PickupDate "
        "PickupExpiryDate ValidFromDate ValidToDate"
    ).split()
)
"""Date and time, dates of birth included.  The standard wants UTC."""

FLAGS: Final = frozenset(
    (
        "CurrentBorrowerDesired CurrentRequestersDesired ElectronicResourceProvidedFlag "
        "IndeterminateLoanPeriodFlag ItemReportedLost ItemReportedMissing ItemReportedNeverBorrowed "
        "LoanedItemsDesired NonReturnableFlag RenewalNotPermitted RequestedItemsDesired ResourceDesired "
        "SensitiveDataFlag SensitizationFlag UserFiscalAccountDesired"
    ).split()
)
"""They are there or not, and hold nothing."""

NUMBERS: Final[Mapping[str, int | None]] = {
    "ChronologyLevel": 1,
    "EnumerationLevel": 1,
    "HoldQueueLength": 0,
    "HoldQueuePosition": 1,
    "LoanedItemCountValue": 0,
    "LocationNameLevel": 1,
    "MaximumItemsCount": 1,
    "MonetaryValue": None,
    "NumberOfPieces": 1,
    "ReminderLevel": 0,
    "RenewalCount": 0,
    "RequestedItemCountValue": 0,
    "TitleHoldQueueLength": 0,
}
"""Whole numbers, and the least that each may be.  Money counts minor units, and may be owed either way."""

MONEY: Final = frozenset(name for name, model in COMPOUND.items() if model == _MONEY)
"""Amounts, each with its currency."""

AGENCIES: Final = frozenset(name for name, model in COMPOUND.items() if model == _AN_AGENCY)
"""What an agency is to a message."""
