"""Why a system said no without saying why: by what it tells of the card, and of the item.

SIP2 has a flag and a free text.  Where the text says nothing that is known, the marks of a card that was looked at
already are no further question; `looks` are the questions that may be asked.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.items import CirculationStatus, Item
from softdock.circulation.operations import (
    ChangeHold,
    Checkin,
    Checkout,
    LookupItem,
    LookupPatron,
    Operation,
    PlaceHold,
    Renew,
)
from softdock.circulation.outcomes import Done, PatronReport, Refused
from softdock.circulation.patrons import Standing
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.protocols.sip2.south.refusals import BY_MARK
from softdock.protocols.sip2.south.system import System

S: TypeAlias = Standing


@record
class _Marks:
    """The marks of a card that may stand in the way of an operation."""

    needed: frozenset[Standing]
    """Without one of these, the card is not what stands in the way."""
    others: frozenset[Standing]
    """Marks which say something about other operations alone."""
    otherwise: Reason


_OF_OTHERS: Final = frozenset({S.TOO_MANY_LOANS, S.CHECKOUT_DENIED, S.RENEWAL_DENIED, S.HOLD_DENIED})
_HOLDS: Final = _Marks(frozenset({S.HOLD_DENIED}), _OF_OTHERS - {S.HOLD_DENIED}, Reason.HOLD_DENIED)
_MARKS: Final[Mapping[type[Operation], _Marks]] = {
    Checkout: _Marks(
        frozenset(S) - {S.RENEWAL_DENIED, S.RECALL_DENIED, S.HOLD_DENIED},
        frozenset({S.RENEWAL_DENIED, S.HOLD_DENIED}),
        Reason.CHECKOUT_DENIED,
    ),
    Renew: _Marks(frozenset({S.RENEWAL_DENIED}), _OF_OTHERS - {S.RENEWAL_DENIED}, Reason.RENEWAL_DENIED),
    PlaceHold: _HOLDS,
    ChangeHold: _HOLDS,
}
_OF_THE_CARD: Final = frozenset({Reason.PATRON_BLOCKED, Reason.CARD_LOST, Reason.CARD_EXPIRED})


def looks(operation: Operation, system: System, *, card_known: bool) -> Iterator[Operation]:
    """What may be asked of the system about a refused `operation`: the card, unless that is known, then the item."""
    patron: PatronId | None = getattr(operation, "patron", None)
    item: ItemId | None = getattr(operation, "item", None)
    if type(operation) in _MARKS and patron and not card_known:
        # A PIN that the system itself looks at in the refused request may have been wrong: it is not tried again.
        own = _CODES[type(operation)] in system.dialect.pin_checked_in
        pin: Secret | None = None if own else getattr(operation, "pin", None)
        yield LookupPatron(patron, pin)
    if item and (type(operation) in _MARKS or isinstance(operation, Checkin)):
        yield LookupItem(item)


_CODES: Final[Mapping[type[Operation], str]] = {
    Checkout: "11",
    Renew: "29",
    PlaceHold: "15",
    ChangeHold: "15",
}


def reason_by(operation: Operation, told: AnyOutcome) -> Reason | None:
    """What stands in the way of `operation`, by what was `told` of its card or its item; None if that does not say."""
    if isinstance(told, Refused):
        return told.reason if told.reason in {Reason.PATRON_UNKNOWN, Reason.ITEM_UNKNOWN} else None
    if not isinstance(told, Done):
        return None
    if isinstance(told.result, PatronReport):
        return _by_card(operation, told.result)
    return _by_item(operation, told.result) if isinstance(told.result, Item) else None


def _by_card(operation: Operation, report: PatronReport) -> Reason | None:
    marks, standing = _MARKS.get(type(operation)), report.patron.standing
    if marks is None:
        return None
    if report.reason in _OF_THE_CARD:
        return report.reason
    if Standing.CARD_LOST in standing:
        return Reason.CARD_LOST
    if marks.needed.isdisjoint(standing):
        return None
    telling = standing - marks.others
    return next((reason for mark, reason in BY_MARK if mark in telling), marks.otherwise)


def _by_item(operation: Operation, item: Item) -> Reason | None:
    if isinstance(operation, Checkin | Renew) and item.status is CirculationStatus.AVAILABLE:
        return Reason.ITEM_NOT_LENT
    if isinstance(operation, Renew) and (item.status is CirculationStatus.RECALLED or item.hold_queue_length):
        return Reason.RENEWAL_ITEM_ON_HOLD
    if isinstance(operation, Checkout) and item.status is CirculationStatus.ON_HOLD_SHELF:
        return Reason.ITEM_ON_HOLD
    return None
