"""The same document again: whether its answer was handed over tells a repeat from a second wish."""

import pytest

from ncip_partner import NcipPartner, problems, v2
from softdock.protocols.ncip.codec import read
from softdock.protocols.ncip.north.partner import Partner
from softdock.protocols.ncip.north.repeats import Heard, fingerprint_of

ITEM = "<ItemId><ItemIdentifierValue>CD0004</ItemIdentifierValue></ItemId>"
RETURN = v2(f"<CheckInItem>{ITEM}</CheckInItem>")
LOOKUP = v2(f"<LookupItem>{ITEM}</LookupItem>")


class Marks:
    """A desk before which it is seen by what a repeat would be known."""

    def __init__(self, desk):
        self._desk = desk
        self.seen = []

    def __getattr__(self, name):
        return getattr(self._desk, name)

    async def perform(self, account, operation, fingerprint=None, until=None):
        self.seen.append(fingerprint)
        return await self._desk.perform(account, operation, fingerprint, until)


@pytest.fixture
def partner():
    made = NcipPartner()
    made.exchange._desk = Marks(made.desk)
    return made


def test_as_long_as_nobody_has_heard_the_answer_it_is_the_same_request(partner):
    for _ in range(2):
        partner.send(RETURN)

    first, second = partner.exchange._desk.seen
    assert first is not None
    assert first == second


def test_once_the_answer_was_handed_over_the_same_document_asks_anew(partner):
    partner.send(RETURN).handed_over()
    again = partner.send(RETURN)

    assert partner.exchange._desk.seen[-1] is None
    assert problems(read(again.document).body) == ["Item Not Checked Out"]


def test_a_lookup_is_never_a_repeat(partner):
    assert partner.send(LOOKUP).handed_over is None
    assert partner.exchange._desk.seen == [None]


def test_documents_are_told_apart_by_who_sends_them(partner):
    other = NcipPartner().account
    other.name = "other"
    mine, theirs = (fingerprint_of(Partner(each), RETURN).digest for each in (partner.account, other))

    assert mine != theirs


def test_the_oldest_are_forgotten():
    heard = Heard(most=2)
    for each in (b"1", b"2", b"1", b"3"):
        heard.add(each)

    assert [each in heard for each in (b"1", b"2", b"3")] == [True, False, True]
