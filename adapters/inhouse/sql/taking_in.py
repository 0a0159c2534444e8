"""Taking an import file in: any number of patrons and items, in portions, beside servers that go on serving.

What staff enter of a patron or an item that the books know is replaced.  Everything else comes in only with what is new:
blocks, fees and payments with a new patron, loans and returns with a new item, holds with either.  So a file can be
taken in again, after it was interrupted or because somebody was not sure, and changes nothing the second time.

What a run that did not come to its end has brought counts as new for the next one.  A run that goes on keeps itself
open, should another one that ran beside it have come to its end and taken it for dead.

Items come in before their loans do.  Until then an item that has one is said to be charged: no kiosk lends it to
anybody, and if it is returned meanwhile, its loan does not come in any more.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from softdock.adapters.inhouse.model import (
    Block,
    EndedHold,
    Entry,
    Fee,
    Hold,
    ItemState,
    Loan,
    NewItem,
    PatronRecord,
    Payment,
    Return,
    Standing,
)
from softdock.adapters.inhouse.rules.holds import served
from softdock.adapters.inhouse.rules.queues import LENDABLE, can_be_aside, put_back
from softdock.adapters.inhouse.snapshot import House, Snapshot
from softdock.adapters.inhouse.sql import schema as t
from softdock.adapters.inhouse.sql.loading import (
    ENDED_BY_NAME,
    TITLES_BY_ID,
    TITLES_BY_TEXT,
    LoadedBooks,
)
from softdock.adapters.inhouse.sql.numbers import Numbers
from softdock.adapters.inhouse.sql.rows import (
    STATUS,
    ended_hold_row,
    fee_row,
    item_row,
    loan_row,
    micros,
    patron_row,
    payment_row,
    return_row,
    state_row,
    to_json,
)
from softdock.adapters.inhouse.sql.terms import stored_policies
from softdock.adapters.inhouse.sql.writing import (
    UPSERT_ITEM,
    UPSERT_PATRON,
    Pending,
    full_hold_row,
    insert_once,
)
from softdock.adapters.inhouse.storage import Stock, Taken, filled_by, with_filled
from softdock.circulation.identifiers import TitleId
from softdock.circulation.items import CirculationStatus
from softdock.store.database import Connection, KeyedSelect, Row, Session, Statement

PORTION = 500
"""Patrons or items that are committed together: some ten milliseconds, for which kiosks wait at most."""

_Part = TypeVar("_Part")

INSERT_FEE = insert_once(t.fee, "patron", "id")
INSERT_PAYMENT = insert_once(t.payment, "number")
INSERT_LOAN = insert_once(t.loan, "item")
INSERT_RETURN = insert_once(t.last_return, "item")
INSERT_HOLD = insert_once(t.hold, "number")
INSERT_ENDED_HOLD = insert_once(t.ended_hold, "number")

RETURNED = KeyedSelect(sa.select(t.last_return.c.item), t.last_return.c.item)
PATRON_NUMBERS = KeyedSelect(sa.select(t.patron.c.id, t.patron.c.number), t.patron.c.id)
ITEM_NUMBERS = KeyedSelect(sa.select(t.item.c.id, t.item.c.number, t.item.c.title_id), t.item.c.id)
HOLD_NUMBERS = KeyedSelect(sa.select(t.hold.c.number), t.hold.c.number)
ENDED_HOLD_NUMBERS = KeyedSelect(sa.select(t.ended_hold.c.number), t.ended_hold.c.number)
NAMED_HOLDS = KeyedSelect(sa.select(t.hold.c.id), t.hold.c.id)
PAYMENT_NUMBERS = KeyedSelect(sa.select(t.payment.c.number), t.payment.c.number)
HELD_TITLES = KeyedSelect(sa.select(t.hold.c.title_id).distinct(), t.hold.c.title_id)
HOLDS_OF = KeyedSelect(sa.select(t.hold.c.patron, t.hold.c.title_id, t.hold.c.item), t.hold.c.patron)
WAITING_TITLES = Statement(
    sa.select(t.hold.c.title_id)
    .where(t.hold.c.copy.is_(None), t.hold.c.title_id > sa.bindparam("after"))
    .distinct()
    .order_by(t.hold.c.title_id)
    .limit(PORTION),
    "after",
)
LAST_RUN = Statement(
    sa.select(t.import_run.c.number, t.import_run.c.first_number, t.import_run.c.ended).order_by(
        t.import_run.c.number
    )
)
STATUSES = KeyedSelect(sa.select(t.item.c.id, t.item.c.status), t.item.c.id)
SET_STATUS = Statement(
    sa.update(t.item).where(t.item.c.id == sa.bindparam("one")).values(status=sa.bindparam("said")),
    "said",
    "one",
)
BEGIN_RUN = Statement(
    sa.insert(t.import_run).values(
        {each: sa.bindparam(each) for each in ("number", "first_number", "begun")}
    ),
    "number",
    "first_number",
    "begun",
)
KEEP_OPEN = Statement(
    sa.update(t.import_run)
    .where(t.import_run.c.number == sa.bindparam("run"), t.import_run.c.ended.is_not(None))
    .values(ended=None),
    "run",
)
END_RUNS = Statement(
    sa.update(t.import_run).where(t.import_run.c.ended.is_(None)).values(ended=sa.bindparam("at")), "at"
)
SET_TERMS = Statement(
    sa.update(t.library).values(policies=sa.bindparam("p"), branches=sa.bindparam("b")), "p", "b"
)


def take_in(
    session: Session,
    stock: Stock,
    house: House,
    now: Callable[[], datetime],
    pause: Callable[[float], None] | None = None,
) -> Taken:
    """Take `stock` into the books of `house`.  Each portion is durable when the next one begins.

    `pause`, if any, is called between portions with the seconds that the last one took, for whoever else wants to write.
    Raises DatabaseAway, DatabaseBusy, CommitLost: what has been taken in stays, and the next run completes it.
    """
    return _TakingIn(session, stock, house, now, pause).run()


@dataclass(slots=True)
class _Count:
    patrons: int = 0
    items: int = 0
    loans: int = 0
    holds: int = 0
    known_patrons: int = 0
    known_items: int = 0


@dataclass(slots=True)
class _Hanging:
    """A patron, with what comes along."""

    patron: PatronRecord
    block: Block | None = None
    fees: list[Fee] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)


class _TakingIn:
    def __init__(
        self,
        session: Session,
        stock: Stock,
        house: House,
        now: Callable[[], datetime],
        pause: Callable[[float], None] | None,
    ) -> None:
        self._session = session
        self._stock = stock
        self._house = replace(house, branches=stock.branches, policies=stock.policies)
        self._now = now
        self._pause = pause
        self._count = _Count()
        self._new_from = 0
        """What has this number or a higher one counts as new."""
        self._first_ever = False
        self._states_of_lent: dict[str, CirculationStatus] = {}
        """What the file says of items that are lent, where it is something else than that they are available."""
        self._run = 0
        """Its number, once it has begun."""

    def run(self) -> Taken:
        self._transact(self._begin)
        for portion in _portions(_hanging(self._stock.entries())):
            self._transact(partial(self._entries, portion))
        for standing in _portions(self._stock.standing()):
            self._transact(partial(self._standing, standing))
        self._serve_holds()
        self._transact(lambda connection: connection.run(END_RUNS, micros(self._now())))
        count = self._count
        return Taken(
            count.patrons, count.items, count.loans, count.holds, count.known_patrons, count.known_items
        )

    def _transact(self, work: Callable[[Connection], Any]) -> Any:
        began = time.monotonic()
        counted = replace(self._count)

        def afresh(connection: Connection) -> Any:
            self._count = replace(counted)  # should the work have to be done twice
            connection.run(KEEP_OPEN, self._run)
            return work(connection)

        result = self._session.transact(afresh)
        if self._pause is not None:
            self._pause(time.monotonic() - began)
        return result

    def _begin(self, connection: Connection) -> None:
        runs = connection.rows(LAST_RUN)
        numbers = Numbers(connection)
        open_runs = [first for _, first, ended in runs if ended is None]
        self._first_ever = len(open_runs) == len(runs)
        if self._first_ever:
            numbers.raise_to(self._stock.highest_number)
        self._new_from = min(open_runs, default=numbers.next())
        self._run = len(runs) + 1
        connection.run(BEGIN_RUN, self._run, self._new_from, micros(self._now()))
        connection.run(SET_TERMS, stored_policies(self._stock.policies), to_json(dict(self._stock.branches)))
        numbers.store()

    # --- patrons and items ----------------------------------------------------------------------------

    def _entries(self, portion: Sequence[_Hanging | NewItem], connection: Connection) -> None:
        numbers = Numbers(connection)
        self._patrons(connection, [each for each in portion if isinstance(each, _Hanging)], numbers)
        self._items(connection, [each for each in portion if isinstance(each, NewItem)], numbers)
        numbers.store()

    def _patrons(self, connection: Connection, hanging: Sequence[_Hanging], numbers: Numbers) -> None:
        known = {row[0] for row in connection.rows_of(PATRON_NUMBERS, [each.patron.id for each in hanging])}
        new = [each for each in hanging if each.patron.id not in known]
        # The number and the block of a patron who is known stay; what is given for them here is not looked at.
        connection.run_many(
            UPSERT_PATRON,
            [
                (
                    *patron_row(each.patron),
                    numbers.next() if each.patron.id not in known else 0,
                    None if each.block is None else each.block.text,
                )
                for each in hanging
            ],
        )
        fees = [fee for each in new for fee in each.fees]
        connection.run_many(INSERT_FEE, list(map(fee_row, self._numbered(fees, numbers, set()))))
        payments = [payment for each in new for payment in each.payments]
        taken = self._taken(connection, PAYMENT_NUMBERS, payments)
        connection.run_many(INSERT_PAYMENT, list(map(payment_row, self._numbered(payments, numbers, taken))))
        self._count.patrons += len(new)
        self._count.known_patrons += len(hanging) - len(new)

    def _items(self, connection: Connection, entries: Sequence[NewItem], numbers: Numbers) -> None:
        known: dict[str, TitleId] = {
            row[0]: row[2] for row in connection.rows_of(ITEM_NUMBERS, [each.item.id for each in entries])
        }
        moved = {
            title for each in entries if (title := known.get(each.item.id, each.item.title_id)) != each.item.title_id
        }  # fmt: skip
        # Who waits, waits for a title: as long as somebody does, its copies keep to it.
        kept = {row[0] for row in connection.rows_of(HELD_TITLES, moved)} if moved else set[str]()
        rows: list[Row] = []
        for each in entries:
            item = each.item
            before = known.get(item.id)
            if before is not None and before in kept:
                item = replace(item, title_id=before)
            number = numbers.next() if before is None else 0
            rows.append((*item_row(item), *state_row(self._until_its_loan_comes(each)), number))
        connection.run_many(UPSERT_ITEM, rows)
        self._count.items += len(entries) - len(known)
        self._count.known_items += len(known)

    def _until_its_loan_comes(self, entry: NewItem) -> ItemState:
        state = entry.state
        if entry.item.id not in self._stock.lent or state.status not in _TAKEN_FOR_FREE_OR_LENT:
            return state
        if state.status is not CirculationStatus.AVAILABLE:
            self._states_of_lent[entry.item.id] = state.status
        return replace(state, status=CirculationStatus.CHARGED)

    def _taken(self, connection: Connection, select: KeyedSelect, rows: Iterable[Payment | Hold]) -> set[int]:
        """The numbers of `rows` that others have in the books; none has the number 0."""
        wanted = {row.number for row in rows if self._first_ever}
        return {0, *(number for (number,) in connection.rows_of(select, wanted))}

    def _numbered(self, rows: Iterable["_Numbered"], numbers: Numbers, taken: set[int]) -> list["_Numbered"]:
        """`rows` with the numbers that they have in the file, in new books and if not `taken`; else with new ones."""
        numbered = []
        for row in rows:
            keeps = self._first_ever and row.number and row.number not in taken
            numbered.append(row if keeps else replace(row, number=numbers.next()))
            taken.add(numbered[-1].number)
        return numbered

    # --- what stands between them ---------------------------------------------------------------------

    def _standing(self, portion: Sequence[Standing], connection: Connection) -> None:
        numbers = Numbers(connection)
        ended = [each for each in portion if isinstance(each, EndedHold)]
        items = {each.item for each in portion if not isinstance(each, EndedHold) and each.item is not None}
        new_items = self._new(connection, ITEM_NUMBERS, items)
        new_patrons = self._new(connection, PATRON_NUMBERS, {_patron(each) for each in portion})
        # An item may have been returned since this run, or one that was interrupted, has brought it.
        returned = {row[0] for row in connection.rows_of(RETURNED, new_items)}
        statuses = {
            item: STATUS[status] for item, status in connection.rows_of(STATUSES, new_items - returned)
        }
        loans = [
            each
            for each in portion
            if isinstance(each, Loan) and statuses.get(each.item, CirculationStatus.AVAILABLE) not in LENDABLE
        ]
        returns = [each for each in portion if isinstance(each, Return) and each.item in new_items]
        filled = [hold for each in (*loans, *(one.loan for one in returns)) for hold in filled_by(each)]
        holds = [each for each in portion if isinstance(each, Hold)]
        taken = self._taken(connection, HOLD_NUMBERS, (*filled, *holds))

        def numbered(hold: Hold) -> Hold:
            return self._numbered([hold], numbers, taken)[0]

        loans = [with_filled(each, numbered) for each in loans]
        self._count.loans += connection.run_each(INSERT_LOAN, map(loan_row, loans))
        charged = [each.item for each in loans if statuses[each.item] is CirculationStatus.CHARGED]
        said = [self._states_of_lent.get(item, CirculationStatus.AVAILABLE).value for item in charged]
        connection.run_many(SET_STATUS, list(zip(said, charged, strict=True)))
        returns = [replace(each, loan=with_filled(each.loan, numbered)) for each in returns]
        connection.run_each(INSERT_RETURN, map(return_row, returns))
        holds = [each for each in holds if each.patron in new_patrons or each.item in new_items]
        holds = _under_their_titles(connection, holds)
        placed = {tuple(row) for row in connection.rows_of(HOLDS_OF, {each.patron for each in holds})}
        absent = [each for each in holds if (each.patron, each.title_id, each.item) not in placed]
        names = {row[0] for row in connection.rows_of(NAMED_HOLDS, {each.id for each in absent if each.id})}
        absent = [replace(each, id=None) if each.id in names else each for each in absent]
        kept = self._aside_if_free(connection, absent)
        rows = map(full_hold_row, self._numbered(kept, numbers, taken))
        self._count.holds += connection.run_each(INSERT_HOLD, rows)
        self._ended(connection, [each for each in ended if each.hold.patron in new_patrons], numbers)
        numbers.store()

    def _ended(self, connection: Connection, ended: Sequence[EndedHold], numbers: Numbers) -> None:
        """Remember those that are `ended`, but for names that are known."""
        names = {each.hold.name for each in ended}
        known = {row[1] for row in connection.rows_of(ENDED_BY_NAME, names)}
        known.update(row[0] for row in connection.rows_of(NAMED_HOLDS, names))
        ended = [each for each in ended if each.hold.name not in known]
        taken = self._taken(connection, ENDED_HOLD_NUMBERS, [each.hold for each in ended])
        holds = self._numbered([each.hold for each in ended], numbers, taken)
        rows = [ended_hold_row(replace(each, hold=hold)) for each, hold in zip(ended, holds, strict=True)]
        connection.run_many(INSERT_ENDED_HOLD, rows)

    def _aside_if_free(self, connection: Connection, holds: Sequence[Hold]) -> list[Hold]:
        """`holds`, waiting again where the copy that is set aside is lent, or somebody else's."""
        books = self._books(connection)
        books.loaded_copies.ensure(each.copy for each in holds if each.copy is not None)
        found = []
        for hold in holds:
            copy = None if hold.copy is None else books.copies.get(hold.copy)
            if copy is not None and can_be_aside(copy, hold):
                copy.hold = hold
                found.append(hold)
            else:
                found.append(put_back(hold))
        return found

    def _books(self, connection: Connection) -> LoadedBooks:
        now = self._now().astimezone(self._house.zone)
        return LoadedBooks(connection, self._house, self._stock.policies, now)

    def _new(self, connection: Connection, select: KeyedSelect, names: Iterable[str]) -> set[str]:
        """Those of `names` that this import has brought."""
        return {row[0] for row in connection.rows_of(select, names) if row[1] >= self._new_from}

    def _serve_holds(self) -> None:
        """Set free copies aside for those who wait."""
        after = ""
        while True:
            titles: list[str] = self._transact(partial(self._serve_titles, after))
            if not titles:
                return
            after = titles[-1]

    def _serve_titles(self, after: str, connection: Connection) -> list[str]:
        titles = [row[0] for row in connection.rows(WAITING_TITLES, after)]
        now = self._now().astimezone(self._house.zone)
        books = self._books(connection)
        numbers = Numbers(connection)
        snapshot = Snapshot(
            self._house, now, books.cards, books.copies, books.titles, numbers.next, books.holds
        )
        books.loaded_titles.ensure(map(TitleId, titles))
        pending = Pending()
        for title in titles:
            changes = served(snapshot, books.titles[TitleId(title)])
            books.apply(changes)
            pending.add(changes)
        pending.write(connection, books.stored_loans, numbers)
        return titles


_TAKEN_FOR_FREE_OR_LENT = LENDABLE | {CirculationStatus.CHARGED}

_Numbered = TypeVar("_Numbered", Fee, Payment, Hold)


def _patron(row: Standing) -> str:
    if isinstance(row, EndedHold):
        return row.hold.patron
    return row.loan.patron if isinstance(row, Return) else row.patron


def _under_their_titles(connection: Connection, holds: Iterable[Hold]) -> list[Hold]:
    """`holds`, each on the title that its item has in the books, where it may have kept to another than in the file."""
    holds = list(holds)
    items = {each.item for each in holds if each.item is not None}
    of_item = {row[0]: row[2] for row in connection.rows_of(ITEM_NUMBERS, items)}
    of_title = {row[0]: row[0] for row in connection.rows_of(TITLES_BY_ID, {each.title_id for each in holds})}
    called: dict[str, TitleId] = {}
    lost = {each.title for each in holds if each.item is None and each.title_id not in of_title}
    for text, title_id in connection.rows_of(TITLES_BY_TEXT, lost - {""}):
        called.setdefault(text, title_id)
    found = []
    for each in holds:
        title_id = of_title.get(each.title_id) or called.get(each.title) or each.title_id
        if each.item is not None:
            title_id = of_item.get(each.item, title_id)
        found.append(each if title_id == each.title_id else replace(each, title_id=title_id))
    return found


def _hanging(entries: Iterable[Entry]) -> Iterator[_Hanging | NewItem]:
    """Each patron together with what hangs on the card."""
    current: _Hanging | None = None
    for entry in entries:
        if isinstance(entry, PatronRecord | NewItem):
            if current is not None:
                yield current
            current = _Hanging(entry) if isinstance(entry, PatronRecord) else None
            if isinstance(entry, NewItem):
                yield entry
            continue
        assert current is not None
        if isinstance(entry, Block):
            current.block = entry
        elif isinstance(entry, Fee):
            current.fees.append(entry)
        else:
            current.payments.append(entry)
    if current is not None:
        yield current


def _portions(parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    parts = iter(parts)
    while portion := list(islice(parts, PORTION)):
        yield portion
