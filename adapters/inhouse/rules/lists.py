"""What hangs on a card, line by line.

Holds come in two lists: those whose copy lies ready at the pickup location, and those that wait, or whose copy is on
its way; all together, with their details, they are no list of lines but `hold_views.holds_of`.  Fines and fees are the same list, every fee that is open; devices ask for it under either name.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from softdock.adapters.inhouse.model import Hold
from softdock.adapters.inhouse.rules.standing import is_overdue, is_recalled
from softdock.adapters.inhouse.snapshot import Card, Copy
from softdock.circulation.patrons import Entry, PatronList


def entries_of(card: Card, wanted: PatronList, now: datetime) -> Sequence[Entry]:
    """The whole of one list, in the order in which things came about."""
    return _LISTS[wanted](card, now)


def _loans(card: Card, now: datetime) -> list[Entry]:
    return [_loan(copy) for copy in card.loans]


def _overdue(card: Card, now: datetime) -> list[Entry]:
    return [_loan(copy) for copy in card.loans if copy.loan is not None and is_overdue(copy.loan, now)]


def _recalls(card: Card, now: datetime) -> list[Entry]:
    return [_loan(copy) for copy in card.loans if is_recalled(copy)]


def _loan(copy: Copy) -> Entry:
    assert copy.loan is not None
    item = copy.item
    return Entry(
        item.id,
        item.title,
        copy.loan.due,
        lent=copy.loan.lent,
        title_id=item.title_id,
        media_type=item.media_type,
    )


def _ready_holds(card: Card, now: datetime) -> list[Entry]:
    return [_hold(hold) for hold in card.holds if hold.shelf_until is not None]


def _waiting_holds(card: Card, now: datetime) -> list[Entry]:
    return [_hold(hold) for hold in card.holds if hold.shelf_until is None]


def _hold(hold: Hold) -> Entry:
    return Entry(hold.copy or hold.item, hold.title, hold.shelf_until or hold.expires)


def _fees(card: Card, now: datetime) -> list[Entry]:
    return [
        Entry(
            fee.item,
            fee.title,
            fee=fee.id,
            fee_type=fee.type,
            amount=fee.amount,
            accrued=fee.charged,
            note=fee.note,
        )
        for fee in card.fees
    ]


_LISTS: Mapping[PatronList, Callable[[Card, datetime], Sequence[Entry]]] = {
    PatronList.HOLDS: _ready_holds,
    PatronList.OVERDUE: _overdue,
    PatronList.LOANS: _loans,
    PatronList.FINES: _fees,
    PatronList.RECALLS: _recalls,
    PatronList.UNAVAILABLE_HOLDS: _waiting_holds,
    PatronList.FEES: _fees,
}
