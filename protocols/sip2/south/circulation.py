"""The messages about an item, towards a system: 11/12, 09/10, 29/30, 65/66, 15/16, 17/18 and 19/20."""

from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import AlertType, CirculationStatus, Item, SecurityMarker
from softdock.circulation.operations import (
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    LookupItem,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.outcomes import Done, HoldState, ItemUpdated, Lent, RenewedAll, Returned
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.south.patrons import secret_text
from softdock.protocols.sip2.south.refusals import reason_in_words, refused, refused_loan
from softdock.protocols.sip2.south.system import System, extra_of, number, stamp_or_none

_HOLD_MODES: dict[type, str] = {PlaceHold: "+", CancelHold: "-", ChangeHold: "*"}


def _nb_due_date(operation: Checkout | Renew, system: System) -> str:
    """What the patron was told while the system was away.  Else it means nothing, and some systems want a date all the same."""
    return stamp_or_none(operation.promised_due, system.zone) if operation.no_block else system.stamp()


_NOWHERE = frozenset({CirculationStatus.OTHER, CirculationStatus.MISSING})
"""What systems say of the status of an item that they do not know."""


def _yes(flag: bool) -> str | None:
    """A flag that is only sent where it is set."""
    return "Y" if flag else None


def _is_yes(text: str | None) -> bool:
    return text is not None and text.strip()[:1] in ("Y", "y")


def _text(value: str | None) -> str:
    return value.strip() if value else ""


# --- 11, 12 -------------------------------------------------------------------------------------------


def write_checkout(operation: Checkout, system: System) -> m.Checkout:
    """11."""
    return m.Checkout(
        sc_renewal_policy=operation.renewal_allowed,
        no_block=operation.no_block,
        transaction_date=system.stamp(operation.happened),
        nb_due_date=_nb_due_date(operation, system),
        institution_id=system.institution,
        patron_identifier=operation.patron,
        item_identifier=operation.item,
        terminal_password=system.terminal_password,
        item_properties=operation.properties,
        patron_password=secret_text(operation.pin),
        fee_acknowledged="Y" if operation.fee_acknowledged else "N",
        cancel=_yes(operation.cancel),
    )


def read_checkout(operation: Checkout, message: m.CheckoutResponse, system: System) -> AnyOutcome:
    """Lent; or, where a return was undone, lent as it was before."""
    return _loan(operation, message, system, message.renewal_ok, undone=operation.cancel)


def _loan(
    operation: Checkout | Renew,
    message: m.CheckoutResponse | m.RenewResponse,
    system: System,
    renewed: bool,
    *,
    undone: bool = False,
) -> AnyOutcome:
    item_id = operation.item or ItemId(_text(message.item_identifier))
    item = Item(
        item_id,
        message.title_identifier or "",
        media_type=system.media_type(message.media_type),
        magnetic=message.magnetic_media,
        properties=message.item_properties or "",
    )
    if not message.ok:
        return refused_loan(message, system, item if item_id else None, operation.fee_acknowledged)
    if not item_id:
        raise system.malformed(message, "AB")  # renewed is a copy of the title, but which?
    due, due_text = system.due(message.due_date)
    fee = system.money(message.fee_amount, message.currency_type)
    lent = Lent(
        item,
        operation.patron,
        due,
        renewed,
        desensitize=message.desensitize is True,
        fee=fee,
        fee_type=system.fee_type(message.fee_type) if fee is not None else None,
        transaction=_text(message.transaction_id),
        undone=undone,
        due_text=due_text,
    )
    unread = ("BV", message.fee_amount if fee is None else None)
    extra = extra_of(message, ("CI", message.security_inhibit), unread)
    return Done(lent, system.lines(message.screen_message), extra)


# --- 09, 10 -------------------------------------------------------------------------------------------


def write_checkin(operation: Checkin, system: System) -> m.Checkin:
    """09.  What does not say when it was returned is returned now."""
    return m.Checkin(
        no_block=operation.no_block,
        transaction_date=system.stamp(operation.happened),
        return_date=system.stamp(operation.returned or operation.happened),
        current_location=operation.location,
        institution_id=system.institution,
        item_identifier=operation.item,
        terminal_password=system.terminal_password,
        item_properties=operation.properties,
        cancel=_yes(operation.cancel),
    )


def read_checkin(operation: Checkin, message: m.CheckinResponse, system: System) -> AnyOutcome:
    """Taken back, with what a sorter acts on."""
    item = Item(
        operation.item,
        message.title_identifier or "",
        media_type=system.media_type(message.media_type),
        magnetic=message.magnetic_media,
        permanent_location=_text(message.permanent_location),
        call_number=_text(message.call_number),
        collection=_text(message.collection_code),
        properties=message.item_properties or "",
    )
    if not message.ok:
        return refused(message, system, item=item)
    hold_patron, borrower = _text(message.hold_patron_id), _text(message.patron_identifier)
    returned = Returned(
        item,
        PatronId(borrower) if borrower else None,
        resensitize=message.resensitize,
        alert=_alert(message, system),
        sort_bin=_text(message.sort_bin),
        destination=_text(message.destination_location),
        hold_patron=PatronId(hold_patron) if hold_patron else None,
        hold_patron_name=message.hold_patron_name or "",
        undone=operation.cancel,
    )
    return Done(returned, system.lines(message.screen_message), extra_of(message))


def _alert(message: m.CheckinResponse, system: System) -> AlertType | None:
    """Why the device should beep.  An alert without a type, or with one that nobody knows, is no less an alert."""
    code = _text(message.alert_type)
    alert = system.dialect.codes.alert_type.heard.get(code, AlertType.SPECIAL) if code else None
    if message.alert and alert in (None, AlertType.NONE):
        return AlertType.SPECIAL
    return alert


# --- 29, 30 -------------------------------------------------------------------------------------------


def write_renew(operation: Renew, system: System) -> m.Renew:
    """29."""
    return m.Renew(
        third_party_allowed=operation.third_party_allowed,
        no_block=operation.no_block,
        transaction_date=system.stamp(operation.happened),
        nb_due_date=_nb_due_date(operation, system),
        institution_id=system.institution,
        patron_identifier=operation.patron,
        patron_password=secret_text(operation.pin),
        item_identifier=operation.item,
        title_identifier=operation.title,
        terminal_password=system.terminal_password,
        item_properties=operation.properties,
        fee_acknowledged="Y" if operation.fee_acknowledged else "N",
    )


def read_renew(operation: Renew, message: m.RenewResponse, system: System) -> AnyOutcome:
    """Lent on.  The flag for renewals means nothing beyond that here."""
    return _loan(operation, message, system, renewed=True)


# --- 65, 66 -------------------------------------------------------------------------------------------


def write_renew_all(operation: RenewAll, system: System) -> m.RenewAll:
    """65."""
    return m.RenewAll(
        transaction_date=system.stamp(),
        institution_id=system.institution,
        patron_identifier=operation.patron,
        patron_password=secret_text(operation.pin),
        terminal_password=system.terminal_password,
        fee_acknowledged="Y" if operation.fee_acknowledged else "N",
    )


def read_renew_all(operation: RenewAll, message: m.RenewAllResponse, system: System) -> AnyOutcome:
    """What was renewed and what not.  A refusal with something renewed is none: books were changed."""
    renewed = tuple(ItemId(each.strip()) for each in message.renewed_items)
    unrenewed = tuple(ItemId(each.strip()) for each in message.unrenewed_items)
    if not message.ok and not renewed and not message.renewed_count:
        return refused(message, system)
    result = RenewedAll(
        renewed,
        unrenewed,
        _beyond(message.renewed_count, len(renewed)),
        _beyond(message.unrenewed_count, len(unrenewed)),
    )
    return Done(result, system.lines(message.screen_message), extra_of(message))


def _beyond(count: int | None, listed: int) -> int | None:
    return None if count == listed else count


# --- 15, 16 -------------------------------------------------------------------------------------------


def write_hold(operation: PlaceHold | ChangeHold | CancelHold, system: System) -> m.Hold:
    """15."""
    pickup, expires, scope = "", None, None
    if not isinstance(operation, CancelHold):
        pickup, expires, scope = operation.pickup_location, operation.expires, operation.scope
    acknowledged = None
    if isinstance(operation, PlaceHold):
        acknowledged = "Y" if operation.fee_acknowledged else "N"
    return m.Hold(
        hold_mode=_HOLD_MODES[type(operation)],
        transaction_date=system.stamp(),
        expiration_date=system.stamp(expires) if expires else None,
        pickup_location=pickup or None,
        hold_type=system.dialect.codes.hold_type.told[scope] if scope else None,
        institution_id=system.institution,
        patron_identifier=operation.patron,
        patron_password=secret_text(operation.pin),
        item_identifier=operation.item,
        title_identifier=operation.title,
        terminal_password=system.terminal_password,
        fee_acknowledged=acknowledged,
    )


def read_hold(
    operation: PlaceHold | ChangeHold | CancelHold, message: m.HoldResponse, system: System
) -> AnyOutcome:
    """How the hold stands then."""
    item_id = operation.item or ItemId(_text(message.item_identifier))
    title = message.title_identifier or ""
    item = Item(item_id, title, title_id=TitleId(operation.title) if operation.title else None)
    if not message.ok:
        return refused(message, system, item=item if item_id else None)
    state = HoldState(
        item if item_id else None,
        title,
        available=message.available,
        queue_position=number(message.queue_position),
        pickup_location=_text(message.pickup_location),
        expires=system.day_or_moment(message.expiration_date),
    )
    return Done(state, system.lines(message.screen_message), extra_of(message))


# --- 17, 18 -------------------------------------------------------------------------------------------


def write_item_lookup(operation: LookupItem, system: System) -> m.ItemInformation:
    """17."""
    return m.ItemInformation(
        transaction_date=system.stamp(),
        institution_id=system.institution,
        item_identifier=operation.item,
        terminal_password=system.terminal_password,
    )


def read_item_lookup(operation: LookupItem, message: m.ItemInformationResponse, system: System) -> AnyOutcome:
    """The item.  18 has no flag for one that is unknown: what has no title and is nowhere is not there."""
    note = system.lines(message.screen_message)
    title = message.title_identifier or ""
    codes = system.dialect.codes
    status = codes.circulation_status.heard.get(message.circulation_status, CirculationStatus.OTHER)
    reason = reason_in_words(message, note, system)
    if reason is None and not title.strip() and status in _NOWHERE:
        reason = Reason.ITEM_UNKNOWN
    if reason is not None:
        return refused(message, system, default=reason)
    currency = message.currency_type
    due, due_text = system.due(message.due_date)
    owner = _text(message.owner)
    item = Item(
        operation.item,
        title,
        media_type=system.media_type(message.media_type),
        security_marker=codes.security_marker.heard.get(message.security_marker, SecurityMarker.OTHER),
        fee_type=system.fee_type(message.fee_type),
        fee=system.money(message.fee_amount, currency) if message.fee_amount else None,
        owner=LibraryId(owner) if owner else None,
        permanent_location=_text(message.permanent_location),
        current_location=_text(message.current_location),
        call_number=_text(message.call_number),
        collection=_text(message.collection_code),
        properties=message.item_properties or "",
        status=status,
        hold_queue_length=number(message.hold_queue_length),
        due=due,
        recalled=system.moment(message.recall_date),
        hold_pickup_until=system.moment(message.hold_pickup_date),
        due_text=due_text,
    )
    return Done(item, note, extra_of(message))


# --- 19, 20 -------------------------------------------------------------------------------------------


def write_item_update(operation: UpdateItem, system: System) -> m.ItemStatusUpdate:
    """19."""
    return m.ItemStatusUpdate(
        transaction_date=system.stamp(),
        institution_id=system.institution,
        item_identifier=operation.item,
        terminal_password=system.terminal_password,
        item_properties=operation.properties,
    )


def read_item_update(
    operation: UpdateItem, message: m.ItemStatusUpdateResponse, system: System
) -> AnyOutcome:
    """Stored or not; a system that does not repeat what it stored has stored what it was sent."""
    told = message.item_properties
    properties = operation.properties if told is None else told
    if not message.item_properties_ok:
        return refused(message, system, item=Item(operation.item, message.title_identifier or ""))
    item = Item(operation.item, message.title_identifier or "", properties=properties)
    return Done(ItemUpdated(item), system.lines(message.screen_message), extra_of(message))
