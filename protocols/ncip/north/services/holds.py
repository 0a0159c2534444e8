"""Holds, which NCIP calls requests: placing one, ending it, and how it stands."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, TitleId
from softdock.circulation.items import Item
from softdock.circulation.operations import CancelHold, LookupHold, PlaceHold
from softdock.circulation.outcomes import Done, HoldState, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import count, holding, item_id, request_id, user_id
from softdock.protocols.ncip.north.items import described
from softdock.protocols.ncip.north.problems import P, trouble
from softdock.protocols.ncip.north.reading import (
    Who,
    agreed_fee,
    hold_if_any,
    hold_kind,
    hold_scope,
    item_if_any,
    item_named,
    pickup_location,
    title_named,
    until,
    who,
    who_if_any,
)
from softdock.protocols.ncip.north.services.loans import both_fields, lending_trouble
from softdock.protocols.ncip.north.services.patrons import unproven
from softdock.protocols.ncip.north.talk import Talk

MOST_TRIED = 20
"""Of the items or titles that a request offers to choose from, as many are tried."""

Target = tuple[ItemId | None, TitleId | None]

_NOT_THIS_ONE = frozenset(
    {
        Reason.ITEM_UNKNOWN,
        Reason.ITEM_AMBIGUOUS,
        Reason.ITEM_BELONGS_ELSEWHERE,
        Reason.ITEM_NOT_LENDABLE,
        Reason.TITLE_UNKNOWN,
    }
)
"""After these, another item or title may still do."""


# --- placing --------------------------------------------------------------------------------------------


async def request_item(talk: Talk) -> list[Element]:
    """RequestItem.  Of several items or titles, the first that can be requested is; the others are left alone.

    What is requested elsewhere already (MandatedAction) is placed as any other.  When the item is needed first
    (EarliestDateNeeded) no library keeps; a hold that is filled early waits for the patron.  Without a number of the
    partner's it gets one: there has to be a way to speak of it again.
    """
    asked, kind, scope = who(talk), hold_kind(talk), hold_scope(talk)
    agreed = agreed_fee(talk)
    wish = PlaceHold(
        asked.patron,
        pin=asked.pin,
        pickup_location=pickup_location(talk),
        expires=ends(talk, talk.request),
        scope=scope,
        fee_acknowledged=agreed is not None and agreed.minor > 0,
        acknowledged_fee=agreed,
        hold=hold_if_any(talk),
        kind=kind or HoldKind.HOLD,
        needs_name=True,
    )
    state, target = await _placed(talk, wish, _targets(talk, scope))
    return [
        *_names(talk, state.id or wish.hold, state.item, target[0]),
        user_id(talk, state.patron or asked.patron, asked),
        _said(talk.request, "RequestType"),
        _said(talk.request, "RequestScopeType"),
        *waits_until(talk, state),
        *(await fields(talk, state, asked)),
    ]


def ends(talk: Talk, within: Element) -> datetime | None:
    """When the hold ends of itself: before the date by which the item is needed, or until which it would be fetched."""
    return until(talk, "NeedBeforeDate", within) or until(talk, "PickupExpiryDate", within)


def _targets(talk: Talk, scope: HoldScope | None) -> list[Target]:
    """What may be requested, the best first.

    Whoever wants one copy and names it gets no other.  Whoever wants any copy may name the title by one of them; and
    who wants a copy of a title and does not say which gets one that the library chooses.
    """
    items: list[Target] = [(item_named(each), None) for each in talk.request.all("ItemId")]
    titles: list[Target] = [(None, title_named(each)) for each in talk.request.all("BibliographicId")]
    found = items or titles if scope is HoldScope.THIS_COPY else [*titles, *items]
    return list(dict.fromkeys(found))[:MOST_TRIED]


async def _placed(talk: Talk, wish: PlaceHold, targets: list[Target]) -> tuple[HoldState, Target]:
    """The hold, and on what it is.  If none can be had, the reason is that of the first."""
    why: AnyOutcome | None = None
    for item, title in targets:
        scope = HoldScope.ANY_COPY if item is None else wish.scope
        outcome = await talk.outcome_of(replace(wish, item=item, title=title, scope=scope), once=True)
        if isinstance(outcome, Done):
            assert isinstance(outcome.result, HoldState)
            return outcome.result, (item, title)
        if not (isinstance(outcome, Refused) and outcome.reason in _NOT_THIS_ONE):
            raise lending_trouble(talk, outcome)
        why = why or outcome
    if why is None:
        raise trouble(P.NEEDED_DATA_MISSING, "The request names no item and no title.", "ItemId")
    raise lending_trouble(talk, why)


# --- ending ---------------------------------------------------------------------------------------------


async def cancel_request_item(talk: Talk) -> list[Element]:
    """CancelRequestItem, of this patron's request: by its number, or by the item that it is for."""
    asked, hold, item = who(talk), hold_if_any(talk), _item_beside(talk)
    if hold is None and item is None:
        raise trouble(P.NEEDED_DATA_MISSING, "It is not said which request.", "RequestId")
    wish = CancelHold(asked.patron, item, pin=asked.pin, hold=hold)
    outcome = await talk.outcome_of(wish, once=True)
    if (
        isinstance(outcome, Refused)
        and outcome.reason is Reason.HOLD_AMBIGUOUS
        and talk.request.value("RequestType")
    ):
        meant: HoldState = await talk.ask(
            LookupHold(patron=asked.patron, item=item, kind=hold_kind(talk), pin=asked.pin)
        )
        outcome = await talk.outcome_of(replace(wish, hold=meant.id), once=True)
    if not isinstance(outcome, Done):
        raise talk.why_not(outcome)
    state = outcome.result
    assert isinstance(state, HoldState)
    return [
        *_names(talk, hold, state.item, item),
        user_id(talk, state.patron or asked.patron, asked),
        *(await fields(talk, state, asked)),
    ]


# --- looking --------------------------------------------------------------------------------------------


async def lookup_request(talk: Talk) -> list[Element]:
    """LookupRequest: what of the request is asked for by RequestElementType, and known."""
    state, asked, item = await found_hold(talk)
    wanted = talk.wants("RequestElementType")
    answer = _names(talk, state.id or hold_if_any(talk), state.item, item)
    for name, part in _PARTS.items():
        if name in wanted:
            answer += part(talk, state)
    if asked is None and state.patron is not None and not talk.account.require_pin:
        asked = Who(state.patron)
    if "user id" in wanted and asked is not None:
        answer.append(user_id(talk, state.patron or asked.patron, asked))
    return [*answer, *(await fields(talk, state, asked))]


async def found_hold(talk: Talk) -> tuple[HoldState, Who | None, ItemId | None]:
    """The request that is meant, with the patron and the item by which it was named, if it was."""
    hold, asked, item = hold_if_any(talk), who_if_any(talk), _item_beside(talk)
    if hold is None and (asked is None or item is None):
        raise trouble(P.NEEDED_DATA_MISSING, "It is not said which request.", "RequestId")
    if asked is not None and asked.pin is None and talk.account.require_pin:
        raise unproven(talk, Reason.PIN_REQUIRED)
    if hold is not None and asked is None:
        return await talk.ask(LookupHold(hold)), None, item
    assert asked is not None
    wish = LookupHold(hold, asked.patron, pin=asked.pin)
    if hold is None:
        wish = replace(wish, item=item, kind=hold_kind(talk))
    return await talk.ask(wish), asked, item


def _kind(talk: Talk, state: HoldState) -> Iterator[Element]:
    if state.kind is not None:
        yield Element("RequestType", talk.crosswalk.hold_kind.told[state.kind])


def _scope(talk: Talk, state: HoldState) -> Iterator[Element]:
    if state.scope is not None:
        yield Element("RequestScopeType", talk.crosswalk.hold_scope.told[state.scope])


def _status(talk: Talk, state: HoldState) -> Iterator[Element]:
    status = state.status or (HoldStatus.READY if state.available else HoldStatus.WAITING)
    yield Element("RequestStatusType", talk.crosswalk.hold_status.told[status])


def _position(talk: Talk, state: HoldState) -> Iterator[Element]:
    if (position := count("HoldQueuePosition", state.queue_position, 1)) is not None:
        yield position


def _needed(talk: Talk, state: HoldState) -> Iterator[Element]:
    needed = state.needed_before
    if needed is None and state.expires != state.pickup_until:
        needed = state.expires
    if needed is not None:
        yield Element("NeedBeforeDate", talk.written(needed))


def _pickup(talk: Talk, state: HoldState) -> Iterator[Element]:
    if place := talk.profile.names_of_pickup_locations.get(state.pickup_location, state.pickup_location):
        yield Element("PickupLocation", place)


def _kept_until(talk: Talk, state: HoldState) -> Iterator[Element]:
    if state.pickup_until is not None:
        yield Element("PickupExpiryDate", talk.written(state.pickup_until))


def _placed_at(talk: Talk, state: HoldState) -> Iterator[Element]:
    if state.placed is not None:
        yield Element("DateOfUserRequest", talk.written(state.placed))


_PARTS: Final[Mapping[str, Callable[[Talk, HoldState], Iterator[Element]]]] = {
    "request type": _kind,
    "request scope type": _scope,
    "request status type": _status,
    "hold queue position": _position,
    "need before date": _needed,
    "pickup location": _pickup,
    "pickup expiry date": _kept_until,
    "date of user request": _placed_at,
}
"""What a library knows of a hold.  Of shipping, of fees and of when it was ready or fetched it keeps nothing."""


# --- what several of them say ---------------------------------------------------------------------------


def waits_until(talk: Talk, state: HoldState) -> list[Element]:
    """HoldPickupDate, of what lies ready already."""
    if not state.available or state.pickup_until is None:
        return []
    return [Element("HoldPickupDate", talk.written(state.pickup_until))]


async def fields(talk: Talk, state: HoldState, asked: Who | None) -> list[Element]:
    """ItemOptionalFields and UserOptionalFields, as far as they are asked for."""
    found = await both_fields(talk, state.item, asked)
    if state.item is None and "bibliographic description" in talk.wants("ItemElementType"):
        title = described(talk, state.title_id, state.title)
        found += [holding("ItemOptionalFields", title)] if title is not None else []
    return found


def _names(talk: Talk, hold: HoldId | None, item: Item | None, asked: ItemId | None) -> list[Element]:
    """What the request is known by, and the item that it is for."""
    found = [request_id(talk, hold)] if hold else []
    if item is not None and item.id:
        found.append(item_id(talk, item.id, item.owner))
    elif asked:
        found.append(item_id(talk, asked))
    return found


def _item_beside(talk: Talk) -> ItemId | None:
    """The item, where one is named; an empty one beside the number of a request says nothing."""
    named = talk.request.value("ItemId", "ItemIdentifierValue")
    return item_if_any(talk) if named else None


def _said(request: Element, name: str) -> Element:
    """What the request says, as it says it."""
    found = request.first(name)
    assert found is not None
    return Element(name, found.text, found.scheme)
