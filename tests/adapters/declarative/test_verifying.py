"""PINs that a system compares by a request of its own."""

from datetime import UTC, datetime

import pytest

from softdock.adapters.base import AdapterContext
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, Secret
from softdock.circulation.operations import Checkout
from softdock.circulation.outcomes import Done
from softdock.circulation.reasons import Reason
from softdock.mappings.exchange import Answer
from stubs import result_of

FILES = {
    "adapter.yaml": """
adapter: 1
back_ends:
  main:
    transport: http
    fail:
      - {when: {from: no, equals: card}, reason: patron-unknown}
      - {when: {from: no, equals: pin}, reason: pin-wrong}
      - {when: {present: no}, reason: declined, note: no}
""",
    "verify-pin.yaml": """
map: 1
operation: verify-pin
request: {post: /pin, form: {card: {from: patron.id}, pin: {from: pin}}}
reply: {format: json}
""",
    "checkout.yaml": """
map: 1
operation: checkout
request: {post: /loan, form: {card: {from: patron.id}, item: {from: item.id}}}
reply: {format: json}
""",
}


class Answers:
    """A transport that answers what the test says, and keeps the paths that were asked for."""

    def __init__(self, pin):
        self.pin = pin
        self.paths = []

    async def send(self, request, *, changes):
        self.paths.append(request.path)
        return Answer(self.pin if request.path == "/pin" else b"{}", 200)


def lent(tmp_path, pin_reply, pin="1234"):
    """The outcome of a loan where the system answers the question about the PIN so, and what was asked for."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    context = AdapterContext(LibraryId("L"), UTC, "CNY", lambda: datetime(2026, 3, 2, tzinfo=UTC), tmp_path)
    adapter = DeclarativeAdapter(tmp_path, {"url": "http://127.0.0.1:9/"}, context)
    transport = Answers(pin_reply)
    adapter.transports["main"] = transport
    outcome = result_of(adapter.perform(Checkout(PatronId("P"), ItemId("I"), Secret(pin))))
    return outcome, transport.paths


def test_a_right_pin_lends(tmp_path):
    outcome, paths = lent(tmp_path, b"{}")

    assert isinstance(outcome, Done)
    assert paths == ["/pin", "/loan"]


def test_without_a_pin_nothing_is_asked_about_it(tmp_path):
    assert lent(tmp_path, b"{}", pin="")[1] == ["/loan"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (b'{"no": "pin"}', Reason.PIN_WRONG),
        (b'{"no": "card"}', Reason.PATRON_UNKNOWN),
        (b'{"no": "?"}', Reason.DECLINED),
    ],
)
def test_a_refusal_tells_whether_it_is_of_the_pin_or_of_the_card(tmp_path, reply, reason):
    outcome, paths = lent(tmp_path, reply)

    assert outcome.reason is reason
    assert paths == ["/pin"]
