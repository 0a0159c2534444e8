"""`softdock.adapters` is all that whoever writes an adapter imports, and says which version of it that is."""

from inspect import get_annotations, isclass
from typing import get_args

import pytest

from softdock import adapters
from softdock.adapters.base import METHODS, Adapter
from softdock.adapters.registry import fault_of
from softdock.circulation import capabilities, errors, outcomes


@pytest.mark.parametrize("name", adapters.__all__)
def test_every_name_that_is_offered_is_there(name):
    assert getattr(adapters, name) is not None


def test_every_operation_and_what_answers_it_is_offered():
    """Nobody has to look for a module of the vocabulary."""
    for each in (*get_args(adapters.Operation), *METHODS):
        assert getattr(adapters, each.__name__) is each
    for module in (outcomes, errors):
        for name, each in vars(module).items():
            if isclass(each) and each.__module__ == module.__name__ and name != "AccountsBusy":
                assert getattr(adapters, name) is each


def test_what_the_methods_of_an_adapter_take_is_offered():
    for method in METHODS.values():
        for hint in get_annotations(getattr(Adapter, method)).values():
            assert hint in vars(adapters).values()
    assert adapters.Capability is capabilities.Capability


@pytest.mark.parametrize("version", [None, adapters.API_VERSION])
def test_an_adapter_for_this_version_is_taken(version):
    assert fault_of(type("City", (Adapter,), {"api_version": version})) is None


def test_an_adapter_for_another_version_is_refused_by_name():
    """It would fail in front of a patron otherwise."""
    fault = fault_of(type("City", (Adapter,), {"api_version": adapters.API_VERSION + 1}))

    assert fault == "was written for version 2 of softdock.adapters, and this is version 1."
