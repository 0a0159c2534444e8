"""The services and their problems."""

from collections import Counter

import pytest

from softdock.protocols.ncip.contents import MODELS, MODELS_1
from softdock.protocols.ncip.grammar import Part, leaves
from softdock.protocols.ncip.tables.levels import REPEATED_SINCE, SINCE, SINCE_IN, has
from softdock.protocols.ncip.tables.problem_types import (
    GENERAL,
    GENERAL_SCHEME,
    MESSAGING,
    MESSAGING_SCHEME,
    OF_SERVICE,
    ProblemType,
    scheme_of,
)
from softdock.protocols.ncip.tables.services import OF_RESPONSE, SERVICES, ServiceKind


def test_there_are_as_many_as_the_standard_counts():
    """Version 2.02 has 48; one more is of version 1 alone."""
    kinds = Counter(each.kind for each in SERVICES.values() if each.until >= (2, 0))
    assert kinds == {ServiceKind.LOOKUP: 6, ServiceKind.UPDATE: 22, ServiceKind.NOTIFICATION: 20}
    assert [name for name, each in SERVICES.items() if each.until < (2, 0)] == ["AuthenticateUser"]


def test_every_update_may_be_mandated_and_nothing_else():
    for service in SERVICES.values():
        mandated = "MandatedAction?" in service.initiation
        assert mandated is (service.kind is ServiceKind.UPDATE), service.name


def test_a_service_is_found_by_its_response():
    assert OF_RESPONSE["CheckOutItemResponse"] is SERVICES["CheckOutItem"]
    assert not set(OF_RESPONSE) & set(SERVICES)


def test_fees_and_restrictions_go_along_with_problems_of_four_services():
    told = {name for name, service in SERVICES.items() if service.beside_problems}
    assert told == {"CheckOutItem", "RenewItem", "RequestItem", "UpdateRequestItem"}


def test_problems_are_of_services_that_there_are():
    assert set(OF_SERVICE) <= set(SERVICES)
    assert ProblemType.UNKNOWN_USER in SERVICES["LookupUser"].problems
    assert SERVICES["DeleteItem"].problems == ()


def test_every_problem_type_has_its_place():
    placed = {*MESSAGING, *GENERAL, *(each for problems in OF_SERVICE.values() for each in problems)}
    assert placed == set(ProblemType)


@pytest.mark.parametrize(
    ("problem", "service", "scheme"),
    [
        (ProblemType.UNKNOWN_ELEMENT, "LookupUser", MESSAGING_SCHEME),
        (ProblemType.NEEDED_DATA_MISSING, "LookupUser", GENERAL_SCHEME),
        (ProblemType.UNKNOWN_ITEM, "DeleteItem", GENERAL_SCHEME),
        (ProblemType.UNKNOWN_ITEM, "", GENERAL_SCHEME),
    ],
)
def test_a_problem_names_its_list(problem: ProblemType, service: str, scheme: str):
    assert scheme_of(problem, service) == scheme


def test_what_came_later_is_of_elements_that_there_are():
    held = {(parent, name) for parent, model in MODELS.items() for name in _names(model)}
    assert set(SINCE_IN) | set(REPEATED_SINCE) <= held
    assert set(SINCE) <= {name for _, name in held}


def test_version_1_has_nothing_that_came_later():
    for parent, model in MODELS_1.items():
        for name in _names(model):
            assert has((1, 1), parent, name), (parent, name)


def _names(model: Part) -> set[str]:
    return {leaf.name for leaf in leaves(model)}
