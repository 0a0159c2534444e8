"""The books in memory: for tests, and for measuring everything else.

They end with the process.  Everything runs inline on the reactor and never waits.
"""

import heapq
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import TypeVar

from softdock.adapters.inhouse.isbn import isbn_of
from softdock.adapters.inhouse.model import (
    EndedHold,
    Fee,
    Hold,
    Loan,
    NewItem,
    PatronRecord,
    Payment,
    Return,
    Row,
    Standing,
)
from softdock.adapters.inhouse.policies import PolicyBook
from softdock.adapters.inhouse.recording import RecordingBooks
from softdock.adapters.inhouse.rules.endings import REMEMBERED
from softdock.adapters.inhouse.rules.holds import lapse, served
from softdock.adapters.inhouse.rules.queues import can_be_aside, put_back
from softdock.adapters.inhouse.snapshot import Card, Changes, Copy, Decision, House, Rule, Snapshot, Title
from softdock.adapters.inhouse.storage import Stock, Taken, with_filled
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, TitleId
from softdock.circulation.journal import Effect
from softdock.circulation.outcomes import Done
from softdock.circulation.ports import AnyOutcome

_Wish = TypeVar("_Wish")

MARKS = 10_000
"""Operations of which it is remembered that they were done."""

ENDED_HOLDS = 100_000
"""Holds that have ended and are remembered."""


class MemoryStorage:
    """Implements `storage.Storage`."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self._house = house
        self._now = now
        self._cards: dict[PatronId, Card] = {}
        self._copies: dict[ItemId, Copy] = {}
        self._titles: dict[TitleId, Title] = {}
        self._holds: dict[HoldId, Hold | EndedHold] = {}
        self._books = _WholeBooks(self._cards, self._copies, self._titles, self._holds)
        self._number = count(1).__next__
        self._marks: dict[str, datetime] = {}
        """When what was done, the oldest first."""
        self._forgotten: datetime | None = None
        """Of the youngest mark that was let go of."""
        self._look(now())

    async def open(self, initial: Callable[[], Stock] | None = None) -> None:
        """See `storage.Storage`."""
        if initial is not None:
            await self.take_in(initial())

    async def close(self) -> None:
        """See `storage.Storage`."""

    async def probe(self) -> None:
        """See `storage.Storage`."""

    async def take_in(self, stock: Stock) -> Taken:
        """See `storage.Storage`."""
        self._house = replace(self._house, branches=stock.branches, policies=stock.policies)
        self._books.policies = stock.policies
        taken = Counter[str]()
        new: set[str] = set()
        copies: dict[TitleId, list[Copy]] = {}
        for entry in stock.entries():
            if isinstance(entry, PatronRecord):
                self._take_patron(entry, stock.policies, new, taken)
            elif isinstance(entry, NewItem):
                self._take_item(entry, copies, new, taken)
            elif entry.patron in new:
                self._books.apply(Changes(self._numbered(entry)))
        self._complete_titles(copies)
        for row in stock.standing():
            self._take_standing(row, new, taken)
        snapshot = self._look(self._now())
        for title in {id(each): each for each in self._titles.values()}.values():
            if title.queue:
                self._books.apply(served(snapshot, title))
        return Taken(**taken)

    async def work(self, rule: Rule[_Wish], wish: _Wish, operation_id: str = "") -> AnyOutcome:
        """See `storage.Storage`."""
        now = self._now()
        snapshot = self._snapshot if now is self._seen else self._look(now)
        books = self._books
        while books.next_lapse is not None and snapshot.now > books.next_lapse:
            books.end_lapsed(snapshot)
        decided = rule(snapshot, wish)
        if isinstance(decided, Decision):
            books.apply(decided.changes)
            decided = decided.outcome
        if operation_id and type(decided) is Done:
            self._mark(operation_id, now)
        return decided

    async def effect_of(self, operation_id: str, since: datetime) -> Effect:
        """See `storage.Storage`."""
        if operation_id in self._marks:
            return Effect.DONE
        may_be_forgotten = self._forgotten is not None and since <= self._forgotten
        return Effect.UNCLEAR if may_be_forgotten else Effect.NOT_DONE

    def _mark(self, operation_id: str, now: datetime) -> None:
        marks = self._marks
        marks.setdefault(operation_id, now)
        if len(marks) > MARKS:
            self._forgotten = marks.pop(next(iter(marks)))

    def _look(self, now: datetime) -> Snapshot:
        """The live books: nothing changes them while a rule reads.  They are looked at anew when time has gone on."""
        self._seen = now
        if now.tzinfo is not self._house.zone:
            now = now.astimezone(self._house.zone)
        self._snapshot = Snapshot(
            self._house, now, self._cards, self._copies, self._titles, self._number, self._holds
        )
        return self._snapshot

    # --- the import -----------------------------------------------------------------------------------

    def _take_patron(
        self, patron: PatronRecord, policies: PolicyBook, new: set[str], taken: Counter[str]
    ) -> None:
        policy = policies.of(patron.category, patron.currency)
        card = self._cards.get(patron.id)
        if card is None:
            self._cards[patron.id] = Card(patron, policy)
            new.add(patron.id)
            taken["patrons"] += 1
        else:
            card.patron, card.policy = patron, policy
            card.forget()
            taken["known_patrons"] += 1

    def _take_item(
        self, entry: NewItem, copies: dict[TitleId, list[Copy]], new: set[str], taken: Counter[str]
    ) -> None:
        item = entry.item
        copy = self._copies.get(item.id)
        if copy is not None:
            copy.item = replace(item, title_id=copy.item.title_id)
            copy.view = None
            copies.setdefault(copy.item.title_id, list(copy.title.copies))
            taken["known_items"] += 1
            return
        title = self._titles.get(item.title_id)
        if title is None:
            title = self._titles[item.title_id] = Title(item.title_id, item.title)
        copy = self._copies[item.id] = Copy(item, title, entry.state)
        copies.setdefault(item.title_id, list(title.copies)).append(copy)
        new.add(item.id)
        taken["items"] += 1

    def _take_standing(self, row: Standing, new: set[str], taken: Counter[str]) -> None:
        if isinstance(row, EndedHold):
            if row.hold.patron in new and row.hold.name not in self._holds:
                self._books.apply(Changes(replace(row, hold=replace(row.hold, number=self._number()))))
        elif isinstance(row, Hold):
            if row.patron in new or row.item in new:
                if row.id in self._holds:
                    row = replace(row, id=None)
                if row.copy is not None and not can_be_aside(self._copies.get(row.copy), row):
                    row = put_back(row)
                self._books.apply(Changes(self._numbered(row)))
                taken["holds"] += 1
        elif row.item in new:
            if isinstance(row, Return):
                row = replace(row, loan=self._with_filled(row.loan))
            else:
                row = self._with_filled(row)
            self._books.apply(Changes(row))
            taken["loans"] += isinstance(row, Loan)

    def _with_filled(self, loan: Loan) -> Loan:
        return with_filled(loan, lambda hold: replace(hold, number=self._number()))

    def _complete_titles(self, copies: dict[TitleId, list[Copy]]) -> None:
        for title_id, of_title in copies.items():
            title = self._titles[title_id]
            title.copies = tuple(of_title)
            if title.text:
                # A device knows a title by what it was shown, not by its number.
                self._titles.setdefault(TitleId(title.text), title)
            for copy in of_title:
                if isbn := isbn_of(copy.item.extra):
                    self._titles.setdefault(TitleId(isbn), title)

    def _numbered(self, row: Row) -> Row:
        """`row` with a number of its own, if its kind has one."""
        if isinstance(row, Hold | Fee | Payment):
            return replace(row, number=self._number())
        return row


class _WholeBooks(RecordingBooks):
    """All of a library's books; they know which hold lapses next."""

    def __init__(
        self,
        cards: dict[PatronId, Card],
        copies: dict[ItemId, Copy],
        titles: dict[TitleId, Title],
        holds: dict[HoldId, Hold | EndedHold],
    ) -> None:
        super().__init__(cards, copies, titles, holds)
        self._lapsing: list[tuple[datetime, int, PatronId]] = []
        self._ended: deque[EndedHold] = deque()
        self.next_lapse: datetime | None = None

    def _put_hold(self, hold: Hold) -> None:
        super()._put_hold(hold)
        if (lapses := hold.lapses) is not None:
            heapq.heappush(self._lapsing, (lapses, hold.number, hold.patron))
            self.next_lapse = self._lapsing[0][0]

    def _put_ended(self, ended: EndedHold) -> None:
        super()._put_ended(ended)
        self._ended.append(ended)
        while ended.ended - self._ended[0].ended > REMEMBERED or len(self._ended) > ENDED_HOLDS:
            old = self._ended.popleft()
            if self.holds.get(old.hold.name) is old:
                del self.holds[old.hold.name]

    def end_lapsed(self, snapshot: Snapshot) -> None:
        """End the hold that was to lapse first, unless it was changed or ended meanwhile."""
        lapsed, number, patron = heapq.heappop(self._lapsing)
        self.next_lapse = self._lapsing[0][0] if self._lapsing else None
        for hold in self.cards[patron].holds:
            if hold.number == number and hold.lapses == lapsed:
                self.apply(lapse(snapshot, hold))
