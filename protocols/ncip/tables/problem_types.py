"""Why a message or a service came to nothing: Z39.83-1, processing and messaging errors.

Version 2 lets any text be a problem type; these are the ones that the standard lists, which version 1 kept in schemes.
"""

from collections.abc import Mapping
from typing import Final

from softdock.circulation.words import Word


class ProblemType(Word):
    """The words of ProblemType, as everybody spells them."""

    INVALID_MESSAGE_SYNTAX_ERROR = "Invalid Message Syntax Error"
    PROTOCOL_ERROR = "Protocol Error"
    UNKNOWN_ELEMENT = "Unknown Element"
    UNKNOWN_SCHEME = "Unknown Scheme"
    UNKNOWN_SERVICE = "Unknown Service"
    UNKNOWN_VALUE_FROM_KNOWN_SCHEME = "Unknown Value From Known Scheme"

    AGENCY_AUTHENTICATION_FAILED = "Agency Authentication Failed"
    INVALID_AMOUNT = "Invalid Amount"
    INVALID_DATE = "Invalid Date"
    NEEDED_DATA_MISSING = "Needed Data Missing"
    SYSTEM_AUTHENTICATION_FAILED = "System Authentication Failed"
    TEMPORARY_PROCESSING_FAILURE = "Temporary Processing Failure"
    UNAUTHORIZED_COMBINATION_OF_ELEMENT_VALUES_FOR_AGENCY = (
        "Unauthorized Combination Of Element Values For Agency"
    )
    UNAUTHORIZED_COMBINATION_OF_ELEMENT_VALUES_FOR_SYSTEM = (
        "Unauthorized Combination Of Element Values For System"
    )
    UNAUTHORIZED_SERVICE_FOR_AGENCY = "Unauthorized Service For Agency"
    UNAUTHORIZED_SERVICE_FOR_SYSTEM = "Unauthorized Service For System"
    UNKNOWN_AGENCY = "Unknown Agency"
    UNKNOWN_SYSTEM = "Unknown System"
    UNSUPPORTED_SERVICE = "Unsupported Service"

    ACCOUNT_ACCESS_DENIED = "Account Access Denied"
    AGENCY_ACCESS_DENIED = "Agency Access Denied"
    CANNOT_ACCEPT_ITEM = "Cannot Accept Item"
    CANNOT_GUARANTEE_RESTRICTIONS_ON_USE = "Cannot Guarantee Restrictions On Use"
    DUPLICATE_AGENCY = "Duplicate Agency"
    DUPLICATE_FISCAL_TRANSACTION = "Duplicate Fiscal Transaction"
    DUPLICATE_ITEM = "Duplicate Item"
    DUPLICATE_REQUEST = "Duplicate Request"
    DUPLICATE_USER = "Duplicate User"
    ELEMENT_RULE_VIOLATED = "Element Rule Violated"
    ITEM_ACCESS_DENIED = "Item Access Denied"
    ITEM_CANNOT_BE_RECALLED = "Item Cannot Be Recalled"
    ITEM_DOES_NOT_CIRCULATE = "Item Does Not Circulate"
    ITEM_NOT_AVAILABLE_BY_NEED_BEFORE_DATE = "Item Not Available By Need Before Date"
    ITEM_NOT_CHECKED_OUT = "Item Not Checked Out"
    ITEM_NOT_CHECKED_OUT_TO_THIS_USER = "Item Not Checked Out To This User"
    ITEM_NOT_RENEWABLE = "Item Not Renewable"
    MAXIMUM_CHECK_OUTS_EXCEEDED = "Maximum Check Outs Exceeded"
    MAXIMUM_RENEWALS_EXCEEDED = "Maximum Renewals Exceeded"
    NON_UNIQUE_ITEM = "Non-Unique Item"
    NON_UNIQUE_REQUEST = "Non-Unique Request"
    NON_UNIQUE_USER = "Non-Unique User"
    RECALL_CANNOT_BE_CANCELLED_AT_THIS_TIME = "Recall Cannot Be Cancelled At This Time"
    RENEWAL_NOT_ALLOWED_ITEM_HAS_OUTSTANDING_REQUESTS = "Renewal Not Allowed - Item Has Outstanding Requests"
    REQUEST_ALREADY_PROCESSED = "Request Already Processed"
    RESOURCE_CANNOT_BE_PROVIDED = "Resource Cannot Be Provided"
    UNABLE_TO_ADD_ELEMENT = "Unable To Add Element"
    UNABLE_TO_DELETE_ELEMENT = "Unable To Delete Element"
    UNKNOWN_ITEM = "Unknown Item"
    UNKNOWN_REQUEST = "Unknown Request"
    UNKNOWN_USER = "Unknown User"
    UNSUPPORTED_NOTICE = "Unsupported Notice"
    UNSUPPORTED_SHIPPING_ADDRESS_TYPE = "Unsupported Shipping Address Type"
    USER_ACCESS_DENIED = "User Access Denied"
    USER_AUTHENTICATION_FAILED = "User Authentication Failed"
    USER_BLOCKED = "User Blocked"
    USER_INELIGIBLE_TO_CHECK_OUT_THIS_ITEM = "User Ineligible To Check Out This Item"
    USER_INELIGIBLE_TO_RENEW_THIS_ITEM = "User Ineligible To Renew This Item"
    USER_INELIGIBLE_TO_REQUEST_THIS_ITEM = "User Ineligible To Request This Item"


_P = ProblemType

MESSAGING: Final = (
    _P.INVALID_MESSAGE_SYNTAX_ERROR,
    _P.PROTOCOL_ERROR,
    _P.UNKNOWN_ELEMENT,
    _P.UNKNOWN_SCHEME,
    _P.UNKNOWN_SERVICE,
    _P.UNKNOWN_VALUE_FROM_KNOWN_SCHEME,
)
"""What may be wrong with any message.  Version 2 no longer lists Unknown Service."""

GENERAL: Final = (
    _P.AGENCY_AUTHENTICATION_FAILED,
    _P.INVALID_AMOUNT,
    _P.INVALID_DATE,
    _P.NEEDED_DATA_MISSING,
    _P.SYSTEM_AUTHENTICATION_FAILED,
    _P.TEMPORARY_PROCESSING_FAILURE,
    _P.UNAUTHORIZED_COMBINATION_OF_ELEMENT_VALUES_FOR_AGENCY,
    _P.UNAUTHORIZED_COMBINATION_OF_ELEMENT_VALUES_FOR_SYSTEM,
    _P.UNAUTHORIZED_SERVICE_FOR_AGENCY,
    _P.UNAUTHORIZED_SERVICE_FOR_SYSTEM,
    _P.UNKNOWN_AGENCY,
    _P.UNKNOWN_SYSTEM,
    _P.UNSUPPORTED_SERVICE,
)
"""What may be in the way of any service."""

OF_SERVICE: Final[Mapping[str, tuple[ProblemType, ...]]] = {
    "AcceptItem": (
        _P.CANNOT_ACCEPT_ITEM,
        _P.CANNOT_GUARANTEE_RESTRICTIONS_ON_USE,
        _P.ELEMENT_RULE_VIOLATED,
        _P.UNKNOWN_ITEM,
        _P.UNKNOWN_REQUEST,
        _P.UNKNOWN_USER,
        _P.USER_INELIGIBLE_TO_CHECK_OUT_THIS_ITEM,
    ),
    "AuthenticateUser": (
        _P.ELEMENT_RULE_VIOLATED,
        _P.NON_UNIQUE_USER,
        _P.UNKNOWN_USER,
        _P.USER_ACCESS_DENIED,
        _P.USER_AUTHENTICATION_FAILED,
    ),
    "CancelRecallItem": (
        _P.ITEM_NOT_CHECKED_OUT,
        _P.RECALL_CANNOT_BE_CANCELLED_AT_THIS_TIME,
        _P.UNKNOWN_ITEM,
    ),
    "CancelRequestItem": (
        _P.ELEMENT_RULE_VIOLATED,
        _P.REQUEST_ALREADY_PROCESSED,
        _P.UNKNOWN_ITEM,
        _P.UNKNOWN_REQUEST,
        _P.UNKNOWN_USER,
        _P.USER_AUTHENTICATION_FAILED,
    ),
    "CheckInItem": (_P.ITEM_NOT_CHECKED_OUT, _P.UNKNOWN_ITEM),
    "CheckOutItem": (
        _P.ITEM_DOES_NOT_CIRCULATE,
        _P.MAXIMUM_CHECK_OUTS_EXCEEDED,
        _P.RESOURCE_CANNOT_BE_PROVIDED,
        _P.UNKNOWN_ITEM,
        _P.UNKNOWN_REQUEST,
        _P.UNKNOWN_USER,
        _P.UNSUPPORTED_SHIPPING_ADDRESS_TYPE,
        _P.USER_AUTHENTICATION_FAILED,
        _P.USER_BLOCKED,
        _P.USER_INELIGIBLE_TO_CHECK_OUT_THIS_ITEM,
    ),
    "CreateAgency": (_P.DUPLICATE_AGENCY, _P.ELEMENT_RULE_VIOLATED),
    "CreateItem": (_P.DUPLICATE_ITEM, _P.ELEMENT_RULE_VIOLATED),
    "CreateUser": (_P.DUPLICATE_USER, _P.ELEMENT_RULE_VIOLATED, _P.USER_AUTHENTICATION_FAILED),
    "CreateUserFiscalTransaction": (
        _P.ACCOUNT_ACCESS_DENIED,
        _P.DUPLICATE_FISCAL_TRANSACTION,
        _P.ELEMENT_RULE_VIOLATED,
        _P.UNABLE_TO_ADD_ELEMENT,
        _P.UNKNOWN_ITEM,
        _P.UNKNOWN_REQUEST,
        _P.UNKNOWN_USER,
        _P.USER_ACCESS_DENIED,
        _P.USER_AUTHENTICATION_FAILED,
    ),
    "LookupAgency": (_P.AGENCY_ACCESS_DENIED, _P.ELEMENT_RULE_VIOLATED),
    "LookupItem": (_P.ELEMENT_RULE_VIOLATED, _P.ITEM_ACCESS_DENIED, _P.NON_UNIQUE_ITEM, _P.UNKNOWN_ITEM),
    "LookupRequest": (_P.NON_UNIQUE_REQUEST, _P.UNKNOWN_REQUEST),
    "LookupUser": (
        _P.ELEMENT_RULE_VIOLATED,
        _P.NON_UNIQUE_USER,
        _P.UNKNOWN_USER,
        _P.USER_ACCESS_DENIED,
        _P.USER_AUTHENTICATION_FAILED,
    ),
    "RecallItem": (
        _P.ITEM_CANNOT_BE_RECALLED,
        _P.ITEM_NOT_CHECKED_OUT,
        _P.UNKNOWN_ITEM,
        _P.UNSUPPORTED_SHIPPING_ADDRESS_TYPE,
    ),
    "RenewItem": (
        _P.ITEM_NOT_CHECKED_OUT,
        _P.ITEM_NOT_RENEWABLE,
        _P.MAXIMUM_RENEWALS_EXCEEDED,
        _P.RENEWAL_NOT_ALLOWED_ITEM_HAS_OUTSTANDING_REQUESTS,
        _P.UNKNOWN_ITEM,
        _P.UNKNOWN_USER,
        _P.USER_AUTHENTICATION_FAILED,
        _P.USER_BLOCKED,
        _P.USER_INELIGIBLE_TO_RENEW_THIS_ITEM,
    ),
    "ReportCirculationStatusChange": (
        _P.ELEMENT_RULE_VIOLATED,
        _P.ITEM_NOT_CHECKED_OUT_TO_THIS_USER,
        _P.UNKNOWN_ITEM,
        _P.UNKNOWN_USER,
        _P.USER_AUTHENTICATION_FAILED,
    ),
    "RequestItem": (
        _P.DUPLICATE_REQUEST,
        _P.ELEMENT_RULE_VIOLATED,
        _P.ITEM_DOES_NOT_CIRCULATE,
        _P.ITEM_NOT_AVAILABLE_BY_NEED_BEFORE_DATE,
        _P.UNKNOWN_ITEM,
        _P.UNKNOWN_USER,
        _P.USER_AUTHENTICATION_FAILED,
        _P.USER_BLOCKED,
        _P.USER_INELIGIBLE_TO_REQUEST_THIS_ITEM,
    ),
    "SendUserNotice": (
        _P.ELEMENT_RULE_VIOLATED,
        _P.ITEM_NOT_CHECKED_OUT,
        _P.UNKNOWN_ITEM,
        _P.UNKNOWN_USER,
        _P.UNSUPPORTED_NOTICE,
    ),
    "UndoCheckOutItem": (_P.UNKNOWN_ITEM, _P.UNKNOWN_USER, _P.USER_AUTHENTICATION_FAILED),
    "UpdateAgency": (
        _P.AGENCY_ACCESS_DENIED,
        _P.ELEMENT_RULE_VIOLATED,
        _P.UNABLE_TO_ADD_ELEMENT,
        _P.UNABLE_TO_DELETE_ELEMENT,
    ),
    "UpdateCirculationStatus": (
        _P.ELEMENT_RULE_VIOLATED,
        _P.ITEM_ACCESS_DENIED,
        _P.UNABLE_TO_ADD_ELEMENT,
        _P.UNABLE_TO_DELETE_ELEMENT,
        _P.UNKNOWN_ITEM,
    ),
    "UpdateItem": (
        _P.ELEMENT_RULE_VIOLATED,
        _P.ITEM_ACCESS_DENIED,
        _P.UNABLE_TO_ADD_ELEMENT,
        _P.UNABLE_TO_DELETE_ELEMENT,
        _P.UNKNOWN_ITEM,
    ),
    "UpdateRequestItem": (
        _P.ELEMENT_RULE_VIOLATED,
        _P.ITEM_ACCESS_DENIED,
        _P.UNABLE_TO_ADD_ELEMENT,
        _P.UNABLE_TO_DELETE_ELEMENT,
        _P.UNKNOWN_ITEM,
        _P.UNKNOWN_REQUEST,
        _P.UNKNOWN_USER,
        _P.USER_AUTHENTICATION_FAILED,
    ),
    "UpdateUser": (
        _P.ELEMENT_RULE_VIOLATED,
        _P.UNABLE_TO_ADD_ELEMENT,
        _P.UNABLE_TO_DELETE_ELEMENT,
        _P.UNKNOWN_USER,
        _P.USER_ACCESS_DENIED,
        _P.USER_AUTHENTICATION_FAILED,
    ),
}
"""What may be in the way of one service, by its name.  The standard has no list for those that are missing here."""

_SCHEMES: Final = "http://www.niso.org/ncip/v1_0/schemes/"
_PROCESSING: Final = _SCHEMES + "processingerrortype/"

MESSAGING_SCHEME: Final = _SCHEMES + "messagingerrortype/messagingerrortype.scm"
GENERAL_SCHEME: Final = _PROCESSING + "generalprocessingerror.scm"


def scheme_of(problem: ProblemType, service: str = "") -> str:
    """The URI of the list that has `problem`, told of `service`.

    >>> scheme_of(ProblemType.UNKNOWN_ITEM, "CheckOutItem")
    'http://www.niso.org/ncip/v1_0/schemes/processingerrortype/checkoutitemprocessingerror.scm'
    """
    if problem in MESSAGING:
        return MESSAGING_SCHEME
    if problem not in GENERAL and problem in OF_SERVICE.get(service, ()):
        return f"{_PROCESSING}{service.lower()}processingerror.scm"
    return GENERAL_SCHEME
