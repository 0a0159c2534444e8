"""Undoing the loan of one patron, towards systems that undo whoever's it is."""

import pytest

from ncip_partner import finished
from softdock.adapters.effects import Looks
from softdock.adapters.own_loans import names_a_borrower, undo_their_own
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import AnswerLost, SystemUnavailable
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import CirculationStatus, Item
from softdock.circulation.operations import Checkin, LookupItem
from softdock.circulation.outcomes import Done, PatronReport, Refused, Returned
from softdock.circulation.patrons import Counts, Entry, Patron
from softdock.circulation.reasons import Reason

READER, ANOTHER, ITEM = PatronId("R1"), PatronId("R2"), ItemId("B1")
UNDOING = Checkin(ITEM, cancel=True, borrower=READER)
UNDONE = Done(Returned(Item(ITEM, "War"), READER, undone=True))
EVERYTHING = frozenset({Capability.LOOKUP_ITEM, Capability.LOOKUP_PATRON})
LENT = Item(ITEM, "War", status=CirculationStatus.CHARGED)


def undone(item, *entries, can=EVERYTHING):
    async def look(question):
        if isinstance(item, Exception):
            raise item
        if isinstance(question, LookupItem):
            return Done(item)
        patron = Patron(READER, "Ada", counts=Counts(loans=len(entries)))
        return Done(PatronReport(patron, entries=entries))

    async def perform(operation):
        assert operation == UNDOING
        return UNDONE

    return finished(undo_their_own(UNDOING, Looks(look, can, lists_tell_all=True), perform))


@pytest.mark.parametrize(
    ("item", "entries"),
    [
        (Item(ITEM, "War", status=CirculationStatus.CHARGED, borrower=ANOTHER), ()),
        (LENT, ()),
        (LENT, (Entry(ItemId("B2"), "Peace"),)),
    ],
    ids=["the item tells", "nothing is lent", "something else is"],
)
def test_the_loan_of_somebody_else_is_left_as_it_is(item, entries):
    assert undone(item, *entries) == Refused(Reason.NOTHING_TO_UNDO)


@pytest.mark.parametrize(
    ("item", "entries", "can"),
    [
        (Item(ITEM, "War", status=CirculationStatus.CHARGED, borrower=READER), (), EVERYTHING),
        (LENT, (Entry(ITEM, "War"),), EVERYTHING),
        (Item(ITEM, "War", status=CirculationStatus.AVAILABLE), (), EVERYTHING),
        (LENT, (), frozenset()),
    ],
    ids=["the item tells", "the list tells", "nobody has it", "nothing is shown"],
)
def test_what_is_not_shown_to_be_somebody_else_s_is_undone(item, entries, can):
    assert undone(item, *entries, can=can) == UNDONE


def test_nothing_is_done_where_nobody_could_be_asked_who_has_it():
    with pytest.raises(SystemUnavailable):
        undone(AnswerLost("cut off"))


def test_only_what_undoes_a_loan_names_a_borrower():
    assert names_a_borrower(UNDOING)
    assert not names_a_borrower(Checkin(ITEM, cancel=True))
    assert not names_a_borrower(Checkin(ITEM, borrower=READER))
