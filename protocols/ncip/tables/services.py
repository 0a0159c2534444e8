"""The services: what initiates each and what answers it (Z39.83-1, services and messages, one subject each).

Left out of the models is what every message has: an initiation begins with `InitiationHeader?`, a response with
`ResponseHeader?`, both end with `Ext?`, and a response offers `Problem+` instead of success.  LookupVersion has none
of these, and stands in the text of the standard only: its schema does not declare it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from softdock.circulation.records import record
from softdock.circulation.words import Word
from softdock.protocols.ncip.tables.problem_types import OF_SERVICE, ProblemType


class ServiceKind(Word):
    """What an initiator wants of the responder."""

    LOOKUP = "lookup"
    """Tell me."""
    UPDATE = "update"
    """Please do."""
    NOTIFICATION = "notification"
    """I have done: the responder says that it has understood, or what it has not."""


LOOKUP, UPDATE, NOTIFICATION = ServiceKind


@record
class Service:
    """One service, and its two messages."""

    name: str
    """Of the initiation message too."""
    kind: ServiceKind
    initiation: str
    success: str = ""
    """A notification's is empty."""
    beside_problems: str = ""
    """What may go along with problems."""
    bare: bool = False
    """Whether its messages have neither header nor problems nor Ext."""
    since: tuple[int, int] = (1, 0)
    until: tuple[int, int] = (2, 2)

    @property
    def response(self) -> str:
        """The name of the message that answers."""
        return self.name + "Response"

    @property
    def problems(self) -> tuple[ProblemType, ...]:
        """Those that the standard lists for this service, beside the general ones."""
        return OF_SERVICE.get(self.name, ())

    def models(self) -> Iterator[tuple[str, str]]:
        """The whole content models of both messages, by their names."""
        if self.bare:
            yield self.name, self.initiation
            yield self.response, self.success
            return
        yield self.name, f"InitiationHeader?, {self.initiation}, Ext?"
        if self.kind is ServiceKind.NOTIFICATION:
            yield self.response, "ResponseHeader?, Problem*, Ext?"
        else:
            problems = f"(Problem+, {self.beside_problems})" if self.beside_problems else "Problem+"
            yield self.response, f"ResponseHeader?, ({problems} | ({self.success})), Ext?"


_FEE_OR_RESTRICTION: Final = "RequiredFeeAmount?, RequiredItemUseRestrictionType*"

_SERVICES: Final = (
    # --- lookups ------------------------------------------------------------------------------------------
    Service(
        "LookupAgency",
        LOOKUP,
        initiation="AgencyId, AgencyElementType+",
        success=(
            "AgencyId, OrganizationNameInformation*, AgencyAddressInformation*, AuthenticationPrompt*, "
            "ApplicationProfileSupportedType*, ConsortiumAgreement*, AgencyUserPrivilegeType*"
        ),
    ),
    Service(
        "LookupItem",
        LOOKUP,
        initiation="(ItemId | RequestId), ItemElementType*, CurrentBorrowerDesired?, CurrentRequestersDesired?",
        success=(
            "(ItemId | (RequestId, ItemId?)), HoldPickupDate?, DateRecalled?, ItemTransaction?, "
            "ItemOptionalFields?"
        ),
    ),
    Service(
        "LookupItemSet",
        LOOKUP,
        initiation=(
            "(BibliographicId+ | HoldingsSetId+ | ItemId+), ItemElementType*, CurrentBorrowerDesired?, "
            "CurrentRequestersDesired?, MaximumItemsCount?, NextItemToken?"
        ),
        success="BibInformation+, NextItemToken?",
        since=(2, 2),
    ),
    Service(
        "LookupRequest",
        LOOKUP,
        initiation=(
            "(((UserId | AuthenticationInput+), ItemId, RequestType) | RequestId), RequestElementType*, "
            "ItemElementType*, UserElementType*"
        ),
        success=(
            "(ItemId | (RequestId, ItemId?)), UserId?, RequestType?, RequestScopeType?, RequestStatusType?, "
            "HoldQueuePosition?, ShippingInformation?, EarliestDateNeeded?, NeedBeforeDate?, PickupDate?, "
            "PickupLocation?, PickupExpiryDate?, DateOfUserRequest?, DateAvailable?, "
            "AcknowledgedFeeAmount?, PaidFeeAmount?, ItemOptionalFields?, UserOptionalFields?"
        ),
        since=(1, 1),
    ),
    Service(
        "LookupUser",
        LOOKUP,
        initiation=(
            "(UserId | AuthenticationInput+), UserElementType*, LoanedItemsDesired?, "
            "RequestedItemsDesired?, UserFiscalAccountDesired?"
        ),
        success=(
            "UserId, UserFiscalAccount*, LoanedItemsCount*, LoanedItem*, RequestedItemsCount*, "
            "RequestedItem*, UserOptionalFields?"
        ),
    ),
    Service(
        "LookupVersion",
        LOOKUP,
        initiation="FromAgencyId, ToAgencyId",
        success="FromAgencyId, ToAgencyId, VersionSupported+",
        bare=True,
    ),
    # Version 2 asks for the same by LookupUser.
    Service(
        "AuthenticateUser",
        LOOKUP,
        initiation="AuthenticationInput+",
        success="UserId",
        until=(1, 1),
    ),
    # --- updates ------------------------------------------------------------------------------------------
    Service(
        "AcceptItem",
        UPDATE,
        initiation=(
            "MandatedAction?, RequestId, RequestedActionType, UserId?, ItemId?, (DateForReturn | "
            "IndeterminateLoanPeriodFlag | NonReturnableFlag)?, RenewalNotPermitted?, "
            "FiscalTransactionInformation?, ItemOptionalFields?, UserOptionalFields?, PickupLocation?, "
            "PickupExpiryDate?"
        ),
        success="RequestId, ItemId?",
    ),
    Service(
        "CheckInItem",
        UPDATE,
        initiation="MandatedAction?, ItemId, ItemElementType*, UserElementType*",
        success=(
            "ItemId, UserId?, RoutingInformation?, FiscalTransactionInformation?, ItemOptionalFields?, "
            "UserOptionalFields?"
        ),
    ),
    Service(
        "CheckOutItem",
        UPDATE,
        initiation=(
            "MandatedAction?, (UserId | AuthenticationInput+), ItemId, RequestId?, AcknowledgedFeeAmount?, "
            "PaidFeeAmount?, AcknowledgedItemUseRestrictionType*, ShippingInformation?, ResourceDesired?, "
            "DesiredDateDue?, ItemElementType*, UserElementType*"
        ),
        success=(
            "ItemId, UserId, (DateDue | IndeterminateLoanPeriodFlag | NonReturnableFlag), RenewalCount?, "
            "ElectronicResource?, FiscalTransactionInformation?, ItemOptionalFields?, UserOptionalFields?"
        ),
        beside_problems=_FEE_OR_RESTRICTION,
    ),
    Service(
        "UndoCheckOutItem",
        UPDATE,
        initiation="MandatedAction?, ItemId, (UserId | AuthenticationInput+)?, RequestId?",
        success="ItemId, UserId?, FiscalTransactionInformation?",
    ),
    Service(
        "CreateAgency",
        UPDATE,
        initiation=(
            "MandatedAction?, AgencyId?, OrganizationNameInformation+, AgencyAddressInformation*, "
            "AuthenticationPrompt*, ApplicationProfileSupportedType*, ConsortiumAgreement*, "
            "AgencyUserPrivilegeType*"
        ),
        success="AgencyId",
    ),
    Service(
        "CreateItem",
        UPDATE,
        initiation=(
            "MandatedAction?, ItemId?, RequestId?, BibliographicDescription, ItemUseRestrictionType*, "
            "CirculationStatus?, ItemDescription?, Location*, PhysicalCondition?, SecurityMarker?, "
            "SensitizationFlag?"
        ),
        success="ItemId",
    ),
    Service(
        "CreateUser",
        UPDATE,
        initiation=(
            "MandatedAction?, (UserId | AuthenticationInput+)?, NameInformation, UserAddressInformation*, "
            "DateOfBirth?, UserLanguage*, UserPrivilege*, BlockOrTrap*"
        ),
        success="UserId",
    ),
    Service(
        "CreateUserFiscalTransaction",
        UPDATE,
        initiation="MandatedAction?, (UserId | AuthenticationInput+), FiscalTransactionInformation",
        success="UserId, FiscalTransactionReferenceId",
    ),
    Service(
        "DeleteItem",
        UPDATE,
        initiation="MandatedAction?, ItemId",
        success="ItemId",
        since=(2, 0),
    ),
    Service(
        "DeleteUser",
        UPDATE,
        initiation="MandatedAction?, (UserId | AuthenticationInput+)",
        success="UserId",
        since=(2, 0),
    ),
    Service(
        "RecallItem",
        UPDATE,
        initiation=(
            "MandatedAction?, ItemId, DesiredDateDue?, ShippingInformation?, ItemElementType*, "
            "UserElementType*"
        ),
        success=(
            "ItemId, UserId?, DateDue?, FiscalTransactionInformation?, ItemOptionalFields?, "
            "UserOptionalFields?"
        ),
    ),
    Service(
        "CancelRecallItem",
        UPDATE,
        initiation="MandatedAction?, ItemId, ItemElementType*, UserElementType*",
        success="ItemId, UserId?, FiscalTransactionInformation?, ItemOptionalFields?, UserOptionalFields?",
    ),
    Service(
        "RenewItem",
        UPDATE,
        initiation=(
            "MandatedAction?, (UserId | AuthenticationInput+), ItemId, ItemElementType*, UserElementType*, "
            "DesiredDateDue?, DesiredDateForReturn?, AcknowledgedFeeAmount?, PaidFeeAmount?, "
            "AcknowledgedItemUseRestrictionType*"
        ),
        success=(
            "Pending | (ItemId, UserId?, DateDue?, DateForReturn?, RenewalCount?, "
            "FiscalTransactionInformation?, ItemOptionalFields?, UserOptionalFields?)"
        ),
        beside_problems=_FEE_OR_RESTRICTION,
    ),
    Service(
        "ReportCirculationStatusChange",
        UPDATE,
        initiation=(
            "MandatedAction?, ItemId, (UserId | AuthenticationInput+), (ItemReportedReturned | "
            "ItemReportedNeverBorrowed | ItemReportedLost | ItemReportedMissing), ItemElementType*, "
            "UserElementType*"
        ),
        success="ItemId, UserId?, ItemOptionalFields?, UserOptionalFields?",
    ),
    Service(
        "RequestItem",
        UPDATE,
        initiation=(
            "MandatedAction?, (UserId | AuthenticationInput+), (ItemId+ | (BibliographicId+, ItemId*)), "
            "RequestId?, RequestType, RequestScopeType, ItemOptionalFields?, ShippingInformation?, "
            "EarliestDateNeeded?, NeedBeforeDate?, PickupLocation?, PickupExpiryDate?, "
            "AcknowledgedFeeAmount?, PaidFeeAmount?, AcknowledgedItemUseRestrictionType*, ItemElementType*, "
            "UserElementType*"
        ),
        success=(
            "(ItemId | (RequestId, ItemId?)), UserId, RequestType, RequestScopeType, ShippingInformation?, "
            "DateAvailable?, HoldPickupDate?, FiscalTransactionInformation?, ItemOptionalFields?, "
            "UserOptionalFields?"
        ),
        beside_problems=_FEE_OR_RESTRICTION,
    ),
    Service(
        "CancelRequestItem",
        UPDATE,
        initiation=(
            "MandatedAction?, (UserId | AuthenticationInput+), (ItemId | (RequestId, ItemId?)), "
            "RequestType, RequestScopeType?, AcknowledgedFeeAmount?, PaidFeeAmount?, ItemElementType*, "
            "UserElementType*"
        ),
        success=(
            "(ItemId | (RequestId, ItemId?)), UserId, FiscalTransactionInformation?, ItemOptionalFields?, "
            "UserOptionalFields?"
        ),
    ),
    Service(
        "SendUserNotice",
        UPDATE,
        initiation="MandatedAction?, UserId, DateToSend?, UserNoticeDetails",
        success="UserId, (DateSent | DateWillSend)?",
    ),
    Service(
        "UpdateAgency",
        UPDATE,
        initiation="MandatedAction?, AgencyId, DeleteAgencyFields?, AddAgencyFields?",
        success="AgencyId",
    ),
    Service(
        "UpdateCirculationStatus",
        UPDATE,
        initiation="MandatedAction?, ItemId, CirculationStatus",
        success="ItemId",
    ),
    Service(
        "UpdateItem",
        UPDATE,
        initiation="MandatedAction?, ItemId, DeleteItemFields?, AddItemFields?",
        success="ItemId",
    ),
    Service(
        "UpdateRequestItem",
        UPDATE,
        initiation=(
            "MandatedAction?, (((UserId | AuthenticationInput+), ItemId, RequestType) | RequestId), "
            "DeleteRequestFields?, AddRequestFields?, ItemElementType*, UserElementType*"
        ),
        success=(
            "ItemId, UserId, RequestType, RequestScopeType, DateAvailable?, HoldPickupDate?, "
            "FiscalTransactionInformation?, ItemOptionalFields?, UserOptionalFields?"
        ),
        beside_problems=_FEE_OR_RESTRICTION,
    ),
    Service(
        "UpdateUser",
        UPDATE,
        initiation="MandatedAction?, (UserId | AuthenticationInput+), DeleteUserFields?, AddUserFields?",
        success="UserId",
    ),
    # --- notifications ------------------------------------------------------------------------------------
    Service(
        "AgencyCreated",
        NOTIFICATION,
        initiation=(
            "AgencyId, OrganizationNameInformation+, AgencyAddressInformation*, AuthenticationPrompt*, "
            "ApplicationProfileSupportedType*, ConsortiumAgreement*, AgencyUserPrivilegeType*"
        ),
    ),
    Service(
        "AgencyUpdated",
        NOTIFICATION,
        initiation="AgencyId, DeleteAgencyFields?, AddAgencyFields?",
    ),
    Service(
        "CirculationStatusChangeReported",
        NOTIFICATION,
        initiation=(
            "ItemId, UserId, (ItemReportedReturned | ItemReportedNeverBorrowed | ItemReportedLost | "
            "ItemReportedMissing), ItemOptionalFields?, UserOptionalFields?, FiscalTransactionInformation?"
        ),
    ),
    Service(
        "CirculationStatusUpdated",
        NOTIFICATION,
        initiation="ItemId, CirculationStatus",
    ),
    Service(
        "ItemCheckedIn",
        NOTIFICATION,
        initiation=(
            "UserId?, ItemId, RoutingInformation?, FiscalTransactionInformation?, ItemOptionalFields?, "
            "UserOptionalFields?"
        ),
    ),
    Service(
        "ItemCheckedOut",
        NOTIFICATION,
        initiation=(
            "UserId, ItemId, RequestId?, (DateDue | IndeterminateLoanPeriodFlag | NonReturnableFlag), "
            "ElectronicResourceProvidedFlag?, RenewalCount?, FiscalTransactionInformation?, "
            "ShippingInformation?, ItemOptionalFields?, UserOptionalFields?"
        ),
    ),
    Service(
        "ItemCreated",
        NOTIFICATION,
        initiation=(
            "ItemId, RequestId?, BibliographicDescription, ItemUseRestrictionType*, CirculationStatus?, "
            "ItemDescription?, Location*, PhysicalCondition?, SecurityMarker?, SensitizationFlag?"
        ),
    ),
    Service(
        "ItemRecallCancelled",
        NOTIFICATION,
        initiation="UserId?, ItemId, FiscalTransactionInformation?, ItemOptionalFields?, UserOptionalFields?",
    ),
    Service(
        "ItemRecalled",
        NOTIFICATION,
        initiation="UserId?, ItemId, DateDue, ShippingInformation?, ItemOptionalFields?, UserOptionalFields?",
    ),
    Service(
        "ItemReceived",
        NOTIFICATION,
        initiation="ItemId, UserId?, RequestId?, DateReceived, ItemOptionalFields?, UserOptionalFields?",
    ),
    Service(
        "ItemRenewed",
        NOTIFICATION,
        initiation=(
            "UserId?, ItemId, DateDue, RenewalCount?, FiscalTransactionInformation?, ItemOptionalFields?, "
            "UserOptionalFields?"
        ),
    ),
    Service(
        "ItemRequestCancelled",
        NOTIFICATION,
        initiation=(
            "UserId, (ItemId | (RequestId, ItemId?)), RequestType, RequestScopeType?, "
            "FiscalTransactionInformation?, ItemOptionalFields?, UserOptionalFields?"
        ),
    ),
    Service(
        "ItemRequestUpdated",
        NOTIFICATION,
        initiation=(
            "((UserId, ItemId, RequestType) | RequestId), DeleteRequestFields?, AddRequestFields?, "
            "ItemOptionalFields?, UserOptionalFields?"
        ),
    ),
    Service(
        "ItemRequested",
        NOTIFICATION,
        initiation=(
            "UserId, (ItemId | (BibliographicId, RequestId)), RequestType, RequestScopeType, "
            "ShippingInformation?, EarliestDateNeeded?, NeedBeforeDate?, PickupLocation?, "
            "PickupExpiryDate?, DateOfUserRequest?, DateAvailable?, ItemOptionalFields?, "
            "UserOptionalFields?"
        ),
    ),
    Service(
        "ItemShipped",
        NOTIFICATION,
        initiation=(
            "(ItemId | (RequestId, ItemId?)), UserId?, DateShipped, ShippingInformation, "
            "ItemOptionalFields?, UserOptionalFields?"
        ),
    ),
    Service(
        "ItemUpdated",
        NOTIFICATION,
        initiation="ItemId, DeleteItemFields?, AddItemFields?",
    ),
    Service(
        "UserCreated",
        NOTIFICATION,
        initiation=(
            "UserId, NameInformation, UserAddressInformation*, DateOfBirth?, UserLanguage*, UserPrivilege*, "
            "BlockOrTrap*"
        ),
    ),
    Service(
        "UserFiscalTransactionCreated",
        NOTIFICATION,
        initiation="UserId, FiscalTransactionInformation",
    ),
    Service(
        "UserNoticeSent",
        NOTIFICATION,
        initiation="UserId, DateSent, UserNoticeDetails",
    ),
    Service(
        "UserUpdated",
        NOTIFICATION,
        initiation="UserId, DeleteUserFields?, AddUserFields?",
    ),
)

SERVICES: Final[Mapping[str, Service]] = {each.name: each for each in _SERVICES}
"""By the names of their initiation messages."""

OF_RESPONSE: Final[Mapping[str, Service]] = {each.response: each for each in _SERVICES}
"""By the names of their responses."""
