"""How a hold stands, where a system shows no more than the lists of its patron."""

import pytest

from ncip_partner import finished
from softdock.adapters.effects import Looks
from softdock.adapters.listed_holds import NEEDED, look_up_in_lists
from softdock.circulation.errors import SystemUnavailable, Unsupported
from softdock.circulation.holds import HoldStatus
from softdock.circulation.identifiers import ItemId, PatronId, Secret, TitleId
from softdock.circulation.items import Item
from softdock.circulation.operations import LookupHold, LookupPatron
from softdock.circulation.outcomes import Done, HoldState, PatronReport, PinCheck, Refused
from softdock.circulation.patrons import Counts, Entry, Patron, PatronList
from softdock.circulation.reasons import Reason

READER, ITEM, TITLE = PatronId("R1"), ItemId("B1"), TitleId("T1")
PIN = Secret("1234")
THIS, OTHER = Entry(ITEM, "War"), Entry(ItemId("B2"), "Peace")


def looked_up(
    wish=None, waiting=(), ready=(), tell_all=True, pin=PinCheck.NOT_ASKED, counts=None, answer=None
):
    """What is told of a hold, by these lists."""
    lists = {PatronList.UNAVAILABLE_HOLDS: waiting, PatronList.HOLDS: ready}

    async def perform(question):
        assert isinstance(question, LookupPatron)
        if isinstance(answer, Exception):
            raise answer
        full = Counts(holds=len(ready), unavailable_holds=len(waiting))
        patron = Patron(READER, "Ada", counts=counts or full)
        return answer or Done(PatronReport(patron, pin, lists[question.wanted]))

    looks = Looks(perform, NEEDED, lists_tell_all=tell_all)
    return finished(look_up_in_lists(wish or LookupHold(patron=READER, item=ITEM), looks))


def test_a_hold_that_is_not_ready_waits():
    assert looked_up(waiting=[OTHER, THIS], ready=[OTHER]) == Done(
        HoldState(Item(ITEM, "War"), "War", patron=READER, status=HoldStatus.WAITING)
    )


def test_a_hold_that_is_ready_is_available():
    state = looked_up(ready=[THIS]).result
    assert (state.status, state.available) == (HoldStatus.READY, True)


def test_a_hold_that_both_lists_show_is_not_ready():
    """Some systems show all holds, and those that are not ready once more."""
    assert looked_up(waiting=[THIS], ready=[THIS, OTHER]).result.status is HoldStatus.WAITING


@pytest.mark.parametrize(
    "entry",
    [Entry(title_id=TITLE, title="War"), Entry(title="t1 "), Entry(ItemId("T1"))],
    ids=["by its number", "in place of the title", "in place of the item"],
)
def test_a_hold_on_a_title_is_found_by_whatever_names_it(entry):
    state = looked_up(LookupHold(patron=READER, title=TITLE), waiting=[OTHER, entry]).result
    assert (state.status, state.title_id) == (HoldStatus.WAITING, TITLE)


@pytest.mark.parametrize(
    "wish", [LookupHold(patron=READER, item=ITEM), LookupHold(patron=READER, title=TITLE)]
)
def test_what_is_in_none_of_the_lists_is_not_known(wish):
    assert looked_up(wish) == Refused(Reason.HOLD_UNKNOWN)


def test_a_hold_on_an_item_is_not_known_among_others():
    assert looked_up(waiting=[OTHER]) == Refused(Reason.HOLD_UNKNOWN)


@pytest.mark.parametrize("waiting", [[Entry(title="War")], [Entry(ItemId("War and Peace"))]])
def test_an_entry_that_may_mean_the_item_rules_nothing_out(waiting):
    with pytest.raises(Unsupported):
        looked_up(waiting=waiting)


def test_another_hold_rules_a_title_not_out():
    """It may be on a copy of that title."""
    with pytest.raises(Unsupported):
        looked_up(LookupHold(patron=READER, title=TITLE), waiting=[OTHER])


def test_lists_without_a_count_rule_nothing_out():
    with pytest.raises(Unsupported):
        looked_up(counts=Counts(holds=None, unavailable_holds=None))


def test_what_may_be_kept_back_without_a_pin_needs_one():
    assert looked_up(tell_all=False) == Refused(Reason.PIN_REQUIRED)


def test_with_the_right_pin_the_lists_are_believed():
    wish = LookupHold(patron=READER, item=ITEM, pin=PIN)
    assert looked_up(wish, tell_all=False, pin=PinCheck.RIGHT) == Refused(Reason.HOLD_UNKNOWN)


@pytest.mark.parametrize(
    ("pin", "reason"), [(PinCheck.WRONG, Reason.PIN_WRONG), (PinCheck.NOT_SET, Reason.PIN_NOT_SET)]
)
def test_with_a_wrong_pin_nothing_is_told(pin, reason):
    assert looked_up(waiting=[THIS], pin=pin) == Refused(reason)


def test_what_keeps_the_patron_from_being_looked_up_is_told():
    no = Refused(Reason.PATRON_UNKNOWN)
    assert looked_up(answer=no) == no
    with pytest.raises(SystemUnavailable):
        looked_up(answer=SystemUnavailable("gone"))


@pytest.mark.parametrize("wish", [LookupHold(item=ITEM), LookupHold(patron=READER)])
def test_half_a_question_has_no_answer(wish):
    assert looked_up(wish) == Refused(Reason.REQUEST_INCOMPLETE)
