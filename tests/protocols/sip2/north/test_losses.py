"""The tables of what SIP2 cannot tell a device, or a device SoftDock, hold exactly what makes no difference."""

from dataclasses import fields, replace

import pytest

from devices import Bench, Device
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.losses import Direction, words_of
from softdock.circulation.outcomes import (
    Done,
    HoldState,
    ItemUpdated,
    Lent,
    Paid,
    PatronReport,
    Refused,
    RenewedAll,
    Returned,
    SessionEnded,
    Unknown,
)
from softdock.circulation.patrons import Entry
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2 import north
from softdock.protocols.sip2.codec import encode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.north.losses import ANSWERS, REQUESTS, lost_in
from stubs import StubSystem
from terminals import a_terminal
from varied import Noticed, bare, declared, full
from varied_messages import changed

RESULTS = {
    m.PatronStatus: PatronReport,
    m.PatronInformation: PatronReport,
    m.BlockPatron: PatronReport,
    m.PatronEnable: PatronReport,
    m.EndPatronSession: SessionEnded,
    m.FeePaid: Paid,
    m.Checkout: Lent,
    m.Checkin: Returned,
    m.Renew: Lent,
    m.RenewAll: RenewedAll,
    m.Hold: HoldState,
    m.ItemInformation: Item,
    m.ItemStatusUpdate: ItemUpdated,
}
"""What each request is answered with when it is done."""

WIRE = Dialect()
SUMMARIES = [" " * 10, *(" " * place + "Y" + " " * (9 - place) for place in range(6))]


def requests():
    yield m.PatronStatus(patron_password="1234")
    for cls in north.TRANSLATIONS:
        yield from ([cls(summary=each) for each in SUMMARIES] if cls is m.PatronInformation else [cls()])


@pytest.fixture(scope="module")
def answers():
    """Every attribute of every outcome, on its way to the device in every message that may tell it."""
    looked, terminal = Noticed(), a_terminal()
    for request in requests():

        def written(outcome, request=request):
            return encode(north.write(request, outcome, terminal), WIRE)

        kind = RESULTS[type(request)]
        results = [full(kind), bare(kind)]
        if kind is PatronReport:
            results += [full(kind, entries=(bare(Entry),)), full(kind, reason=Reason.CARD_EXPIRED)]
        for result in results:
            looked.look(result, lambda result, written=written: written(Done(result)))
            looked.look_at_own(Done(result, "note"), written)
        for refused in (full(Refused, reason=Reason.CARD_EXPIRED), bare(Refused)):
            looked.look_at_own(refused, written)
        looked.look(full(Unknown), written)
    return looked


def test_what_no_answer_tells_is_declared_and_nothing_else(answers):
    """Whoever adds an attribute has it told, or says that it is lost."""
    assert answers.unnoticed == declared(ANSWERS)


def test_no_word_is_told_as_another(answers):
    """SIP2 has a code for each."""
    assert answers.confused == set()


def test_every_record_that_an_outcome_may_hold_is_looked_at(answers):
    assert {owner for owner, _ in answers.seen} == {each.kind for each in ANSWERS.tables}


@pytest.mark.parametrize("cls", list(north.TRANSLATIONS), ids=lambda cls: cls.__name__)
def test_what_no_operation_takes_of_a_message_is_declared_and_nothing_else(cls):
    """Each field in turn, of what shall happen and of what has happened already."""
    terminal = a_terminal()
    known = {
        "patron_identifier": "R1", "item_identifier": "I1", "fee_amount": "1.00", "currency_type": "CNY",
        "item_properties": "x", "no_block": True, "nb_due_date": "20260101    120000",
    }  # fmt: skip
    own = {each.name for each in fields(cls)}
    happened = cls(**{name: value for name, value in known.items() if name in own})
    bases = [happened] if "no_block" not in own else [happened, replace(happened, no_block=False)]
    if cls is m.PatronInformation:
        bases.append(replace(happened, summary=SUMMARIES[3]))
    noticed = {
        name
        for base in bases
        for name, other in changed(base)
        if north.read(other, terminal) != north.read(base, terminal)
    }
    (table,) = (each for each in REQUESTS.tables if each.kind is cls)
    assert own - noticed == {each.attribute for each in table.losses}


def test_every_request_is_looked_at():
    assert {each.kind for each in REQUESTS.tables} == set(north.TRANSLATIONS)


# --- counting ---------------------------------------------------------------------------------------------

CHECKOUT = m.Checkout(patron_identifier="R1", item_identifier="I1")
LOOKUP = m.ItemInformation(item_identifier="I1")
ITEM = Item(ItemId("I1"), "War", "Tolstoy", lendable=False)


def test_what_a_device_is_not_told_is_named():
    terminal = a_terminal()
    lent = Done(Lent(ITEM, PatronId("R1"), None, renewals=2))
    assert lost_in(CHECKOUT, lent, terminal) == ("lent.renewals",)
    assert lost_in(LOOKUP, Done(ITEM), terminal) == ("item.author", "item.lendable")


def test_what_is_told_in_passing_is_counted_where_it_is_asked_for():
    """Nobody who borrows asks who wrote the book."""
    terminal = a_terminal()
    assert lost_in(m.Checkin(), Done(Returned(ITEM)), terminal) == ()
    assert lost_in(CHECKOUT, Refused(Reason.DECLINED, item=ITEM), terminal) == ()


def test_the_front_counts_it_for_the_library_of_the_device():
    """And says nothing of which values they were."""
    bench = Bench(system=StubSystem(lambda operation: Done(replace(ITEM, id=operation.item))))
    device = Device(bench)
    device.says(b"9300CNkiosk|COsecret|")
    assert device.says(b"1720260101    120000AOLIB|ABI1|").startswith(b"18")
    assert bench.observer.tallies == {
        ("LIB", "sip2", Direction.ANSWER): {("item.author", "item.lendable"): 1}
    }


def test_what_says_nothing_is_not_lost():
    terminal = a_terminal()
    plain = Item(ItemId("I1"), "War", lendable=True, borrower=PatronId("R1"))
    assert lost_in(LOOKUP, Done(plain), terminal) == ()
    assert lost_in(CHECKOUT, Done(Lent(plain, PatronId("R1"), None)), terminal) == ()
    assert lost_in(CHECKOUT, Unknown(), terminal) == ()
    assert lost_in(CHECKOUT, Refused(Reason.DECLINED), terminal) == ()


def test_what_a_profile_may_read_is_not_counted_where_it_reads_something():
    terminal = a_terminal(Dialect(extra_fields={"18": (("XA", lambda source: source.item.author),)}))
    lent = Done(Lent(ITEM, PatronId("R1"), None, renewals=2))
    assert lost_in(LOOKUP, Done(ITEM), terminal) == ()
    assert lost_in(CHECKOUT, lent, terminal) == ("lent.renewals",)


def test_what_a_system_says_beyond_the_vocabulary_is_lost_unless_it_is_passed_on():
    """Print lines are always told."""
    told = Done(Lent(Item(ItemId("I1")), PatronId("R1"), None), extra=(("AG", "Keep this."), ("XY", "1")))
    assert lost_in(CHECKOUT, told, a_terminal()) == ("done.extra",)
    assert lost_in(CHECKOUT, replace(told, extra=(("AG", "Keep this."),)), a_terminal()) == ()
    passing = Dialect(passed_fields={"12": frozenset({"XY"})})
    assert lost_in(CHECKOUT, told, a_terminal(passing)) == ()


def test_of_a_list_the_first_entry_stands_for_all():
    entries = tuple(Entry(ItemId(f"I{number}"), note="late") for number in range(3))
    report = PatronReport(bare(PatronReport).patron, entries=entries)
    assert lost_in(m.PatronInformation(summary=SUMMARIES[3]), Done(report), a_terminal()) == ("entry.note",)


@pytest.mark.parametrize("table", [ANSWERS, REQUESTS], ids=["answers", "requests"])
def test_each_loss_has_a_name_of_its_own(table):
    names = [each.what for each in table]
    assert len(set(names)) == len(names)
    assert all(words_of(each) == each for each in names)
