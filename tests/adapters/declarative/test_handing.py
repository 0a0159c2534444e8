"""A folder that hands operations over to a whole adapter, beside those that its maps carry out."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from twisted.internet.testing import MemoryReactorClock

from softdock.adapters import AdapterContext, AdapterSettingsError
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import AnswerLost, SystemUnavailable, Unsupported
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.journal import Effect
from softdock.circulation.operations import CancelHold, Checkin, Checkout, LookupItem, PayFee, PlaceHold
from softdock.circulation.outcomes import Lent, Returned
from softdock.circulation.ports import ConnectionCounts
from softdock.circulation.stepping import step
from softdock.mappings.exchange import Answer

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
PATRON, ITEM = PatronId("7001"), ItemId("01001")
LOAN = Checkout(PATRON, ITEM)

STOCK = {
    "library": {"id": "LIB", "name": "Library"},
    "policies": {"default": {"loan_days": 30}},
    "patrons": [{"id": "7001", "name": "Sample", "pin": "135790"}],
    "items": [{"id": "01001", "title": "Rivers", "title_id": "T1"}],
}
ADAPTER = """
adapter: 1
back_ends:
  reading: {transport: http, settings: {url: "http://127.0.0.1:9"}}
  circulation: {adapter: inhouse, settings: {database: memory}}
operations: {checkout: circulation, checkin: circulation}
"""
LOOKUP = """
map: 1
operation: lookup-item
request: {get: /item, query: {id: {from: item.id}}}
reply:
  format: json
  fields:
    item.title: title
    item.status: {from: state, codes: {"in": available, out: charged}}
"""
RETURN = """
map: 1
operation: checkin
request: {post: /return, form: {id: {from: item.id}}}
reply: {format: json}
"""


class Spoken:
    """Stands for a transport: answers what it is told to, and keeps what was asked."""

    connections = ConnectionCounts(4, 1, 0, 0, 3, 2, 1)

    def __init__(self, **reply):
        self.reply = reply
        self.asked = []
        self.probed = 0

    async def send(self, request, *, changes):
        self.asked.append(request)
        return Answer(json.dumps(self.reply).encode(), 200)

    async def open(self):
        self.asked.append("open")

    async def close(self):
        self.asked.append("close")

    async def probe(self):
        self.probed += 1


@pytest.fixture
def folder(tmp_path):
    for name, text in (("adapter", ADAPTER), ("lookup-item", LOOKUP), ("checkin", RETURN)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "stock.json").write_text(json.dumps(STOCK), encoding="utf-8")
    return tmp_path


def an_adapter(folder: Path, spoken=None, reactor=None, **settings):
    context = AdapterContext(LibraryId("LIB"), ZONE, "CNY", lambda: NOW, folder, reactor)
    given = {"circulation": {"import": "stock.json"}, **settings}
    adapter = DeclarativeAdapter(folder, given, context)
    adapter.transports["reading"] = spoken or Spoken(title="Rivers", state="in")
    step(adapter.open())
    return adapter


def complaints_of(folder, **settings):
    with pytest.raises(AdapterSettingsError) as caught:
        an_adapter(folder, **settings)
    return [f"{place}: {sentence}" for place, sentence in caught.value.complaints]


def test_each_operation_goes_where_the_folder_says(folder):
    spoken = Spoken(title="Rivers by HTTP", state="in")
    adapter = an_adapter(folder, spoken)

    lent = step(adapter.perform(LOAN, "1"))
    found = step(adapter.perform(LookupItem(ITEM)))
    returned = step(adapter.perform(Checkin(ITEM), "2"))

    assert isinstance(lent.result, Lent)
    assert lent.result.item.title == "Rivers"
    assert found.result.title == "Rivers by HTTP"
    assert isinstance(returned.result, Returned)
    assert returned.result.patron == PATRON
    assert [getattr(each, "path", each) for each in spoken.asked] == ["open", "/item"]


def test_it_can_do_what_maps_and_the_whole_adapter_can_do_together_and_no_more(folder):
    """The embedded library could take payments, but is handed none."""
    adapter = an_adapter(folder)

    assert adapter.capabilities == {Capability.LOOKUP_ITEM, Capability.CHECKOUT, Capability.CHECKIN}
    with pytest.raises(Unsupported):
        step(adapter.perform(PayFee(PATRON, None)))


def test_what_a_whole_adapter_cannot_do_any_more_is_not_offered(folder):
    """A system behind SIP2 may say at any moment that it lends nothing."""
    adapter = an_adapter(folder)
    (system,) = adapter.handed.systems

    assert Capability.CHECKOUT in adapter.capabilities
    system.capabilities -= {Capability.CHECKOUT}
    assert Capability.CHECKOUT not in adapter.capabilities
    system.capabilities |= {Capability.CHECKOUT}
    assert Capability.CHECKOUT in adapter.capabilities


def test_what_happened_while_the_system_was_away_is_booked_only_if_all_of_it_goes_where_that_is_possible(
    folder,
):
    one = an_adapter(folder)
    all_of_it = an_adapter(folder, operations={"renew": "circulation"})

    assert Capability.OFFLINE_TRANSACTIONS not in one.capabilities
    assert Capability.OFFLINE_TRANSACTIONS in all_of_it.capabilities


def test_without_takes_from_what_is_handed_over_as_well(folder):
    adapter = an_adapter(folder, without=["checkout"])

    assert Capability.CHECKOUT not in adapter.capabilities
    with pytest.raises(Unsupported):
        step(adapter.perform(LOAN, "1"))


def test_a_whole_adapter_to_which_nothing_is_left_needs_no_settings(folder):
    """So a library that only reads does not have to name a server for lending."""
    adapter = an_adapter(folder, circulation={}, without=["checkout", "checkin"])

    assert adapter.capabilities == {Capability.LOOKUP_ITEM}
    assert adapter.handed.systems == []


def test_a_library_takes_an_operation_back_to_the_maps(folder):
    spoken = Spoken(ok=True)
    adapter = an_adapter(folder, spoken, operations={"checkin": "maps"})

    step(adapter.perform(Checkin(ITEM), "1"))

    assert spoken.asked[-1].path == "/return"


def test_a_library_hands_over_what_the_folder_does_by_maps(folder):
    spoken = Spoken()
    adapter = an_adapter(folder, spoken, operations={"lookup-item": "circulation"})

    assert step(adapter.perform(LookupItem(ITEM))).result.title == "Rivers"
    assert spoken.asked == ["open"]


def test_what_became_of_a_loan_the_whole_adapter_knows_where_it_has_a_way_of_its_own(folder):
    adapter = an_adapter(folder)
    step(adapter.perform(LOAN, "1"))

    assert step(adapter.find_effect(LOAN, "1", NOW)) is Effect.DONE
    assert step(adapter.find_effect(LOAN, "2", NOW)) is not Effect.DONE


def test_what_became_of_a_loan_is_read_by_maps_where_the_whole_adapter_could_only_look(folder):
    """Lending by SIP2 tells little of a loan; what is read beside it tells more."""
    text = ADAPTER.replace("adapter: inhouse, settings: {database: memory}", "adapter: sip2")
    (folder / "adapter.yaml").write_text(text, encoding="utf-8")
    adapter = an_adapter(folder, circulation={"address": "127.0.0.1:9"}, reactor=MemoryReactorClock())

    assert step(adapter.find_effect(LOAN, "1", NOW)) is Effect.NOT_YET


def test_what_it_did_is_taken_back_as_the_whole_adapter_says(folder):
    adapter = an_adapter(folder)

    assert adapter.undoing(LOAN) == Checkin(ITEM, cancel=True, borrower=LOAN.patron)


def test_nothing_is_taken_back_by_what_nobody_carries_out(folder):
    """Holds could be cancelled by the embedded library, but only placing them is handed over to it."""
    adapter = an_adapter(folder, operations={"place-hold": "circulation"}, without=["hold"])

    assert adapter.undoing(PlaceHold(PATRON, ITEM)) is None
    with_holds = an_adapter(folder, operations={"place-hold": "circulation", "cancel-hold": "circulation"})
    assert with_holds.undoing(PlaceHold(PATRON, ITEM)) == CancelHold(PATRON, ITEM)


def test_connections_and_the_probe_are_those_of_all_back_ends(folder, monkeypatch):
    spoken = Spoken()
    adapter = an_adapter(folder, spoken)
    (system,) = adapter.handed.systems
    monkeypatch.setattr(type(system), "connections", ConnectionCounts(8, 2, 1, 0, 2, 0, 0))

    async def away():
        raise SystemUnavailable("the other back end is away")

    assert adapter.connections == ConnectionCounts(12, 3, 1, 0, 5, 2, 1)
    system.can_probe, system.probe = True, away
    with pytest.raises(SystemUnavailable, match="the other back end"):
        step(adapter.probe())
    assert spoken.probed == 1


def test_both_are_closed(folder, monkeypatch):
    spoken = Spoken()
    adapter = an_adapter(folder, spoken)
    (system,) = adapter.handed.systems
    closed = []

    async def close():
        closed.append(system)

    system.close = close
    step(adapter.close())
    assert spoken.asked[-1] == "close"
    assert closed == [system]


def test_what_a_whole_adapter_raises_is_told_as_it_is(folder):
    adapter = an_adapter(folder)
    (system,) = adapter.handed.systems

    async def perform(operation, operation_id=""):
        raise AnswerLost("no answer came")

    system.perform = perform
    with pytest.raises(AnswerLost):
        step(adapter.perform(LOAN, "1"))


@pytest.mark.parametrize(
    ("changed", "to", "told"),
    [
        ("{transport: http, ", "{transport: http, adapter: sip2, ", "A back end is reached by maps"),
        ("{adapter: inhouse, ", "{", "A back end is reached by maps"),
        ("checkout: circulation", "checkout: reading", '"reading" is no back end with an adapter of its own'),
        ("checkout: circulation", "check-out: circulation", '"check-out" cannot be handed over. Did you mean checkout?'),
        ("checkout: circulation", "verify-pin: circulation", '"verify-pin" cannot be handed over'),
        ("checkout: circulation", "checkout: maps", "There is no map for checkout"),
        ("adapter: inhouse", "adapter: nobody", "The adapter 'nobody' cannot be used"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_folder_is_told(folder, changed, to, told):
    (folder / "adapter.yaml").write_text(ADAPTER.replace(changed, to), encoding="utf-8")

    assert any(told in each for each in complaints_of(folder))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"operations": {"check-out": "circulation"}}, "operations.check-out: There is no operation of this name."),
        ({"operations": {"checkout": "reading"}}, "operations.checkout: Write one of circulation, maps."),
        ({"operations": {"checkout": "maps"}}, "There is no map for checkout"),
        ({"circulation": {"import": "stock.json", "readers": "many"}}, "circulation.readers: "),
        ({"operation": {}}, "operation: This key is not known. Did you mean operations?"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_settings_is_told_by_its_key(folder, settings, told):
    assert any(told in each for each in complaints_of(folder, **settings))


def test_a_map_cannot_ask_a_whole_adapter(folder):
    (folder / "lookup-item.yaml").write_text(
        LOOKUP.replace("request:", "back_end: circulation\nrequest:"), encoding="utf-8"
    )

    assert any('no back end named "circulation" that maps can ask' in each for each in complaints_of(folder))
