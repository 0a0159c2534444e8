"""A library behind SIP2: what it shows of an operation whose answer was lost, and how that is undone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from twisted.internet.defer import Deferred

from softdock.adapters.base import AdapterContext
from softdock.adapters.sip2 import Sip2Adapter
from softdock.adapters.sip2.ready import ready_profiles
from softdock.circulation.errors import SystemUnavailable
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, Secret
from softdock.circulation.journal import Effect
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    CancelHold,
    Checkin,
    Checkout,
    PayFee,
    PlaceHold,
    Renew,
    UpdateItem,
)
from wired_systems import STATUS, Heard, System

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
STAMP = b"20260101    120000"
R1, B1 = PatronId("R1"), ItemId("B1")
LOAN = Checkout(R1, B1, Secret("1234"))
OPEN = {"lists_without_pin": "true"}
DATED = {"answers": {"18": {"read": {"item.lent": {"from": "XL", "as": [{"date": "%Y%m%d%H%M%S"}]}}}}}


def lent(status=b"04", more=b""):
    return b"18%b0001%bABB1|AJWar|%b" % (status, STAMP, more)


def card(loans=(), name=b"AEAda|", denied=b" " * 14, holds=0):
    counts = b"%04d0000%04d000000000000" % (holds, len(loans))
    entries = b"".join(b"AU%b|" % each for each in loans)
    return b"64%b019%b%bAOLIB|AAR1|%bBLY|%b" % (denied, STAMP, counts, name, entries)


class Behind(System):
    """An adapter, and the system at the other end of its connections."""

    def __init__(self, monkeypatch, profile):
        super().__init__()
        monkeypatch.setattr("softdock.adapters.sip2.adapter.connector", lambda *_: self._connect)
        context = AdapterContext(LibraryId("LIB"), UTC, "CNY", lambda: NOON, Path(), self.clock)
        self.adapter = Sip2Adapter({"address": "ils:6001", "profile": profile}, context)

    def finds(self, operation, *answers):
        """What is found if the system answers so, one after the other; and what it was asked."""
        heard = Heard(Deferred.fromCoroutine(self.adapter.find_effect(operation, "k-1", NOON)))
        self.clock.advance(0)
        (line,) = self.lines
        line.answers(STATUS)
        asked = [line.answers(each)[:2].decode() for each in answers]
        assert line.hears() == []
        return heard[0], asked


@pytest.fixture
def behind(monkeypatch):
    return lambda profile="standard": Behind(monkeypatch, profile)


def test_an_item_that_is_here_was_not_lent(behind):
    assert behind().finds(LOAN, lent(b"03")) == (Effect.NOT_YET, ["17"])
    assert behind().finds(Checkin(B1), lent(b"03")) == (Effect.DONE, ["17"])


def test_a_loan_without_a_date_is_left_to_a_person(behind):
    """As with most systems: the patron has it, but perhaps since last week."""
    assert behind(OPEN).finds(LOAN, lent(), card([b"B1"])) == (Effect.UNCLEAR, ["17", "63"])


def test_a_date_of_the_loan_is_read_where_the_profile_says(behind):
    """The rule is one like any other."""
    for told, effect in [(b"20260101120001", Effect.DONE), (b"20251201120001", Effect.UNCLEAR)]:
        assert behind(DATED).finds(LOAN, lent(more=b"XL%b|" % told), card([b"B1"]))[0] is effect
    assert behind(DATED).finds(Checkin(B1), lent(more=b"XL20251201120001|"))[0] is Effect.NOT_YET


def test_a_list_is_believed_to_be_whole_only_where_the_profile_says_that_it_needs_no_pin(behind):
    answers = (lent(), card([b"B2"]))
    assert behind(OPEN).finds(LOAN, *answers)[0] is Effect.NOT_YET
    assert behind("standard").finds(LOAN, *answers)[0] is Effect.UNCLEAR
    assert behind(OPEN).finds(LOAN, lent(), card())[0] is Effect.NOT_YET


@pytest.mark.parametrize("hidden", [card(name=b"AE|"), card(denied=b"YYYY" + b" " * 10)])
def test_a_card_that_wants_its_pin_is_not_taken_to_be_empty(behind, hidden):
    """As SoftDock itself shows it, where an account requires a PIN."""
    assert behind("softdock").finds(LOAN, lent(), hidden) == (Effect.UNCLEAR, ["17", "63"])


def test_a_hold_is_not_there_if_there_are_none(behind):
    assert behind(OPEN).finds(PlaceHold(R1, B1), card(), card()) == (Effect.NOT_YET, ["63", "63"])
    assert behind(OPEN).finds(PlaceHold(R1, B1), card(holds=1), card(holds=1))[0] is Effect.UNCLEAR
    assert behind("standard").finds(PlaceHold(R1, B1), card(), card())[0] is Effect.UNCLEAR


def test_the_lost_operation_itself_is_never_sent_again(behind):
    for operation in (LOAN, Checkin(B1), UpdateItem(B1, "torn"), Renew(R1, B1)):
        _, asked = behind(OPEN).finds(operation, *[lent(b"03")])
        assert asked == ["17"]


def test_a_system_that_is_away_is_asked_another_time(behind):
    system = behind()
    system.reachable = False
    heard = Heard(Deferred.fromCoroutine(system.adapter.find_effect(LOAN, "k-1", NOON)))
    system.pass_seconds(60)
    assert isinstance(heard[0], SystemUnavailable)


# --- undoing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("undo", "loan", "hold"),
    [
        ({}, Checkin(B1, cancel=True), CancelHold(R1, B1)),
        ({"loan": "return"}, Checkin(B1), CancelHold(R1, B1)),
        ({"loan": "none", "hold": "none"}, None, None),
    ],
)
def test_a_profile_says_how_its_systems_undo(behind, undo, loan, hold):
    adapter = behind({"undo": undo}).adapter
    assert adapter.undoing(LOAN) == loan
    assert adapter.undoing(PlaceHold(R1, B1)) == hold


@pytest.mark.parametrize("name", ready_profiles())
def test_every_ready_profile_undoes_by_what_the_standard_has(behind, name):
    """BI and the minus of 15 are of the standard.  What is not to be undone has nothing that does."""
    adapter = behind(name).adapter
    assert adapter.undoing(LOAN) == Checkin(B1, cancel=True)
    assert adapter.undoing(PlaceHold(R1, B1)) == CancelHold(R1, B1)
    for operation in (
        Checkin(B1),
        Renew(R1, B1),
        PayFee(R1, Money(1, "CNY")),
        Checkout(R1, B1, no_block=True),
    ):
        assert adapter.undoing(operation) is None
