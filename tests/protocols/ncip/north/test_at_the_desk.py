"""A partner meets the same desk as a device: its time, its breakers, its downtimes, its rights and its PINs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from twisted.internet.defer import Deferred

from ncip_partner import NOW, NcipPartner, problems
from ncip_requests import CARD, ITEM, MINIMAL, PIN, USER
from softdock.circulation.capabilities import Right
from softdock.circulation.errors import AnswerLost, SystemUnavailable
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.items import Item
from softdock.circulation.locale.en import WORDING
from softdock.circulation.operations import Checkin, LookupItem, LookupPatron
from softdock.circulation.outcomes import Done, Lent, PatronReport, PinCheck, Refused, Returned
from softdock.circulation.patrons import Patron
from softdock.circulation.reasons import Reason
from softdock.consortium.directory import Downtime
from softdock.protocols.ncip.north.partner import Profile
from stubs import StubSystem

ANNA = Patron(PatronId("R0001"), "Anna")
BOOK = Item(ItemId("CD0001"), "A title")
LENT = Done(Lent(BOOK, ANNA.id, NOW + timedelta(days=30)))
TEMPORARY = ["Temporary Processing Failure"]
NAME = "<UserElementType>Name Information</UserElementType>"
LOAN = f"<CheckOutItem>{USER}{ITEM}</CheckOutItem>"
LOOKUP = f"<LookupUser>{USER}</LookupUser>"
LISTS = (
    f"<LookupUser>{USER}<LoanedItemsDesired/><RequestedItemsDesired/><UserFiscalAccountDesired/></LookupUser>"
)


class Slow(NcipPartner):
    """A partner of a library whose system answers when it is told to."""

    def __init__(self, profile=None, **account):
        self.answers = []
        super().__init__(profile, StubSystem(self._waits), **account)

    def _waits(self, operation):
        self.answers.append(Deferred())
        return self.answers[-1]

    def passes(self, seconds, outcome=None):
        """So much time; then the last question is answered with `outcome`."""
        self.clock.advance(seconds)
        if outcome is not None:
            self.answers[-1].callback(outcome)


def details(response):
    return [each.value("ProblemDetail") for each in response.all("Problem")]


# --- time -----------------------------------------------------------------------------------------------


def test_a_partner_of_a_system_that_is_too_slow_is_told_to_see_the_desk_in_time():
    partner = Slow()
    heard = partner.begins(LOAN)
    partner.passes(7.9)
    assert not heard
    partner.passes(0.1)
    assert problems(heard[0]) == TEMPORARY
    assert details(heard[0]) == [WORDING[Reason.OUTCOME_UNKNOWN]]


def test_all_lists_of_a_patron_are_told_in_the_time_of_one_or_none_is():
    """An answer without a list that was asked for would look like a patron who has nothing."""
    partner = Slow()
    heard = partner.begins(LISTS)
    partner.passes(3, Done(PatronReport(ANNA)))
    partner.passes(3, Done(PatronReport(ANNA)))
    partner.passes(1.9)
    assert not heard
    partner.passes(0.1)
    assert problems(heard[0]) == TEMPORARY
    assert len(partner.system.asked) == 3


def test_a_set_of_many_items_has_the_time_of_one_request():
    partner = Slow()
    items = "".join(ITEM.replace("CD0001", f"CD{number:04}") for number in range(100))
    heard = partner.begins(f"<LookupItemSet>{items}</LookupItemSet>")
    for _ in range(7):
        partner.passes(1, Done(BOOK))
    partner.passes(1)
    assert problems(heard[0]) == TEMPORARY
    assert len(partner.system.asked) == 8


def test_what_may_be_left_out_is_left_out_when_the_time_is_up():
    """The loan is told, and nothing of the patron."""
    partner = Slow()
    heard = partner.begins(LOAN.replace("</CheckOutItem>", f"{NAME}</CheckOutItem>"))
    partner.passes(6, LENT)
    assert partner.system.asked[-1] == LookupPatron(ANNA.id)
    partner.passes(2)
    assert heard[0].value("DateDue") == "2026-04-01T02:00:00Z"
    assert not heard[0].has("UserOptionalFields")


WITHOUT_END = Done(Lent(BOOK, ANNA.id, None))


def test_a_loan_whose_end_is_not_found_out_in_time_is_taken_back_in_the_reserve():
    """Which is a second, so that the answer still comes within what was promised."""
    partner = Slow()
    heard = partner.begins(LOAN)
    partner.passes(5, WITHOUT_END)
    assert isinstance(partner.system.asked[-1], LookupItem)
    partner.passes(3)
    assert partner.system.asked[-1] == Checkin(BOOK.id, cancel=True, borrower=ANNA.id)
    partner.passes(0.9)
    assert not heard
    partner.passes(0.1)
    assert problems(heard[0]) == TEMPORARY
    assert partner.clock.seconds() < partner.desk.status(partner.account, "en").timeout


def test_a_loan_that_is_taken_back_is_denied():
    partner = Slow()
    heard = partner.begins(LOAN)
    for outcome in (WITHOUT_END, Done(BOOK), Done(Returned(BOOK))):
        partner.passes(0, outcome)
    assert problems(heard[0]) == TEMPORARY


def test_a_loan_that_cannot_be_taken_back_is_not_denied():
    """Whoever heard no would leave the item there, and have it on the card."""
    partner = Slow()
    heard = partner.begins(LOAN)
    for outcome in (WITHOUT_END, Done(BOOK), Refused(Reason.SYSTEM_UNAVAILABLE)):
        partner.passes(0, outcome)
    assert problems(heard[0]) == []
    assert heard[0].has("IndeterminateLoanPeriodFlag")


def test_a_loan_that_is_gone_when_it_is_to_be_taken_back_is_denied():
    partner = Slow()
    heard = partner.begins(LOAN)
    for outcome in (WITHOUT_END, Done(BOOK), Refused(Reason.ITEM_NOT_LENT)):
        partner.passes(0, outcome)
    assert problems(heard[0]) == TEMPORARY


def test_a_change_for_which_no_time_is_left_is_not_begun():
    """What was found out took all of it; the patron is as before, and nobody has to find out whether."""
    partner = Slow()
    added = "<AddUserFields><UserLanguage>eng</UserLanguage></AddUserFields>"
    heard = partner.begins(f"<UpdateUser>{USER}{added}</UpdateUser>")
    partner.passes(8)
    assert problems(heard[0]) == TEMPORARY
    assert [type(each) for each in partner.system.asked] == [LookupPatron]


# --- a system that is away, or has too much to do --------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "reason"),
    [(SystemUnavailable("away"), Reason.SYSTEM_UNAVAILABLE), (AnswerLost("cut off"), Reason.OUTCOME_UNKNOWN)],
)
def test_a_loan_that_fails_is_told_as_devices_are_told(error, reason):
    response = NcipPartner(system=StubSystem(lambda _: error)).ask(LOAN)
    assert problems(response) == TEMPORARY
    assert details(response) == [WORDING[reason]]


def test_a_system_that_is_away_is_not_asked_for_partners_either():
    partner = NcipPartner(system=StubSystem(lambda _: SystemUnavailable("away"), probe=Deferred))
    for _ in range(20):
        assert problems(partner.ask(LOOKUP)) == TEMPORARY
    assert len(partner.system.asked) < 20
    assert partner.observer.withheld_from[-1] == ("CDL", "breaker")


def test_no_more_partners_wait_at_a_system_than_may():
    partner = Slow()
    partner.keep(concurrent=3)
    waiting = [partner.begins(LOOKUP) for _ in range(3)]
    (turned_away,) = partner.begins(LOOKUP)
    assert problems(turned_away) == TEMPORARY
    assert details(turned_away) == [WORDING[Reason.SYSTEM_BUSY]]
    partner.answers[0].callback(Done(PatronReport(ANNA)))
    assert [len(each) for each in waiting] == [1, 0, 0]


def test_in_a_downtime_a_partner_is_told_so_in_its_language():
    partner = NcipPartner(Profile(language="zh"))
    partner.keep(downtime=Downtime(None, NOW + timedelta(hours=1), {"zh": "系统维护", "en": "maintenance"}))
    response = partner.ask(LOAN)
    assert problems(response) == TEMPORARY
    assert "系统维护" in details(response)[0]
    assert problems(partner.ask(LOOKUP)) == TEMPORARY
    partner.keep(downtime=None)
    assert problems(partner.ask(LOAN)) == []


# --- who may do what -------------------------------------------------------------------------------------

NEEDS = {
    Right.LOOKUP: {"LookupItem", "LookupItemSet", "LookupRequest", "LookupUser"},
    Right.CIRCULATE: {"CheckInItem", "CheckOutItem", "RenewItem", "UndoCheckOutItem"},
    Right.HOLD: {"CancelRequestItem", "RequestItem"},
    Right.PAY: {"CreateUserFiscalTransaction"},
}
"""The services that do one thing, by what one has to be allowed."""


@pytest.mark.parametrize("right", NEEDS)
def test_what_an_account_may_not_do_its_partner_is_told_so(right):
    """And what it may, it does; nothing is asked of the system that may not be."""
    allowed = NcipPartner(system=StubSystem(lambda _: Refused(Reason.DECLINED)), rights=frozenset({right}))
    denied = NcipPartner(system=StubSystem(), rights=frozenset(Right) - {right})
    for service in sorted(NEEDS[right]):
        request = f"<{service}>{MINIMAL[service]}</{service}>"
        assert "Unauthorized" in problems(denied.ask(request))[0], service
        assert denied.system.asked == []
        assert "Unauthorized" not in problems(allowed.ask(request))[0], service
    assert allowed.system.asked


@pytest.mark.parametrize(
    "service", ["CheckOutItem", "RenewItem", "RequestItem", "CancelRequestItem", "CreateUserFiscalTransaction", "LookupUser"]
)  # fmt: skip
def test_an_account_that_requires_pins_does_nothing_for_a_patron_without(service):
    partner = NcipPartner(system=StubSystem(), require_pin=True)
    response = partner.ask(f"<{service}>{MINIMAL[service]}</{service}>")
    assert problems(response) == ["User Authentication Failed"]
    assert partner.system.asked == []


def test_a_partner_that_guesses_pins_is_slowed_down_as_a_kiosk_is():
    """What it has guessed counts, whoever comes next with that card."""
    wrong = Done(PatronReport(ANNA, pin=PinCheck.WRONG))
    partner = NcipPartner(system=StubSystem(lambda _: wrong))
    guess = f"<LookupUser>{CARD}{PIN}</LookupUser>"
    for _ in range(5):
        assert problems(partner.ask(guess)) == ["User Authentication Failed"]
    held_back, heard = partner.begins(guess), []
    kiosk = replace(partner.account, name="kiosk")
    work = partner.desk.perform(kiosk, LookupPatron(ANNA.id, pin=Secret("1234")))
    Deferred.fromCoroutine(work).addCallback(heard.append)
    assert (held_back, heard) == ([], [])
    partner.clock.advance(30)
    assert problems(held_back[0]) == ["User Authentication Failed"]
    assert heard == [wrong]
    assert problems(partner.ask(guess.replace("R0001", "R0002"))) == ["User Authentication Failed"]


def test_who_guesses_too_fast_is_told_to_come_later():
    wrong = Done(PatronReport(ANNA, pin=PinCheck.WRONG))
    partner = NcipPartner(system=StubSystem(lambda _: wrong))
    guess = f"<LookupUser>{CARD}{PIN}</LookupUser>"
    told = []
    for _ in range(12):
        heard = partner.begins(guess)
        partner.clock.advance(3)
        told += details(heard[0])
    assert WORDING[Reason.PIN_TRY_LATER] in told
    assert len(partner.system.asked) < 12
