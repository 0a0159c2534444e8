"""Fees and payments.

Amounts are kept in the currency of the patron's account.  A price in another currency (a patron's account that was
imported so) is taken over by its number, not converted: no rate of exchange is known here.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from softdock.adapters.inhouse.model import Fee, Loan, Payment
from softdock.adapters.inhouse.rules.refusals import pin_fault, refused
from softdock.adapters.inhouse.snapshot import Card, Changes, Copy, Decision, Snapshot
from softdock.circulation.identifiers import FeeId
from softdock.circulation.items import FeeType
from softdock.circulation.money import Money, digits_after_point
from softdock.circulation.operations import Checkout, PayFee, Renew, RenewAll
from softdock.circulation.outcomes import Done, Paid, Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason

SAME_PAYMENT = timedelta(minutes=1)
"""Within this time a payment with the same number, amount and fee is the same payment, sent again."""


def pay_fee(snapshot: Snapshot, wish: PayFee) -> Decision | AnyOutcome:
    """The payment is booked on the fee that is named, else on the oldest fees first.

    More than is owed is refused, since there is no account for a credit.  A payment that is sent again under its
    number is answered as before and booked once: the device did not hear that we have it.
    """
    card = snapshot.cards.get(wish.patron)
    if card is None:
        return Refused(Reason.PATRON_UNKNOWN)
    if (fault := pin_fault(snapshot, card, wish.pin)) is not None:
        return refused(fault, snapshot, card)
    amount, currency = wish.amount, card.patron.currency
    if amount.currency != currency:
        return refused(Reason.CURRENCY_WRONG, snapshot, card)
    if amount.minor <= 0:
        return refused(Reason.AMOUNT_INVALID, snapshot, card)
    balance = sum(fee.amount.minor for fee in card.fees)
    if _is_booked(card, wish, snapshot.now):
        return Done(Paid(card.patron.id, Money(balance, currency), wish.transaction))
    fees = [fee for fee in card.fees if wish.fee is None or fee.id == wish.fee]
    if wish.fee is not None and not fees:
        return refused(Reason.FEE_UNKNOWN, snapshot, card)
    if amount.minor > sum(fee.amount.minor for fee in fees):
        return refused(Reason.AMOUNT_TOO_HIGH, snapshot, card)
    changes = Changes()
    payment = Payment(
        snapshot.number(),
        card.patron.id,
        amount,
        snapshot.now,
        spread(amount.minor, fees, changes),
        wish.fee,
        wish.transaction,
        wish.payment_type,
    )
    changes.put(payment)
    paid = Paid(
        card.patron.id,
        Money(balance - amount.minor, currency),
        wish.transaction or f"P{payment.number}",
    )
    return Decision(Done(paid), changes)


def _is_booked(card: Card, wish: PayFee, now: datetime) -> bool:
    if not wish.transaction:
        return False
    return any(
        payment.transaction == wish.transaction
        and payment.amount == wish.amount
        and payment.asked == wish.fee
        and now - payment.at < SAME_PAYMENT
        for payment in card.payments
    )


def spread(minor: int, fees: list[Fee], changes: Changes) -> tuple[tuple[FeeId, int], ...]:
    """Take `minor` off `fees`, one after the other; which part went to which."""
    parts = []
    for fee in fees:
        if not minor:
            break
        part = min(minor, fee.amount.minor)
        minor -= part
        parts.append((fee.id, part))
        if part == fee.amount.minor:
            changes.drop(fee)
        else:
            changes.put(_reduced(fee, part))
    return tuple(parts)


def _reduced(fee: Fee, part: int) -> Fee:
    rest = Money(fee.amount.minor - part, fee.amount.currency)
    return replace(fee, amount=rest)


# --- what lending and returning charge ----------------------------------------------------------------


def price_of_loan(copy: Copy, card: Card) -> Money | None:
    """What a loan of `copy` costs the patron, None if it is free."""
    price = copy.item.fee
    if price is None or price.minor <= 0:
        return None
    return price if price.currency == card.patron.currency else _in_numbers(price, card.patron.currency)


def agreed_to(wish: Checkout | Renew | RenewAll, price: Money) -> bool:
    """Whether the patron has agreed to pay `price`: to whatever it is, or to so much at least."""
    limit = None if isinstance(wish, RenewAll) else wish.acknowledged_fee
    within = limit is None or (limit.currency == price.currency and price.minor <= limit.minor)
    return wish.fee_acknowledged and within


def fine_of(loan: Loan, card: Card, when: datetime) -> Money | None:
    """What `loan` costs because it ends, or is renewed, only on the day of `when`; None if nothing."""
    per_day = card.policy.fine_per_day
    if per_day is None or when <= loan.due:
        return None
    days = (when.date() - loan.due.date()).days
    return Money(days * per_day.minor, per_day.currency) if days > 0 else None


def charge(
    snapshot: Snapshot, changes: Changes, card: Card, copy: Copy, amount: Money, kind: FeeType
) -> FeeId:
    """Put a fee on `card`, for `copy`."""
    number, name = fee_name(snapshot, card)
    item = copy.item
    changes.put(Fee(name, number, card.patron.id, amount, kind, item.title, item.id, snapshot.now))
    return name


def fee_name(snapshot: Snapshot, card: Card) -> tuple[int, FeeId]:
    """A number for a fee, and the name that is made of it: one that no fee of `card` has."""
    taken = {fee.id for fee in card.fees}
    number = snapshot.number()
    while (name := FeeId(f"F{number}")) in taken:
        number = snapshot.number()
    return number, name


def waive(changes: Changes, card: Card | None, copy: Copy, name: FeeId | None) -> None:
    """Take a fee for `copy` off `card` again; one that was paid meanwhile stays paid.

    Another one that was charged under its name since is about something else, and stays.
    """
    if card is None or name is None:
        return
    for fee in card.fees:
        if fee.id == name and fee.item in (None, copy.item.id):
            changes.drop(fee)


def _in_numbers(price: Money, currency: str) -> Money:
    """12.50 of one currency as 12.50 of another, rounded up to what it can express."""
    shift = digits_after_point(currency) - digits_after_point(price.currency)
    minor = price.minor * 10**shift if shift >= 0 else -(-price.minor // 10**-shift)
    return Money(minor, currency)
