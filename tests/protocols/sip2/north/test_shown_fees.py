"""A yes to a fee (BO) is a yes to what this device has shown this patron for this item, and to no more."""

from dataclasses import replace

import pytest

from softdock.circulation.identifiers import ItemId
from softdock.circulation.items import FeeType, Item
from softdock.circulation.money import Money
from softdock.circulation.outcomes import Done, Lent, Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2 import north
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.north.shown_fees import MOST_SHOWN, ShownFees
from stubs import an_account
from terminals import a_terminal

CHECKOUT = m.Checkout(
    institution_id="LIB", patron_identifier="R1", item_identifier="I1", terminal_password=""
)
RENEW = m.Renew(institution_id="LIB", patron_identifier="R1", item_identifier="I1")
TWO, THREE = Money(200, "CNY"), Money(300, "CNY")


def costs(fee, reason=Reason.FEE_NOT_ACKNOWLEDGED):
    return Refused(reason, item=Item(ItemId("I1"), "War"), fee=fee, fee_type=FeeType.RENTAL)


def agreed(terminal, message=CHECKOUT):
    """What a yes to `message` is a yes to."""
    operation = north.read(replace(message, fee_acknowledged="Y"), terminal)
    assert operation.fee_acknowledged
    return operation.acknowledged_fee


def shows(terminal, outcome, message=CHECKOUT):
    """The device asks `message`, and shows what came of it."""
    north.read(message, terminal)
    return north.write(message, outcome, terminal)


@pytest.fixture
def terminal():
    return a_terminal()


@pytest.mark.parametrize("message", [CHECKOUT, RENEW, m.Renew(patron_identifier="R1", title_identifier="T1")])
def test_a_yes_is_to_the_amount_that_was_shown_last(terminal, message):
    shows(terminal, costs(TWO), message)
    assert agreed(terminal, message) == TWO
    assert shows(terminal, costs(THREE), replace(message, fee_acknowledged="Y")).fee_amount == "3.00"
    assert agreed(terminal, message) == THREE


def test_where_nothing_was_shown_a_yes_is_to_whatever_it_costs(terminal):
    """Some kiosks say yes always: their libraries charge what the catalogue says."""
    assert agreed(terminal) is None


def test_without_a_yes_nothing_is_agreed_to(terminal):
    shows(terminal, costs(TWO))
    assert north.read(CHECKOUT, terminal).acknowledged_fee is None
    assert north.read(replace(CHECKOUT, fee_acknowledged="N"), terminal).acknowledged_fee is None


def test_what_was_shown_for_one_item_is_no_yes_to_another(terminal):
    shows(terminal, costs(TWO))
    assert agreed(terminal, replace(CHECKOUT, item_identifier="I2")) is None
    assert agreed(terminal) == TWO


def test_a_loan_and_its_renewal_are_of_one_item(terminal):
    shows(terminal, costs(TWO))
    assert agreed(terminal, RENEW) == TWO


@pytest.mark.parametrize(
    "other",
    [
        m.PatronStatus(patron_identifier="R2"),
        replace(CHECKOUT, patron_identifier="R2"),
        m.EndPatronSession(patron_identifier="R1"),
        m.EndPatronSession(patron_identifier="R2"),
    ],
    ids=["asked about", "borrows", "leaves", "somebody leaves"],
)
def test_once_the_patron_has_left_nothing_is_known_of_what_was_shown(terminal, other):
    shows(terminal, costs(TWO))
    north.read(other, terminal)
    assert agreed(terminal) is None


def test_what_else_the_same_patron_asks_changes_nothing(terminal):
    shows(terminal, costs(TWO))
    for each in (m.PatronInformation(patron_identifier="R1"), m.ItemInformation(item_identifier="I9")):
        north.read(each, terminal)
    assert agreed(terminal) == TWO


def test_after_another_login_nothing_is_known_of_what_was_shown(terminal):
    shows(terminal, costs(TWO))
    terminal.log_in(an_account(name="other"), terminal.dialect, terminal.clock, "CNY")
    assert agreed(terminal) is None


@pytest.mark.parametrize(
    "outcome",
    [
        costs(TWO, Reason.PATRON_BLOCKED),
        costs(None),
        Done(Lent(Item(ItemId("I1")), "R1", None, fee=TWO)),
        Unknown(),
    ],
    ids=["another reason", "no amount", "what it has cost", "nobody knows"],
)
def test_what_asks_for_no_yes_is_not_kept(terminal, outcome):
    shows(terminal, outcome)
    assert agreed(terminal) is None


def test_a_refusal_that_was_joined_over_another_connection_is_shown_there(terminal):
    """By the rule for repeats the outcome is the first one's, told once more."""
    first, outcome = a_terminal(), costs(TWO)
    shows(first, outcome)
    shows(terminal, outcome)
    assert agreed(terminal) == TWO


@pytest.mark.parametrize("hidden", ["BV", "BH"])
def test_an_amount_that_the_profile_withholds_was_not_shown(hidden):
    terminal = a_terminal(Dialect(language="en", omitted={"12": frozenset({hidden})}))
    shows(terminal, costs(TWO))
    assert agreed(terminal) is None


def test_few_amounts_are_kept():
    """However many items somebody puts down, and takes away again."""
    fees = ShownFees()
    for number in range(MOST_SHOWN + 1):
        fees.show("R1", f"I{number}", Money(number, "CNY"))
    fees.show("R1", "I1", TWO)
    fees.show("R1", "one more", THREE)
    kept = [number for number in range(MOST_SHOWN + 1) if fees.of("R1", f"I{number}") is not None]
    assert kept == [1, *range(3, MOST_SHOWN + 1)]
    assert fees.of("R1", "I1") == TWO


@pytest.mark.parametrize(("patron", "item"), [(None, "I1"), ("", "I1"), ("R1", None), ("R1", "")])
def test_what_names_nobody_or_nothing_is_not_kept(patron, item):
    fees = ShownFees()
    fees.show(patron, item, TWO)
    assert fees.of(patron, item) is None
    assert fees.patron is None
