"""Between the operations of the vocabulary and the services of a library's system: pure translation.

The mirror of `north`: SoftDock is the initiator, the system the responder.  An operation may take several services, which
share its time; `talk` is what they are asked through, and `dialect` holds everything in which one system differs from
another.  A system that says why not is understood by `problems`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from softdock.circulation.errors import AnswerLost, MalformedReply, SystemUnavailable, Unsupported
from softdock.circulation.operations import (
    AcceptItem,
    AmendItem,
    AmendPatron,
    BlockPatron,
    CancelHold,
    CancelRecall,
    ChangeHold,
    ChargeFee,
    Checkin,
    Checkout,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    EnablePatron,
    EndSession,
    LookupHold,
    LookupItem,
    LookupPatron,
    LookupTitle,
    Operation,
    PayFee,
    PlaceHold,
    RecallItem,
    Renew,
    RenewAll,
    SetItemStatus,
    WaiveFee,
)
from softdock.circulation.ports import AnyOutcome
from softdock.protocols.ncip.south import fees, holds, inventory, loans, patrons
from softdock.protocols.ncip.south.dialect import LoanUndoing, ProblemRule, SystemDialect
from softdock.protocols.ncip.south.echoes import check_echoes
from softdock.protocols.ncip.south.problems import Declined
from softdock.protocols.ncip.south.system import System, capabilities
from softdock.protocols.ncip.south.talk import Ask, Gather, Talk

__all__ = [
    "WORKS",
    "Ask",
    "Gather",
    "LoanUndoing",
    "ProblemRule",
    "System",
    "SystemDialect",
    "Talk",
    "capabilities",
    "check_echoes",
    "perform",
]

WORKS: Final[Mapping[type[Operation], Callable[[Any, Talk], Awaitable[AnyOutcome]]]] = {
    LookupPatron: patrons.lookup_patron,
    LookupItem: inventory.lookup_item,
    LookupTitle: inventory.lookup_title,
    LookupHold: holds.lookup_hold,
    Checkout: loans.checkout,
    Checkin: loans.checkin,
    Renew: loans.renew,
    RenewAll: loans.renew_all,
    PlaceHold: holds.place_hold,
    ChangeHold: holds.change_hold,
    CancelHold: holds.cancel_hold,
    RecallItem: loans.recall_item,
    CancelRecall: loans.cancel_recall,
    AcceptItem: inventory.accept_item,
    PayFee: fees.pay_fee,
    ChargeFee: fees.charge_fee,
    WaiveFee: fees.waive_fee,
    BlockPatron: patrons.block_patron,
    EnablePatron: patrons.enable_patron,
    CreatePatron: patrons.create_patron,
    AmendPatron: patrons.amend_patron,
    DeletePatron: patrons.delete_patron,
    CreateItem: inventory.create_item,
    AmendItem: inventory.amend_item,
    DeleteItem: inventory.delete_item,
    SetItemStatus: inventory.set_item_status,
    EndSession: patrons.end_session,
}
"""Every operation that NCIP has a service for.  It has no place for the note that devices keep with an item; and of what has
happened elsewhere no system is told, since SoftDock's journal keeps it."""


async def perform(operation: Operation, talk: Talk) -> AnyOutcome:
    """What the system makes of `operation`.  Raises LibrarySystemError.

    An operation on what no document can name exactly is refused without asking.  Of a change of which only a question was
    sent, whatever became of that, it is certain that it was not made.
    """
    work = WORKS.get(type(operation))
    if work is None:
        raise Unsupported(f"NCIP has no service for {type(operation).__name__}")
    refusal = talk.system.unwritable(operation)
    if refusal is not None:
        return refusal
    try:
        return await work(operation, talk)
    except Declined as declined:
        return loans.refused(declined, talk)
    except (AnswerLost, MalformedReply) as error:
        if talk.changes_sent or not operation.changes_state:
            raise
        raise SystemUnavailable(f"what has to be known first could not be asked: {error}") from error
