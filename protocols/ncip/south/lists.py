"""What hangs on a card: loans, holds and fees, as LookupUser answers them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, tzinfo

from softdock.circulation.holds import HoldKind, HoldStatus
from softdock.circulation.identifiers import FeeId
from softdock.circulation.items import CirculationStatus, Item
from softdock.circulation.money import Money
from softdock.circulation.outcomes import HoldState
from softdock.circulation.patrons import Counts, Entry
from softdock.circulation.records import record
from softdock.protocols.ncip.amounts import read_count
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.south.system import System
from softdock.protocols.ncip.value_lists import folded

MOST_ENTRIES = 10_000
"""Of a list that go further."""
_END_OF_DAY = time(23, 59, 59)
_ENDED = frozenset({HoldStatus.FILLED, HoldStatus.CANCELLED, HoldStatus.LAPSED})
"""What some systems still list, and nobody waits for any more."""


@record
class Hanging:
    """What hangs on a card; None for a list that was not asked for."""

    loans: Sequence[Entry] | None = None
    loan_count: int | None = None
    """In full, also where some loans are not told."""
    holds: Sequence[HoldState] | None = None
    hold_count: int | None = None
    fees: Sequence[Entry] | None = None
    balance: Money | None = None
    recall_count: int | None = None
    fees_are_all: bool = False
    """Whether the fees that are told are all that is owed."""
    status_is_known: bool = True
    """Whether the holds tell if they are ready."""

    def counts(self, now: datetime, zone: tzinfo) -> Counts:
        """How many there are of each, as far as that is known."""
        ready, waiting = None, self.hold_count
        if self.holds is not None and self.hold_count is not None and self.status_is_known:
            ready = sum(each.available for each in self.holds)
            waiting = max(self.hold_count - ready, 0)
        overdue = None if self.loans is None else len(self.overdue(now, zone))
        return Counts(
            holds=ready,
            overdue=overdue if overdue or self._loans_are_all else None,
            loans=self.loan_count,
            fines=len(self.fines) if self.fees_are_all else None,
            recalls=self.recall_count,
            unavailable_holds=waiting,
        )

    @property
    def _loans_are_all(self) -> bool:
        return self.loans is not None and len(self.loans) == self.loan_count

    def overdue(self, now: datetime, zone: tzinfo) -> Sequence[Entry]:
        """The loans whose end has passed; of a day alone, when the day is over."""
        return [each for each in self.loans or () if each.due is not None and _end(each.due, zone) < now]

    @property
    def fines(self) -> Sequence[Entry]:
        """The fees that are about an item."""
        return [each for each in self.fees or () if each.item is not None or each.title]


def _end(due: datetime | date, zone: tzinfo) -> datetime:
    if isinstance(due, datetime):
        return due
    return datetime.combine(due, _END_OF_DAY, zone)


def hanging_in(answer: Element, asked: frozenset[str], system: System) -> Hanging:
    """What `answer` tells, of what was `asked` for: the names of the flags."""
    loans = holds = fees = balance = None
    loan_count = hold_count = recall_count = None
    fees_are_all = False
    if "LoanedItemsDesired" in asked:
        told = answer.all("LoanedItem")
        loans = tuple(_loan(each, system) for each in told[:MOST_ENTRIES])
        loan_count = _counted(answer.all("LoanedItemsCount"), "LoanedItemCountValue", len(told), system)
        recall_count = _recalls(answer.all("LoanedItemsCount"), system)
    if "RequestedItemsDesired" in asked:
        told = answer.all("RequestedItem")
        every = [hold_in(each, system) for each in told[:MOST_ENTRIES]]
        holds = tuple(each for each in every if each.status not in _ENDED)
        hold_count = _counted(answer.all("RequestedItemsCount"), "RequestedItemCountValue", len(told), system)
        if hold_count is not None:
            hold_count = max(hold_count - len(every) + len(holds), 0)
    if "UserFiscalAccountDesired" in asked:
        accounts = answer.all("UserFiscalAccount")
        fees = tuple(_fees(accounts, system))[:MOST_ENTRIES]
        balance = _balance(accounts, system)
        fees_are_all = _is_sum(fees, balance)
    return Hanging(
        loans,
        loan_count,
        holds,
        hold_count,
        fees,
        balance,
        recall_count,
        fees_are_all,
        system.dialect.believed_holds,
    )


def _counted(counts: Iterable[Element], value: str, told: int, system: System) -> int | None:
    """How many there are: as counted, by the first of the kinds of counts, or as many as are told if those are more.

    None where nothing at all is told, and that means nothing.
    """
    by_kind: dict[str, int] = {}
    for each in counts:
        kind = each.children[0].name if each.children else ""
        number = read_count(each.value(value))
        if number is not None and number >= 0:
            by_kind[kind] = by_kind.get(kind, 0) + number
    if not by_kind and not told and not system.dialect.empty_lists_believed:
        return None
    return max(next(iter(by_kind.values()), 0), told)


def _recalls(counts: Iterable[Element], system: System) -> int | None:
    """How many of the loans are asked back, where they are counted by how they stand."""
    known = [
        read_count(each.value("LoanedItemCountValue"))
        for each in counts
        if system.dialect.crosswalk.circulation_status.hear(each.value("CirculationStatus"))
        is CirculationStatus.RECALLED
    ]
    found = [each for each in known if each is not None and each >= 0]
    return sum(found) if found else None


def _is_sum(fees: Sequence[Entry], balance: Money | None) -> bool:
    """Whether `fees` are all that `balance` is made of; of a fee in another currency nobody knows."""
    if balance is None:
        return bool(fees)
    return (
        sum(each.amount.minor for each in fees if each.amount and each.amount.currency == balance.currency)
        == balance.minor
    )


def _loan(loan: Element, system: System) -> Entry:
    """One loan.  What it may cost by now is no fee that is charged.

    Some tell in Ext what version 2.0 had no place for: the title, and when the loan began.
    """
    title = loan.value("Title") or loan.value("Ext", "BibliographicDescription", "Title")
    beside = loan.first("Ext")
    return Entry(
        system.item_id(loan),
        " ".join(title.split()),
        system.moment(loan, "DateDue"),
        amount=system.money(loan.first("Amount")),
        lent=None if beside is None else system.moment(beside, "DateCheckedOut"),
        title_id=system.title_id(loan),
        media_type=system.dialect.crosswalk.media_type.hear(loan.value("MediumType")),
    )


def hold_in(request: Element, system: System) -> HoldState:
    """One hold, as RequestedItem and LookupRequestResponse tell it."""
    words, believed = system.dialect.crosswalk, system.dialect.believed_holds
    item = system.item_id(request)
    title = " ".join(request.value("Title").split())
    status = words.hold_status.hear(request.value("RequestStatusType")) if believed else None
    place = request.value("PickupLocation")
    needed, kept = system.moment(request, "NeedBeforeDate"), system.moment(request, "PickupExpiryDate")
    return HoldState(
        Item(item, title) if item is not None else None,
        title,
        available=status is HoldStatus.READY,
        queue_position=read_count(request.value("HoldQueuePosition")),
        pickup_location=system.place(place) if place else "",
        expires=needed or kept,
        id=system.hold_id(request),
        title_id=system.title_id(request),
        kind=words.hold_kind.hear(request.value("RequestType")) or HoldKind.HOLD,
        scope=words.hold_scope.hear(request.value("RequestScopeType")),
        status=status,
        placed=system.moment(request, "DatePlaced"),
        pickup_until=kept,
        needed_before=needed,
    )


def _balance(accounts: Sequence[Element], system: System) -> Money | None:
    """What is owed in all, in the library's currency where there are accounts in several; positive is owed."""
    known = [each for each in (system.money(each.first("AccountBalance")) for each in accounts) if each]
    own = [each for each in known if each.currency == system.currency]
    found = own or known
    return Money(sum(each.minor for each in found), found[0].currency) if found else None


def _fees(accounts: Sequence[Element], system: System) -> Iterable[Entry]:
    """What is open, each by itself; what was paid or forgiven is not."""
    for account in accounts:
        for detail in account.all("AccountDetails"):
            about = detail.first("FiscalTransactionInformation")
            if about is None or folded(about.value("FiscalActionType")) not in ("", "assess", "penalty"):
                continue
            amount = system.money(about.first("Amount"))
            if amount is not None and not amount.minor:
                continue  # a remark, which some systems put here
            item = about.first("ItemDetails")
            named = None if item is None else system.item_id(item)
            title = "" if item is None else item.value("BibliographicDescription", "Title")
            reference = about.value("FiscalTransactionReferenceId", "FiscalTransactionIdentifierValue")
            yield Entry(
                named,
                " ".join(title.split()),
                fee=FeeId(reference) if reference else None,
                fee_type=system.dialect.crosswalk.fee_type.hear(about.value("FiscalTransactionType")),
                amount=amount,
                accrued=system.moment(detail, "AccrualDate"),
                note=about.value("FiscalTransactionDescription")[:500],
            )
