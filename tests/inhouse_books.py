"""An embedded library of a test's own making: builders with defaults, and books that answer wishes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from softdock.adapters.inhouse.adapter import RULES
from softdock.adapters.inhouse.dates import end_of
from softdock.adapters.inhouse.memory import MemoryStorage
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
    Return,
    Standing,
)
from softdock.adapters.inhouse.pins import OF_THIS_PROCESS
from softdock.adapters.inhouse.policies import Policy, PolicyBook, Terms
from softdock.adapters.inhouse.snapshot import House, Snapshot
from softdock.adapters.inhouse.storage import Storage
from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import FeeId, ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus, FeeType, Item
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    LookupItem,
    LookupPatron,
)
from softdock.circulation.outcomes import Done, PatronReport, Refused
from softdock.circulation.patrons import Patron, PatronList
from softdock.circulation.reasons import Reason
from softdock.circulation.stepping import Waiting, step

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
PIN = "1234"
CDL = LibraryId("CDL")
R1, R2, R3 = PatronId("R1"), PatronId("R2"), PatronId("R3")
I1, I2, I3 = ItemId("I1"), ItemId("I2"), ItemId("I3")


def day(month: int, number: int) -> datetime:
    """The end of a day in 2026, as due dates are."""
    return end_of(date(2026, month, number), ZONE)


def yuan(amount: float) -> Money:
    return Money(round(amount * 100), "CNY")


def a_patron(patron: str = R1, pin: str = PIN, **changes: Any) -> PatronRecord:
    """A patron with the PIN 1234 and nothing against them."""
    return PatronRecord(
        **{
            "id": PatronId(patron),
            "pin": OF_THIS_PROCESS.sealed(PatronId(patron), pin),
            "name": f"Name of {patron}",
            "currency": "CNY",
            **changes,
        }
    )


def an_item(
    item: str = I1, status: CirculationStatus = CirculationStatus.AVAILABLE, **changes: Any
) -> tuple[ItemRecord, ItemState]:
    """A book of a title of its own, on the shelf in the main house; `note` and `location` are of its state."""
    note, location = changes.pop("note", ""), changes.pop("location", "main")
    title = changes.pop("title", f"Title of {item}")
    known = {"title_id": TitleId(title), "owner": CDL, "permanent_location": "main", **changes}
    return ItemRecord(id=ItemId(item), title=title, **known), ItemState(ItemId(item), status, location, note)


def a_loan(item: str = I1, patron: str = R1, due: datetime | None = None, **changes: Any) -> Loan:
    return Loan(
        **{
            "item": ItemId(item),
            "patron": PatronId(patron),
            "lent": NOW - timedelta(days=10),
            "due": due or day(3, 20),
            **changes,
        }
    )


def an_overdue_loan(item: str = I1, patron: str = R1) -> Loan:
    """Due three days ago."""
    return a_loan(item, patron, day(2, 27), lent=NOW - timedelta(days=33))


def a_hold(patron: str = R2, item: str | None = I1, title: str | None = None, **changes: Any) -> Hold:
    """A hold on one copy or, if a title is given, on any copy of it; holds are numbered as they are listed."""
    name = title or f"Title of {item}"
    scope = HoldScope.THIS_COPY if title is None else HoldScope.ANY_COPY
    known = {
        "number": 0,
        "patron": PatronId(patron),
        "title_id": TitleId(name),
        "title": name,
        "placed": NOW,
        "scope": scope,
    }
    return Hold(**{**known, "item": None if title else ItemId(item or ""), **changes})


def a_fee(
    fee: str = "F1", amount: float = 5.0, patron: str = R1, kind: FeeType = FeeType.OTHER, **changes: Any
) -> Fee:
    return Fee(
        **{
            "id": FeeId(fee),
            "number": 0,
            "patron": PatronId(patron),
            "amount": yuan(amount),
            "type": kind,
            **changes,
        }
    )


def a_block(patron: str = R1, text: str = "") -> Block:
    return Block(PatronId(patron), text)


class AStock:
    """What the builders made, as a stock: rows that hang on cards come with their patrons."""

    highest_number = 0

    def __init__(self, policies: PolicyBook, branches: dict[str, str], parts: tuple[Any, ...]) -> None:
        self.policies = policies
        self.branches = branches
        self.lent = {part.item for part in parts if isinstance(part, Loan)}
        self._parts = parts

    def entries(self) -> Iterator[Entry]:
        for part in self._parts:
            if isinstance(part, tuple):
                yield NewItem(*part)
            elif isinstance(part, PatronRecord):
                yield part
                for row in self._parts:
                    if isinstance(row, Block | Fee | Payment) and row.patron == part.id:
                        yield row

    def standing(self) -> Iterator[Standing]:
        return (part for part in self._parts if isinstance(part, Loan | Return | Hold | EndedHold))


def a_stock(
    *parts: Any,
    policy: Policy | None = None,
    terms: Terms | None = None,
    branches: dict[str, str] | None = None,
) -> AStock:
    """Patrons, items and rows in whichever order; everybody has the same policy."""
    return AStock(PolicyBook({"default": terms or Terms(policy or Policy())}), branches or {}, parts)


class Books:
    """The books of a library in memory, at a time that the test sets."""

    def __init__(self, *parts: Any, storage: Storage | None = None, **changes: Any) -> None:
        """`parts` are from the builders; `policy`, `terms` and `branches` as of `a_stock`, the rest as of `House`."""
        self.now = NOW
        stocked = {key: changes.pop(key) for key in ("policy", "terms", "branches") if key in changes}
        house = House(**{"library": CDL, "currency": "CNY", "zone": ZONE, **changes})
        self.storage = storage or MemoryStorage(house, lambda: self.now)
        result_of(self.storage.take_in(a_stock(*parts, **stocked)))

    def ask(self, wish: Any) -> Any:
        """The outcome of `wish`."""
        return result_of(self.storage.work(RULES[type(wish)], wish))

    def done(self, wish: Any) -> Any:
        """The result of `wish`, which is done."""
        outcome = self.ask(wish)
        assert isinstance(outcome, Done), outcome
        return outcome.result

    def refusal(self, wish: Any) -> Reason:
        """Why `wish` is refused, which changes nothing."""
        outcome = self.ask(wish)
        assert isinstance(outcome, Refused), outcome
        return outcome.reason

    def look(self) -> Snapshot:
        """The books as they are now, lapsed holds ended."""
        found: list[Snapshot] = []

        def rule(snapshot: Snapshot, wish: None) -> Done[object]:
            found.append(snapshot)
            return Done(None)

        result_of(self.storage.work(rule, None))
        return found[0]

    def patron(self, patron: str = R1) -> Patron:
        return self.report(patron).patron

    def report(self, patron: str = R1) -> PatronReport:
        report = self.done(LookupPatron(PatronId(patron)))
        assert isinstance(report, PatronReport)
        return report

    def item(self, item: str = I1) -> Item:
        found = self.done(LookupItem(ItemId(item)))
        assert isinstance(found, Item)
        return found

    def listed(self, wanted: PatronList, patron: str = R1) -> list[str]:
        """The items of a list, or what stands for them."""
        report = self.done(LookupPatron(PatronId(patron), wanted=wanted))
        return [entry.item or entry.title for entry in report.entries]


def result_of(work: Any) -> Any:
    """What a coroutine returns, which never waits."""
    result = step(work)
    assert not isinstance(result, Waiting), "it waits"
    return result
