"""What becomes of operations when ALEPH fails: over real sockets, with faults that are ordered."""

from datetime import timedelta

import pytest

from aleph_site import BY_X_SERVER, FREE, GOOD, LATE, LENT, OVERDUE, PIN
from simulated import NOW
from softdock.adapters import AdapterSettingsError
from softdock.circulation.errors import AnswerLost, MalformedReply, Misconfigured, SystemUnavailable
from softdock.circulation.journal import Effect
from softdock.circulation.operations import (
    CancelHold,
    Checkin,
    Checkout,
    LookupItem,
    LookupPatron,
    PlaceHold,
    Renew,
)
from softdock.circulation.outcomes import Done
from softdock.circulation.patrons import PatronList
from softdock.kit.simulators import Harm

pytestmark = pytest.mark.socket

LOAN = Checkout(GOOD, FREE)
READINGS = [(LookupPatron(GOOD), "bor-info"), (LookupItem(FREE), "find"), (LookupItem(FREE), "item-data")]
CHANGES = [(Renew(GOOD, LENT), "renew"), (PlaceHold(GOOD, OVERDUE), "hold-req")]


def effect(site, operation, since=NOW, **changes):
    return site.real.result_of(site.usual(**changes).find_effect(operation, "OP-1", since))


# --- whose fault it is -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("operation", "call"), [*READINGS, *CHANGES])
@pytest.mark.parametrize("harm", [Harm.RIGHTS, Harm.SESSION])
def test_a_login_in_place_of_a_reply_is_no_fault_of_the_patron_s(site, operation, call, harm):
    """Whatever was asked for."""
    site.faults.next(harm, call)

    with pytest.raises(Misconfigured):
        site.ask(operation, operations=BY_X_SERVER)


@pytest.mark.parametrize(("operation", "call"), READINGS)
def test_a_page_in_place_of_a_reading_is_a_fault_of_the_settings(site, operation, call):
    site.faults.next(Harm.PAGE, call)

    with pytest.raises(Misconfigured):
        site.ask(operation)


@pytest.mark.parametrize(("operation", "call"), CHANGES)
@pytest.mark.parametrize("carried_out", [False, True])
def test_a_page_in_place_of_a_change_tells_nothing_of_it(site, operation, call, carried_out):
    """It may have been carried out behind the gateway that made the page."""
    site.faults.next(Harm.PAGE, call, carried_out=carried_out)

    with pytest.raises(MalformedReply):
        site.ask(operation, operations=BY_X_SERVER)


def test_a_shut_door_is_never_a_wrong_pin(site):
    site.faults.next(Harm.RIGHTS, "bor-auth")

    with pytest.raises(Misconfigured):
        site.ask(LookupPatron(GOOD, PIN))


def test_a_wrong_account_shows_at_once(site):
    with pytest.raises(Misconfigured, match="User name or password"):
        site.ask(LookupPatron(GOOD), user="NOBODY")


def test_a_library_that_is_not_there_is_no_unknown_patron(site):
    with pytest.raises(Misconfigured, match="not defined"):
        site.ask(LookupPatron(GOOD), adm_library="XXX50")


def test_a_path_that_leads_nowhere_is_told(site):
    url = site.running.url + "somewhere"

    with pytest.raises((Misconfigured, MalformedReply)):
        site.ask(LookupPatron(GOOD), reading={"url": url})


def test_what_is_missing_in_the_settings_is_told_by_its_key(site):
    with pytest.raises(AdapterSettingsError) as caught:
        site.adapter(reading={}, circulation={"address": "nowhere"}, translate="maybe")

    assert {place for place, _ in caught.value.complaints} >= {"translate"}


# --- whether anything was done -----------------------------------------------------------------------------


@pytest.mark.parametrize(("operation", "call"), READINGS)
@pytest.mark.parametrize("harm", [Harm.ERROR, Harm.RESET, Harm.HALF, Harm.HUGE])
def test_a_reading_that_fails_leaves_nothing_open(site, operation, call, harm):
    site.faults.every(harm, call)
    with pytest.raises((SystemUnavailable, MalformedReply)):
        site.ask(operation)

    site.faults.clear()
    assert isinstance(site.ask(operation), Done)


@pytest.mark.parametrize(("operation", "call"), CHANGES)
@pytest.mark.parametrize("harm", [Harm.ERROR, Harm.RESET, Harm.HUGE])
@pytest.mark.parametrize("carried_out", [False, True])
def test_of_a_change_without_a_good_answer_nobody_knows(site, operation, call, harm, carried_out):
    site.faults.next(harm, call, carried_out=carried_out)

    with pytest.raises((AnswerLost, MalformedReply)):
        site.ask(operation, operations=BY_X_SERVER)
    assert site.calls.count(call) == 1


@pytest.mark.parametrize(("operation", "call"), CHANGES)
def test_half_an_answer_is_none(site, operation, call):
    site.faults.next(Harm.HALF, call)

    with pytest.raises((AnswerLost, MalformedReply)):
        site.ask(operation, operations=BY_X_SERVER)


def test_a_reply_whose_charset_is_declared_wrongly_is_told_or_read_right(site):
    """Of ASCII nothing is lost."""
    site.faults.next(Harm.CHARSET, "bor-info")

    assert site.done(LookupPatron(GOOD)).patron.name == "Anna Sample"


def test_a_loan_whose_answer_is_lost_is_not_sent_again(site):
    site.faults.every(Harm.RESET, "11", carried_out=True)

    with pytest.raises(AnswerLost):
        site.ask(LOAN)
    assert site.books.copy(FREE).loan is not None


# --- what is found afterwards ------------------------------------------------------------------------------


def test_a_loan_that_never_came_about_is_found_not_to_be_there(site):
    site.faults.every(Harm.RESET, "11")
    with pytest.raises(AnswerLost):
        site.ask(LOAN)

    assert effect(site, LOAN) is Effect.NOT_YET


def test_a_loan_that_came_about_is_read_with_its_beginning_by_the_x_server(site):
    """ALEPH tells the minute: one that began in the minute after the claim is of this operation."""
    site.clock.advance(seconds=40)
    site.faults.every(Harm.RESET, "11", carried_out=True)
    with pytest.raises(AnswerLost):
        site.ask(LOAN)

    assert effect(site, LOAN, NOW - timedelta(seconds=5)) is Effect.DONE
    assert site.calls[-4:] == ["find", "present", "item-data", "bor-info"]


def test_a_loan_that_began_in_the_minute_of_the_claim_is_left_to_a_person(site):
    """It may be one that the patron has made before, and is theirs by right."""
    site.clock.advance(seconds=40)
    site.done(LOAN)

    assert effect(site, LOAN, NOW + timedelta(seconds=35)) is Effect.UNCLEAR


def test_an_older_loan_is_never_taken_for_the_one_that_was_lost(site):
    only_new = Checkout(LATE, OVERDUE, renewal_allowed=False)

    assert effect(site, only_new) is Effect.NOT_YET


def test_a_loan_of_somebody_else_is_not_taken_for_it_either(site):
    assert effect(site, Checkout(GOOD, OVERDUE)) is Effect.NOT_YET


def test_a_return_whose_answer_was_lost_is_seen_by_the_item(site):
    returned = Checkin(LENT)
    site.faults.every(Harm.RESET, "09", carried_out=True)
    with pytest.raises(AnswerLost):
        site.ask(returned)
    assert effect(site, returned) is Effect.DONE

    site.faults.clear()
    site.done(LOAN)
    site.faults.every(Harm.RESET, "09")
    with pytest.raises(AnswerLost):
        site.ask(Checkin(FREE))
    assert effect(site, Checkin(FREE)) is Effect.NOT_YET


def test_a_hold_whose_answer_was_lost_is_seen_by_what_the_patron_waits_for(site):
    hold = PlaceHold(GOOD, OVERDUE)
    assert effect(site, hold) is Effect.NOT_YET
    site.done(hold)
    assert effect(site, hold) is Effect.UNCLEAR

    cancel = CancelHold(GOOD, OVERDUE)
    assert effect(site, cancel) is Effect.NOT_YET
    site.done(cancel)
    assert effect(site, cancel) is Effect.DONE


def test_nothing_is_concluded_where_nothing_can_be_read(site):
    site.done(LOAN)
    site.faults.every(Harm.RESET, "find")

    with pytest.raises(SystemUnavailable):
        effect(site, LOAN)


# --- one of two back ends is away --------------------------------------------------------------------------


def test_it_is_there_only_if_both_are(site):
    adapter = site.usual()
    site.real.result_of(adapter.probe())
    assert {"ping", "99"} <= {each.call for each in site.running.requests}

    site.faults.every(Harm.RESET, "ping")
    with pytest.raises(SystemUnavailable):
        site.real.result_of(adapter.probe())
    site.faults.clear()
    site.faults.every(Harm.RESET, "99")
    with pytest.raises((SystemUnavailable, AnswerLost)):
        site.real.result_of(adapter.probe())


def test_where_lending_is_away_reading_goes_on(site):
    site.faults.every(Harm.RESET, "11")
    with pytest.raises(AnswerLost):
        site.ask(LOAN)

    assert site.done(LookupPatron(GOOD, wanted=PatronList.LOANS)).patron.counts.loans == 1
