"""Rules that make values: each kind from a text, and every way to write one that could not."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from types import SimpleNamespace

import pytest

from softdock.mappings.positions import read_yaml
from softdock.mappings.problems import ProblemsFound
from softdock.mappings.records import RecordShape
from softdock.mappings.values import compile_value


class Colour(Enum):
    RED = "red"
    GREEN = "green"


@dataclass
class Sum:
    fen: int

    def __str__(self) -> str:
        return str(self.fen)


@dataclass
class Target:
    name: str = ""
    pages: int = 0
    printed: date | None = None
    due: datetime | date | None = None
    magnetic: bool | None = None
    colour: Colour = Colour.RED
    price: Sum | None = None


@dataclass
class Answer:
    text: str | None = None
    number: int | None = None


TARGETS = RecordShape({"book": Target})
SOURCE = RecordShape({"answer": Answer})


def made(rule, target, text="x", zone=None):
    value_of = compile_value(read_yaml(rule, "f").root, SOURCE, TARGETS.at(f"book.{target}"), zone)
    return value_of(SimpleNamespace(answer=Answer(text, 7)))


@pytest.mark.parametrize(
    ("rule", "target", "text", "value"),
    [
        ("{from: answer.text}", "name", "x", "x"),
        ("{from: answer.text, as: [trim]}", "name", " x ", "x"),
        ("{from: answer.text}", "name", "", None),
        ("{from: answer.text, default: y}", "name", None, "y"),
        ("{is: z}", "name", "x", "z"),
        ("{from: answer.number}", "pages", "x", 7),
        ("{from: answer.text, as: [number]}", "pages", "12", 12),
        ("{from: answer.text, as: [number]}", "pages", "012", None),
        ("{from: answer.text, as: [number], default: 3}", "pages", "many", 3),
        ('{from: answer.text, as: [{date: "%Y%m%d"}]}', "printed", "19900501", date(1990, 5, 1)),
        ('{from: answer.text, as: [{date: "%Y%m%d%H%M"}]}', "printed", "199005011230", date(1990, 5, 1)),
        ('{from: answer.text, as: [{date: ["%Y%m%d", "%d/%m/%Y"]}]}', "printed", "31/12/1990", date(1990, 12, 31)),
        ('{from: answer.text, as: [{date: "%Y%m%d%H"}]}', "due", "1990050112", datetime(1990, 5, 1, 12, tzinfo=UTC)),
        ('{from: answer.text, codes: {"Y": true, "N": false}}', "magnetic", "N", False),
        ("{from: answer.text, codes: {R: red, G: green}}", "colour", "G", Colour.GREEN),
        ("{from: answer.text, codes: {R: red}, default: green}", "colour", "?", Colour.GREEN),
        ("{is: green}", "colour", "x", Colour.GREEN),
        ("{from: answer.text, codes: {a: b}}", "name", "a", "b"),
    ],
)  # fmt: skip
def test_a_value_is_of_the_kind_of_its_target(rule, target, text, value):
    found = made(rule, target, text, UTC)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("rule", "target", "sentence"),
    [
        ("{from: answer.text}", "pages", "This is a text, and a whole number belongs here. Say that it is one: as: [number]."),
        ("{from: answer.text}", "printed", "This is a text, and a date belongs here. Say how it is written"),
        ("{from: answer.text}", "magnetic", "a yes or no belongs here. Say what stands for which"),
        ("{from: answer.text}", "colour", "a word belongs here. Say which text stands for which word"),
        ("{from: answer.number}", "name", "This is a whole number, and a text belongs here."),
        ("{from: answer.text, codes: {R: rad}}", "colour", '"rad" is not a value of this. Did you mean red?'),
        ("{from: answer.text, as: [number], codes: {R: x}}", "name", "Codes stand for texts"),
        ("{from: answer.text, codes: x}", "name", "Codes are a table"),
        ("{from: answer.text, as: [number], default: three}", "pages", '"three" cannot stand for a whole number.'),
        ("{is: 1990}", "printed", '"1990" cannot stand for a date. Leave is out.'),
        ("{from: answer.text}", "price", "An amount of money is not for a rule to make."),
        ("{from: answer.txet}", "name", "Did you mean answer.text?"),
        ("{form: answer.text}", "name", '"form" is not a verb of a rule.'),
        ("{is: x, default: y}", "name", '"default" has nothing to do beside is'),
        ("x", "name", "This is not a rule."),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_give_such_a_value_is_told_with_the_remedy(rule, target, sentence):
    with pytest.raises(ProblemsFound) as found:
        made(rule, target)

    assert sentence in str(found.value)
    assert len(found.value.problems) == 1
