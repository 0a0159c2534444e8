"""What is made of what was read."""

from datetime import UTC, datetime

import pytest

from softdock.adapters.declarative.outcomes import Place, outcome_of
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.operations import Checkin, LookupItem, LookupPatron

HERE = Place("CNY", UTC, lambda: datetime(2026, 3, 2, tzinfo=UTC))
CARD = "8600000001"


@pytest.mark.parametrize(
    ("operation", "filled"),
    [
        (LookupPatron(PatronId("990101199001010019")), {"patron.id": CARD}),
        (LookupItem(ItemId("B1")), {"item.borrower": CARD}),
        (Checkin(ItemId("B1")), {"patron.id": CARD, "hold_patron": CARD}),
    ],
    ids=["a patron", "a borrower", "who had it, and who waits for it"],
)
def test_who_was_read_of_a_reply_is_never_printed_in_full(operation, filled):
    assert CARD not in repr(outcome_of(operation, filled, HERE))
