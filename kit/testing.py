"""The checks of the kit for pytest: every check is a test of its own.

An adapter that is a folder:

    from softdock.kit.testing import AdapterChecks

    class TestCity(AdapterChecks):
        folder = Path(__file__).parent.parent / "city"

An adapter that is a class, with a counterpart of its own:

    class TestCity(AdapterChecks):
        adapter = CityLibrary
        waivers = {"KIT-12": "the counterpart shares its socket with the rest of the test site"}

        def counterpart(self):
            return CityCounterpart()

`softdock.kit.counterparts` tells what a counterpart says of itself.  A check that is waived, or that lacks something, is
skipped with the reason; one that should pass and does not is skipped as well, with what was found.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from softdock.adapters import Adapter
from softdock.kit.checks import (
    CHECKS,
    Check,
    ClassSubject,
    FolderSubject,
    Result,
    Subject,
    Verdict,
    carry_out,
)
from softdock.kit.counterparts import Counterpart, NoCounterpart

__all__ = ["AdapterChecks"]


class AdapterChecks:
    """Say what is checked; the tests are there."""

    folder: ClassVar[Path | None] = None
    """The adapter, if it is a folder."""
    settings: ClassVar[Mapping[str, object]] = {}
    """Of a folder: settings over those that lead to its counterpart."""
    adapter: ClassVar[type[Adapter[Any]] | None] = None
    """The adapter, if it is a class."""
    waivers: ClassVar[Mapping[str, str]] = {}
    """Of a class: the reason for not passing, by the id of the check; a folder's stand in `adapter.yaml`."""

    def counterpart(self) -> Counterpart:
        """Of a class: something that answers in place of its system, not started yet."""
        raise NoCounterpart("override counterpart() to have it tried against something")

    def test_every_waiver_is_of_a_check_and_has_a_reason(self) -> None:
        assert self._subject().faults_of_waivers(CHECKS) == []

    def _subject(self) -> Subject:
        if self.folder is not None:
            return FolderSubject(self.folder, self.settings)
        assert self.adapter is not None, "say which folder or adapter is checked"
        return ClassSubject(self.adapter, self.counterpart, self.waivers)


def _test_of(check: Check) -> "Callable[[AdapterChecks], None]":
    def test(self: AdapterChecks) -> None:
        _judge(carry_out(check, self._subject()))

    test.__name__ = f"test_{check.id}_{check.name}".replace("-", "_").lower()
    test.__doc__ = check.sentence
    return test


def _judge(result: Result) -> None:
    told = "\n".join(map(str, result.findings))
    if result.is_bad:
        pytest.fail(f"{result.check.id}: {result.check.sentence}\n{told}", pytrace=False)
    if result.verdict is Verdict.WAIVED:
        pytest.skip(f"waived: {result.reason}")
    if result.verdict is not Verdict.PASSED:
        pytest.skip(told)


for _each in CHECKS.values():
    _test = _test_of(_each)
    setattr(AdapterChecks, _test.__name__, _test)
