"""Loans: lending, taking back, lending on, and asking back."""

from collections.abc import Sequence
from dataclasses import replace

from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.items import AlertType, CirculationStatus, Item
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    CancelRecall,
    Checkin,
    Checkout,
    PlaceHold,
    RecallItem,
    Renew,
    RenewAll,
)
from softdock.circulation.outcomes import Done, Lent, Recalled, Refused, RenewedAll, Returned
from softdock.circulation.patrons import Entry
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip import asking
from softdock.protocols.ncip.amounts import read_count
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.people import name_text
from softdock.protocols.ncip.south.dialect import LoanUndoing
from softdock.protocols.ncip.south.items import described, fee_in, item_in, location_names
from softdock.protocols.ncip.south.lists import hanging_in
from softdock.protocols.ncip.south.patrons import prove
from softdock.protocols.ncip.south.problems import Declined
from softdock.protocols.ncip.south.talk import Talk
from softdock.protocols.ncip.value_lists import folded

_MOST_RENEWALS = 200
"""Loans that are lent on by one wish."""
_LONGEST_DATE = 64
"""Characters of an end of a loan that is no date."""
_MOST_LOOKED_AT = 50
"""Loans that are looked at one by one."""
_PERHAPS_THEIRS = frozenset({Reason.DECLINED, Reason.ALREADY_LENT, Reason.ITEM_LENT_TO_ANOTHER})
"""Why a loan may have been refused of what the patron has already."""


# --- lending ----------------------------------------------------------------------------------------------


async def checkout(operation: Checkout, talk: Talk) -> AnyOutcome:
    """CheckOutItem; or RenewItem, where the patron has the item already and that may be lent on.

    A return that is undone is a loan that has happened: no other service gives it back.
    """
    mandated = operation.no_block or operation.cancel
    if mandated and not talk.system.dialect.honours_mandated:
        return Refused(Reason.NOT_SUPPORTED)
    pin = await prove(talk, "CheckOutItem", operation.patron, operation.pin)
    try:
        answer = await agreeing(
            talk,
            "CheckOutItem",
            operation,
            asking.mandated((operation.happened or talk.system.now()) if mandated else None),
            talk.who(operation.patron, pin),
            talk.item(operation.item),
            talk.hold(operation.hold),
            asking.moment(
                "DesiredDateDue", operation.promised_due if operation.no_block else operation.desired_due
            ),
            talk.elements("ItemElementType", talk.system.dialect.title_elements),
        )
    except Declined as declined:
        return await _instead(operation, declined, talk)
    return Done(await _lent(talk, answer, operation.item, operation.patron, undone=operation.cancel))


async def agreeing(
    talk: Talk, service: str, operation: Checkout | Renew | PlaceHold, *parts: asking.Part
) -> Element:
    """The answer to a wish that may cost something: what the patron has agreed to goes along.

    Who agrees to whatever it is agrees to what the system names.  Raises Declined.
    """
    agreed = operation.acknowledged_fee if operation.fee_acknowledged else None
    try:
        return await talk.ask(service, *parts, talk.amount("AcknowledgedFeeAmount", agreed))
    except Declined as declined:
        named = required_fee(declined, talk)
        if named is None or agreed is not None or not operation.fee_acknowledged:
            raise
    return await talk.ask(service, *parts, talk.amount("AcknowledgedFeeAmount", named))


def required_fee(declined: Declined, talk: Talk) -> Money | None:
    """What the patron would have to agree to, where that stands in the way."""
    return talk.system.money(declined.answer.first("RequiredFeeAmount"))


def refused(declined: Declined, talk: Talk, item: Item | None = None) -> Refused:
    """The refusal that the system's problems are; a fee beside them is the reason, unless they tell another."""
    fee = required_fee(declined, talk)
    reason = declined.reason
    if fee is not None and fee.minor > 0 and reason is Reason.DECLINED:
        reason = Reason.FEE_NOT_ACKNOWLEDGED
    is_about_it = reason is Reason.FEE_NOT_ACKNOWLEDGED
    return Refused(reason, declined.note, item=item, fee=fee if is_about_it else None)


async def _instead(operation: Checkout, declined: Declined, talk: Talk) -> AnyOutcome:
    """What becomes of a loan that was refused: a renewal, or the refusal with what the item tells of it."""
    why = refused(declined, talk)
    if why.reason not in _PERHAPS_THEIRS or operation.no_block or operation.cancel:
        return why
    item = await looked_up(talk, operation.item)
    if await is_theirs(talk, operation.patron, operation.item, item):
        renews = operation.renewal_allowed and talk.system.dialect.own_loan_renewed
        if not renews or "RenewItem" not in talk.system.services:
            return replace(why, reason=Reason.ALREADY_LENT, item=item)
        renewal = Renew(
            operation.patron,
            operation.item,
            pin=operation.pin,
            fee_acknowledged=operation.fee_acknowledged,
            acknowledged_fee=operation.acknowledged_fee,
            desired_due=operation.desired_due,
        )
        return await renew(renewal, talk)
    return replace(why, reason=_by_item(why.reason, item), item=item)


def _by_item(reason: Reason, item: Item | None) -> Reason:
    """What stands in the way, where the system did not say, by how the item stands."""
    if reason is not Reason.DECLINED or item is None:
        return reason
    if item.lendable is False:
        return Reason.ITEM_NOT_LENDABLE
    if item.status in (CirculationStatus.CHARGED, CirculationStatus.RECALLED):
        return Reason.ITEM_LENT_TO_ANOTHER
    return Reason.ITEM_ON_HOLD if item.status is CirculationStatus.ON_HOLD_SHELF else reason


async def looked_up(talk: Talk, item: ItemId) -> Item | None:
    """The item, where a refusal is to be understood; None if that is not to be had."""
    if (
        not talk.system.dialect.reasons_looked_up
        or "LookupItem" not in talk.system.services
        or talk.is_over()
    ):
        return None
    try:
        answer = await talk.ask(
            "LookupItem",
            talk.item(item),
            talk.elements("ItemElementType", talk.system.dialect.item_elements),
            asking.flag("CurrentBorrowerDesired", talk.system.dialect.borrower_asked),
        )
    except (Declined, LibrarySystemError):
        return None
    return item_in(answer, item, talk.system)


async def is_theirs(talk: Talk, patron: PatronId, item: ItemId, looked: Item | None) -> bool:
    """Whether `patron` has `item`: by who has it, else by what they have."""
    if looked is not None:
        if looked.status not in (
            CirculationStatus.CHARGED,
            CirculationStatus.CHARGED_NOT_RECALLABLE,
            CirculationStatus.RECALLED,
            CirculationStatus.OTHER,
        ):
            return False
        if looked.borrower is not None:
            return folded(looked.borrower) == folded(patron)
    if not talk.system.dialect.reasons_looked_up or talk.is_over():
        return False
    try:
        return await _has(talk, patron, item)
    except (Declined, LibrarySystemError):
        return False


async def _has(talk: Talk, patron: PatronId, item: ItemId) -> bool:
    """Whether `item` is among the loans of `patron`.  Raises Declined, and LibrarySystemError where nobody tells."""
    loans = await loans_of(talk, patron)
    return any(each.item is not None and folded(each.item) == folded(item) for each in loans)


async def loans_of(talk: Talk, patron: PatronId, pin: Secret | None = None) -> Sequence[Entry]:
    """What `patron` has.  Raises Declined, also for a wrong `pin`."""
    answer = await talk.ask("LookupUser", talk.who(patron, pin), asking.flag("LoanedItemsDesired", True))
    return hanging_in(answer, frozenset({"LoanedItemsDesired"}), talk.system).loans or ()


async def _lent(
    talk: Talk,
    answer: Element,
    item: ItemId,
    patron: PatronId,
    *,
    renewed: bool = False,
    undone: bool = False,
) -> Lent:
    """The loan that `answer` tells of."""
    told = await _titled(talk, described(answer.first("ItemOptionalFields"), item, talk.system))
    fee, fee_type = fee_in(answer, talk.system)
    due = talk.system.moment(answer, "DateDue")
    return Lent(
        told,
        patron,
        due,
        renewed,
        desensitize=told.lendable is not False,
        fee=fee,
        fee_type=fee_type,
        undone=undone,
        due_text="" if due is not None else " ".join(answer.value("DateDue").split())[:_LONGEST_DATE],
        renewals=read_count(answer.value("RenewalCount")),
    )


async def _titled(talk: Talk, item: Item) -> Item:
    """The item with its title, which devices show; it is looked at where the answer had none."""
    if item.title or not talk.system.dialect.title_looked_up:
        return item
    if "LookupItem" not in talk.system.services or talk.is_over():
        return item
    try:
        answer = await talk.ask(
            "LookupItem",
            talk.item(item.id),
            talk.elements("ItemElementType", talk.system.dialect.title_elements),
        )
    except (Declined, LibrarySystemError):
        return item
    looked = described(answer.first("ItemOptionalFields"), item.id, talk.system)
    return looked if looked.title else item


# --- taking back ------------------------------------------------------------------------------------------


async def checkin(operation: Checkin, talk: Talk) -> AnyOutcome:
    """CheckInItem; UndoCheckOutItem, where a loan is undone."""
    if operation.no_block and not talk.system.dialect.honours_mandated:
        return Refused(Reason.NOT_SUPPORTED)
    if operation.cancel:
        return await _undo(operation, talk)
    mandated = (operation.happened or operation.returned or talk.system.now()) if operation.no_block else None
    try:
        answer = await talk.ask(
            "CheckInItem",
            asking.mandated(mandated),
            talk.item(operation.item),
            talk.elements("ItemElementType", talk.system.dialect.title_elements),
        )
    except Declined as declined:
        is_done = talk.system.dialect.not_lent_is_returned and not operation.only_if_lent
        if declined.reason is Reason.ITEM_NOT_LENT and is_done:
            return Done(Returned(await _titled(talk, Item(operation.item))))
        return refused(declined, talk)
    return Done(await _returned(talk, answer, operation.item))


async def _undo(operation: Checkin, talk: Talk) -> AnyOutcome:
    """The loan taken back as the system's profile says; of another patron it is left as it is."""
    how, borrower = talk.system.dialect.undo_loan, operation.borrower
    if how is LoanUndoing.NONE:
        return Refused(Reason.NOT_SUPPORTED)
    if how is LoanUndoing.RETURN:
        if borrower is not None and not await _has(talk, borrower, operation.item):
            return Refused(Reason.NOTHING_TO_UNDO)
        outcome = await checkin(replace(operation, cancel=False, only_if_lent=True), talk)
        if isinstance(outcome, Done) and isinstance(outcome.result, Returned):
            return Done(replace(outcome.result, undone=True))
        return outcome
    mandated = (operation.happened or talk.system.now()) if operation.no_block else None
    try:
        answer = await talk.ask(
            "UndoCheckOutItem",
            asking.mandated(mandated),
            talk.item(operation.item),
            None if borrower is None else talk.who(borrower),
        )
    except Declined as declined:
        why = refused(declined, talk)
        if why.reason is Reason.ITEM_UNKNOWN and await looked_up(talk, operation.item) is not None:
            return replace(why, reason=Reason.NOTHING_TO_UNDO)  # the service has no other word for it
        return why
    item = await _titled(talk, Item(operation.item))
    return Done(Returned(item, talk.system.patron_id(answer) or borrower, undone=True))


async def _returned(talk: Talk, answer: Element, item: ItemId) -> Returned:
    """The return that `answer` tells of, with what a sorter acts on."""
    system = talk.system
    told = await _titled(talk, described(answer.first("ItemOptionalFields"), item, system))
    routing = answer.first("RoutingInformation")
    if routing is None:
        return Returned(told, system.patron_id(answer))
    location = routing.at("Destination", "Location")
    names = [] if location is None else location_names(location)
    place = names[-1] if names else ""
    return Returned(
        told,
        system.patron_id(answer),
        alert=_alert(routing, talk),
        sort_bin=routing.value("Destination", "BinNumber"),
        destination=system.library_of(place) or "" if place else "",
        hold_patron=system.patron_id(routing),
        hold_patron_name=name_text(
            routing.first("NameInformation"), given_name_first=system.dialect.given_name_first
        ),
    )


def _alert(routing: Element, talk: Talk) -> AlertType | None:
    """Why the item needs handling; nothing of what simply goes back to its shelf, or into a bin."""
    instructions = routing.value("RoutingInstructions")
    words = talk.system.dialect.crosswalk.routing
    known = words.heard.get(folded(instructions))
    if known is not None:
        return None if known is AlertType.NONE else known
    if folded(routing.value("RequestType")) in ("hold", "loan"):
        return AlertType.HOLD_ELSEWHERE if routing.at("Destination", "Location") else AlertType.HOLD_HERE
    return words.hear(instructions)


# --- lending on -------------------------------------------------------------------------------------------


async def renew(operation: Renew, talk: Talk) -> AnyOutcome:
    """RenewItem.  Of a title, what the patron has of it."""
    if operation.no_block and not talk.system.dialect.honours_mandated:
        return Refused(Reason.NOT_SUPPORTED)
    pin = await prove(talk, "RenewItem", operation.patron, operation.pin)
    item = operation.item or await _of_title(operation, talk)
    if item is None:
        return Refused(Reason.ITEM_NOT_LENT_TO_PATRON)
    try:
        answer = await agreeing(
            talk,
            "RenewItem",
            operation,
            asking.mandated((operation.happened or talk.system.now()) if operation.no_block else None),
            talk.who(operation.patron, pin),
            talk.item(item),
            talk.elements("ItemElementType", talk.system.dialect.title_elements),
            asking.moment(
                "DesiredDateDue", operation.promised_due if operation.no_block else operation.desired_due
            ),
        )
    except Declined as declined:
        return refused(declined, talk)
    if answer.has("Pending"):
        return Refused(Reason.DECLINED, _NOTED)
    return Done(await _lent(talk, answer, item, operation.patron, renewed=True))


_NOTED = {
    "en": "The library has noted the wish and decides later.",
    "zh": "续借申请已登记，图书馆稍后答复。",
}
"""What comes of a renewal that is Pending."""


async def _of_title(operation: Renew, talk: Talk) -> ItemId | None:
    """What the patron has of the title that is meant."""
    if operation.title is None:
        return None
    meant = folded(operation.title)
    loans = [each for each in await loans_of(talk, operation.patron) if each.item is not None]
    for each in loans:
        if meant in (folded(each.title_id or ""), folded(each.title)):
            return each.item
    unclear = [each.item for each in loans if each.title_id is None and each.item][:_MOST_LOOKED_AT]
    looked = await talk.gather(looked_up(talk, each) for each in unclear)
    return next((each.id for each in looked if each and folded(each.title_id or "") == meant), None)


async def renew_all(operation: RenewAll, talk: Talk) -> AnyOutcome:
    """LookupUser, and RenewItem for each loan; what there was no time for is not renewed.

    A renewal whose answer was lost is told as none: who has it lent on without knowing has lost nothing.  A PIN goes along
    with LookupUser too, so that a wrong one is tried once and not with every loan.
    """
    pin = await prove(talk, "RenewItem", operation.patron, operation.pin)
    entries = await loans_of(talk, operation.patron, pin)
    loans = [each.item for each in entries if each.item is not None]
    if not entries:
        return Refused(Reason.NOTHING_TO_RENEW)
    wishes = [
        Renew(operation.patron, each, pin=pin, fee_acknowledged=operation.fee_acknowledged)
        for each in loans[:_MOST_RENEWALS]
    ]
    done = await talk.gather(_is_renewed(each, talk) for each in wishes)
    renewed = [wish.item for wish, is_done in zip(wishes, done, strict=True) if is_done and wish.item]
    unrenewed = tuple(each for each in loans if each not in renewed)
    nameless = len(entries) - len(loans)  # counted, and not to be renewed
    return Done(
        RenewedAll(tuple(renewed), unrenewed, unrenewed_count=len(unrenewed) + nameless if nameless else None)
    )


async def _is_renewed(wish: Renew, talk: Talk) -> bool:
    if talk.is_over():
        return False
    try:
        return isinstance(await renew(wish, talk), Done)
    except (Declined, LibrarySystemError):
        return False


# --- asking back ------------------------------------------------------------------------------------------


async def recall_item(operation: RecallItem, talk: Talk) -> AnyOutcome:
    """RecallItem."""
    answer = await talk.ask(
        "RecallItem",
        talk.item(operation.item),
        asking.moment("DesiredDateDue", operation.desired_due),
        talk.elements("ItemElementType", talk.system.dialect.item_elements),
    )
    return Done(_recalled(answer, operation.item, talk))


async def cancel_recall(operation: CancelRecall, talk: Talk) -> AnyOutcome:
    """CancelRecallItem."""
    answer = await talk.ask(
        "CancelRecallItem",
        talk.item(operation.item),
        talk.elements("ItemElementType", talk.system.dialect.item_elements),
    )
    return Done(_recalled(answer, operation.item, talk))


def _recalled(answer: Element, item: ItemId, talk: Talk) -> Recalled:
    system = talk.system
    told = described(answer.first("ItemOptionalFields"), item, system)
    return Recalled(told, system.patron_id(answer), system.moment(answer, "DateDue") or told.due)
