"""The tables of what SIP2 cannot tell a system, or a system SoftDock, hold exactly what makes no difference."""

from dataclasses import fields, replace

import pytest

from softdock.circulation.errors import MalformedReply
from softdock.circulation.holds import HoldKind
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    EnablePatron,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
)
from softdock.circulation.outcomes import Refused
from softdock.circulation.patrons import PatronList
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2 import south
from softdock.protocols.sip2.codec import encode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import LAYOUTS
from softdock.protocols.sip2.south.losses import ANSWERS, REQUESTS, lost_in
from softdock.protocols.sip2.south.vendor_fields import RequestRules
from systems import a_system
from varied import Noticed, bare, declared, full
from varied_messages import changed

SYSTEM = a_system()
WIRE = Dialect()
KINDS = list(south.TRANSLATIONS)
LISTS = [each for each in PatronList if each not in {PatronList.FEES, PatronList.ALL_HOLDS}]
"""Of the others no summary asks, and so nothing is lost: the operation is not supported."""


def written(operation):
    if isinstance(operation, LookupPatron) and operation.wanted not in {None, *LISTS}:
        return operation.wanted
    request = south.write(operation, SYSTEM)
    return request if isinstance(request, Refused) else encode(request, WIRE)


@pytest.fixture(scope="module")
def requests():
    """Every attribute of every operation, on its way to the system."""
    looked = Noticed()
    for kind in KINDS:
        wanted = {"wanted": PatronList.LOANS} if kind is LookupPatron else {}
        for operation in (full(kind, **wanted), bare(kind, **wanted)):
            looked.look(operation, written)
    return looked


def test_what_no_request_carries_is_declared_and_nothing_else(requests):
    """Whoever adds an attribute has it sent, or says that it is lost."""
    approximated = {(PayFee, "payment_type")}
    assert requests.unnoticed == declared(REQUESTS) - approximated
    assert approximated <= declared(REQUESTS) & requests.noticed


def test_no_word_is_sent_as_another(requests):
    assert requests.confused == set()


def test_every_operation_that_sip2_has_is_looked_at():
    assert {each.kind for each in REQUESTS.tables} == set(KINDS)


PIN = Secret("1234")
OPERATIONS = [
    *map(bare, KINDS), bare(LookupPatron, pin=PIN), bare(EnablePatron, pin=PIN),
    *(bare(LookupPatron, wanted=each) for each in LISTS),
]  # fmt: skip
LACONIC = replace(SYSTEM, messages=frozenset({"23"}))
"""A system that has no 63."""


def asked():
    """Every operation, and the request to one system or another."""
    for operation in OPERATIONS:
        yield operation, south.write(operation, SYSTEM)
    yield bare(LookupPatron, pin=PIN), south.write(bare(LookupPatron, pin=PIN), LACONIC)


def read(operation, request, response):
    try:
        return south.read(operation, request, response, SYSTEM)
    except MalformedReply as error:
        return str(error)


@pytest.mark.parametrize("table", ANSWERS.tables, ids=lambda table: table.kind.__name__)
def test_what_no_outcome_takes_of_an_answer_is_declared_and_nothing_else(table):
    """Each field in turn, of yes and of no."""
    own, noticed = {each.name for each in fields(table.kind)}, set()
    for operation, request in asked():
        if LAYOUTS[m.RESPONSE_TO[request.layout.code]].cls is not table.kind:
            continue
        for flag in (True, False):
            known = {
                "ok": flag, "item_properties_ok": flag, "payment_accepted": flag, "fee_amount": "1.00",
                "title_identifier": "War", "personal_name": "Ada", "item_properties": "x",
                "patron_identifier": getattr(operation, "patron", None),
                "item_identifier": getattr(operation, "item", None) or "I1",
            }  # fmt: skip
            answer = table.kind(**{name: value for name, value in known.items() if name in own})
            noticed |= {
                name
                for name, other in changed(answer)
                if read(operation, request, other) != read(operation, request, answer)
            }
    assert own - noticed == {each.attribute for each in table.losses}


def test_every_answer_is_looked_at():
    assert {each.kind.layout.code for each in ANSWERS.tables} == set(m.RESPONSES) - {"94", "96", "98"}


# --- counting ---------------------------------------------------------------------------------------------

CARD, ITEM = PatronId("R1"), ItemId("I1")


def lost(operation, system=SYSTEM):
    return lost_in(operation, south.write(operation, system), system)


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        (Checkout(CARD, ITEM), ()),
        (Checkout(CARD, ITEM, hold=HoldId("H1")), ("checkout.hold",)),
        (Checkout(CARD, ITEM, fee_acknowledged=True, acknowledged_fee=Money(1, "CNY")), ()),
        (Checkin(ITEM, only_if_lent=True, borrower=CARD), ("checkin.only-if-lent",)),
        (PlaceHold(CARD, ITEM, kind=HoldKind.COPY), ("place-hold.kind",)),
        (PlaceHold(CARD, ITEM, kind=HoldKind.HOLD), ()),
        (ChangeHold(CARD, ITEM, hold=HoldId("H1")), ("change-hold.hold",)),
        (CancelHold(CARD, ITEM, hold=HoldId("H1")), ("cancel-hold.hold",)),
        (LookupItem(ITEM, (("XA", "1"),)), ("lookup-item.extra",)),
        (PayFee(CARD, Money(1, "CNY"), payment_type="06"), ()),
        (PayFee(CARD, Money(1, "CNY"), payment_type="Barter"), ("pay-fee.payment-type",)),
    ],
)
def test_what_a_system_is_not_told_is_named(operation, names):
    assert lost(operation) == names


def test_what_a_profile_may_pass_on_is_not_counted_where_it_says_what_is_passed_on():
    system = a_system(requests={"17": RequestRules(passed=frozenset({"XA"}))})
    assert lost(LookupItem(ITEM, (("XA", "1"),)), system) == ()
