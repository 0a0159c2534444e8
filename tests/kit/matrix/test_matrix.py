"""The matrix as it comes out now, beside what was written of it: whatever comes to something else is seen here.

`python docs/play_matrix.py` writes it anew, for what has changed on purpose.
"""

import pytest
import yaml

from softdock.docs.play_matrix import FOLDER
from softdock.kit.matrix.comparing import NOT_OFFERED, differences
from softdock.kit.matrix.links import FRONTS
from softdock.kit.matrix.playing import played
from softdock.kit.matrix.writing import SYSTEMS, directly, outcomes, through, written

pytestmark = pytest.mark.socket

NOT_SUPPORTED = "not-supported"


def written_of(system):
    return yaml.safe_load((FOLDER / f"{system}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_answers_as_it_is_written(system):
    assert outcomes(system) == written_of(system)["direct"]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("front", FRONTS)
def test_an_operation_comes_to_what_is_written(front, system):
    assert written(front, through(front, system)) == written_of(system)[front]


CANNOT_BE_SEEN = {("checkin", "another's loan not undone"), ("lookup-hold", "of a patron on an item")}
"""SIP2 does not say whose loan is to be undone, and finds a hold in the patron's list; NCIP in front of SIP2 can list neither
loans nor holds, so nobody on the way can tell."""


@pytest.mark.parametrize("chain", [("sip2", "ncip2", "sip2"), ("ncip2", "sip2", "ncip2")], ids=">".join)
def test_behind_several_houses_only_that_is_different_which_two_neighbours_make_different(chain):
    """Each of these pairs is on the page: a front, and the system or the house behind it."""
    outer, middle, inner = chain
    steps = [
        (directly("inhouse"), directly(inner)),
        (directly(inner), played(middle, *SYSTEMS[inner])),
        (directly(middle), played(outer, *SYSTEMS[middle])),
    ]
    for number, (near, far) in enumerate(zip(directly("inhouse"), played(*chain, "inhouse"), strict=True)):
        name = (near.scenario.kind, near.scenario.name)
        known = {side[number].came.outcome for step in steps for side in step}
        if NOT_OFFERED in known:
            known.add(NOT_SUPPORTED)  # a house offers what its system may do one kind of
        if "SystemUnavailable" in known:
            known.add("system-unavailable")  # as the house says it that was told so
        assert far.came.outcome in known or name in CANNOT_BE_SEEN, (name, far.came.outcome, known)
        if far.came.outcome == near.came.outcome:
            for part in (lambda each: each.came.told, lambda each: each.books):
                paths = {
                    each.path
                    for one, other in steps
                    for each in differences(part(one[number]), part(other[number]))
                }
                found = differences(part(near), part(far))
                assert [each for each in found if each.path not in paths] == [], name
