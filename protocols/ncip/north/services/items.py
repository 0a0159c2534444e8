"""Items: what they are, and where they stand."""

from softdock.circulation.items import Item
from softdock.circulation.operations import LookupHold, LookupItem
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import holding, item_id, request_id, user_id
from softdock.protocols.ncip.north.items import item_fields
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.north.reading import hold_if_any, item_if_any
from softdock.protocols.ncip.north.talk import Talk


async def lookup_item(talk: Talk) -> list[Element]:
    """LookupItem, by the item's own number or by that of a request for it."""
    item, hold = item_if_any(talk), hold_if_any(talk)
    answer: list[Element] = []
    if item is None:
        if hold is None:
            raise trouble(P.NEEDED_DATA_MISSING, "The request names no item.", "ItemId")
        found = await talk.ask(LookupHold(hold))
        if found.item is None:
            raise trouble(P.UNKNOWN_ITEM, "No item has been set aside for this request yet.", "RequestId")
        item = found.item.id
        answer.append(request_id(talk, hold))
    known: Item = await talk.ask(LookupItem(item))
    answer.append(item_id(talk, item, known.owner))
    if known.hold_pickup_until is not None:
        answer.append(Element("HoldPickupDate", talk.written(known.hold_pickup_until)))
    if known.recalled is not None:
        answer.append(Element("DateRecalled", talk.written(known.recalled)))
    if (borrower := current_borrower(talk, known)) is not None:
        answer.append(holding("ItemTransaction", borrower))
    if (fields := item_fields(talk, known)) is not None:
        answer.append(fields)
    return answer


def current_borrower(talk: Talk, item: Item) -> Element | None:
    """Who has the item, where that is asked for, known, and may be told to this partner."""
    if item.borrower is None or not (
        talk.profile.show_borrower and talk.request.has("CurrentBorrowerDesired")
    ):
        return None
    return holding("CurrentBorrower", user_id(talk, item.borrower))
