"""What a folder says once for all of its maps, and a library puts right in its settings."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from softdock.adapters import AdapterContext, AdapterSettingsError
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.circulation.errors import Misconfigured
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.operations import LookupItem, LookupPatron
from softdock.circulation.patrons import PatronList
from softdock.circulation.stepping import step
from softdock.mappings.exchange import Answer

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)

ADAPTER = """
adapter: 1
settings: {branch: {default: MAIN}}
back_ends:
  main:
    transport: http
    format: xml
    query: {branch: {setting: branch}}
    headers: {X-Branch: {setting: branch}}
    fail: [{when: {root: closed}, error: configuration}]
converters:
  site-date: {date: {patterns: "%Y%m%d", none: "00000000"}}
  tidy: [trim, collapse]
probe: {request: {get: /ping}, reply: {format: text}}
"""
ITEM = """
map: 1
operation: lookup-item
request: {get: /item, query: {id: {from: item.id}, kind: {is: copy}}}
reply:
  fields:
    item.title: {from: title, as: [tidy]}
    item.due: {from: due, as: [trim, site-date]}
"""
PATRON = """
map: 1
operation: lookup-patron
request:
  get: /patron
  query:
    id: {from: patron.id}
    first: {asked: extra.PB, required: true, when: {setting: branch, equals: NORTH}}
reply:
  fields:
    patron.name: name
    patron.fees:
      - {each: fee, when: {present: fees-told}, fields: {fee.amount: {from: sum, as: [money]}}}
"""


class Spoken:
    """Stands for a transport that always answers the same."""

    def __init__(self, reply):
        self.reply = reply
        self.asked = []

    async def send(self, request, *, changes):
        self.asked.append(request)
        return Answer(self.reply.encode(), 200)


@pytest.fixture
def folder(tmp_path):
    for name, text in (("adapter", ADAPTER), ("item", ITEM), ("patron", PATRON)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def an_adapter(folder: Path, reply="", **settings):
    context = AdapterContext(LibraryId("LIB"), ZONE, "CNY", lambda: NOW, folder)
    adapter = DeclarativeAdapter(folder, {"url": "http://127.0.0.1:9", **settings}, context)
    adapter.transports["main"] = adapter.spoken = Spoken(reply)
    return adapter


def item_in(folder, reply, **settings):
    return step(an_adapter(folder, reply, **settings).perform(LookupItem(ItemId("1")))).result


def test_a_name_stands_for_a_converter_or_a_chain_of_them(folder):
    item = item_in(folder, "<item><title>  The   Rivers </title><due> 20260330 </due></item>")

    assert (item.title, item.due) == ("The Rivers", date(2026, 3, 30))


def test_a_library_says_how_its_system_writes_dates_and_keeps_the_rest(folder):
    """No folder of its own is needed for that; none of the two readings of 03/04 is ever tried unasked."""
    own = {"converters": {"site-date": {"date": {"patterns": ["%d/%m/%Y"]}}}}

    assert item_in(folder, "<item><due>03/04/2026</due></item>").due is None
    assert item_in(folder, "<item><due>03/04/2026</due></item>", **own).due == date(2026, 4, 3)
    assert item_in(folder, "<item><due>00000000</due></item>", **own).due is None


@pytest.mark.parametrize(
    ("converters", "told"),
    [
        ({"date": "trim"}, "converters.date: There is none of this name. Did you mean site-date?"),
        ({"site-date": {"date": {"patterns": ["%d/%m/%Y", "%m/%d/%Y"]}}}, "reads 03/04 as another day"),
        ({"site-date": "trim"}, "a date belongs here"),
    ],
)
def test_what_is_wrong_with_the_library_s_own_converters_is_told(folder, converters, told):
    with pytest.raises(AdapterSettingsError) as caught:
        an_adapter(folder, converters=converters)

    assert told in str(caught.value)


def test_no_name_of_a_converter_is_taken_twice(folder):
    """Who reads `as: [trim]` in a map knows what it does."""
    (folder / "adapter.yaml").write_text(ADAPTER.replace("tidy:", "trim:"), encoding="utf-8")

    with pytest.raises(AdapterSettingsError, match="is a converter already"):
        an_adapter(folder)


def test_every_request_carries_the_parameters_and_headers_of_its_back_end(folder):
    adapter = an_adapter(folder, "<item/>", branch="A B")

    step(adapter.perform(LookupItem(ItemId("1"))))

    (request,) = adapter.spoken.asked
    assert request.query == "branch=A+B&id=1&kind=copy"
    assert ("X-Branch", "A B") in request.headers


def test_every_reply_is_of_the_kind_of_its_back_end_and_fails_as_all_of_them_do(folder):
    with pytest.raises(Misconfigured):
        item_in(folder, "<closed/>")


def test_what_fails_in_one_kind_of_document_is_not_asked_of_another(folder):
    """A probe that takes whatever comes is not read as XML."""
    adapter = an_adapter(folder, "pong")

    step(adapter.probe())


def test_a_list_that_was_not_told_is_not_an_empty_one(folder):
    """Nobody owes nothing only because nobody asked."""
    lookup = LookupPatron(PatronId("7"), wanted=PatronList.FEES)
    untold = step(an_adapter(folder, "<p><name>A</name></p>").perform(lookup)).result
    empty = step(an_adapter(folder, "<p><name>A</name><fees-told/></p>").perform(lookup)).result
    owing = step(an_adapter(folder, "<p><fees-told/><fee><sum>2.50</sum></fee></p>").perform(lookup)).result

    assert untold.patron.balance is None
    assert str(empty.patron.balance) == "0.00"
    assert str(owing.patron.balance) == "2.50"


def test_what_is_required_is_so_only_where_its_condition_holds(folder):
    anywhere = an_adapter(folder, "<p/>")
    north = an_adapter(folder, "<p/>", branch="NORTH")
    lookup = LookupPatron(PatronId("7"))

    step(anywhere.perform(lookup))
    assert step(north.perform(lookup)).reason.value == "request-incomplete"
    assert north.spoken.asked == []
