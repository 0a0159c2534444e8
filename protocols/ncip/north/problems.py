"""Why not, in NCIP's words: each reason as one of the problem types that the standard lists for the service.

A reason has several words that would do, the most telling first; the first of them that the service has is taken.
What none of them fits ends as the service's own general refusal.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.tables.problem_types import GENERAL, MESSAGING, ProblemType
from softdock.protocols.ncip.tables.services import SERVICES

P = ProblemType


class Trouble(Exception):
    """The service comes to nothing: these problems answer it, and what may go along with them."""

    def __init__(self, *problems: Element, beside: Sequence[Element] = ()) -> None:
        super().__init__(*(each.value("ProblemType") for each in problems))
        self.problems = problems
        self.beside = beside


def problem(kind: ProblemType, detail: str = "", element: str = "", value: str = "") -> Element:
    """A Problem; `value` is never a secret, and neither is `detail`."""
    parts = (
        ("ProblemType", kind.value),
        ("ProblemDetail", detail),
        ("ProblemElement", element),
        ("ProblemValue", value),
    )
    return Element("Problem", children=[Element(name, text) for name, text in parts if text])


def trouble(kind: ProblemType, detail: str = "", element: str = "", value: str = "") -> Trouble:
    """A `Trouble` with one problem."""
    return Trouble(problem(kind, detail, element, value))


_USER: Final = (P.USER_BLOCKED, P.USER_INELIGIBLE_TO_CHECK_OUT_THIS_ITEM, P.USER_INELIGIBLE_TO_RENEW_THIS_ITEM,
                P.USER_INELIGIBLE_TO_REQUEST_THIS_ITEM, P.USER_ACCESS_DENIED, P.ELEMENT_RULE_VIOLATED)  # fmt: skip
_INELIGIBLE: Final = (P.USER_INELIGIBLE_TO_CHECK_OUT_THIS_ITEM, P.USER_INELIGIBLE_TO_RENEW_THIS_ITEM,
                      P.USER_INELIGIBLE_TO_REQUEST_THIS_ITEM)  # fmt: skip
_PIN: Final = (P.USER_AUTHENTICATION_FAILED, P.UNKNOWN_USER, P.UNKNOWN_REQUEST, P.NEEDED_DATA_MISSING)
_AWAY: Final = (P.TEMPORARY_PROCESSING_FAILURE,)
_RULE: Final = (P.ELEMENT_RULE_VIOLATED, P.RESOURCE_CANNOT_BE_PROVIDED)

WORDS: Final[Mapping[Reason, Sequence[ProblemType]]] = {
    Reason.PATRON_UNKNOWN: (P.UNKNOWN_USER,),
    Reason.PATRON_AMBIGUOUS: (P.NON_UNIQUE_USER, P.UNKNOWN_USER),
    Reason.CARD_LOST: _USER,
    Reason.CARD_EXPIRED: _USER,
    Reason.PATRON_BLOCKED: _USER,
    Reason.PATRON_EXISTS: (P.DUPLICATE_USER, P.ELEMENT_RULE_VIOLATED),
    Reason.PATRON_IN_USE: (P.ELEMENT_RULE_VIOLATED, P.USER_ACCESS_DENIED),
    Reason.PIN_REQUIRED: (P.USER_AUTHENTICATION_FAILED, P.UNKNOWN_USER, P.NEEDED_DATA_MISSING),
    Reason.PIN_WRONG: _PIN,
    Reason.PIN_NOT_SET: _PIN,
    Reason.PIN_TRY_LATER: _PIN,
    Reason.TOO_MANY_LOANS: (P.MAXIMUM_CHECK_OUTS_EXCEEDED, *_USER),
    Reason.TOO_MANY_HOLDS: (*_INELIGIBLE, *_USER),
    Reason.TOO_MANY_OVERDUE: _USER,
    Reason.TOO_MANY_FEES: _USER,
    Reason.CHECKOUT_DENIED: _USER,
    Reason.RENEWAL_DENIED: _USER,
    Reason.HOLD_DENIED: _USER,
    Reason.ITEM_UNKNOWN: (P.UNKNOWN_ITEM,),
    Reason.ITEM_AMBIGUOUS: (P.NON_UNIQUE_ITEM, P.UNKNOWN_ITEM),
    Reason.ITEM_NOT_LENDABLE: (P.ITEM_DOES_NOT_CIRCULATE, P.ITEM_NOT_RENEWABLE, P.CANNOT_ACCEPT_ITEM, *_RULE),
    Reason.ITEM_LENT_TO_ANOTHER: (P.ITEM_NOT_CHECKED_OUT_TO_THIS_USER, P.RESOURCE_CANNOT_BE_PROVIDED, *_INELIGIBLE, *_RULE),
    Reason.ITEM_ON_HOLD: (P.RESOURCE_CANNOT_BE_PROVIDED, *_INELIGIBLE, *_RULE),
    Reason.ITEM_NOT_LENT: (P.ITEM_NOT_CHECKED_OUT, P.ITEM_NOT_CHECKED_OUT_TO_THIS_USER, P.ELEMENT_RULE_VIOLATED, P.UNKNOWN_ITEM),
    Reason.ITEM_NOT_LENT_TO_PATRON: (P.ITEM_NOT_CHECKED_OUT_TO_THIS_USER, P.ITEM_NOT_CHECKED_OUT, *_INELIGIBLE, P.UNKNOWN_ITEM),
    Reason.ITEM_BELONGS_ELSEWHERE: (P.RESOURCE_CANNOT_BE_PROVIDED, P.ITEM_ACCESS_DENIED, P.ITEM_DOES_NOT_CIRCULATE, P.UNKNOWN_ITEM),
    Reason.ITEM_NOT_RECALLABLE: (P.ITEM_CANNOT_BE_RECALLED, P.ELEMENT_RULE_VIOLATED),
    Reason.ITEM_NOT_RECALLED: (P.RECALL_CANNOT_BE_CANCELLED_AT_THIS_TIME, P.ELEMENT_RULE_VIOLATED),
    Reason.ITEM_EXISTS: (P.DUPLICATE_ITEM, P.CANNOT_ACCEPT_ITEM, P.ELEMENT_RULE_VIOLATED),
    Reason.ITEM_IN_USE: (P.ITEM_ACCESS_DENIED, P.ELEMENT_RULE_VIOLATED),
    Reason.ALREADY_LENT: (P.RESOURCE_CANNOT_BE_PROVIDED, *_INELIGIBLE, *_RULE),
    Reason.TOO_MANY_RENEWALS: (P.MAXIMUM_RENEWALS_EXCEEDED, *_USER),
    Reason.RENEWAL_ITEM_ON_HOLD: (P.RENEWAL_NOT_ALLOWED_ITEM_HAS_OUTSTANDING_REQUESTS, P.RESOURCE_CANNOT_BE_PROVIDED, *_INELIGIBLE),
    Reason.THIRD_PARTY_NOT_ALLOWED: (*_INELIGIBLE, *_USER),
    Reason.NOTHING_TO_RENEW: (P.ITEM_NOT_CHECKED_OUT, P.ITEM_NOT_RENEWABLE),
    Reason.SOME_NOT_RENEWED: (P.ITEM_NOT_RENEWABLE,),
    Reason.TITLE_UNKNOWN: (P.UNKNOWN_ITEM,),
    Reason.HOLD_EXISTS: (P.DUPLICATE_REQUEST, P.CANNOT_ACCEPT_ITEM, P.ELEMENT_RULE_VIOLATED),
    Reason.HOLD_UNKNOWN: (P.UNKNOWN_REQUEST, P.UNKNOWN_ITEM),
    Reason.HOLD_AMBIGUOUS: (P.NON_UNIQUE_REQUEST, P.UNKNOWN_REQUEST),
    Reason.HOLD_ENDED: (P.REQUEST_ALREADY_PROCESSED, P.UNKNOWN_REQUEST),
    Reason.HOLD_ITEM_LENT_TO_PATRON: (P.USER_INELIGIBLE_TO_REQUEST_THIS_ITEM, *_RULE),
    Reason.HOLD_DATE_PAST: (P.ITEM_NOT_AVAILABLE_BY_NEED_BEFORE_DATE, P.INVALID_DATE),
    Reason.FEE_NOT_ACKNOWLEDGED: (*_INELIGIBLE, P.ELEMENT_RULE_VIOLATED),
    Reason.FEE_UNKNOWN: (P.ELEMENT_RULE_VIOLATED, P.ACCOUNT_ACCESS_DENIED),
    Reason.FEE_EXISTS: (P.DUPLICATE_FISCAL_TRANSACTION, P.ELEMENT_RULE_VIOLATED),
    Reason.AMOUNT_INVALID: (P.INVALID_AMOUNT,),
    Reason.AMOUNT_TOO_HIGH: (P.INVALID_AMOUNT,),
    Reason.CURRENCY_WRONG: (P.INVALID_AMOUNT,),
    Reason.NOTHING_TO_UNDO: (P.ITEM_NOT_CHECKED_OUT, P.UNKNOWN_ITEM),
    Reason.VALUE_NOT_KEPT: (P.UNABLE_TO_ADD_ELEMENT, P.ELEMENT_RULE_VIOLATED),
    Reason.VALUE_NOT_THERE: (P.UNABLE_TO_DELETE_ELEMENT, P.ELEMENT_RULE_VIOLATED),
    Reason.REQUEST_INCOMPLETE: (P.NEEDED_DATA_MISSING,),
    Reason.NOT_LOGGED_IN: (P.AGENCY_AUTHENTICATION_FAILED,),
    Reason.NOT_ALLOWED: (P.UNAUTHORIZED_SERVICE_FOR_AGENCY,),
    Reason.INSTITUTION_WRONG: (P.UNKNOWN_AGENCY,),
    Reason.NOT_SUPPORTED: (P.UNSUPPORTED_SERVICE,),
    Reason.DOWNTIME: _AWAY,
    Reason.SYSTEM_UNAVAILABLE: _AWAY,
    Reason.SYSTEM_BUSY: _AWAY,
    Reason.DECLINED: (*_INELIGIBLE, P.ITEM_NOT_RENEWABLE, P.CANNOT_ACCEPT_ITEM, P.ITEM_CANNOT_BE_RECALLED,
                      P.ACCOUNT_ACCESS_DENIED, *_RULE),
    Reason.BEING_PROCESSED: _AWAY,
    Reason.JOURNAL_AWAY: _AWAY,
    Reason.OUTCOME_UNKNOWN: _AWAY,
}  # fmt: skip

_THE_USER: Final = (("UserId", "UserIdentifierValue"), ("AuthenticationInput",))
_THE_ITEM: Final = (("ItemId", "ItemIdentifierValue"),)
_THE_REQUEST: Final = (("RequestId", "RequestIdentifierValue"),)
_THE_AMOUNT: Final = (
    ("FiscalTransactionInformation", "Amount", "MonetaryValue"), ("PaidFeeAmount", "MonetaryValue"),
)  # fmt: skip

ABOUT: Final[Mapping[Reason, Sequence[tuple[str, ...]]]] = {
    **dict.fromkeys((Reason.PATRON_UNKNOWN, Reason.PATRON_AMBIGUOUS, Reason.PATRON_EXISTS), _THE_USER),
    **dict.fromkeys(
        (Reason.PIN_REQUIRED, Reason.PIN_WRONG, Reason.PIN_NOT_SET, Reason.PIN_TRY_LATER),
        (("AuthenticationInput",),),
    ),
    **dict.fromkeys((Reason.ITEM_UNKNOWN, Reason.ITEM_AMBIGUOUS, Reason.ITEM_EXISTS), _THE_ITEM),
    Reason.TITLE_UNKNOWN: (
        ("BibliographicId", "BibliographicRecordId", "BibliographicRecordIdentifier"),
        ("BibliographicId", "BibliographicItemId", "BibliographicItemIdentifier"),
    ),
    **dict.fromkeys((Reason.HOLD_UNKNOWN, Reason.HOLD_AMBIGUOUS, Reason.HOLD_ENDED), (*_THE_REQUEST, *_THE_ITEM)),
    Reason.HOLD_DATE_PAST: (("NeedBeforeDate",), ("PickupExpiryDate",)),
    Reason.FEE_UNKNOWN: (
        ("FiscalTransactionInformation", "RelatedFiscalTransactionReferenceId", "FiscalTransactionIdentifierValue"),
    ),
    Reason.FEE_EXISTS: (
        ("FiscalTransactionInformation", "FiscalTransactionReferenceId", "FiscalTransactionIdentifierValue"),
    ),
    **dict.fromkeys((Reason.AMOUNT_INVALID, Reason.AMOUNT_TOO_HIGH), _THE_AMOUNT),
    Reason.CURRENCY_WRONG: (("FiscalTransactionInformation", "Amount", "CurrencyCode"), ("PaidFeeAmount", "CurrencyCode")),
}  # fmt: skip
"""Which element of a request a reason is about: the first of these paths that the request has."""

_ANYWHERE: Final = frozenset((*GENERAL, *MESSAGING))
_OBVIOUS: Final = (P.UNKNOWN_ITEM, P.UNKNOWN_USER, P.UNKNOWN_REQUEST, P.NON_UNIQUE_ITEM, P.NON_UNIQUE_USER,
                   P.USER_AUTHENTICATION_FAILED, P.ITEM_NOT_CHECKED_OUT, P.ELEMENT_RULE_VIOLATED, P.ITEM_ACCESS_DENIED,
                   P.USER_ACCESS_DENIED)  # fmt: skip
"""What a service may say that the standard has no list for."""


_REFUSALS: Final = (
    P.ELEMENT_RULE_VIOLATED,
    P.RESOURCE_CANNOT_BE_PROVIDED,
    P.ITEM_NOT_RENEWABLE,
    P.ITEM_CANNOT_BE_RECALLED,
    P.RECALL_CANNOT_BE_CANCELLED_AT_THIS_TIME,
    P.UNKNOWN_REQUEST,
)
"""How a service says no in general: by the first of these that it has."""


_AS_USUAL: Final[Mapping[Reason, Sequence[ProblemType]]] = {}


def problem_type(
    reason: Reason, service: str, agreed: Mapping[Reason, Sequence[ProblemType]] = _AS_USUAL
) -> ProblemType:
    """The word for `reason` under `service`: one that is `agreed`, if the service has it, before the customary."""
    own: Sequence[ProblemType] = SERVICES[service].problems or _OBVIOUS
    for each in (*agreed[reason], *WORDS[reason]) if reason in agreed else WORDS[reason]:
        if each in own or each in _ANYWHERE:
            return each
    return next((each for each in _REFUSALS if each in own), P.TEMPORARY_PROCESSING_FAILURE)


_UNKNOWN: Final[Mapping[str, Sequence[ProblemType]]] = {
    **dict.fromkeys(("UserIdentifierValue", "AuthenticationInputData"), (P.UNKNOWN_USER, P.UNKNOWN_REQUEST)),
    **dict.fromkeys(("ItemIdentifierValue", "BibliographicId"), (P.UNKNOWN_ITEM, P.UNKNOWN_REQUEST)),
    "RequestIdentifierValue": (P.UNKNOWN_REQUEST, P.UNKNOWN_ITEM),
}


def listed(problem: Element, service: str) -> Element:
    """`problem` in a word of `service`: where none of its words is for a broken rule, a bad identifier is unknown."""
    own = SERVICES[service].problems
    kind, *rest = problem.children
    if kind.text != P.ELEMENT_RULE_VIOLATED.value or P.ELEMENT_RULE_VIOLATED in own:
        return problem
    for each in _UNKNOWN.get(problem.value("ProblemElement"), ()):
        if each in (own or _OBVIOUS):
            return Element("Problem", children=[Element("ProblemType", each.value), *rest])
    return problem
