"""An adapter that can only look up: what it asks about an operation whose answer was lost, and what it tells."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from inhouse_books import result_of
from softdock.adapters.base import Adapter, AdapterContext
from softdock.circulation.errors import MalformedReply, SystemUnavailable
from softdock.circulation.identifiers import FeeId, ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus, Item
from softdock.circulation.journal import Effect
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    AcceptItem,
    AmendItem,
    AmendPatron,
    BlockPatron,
    CancelHold,
    CancelRecall,
    ChangeHold,
    ChargeFee,
    Checkin,
    Checkout,
    CreateItem,
    CreatePatron,
    DeleteItem,
    DeletePatron,
    EnablePatron,
    Operation,
    PayFee,
    PlaceHold,
    RecallItem,
    Renew,
    RenewAll,
    SetItemStatus,
    TakeNotice,
    UpdateItem,
    WaiveFee,
)
from softdock.circulation.outcomes import Done, PatronReport, Refused
from softdock.circulation.patrons import Counts, Entry, Patron, PatronList
from softdock.circulation.reasons import Reason

NOW = datetime(2026, 3, 2, 10, 1, 30, tzinfo=UTC)
SINCE = NOW - timedelta(seconds=90)
R1, I1, I2 = PatronId("R1"), ItemId("I1"), ItemId("I2")
LENT, FREE = CirculationStatus.CHARGED, CirculationStatus.AVAILABLE

CHANGES = [
    Checkout(R1, I1), Checkin(I1), Renew(R1, I1), Renew(R1, title=TitleId("T")), RenewAll(R1), PlaceHold(R1, I1),
    ChangeHold(R1, I1), CancelHold(R1, I1), PayFee(R1, Money(100, "CNY"), fee=FeeId("F1")), BlockPatron(R1),
    EnablePatron(R1), UpdateItem(I1, "torn"),
]  # fmt: skip


class LooksUp(Adapter):
    """A system with one item and one patron."""

    def __init__(self, item=None, entries=(), **settings):
        super().__init__(settings, AdapterContext(LibraryId("LIB"), UTC, "CNY", lambda: NOW, Path()))
        self.item, self.entries, self.asked = item, {PatronList.LOANS: entries}, []
        self.answer = None
        """Raised or answered in place of everything."""

    async def lookup_item(self, operation):
        return self._told("item", Done(self.item) if self.item else Refused(Reason.ITEM_UNKNOWN))

    async def lookup_patron(self, operation):
        entries = self.entries.get(operation.wanted, ())
        patron = Patron(operation.patron, "Ada", counts=Counts(loans=len(self.entries[PatronList.LOANS])))
        wanted = operation.wanted.value if operation.wanted else "card"
        return self._told(wanted, Done(PatronReport(patron, entries=entries)))

    def _told(self, about, outcome):
        self.asked.append(about)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or outcome

    async def checkin(self, operation):
        raise NotImplementedError

    def effect(self, operation):
        return result_of(self.find_effect(operation, "k-1", SINCE))


UNCLEAR = {
    AcceptItem, AmendItem, AmendPatron, CancelRecall, ChargeFee, CreateItem, CreatePatron, DeleteItem, DeletePatron,
    RecallItem, SetItemStatus, TakeNotice, WaiveFee,
}  # fmt: skip
"""Nothing is made of what a system shows of these."""


def test_everything_that_changes_the_books_is_tried():
    kinds = {each for each in get_args(Operation) if each.changes_state} - UNCLEAR
    assert {type(each) for each in CHANGES} == kinds


@pytest.mark.parametrize(
    ("system", "operation", "effect", "asked"),
    [
        (LooksUp(Item(I1, status=FREE)), Checkout(R1, I1), Effect.NOT_YET, ["item"]),
        (LooksUp(Item(I1, status=LENT), [Entry(I1, lent=SINCE)]), Checkout(R1, I1), Effect.DONE, ["item", "loans"]),
        (LooksUp(Item(I1, status=LENT, borrower=R1, lent=SINCE)), Checkout(R1, I1), Effect.DONE, ["item"]),
        (LooksUp(Item(I1, status=LENT), [Entry(I2)]), Checkout(R1, I1), Effect.NOT_YET, ["item", "loans"]),
        (LooksUp(None, [Entry(I2)]), Checkout(R1, I1), Effect.NOT_YET, ["item", "loans"]),
        (LooksUp(Item(I1, status=FREE)), Checkin(I1), Effect.DONE, ["item"]),
        (LooksUp(Item(I1, status=LENT)), Checkin(I1), Effect.NOT_YET, ["item"]),
        (LooksUp(Item(I1, status=FREE)), Renew(R1, I1), Effect.NOT_YET, ["item"]),
        (LooksUp(Item(I1, status=LENT), [Entry(I1)]), Renew(R1, I1), Effect.UNCLEAR, ["item", "loans"]),
        (LooksUp(), Renew(R1, title=TitleId("T")), Effect.UNCLEAR, []),
        (LooksUp(), RenewAll(R1), Effect.NOT_YET, ["loans"]),
        (LooksUp(None, [Entry(I2)]), RenewAll(R1), Effect.UNCLEAR, ["loans"]),
        (LooksUp(), PlaceHold(R1, I1), Effect.NOT_YET, ["holds", "unavailable-holds"]),
        (LooksUp(), CancelHold(R1, I1), Effect.DONE, ["holds", "unavailable-holds"]),
        (LooksUp(), BlockPatron(R1), Effect.NOT_YET, ["card"]),
        (LooksUp(), EnablePatron(R1), Effect.DONE, ["card"]),
        (LooksUp(Item(I1, properties="torn")), UpdateItem(I1, "torn"), Effect.DONE, ["item"]),
        (LooksUp(), PayFee(R1, Money(100, "CNY")), Effect.UNCLEAR, []),
    ],
)  # fmt: skip
def test_no_more_is_looked_at_than_is_needed(system, operation, effect, asked):
    assert system.effect(operation) is effect
    assert system.asked == asked


@pytest.mark.parametrize(
    "answer", [Refused(Reason.PIN_REQUIRED), Refused(Reason.PATRON_UNKNOWN), MalformedReply("LIB", "BV", "x")]
)
@pytest.mark.parametrize("operation", CHANGES, ids=lambda each: type(each).__name__)
def test_a_system_that_does_not_tell_leaves_it_to_a_person(operation, answer):
    system = LooksUp(Item(I1, status=FREE))
    system.answer = answer
    assert system.effect(operation) is Effect.UNCLEAR


@pytest.mark.parametrize("operation", CHANGES, ids=lambda each: type(each).__name__)
def test_what_the_settings_forbid_is_not_looked_at(operation):
    system = LooksUp(Item(I1, status=FREE), without=["lookup-item", "lookup-patron"])
    assert system.effect(operation) is Effect.UNCLEAR
    assert system.asked == []


def test_a_system_that_is_away_is_asked_another_time():
    system = LooksUp()
    system.answer = SystemUnavailable("no connection")
    with pytest.raises(SystemUnavailable):
        system.effect(Checkout(R1, I1))


@pytest.mark.parametrize("operation", CHANGES, ids=lambda each: type(each).__name__)
def test_looking_alone_rules_nothing_out_for_good(operation):
    """A slow system may be about to do it."""
    for seen in (None, Item(I1, status=FREE), Item(I1, status=LENT)):
        assert LooksUp(seen).effect(operation) is not Effect.NOT_DONE


def test_a_loan_is_undone_by_the_return_that_cancels_it():
    """Not so what has happened outside of the system, or was itself undoing something."""
    system = LooksUp()
    assert system.undoing(Checkout(R1, I1)) == Checkin(I1, cancel=True)
    for operation in (
        Checkout(R1, I1, cancel=True),
        Checkout(R1, I1, no_block=True),
        PlaceHold(R1, I1),
        Renew(R1, I1),
    ):
        assert system.undoing(operation) is None
