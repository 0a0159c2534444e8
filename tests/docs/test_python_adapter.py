"""The adapter that the documents show is one, and keeps its promises."""

import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import pytest
from twisted.internet import task

from softdock.adapters import (
    API_VERSION,
    AdapterContext,
    AdapterSettingsError,
    AnswerLost,
    Capability,
    Checkin,
    Checkout,
    LibraryId,
    LookupItem,
    LookupPatron,
    MalformedReply,
    PatronId,
    Reason,
    SystemUnavailable,
)
from softdock.adapters.registry import fault_of
from softdock.circulation.stepping import step
from softdock.docs.generate import DOCS

CODE = re.search(
    r"```python\n(.*?)```",
    (DOCS / "en/how-to/adapter-in-python.md").read_text(encoding="utf-8"),
    re.DOTALL,
)[1]


class Client:
    """The vendor's client, with one reader and one copy."""

    def __init__(self, address):
        self.address = address
        self.fault = None
        self.due = "2026-12-21"

    def reader(self, card):
        return self._said(
            {"code": "OK", "name": "李雷", "until": "2028-12-31"} if card == "R1" else {"code": "NO_READER"}
        )

    def copy(self, barcode):
        return self._said(
            {"code": "OK", "title": "三体", "reader": "R1"} if barcode == "B1" else {"code": "NO_COPY"}
        )

    def lend(self, card, barcode):
        return self._said(
            {"code": "OK", "due": self.due} if barcode == "B1" else {"code": "ODD", "text": "请到服务台"}
        )

    def take_back(self, barcode):
        return self._said({"code": "OK"})

    def _said(self, told):
        if self.fault is not None:
            raise self.fault
        return told


@pytest.fixture
def made(monkeypatch):
    """The class of the page, its threads replaced by doing it at once; and the vendor's client."""
    vendor = ModuleType("city_client")
    vendor.Client = Client
    vendor.NotReached, vendor.Silence = (
        type("NotReached", (Exception,), {}),
        type("Silence", (Exception,), {}),
    )
    monkeypatch.setitem(sys.modules, "city_client", vendor)
    shown = {"__name__": "shown"}
    exec(compile(CODE, "adapter-in-python.md", "exec"), shown)  # noqa: S102 - our own page

    async def at_once(reactor, threads, call, *what):
        return call(*what)

    shown["deferToThreadPool"] = at_once
    return shown["CityLibrary"], vendor


def context():
    return AdapterContext(
        LibraryId("CITY"), UTC, "CNY", lambda: datetime(2026, 11, 20, tzinfo=UTC), Path(), task.Clock()
    )


def test_it_is_an_adapter_of_this_version(made):
    adapter, _ = made

    assert fault_of(adapter) is None
    assert adapter.api_version == API_VERSION


def test_it_can_do_what_it_overrides_and_says_what_is_missing(made):
    adapter, _ = made

    assert adapter({"address": "a"}, context()).capabilities == {
        Capability.LOOKUP_PATRON, Capability.LOOKUP_ITEM, Capability.CHECKOUT, Capability.CHECKIN,
    }  # fmt: skip
    with pytest.raises(AdapterSettingsError, match="address"):
        adapter({}, context())


def test_it_answers_and_refuses(made):
    adapter = made[0]({"address": "a"}, context())

    assert step(adapter.perform(LookupPatron(PatronId("R1")))).result.patron.name == "李雷"
    assert step(adapter.perform(LookupItem("B1"))).result.borrower == "R1"
    assert step(adapter.perform(Checkout(PatronId("R1"), "B1"))).result.due == date(2026, 12, 21)
    assert step(adapter.perform(Checkin("B1"))).result.item.id == "B1"
    assert step(adapter.perform(LookupPatron(PatronId("R2")))).reason is Reason.PATRON_UNKNOWN
    refused = step(adapter.perform(Checkout(PatronId("R1"), "B2")))
    assert (refused.reason, refused.note) == (Reason.DECLINED, "请到服务台")


def test_it_tells_apart_what_was_not_sent_and_what_nobody_knows(made):
    adapter, vendor = made[0]({"address": "a"}, context()), made[1]
    wish = Checkout(PatronId("R1"), "B1")

    for fault, error in ((vendor.NotReached(), SystemUnavailable), (vendor.Silence(), AnswerLost)):
        adapter._client.fault = fault
        with pytest.raises(error):
            step(adapter.perform(wish))
    adapter._client.fault, adapter._client.due = None, "soon"
    with pytest.raises(MalformedReply):
        step(adapter.perform(wish))
