"""What is left of an operation that was done."""

from softdock.adapters.inhouse.rules.holds import stands
from softdock.adapters.inhouse.snapshot import Snapshot
from softdock.circulation.operations import AcceptItem, Checkout, Operation, PlaceHold, RecallItem, Renew
from softdock.circulation.outcomes import Done


def still_stands(snapshot: Snapshot, wish: Operation) -> Done[object]:
    """Whether what `wish` has done is still there to be undone: nobody has, and nothing else has taken its place.

    What cannot be undone stands.
    """
    match wish:
        case Checkout(cancel=False, no_block=False) | Renew(item=str(), no_block=False):
            assert wish.item is not None
            copy = snapshot.copies.get(wish.item)
            loan = None if copy is None else copy.loan
            if loan is None or loan.settled:
                return Done(False)
            return Done(isinstance(wish, Renew) or loan.patron == wish.patron)
        case AcceptItem(item=str(item)):
            copy = snapshot.copies.get(item)
            stay = None if copy is None else copy.item.stay
            return Done(stay is not None and stay.hold == wish.hold)
        case RecallItem():
            copy = snapshot.copies.get(wish.item)
            return Done(copy is not None and copy.loan is not None and copy.loan.recall is not None)
        case PlaceHold():
            return Done(stands(snapshot, wish))
    return Done(True)
