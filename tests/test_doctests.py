"""The examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import softdock


def modules() -> list[str]:
    """Every module of the package by name; what runs when it is imported as a script is left out."""
    found = pkgutil.walk_packages(softdock.__path__, "softdock.", onerror=lambda _: None)
    return ["softdock", *(module.name for module in found if not module.name.endswith("__main__"))]


@pytest.mark.parametrize("name", modules())
def test_the_examples_of_a_module_are_true(name: str):
    """What a docstring shows is what happens; and every module can be imported alone."""
    failed, _ = doctest.testmod(importlib.import_module(name))

    assert failed == 0, "the examples that failed are printed above"


def test_there_are_examples_to_run():
    """If none were found, this file would test nothing."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    frames = importlib.import_module("softdock.protocols.sip2.frames")

    assert any(example.examples for example in finder.find(frames))
