"""What the simulated site has in its tables, and what it says."""

from collections.abc import Mapping

from softdock.circulation.items import CirculationStatus, FeeType
from softdock.circulation.reasons import Reason

BIB, ADM, USR = "MNL01", "MNL50", "MNL50"
"""The bibliographic and the administrative library; readers belong to the latter."""

SUB_LIBRARIES: Mapping[str, str] = {"MAIN": "Main Library", "NORTH": "North Branch"}

COLLECTIONS: Mapping[str, str] = {"GEN": "General", "CHI": "Chinese Books", "REF": "Reference"}

PATRON_STATUS: Mapping[str, str] = {"01": "Student", "02": "Staff"}

LOANABLE, REFERENCE = "01", "05"
ITEM_STATUS: Mapping[str, str] = {LOANABLE: "4 Weeks", REFERENCE: "Reading Room Only"}

PROCESS_OF: Mapping[CirculationStatus, str] = {
    CirculationStatus.ON_ORDER: "OR",
    CirculationStatus.IN_PROCESS: "IP",
    CirculationStatus.LOST: "LO",
    CirculationStatus.MISSING: "MI",
    CirculationStatus.OTHER: "BD",
}
PROCESS_STATUS: Mapping[str, str] = {
    "OR": "On Order",
    "IP": "In Process",
    "LO": "Lost",
    "MI": "Missing",
    "BD": "Binding",
}

NO_BLOCK, CARD_LOST, BLOCKED = "00", "02", "09"
"""Codes of delinq-n."""

FEE_TYPES: Mapping[FeeType, tuple[str, str]] = {
    FeeType.OVERDUE: ("0003", "Late return"),
    FeeType.ADMINISTRATIVE: ("0008", "New library card"),
    FeeType.REPLACEMENT: ("0040", "Lost item"),
    FeeType.DAMAGE: ("0041", "Damaged item"),
}
OTHER_FEE = ("0099", "Miscellaneous")

UNPAID, PAID = "Not paid by/credited to patron", "Paid by/credited to patron"
UNPAID_CODE, PAID_CODE = "O", "C"

NOT_ALLOWED = "Error 0005 Not defined in file www_x_login."
NO_PROGRAM = "Missing op program"
WRONG_ACCOUNT = "Error 0001 User name or password is not valid."
SESSION_OVER = "Error 0017 Session is not valid any more."

NOT_VERIFIED = "Error in Verification"
NOT_SUPPLIED = "Both Bor_Id and Verification must be supplied"

REFUSALS: Mapping[Reason, str] = {
    Reason.PATRON_UNKNOWN: "Patron record does not exist",
    Reason.CARD_LOST: "Patron card was reported lost",
    Reason.CARD_EXPIRED: "Patron registration has expired",
    Reason.PATRON_BLOCKED: "Patron has a block",
    Reason.TOO_MANY_HOLDS: "Patron has reached the limit of hold requests",
    Reason.ITEM_UNKNOWN: "Item record does not exist",
    Reason.ITEM_NOT_LENT: "Item is not on loan",
    Reason.ITEM_NOT_LENDABLE: "Item status does not allow this",
    Reason.THIRD_PARTY_NOT_ALLOWED: "Item is on loan to another patron",
    Reason.TOO_MANY_RENEWALS: "Limit of renewals has been reached",
    Reason.RENEWAL_ITEM_ON_HOLD: "Item is requested by another patron",
    Reason.HOLD_EXISTS: "Patron has already requested this item",
    Reason.HOLD_UNKNOWN: "Hold request does not exist",
    Reason.HOLD_ITEM_LENT_TO_PATRON: "Patron has this item on loan",
}
"""What is said where the books refuse; a general sentence for the rest."""

OTHER_REFUSAL = "Request is not allowed"
