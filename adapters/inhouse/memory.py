"""The books in memory: for a demo, for tests, and for measuring everything else.

They end with the process.  Everything runs inline on the reactor and never waits.
"""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from softdock.adapters.inhouse.model import (
    Block,
    Fee,
    Hold,
    ItemRecord,
    ItemState,
    Loan,
    Payment,
    Return,
    Row,
)
from softdock.adapters.inhouse.policies import PolicyBook
from softdock.adapters.inhouse.rules.holds import end_of_hold, served
from softdock.adapters.inhouse.snapshot import Card, Changes, Copy, Decision, House, Rule, Snapshot, Title
from softdock.adapters.inhouse.storage import Stock
from softdock.circulation.identifiers import ItemId, PatronId, TitleId
from softdock.circulation.ports import AnyOutcome

_Wish = TypeVar("_Wish")


class MemoryStorage:
    """Implements `storage.Storage`."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self._house = house
        self._now = now
        self._policies = PolicyBook({})
        self._cards: dict[PatronId, Card] = {}
        self._copies: dict[ItemId, Copy] = {}
        self._titles: dict[TitleId, Title] = {}
        self._number = count(1).__next__
        self._look(now())
        self._lapsing: list[tuple[datetime, int, PatronId]] = []
        self._next_lapse: datetime | None = None
        self._put: dict[type[Any], Callable[[Any], None]] = {
            Loan: self._put_loan,
            ItemState: self._put_state,
            Return: self._put_return,
            Hold: self._put_hold,
            Fee: self._put_fee,
            Payment: self._put_payment,
            Block: self._put_block,
        }
        self._drop: dict[type[Any], Callable[[Any], None]] = {
            Loan: self._drop_loan,
            Return: self._drop_return,
            Hold: self._drop_hold,
            Fee: self._drop_fee,
            Block: self._drop_block,
        }

    async def open(self) -> None:
        """See `storage.Storage`."""

    async def close(self) -> None:
        """See `storage.Storage`."""

    async def probe(self) -> None:
        """See `storage.Storage`."""

    async def is_empty(self) -> bool:
        """See `storage.Storage`."""
        return not self._cards and not self._copies

    async def take_in(self, stock: Stock) -> None:
        """See `storage.Storage`."""
        self._policies = stock.policies
        self._house = replace(self._house, branches=stock.branches)
        for patron in stock.patrons:
            self._cards[patron.id] = Card(patron, stock.policies.of(patron.category, patron.currency))
        self._add_items(stock.items)
        for row in stock.rows:
            self._put[type(row)](self._numbered(row))
        snapshot = self._look(self._now())
        for title in {id(each): each for each in self._titles.values()}.values():
            if title.queue:
                self._apply(served(snapshot, title))

    async def work(self, rule: Rule[_Wish], wish: _Wish) -> AnyOutcome:
        """See `storage.Storage`."""
        now = self._now()
        snapshot = self._snapshot if now is self._seen else self._look(now)
        while self._next_lapse is not None and snapshot.now > self._next_lapse:
            self._end_lapsed(snapshot)
        decided = rule(snapshot, wish)
        if not isinstance(decided, Decision):
            return decided
        self._apply(decided.changes)
        return decided.outcome

    def _look(self, now: datetime) -> Snapshot:
        """The live books: nothing changes them while a rule reads.  They are looked at anew when time has gone on."""
        self._seen = now
        if now.tzinfo is not self._house.zone:
            now = now.astimezone(self._house.zone)
        self._snapshot = Snapshot(self._house, now, self._cards, self._copies, self._titles, self._number)
        return self._snapshot

    def _apply(self, changes: Changes) -> None:
        for row in changes.drops:
            self._drop[type(row)](row)
        for row in changes.puts:
            self._put[type(row)](row)

    # --- the import -----------------------------------------------------------------------------------

    def _add_items(self, items: Iterable[tuple[ItemRecord, ItemState]]) -> None:
        copies: dict[TitleId, list[Copy]] = {}
        for item, state in items:
            title = self._titles.get(item.title_id)
            if title is None:
                title = self._titles[item.title_id] = Title(item.title_id, item.title)
            copy = self._copies[item.id] = Copy(item, title, state)
            copies.setdefault(item.title_id, []).append(copy)
        for title_id, of_title in copies.items():
            title = self._titles[title_id]
            title.copies = tuple(of_title)
            if title.text:
                # A device knows a title by what it was shown, not by its number.
                self._titles.setdefault(TitleId(title.text), title)

    def _numbered(self, row: Row) -> Row:
        """`row` with a number of its own, if its kind has one."""
        if isinstance(row, Hold | Fee):
            return replace(row, number=self._number())
        return row

    # --- loans ----------------------------------------------------------------------------------------

    def _put_loan(self, loan: Loan) -> None:
        copy, card = self._copies[loan.item], self._cards[loan.patron]
        if copy.loan is not None and copy.loan.patron != loan.patron:
            self._drop_loan(copy.loan)
        if copy.loan is None:
            card.loans = (*card.loans, copy)
        copy.loan = loan
        copy.view = card.state = card.view = None

    def _drop_loan(self, loan: Loan) -> None:
        copy, card = self._copies[loan.item], self._cards[loan.patron]
        card.loans = tuple(each for each in card.loans if each is not copy)
        copy.loan = None
        copy.view = card.state = card.view = None

    def _put_return(self, row: Return) -> None:
        self._copies[row.item].last_return = row

    def _drop_return(self, row: Return) -> None:
        self._copies[row.item].last_return = None

    def _put_state(self, state: ItemState) -> None:
        copy = self._copies[state.item]
        copy.state = state
        copy.view = None
        if copy.loan is not None:
            self._cards[copy.loan.patron].forget()

    # --- holds ----------------------------------------------------------------------------------------

    def _put_hold(self, hold: Hold) -> None:
        title, card = self._titles[hold.title_id], self._cards[hold.patron]
        self._unlink(hold)
        title.queue = tuple(sorted((*title.queue, hold), key=_by_number))
        card.holds = tuple(sorted((*card.holds, hold), key=_by_number))
        if hold.copy is not None:
            self._copies[hold.copy].hold = hold
        self._forget_title(title, card)
        if (lapses := hold.lapses) is not None:
            heapq.heappush(self._lapsing, (lapses, hold.number, hold.patron))
            self._next_lapse = self._lapsing[0][0]

    def _drop_hold(self, hold: Hold) -> None:
        self._unlink(hold)
        self._forget_title(self._titles[hold.title_id], self._cards[hold.patron])

    def _unlink(self, hold: Hold) -> None:
        """Take whatever has the number of `hold` out of queue, card and copy."""
        title, card = self._titles[hold.title_id], self._cards[hold.patron]
        title.queue = tuple(each for each in title.queue if each.number != hold.number)
        card.holds = tuple(each for each in card.holds if each.number != hold.number)
        for copy in title.copies:
            if copy.hold is not None and copy.hold.number == hold.number:
                copy.hold = None

    def _forget_title(self, title: Title, card: Card) -> None:
        """The queue has changed: so have the copies, the card, and the cards of those who have a copy."""
        card.forget()
        for copy in title.copies:
            copy.view = None
            if copy.loan is not None:
                self._cards[copy.loan.patron].forget()

    def _end_lapsed(self, snapshot: Snapshot) -> None:
        """End the hold that was to lapse first, unless it was changed or ended meanwhile."""
        lapsed, number, patron = heapq.heappop(self._lapsing)
        self._next_lapse = self._lapsing[0][0] if self._lapsing else None
        for hold in self._cards[patron].holds:
            if hold.number == number and hold.lapses == lapsed:
                self._apply(end_of_hold(snapshot, hold))

    # --- money and blocks -----------------------------------------------------------------------------

    def _put_fee(self, fee: Fee) -> None:
        card = self._cards[fee.patron]
        if any(each.id == fee.id for each in card.fees):
            card.fees = tuple(fee if each.id == fee.id else each for each in card.fees)
        else:
            card.fees = (*card.fees, fee)
        card.forget()

    def _drop_fee(self, fee: Fee) -> None:
        card = self._cards[fee.patron]
        card.fees = tuple(each for each in card.fees if each.id != fee.id)
        card.forget()

    def _put_payment(self, payment: Payment) -> None:
        card = self._cards[payment.patron]
        card.payments = (*card.payments, payment)

    def _put_block(self, block: Block) -> None:
        card = self._cards[block.patron]
        card.block = block
        card.forget()

    def _drop_block(self, block: Block) -> None:
        card = self._cards[block.patron]
        card.block = None
        card.forget()


def _by_number(hold: Hold) -> int:
    return hold.number
