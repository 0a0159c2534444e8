"""What is written of the matrix is explained, and nothing is explained that is not there."""

import pytest

from softdock.docs import play_matrix
from softdock.docs.pages import matrix
from softdock.kit.matrix.writing import SYSTEMS, UNEXPLAINED

TEXTS = {each: (play_matrix.FOLDER / f"{each}.yaml").read_text(encoding="utf-8") for each in SYSTEMS}


def test_there_is_a_file_for_each_system_and_no_other():
    assert {each.stem for each in play_matrix.FOLDER.iterdir()} == set(SYSTEMS)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_difference_is_explained(system):
    assert UNEXPLAINED not in TEXTS[system]


@pytest.mark.parametrize("name", matrix.NAMES)
def test_every_explanation_is_of_a_difference_that_there_is(name):
    found = [line for text in TEXTS.values() for line in text.splitlines() if "why:" in line]

    assert any(name in line.partition("why:")[2].split() for line in found)


def test_a_number_on_the_page_is_that_of_its_explanation():
    row = {
        "why": matrix.NAMES[1],
        "cells": {"a": "done", "b": {"outcome": "done -> x", "why": matrix.NAMES[4]}},
    }

    assert matrix._summary(row) == "1/2 (2, 5)"
    assert matrix._summary({"cells": {"a": "done -> not offered"}}) == "–"
