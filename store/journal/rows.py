"""One entry as it is stored, and the statements on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, get_args

import sqlalchemy as sa

from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import Claim, EntryState, JournalEntry, LastWord, Resolution
from softdock.circulation.operations import (
    AcceptItem,
    CancelHold,
    CancelRecall,
    ChangeHold,
    Checkin,
    Checkout,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    Operation,
    PayFee,
    PlaceHold,
    Renew,
    SetItemStatus,
    WaiveFee,
)
from softdock.store.database import Bulk, KeyedSelect, Statement
from softdock.store.journal.encoding import read_operation, read_outcome, written
from softdock.store.journal.schema import IS_UNSETTLED, UNSETTLED, entry, owner

MICROSECONDS = 1_000_000


_CARRIED_OUT = frozenset({"done-now", "stands"})
_HARMLESS_TWICE = frozenset({
    "checkin", "block-patron", "enable-patron", "update-item", "edit-patron", "edit-item", "edit-item:status",
    "recall", "recall:cancel", "notice",
})  # fmt: skip
"""Kinds that leave the books as they are when they are done once more."""


@dataclass(slots=True, eq=False)
class Row:
    """An entry with its columns."""

    number: int
    change: int
    state: str
    last_word: str
    listed: bool
    undoing: bool
    owner: int
    claimed_at: int
    ended_at: int | None
    settled_at: int | None
    operation_id: str
    kind: str
    system: str
    home: str
    library: str
    account: str
    location: str
    patron: str | None
    item: str | None
    place: str | None
    fingerprint: bytes | None
    window_us: int
    payment: str | None
    operation: str
    outcome: str | None
    resolution: str | None
    remark: str

    @property
    def is_unsettled(self) -> bool:
        """Whether nobody knows yet what came of it."""
        return self.state in UNSETTLED

    @property
    def told(self) -> str | None:
        """The outcome that a device may be told, now that it has ended; None where there is none."""
        return self.outcome if self.state == "answered" or self.was_carried_out else None

    @property
    def was_carried_out(self) -> bool:
        """Whether it was settled, and stands in the books."""
        return self.resolution in _CARRIED_OUT

    @property
    def stands(self) -> bool:
        """Whether it was carried out, stays so, and would do harm if it were done once more."""
        return self.resolution == "stands" and self.kind not in _HARMLESS_TWICE

    @property
    def is_without_trace(self) -> bool:
        """Whether it has ended, and has changed nothing."""
        refused = self.state == "answered" and self.last_word != "done"
        return refused or self.resolution == "not-done"

    @property
    def item_key(self) -> str | None:
        """The item that it touches, among those of all systems."""
        return None if self.item is None or self.kind == "notice" else f"{self.system}|{self.item}"

    @property
    def patron_key(self) -> str | None:
        """The patron whom it touches, among those of all libraries."""
        return None if self.patron is None or self.kind == "notice" else f"{self.home}|{self.patron}"


NAMES = tuple(each.name for each in fields(Row))

INSERT = Bulk(
    entry,
    NAMES,
    Statement(sa.insert(entry).values({name: sa.bindparam(name) for name in NAMES}), *NAMES),
    lambda rows: sa.insert(entry).from_select(NAMES, sa.select(*(rows.c[name] for name in NAMES))),
)

CHANGING = (
    "change", "state", "last_word", "listed", "undoing", "owner", "ended_at", "settled_at", "outcome", "resolution", "remark",
)  # fmt: skip
"""The columns that change after the claim."""

UPDATE = Bulk(
    entry,
    (*CHANGING, "number"),
    Statement(
        sa.update(entry)
        .where(entry.c.number == sa.bindparam("key"))
        .values({name: sa.bindparam(name) for name in CHANGING}),
        *CHANGING,
        "key",
    ),
    lambda rows: (
        sa.update(entry)
        .where(entry.c.number == rows.c.number)
        .values({name: rows.c[name] for name in CHANGING})
    ),
)

_ALL = sa.select(*(entry.c[name] for name in NAMES))

BY_NUMBER = KeyedSelect(_ALL, entry.c.number)
ALL_UNSETTLED = Statement(_ALL.where(IS_UNSETTLED).order_by(entry.c.number))
CHANGED_SINCE = Statement(
    _ALL.where(entry.c.change > sa.bindparam("since")).order_by(entry.c.change), "since"
)
LATEST = Statement(
    _ALL.where(entry.c.number < sa.bindparam("below"))
    .order_by(entry.c.number.desc())
    .limit(sa.bindparam("most")),
    "below",
    "most",
)
HIGHEST = Statement(sa.select(sa.func.max(entry.c.number), sa.func.max(entry.c.change)))
PAID = Statement(
    _ALL.where(entry.c.payment == sa.bindparam("payment")).order_by(entry.c.number.desc()).limit(1), "payment"
)
_any = entry.alias("any_entry")
_OLDEST = (
    sa.select(entry.c.number)
    .where(entry.c.claimed_at < sa.bindparam("before"), sa.text("state IN ('answered', 'settled')"))
    .where(entry.c.number < sa.select(sa.func.max(_any.c.number)).scalar_subquery())
    .where(entry.c.change < sa.select(sa.func.max(_any.c.change)).scalar_subquery())
    .order_by(entry.c.number)
    .limit(sa.bindparam("most"))
)
"""The highest number and the last change stay, so that none is given twice."""
PRUNE = Statement(sa.delete(entry).where(entry.c.number.in_(_OLDEST)), "before", "most")

OWNERS = Statement(sa.select(*owner.c).order_by(owner.c.number))
OWNERS_AT_WORK = Statement(sa.select(entry.c.owner).where(IS_UNSETTLED).distinct())
ADD_OWNER = Statement(
    sa.insert(owner).values({each.name: sa.bindparam(each.name) for each in owner.c}),
    *(each.name for each in owner.c),
)
BEAT = Statement(
    sa.update(owner).where(owner.c.number == sa.bindparam("key")).values(beats=owner.c.beats + 1), "key"
)
DROP_OWNER = Statement(
    sa.delete(owner).where(
        owner.c.number == sa.bindparam("key"),
        owner.c.number < sa.select(sa.func.max(owner.alias("all_owners").c.number)).scalar_subquery(),
    ),
    "key",
)
"""The highest number stays, so that none is given twice."""


changed_values: Callable[[Row], Sequence[Any]] = attrgetter(*CHANGING, "number")
"""What UPDATE takes."""

values: Callable[[Row], Sequence[Any]] = attrgetter(*NAMES)
"""What INSERT takes."""


def copied(row: Row) -> Row:
    """A row of its own with the same values.  (`copy.copy` takes four times as long.)"""
    return Row(*values(row))


def new_row(claim: Claim) -> Row:
    """The row of `claim`, which has no number yet, nor an owner."""
    operation: Any = claim.operation
    kind = kind_of(operation)
    patron, item = getattr(operation, "patron", None), getattr(operation, "item", None)
    return Row(
        number=0,
        change=0,
        state="open",
        last_word="nothing",
        listed=False,
        undoing=False,
        owner=0,
        claimed_at=microseconds(claim.at),
        ended_at=None,
        settled_at=None,
        operation_id=claim.operation_id,
        kind=kind,
        system=claim.system,
        home=claim.home,
        library=claim.library,
        account=claim.account,
        location=claim.location,
        patron=patron,
        item=item,
        place=_place(claim, operation, kind, patron, item),
        fingerprint=claim.fingerprint,
        window_us=int(claim.window * MICROSECONDS),
        payment=_payment(claim, operation) if type(operation) is PayFee else None,
        operation=written(operation),
        outcome=None,
        resolution=None,
        remark="",
    )


def kind_of(operation: Operation) -> str:
    """What is wished: the capability, and what it leaves open."""
    kind = type(operation)
    if kind in _CAN_UNDO and operation.cancel:  # type: ignore[union-attr]
        return f"{_KINDS[kind]}:cancel"
    return _KINDS[kind]


_CAN_UNDO = frozenset({Checkin, Checkout})
_KINDS: dict[type[Any], str] = {
    **{each: each.capability.value for each in get_args(Operation)},
    PlaceHold: "hold",
    ChangeHold: "hold:change",
    CancelHold: "hold:cancel",
    CancelRecall: "recall:cancel",
    WaiveFee: "charge-fee:waive",
    CreatePatron: "edit-patron:create",
    DeletePatron: "edit-patron:delete",
    CreateItem: "edit-item:create",
    DeleteItem: "edit-item:delete",
    SetItemStatus: "edit-item:status",
}


_ANY_NUMBER = frozenset({"pay-fee", "charge-fee", "charge-fee:waive"})
"""Of which two of one patron may well be under way, on one item too."""

_OF_TITLES = frozenset({PlaceHold, ChangeHold, CancelHold, Renew})
"""Operations whose `title` names one; that of others is what something is called."""

_OF_HOLDS = frozenset({ChangeHold, CancelHold, AcceptItem})
"""Operations on the `hold` that they name, where they name nothing else."""


def _place(claim: Claim, operation: Any, kind: str, patron: str | None, item: str | None) -> str | None:
    """Where only one operation may be under way: an item, what a patron has of a title, a hold, or a patron's one list."""
    if kind == "notice" or kind in _ANY_NUMBER:
        return None
    if item is not None:
        return f"{claim.system}|{item}"
    made_for = type(operation)
    if made_for in _OF_TITLES and operation.title is not None:
        return f"{claim.system}|{operation.title}|{claim.home}|{patron}"
    if made_for in _OF_HOLDS and operation.hold is not None:
        return f"{claim.system}|{kind.partition(':')[0]}|{claim.home}|{patron}|{operation.hold}"
    if patron is None:
        return None
    return f"{claim.system}|{kind}|{claim.home}|{patron}"


def _payment(claim: Claim, operation: PayFee) -> str | None:
    """By what a payment is known again: the device's own number for it (BK), and the fee (CG)."""
    if not operation.transaction:
        return None
    parts = (
        claim.library,
        claim.account,
        claim.location,
        claim.system,
        operation.patron,
        operation.transaction,
        operation.fee or "",
        str(operation.amount.minor),
        operation.amount.currency,
    )
    return "|".join(part.replace("%", "%25").replace("|", "%7C") for part in parts)


def entry_of(row: Row) -> JournalEntry:
    """The entry as the vocabulary has it."""
    claim = Claim(
        operation_id=row.operation_id,
        operation=read_operation(row.operation),
        system=LibraryId(row.system),
        home=LibraryId(row.home),
        library=LibraryId(row.library),
        account=row.account,
        location=row.location,
        at=moment(row.claimed_at),
        fingerprint=row.fingerprint,
        window=row.window_us / MICROSECONDS,
    )
    return JournalEntry(
        number=row.number,
        claim=claim,
        state=EntryState(row.state),
        last_word=LastWord(row.last_word),
        outcome=None if row.outcome is None else read_outcome(row.outcome),
        resolution=None if row.resolution is None else Resolution(row.resolution),
        listed=bool(row.listed),
        undoing=bool(row.undoing),
        remark=row.remark,
        ended=None if row.ended_at is None else moment(row.ended_at),
        settled=None if row.settled_at is None else moment(row.settled_at),
    )


def microseconds(at: datetime) -> int:
    """`at` as it is stored."""
    return int(at.timestamp() * MICROSECONDS)


def moment(stored: int) -> datetime:
    """What is stored as a point in time."""
    return datetime.fromtimestamp(stored / MICROSECONDS, UTC)
