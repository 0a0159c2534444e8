"""Content models, as they are written in the standard and in the tables."""

import pytest

from softdock.protocols.ncip.contents import MODELS, MODELS_1, NAMES, ORDER
from softdock.protocols.ncip.grammar import Choice, Name, Sequence, leaves, names, parsed
from softdock.protocols.ncip.tables.elements import CODED, FLAGS, MOMENTS, NUMBERS


def test_a_model_is_read_into_a_tree():
    assert parsed("A?, (B+ | (C, D*))?, E") == Sequence(
        (
            Name("A", 0),
            Choice((Name("B", 1, many=True), Sequence((Name("C"), Name("D", 0, many=True)))), 0),
            Name("E"),
        )
    )
    assert parsed("A") == parsed("(A)") == Name("A")
    assert parsed("((A | B))+") == Choice((Name("A"), Name("B")), 1, many=True)


@pytest.mark.parametrize(
    "model",
    ["", "A,", ", A", "A | B, C", "A, B | C", "(A", "A)", "A B", "A??", "(A?)+", "A!", "()", "A, , B"],
)
def test_what_is_no_model_is_refused(model: str):
    with pytest.raises(ValueError):
        parsed(model)


def test_a_name_that_stands_twice_has_the_place_of_the_last():
    assert names(parsed("(A | (B, A?)), C")) == ("B", "A", "C")
    assert ORDER["StructuredAddress"]["Street"] < ORDER["StructuredAddress"]["PostOfficeBox"]
    assert ORDER["StructuredAddress"]["PostOfficeBox"] < ORDER["StructuredAddress"]["District"]


def test_every_element_is_of_one_sort():
    sorts = [set(MODELS), CODED, MOMENTS, FLAGS, set(NUMBERS)]
    assert sum(map(len, sorts)) == len(set().union(*sorts))
    assert set().union(*sorts) <= NAMES | {"UserElementType"}


@pytest.mark.parametrize("models", [MODELS, MODELS_1])
def test_whatever_is_held_is_held_by_a_name_that_the_tables_have(models):
    held = {leaf.name for model in models.values() for leaf in leaves(model)}
    messages = {name for name in models if name.endswith("Response") or name + "Response" in models}
    assert set(models) - held - messages == set(), "nothing is declared that stands nowhere"
