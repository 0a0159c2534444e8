"""The part of the books that some operations can touch, put together from the tables.

What wishes name is loaded for all of them together (`foresee`): a few statements however many wait.  A rule that asks
for more gets it, one by one.  Nothing a rule can reach is ever left out: what is not loaded is loaded when it is
looked at.

All of it sees one state of the database, and in it what has been decided since: a change loads whatever it touches
before it is made, so that nothing is loaded later without it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, MutableMapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar, overload

import sqlalchemy as sa

from softdock.adapters.inhouse.books import Books
from softdock.adapters.inhouse.isbn import isbn_in
from softdock.adapters.inhouse.model import Block, EndedHold, Hold, ItemState, Payment
from softdock.adapters.inhouse.policies import Policy, PolicyBook
from softdock.adapters.inhouse.rules.money import SAME_PAYMENT
from softdock.adapters.inhouse.snapshot import Card, Copy, House, Title
from softdock.adapters.inhouse.sql import schema as t
from softdock.adapters.inhouse.sql.rows import (
    STATUS,
    ended_hold_of,
    fee_of,
    hold_of,
    item_of,
    loan_of,
    micros,
    patron_of,
    payment_of,
    return_of,
)
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, TitleId
from softdock.circulation.operations import LookupItem
from softdock.store.database import Connection, KeyedSelect, Row, Statement

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_Default = TypeVar("_Default")

PATRON_COLUMNS = [each for each in t.patron.c if each.name not in {"number", "blocked"}]
_BESIDE_THE_RECORD = {"number", "status", "location", "note", "isbn"}
ITEM_COLUMNS = [each for each in t.item.c if each.name not in _BESIDE_THE_RECORD]
_STATE, _LOAN, _RETURN = len(ITEM_COLUMNS), len(ITEM_COLUMNS) + 3, len(ITEM_COLUMNS) + 10
"""Where in a row of a copy its state, its loan and its last return begin."""

_COPY_COLUMNS = [
    *ITEM_COLUMNS, t.item.c.status, t.item.c.location, t.item.c.note, *t.loan.c, *t.last_return.c,
]  # fmt: skip
_COPIES = sa.select(*_COPY_COLUMNS).select_from(
    t.item.outerjoin(t.loan, t.loan.c.item == t.item.c.id).outerjoin(
        t.last_return, t.last_return.c.item == t.item.c.id
    )
)
_LENT_COPIES = (
    sa.select(*_COPY_COLUMNS)
    .select_from(
        t.loan.join(t.item, t.item.c.id == t.loan.c.item).outerjoin(
            t.last_return, t.last_return.c.item == t.item.c.id
        )
    )
    .order_by(t.loan.c.lent, t.item.c.number)
)
HOLD_COLUMNS = [each for each in t.hold.c if each.name != "lapses"]
_HOLDS = sa.select(*HOLD_COLUMNS).order_by(t.hold.c.number)

COPIES_BY_ID = KeyedSelect(_COPIES, t.item.c.id)
COPIES_BY_TITLE = KeyedSelect(_COPIES.order_by(t.item.c.number), t.item.c.title_id)
COPIES_BY_BORROWER = KeyedSelect(_LENT_COPIES, t.loan.c.patron)
PATRONS_BY_ID = KeyedSelect(sa.select(*PATRON_COLUMNS, t.patron.c.blocked), t.patron.c.id)
HOLDS_BY_TITLE = KeyedSelect(_HOLDS, t.hold.c.title_id)
HOLDS_BY_PATRON = KeyedSelect(_HOLDS, t.hold.c.patron)
HOLDS_BY_ID = KeyedSelect(_HOLDS, t.hold.c.id)
HOLDS_BY_NUMBER = KeyedSelect(_HOLDS.where(t.hold.c.id.is_(None)), t.hold.c.number)
ENDED_BY_NAME = KeyedSelect(sa.select(t.ended_hold), t.ended_hold.c.name)
FEES_BY_PATRON = KeyedSelect(sa.select(t.fee).order_by(t.fee.c.number), t.fee.c.patron)
TITLES_BY_ID = KeyedSelect(
    sa.select(t.item.c.title_id, t.item.c.title).order_by(t.item.c.number), t.item.c.title_id
)
TITLES_BY_TEXT = KeyedSelect(
    sa.select(t.item.c.title, t.item.c.title_id).order_by(t.item.c.number), t.item.c.title
)
TITLES_BY_ISBN = KeyedSelect(
    sa.select(t.item.c.isbn, t.item.c.title_id, t.item.c.title).order_by(t.item.c.number), t.item.c.isbn
)
HELD_TITLES = KeyedSelect(
    sa.select(t.hold.c.title_id, t.hold.c.title).order_by(t.hold.c.number), t.hold.c.title_id
)
PAYMENTS_SINCE = Statement(
    sa.select(t.payment)
    .where(t.payment.c.patron == sa.bindparam("card"), t.payment.c.at >= sa.bindparam("since"))
    .order_by(t.payment.c.number),
    "card",
    "since",
)


class Shelf(MutableMapping[_Key, _Value], Generic[_Key, _Value]):
    """What has been loaded, by its key; whoever asks for something else has it loaded.

    What is put here, or taken out, is so whatever the tables say: it will be written.
    """

    __slots__ = ("_absent", "_load", "loaded")

    def __init__(self, load: Callable[[Collection[_Key]], None]) -> None:
        self.loaded: dict[_Key, _Value] = {}
        self._absent: set[_Key] = set()
        self._load = load

    def ensure(self, keys: Iterable[_Key]) -> None:
        """Load those of `keys` that have not been looked for yet."""
        wanted = {each for each in keys if each not in self.loaded and each not in self._absent}
        if wanted:
            self._load(wanted)
            self._absent |= wanted - self.loaded.keys()

    def looked_for(self) -> int:
        """How many keys have been looked for, found or not."""
        return len(self.loaded) + len(self._absent)

    @overload
    def get(self, key: _Key, /) -> _Value | None: ...
    @overload
    def get(self, key: _Key, /, default: _Value | _Default) -> _Value | _Default: ...
    def get(self, key: _Key, /, default: Any = None) -> Any:
        """See `Mapping`."""
        found = self.loaded.get(key)
        if found is None and key not in self._absent:
            self.ensure((key,))
            found = self.loaded.get(key)
        return default if found is None else found

    def __getitem__(self, key: _Key) -> _Value:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: _Key, value: _Value) -> None:
        self.loaded[key] = value

    def __delitem__(self, key: _Key) -> None:
        self.loaded.pop(key, None)
        self._absent.add(key)

    def __contains__(self, key: object) -> bool:
        found: object = self.get(key)  # type: ignore[arg-type]
        return found is not None

    def __iter__(self) -> Iterator[_Key]:
        """What has been loaded so far."""
        return iter(self.loaded)

    def __len__(self) -> int:
        return len(self.loaded)


class LoadedBooks(Books):
    """The books, as far as they are needed."""

    def __init__(self, connection: Connection, house: House, policies: PolicyBook, now: datetime) -> None:
        self.house = house
        self.policies = policies
        self.now = now
        self._connection = connection
        self._zone = house.zone
        self._policy_of = policies.of
        self.loaded_cards: Shelf[PatronId, Card] = Shelf(self._load_cards)
        self.loaded_copies: Shelf[ItemId, Copy] = Shelf(self._load_copies)
        self.loaded_titles: Shelf[TitleId, Title] = Shelf(self._load_titles)
        self.loaded_holds: Shelf[HoldId, Hold | EndedHold] = Shelf(self._load_holds)
        self._holds: dict[int, Hold] = {}
        self.stored_loans: set[ItemId] = set()
        """Items that have a loan in the tables."""
        super().__init__(self.loaded_cards, self.loaded_copies, self.loaded_titles, self.loaded_holds)

    def __len__(self) -> int:
        """How much has been loaded, or looked for in vain."""
        cards, copies, titles = self.loaded_cards, self.loaded_copies, self.loaded_titles
        found_by_name = self.loaded_holds.looked_for()
        return cards.looked_for() + copies.looked_for() + titles.looked_for() + found_by_name

    def foresee(self, wishes: Sequence[object]) -> None:
        """Load what `wishes` are about, for all of them together."""
        items: set[ItemId] = set()
        patrons: set[PatronId] = set()
        concerned: set[ItemId] = set()
        for wish in wishes:
            item, patron = getattr(wish, "item", None), getattr(wish, "patron", None)
            if item:
                items.add(item)
                if type(wish) is not LookupItem:
                    concerned.add(item)
            if patron:
                patrons.add(patron)
        if items:
            self.loaded_copies.ensure(items)
        for each in concerned:
            copy = self.loaded_copies.loaded.get(each)
            if copy is not None and copy.loan is not None:
                patrons.add(copy.loan.patron)
        if patrons:
            self.loaded_cards.ensure(patrons)
        self.loaded_holds.ensure(hold for wish in wishes if (hold := getattr(wish, "hold", None)))

    def known_copies(self, title: Title) -> Iterable[Copy]:
        """See `Books`."""
        assert isinstance(title, LoadedTitle)
        return title.members

    def known_card(self, patron: PatronId) -> Card | None:
        """See `Books`."""
        return self.loaded_cards.loaded.get(patron)

    # --- items and titles -----------------------------------------------------------------------------

    def _load_copies(self, items: Collection[ItemId]) -> None:
        self._copies_of(self._connection.rows_of(COPIES_BY_ID, items))

    def _copies_of(self, rows: Iterable[Row]) -> list[Copy]:
        """The copies that `rows` describe, each with its title and its queue; one that is known stays as it is."""
        copies = []
        known, titles = self.loaded_copies.loaded, self.loaded_titles.loaded
        without_queue: list[LoadedTitle] = []
        new: list[Copy] = []
        for row in rows:
            copy = known.get(row[0])
            if copy is None:
                item = item_of(row)
                title = titles.get(item.title_id)
                if title is None or title.id != item.title_id:
                    title = titles[item.title_id] = LoadedTitle(self, item.title_id, item.title)
                    without_queue.append(title)
                copy = known[item.id] = self._new_copy(item.id, Copy(item, title, _state(row)), row)
                new.append(copy)
            copies.append(copy)
        if without_queue:
            self._load_queues(without_queue)
        for copy in new:
            for hold in copy.title.queue:
                if hold.copy == copy.item.id:
                    copy.hold = hold
        return copies

    def _new_copy(self, item: ItemId, copy: Copy, row: Row) -> Copy:
        if row[_LOAN] is not None:
            copy.loan = loan_of(row[_LOAN:_RETURN], self._zone)
            self.stored_loans.add(item)
        if row[_RETURN] is not None:
            copy.last_return = return_of(row[_RETURN:], self._zone)
        assert isinstance(copy.title, LoadedTitle)
        copy.title.members.append(copy)
        return copy

    def all_copies_of(self, title: Title) -> tuple[Copy, ...]:
        """Every copy of `title`, in the order in which they came into the books."""
        return tuple(self._copies_of(self._connection.rows_of(COPIES_BY_TITLE, (title.id,))))

    def _load_titles(self, names: Collection[TitleId]) -> None:
        """Titles by number or by what they are called; one that has lost its copies is there while somebody waits."""
        known = self.loaded_titles.loaded
        made: list[LoadedTitle] = []
        left = names
        for select in (TITLES_BY_ID, HELD_TITLES):
            for title_id, text in self._connection.rows_of(select, left):
                if title_id not in known:
                    known[title_id] = title = LoadedTitle(self, title_id, text)
                    made.append(title)
            left = [each for each in names if each not in known]
        called: dict[str, tuple[TitleId, str]] = {}
        for text, title_id in self._connection.rows_of(TITLES_BY_TEXT, left):
            called.setdefault(text, (title_id, text))
        isbns = [each for each in left if each not in called and isbn_in(each) == each]
        for isbn, title_id, text in self._connection.rows_of(TITLES_BY_ISBN, isbns):
            called.setdefault(isbn, (title_id, text))
        for name, (title_id, text) in called.items():
            if title_id not in known:
                known[title_id] = title = LoadedTitle(self, title_id, text)
                made.append(title)
            known[TitleId(name)] = known[title_id]
        if made:
            self._load_queues(made)

    def _load_queues(self, titles: Sequence["LoadedTitle"]) -> None:
        by_id = {each.id: each for each in titles}
        for row in self._connection.rows_of(HOLDS_BY_TITLE, by_id):
            hold = self._hold(row)
            title = by_id[hold.title_id]
            title.queue = (*title.queue, hold)

    def _hold(self, row: Row) -> Hold:
        number = row[0]
        known = self._holds.get(number)
        if known is None:
            known = self._holds[number] = hold_of(row, self._zone)
        return known

    def _load_holds(self, names: Collection[HoldId]) -> None:
        """Those that stand; of the others, those that have ended."""
        found = self.loaded_holds.loaded
        rows = self._connection.rows_of
        for row in rows(HOLDS_BY_ID, names):
            hold = self._hold(row)
            found[hold.name] = hold
        numbers = [int(name[1:]) for name in names if name not in found and _OF_A_NUMBER(name)]
        if numbers:
            for row in rows(HOLDS_BY_NUMBER, numbers):
                hold = self._hold(row)
                found[hold.name] = hold
        left = [name for name in names if name not in found]
        if left:
            for row in rows(ENDED_BY_NAME, left):
                ended = ended_hold_of(row, self._zone)
                found[ended.hold.name] = ended

    # --- patrons --------------------------------------------------------------------------------------

    def _load_cards(self, patrons: Collection[PatronId]) -> None:
        connection = self._connection
        cards: dict[str, Card] = {}
        for row in connection.rows_of(PATRONS_BY_ID, patrons):
            patron = patron_of(row)
            card: Card = LoadedCard(self, patron, self._policy_of(patron.category, patron.currency))
            if row[15] is not None:
                card.block = Block(patron.id, row[15])
            cards[patron.id] = self.loaded_cards.loaded[patron.id] = card
        if not cards:
            return
        # The rows are told apart by what they were before anything was decided, so the loan is read from the row.
        rows = connection.rows_of(COPIES_BY_BORROWER, cards)
        for row, copy in zip(rows, self._copies_of(rows), strict=True):
            card = cards[row[_LOAN + 1]]
            card.loans = (*card.loans, copy)
        for row in connection.rows_of(HOLDS_BY_PATRON, cards):
            hold = self._hold(row)
            card = cards[hold.patron]
            card.holds = (*card.holds, hold)
        for row in connection.rows_of(FEES_BY_PATRON, cards):
            fee = fee_of(row, self._zone)
            card = cards[fee.patron]
            card.fees = (*card.fees, fee)

    def payments_of(self, card: Card) -> tuple[Payment, ...]:
        """The payments of `card` that a payment of now could repeat."""
        since = micros(self.now - SAME_PAYMENT)
        rows = self._connection.rows(PAYMENTS_SINCE, card.patron.id, since)
        return tuple(payment_of(row, self._zone) for row in rows)


_OF_A_NUMBER = re.compile(r"H[1-9][0-9]{0,17}").fullmatch
"""Names that are made from numbers; no longer ones, because no number of a table is."""


def _state(row: Row) -> ItemState:
    return ItemState(row[0], STATUS[row[_STATE]], row[_STATE + 1], row[_STATE + 2])


class LoadedTitle(Title):
    """A title whose copies are loaded when somebody looks at them all."""

    __slots__ = ("_books", "_copies", "members")

    def __init__(self, books: LoadedBooks, title: TitleId, text: str) -> None:
        self._books = books
        self._copies: tuple[Copy, ...] | None = None
        self.members: list[Copy] = []
        """Those that have been loaded."""
        self.id = title
        self.text = text
        self.queue = ()

    @property
    def copies(self) -> tuple[Copy, ...]:  # type: ignore[override]
        """See `Title`."""
        if self._copies is None:
            self._copies = self._books.all_copies_of(self)
        return self._copies


class LoadedCard(Card):
    """A card whose payments are loaded when somebody looks at them."""

    __slots__ = ("_books", "_payments")

    def __init__(self, books: LoadedBooks, patron: Any, policy: Policy) -> None:
        self._books = books
        self._payments: tuple[Payment, ...] | None = None
        self.patron = patron
        self.policy = policy
        self.block = None
        self.loans = ()
        self.holds = ()
        self.fees = ()
        self.state = None
        self.view = None

    @property
    def payments(self) -> tuple[Payment, ...]:
        """See `Card`: those of the last minute."""
        if self._payments is None:
            self._payments = self._books.payments_of(self)
        return self._payments

    @payments.setter
    def payments(self, payments: tuple[Payment, ...]) -> None:
        self._payments = payments
