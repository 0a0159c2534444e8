"""What a row of the matrix says of the answers that were compared, and how it is written."""

from softdock.circulation.identifiers import ItemId
from softdock.circulation.operations import Checkin, LookupItem
from softdock.kit.matrix.cells import rows
from softdock.kit.matrix.comparing import NOT_OFFERED, Came, Difference
from softdock.kit.matrix.explaining import reasons_of, reasons_untold
from softdock.kit.matrix.playing import Played
from softdock.kit.matrix.scenarios import Scenario
from softdock.kit.matrix.writing import written

ITEM = ItemId("I1")


def an_answer(name, outcome="done", operation=None, books=None, **told):
    scenario = Scenario(name, operation or LookupItem(ITEM))
    return Played(scenario, Came(outcome, told), books or {})


def test_what_no_answer_tells_is_said_once_and_what_some_tell_by_scenario():
    direct = [an_answer("shelf", title="A", author="B"), an_answer("lent", title="A", due="2026-03-22")]
    through = [an_answer("shelf", title="A"), an_answer("lent", due="2026-03-22")]

    (row,) = rows(direct, through)

    assert row.operation == "lookup-item"
    assert row.untold == {"done": ["author"]}
    assert [each.is_same for each in row.cells] == [True, False]
    assert row.cells[1].told == [Difference("title", "A", "")]


def test_refusals_are_looked_at_apart_from_what_is_done():
    direct = [an_answer("shelf", author="B"), an_answer("unknown", "item-unknown", note="No")]
    through = [an_answer("shelf", author="B"), an_answer("unknown", "item-unknown")]

    (row,) = rows(direct, through)

    assert row.untold == {"refused": ["note"]}


def test_where_something_else_comes_of_it_nothing_beside_that_is_compared_but_the_books():
    direct = [an_answer("unknown", "item-unknown", title="A", books={"loan.item@I1": "I1"})]
    through = [an_answer("unknown", title="B")]

    (row,) = rows(direct, through)

    (cell,) = row.cells
    assert (cell.direct, cell.through, cell.told) == ("item-unknown", "done", ())
    assert cell.books == [Difference("loan.item", "I1", "")]
    assert row.untold == {}


def test_what_is_not_offered_has_changed_no_books():
    """Even where asking it directly has."""
    direct = [an_answer("good", operation=Checkin(ITEM), books={})]
    through = [an_answer("good", NOT_OFFERED, operation=Checkin(ITEM), books={"loan.item@I1": "I1"})]

    ((cell,),) = (row.cells for row in rows(direct, through))

    assert not cell.is_offered
    assert cell.books == ()


def test_a_difference_that_nothing_explains_is_told_as_such():
    (row,) = rows([an_answer("shelf", title="A")], [an_answer("shelf", title="B")])

    assert reasons_of("sip2", row, row.cells[0]) == [("title: A -> B", "")]
    assert written("sip2", [row])["lookup-item"]["cells"]["shelf"] == {
        "outcome": "done", "why": "unexplained", "other": ["title: A -> B"],
    }  # fmt: skip


def test_a_difference_that_is_known_has_its_name():
    direct = [an_answer("shelf", author="B"), an_answer("unknown", "item-unknown")]
    through = [an_answer("shelf"), an_answer("unknown", "item-unknown")]
    (row,) = rows(direct, through)

    assert reasons_untold("sip2", row) == [("author", "item-record")]
    assert reasons_untold("ncip2", row) == [("author", "")]
    assert written("sip2", [row]) == {
        "lookup-item": {
            "untold": {"done": "author"},
            "why": "item-record",
            "cells": {"shelf": "done", "unknown": "item-unknown"},
        }
    }
