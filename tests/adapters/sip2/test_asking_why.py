"""Why a system behind SIP2 said no: what is asked after a bare refusal, and what is left alone."""

import pytest
from twisted.internet.defer import Deferred

from sip2_behind import CARD, Behind
from softdock.adapters.sip2.adapter import TO_ASK_WHY
from softdock.circulation.errors import SystemUnavailable
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.operations import (
    Checkout,
)
from softdock.circulation.reasons import Reason
from wired_systems import STATUS, Heard


@pytest.fixture
def behind(monkeypatch):
    def made(**settings):
        return Behind(monkeypatch, **settings)

    return made


REFUSED = b"120NUN20260101    120000AOLIB|AAR1|ABB1|AJWar|AH|AFNo|"
UNMARKED = CARD % b"Y"
MARKED = UNMARKED.replace(b"64" + b" " * 14, b"64Y    Y" + b" " * 8)
ON_SHELF = b"18080001" + b" " * 18 + b"ABB1|AJWar|"
WHY = {"ask_why": "true", "status": "false"}


def refused(behind, pin=None, **profile):
    """A system that has said no without a reason, what becomes of the loan, and the connection."""
    system = behind(profile=profile)
    loan = Deferred.fromCoroutine(system.adapter.perform(Checkout(PatronId("R1"), ItemId("B1"), pin)))
    heard = Heard(loan)
    system.clock.advance(0)
    (line,) = system.lines
    if pin:
        line.answers(MARKED)
    assert line.answers(REFUSED).startswith(b"11")
    return system, loan, heard, line


def test_a_bare_no_is_left_alone_unless_the_profile_says_otherwise(behind):
    _, _, heard, line = refused(behind, status="false")
    assert (heard[0].reason, heard[0].note) == (Reason.DECLINED, "No")
    assert line.hears() == []


def test_a_card_that_was_looked_at_for_its_pin_tells_why_without_a_question(behind):
    _, _, heard, line = refused(behind, Secret("1234"), status="false")
    assert (heard[0].reason, heard[0].note) == (Reason.TOO_MANY_LOANS, "No")
    assert line.hears() == []


def test_the_card_is_asked_about_after_a_bare_no(behind):
    _, _, heard, line = refused(behind, **WHY)
    assert line.answers(MARKED).startswith(b"63")
    assert (heard[0].reason, heard[0].note, heard[0].item.title) == (Reason.TOO_MANY_LOANS, "No", "War")
    assert line.hears() == []


def test_the_item_is_asked_about_where_the_card_is_good(behind):
    _, _, heard, line = refused(behind, **WHY)
    line.answers(UNMARKED)
    assert line.answers(ON_SHELF).startswith(b"17")
    assert heard[0].reason is Reason.ITEM_ON_HOLD


@pytest.mark.parametrize("told", [UNMARKED.replace(b"BLY", b"BVmuch|BLY"), UNMARKED.replace(b"64", b"18")])
def test_a_refusal_stands_as_it_is_where_nothing_can_be_made_of_the_answer(behind, told):
    _, _, heard, line = refused(behind, **WHY)
    line.answers(told)
    assert (heard[0].reason, heard[0].note) == (Reason.DECLINED, "No")
    assert line.gone, "what it says next may belong to something else as well"


def test_a_refusal_stands_as_it_is_where_the_system_is_away(behind):
    system, _, heard, _ = refused(behind, **WHY)
    while not heard:
        system.lines[-1].breaks()
    assert (heard[0].reason, heard[0].note) == (Reason.DECLINED, "No")


def test_a_refusal_does_not_wait_long_for_its_reason(behind):
    system, _, heard, line = refused(behind, **WHY)
    line.hears()
    system.clock.advance(TO_ASK_WHY)
    assert heard[0].reason is Reason.DECLINED


def test_a_loan_is_known_not_to_be_done_if_time_runs_out_while_the_reason_is_asked_for(behind):
    system, loan, heard, line = refused(behind, **WHY)
    line.hears()
    loan.cancel()
    assert isinstance(heard[0], SystemUnavailable)
    system.clock.advance(TO_ASK_WHY)
    assert len(heard) == 1


def test_a_loan_is_known_not_to_be_done_if_the_question_about_the_pin_was_lost(behind):
    """Whether the connection broke, or the deadline came."""
    for lose in (lambda line, loan: line.breaks(), lambda line, loan: loan.cancel()):
        system = behind(profile={"status": "false"})
        loan = Deferred.fromCoroutine(
            system.adapter.perform(Checkout(PatronId("R1"), ItemId("B1"), Secret("1234")))
        )
        heard = Heard(loan)
        while not heard:
            line = system.lines[-1]
            assert line.hears()[0].startswith(b"63")
            lose(line, loan)

        assert isinstance(heard[0], SystemUnavailable)
        assert all(each.hears() == [] for each in system.lines)


def test_a_loan_is_known_not_to_be_done_if_the_answer_about_the_pin_fits_nothing(behind):
    system = behind()
    heard = system.performs(Checkout(PatronId("R1"), ItemId("B1"), Secret("1234")))
    (line,) = system.lines
    line.answers(STATUS)
    line.answers(CARD.replace(b"BLY", b"BVmuch|BLY") % b"Y")

    assert isinstance(heard[0], SystemUnavailable)
    assert line.hears() == []
    assert line.gone, "what it says next may belong to something else as well"
