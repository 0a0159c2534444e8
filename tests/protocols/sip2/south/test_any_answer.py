"""Whatever a system answers, an outcome comes of it or MalformedReply; whatever a device asks, it arrives as it was asked."""

from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sip2_strategies import messages, texts
from softdock.circulation.errors import MalformedReply
from softdock.circulation.identifiers import FeeId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    BlockPatron,
    CancelHold,
    ChangeHold,
    Checkin,
    Checkout,
    EnablePatron,
    EndSession,
    LookupItem,
    LookupPatron,
    PayFee,
    PlaceHold,
    Renew,
    RenewAll,
    UpdateItem,
)
from softdock.circulation.outcomes import Done, PinCheck, Refused
from softdock.circulation.patrons import PatronList
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2 import north, south
from softdock.protocols.sip2.charsets import PYTHON_CODECS, Charset
from softdock.protocols.sip2.codec import decode, encode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import LAYOUTS
from softdock.protocols.sip2.south.dialect import EntryForm, HoldLists, TextRule
from systems import a_system
from terminals import a_terminal

CARD, ITEM, PIN = PatronId("R1"), ItemId("I1"), Secret("1234")

OPERATIONS = [
    LookupPatron(CARD, PIN, PatronList.LOANS, 2, 3),
    LookupPatron(CARD, wanted=PatronList.FINES, first=7),
    LookupItem(ITEM),
    Checkout(CARD, ITEM, PIN),
    Checkin(ITEM),
    Renew(CARD, ITEM),
    Renew(CARD, title=TitleId("T1")),
    RenewAll(CARD),
    PlaceHold(CARD, title=TitleId("T1")),
    ChangeHold(CARD, ITEM),
    CancelHold(CARD, ITEM),
    PayFee(CARD, Money(1, "CNY"), fee=FeeId("F")),
    BlockPatron(CARD),
    EnablePatron(CARD, PIN),
    UpdateItem(ITEM, "x"),
    EndSession(CARD),
]
SYSTEMS = [
    a_system(),
    a_system(
        decimal_sign=",",
        negative_debts=True,
        hold_lists=HoldLists.ALL_IN_FIRST,
        entries=dict.fromkeys(PatronList, EntryForm.ITEM_AND_TITLE),
        missing_pin_answer=PinCheck.RIGHT,
        invalid_with_name=Reason.PATRON_BLOCKED,
        echoed=frozenset(),
        texts=(TextRule("a", frozenset(), Reason.ITEM_ON_HOLD),),
    ),
]
_RIGHT_ONE = {
    operation: m.RESPONSE_TO[south.write(operation, SYSTEMS[0]).layout.code] for operation in OPERATIONS
}


@given(st.data())
@settings(max_examples=60)
def test_no_answer_raises_anything_but_malformed_reply(data):
    operation = data.draw(st.sampled_from(OPERATIONS))
    system = data.draw(st.sampled_from(SYSTEMS))
    codes = st.one_of(st.just(_RIGHT_ONE[operation]), st.sampled_from(sorted(m.RESPONSES)))
    response = data.draw(messages(LAYOUTS[data.draw(codes)].cls))
    request = south.write(operation, system)
    try:
        outcome = south.read(operation, request, response, system)
    except MalformedReply:
        return
    assert isinstance(outcome, Done | Refused)


@given(st.data())
@settings(max_examples=60)
def test_no_text_of_an_answer_raises_anything_but_malformed_reply(data):
    """Fields in any order, twice, or with anything in them."""
    operation = data.draw(st.sampled_from(OPERATIONS))
    system = data.draw(st.sampled_from(SYSTEMS))
    layout = LAYOUTS[_RIGHT_ONE[operation]]
    fixed = layout.write_fixed(data.draw(messages(layout.cls)))
    ids = st.sampled_from([*layout.names, "XX"])
    values = st.one_of(
        texts(), st.sampled_from(["", " ", "Y", "N", "12.50", "None", "20260101    120000", "R1", "I1"])
    )
    rest = "|".join(
        f"{each}{value}" for each, value in data.draw(st.lists(st.tuples(ids, values), max_size=12))
    )
    with suppress(MalformedReply):
        south.read(operation, south.write(operation, system), layout.read(fixed[2:] + rest, "|"), system)


def asked(data, cls, charset):
    """A request of a device that a desk can act on."""
    message = data.draw(messages(cls, charset))
    if cls is m.FeePaid:
        cents = data.draw(st.integers(0, 10**9))
        message = replace(message, fee_amount=str(Money(cents, "CNY")), currency_type="CNY")
    if cls in {m.Hold, m.Renew}:
        message = replace(message, item_identifier=message.item_identifier or "I1")
    terminal = a_terminal()
    operation = north.read(message, terminal)
    assume(not isinstance(operation, Refused))
    return operation


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
REQUESTS = list(north.TRANSLATIONS)


@pytest.mark.parametrize("cls", REQUESTS, ids=lambda cls: cls.__name__)
@given(data=st.data())
@settings(max_examples=15)
def test_what_a_device_asks_arrives_at_the_system_as_it_was_asked(data, cls):
    """Read once more, the request to the system is the same operation; only vendor fields stay behind."""
    charset = data.draw(st.sampled_from(sorted(PYTHON_CODECS)))
    operation = asked(data, cls, charset)
    wire = Dialect(charset=Charset(charset), terminator=b"\r\n")
    request = south.write(operation, a_system(wire))
    if isinstance(request, Refused):
        named = [getattr(operation, each, None) for each in ("patron", "item", "title", "fee")]
        pin = getattr(operation, "pin", None)
        assert not all(each and each.isprintable() for each in named if each is not None) or (
            pin and not pin.reveal().isprintable()
        )
        return

    again = north.read(decode(encode(request, wire), wire).message, a_terminal())

    expected = {each.name: getattr(operation, each.name) for each in fields(operation)} | {"extra": ()}
    for name in ("happened", "returned"):
        if name in expected and expected[name] is None and getattr(again, name) is not None:
            expected[name] = NOON  # where the device does not say, and the message has to
    if isinstance(operation, LookupPatron) and operation.wanted is None:
        expected |= {"first": 1, "last": None}  # bounds of no list
    assert type(again) is type(operation)
    assert {each.name: getattr(again, each.name) for each in fields(again)} == expected
