"""What is asked before anything is changed may fail in every way: nothing has happened then."""

import pytest

from ncip_behind import NcipBehind
from softdock.circulation.errors import AnswerLost, MalformedReply, SystemUnavailable, Unsupported
from softdock.circulation.identifiers import ItemId, PatronId, Secret, TitleId
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    AmendItem,
    AmendPatron,
    CancelHold,
    ChangeHold,
    Checkout,
    EnablePatron,
    LookupPatron,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
)
from softdock.protocols.ncip import south

WANG, BOOK, PIN = PatronId("R0001"), ItemId("CD0001"), Secret("1234")
LOST = [AnswerLost("the answer did not come in time"), MalformedReply("NCIP", "an answer", "")]
FIRST_A_QUESTION = [
    Checkout(WANG, BOOK, PIN),
    Renew(WANG, BOOK, pin=PIN),
    Renew(WANG, title=TitleId("T1")),
    RenewAll(WANG),
    PlaceHold(WANG, BOOK, pin=PIN),
    CancelHold(WANG, BOOK, pin=PIN),
    CancelHold(WANG, title=TitleId("T1")),
    ChangeHold(WANG, BOOK, pickup_location="3F"),
    PayFee(WANG, Money(500, "CNY"), pin=PIN),
    EnablePatron(WANG, PIN),
    AmendPatron(WANG, name="Wang"),
    AmendItem(BOOK, title="T"),
]


class Losing:
    """A system that never answers the service `lost`, or any whatever; counts those it was asked for."""

    def __init__(self, error, lost=None):
        self.behind = NcipBehind(profile="standard")
        self.error = error
        self.lost = lost
        self.asked = []

    async def ask(self, message):
        self.asked.append(message.body.name)
        if self.lost in (None, message.body.name):
            raise self.error
        return await self.behind._ask(message)

    def outcome(self, operation):
        return self.behind.partner.finished(
            south.perform(operation, south.Talk(self.behind.system, self.ask))
        )


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("wish", FIRST_A_QUESTION, ids=lambda wish: type(wish).__name__)
def test_a_change_of_which_only_a_question_was_lost_was_not_made(wish, error):
    system = Losing(error)

    with pytest.raises(SystemUnavailable):
        system.outcome(wish)

    (asked,) = system.asked
    assert asked.startswith("Lookup")


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
def test_a_change_that_was_sent_may_have_been_made(error):
    system = Losing(error, "CheckOutItem")

    with pytest.raises(type(error)):
        system.outcome(Checkout(WANG, BOOK, PIN))

    assert system.asked == ["LookupUser", "CheckOutItem"]


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
def test_a_question_that_is_all_there_is_stays_what_it_is(error):
    with pytest.raises(type(error)):
        Losing(error).outcome(LookupPatron(WANG))


def test_a_hold_is_changed_where_the_system_then_says_that_it_shows_none():
    """How it stands is asked first, because a value is deleted as it was; whoever does not tell keeps nobody from it."""
    system = Losing(Unsupported("no LookupRequest"), "LookupRequest")
    system.behind.done(PlaceHold(WANG, BOOK, pickup_location="1F"))

    changed = system.outcome(ChangeHold(WANG, BOOK, pickup_location="3F"))

    assert changed.result.pickup_location == "3F"
    assert system.asked == ["LookupRequest", "UpdateRequestItem"]
