"""What has to be known to decide about a claim: pure, and kept in memory from one transaction to the next.

It holds every entry that is open or unknown, and for a while the last operation on each item and patron.  The
database is asked only about what was answered already.

How a claim is met, in this order:

1. A payment that was booked under the same number is the same payment, however long ago.
2. The same fingerprint within the device's time for repeats is the same request, provided that no later operation has
   touched its item or its patron: borrow, return, borrow with identical bytes are three.  One that was refused has
   touched nothing; and what has been lent is not made undone by a wish of somebody else that is still open.  A request
   that says so is not the same as one that was refused; and of one that takes several operations, none is overtaken by
   those that come after it.
3. An operation at the same place (mostly an item) of which nobody knows yet what came of it: the same wish of the same
   patron joins it; another has to wait.  A return is let through where the old one is left to a person: with it,
   whatever there was of a loan is over.
4. What renews whatever a patron has waits for every loan of theirs that may yet be undone: undoing takes back the last
   step, and that would be the renewal.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from softdock.circulation.journal import REQUEST_BYTES
from softdock.store.journal.rows import MICROSECONDS, Row

LEAST_TURN = 60.0
"""Seconds for which the last operation on an item is remembered at least."""

LATEST = 3
"""Operations that are remembered beside the last one on an item or a patron: that may turn out to be refused."""

MOST_REMEMBERED = 500_000
"""Operations that are remembered in one turn; with more, it is a shorter one."""

_LENDING = frozenset({"checkout", "renew"})
_RENEWING = frozenset({"renew", "renew-all"})
_ENDED_BY_RETURN = frozenset({"checkout", "renew", "checkin", "checkin:cancel", "checkout:cancel"})


class Given(NamedTuple):
    """The claim is a new operation, and has been entered."""

    row: Row


class Same(NamedTuple):
    """It is the same as the operation `number`."""

    number: int
    row: Row | None
    """Where that has ended."""


class Other(NamedTuple):
    """The operation `number` has to end first."""

    number: int


Met: TypeAlias = Given | Same | Other
Load: TypeAlias = Callable[[int], Row | None]
"""An entry by its number, from the database."""


class _Memory:
    """The latest operations under each key, oldest first; for one turn at least and two at most."""

    def __init__(self) -> None:
        self._new: dict[str | bytes, tuple[int, ...]] = {}
        self._old: dict[str | bytes, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._new)

    def add(self, key: str | bytes, number: int) -> None:
        known = self._of(key)
        if not known or number > known[-1]:
            self._new[key] = (*known[-LATEST:], number)
        elif number not in known:
            self._new[key] = tuple(sorted((*known, number)))[-LATEST:]

    def drop(self, key: str | bytes, number: int) -> None:
        known = self._of(key)
        if number in known:
            self._new[key] = tuple(each for each in known if each != number)

    def last(self, key: str | bytes) -> int:
        """The latest of them, or 0."""
        known = self._of(key)
        return known[-1] if known else 0

    def since(self, key: str | bytes, number: int) -> tuple[int, ...]:
        """Those later than `number`."""
        known = self._of(key)
        return tuple(each for each in known if each > number) if known and known[-1] > number else ()

    def _of(self, key: str | bytes) -> tuple[int, ...]:
        found = self._new.get(key)
        return self._old.get(key, ()) if found is None else found

    def turn(self) -> None:
        self._old, self._new = self._new, {}


class Ledger:
    """The entries that matter, of all processes that share the journal."""

    def __init__(self, owner: int, clock: Callable[[], float]) -> None:
        """`owner` is this process; `clock` gives seconds that only grow."""
        self.owner = owner
        self.last_number = 0
        self.last_change = 0
        self.unsettled: dict[int, Row] = {}
        self.new: list[Row] = []
        """To be inserted by this transaction."""
        self.changed: dict[int, Row] = {}
        """To be updated by it."""
        self._at_place: dict[str, list[int]] = {}
        self._paying: dict[str, int] = {}
        self._touched = _Memory()
        self._fingerprints = _Memory()
        self._clock = clock
        self._turned = clock()
        self._turn = LEAST_TURN

    # --- what the database has --------------------------------------------------------------------------

    def take(self, rows: Iterable[Row]) -> None:
        """Know `rows`, which are in the database, in whatever order."""
        for row in rows:
            self.last_number = max(self.last_number, row.number)
            self.last_change = max(self.last_change, row.change)
            self._touch(row)
            known = self.unsettled.pop(row.number, None)
            if known is not None:
                self._leave(known)
            if row.is_unsettled:
                self._enter(row)

    # --- claims -----------------------------------------------------------------------------------------

    def claim(self, row: Row, paid: Row | None, load: Load, *, joins_refusal: bool = True) -> Met:
        """What becomes of a new `row`; `paid` is the last payment under the same number.

        `joins_refusal`: whether it is a repeat also of what was refused.
        """
        met = self._as_payment(row, paid) or self._as_repeat(row, load, joins_refusal=joins_refusal)
        return met or self._at_the_place(row) or self._among_the_loans(row) or self._given(row)

    def _as_payment(self, row: Row, paid: Row | None) -> Met | None:
        if row.payment is None:
            return None
        number = self._paying.get(row.payment)
        if number is not None:
            return Same(number, None)
        if paid is None or not is_booked(paid):
            return None
        return Same(paid.number, paid)

    def _as_repeat(self, row: Row, load: Load, *, joins_refusal: bool) -> Met | None:
        if row.fingerprint is None:
            return None
        number = self._fingerprints.last(row.fingerprint)
        if not number or self._is_overtaken(row, number, load):
            return None
        if number in self.unsettled:
            return Same(number, None)
        before = load(number)
        if before is None or row.claimed_at - before.claimed_at > before.window_us:
            return None
        if before.is_without_trace and not joins_refusal:
            return None
        return Same(number, before) if before.told is not None or before.stands else None

    def _is_overtaken(self, row: Row, number: int, load: Load) -> bool:
        """Whether an operation later than `number` may have made something else of what `row` is about."""
        for key in (row.item_key, row.patron_key):
            for later in self._touched.since(key, number) if key is not None else ():
                other = self.unsettled.get(later)
                if _are_of_one_request(row, other or load(later)):
                    continue
                ends_no_loan = other is not None and not other.kind.startswith("checkin")
                if not (ends_no_loan and row.kind in _LENDING):
                    return True
        return False

    def _at_the_place(self, row: Row) -> Met | None:
        there = self._at_place.get(row.place) if row.place is not None else None
        if not there:
            return None
        last = self.unsettled[there[-1]]
        if row.kind == "checkin" and all(self.unsettled[number].listed for number in there):
            return None
        is_same = (last.kind, last.home, last.patron) == (row.kind, row.home, row.patron)
        if is_same and not (row.kind.startswith("edit-") and row.operation != last.operation):
            return Same(last.number, None)
        return Other(last.number)

    def _among_the_loans(self, row: Row) -> Met | None:
        if row.kind not in _RENEWING or row.item is not None:
            return None
        theirs = (row.system, row.patron_key)
        loans = [
            each.number
            for each in self.unsettled.values()
            if each.kind in _LENDING
            and each.item is not None
            and not each.listed
            and (each.system, each.patron_key) == theirs
        ]
        return Other(min(loans)) if loans else None

    def _given(self, row: Row) -> Given:
        row.number = self.last_number = self.last_number + 1
        row.owner = self.owner
        self.last_change += 1
        row.change = self.last_change
        self.new.append(row)
        self._enter(row)
        self._touch(row)
        return Given(row)

    # --- what becomes of entries ------------------------------------------------------------------------

    def change(self, row: Row) -> None:
        """Keep that `row` has changed; one that is settled now is no longer among the others."""
        self.last_change += 1
        row.change = self.last_change
        if not self.new or row.number < self.new[0].number:
            self.changed[row.number] = row
        if not row.is_unsettled and self.unsettled.pop(row.number, None) is not None:
            self._leave(row)
        if row.is_without_trace:
            self._touch(row)

    def reopen(self, row: Row) -> None:
        """Keep that nobody knows what came of `row` after all, and let this process find it out."""
        row.owner, row.resolution, row.settled_at = self.owner, None, None
        self._enter(row)
        self.change(row)
        self._touch(row)

    def settled_by_return(self, row: Row, now: int) -> list[Row]:
        """What a return that is done brings to its end, of what was left to a person."""
        ended = []
        for number in list(self._at_place.get(row.place or "", ())):
            other = self.unsettled[number]
            if other.listed and other.kind in _ENDED_BY_RETURN:
                other.state, other.resolution, other.settled_at = "settled", "returned", now
                other.listed = False
                other.remark = f"{other.remark} The item was returned (operation {row.operation_id}).".strip()
                self.change(other)
                ended.append(other)
        return ended

    def written(self) -> tuple[list[Row], list[Row]]:
        """What is to be inserted and what updated; from now on it counts as that."""
        new, changed = self.new, list(self.changed.values())
        self.new, self.changed = [], {}
        return new, changed

    # --- what is remembered -----------------------------------------------------------------------------

    def _touch(self, row: Row) -> None:
        self._turn_over(row.window_us / MICROSECONDS)
        remember = self._touched.drop if row.is_without_trace else self._touched.add
        if (key := row.item_key) is not None:
            remember(key, row.number)
        if (key := row.patron_key) is not None:
            remember(key, row.number)
        if row.fingerprint is not None:
            self._fingerprints.add(row.fingerprint, row.number)

    def _turn_over(self, window: float) -> None:
        self._turn = max(self._turn, window)
        if self._clock() - self._turned > self._turn or len(self._touched) > MOST_REMEMBERED:
            self._turned = self._clock()
            self._touched.turn()
            self._fingerprints.turn()

    def _enter(self, row: Row) -> None:
        self.unsettled[row.number] = row
        if row.place is not None:
            there = self._at_place.setdefault(row.place, [])
            there.append(row.number)
            there.sort()
        if row.payment is not None:
            self._paying[row.payment] = row.number

    def _leave(self, row: Row) -> None:
        if row.place is not None:
            there = self._at_place[row.place]
            there.remove(row.number)
            if not there:
                del self._at_place[row.place]
        if row.payment is not None and self._paying.get(row.payment) == row.number:
            del self._paying[row.payment]


def _are_of_one_request(row: Row, other: Row | None) -> bool:
    """Whether both are parts of a request that takes several operations, in their order."""
    if row.fingerprint is None or other is None or other.fingerprint is None:
        return False
    parts = row.fingerprint[REQUEST_BYTES:], other.fingerprint[REQUEST_BYTES:]
    return parts[0] < parts[1] and row.fingerprint[:REQUEST_BYTES] == other.fingerprint[:REQUEST_BYTES]


def is_booked(payment: Row) -> bool:
    """Whether a payment that has ended stands in the system's books."""
    if payment.state == "answered":
        return payment.last_word == "done"
    return payment.was_carried_out
