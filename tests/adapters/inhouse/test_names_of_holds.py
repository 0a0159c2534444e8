"""Holds by name: partners ask for them, change them and cancel them, and learn what became of them."""

from datetime import timedelta

import pytest

from inhouse_books import I1, I2, I3, NOW, PIN, R1, R2, R3, Books, a_loan, a_patron, an_item, day
from softdock.adapters.inhouse.rules.endings import REMEMBERED
from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import HoldId, PatronId, Secret, TitleId
from softdock.circulation.operations import (
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    LookupHold,
    LookupPatron,
    PlaceHold,
)
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason

PEOPLE = (a_patron(R1), a_patron(R2), a_patron(R3))
T = TitleId("T")
ILL1, ILL2 = HoldId("ILL-1"), HoldId("ILL-2")


def two_copies():
    """Of one title, both lent to R1."""
    return (
        *PEOPLE, an_item(I1, title="T"), an_item(I2, title="T"), an_item(I3), a_loan(I1, R1), a_loan(I2, R1),
    )  # fmt: skip


def test_a_hold_has_the_name_that_a_partner_gave_it():
    """And all that is known of it is told, when it is placed and whenever somebody asks."""
    books = Books(*two_copies())
    placed = books.done(
        PlaceHold(R2, title=T, hold=ILL1, kind=HoldKind.LOAN, pickup_location="main", expires=day(5, 1))
    )
    assert (placed.id, placed.patron, placed.title_id, placed.kind) == (ILL1, R2, T, HoldKind.LOAN)
    assert (placed.scope, placed.status, placed.placed) == (HoldScope.ANY_COPY, HoldStatus.WAITING, NOW)
    assert (placed.queue_position, placed.expires, placed.pickup_location) == (1, day(5, 1), "main")
    assert books.done(LookupHold(ILL1)) == placed
    assert books.done(LookupHold(patron=R2, title=T)) == placed
    assert books.done(LookupHold(patron=R2, item=I2)) == placed, "which would do as well"
    assert books.done(LookupPatron(R2, wanted=PatronList.ALL_HOLDS)).holds == [placed]


def test_a_hold_without_a_name_is_called_by_its_number():
    books = Books(*PEOPLE, an_item())
    placed = books.done(PlaceHold(R2, I1))
    assert placed.id is not None
    assert (placed.status, placed.pickup_until) == (HoldStatus.READY, day(3, 9))
    assert books.done(LookupHold(placed.id)) == placed


def test_no_two_holds_that_stand_have_one_name():
    """Whoever's they are, and whichever name the library itself would have given."""
    books = Books(*two_copies())
    books.done(PlaceHold(R2, I1, hold=ILL1))
    assert books.refusal(PlaceHold(R2, I1, hold=ILL1)) is Reason.HOLD_EXISTS
    assert books.refusal(PlaceHold(R3, I2, hold=ILL1)) is Reason.HOLD_EXISTS
    books.done(PlaceHold(R2, I3, hold=ILL2))
    number = max(hold.number for card in books.look().cards.values() for hold in card.holds)
    following = HoldId(f"H{number + 2}")
    books.done(PlaceHold(R3, I1, hold=following))
    assert books.done(PlaceHold(R3, I2)).id != following


def test_a_name_is_free_again_when_its_hold_has_ended():
    books = Books(*two_copies())
    books.done(PlaceHold(R2, I1, hold=ILL1))
    books.done(CancelHold(R2, hold=ILL1))
    again = books.done(PlaceHold(R3, I2, hold=ILL1))
    assert books.done(LookupHold(ILL1)) == again
    assert (again.patron, again.status) == (R3, HoldStatus.WAITING)


def test_what_became_of_a_hold_is_told_for_some_time():
    """That it was filled, and by which item; that it was cancelled; that it has lapsed."""
    books = Books(*PEOPLE, an_item(I1, title="T"), an_item(I2, title="T"), an_item(I3))
    books.done(PlaceHold(R1, title=T, hold=HoldId("filled")))
    books.done(PlaceHold(R2, title=T, hold=HoldId("cancelled")))
    books.done(PlaceHold(R3, I3, hold=HoldId("lapsed")))
    books.done(Checkout(R1, I1))
    books.done(CancelHold(R2, title=T))
    books.now = day(3, 20)
    for status in (HoldStatus.FILLED, HoldStatus.CANCELLED, HoldStatus.LAPSED):
        found = books.done(LookupHold(HoldId(status.value)))
        assert (found.status, found.placed, found.queue_position) == (status, NOW, None)
        assert not found.available
        assert books.refusal(CancelHold(found.patron, hold=found.id)) is Reason.HOLD_ENDED
        assert books.refusal(ChangeHold(found.patron, hold=found.id)) is Reason.HOLD_ENDED
        assert books.refusal(LookupHold(patron=found.patron)) is Reason.HOLD_UNKNOWN
    assert books.done(LookupHold(HoldId("filled"))).item == books.item(I1)
    books.now = NOW + REMEMBERED + timedelta(days=1)
    assert books.refusal(LookupHold(HoldId("filled"))) is Reason.HOLD_UNKNOWN


def test_a_hold_comes_back_with_its_name_when_the_loan_is_undone_that_filled_it():
    """Unless somebody else's has that name by now."""
    books = Books(*PEOPLE, an_item(I1), an_item(I2))
    placed = books.done(PlaceHold(R1, I1, hold=ILL1))
    books.done(Checkout(R1, I1))
    assert books.done(LookupHold(ILL1)).status is HoldStatus.FILLED
    books.done(Checkin(I1, cancel=True))
    assert books.done(LookupHold(ILL1)) == placed
    books.done(Checkout(R1, I1))
    other = books.done(PlaceHold(R2, I2, hold=ILL1))
    assert books.done(Checkin(I1, cancel=True)).hold_patron == R1
    assert books.done(LookupHold(ILL1)) == other
    assert books.done(LookupHold(patron=R1)).id not in (None, ILL1)


def test_several_holds_are_meant_until_something_tells_them_apart():
    books = Books(*two_copies())
    books.done(PlaceHold(R2, I1, hold=ILL1))
    books.done(PlaceHold(R2, I2, hold=ILL2))
    copy = books.done(PlaceHold(R2, I2, kind=HoldKind.COPY))
    assert books.refusal(LookupHold(patron=R2)) is Reason.HOLD_AMBIGUOUS
    assert books.refusal(LookupHold(patron=R2, title=T)) is Reason.HOLD_AMBIGUOUS
    assert books.refusal(LookupHold(patron=R2, item=I2)) is Reason.HOLD_AMBIGUOUS
    assert books.done(LookupHold(patron=R2, item=I1)).id == ILL1
    assert books.done(LookupHold(patron=R2, item=I2, kind=HoldKind.HOLD)).id == ILL2
    assert books.done(LookupHold(patron=R2, kind=HoldKind.COPY)) == copy


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (LookupHold(), Reason.REQUEST_INCOMPLETE),
        (LookupHold(item=I1), Reason.REQUEST_INCOMPLETE),
        (LookupHold(ILL2), Reason.HOLD_UNKNOWN),
        (LookupHold(HoldId("H99999999999999999999999")), Reason.HOLD_UNKNOWN),
        (LookupHold(ILL1, R3), Reason.HOLD_UNKNOWN),
        (LookupHold(ILL1, PatronId("R9")), Reason.PATRON_UNKNOWN),
        (LookupHold(ILL1, R2, pin=Secret("0000")), Reason.PIN_WRONG),
        (LookupHold(patron=R3), Reason.HOLD_UNKNOWN),
        (LookupHold(patron=R2, item="I9"), Reason.ITEM_UNKNOWN),
        (LookupHold(patron=R2, title=TitleId("X")), Reason.TITLE_UNKNOWN),
        (LookupHold(patron=R2, item=I3), Reason.HOLD_UNKNOWN),
        (CancelHold(R3, hold=ILL1), Reason.HOLD_UNKNOWN),
        (CancelHold(PatronId("R9"), hold=ILL1), Reason.PATRON_UNKNOWN),
        (CancelHold(R2, hold=ILL1, pin=Secret("0000")), Reason.PIN_WRONG),
        (ChangeHold(R2, hold=ILL2), Reason.HOLD_UNKNOWN),
    ],
)
def test_a_hold_that_is_not_meant_is_not_told_of(wish, reason):
    """Nor is it changed: another patron's above all."""
    books = Books(*two_copies())
    books.done(PlaceHold(R2, I1, hold=ILL1))
    assert books.refusal(wish) is reason


def test_a_hold_is_changed_and_cancelled_by_its_name_alone():
    books = Books(*two_copies())
    books.done(PlaceHold(R2, I1, hold=ILL1))
    books.done(PlaceHold(R2, I2, hold=ILL2))
    changed = books.done(
        ChangeHold(R2, hold=ILL2, pickup_location="west", expires=day(6, 1), scope=HoldScope.ANY_COPY)
    )
    assert (changed.id, changed.pickup_location, changed.expires) == (ILL2, "west", day(6, 1))
    assert (changed.scope, changed.queue_position) == (HoldScope.ANY_COPY, 2)
    assert books.done(LookupHold(ILL1)).pickup_location == ""
    cancelled = books.done(CancelHold(R2, hold=ILL1, pin=Secret(PIN)))
    assert (cancelled.id, cancelled.status, cancelled.item) == (ILL1, HoldStatus.CANCELLED, books.item(I1))
    assert [each.id for each in books.done(LookupPatron(R2, wanted=PatronList.ALL_HOLDS)).holds] == [ILL2]


def test_a_title_hold_cannot_come_to_mean_one_copy():
    """It names none: it once waited for ever."""
    books = Books(*two_copies())
    books.done(PlaceHold(R2, title=T, hold=ILL1))
    assert books.done(ChangeHold(R2, I1, scope=HoldScope.THIS_COPY)).scope is HoldScope.ANY_COPY
    assert books.done(Checkin(I1)).hold_patron == R2


@pytest.mark.parametrize("kind", [HoldKind.COPY, HoldKind.ESTIMATE])
def test_what_staff_see_to_takes_no_item_out_of_circulation(kind):
    """It recalls nothing, sets nothing aside, and may be about what is read in the house only."""
    books = Books(*PEOPLE, an_item(I1), an_item(I2, lendable=False), a_loan(I1, R1))
    lent = books.done(PlaceHold(R2, I1, kind=kind))
    assert (lent.status, lent.item.status, lent.item.hold_queue_length) == (
        HoldStatus.WAITING,
        books.item(I1).status,
        0,
    )
    assert books.patron(R1).counts.recalls == 0
    assert books.done(PlaceHold(R2, I2, kind=kind)).status is HoldStatus.WAITING
    assert books.refusal(PlaceHold(R2, I2, kind=kind)) is Reason.HOLD_EXISTS
    assert books.done(Checkin(I1)).hold_patron is None
    assert books.done(PlaceHold(R2, I1)).status is HoldStatus.READY, "another wish altogether"
    assert books.done(LookupHold(lent.id)).status is HoldStatus.WAITING


def test_a_part_of_all_holds_can_be_asked_for():
    books = Books(*two_copies(), an_item("I4"))
    names = [books.done(PlaceHold(R2, item)).id for item in (I1, I2, I3)]
    report = books.done(LookupPatron(R2, wanted=PatronList.ALL_HOLDS, first=2, last=2))
    assert [each.id for each in report.holds] == names[1:2]
    assert report.entries == ()
