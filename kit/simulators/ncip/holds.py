"""Services about requests, and about items that other libraries send for them."""

from dataclasses import replace
from typing import Final

from softdock.circulation.holds import HoldKind
from softdock.circulation.identifiers import HoldId, TitleId
from softdock.circulation.operations import AcceptItem, CancelHold, ChangeHold, LookupHold, PlaceHold
from softdock.circulation.outcomes import Accepted, HoldState
from softdock.kit.simulators.ncip import telling as t
from softdock.kit.simulators.ncip.asking import Ask, folded
from softdock.kit.simulators.ncip.nodes import Node, Part, holding, text
from softdock.kit.simulators.ncip.problems import incomplete

_ANY_COPY: Final = frozenset({"bibliographic item", "title"})


def request(ask: Ask) -> Part:
    """RequestItem: for an item, or for a title of which any copy will do."""
    kind = ask.word(ask.manner.kinds, "RequestType") or incomplete("RequestType")
    scope = ask.said.value("RequestScopeType") or incomplete("RequestScopeType")
    title = next(ask.titles(), None)
    item = ask.item_if_named()
    if item is None and title is None:
        incomplete("ItemId")
    if folded(scope) in _ANY_COPY and item is not None and title is not None:
        item = None
    wish = PlaceHold(
        ask.patron(),
        item,
        None if item is not None else title,
        ask.pin(),
        ask.said.value("PickupLocation"),
        ask.moment("NeedBeforeDate"),
        ask.word(t.SCOPES, "RequestScopeType") if folded(scope) != "title" else None,
        fee_acknowledged=True,
        hold=ask.request() if ask.manner.names_requests else None,
        kind=kind,
    )
    state: HoldState = ask.perform(wish)
    return [
        t.which(ask, state),
        t.user_id(ask, state.patron or ask.patron()),
        Node("RequestType", t.kind_of(ask, state)),
        Node("RequestScopeType", scope),
        ask.when("DateAvailable", ask.books.now()) if state.available else None,
        ask.when("HoldPickupDate", state.pickup_until),
        None if state.item is None else t.item_fields(ask, state.item),
        _about(ask, state),
    ]


def cancel(ask: Ask) -> Part:
    """CancelRequestItem: by its id, or by patron and item."""
    if not ask.said.value("RequestType"):
        incomplete("RequestType")
    wish = CancelHold(
        ask.patron(), ask.item_if_named(), next(ask.titles(), None), ask.pin(), hold=_named(ask)
    )
    if wish.hold is None and wish.item is None and wish.title is None:
        incomplete("RequestId")
    if (
        wish.item is not None and ask.books.copy(wish.item) is None
    ):  # the number of a title, as `t.which` tells it
        wish = replace(wish, item=None, title=TitleId(wish.item))
    state: HoldState = ask.perform(wish)
    return [
        t.which(ask, state),
        t.user_id(ask, state.patron or ask.patron()),
        None if state.item is None else t.item_fields(ask, state.item),
        _about(ask, state),
    ]


def update(ask: Ask) -> Part:
    """UpdateRequestItem: what is added takes the place of what was; the place in the queue stays."""
    state = _looked_up(ask)
    new = ask.said.first("AddRequestFields") or Node("AddRequestFields")
    item = None if state.item is None else state.item.id
    wish = ChangeHold(
        state.patron or ask.patron(),
        item,
        None if item is not None else state.title_id,
        ask.pin(),
        new.value("PickupLocation"),
        ask.moment("AddRequestFields", "NeedBeforeDate"),
        hold=state.id,
    )
    changed: HoldState = ask.perform(wish)
    item_id = changed.item.id if changed.item is not None else changed.title_id or ""
    return [
        t.item_id(ask, item_id),
        t.user_id(ask, changed.patron or wish.patron),
        Node("RequestType", t.kind_of(ask, changed)),
        Node("RequestScopeType", t.scope_of(changed)),
        ask.when("HoldPickupDate", changed.pickup_until),
        None if changed.item is None else t.item_fields(ask, changed.item),
        _about(ask, changed),
    ]


def look_up(ask: Ask) -> Part:
    """LookupRequest: by its id, or by patron, item and type."""
    state = _looked_up(ask)
    wanted = ask.wants("RequestElementType")
    told: list[tuple[str, Part]] = [
        ("user id", None if state.patron is None else t.user_id(ask, state.patron)),
        ("request type", Node("RequestType", t.kind_of(ask, state))),
        ("request scope type", Node("RequestScopeType", t.scope_of(state))),
        ("request status type", Node("RequestStatusType", t.status_of(ask, state))),
        ("hold queue position", text("HoldQueuePosition", state.queue_position)),
        ("need before date", ask.when("NeedBeforeDate", state.needed_before)),
        ("pickup location", text("PickupLocation", state.pickup_location)),
        ("pickup expiry date", ask.when("PickupExpiryDate", state.pickup_until)),
        ("date of user request", ask.when("DateOfUserRequest", state.placed)),
    ]
    return [
        t.which(ask, state),
        [part for name, part in told if name in wanted],
        None if state.item is None else t.item_fields(ask, state.item),
        _about(ask, state),
    ]


def accept(ask: Ask) -> Part:
    """AcceptItem: another library's item is here, and is kept for the patron if that is asked for."""
    hold = ask.request() or incomplete("RequestId")
    action = folded(ask.said.value("RequestedActionType")) or incomplete("RequestedActionType")
    about = ask.said.first("ItemOptionalFields") or Node("ItemOptionalFields")
    wish = AcceptItem(
        hold,
        ask.patron_if_named(),
        ask.item_if_named(),
        about.value("BibliographicDescription", "Title"),
        about.value("BibliographicDescription", "Author"),
        about.value("ItemDescription", "CallNumber"),
        due=ask.moment("DateForReturn"),
        keep_for_patron=action.startswith("hold"),
        renewable=not ask.said.has("RenewalNotPermitted"),
        pickup_location=ask.said.value("PickupLocation"),
    )
    accepted: Accepted = ask.perform(wish)
    said = holding("RequestId", Node("AgencyId", ask.library), Node("RequestIdentifierValue", accepted.hold))
    return [said, t.item_id(ask, accepted.item.id)]


def _named(ask: Ask) -> HoldId | None:
    return ask.request() if ask.manner.names_requests else None


def _looked_up(ask: Ask) -> HoldState:
    state: HoldState
    if (hold := _named(ask)) is not None:
        state = ask.perform(LookupHold(hold))
        return state
    kind: HoldKind | None = ask.word(ask.manner.kinds, "RequestType")
    item = ask.item()
    wish = LookupHold(patron=ask.patron(), item=item, kind=kind, pin=ask.pin())
    if ask.books.copy(item) is None:
        wish = replace(wish, item=None, title=TitleId(item))
    state = ask.perform(wish)
    return state


def _about(ask: Ask, state: HoldState) -> Node | None:
    if state.patron is None or not ask.wants("UserElementType"):
        return None
    return t.user_fields(ask, ask.described(state.patron))
