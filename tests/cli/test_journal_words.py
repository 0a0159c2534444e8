"""One operation of the journal in words: for staff, and without what identifies a patron."""

from datetime import UTC

import pytest

from journals import a_claim, lent
from softdock.circulation.identifiers import PatronId
from softdock.circulation.journal import EntryState, JournalEntry, LastWord, Resolution
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    EnablePatron,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.outcomes import Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.cli import journal_words as words

CARD = "R0012345"

P = PatronId(CARD)
OPERATIONS = [
    (Checkout(P, "CD1"), "checkout CD1 for R0***45"),
    (Checkout(P, "CD1", no_block=True), "checkout (has happened already) CD1 for R0***45"),
    (Checkin("CD1"), "checkin CD1"),
    (Checkin("CD1", cancel=True), "checkin (cancel) CD1"),
    (Renew(P, title="T1"), "renew T1 for R0***45"),
    (RenewAll(P), "renew-all for R0***45"),
    (PlaceHold(P, item="CD1"), "hold CD1 for R0***45"),
    (ChangeHold(P, title="T1"), "hold (change) T1 for R0***45"),
    (CancelHold(P, title="T1"), "hold (cancel) T1 for R0***45"),
    (PayFee(P, Money(50, "CNY")), "pay-fee 0.50 CNY for R0***45"),
    (BlockPatron(P), "block-patron for R0***45"),
    (EnablePatron(P), "enable-patron for R0***45"),
    (UpdateItem("CD1", "x"), "update-item CD1"),
]


def an_entry(operation, **changes):
    known = {
        "number": 1,
        "claim": a_claim(operation),
        "state": EntryState.UNKNOWN,
        "last_word": LastWord.NOT_DONE,
    }
    return JournalEntry(**{**known, "listed": True, **changes})


@pytest.mark.parametrize(("operation", "told"), OPERATIONS)
def test_every_operation_is_told_and_staff_knows_what_to_do(operation, told):
    entry = an_entry(operation)

    assert words.what(entry) == told
    assert "Look in the system of CDL" in words.advice(entry) or "in the bin" in words.advice(entry)
    assert "settle as stands" in words.advice(entry)
    assert not set("{}") & set(words.advice(entry))
    assert CARD not in "".join(text for _, text in words.facts(entry, UTC))


def test_there_is_nothing_to_do_about_what_softdock_settles_itself():
    operation = Checkin("CD1")

    for changes in (
        {"state": EntryState.OPEN},
        {"state": EntryState.ANSWERED},
        {"listed": False},
        {"state": EntryState.SETTLED, "resolution": Resolution.UNDONE},
    ):
        assert words.advice(an_entry(operation, **changes)).startswith("Nothing")


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (lent(), "yes"),
        (Refused(Reason.ITEM_ON_HOLD, "Dear Ms Wang"), "no (item-on-hold)"),
        (None, "its answer was lost"),
        (Unknown(), "its answer was lost"),
    ],
)
def test_what_the_system_said_is_told_without_its_words_to_the_patron(outcome, told):
    assert words.answer(an_entry(Checkin("CD1"), outcome=outcome)) == told


def test_a_card_that_was_held_where_an_item_belongs_is_masked():
    entry = an_entry(Checkin(CARD), state=EntryState.ANSWERED, outcome=Refused(Reason.ITEM_UNKNOWN))

    assert words.what(entry) == "checkin R0***45"
    assert words.as_json(entry)["item"] == "R0***45"
    assert words.what(entry, reveal=True) == f"checkin {CARD}"


def test_every_word_has_a_sentence():
    assert words.HEARD.keys() == set(LastWord)
    assert words.RESOLUTIONS.keys() == set(Resolution)


def test_who_is_a_guest_is_told_with_their_library():
    claim = a_claim(Checkout(P, "CD1"))
    claim.home = "CQL"
    assert ("system", "CDL; the patron is of CQL") in list(words.facts(an_entry(None, claim=claim), UTC))
