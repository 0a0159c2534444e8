"""The scenarios cover what can be asked, and the books are as they say."""

from collections import Counter

import pytest

from softdock.circulation import operations
from softdock.circulation.operations import TakeNotice
from softdock.circulation.outcomes import Done, Refused
from softdock.kit.matrix.scenarios import scenarios
from softdock.kit.matrix.systems import LIBRARY, STOCK, ZONE, Places, now
from softdock.kit.simulators.books import Books

SCENARIOS = scenarios(Places())


def test_every_operation_that_a_system_is_asked_has_scenarios():
    every = {getattr(operations, name) for name in operations.__all__ if name != "Operation"}

    assert {type(each.operation) for each in SCENARIOS} == every - {TakeNotice}


def test_a_scenario_is_known_by_operation_and_name():
    assert max(Counter((each.kind, each.name) for each in SCENARIOS).values()) == 1


@pytest.mark.parametrize("kind", sorted({each.kind for each in SCENARIOS} - {"end-session"}))
def test_every_operation_is_granted_and_refused(kind):
    """By the books themselves.  The end of a session nobody refuses."""
    books = Books(STOCK, LIBRARY, now=now, zone=ZONE)
    found = set()
    for each in (each for each in SCENARIOS if each.kind == kind):
        books.begin_anew()
        assert all(isinstance(books.perform(before), Done) for before in each.before), each.name
        found.add(type(books.perform(each.operation)))

    assert found == {Done, Refused}


def test_the_stock_is_the_same_wherever_its_places_are_called_otherwise(tmp_path):
    stock = Places("MNWJ", "MNSE", "MN_001", "MN_009").stock(tmp_path)
    text = stock.read_text(encoding="utf-8")

    assert '"MAIN"' not in text
    assert text.replace("MNWJ", "MAIN").replace("MNSE", "NORTH").replace("MN_001", "GEN").replace("MN_009", "REF") == STOCK.read_text(encoding="utf-8")  # fmt: skip
