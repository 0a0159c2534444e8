"""From the entries of an import file to the rows of the books."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TypeAlias

from softdock.adapters.inhouse import import_format as f
from softdock.adapters.inhouse.dates import end_of
from softdock.adapters.inhouse.model import (
    Block,
    EndedHold,
    Entry,
    Fee,
    Hold,
    ItemRecord,
    ItemState,
    Loan,
    NewItem,
    PatronRecord,
    Payment,
    Recall,
    Return,
    Stay,
)
from softdock.adapters.inhouse.policies import Policy, PolicyBook, Terms
from softdock.adapters.inhouse.snapshot import House
from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import FeeId, HoldId, ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import NOTHING_EXTRA
from softdock.circulation.money import Money, parse_money

Complain: TypeAlias = Callable[[str, str], None]
"""Takes a place in the file, and what is wrong there."""

NameOfTitle: TypeAlias = tuple[TitleId, str]
"""What copies of a title have in common, and what it is called."""

KindOfPatron: TypeAlias = tuple[str, str]
"""Category and currency: what the terms of a loan follow from."""


def title_of(item: f.Item) -> NameOfTitle:
    """The title of an item; one without a name is a title of its own."""
    return TitleId(item.title_id or item.title or item.id), item.title


def terms_of(policy: f.Policy) -> Terms:
    """A policy as the rules take it."""
    limits = Policy(
        timedelta(days=policy.loan_days),
        policy.renewals,
        max_loans=policy.max_loans,
        max_holds=policy.max_holds,
        max_overdue=policy.max_overdue,
        max_renewals=policy.max_renewals,
        max_claims_returned=policy.max_claims_returned,
        max_lost=policy.max_lost,
        max_billed=policy.max_billed,
        recall_period=None if policy.recall_days is None else timedelta(days=policy.recall_days),
    )
    return Terms(limits, policy.max_fees, policy.max_fines, policy.fine_per_day)


def written_terms(terms: Terms) -> f.Policy:
    """The same the other way round."""
    limits = terms.policy
    return f.Policy(
        loan_days=limits.loan_period.days,
        renewals=limits.renewals,
        max_loans=limits.max_loans,
        max_holds=limits.max_holds,
        max_fees=terms.max_fees,
        max_fines=terms.max_fines,
        max_overdue=limits.max_overdue,
        max_renewals=limits.max_renewals,
        max_claims_returned=limits.max_claims_returned,
        max_lost=limits.max_lost,
        max_billed=limits.max_billed,
        fine_per_day=terms.fine_per_day,
        recall_days=None if limits.recall_period is None else limits.recall_period.days,
    )


class Converter:
    """Makes rows of entries; what is no amount it tells to `complain`, and takes for nothing."""

    def __init__(
        self, house: House, now: datetime, library: f.Library, policies: PolicyBook, complain: Complain
    ) -> None:
        """`now` is in the zone of `house`."""
        self._house = house
        self._now = now
        self._name_in_file = library.id
        self._policies = policies
        self._complain = complain

    def amount(self, place: str, text: str, currency: str, *, below_zero: bool = False) -> Money:
        """`text` as an amount of `currency`."""
        amount = parse_money(text, currency)
        if amount is None or (amount.minor < 0 and not below_zero):
            self._complain(place, f"This is not an amount of {currency}. Write it like 12.50.")
            return Money(0, currency)
        return amount

    # --- patrons and items ----------------------------------------------------------------------------

    def patron(self, place: str, patron: f.Patron) -> Iterator[Entry]:
        """The patron, then what hangs on the card."""
        name = PatronId(patron.id)
        pins = self._house.pins
        yield PatronRecord(
            id=name,
            pin=bytes.fromhex(patron.pin_hash) if patron.pin_hash else pins.sealed(name, patron.pin),
            name=patron.name,
            category=patron.category,
            birth_date=patron.birth_date,
            address=patron.address,
            phone=patron.phone,
            email=patron.email,
            home_library=self._library(patron.home_library) if patron.home_library else None,
            language=patron.language,
            currency=patron.currency or self._house.currency,
            expires=patron.expires,
            card_lost=patron.card_lost,
            message=patron.message,
            extra=patron.extra or NOTHING_EXTRA,
        )
        if patron.blocked is not None:
            yield Block(name, patron.blocked)
        currency = patron.currency or self._house.currency
        for index, fee in enumerate(patron.fees):
            amount = self.amount(f"{place}.fees[{index}].amount", fee.amount, fee.currency or currency)
            yield Fee(
                FeeId(fee.id),
                fee.number or 0,
                name,
                amount,
                fee.type,
                fee.title,
                None if fee.item is None else ItemId(fee.item),
                None if fee.charged is None else self._moment(fee.charged, at_end=False),
                fee.note,
            )
        for index, payment in enumerate(patron.payments):
            yield Payment(
                payment.number or 0,
                name,
                self.amount(
                    f"{place}.payments[{index}].amount", payment.amount, payment.currency or currency
                ),
                self._moment(payment.at),
                tuple((FeeId(fee), part) for fee, part in payment.parts),
                None if payment.asked is None else FeeId(payment.asked),
                payment.transaction,
                payment.payment_type,
            )

    def item(self, place: str, item: f.Item) -> NewItem:
        """The item, and where it is."""
        currency = item.fee_currency or self._house.currency
        fee = None if item.fee is None else self.amount(f"{place}.fee", item.fee, currency)
        title_id, title = title_of(item)
        record = ItemRecord(
            id=ItemId(item.id),
            title_id=title_id,
            title=title,
            author=item.author,
            media_type=item.media_type,
            magnetic=item.magnetic,
            security_marker=item.security_marker,
            fee_type=item.fee_type,
            fee=fee,
            owner=self._library(item.owner),
            permanent_location=item.permanent_location,
            call_number=item.call_number,
            collection=item.collection,
            lendable=item.lendable,
            extra=item.extra or NOTHING_EXTRA,
            stay=None if item.stay is None else self._stay(item.stay),
        )
        location = item.permanent_location if item.current_location is None else item.current_location
        return NewItem(record, ItemState(record.id, item.status, location, item.note))

    def _stay(self, stay: f.Stay) -> Stay:
        return Stay(
            HoldId(stay.hold),
            None if stay.patron is None else PatronId(stay.patron),
            None if stay.due is None else self._moment(stay.due),
            stay.renewable,
        )

    def _library(self, name: str) -> LibraryId:
        """A library by its name in the file, where our own may have another than in the settings."""
        return self._house.library if name in ("", self._name_in_file) else LibraryId(name)

    # --- what stands between them ---------------------------------------------------------------------

    def loan(self, loan: f.Loan, kinds: Mapping[str, KindOfPatron]) -> Loan:
        """The loan; where the file does not say when it is due, the patron's policy does."""
        lent = self._now if loan.lent is None else self._moment(loan.lent, at_end=False)
        if loan.due is None:
            category, currency = kinds.get(loan.patron, ("", self._house.currency))
            period = self._policies.of(category, currency).loan_period
            due = end_of(lent.date() + period, self._house.zone)
        else:
            due = self._moment(loan.due)
        return Loan(
            ItemId(loan.item),
            PatronId(loan.patron),
            lent,
            due,
            loan.renewals,
            tuple(map(FeeId, loan.fees)),
            None if loan.filled is None else self._filled(loan.filled),
            None if loan.before is None else self.loan(loan.before, kinds),
            loan.settled,
            None if loan.recalled is None else self._recall(loan.recalled, loan.due_before_recall, due),
        )

    def _recall(self, at: date, before: date | None, due: datetime) -> Recall:
        return Recall(self._moment(at, at_end=False), due if before is None else self._moment(before))

    def last_return(self, row: f.Return, kinds: Mapping[str, KindOfPatron]) -> Return:
        """The last return of an item."""
        loan = self.loan(row.loan, kinds)
        state = ItemState(loan.item, row.status, row.location, row.note)
        return Return(loan.item, loan, state, None if row.fine is None else FeeId(row.fine))

    def hold(self, hold: f.Hold, title: NameOfTitle) -> Hold:
        """The hold, on `title`."""
        of_copy = hold.item is not None
        return Hold(
            hold.number or 0,
            PatronId(hold.patron),
            title[0],
            title[1],
            self._now if hold.placed is None else self._moment(hold.placed, at_end=False),
            None if hold.item is None else ItemId(hold.item),
            hold.scope or (HoldScope.THIS_COPY if of_copy else HoldScope.ANY_COPY),
            hold.pickup_location,
            None if hold.expires is None else self._moment(hold.expires),
            None if hold.copy_ is None else ItemId(hold.copy_),
            None if hold.shelf_until is None else self._moment(hold.shelf_until),
            None if hold.id is None else HoldId(hold.id),
            hold.kind,
        )

    def ended_hold(self, hold: f.EndedHold) -> EndedHold:
        """The hold as it was, and how it has ended."""
        return EndedHold(self._filled(hold), hold.status, self._moment(hold.ended))

    def _filled(self, hold: f.FilledHold) -> Hold:
        return self.hold(hold, (TitleId(hold.title_id), hold.title_text))

    def _moment(self, value: date, *, at_end: bool = True) -> datetime:
        """A day as its end (or its beginning), a local or absolute point in time as it is."""
        zone = self._house.zone
        if not isinstance(value, datetime):
            end = end_of(value, zone)
            return end if at_end else end.replace(hour=0, minute=0, second=0)
        return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
