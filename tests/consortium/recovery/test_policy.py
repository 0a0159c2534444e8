"""The table of recovery, row by row."""

import pytest

from fake_journal import an_entry
from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import HoldId, ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.journal import Effect, LastWord, Resolution
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    AcceptItem,
    AmendItem,
    AmendPatron,
    BlockPatron,
    CancelHold,
    ChangeHold,
    ChargeFee,
    Checkin,
    Checkout,
    EnablePatron,
    Operation,
    PayFee,
    PlaceHold,
    RecallItem,
    Renew,
    RenewAll,
    TakeNotice,
    UpdateItem,
)
from softdock.circulation.outcomes import Done, Lent, Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.consortium.recovery.findings import Finding
from softdock.consortium.recovery.policy import (
    WAYS,
    Leave,
    RecoveryPolicy,
    Settle,
    Step,
    Subject,
    Way,
    next_step,
    subject_of,
)

CARD, ITEM = PatronId("R0012345"), ItemId("CD0001")
LOAN = Checkout(CARD, ITEM)
RETURN = Checkin(ITEM)
PAYMENT = PayFee(CARD, Money(100, "CNY"))
LENT = Done(Lent(Item(ITEM), CARD, None))
RENEWED = Done(Lent(Item(ITEM), CARD, None, renewed=True))

NOT_DONE = Settle(Resolution.NOT_DONE, Finding.NEVER_DONE)
KEPT = Settle(Resolution.STANDS, Finding.KEPT)
HAPPENED = Settle(Resolution.STANDS, Finding.HAPPENED)
NOT_TOLD = Leave(Finding.NOT_TOLD)
NO_MONEY = Settle(Resolution.NOT_DONE, Finding.MONEY_TAKEN)
BOOKED = Leave(Finding.BOOKED_BUT_NOT_TOLD)
REPEATED_NOT = Leave(Finding.HAPPENED_BUT_NOT_BOOKED)

WHAT_IT_WAS = {
    LOAN: Subject.LOAN,
    Checkout(CARD, ITEM, cancel=True): Subject.RETURN,
    Checkout(CARD, ITEM, no_block=True): Subject.RETURN,
    RETURN: Subject.RETURN,
    Checkin(ITEM, cancel=True): Subject.RETURN,
    Checkin(ITEM, no_block=True): Subject.RETURN,
    Renew(CARD, ITEM): Subject.RENEWAL,
    Renew(CARD, ITEM, no_block=True): Subject.RETURN,
    RenewAll(CARD): Subject.RENEWAL,
    PlaceHold(CARD, ITEM): Subject.HOLD,
    ChangeHold(CARD, ITEM): Subject.HOLD,
    CancelHold(CARD, ITEM): Subject.HOLD,
    PAYMENT: Subject.PAYMENT,
    BlockPatron(CARD): Subject.BLOCK,
    EnablePatron(CARD): Subject.BLOCK,
    UpdateItem(ITEM, "x"): Subject.ITEM_UPDATE,
    AmendItem(ITEM): Subject.ITEM_UPDATE,
    AmendPatron(CARD): Subject.ITEM_UPDATE,
    AcceptItem(HoldId("Q1")): Subject.ITEM_UPDATE,
    RecallItem(ITEM): Subject.ITEM_UPDATE,
    TakeNotice("item-shipped"): Subject.ITEM_UPDATE,
    ChargeFee(CARD, Money(100, "CNY")): Subject.PAYMENT,
}
"""Every kind of operation that changes the books, and its variants."""

TABLE = [
    # subject          way          done            not done
    (Subject.LOAN,        Way.UNDO,   Step.UNDO,      NOT_DONE),
    (Subject.LOAN,        Way.KEEP,   KEPT,           NOT_DONE),
    (Subject.LOAN,        Way.LIST,   NOT_TOLD,       NOT_DONE),
    (Subject.HOLD,        Way.UNDO,   Step.UNDO,      NOT_DONE),
    (Subject.HOLD,        Way.KEEP,   KEPT,           NOT_DONE),
    (Subject.HOLD,        Way.LIST,   NOT_TOLD,       NOT_DONE),
    (Subject.RENEWAL,     Way.KEEP,   KEPT,           NOT_DONE),
    (Subject.RENEWAL,     Way.LIST,   NOT_TOLD,       NOT_DONE),
    (Subject.BLOCK,       Way.KEEP,   KEPT,           NOT_DONE),
    (Subject.BLOCK,       Way.LIST,   NOT_TOLD,       NOT_DONE),
    (Subject.ITEM_UPDATE, Way.KEEP,   KEPT,           NOT_DONE),
    (Subject.ITEM_UPDATE, Way.LIST,   NOT_TOLD,       NOT_DONE),
    (Subject.PAYMENT,     Way.LIST,   BOOKED,         NO_MONEY),
    (Subject.PAYMENT,     Way.KEEP,   KEPT,           NO_MONEY),
    (Subject.RETURN,      Way.REPEAT, HAPPENED,       Step.DO_NOW),
    (Subject.RETURN,      Way.LIST,   HAPPENED,       REPEATED_NOT),
]  # fmt: skip

ROWS = [
    pytest.param(operation, way, done, not_done, id=f"{type(operation).__name__}-{way.value}-{number}")
    for number, (operation, subject) in enumerate(WHAT_IT_WAS.items())
    for concerned, way, done, not_done in TABLE
    if concerned is subject
]


def step(
    operation: Operation,
    shown: Effect,
    way: Way | None = None,
    ripe: bool = True,
    late: bool = False,
    **entry,
):
    """What follows from what is shown; `way` instead of the default."""
    made = an_entry(operation, **entry)
    subject = subject_of(operation, made.outcome)
    policy = RecoveryPolicy() if way is None else RecoveryPolicy({**WAYS, subject: way})
    return next_step(made, shown, policy, ripe=ripe, late=late)


def test_every_operation_that_changes_the_books_has_a_subject():
    assert {each.capability for each in WHAT_IT_WAS} == {
        each
        for each in Capability
        if each
        not in {
            Capability.LOOKUP_ITEM, Capability.LOOKUP_PATRON, Capability.LOOKUP_TITLE, Capability.LOOKUP_HOLD, Capability.END_SESSION,
            Capability.OFFLINE_TRANSACTIONS,
        }
    }  # fmt: skip
    assert {operation: subject_of(operation) for operation in WHAT_IT_WAS} == WHAT_IT_WAS


@pytest.mark.parametrize(("operation", "way", "done", "not_done"), ROWS)
def test_what_follows_from_what_the_system_shows(operation, way, done, not_done):
    assert step(operation, Effect.DONE, way) == done
    assert step(operation, Effect.NOT_DONE, way) == not_done
    assert step(operation, Effect.NOT_YET, way) == not_done
    assert step(operation, Effect.UNCLEAR, way) == Leave(Finding.UNCLEAR)


@pytest.mark.parametrize(("operation", "way", "done", "not_done"), ROWS)
def test_before_its_time_only_what_is_certain_counts(operation, way, done, not_done):
    assert step(operation, Effect.DONE, way, ripe=False) == done
    assert step(operation, Effect.NOT_DONE, way, ripe=False) == not_done
    assert step(operation, Effect.NOT_YET, way, ripe=False) is Step.LATER
    assert step(operation, Effect.UNCLEAR, way, ripe=False) is Step.LATER


def test_a_loan_that_was_a_renewal_is_not_taken_away():
    """The patron had the item before, and goes on having it."""
    assert step(LOAN, Effect.DONE, outcome=RENEWED) == KEPT


def test_what_the_system_has_answered_need_not_be_shown_again():
    """A device that joined heard no; the first one's answer tells that it was done."""
    assert step(LOAN, Effect.UNCLEAR, outcome=LENT, ripe=False) is Step.UNDO
    assert step(RETURN, Effect.NOT_DONE, outcome=LENT) == HAPPENED, "it was lent again since"
    assert step(PAYMENT, Effect.NOT_DONE, outcome=LENT) == BOOKED


def test_what_was_answered_long_ago_is_undone_only_where_the_system_shows_it():
    """Staff may have taken the item back since, and lent it to somebody else."""
    assert step(LOAN, Effect.UNCLEAR, outcome=LENT, late=True) == Leave(Finding.NOT_TOLD)
    assert step(LOAN, Effect.DONE, outcome=LENT, late=True) is Step.UNDO
    assert step(RETURN, Effect.UNCLEAR, outcome=LENT, late=True) == HAPPENED


@pytest.mark.parametrize(
    ("operation", "resolution"), [(LOAN, Resolution.RETURNED), (PlaceHold(CARD, ITEM), Resolution.UNDONE)]
)
def test_what_was_done_and_is_gone_needs_no_undoing(operation, resolution):
    ended = Settle(resolution, Finding.ENDED_SINCE)
    assert step(operation, Effect.NOT_DONE, outcome=LENT) == ended
    assert step(operation, Effect.NOT_YET, outcome=LENT) == ended
    assert step(operation, Effect.NOT_YET, outcome=LENT, ripe=False) is Step.LATER


def test_what_the_system_has_refused_was_not_done():
    refused = Refused(Reason.CARD_EXPIRED)
    assert step(LOAN, Effect.UNCLEAR, outcome=refused, ripe=False) == NOT_DONE
    assert step(RETURN, Effect.UNCLEAR, outcome=refused, ripe=False) is Step.DO_NOW


def test_an_answer_that_was_lost_says_nothing():
    assert step(LOAN, Effect.DONE, outcome=Unknown()) is Step.UNDO
    assert step(LOAN, Effect.NOT_DONE, outcome=Unknown()) == NOT_DONE


def test_what_the_device_heard_to_be_done_is_never_undone():
    heard = {"last_word": LastWord.DONE}
    assert step(LOAN, Effect.DONE, **heard) == Settle(Resolution.STANDS, Finding.TOLD)
    assert step(LOAN, Effect.NOT_DONE, **heard) == Leave(Finding.TOLD_BUT_NOT_DONE)


def test_every_sentence_stands_for_itself_and_only_refusals_name_a_reason():
    sentences = [each.sentence(Reason.DECLINED) for each in Finding]
    assert len(set(sentences)) == len(Finding)
    with_reason = {each for each in Finding if "(declined)" in each.sentence(Reason.DECLINED)}
    assert with_reason == {Finding.REFUSED_TO_UNDO, Finding.REFUSED_WHAT_HAPPENED}
