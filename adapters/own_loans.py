"""Undoing the loan of one patron, where a system undoes whoever's it is."""

from softdock.adapters.agreed_fees import Perform
from softdock.adapters.effects import Looks
from softdock.adapters.evidence import is_lent_to
from softdock.circulation.errors import AnswerLost, SystemUnavailable
from softdock.circulation.identifiers import PatronId
from softdock.circulation.operations import Checkin, Operation
from softdock.circulation.outcomes import Refused
from softdock.circulation.patrons import PatronList
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason


def names_a_borrower(operation: Operation) -> bool:
    """Whether `operation` undoes a loan, but no other patron's."""
    return isinstance(operation, Checkin) and operation.cancel and operation.borrower is not None


async def undo_their_own(operation: Operation, looks: Looks, perform: Perform) -> AnyOutcome:
    """What comes of an `operation` that names a borrower: refused where the system shows that another has the item.

    A system that shows nothing is believed to be asked by who has just lent.
    """
    assert isinstance(operation, Checkin)
    assert operation.borrower is not None
    try:
        is_anothers = await _is_anothers(looks, operation, operation.borrower)
    except AnswerLost as error:
        raise SystemUnavailable(f"who has the item could not be asked: {error}") from error
    return Refused(Reason.NOTHING_TO_UNDO) if is_anothers else await perform(operation)


async def _is_anothers(looks: Looks, operation: Checkin, borrower: PatronId) -> bool:
    item = await looks.item(operation.item)
    if (is_theirs := is_lent_to(borrower, item)) is not None:
        return not is_theirs and item is not None and item.borrower is not None
    loans = await looks.shown(borrower, PatronList.LOANS)
    return loans.lacks(operation.item, "" if item is None else item.title)
