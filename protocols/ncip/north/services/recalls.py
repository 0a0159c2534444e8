"""Recalls: asking for an item that somebody has, and asking for it no more.

Who has it is told only to partners who may see that: whoever recalls an item is not the one who has it.
"""

from softdock.circulation.operations import CancelRecall, RecallItem
from softdock.circulation.outcomes import Recalled
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import item_id, user_id
from softdock.protocols.ncip.north.reading import Who, item_of, until
from softdock.protocols.ncip.north.services.loans import both_fields
from softdock.protocols.ncip.north.talk import Talk


async def recall_item(talk: Talk) -> list[Element]:
    """RecallItem.  The library says when the item has to be back; the date that is desired is a proposal."""
    wish = RecallItem(item_of(talk), until(talk, "DesiredDateDue"))
    recalled: Recalled = await talk.ask(wish, once=True)
    due = recalled.due
    return [
        *(await _loan(talk, recalled)),
        *([] if due is None else [Element("DateDue", talk.written(due))]),
    ]


async def cancel_recall_item(talk: Talk) -> list[Element]:
    """CancelRecallItem: the loan goes on as it was."""
    recalled: Recalled = await talk.ask(CancelRecall(item_of(talk)), once=True)
    return await _loan(talk, recalled)


async def _loan(talk: Talk, recalled: Recalled) -> list[Element]:
    """The item, and as far as this partner may know it, who has it."""
    borrower = recalled.patron if talk.profile.show_borrower else None
    return [
        item_id(talk, item_of(talk), recalled.item.owner),
        *([] if borrower is None else [user_id(talk, borrower)]),
        *(await both_fields(talk, recalled.item, None if borrower is None else Who(borrower))),
    ]
