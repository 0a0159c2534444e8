"""A file put over another one."""

import pytest

from softdock.mappings.merging import over, place_of
from softdock.mappings.positions import read_yaml


def merged(base, own):
    return over(read_yaml(base, "base.yaml").root, read_yaml(own, "own.yaml").root)


@pytest.mark.parametrize(
    ("base", "own", "both"),
    [
        ("{a: 1, b: 2}", "{b: 3, c: 4}", {"a": "1", "b": "3", "c": "4"}),
        ("{a: {x: 1, y: 2}}", "{a: {y: 3}}", {"a": {"x": "1", "y": "3"}}),
        ("{a: [1, 2]}", "{a: [3]}", {"a": ["3"]}),
        ("{a: {x: 1}}", "{a: text}", {"a": "text"}),
    ],
)
def test_tables_are_merged_and_everything_else_takes_the_place_of_what_was_there(base, own, both):
    assert merged(base, own) == both


@pytest.mark.parametrize(
    ("base", "own", "both"),
    [
        ("{a: {first_of: [x, y], as: [trim]}}", "{a: {is: N}}", {"a": {"is": "N"}}),
        ("{a: {from: x, as: [trim]}}", "{a: {setting: y}}", {"a": {"setting": "y"}}),
        ("{a: {from: x, as: [trim]}}", "{a: {from: y}}", {"a": {"from": "y", "as": ["trim"]}}),
        ("{a: {from: x, as: [trim]}}", "{a: {as: [collapse]}}", {"a": {"from": "x", "as": ["collapse"]}}),
    ],
)
def test_a_rule_that_takes_its_value_from_somewhere_else_takes_the_place_of_the_other(base, own, both):
    """Merged, the two would say twice where the value comes from."""
    assert merged(base, own) == both


def test_each_key_is_found_where_it_is_written():
    found = merged("a: {x: 1}\nb: 2\n", "\na: {y: 3}\n")

    assert [str(place_of(found, steps)).split()[0] for steps in (["a", "x"], ["a", "y"], ["b"])] == [
        "base.yaml:1:5",
        "own.yaml:2:5",
        "base.yaml:2:1",
    ]
