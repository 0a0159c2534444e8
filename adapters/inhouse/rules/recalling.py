"""Asking for an item back before it is due.

The loan is brought forward: to when the item is wanted, else to `recall_days` from now; never to a day before tomorrow,
and never to later than it was due.  Whoever asks later may bring it forward further.  It ends with the return, or when
nobody asks any more: then the loan is due as before.  As long as it lasts, the loan is not renewed.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from softdock.adapters.inhouse.dates import end_of
from softdock.adapters.inhouse.model import Loan, Recall
from softdock.adapters.inhouse.rules.items import STANDS_WITH_A_LOAN, item_as, item_view
from softdock.adapters.inhouse.rules.loans import local
from softdock.adapters.inhouse.rules.refusals import refused
from softdock.adapters.inhouse.snapshot import Changes, Copy, Decision, Snapshot
from softdock.circulation.operations import CancelRecall, RecallItem
from softdock.circulation.outcomes import Done, Recalled, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason


def recall_item(snapshot: Snapshot, wish: RecallItem) -> Decision | AnyOutcome:
    """The loan is due sooner; not where the policy of whoever has the item knows no recalls, or it cannot be had back."""
    copy = snapshot.copies.get(wish.item)
    if copy is None:
        return Refused(Reason.ITEM_UNKNOWN)
    loan = copy.loan
    if loan is None:
        return refused(Reason.ITEM_NOT_LENT, snapshot, None, copy)
    period = snapshot.cards[loan.patron].policy.recall_period
    if period is None or copy.state.status in STANDS_WITH_A_LOAN:
        return refused(Reason.ITEM_NOT_RECALLABLE, snapshot, None, copy)
    if loan.recall is not None and wish.desired_due is None:
        return Done(Recalled(item_view(copy), loan.patron, loan.due))
    recall = loan.recall or Recall(snapshot.now, loan.due)
    due = min(loan.due, _wanted(snapshot, wish.desired_due, period))
    return _with_loan(copy, replace(loan, due=due, recall=recall))


def cancel_recall(snapshot: Snapshot, wish: CancelRecall) -> Decision | AnyOutcome:
    """The loan is due when it was before."""
    copy = snapshot.copies.get(wish.item)
    if copy is None:
        return Refused(Reason.ITEM_UNKNOWN)
    loan = copy.loan
    if loan is None:
        return refused(Reason.ITEM_NOT_LENT, snapshot, None, copy)
    if loan.recall is None:
        return refused(Reason.ITEM_NOT_RECALLED, snapshot, None, copy)
    return _with_loan(copy, replace(loan, due=max(loan.due, loan.recall.due), recall=None))


def _wanted(snapshot: Snapshot, desired: datetime | None, period: timedelta) -> datetime:
    tomorrow = snapshot.today + timedelta(days=1)
    if desired is None:
        return end_of(max(snapshot.today + period, tomorrow), snapshot.house.zone)
    moment = local(snapshot, desired)
    return moment if moment.date() >= tomorrow else end_of(tomorrow, snapshot.house.zone)


def _with_loan(copy: Copy, loan: Loan) -> Decision:
    item = item_as(copy, copy.state, loan, None)
    return Decision(Done(Recalled(item, loan.patron, loan.due)), Changes(loan))
