"""What no answer to a partner carries, and what of a partner's request no operation does.

Words that NCIP's lists have no counterpart for follow from the crosswalk: those that would not come back as they went.
"""

from collections.abc import Container, Mapping
from typing import Any, Final

from softdock.circulation.items import FeeType, Item, SecurityMarker
from softdock.circulation.losses import Direction, LossTable, lost, words_of
from softdock.circulation.outcomes import (
    Accepted,
    Charged,
    Deleted,
    Done,
    HoldState,
    ItemUpdated,
    Lent,
    Noted,
    Paid,
    PatronReport,
    Recalled,
    Refused,
    Returned,
    TitleReport,
    Unknown,
)
from softdock.circulation.patrons import Counts, Entry, Patron
from softdock.circulation.ports import AnyOutcome
from softdock.protocols.ncip.crosswalk import STANDARD, Crosswalk, Words
from softdock.protocols.ncip.message import Element


class Carried(Container[Any]):
    """The words of a list that are told as they are: all but those which would come back as others."""

    def __init__(self, words: Words[Any], *also_lost: Any) -> None:
        self.lost = frozenset(words.lossy) | frozenset(also_lost)

    def __contains__(self, value: object) -> bool:
        marks = value if isinstance(value, frozenset) else (value,)
        return self.lost.isdisjoint(marks)


def answers(crosswalk: Crosswalk = STANDARD) -> LossTable:
    """The losses of answers, with the lists as `crosswalk` has them."""
    fee_type = Carried(crosswalk.fee_type)
    return LossTable(
        "ncip",
        Direction.ANSWER,
        lost(Done, dropped="note extra"),
        lost(Refused, dropped="extra fee_type", here="item patron"),
        lost(Unknown, dropped="note"),
        lost(
            Patron,
            dropped="extra fee_limit hold_limit loan_limit message overdue_limit",
            approximated="standing",
            usual={"standing": Carried(crosswalk.block)},
        ),
        lost(Counts, dropped="fines overdue recalls"),
        lost(PatronReport, dropped="reason reason_date", here="pin"),
        lost(Entry, dropped="lent", approximated="fee_type", usual={"fee_type": fee_type}),
        lost(
            Item,
            dropped="collection due_text extra fee fee_type lent properties",
            approximated="security_marker status",
            usual={
                "fee_type": (FeeType.OTHER,),
                "security_marker": Carried(crosswalk.security_marker, *_unspoken(crosswalk)),
                "status": Carried(crosswalk.circulation_status),
            },
        ),
        lost(ItemUpdated),
        lost(TitleReport),
        lost(
            Lent,
            dropped="desensitize due_text transaction",
            approximated="fee_type",
            here="renewed undone",
            usual={"fee_type": fee_type},
        ),
        lost(Returned, dropped="hold_patron_name resensitize", here="undone"),
        lost(Recalled),
        lost(
            HoldState,
            approximated="scope status",
            usual={"scope": Carried(crosswalk.hold_scope), "status": Carried(crosswalk.hold_status)},
        ),
        lost(Accepted, here="hold"),
        lost(Charged),
        lost(Paid, dropped="balance", here="patron"),
        lost(Deleted, here="item patron"),
        lost(Noted),
    )


def _unspoken(crosswalk: Crosswalk) -> frozenset[SecurityMarker]:
    """Markers that nothing is written for, and that say something."""
    told = crosswalk.security_marker.told
    return frozenset(each for each in SecurityMarker if each not in told) - {SecurityMarker.OTHER}


ANSWERS: Final = answers()
"""With the lists as they are customary."""

_MOST_TABLES: Final = 256
_of_crosswalks: dict[int, tuple[Crosswalk, LossTable]] = {id(STANDARD): (STANDARD, ANSWERS)}


def answers_of(crosswalk: Crosswalk) -> LossTable:
    """As `answers`, made once for each crosswalk that is agreed on."""
    known = _of_crosswalks.get(id(crosswalk))
    if known is None:
        if len(_of_crosswalks) >= _MOST_TABLES:
            _of_crosswalks.clear()
        known = _of_crosswalks[id(crosswalk)] = crosswalk, answers(crosswalk)
    return known[1]


def lost_of(outcome: AnyOutcome, crosswalk: Crosswalk) -> tuple[str, ...]:
    """What a partner is not told of `outcome`: the names of the losses."""
    table = answers_of(crosswalk)
    return table.found(outcome) + (table.found(outcome.result) if type(outcome) is Done else ())


# --- requests -----------------------------------------------------------------------------------------

REQUESTS: Final[Mapping[str, tuple[str, ...]]] = {
    "AcceptItem": ("MandatedAction", "IndeterminateLoanPeriodFlag", "NonReturnableFlag", "UserOptionalFields"),
    "CancelRecallItem": ("MandatedAction",),
    "CancelRequestItem": ("MandatedAction", "RequestScopeType", "AcknowledgedFeeAmount", "PaidFeeAmount"),
    "CheckInItem": (),
    "CheckOutItem": ("AcknowledgedItemUseRestrictionType", "ShippingInformation", "ResourceDesired"),
    "CreateItem": ("MandatedAction", "PhysicalCondition"),
    "CreateUser": ("MandatedAction",),
    "CreateUserFiscalTransaction": ("MandatedAction",),
    "DeleteItem": ("MandatedAction",),
    "DeleteUser": ("MandatedAction",),
    "LookupAgency": (),
    "LookupItem": ("CurrentRequestersDesired",),
    "LookupItemSet": ("CurrentRequestersDesired",),
    "LookupRequest": (),
    "LookupUser": (),
    "RecallItem": ("MandatedAction", "ShippingInformation"),
    "RenewItem": ("DesiredDateForReturn", "AcknowledgedItemUseRestrictionType"),
    "ReportCirculationStatusChange": ("MandatedAction",),
    "RequestItem": (
        "MandatedAction", "ItemOptionalFields", "ShippingInformation", "EarliestDateNeeded",
        "AcknowledgedItemUseRestrictionType",
    ),
    "UndoCheckOutItem": ("RequestId",),
    "UpdateCirculationStatus": ("MandatedAction",),
    "UpdateItem": ("MandatedAction",),
    "UpdateRequestItem": ("MandatedAction",),
    "UpdateUser": ("MandatedAction",),
}  # fmt: skip
"""By service: the parts of a request that nothing is made of, beside Ext.  All of them are dropped.

Of notifications, which change nothing, everything is kept but what is said of people.
"""

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    service: {each: f"{words_of(service)}.{words_of(each)}" for each in (*parts, "Ext")}
    for service, parts in REQUESTS.items()
}


def lost_from(request: Element) -> tuple[str, ...]:
    """What of a partner's `request` nothing is made of: the names of the losses, each once."""
    names = _NAMES.get(request.name)
    if names is None:
        return ()
    return tuple(dict.fromkeys(names[each.name] for each in request.children if each.name in names))
