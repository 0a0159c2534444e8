"""Why a system said no: its problems as reasons of the vocabulary (Z39.83-1, processing errors).

Tried in order: the rules of the system's profile; what the standard means by the type; for a type that the standard has
not, or an empty one, what people write in its place; and in the end nothing that is known, with the system's own text.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from softdock.circulation.errors import (
    AnswerLost,
    LibrarySystemError,
    Misconfigured,
    SystemUnavailable,
    Unsupported,
)
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.south.dialect import SystemDialect
from softdock.protocols.ncip.south.system import LONGEST_NOTE
from softdock.protocols.ncip.tables.problem_types import ProblemType
from softdock.protocols.ncip.tables.services import SERVICES, ServiceKind
from softdock.protocols.ncip.value_lists import folded

P = ProblemType

MEANING: Final[Mapping[ProblemType, Reason]] = {
    P.ACCOUNT_ACCESS_DENIED: Reason.DECLINED,
    P.CANNOT_ACCEPT_ITEM: Reason.DECLINED,
    P.CANNOT_GUARANTEE_RESTRICTIONS_ON_USE: Reason.DECLINED,
    P.DUPLICATE_FISCAL_TRANSACTION: Reason.FEE_EXISTS,
    P.DUPLICATE_ITEM: Reason.ITEM_EXISTS,
    P.DUPLICATE_REQUEST: Reason.HOLD_EXISTS,
    P.DUPLICATE_USER: Reason.PATRON_EXISTS,
    P.ELEMENT_RULE_VIOLATED: Reason.DECLINED,
    P.INVALID_AMOUNT: Reason.AMOUNT_INVALID,
    P.INVALID_DATE: Reason.DECLINED,
    P.ITEM_ACCESS_DENIED: Reason.DECLINED,
    P.ITEM_CANNOT_BE_RECALLED: Reason.ITEM_NOT_RECALLABLE,
    P.ITEM_DOES_NOT_CIRCULATE: Reason.ITEM_NOT_LENDABLE,
    P.ITEM_NOT_AVAILABLE_BY_NEED_BEFORE_DATE: Reason.HOLD_DATE_PAST,
    P.ITEM_NOT_CHECKED_OUT: Reason.ITEM_NOT_LENT,
    P.ITEM_NOT_CHECKED_OUT_TO_THIS_USER: Reason.ITEM_NOT_LENT_TO_PATRON,
    P.ITEM_NOT_RENEWABLE: Reason.DECLINED,
    P.MAXIMUM_CHECK_OUTS_EXCEEDED: Reason.TOO_MANY_LOANS,
    P.MAXIMUM_RENEWALS_EXCEEDED: Reason.TOO_MANY_RENEWALS,
    P.NEEDED_DATA_MISSING: Reason.REQUEST_INCOMPLETE,
    P.NON_UNIQUE_ITEM: Reason.ITEM_AMBIGUOUS,
    P.NON_UNIQUE_REQUEST: Reason.HOLD_AMBIGUOUS,
    P.NON_UNIQUE_USER: Reason.PATRON_AMBIGUOUS,
    P.RECALL_CANNOT_BE_CANCELLED_AT_THIS_TIME: Reason.ITEM_NOT_RECALLED,
    P.RENEWAL_NOT_ALLOWED_ITEM_HAS_OUTSTANDING_REQUESTS: Reason.RENEWAL_ITEM_ON_HOLD,
    P.REQUEST_ALREADY_PROCESSED: Reason.HOLD_ENDED,
    P.RESOURCE_CANNOT_BE_PROVIDED: Reason.DECLINED,
    P.UNABLE_TO_ADD_ELEMENT: Reason.VALUE_NOT_KEPT,
    P.UNABLE_TO_DELETE_ELEMENT: Reason.VALUE_NOT_THERE,
    P.UNKNOWN_ITEM: Reason.ITEM_UNKNOWN,
    P.UNKNOWN_REQUEST: Reason.HOLD_UNKNOWN,
    P.UNKNOWN_USER: Reason.PATRON_UNKNOWN,
    P.UNSUPPORTED_SHIPPING_ADDRESS_TYPE: Reason.DECLINED,
    P.USER_ACCESS_DENIED: Reason.DECLINED,
    P.USER_AUTHENTICATION_FAILED: Reason.PIN_WRONG,
    P.USER_BLOCKED: Reason.PATRON_BLOCKED,
    P.USER_INELIGIBLE_TO_CHECK_OUT_THIS_ITEM: Reason.DECLINED,
    P.USER_INELIGIBLE_TO_RENEW_THIS_ITEM: Reason.DECLINED,
    P.USER_INELIGIBLE_TO_REQUEST_THIS_ITEM: Reason.DECLINED,
}
"""What a problem type says of the patron, the item or the wish."""

IN_SERVICE: Final[Mapping[tuple[str, ProblemType], Reason]] = {
    ("DeleteItem", P.ITEM_ACCESS_DENIED): Reason.ITEM_IN_USE,
    ("DeleteUser", P.USER_ACCESS_DENIED): Reason.PATRON_IN_USE,
    ("RequestItem", P.INVALID_DATE): Reason.HOLD_DATE_PAST,
    ("UpdateRequestItem", P.INVALID_DATE): Reason.HOLD_DATE_PAST,
    ("UndoCheckOutItem", P.ITEM_NOT_CHECKED_OUT): Reason.NOTHING_TO_UNDO,
    ("RenewItem", P.ITEM_NOT_CHECKED_OUT): Reason.ITEM_NOT_LENT_TO_PATRON,
}
"""Where it says something else under one service."""

NOT_US: Final = frozenset({
    P.AGENCY_AUTHENTICATION_FAILED, P.SYSTEM_AUTHENTICATION_FAILED, P.UNKNOWN_AGENCY, P.UNKNOWN_SYSTEM,
    P.UNAUTHORIZED_COMBINATION_OF_ELEMENT_VALUES_FOR_AGENCY, P.UNAUTHORIZED_COMBINATION_OF_ELEMENT_VALUES_FOR_SYSTEM,
    P.UNAUTHORIZED_SERVICE_FOR_AGENCY, P.UNAUTHORIZED_SERVICE_FOR_SYSTEM, P.AGENCY_ACCESS_DENIED,
    P.INVALID_MESSAGE_SYNTAX_ERROR, P.PROTOCOL_ERROR, P.UNKNOWN_ELEMENT, P.UNKNOWN_SCHEME,
    P.UNKNOWN_VALUE_FROM_KNOWN_SCHEME,
})  # fmt: skip
"""The system refuses SoftDock, or does not understand what it says: nothing is wrong with the patron."""

CANNOT: Final = frozenset({P.UNSUPPORTED_SERVICE, P.UNKNOWN_SERVICE, P.UNSUPPORTED_NOTICE})

TEXTS: Final[Sequence[tuple[str, Reason]]] = (
    ("unknown partner", Reason.NOT_ALLOWED),
    ("unknown user", Reason.PATRON_UNKNOWN),
    ("user not found", Reason.PATRON_UNKNOWN),
    ("patron not found", Reason.PATRON_UNKNOWN),
    ("no such user", Reason.PATRON_UNKNOWN),
    ("读者不存在", Reason.PATRON_UNKNOWN),
    ("无此读者", Reason.PATRON_UNKNOWN),
    ("unknown item", Reason.ITEM_UNKNOWN),
    ("item not found", Reason.ITEM_UNKNOWN),
    ("no item with barcode", Reason.ITEM_UNKNOWN),
    ("could not find item", Reason.ITEM_UNKNOWN),
    ("图书不存在", Reason.ITEM_UNKNOWN),
    ("authentication failed", Reason.PIN_WRONG),
    ("密码错误", Reason.PIN_WRONG),
    ("expired", Reason.CARD_EXPIRED),
    ("user is blocked", Reason.PATRON_BLOCKED),
    ("user blocked", Reason.PATRON_BLOCKED),
    ("patron blocked", Reason.PATRON_BLOCKED),
    ("patron has block", Reason.PATRON_BLOCKED),
    ("item is already checked out", Reason.ITEM_LENT_TO_ANOTHER),
    ("already checked out", Reason.ITEM_LENT_TO_ANOTHER),
    ("not for loan", Reason.ITEM_NOT_LENDABLE),
    ("does not circulate", Reason.ITEM_NOT_LENDABLE),
    ("不外借", Reason.ITEM_NOT_LENDABLE),
    ("not checked out", Reason.ITEM_NOT_LENT),
    ("no open loan", Reason.ITEM_NOT_LENT),
    ("maximum renewals", Reason.TOO_MANY_RENEWALS),
    ("renewal limit", Reason.TOO_MANY_RENEWALS),
    ("outstanding requests", Reason.RENEWAL_ITEM_ON_HOLD),
    ("maximum check outs", Reason.TOO_MANY_LOANS),
    ("loan limit", Reason.TOO_MANY_LOANS),
    ("unknown request", Reason.HOLD_UNKNOWN),
    ("request not found", Reason.HOLD_UNKNOWN),
    ("duplicate request", Reason.HOLD_EXISTS),
    ("already requested", Reason.HOLD_EXISTS),
)
"""What is written where a problem has no type of the standard, in small letters; the first that is found counts."""

_TYPES: Final = {folded(each.value): each for each in ProblemType}
_MOST_PROBLEMS: Final = 20


class Declined(Exception):
    """The system has answered with problems, which say something of the patron, the item or the wish."""

    def __init__(self, reason: Reason, note: str, type_: ProblemType | None, answer: Element) -> None:
        super().__init__(reason)
        self.reason = reason
        self.note = note
        """What the system says, if that is fit for patrons."""
        self.type = type_
        """The standard's own, if it is one."""
        self.answer = answer
        """What else may stand beside the problems."""


def known_type(text: str) -> ProblemType | None:
    """The standard's problem type that `text` is.  The print has a dash in one where everybody sends a hyphen."""
    return _TYPES.get(folded(text.replace("\u2013", "-").replace("\u2014", "-")))


def trouble(problems: Sequence[Element], service: str, answer: Element, dialect: SystemDialect) -> Exception:
    """What `problems` in answer to `service` come to: `Declined`, or a LibrarySystemError.

    Of several, the first that tells why counts.
    """
    said = [_said(each, service, dialect) for each in problems[:_MOST_PROBLEMS]]
    which = next((number for number, each in enumerate(said) if each[0] is not Reason.DECLINED), 0)
    reason, type_, _ = said[which]
    kind, text = problems[which].value("ProblemType"), problems[which].value("ProblemDetail")
    fault = _fault(reason, type_, service, kind)
    if fault is not None:
        return fault
    note = (
        "\n".join(dict.fromkeys(each[2] for each in said if each[2])) if dialect.details_for_patrons else ""
    )
    if not note and not text and type_ is None and dialect.details_for_patrons:
        note = kind
    return Declined(reason or Reason.DECLINED, note[:LONGEST_NOTE], type_, answer)


def _said(
    problem: Element, service: str, dialect: SystemDialect
) -> tuple[Reason | None, ProblemType | None, str]:
    """What one problem says; no reason for what is none of the patron's."""
    kind, detail = problem.value("ProblemType"), problem.value("ProblemDetail")
    type_ = known_type(kind)
    words = f"{kind}\n{detail}".casefold()
    for rule in dialect.problems:
        if (
            (not rule.type or rule.type == folded(kind))
            and (not rule.contains or rule.contains in words)
            and (not rule.services or service in rule.services)
        ):
            return rule.reason, type_, _beyond(rule.contains, detail)
    if type_ is not None:
        return _of_type(type_, service, problem), type_, detail
    return next((reason for text, reason in TEXTS if text in words), Reason.DECLINED), None, detail


def _beyond(known: str, detail: str) -> str:
    """What `detail` says beyond the words that are `known`, which the reason is told for: all of it, unless it begins with
    them and they are a sentence, or one that ends in what follows.
    """
    begins = detail[: len(known)].casefold() == known
    if begins and known.endswith(_ENDS_OF_A_SENTENCE):
        return detail[len(known) :].strip()
    return "" if detail.strip().casefold() == known else detail


_ENDS_OF_A_SENTENCE: Final = (".", "。", ":", "：")


def _of_type(type_: ProblemType, service: str, problem: Element) -> Reason | None:
    reason = IN_SERVICE.get((service, type_)) or MEANING.get(type_)
    about = problem.value("ProblemElement")
    if type_ is P.NEEDED_DATA_MISSING and about.startswith("AuthenticationInput"):
        return Reason.PIN_REQUIRED
    if type_ is P.UNKNOWN_ITEM and about.startswith("Bibliographic"):
        return Reason.TITLE_UNKNOWN
    return reason


def _fault(
    reason: Reason | None, type_: ProblemType | None, service: str, kind: str
) -> LibrarySystemError | None:
    """What is none of the patron's business: the system is away, cannot do it, or does not want to hear of SoftDock."""
    if reason is Reason.OUTCOME_UNKNOWN:
        return AnswerLost(f"the system does not know what came of {service}")
    if reason is Reason.NOT_SUPPORTED or (reason is None and type_ in CANNOT):
        return Unsupported(f"the system has no {service}")
    if reason is Reason.NOT_ALLOWED or (reason is None and type_ in NOT_US):
        return Misconfigured(f"the system refuses {service}: {_shown(kind)}")
    if reason in _AWAY or reason is None:
        return SystemUnavailable(f"the system says to {service}: {_shown(kind)}")
    return None


_AWAY: Final = frozenset(
    {Reason.SYSTEM_UNAVAILABLE, Reason.SYSTEM_BUSY, Reason.DOWNTIME, Reason.JOURNAL_AWAY}
)


def _shown(kind: str) -> str:
    """The type of a problem, for a log: one of the standard's, or that it is none."""
    known = known_type(kind)
    return "a problem of a type that the standard has not" if known is None else known.value


def is_lost(service: str, problems: Sequence[Element], dialect: SystemDialect) -> bool:
    """Whether nobody knows whether a change was made, although there is an answer."""
    return (
        dialect.temporary_failure_is_unknown
        and SERVICES[service].kind is ServiceKind.UPDATE
        and any(known_type(each.value("ProblemType")) is P.TEMPORARY_PROCESSING_FAILURE for each in problems)
    )
