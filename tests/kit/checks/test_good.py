"""A good folder passes every check, played by its own examples."""

import pytest

from city_folder import CityFolder
from softdock.kit.checks import CHECKS, FolderSubject, Level, Need, Verdict, carry_out

pytestmark = pytest.mark.socket


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return FolderSubject(CityFolder().written(tmp_path_factory.mktemp("kit") / "city"))


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_good_folder_passes(good, check):
    result = carry_out(check, good)

    assert (result.verdict, result.findings) == (Verdict.PASSED, ())


def test_ids_are_in_a_row_and_names_differ():
    assert list(CHECKS) == [f"KIT-{number:02}" for number in range(1, len(CHECKS) + 1)]
    assert len({each.name for each in CHECKS.values()}) == len(CHECKS)


def test_what_is_only_advised_is_little():
    assert [each.id for each in CHECKS.values() if each.level is Level.SHOULD] == [
        "KIT-02",
        "KIT-05",
        "KIT-10",
    ]
    assert all(Need.COUNTERPART in each.needs for each in CHECKS.values() if Need.FAULTS in each.needs)
