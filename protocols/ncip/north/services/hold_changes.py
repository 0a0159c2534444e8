"""Changing a hold: what shall go and what shall come, against how the hold stands (UpdateRequestItem)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import ItemId
from softdock.circulation.operations import ChangeHold, LookupTitle
from softdock.circulation.outcomes import Done, HoldState, TitleReport
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import item_id, user_id
from softdock.protocols.ncip.north.problems import P, Trouble, problem, trouble
from softdock.protocols.ncip.north.reading import Who, hold_kind, hold_scope, pickup_location
from softdock.protocols.ncip.north.services.holds import ends, fields, found_hold, waits_until
from softdock.protocols.ncip.north.services.patrons import unproven
from softdock.protocols.ncip.north.talk import Talk

_NOTHING: Final = Element("AddRequestFields")

_PICKUP: Final = frozenset({"PickupLocation", "ShippingInformation"})
_END: Final = frozenset({"NeedBeforeDate", "PickupExpiryDate"})


@record
class _Change:
    """What is to become of a hold; empty where it stays as it is."""

    pickup_location: str
    expires: datetime | None
    scope: HoldScope | None

    @property
    def is_any(self) -> bool:
        """Whether anything is to become of it."""
        return bool(self.pickup_location) or self.expires is not None or self.scope is not None


async def update_request_item(talk: Talk) -> list[Element]:
    """UpdateRequestItem.  All of it is changed or nothing; without changes the answer tells how the request stands.

    The response has to name an item, and whose request it is: an account that has to prove its patrons has to name
    them.  Where no item has been set aside for a title, it is one that would do.
    """
    state, asked, item = await found_hold(talk)
    if asked is None and talk.account.require_pin:
        raise unproven(talk, Reason.PIN_REQUIRED)
    patron = asked.patron if asked is not None else state.patron
    if patron is None:
        raise trouble(P.NEEDED_DATA_MISSING, "The library does not tell whose request it is.", "UserId")
    kind = state.kind or hold_kind(talk)
    change = _wished(talk, state)
    scope = change.scope or state.scope
    named = await _item_for(talk, state, item)
    if kind is None or scope is None or named is None:
        raise trouble(P.TEMPORARY_PROCESSING_FAILURE, "The library does not tell enough of this request.")
    if change.is_any:
        state = await talk.ask(
            ChangeHold(
                patron,
                state.item.id if state.item is not None else item,
                state.title_id,
                pin=asked.pin if asked is not None else None,
                pickup_location=change.pickup_location,
                expires=change.expires,
                scope=change.scope,
                hold=state.id,
            ),
            once=True,
        )
    return [
        named,
        user_id(talk, patron, asked),
        Element("RequestType", talk.crosswalk.hold_kind.told[kind]),
        Element("RequestScopeType", talk.crosswalk.hold_scope.told[state.scope or scope]),
        *waits_until(talk, state),
        *(await fields(talk, state, asked or Who(patron))),
    ]


async def _item_for(talk: Talk, state: HoldState, asked: ItemId | None) -> Element | None:
    """ItemId: the item that the request is for, or else the first copy of its title."""
    item = state.item
    if item is None and asked is not None:
        return item_id(talk, asked)
    if item is None and state.title_id is not None:
        outcome = await talk.outcome_of(LookupTitle(state.title_id))
        if isinstance(outcome, Done) and isinstance(outcome.result, TitleReport):
            item = next(
                (each for each in outcome.result.copies if each.id and each.lendable is not False), None
            )
    return None if item is None or not item.id else item_id(talk, item.id, item.owner)


def _wished(talk: Talk, state: HoldState) -> _Change:
    """What the request wants changed; raises Trouble with a problem for each part that cannot be."""
    drops = talk.request.first("DeleteRequestFields") or _NOTHING
    adds = talk.request.first("AddRequestFields") or _NOTHING
    unable = [
        *(
            _unable(P.UNABLE_TO_DELETE_ELEMENT, each)
            for each in drops.children
            if _says_something(each) and not _can_go(talk, state, each, adds)
        ),
        *(
            _unable(P.UNABLE_TO_ADD_ELEMENT, each)
            for each in adds.children
            if _says_something(each) and not _is_taken(talk, state, each)
        ),
    ]
    if unable:
        raise Trouble(*unable)
    return _Change(pickup_location(talk, adds), ends(talk, adds), hold_scope(talk, adds))


def _unable(kind: P, element: Element) -> Element:
    return problem(kind, "", element.name, element.text[:128])


def _says_something(element: Element) -> bool:
    return element.name != "Ext" and any(each.text for each in element.walk())


def _can_go(talk: Talk, state: HoldState, old: Element, adds: Element) -> bool:
    """Whether `old` is there, and what comes in its place: a hold has no less than it has."""
    if old.name in _PICKUP:
        there = pickup_location(talk, Element("DeleteRequestFields", children=[old]))
        return bool(pickup_location(talk, adds)) and state.pickup_location in ("", there)
    if old.name in _END:
        return ends(talk, adds) is not None
    return adds.has(old.name) and _is_same(talk, state, old)


def _is_taken(talk: Talk, state: HoldState, new: Element) -> bool:
    """Whether `new` is kept by the library, or is so already."""
    if new.name in _PICKUP:
        return bool(pickup_location(talk, Element("AddRequestFields", children=[new])))
    return new.name in _END or new.name == "RequestScopeType" or _is_same(talk, state, new)


def _is_same(talk: Talk, state: HoldState, part: Element) -> bool:
    """Whether `part` says what is so already."""
    within = Element("AddRequestFields", children=[part])
    known: Mapping[str, bool] = {
        "UserId": part.value("UserIdentifierValue") == state.patron,
        "ItemId": state.item is not None and part.value("ItemIdentifierValue") == state.item.id,
        "RequestType": part.name == "RequestType" and hold_kind(talk, within) is state.kind,
        "RequestScopeType": part.name == "RequestScopeType" and hold_scope(talk, within) is state.scope,
    }
    return known.get(part.name, False)
