"""Holds, which NCIP calls requests: placing one, changing it, ending it, and how it stands."""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from softdock.circulation.errors import LibrarySystemError, Unsupported
from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import PatronId, Secret
from softdock.circulation.items import Item
from softdock.circulation.operations import CancelHold, ChangeHold, LookupHold, PlaceHold
from softdock.circulation.outcomes import Done, HoldState, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip import asking
from softdock.protocols.ncip.asking import Part
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.south.items import described
from softdock.protocols.ncip.south.lists import hanging_in, hold_in
from softdock.protocols.ncip.south.loans import agreeing, looked_up, refused
from softdock.protocols.ncip.south.patrons import prove
from softdock.protocols.ncip.south.problems import Declined
from softdock.protocols.ncip.south.talk import Talk
from softdock.protocols.ncip.tables.levels import has
from softdock.protocols.ncip.value_lists import folded

_MOST_LOOKED_AT = 50
"""Holds whose item is looked at one by one."""

_REQUEST_ELEMENTS = (
    "User Id", "Request Type", "Request Scope Type", "Request Status Type", "Hold Queue Position", "Need Before Date",
    "Pickup Location", "Pickup Expiry Date", "Date Of User Request",
)  # fmt: skip


async def place_hold(operation: PlaceHold, talk: Talk) -> AnyOutcome:
    """RequestItem.  How the hold stands then, the response does not tell; it is looked at where it has a name."""
    if operation.item is None and operation.title is None:
        return Refused(Reason.REQUEST_INCOMPLETE)
    pin = await prove(talk, "RequestItem", operation.patron, operation.pin)
    scope = operation.scope or (HoldScope.THIS_COPY if operation.title is None else HoldScope.ANY_COPY)
    by_item = operation.title is None or (scope is HoldScope.THIS_COPY and operation.item is not None)
    parts: tuple[Part, ...] = (
        talk.who(operation.patron, pin),
        talk.item(operation.item) if by_item else talk.title(operation.title),
        talk.hold(operation.hold),
        _type(operation.kind, talk),
        asking.text("RequestScopeType", talk.system.dialect.crosswalk.hold_scope.tell(scope)),
        asking.moment("NeedBeforeDate", operation.expires),
        _pickup(operation.pickup_location, talk),
        talk.elements("ItemElementType", talk.system.dialect.item_elements),
    )
    try:
        answer = await agreeing(talk, "RequestItem", operation, *parts)
    except Declined as declined:
        return refused(declined, talk)
    state = _state(answer, operation, talk)
    state = await _looked_at(
        replace(
            state,
            kind=operation.kind,
            scope=scope,
            pickup_location=state.pickup_location or (operation.pickup_location if _has_places(talk) else ""),
            expires=state.expires or operation.expires,
        ),
        talk,
    )
    return Done(state)


async def _looked_at(state: HoldState, talk: Talk) -> HoldState:
    """With what the system tells of the hold by its name, as far as that can be had."""
    offered = "LookupRequest" in talk.system.services and talk.system.dialect.holds_looked_up
    if state.id is None or not offered or talk.is_over():
        return state
    try:
        found = await _found(LookupHold(state.id), talk)
    except (Declined, LibrarySystemError):  # it is placed, whatever becomes of looking at it
        return state
    if isinstance(found, Refused) or folded(found.patron or state.patron or "") != folded(state.patron or ""):
        return state
    return _with(state, found)


def _with(state: HoldState, found: HoldState) -> HoldState:
    """`state`, and in it what only `found` tells."""
    return replace(
        state,
        title=state.title or found.title,
        available=state.available or found.available,
        queue_position=found.queue_position if state.queue_position is None else state.queue_position,
        pickup_location=state.pickup_location or found.pickup_location,
        expires=state.expires or found.expires,
        id=state.id or found.id,
        title_id=state.title_id or found.title_id,
        scope=state.scope or found.scope,
        status=state.status or found.status,
        placed=state.placed or found.placed,
        pickup_until=state.pickup_until or found.pickup_until,
        needed_before=state.needed_before or found.needed_before,
    )


async def cancel_hold(operation: CancelHold, talk: Talk) -> AnyOutcome:
    """CancelRequestItem, by the hold's name where it is known, else by the item; of a title, of what the patron waits for."""
    pin = await prove(talk, "CancelRequestItem", operation.patron, operation.pin)
    found = await _named(operation, talk)
    if isinstance(found, Refused):
        return found
    try:
        answer = await _cancelled(found, pin, talk)
    except Declined as declined:
        if found.hold is not None or declined.reason not in _NOT_BY_ITEM:
            raise
        listed = await _listed(operation, talk)
        if isinstance(listed, Refused) or listed.hold is None:
            raise
        found = listed
        answer = await _cancelled(found, pin, talk)
    return Done(replace(_state(answer, found, talk), available=False, status=HoldStatus.CANCELLED))


_NOT_BY_ITEM = frozenset({Reason.HOLD_UNKNOWN, Reason.HOLD_AMBIGUOUS, Reason.REQUEST_INCOMPLETE})
"""As what systems refuse a hold that is named by its item alone."""


async def _cancelled(operation: CancelHold, pin: Secret | None, talk: Talk) -> Element:
    return await talk.ask(
        "CancelRequestItem",
        talk.who(operation.patron, pin),
        talk.hold(operation.hold),
        talk.item(operation.item),
        _type(HoldKind.HOLD, talk),
        talk.elements("ItemElementType", talk.system.dialect.item_elements),
    )


async def change_hold(operation: ChangeHold, talk: Talk) -> AnyOutcome:
    """UpdateRequestItem: the place, and until when it is wanted.  Version 1 has no place for a place."""
    pin = await prove(talk, "UpdateRequestItem", operation.patron, operation.pin)
    found = await _named(operation, talk)
    if isinstance(found, Refused):
        return found
    before = await _before(found, talk)
    if isinstance(before, Refused):
        return before
    if operation.pickup_location and not _has_places(talk):
        is_unknown = before is None and "LookupRequest" in talk.system.services
        return Refused(Reason.HOLD_UNKNOWN if is_unknown else Reason.VALUE_NOT_KEPT)
    changes = (
        _pickup(operation.pickup_location, talk),
        asking.moment("NeedBeforeDate", operation.expires),
        None
        if operation.scope is None
        else asking.text("RequestScopeType", talk.system.dialect.crosswalk.hold_scope.tell(operation.scope)),
    )
    by_name = talk.hold(found.hold)
    answer = await talk.ask(
        "UpdateRequestItem",
        [by_name]
        if by_name is not None
        else [talk.who(operation.patron, pin), talk.item(found.item), _type(HoldKind.HOLD, talk)],
        _replaced(before, operation, talk),
        asking.holding("AddRequestFields", *changes),
        talk.elements("ItemElementType", talk.system.dialect.item_elements),
    )
    state = _state(answer, found, talk)
    if before is not None:
        state = _with(state, replace(before, needed_before=operation.expires or before.needed_before))
    return Done(
        replace(
            state,
            pickup_location=operation.pickup_location or state.pickup_location,
            expires=operation.expires or state.expires,
        )
    )


def _has_places(talk: Talk) -> bool:
    """Whether the version can say where a hold is to be collected."""
    return has(talk.system.initiator.form.level, "AddRequestFields", "PickupLocation")


async def lookup_hold(operation: LookupHold, talk: Talk) -> AnyOutcome:
    """LookupRequest: by the hold's name, else by patron, item and kind; of a title, what the patron waits for."""
    found = await _found(operation, talk)
    return found if isinstance(found, Refused) else Done(found)


async def _found(operation: LookupHold, talk: Talk) -> HoldState | Refused:
    if operation.hold is None and operation.item is None and operation.patron and operation.title:
        listed = await _listed(CancelHold(operation.patron, title=operation.title), talk)
        if isinstance(listed, Refused):
            return listed
        operation = replace(operation, hold=listed.hold, item=listed.item)
    by_name = talk.hold(operation.hold)
    if by_name is None and (operation.patron is None or operation.item is None):
        return Refused(Reason.HOLD_UNKNOWN)
    pin = None
    if operation.patron is not None:
        pin = await prove(talk, "LookupRequest", operation.patron, operation.pin)
    parts: list[Part] = [by_name]
    if by_name is None and operation.patron is not None:
        kind = operation.kind or HoldKind.HOLD
        parts = [talk.who(operation.patron, pin), talk.item(operation.item), _type(kind, talk)]
    answer = await talk.ask(
        "LookupRequest",
        *parts,
        talk.elements("RequestElementType", _REQUEST_ELEMENTS),
        talk.elements("ItemElementType", talk.system.dialect.item_elements),
    )
    state = _state(answer, operation, talk)
    if state.patron and operation.patron and folded(state.patron) != folded(operation.patron):
        return Refused(Reason.HOLD_UNKNOWN)
    return replace(state, placed=talk.system.moment(answer, "DateOfUserRequest") or state.placed)


# --- parts --------------------------------------------------------------------------------------------------


def _type(kind: HoldKind, talk: Talk) -> Element | None:
    return asking.text("RequestType", talk.system.dialect.crosswalk.hold_kind.tell(kind))


def _pickup(place: str, talk: Talk) -> Element | None:
    return asking.text("PickupLocation", talk.system.dialect.pickup_locations.get(place, place))


def _state(
    answer: Element, operation: PlaceHold | CancelHold | ChangeHold | LookupHold, talk: Talk
) -> HoldState:
    """The hold that `answer` tells of, as far as it does; the rest as it was asked for."""
    system = talk.system
    told = hold_in(answer, system)
    fields = answer.first("ItemOptionalFields")
    named = told.item.id if told.item is not None else operation.item
    item = None if named is None else described(fields, named, system)
    title = item.title if item is not None else ""
    if not title and fields is not None:
        title = " ".join(fields.value("BibliographicDescription", "Title").split())
    held = system.moment(answer, "HoldPickupDate")
    is_new = isinstance(operation, PlaceHold)
    is_ready = held is not None and told.status is None and system.dialect.believed_holds
    return replace(
        told,
        item=item if item is not None else Item(named) if named is not None else None,
        title=title or told.title,
        available=told.available or is_ready,
        status=HoldStatus.READY if is_ready else told.status,
        expires=told.expires or held,
        id=told.id or (None if is_new and not system.dialect.request_ids_kept else operation.hold),
        patron=system.patron_id(answer) or operation.patron,
        title_id=told.title_id or (None if item is None else item.title_id) or operation.title,
        pickup_until=told.pickup_until or held,
    )


_OneHold = TypeVar("_OneHold", CancelHold, ChangeHold)


async def _named(operation: _OneHold, talk: Talk) -> _OneHold | Refused:
    """The operation with a name or an item by which the system knows the hold; of a title alone, that is looked up.

    Devices say the number of a title, or how it reads.
    """
    if operation.hold is not None or operation.item is not None:
        return operation
    return await _listed(operation, talk) if operation.title else Refused(Reason.REQUEST_INCOMPLETE)


async def _listed(operation: _OneHold, talk: Talk) -> _OneHold | Refused:
    """The operation on the one hold of the patron's list that is meant, by its name."""
    holds = await _holds_of(operation.patron, talk)
    meant = [each for each in holds if _is_meant(each, operation)]
    if not meant and operation.title is not None:
        items = [each.item.id for each in holds if each.title_id is None and each.item is not None]
        looked = await talk.gather(looked_up(talk, each) for each in items[:_MOST_LOOKED_AT])
        name = folded(operation.title)
        of_title = {each.id for each in looked if each is not None and folded(each.title_id or "") == name}
        meant = [each for each in holds if each.item is not None and each.item.id in of_title]
    if not meant:
        return Refused(Reason.HOLD_UNKNOWN)
    if len(meant) > 1:
        return Refused(Reason.HOLD_AMBIGUOUS)
    first = meant[0]
    if first.id is None and first.item is None:  # no service could be told which one is meant
        return Refused(Reason.NOT_SUPPORTED)
    return replace(operation, hold=first.id, item=None if first.item is None else first.item.id)


def _is_meant(hold: HoldState, operation: CancelHold | ChangeHold) -> bool:
    if operation.item is not None:
        return hold.item is not None and folded(hold.item.id) == folded(operation.item)
    return folded(operation.title or "") in (folded(hold.title_id or ""), folded(hold.title))


async def _holds_of(patron: PatronId, talk: Talk) -> list[HoldState]:
    answer = await talk.ask("LookupUser", talk.who(patron), asking.flag("RequestedItemsDesired", True))
    return list(hanging_in(answer, frozenset({"RequestedItemsDesired"}), talk.system).holds or ())


async def _before(operation: ChangeHold, talk: Talk) -> HoldState | Refused | None:
    """The hold as it stands, for a changed value is deleted as it was; None where nobody tells.

    Refused is what is seen to be another patron's: a hold is changed by its name alone, with which no patron goes along.
    """
    if "LookupRequest" not in talk.system.services:
        return None
    try:
        return await _found(LookupHold(operation.hold, operation.patron, operation.item), talk)
    except (Declined, Unsupported):
        return None


def _replaced(before: HoldState | None, operation: ChangeHold, talk: Talk) -> Element | None:
    if before is None:
        return None
    needed = before.needed_before
    return asking.holding(
        "DeleteRequestFields",
        asking.moment("NeedBeforeDate", needed)
        if operation.expires is not None and isinstance(needed, datetime)
        else None,
        _pickup(before.pickup_location, talk) if operation.pickup_location else None,
    )
