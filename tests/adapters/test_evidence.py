"""What can be read of an item and of lists about an operation whose answer was lost, row by row of the table."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from softdock.adapters.evidence import (
    CLOCKS_DIFFER,
    SOON,
    Beginning,
    Shown,
    beginning_of,
    card_effect,
    hold_effect,
    is_lent_to,
    loan_effect,
    note_effect,
    renewal_effect,
    return_effect,
    shown_in,
)
from softdock.circulation.identifiers import ItemId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus, Item
from softdock.circulation.journal import Effect
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkout,
    EnablePatron,
    PlaceHold,
    Renew,
    UpdateItem,
)
from softdock.circulation.outcomes import PatronReport
from softdock.circulation.patrons import ALL_DENIED, Counts, Entry, Patron, PatronList, Standing
from softdock.circulation.reasons import Reason

ZONE = ZoneInfo("Asia/Shanghai")
SINCE = datetime(2026, 3, 2, 10, 0, 0, 437_000, tzinfo=ZONE)
SECOND = timedelta(seconds=1)
R1, R2, I1 = PatronId("R1"), PatronId("R2"), ItemId("I1")
NOT_YET, DONE, UNCLEAR = Effect.NOT_YET, Effect.DONE, Effect.UNCLEAR
HERE = ("available", "on-hold-shelf", "in-transit", "to-be-reshelved", "in-process")
OUT = ("charged", "charged-not-recallable", "recalled")
DOUBTFUL = sorted({each.value for each in CirculationStatus} - {*HERE, *OUT})


def item(status="charged", borrower=None, lent=None, **more):
    return Item(I1, status=CirculationStatus(status), borrower=borrower, lent=lent, **more)


def listed(*entries, count=None):
    """A list that is shown in full, unless another `count` is given."""
    return Shown(entries, len(entries) if count is None else count)


MINE, ANOTHER = Entry(I1), Entry(ItemId("I2"))
HIDDEN = Shown()


# --- when a loan began --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lent", "beginning"),
    [
        (None, Beginning.UNCLEAR),
        (SINCE - timedelta(days=9), Beginning.BEFORE),
        (SINCE - CLOCKS_DIFFER - SECOND, Beginning.BEFORE),
        (SINCE - CLOCKS_DIFFER + SECOND, Beginning.UNCLEAR),
        (SINCE - SECOND, Beginning.UNCLEAR),
        (SINCE.replace(microsecond=0), Beginning.WITH),
        (SINCE + SECOND, Beginning.WITH),
        ((SINCE + SECOND).astimezone(UTC), Beginning.WITH),
        (SINCE + CLOCKS_DIFFER, Beginning.WITH),
        (SINCE + CLOCKS_DIFFER + SECOND, Beginning.SINCE),
    ],
)
def test_a_loan_is_the_operations_only_if_it_began_with_it(lent, beginning):
    """Systems tell whole seconds; and their clocks are not ours."""
    assert beginning_of(lent, SINCE, ZONE) is beginning


@pytest.mark.parametrize(
    ("day", "beginning"),
    [(1, Beginning.BEFORE), (2, Beginning.UNCLEAR), (3, Beginning.SINCE)],
)
def test_of_a_day_only_an_earlier_or_a_later_one_can_be_told(day, beginning):
    """Also where it is written as its midnight: a loan of that day is not an older one."""
    assert beginning_of(date(2026, 3, day), SINCE, ZONE) is beginning
    assert beginning_of(datetime(2026, 3, day, tzinfo=ZONE), SINCE, ZONE) is beginning


def test_at_midnight_either_day_may_be_meant():
    just_after = datetime(2026, 3, 2, 0, 1, tzinfo=ZONE)
    just_before = datetime(2026, 3, 1, 23, 59, tzinfo=ZONE)
    for day in (1, 2):
        assert beginning_of(date(2026, 3, day), just_after, ZONE) is Beginning.UNCLEAR
        assert beginning_of(date(2026, 3, day), just_before, ZONE) is Beginning.UNCLEAR
    assert beginning_of(date(2026, 3, 2), SINCE, UTC) is Beginning.UNCLEAR


# --- lists --------------------------------------------------------------------------------------------


def report(*entries, name="Ada", standing=frozenset(), **counts):
    patron = Patron(R1, name, frozenset(standing), Counts(**counts))
    return PatronReport(patron, entries=entries)


def test_a_count_is_believed_of_a_card_that_shows_what_hangs_on_it():
    """One that requires a PIN shows a card without a name, or one that may do nothing; and nothing on it."""
    one = report(MINE, loans=1)
    assert shown_in(one, PatronList.LOANS, believed=True) == listed(MINE)
    assert shown_in(one, PatronList.LOANS, believed=False) == Shown((MINE,))
    for hidden in (report(name="", loans=0), report(standing=ALL_DENIED, loans=0), report(loans=None), None):
        assert shown_in(hidden, PatronList.LOANS, believed=True).count is None
    assert shown_in(report(unavailable_holds=3), PatronList.UNAVAILABLE_HOLDS, believed=True).count == 3


def test_an_item_is_found_whichever_way_it_is_written():
    assert listed(Entry(ItemId(" i1 "))).entry_of(I1) is not None
    assert listed(ANOTHER, Entry(title="I1")).entry_of(I1) is None


@pytest.mark.parametrize(
    ("shown", "lacks"),
    [
        (listed(), True),
        (listed(ANOTHER), True),
        (listed(MINE), False),
        (HIDDEN, False),
        (listed(ANOTHER, count=2), False),
        (listed(Entry(title="War and Peace")), False),
        (listed(Entry(ItemId("红楼梦"))), False),
        (listed(Entry(ItemId("红楼梦 / 曹雪芹"))), False),
        (listed(Entry(ItemId("A title with blanks"))), False),
        (listed(Entry(ItemId("I1/War and Peace"))), False),
    ],
)
def test_what_is_shown_in_part_or_by_title_lacks_nothing_for_certain(shown, lacks):
    """Some servers list titles where their profile promises identifiers."""
    assert shown.lacks(I1, "红楼梦") is lacks


# --- loans --------------------------------------------------------------------------------------------


def loan(seen, loans=HIDDEN, **wish):
    return loan_effect(Checkout(R1, I1, **wish), SINCE, ZONE, seen, loans)


@pytest.mark.parametrize("status", HERE)
def test_what_is_not_lent_was_not_lent_yet(status):
    assert loan(item(status)) is NOT_YET
    assert loan(item(status), cancel=True) is NOT_YET
    assert loan(item(status), no_block=True) is NOT_YET


@pytest.mark.parametrize("status", OUT)
def test_what_another_patron_has_was_not_lent_to_this_one(status):
    assert loan(item(status, R2, SINCE)) is NOT_YET
    assert loan(item(status), listed(ANOTHER)) is NOT_YET
    assert loan(item(status), listed()) is NOT_YET
    assert loan(None, listed(ANOTHER)) is NOT_YET


@pytest.mark.parametrize("status", OUT)
def test_what_the_patron_has_since_the_operation_is_its_work(status):
    assert loan(item(status), listed(Entry(I1, lent=SINCE + SECOND))) is DONE
    assert loan(item(status, R1, SINCE + SECOND)) is DONE
    assert loan(item(status, lent=SINCE + SECOND), listed(MINE)) is DONE
    assert loan(None, Shown((Entry(I1, lent=SINCE + SECOND),))) is DONE


@pytest.mark.parametrize("status", [*OUT, *DOUBTFUL])
def test_a_loan_of_which_nobody_knows_whose_or_when_is_unclear(status):
    """To take a rightful loan back is as bad as to leave one that nobody knows of."""
    assert loan(item(status)) is UNCLEAR
    assert loan(item(status, lent=SINCE)) is UNCLEAR
    assert loan(item(status), Shown((ANOTHER,))) is UNCLEAR
    assert loan(item(status), listed(MINE)) is UNCLEAR
    assert loan(item(status, R1)) is UNCLEAR
    assert loan(item(status, R1, SINCE - SECOND)) is UNCLEAR


def test_a_loan_that_began_later_may_be_one_that_staff_have_made_since():
    assert loan(item("charged", R1, SINCE + timedelta(hours=1))) is UNCLEAR


def test_an_older_loan_is_not_the_operations_unless_it_may_have_renewed_it():
    older = listed(Entry(I1, lent=SINCE - timedelta(days=9)))
    assert loan(item(), older, renewal_allowed=False) is NOT_YET
    assert loan(item(), older) is UNCLEAR


def test_a_loan_that_has_happened_or_was_to_stand_again_stands_whenever_it_began():
    """Nobody will undo it; nor has the device any doubt that the patron has the item."""
    for wish in ({"cancel": True}, {"no_block": True}):
        assert loan(item(), listed(MINE), **wish) is DONE
        assert loan(item("charged", R1), **wish) is DONE
        assert loan(item(), listed(Entry(I1, lent=SINCE - timedelta(days=9))), **wish) is DONE
        assert loan(item(), **wish) is UNCLEAR


def test_who_has_an_item_may_be_told_by_the_item_alone():
    assert is_lent_to(R1, None) is None
    assert is_lent_to(R1, item()) is None
    assert is_lent_to(R1, item(borrower=PatronId(" r1"))) is True
    assert is_lent_to(R1, item(borrower=R2)) is False
    assert is_lent_to(R1, item("available", R1)) is False


# --- returns ------------------------------------------------------------------------------------------


def back(seen, after=timedelta(seconds=70)):
    return return_effect(SINCE, SINCE + after, ZONE, seen)


@pytest.mark.parametrize("status", HERE)
def test_what_is_not_lent_any_more_was_taken_back(status):
    """By whom matters to nobody."""
    assert back(item(status)) is DONE
    assert back(item(status), timedelta(days=3)) is DONE


@pytest.mark.parametrize("status", OUT)
def test_what_is_lent_still_was_not_taken_back_yet(status):
    assert back(item(status)) is NOT_YET
    assert back(item(status, lent=SINCE - timedelta(days=9)), timedelta(days=3)) is NOT_YET


@pytest.mark.parametrize("status", OUT)
def test_a_loan_that_may_have_begun_after_the_return_is_not_ended(status):
    """It may be rightful: the book was taken out of the bin and lent at the desk, hours before the system could be asked."""
    assert back(item(status), SOON) is UNCLEAR
    assert back(item(status, lent=SINCE + SECOND)) is UNCLEAR
    assert back(item(status, lent=SINCE + timedelta(hours=1)), timedelta(hours=2)) is DONE
    assert back(item(status, lent=SINCE.date()), timedelta(hours=2)) is UNCLEAR


@pytest.mark.parametrize("status", DOUBTFUL)
def test_what_is_neither_lent_nor_there_is_unclear(status):
    assert back(item(status)) is UNCLEAR


def test_an_item_that_cannot_be_looked_up_is_unclear():
    assert back(None) is UNCLEAR


# --- everything else ----------------------------------------------------------------------------------


def test_a_renewal_is_told_only_if_there_is_nothing_that_could_have_been_renewed():
    wish, third = Renew(R1, I1), Renew(R1, I1, third_party_allowed=True)
    assert renewal_effect(wish, item("available"), HIDDEN) is NOT_YET
    assert renewal_effect(third, item("available"), HIDDEN) is NOT_YET
    assert renewal_effect(wish, item(borrower=R2), HIDDEN) is NOT_YET
    assert renewal_effect(wish, None, listed(ANOTHER)) is NOT_YET
    assert renewal_effect(wish, item(), listed(MINE)) is UNCLEAR
    assert renewal_effect(wish, item(borrower=R1, lent=SINCE), listed(MINE)) is UNCLEAR
    assert renewal_effect(third, item(borrower=R2), listed(ANOTHER)) is UNCLEAR
    assert renewal_effect(third, None, listed()) is UNCLEAR


NONE = listed()


@pytest.mark.parametrize("kind", [PlaceHold, ChangeHold])
def test_a_hold_is_not_there_if_the_patron_waits_for_nothing(kind):
    """A hold on a copy may have become one on its title; and one that is there may be older."""
    wish = kind(R1, I1)
    assert hold_effect(wish, NONE, NONE) is NOT_YET
    for holds, others in [
        (listed(MINE), NONE),
        (NONE, listed(MINE)),
        (NONE, listed(ANOTHER)),
        (NONE, HIDDEN),
        (HIDDEN, NONE),
    ]:
        assert hold_effect(wish, holds, others) is UNCLEAR  # fmt: skip


def test_a_hold_was_cancelled_if_the_patron_waits_for_nothing_and_not_if_it_is_listed():
    wish = CancelHold(R1, I1)
    assert hold_effect(wish, NONE, NONE) is DONE
    assert hold_effect(wish, listed(MINE), NONE) is NOT_YET
    assert hold_effect(wish, NONE, Shown((MINE,))) is NOT_YET
    assert hold_effect(wish, NONE, listed(ANOTHER)) is UNCLEAR
    assert hold_effect(wish, HIDDEN, NONE) is UNCLEAR
    assert hold_effect(CancelHold(R1, title=TitleId("T")), listed(MINE), NONE) is UNCLEAR


@pytest.mark.parametrize(
    ("card", "blocked", "enabled"),
    [
        (PatronReport(Patron(R1, "Ada"), reason=Reason.PATRON_BLOCKED), DONE, NOT_YET),
        (PatronReport(Patron(R1, "Ada")), NOT_YET, DONE),
        (PatronReport(Patron(R1, "Ada", frozenset({Standing.CHECKOUT_DENIED}))), UNCLEAR, UNCLEAR),
        (PatronReport(Patron(R1, "Ada"), reason=Reason.CARD_EXPIRED), UNCLEAR, UNCLEAR),
        (PatronReport(Patron(R1), reason=Reason.PATRON_BLOCKED), UNCLEAR, UNCLEAR),
        (None, UNCLEAR, UNCLEAR),
    ],
)
def test_a_card_is_blocked_or_it_may_borrow_or_it_is_unclear(card, blocked, enabled):
    assert card_effect(BlockPatron(R1), card) is blocked
    assert card_effect(EnablePatron(R1), card) is enabled


@pytest.mark.parametrize(
    ("properties", "effect"), [("torn", DONE), (" torn ", DONE), ("wet", NOT_YET), ("", UNCLEAR)]
)
def test_a_note_is_told_by_the_item_that_shows_one(properties, effect):
    assert note_effect(UpdateItem(I1, "torn"), item(properties=properties)) is effect
    assert note_effect(UpdateItem(I1, "torn"), None) is UNCLEAR
    assert note_effect(UpdateItem(I1, ""), item()) is UNCLEAR
