"""What holds in the books after whatever devices have asked, in whatever order."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inhouse_books import RULES, Books
from inhouse_wishes import BUSY_TERMS, busy_parts, wishes
from softdock.adapters.inhouse.model import EndedHold
from softdock.adapters.inhouse.rules.cards import view_of
from softdock.adapters.inhouse.rules.items import item_as
from softdock.adapters.inhouse.rules.queues import fits, is_free
from softdock.adapters.inhouse.snapshot import Card, Snapshot
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.operations import Checkin, Checkout
from softdock.circulation.outcomes import Refused


def a_busy_library() -> Books:
    return Books(*busy_parts(), terms=BUSY_TERMS)


@settings(max_examples=400, deadline=None)
@given(st.lists(wishes, min_size=1, max_size=25))
def test_the_books_agree_with_themselves_after_every_step(steps):
    """Whatever kiosks, sorters and time do."""
    books = a_busy_library()
    for wish in steps:
        if isinstance(wish, timedelta):
            books.now += wish
            continue
        before = books.look()
        outcome = books.ask(wish)
        after = books.look()
        if isinstance(outcome, Refused):
            assert said(before) == said(after), "a refusal has changed something"
        check(after)
        check_told(outcome, after)


def said(snapshot: Snapshot) -> Any:
    """Everything that can be asked of the books."""
    return [view_of(card, snapshot.now) for card in snapshot.cards.values()], [
        (copy.loan, copy.hold, copy.state, copy.title.queue) for copy in snapshot.copies.values()
    ]


def check(snapshot: Snapshot) -> None:
    for copy in snapshot.copies.values():
        assert copy.loan is None or copy.hold is None, "lent, and set aside for somebody"
        assert copy.loan is None or copy in snapshot.cards[copy.loan.patron].loans
        if copy.hold is not None:
            assert copy.hold in copy.title.queue
            assert copy.hold.copy == copy.item.id
            assert fits(copy.hold, copy.item)
        if copy.view is not None:
            assert copy.view == item_as(copy, copy.state, copy.loan, copy.hold), "remembered too long"
        assert copy.title is snapshot.titles[copy.item.title_id]
        assert copy in copy.title.copies
        assert copy.title.text == copy.item.title
    for name, title in snapshot.titles.items():
        assert title.copies, "a title of nothing"
        assert name in {title.id, title.text}
        numbers = [hold.number for hold in title.queue]
        assert numbers == sorted(set(numbers))
        for hold in title.queue:
            assert hold in snapshot.cards[hold.patron].holds
            assert snapshot.holds[hold.name] is hold
            assert hold.lapses is None or hold.lapses >= snapshot.now
            if hold.copy is None:
                idle = [copy for copy in title.copies if is_free(copy) and fits(hold, copy.item)]
                assert not idle, "somebody waits while a copy is free"
            else:
                assert snapshot.copies[hold.copy].hold == hold
    for name, found in snapshot.holds.items():
        assert name == (found.hold.name if isinstance(found, EndedHold) else found.name)
        assert isinstance(found, EndedHold) or found in snapshot.titles[found.title_id].queue
    for card in snapshot.cards.values():
        assert all(copy.loan is not None and copy.loan.patron == card.patron.id for copy in card.loans)
        assert len({copy.item.id for copy in card.loans}) == len(card.loans)
        assert len({fee.id for fee in card.fees}) == len(card.fees)
        assert all(fee.amount.minor > 0 for fee in card.fees)
        assert card.policy == snapshot.house.policies.of(card.patron.category, "CNY")
        anew = Card(card.patron, card.policy, card.block, card.loans, card.holds, card.fees, card.payments)
        assert view_of(card, snapshot.now) == view_of(anew, snapshot.now), "remembered too long"


def check_told(outcome: Any, snapshot: Snapshot) -> None:
    """What was told of the item is what the next device will be told."""
    item = getattr(getattr(outcome, "result", None), "item", None) or getattr(outcome, "item", None)
    if isinstance(item, Item):
        copy = snapshot.copies[item.id]
        assert item == item_as(copy, copy.state, copy.loan, copy.hold)


@pytest.mark.parametrize("cancel", [True, False])
def test_a_decision_changes_nothing_by_itself(cancel):
    """Rules are pure: what is decided and not written has not happened."""
    books = a_busy_library()
    snapshot = books.look()
    before = said(snapshot)
    for wish in (Checkout(PatronId("R2"), ItemId("I2"), cancel=cancel), Checkin(ItemId("I1"), cancel=cancel)):
        RULES[type(wish)](snapshot, wish)
    assert said(books.look()) == before
