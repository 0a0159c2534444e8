"""Examples made of what a system answers."""

import json
from datetime import UTC, datetime

import pytest

from map_folders import change, write_adapter
from softdock.adapters.base import AdapterContext
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.adapters.declarative.asking import asked_of
from softdock.adapters.declarative.capturing import NotCaptured, captured, seen_of
from softdock.adapters.declarative.examples import Reply, read_replies
from softdock.circulation.errors import SystemUnavailable
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.stepping import step
from softdock.mappings.exchange import Answer
from softdock.mappings.positions import Text

REPLY = '{"name": "王五", "until": "20271231", "loans": [{"barcode": "B7788", "fee": "1.50"}], "phone": "13800138000"}'


class Answering:
    """A transport that always answers the same."""

    def __init__(self, data, status=200):
        self.answer = Answer(data.encode(), status)

    async def send(self, request, *, changes):
        assert not changes
        return self.answer


class Away:
    async def send(self, request, *, changes):
        raise SystemUnavailable("nobody is there")


def an_adapter(folder, transport):
    context = AdapterContext(LibraryId("LIB"), UTC, "CNY", lambda: datetime.now(UTC), folder)
    settings = {"url": "http://127.0.0.1:9", "key": ByReference("hush")}
    adapter = DeclarativeAdapter(folder, settings, context)
    adapter.transports["main"] = transport
    return adapter


class ByReference(Text):
    """A text that came by reference, as the settings give it."""

    __slots__ = ()


@pytest.fixture
def folder(tmp_path):
    return write_adapter(tmp_path)


def capture(adapter, said, operation="lookup-patron"):
    seen = step(seen_of(adapter, asked_of(operation, said).operation))
    return captured(adapter.compiled, operation, said, seen, UTC)


def test_a_reply_is_kept_with_nothing_personal_in_it_and_is_read_as_it_stands(folder):
    adapter = an_adapter(folder, Answering(REPLY))

    found = capture(adapter, {"patron.id": "8600000001"})

    (data,) = found.replies.values()
    told = json.loads(data)
    assert (told["until"], told["loans"][0]["fee"]) == ("20271231", "1.50")
    for personal in ("王五", "B7788", "13800138000", "8600000001"):
        assert personal not in data.decode()
        assert personal not in str(found.reading.plain())
    again = read_replies(
        adapter.compiled,
        adapter.compiled.maps["lookup-patron"],
        asked_of("lookup-patron", found.asked),
        {"": Reply(data)},
    )
    assert again.plain() == found.reading.plain()
    assert found.reading.plain()["fields"]["patron.expires"] == "2027-12-31"


def test_a_refusal_is_kept_as_one(folder):
    found = capture(an_adapter(folder, Answering('{"error": "no card R0001"}')), {"patron.id": "R0001"})

    assert (found.reading.outcome, found.reading.why) == ("refused", "patron-unknown")
    assert "R0001" not in found.reading.note


def test_a_reply_that_would_be_read_otherwise_is_not_kept(folder):
    """What a rule makes of a text by its form is lost with the text."""
    change(
        folder / "lookup-patron.yaml", "from: name,", "from: name, when: {from: phone, matches: '^138001'},"
    )
    change(folder / "examples" / "one.json", '{"name"', '{"phone": "13800100000", "name"')

    with pytest.raises(NotCaptured, match="read otherwise"):
        capture(an_adapter(folder, Answering(REPLY)), {"patron.id": "R0001"})


def test_nothing_that_changes_the_books_is_asked(folder):
    (folder / "renew.yaml").write_text(
        "map: 1\noperation: renew\nrequest: {post: /renew}\nreply: {format: json}\n"
    )
    adapter = an_adapter(folder, Away())

    with pytest.raises(NotCaptured, match="may change something"):
        capture(adapter, {}, "renew")


def test_a_lookup_with_a_step_that_is_not_safe_is_not_asked(folder):
    (folder / "lookup-item.yaml").write_text(
        "map: 1\noperation: lookup-item\nsteps: {ask: {safe: false, request: {post: /item}, reply: {format: json}}}\n"
    )

    with pytest.raises(NotCaptured, match="may change something"):
        capture(an_adapter(folder, Away()), {"item.id": "B1"}, "lookup-item")


def test_without_an_answer_nothing_is_kept(folder):
    with pytest.raises(SystemUnavailable):
        capture(an_adapter(folder, Away()), {"patron.id": "R0001"})
    with pytest.raises(NotCaptured, match="no map for lookup-item"):
        capture(an_adapter(folder, Away()), {"item.id": "B1"}, "lookup-item")
