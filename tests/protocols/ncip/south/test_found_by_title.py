"""Holds of which only the title is said, as SIP2 devices do: by its number, or as it reads."""

import pytest

from ncip_behind import NcipBehind
from softdock.circulation.identifiers import ItemId, PatronId, TitleId
from softdock.circulation.operations import CancelHold, ChangeHold, PlaceHold
from softdock.circulation.reasons import Reason

WANG, BOOK = PatronId("R0001"), ItemId("CD0001")


@pytest.fixture
def behind():
    system = NcipBehind()
    system.done(PlaceHold(WANG, BOOK))
    return system


@pytest.mark.parametrize("said", ["T0001", "t0001", "三体"])
def test_a_hold_is_cancelled_by_its_title(behind, said):
    outcome = behind.outcome(CancelHold(WANG, title=TitleId(said)))
    assert outcome.result.item.id == BOOK


def test_it_is_changed_by_its_title(behind):
    assert behind.done(ChangeHold(WANG, title=TitleId("三体"), pickup_location="1F")).pickup_location == "1F"


def test_another_title_is_no_hold(behind):
    assert behind.outcome(CancelHold(WANG, title=TitleId("三"))).reason is Reason.HOLD_UNKNOWN


def test_no_hold_is_meant_where_nothing_says_which(behind):
    assert behind.outcome(CancelHold(WANG)).reason is Reason.REQUEST_INCOMPLETE
