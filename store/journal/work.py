"""What is done in the writing thread: each job decides with the ledger, within the transaction under way."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from copy import copy
from typing import NamedTuple

from softdock.circulation.hold_names import NamedHold
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import JournalEntry, Resolution
from softdock.store.database import Connection
from softdock.store.journal import rows as r
from softdock.store.journal.encoding import UnknownForm
from softdock.store.journal.ledger import Ledger, Met
from softdock.store.journal.names import forget, keep
from softdock.store.journal.owners import Owner
from softdock.store.journal.rows import Row

MOST_AT_ONCE = 1000
"""Entries about one system that are handed out to be settled at one time: one that is away keeps no other waiting."""


class Claiming:
    """Enter an operation, unless it is one that is there."""

    __slots__ = ("_joins_refusal", "row")

    def __init__(self, row: Row, *, joins_refusal: bool = True) -> None:
        """`joins_refusal`: see `circulation.journal.Claim`."""
        self.row = row
        self._joins_refusal = joins_refusal

    def __call__(self, ledger: Ledger, connection: Connection) -> Met:
        row = r.copied(self.row)  # it may have to be done twice
        paid = None
        if row.payment is not None:
            found = connection.rows(r.PAID, row.payment)
            if found:
                paid = Row(*found[0])
                paid = ledger.changed.get(paid.number, paid)
        return ledger.claim(
            row, paid, lambda number: stored(number, ledger, connection), joins_refusal=self._joins_refusal
        )


class Ended(NamedTuple):
    """How an entry stands."""

    state: str
    last_word: str


class Answering:
    """Keep what the system has answered."""

    __slots__ = ("_is_done", "_named", "_now", "_number", "_outcome", "told_no")

    def __init__(
        self,
        number: int,
        outcome: str | None,
        now: int,
        *,
        is_done: bool,
        named: NamedHold | None = None,
    ) -> None:
        """`outcome` as it is kept, None if the answer was lost; `now` in microseconds; `named`: see `Journal.answer`."""
        self._number = number
        self._outcome = outcome
        self._is_done = is_done
        self._named = named
        self._now = now
        self.told_no = False
        """The device has been told no meanwhile, whatever the system said."""

    def __call__(self, ledger: Ledger, connection: Connection) -> Ended | None:
        row = ledger.unsettled.get(self._number)
        if row is None:  # we have done this before, or somebody else has settled it
            row = stored(self._number, ledger, connection)
            if row is None:
                return None
            if self._contradicts(row):
                self._keep_as_unknown(row)
                ledger.reopen(row)
        elif row.owner == ledger.owner and row.state == "open":
            self._keep(row)
            ledger.change(row)
            if self._is_done and row.kind == "checkin":
                ledger.settled_by_return(row, self._now)
            if self._named is not None and row.last_word == "done":
                keep(connection, self._named)
        elif row.outcome is None:  # others have taken this process for gone
            self._keep_as_unknown(row)
            ledger.change(row)
        return Ended(row.state, row.last_word)

    def _keep(self, row: Row) -> None:
        if self._outcome is None or (self._is_done and (self.told_no or row.last_word == "not-done")):
            self._keep_as_unknown(row)  # the device, or one that has joined it, was told no
            return
        row.ended_at, row.outcome = self._now, self._outcome
        row.state, row.last_word = "answered", "done" if self._is_done else "not-done"

    def _keep_as_unknown(self, row: Row) -> None:
        """The device hears no, whatever the system has said."""
        row.ended_at, row.outcome = self._now, self._outcome
        row.state, row.last_word = "unknown", "not-done"

    def _contradicts(self, row: Row) -> bool:
        """Whether `row` was settled as if the system had not been asked, which it may have been after that.

        So it is where this process was stopped for so long that others took it for gone.
        """
        may_be_done = self._is_done or self._outcome is None
        return may_be_done and row.resolution == "not-done"


class GivingUp:
    """Keep that who waits for an operation is told no, unless it has ended."""

    __slots__ = ("_number",)

    def __init__(self, number: int) -> None:
        self._number = number

    def __call__(self, ledger: Ledger, connection: Connection) -> Row | None:
        row = ledger.unsettled.get(self._number)
        if row is None:
            return copy(stored(self._number, ledger, connection))
        if row.last_word != "not-done":
            row.last_word = "not-done"
            ledger.change(row)
        return None


class Settling:
    """Change an unknown entry as the recovery of its owner has decided."""

    __slots__ = ("_change", "_number")

    def __init__(self, number: int, change: Callable[[Row], None]) -> None:
        self._number = number
        self._change = change

    def __call__(self, ledger: Ledger, connection: Connection) -> bool:
        row = ledger.unsettled.get(self._number)
        if row is None or row.state != "unknown" or row.owner != ledger.owner:
            return False
        self._change(row)
        ledger.change(row)
        if row.kind == "checkin" and row.was_carried_out:
            assert row.settled_at is not None
            ledger.settled_by_return(row, row.settled_at)
        return True


def begun_undoing(row: Row) -> None:
    """See `circulation.journal.Journal.undoing`."""
    row.undoing = True


def listed(remark: str) -> Callable[[Row], None]:
    """See `circulation.journal.Journal.list_for_staff`."""

    def change(row: Row) -> None:
        row.listed, row.remark = True, remark

    return change


def settled(resolution: Resolution, remark: str, outcome: str | None, now: int) -> Callable[[Row], None]:
    """See `circulation.journal.Journal.settle`."""

    def change(row: Row) -> None:
        row.state, row.resolution, row.settled_at, row.listed = "settled", resolution.value, now, False
        row.remark = f"{row.remark} {remark}".strip()
        if outcome is not None:
            row.outcome = outcome

    return change


class Found(NamedTuple):
    """How the journal stands, as a process sees that tends it."""

    is_forgotten: bool
    """The others have taken this process for gone: it is no owner any more."""
    others: list[Owner]
    """Who else has entries that are not settled."""
    missing: list[int]
    """Owners of such entries who are none any more."""
    open: list[tuple[int, str]]
    """This process's own that are open: number and operation_id."""
    unknown: list[tuple[int, int, JournalEntry | None]]
    """This process's own that are to be settled and not listed, in their order: number, last change, and None for an
    entry that was known."""
    counts: "Counts"


class Counts(NamedTuple):
    """How many entries of all processes are not settled; by library whose system was asked."""

    open: int = 0
    unknown: Mapping[LibraryId, int] = {}
    """Without those that are listed."""
    listed: Mapping[LibraryId, int] = {}
    oldest_unknown: int | None = None
    """When the oldest of them was claimed, in microseconds since 1970."""
    oldest_listed: int | None = None


class Tending:
    """Give a sign of life, and look round."""

    __slots__ = ("_beat", "_known")

    def __init__(self, known: Mapping[int, int], *, beat: bool) -> None:
        """`known` are entries that were handed out already, each with its last change."""
        self._known = known
        self._beat = beat

    def __call__(self, ledger: Ledger, connection: Connection) -> Found:
        me = ledger.owner
        is_forgotten = self._beat and not connection.run(r.BEAT, me)
        rows = sorted(ledger.unsettled.values(), key=lambda row: row.number)
        owners = {row.owner for row in rows} - {me}
        known = [Owner(*found) for found in connection.rows(r.OWNERS)] if owners else []
        mine = [row for row in rows if row.owner == me]
        unknown = _first_of_each([row for row in mine if row.state == "unknown" and not row.listed])
        entries = [(row, self._entry_of(row, ledger)) for row in unknown]
        return Found(
            is_forgotten,
            [each for each in known if each.number in owners],
            sorted(owners - {each.number for each in known}),
            [(row.number, row.operation_id) for row in mine if row.state == "open"],
            [(row.number, row.change, entry) for row, entry in entries if not row.listed],
            _counted(rows),
        )

    def _entry_of(self, row: Row, ledger: Ledger) -> JournalEntry | None:
        """The entry, or None for one that was handed out already; one that nobody here can read is left to a person."""
        if self._known.get(row.number) == row.change:
            return None
        try:
            return r.entry_of(row)
        except UnknownForm as error:
            row.listed, row.remark = True, f"It cannot be read: {error}."
            ledger.change(row)
            return None


class TakingOver:
    """Make entries this process's own, to be settled: those of owners who are gone, and own ones nobody works on."""

    __slots__ = ("_gone", "_orphans")

    def __init__(self, gone: Collection[int], orphans: Collection[int]) -> None:
        self._gone = gone
        self._orphans = orphans

    def __call__(self, ledger: Ledger, connection: Connection) -> int:
        count = 0
        for row in list(ledger.unsettled.values()):
            is_orphan = row.owner == ledger.owner and row.number in self._orphans and row.state == "open"
            if row.owner in self._gone or is_orphan:
                row.owner, row.state = ledger.owner, "unknown"
                ledger.change(row)
                count += 1
        for owner in self._gone:
            connection.run(r.DROP_OWNER, owner)
        return count


class Pruning:
    """Delete what ended long ago, and names of holds that are kept for long enough; how many entries."""

    __slots__ = ("_before", "_most", "_now")

    def __init__(self, before: int, most: int, now: int) -> None:
        """What ended before `before`, which is as `now` in microseconds; at most so many entries."""
        self._before = before
        self._most = most
        self._now = now

    def __call__(self, ledger: Ledger, connection: Connection) -> int:
        forget(connection, self._now, self._before)
        return connection.run(r.PRUNE, self._before, self._most)


def stored(number: int, ledger: Ledger, connection: Connection) -> Row | None:
    """An entry that has ended, as it is or will be in the database."""
    row = ledger.changed.get(number)
    if row is not None:
        return row
    found = connection.rows_of(r.BY_NUMBER, [number])
    return Row(*found[0]) if found else None


def _first_of_each(rows: Iterable[Row]) -> list[Row]:
    """Of `rows` the first about each system, in their order."""
    seen: Counter[str] = Counter()
    first = []
    for row in rows:
        seen[row.system] += 1
        if seen[row.system] <= MOST_AT_ONCE:
            first.append(row)
    return first


def _counted(rows: Collection[Row]) -> Counts:
    unknown = [row for row in rows if row.state == "unknown" and not row.listed]
    listed = [row for row in rows if row.listed]
    return Counts(
        len(rows) - len(unknown) - len(listed),
        Counter(LibraryId(row.system) for row in unknown),
        Counter(LibraryId(row.system) for row in listed),
        min((row.claimed_at for row in unknown), default=None),
        min((row.claimed_at for row in listed), default=None),
    )
