"""What SoftDock makes of a reading, as `mapping try` shows it."""

from datetime import UTC, date
from decimal import Decimal

from softdock.adapters.declarative.answering import answer_by
from softdock.adapters.declarative.asking import asked_of


def test_what_follows_from_a_reading_is_told_and_what_nobody_knows_is_left_out():
    asked = asked_of("lookup-patron", {"patron.id": "R1", "wanted": "fees"})
    fees = [{"fee.amount": Decimal("1.50")}, {"fee.amount": Decimal(2)}]
    told = answer_by(asked, {"patron.expires": date(2024, 1, 1), "patron.fees": fees}, UTC, "CNY")

    assert (told["outcome"], told["reason"], told["reason_date"]) == ("done", "card-expired", "2024-01-01")
    assert told["patron"]["balance"] == "3.50"
    assert [each["amount"] for each in told["entries"]] == ["1.50", "2.00"]
    assert "name" not in told["patron"]


def test_an_item_that_is_not_among_those_that_were_told_is_refused():
    told = answer_by(asked_of("lookup-item", {"item.id": "B2"}), {"items": [{"item.id": "B1"}]}, UTC, "CNY")
    assert (told["outcome"], told["reason"]) == ("refused", "item-unknown")


def test_an_amount_that_the_currency_cannot_hold_does_not_fit():
    told = answer_by(asked_of("pay-fee", {}), {"balance": Decimal("0.005")}, UTC, "CNY")
    assert (told["outcome"], told["error"]) == ("error", "malformed")


def test_nothing_is_made_of_whether_a_pin_is_right():
    assert answer_by(asked_of("verify-pin", {}), {}, UTC, "CNY") == {}
