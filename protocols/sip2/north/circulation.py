"""The messages about an item: 11/12, 09/10, 29/30, 65/66, 15/16, 17/18 and 19/20."""

from collections.abc import Sequence
from typing import TypeVar

from softdock.circulation.identifiers import ItemId, PatronId, TitleId
from softdock.circulation.items import AlertType, FeeType, Item
from softdock.circulation.money import Money
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
from softdock.circulation.outcomes import Done, HoldState, ItemUpdated, Lent, Refused, RenewedAll, Returned
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.north.terminal import Terminal, identifier, secret, told_beyond, yes

_LoanResponse = TypeVar("_LoanResponse", m.CheckoutResponse, m.RenewResponse)
_NO_ALERT = AlertType.NONE

# --- 11, 12 -------------------------------------------------------------------------------------------


def read_checkout(message: m.Checkout, terminal: Terminal) -> Checkout:
    """11: lend this item to this patron; with BI, undo the return that the device could not complete."""
    acknowledged = yes(message.fee_acknowledged)
    return Checkout(
        patron=PatronId(identifier(message.patron_identifier)),
        item=ItemId(identifier(message.item_identifier)),
        pin=secret(message.patron_password),
        renewal_allowed=message.sc_renewal_policy,
        fee_acknowledged=acknowledged,
        cancel=yes(message.cancel),
        no_block=message.no_block,
        happened=terminal.moment(message.transaction_date) if message.no_block else None,
        promised_due=terminal.moment(message.nb_due_date) if message.no_block else None,
        properties=message.item_properties,
        extra=message.other,
        acknowledged_fee=_shown_fee(message, terminal) if acknowledged else None,
    )


def write_checkout(message: m.Checkout, outcome: AnyOutcome, terminal: Terminal) -> m.CheckoutResponse:
    """12, to 11."""
    return _loan_response(m.CheckoutResponse, message, outcome, terminal)


def _loan_response(
    kind: type[_LoanResponse], message: m.Checkout | m.Renew, outcome: AnyOutcome, terminal: Terminal
) -> _LoanResponse:
    """12 or 30, which have everything in common but what they call a renewal."""
    loan = outcome.result if type(outcome) is Done and isinstance(outcome.result, Lent) else None
    item = _item_of(outcome)
    fee: Money | None = None
    fee_type: FeeType | None = None
    if loan is not None:
        fee, fee_type = loan.fee, loan.fee_type
    elif isinstance(outcome, Refused):
        fee, fee_type = outcome.fee, outcome.fee_type
    response = kind(
        ok=loan is not None,
        renewal_ok=loan is not None and (loan.renewed or kind is m.RenewResponse),
        magnetic_media=item.magnetic if item else None,
        desensitize=loan is not None and loan.desensitize,
        transaction_date=terminal.stamp(),
        institution_id=terminal.institution,
        patron_identifier=message.patron_identifier,
        item_identifier=message.item_identifier or (item.id if item else None),
        title_identifier=item.title if item else message.field("AJ"),
        due_date=(terminal.date_text(loan.due) or loan.due_text) if loan else None,
        fee_type=None if fee is None else terminal.codes.fee_type.told[fee_type or FeeType.OTHER],
        currency_type=None if fee is None else fee.currency,
        fee_amount=None if fee is None else str(fee),
        media_type=terminal.codes.media_type.told[item.media_type] if item and item.media_type else None,
        item_properties=(item.properties or None) if item else None,
        transaction_id=(loan.transaction or None) if loan else None,
        screen_message=terminal.explain(outcome, terminal.language()),
    )
    finished = terminal.finish(response, None, item, told_beyond(outcome))
    if fee is not None and loan is None:
        _remember_fee(message, finished, outcome, terminal)
    return finished


def _remember_fee(
    message: m.Checkout | m.Renew,
    response: m.CheckoutResponse | m.RenewResponse,
    outcome: AnyOutcome,
    terminal: Terminal,
) -> None:
    """Keep what the device shows with its question whether to pay, if the profile lets it show that."""
    assert isinstance(outcome, Refused)
    fee = outcome.fee
    assert fee is not None
    asks = outcome.reason is Reason.FEE_NOT_ACKNOWLEDGED
    if asks and response.fee_amount == str(fee) and response.currency_type == fee.currency:
        terminal.fees.show(message.patron_identifier, _named(message), fee)


def _shown_fee(message: m.Checkout | m.Renew, terminal: Terminal) -> Money | None:
    """The amount that a yes in `message` is said to; None where none was shown."""
    return terminal.fees.of(message.patron_identifier, _named(message))


def _named(message: m.Checkout | m.Renew) -> str | None:
    """What the device wants to borrow, by the field in which it says so."""
    return message.item_identifier or message.field("AJ")


def _item_of(outcome: AnyOutcome) -> Item | None:
    """What is known of the item, whatever came of it."""
    if type(outcome) is Done:
        item = getattr(outcome.result, "item", None)
        return item if isinstance(item, Item) else None
    return outcome.item if isinstance(outcome, Refused) else None


# --- 09, 10 -------------------------------------------------------------------------------------------


def read_checkin(message: m.Checkin, terminal: Terminal) -> Checkin:
    """09: take this item back; with BI, undo the loan that the device could not complete."""
    happened = terminal.moment(message.transaction_date) if message.no_block else None
    return Checkin(
        item=ItemId(identifier(message.item_identifier)),
        returned=terminal.moment(message.return_date) or happened,
        location=identifier(message.current_location) or terminal.location,
        cancel=yes(message.cancel),
        no_block=message.no_block,
        happened=happened,
        properties=message.item_properties,
        extra=message.other,
    )


def write_checkin(message: m.Checkin, outcome: AnyOutcome, terminal: Terminal) -> m.CheckinResponse:
    """10, to 09, with what a sorter acts on: alert, bin, destination, and for whom the item is held."""
    item = _item_of(outcome)
    back = outcome.result if type(outcome) is Done and isinstance(outcome.result, Returned) else None
    alert = back.alert if back else None
    response = m.CheckinResponse(
        ok=back is not None,
        resensitize=back.resensitize if back else terminal.dialect.resensitize_on_refusal,
        magnetic_media=item.magnetic if item else None,
        alert=alert is not None and alert is not _NO_ALERT,
        transaction_date=terminal.stamp(),
        institution_id=terminal.institution,
        item_identifier=message.item_identifier,
        permanent_location=item.permanent_location if item else None,
        title_identifier=item.title or None if item else None,
        sort_bin=(back.sort_bin or None) if back else None,
        patron_identifier=back.patron if back else None,
        media_type=terminal.codes.media_type.told[item.media_type] if item and item.media_type else None,
        item_properties=(item.properties or None) if item else None,
        collection_code=(item.collection or None) if item else None,
        call_number=(item.call_number or None) if item else None,
        destination_location=(back.destination or None) if back else None,
        alert_type=terminal.codes.alert_type.told[alert] if alert else None,
        hold_patron_id=back.hold_patron if back else None,
        hold_patron_name=(back.hold_patron_name or None) if back else None,
        screen_message=terminal.explain(outcome, terminal.language()),
    )
    return terminal.finish(response, None, item, told_beyond(outcome))


# --- 29, 30 -------------------------------------------------------------------------------------------


def read_renew(message: m.Renew, terminal: Terminal) -> Renew | Refused:
    """29: lend on this item, or what the patron has of this title."""
    item, title = identifier(message.item_identifier), identifier(message.title_identifier)
    if not item and not title:
        return Refused(Reason.REQUEST_INCOMPLETE)
    acknowledged = yes(message.fee_acknowledged)
    return Renew(
        patron=PatronId(identifier(message.patron_identifier)),
        item=ItemId(item) if item else None,
        title=TitleId(title) if title else None,
        pin=secret(message.patron_password),
        third_party_allowed=message.third_party_allowed,
        fee_acknowledged=acknowledged,
        no_block=message.no_block,
        happened=terminal.moment(message.transaction_date) if message.no_block else None,
        promised_due=terminal.moment(message.nb_due_date) if message.no_block else None,
        properties=message.item_properties,
        extra=message.other,
        acknowledged_fee=_shown_fee(message, terminal) if acknowledged else None,
    )


def write_renew(message: m.Renew, outcome: AnyOutcome, terminal: Terminal) -> m.RenewResponse:
    """30, to 29.  Renewal ok is Y for every renewal, by the meaning of the flag."""
    return _loan_response(m.RenewResponse, message, outcome, terminal)


# --- 65, 66 -------------------------------------------------------------------------------------------


def read_renew_all(message: m.RenewAll, terminal: Terminal) -> RenewAll:
    """65: lend on everything the patron has."""
    return RenewAll(
        PatronId(identifier(message.patron_identifier)),
        secret(message.patron_password),
        yes(message.fee_acknowledged),
        message.other,
    )


def write_renew_all(message: m.RenewAll, outcome: AnyOutcome, terminal: Terminal) -> m.RenewAllResponse:
    """66, to 65: ok if the loans were gone through, even where some could not be renewed."""
    result = outcome.result if type(outcome) is Done and isinstance(outcome.result, RenewedAll) else None
    response = m.RenewAllResponse(
        ok=result is not None,
        renewed_count=_count(result.renewed_count, result.renewed) if result else 0,
        unrenewed_count=_count(result.unrenewed_count, result.unrenewed) if result else 0,
        transaction_date=terminal.stamp(),
        institution_id=terminal.institution,
        renewed_items=tuple(result.renewed) if result else (),
        unrenewed_items=tuple(result.unrenewed) if result else (),
        screen_message=terminal.explain(outcome, terminal.language()),
    )
    return terminal.finish(response, told=told_beyond(outcome))


def _count(count: int | None, listed: Sequence[ItemId]) -> int:
    """As many as the system counts; without a count, as many as it lists."""
    return len(listed) if count is None else count


# --- 15, 16 -------------------------------------------------------------------------------------------


def read_hold(message: m.Hold, terminal: Terminal) -> PlaceHold | ChangeHold | CancelHold | Refused:
    """15: place, change or cancel a hold, by its mode."""
    patron = PatronId(identifier(message.patron_identifier))
    item = ItemId(identifier(message.item_identifier)) or None
    title = TitleId(identifier(message.title_identifier)) or None
    pin = secret(message.patron_password)
    if item is None and title is None:
        return Refused(Reason.REQUEST_INCOMPLETE)
    if message.hold_mode == "-":
        return CancelHold(patron, item, title, pin, message.other)
    pickup = identifier(message.pickup_location)
    expires = terminal.moment(message.expiration_date)
    scope = terminal.codes.hold_type.heard.get(identifier(message.hold_type))
    if message.hold_mode == "*":
        return ChangeHold(patron, item, title, pin, pickup, expires, scope, message.other)
    if message.hold_mode != "+":
        return Refused(Reason.NOT_SUPPORTED)
    acknowledged = yes(message.fee_acknowledged)
    return PlaceHold(patron, item, title, pin, pickup, expires, scope, acknowledged, message.other)


def write_hold(message: m.Hold, outcome: AnyOutcome, terminal: Terminal) -> m.HoldResponse:
    """16, to 15."""
    hold = outcome.result if type(outcome) is Done and isinstance(outcome.result, HoldState) else None
    item = _item_of(outcome)
    response = m.HoldResponse(
        ok=hold is not None,
        available=hold is not None and hold.available,
        transaction_date=terminal.stamp(),
        expiration_date=terminal.stamped(hold.expires) if hold else None,
        queue_position=str(hold.queue_position) if hold and hold.queue_position is not None else None,
        pickup_location=(hold.pickup_location or None) if hold else None,
        institution_id=terminal.institution,
        patron_identifier=message.patron_identifier,
        item_identifier=message.item_identifier or (item.id if item else None),
        title_identifier=(hold.title if hold else "") or (item.title if item else message.title_identifier),
        screen_message=terminal.explain(outcome, terminal.language()),
    )
    return terminal.finish(response, None, item, told_beyond(outcome))


# --- 17, 18 -------------------------------------------------------------------------------------------


def read_item_information(message: m.ItemInformation, terminal: Terminal) -> LookupItem:
    """17: what is this item."""
    return LookupItem(ItemId(identifier(message.item_identifier)), message.other)


def write_item_information(
    message: m.ItemInformation, outcome: AnyOutcome, terminal: Terminal
) -> m.ItemInformationResponse:
    """18, to 17.  For an unknown item: status 01, the identifier as it came, an empty title, and why."""
    if type(outcome) is not Done:
        response = m.ItemInformationResponse(
            transaction_date=terminal.stamp(),
            institution_id=terminal.institution,
            item_identifier=message.item_identifier,
            screen_message=terminal.explain(outcome, terminal.language()),
        )
        return terminal.finish(response, told=told_beyond(outcome))
    item = outcome.result
    assert isinstance(item, Item)
    queue, fee, codes = item.hold_queue_length, item.fee, terminal.codes
    response = m.ItemInformationResponse(
        circulation_status=codes.circulation_status.told[item.status],
        security_marker=codes.security_marker.told[item.security_marker],
        fee_type=codes.fee_type.told[item.fee_type],
        transaction_date=terminal.stamp(),
        institution_id=terminal.institution,
        item_identifier=message.item_identifier,
        title_identifier=item.title,
        hold_queue_length=None if queue is None else str(queue),
        due_date=terminal.date_text(item.due) if item.due else item.due_text or None,
        recall_date=terminal.stamped(item.recalled) if item.recalled else None,
        hold_pickup_date=terminal.stamped(item.hold_pickup_until) if item.hold_pickup_until else None,
        owner=item.owner,
        currency_type=fee.currency if fee else None,
        fee_amount=str(fee) if fee else None,
        media_type=codes.media_type.told[item.media_type] if item.media_type else None,
        permanent_location=item.permanent_location or None,
        current_location=item.current_location or None,
        item_properties=item.properties or None,
        collection_code=item.collection or None,
        call_number=item.call_number or None,
        screen_message=terminal.explain(outcome, terminal.language()) if outcome.note else (),
    )
    return terminal.finish(response, None, item, told_beyond(outcome))


# --- 19, 20 -------------------------------------------------------------------------------------------


def read_item_status_update(message: m.ItemStatusUpdate, terminal: Terminal) -> UpdateItem | Refused:
    """19: store these properties with the item; empty ones take away what was stored."""
    if message.item_properties is None:
        return Refused(Reason.REQUEST_INCOMPLETE)
    return UpdateItem(ItemId(identifier(message.item_identifier)), message.item_properties, message.other)


def write_item_status_update(
    message: m.ItemStatusUpdate, outcome: AnyOutcome, terminal: Terminal
) -> m.ItemStatusUpdateResponse:
    """20, to 19."""
    item = _item_of(outcome)
    stored = type(outcome) is Done and isinstance(outcome.result, ItemUpdated)
    response = m.ItemStatusUpdateResponse(
        item_properties_ok=stored,
        transaction_date=terminal.stamp(),
        institution_id=terminal.institution,
        item_identifier=message.item_identifier,
        title_identifier=item.title if item else None,
        item_properties=(item.properties or None) if item else None,
        screen_message=terminal.explain(outcome, terminal.language()),
    )
    return terminal.finish(response, None, item, told_beyond(outcome))
