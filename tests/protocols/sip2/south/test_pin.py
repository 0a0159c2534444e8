"""A PIN that comes with a change of the books is checked by a question of its own, where the system does not check it."""

import pytest

from softdock.circulation.identifiers import ItemId, PatronId, Secret, TitleId
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    EnablePatron,
    EndSession,
    LookupPatron,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.outcomes import Refused
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2 import south
from systems import NOW, a_system, said

CARD, ITEM, PIN = PatronId("R1"), ItemId("I1"), Secret("1234")

WITH_PIN = [
    Checkout(CARD, ITEM, PIN),
    Renew(CARD, ITEM, pin=PIN),
    RenewAll(CARD, PIN),
    PlaceHold(CARD, ITEM, pin=PIN),
    ChangeHold(CARD, title=TitleId("T"), pin=PIN),
    CancelHold(CARD, ITEM, pin=PIN),
    PayFee(CARD, Money(1, "CNY"), PIN),
    EnablePatron(CARD, PIN),
]


@pytest.mark.parametrize("operation", WITH_PIN, ids=lambda each: type(each).__name__)
def test_a_change_with_a_pin_is_asked_about_first(operation):
    question = south.pin_question(operation, a_system())

    assert isinstance(question, m.PatronInformation)
    assert (question.patron_identifier, question.patron_password) == ("R1", "1234")
    assert question.summary == " " * 10


@pytest.mark.parametrize("operation", WITH_PIN, ids=lambda each: type(each).__name__)
def test_a_system_that_checks_the_pin_itself_is_not_asked_twice(operation):
    code = south.write(operation, a_system()).layout.code

    assert south.pin_question(operation, a_system(pin_checked_in=frozenset({code}))) is None


@pytest.mark.parametrize(
    "operation",
    [
        Checkout(CARD, ITEM),
        Checkout(CARD, ITEM, Secret("")),
        Checkin(ITEM),
        UpdateItem(ITEM, ""),
        BlockPatron(CARD),
        LookupPatron(CARD, PIN),
        EndSession(CARD, PIN),
    ],
    ids=lambda each: type(each).__name__,
)
def test_without_a_pin_or_without_a_change_there_is_nothing_to_ask(operation):
    assert south.pin_question(operation, a_system()) is None


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        ("AE王|BLY|CQY|", None),
        ("AE王|BLY|CQN|", Reason.PIN_WRONG),
        ("AE王|BLY|", Reason.PIN_REQUIRED),
        ("AE|BLN|CQN|", Reason.PATRON_UNKNOWN),
    ],
)
def test_only_a_right_pin_lets_the_change_go_on(rest, reason):
    operation, system = WITH_PIN[0], a_system()
    question = south.pin_question(operation, system)
    response = said(f"64{' ' * 14}000{NOW}{'0000' * 6}AOCQL|AAR1|{rest}")

    assert south.pin_refusal(operation, question, response, system) == (reason and Refused(reason))


def test_a_system_with_23_alone_is_asked_by_it():
    system = a_system(supported=frozenset({"11", "23"}))
    south.capabilities(None, system)
    question = south.pin_question(WITH_PIN[0], system)

    assert isinstance(question, m.PatronStatus)
    response = said(f"24{' ' * 14}000{NOW}AOCQL|AAR1|AE王|BLY|CQY|")
    assert south.pin_refusal(WITH_PIN[0], question, response, system) is None
