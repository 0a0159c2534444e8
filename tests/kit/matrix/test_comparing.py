"""What counts as told, and what as different."""

from datetime import UTC, date, datetime

from softdock.circulation.errors import AnswerLost, Unsupported
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.money import Money
from softdock.circulation.outcomes import Done, Lent, PatronReport, Refused, Unknown
from softdock.circulation.patrons import Entry, Patron, Standing
from softdock.circulation.reasons import Reason
from softdock.kit.matrix.comparing import Change, Difference, came, differences

PATRON, BOOK = PatronId("R1"), Item(ItemId("I1"), "Rivers")


def told(result, **more):
    return came(Done(result, **more)).told


def lent(due):
    return told(Lent(BOOK, PATRON, due))


def test_what_nobody_has_set_is_not_told():
    assert lent(None) == {"item.id": "I1", "item.title": "Rivers", "patron": "R1"}


def test_the_last_second_of_a_day_is_that_day_whichever_zone_it_is_told_in():
    """The books are in Shanghai; NCIP tells it in UTC, SIP2 as a day."""
    in_utc = datetime(2026, 3, 22, 15, 59, 59, tzinfo=UTC)

    assert lent(in_utc) == lent(date(2026, 3, 22))
    assert lent(in_utc) != lent(date(2026, 3, 23))
    assert lent(in_utc.replace(second=58))["due"] == "2026-03-22 23:59:58"


def test_marks_are_told_in_one_order_and_entries_by_number():
    patron = Patron(PATRON, standing=frozenset({Standing.HOLD_DENIED, Standing.CARD_LOST}))
    entries = [Entry(ItemId("I1"), amount=Money(250, "CNY")), Entry(ItemId("I2"))]
    found = told(PatronReport(patron, entries=entries))

    assert found["patron.standing"] == "card-lost hold-denied"
    assert (found["entries[0].amount"], found["entries[1].item"]) == ("2.50 CNY", "I2")


def test_a_refusal_is_its_reason_and_the_wording_of_the_reason_is_no_note():
    worded = Refused(Reason.CARD_EXPIRED, "此读者证已过期：2025-01-31\n请到三楼")

    assert came(worded) == came(Refused(Reason.CARD_EXPIRED, "请到三楼"))
    assert came(worded).outcome == "card-expired"


def test_errors_and_lost_answers_have_names_as_well():
    assert came(Unsupported("x")).outcome == "not offered"
    assert came(AnswerLost("x")).outcome == "AnswerLost"
    assert came(Unknown()).outcome == "unknown"


def test_a_difference_tells_what_has_become_of_it():
    direct = {
        "author": "Somebody",
        "entries[0].due": "2026-03-22",
        "entries[1].due": "2026-03-23",
        "same": "1",
    }
    through = {"entries[0].due": "2026-03-21", "entries[1].due": "2026-03-22", "note": "Hello", "same": "1"}

    found = differences(direct, through)

    assert [(each.path, each.change) for each in found] == [
        ("author", Change.LOST), ("entries[].due", Change.OTHER), ("entries[].due", Change.OTHER),
        ("note", Change.ADDED),
    ]  # fmt: skip
    assert found[0] == Difference("author", "Somebody", "")


def test_the_same_difference_is_told_once():
    direct = {f"entries[{number}].title": "Rivers" for number in range(9)}

    assert differences(direct, {}) == [Difference("entries[].title", "Rivers", "")]
