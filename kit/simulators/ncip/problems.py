"""How the system says no."""

from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

from softdock.circulation.money import Money
from softdock.circulation.reasons import Reason
from softdock.kit.simulators.ncip.manners import Manner, Problems
from softdock.kit.simulators.ncip.nodes import Node, Part, holding, text


class Problem(Exception):
    """The service comes to nothing."""

    def __init__(
        self, kind: str, detail: str = "", element: str = "", value: str = "", beside: Sequence[Node] = ()
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        """ProblemType, by the standard's word."""
        self.detail = detail or _SENTENCES.get(kind, f"{kind}.")
        self.element = element
        self.value = value
        self.beside = beside
        """What goes along with it."""


def incomplete(element: str) -> NoReturn:
    """`element` is missing."""
    raise Problem("Needed Data Missing", f"{element} is needed.", element)


def refuse(service: str, reason: Reason, fee: Money | None = None) -> NoReturn:
    """The books say no, for `reason`."""
    of_service = _OF_SERVICE.get(service, {})
    kind = of_service.get(reason) or _OF_REASON.get(reason)
    if kind is None:
        verb = _VERBS.get(service)
        kind = f"User Ineligible To {verb} This Item" if verb else "Temporary Processing Failure"
    element = _ELEMENTS.get(kind, "")
    raise Problem(kind, element=element, beside=[] if fee is None else [amount("RequiredFeeAmount", fee)])


def amount(name: str, money: Money) -> Node:
    """A sum, in the smallest units of its currency."""
    return holding(name, Node("CurrencyCode", money.currency), Node("MonetaryValue", str(money.minor)))


def told(manner: Manner, problem: Problem) -> Part:
    """`problem` in the manner of the system, with what goes along."""
    kind, detail = problem.kind, problem.detail
    if manner.problems is Problems.FREE:
        kind, detail = (detail, "") if kind in _ABOUT_PATRONS else ("", detail)
    made = holding(
        "Problem",
        Node("ProblemType", kind),
        text("ProblemDetail", detail),
        text("ProblemElement", problem.element),
        text("ProblemValue", problem.value),
    )
    return [made, *problem.beside]


_ABOUT_PATRONS: Final = frozenset({
    "Unknown User", "User Authentication Failed", "User Blocked", "User Ineligible To Check Out This Item",
    "User Ineligible To Request This Item", "Maximum Check Outs Exceeded",
})  # fmt: skip

_SENTENCES: Final[Mapping[str, str]] = {
    "Unknown User": "The patron was not found.",
    "User Authentication Failed": "The PIN is not right.",
    "User Blocked": "The patron is blocked.",
    "Unknown Item": "The item was not found.",
    "Unknown Request": "The request was not found.",
    "Item Does Not Circulate": "The item is for use in the library only.",
    "Item Not Checked Out": "The item is not checked out.",
    "Maximum Check Outs Exceeded": "The patron has as many loans as allowed.",
    "Resource Cannot Be Provided": "The item is checked out to another patron, or kept for one.",
}
"""What is said in words; of the other kinds, their own name."""

_VERBS: Final[Mapping[str, str]] = {
    "CheckOutItem": "Check Out",
    "RenewItem": "Renew",
    "RequestItem": "Request",
}

_ELEMENTS: Final[Mapping[str, str]] = {
    "Unknown User": "UserIdentifierValue",
    "Unknown Item": "ItemIdentifierValue",
    "Unknown Request": "RequestIdentifierValue",
    "User Authentication Failed": "AuthenticationInput",
    "Invalid Amount": "Amount",
}
"""The element at fault."""

_OF_REASON: Final[Mapping[Reason, str]] = {
    Reason.PATRON_UNKNOWN: "Unknown User",
    **dict.fromkeys(
        (Reason.PIN_REQUIRED, Reason.PIN_WRONG, Reason.PIN_NOT_SET, Reason.PIN_TRY_LATER),
        "User Authentication Failed",
    ),
    **dict.fromkeys(
        (Reason.CARD_LOST, Reason.CARD_EXPIRED, Reason.PATRON_BLOCKED, Reason.TOO_MANY_OVERDUE, Reason.TOO_MANY_FEES,
         Reason.CHECKOUT_DENIED, Reason.RENEWAL_DENIED, Reason.HOLD_DENIED),
        "User Blocked",
    ),
    Reason.TOO_MANY_LOANS: "Maximum Check Outs Exceeded",
    Reason.PATRON_EXISTS: "Duplicate User",
    Reason.PATRON_IN_USE: "Element Rule Violated",
    Reason.ITEM_UNKNOWN: "Unknown Item",
    Reason.TITLE_UNKNOWN: "Unknown Item",
    Reason.ITEM_NOT_LENDABLE: "Item Does Not Circulate",
    Reason.ITEM_LENT_TO_ANOTHER: "Resource Cannot Be Provided",
    Reason.ITEM_ON_HOLD: "Resource Cannot Be Provided",
    Reason.ITEM_NOT_LENT: "Item Not Checked Out",
    Reason.ITEM_NOT_LENT_TO_PATRON: "Item Not Checked Out",
    Reason.NOTHING_TO_UNDO: "Item Not Checked Out",
    Reason.ITEM_NOT_RECALLABLE: "Item Cannot Be Recalled",
    Reason.ITEM_NOT_RECALLED: "Recall Cannot Be Cancelled At This Time",
    Reason.ITEM_EXISTS: "Duplicate Item",
    Reason.ITEM_IN_USE: "Element Rule Violated",
    Reason.TOO_MANY_RENEWALS: "Maximum Renewals Exceeded",
    Reason.RENEWAL_ITEM_ON_HOLD: "Renewal Not Allowed - Item Has Outstanding Requests",
    Reason.HOLD_EXISTS: "Duplicate Request",
    Reason.HOLD_UNKNOWN: "Unknown Request",
    Reason.HOLD_AMBIGUOUS: "Non-Unique Request",
    Reason.HOLD_ENDED: "Request Already Processed",
    Reason.HOLD_DATE_PAST: "Invalid Date",
    Reason.FEE_UNKNOWN: "Element Rule Violated",
    Reason.FEE_EXISTS: "Duplicate Fiscal Transaction",
    **dict.fromkeys((Reason.AMOUNT_INVALID, Reason.AMOUNT_TOO_HIGH, Reason.CURRENCY_WRONG), "Invalid Amount"),
    Reason.VALUE_NOT_KEPT: "Unable To Add Element",
    Reason.VALUE_NOT_THERE: "Unable To Delete Element",
    Reason.REQUEST_INCOMPLETE: "Needed Data Missing",
}  # fmt: skip
"""ProblemType for each reason; those that are missing are an ineligibility of the patron where the service has one."""

_OF_SERVICE: Final[Mapping[str, Mapping[Reason, str]]] = {
    "RenewItem": {
        Reason.ITEM_NOT_LENDABLE: "Item Not Renewable",
        Reason.ITEM_ON_HOLD: "Renewal Not Allowed - Item Has Outstanding Requests",
    },
    "AcceptItem": {
        Reason.ITEM_EXISTS: "Cannot Accept Item",
        Reason.HOLD_EXISTS: "Cannot Accept Item",
        Reason.VALUE_NOT_KEPT: "Cannot Accept Item",
    },
    "LookupItem": {Reason.HOLD_UNKNOWN: "Unknown Item"},
}
"""Where a service has a word of its own."""
