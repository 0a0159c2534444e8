"""Whatever goes wrong on the way, and however often the process is killed: the books and the journal agree in the end."""

from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twisted.internet.defer import Deferred

from fake_journal import an_entry
from recoveries import DONE, Village
from softdock.circulation.errors import AnswerLost, MalformedReply, SystemBusy, SystemUnavailable
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.journal import Effect, EntryState, Resolution
from softdock.circulation.money import Money
from softdock.circulation.operations import CancelHold, Checkin, Checkout, Operation, PayFee, PlaceHold, Renew
from softdock.circulation.outcomes import Refused
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.consortium.recovery.policy import Subject, subject_of
from stubs import StubSystem

CARD = PatronId("R0012345")
LATE = 40.0
"""Seconds after noon at which a slow system carries out what it was sent."""


@dataclass
class Truth:
    """What the system's books have of one operation."""

    stands: bool
    tells: bool
    """The system can tell."""
    exactly: bool
    """It knows that what is not there will not come any more."""
    comes_late: bool = False
    booked: int = 0
    """How often it was carried out by the recovery."""


class Books(StubSystem):
    """A system whose calls go wrong as long as there is trouble."""

    def __init__(self, truths: dict[str, Truth], trouble: list[str], here: Village) -> None:
        super().__init__()
        self.truths, self.trouble, self.here = truths, trouble, here
        self.undone_without_being_shown: list[str] = []
        self.shown: set[str] = set()
        self.is_killed = False
        """Nobody is there any more who could hear an answer."""

    async def find_effect(self, operation: Operation, operation_id: str, since: datetime) -> Effect:
        await self._meet(self._next_trouble())
        original = operation_id.removesuffix("-undo")
        truth = self._truth(original)
        if not truth.tells:
            return Effect.UNCLEAR
        if truth.stands and original == operation_id:
            self.shown.add(original)
        if truth.stands is (original == operation_id):
            return Effect.DONE
        return Effect.NOT_DONE if truth.exactly else Effect.NOT_YET

    async def perform(self, operation: Operation, operation_id: str = "") -> AnyOutcome:
        trouble = self._next_trouble()
        if trouble.startswith("before"):
            await self._meet(trouble)
        original = operation_id.removesuffix("-undo")
        truth = self._truth(original)
        if original == operation_id:
            outcome = self._book(truth)
        else:
            if original not in self.shown:
                self.undone_without_being_shown.append(original)
            outcome = DONE if truth.stands else Refused(Reason.NOTHING_TO_UNDO)
            truth.stands = False
        await self._meet(trouble)
        return outcome

    def _book(self, truth: Truth) -> AnyOutcome:
        if truth.stands:
            return Refused(Reason.ITEM_NOT_LENT)
        truth.stands = True
        truth.booked += 1
        return DONE

    def _truth(self, operation_id: str) -> Truth:
        truth = self.truths[operation_id]
        if truth.comes_late and self.here.clock.seconds() >= LATE:
            truth.stands, truth.comes_late = True, False
        return truth

    def _next_trouble(self) -> str:
        return self.trouble.pop() if self.trouble else ""

    async def _meet(self, trouble: str) -> None:
        if trouble.endswith("killed"):
            self.is_killed = True
        if self.is_killed:
            await Deferred()
        if trouble:
            raise ERRORS[trouble]


ERRORS = {
    "before: away": SystemUnavailable("x"),
    "before: busy": SystemBusy("x"),
    "before: lost": AnswerLost("x"),
    "lost": AnswerLost("x"),
    "malformed": MalformedReply("a.yaml:1", "x", "x"),
    "bug": KeyError("x"),
}

OPERATIONS = [
    lambda item: Checkout(CARD, item),
    lambda item: Checkout(CARD, item, no_block=True),
    Checkin,
    lambda item: Checkin(item, cancel=True),
    lambda item: Renew(CARD, item),
    lambda item: PlaceHold(CARD, item),
    lambda item: CancelHold(CARD, item),
    lambda item: PayFee(CARD, Money(100, "CNY")),
]

truths = st.builds(
    lambda state, tells, exactly: Truth(
        state == "done", tells, exactly and state != "late", comes_late=state == "late"
    ),
    st.sampled_from(["done", "not done", "late"]),
    st.booleans(),
    st.booleans(),
)
cases = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), st.sampled_from(["I1", "I2", "I3"]), truths),
    min_size=1,
    max_size=6,
)
troubles = st.lists(st.sampled_from(["", "", "before: killed", "killed", *ERRORS]), max_size=25)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases, troubles)
def test_every_entry_ends_and_none_against_the_books(drawn, trouble):
    made = [make(ItemId(item)) for make, item, _ in drawn]
    entries = [an_entry(operation, number) for number, operation in enumerate(made, 1)]
    here = Village(*entries, later=0)
    known = {f"boot-{number}": replace(truth) for number, (_, _, truth) in enumerate(drawn, 1)}
    books = Books(known, list(trouble), here)
    here.system = books
    here.add(replace(here.libraries["LIB"], system=books))
    for _ in range(1500):
        here.runs(1)
        if books.is_killed:
            books.is_killed = False
            here.killed()

    assert books.undone_without_being_shown == []
    assert here.journal.in_vain == []
    for operation, entry in zip(made, here.journal.entries.values(), strict=True):
        _agrees(operation, entry, known[entry.claim.operation_id])


def _agrees(operation, entry, truth):
    """The entry has ended, as the books have it; or a person looks."""
    assert truth.booked <= 1
    happened = subject_of(operation) is Subject.RETURN
    assert happened or not truth.booked, "nothing else is ever carried out anew"
    if entry.listed:
        assert entry.remark
        return
    assert entry.state is EntryState.SETTLED
    match entry.resolution:
        case Resolution.NOT_DONE | Resolution.UNDONE:
            assert not truth.stands
            assert not truth.comes_late
            assert not happened
        case Resolution.STANDS | Resolution.DONE_NOW:
            assert truth.stands
            assert subject_of(operation) in (Subject.RETURN, Subject.RENEWAL)
        case _:
            pytest.fail(f"nobody settles an entry as {entry.resolution}")


def test_without_trouble_only_what_the_system_cannot_tell_is_left_to_a_person():
    told, untold = Truth(True, True, True), Truth(True, False, True)
    here = Village(an_entry(Checkout(CARD, ItemId("I1")), 1), an_entry(Checkout(CARD, ItemId("I2")), 2))
    books = Books({"boot-1": told, "boot-2": untold}, [], here)
    here.add(replace(here.libraries["LIB"], system=books))
    here.looks()
    assert (here.journal.result_of(1), here.journal.result_of(2)) == (Resolution.UNDONE, "listed")
