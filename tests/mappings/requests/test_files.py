"""Lines that are appended to files."""

import pytest

from softdock.adapters.declarative.asking import asked_of
from softdock.mappings.requests.parts import Unsendable
from softdock.mappings.rules.source import Scope, Source
from written_maps import compiled

APPEND = {"append": "lent.csv", "columns": {"card": {"from": "patron.id"}, "fee": {"is": "-1.50"}}}


def line(card):
    steps = [{"request": APPEND, "reply": {"format": "text"}}]
    adapter = compiled({"lookup-patron": {"steps": steps}}, {"back_ends": {"main": {"transport": "files"}}})
    asked = asked_of("lookup-patron", {"patron.id": card})
    return adapter.maps["lookup-patron"].steps[0].build(Source(asked, Scope(asked, {}))).line


@pytest.mark.parametrize("card", ["=1+1", "@SUM(A1)", "+1+1", "-2+cmd|' /C calc'!A0", " =1"])
def test_no_card_becomes_a_formula_of_whoever_opens_the_file(card):
    with pytest.raises(Unsendable):
        line(card)


@pytest.mark.parametrize("card", ["A-1", "0012", "+8613800000000", "a=b", "-"])
def test_other_texts_and_numbers_are_written_as_they_are(card):
    assert line(card) == f"{card},-1.50\r\n".encode()
