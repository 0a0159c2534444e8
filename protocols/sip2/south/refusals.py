"""Why a system said no: by its own words where the profile knows them, by what is marked on the card, or untold."""

from softdock.circulation.items import Extra, Item
from softdock.circulation.outcomes import Refused
from softdock.circulation.patrons import Patron, Standing
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.south.system import System, extra_of

BY_MARK: tuple[tuple[Standing, Reason], ...] = (
    (Standing.CARD_LOST, Reason.CARD_LOST),
    (Standing.TOO_MANY_LOANS, Reason.TOO_MANY_LOANS),
    (Standing.TOO_MANY_OVERDUE, Reason.TOO_MANY_OVERDUE),
    (Standing.RECALL_OVERDUE, Reason.TOO_MANY_OVERDUE),
    (Standing.EXCESSIVE_FINES, Reason.TOO_MANY_FEES),
    (Standing.EXCESSIVE_FEES, Reason.TOO_MANY_FEES),
    (Standing.TOO_MANY_BILLED, Reason.TOO_MANY_FEES),
    (Standing.CHECKOUT_DENIED, Reason.CHECKOUT_DENIED),
    (Standing.RENEWAL_DENIED, Reason.RENEWAL_DENIED),
    (Standing.HOLD_DENIED, Reason.HOLD_DENIED),
)
"""What a mark on a card says to the patron; the causes before their consequences."""


def reason_in_words(message: Message, note: str, system: System) -> Reason | None:
    """The reason that the text of the system means by its profile, if it is one of those listed there."""
    texts = system.dialect.texts
    if not texts or not note:
        return None
    said, code = note.casefold(), message.layout.code
    return next((rule.reason for rule in texts if rule.fits(code, said)), None)


def reason_of_card(
    message: Message, standing: frozenset[Standing], note: str, system: System
) -> Reason | None:
    """What is wrong with a card; None where nothing is, or where the system's own text tells the patron."""
    reason = reason_in_words(message, note, system)
    if reason is not None or not standing:
        return reason
    if Standing.CARD_LOST in standing:
        return Reason.CARD_LOST
    return None if note else next((reason for mark, reason in BY_MARK if mark in standing), None)


def refused(
    message: Message,
    system: System,
    *,
    item: Item | None = None,
    patron: Patron | None = None,
    default: Reason = Reason.DECLINED,
    extra: Extra | None = None,
) -> Refused:
    """The refusal that `message` is, with the system's text as the note."""
    note = system.lines(getattr(message, "screen_message", ()))
    return Refused(
        reason_in_words(message, note, system) or default,
        note,
        patron,
        item,
        extra=extra_of(message) if extra is None else extra,
    )


def refused_loan(
    message: m.CheckoutResponse | m.RenewResponse, system: System, item: Item | None, acknowledged: bool
) -> Refused:
    """As `refused`; an amount that the patron has not agreed to is the reason, where no text says otherwise."""
    note = system.lines(message.screen_message)
    reason = reason_in_words(message, note, system) or Reason.DECLINED
    fee = system.money(message.fee_amount, message.currency_type)
    if fee is None or fee.minor <= 0:
        return Refused(reason, note, item=item, extra=extra_of(message))
    if reason is Reason.DECLINED and not acknowledged:
        reason = Reason.FEE_NOT_ACKNOWLEDGED
    fee_type = system.fee_type(message.fee_type)
    return Refused(reason, note, item=item, fee=fee, fee_type=fee_type, extra=extra_of(message))
