"""Reading an import file: everything that is wrong with it at once, or a stock to begin with."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from softdock.adapters.complaints import Complaint, complaints
from softdock.adapters.inhouse import import_format as f
from softdock.adapters.inhouse.dates import end_of
from softdock.adapters.inhouse.model import Block, Fee, Hold, ItemRecord, ItemState, Loan, PatronRecord, Row
from softdock.adapters.inhouse.pins import sealed
from softdock.adapters.inhouse.policies import Policy, PolicyBook, Terms
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.storage import Stock
from softdock.circulation.identifiers import FeeId, ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import NOTHING_EXTRA
from softdock.circulation.money import Money, parse_money
from softdock.circulation.operations import HoldScope

_Entry = TypeVar("_Entry")


class ImportFileError(ValueError):
    """An import file cannot be read.  `complaints` names every place and what is wrong there."""

    def __init__(self, found: Iterable[Complaint]) -> None:
        self.complaints = tuple(found)
        super().__init__("\n".join(f"{place}: {sentence}" for place, sentence in self.complaints))


def read_stock(path: Path, house: House, now: datetime) -> Stock:
    """What the file at `path` holds, for `house`.  Raises ImportFileError."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ImportFileError([("", f"This file cannot be read: {error.strerror}.")]) from None
    try:
        file = f.ImportFile.model_validate_json(text)
    except ValidationError as error:
        raise ImportFileError(complaints(error.errors(include_url=False))) from None
    return _Reader(file, house, now.astimezone(house.zone)).stock()


class _Reader:
    """Goes through a file whose form is right, and minds what one place says of another."""

    def __init__(self, file: f.ImportFile, house: House, now: datetime) -> None:
        self._file = file
        self._house = house
        self._now = now
        self._complaints: list[Complaint] = []
        self._policies = self._read_policies()
        self._patrons = {each.id: each for each in file.patrons}
        self._items = {each.id: each for each in file.items}
        self._titles: dict[str, f.Item] = {_title_of(each): each for each in reversed(file.items)}

    def stock(self) -> Stock:
        file = self._file
        for kind, listed in (("patrons", file.patrons), ("items", file.items)):
            self._find_twins(kind, [each.id for each in listed])
        patrons = tuple(map(self._patron, file.patrons))
        items = tuple(self._item(f"items[{index}]", each) for index, each in enumerate(file.items))
        rows: list[Row] = []
        for index, patron in enumerate(file.patrons):
            if patron.blocked is not None:
                rows.append(Block(PatronId(patron.id), patron.blocked))
            rows += self._fees(f"patrons[{index}]", patron)
        rows += self._loans()
        rows += self._holds()
        if self._complaints:
            raise ImportFileError(self._complaints)
        branches = {
            location: branch for branch, locations in file.library.branches.items() for location in locations
        }
        return Stock(self._policies, branches, patrons, items, tuple(rows))

    def _find_twins(self, place: str, ids: list[str]) -> None:
        seen: dict[str, int] = {}
        for index, each in enumerate(ids):
            first = seen.setdefault(each, index)
            if first != index:
                self._complaints.append(
                    (f"{place}[{index}].id", f"{place}[{first}] has the same identifier.")
                )

    def _read_policies(self) -> PolicyBook:
        terms = {}
        for category, policy in self._file.policies.items():
            amounts = {
                "max_fees": policy.max_fees,
                "max_fines": policy.max_fines,
                "fine_per_day": policy.fine_per_day,
            }
            for name, text in amounts.items():
                if text is not None:
                    self._amount(f"policies.{category}.{name}", text, self._house.currency)
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
            )
            terms[category] = Terms(limits, **amounts)
        return PolicyBook(terms)

    def _amount(self, place: str, text: str, currency: str) -> Money:
        amount = parse_money(text, currency)
        if amount is None or amount.minor < 0:
            self._complaints.append((place, f"This is not an amount of {currency}. Write it like 12.50."))
            return Money(0, currency)
        return amount

    # --- patrons and items ----------------------------------------------------------------------------

    def _patron(self, patron: f.Patron) -> PatronRecord:
        return PatronRecord(
            id=PatronId(patron.id),
            pin=sealed(patron.pin),
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

    def _item(self, place: str, item: f.Item) -> tuple[ItemRecord, ItemState]:
        fee = None if item.fee is None else self._amount(f"{place}.fee", item.fee, self._house.currency)
        record = ItemRecord(
            id=ItemId(item.id),
            title_id=_title_of(item),
            title=item.title,
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
        )
        location = item.permanent_location if item.current_location is None else item.current_location
        return record, ItemState(record.id, item.status, location, item.note)

    def _library(self, name: str) -> LibraryId:
        """A library by its name in the file, where our own may have another than in the settings."""
        return self._house.library if name in ("", self._file.library.id) else LibraryId(name)

    # --- what hangs on the cards ----------------------------------------------------------------------

    def _fees(self, place: str, patron: f.Patron) -> list[Row]:
        self._find_twins(f"{place}.fees", [each.id for each in patron.fees])
        currency = patron.currency or self._house.currency
        return [
            Fee(
                FeeId(each.id),
                0,
                PatronId(patron.id),
                self._amount(f"{place}.fees[{index}].amount", each.amount, currency),
                each.type,
                each.title,
                None if each.item is None else ItemId(each.item),
            )
            for index, each in enumerate(patron.fees)
        ]

    def _loans(self) -> list[Row]:
        rows: list[Row] = []
        lent: set[str] = set()
        for index, loan in enumerate(self._file.loans):
            place = f"loans[{index}]"
            item = self._known(f"{place}.item", loan.item, self._items, "item")
            patron = self._known(f"{place}.patron", loan.patron, self._patrons, "patron")
            if loan.item in lent:
                self._complaints.append((f"{place}.item", "This item is lent twice."))
            lent.add(loan.item)
            if item is None or patron is None:
                continue
            since = self._now if loan.lent is None else self._moment(loan.lent, at_end=False)
            policy = self._policies.of(patron.category, patron.currency or self._house.currency)
            due = (
                end_of(since.date() + policy.loan_period, self._house.zone)
                if loan.due is None
                else self._moment(loan.due)
            )
            rows.append(Loan(ItemId(loan.item), PatronId(loan.patron), since, due, loan.renewals))
        return rows

    def _holds(self) -> list[Row]:
        rows: list[Row] = []
        for index, hold in enumerate(self._file.holds):
            place = f"holds[{index}]"
            patron = self._known(f"{place}.patron", hold.patron, self._patrons, "patron")
            if hold.item is not None:
                item = self._known(f"{place}.item", hold.item, self._items, "item")
            elif hold.title is not None:
                item = self._known(f"{place}.title", hold.title, self._titles, "title")
            else:
                self._complaints.append((place, "A hold needs an item or a title."))
                item = None
            if patron is None or item is None:
                continue
            of_copy = hold.item is not None
            rows.append(
                Hold(
                    0,
                    PatronId(hold.patron),
                    _title_of(item),
                    item.title,
                    self._now,
                    ItemId(item.id) if of_copy else None,
                    hold.scope or (HoldScope.THIS_COPY if of_copy else HoldScope.ANY_COPY),
                    hold.pickup_location,
                    None if hold.expires is None else self._moment(hold.expires),
                )
            )
        return rows

    def _known(self, place: str, name: str, entries: Mapping[str, _Entry], kind: str) -> _Entry | None:
        found = entries.get(name)
        if found is None:
            self._complaints.append((place, f"There is no such {kind} in this file."))
        return found

    def _moment(self, value: date, *, at_end: bool = True) -> datetime:
        """A day as its end (or its beginning), a local or absolute point in time as it is."""
        zone = self._house.zone
        if not isinstance(value, datetime):
            end = end_of(value, zone)
            return end if at_end else end.replace(hour=0, minute=0, second=0)
        return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)


def _title_of(item: f.Item) -> TitleId:
    return TitleId(item.title_id or item.title or item.id)
